"""Decide where a table starts, whether its first row holds names, and which names the columns get.

Headers rightly told on 54 tables, mostly real, the 96 of the tests, and 88 real files of the Pollock survey, which
nothing here was tuned on: 54, 96, 82; DuckDB 53, 86, 70; clevercsv 53, 61, 79; csv.Sniffer 52, 60, 79
(`tests/benchmarks/reading.py`).
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from advisor.baselines.tabular.reading.dialect import Row

_NUMBER = re.compile(r"[$€£¥]?\s?[+-]?(\d[\d.,]*|[.,]\d+)(e[+-]?\d+)?\s?[%€]?", re.IGNORECASE)
_DATE = re.compile(
    r"\[?(\d{1,4}[-/.](\d{1,2}|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)([-/.]\d{1,4})?"
    r"|\d{4}(?P<mark>[_:])\d{2}(?P=mark)\d{2})([ T:_-]\d{1,2}[:.h_-]\d{2}.*)?|\d{1,2}:\d{2}(:\d{2})?"
    r"|\d{4}(-?\d{2}-?\d{2}T\d{2}.*|-?W\d{2}(-?\d)?)",
    re.IGNORECASE,
)
_MISSING = frozenset({"", "?", "na", "n/a", "nan", "null", "none", "-", "--"})

_JOINED = 0.1  # share of the rows, at most


class Layout(NamedTuple):
    """Where the table is in the rows of a sample.

    Attributes
    ----------
    first : int
        Index of the first row of the table, its header included.
    header : bool
        Whether this row holds names.
    why : str
        The reason for that.
    names : tuple of str
        One for each column, unique.
    width : int
        Cells that a row has to have.
    spare : bool
        Whether a row may end in a separator, with one blank cell more.
    renamed : tuple of str
        Names that were made up or changed.
    """

    first: int
    header: bool
    why: str
    names: tuple[str, ...]
    width: int
    spare: bool
    renamed: tuple[str, ...]


def lay_out(rows: Sequence[Row], width: int, header: bool | None, fixed_start: bool) -> Layout:
    """Return the layout of a table whose rows mostly have `width` cells.

    Parameters
    ----------
    rows : sequence of Row
        The first rows; at least one.
    width : int
        Cells of most of them.
    header : bool or None
        Whether the first row holds names; None means that it is decided.
    fixed_start : bool
        Whether the table starts at the first row, whatever that holds.
    """
    first = 0 if fixed_start else _start(rows, width)
    cells = [cell.strip() for cell in rows[first].cells]
    body = [[cell.strip() for cell in row.cells] for row in rows[first + 1 : first + 1001]]
    full = [row for row in body if len(row) == width]
    spare = bool(full) and all(row[-1] == "" for row in full) and (len(cells) < width or cells[-1] == "")
    if len(cells) == width - 1 and full and (header is not False):
        # R writes no name for the row names; others end each row, but not the header, in a separator.
        names = cells if spare else ["", *cells]
        why = "the first row has one cell fewer than the others"
        return _with_names(first, True, why, names, width - spare, spare)
    spare = spare and width > 2 and len(cells) == width
    if spare:
        width, cells, full = width - 1, cells[:-1], [row[:-1] for row in full]
    if header is not None:
        decided, why = header, "given"
    else:
        decided, why = _is_header(cells, [row for row in full if len(row) == len(cells)])
    if not decided:
        return Layout(first, False, why, tuple(str(index) for index in range(width)), width, spare, ())
    return _with_names(first, True, why, cells, len(cells), spare)


def unique_names(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return unique names, none of them empty, and those that had to be made up.

    Examples
    --------
    >>> unique_names(["a", "b", "a", ""])
    (('a', 'b', 'a_2', 'column_3'), ('a_2', 'column_3'))
    """
    given = {name.strip() for name in names}
    taken: set[str] = set()
    found: list[str] = []
    made: list[str] = []
    for index, raw in enumerate(names):
        name = raw.strip()
        if not name or name in taken:
            stem, number = (name, 2) if name else ("column", index)
            while (made_up := f"{stem}_{number}") in taken or made_up in given:
                number += 1
            name = made_up
            made.append(name)
        taken.add(name)
        found.append(name)
    return tuple(found), tuple(made)


def _with_names(first: int, header: bool, why: str, names: Sequence[str], width: int, spare: bool) -> Layout:
    unique, renamed = unique_names(names)
    return Layout(first, header, why, unique, width, spare, renamed)


def _start(rows: Sequence[Row], width: int) -> int:
    """Return the index of the first row that belongs to the table: titles and notes above it have other widths."""
    for index, row in enumerate(rows):
        filled = sum(bool(cell.strip()) for cell in row.cells)
        if len(row.cells) == width and (filled > 1 or width < 3):
            return index
        follows = index + 1 < len(rows) and len(rows[index + 1].cells) == width
        if len(row.cells) == width - 1 and filled == width - 1 and filled > 1 and follows:
            return index
    return 0


def _is_header(cells: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[bool, str]:
    if not body:
        return True, "it is the only row"
    if _counts_up(cells) and not _counts_up(body[0]):
        return True, "its numbers count up"
    if not cells[0] and all(cells[1:]) and _counts_up([row[0] for row in body]):
        return True, "the first cell is blank, above row numbers"
    others = [row for row in body if row != cells]
    if len(body) - len(others) < _JOINED * len(body):  # files that were joined repeat their header now and then
        body = others
    votes = [_vote(cell, [row[index] for row in body]) for index, cell in enumerate(cells)]
    names, values = votes.count(1), votes.count(-1)
    if values > names:
        return False, f"the first row holds values like those below it in {values} of {len(cells)} columns"
    if names > values:
        return True, f"the first row differs from the values below it in {names} of {len(cells)} columns"
    if all(cell and not is_value(cell) for cell in cells) and len(set(cells)) == len(cells):
        return True, "the first row holds different texts, and nothing suggests that they are not names"
    return False, "the first row holds numbers, dates, blanks or repeated texts"


def _vote(cell: str, below: Sequence[str]) -> int:
    """Return 1 if a cell looks like the name of the values below it, -1 if it looks like one of them, else 0."""
    present = [value for value in below if value.lower() not in _MISSING]
    if not present:
        return 0
    if sum(is_value(value) for value in present) > 0.8 * len(present):
        return -1 if is_value(cell) or cell.lower() in _MISSING - {""} else bool(cell)
    if cell in present:
        return -1
    lengths = {len(value) for value in present}
    if len(present) > 4 and len(lengths) == 1 and len(cell) not in lengths:
        return 1
    return 1 if len(set(present)) <= len(present) / 2 and cell and not is_value(cell) else 0


def is_value(cell: str) -> bool:
    """Whether a cell is a number or a date."""
    return _NUMBER.fullmatch(cell) is not None or _DATE.fullmatch(cell) is not None


def _counts_up(cells: Sequence[str]) -> bool:
    """Whether the numbers of a row are 0, 1, 2 ... or years that follow each other, as headers have them."""
    numbers = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 10]
    others = [cell for cell in cells if is_value(cell)]
    return (
        len(numbers) >= 3
        and len(others) == len(numbers)
        and all(after - before == 1 for before, after in pairwise(numbers))
    )
