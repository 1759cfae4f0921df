"""Find rows that are no data: repeated headers, units, types or questions below the header, totals and notes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.tabular.reading.categories import Levels
from advisor.baselines.tabular.reading.footer import Footer, find_footer
from advisor.baselines.tabular.reading.header import is_value
from advisor.baselines.tabular.reading.missing import MISSING, NO_NUMBER
from advisor.baselines.tabular.reading.number_parsing import probed
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_BELOW = 3  # rows that describe the columns: Orange has types and flags, surveys questions and ids
_FEWEST_ROWS = 5  # that a row has to differ from
# How programs name the types and roles of columns, in small letters; the single letters are Orange's.
_TYPES = frozenset(
    (
        *("int", "integer", "int32", "int64", "long", "bigint", "float", "float32", "float64", "double", "decimal"),
        *("real", "number", "numeric", "continuous", "discrete", "ordinal", "nominal", "categorical", "category"),
        *("factor", "string", "str", "text", "char", "varchar", "object", "bool", "boolean", "logical", "binary"),
        *("date", "datetime", "time", "timestamp", "class", "target", "feature", "meta", "ignore", "weight", "id"),
        *("c", "d", "s", "t", "m", "i"),
    )
)


class HeaderRows(NamedTuple):
    """Which rows are data, what was decided about the others, and a sentence on them for the reader."""

    data: "NDArray[np.bool_]"
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...]


def find_header_rows(
    names: Sequence[str], columns: Sequence[Levels], header: bool, *, totals: bool = False
) -> HeaderRows | None:
    """Return the rows that are no data; None where all are.

    A row that repeats the names of the columns comes from files that were joined. One right below the header describes
    the columns if it has texts where the other rows have numbers or dates, in two columns or more, or holds names of
    types only; a cell that occurs in other rows, or that stands for a missing value, is no description.

    Parameters
    ----------
    names : sequence of str
        Names of the columns.
    columns : sequence of Levels
        The columns.
    header : bool
        Whether the first line of the file holds the names, so that the next may describe them.
    totals : bool
        Whether rows that sum up the others, or hold a note, are data.
    """
    import numpy as np

    repeated = _repeated(names, columns)
    footer = Footer(np.zeros(len(repeated), dtype=bool)) if totals else find_footer(columns, ~repeated)
    described = np.zeros(len(repeated), dtype=bool)
    shown: list[str] = []
    for row in np.flatnonzero(~repeated)[:_MOST_BELOW] if header else ():
        cells = [levels.texts[levels.codes[row]] for levels in columns]
        if len(repeated) < _FEWEST_ROWS or not _describes(cells, columns, first=not shown):
            break
        described[row] = True
        shown = shown or [cell for cell in cells if cell not in MISSING]
    if not repeated.any() and not described.any() and not footer.rows.any():
        return None
    decisions, notes = [], []
    for rows, what, note in (
        (repeated, "lines that repeat the names of the columns", _note_on_repeated(int(repeated.sum()))),
        (described, "lines that describe the columns", _note_on_described(int(described.sum()), shown)),
    ):
        if rows.any():
            decisions.append(Decision(what, str(int(rows.sum())), "left out, as they hold no values", "--no-header"))
            notes.append(note)
    if footer.rows.any():
        what = "lines of totals and notes"
        decisions.append(Decision(what, str(int(footer.rows.sum())), f"left out, as {footer.why}", "--keep-totals"))
        notes.append(footer.note)
    return HeaderRows(~(repeated | described | footer.rows), tuple(decisions), tuple(notes))


def without_rows(levels: Levels, data: "NDArray[np.bool_]") -> Levels:
    """Return a column of some of the rows, with the texts that are left."""
    import numpy as np

    codes = levels.codes[data]
    counts = np.bincount(codes, minlength=len(levels.texts))
    left = np.flatnonzero(counts)
    place = np.zeros(len(levels.texts), dtype=np.int32)
    place[left] = np.arange(len(left), dtype=np.int32)
    return Levels([levels.texts[index] for index in left], place[codes], counts[left])


def _repeated(names: Sequence[str], columns: Sequence[Levels]) -> "NDArray[np.bool_]":
    """Return the rows whose cells are the names of their columns in any case; a few may have been made unique."""
    import numpy as np

    alike = np.zeros(len(columns[0].codes), dtype=np.int64)
    wanted = max(2, len(names) - len(names) // 4)
    for seen, (name, levels) in enumerate(zip(names, columns, strict=True)):
        same = _places(levels.texts, name)
        if same:
            alike += np.isin(levels.codes, same)
        elif seen - alike.max(initial=0) >= len(names) // 4:
            return np.zeros(len(alike), dtype=bool)
    repeats: NDArray[np.bool_] = alike >= wanted
    return repeats


def _places(texts: Sequence[str], name: str) -> list[int]:
    """Return where a name is among texts, in any case."""
    length, wanted = len(name), name.casefold()
    return [place for place, text in enumerate(texts) if len(text) == length and text.casefold() == wanted]


def _describes(cells: Sequence[str], columns: Sequence[Levels], *, first: bool) -> bool:
    """Whether the cells of a row describe the columns; below one row that does, less has to speak for it."""
    filled = evidence = types = 0
    for cell, levels in zip(cells, columns, strict=True):
        if cell in MISSING or cell.lower() in NO_NUMBER:
            continue
        if is_value(cell) or levels.counts[levels.texts.index(cell)] > 1:
            return False
        filled += 1
        types += cell.lower() in _TYPES
        evidence += _holds_values(levels, cell)
    needed = 2 if first else 1
    return evidence >= needed or (types == filled >= needed and (not first or filled == len(cells)))


def _holds_values(levels: Levels, cell: str) -> bool:
    """Whether all present texts of a column but one are numbers or dates."""
    others = [text for text in probed(levels.texts) if text != cell and text not in MISSING]
    return len(others) > 1 and sum(map(is_value, others)) > 0.95 * len(others)


def _note_on_repeated(count: int) -> str:
    what, which = ("1 row repeats", "it is") if count == 1 else (f"{count:,} rows repeat", "they are")
    return f"{what} the names of the columns, as in files that were joined: {which} left out"


def _note_on_described(count: int, shown: Sequence[str]) -> str:
    what, hold, which = ("1 row", "holds", "it is") if count == 1 else (f"{count} rows", "hold", "they are")
    examples = ", ".join(shown[:4]) + (", ..." if len(shown) > 4 else "")
    describes = "describes" if count == 1 else "describe"
    return f"{what} below the header {describes} the columns and {hold} no values ({examples}): {which} left out"
