"""Logistic regression on terms that are weighted by how much more often a class uses them (NB-SVM)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.baselines.models.estimator import BaseClassifier, part
from advisor.baselines.models.validation import SMALLEST_PROBABILITY, holdout, mean_loss

if TYPE_CHECKING:
    from scipy import sparse

STRENGTHS = (0.003, 0.03, 0.3, 1.0)
VALIDATION_SHARE = 0.15


def log_ratio(presence: sparse.csr_matrix, of_class: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Return by how much more a class uses each term than the others do, as the logarithm of smoothed shares.

    Parameters
    ----------
    presence : scipy.sparse.csr_matrix of shape (rows, terms)
        Terms of each row.
    of_class : numpy.ndarray of shape (rows,), of bool
        The rows of the class.
    weights : numpy.ndarray of shape (rows,) or None
        Of the rows.
    """
    counted = np.ones(len(of_class)) if weights is None else weights
    inside = 1 + np.abs(presence).T @ (counted * of_class)
    outside = 1 + np.abs(presence).T @ (counted * ~of_class)
    return np.asarray(np.log(inside / inside.sum()) - np.log(outside / outside.sum()), dtype=np.float32)


class NaiveBayesLinearClassifier(BaseClassifier):
    """Logistic regression, one class against the rest, on terms times their naive Bayes log ratio.

    Wang and Manning, Baselines and bigrams (ACL 2012). The penalty is chosen by inner validation on log loss, without
    which the model is far too sure where the signal is weak.

    Parameters
    ----------
    strengths : tuple of float
        Inverse penalties to choose from.
    seed : int
        Seed of the inner split.
    """

    def __init__(self, *, strengths: tuple[float, ...] = STRENGTHS, seed: int = 0) -> None:
        self.strengths = strengths
        self.seed = seed

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        from sklearn.exceptions import ConvergenceWarning

        train, valid = holdout(target, VALIDATION_SHARE, classes=True, seed=self.seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the validation measures what the solver reached
            losses = []
            for strength in self.strengths:
                self._fit_with(strength, X[train], target[train], part(weights, train), int(target.max()) + 1)
                predicted = self._probabilities(X[valid])
                losses.append(mean_loss("log_loss", target[valid], predicted, part(weights, valid)))
            self.strength_ = self.strengths[int(np.argmin(losses))]
            self._fit_with(self.strength_, X, target, weights, int(target.max()) + 1)

    def _fit_with(
        self,
        strength: float,
        X: Any,  # noqa: N803
        target: np.ndarray,
        weights: np.ndarray | None,
        classes: int,
    ) -> None:
        from sklearn.linear_model import LogisticRegression

        self.models_: list[tuple[np.ndarray | None, Any]] = []
        for code in range(1, 2) if classes == 2 else range(classes):
            of_class = target == code
            if of_class.all() or not of_class.any():
                self.models_.append((None, float(of_class.mean())))
                continue
            ratio = log_ratio(X, of_class, weights)
            model = LogisticRegression(C=strength, max_iter=200, random_state=self.seed)
            self.models_.append((ratio, model.fit(X.multiply(ratio).tocsr(), of_class, sample_weight=weights)))

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        columns = [
            np.full(X.shape[0], model)
            if ratio is None
            else model.predict_proba(X.multiply(ratio).tocsr())[:, 1].astype(np.float64)
            for ratio, model in self.models_
        ]
        shares = np.column_stack([1 - columns[0], columns[0]] if len(columns) == 1 else columns)
        shares = np.maximum(shares, SMALLEST_PROBABILITY)
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))
