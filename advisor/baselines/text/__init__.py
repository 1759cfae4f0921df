"""Texts as a data structure."""
