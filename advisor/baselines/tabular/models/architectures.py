"""Networks of tables: a RealMLP-style one, and TabM-mini with piecewise-linear embeddings."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from advisor.baselines.networks.layers import Dropout, ParameterGroup, with_muon

EMBEDDED_INPUTS = 1_024


class PeriodicEmbeddings(nn.Module):
    """PBLD embeddings of numbers: x beside a linear map of cosines of 2 pi w x + b (arXiv 2407.04491, section 3).

    Parameters
    ----------
    columns : int
        Number of numeric columns.
    frequencies, size : int
        Cosines of each column, and outputs of each column with x itself.
    spread : float
        Standard deviation of the initial frequencies.
    """

    def __init__(self, columns: int, *, frequencies: int = 16, size: int = 4, spread: float = 0.1) -> None:
        super().__init__()
        bound = frequencies**-0.5
        self.frequency = nn.Parameter(2 * math.pi * spread * torch.randn(columns, 1, frequencies))
        self.phase = nn.Parameter(math.pi * (2 * torch.rand(columns, 1, frequencies) - 1))
        self.weight = nn.Parameter(bound * (2 * torch.rand(columns, frequencies, size - 1) - 1))
        self.bias = nn.Parameter(bound * (2 * torch.rand(columns, 1, size - 1) - 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return embeddings, shape (rows, columns * size)."""
        waves = torch.cos(torch.addcmul(self.phase, x.T[:, :, None], self.frequency))
        mapped = torch.baddbmm(self.bias, waves, self.weight).transpose(0, 1)
        return torch.cat([mapped.flatten(1), x], dim=1)


class ScaledLinear(nn.Module):
    """A linear layer in the neural tangent parametrisation: x W / sqrt(inputs) + b with W of unit variance.

    The weights are scaled and the biases are set on data: outputs of unit variance before the bias, and each kink at
    a random convex combination of five rows ("he+5").
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.factor = inputs**-0.5

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, shape (rows, outputs)."""
        return torch.addmm(self.bias, x, self.weight.T, alpha=self.factor)

    @torch.no_grad()
    def initialise(self, x: Tensor) -> Tensor:
        """Set weights and biases on the rows of x, and return the outputs."""
        scale = (x @ self.weight.T * self.factor).std(dim=0, correction=0, keepdim=True).T
        self.weight.div_(torch.where(scale > 1e-6, scale, 1.0))
        outputs = x @ self.weight.T * self.factor
        rows = torch.randint(0, len(x), (5, outputs.shape[1]), device=x.device)
        shares = torch.empty_like(rows, dtype=x.dtype).exponential_()
        self.bias.copy_(-(outputs.gather(0, rows) * shares / shares.sum(dim=0)).sum(dim=0))
        return outputs + self.bias


class ParametricActivation(nn.Module):
    """An activation f with a learnable strength for each unit: x + (f(x) - x) * strength."""

    def __init__(self, size: int, *, mish: bool) -> None:
        super().__init__()
        self.strength = nn.Parameter(torch.ones(size))
        self.mish = mish

    def forward(self, x: Tensor) -> Tensor:
        """Return the activations."""
        activated = nn.functional.mish(x) if self.mish else nn.functional.selu(x)
        return torch.lerp(x, activated, self.strength)


class RealNetwork(nn.Module):
    """A network in the style of RealMLP-TD (Holzmüller et al. 2024, arXiv 2407.04491).

    Periodic embeddings of numbers, a learnable scale of each input, three hidden layers in the neural tangent
    parametrisation with parametric activations, initialised on data.

    Parameters
    ----------
    numeric : torch.Tensor
        Positions of the columns to embed.
    plain : torch.Tensor
        Positions of the other columns, which hold two values each.
    outputs : int
        Number of outputs.
    regression : bool
        Use Mish instead of SELU.
    width, depth : int
        Size and number of the hidden layers.
    dropout : float
        Share of hidden units that are left out in a training step.
    """

    numeric: Tensor
    plain: Tensor

    def __init__(
        self,
        numeric: Tensor,
        plain: Tensor,
        outputs: int,
        *,
        regression: bool,
        width: int = 256,
        depth: int = 3,
        dropout: float = 0.15,
    ) -> None:
        super().__init__()
        self.register_buffer("numeric", numeric)
        self.register_buffer("plain", plain)
        self.embeddings = PeriodicEmbeddings(len(numeric)) if len(numeric) else None
        inputs = 4 * len(numeric) + len(plain)
        self.scale = nn.Parameter(torch.ones(inputs))
        sizes = [inputs, *[width] * depth]
        self.linears = nn.ModuleList(ScaledLinear(before, after) for before, after in itertools.pairwise(sizes))
        self.activations = nn.ModuleList(ParametricActivation(width, mish=regression) for _ in range(depth))
        self.dropout = Dropout(dropout)
        self.output = ScaledLinear(width, outputs)

    def _inputs(self, x: Tensor) -> Tensor:
        plain = 2 * x[:, self.plain] - 1
        if self.embeddings is None:
            return plain * self.scale
        return torch.cat([self.embeddings(x[:, self.numeric]), plain], dim=1) * self.scale

    @torch.no_grad()
    def initialise(self, x: Tensor) -> None:
        """Initialise the layers on the rows of x, one after the other."""
        hidden = self._inputs(x)
        for linear, activation in zip(self.linears, self.activations, strict=True):
            hidden = activation(cast("ScaledLinear", linear).initialise(hidden))
        self.output.initialise(hidden)

    def features(self, x: Tensor) -> Tensor:
        """Return the last hidden layer, shape (rows, width)."""
        hidden = self._inputs(x)
        for linear, activation in zip(self.linears, self.activations, strict=True):
            hidden = self.dropout(activation(linear(hidden)))
        return hidden

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, shape (rows, 1, outputs)."""
        return self.output(self.features(x))[:, None]

    def groups(self) -> list[ParameterGroup]:
        """Return the parameters by learning rate: scale times 6; biases, activations and embeddings times 0.1."""
        layers = cast("list[ScaledLinear]", [*self.linears, self.output])
        return [
            ParameterGroup([layer.weight for layer in layers]),
            ParameterGroup([layer.bias for layer in layers], rate=0.1, decay=0.0),
            ParameterGroup([self.scale], rate=6.0),
            ParameterGroup(list(self.activations.parameters()), rate=0.1),
            ParameterGroup(list(self.embeddings.parameters()) if self.embeddings else [], rate=0.1),
        ]


class EnsembleShape(NamedTuple):
    """How large an ensemble is.

    Attributes
    ----------
    members : int
        Size of the ensemble, k in the paper.
    width, depth : int
        Size and number of the hidden layers.
    embedding : int
        Most embedding outputs of a column.
    dropout : float
        Share of hidden units that are left out in a training step.
    """

    members: int = 8
    width: int = 128
    depth: int = 2
    embedding: int = 8
    dropout: float = 0.1


class EnsembleNetwork(nn.Module):
    """TabM-mini with piecewise-linear embeddings (Gorishniy et al. 2024, arXiv 2410.24210 and 2203.05556).

    Built from the parts of the `tabm` library. Many columns share `EMBEDDED_INPUTS` inputs between them.

    Parameters
    ----------
    numeric : torch.Tensor
        Positions of the columns to embed.
    plain : torch.Tensor
        Positions of the other columns.
    edges : list of torch.Tensor
        Sorted bin edges of each embedded column.
    outputs : int
        Number of outputs.
    shape : EnsembleShape
        How large it is.
    """

    numeric: Tensor
    plain: Tensor

    def __init__(
        self,
        numeric: Tensor,
        plain: Tensor,
        edges: list[Tensor],
        outputs: int,
        shape: EnsembleShape = EnsembleShape(),  # noqa: B008 - frozen
    ) -> None:
        from rtdl_num_embeddings import PiecewiseLinearEmbeddings
        from tabm import EnsembleView, LinearEnsemble, make_tabm_backbone

        super().__init__()
        self.register_buffer("numeric", numeric)
        self.register_buffer("plain", plain)
        size = max(2, min(shape.embedding, EMBEDDED_INPUTS // max(1, len(numeric))))
        self.embeddings = (
            PiecewiseLinearEmbeddings(edges, size, activation=False, version="B") if len(numeric) else None
        )
        chunks = [size] * len(numeric) + [1] * len(plain)
        self.view = EnsembleView(k=shape.members)
        self.backbone = make_tabm_backbone(
            d_in=sum(chunks),
            n_blocks=shape.depth,
            d_block=shape.width,
            dropout=shape.dropout,
            k=shape.members,
            arch_type="tabm-mini",
            start_scaling_init="normal" if len(numeric) else "random-signs",
            start_scaling_init_chunks=chunks,
        )
        for block in self.backbone.blocks:
            block[-1] = Dropout(shape.dropout)
        self.output = LinearEnsemble(shape.width, outputs, k=shape.members)

    def _hidden(self, x: Tensor) -> Tensor:
        inputs = x[:, self.plain]
        if self.embeddings is not None:
            inputs = torch.cat([self.embeddings(x[:, self.numeric]).flatten(1), inputs], dim=1)
        return self.backbone(self.view(inputs))

    def features(self, x: Tensor) -> Tensor:
        """Return the last hidden layer averaged over the ensemble, shape (rows, width)."""
        return self._hidden(x).mean(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of every member, shape (rows, members, outputs)."""
        return self.output(self._hidden(x))

    def groups(self) -> list[ParameterGroup]:
        """Return the hidden matrices, which step along orthogonal directions, and the rest."""
        return with_muon(self, [block[0].weight for block in self.backbone.blocks])


def bin_edges(columns: Tensor, bins: int) -> list[Tensor]:
    """Return the edges of up to `bins` bins with equal numbers of rows for each column, at least two bins each."""
    found = []
    for values in columns.T:
        edges = torch.quantile(values, torch.linspace(0, 1, bins + 1, device=values.device)).unique()
        if len(edges) < 3:
            edges = torch.linspace(float(values.min()), float(values.max()), 3, device=values.device)
        found.append(edges)
    return found
