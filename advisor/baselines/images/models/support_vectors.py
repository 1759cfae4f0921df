"""A support vector machine whose probabilities are calibrated on rows that it was not fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np

from advisor.baselines.models.estimator import BaseClassifier, part
from advisor.baselines.models.validation import folds

INNER_FOLDS = 3


class SupportVectorClassifier(BaseClassifier):
    """A support vector machine with radial kernels; a sigmoid of each class's decision value gives its probability.

    Platt, Probabilistic outputs for support vector machines (1999), one class against the rest.

    Parameters
    ----------
    strength : float
        Inverse penalty, C.
    seed : int
        Seed of the inner folds.
    """

    def __init__(self, *, strength: float = 5.0, seed: int = 0) -> None:
        self.strength = strength
        self.seed = seed

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        values, known = np.zeros((len(target), int(target.max()) + 1)), np.zeros(len(target), dtype=bool)
        for train, valid in folds(target, INNER_FOLDS, classes=True, seed=self.seed):
            model = self._model().fit(X[train], target[train], sample_weight=part(weights, train))
            values[valid] = _decisions(model, X[valid])
            known[valid] = True
        self.model_ = self._model().fit(X, target, sample_weight=weights)
        if not known.any():  # too few rows to leave some out
            values, known = _decisions(self.model_, X), np.ones(len(target), dtype=bool)
        self.sigmoids_ = _sigmoids(values[known], target[known], part(weights, known))

    def _model(self) -> Any:
        from sklearn.svm import SVC

        return SVC(C=self.strength, gamma="scale", cache_size=100, random_state=self.seed)

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        slope, offset = self.sigmoids_
        shares = 1 / (1 + np.exp(-np.clip(slope * _decisions(self.model_, X) + offset, -40, 40)))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _decisions(model: Any, X: Any) -> np.ndarray:  # noqa: N803
    """Return the decision value of each class, shape (rows, classes)."""
    values = np.asarray(model.decision_function(X))
    return np.column_stack([-values, values]) if values.ndim == 1 else values


def _sigmoids(values: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return slope and offset of each class's sigmoid, which are never turned around by noise."""
    from sklearn.linear_model import LogisticRegression

    slopes, offsets = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    for code in range(values.shape[1]):
        mine = target == code
        share = (mine.sum() + 1) / (len(mine) + 2)
        offsets[code] = np.log(share / (1 - share))
        if 0 < mine.sum() < len(mine):
            model = LogisticRegression(C=1e3).fit(values[:, [code]], mine, sample_weight=weights)
            if model.coef_[0, 0] > 0:
                slopes[code], offsets[code] = model.coef_[0, 0], model.intercept_[0]
    return slopes, offsets
