"""What to know about a table before any model is fitted: leaks, dependent rows, odd columns."""
