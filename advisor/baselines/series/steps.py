"""Find the columns of a table that are the steps of series, one row a series."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.baselines.series.panel import padded, without_gaps

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from advisor.baselines.tabular.table import Table

LEAST_STEPS = 24
MOST_COLUMNS_BESIDE = 3
_NAME = re.compile(r"(.*?)[_.\-\s]?(\d+)")
# What a column of one step is called before its number; a channel may stand before that, as in acc_x_t0.
_STEPS = re.compile(r"(?:(.+)[_.\-])?(t|time|step|timestep|tick|sample|lag)", re.IGNORECASE)
_PLAIN = frozenset(("", "x", "v", "s", "y", "val", "value", "att", "attr"))
# Roughness is 2 where neighbours have nothing in common (von Neumann's ratio).
_SMOOTH, _NOT_ROUGH = 1.0, 1.8
_ROWS_LOOKED_AT = 500
_MOST_OF_A_PIXEL = 255


class Steps(NamedTuple):
    """The columns of each channel, in the order of their numbers, and the reason."""

    channels: Mapping[str, tuple[str, ...]]
    why: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns."""
        return tuple(name for names in self.channels.values() for name in names)


def numbered_columns(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns whose names differ in a number that counts without a gap, by what stands before it.

    Only runs of the greatest length count: the channels of a series are of one length.

    Examples
    --------
    >>> numbered_columns(["id", "x_2", "x_0", "x_1", "y3"])
    {'x': ('x_0', 'x_1', 'x_2')}
    """
    runs: dict[str, dict[int, str]] = {}
    for name in names:
        found = _NAME.fullmatch(name)
        if found:
            runs.setdefault(found[1], {})[int(found[2])] = name
    whole = {
        stem: tuple(columns[number] for number in sorted(columns))
        for stem, columns in runs.items()
        if max(columns) - min(columns) == len(columns) - 1
    }
    longest = max((len(columns) for columns in whole.values()), default=0)
    return {stem: columns for stem, columns in whole.items() if len(columns) == longest}


def find_steps(table: "Table", others: frozenset[str]) -> Steps | None:
    """Return the columns of a table that are clearly the steps of series, None where there are none.

    Their names count the steps, each channel has at least `LEAST_STEPS`, few columns stand beside them, and each row
    changes little from one step to the next, which the columns of other tables do not. Rows of pixels do, too: whole
    numbers up to 255 are no series. Nor are columns that the file does not name, such as the bands of a spectrum.

    Parameters
    ----------
    table : Table
        The file that was read.
    others : frozenset of str
        Columns with another part than that of a feature.
    """
    if any((decision.what, decision.value) == ("header", "none") for decision in table.decisions):
        return None
    features = [column for column in table.columns if column.name not in others]
    channels = numbered_columns([column.name for column in features if column.kind in ("numeric", "empty")])
    count = sum(len(columns) for columns in channels.values())
    if not channels or count < LEAST_STEPS * len(channels) or len(features) - count > MOST_COLUMNS_BESIDE:
        return None
    said = [_STEPS.fullmatch(stem) for stem in channels]
    if not all(said) and not all(stem.strip("_.- ").lower() in _PLAIN for stem in channels):
        return None
    roughness = max(_roughness(table.frame[list(columns)]) for columns in channels.values())
    if not roughness < (_NOT_ROUGH if all(said) else _SMOOTH) or _are_pixels(table.frame, channels):
        return None
    named = {(found[1] or stem if found else stem): channels[stem] for stem, found in zip(channels, said, strict=True)}
    steps = len(next(iter(channels.values())))
    return Steps(
        named, f"{steps:,} columns in a row that count the steps{_per_channel(len(named))}, neighbours much alike"
    )


def asked_for_steps(table: "Table", others: frozenset[str]) -> Steps | None:
    """Return the columns that are read as steps where the user says that they are: numbered ones, or all numbers."""
    features = [column.name for column in table.columns if column.name not in others and column.kind == "numeric"]
    channels = numbered_columns(features)
    if sum(len(columns) for columns in channels.values()) < len(features) / 2:
        channels = {"series": tuple(features)}
    if not features:
        return None
    return Steps(channels, "as asked for with --structure time-series")


def series_of_rows(
    frame: "pd.DataFrame", channels: Mapping[str, Sequence[str]]
) -> "tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_], int]":
    """Return the rows as series, which rows have no value at all, and how many gaps were filled.

    Cells behind the last value of a row are behind the end of its series.
    """
    blocks = [frame[list(columns)].to_numpy(np.float64) for columns in channels.values()]
    values = np.stack(blocks, axis=1)
    values[~np.isfinite(values)] = np.nan
    empty = np.isnan(values).all(axis=(1, 2))
    if not np.isnan(values).any():
        return values.astype(np.float32), empty, 0
    filled = [without_gaps(one) if not nothing else (one[:, :1], 0) for one, nothing in zip(values, empty, strict=True)]
    return padded([one for one, _ in filled]), empty, sum(gaps for _, gaps in filled)


def _per_channel(channels: int) -> str:
    return "" if channels == 1 else f" for each of {channels:,} channels"


def _roughness(frame: "pd.DataFrame") -> float:
    """Return by how much rows change from step to step, against how much they vary: 2 for steps in any order.

    Columns are brought to the same mean and spread first: only what tells one row from another counts.
    """
    values = frame.iloc[:_ROWS_LOOKED_AT].to_numpy(np.float64)
    centred = values - _mean(values, axis=0)
    spread = np.sqrt(_mean(centred**2, axis=0))
    scaled = np.divide(centred, spread, out=np.full_like(values, np.nan), where=spread > 0)
    scaled = scaled - _mean(scaled, axis=1)
    changes, variation = _mean(np.diff(scaled, axis=1) ** 2, axis=1)[:, 0], _mean(scaled**2, axis=1)[:, 0]
    varying = variation > 0
    return float(np.median(changes[varying] / variation[varying])) if varying.any() else np.inf


def _mean(values: np.ndarray, axis: int) -> np.ndarray:
    """Return the mean of what is known, 0 where nothing is, in as many dimensions as the values have."""
    known = np.isfinite(values)
    counts = np.maximum(known.sum(axis=axis, keepdims=True), 1)
    return np.asarray(np.where(known, values, 0).sum(axis=axis, keepdims=True) / counts)


def _are_pixels(frame: "pd.DataFrame", channels: Mapping[str, Sequence[str]]) -> bool:
    values = frame[[name for columns in channels.values() for name in columns]].iloc[:_ROWS_LOOKED_AT].to_numpy(float)
    known = values[np.isfinite(values)]
    return bool(
        (known == known.round()).all() and known.min(initial=0) >= 0 and known.max(initial=0) <= _MOST_OF_A_PIXEL
    )
