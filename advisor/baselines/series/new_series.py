"""Read series that a saved model is to classify."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.errors import DataError
from advisor.baselines.series.panel import padded
from advisor.baselines.series.steps import series_of_rows
from advisor.baselines.series.ts_files import looks_like_ts, read_ts, ts_files

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


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
    return _of_table(path, about)


def _of_table(path: Path, about: Mapping[str, Any]) -> "npt.NDArray[np.float32]":
    from advisor.baselines.tabular.reading import ReadOptions, read_table

    columns = tuple(name for names in about["channels"].values() for name in names)
    table = read_table(path, ReadOptions(**{**about["reading"], "needed": columns}))
    values, empty, _ = series_of_rows(table.frame, about["channels"])
    if empty.any():
        raise DataError(f"{path}: row {int(empty.argmax()) + 1:,} has no value in any step; delete it")
    return values
