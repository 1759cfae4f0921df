"""The models of recordings."""
