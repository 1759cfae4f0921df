"""The models of texts."""
