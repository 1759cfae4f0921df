"""The models of time series."""
