"""What all models that forecast share: rows to learn from, windows on one scale, inner validation in time."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

if TYPE_CHECKING:
    from typing import Self

    from advisor.baselines.forecast.panel import Histories

VALIDATION_SHARE = 0.15
LEAST_SPREAD = 0.3  # of the usual one: a flat stretch would blow up everything that is divided by its spread
WIDEST_INPUT, WIDEST_TARGET = 8.0, 4.0


class BaseForecaster(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Forecasts scaled values; a subclass implements `_fit(X, y)` on rows without a gap, and `_values(X)`."""

    @abstractmethod
    def _fit(self, X: Histories, y: np.ndarray) -> None: ...  # noqa: N803

    @abstractmethod
    def _values(self, X: Histories) -> np.ndarray: ...  # noqa: N803

    def fit(self, X: Histories, y: np.ndarray) -> Self:  # noqa: N803
        """Fit to histories and what followed them, shape (rows, horizon)."""
        whole = np.flatnonzero(np.isfinite(y).all(axis=1))
        self._fit(X.take(whole), y[whole])
        return self

    def predict(self, X: Histories) -> np.ndarray:  # noqa: N803
        """Return the forecasts of the rows, shape (rows, horizon)."""
        return self._values(X)


def last_in_time(X: Histories, most_rows: int | None = None) -> tuple[np.ndarray, np.ndarray]:  # noqa: N803
    """Return rows to train on and, later than all that these know, rows to validate on; both are all of few rows.

    Parameters
    ----------
    X : Histories
        The training rows.
    most_rows : int, optional
        Rows to train on; evenly spread ones where there are more.
    """
    origins = X.origins
    start = np.quantile(origins, 1 - VALIDATION_SHARE, method="higher")
    train = np.flatnonzero(origins + X.traits.horizon <= start)
    valid = np.flatnonzero(origins >= start)
    if len(train) < 2 or len(valid) < 2:
        train = valid = np.arange(len(origins))
    return evenly(train, most_rows), evenly(valid, most_rows)


def evenly(rows: np.ndarray, most: int | None) -> np.ndarray:
    """Return at most so many of the rows, evenly spread."""
    if most is None or len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


class Framing(NamedTuple):
    """How windows are put on one scale.

    Attributes
    ----------
    least_spread : float
        The spread that flat windows are taken to have.
    seasonal : bool
        Whether forecasts are told as what they add to the last season, rather than to the last value.
    """

    least_spread: float
    seasonal: bool = False

    @classmethod
    def of(cls, X: Histories) -> Framing:  # noqa: N803
        """Return the framing around the last value, for these training rows."""
        usual = float(np.median(X.windows().std(axis=1)))
        return cls(LEAST_SPREAD * usual if usual > 0 else 1.0)

    def framed(self, X: Histories) -> Framed:  # noqa: N803
        """Return the windows of rows on that scale."""
        windows = X.windows()
        last = windows[:, -1:]
        spread = np.maximum(windows.std(axis=1, keepdims=True), self.least_spread)
        anchor = np.repeat(last, X.traits.horizon, axis=1)
        if self.seasonal:
            anchor = last_season(X)
        scaled = np.clip((windows - last) / spread, -WIDEST_INPUT, WIDEST_INPUT)
        return Framed(scaled, anchor, spread)


class Framed(NamedTuple):
    """Windows on one scale, shape (rows, window); the anchors of forecasts (rows, horizon); the spreads (rows, 1)."""

    windows: np.ndarray
    anchor: np.ndarray
    spread: np.ndarray

    def inwards(self, levels: np.ndarray) -> np.ndarray:
        """Return levels of what follows, shape (rows, horizon), on the scale of the windows."""
        return np.asarray(np.clip((levels - self.anchor) / self.spread, -WIDEST_TARGET, WIDEST_TARGET))

    def outwards(self, values: np.ndarray) -> np.ndarray:
        """Return levels of values on the scale of the windows."""
        return np.asarray(self.anchor + self.spread * np.clip(values, -WIDEST_INPUT, WIDEST_INPUT))


def last_season(X: Histories) -> np.ndarray:  # noqa: N803
    """Return the levels of the last season, repeated over the horizon; of the last value where there is no season."""
    season, steps = X.traits.season, np.arange(X.traits.horizon)
    found = X.before(season - steps % season)
    missing = np.isnan(found)
    return np.asarray(np.where(missing, X.before(np.array([1])), found)) if missing.any() else found


def better_framing(X: Histories, levels: np.ndarray, rows: np.ndarray) -> Framing:  # noqa: N803
    """Return the framing around what forecasts some rows better by itself: the last value, or the last season."""
    last = Framing.of(X)
    if X.traits.season == 1:
        return last
    some = X.take(rows)
    errors = [
        float(np.abs(levels[rows] - framing.framed(some).anchor).mean())
        for framing in (last, last._replace(seasonal=True))
    ]
    return last._replace(seasonal=errors[1] < errors[0])
