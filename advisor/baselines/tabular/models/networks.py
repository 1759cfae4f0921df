"""The networks of tables as scikit-learn estimators."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from advisor.baselines.networks import estimator
from advisor.baselines.networks.layers import PlainNetwork
from advisor.baselines.networks.training import Recipe
from advisor.baselines.tabular.models.architectures import EnsembleNetwork, RealNetwork, bin_edges

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


def as_tensor(X: Any, device: torch.device | str = "cpu") -> torch.Tensor:  # noqa: N803
    """Return rows as a float32 tensor with extreme values clipped."""
    array = np.clip(np.asarray(X, dtype=np.float32), -LARGEST_INPUT, LARGEST_INPUT)
    return torch.as_tensor(array, device=device)


class _OfTables(estimator.Architecture):
    """mlp, realmlp or tabm on scaled columns."""

    architecture: str

    def as_inputs(self, X: Any, device: torch.device) -> torch.Tensor:  # noqa: N803
        """Return the columns."""
        return as_tensor(X, device)

    def recipe_for(self, rows: int, loss: str) -> Recipe:
        """Return how the network is trained on so many rows."""
        return recipe_for(self.architecture, rows, regression=loss != "log_loss")

    def build(self, inputs: torch.Tensor, outputs: int, loss: str, recipe: Recipe) -> torch.nn.Module:
        """Return an untrained network for the training rows, whose columns of two values are not embedded."""
        dtype = getattr(torch, recipe.precision)
        if self.architecture == "mlp":
            return PlainNetwork(inputs.shape[1], outputs, precision=dtype)
        two_values = ((inputs == inputs.amin(dim=0)) | (inputs == inputs.amax(dim=0))).all(dim=0)
        numeric, plain = torch.nonzero(~two_values)[:, 0], torch.nonzero(two_values)[:, 0]
        if self.architecture == "realmlp":
            regression = loss != "log_loss"
            network = RealNetwork(numeric, plain, outputs, regression=regression, precision=dtype).to(inputs.device)
            network.initialise(inputs[:2_048])
            return network
        edges = bin_edges(inputs[:, numeric], 48)
        return EnsembleNetwork(numeric, plain, edges, outputs, precision=dtype)

    def encoded(self, network: torch.nn.Module, inputs: torch.Tensor) -> torch.Tensor:
        """Return the columns, embedded where the network does so without learning."""
        return network.encode(inputs) if isinstance(network, EnsembleNetwork) else inputs


class NetworkClassifier(_OfTables, estimator.NetworkClassifier):
    """A network of tables for classes: mlp, realmlp or tabm."""


class NetworkRegressor(_OfTables, estimator.NetworkRegressor):
    """A network of tables for amounts: mlp, realmlp or tabm."""
