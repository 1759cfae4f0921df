"""Refit what the advice rests on from a table of past projects or published results, and say how good it is."""
