"""Read numbers that people wrote: thousands, decimal commas, currency, units, percent, durations."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CURRENCIES = frozenset("$€£¥₹₩₽₺₪₫฿₴₦₱¢") | _words(
    "usd eur gbp jpy cny inr krw rub chf cad aud nzd sek nok dkk pln czk huf try brl mxn zar sgd hkd thb idr "
    "us$ a$ c$ r$ rs rs. kr zł kč ft lei tl"
)
_UNITS = _words(
    "% ‰ kg mg µg lb lbs oz km cm mm nm mi ft inch yd ml cl dl gal min mins minute minutes hr hrs hour hours "
    "sec secs second seconds ms µs day days wk weeks week month months mo year years yr yrs kb mb gb tb hz khz mhz ghz "
    "kw kwh mwh mw kv ma mah kj kcal cal mpg mph km/h kmh kph m/s cc bhp hp ps rpm °c °f ° px dpi mp fps sqft sqm "
    "m² m³ km² ft² ha bar psi hpa kpa pa db gbps mbps kbps kmpl"
)
_SHORT_UNITS = frozenset("mgls")  # in small letters only: 1A and 2B are codes
_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9}  # of money: $1.5M

_BLANK = "[ \u00a0\u202f\u2009]"
_MARK = "[,.'\u2019 \u00a0\u202f\u2009]"
_MINUS = "[+\u2212-]"
_WRITTEN = re.compile(
    rf"(?P<open>\()?(?P<sign>{_MINUS})?{_BLANK}?(?P<before>[^\W\d_]{{1,3}}[$.]?|[^\w\s.,+()\u2212-])?{_BLANK}?"
    rf"(?P<inner>{_MINUS})?(?P<body>\d(?:{_MARK}?\d)*\.?|[.,]\d+)(?P<power>[eE][+-]?\d{{1,3}}(?!\d))?"
    rf"(?P<gap>{_BLANK}*)(?P<after>[^\W\d_][^\d()]{{0,14}}|[^\w\s.,+()\u2212-][^\d()]{{0,4}})?(?P<close>\))?"
)
_GROUPED = {
    decimal: re.compile(rf"\d+|\d{{1,3}}(?P<mark>[{other}'\u2019 \u00a0\u202f\u2009])(?:\d{{2,3}}(?P=mark))*\d{{3}}")
    for decimal, other in ((".", ","), (",", "."))
}
_CLOCK = re.compile(r"(?:(\d{1,5}) days?,? )?(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")
_PART = re.compile(
    r"(\d+(?:[.,]\d+)?) ?(d|h|m|s)(?:ays?|ours?|rs?|inutes?|ins?|econds?|ecs?)?(?![a-z]),? ?", re.IGNORECASE
)
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_PROBE = 200


class Numbers(NamedTuple):
    """The number of each text, NaN where it has none, and what was done to get it ("after removing '$'")."""

    values: "NDArray[np.float64]"
    how: str


class _Written(NamedTuple):
    """A number in its parts; `body` holds digits and marks only."""

    factor: float
    before: str
    body: str
    after: str


def plain_numbers(texts: Sequence[str]) -> "NDArray[np.float64]":
    """Return the numbers that programs write (12, -3.5, 1e6); NaN for any other text, infinity included."""
    import numpy as np
    import pandas as pd

    values = np.array(pd.to_numeric(np.array(texts, dtype=object), errors="coerce"), dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    return values


def written_numbers(texts: Sequence[str], decimal: str, strict: bool) -> Numbers | None:
    """Return the numbers of texts with marks between thousands, decimal commas, a currency, a unit or percent.

    One currency or unit counts in a column: the commonest. Currency signs and the unit of a zero may be missing.

    Parameters
    ----------
    texts : sequence of str
        Different texts, stripped.
    decimal : str
        `.` or `,`: what the mark in an ambiguous 1,234 means.
    strict : bool
        Whether `decimal` also holds where the column's own numbers say otherwise.

    Returns
    -------
    Numbers or None
        None if fewer than half of the texts are such numbers.
    """
    import numpy as np

    probe = probed(texts)
    if sum(_split(text) is not None for text in probe) < len(probe) / 2:
        return None
    written = [_split(text) for text in texts]
    if not strict:
        decimal = decimal_of((item.body for item in written if item), decimal)
    affixes = Counter((item.before, item.after) for item in written if item and (item.before or item.after))
    affix = affixes.most_common(1)[0][0] if affixes else ("", "")
    money = not _CURRENCIES.isdisjoint(part.lower() for part in affix)
    values = np.full(len(texts), np.nan)
    for index, item in enumerate(written):
        if item is not None:
            bare = not item.before and not item.after
            if (item.before, item.after) == affix or (bare and (money or not item.body.strip("0.,"))):
                values[index] = _value(item, decimal)
    values[np.isinf(values)] = np.nan
    steps = [f"removing {part!r}" for part in affix if part]
    marks = {character for item in written if item for character in item.body if not character.isdigit()}
    if decimal == "," and "," in marks:
        steps.append("reading ',' as the decimal mark")
    thousands = marks - {decimal}
    if thousands:
        steps.append(f"removing {' and '.join(map(repr, sorted(thousands)))} between thousands")
    return Numbers(values, f"after {', '.join(steps)}" if steps else "")


def decimal_of(bodies: Iterable[str], default: str) -> str:
    """Return the decimal mark that most of the unambiguous numbers have.

    Examples
    --------
    >>> decimal_of(["1,5", "12,25", "3,125"], ".")
    ','
    >>> decimal_of(["1,234", "5,678"], ".")
    '.'
    """
    votes: Counter[str] = Counter(mark for body in bodies if (mark := _decimal_mark(body)))
    return max((default, ",", "."), key=lambda mark: votes[mark])


def number_bodies(texts: Sequence[str]) -> list[str]:
    """Return digits and marks of the texts that are numbers with something around them or between."""
    return [item.body for item in map(_split, texts) if item]


def durations(texts: Sequence[str]) -> Numbers | None:
    """Return clock times (1:30:00, 2 days 03:15:00) and texts such as `1h 30m` as numbers.

    `a:b` counts `b` (minutes of a time of day, or seconds), everything else seconds. None if fewer than half fit.
    """
    import numpy as np

    if 2 * sum(_duration(text) is not None for text in probed(texts)) < len(probed(texts)):
        return None
    values = np.array([np.nan if (value := _duration(text)) is None else value for text in texts], dtype=np.float64)
    values[np.isinf(values)] = np.nan
    short = all(text.count(":") == 1 and "day" not in text for text in texts if _duration(text) is not None)
    return Numbers(
        values, f"read as durations in {'the smaller unit (hours:minutes or minutes:seconds)' if short else 'seconds'}"
    )


def probed(texts: Sequence[str]) -> Sequence[str]:
    """Return up to a few hundred of the texts, evenly spread, to find out cheaply what they are not."""
    return texts[:: max(1, len(texts) // _PROBE)]


def _split(text: str) -> _Written | None:
    match = _WRITTEN.fullmatch(text)
    if match is None or bool(match["open"]) != bool(match["close"]) or (match["sign"] and match["inner"]):
        return None
    before, after = match["before"] or "", (match["after"] or "").rstrip()
    if before and before.lower() not in _CURRENCIES:
        return None
    sign = -1.0 if match["open"] or (match["sign"] or match["inner"]) in ("-", "\u2212") else 1.0
    factor = sign * float(f"1{match['power'] or ''}")
    folded = after.lower()
    if before and not match["gap"] and folded in _SCALES:
        return _Written(factor * _SCALES[folded], before, match["body"], "")
    known = folded in _CURRENCIES or folded in _UNITS or after in _SHORT_UNITS
    # A word after a blank may be any unit: all cells must have the same.
    return _Written(factor, before, match["body"], after) if not after or known or match["gap"] else None


def _value(item: _Written, decimal: str) -> float:
    whole, _, fraction = item.body.partition(decimal)
    if (whole and _GROUPED[decimal].fullmatch(whole) is None) or (fraction and not fraction.isdigit()):
        return float("nan")
    digits = "".join(character for character in whole if character.isdigit())
    return item.factor * float(f"{digits or 0}.{fraction or 0}")


def _decimal_mark(body: str) -> str:
    """Return the mark that can only be decimal in this number, or an empty text."""
    last = max(body.rfind(","), body.rfind("."))
    if last < 0:
        return ""
    mark = body[last]
    other = "." if mark == "," else ","
    if body.count(mark) > 1:
        return other if len(body) - last == 4 else ""
    grouped = len(body) - last == 4 and 1 <= last <= 3 and body[0] != "0"
    return mark if other in body or not grouped else ""


def _duration(text: str) -> float | None:
    if (clock := _CLOCK.fullmatch(text)) is not None:
        days, first, second, third = clock.groups()
        value = 60 * int(first) + int(second)
        if third is not None:
            return 86400.0 * int(days or 0) + 60 * value + float(third)
        return 86400.0 * int(days) + 60 * value if days else float(value)
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text):
        return None
    return float(sum(float(number.replace(",", ".")) * _SECONDS[unit.lower()] for number, unit in parts))
