"""Images as a data structure."""
