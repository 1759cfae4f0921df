"""Decide the kind of a column from its texts, and type it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.column_names import names_timestamp
from advisor.baselines.tabular.reading.categories import Levels
from advisor.baselines.tabular.reading.dates import Dates, compact_dates, dates_of_numbers, epoch_dates, written_dates
from advisor.baselines.tabular.reading.missing import MISSING, NO_NUMBER, looks_like_value
from advisor.baselines.tabular.reading.number_parsing import (
    decimal_of,
    durations,
    number_bodies,
    plain_numbers,
    probed,
    written_numbers,
)
from advisor.baselines.tabular.table import Column
from advisor.source.problems import shorten

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_ODD_SHARE = 0.05
_ODD_LEAST_DISTINCT = 10
_MOST_MISFITS = 3  # more different texts among numbers are codes


class Rules(NamedTuple):
    """What holds for all columns: the marks of missing values, the decimal mark, and whether that was given.

    `stated` are the marks that the user named, which are no value anywhere; `values` the others that are values of a
    column, None where that is decided.
    """

    missing: frozenset[str]
    decimal: str
    strict: bool
    stated: frozenset[str] = frozenset()
    values: Mapping[str, Sequence[str]] | None = None


class Typed(NamedTuple):
    """A column's values, and what was decided about it.

    `labels` is the column as classes where a mark of a missing value may be one of them, else None.
    """

    values: "pd.Series[Any]"
    column: Column
    labels: "pd.Series[Any] | None" = None


class _Reading(NamedTuple):
    """The values of the present levels under one kind, with a gap where a level does not fit."""

    kind: str
    values: Any
    fits: "NDArray[np.bool_]"
    how: str


def decide_decimal(columns: Sequence[Levels]) -> tuple[str, str]:
    """Return the decimal mark of a file and the reason: what most columns with unambiguous numbers have."""
    votes = {".": 0, ",": 0}
    for levels in columns:
        texts = [text for text in probed(levels.texts) if text not in MISSING]
        bodies = number_bodies(texts)
        if len(bodies) >= len(texts) / 2 and (mark := decimal_of(bodies, "")):
            votes[mark] += 1
    if votes[","] > votes["."]:
        return ",", f"columns that hold numbers such as 1,5: {votes[',']}"
    return ".", f"columns that hold numbers such as 1.5: {votes['.']}" if votes["."] else "no number says otherwise"


def decide_column(name: str, levels: Levels, rules: Rules, kind: str | None = None) -> Typed:
    """Return a column typed as its texts suggest, or as `kind` says.

    A column is numeric (or a date) if all present values are, or at least 95% of the rows of those and ten
    different values; what is left over is then read as missing and listed as odd. Whole numbers with leading zeros
    are codes, so categorical. Text is what has many different values of several words, or of many letters.

    Raises
    ------
    DataError
        If no value of the column is of the kind that was asked for.
    """
    import numpy as np

    # Beside a plus, a minus is a value.
    absent = rules.missing - {"-"} if "+" in levels.texts else rules.missing
    present = np.array([text not in absent for text in levels.texts], dtype=bool)
    if rules.values is not None and rules.values.get(name):  # also where no other value is present
        return _labelled(name, kind or "categorical", levels, present, "given", rules)
    if not present.any():
        return _empty(name, levels, rules)
    texts = [text for text, kept in zip(levels.texts, present, strict=True) if kept]
    counts = levels.counts[present]
    if kind in {"numeric", "date"}:
        reading = (
            _best_number(texts, rules)
            if kind == "numeric"
            else _as_dates(written_dates(texts) or dates_of_numbers(texts))
        )
        if reading is None or not reading.fits.any():
            word = "number" if kind == "numeric" else "date"
            raise DataError(
                f"--kind {name}={kind}: no value of the column is a {word} (the first is {shorten(texts[0])}); "
                "choose categorical or text"
            )
        return _typed(name, levels, present, texts, counts, reading, "given")
    if kind is not None:
        return _labelled(name, kind, levels, present, "given", rules)
    decided = _decided(name, texts, counts, rules)
    if decided.reading is not None:
        return _typed(name, levels, present, texts, counts, decided.reading, decided.why)
    kind, reason = _text_or_categorical(texts, counts)
    found = _labelled(name, kind, levels, present, f"{reason}{decided.why}", rules)
    column = found.column._replace(misfits=decided.misfits, misfit_kind=decided.misfit_kind)
    return found._replace(column=column)


class _Decided(NamedTuple):
    """How texts are read as numbers or dates and why; None with the few texts that keep them from being such."""

    reading: _Reading | None
    why: str
    misfits: tuple[tuple[str, int], ...] = ()
    misfit_kind: str = ""


def _decided(name: str, texts: Sequence[str], counts: "NDArray[np.int64]", rules: Rules) -> _Decided:
    """Return the reading as numbers or dates, if enough of the values fit; else why they do not."""
    import numpy as np

    note = ""
    unread = _Decided(None, "")
    if reason := _codes(texts):
        note, readings = f"; {reason}", _number_dates(name, texts)
    else:
        readings = _readings(name, texts, rules)
    for reading in readings:
        sentinel = np.array([text.lower() in NO_NUMBER for text in texts], dtype=bool) & ~reading.fits
        rows, fitting = int(counts[~sentinel].sum()), int(counts[reading.fits].sum())
        odd = rows - fitting
        word = "numbers" if reading.kind == "numeric" else "dates"
        how = f" {reading.how}" if reading.how else ""
        if not odd:
            return _Decided(reading, f"all values are {word}{how}")
        few = odd <= max(1, _ODD_SHARE * rows)
        varied = len(np.unique(reading.values[reading.fits])) >= _ODD_LEAST_DISTINCT
        if few and varied:
            return _Decided(reading, f"{_percent(fitting / rows)} of the values are {word}{how}")
        if fitting > rows / 2:
            misfits = np.flatnonzero(~reading.fits & ~sentinel)
            if varied and len(misfits) <= _MOST_MISFITS:
                found = tuple((texts[place], int(counts[place])) for place in misfits.tolist())
                unread = _Decided(None, "", found, word.removesuffix("s"))
            first = next(text for text, fits in zip(texts, reading.fits, strict=True) if not fits)
            note = f"; only {_percent(fitting / rows)} of the values are {word} (not {shorten(first, 30)})"
            if few:
                note = f"; {word} and other values such as {shorten(first, 30)}, but few different ones"
    return unread._replace(why=note)


def _number_dates(name: str, texts: Sequence[str]) -> Iterator[_Reading]:
    """Yield the ways in which whole numbers are dates, where they can hardly be anything else."""
    for found in (compact_dates(texts), epoch_dates(texts, likely=names_timestamp(name))):
        if (reading := _as_dates(found)) is not None:
            yield reading


def _readings(name: str, texts: Sequence[str], rules: Rules) -> Iterator[_Reading]:
    """Yield the ways in which the texts are numbers or dates, likeliest first."""
    yield from _number_dates(name, texts)
    if (reading := _best_number(texts, rules)) is not None and reading.fits.any():
        yield reading
    if (reading := _as_dates(written_dates(texts))) is not None and reading.fits.any():
        yield reading


def _best_number(texts: Sequence[str], rules: Rules) -> _Reading | None:
    import numpy as np

    plain = plain_numbers(texts)
    fits = ~np.isnan(plain)
    # Where the comma is decimal, 1.234 may be a thousand and more.
    points = rules.decimal == "," and any("." in text for text in texts)
    if fits.all() and not points:
        return _Reading("numeric", plain, fits, "")
    best = _Reading("numeric", plain, fits, "") if fits.any() and not (points and rules.strict) else None
    for found in (written_numbers(texts, rules.decimal, rules.strict), durations(texts)):
        if found is not None:
            fits = ~np.isnan(found.values)
            if best is None or fits.sum() > best.fits.sum() or (points and fits.all()):
                best = _Reading("numeric", found.values, fits, found.how)
    return best


def _as_dates(found: Dates | None) -> _Reading | None:
    return None if found is None else _Reading("date", found.values, found.values.notna(), f"({found.how})")


def _codes(texts: Sequence[str]) -> str:
    """Return why texts of digits are codes (postcodes, 007, account numbers) and no quantities, or an empty text."""
    if not all(text.isascii() and text.isdigit() for text in texts):
        return ""
    lengths = {len(text) for text in texts}
    if max(lengths) > 15:
        return "whole numbers of more than 15 digits are codes"
    if len(lengths) == 1 and min(lengths) >= 3 and len(texts) > 1 and any(text[0] == "0" for text in texts):
        return "digits of one length with leading zeros are codes"
    return ""


def _text_or_categorical(texts: Sequence[str], counts: "NDArray[np.int64]") -> tuple[str, str]:
    rows, distinct = int(counts.sum()), len(texts)
    words = sum(len(text.split()) for text in texts) / distinct
    length = sum(map(len, texts)) / distinct
    varied = len({len(text) for text in probed(texts)}) > 3
    many = distinct >= 30 and distinct > 0.2 * rows and (words >= 2.5 or (length >= 20 and varied))
    prose = words >= 8 and ((distinct >= 5 and distinct > 0.5 * rows) or distinct >= 100)
    if many or prose:
        return (
            "text",
            f"{distinct:,} different values in {rows:,} rows, of {words:.1f} words and {length:.0f} characters",
        )
    return "categorical", f"{distinct:,} different value{'s' * (distinct > 1)} in {rows:,} rows, no numbers or dates"


def _typed(
    name: str,
    levels: Levels,
    present: "NDArray[np.bool_]",
    texts: Sequence[str],
    counts: "NDArray[np.int64]",
    reading: _Reading,
    why: str,
) -> Typed:
    import numpy as np
    import pandas as pd

    if reading.kind == "numeric":
        full = np.full(len(levels.texts), np.nan)
    else:
        full = np.full(len(levels.texts), np.datetime64("NaT", "us"))
    full[present] = np.asarray(reading.values)
    values = pd.Series(full[levels.codes])
    is_inf = [not fits and _is_infinite(text) for text, fits in zip(texts, reading.fits, strict=True)]
    odd = [
        index
        for index, fits in enumerate(reading.fits)
        if not fits and not is_inf[index] and texts[index].lower() not in NO_NUMBER
    ]
    odd.sort(key=lambda index: -counts[index])
    return Typed(
        values,
        Column(
            name=name,
            kind=reading.kind,
            why=why,
            missing=_share(values.isna().sum(), len(values)),
            distinct=int(values.nunique()),
            odd=tuple(texts[index] for index in odd[:5]),
            odd_rows=int(sum(counts[index] for index in odd)),
            codes=codes_for_missing(np.asarray(values)) if reading.kind == "numeric" else (),
            absent=_counted(levels, ~present),
            infinite=int(sum(counts[index] for index, found in enumerate(is_inf) if found)),
        ),
    )


def _labelled(name: str, kind: str, levels: Levels, present: "NDArray[np.bool_]", why: str, rules: Rules) -> Typed:
    """Return a column of labels or text; a mark of a missing value that is written like them is one of them."""
    import numpy as np

    if rules.values is not None:
        marks = set(rules.values.get(name, ()))
    else:
        values = [text for text, kept in zip(levels.texts, present, strict=True) if kept]
        marks = {text for text in levels.texts if kind == "categorical" and looks_like_value(text, values)}
    kept_marks = ~present & np.array([text in marks and text not in rules.stated for text in levels.texts], dtype=bool)
    found = _as_labels(name, kind, levels, present | kept_marks, why)
    column = found.column._replace(marks=_counted(levels, kept_marks))
    return found._replace(column=column, labels=_every_label(levels, rules, column.absent))


def _every_label(levels: Levels, rules: Rules, absent: tuple[tuple[str, int], ...]) -> "pd.Series[Any] | None":
    """Return the column as classes, blank only where a cell is empty or has a mark that the user named."""
    import numpy as np

    if all(not text or text in rules.stated for text, _ in absent):
        return None
    present = np.array([bool(text) and text not in rules.stated for text in levels.texts], dtype=bool)
    return _categories(levels, present)


def _counted(levels: Levels, chosen: "NDArray[np.bool_]") -> tuple[tuple[str, int], ...]:
    return tuple(
        (text, int(count))
        for text, count, kept in zip(levels.texts, levels.counts, chosen, strict=True)
        if kept and count
    )


def _categories(levels: Levels, present: "NDArray[np.bool_]") -> "pd.Series[Any]":
    import numpy as np
    import pandas as pd

    categories = sorted(text for text, kept in zip(levels.texts, present, strict=True) if kept)
    place = {text: index for index, text in enumerate(categories)}
    codes = np.array([place.get(text, -1) if kept else -1 for text, kept in zip(levels.texts, present, strict=True)])
    return pd.Series(pd.Categorical.from_codes(codes[levels.codes], categories=pd.Index(categories)))


def _as_labels(name: str, kind: str, levels: Levels, present: "NDArray[np.bool_]", why: str) -> Typed:
    import numpy as np
    import pandas as pd

    if kind == "text":
        cells = np.array(
            [text if kept else None for text, kept in zip(levels.texts, present, strict=True)], dtype=object
        )
        values: pd.Series[Any] = pd.Series(cells[levels.codes])
    else:
        values = _categories(levels, present)
    missing = _share(levels.counts[~present].sum(), len(levels.codes))
    return Typed(values, Column(name, kind, why, missing, int(present.sum()), absent=_counted(levels, ~present)))


def typed_numbers(name: str, values: "pd.Series[Any]", why: str) -> Typed:
    """Return a column that is stored as numbers; infinity counts as missing."""
    import numpy as np
    import pandas as pd

    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    infinite = np.isinf(numbers)
    numbers[infinite] = np.nan
    found = _stored(name, "numeric", pd.Series(numbers), why, codes_for_missing(numbers))
    return found._replace(column=found.column._replace(infinite=int(infinite.sum())))


def typed_dates(name: str, values: "pd.Series[Any]", why: str) -> Typed:
    """Return a column that is stored as dates."""
    import pandas as pd

    dates = pd.Series(pd.DatetimeIndex(pd.to_datetime(values, errors="coerce")).as_unit("us"))
    return _stored(name, "date", dates, why, ())


def _stored(name: str, kind: str, values: "pd.Series[Any]", why: str, codes: tuple[float, ...]) -> Typed:
    missing = _share(values.isna().sum(), len(values))
    kind = "empty" if missing == 1 else kind
    return Typed(values, Column(name, kind, why, missing, int(values.nunique()), codes=codes))


def _empty(name: str, levels: Levels, rules: Rules) -> Typed:
    import numpy as np
    import pandas as pd

    values = pd.Series(np.full(len(levels.codes), np.nan))
    absent = _counted(levels, np.ones(len(levels.texts), dtype=bool))
    column = Column(name, "empty", "no row has a value", 1.0, 0, absent=absent)
    return Typed(values, column, _every_label(levels, rules, absent))


def codes_for_missing(values: "NDArray[np.float64]") -> tuple[float, ...]:
    """Return the numbers that may stand for a missing value: -1, -99, 999, 99999 and the like, far from the others.

    A negative code is the only negative number of the column and in at least two rows; a positive one is
    further from the next number than all others are from each other. Columns of fewer than four numbers have none.

    Examples
    --------
    >>> import numpy as np
    >>> codes_for_missing(np.array([3.0, 999, 5, 6, 27, 999, -1, -1]))
    (-1.0, 999.0)
    """
    import numpy as np

    numbers, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    if len(numbers) < 4:
        return ()
    found = []
    lowest, highest = float(numbers[0]), float(numbers[-1])
    if _is_code(-lowest, least=1) and counts[0] > 1 and (numbers[1] >= 0 or numbers[1] - lowest > highest - numbers[1]):
        found.append(lowest)
        numbers = numbers[1:]
    if _is_code(highest, least=2) and counts[-1] > 1 and highest - numbers[-2] > numbers[-2] - numbers[0]:
        found.append(highest)
    return tuple(found)


def _is_code(number: float, least: int) -> bool:
    """Whether a number is written with nines only, at least `least` of them, or is 1 where one digit is enough."""
    if number == 1:
        return least == 1
    return (
        number.is_integer() and 9 <= number < 1e12 and set(str(int(number))) == {"9"} and len(str(int(number))) >= least
    )


def _is_infinite(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def _share(part: Any, whole: int) -> float:
    return float(part) / whole if whole else 0.0


def _percent(share: float) -> str:
    return f"{share:.0%}" if share < 0.995 else f"{min(share, 0.9999):.2%}"
