"""The networks: a plain MLP, a RealMLP-style one, and TabM-mini with piecewise-linear embeddings."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

EMBEDDED_INPUTS = 1_024


class Group(NamedTuple):
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

    def groups(self) -> list[Group]:
        """Return the hidden matrices, which step along orthogonal directions, and the rest."""
        weights = [layer.weight for layer in self.hidden if isinstance(layer, nn.Linear)]
        return _with_muon(self, cast("list[nn.Parameter]", weights))


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

    def groups(self) -> list[Group]:
        """Return the parameters by learning rate: scale times 6; biases, activations and embeddings times 0.1."""
        layers = cast("list[ScaledLinear]", [*self.linears, self.output])
        return [
            Group([layer.weight for layer in layers]),
            Group([layer.bias for layer in layers], rate=0.1, decay=0.0),
            Group([self.scale], rate=6.0),
            Group(list(self.activations.parameters()), rate=0.1),
            Group(list(self.embeddings.parameters()) if self.embeddings else [], rate=0.1),
        ]


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
    members : int
        Size of the ensemble, k in the paper.
    width, depth : int
        Size and number of the hidden layers.
    size : int
        Most embedding outputs of a column.
    dropout : float
        Share of hidden units that are left out in a training step.
    """

    numeric: Tensor
    plain: Tensor

    def __init__(
        self,
        numeric: Tensor,
        plain: Tensor,
        edges: list[Tensor],
        outputs: int,
        *,
        members: int = 8,
        width: int = 128,
        depth: int = 2,
        size: int = 8,
        dropout: float = 0.1,
    ) -> None:
        from rtdl_num_embeddings import PiecewiseLinearEmbeddings
        from tabm import EnsembleView, LinearEnsemble, make_tabm_backbone

        super().__init__()
        self.register_buffer("numeric", numeric)
        self.register_buffer("plain", plain)
        size = max(2, min(size, EMBEDDED_INPUTS // max(1, len(numeric))))
        self.embeddings = (
            PiecewiseLinearEmbeddings(edges, size, activation=False, version="B") if len(numeric) else None
        )
        chunks = [size] * len(numeric) + [1] * len(plain)
        self.view = EnsembleView(k=members)
        self.backbone = make_tabm_backbone(
            d_in=sum(chunks),
            n_blocks=depth,
            d_block=width,
            dropout=dropout,
            k=members,
            arch_type="tabm-mini",
            start_scaling_init="normal" if len(numeric) else "random-signs",
            start_scaling_init_chunks=chunks,
        )
        for block in self.backbone.blocks:
            block[-1] = Dropout(dropout)
        self.output = LinearEnsemble(width, outputs, k=members)

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

    def groups(self) -> list[Group]:
        """Return the hidden matrices, which step along orthogonal directions, and the rest."""
        return _with_muon(self, [block[0].weight for block in self.backbone.blocks])


def _with_muon(network: nn.Module, matrices: list[nn.Parameter]) -> list[Group]:
    """Return the hidden matrices as one group and all other parameters as another."""
    chosen = {id(matrix) for matrix in matrices}
    rest = [parameter for parameter in network.parameters() if id(parameter) not in chosen]
    return [Group(matrices, rate=MUON_RATE, orthogonal=True), Group(rest)]


def bin_edges(columns: Tensor, bins: int) -> list[Tensor]:
    """Return the edges of up to `bins` bins with equal numbers of rows for each column, at least two bins each."""
    found = []
    for values in columns.T:
        edges = torch.quantile(values, torch.linspace(0, 1, bins + 1, device=values.device)).unique()
        if len(edges) < 3:
            edges = torch.linspace(float(values.min()), float(values.max()), 3, device=values.device)
        found.append(edges)
    return found
