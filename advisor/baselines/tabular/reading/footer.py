"""Find rows at an end of a table that sum up the others, or hold a note: they are no data."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.tabular.reading.categories import Levels
from advisor.baselines.tabular.reading.header import is_value
from advisor.baselines.tabular.reading.missing import MISSING
from advisor.baselines.tabular.reading.number_parsing import plain_numbers, written_numbers
from advisor.source.problems import shorten

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST = 3  # rows at the end: sums, means, a note
_FEWEST_ROWS = 5  # beside it
_FILLED = 0.9  # of the other rows, where a blank is odd
_CLOSE = 1e-3  # of a sum or mean, by rounding
_SUMS = frozenset(
    (
        *("total", "totals", "grand total", "subtotal", "sub total", "sub-total", "sum", "sums", "overall", "all"),
        *("average", "avg", "mean", "median", "count", "summe", "gesamt", "insgesamt", "mittelwert", "durchschnitt"),
        *("somme", "moyenne", "suma", "promedio", "totale", "totaal", "итого", "всего", "合计", "总计", "合計", "합계"),
    )
)


class Footer(NamedTuple):
    """The rows, why they are no data, and a sentence on them for the reader."""

    rows: "NDArray[np.bool_]"
    why: str = ""
    note: str = ""


def find_footer(columns: Sequence[Levels], data: "NDArray[np.bool_]") -> Footer:
    """Return the rows at the end of a table, or the first one, that sum up the others or hold a note alone.

    Parameters
    ----------
    columns : sequence of Levels
        The columns.
    data : numpy.ndarray of bool
        The rows that are not known to be something else.
    """
    import numpy as np

    rows = np.zeros(len(data), dtype=bool)
    places = np.flatnonzero(data)
    if len(columns) < 2 or len(places) <= _FEWEST_ROWS + _MOST:
        return Footer(rows)
    filled = lru_cache(None)(lambda column: _filled(columns[column]))
    for place in places[: -_MOST - 1 : -1]:
        if not _is_no_data(columns, filled, place):
            break
        rows[place] = True
    if _sums_up(columns, filled, places[0]):
        rows[places[0]] = True
    if not rows.any():
        return Footer(rows)
    found = np.flatnonzero(rows)
    first = next(cell for cell in _cells(columns, found[0]) if cell not in MISSING)
    what, hold, which = (
        ("1 row sums", "holds", "it is") if len(found) == 1 else (f"{len(found)} rows sum", "hold", "they are")
    )
    note = f"{what} up the others or {hold} a note ({shorten(first, 30)}): {which} left out"
    return Footer(rows, "they sum up the others or hold a note", note)


def _is_no_data(columns: Sequence[Levels], filled: Callable[[int], float], row: int) -> bool:
    return _sums_up(columns, filled, row) or _is_note(columns, filled, row)


def _cells(columns: Sequence[Levels], row: int) -> list[str]:
    return [levels.texts[levels.codes[row]] for levels in columns]


def _filled(levels: Levels) -> float:
    """Return the share of rows with a value."""
    blank = sum(int(count) for text, count in zip(levels.texts, levels.counts, strict=True) if text in MISSING)
    return 1 - blank / max(1, len(levels.codes))


def _sums_up(columns: Sequence[Levels], filled: Callable[[int], float], row: int) -> bool:
    """Whether a row is called a total and is blank where the others are not, or holds their sums or means."""
    cells = _cells(columns, row)
    title = next((place for place, cell in enumerate(cells) if _is_title(cell)), None)
    if title is None or not _once(columns[title], cells[title]):
        return False
    others = [place for place in range(len(cells)) if place != title]
    blank = [place for place in others if cells[place] in MISSING and filled(place) >= _FILLED]
    if 2 * len(blank) >= len(others):
        return True
    numbers = [place for place in others if is_value(cells[place])]
    sums = [place for place in numbers if _is_sum(columns[place], row)]
    return bool(sums) and 2 * len(sums) >= len(numbers)


def _is_note(columns: Sequence[Levels], filled: Callable[[int], float], row: int) -> bool:
    """Whether a row of three columns or more holds one text and is blank where the others are not."""
    cells = _cells(columns, row)
    present = [place for place, cell in enumerate(cells) if cell not in MISSING]
    if len(columns) < 3 or len(present) != 1 or is_value(cells[present[0]]):
        return False
    rest = (place for place in range(len(cells)) if place != present[0])
    return _once(columns[present[0]], cells[present[0]]) and all(filled(place) >= _FILLED for place in rest)


def _is_title(cell: str) -> bool:
    text = cell.rstrip(" :").casefold()
    return text in _SUMS or text.startswith("total ")


def _once(levels: Levels, text: str) -> bool:
    return int(levels.counts[levels.texts.index(text)]) == 1


def _is_sum(levels: Levels, row: int) -> bool:
    """Whether the number of a row is the sum or the mean of all others."""
    import numpy as np

    values = plain_numbers(levels.texts)
    if np.isnan(values).mean() > 0.5 and (written := written_numbers(levels.texts, ".", strict=False)) is not None:
        values = written.values
    numbers = values[levels.codes]
    others = np.delete(numbers, row)
    known = others[~np.isnan(others)]
    if np.isnan(numbers[row]) or not len(known) or not known.any():
        return False
    return any(abs(numbers[row] - one) <= _CLOSE * abs(one) for one in (known.sum(), known.mean()))
