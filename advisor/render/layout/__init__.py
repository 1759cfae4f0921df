"""How blocks, keys and words are laid out, whatever the result."""
