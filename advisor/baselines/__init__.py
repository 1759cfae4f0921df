"""Measure classical and neural baselines on a user's own data."""
