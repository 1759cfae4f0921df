"""What stands for a missing value in a file, and where the same text is a value like the others."""

from collections import Counter
from collections.abc import Iterable, Sequence

from advisor.baselines.tabular.table import Column
from advisor.reports.baseline import Decision

# What programs write for a missing value; pandas reads the same, except the question mark and the dashes.
MISSING = frozenset(
    [
        *("", "?", "NA", "N/A", "n/a", "<NA>", "#N/A", "#N/A N/A", "#NA", "NaN", "nan", "-NaN", "-nan"),
        *("null", "NULL", "Null", "None", "-", "--", "\u2013", "\u2014"),
    ]
)
# In small letters, missing among numbers and dates; elsewhere they may be categories.
NO_NUMBER = frozenset(
    [
        *("na", "n.a.", "n/a", "nan", "nat", "null", "none", "nil", "not available", ".", "..", "...", "---", "*"),
        *("#n/a", "#value!", "#div/0!", "#ref!", "#num!", "#name?", "#null!"),
        *("inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"),
    ]
)
_WORDS = frozenset(["NA", "None"])  # of the marks, those that people write for something: Namibia, none of these
_ALIKE = 0.9
_MOST_VALUES = 300  # there are fewer countries; in a column of names a mark is none of them


def looks_like_value(mark: str, others: Sequence[str]) -> bool:
    """Whether a mark of a missing value is written like the values of its column: NA among codes, None among words.

    Examples
    --------
    >>> looks_like_value("NA", ["DE", "FR", "ZA"]), looks_like_value("NA", ["Gd", "Fa", "Ex"])
    (True, False)
    >>> looks_like_value("None", ["Insomnia", "Sleep Apnea"])
    True
    """
    if mark not in _WORDS or not 2 <= len(others) <= _MOST_VALUES:
        return False
    if mark.isupper():
        alike = sum(other.isalpha() and other.isupper() and len(other) == len(mark) for other in others)
    else:
        alike = sum(other[:1].isupper() and other[1:2].islower() for other in others)
    return alike >= _ALIKE * len(others)


def marks_decision(columns: Iterable[Column]) -> Decision:
    """Return what was decided about missing values: the marks that count as such, with their cells."""
    found: Counter[str] = Counter()
    for column in columns:
        found.update(dict(column.absent))
    value = ", ".join(repr(mark) if mark else "blank" for mark, _ in found.most_common(6)) or "none"
    why = "no cell has one of the usual marks"
    if found:
        why = "cells with these marks: " + ", ".join(f"{count:,}" for _, count in found.most_common(6))
    return Decision("missing values", value, why, "--missing")
