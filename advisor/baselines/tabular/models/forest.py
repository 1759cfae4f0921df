"""Random forest, set as a competent person would."""

from __future__ import annotations

import numpy as np

from advisor.baselines.models.estimator import BaseClassifier, BaseRegressor
from advisor.baselines.models.trees import mean_of_trees


class ForestClassifier(BaseClassifier):
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
        shares = mean_of_trees(self.model_, X)
        return (1 - self.blend_) * shares + self.blend_ * self.prior_  # one row's worth of the prior: never 0 or 1


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
