"""A support vector machine whose probabilities are calibrated on rows that it was not fitted on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from advisor.baselines.models.estimator import BaseClassifier, part
from advisor.baselines.models.validation import SMALLEST_PROBABILITY, folds

INNER_FOLDS = 3
# Rows whose kernel is held as a matrix: products of matrices are ten times as quick as libsvm's own.
MATRIX_ROWS = 4_000
NEWTON_STEPS = 30


class _Machine(NamedTuple):
    """A fitted machine; `rows` are its training rows, None where it holds its support vectors itself."""

    model: Any
    rows: np.ndarray | None
    gamma: float

    def decisions(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return the decision value of each pair of classes, above 0 for the first; shape (rows, pairs)."""
        if self.rows is None:
            return _of_pairs(self.model.decision_function(X))
        kernel = np.zeros((len(X), self.model.shape_fit_[0]))
        kernel[:, self.model.support_] = _kernel(X, self.rows, self.gamma)
        return _of_pairs(self.model.decision_function(kernel))


def _of_pairs(values: np.ndarray) -> np.ndarray:
    return -values[:, None] if values.ndim == 1 else values


class SupportVectorClassifier(BaseClassifier):
    """A support vector machine with radial kernels and calibrated probabilities.

    A sigmoid for each pair of classes (Platt, Probabilistic outputs for support vector machines, 1999), and the pairs
    joined by least squares (Wu, Lin and Weng, Probability estimates for multi-class classification by pairwise
    coupling, JMLR 2004).

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
        rows = np.asarray(X, dtype=np.float32)
        gamma = 1 / (rows.shape[1] * float(rows.var()) or 1.0)
        kernel = _kernel(rows, rows, gamma) if len(rows) <= MATRIX_ROWS else None
        first, second = np.triu_indices(int(target.max()) + 1, 1)
        values, known = np.zeros((len(rows), len(first))), np.zeros(len(rows), dtype=bool)
        for train, valid in folds(target, INNER_FOLDS, classes=True, seed=self.seed):
            if kernel is None:
                model = self._model(gamma).fit(rows[train], target[train], sample_weight=part(weights, train))
                values[valid] = _of_pairs(model.decision_function(rows[valid]))
            else:
                within = kernel[np.ix_(train, train)]
                model = self._model(None).fit(within, target[train], sample_weight=part(weights, train))
                values[valid] = _of_pairs(model.decision_function(kernel[np.ix_(valid, train)]))
            known[valid] = True
        if kernel is None:
            self.machine_ = _Machine(self._model(gamma).fit(rows, target, sample_weight=weights), None, gamma)
        else:
            fitted = self._model(None).fit(kernel, target, sample_weight=weights)
            self.machine_ = _Machine(fitted, rows[fitted.support_], gamma)
        if not known.any():  # too few rows to leave some out
            values, known = self.machine_.decisions(rows), np.ones(len(rows), dtype=bool)
        self.sigmoids_ = np.array(
            [
                _sigmoid(values[chosen, pair], target[chosen] == low)
                for pair, (low, high) in enumerate(zip(first, second, strict=True))
                for chosen in [known & ((target == low) | (target == high))]
            ]
        )

    def _model(self, gamma: float | None) -> Any:
        from sklearn.svm import SVC

        kernel = {"kernel": "precomputed"} if gamma is None else {"kernel": "rbf", "gamma": gamma}
        return SVC(C=self.strength, decision_function_shape="ovo", cache_size=100, random_state=self.seed, **kernel)

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        values = self.machine_.decisions(np.asarray(X, dtype=np.float32))
        logits = np.clip(self.sigmoids_[:, 0] * values + self.sigmoids_[:, 1], -30, 30)
        return coupled(1 / (1 + np.exp(-logits)), len(self.classes_))


def _kernel(first: np.ndarray, second: np.ndarray, gamma: float) -> np.ndarray:
    squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None, :]
    distances = np.maximum(squares - 2 * first @ second.T, 0)
    return np.asarray(np.exp(-gamma * distances, dtype=np.float64))


def _sigmoid(values: np.ndarray, positive: np.ndarray) -> tuple[float, float]:
    """Return slope and offset of the sigmoid from decision values to the probability of the positive rows.

    Targets are drawn in from 0 and 1 by what so few rows can say, as Platt does; noise never turns the sigmoid around.
    """
    count = int(positive.sum())
    rest = len(positive) - count
    wanted = np.where(positive, (count + 1) / (count + 2), 1 / (rest + 2))
    slope, offset = 0.0, float(np.log((count + 1) / (rest + 1)))
    if not count or not rest:
        return slope, offset

    def loss(slope: float, offset: float) -> float:
        logits = slope * values + offset
        return float((np.logaddexp(0, logits) - wanted * logits).sum())

    best = loss(slope, offset)
    for _ in range(NEWTON_STEPS):
        shares = 1 / (1 + np.exp(-np.clip(slope * values + offset, -30, 30)))
        errors, bend = shares - wanted, shares * (1 - shares) + 1e-9
        gradient = np.array([(errors * values).sum(), errors.sum()])
        across = (bend * values).sum()
        curvature = np.array([[(bend * values**2).sum() + 1e-9, across], [across, bend.sum()]])
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while size > 1e-6 and loss(slope - size * step[0], offset - size * step[1]) > best:
            size /= 2
        slope, offset = slope - size * float(step[0]), offset - size * float(step[1])
        if best - loss(slope, offset) < 1e-7 * abs(best):
            break
        best = loss(slope, offset)
    if slope > 0:
        return slope, offset
    return 0.0, float(np.log((count + 1) / (rest + 1)))


def coupled(shares: np.ndarray, classes: int) -> np.ndarray:
    """Return the probability of each class, shape (rows, classes), from that of the first of each pair.

    Parameters
    ----------
    shares : numpy.ndarray of shape (rows, pairs)
        For the pairs (0, 1), (0, 2), ... (classes - 2, classes - 1).
    classes : int
        Number of classes.

    Examples
    --------
    >>> coupled(np.array([[0.8]]), 2).round(2).tolist()
    [[0.8, 0.2]]
    >>> coupled(np.array([[0.5, 0.9, 0.9]]), 3).round(2).tolist()
    [[0.47, 0.47, 0.05]]
    """
    first, second = np.triu_indices(classes, 1)
    of_pair = np.zeros((len(shares), classes, classes))
    of_pair[:, first, second], of_pair[:, second, first] = shares, 1 - shares
    system = np.zeros((len(shares), classes + 1, classes + 1))
    system[:, :classes, :classes] = -of_pair.transpose(0, 2, 1) * of_pair
    diagonal = np.arange(classes)
    system[:, diagonal, diagonal] = (of_pair**2).sum(axis=1)
    system[:, :classes, classes] = system[:, classes, :classes] = 1
    answer = np.zeros((len(shares), classes + 1, 1))
    answer[:, classes] = 1
    found = np.clip(np.linalg.solve(system, answer)[:, :classes, 0], SMALLEST_PROBABILITY, 1)
    return np.asarray(found / found.sum(axis=1, keepdims=True))
