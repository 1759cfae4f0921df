"""Which values a field is swept over: a range in steps that people would write, or all choices."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from advisor.engine.sensitivity.rounding import human_round
from advisor.profile.fields import Field, Kind
from advisor.profile.reader import is_valid

STEPS = 25
_DECADES = 2  # of a default range, on either side of the current value
_LARGEST = 1e12
_WIDEST = 1e15  # what lies further apart than the ends of the widest field is not spaced in even steps
BOUNDS = {"data.labelled": ("data.rows",), "data.rows": ("data.labelled",)}


def scale_of(field: Field) -> str:
    """Return how a field's values are spaced: "log" (counts, amounts), "linear" (shares, priorities) or "choice"."""
    if not field.numeric:
        return "choice"
    return "linear" if field.kind is Kind.SHARE or field.path.startswith("priorities.") else "log"


def spaced(field: Field, low: float, high: float, steps: int = STEPS) -> tuple[float, ...]:
    """Return about `steps` ascending values of a numeric field from `low` to `high`, both included.

    Examples
    --------
    >>> from advisor.profile.fields import FIELD
    >>> spaced(FIELD["data.labelled"], 100, 1e6, 5)
    (100, 1000, 10000, 100000, 1000000)
    >>> spaced(FIELD["data.missing_share"], 0, 0.2, 5)
    (0, 0.05, 0.1, 0.15, 0.2)
    """
    low, high = _plain(low), _plain(high)
    parts = max(steps, 2) - 1
    if scale_of(field) == "linear":
        step = _round_step((high - low) / parts)
        inner = [_plain(float(f"{place * step:.12g}")) for place in range(int(low / step), int(high / step) + 2)]
        return tuple(sorted({low, high, *(value for value in inner if low < value < high)}))
    start = low
    if low < high / _WIDEST:  # a logarithmic scale has no zero: it is added to the rest
        start = 1 if field.kind is Kind.COUNT else high / 10**4
    ratio = high / start
    values = [human_round(field, start * ratio ** (place / parts)) for place in range(parts)]
    return tuple(sorted({low, high, *(value for value in values if low < value < high)}))


def default_values(field: Field, values: Mapping[str, Any], steps: int = STEPS) -> tuple[Any, ...]:
    """Return what a field is swept over where nothing else is asked for.

    Numbers go two decades to either side of the current value (over what projects usually have where it is
    unknown), shares and priorities over all of their range, as far as the other fields allow; choices are all taken.
    """
    if not field.numeric:
        return field.choices
    current = values.get(field.path)

    def allowed(numbers: Iterable[float]) -> list[float]:
        return [number for number in sorted(numbers) if is_valid({**values, field.path: number})]

    around = spaced(field, *_default_ends(field, current), steps)
    # as many labels as rows, and no fewer rows than labels
    bounds = (values.get(path) for path in BOUNDS.get(field.path, ()))
    within = allowed({*around, *(bound for bound in bounds if bound and around[0] < bound < around[-1])})
    if len(within) < len(around):  # the other fields cut the range short: take smaller steps
        within = allowed(spaced(field, within[0], within[-1], steps)) if within and within[0] < within[-1] else within
    return tuple(sorted({*within, *(() if current is None else (current,))}))


def _default_ends(field: Field, current: float | None) -> tuple[float, float]:
    if scale_of(field) == "linear":
        return field.minimum, field.maximum if field.kind is not Kind.SHARE else min(1.0, field.maximum)
    if current:
        low, high = (human_round(field, current * 10.0**power, 1) for power in (-_DECADES, _DECADES))
    else:
        usual = [value for value, _ in field.prior if value]
        low, high = (0 if current == 0 else min(usual)), max(usual)
    if current and field.kind is Kind.COUNT:
        low = max(low, 1)
    return max(low, field.minimum), min(high, field.maximum, _LARGEST)


def _round_step(width: float) -> float:
    """Return the next larger of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(power * part for part in (1, 2, 5, 10) if power * part >= width * (1 - 1e-9))


def _plain(value: float) -> float:
    """Return a whole number as an integer, as profiles hold it."""
    return int(value) if math.isfinite(value) and float(value).is_integer() else value
