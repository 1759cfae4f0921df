"""From a table in any order to series on a regular grid."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.forecast.grid import Grid, grid_of
from advisor.baselines.forecast.panel import Series
from advisor.baselines.tabular.column_names import column_named, named

if TYPE_CHECKING:
    import pandas as pd

    from advisor.baselines.tabular.table import Table

MOST_REPEATED = 0.05  # of the times; a clock that is set back repeats few
LEAST_OBSERVED = 0.5
LEAST_LENGTH = 20


class Read(NamedTuple):
    """The series of a file.

    Attributes
    ----------
    grid : Grid
        Their times.
    series : tuple of Series
        In the order of their ids.
    repeated : int
        Times of a series that occurred more than once; their values were averaged.
    gaps : int
        Times without a value between the first and the last of a series.
    short : tuple of str
        Series that were left out, since they are short or mostly gaps.
    """

    grid: Grid
    series: tuple[Series, ...]
    repeated: int
    gaps: int
    short: tuple[str, ...]


def read_series(
    table: Table, target: str, time: str, series: str | None, *, least: int = LEAST_LENGTH, grid: Grid | None = None
) -> Read:
    """Return the series of a table; its rows may be in any order.

    Parameters
    ----------
    table : Table
        The file that was read.
    target, time : str
        The columns of values and of times.
    series : str or None
        The column that tells which series a row is of; None where there is a single one.
    least : int
        Values that a series needs.
    grid : Grid, optional
        The grid to use; by default the one that the times show.

    Raises
    ------
    DataError
        If a column is missing or of another kind, or the rows make no series.
    """
    frame = _usable(table, target, time, series)
    if not len(frame):
        raise DataError(f"no row has both a time and a number as {named(target)}")
    keys = frame.iloc[:, 2].astype(str) if series is not None else None
    groups = [("", frame)] if keys is None else [(str(name), part) for name, part in frame.groupby(keys)]
    means = [(name, _mean_by_time(part)) for name, part in groups]
    repeated = len(frame) - sum(len(part) for _, part in means)
    if repeated > MOST_REPEATED * len(frame):
        raise DataError(_why_repeated(repeated, len(frame), time, series))
    if grid is None:
        grid = grid_of([part.index.to_numpy() for _, part in means], time)
    found, short = [], []
    for name, part in means:
        one = _on_grid(name, part, grid)
        if len(one) < least or one.observed.mean() < LEAST_OBSERVED:
            short.append(name)
        else:
            found.append(one)
    if not found:
        longest = max(len(part) for _, part in means)
        raise DataError(
            f"no series has {least} times with a value and few gaps; the longest has {longest:,}. A forecast needs "
            "longer series, or times that are closer together"
        )
    gaps = sum(int((~one.observed).sum()) for one in found)
    return Read(grid, tuple(found), repeated, gaps, tuple(short))


def _usable(table: Table, target: str, time: str, series: str | None) -> pd.DataFrame:
    """Return time, value and id of the rows that have them."""
    values, times = column_named(table, target, "--target"), column_named(table, time, "--time")
    if values.kind != "numeric":
        raise DataError(
            f"--target {shlex.quote(target)}: the column was read as {values.kind}, and only numbers can be forecast"
        )
    if times.kind not in ("date", "numeric"):
        raise DataError(
            f"--time {shlex.quote(time)}: the column was read as {times.kind}; times are dates or numbers. If it holds "
            f"dates, say so with --kind {shlex.quote(time)}=date"
        )
    names = [time, target]
    if series is not None:
        column_named(table, series, "--series")
        names.append(series)
    if len(set(names)) < len(names):
        raise DataError("--target, --time and --series are different columns; name another one")
    frame = table.frame[names]
    return frame[frame.notna().all(axis=1) & np.isfinite(frame[target])]


def _mean_by_time(frame: pd.DataFrame) -> pd.Series:
    return frame.groupby(frame.columns[0])[frame.columns[1]].mean().sort_index()


def _on_grid(name: str, values: pd.Series, grid: Grid) -> Series:
    places = grid.positions(values.index.to_numpy())
    length = int(places[-1] - places[0]) + 1
    sums, counts = np.zeros(length), np.bincount(places - places[0], minlength=length)
    np.add.at(sums, places - places[0], values.to_numpy(np.float64))
    observed = counts > 0
    known = np.flatnonzero(observed)
    filled = np.interp(np.arange(length), known, sums[known] / counts[known])
    return Series(name, int(places[0]), filled, observed)


def _why_repeated(repeated: int, rows: int, time: str, series: str | None) -> str:
    message = f"--time {shlex.quote(time)}: {repeated:,} of {rows:,} rows have the time of another row"
    if series is None:
        return f"{message}; if the file holds several series, name the column that tells them apart: --series COLUMN"
    return f"{message} of the same {named(series)}; add them up, or name a finer column of series"
