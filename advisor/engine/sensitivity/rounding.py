"""Round a number to what a person would write in a field."""

import math

from advisor.profile.fields import Field, Kind


def human_round(field: Field, value: float, digits: int = 2, *, upward: bool | None = None) -> float:
    """Return the value with one or two significant digits, as a person would write it.

    Examples
    --------
    >>> from advisor.profile.fields import FIELD
    >>> human_round(FIELD["data.rows"], 28_712, 1, upward=True), human_round(FIELD["latency.p95_ms"], 41.7)
    (30000, 42)
    """
    if value <= 0:
        return 0
    unit = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    steps = value / unit
    whole = round(steps) if upward is None else math.ceil(steps - 1e-9) if upward else math.floor(steps + 1e-9)
    number = whole * unit
    if field.kind is Kind.COUNT:
        return max(round(number), int(field.minimum))
    number = float(f"{number:.{digits}g}")
    return int(number) if number.is_integer() else number
