"""Find the separator and the quotes of a delimited text by parsing its beginning in every usual way.

Right separators on 54 tables, mostly real, on 95 of the tests and on the 96 real files of the Pollock survey, which
nothing here was tuned on: 54, 95, 93; clevercsv 54, 93, 94 in three times the CPU seconds; DuckDB 54, 87, 92 in as
many; csv.Sniffer 52, 88, 94 in ten times. The rows and columns of the first two are all right, by DuckDB for 53 of 54
and 79 of 96 (`tests/benchmarks/reading.py`).
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple, Protocol

from advisor.baselines.errors import DataError
from advisor.source.problems import shorten

# In order of preference where two fit equally well: a tab in a text that is regular by accident is rare.
SEPARATORS = ("\t", "|", ";", ",", " ")

# Ways to quote, in order of preference, with the arguments of `csv.reader`.
QUOTES: dict[str, dict[str, Any]] = {
    "doubled": {"quotechar": '"', "strict": True},
    "escaped": {"quotechar": '"', "escapechar": "\\", "strict": True},
    "none": {"quoting": csv.QUOTE_NONE, "quotechar": None},
    "single": {"quotechar": "'", "strict": True},
    "loose": {"quotechar": '"', "strict": False},
}
_OF_FLAG = {'"': ("doubled", "escaped", "loose"), "'": ("single",), "none": ("none",)}
_SIMPLE = re.compile(r"[^\t|;,\"]*|[+-]?\d+,\d+")
_PLAIN_NUMBER = re.compile(r"[+-]?\d*\.?\d+(e[+-]?\d+)?", re.IGNORECASE)
_LEAST_SHARE = 0.5


class Dialect(NamedTuple):
    """The separator, the way to quote (a key of QUOTES), and the share of the sample's rows that have one width."""

    separator: str
    quotes: str
    width: int
    share: float


class Row(NamedTuple):
    """The cells of a record, and the number of the last line of it, counted from 1 within the sample."""

    cells: list[str]
    line: int


def quotes_allowed(flag: str | None) -> tuple[str, ...]:
    """Return the ways to quote that a `--quote` flag leaves open."""
    return tuple(QUOTES) if flag is None else _OF_FLAG[flag]


class Reader(Protocol):
    """What `csv.reader` returns: rows, and how many lines were read so far."""

    @property
    def line_num(self) -> int:
        """Lines read so far."""

    def __iter__(self) -> Iterator[list[str]]:
        """Give the rows."""


def reader(lines: Iterable[str], separator: str, quotes: str) -> Reader:
    """Return a `csv.reader`; blanks after a separator do not count, so that a quote may follow them."""
    return csv.reader(lines, delimiter=separator, skipinitialspace=True, **QUOTES[quotes])


@contextmanager
def long_cells() -> Iterator[None]:
    """Allow cells of up to 64 MB while the rows are read; 128 KB is the limit of the csv module."""
    before = csv.field_size_limit(min(1 << 26, sys.maxsize))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def parse(lines: Sequence[str], separator: str, quotes: str) -> list[Row] | None:
    """Return the rows with any cell, or None if the lines cannot be parsed so; a last record cut off is left out."""
    rows = reader(lines, separator, quotes)
    found: list[Row] = []
    try:
        with long_cells():
            found.extend(Row(cells, rows.line_num) for cells in rows if cells)
    except csv.Error as error:
        # The sample may end, or the file be cut off, within quotes; one that swallows half of it is part of the text.
        if "unexpected end" not in str(error) or not found or found[-1].line < len(lines) / 2:
            return None
    return found


def sniff(lines: Sequence[str], separator: str | None, quote: str | None) -> Dialect:
    """Return the dialect in which most rows of the sample have the same width.

    Parameters
    ----------
    lines : sequence of str
        The first lines of the file with their ends, without comments.
    separator, quote : str or None
        Stated by the user.

    Raises
    ------
    DataError
        If no separator gives rows of equal width.
    """
    quotes = quotes_allowed(quote)
    if separator is not None:
        found = _best(_candidates(lines, (separator,), quotes, 1))
        if found is None:
            return Dialect(separator, quotes[0], 0, 0.0)
        other = _best(_candidates(lines, SEPARATORS, quotes, 2)) if found.width == 1 else None
        if other is not None and other.share >= 0.9:
            raise DataError(
                f"--separator: {shorten(separator)} does not separate the cells; the file looks as if "
                f"{shorten(other.separator)} does"
            )
        return found
    candidates = _candidates(lines, SEPARATORS[:-1], quotes, 2)
    best = _best([found for found in candidates if found.dialect.share >= _LEAST_SHARE])
    if best is None:
        blank = _best(_candidates(lines, (" ",), quotes, 3))
        best = blank if blank is not None and blank.share == 1 and _many_numbers(lines) else None
    if best is not None:
        return best
    marks = [mark for mark in SEPARATORS[:-1] if any(mark in line for line in lines)]
    quoted = _best([one for one in _candidates(lines, marks, quotes, 1) if one.dialect[2:] == (1, 1.0)])
    if quoted is not None:  # one column, in whose quoted cells all the separators are
        return quoted
    if marks:
        raise DataError(
            "no separator (comma, semicolon, tab, pipe) gives rows of equal length; "
            "describe the layout with --separator, --quote, --skip-rows or --comment"
        )
    return Dialect(",", quotes[0], 1, 1.0)


class _Candidate(NamedTuple):
    """A dialect; the share of plain cells, and of the cells beginning with a quote that also end with one."""

    dialect: Dialect
    simple: float
    wrapped: float


def _candidates(lines: Sequence[str], separators: Iterable[str], quotes: Sequence[str], least: int) -> list[_Candidate]:
    text = "".join(lines)
    if '"' not in text and len(quotes) > 1:
        quotes = tuple(way for way in quotes if way in {"doubled", "single"})
    found: list[_Candidate] = []
    for separator in separators:
        if separator not in text and least > 1:
            continue
        best: _Candidate | None = None
        for way in quotes:
            rows = parse(lines, separator, way)
            candidate = _judge(rows, separator, way) if rows else None
            if candidate is not None and (best is None or _better(candidate, best)):
                best = candidate
        if best is not None and best.dialect.width >= least:
            found.append(best)
    return found


def _better(later: _Candidate, best: _Candidate) -> bool:
    """Whether a later way to quote is needed: where all agree, quotes are as they usually are."""
    if later.dialect.share != best.dialect.share:
        return later.dialect.share > best.dialect.share
    # Cells that both begin and end with a quote are quoted, though blanks follow.
    return later.dialect.quotes == "loose" and best.dialect.quotes == "none" and best.wrapped > 0.95


def _judge(rows: list[Row], separator: str, quotes: str) -> _Candidate:
    widths = Counter(len(row.cells) for row in rows)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    cells = [cell for row in islice((row for row in rows if len(row.cells) == width), 200) for cell in row.cells]
    simple = sum(_SIMPLE.fullmatch(cell) is not None for cell in cells) / len(cells)
    opened = [cell for cell in cells if cell.startswith('"')]
    wrapped = sum(cell.rstrip().endswith('"') and len(cell) > 1 for cell in opened) / max(1, len(opened))
    return _Candidate(Dialect(separator, quotes, width, count / len(rows)), simple, wrapped)


def _best(candidates: Sequence[_Candidate]) -> Dialect | None:
    """Return the most regular candidate; on a tie a tab, then the one whose cells hold no other separator or quote."""
    if not candidates:
        return None
    best = max(
        candidates,
        key=lambda found: (
            found.dialect.share,
            found.dialect.separator == "\t",
            found.simple,
            -SEPARATORS.index(found.dialect.separator) if found.dialect.separator in SEPARATORS else 0,
        ),
    )
    return best.dialect


def _many_numbers(lines: Sequence[str]) -> bool:
    cells = [cell for line in lines[1:200] for cell in line.split()]
    numbers = sum(_PLAIN_NUMBER.fullmatch(cell) is not None for cell in cells)
    return numbers > len(cells) / 4
