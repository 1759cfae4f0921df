"""How far a change of a field is from its present value."""

import math
from operator import itemgetter
from typing import Any

from advisor.profile.fields import DEFAULT_PRIORITY, Field, Kind

_UNKNOWN_STEP = 1.5
_UNORDERED = 3.0  # the places of serving have no order; the other choices have one


def distance(field: Field, before: Any, after: Any) -> float:
    """Return how far a change is: decades for numbers, steps for choices, more for an unknown, times the effort."""
    if field.path.startswith("priorities."):
        return float(abs(after - (DEFAULT_PRIORITY if before is None else before))) / 2
    if before is None:
        return _UNKNOWN_STEP * field.effort + _surprise(field, after)
    if field.kind is Kind.CHOICE and field.effort < _UNORDERED:
        return float(abs(field.values.index(after) - field.values.index(before))) * field.effort
    if not field.numeric or (field.kind is Kind.SHARE and min(before, after) <= 0):
        return field.effort
    return abs(_decades(after, before)) * field.effort


def _surprise(field: Field, value: Any) -> float:
    """Return how far a number is from what the unknown field most likely holds."""
    options = [option for option in field.prior if option[0] is not None]
    if not field.numeric or not options:
        return 0.0
    return abs(_decades(value, max(options, key=itemgetter(1))[0])) / 4


def _decades(after: float, before: float) -> float:
    return math.log10(max(after, 1e-6)) - math.log10(max(before, 1e-6))
