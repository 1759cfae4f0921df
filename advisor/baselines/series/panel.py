"""Series of several channels and different lengths in one array, NaN behind the end of each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

FEATURES_BYTES = 60_000  # what the longest of the feature vectors takes, beside the values and what is made of them
WORKING_COPIES = 12


@dataclass(frozen=True, slots=True)
class SeriesExamples:
    """Series as models get them: float32 of shape (series, channels, steps), NaN behind the ends of shorter ones."""

    values: "npt.NDArray[np.float32]"

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: np.ndarray) -> "npt.NDArray[np.float32]":
        """Return some series."""
        taken: npt.NDArray[np.float32] = self.values[rows]
        return taken

    def bytes_per_row(self) -> float:
        """Return the memory of a series with what models make of it."""
        return float(self.values[:1].nbytes) * WORKING_COPIES + FEATURES_BYTES


def lengths_of(values: np.ndarray) -> "npt.NDArray[np.int64]":
    """Return the steps of each series.

    Examples
    --------
    >>> lengths_of(np.array([[[1.0, 2.0, np.nan]], [[1.0, 2.0, 3.0]]]))
    array([2, 3])
    """
    return np.asarray((~np.isnan(values[:, 0])).sum(axis=-1), dtype=np.int64)


def padded(series: "Sequence[np.ndarray]") -> "npt.NDArray[np.float32]":
    """Return series of shape (channels, steps) as one array, NaN behind the ends."""
    longest = max(one.shape[1] for one in series)
    values = np.full((len(series), series[0].shape[0], longest), np.nan, dtype=np.float32)
    for row, one in enumerate(series):
        values[row, :, : one.shape[1]] = one
    return values


def without_gaps(one: np.ndarray) -> tuple[np.ndarray, int]:
    """Return a series with its missing steps interpolated in each channel, and how many there were.

    It ends with the last step at which any channel has a value. Before its first and behind its last value a channel
    keeps that value; a channel without any is zero.

    Examples
    --------
    >>> without_gaps(np.array([[np.nan, 1.0, np.nan, 3.0, np.nan], [0.0, 0.0, 0.0, 0.0, np.nan]]))
    (array([[1., 1., 2., 3.],
           [0., 0., 0., 0.]]), 2)
    """
    known = np.isfinite(one)
    end = int(np.flatnonzero(known.any(axis=0)).max(initial=-1)) + 1
    one, known = one[:, :end], known[:, :end]
    missing = int((~known).sum())
    if not missing:
        return one, 0
    filled = np.zeros_like(one)
    steps = np.arange(end)
    for channel, (values, present) in enumerate(zip(one, known, strict=True)):
        if present.any():
            filled[channel] = np.interp(steps, steps[present], values[present])
    return filled, missing
