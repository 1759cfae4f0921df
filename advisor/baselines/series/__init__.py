"""Time series to classify as a data structure."""
