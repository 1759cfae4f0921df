"""Checks on a finished result: what a team's CI asks of it."""
