"""What pictures and recordings share: files in classes, tables of paths, sources, and checks of them."""
