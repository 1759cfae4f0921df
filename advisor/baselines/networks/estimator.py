"""Networks as scikit-learn estimators; what a network reads and how it is built is the data structure's own."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from advisor.baselines.models.estimator import BaseClassifier, BaseRegressor, part
from advisor.baselines.models.validation import SMALLEST_PROBABILITY, holdout
from advisor.baselines.networks.training import Limits, Recipe, Rows, outputs_of, quickest_precision, train

if TYPE_CHECKING:
    from torch import nn

VALIDATION_SHARE, MOST_VALIDATION_ROWS = 0.15, 10_000


class Architecture(ABC):
    """What a data structure says of its networks; a class of it stands before the estimator among the bases."""

    @abstractmethod
    def as_inputs(self, X: Any, device: torch.device, /) -> Any:  # noqa: N803
        """Return prepared rows as what `train` takes parts of."""

    @abstractmethod
    def recipe_for(self, rows: int, loss: str, /) -> Recipe:
        """Return how the network is trained on so many rows."""

    @abstractmethod
    def build(self, inputs: Any, outputs: int, loss: str, recipe: Recipe, /) -> nn.Module:
        """Return an untrained network with `groups()`, for these training rows."""

    def validation_share(self, rows: int, /) -> float:
        """Return the share of so many rows that early stopping holds out; 0 lets it look at the training rows."""
        return min(VALIDATION_SHARE, MOST_VALIDATION_ROWS / rows)

    def encoded(self, _: nn.Module, inputs: Any, /) -> Any:
        """Return what the network itself reads of its inputs, once for all epochs."""
        return inputs


def _fit(estimator: Any, X: Any, target: np.ndarray, weights: np.ndarray | None, *, outputs: int, loss: str) -> None:  # noqa: N803
    """Build and train the estimator's network; sets `network_` and the attributes that say how training went."""
    started = time.monotonic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    classes = loss == "log_loss"
    share = estimator.validation_share(len(target))
    train_rows, valid_rows = holdout(target, share, classes=classes, seed=estimator.seed)
    inputs = estimator.as_inputs(X, device)

    def rows(chosen: np.ndarray) -> Rows:
        values = torch.as_tensor(target[chosen], dtype=torch.int64 if classes else torch.float32, device=device)
        own = part(weights, chosen)
        weighted = None if own is None else torch.as_tensor(own, dtype=torch.float32, device=device)
        taken = inputs[torch.as_tensor(chosen, device=device)]
        return Rows(estimator.encoded(network, taken), values, weighted)

    with torch.random.fork_rng():
        torch.manual_seed(estimator.seed)
        recipe = estimator.recipe or estimator.recipe_for(len(train_rows), loss)
        recipe = recipe._replace(precision=estimator.precision or quickest_precision())
        columns = inputs[torch.as_tensor(train_rows, device=device)]
        network = estimator.build(columns, outputs, loss, recipe).to(device)
        deadline = None if estimator.time_limit_s is None else started + estimator.time_limit_s
        limits = Limits(deadline if estimator.most_steps is None else None, estimator.most_steps)
        done = train(network, network.groups(), rows(train_rows), rows(valid_rows), loss, recipe, limits)
    estimator.network_ = network.cpu()
    estimator.steps_ = done.steps
    estimator.stopped_by_ = done.stopped_by
    estimator.still_improving_ = done.still_improving
    estimator.seconds_per_epoch_ = done.seconds_per_epoch
    estimator.planned_epochs_ = done.planned_epochs
    estimator.validation_loss_ = done.loss
    estimator.precision_ = recipe.precision


def _outputs(estimator: Any, X: Any, *, classes: bool) -> np.ndarray:  # noqa: N803
    """Return probabilities (rows, classes) or scaled values (rows,)."""
    inputs = estimator.encoded(estimator.network_, estimator.as_inputs(X, torch.device("cpu")))
    return outputs_of(estimator.network_, inputs, classes=classes).numpy().astype(np.float64)


class NetworkClassifier(BaseClassifier):
    """A network trained on log loss, which keeps the weights of the lowest inner validation loss.

    Parameters
    ----------
    architecture : str
        One of those that the data structure has.
    seed : int
        Seed of the inner split, the initial weights, the batches and dropout.
    time_limit_s : float, optional
        Stop after so many seconds of fitting with the best weights so far.
    most_steps : int, optional
        Stop after so many optimiser steps instead, without looking at the clock.
    recipe : Recipe, optional
        How to train; by default as the architecture and the number of rows ask for.
    precision : str, optional
        float32 or bfloat16; by default what this processor is quickest in. The same steps in the same precision give
        the same network.

    Attributes
    ----------
    steps_ : int
        Optimiser steps that were made.
    stopped_by_ : str
        early-stopping, schedule, clock or steps.
    still_improving_ : bool
        Whether a stopped network was still improving, see `Training`.
    seconds_per_epoch_ : float
        Mean wall time of an epoch.
    planned_epochs_ : int
        Epochs of the schedule.
    precision_ : str
        The precision that was used.
    """

    def __init__(
        self,
        *,
        architecture: str = "mlp",
        seed: int = 0,
        time_limit_s: float | None = None,
        most_steps: int | None = None,
        recipe: Recipe | None = None,
        precision: str | None = None,
    ) -> None:
        self.architecture = architecture
        self.seed = seed
        self.time_limit_s = time_limit_s
        self.most_steps = most_steps
        self.recipe = recipe
        self.precision = precision

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        _fit(self, X, target, weights, outputs=int(target.max()) + 1, loss="log_loss")

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        probabilities = np.maximum(_outputs(self, X, classes=True), SMALLEST_PROBABILITY)
        return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))


class NetworkRegressor(BaseRegressor):
    """A network trained on squared or absolute errors, whose predictions stay in the range of the training target.

    Parameters
    ----------
    architecture : str
        One of those that the data structure has.
    loss : str
        mse or mae.
    seed, time_limit_s, most_steps, recipe, precision
        As for `NetworkClassifier`, which also lists the attributes.
    """

    def __init__(
        self,
        *,
        architecture: str = "mlp",
        loss: str = "mse",
        seed: int = 0,
        time_limit_s: float | None = None,
        most_steps: int | None = None,
        recipe: Recipe | None = None,
        precision: str | None = None,
    ) -> None:
        self.architecture = architecture
        self.loss = loss
        self.seed = seed
        self.time_limit_s = time_limit_s
        self.most_steps = most_steps
        self.recipe = recipe
        self.precision = precision

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        self.centre_, self.scale_ = float(target.mean()), float(target.std()) or 1.0
        self.range_ = float(target.min()), float(target.max())
        _fit(self, X, (target - self.centre_) / self.scale_, weights, outputs=1, loss=self.loss)

    def _values(self, X: Any) -> np.ndarray:  # noqa: N803
        return np.clip(_outputs(self, X, classes=False) * self.scale_ + self.centre_, *self.range_)
