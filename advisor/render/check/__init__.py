"""The report of a check: its content and its JSON."""
