"""Forecasts that repeat what was: the last value, or the last season."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisor.baselines.forecast.models.forecaster import BaseForecaster, last_season

if TYPE_CHECKING:
    from advisor.baselines.forecast.panel import Histories

REPEATED = {"last": "the last value", "season": "the last season"}


class NaiveForecaster(BaseForecaster):
    """Repeat the last value or the last season.

    Parameters
    ----------
    repeats : str
        last, season, or better: which of the two has the lower error on the training rows.

    Attributes
    ----------
    feature_ : str
        What is repeated, where that was chosen.
    """

    def __init__(self, *, repeats: str = "better") -> None:
        self.repeats = repeats

    def _fit(self, X: Histories, y: np.ndarray) -> None:  # noqa: N803
        self.repeated_ = self.repeats
        if self.repeats == "better":
            errors = {kind: float(np.abs(y - _repeated(X, kind)).mean()) for kind in REPEATED}
            self.repeated_ = min(errors, key=lambda kind: errors[kind])
            self.feature_ = REPEATED[self.repeated_]

    def _values(self, X: Histories) -> np.ndarray:  # noqa: N803
        return _repeated(X, self.repeated_)


def _repeated(X: Histories, kind: str) -> np.ndarray:  # noqa: N803
    if kind == "season":
        return X.from_levels(last_season(X))
    return X.from_levels(np.repeat(X.before(np.array([1])), X.traits.horizon, axis=1))
