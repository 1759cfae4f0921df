"""Detect dependent rows: duplicates, groups, an order in time, totals of other rows."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from advisor.baselines.tabular.column_names import named, names_counter, names_entity, names_moment

if TYPE_CHECKING:
    import numpy.typing as npt

    Hashes = npt.NDArray[np.uint64]

_FEWEST_GROUPS = 20
_LARGEST_GROUP = 100  # rows on average
_ROWS = 20_000  # looked at for repeated measurements
_IN_ORDER = 0.99  # of the steps go the same way
_ALIKE_WITHIN = 0.1  # correlation of a group's rows from which a group matters
_ALIKE = 0.2  # correlation of neighbours from which an order matters


class Dependence(NamedTuple):
    """Rows that depend on each other by `column` (None where no column shows how), and the sentence about it.

    `strong` says whether the target shows it too.
    """

    column: str | None
    strong: bool
    message: str


def hash_rows(frame: pd.DataFrame) -> "Hashes":
    """Return a number for each row that equal rows share; blanks equal each other.

    Examples
    --------
    >>> import pandas as pd
    >>> first, second, third = hash_rows(pd.DataFrame({"a": [1.0, 2.0, 1.0], "b": [None, "x", None]}))
    >>> bool(first == third), bool(first == second)
    (True, False)
    """
    total = np.zeros(len(frame), dtype=np.uint64)
    for place, column in enumerate(frame.columns):
        total += _hash_column(frame[column], place)
    return total


def count_repeats(hashes: "Hashes") -> int:
    """Return how many rows repeat an earlier one."""
    return len(hashes) - len(np.unique(hashes))


def find_group(frame: pd.DataFrame, kinds: Mapping[str, str], target: str) -> Dependence | None:
    """Return the column whose values tie rows together, or that rows are repeated measurements, or None.

    A column that is named like an identifier of persons or things counts if its values repeat in small groups; another
    one if equal values are also next to each other in the file.
    """
    found = []
    for column in frame.columns:
        if column == target or kinds[column] not in ("numeric", "categorical"):
            continue
        by_name = names_entity(column)
        if kinds[column] == "numeric" and not by_name:
            continue
        values = frame[column].dropna()
        groups = values.nunique()
        if not _FEWEST_GROUPS <= groups <= 0.95 * len(values) or len(values) > _LARGEST_GROUP * groups:
            continue
        if kinds[column] == "numeric" and not bool((values == values.round()).all()):
            continue
        together = _held_together(values)
        alike = _alike_within(frame[column], frame[target])
        if not by_name and not (together and alike >= _ALIKE_WITHIN and 2 * groups <= len(values)):
            continue
        reason = "are next to each other in the file" if together else "repeat"
        message = (
            f"{named(column)} has {groups:,} values in {len(values):,} rows, and they {reason}: rows of one value may "
            f"be alike (the target's correlation within: {alike:.2f})"
        )
        found.append((together + alike, Dependence(column, alike >= _ALIKE_WITHIN or together, message)))
    if found:
        return max(found, key=lambda item: item[0])[1]
    return _repeated_measurements(frame.drop(columns=target), kinds)


def find_order(
    frame: pd.DataFrame, kinds: Mapping[str, str], target: str, counters: Sequence[str] = ()
) -> Dependence | None:
    """Return the column that shows the rows to be in the order of time, or None.

    Parameters
    ----------
    frame : pandas.DataFrame
        The file in its order.
    kinds : mapping of str to str
        The kind of each column.
    target : str
        The column to predict.
    counters : sequence of str
        Columns that number the rows, which give their order more finely than a year.
    """
    alike, is_sorted = neighbour_correlation(frame[target])
    for column in frame.columns:
        moment = kinds[column] == "date" or (kinds[column] == "numeric" and names_moment(column))
        if column == target or not moment or frame[column].nunique() < 5:
            continue
        if _ordered_share(frame[column]) < _IN_ORDER:
            continue
        better = [name for name in counters if names_counter(name)] if kinds[column] != "date" else []
        message = f"the rows are in the order of {named(column)}; {_neighbours(target, alike)}"
        return Dependence(better[0] if better else column, alike >= _ALIKE, message)
    dates = [column for column in frame.columns if kinds[column] == "date" and column != target]
    if dates and alike >= 0.5 and not is_sorted:
        return Dependence(dates[0], True, f"{_neighbours(target, alike)}, as if in the order of {named(dates[0])}")
    return None


def neighbour_correlation(target: pd.Series) -> tuple[float, bool]:
    """Return the targets' correlation between neighbouring rows, and whether the file is sorted by the target.

    Of classes it is the share of equal neighbours, with 0 for as many as chance gives and 1 for all.
    """
    values = target.dropna()
    if len(values) < 3 or values.nunique() < 2:
        return 0.0, False
    if values.dtype.kind == "f" and values.nunique() > 10:
        ranks = values.rank().to_numpy()
        steps = np.diff(ranks)
        return float(np.corrcoef(ranks[1:], ranks[:-1])[0, 1]), max((steps >= 0).mean(), (steps <= 0).mean()) > 0.95
    codes = pd.factorize(values)[0]
    shares = np.bincount(codes) / len(codes)
    expected = float((shares**2).sum())
    changes = int((codes[1:] != codes[:-1]).sum())
    same = 1 - changes / (len(codes) - 1)
    return (same - expected) / (1 - expected), changes < 2 * len(shares)


def find_totals(frame: pd.DataFrame, kinds: Mapping[str, str], target: str) -> tuple[str, str, int] | None:
    """Return the column, level and count of rows that are totals of all other rows, or None.

    Rows are totals if at least half of the numeric columns, at least two and the target among them, have the same
    sum over the level as over all other rows.
    """
    numeric = [
        column for column in frame.columns if kinds[column] == "numeric" and bool((frame[column].fillna(0) >= 0).all())
    ]
    if target not in numeric or len(numeric) < 2:
        return None
    sums = frame[numeric].sum()
    for column in frame.columns:
        if kinds[column] != "categorical":
            continue
        by_level = frame.groupby(column, observed=True)[numeric].sum()
        half = np.isclose(by_level * 2, sums, rtol=1e-9) & (by_level > 0)
        enough = half[target] & (half.sum(axis=1) >= max(2, len(numeric) // 2))
        for level in by_level.index[enough]:
            rows = int((frame[column] == level).sum())
            if rows <= len(frame) // 3:
                return column, str(level), rows
    return None


def _hash_column(values: pd.Series, place: int) -> "Hashes":
    """Return a number for each value whose sums over columns differ (finaliser of SplitMix64, Steele et al. 2014)."""
    mixed: Hashes = pd.util.hash_pandas_object(values, index=False).to_numpy(dtype=np.uint64)
    mixed = mixed + np.uint64((place + 1) * 0x9E3779B97F4A7C15 % 2**64)  # so that columns cannot be exchanged
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _held_together(values: pd.Series) -> bool:
    """Whether equal values of a column with repeats are nearly always next to each other."""
    codes = pd.factorize(values)[0]
    repeats = len(codes) - (int(codes.max()) + 1)
    return repeats > 0 and int((codes[1:] == codes[:-1]).sum()) >= 0.95 * repeats


def _alike_within(groups: pd.Series, target: pd.Series) -> float:
    """Return the correlation of the target between neighbours within groups: 1 equal, 0 as any two rows."""
    numeric = target.dtype.kind == "f" and target.nunique() > 2
    values = target.rank().to_numpy() if numeric else pd.factorize(target)[0].astype(float)
    codes = pd.factorize(groups)[0]
    known = (codes >= 0) & target.notna().to_numpy()
    order = np.argsort(codes[known], kind="stable")
    codes, values = codes[known][order], values[known][order]
    pair = codes[1:] == codes[:-1]
    if not pair.any():
        return 0.0
    left, right = values[:-1][pair], values[1:][pair]
    if numeric:
        spread = float(values.var())
        return 1 - float(((left - right) ** 2).mean()) / 2 / spread if spread > 0 else 0.0
    expected = float(((np.unique(values, return_counts=True)[1] / len(values)) ** 2).sum())
    return (float((left == right).mean()) - expected) / (1 - expected) if expected < 1 else 0.0


def _repeated_measurements(features: pd.DataFrame, kinds: Mapping[str, str]) -> Dependence | None:
    """Return whether most rows are the same as another one except for one column with few values, such as an age."""
    names = [column for column in features.columns if kinds[column] not in ("text", "empty")]
    frame = features[names].iloc[:_ROWS]
    fine = [column for column in names if kinds[column] == "numeric" and frame[column].nunique() > 50]
    if len(fine) < 3 or len(names) > 100:
        return None
    hashes = [_hash_column(frame[column], place) for place, column in enumerate(names)]
    total: Hashes = np.stack(hashes).sum(axis=0, dtype=np.uint64)
    shares = {name: _duplicate_share(total - one) for name, one in zip(names, hashes, strict=True)}
    first, second = sorted(shares, key=lambda name: -shares[name])[:2]
    few = frame[first].nunique() <= len(frame) // 10
    if shares[first] < 0.5 or shares[second] > shares[first] / 4 or not few or _duplicate_share(total) > 0.2:
        return None
    things = len(np.unique(total - hashes[names.index(first)]))
    return Dependence(
        None,
        True,
        f"{shares[first]:.0%} of the rows are the same as another one except for {named(first)}: they look like "
        f"{things:,} things measured several times",
    )


def _duplicate_share(hashes: "Hashes") -> float:
    counts = np.unique(hashes, return_counts=True)[1]
    return float(counts[counts > 1].sum() / len(hashes))


def _ordered_share(values: pd.Series) -> float:
    """Return the share of steps that go the way most of them go."""
    steps = np.diff(values.dropna().to_numpy())
    zero = np.zeros(1, dtype=steps.dtype)[0]
    return max(float((steps >= zero).mean()), float((steps <= zero).mean())) if len(steps) else 0.0


def _neighbours(target: str, alike: float) -> str:
    return f"{named(target)} of neighbouring rows has a correlation of {alike:.2f}"
