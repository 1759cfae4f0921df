"""Networks of tables: a RealMLP-style one, and TabM-mini with piecewise-linear embeddings."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from advisor.baselines.networks.layers import Dropout, ParameterGroup, Rectified, affine

EMBEDDED_INPUTS = 256


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
        return torch.addmm(self.bias.to(x.dtype), x, self.weight.to(x.dtype).T, alpha=self.factor)

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
        return torch.lerp(x, activated, self.strength.to(x.dtype))


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
    dropout : float
        Share of hidden units that are left out in a training step.
    precision : torch.dtype
        What training steps calculate in.
    """

    WIDTH, DEPTH = 256, 3  # size and number of the hidden layers
    numeric: Tensor
    plain: Tensor

    def __init__(
        self,
        numeric: Tensor,
        plain: Tensor,
        outputs: int,
        *,
        regression: bool,
        dropout: float = 0.15,
        precision: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.precision = precision
        self.register_buffer("numeric", numeric)
        self.register_buffer("plain", plain)
        self.embeddings = PeriodicEmbeddings(len(numeric)) if len(numeric) else None
        inputs = 4 * len(numeric) + len(plain)
        self.scale = nn.Parameter(torch.ones(inputs))
        sizes = [inputs, *[self.WIDTH] * self.DEPTH]
        self.linears = nn.ModuleList(ScaledLinear(before, after) for before, after in itertools.pairwise(sizes))
        self.activations = nn.ModuleList(ParametricActivation(self.WIDTH, mish=regression) for _ in range(self.DEPTH))
        self.dropout = Dropout(dropout)
        self.output = ScaledLinear(self.WIDTH, outputs)

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
        hidden = self._inputs(x).to(self.precision if self.training else x.dtype)
        for linear, activation in zip(self.linears, self.activations, strict=True):
            hidden = self.dropout(activation(linear(hidden)))
        return hidden.float()

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

    It calculates what the `tabm` library does, in another order: bins are looked up once for each row (`encode`), and
    each member's scale of the inputs is multiplied into the weights of the first layer instead of into every row.
    Many columns share `EMBEDDED_INPUTS` inputs between them.

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
    precision : torch.dtype
        What training steps calculate in.
    """

    numeric: Tensor
    plain: Tensor
    edges: Tensor
    counts: Tensor

    def __init__(
        self,
        numeric: Tensor,
        plain: Tensor,
        edges: list[Tensor],
        outputs: int,
        shape: EnsembleShape = EnsembleShape(),  # noqa: B008 - frozen
        precision: torch.dtype = torch.float32,
    ) -> None:
        from rtdl_num_embeddings import LinearEmbeddings
        from tabm import ElementwiseAffine, LinearEnsemble

        super().__init__()
        self.register_buffer("numeric", numeric)
        self.register_buffer("plain", plain)
        self.members, self.precision = shape.members, precision
        size = max(2, min(shape.embedding, EMBEDDED_INPUTS // max(1, len(numeric))))
        if len(numeric):
            self.register_buffer("counts", torch.tensor([[len(column) - 1] for column in edges], device=numeric.device))
            self.register_buffer("edges", nn.utils.rnn.pad_sequence(edges, batch_first=True, padding_value=math.inf))
            self.linear = LinearEmbeddings(len(numeric), size)
            self.bins = nn.Parameter(torch.zeros(len(numeric), size, self.edges.shape[1] - 1))
        chunks = [size] * len(numeric) + [1] * len(plain)
        self.scale = ElementwiseAffine(
            (shape.members, sum(chunks)),
            bias=False,
            scaling_init="normal" if len(numeric) else "random-signs",
            scaling_init_chunks=chunks,
        )
        self.first = Rectified(sum(chunks), shape.width, shape.dropout)
        self.later = nn.Sequential(
            *(Rectified(shape.width, shape.width, shape.dropout) for _ in range(shape.depth - 1))
        )
        self.output = LinearEnsemble(shape.width, outputs, k=shape.members)

    def encode(self, x: Tensor) -> Tensor:
        """Return what `forward` reads: the places of the numbers among their bins, the numbers, the other columns."""
        if not len(self.numeric):
            return x[:, self.plain]
        numbers = x[:, self.numeric].T.contiguous()
        below = torch.searchsorted(self.edges[:, 1:].contiguous(), numbers, right=True).minimum(self.counts - 1)
        lower, upper = self.edges.gather(1, below), self.edges.gather(1, below + 1)
        places = (below + (numbers - lower) / (upper - lower)).clamp_min(0).minimum(self.counts)
        return torch.cat([places.T, numbers.T, x[:, self.plain]], dim=1)

    def _inputs(self, encoded: Tensor) -> Tensor:
        """Return the embeddings and the other columns, shape (rows, inputs), in the working precision."""
        dtype = self.precision if self.training else encoded.dtype
        columns = len(self.numeric)
        if columns == 0:
            return encoded.to(dtype)
        places, numbers = encoded[:, : 2 * columns].T.unflatten(0, (2, columns)).unsqueeze(2)
        filled = (places - torch.arange(self.bins.shape[2], device=places.device)[:, None]).clamp_(0, 1)
        straight = torch.addcmul(self.linear.bias[:, :, None], self.linear.weight[:, :, None], numbers)
        embedded = torch.bmm(self.bins.to(dtype), filled.to(dtype)) + straight
        return torch.cat([embedded.flatten(0, 1).T.to(dtype), encoded[:, 2 * columns :].to(dtype)], dim=1)

    def _hidden(self, encoded: Tensor) -> Tensor:
        """Return the last hidden layer, shape (members, rows, width)."""
        inputs = self._inputs(encoded)
        shape = (self.members, len(inputs), self.first.out_features)
        weights = self.scale.weight[:, None] * self.first.weight
        kept = self.first.dropout.kept(shape, inputs)
        units = affine(inputs.expand(self.members, -1, -1), weights, self.first.bias, kept, rectified=True)
        return self.later(units.flatten(0, 1)).view(shape)

    def forward(self, encoded: Tensor) -> Tensor:
        """Return the outputs of every member, shape (rows, members, outputs)."""
        outputs = affine(self._hidden(encoded), self.output.weight.mT, self.output.bias[:, None])
        return outputs.transpose(0, 1).float()

    def groups(self) -> list[ParameterGroup]:
        """Return all parameters as one group."""
        return [ParameterGroup(list(self.parameters()))]


def bin_edges(columns: Tensor, bins: int) -> list[Tensor]:
    """Return the edges of up to `bins` bins with equal numbers of rows for each column, at least two bins each."""
    found = []
    for values in columns.T:
        edges = torch.quantile(values, torch.linspace(0, 1, bins + 1, device=values.device)).unique()
        if len(edges) < 3:
            edges = torch.linspace(float(values.min()), float(values.max()), 3, device=values.device)
        found.append(edges)
    return found
