"""The report of a baseline: its content and its JSON."""
