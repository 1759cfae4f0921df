"""Random forest, set as a competent person would."""

from __future__ import annotations

from typing import Any

import numpy as np

from advisor.baselines.models.estimator import BaseRegressor
from advisor.baselines.models.trees import TreeSharesClassifier, mean_of_trees


class ForestClassifier(TreeSharesClassifier):
    """Random forest of 300 trees with leaves of at least five rows."""

    def _forest(self) -> Any:
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(300, min_samples_leaf=5, random_state=self.seed, n_jobs=1)


class ForestRegressor(BaseRegressor):
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
        return mean_of_trees(self.model_, X)[:, 0]
