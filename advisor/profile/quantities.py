"""Numbers as people type them: `60k`, `2m`, `1.5GB`, `200 ms`, `$50`, `5%`."""

import re
from collections.abc import Mapping

from advisor.profile.fields import Field, Kind

_QUANTITY = re.compile(r"[$€£]? ?([0-9]{1,15}(?:\.[0-9]{0,15})?(?:[eE][+-]?[0-9]{1,2})?) ?([A-Za-z$%]{0,12})")
_SCALES = {"k": "1e3", "m": "1e6", "b": "1e9"}
# The last part of a field's name -> what its units are worth in its own.
_UNITS: Mapping[str, Mapping[str, str]] = {
    "ms": {"ms": "1", "s": "1e3", "sec": "1e3", "min": "6e4"},
    "mb": {"kb": "1e-3", "mb": "1", "gb": "1e3", "tb": "1e6"},
    "usd": {"usd": "1", "$": "1"},
    "hours": {"h": "1", "hours": "1", "hour": "1", "days": "24", "day": "24"},
    "weeks": {"weeks": "1", "week": "1", "days": "0.142857142857", "months": "4.348", "month": "4.348"},
}
_TIMES = ("ms", "hours", "weeks")  # where an m may mean minutes or months, and stands for nothing


def unit_of(field: Field) -> str:
    """Return the key of a field's unit, empty where it has none."""
    unit = field.path.rpartition("_")[2].rpartition(".")[2]
    return unit if unit in _UNITS else ""


def quantity(field: Field, text: str) -> float | None:
    """Return the number that a text with a scale or a unit stands for in the unit of its field, None for another text.

    Examples
    --------
    >>> from advisor.profile.fields import FIELD
    >>> [quantity(FIELD["data.rows"], text) for text in ("60k", "2m", "1.1M", "7 rows", "7GB")]
    [60000, 2000000, 1100000, None, None]
    >>> quantity(FIELD["deployment.memory_mb"], "1.5GB"), quantity(FIELD["latency.p95_ms"], "2 s")
    (1500, 2000)
    >>> quantity(FIELD["latency.p95_ms"], "2m"), quantity(FIELD["value.error_cost_usd"], "$50k")
    (None, 50000)
    >>> quantity(FIELD["data.missing_share"], "5%")
    0.05
    """
    found = _QUANTITY.fullmatch(text.strip())
    if found is None or not field.numeric:
        return None
    worth = _worth(field, found[2].lower())
    if worth is None or (found[0][0] in "$€£" and (found[0][0] != "$" or unit_of(field) != "usd")):
        return None
    from decimal import Decimal  # costs start-up time

    number = Decimal(found[1]) * Decimal(worth)
    return int(number) if number == number.to_integral_value() else float(number)


def _worth(field: Field, word: str) -> str | None:
    """Return what one of a scale or unit is worth in the field's unit."""
    unit = unit_of(field)
    if word == "%":
        return "0.01" if field.kind is Kind.SHARE else None
    if word in _UNITS.get(unit, {}) or not word:
        return _UNITS[unit][word] if word else "1"
    if word == "m" and unit in _TIMES:
        return None
    return _SCALES.get(word)
