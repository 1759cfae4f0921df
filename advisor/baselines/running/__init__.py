"""Fits of any data under a clock: processes, limits, splits, plans and their replay; knows no columns."""
