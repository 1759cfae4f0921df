"""The Theta method: half a line, half exponential smoothing, on a series without its season."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.signal import lfilter

from advisor.baselines.forecast.models.forecaster import BaseForecaster
from advisor.baselines.forecast.traits import is_seasonal

if TYPE_CHECKING:
    from advisor.baselines.forecast.panel import Histories

SMOOTHINGS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98)
MOST_VALUES = 5_000


class ThetaForecaster(BaseForecaster):
    """The Theta method, computed anew from each history; nothing is learnt from other rows.

    Assimakopoulos and Nikolopoulos, The theta model (International Journal of Forecasting 2000).
    """

    def _fit(self, X: Histories, y: np.ndarray) -> None:  # noqa: N803, ARG002
        self.fitted_ = True

    def _values(self, X: Histories) -> np.ndarray:  # noqa: N803
        traits = X.traits
        return np.stack([theta(X.past(row)[-MOST_VALUES:], traits.season, traits.horizon) for row in range(len(X))])


def theta(values: np.ndarray, season: int, horizon: int) -> np.ndarray:
    """Return the forecast of one series.

    Examples
    --------
    >>> theta(np.arange(20.0), 1, 3).round(1).tolist()
    [19.5, 20.0, 20.5]
    """
    seasonal = decomposed(values, season) if is_seasonal(values, season) else None
    rest = values if seasonal is None else seasonal.adjusted
    steps = np.arange(len(rest))
    slope, intercept = np.polyfit(steps, rest, 1) if len(rest) > 1 else (0.0, rest[-1])
    line = intercept + slope * steps
    ahead = np.arange(len(rest), len(rest) + horizon)
    forecast = 0.5 * (intercept + slope * ahead) + 0.5 * smoothed_level(2 * rest - line)
    return forecast if seasonal is None else seasonal.put_back(forecast, ahead)


def smoothed_level(values: np.ndarray) -> float:
    """Return the last level of exponential smoothing, by the constant that forecasts one step best."""
    best, level = np.inf, float(values[-1])
    for alpha in SMOOTHINGS:
        levels = lfilter([alpha], [1.0, alpha - 1.0], values, zi=[(1 - alpha) * values[0]])[0]
        error = float(np.square(values[1:] - levels[:-1]).sum())
        if error < best:
            best, level = error, float(levels[-1])
    return level


class Decomposed(NamedTuple):
    """A series without its season, and the season by place in it; factors where `multiplied`, else amounts."""

    adjusted: np.ndarray
    season: np.ndarray
    multiplied: bool

    def put_back(self, forecast: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Return a forecast with its season, by the places of its steps in the series."""
        own = self.season[steps % len(self.season)]
        return np.asarray(forecast * own if self.multiplied else forecast + own)


def decomposed(values: np.ndarray, season: int) -> Decomposed:
    """Return the classical decomposition by a centred moving mean, multiplied where all values are positive."""
    weights = np.full(season + 1 - season % 2, 1 / season)
    if season % 2 == 0:
        weights[[0, -1]] /= 2
    trend = np.convolve(values, weights, mode="valid")
    start = len(weights) // 2
    inner = values[start : start + len(trend)]
    multiplied = bool((values > 0).all())
    ratio = inner / trend if multiplied else inner - trend
    places = (start + np.arange(len(trend))) % season
    found = np.bincount(places, ratio, season) / np.maximum(np.bincount(places, minlength=season), 1)
    found = found / found.mean() if multiplied else found - found.mean()
    spread = found[np.arange(len(values)) % season]
    return Decomposed(values / spread if multiplied else values - spread, found, multiplied)
