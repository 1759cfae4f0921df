"""Series on a grid of time, and what of them lies before an origin: all that a model may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from advisor.baselines.forecast.grid import Grid


@dataclass(frozen=True, slots=True)
class Series:
    """One series without gaps.

    Attributes
    ----------
    name : str
        Its id; empty where there is a single one.
    start : int
        Position of its first value in the grid.
    values : numpy.ndarray of shape (times,)
        Gaps are filled by interpolation.
    observed : numpy.ndarray of shape (times,), of bool
        Whether a value was in the file.
    """

    name: str
    start: int
    values: np.ndarray
    observed: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    @property
    def end(self) -> int:
        """The position after its last value."""
        return self.start + len(self.values)


@dataclass(frozen=True, slots=True)
class Traits:
    """What was found before the first test, and every model may know.

    Attributes
    ----------
    horizon : int
        Steps that are forecast.
    seasons : tuple of int
        The lengths of seasons that the series show, the first one measures errors.
    window : int
        The last values before an origin that models read.
    logged : bool
        Whether models read logarithms, since larger values vary more.
    """

    horizon: int
    seasons: tuple[int, ...]
    window: int
    logged: bool

    @property
    def season(self) -> int:
        """The first season, 1 where there is none."""
        return self.seasons[0] if self.seasons else 1


@dataclass(frozen=True, slots=True)
class Panel:
    """Series that are forecast together; `scales` are their mean absolute errors of a naive forecast."""

    grid: Grid
    series: tuple[Series, ...]
    scales: np.ndarray
    traits: Traits

    def levels(self, number: int) -> np.ndarray:
        """Return a series as models read it: divided by its scale, or the logarithm."""
        values = self.series[number].values
        return np.asarray(np.log1p(values) if self.traits.logged else values / self.scales[number])


class Histories:
    """Series up to an origin each: the input of every model.

    Parameters
    ----------
    panel : Panel
        The series.
    series : numpy.ndarray of shape (rows,)
        Numbers of the series.
    origins : numpy.ndarray of shape (rows,)
        Positions of the first step that is forecast.
    """

    def __init__(self, panel: Panel, series: np.ndarray, origins: np.ndarray) -> None:
        self.panel = panel
        self.series = series
        self.origins = origins
        starts = np.array([one.start for one in panel.series])
        self._local = origins - starts[series]

    def __len__(self) -> int:
        return len(self.series)

    @property
    def traits(self) -> Traits:
        """What every model may know."""
        return self.panel.traits

    def take(self, rows: np.ndarray) -> Histories:
        """Return some of them."""
        return Histories(self.panel, self.series[rows], self.origins[rows])

    def bytes_per_row(self) -> float:
        """Return the memory of a window with its forecast."""
        return 8.0 * (self.traits.window + self.traits.horizon)

    def past(self, row: int) -> np.ndarray:
        """Return all values of a row's series before its origin, divided by the scale of the series."""
        number = self.series[row]
        return np.asarray(self.panel.series[number].values[: self._local[row]] / self.panel.scales[number])

    def windows(self) -> np.ndarray:
        """Return the last levels before the origins, shape (rows, window)."""
        return self.before(np.arange(self.traits.window, 0, -1))

    def before(self, lags: np.ndarray) -> np.ndarray:
        """Return the levels so many steps before the origins, shape (rows, lags), NaN before a series begins.

        Lags start at 1: nothing at or after an origin can be had.
        """
        assert lags.min() >= 1  # noqa: S101 - or the future would leak
        found = np.empty((len(self), len(lags)))
        for number in np.unique(self.series):
            rows = np.flatnonzero(self.series == number)
            places = self._local[rows, None] - lags[None, :]
            levels = self.panel.levels(int(number))
            found[rows] = np.where(places >= 0, levels[places.clip(min=0)], np.nan)
        return found

    def to_levels(self, targets: np.ndarray) -> np.ndarray:
        """Return scaled values of the rows, shape (rows, horizon), as levels."""
        if not self.traits.logged:
            return targets
        return np.asarray(np.log1p(targets * self.panel.scales[self.series, None]))

    def from_levels(self, levels: np.ndarray) -> np.ndarray:
        """Return levels of the rows as scaled values."""
        if not self.traits.logged:
            return levels
        return np.asarray(np.expm1(levels) / self.panel.scales[self.series, None])
