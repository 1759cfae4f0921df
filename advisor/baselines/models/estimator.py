"""What all estimators share: labels in any training fold, one class only, values clamped to what was seen."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from typing import Self


class BaseClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier whose training rows may have gaps in their labels, or one class only.

    A subclass implements `_fit(X, codes, weights)` for codes 0 to k-1 with k > 1, and `_probabilities(X)`.
    """

    @abstractmethod
    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None: ...  # noqa: N803

    @abstractmethod
    def _probabilities(self, X: Any) -> np.ndarray: ...  # noqa: N803

    def fit(self, X: Any, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Self:  # noqa: N803
        """Fit to the rows of X, shape (rows, features), and their labels."""
        self.classes_, codes = np.unique(np.asarray(y), return_inverse=True)
        self.n_features_in_ = X.shape[1]
        if len(self.classes_) > 1:
            self._fit(X, codes, as_weights(sample_weight))
        return self

    def predict_proba(self, X: Any) -> np.ndarray:  # noqa: N803
        """Return the probability of each of `classes_`, shape (rows, classes)."""
        check_is_fitted(self, "classes_")
        if len(self.classes_) == 1:
            return np.ones((X.shape[0], 1))
        return self._probabilities(X)

    def predict(self, X: Any) -> np.ndarray:  # noqa: N803
        """Return the most probable class of each row."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class BaseRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A regressor; a subclass implements `_fit(X, target, weights)` and `_values(X)`."""

    @abstractmethod
    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None: ...  # noqa: N803

    @abstractmethod
    def _values(self, X: Any) -> np.ndarray: ...  # noqa: N803

    def fit(self, X: Any, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Self:  # noqa: N803
        """Fit to the rows of X, shape (rows, features), and their values."""
        target = np.asarray(y, dtype=np.float64)
        self.n_features_in_ = X.shape[1]
        self._fit(X, target, as_weights(sample_weight))
        return self

    def predict(self, X: Any) -> np.ndarray:  # noqa: N803
        """Return the value of each row, float64."""
        check_is_fitted(self, "n_features_in_")
        return np.asarray(self._values(X), dtype=np.float64)


def as_weights(sample_weight: np.ndarray | None) -> np.ndarray | None:
    """Return weights as float64 of mean one, or None."""
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight, dtype=np.float64)
    return weights / weights.mean()


def part(values: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    """Return the rows of an array that may be None."""
    return None if values is None else values[rows]
