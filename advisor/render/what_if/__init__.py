"""The report of a sweep or comparison: its content and its JSON."""
