"""The models that forecast."""
