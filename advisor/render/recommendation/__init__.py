"""The report of a recommendation: its content and its JSON."""
