"""Regularised linear models whose strength is chosen by inner validation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from advisor.baselines.tabular.models.estimator import TableClassifier, TableRegressor, part
from advisor.baselines.tabular.models.preprocessing import DENSE_COLUMNS
from advisor.baselines.tabular.models.validation import folds, mean_loss

STRENGTHS = np.logspace(-3, 2, 6)


def _splits(target: np.ndarray, *, classes: bool, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return inner folds: five for few rows, one of five above 5,000, where one is precise enough."""
    found = list(folds(target, 5, classes=classes, seed=seed))
    return found[:1] if len(target) > 5_000 else found


class LinearClassifier(TableClassifier):
    """Logistic regression with the L2 penalty chosen by inner validation on log loss.

    Parameters
    ----------
    seed : int
        Seed of the inner folds.
    """

    def __init__(self, *, seed: int = 0) -> None:
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
        models = [self._model(strength, columns, dense=not issparse(X)) for strength in STRENGTHS]
        losses = np.zeros(len(models))
        with warnings.catch_warnings():
            _ignore_solver_warnings()
            for train, valid in _splits(target, classes=True, seed=self.seed):
                for position, model in enumerate(models):
                    model.fit(X[train], target[train], sample_weight=part(weights, train))
                    predicted = model.predict_proba(X[valid])
                    losses[position] += mean_loss("log_loss", target[valid], predicted, part(weights, valid))
            self.strength_ = float(STRENGTHS[losses.argmin()])
            self.model_ = models[int(losses.argmin())].fit(X, target, sample_weight=weights)

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        return np.asarray(self.model_.predict_proba(X))


def _ignore_solver_warnings() -> None:
    """Silence that a solver stopped early or changed: the inner validation measures what it reached."""
    from scipy.linalg import LinAlgWarning
    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.simplefilter("ignore", LinAlgWarning)


class LinearRegressor(TableRegressor):
    """Ridge regression, or Huber regression where absolute errors decide, the L2 penalty chosen by inner validation.

    Parameters
    ----------
    loss : str
        mse or mae.
    seed : int
        Seed of the inner folds.
    """

    def __init__(self, *, loss: str = "mse", seed: int = 0) -> None:
        self.loss = loss
        self.seed = seed

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        self.centre_, self.scale_ = float(target.mean()), float(target.std()) or 1.0
        scaled = (target - self.centre_) / self.scale_
        with warnings.catch_warnings():
            _ignore_solver_warnings()
            losses = np.zeros(len(STRENGTHS))
            for train, valid in _splits(target, classes=False, seed=self.seed):
                for position, strength in enumerate(STRENGTHS):
                    model = self._model(strength).fit(X[train], scaled[train], sample_weight=part(weights, train))
                    losses[position] += mean_loss(
                        self.loss, scaled[valid], model.predict(X[valid]), part(weights, valid)
                    )
            self.strength_ = float(STRENGTHS[losses.argmin()])
            self.model_ = self._model(self.strength_).fit(X, scaled, sample_weight=weights)

    def _model(self, strength: float) -> Any:
        from sklearn.linear_model import HuberRegressor, Ridge

        if self.loss == "mae":
            return HuberRegressor(epsilon=1.0, alpha=1 / strength, max_iter=200)
        return Ridge(alpha=1 / strength)

    def _values(self, X: Any) -> np.ndarray:  # noqa: N803
        return np.asarray(self.model_.predict(X)) * self.scale_ + self.centre_
