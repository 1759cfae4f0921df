"""Tables with a row for each step of a series, and a column that tells the series apart."""

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.series.panel import padded, without_gaps

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from advisor.baselines.options import Options
    from advisor.baselines.tabular.table import Table


class LongColumns(NamedTuple):
    """The columns of a long table: which series a row is of, its time, and the channels."""

    series: str
    time: str | None
    channels: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """All of them."""
        return (self.series, *([self.time] if self.time else []), *self.channels)


def long_columns(table: "Table", options: "Options", others: frozenset[str]) -> LongColumns:
    """Return the columns of a table that the user called long, `--series COLUMN`.

    Raises
    ------
    DataError
        If the column does not exist or has another part, or no column of numbers is left.
    """
    from advisor.baselines.tabular.column_names import column_named

    name = str(options.series)
    column_named(table, name, "--series")
    if name in others:
        raise DataError(f"--series {shlex.quote(name)}: the column already has another part; name another one")
    if options.time is not None:
        _refuse_time(table, options.time)
    own = {name, *others}
    channels = tuple(column.name for column in table.columns if column.name not in own and column.kind == "numeric")
    if not channels:
        raise DataError(f"--series {shlex.quote(name)}: no column of numbers is left that could be a channel")
    return LongColumns(name, options.time, channels)


def _refuse_time(table: "Table", time: str) -> None:
    from advisor.baselines.tabular.column_names import column_named

    column = column_named(table, time, "--time")
    if column.kind not in ("date", "numeric"):
        raise DataError(f"--time {shlex.quote(time)}: the column was read as {column.kind}; times are dates or numbers")


def series_of_long(
    frame: "pd.DataFrame", columns: LongColumns
) -> "tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], int]":
    """Return the series in the order in which they first appear, the first row of each, and how many gaps were filled.

    Raises
    ------
    DataError
        If a row has no series or no time, or a series has no value.
    """
    import pandas as pd

    for name, what in ((columns.series, "series"), (columns.time, "time")):
        without = np.flatnonzero(frame[name].isna()) if name else np.zeros(0, dtype=np.int64)
        if len(without):
            raise DataError(
                f"--{what} {shlex.quote(str(name))}: row {without[0] + 1:,} has no {what}; delete such rows"
            )
    codes, names = pd.factorize(frame[columns.series])
    times = np.zeros(len(frame)) if columns.time is None else frame[columns.time].to_numpy()
    order = np.lexsort((np.arange(len(frame)), times, codes))
    values = frame[list(columns.channels)].to_numpy(np.float64)[order].T
    starts = np.searchsorted(codes[order], np.arange(len(names)))
    found = [without_gaps(one) for one in np.split(values, starts[1:], axis=1)]
    empty = next((place for place, (one, _) in enumerate(found) if not one.shape[1]), None)
    if empty is not None:
        raise DataError(f"series {names[empty]} has no value in any row; delete it")
    first = np.full(len(names), len(frame), dtype=np.int64)
    np.minimum.at(first, codes, np.arange(len(frame)))
    return padded([one for one, _ in found]), first, sum(gaps for _, gaps in found)


def refuse_labels_that_change(frame: "pd.DataFrame", series: str, target: str) -> None:
    """Raise DataError if a series has rows of different classes."""
    kinds = frame.groupby(series, observed=True)[target].nunique()
    if (kinds > 1).any():
        raise DataError(
            f"series {kinds.index[(kinds > 1).to_numpy().argmax()]} has rows of different {target}: one class is "
            f"predicted for a whole series; cut it into series of one class, each with its own {series}"
        )


def saved_columns(columns: LongColumns | None) -> Mapping[str, Any] | None:
    """Return the columns as plain data."""
    return None if columns is None else {**columns._asdict(), "channels": list(columns.channels)}
