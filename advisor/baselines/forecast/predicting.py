"""Forecast with a saved model from new data: what the script of a saved winner calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from advisor.baselines.errors import DataError
from advisor.baselines.forecast.grid import Grid
from advisor.baselines.forecast.panel import Histories, Panel, Traits
from advisor.baselines.forecast.reading import read_series
from advisor.baselines.forecast.traits import naive_scale
from advisor.baselines.tabular.reading import ReadOptions, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def forecast(pipeline: Any, about: Mapping[str, Any], path: Path) -> pd.DataFrame:
    """Return the steps after the end of each series of a file.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        The saved model.
    about : mapping
        What was saved of the data that it was fitted on.
    path : Path
        A file with the same columns.

    Returns
    -------
    pandas.DataFrame
        A row for each step: the series where there are several, its time, the prediction.

    Raises
    ------
    DataError
        If the file holds no series that is long enough.
    """
    target, time, series = about["target"], about["time"], about["series"]
    names = tuple(name for name in (target, time, series) if name is not None)
    table = read_table(path, ReadOptions(**about["reading"], needed=names))
    saved = about["traits"]
    traits = Traits(saved["horizon"], tuple(saved["seasons"]), saved["window"], saved["logged"])
    read = read_series(table, target, time, series, least=traits.window, grid=Grid(**about["grid"]))
    scales = np.array([naive_scale(one.values, traits.season) or 1.0 for one in read.series])
    panel = Panel(read.grid, read.series, scales, traits)
    ends = np.array([one.end for one in read.series])
    if traits.logged and min(float(one.values.min()) for one in read.series) < 0:
        raise DataError(f"{path.name}: {target} has negative values, and the model was fitted on data without any")
    predicted = pipeline.predict(Histories(panel, np.arange(len(ends)), ends)) * scales[:, None]
    rows: list[dict[str, Any]] = []
    for one, values in zip(read.series, predicted, strict=True):
        own = {} if series is None else {series: one.name}
        rows += [
            {**own, time: read.grid.time_at(one.end + step), "prediction": value} for step, value in enumerate(values)
        ]
    return pd.DataFrame(rows)
