"""Muon: steps of hidden layers along orthogonalised gradients, which need several times fewer steps than Adam's."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrix: Tensor, steps: int = 3) -> Tensor:
    """Return a matrix with about the same singular vectors whose singular values are about one.

    Newton-Schulz iteration in the precision of the matrix: the library's own optimiser calculates in bfloat16, which
    processors without such instructions do a hundred times more slowly.

    Parameters
    ----------
    matrix : torch.Tensor of shape (rows, columns)
        The matrix.
    steps : int
        Iterations.

    Examples
    --------
    >>> orthogonalise(torch.diag(torch.tensor([3.0, 2.0])), steps=5).abs().round(decimals=0)
    tensor([[1., 0.],
            [0., 1.]])
    """
    first, second, third = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    found = matrix.T if tall else matrix
    found = found / found.norm().clamp_min(1e-7)
    for _ in range(steps):
        square = found @ found.T
        found = torch.addmm(found, torch.addmm(square, square, square, beta=second, alpha=third), found, beta=first)
    return found.T if tall else found


class Muon(torch.optim.Optimizer):
    """Momentum whose matrix is orthogonalised before each step (Jordan et al. 2024, kellerjordan.github.io/posts/muon).

    The length of a step matches AdamW's of the same learning rate (Liu et al. 2025, arXiv 2502.16982, section 2.2).

    Parameters
    ----------
    params : list
        Matrices, or groups of them.
    lr, weight_decay : float
        Learning rate and decoupled weight decay.
    momentum : float
        Decay of the mean of gradients.
    precision : torch.dtype
        What the orthogonalisation calculates in.
    """

    def __init__(
        self,
        params: Any,
        *,
        lr: float = 1e-3,
        weight_decay: float = 0.0,
        momentum: float = 0.95,
        precision: torch.dtype = torch.float32,
    ) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})
        self.precision = precision

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Make one step along the gradients."""
        for group in self.param_groups:
            for parameter in group["params"]:
                mean = self.state[parameter].setdefault("mean", torch.zeros_like(parameter))
                mean.lerp_(parameter.grad, 1 - group["momentum"])
                update = orthogonalise(parameter.grad.lerp(mean, group["momentum"]).to(self.precision))
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update, alpha=-group["lr"] * 0.2 * max(parameter.shape) ** 0.5)
