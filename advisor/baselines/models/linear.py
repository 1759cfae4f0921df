"""Regularised linear models whose strength is chosen by inner validation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from advisor.baselines.models.estimator import BaseClassifier, BaseRegressor, part
from advisor.baselines.models.validation import folds, mean_loss

STRENGTHS: tuple[float, ...] = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
MANY_ROWS = 5_000  # from here on one inner fold is precise enough
DENSE_COLUMNS = 600  # there are quicker solvers of linear models for a dense matrix


def _splits(target: np.ndarray, many_rows: int, *, classes: bool, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return inner folds: five for few rows, one of five for more than `many_rows`."""
    found = list(folds(target, 5, classes=classes, seed=seed))
    return found[:1] if len(target) > many_rows else found


class LinearClassifier(BaseClassifier):
    """Logistic regression with the L2 penalty chosen by inner validation on log loss.

    Parameters
    ----------
    strengths : tuple of float
        Inverse penalties to choose from.
    many_rows : int
        Above so many rows, one inner fold chooses instead of five.
    seed : int
        Seed of the inner folds.
    """

    def __init__(self, *, strengths: tuple[float, ...] = STRENGTHS, many_rows: int = MANY_ROWS, seed: int = 0) -> None:
        self.strengths = strengths
        self.many_rows = many_rows
        self.seed = seed

    def _model(self, strength: float, columns: int, *, dense: bool) -> Any:
        from sklearn.linear_model import LogisticRegression

        newton = dense and columns <= DENSE_COLUMNS
        return LogisticRegression(
            C=strength, solver="newton-cholesky" if newton else "lbfgs", max_iter=100 if newton else 300, tol=1e-4
        )

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        from scipy.sparse import issparse

        columns = X.shape[1] * (target.max() if target.max() > 1 else 1)
        models = [self._model(strength, columns, dense=not issparse(X)) for strength in self.strengths]
        losses = np.zeros(len(models))
        with warnings.catch_warnings():
            _ignore_solver_warnings()
            for train, valid in _splits(target, self.many_rows, classes=True, seed=self.seed):
                for position, model in enumerate(models):
                    model.fit(X[train], target[train], sample_weight=part(weights, train))
                    predicted = model.predict_proba(X[valid])
                    losses[position] += mean_loss("log_loss", target[valid], predicted, part(weights, valid))
            self.strength_ = float(self.strengths[losses.argmin()])
            self.model_ = models[int(losses.argmin())].fit(X, target, sample_weight=weights)

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        return np.asarray(self.model_.predict_proba(X))


def _ignore_solver_warnings() -> None:
    """Silence that a solver stopped early or changed: the inner validation measures what it reached."""
    from scipy.linalg import LinAlgWarning
    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.simplefilter("ignore", LinAlgWarning)


class LinearRegressor(BaseRegressor):
    """Ridge regression, or Huber regression where absolute errors decide, the L2 penalty chosen by inner validation.

    Parameters
    ----------
    loss : str
        mse or mae.
    seed : int
        Seed of the inner folds.
    strengths, many_rows
        As for `LinearClassifier`.
    """

    def __init__(
        self,
        *,
        loss: str = "mse",
        strengths: tuple[float, ...] = STRENGTHS,
        many_rows: int = MANY_ROWS,
        seed: int = 0,
    ) -> None:
        self.loss = loss
        self.strengths = strengths
        self.many_rows = many_rows
        self.seed = seed

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        self.centre_, self.scale_ = float(target.mean()), float(target.std()) or 1.0
        scaled = (target - self.centre_) / self.scale_
        with warnings.catch_warnings():
            _ignore_solver_warnings()
            losses = np.zeros(len(self.strengths))
            for train, valid in _splits(target, self.many_rows, classes=False, seed=self.seed):
                for position, strength in enumerate(self.strengths):
                    model = self._model(strength).fit(X[train], scaled[train], sample_weight=part(weights, train))
                    losses[position] += mean_loss(
                        self.loss, scaled[valid], model.predict(X[valid]), part(weights, valid)
                    )
            self.strength_ = float(self.strengths[losses.argmin()])
            self.model_ = self._model(self.strength_).fit(X, scaled, sample_weight=weights)

    def _model(self, strength: float) -> Any:
        from sklearn.linear_model import HuberRegressor, Ridge

        if self.loss == "mae":
            return HuberRegressor(epsilon=1.0, alpha=1 / strength, max_iter=200)
        return Ridge(alpha=1 / strength)

    def _values(self, X: Any) -> np.ndarray:  # noqa: N803
        return np.asarray(self.model_.predict(X)) * self.scale_ + self.centre_
