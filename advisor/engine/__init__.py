"""Conditions, rule book, scoring and sensitivity; knows approaches and rules, no model names."""
