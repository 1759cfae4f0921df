"""Read series that a saved model is to classify."""

from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.errors import DataError
from advisor.baselines.series.panel import padded
from advisor.baselines.series.steps import series_of_rows
from advisor.baselines.series.ts_files import looks_like_ts, read_ts, ts_files

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from advisor.baselines.tabular.table import Table


def read_new_series(path: Path, about: Mapping[str, Any]) -> "npt.NDArray[np.float32]":
    """Return the series of a `.ts` file, of a folder of such, or of a table.

    Parameters
    ----------
    path : Path
        What to read.
    about : mapping
        The content of `model.json`.

    Raises
    ------
    DataError
        If the data cannot be read, or have other channels than those that the model was fitted on.
    """
    if looks_like_ts(path):
        found = [one for file in ts_files(path) for one in read_ts(file, labelled=False).series]
        channels = {len(one) for one in found}
        if channels != {about["channel_count"]}:
            raise DataError(
                f"{path}: {' and '.join(map(str, sorted(channels)))} channels, but the model was fitted on "
                f"{about['channel_count']}"
            )
        return padded(found)
    if not about["channels"]:
        raise DataError(f"{path}: the model was fitted on a .ts file; pass one of the same channels")
    return _of_long_table(path, about) if about["long"] else _of_table(path, about)


def _of_long_table(path: Path, about: Mapping[str, Any]) -> "npt.NDArray[np.float32]":
    """Return the series of a table with a row for each step, in the order in which they first appear."""
    from advisor.baselines.series.long_tables import LongColumns, series_of_long
    from advisor.baselines.tabular.reading import ReadOptions, read_table

    columns = LongColumns(**about["long"])
    table = read_table(path, ReadOptions(**{**about["reading"], "needed": columns.named}))
    _refuse_what_is_no_number(path, table, set(columns.channels))
    return series_of_long(table.frame, columns._replace(channels=tuple(columns.channels)))[0]


def _of_table(path: Path, about: Mapping[str, Any]) -> "npt.NDArray[np.float32]":
    """Return the rows of a table, which may lack the last steps of all channels, as shorter series do."""
    from advisor.baselines.tabular.reading import ReadOptions, read_table

    channels = about["channels"]
    table = read_table(
        path, ReadOptions(**{**about["reading"], "needed": tuple(names[0] for names in channels.values())})
    )
    steps = min(_leading(names, table.frame.columns) for names in channels.values())
    further = [name for names in channels.values() for name in names[steps:] if name in table.frame.columns]
    if further:
        raise DataError(f"{path}: there is a column {further[0]}, but not all of those before it")
    own = {name for names in channels.values() for name in names[:steps]}
    _refuse_what_is_no_number(path, table, own)
    values, empty, _ = series_of_rows(table.frame, {name: names[:steps] for name, names in channels.items()})
    if empty.any():
        raise DataError(f"{path}: row {int(empty.argmax()) + 1:,} has no value in any step; delete it")
    return values


def _refuse_what_is_no_number(path: Path, table: "Table", names: Container[str]) -> None:
    wrong = next((one for one in table.columns if one.name in names and one.kind not in ("numeric", "empty")), None)
    if wrong is not None:
        raise DataError(f"{path}: column {wrong.name} was read as {wrong.kind}, and steps are numbers")


def _leading(names: Sequence[str], present: Container[str]) -> int:
    """Return how many of the names there are before the first that is missing."""
    return next((place for place, name in enumerate(names) if name not in present), len(names))
