"""Networks as scikit-learn estimators."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch

from advisor.baselines.models.estimator import BaseClassifier, BaseRegressor, part
from advisor.baselines.models.validation import SMALLEST_PROBABILITY, holdout
from advisor.baselines.networks.layers import PlainNetwork
from advisor.baselines.networks.training import Limits, Recipe, Rows, Training, outputs_of, quickest_precision, train
from advisor.baselines.tabular.models.architectures import EnsembleNetwork, RealNetwork, bin_edges

MOST_VALIDATION_ROWS = 10_000
# Rows times epochs that a fit sees: what a score close to far longer training took (tests/benchmarks/networks.py).
ROW_VISITS = {"mlp": 200_000, "realmlp": 160_000, "tabm": 250_000}
LARGEST_INPUT = 1e4


def recipe_for(architecture: str, rows: int, *, regression: bool) -> Recipe:
    """Return how an architecture is trained on so many rows."""
    least, most = (24, 64) if architecture == "realmlp" else (12, 60)
    epochs = max(least, min(most, ROW_VISITS[architecture] // rows))
    batch = 256 if rows >= 5_000 else 128 if rows >= 1_500 else 64
    if architecture == "mlp":
        return Recipe(epochs, batch, 3e-3, 1e-2, patience=epochs // 2, schedule="one-cycle", beta=0.95)
    if architecture == "realmlp":
        rate = 0.2 if regression else 0.04
        return Recipe(epochs, 256, rate, 2e-2, epochs, "coslog4", beta=0.95, flat_cos=True)
    batch = 512 if rows >= 5_000 else 256 if rows >= 1_500 else 128 if rows >= 700 else 64
    return Recipe(epochs, batch, 2e-2, 3e-4, patience=epochs // 2, schedule="one-cycle", beta=0.95)


def _fit_network(
    estimator: Any,
    X: Any,  # noqa: N803
    target: np.ndarray,
    weights: np.ndarray | None,
    *,
    outputs: int,
    loss: str,
) -> Training:
    """Build and train the estimator's network; sets `network_` and the attributes that say how training went."""
    started = time.monotonic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    classes = loss == "log_loss"
    share = min(0.15, MOST_VALIDATION_ROWS / len(target))
    train_rows, valid_rows = holdout(target, share, classes=classes, seed=estimator.seed)
    inputs = as_tensor(X, device)

    def rows(chosen: np.ndarray) -> Rows:
        values = torch.as_tensor(target[chosen], dtype=torch.int64 if classes else torch.float32, device=device)
        own = part(weights, chosen)
        weighted = None if own is None else torch.as_tensor(own, dtype=torch.float32, device=device)
        return Rows(_encoded(network, inputs[torch.as_tensor(chosen, device=device)]), values, weighted)

    with torch.random.fork_rng():
        torch.manual_seed(estimator.seed)
        recipe = estimator.recipe or recipe_for(estimator.architecture, len(train_rows), regression=not classes)
        recipe = recipe._replace(precision=estimator.precision or quickest_precision())
        columns = inputs[torch.as_tensor(train_rows, device=device)]
        network = _build(estimator.architecture, columns, outputs, recipe.precision, regression=not classes).to(device)
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
    return done


def as_tensor(X: Any, device: torch.device | str = "cpu") -> torch.Tensor:  # noqa: N803
    """Return rows as a float32 tensor with extreme values clipped."""
    array = np.clip(np.asarray(X, dtype=np.float32), -LARGEST_INPUT, LARGEST_INPUT)
    return torch.as_tensor(array, device=device)


def _encoded(network: Any, inputs: torch.Tensor) -> torch.Tensor:
    """Return what the network reads of the inputs."""
    return network.encode(inputs) if isinstance(network, EnsembleNetwork) else inputs


def _outputs(network: Any, X: Any, *, classes: bool) -> np.ndarray:  # noqa: N803
    """Return probabilities (rows, classes) or scaled values (rows,)."""
    return outputs_of(network, _encoded(network, as_tensor(X)), classes=classes).numpy().astype(np.float64)


def _build(architecture: str, inputs: torch.Tensor, outputs: int, precision: str, *, regression: bool) -> Any:
    """Return an untrained network for the training rows, whose columns of two values are not embedded."""
    dtype = getattr(torch, precision)
    if architecture == "mlp":
        return PlainNetwork(inputs.shape[1], outputs, precision=dtype)
    two_values = ((inputs == inputs.amin(dim=0)) | (inputs == inputs.amax(dim=0))).all(dim=0)
    numeric, plain = torch.nonzero(~two_values)[:, 0], torch.nonzero(two_values)[:, 0]
    if architecture == "realmlp":
        network = RealNetwork(numeric, plain, outputs, regression=regression, precision=dtype).to(inputs.device)
        network.initialise(inputs[:2_048])
        return network
    edges = bin_edges(inputs[:, numeric], 48)
    return EnsembleNetwork(numeric, plain, edges, outputs, precision=dtype)


class NetworkClassifier(BaseClassifier):
    """A network trained on log loss, which keeps the weights of the lowest inner validation loss.

    Parameters
    ----------
    architecture : str
        mlp, realmlp or tabm.
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
        _fit_network(self, X, target, weights, outputs=int(target.max()) + 1, loss="log_loss")

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        probabilities = (
            outputs_of(self.network_, _encoded(self.network_, as_tensor(X)), classes=True).numpy().astype(np.float64)
        )
        probabilities = np.maximum(probabilities, SMALLEST_PROBABILITY)
        return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))


class NetworkRegressor(BaseRegressor):
    """A network trained on squared or absolute errors, whose predictions stay in the range of the training target.

    Parameters
    ----------
    architecture : str
        mlp, realmlp or tabm.
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
        _fit_network(self, X, (target - self.centre_) / self.scale_, weights, outputs=1, loss=self.loss)

    def _values(self, X: Any) -> np.ndarray:  # noqa: N803
        scaled = (
            outputs_of(self.network_, _encoded(self.network_, as_tensor(X)), classes=False).numpy().astype(np.float64)
        )
        return np.clip(scaled * self.scale_ + self.centre_, *self.range_)
