"""Ridge regression from a window to all steps at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisor.baselines.forecast.models.forecaster import BaseForecaster, Framed, Framing, last_in_time

if TYPE_CHECKING:
    from advisor.baselines.forecast.panel import Histories

PENALTIES = tuple(10.0 ** np.arange(-1, 5.5, 0.5))


class LagRidgeForecaster(BaseForecaster):
    """Ridge regression in closed form on windows anchored at their last value; the latest rows choose the penalty.

    NLinear (Zeng et al., AAAI 2023) without gradient descent.

    Parameters
    ----------
    penalties : tuple of float
        To choose from.
    """

    def __init__(self, *, penalties: tuple[float, ...] = PENALTIES) -> None:
        self.penalties = penalties

    def _fit(self, X: Histories, y: np.ndarray) -> None:  # noqa: N803
        self.framing_ = Framing.of(X)
        framed, levels = self.framing_.framed(X), X.to_levels(y)
        targets = framed.inwards(levels)
        train, valid = last_in_time(X)
        some = Framed(framed.windows[valid], framed.anchor[valid], framed.spread[valid])
        errors = [
            float(np.abs(levels[valid] - some.outwards(_applied(some.windows, *weights))).mean())
            for weights in _solutions(framed.windows[train], targets[train], self.penalties)
        ]
        self.penalty_ = self.penalties[int(np.argmin(errors))]
        ((self.weights_, self.intercepts_),) = _solutions(framed.windows, targets, (self.penalty_,))

    def _values(self, X: Histories) -> np.ndarray:  # noqa: N803
        framed = self.framing_.framed(X)
        return X.from_levels(framed.outwards(_applied(framed.windows, self.weights_, self.intercepts_)))


def _applied(windows: np.ndarray, weights: np.ndarray, intercepts: np.ndarray) -> np.ndarray:
    return np.asarray(windows @ weights + intercepts)


def _solutions(
    windows: np.ndarray, targets: np.ndarray, penalties: tuple[float, ...]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return weights and intercepts for each penalty, from one decomposition."""
    means, goals = windows.mean(axis=0), targets.mean(axis=0)
    centred = windows - means
    values, vectors = np.linalg.eigh(centred.T @ centred)
    right = vectors.T @ (centred.T @ (targets - goals))
    found = []
    for penalty in penalties:
        weights = vectors @ (right / (np.maximum(values, 0.0)[:, None] + penalty))
        found.append((weights, goals - means @ weights))
    return found
