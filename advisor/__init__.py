"""Recommend a kind of model for a project, and test the recommendation on its data."""

__version__ = "0.1.0"
