"""Parts of networks that are no data structure's own: dropout, parameter groups, a plain MLP."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn


class ParameterGroup(NamedTuple):
    """Parameters that share factors of the learning rate and of the weight decay, and their optimiser.

    Matrices of hidden layers may step along the `orthogonal` direction of Muon instead of AdamW's.
    """

    parameters: list[nn.Parameter]
    rate: float = 1.0
    decay: float = 1.0
    orthogonal: bool = False


MUON_RATE = 4.0  # Muon's learning rate relative to AdamW's; found by measuring, see tests/benchmarks/networks.py


class Dropout(nn.Module):
    """Leave out units at random, like `torch.nn.Dropout` but drawn by the byte, which is several times quicker.

    Parameters
    ----------
    share : float
        Share of units to leave out, rounded to 1/256.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Return x with units set to zero and the rest scaled up; x itself in evaluation."""
        dropped = round(256 * self.share)
        if not self.training or dropped == 0:
            return x
        words = torch.randint(-(2**63), 2**63 - 1, (math.ceil(x.numel() / 8),), device=x.device)
        kept = words.view(torch.uint8)[: x.numel()].view(x.shape) >= dropped
        return x * (kept * (256 / (256 - dropped)))


class PlainNetwork(nn.Module):
    """Layers of rectified units with dropout.

    Parameters
    ----------
    inputs, outputs : int
        Number of columns and of outputs.
    width, depth : int
        Size and number of the hidden layers.
    dropout : float
        Share of hidden units that are left out in a training step.
    """

    def __init__(self, inputs: int, outputs: int, *, width: int = 256, depth: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        sizes = [inputs, *[width] * depth]
        self.hidden = nn.Sequential(
            *(
                layer
                for before, after in itertools.pairwise(sizes)
                for layer in (nn.Linear(before, after), nn.ReLU(), Dropout(dropout))
            )
        )
        self.output = nn.Linear(width, outputs)

    def features(self, x: Tensor) -> Tensor:
        """Return the last hidden layer, shape (rows, width)."""
        return self.hidden(x)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, shape (rows, 1, outputs)."""
        return self.output(self.features(x))[:, None]

    def groups(self) -> list[ParameterGroup]:
        """Return the hidden matrices, which step along orthogonal directions, and the rest."""
        weights = [layer.weight for layer in self.hidden if isinstance(layer, nn.Linear)]
        return with_muon(self, cast("list[nn.Parameter]", weights))


def with_muon(network: nn.Module, matrices: list[nn.Parameter]) -> list[ParameterGroup]:
    """Return the hidden matrices as one group and all other parameters as another."""
    chosen = {id(matrix) for matrix in matrices}
    rest = [parameter for parameter in network.parameters() if id(parameter) not in chosen]
    return [ParameterGroup(matrices, rate=MUON_RATE, orthogonal=True), ParameterGroup(rest)]
