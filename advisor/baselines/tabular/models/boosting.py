"""Boosted trees whose setting and number of trees are chosen by inner validation."""

from __future__ import annotations

from typing import Any

import numpy as np

from advisor.baselines.models.estimator import BaseClassifier, BaseRegressor
from advisor.baselines.models.validation import SMALLEST_PROBABILITY, folds, holdout
from advisor.baselines.tabular.models.boosters import BOOSTERS, Rows, Trial

FEW_ROWS = 1_000
MANY_CLASSES = 10  # a tree for each makes a step dear: they are twice as long, for a hundredth of the log loss


def _fit(estimator: Any, rows: Rows, loss: str) -> Any:
    """Choose the setting and the number of trees by inner validation, and fit the choice to all rows.

    Below `FEW_ROWS` rows five inner folds choose, above one holdout of a fifth.
    """
    library, classes = BOOSTERS[estimator.library], loss == "log_loss"
    if len(rows.target) < FEW_ROWS:
        splits = list(folds(rows.target, 5, classes=classes, seed=estimator.seed))
    else:
        splits = [holdout(rows.target, 0.2, classes=classes, seed=estimator.seed)]
    quicker = 2.0 if classes and int(rows.target.max()) + 1 >= MANY_CLASSES else 1.0
    best: tuple[float, dict[str, Any]] | None = None
    for setting in (_with_rate(setting, quicker) for setting in library.settings):
        trials: list[Trial] = []
        for train, valid in splits:
            model = library.unfitted(setting, loss, estimator.seed)
            trials.append(library.stopped_early(model, rows.take(train), rows.take(valid)))
        mean = float(np.mean([trial.loss for trial in trials]))
        if best is None or mean < best[0]:
            trees = max(1, int(np.mean([trial.trees for trial in trials])))
            best = mean, setting | {library.trees: trees} | library.decided(model)
    assert best is not None  # noqa: S101 - every library has a setting
    estimator.setting_ = best[1]
    return library.fit(library.unfitted(best[1], loss, estimator.seed), rows)


def _with_rate(setting: dict[str, Any], factor: float) -> dict[str, Any]:
    """Return a setting with a multiple of its learning rate, where it has one."""
    rate = setting.get("learning_rate")
    return setting if rate is None else setting | {"learning_rate": factor * rate}


class BoostedClassifier(BaseClassifier):
    """Boosted trees whose setting and number of trees are those of the lowest log loss in inner validation.

    Parameters
    ----------
    library : str
        xgboost, lightgbm or catboost.
    seed : int
        Seed of the inner split and of the trees' samples.
    """

    def __init__(self, *, library: str = "xgboost", seed: int = 0) -> None:
        self.library = library
        self.seed = seed

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        self.model_ = _fit(self, Rows(np.asarray(X, dtype=np.float32), target, weights), "log_loss")

    def _probabilities(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        probabilities = self.model_.predict_proba(np.asarray(X, dtype=np.float32)).astype(np.float64)
        probabilities = np.maximum(probabilities, SMALLEST_PROBABILITY)
        return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))


class BoostedRegressor(BaseRegressor):
    """Boosted trees whose setting and number of trees are those of the lowest loss in inner validation.

    Parameters
    ----------
    library : str
        xgboost, lightgbm or catboost.
    loss : str
        mse or mae.
    seed : int
        Seed of the inner split and of the trees' samples.
    """

    def __init__(self, *, library: str = "xgboost", loss: str = "mse", seed: int = 0) -> None:
        self.library = library
        self.loss = loss
        self.seed = seed

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        self.centre_, self.scale_ = float(target.mean()), float(target.std()) or 1.0
        scaled = (target - self.centre_) / self.scale_
        self.model_ = _fit(self, Rows(np.asarray(X, dtype=np.float32), scaled, weights), self.loss)

    def _values(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        return self.model_.predict(np.asarray(X, dtype=np.float32)).astype(np.float64) * self.scale_ + self.centre_
