"""Recordings of sound as a data structure."""
