"""XGBoost on the preprocessed columns and the features of a network that was trained inside the fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from advisor.baselines.models.estimator import BaseClassifier, BaseRegressor
from advisor.baselines.tabular.models.boosting import BoostedClassifier, BoostedRegressor
from advisor.baselines.tabular.models.networks import NetworkClassifier, NetworkRegressor, as_tensor

HOW_TRAINED = (
    "steps_",
    "stopped_by_",
    "still_improving_",
    "seconds_per_epoch_",
    "planned_epochs_",
    "precision_",
)


def _of_network(hybrid: Any) -> dict[str, Any]:
    """Return the parameters that a hybrid hands on to its network."""
    return {name: getattr(hybrid, name) for name in ("seed", "time_limit_s", "most_steps", "precision")}


@torch.inference_mode()
def _with_features(network: Any, X: np.ndarray) -> np.ndarray:  # noqa: N803
    """Return the columns with the last hidden layer of a network beside them."""
    features = torch.cat([network.features(chunk) for chunk in as_tensor(X).split(4_096)])
    return np.hstack([np.asarray(X, dtype=np.float32), features.numpy()])


class HybridClassifier(BaseClassifier):
    """A plain network's last hidden layer beside the columns, XGBoost on top.

    Parameters
    ----------
    seed, time_limit_s, most_steps, precision
        As for `NetworkClassifier`.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        time_limit_s: float | None = None,
        most_steps: int | None = None,
        precision: str | None = None,
    ) -> None:
        self.seed = seed
        self.time_limit_s = time_limit_s
        self.most_steps = most_steps
        self.precision = precision

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        network = NetworkClassifier(**_of_network(self))
        _stack(self, network.fit(X, target, weights), BoostedClassifier(seed=self.seed), X, target, weights)

    def _probabilities(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        return np.asarray(self.top_.predict_proba(_with_features(self.network_, X)))


class HybridRegressor(BaseRegressor):
    """A plain network's last hidden layer beside the columns, XGBoost on top.

    Parameters
    ----------
    loss : str
        mse or mae.
    seed, time_limit_s, most_steps, precision
        As for `NetworkClassifier`.
    """

    def __init__(
        self,
        *,
        loss: str = "mse",
        seed: int = 0,
        time_limit_s: float | None = None,
        most_steps: int | None = None,
        precision: str | None = None,
    ) -> None:
        self.loss = loss
        self.seed = seed
        self.time_limit_s = time_limit_s
        self.most_steps = most_steps
        self.precision = precision

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        network = NetworkRegressor(loss=self.loss, **_of_network(self))
        top = BoostedRegressor(loss=self.loss, seed=self.seed)
        _stack(self, network.fit(X, target, weights), top, X, target, weights)

    def _values(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        return np.asarray(self.top_.predict(_with_features(self.network_, X)))


def _stack(
    hybrid: Any,
    network: Any,
    top: Any,
    X: np.ndarray,  # noqa: N803
    target: np.ndarray,
    weights: np.ndarray | None,
) -> None:
    """Fit the top to the network's features and hand on how the network was trained."""
    for name in HOW_TRAINED:
        setattr(hybrid, name, getattr(network, name))
    hybrid.network_ = network.network_
    hybrid.top_ = top.fit(_with_features(hybrid.network_, X), target, weights)
