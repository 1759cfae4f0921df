"""Logistic regression on far more columns than rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisor.baselines.models.linear import LinearClassifier

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_ROTATED = 2_000  # the cost of a rotation grows with the cube of the rows


class WideLinearClassifier(LinearClassifier):
    """Logistic regression whose strength is chosen by inner validation, on columns rotated to as many as rows.

    The L2 penalty does not see a rotation, so that the model is the same, and found many times quicker.
    """

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        rows, columns = X.shape
        if rows >= columns or rows > MOST_ROTATED:
            super()._fit(X, target, weights)
            return
        axes = rotation(X)
        super()._fit(X @ axes, target, weights)
        self.model_.coef_ = self.model_.coef_ @ axes.T
        self.model_.n_features_in_ = columns


def rotation(X: np.ndarray) -> npt.NDArray[np.float64]:  # noqa: N803
    """Return orthogonal axes of the space that the rows span, shape (columns, at most rows)."""
    values = np.asarray(X, dtype=np.float64)
    squares, own = np.linalg.eigh(values @ values.T)
    kept = squares > squares[-1] * len(values) * np.finfo(np.float32).eps
    axes: npt.NDArray[np.float64] = values.T @ (own[:, kept] / np.sqrt(squares[kept]))
    return axes
