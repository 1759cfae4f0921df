"""Parts of networks that are no data structure's own: dropout, parameter groups, a plain MLP."""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple, Self, cast

import torch
from torch import Tensor, nn


class ParameterGroup(NamedTuple):
    """Parameters that share factors of the learning rate and of the weight decay.

    Those of a `sparse` group have gradients for the rows that a step uses only, and no decay.
    """

    parameters: list[nn.Parameter]
    rate: float = 1.0
    decay: float = 1.0
    sparse: bool = False


class Dropout(nn.Module):
    """Leave out units at random, like `torch.nn.Dropout` but several times quicker.

    Which units stay is drawn by the byte, for twice as many units as needed; each step reads them from a place of its
    own, and an epoch draws anew.

    Parameters
    ----------
    share : float
        Share of units to leave out, rounded to 1/256.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self._drawn: tuple[tuple[int, int, torch.dtype], Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return x with units set to zero and the rest scaled up; x itself in evaluation."""
        kept = self.kept(x.shape, x)
        return x if kept is None else x * kept

    def kept(self, shape: tuple[int, ...], like: Tensor) -> Tensor | None:
        """Return a factor for each unit: zero, or what makes up for those left out; None where none is left out."""
        dropped = round(256 * self.share)
        if not self.training or dropped == 0:
            return None
        units = math.prod(shape)
        drawn_for = (dropped, units, like.dtype)
        if self._drawn is None or self._drawn[0] != drawn_for:
            words = torch.randint(-(2**63), 2**63 - 1, (math.ceil(units / 4),), device=like.device)
            kept = (words.view(torch.uint8) >= dropped).to(like.dtype).mul_(256 / (256 - dropped))
            self._drawn = drawn_for, kept
        start = int(torch.randint(units, ()))
        return self._drawn[1][start : start + units].view(shape)

    def train(self, mode: bool = True) -> Self:
        """Switch between training and evaluation; what was drawn is forgotten."""
        self._drawn = None
        return super().train(mode)


class _Affine(torch.autograd.Function):
    """x W + b, rectified and with dropout if asked for, in few passes over the units, which take most of the time.

    The inputs are (rows, inputs) or (members, rows, inputs), the weights (outputs, inputs) or one such matrix for each
    member.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, kept: Tensor | None, rectified: bool) -> Tensor:
        units = torch.matmul(x, weight.mT).add_(bias)
        if rectified:
            units.relu_()
        if kept is not None:
            units.mul_(kept)
        ctx.save_for_backward(x, weight, bias, units if rectified else None, kept)
        return units

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, bias, units, kept = ctx.saved_tensors
        if kept is not None:
            gradient = gradient * kept
        if units is not None:
            gradient = torch.ops.aten.threshold_backward(gradient, units, 0)
        inputs = torch.matmul(gradient, weight) if ctx.needs_input_grad[0] else None
        return inputs, torch.matmul(gradient.mT, x), gradient.sum_to_size(bias.shape), None, None


def affine(x: Tensor, weight: Tensor, bias: Tensor, kept: Tensor | None = None, *, rectified: bool = False) -> Tensor:
    """Return x W + b in the precision of x, see `_Affine`."""
    return cast("Tensor", _Affine.apply(x, weight.to(x.dtype), bias.to(x.dtype), kept, rectified))


class Rectified(nn.Linear):
    """A layer of rectified units with dropout.

    Parameters
    ----------
    inputs, outputs : int
        Number of inputs and of units.
    dropout : float
        Share of units that are left out in a training step.
    """

    def __init__(self, inputs: int, outputs: int, dropout: float) -> None:
        super().__init__(inputs, outputs)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return the units, shape (rows, outputs), in the precision of x."""
        kept = self.dropout.kept((len(x), self.out_features), x)
        return affine(x, self.weight, self.bias, kept, rectified=True)


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
    precision : torch.dtype
        What training steps calculate in.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        width: int = 256,
        depth: int = 2,
        dropout: float = 0.1,
        precision: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.precision = precision
        sizes = [inputs, *[width] * depth]
        self.hidden = nn.Sequential(*(Rectified(before, after, dropout) for before, after in itertools.pairwise(sizes)))
        self.output = nn.Linear(width, outputs)

    def features(self, x: Tensor) -> Tensor:
        """Return the last hidden layer, shape (rows, width)."""
        return self.hidden(x.to(self.precision) if self.training else x).float()

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, shape (rows, 1, outputs)."""
        return self.output(self.features(x))[:, None]

    def groups(self) -> list[ParameterGroup]:
        """Return all parameters as one group."""
        return [ParameterGroup(list(self.parameters()))]
