"""The models of images."""
