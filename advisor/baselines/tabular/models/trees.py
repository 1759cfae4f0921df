"""Random forest and XGBoost, each set as a competent person would."""

from __future__ import annotations

from typing import Any

import numpy as np

from advisor.baselines.tabular.models.estimator import TableClassifier, TableRegressor, part
from advisor.baselines.tabular.models.validation import SMALLEST_PROBABILITY, folds, holdout

PATIENCE = 50
FEW_ROWS = 1_000
SHALLOW = {
    "n_estimators": 2_000,
    "learning_rate": 0.03,
    "max_depth": 4,
    "min_child_weight": 5,
    "reg_lambda": 3,
    "subsample": 0.7,
    "colsample_bytree": 0.5,
}
DEEP = {
    "n_estimators": 2_000,
    "learning_rate": 0.05,
    "max_depth": 8,
    "min_child_weight": 2,
    "reg_lambda": 1,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
}


def _mean_of_trees(forest: Any, X: np.ndarray) -> np.ndarray:  # noqa: N803
    """Return the mean of the trees' leaf values, shape (rows, classes), or (rows, 1) for amounts.

    It is what `predict_proba` and `predict` of the forest return, without their 15 ms for each call.
    """
    rows = np.ascontiguousarray(X, dtype=np.float32)
    total = np.zeros((len(rows), 1))
    for tree in forest.estimators_:
        total = total + tree.tree_.predict(rows)
    return total / len(forest.estimators_)


class ForestClassifier(TableClassifier):
    """Random forest of 300 trees with leaves of at least five rows, whose shares are the probabilities.

    Parameters
    ----------
    seed : int
        Seed of the trees.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        from sklearn.ensemble import RandomForestClassifier

        model = RandomForestClassifier(300, min_samples_leaf=5, random_state=self.seed, n_jobs=1)
        self.model_ = model.fit(np.asarray(X, dtype=np.float32), target, sample_weight=weights)
        rows = len(target)
        self.prior_ = np.bincount(target, weights=weights) / rows
        self.blend_ = 1 / (rows + 1)

    def _probabilities(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        shares = _mean_of_trees(self.model_, X)
        return (1 - self.blend_) * shares + self.blend_ * self.prior_  # one row's worth of the prior: never 0 or 1


class ForestRegressor(TableRegressor):
    """Random forest of 300 regression trees on a third of the columns.

    Parameters
    ----------
    loss : str
        mse or mae.
    seed : int
        Seed of the trees.
    """

    def __init__(self, *, loss: str = "mse", seed: int = 0) -> None:
        self.loss = loss
        self.seed = seed

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        from sklearn.ensemble import RandomForestRegressor

        model = RandomForestRegressor(300, min_samples_leaf=2, max_features=0.5, random_state=self.seed, n_jobs=1)
        self.model_ = model.fit(np.asarray(X, dtype=np.float32), target, sample_weight=weights)

    def _values(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        return _mean_of_trees(self.model_, X)[:, 0]


def _fit_boosted(
    estimator: Any,
    X: np.ndarray,  # noqa: N803
    target: np.ndarray,
    weights: np.ndarray | None,
    *,
    classes: bool,
) -> Any:
    """Choose the setting and the number of trees by inner validation, and fit the choice to all rows.

    Below `FEW_ROWS` rows five inner folds choose, above one holdout of a fifth.
    """
    X = np.asarray(X, dtype=np.float32)  # noqa: N806
    if len(target) < FEW_ROWS:
        splits = list(folds(target, 5, classes=classes, seed=estimator.seed))
    else:
        splits = [holdout(target, 0.2, classes=classes, seed=estimator.seed)]
    best: tuple[float, dict[str, Any]] | None = None
    for setting in (SHALLOW, DEEP):
        losses, rounds = [], []
        for train, valid in splits:
            model = estimator.booster(setting, early_stopping_rounds=PATIENCE)
            model.fit(
                X[train],
                target[train],
                sample_weight=part(weights, train),
                eval_set=[(X[valid], target[valid])],
                sample_weight_eval_set=None if weights is None else [weights[valid]],
                verbose=False,
            )
            losses.append(model.best_score)
            rounds.append(model.best_iteration + 1)
        loss = float(np.mean(losses))
        if best is None or loss < best[0]:
            best = loss, setting | {"n_estimators": int(np.mean(rounds))}
    assert best is not None  # noqa: S101
    estimator.setting_ = best[1]
    return estimator.booster(best[1]).fit(X, target, sample_weight=weights, verbose=False)


class BoostedClassifier(TableClassifier):
    """XGBoost that chooses between a shallow, regularised and a deep setting by inner validation on log loss.

    Parameters
    ----------
    seed : int
        Seed of the inner split and of the trees' samples.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def booster(self, setting: dict[str, Any], **options: Any) -> Any:
        """Return an unfitted XGBoost classifier."""
        from xgboost import XGBClassifier

        return XGBClassifier(**setting, random_state=self.seed, n_jobs=1, tree_method="hist", **options)

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        self.model_ = _fit_boosted(self, X, target, weights, classes=True)

    def _probabilities(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        probabilities = self.model_.predict_proba(np.asarray(X, dtype=np.float32)).astype(np.float64)
        probabilities = np.maximum(probabilities, SMALLEST_PROBABILITY)
        return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))


class BoostedRegressor(TableRegressor):
    """XGBoost that chooses between a shallow, regularised and a deep setting by inner validation.

    Parameters
    ----------
    loss : str
        mse or mae.
    seed : int
        Seed of the inner split and of the trees' samples.
    """

    def __init__(self, *, loss: str = "mse", seed: int = 0) -> None:
        self.loss = loss
        self.seed = seed

    def booster(self, setting: dict[str, Any], **options: Any) -> Any:
        """Return an unfitted XGBoost regressor."""
        from xgboost import XGBRegressor

        objective, measure = ("reg:absoluteerror", "mae") if self.loss == "mae" else ("reg:squarederror", "rmse")
        return XGBRegressor(
            **setting,
            objective=objective,
            eval_metric=measure,
            random_state=self.seed,
            n_jobs=1,
            tree_method="hist",
            **options,
        )

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        self.centre_, self.scale_ = float(target.mean()), float(target.std()) or 1.0
        self.model_ = _fit_boosted(self, X, (target - self.centre_) / self.scale_, weights, classes=False)

    def _values(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        return self.model_.predict(np.asarray(X, dtype=np.float32)).astype(np.float64) * self.scale_ + self.centre_
