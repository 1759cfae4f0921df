"""Read dates in the spellings that people use."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

_FULL = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = f"(?P<month>{_FULL}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_WEEKDAY = (
    "(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun)(?P<pause>,? )"
)
_FRACTION = r"(?P<fraction>[.,]\d{1,9})?"
_ZONE = r"(?P<zone> ?(?:z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?"
_TIME = (
    r"(?P<gap>T| at |[,;]? |[:;_/-])(?P<hour>\d{1,2})(?P<minute>(?P<t>[:.h_-])\d{2})(?:(?P=t)(?P<second>\d{2}))?"
    rf"{_FRACTION}(?P<half> ?[ap]m)?{_ZONE}"
)
# ISO 8601 also has hours alone, and times without marks; names of files have marks of their own before these.
_BARE_TIME = rf"(?P<gap>[T ])(?P<hour>\d{{2}})(?:(?P<minute>\d{{2}})(?:(?P<second>\d{{2}}){_FRACTION})?)?{_ZONE}"
_FILE_TIME = rf"(?P<gap>[_-])(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}}){_FRACTION}{_ZONE}"
_ISO, _COMPACT = r"\d{4}-\d{2}-\d{2}", r"(?:\d{8}(?=T)|(?:19|20)\d{6})"
# The shape of a date without its time, and the formats that it may have; {s} is the mark between the parts.
_DATES = (
    (r"\d{4}(?P<s>[-/._: ])\d{1,2}(?P=s)\d{1,2}", ("%Y{s}%m{s}%d",)),
    (r"\d{1,2}(?P<s>[-/. ])\d{1,2}(?P=s)\d{4}", ("%m{s}%d{s}%Y", "%d{s}%m{s}%Y")),
    (r"\d{1,2}(?P<s>[-/.])\d{1,2}(?P=s)\d{2}", ("%m{s}%d{s}%y", "%d{s}%m{s}%y", "%y{s}%m{s}%d")),
    (rf"\d{{1,2}}(?P<s>[-/. ]?){_MONTH}(?P=s)\d{{4}}", ("%d{s}{b}{s}%Y",)),
    (rf"\d{{1,2}}(?P<s>[-/. ]?){_MONTH}(?P=s)\d{{2}}", ("%d{s}{b}{s}%y",)),
    (rf"{_MONTH}(?P<s>[- ])\d{{1,2}}, \d{{4}}", ("{b}{s}%d, %Y",)),
    (rf"{_MONTH}(?P<s>[- ])\d{{1,2}}(?P=s)\d{{4}}", ("{b}{s}%d{s}%Y",)),
    (rf"\d{{4}}(?P<s>[-/. ]){_MONTH}(?P=s)\d{{1,2}}", ("%Y{s}{b}{s}%d",)),
    (rf"{_MONTH}(?P<s>[-/ ])\d{{4}}", ("{b}{s}%Y",)),
    (rf"{_MONTH}(?P<s>[-/'])\d{{2}}", ("{b}{s}%y",)),
    (r"\d{4}(?P<s>[-/])\d{1,2}", ("%Y{s}%m",)),
    (r"\d{1,2}(?P<s>[-/.])\d{4}", ("%m{s}%Y",)),
)
_SHAPES = tuple(
    (re.compile(pattern, re.IGNORECASE), formats)
    for pattern, formats in (
        *((rf"(?:{_WEEKDAY})?{date}(?:{_TIME})?", formats) for date, formats in _DATES),
        (rf"{_ISO}{_BARE_TIME}", ("%Y-%m-%d",)),
        # Eight digits alone are a number, unless all values of a column are dates: see `compact_dates`.
        (rf"{_COMPACT}{_TIME}", ("%Y%m%d",)),
        (rf"{_COMPACT}{_BARE_TIME}", ("%Y%m%d",)),
        (rf"{_COMPACT}{_FILE_TIME}", ("%Y%m%d",)),
        (r"\d{4}-W\d{2}-\d", ("%G-W%V-%u",)),
        (r"\d{4}-W\d{2}", ("%G-W%V",)),
        (r"\d{4}W\d{3}", ("%GW%V%u",)),
        (r"\d{4}W\d{2}", ("%GW%V",)),
    )
)
_PARTS = (
    ("%Y", "year"),
    ("%y", "year"),
    ("%G", "year"),
    ("%V", "week"),
    ("%u", "weekday"),
    ("%m", "month"),
    ("%d", "day"),
    ("%b", "month"),
    ("%B", "month"),
    ("%a", "weekday"),
    ("%A", "weekday"),
    ("%H", "hour"),
    ("%I", "hour"),
    ("%M", "minute"),
    ("%S", "second"),
    (".%f", ""),
    (",%f", ""),
    ("%p", "am/pm"),
    ("%z", "zone"),
    ("T", " "),
)
_UTC = re.compile("(?:z|utc|gmt)$", re.IGNORECASE)
# Hours from UTC of the zones that programs write by name; those of North America are in RFC 2822.
_ZONES = {
    zone: hours
    for hours, zones in (
        *((-8, "pst"), (-7, "pdt mst"), (-6, "mdt cst"), (-5, "cdt est"), (-4, "edt")),
        *((0, "wet"), (1, "west bst cet"), (2, "cest eet"), (3, "eest msk"), (9, "jst")),
    )
    for zone in zones.split()
}
# What is around a date or between its parts in the writings of some programs, and what is read in its place.
_AROUND = (
    (re.compile(r"\s+"), " "),  # no-break and narrow blanks, and several of them
    (re.compile(r"^\[(.*)\]$"), r"\1"),
    (re.compile(r"([+-]\d{2}:?\d{2}) ?(?:\[[\w/+-]+\]|\([\w ]+\)|[A-Z]{3,4})$"), r"\1"),  # the name of an offset
    (re.compile(r"(?:utc|gmt)(?=[+-]\d)", re.IGNORECASE), ""),
    (
        re.compile(rf"^((?:\w+,? )?{_MONTH} \d{{1,2}}) (\d[\d:.]+)((?: [+-]?\w+)?) (\d{{4}})$", re.IGNORECASE),
        r"\1 \5 \3\4",  # C has the year last
    ),
    (re.compile(r"(?<=\d) (?:uhr|hrs)$", re.IGNORECASE), ""),
    (re.compile(rf"({_MONTH} \d{{1,2}})(?:st|nd|rd|th)(?=,? \d{{4}})", re.IGNORECASE), r"\1"),
    (re.compile(r"^(\d{4})\u5e74(\d{1,2})\u6708(\d{1,2})\u65e5"), r"\1-\2-\3"),
)
_ZONE_NAME = re.compile(rf"(?<=[\dmM]) ?({'|'.join(_ZONES)})$", re.IGNORECASE)
_EPOCH = 631152000.0, 2524608000.0  # seconds: from 1990 to 2050
_MOST_EPOCHS = 0.95  # of the different values are within
_PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S", 17: "%Y%m%d%H%M%S%f"}
_PROBE = 60
_FEWEST_NUMBERS = 5  # of which it can be said that all of them are dates
_SPELLINGS = 6  # in one column


class Dates(NamedTuple):
    """The date of each text, NaT where it has none, and how it was read."""

    values: "pd.DatetimeIndex"
    how: str


def written_dates(texts: Sequence[str]) -> Dates | None:
    """Return the dates of texts, in the one or several formats that fit most of them.

    Whether 1/2/2020 is the first of February is decided on the whole column: by the texts that can be read in one
    way only, else by the way in which the dates run up (or down) the column more evenly, else the month is first
    between strokes and the day between dots and hyphens.

    Parameters
    ----------
    texts : sequence of str
        Different texts, stripped, in the order in which they first occur.

    Returns
    -------
    Dates or None
        None if fewer than half of the texts look like dates.
    """
    import pandas as pd

    probe = texts[:: max(1, len(texts) // _PROBE)]
    if any(_plain(text) != text for text in probe):
        texts = [_plain(text) for text in texts]
    values = pd.DatetimeIndex([pd.NaT] * len(texts)).as_unit("us")
    used: dict[tuple[str, ...], str] = {}
    while len(used) < _SPELLINGS:
        open_ = values.isna()
        todo = [text for text, is_open in zip(texts, open_, strict=True) if is_open]
        if not todo:
            break
        probe = todo[:: max(1, len(todo) // _PROBE)]
        # What did not fit a spelling is not read in its other order: that would mix 1/2 and 2/1.
        found = Counter(formats for text in probe if (formats := _formats(text)) and formats not in used)
        if not found or (not used and 2 * found.total() < len(probe)):
            break
        formats = found.most_common(1)[0][0]
        parsed, used[formats] = _best(todo, formats)
        filled = values.to_numpy(copy=True)
        filled[open_] = parsed.to_numpy()
        values = pd.DatetimeIndex(filled)
    return Dates(values, " or ".join(dict.fromkeys(used.values()))) if values.notna().any() else None


def dates_of_numbers(texts: Sequence[str]) -> Dates | None:
    """Return the dates of whole numbers, on request: years, 20200131, or time since 1970 in s, ms, us or ns."""
    import numpy as np
    import pandas as pd

    numbers = np.array(pd.to_numeric(np.array(texts, dtype=object), errors="coerce"), dtype=np.float64)
    largest = np.nanmax(np.abs(numbers), initial=0.0)
    if largest == 0 or np.isnan(numbers).mean() > 0.5:
        return None
    if 1000 <= largest < 3000:
        parsed = pd.to_datetime(np.array(texts, dtype=object), format="%Y", errors="coerce")
        return Dates(pd.DatetimeIndex(parsed).as_unit("us"), "as years")
    if 1e7 <= largest < 1e8:
        parsed = pd.to_datetime(np.array(texts, dtype=object), format="%Y%m%d", errors="coerce")
        if parsed.notna().mean() > 0.9:
            return Dates(pd.DatetimeIndex(parsed).as_unit("us"), "as year month day")
    unit = "s" if largest < 1e11 else "ms" if largest < 1e14 else "us" if largest < 1e17 else "ns"
    parsed = pd.to_datetime(numbers, unit=unit, errors="coerce")
    return Dates(pd.DatetimeIndex(parsed).as_unit("us"), f"{unit} since 1970")


def compact_dates(texts: Sequence[str]) -> Dates | None:
    """Return the dates of texts such as 20200131 or 20200131093000 if each is one from 1900 to 2100, else None."""
    import numpy as np
    import pandas as pd

    form = _DIGITS.get(len(texts[0])) if texts else None
    length = len(texts[0]) if texts else 0
    if form is None or len(texts) < _FEWEST_NUMBERS:
        return None
    if not all(len(text) == length and text.isdigit() and "1900" <= text[:4] <= "2100" for text in texts):
        return None
    parsed = pd.DatetimeIndex(pd.to_datetime(np.array(texts, dtype=object), format=form, errors="coerce"))
    return Dates(parsed.as_unit("us"), _spoken(form.replace("%f", ""))) if parsed.notna().all() else None


def epoch_dates(texts: Sequence[str], *, likely: bool) -> Dates | None:
    """Return the dates of numbers that count s, ms, us or ns since 1970 and lie between 1990 and 2050, else None.

    Account numbers lie there as well: `likely` says that the name of the column is that of a moment; otherwise all have
    to be whole minutes, from which no account number is taken.
    """
    import numpy as np
    import pandas as pd

    if len(texts) < _FEWEST_NUMBERS or not texts[0][:1].isdigit():
        return None
    numbers = np.array(pd.to_numeric(np.array(texts, dtype=object), errors="coerce"), dtype=np.float64)
    for unit, times in _PER_SECOND.items():
        seconds = numbers / times
        within = (seconds >= _EPOCH[0]) & (seconds <= _EPOCH[1])
        if within.mean() >= _MOST_EPOCHS and (likely or (seconds[within] % 60 == 0).all()):
            parsed = pd.to_datetime(pd.Series(np.where(within, numbers, np.nan)), unit=unit, errors="coerce")
            return Dates(pd.DatetimeIndex(parsed).as_unit("us"), f"{unit} since 1970")
    return None


def _plain(text: str) -> str:
    """Return a text as most programs would write the same date.

    Examples
    --------
    >>> _plain("[10/Oct/2000:13:55:36 -0700]"), _plain("Tue Oct 10 13:55:36 PDT 2000")
    ('10/Oct/2000:13:55:36 -0700', 'Tue Oct 10 2000 13:55:36 -0700')
    """
    if not text[-1:].isdigit() or " " in text or text[:1] == "[":
        for found, instead in _AROUND:
            text = found.sub(instead, text)
        text = _ZONE_NAME.sub(lambda match: f" {_ZONES[match[1].lower()]:+03d}00", text)
    return text


def _formats(text: str) -> tuple[str, ...]:
    """Return the formats of `strptime` that a text may have."""
    for shape, formats in _SHAPES:
        if (match := shape.fullmatch(text)) is not None:
            parts = {name: part or "" for name, part in match.groupdict().items()}
            month = "%b" if len(parts.get("month", "")) == 3 else "%B"
            day = ""
            if weekday := parts.get("weekday"):
                day = ("%a" if len(weekday) == 3 else "%A") + parts["pause"]
            time = _time_format(parts) if parts.get("hour") else ""
            return tuple(day + date.replace("{s}", parts.get("s", "")).replace("{b}", month) + time for date in formats)
    return ()


def _time_format(parts: Mapping[str, str]) -> str:
    """Return the format of a time, with what stands between it and the date."""
    half, zone, fraction = parts.get("half", ""), parts["zone"], parts["fraction"]
    form = parts["gap"] + ("%I" if half else "%H")
    mark = parts.get("t", "")
    for name, directive in (("minute", "%M"), ("second", "%S")):
        form += mark + directive if parts[name] else ""
    form += f"{fraction[0]}%f" if fraction else ""
    form += half.lower().replace("am", "%p").replace("pm", "%p")
    return form + (" " if zone.startswith(" ") else "") + ("%z" if zone else "")


def _best(texts: Sequence[str], formats: tuple[str, ...]) -> "tuple[pd.DatetimeIndex, str]":
    """Return the dates in the format that fits most of the texts, and how that was decided."""
    parsed = [_parse(texts, form) for form in formats]
    counts = [int(dates.notna().sum()) for dates in parsed]
    most = max(counts)
    tied = [index for index, count in enumerate(counts) if count == most]
    chosen = tied[0]
    if len(tied) == 1:
        rivals = [index for index in range(len(formats)) if index != chosen and counts[index]]
        note = ", as other orders fit fewer of the values" if rivals else ""
    else:
        steps = {index: _backward(parsed[index]) for index in tied}
        evenest = min(tied, key=lambda index: steps[index])
        others = [steps[index] for index in tied if index != evenest]
        if 2 * steps[evenest] < min(others):
            chosen, note = evenest, ", as the dates run in this order"
        else:
            # Strokes are American, dots and hyphens are not.
            chosen = tied[0] if "/" in formats[0] else tied[1]
            note = ", a guess: the values fit other orders as well"
    return parsed[chosen], _spoken(formats[chosen]) + note


def _parse(texts: Sequence[str], form: str) -> "pd.DatetimeIndex":
    import numpy as np
    import pandas as pd

    if "%z" in form:
        texts = [_UTC.sub("+00:00", text) for text in texts]
    if "%V" in form and "%u" not in form:  # a week is its Monday
        form, texts = f"{form}-%u", [f"{text}-1" for text in texts]
    parsed = pd.to_datetime(np.array(texts, dtype=object), format=form, errors="coerce", utc=True)
    return pd.DatetimeIndex(parsed).tz_localize(None).as_unit("us")


def _backward(dates: "pd.DatetimeIndex") -> int:
    """Return how often the dates change direction against their general one."""
    import numpy as np

    present = dates[dates.notna()].to_numpy()
    steps = np.sign(np.diff(present).astype(np.int64))
    return int(min((steps < 0).sum(), (steps > 0).sum()))


def _spoken(form: str) -> str:
    form = re.sub("(?<=%[A-Za-z])(?=%|W)", " ", form)
    for directive, word in _PARTS:
        form = form.replace(directive, word)
    return form.strip()
