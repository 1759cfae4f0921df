"""Forecasting as a data structure: series on a regular grid of time, measured at origins that do not overlap."""
