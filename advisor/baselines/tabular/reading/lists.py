"""Take columns apart whose cells are lists of equally many numbers, such as positions and embeddings."""

import json
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.tabular.reading.categories import Levels, stripped
from advisor.baselines.tabular.reading.missing import MISSING
from advisor.baselines.tabular.reading.number_parsing import probed
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST = 4096  # numbers in a list


class Apart(NamedTuple):
    """The columns with one for each place of a list, and what was decided about lists."""

    names: tuple[str, ...]
    levels: list[Levels]
    decisions: tuple[Decision, ...]


def apart(names: Sequence[str], columns: list[Levels], whole: Collection[str]) -> Apart:
    """Return the columns with those of lists taken apart: `place` as `place.0`, `place.1` and so on.

    Parameters
    ----------
    names : sequence of str
        Names of the columns.
    columns : list of Levels
        The columns.
    whole : collection of str
        Columns that the user names, which stay as they are.
    """
    found_names: list[str] = []
    found: list[Levels] = []
    decisions = []
    for name, levels in zip(names, columns, strict=True):
        lists = None if name in whole else _lists(levels)
        parts = [] if lists is None else [f"{name}.{place}" for place in range(max(map(len, lists)))]
        if lists is None or not {*names}.isdisjoint(parts):
            found_names.append(name)
            found.append(levels)
            continue
        found_names += parts
        found += [_place(levels, lists, place) for place in range(len(parts))]
        why = f"its cells are lists of {len(parts)} numbers: read as {parts[0]} to {parts[-1]}"
        decisions.append(Decision("list", name, why, f"--kind {name}=text"))
    return Apart(tuple(found_names), found, tuple(decisions))


def _lists(levels: Levels) -> list[list[str]] | None:
    """Return the list of each text, none where it is missing; None where some text is no list, or of another length."""
    present = [text for text in probed(levels.texts) if text not in MISSING]
    if not present or not all(text[0] == "[" and text[-1] == "]" for text in present):
        return None
    lists: list[list[str]] = []
    lengths: set[int] = set()
    for text in levels.texts:
        numbers = [] if text in MISSING else _numbers(text)
        if numbers is None or len(numbers) > _MOST:
            return None
        lists.append(numbers)
        lengths.add(len(numbers) or -1)
    lengths.discard(-1)
    return lists if len(lengths) == 1 else None


def _numbers(text: str) -> list[str] | None:
    """Return the numbers of a list as JSON writes it, as texts; None where it is something else."""
    try:
        found = json.loads(text.replace("NULL", "null"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not found or not all(item is None or isinstance(item, str) for item in found):
        return None
    return None if '"' in text else ["" if item is None else item for item in found]


def _place(levels: Levels, lists: Sequence[Sequence[str]], place: int) -> Levels:
    import numpy as np
    import pandas as pd

    cells = np.array([numbers[place] if numbers else "" for numbers in lists], dtype=object)
    codes, texts = pd.factorize(cells)
    rows: NDArray[np.int32] = codes.astype(np.int32)[levels.codes]
    return stripped(list(texts), rows)
