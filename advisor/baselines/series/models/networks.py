"""Convolutional networks on series. Batches and steps are those that were measured on three sets."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from advisor.baselines.networks import estimator
from advisor.baselines.networks.layers import ParameterGroup
from advisor.baselines.networks.training import Recipe
from advisor.baselines.series.panel import lengths_of

RATE, DECAY, SMOOTHING = 3e-3, 1e-2, 0.05
LEAST_STEPS, MOST_STEPS = 1_500, 6_000
LEAST_EPOCHS = 20
LEAST_BATCH, MOST_BATCH = 8, 32
LEAST_VALIDATED = 100  # a hold-out of fewer series says nothing, and they are missed in training
LONGEST = 512  # longer series are averaged down: each of their epochs would cost as much as many
_VALUES_AT_A_TIME = 1 << 18

FCN = ((64, 7), (128, 5), (64, 3))  # arXiv 1611.06455, at half its width
# LITE (Ismail-Fawaz et al., DSAA 2023): fixed filters beside learnt ones, then two depthwise separable convolutions.
# Widths are odd, one more than published, so that each has a centre.
LEARNT, WIDTHS, MIXED = 32, (41, 21, 11), 8
SEPARABLE = ((21, 2), (11, 4))
FIXED = (2, 4, 8, 16, 32, 64)


class Convolution(nn.Module):
    """A convolution, batch normalisation and rectified units, which stay zero behind the end of a series."""

    def __init__(self, convolution: nn.Module, channels: int) -> None:
        super().__init__()
        self.convolution = convolution
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return shape (series, channels, steps)."""
        units: Tensor = self.norm(self.convolution(x)).relu()
        return units * mask


class FixedFilters(nn.Module):
    """Filters that are not learnt: rises, falls and peaks of several widths, on each channel.

    Parameters
    ----------
    channels : int
        Of the series.
    """

    bank: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        bank = fixed_filters()
        self.channels = channels
        self.outputs = channels * len(bank)
        self.register_buffer("bank", torch.from_numpy(bank)[:, None].repeat(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return shape (series, outputs, steps)."""
        return nn.functional.conv1d(x, self.bank, padding=self.bank.shape[-1] // 2, groups=self.channels)


def fixed_filters() -> np.ndarray:
    """Return rises and falls of 2 to 64 steps and peaks, centred in as many steps as the longest has.

    Examples
    --------
    >>> fixed_filters().shape
    (17, 97)
    """
    signs = [np.where(np.arange(width) % 2 == 0, -1.0, 1.0) for width in FIXED]
    peaks = [_peak(width) for width in FIXED[:5]]
    longest = max(map(len, [*signs, *peaks])) + 1
    bank = np.zeros((2 * len(signs) + len(peaks), longest), dtype=np.float32)
    for row, values in enumerate([*signs, *(-one for one in signs), *peaks]):
        start = (longest - len(values)) // 2
        bank[row, start : start + len(values)] = values
    return bank


def _peak(width: int) -> np.ndarray:
    """Return a filter of a rise and a fall."""
    bump = np.hanning(width + 2)[1:-1]
    return np.concatenate([-bump, 2 * bump, -bump])


class SeriesNetwork(nn.Module):
    """The mean of convolved channels over the steps of a series, and one layer on top.

    The last channel of its input says which steps are of the series: 1, or 0 behind its end.
    """

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.output = nn.Linear(width, outputs)

    def maps(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the last maps, shape (series, width, steps)."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, shape (series, 1, outputs)."""
        if not self.training and x.numel() > _VALUES_AT_A_TIME and len(x) > 1:
            rows = max(1, _VALUES_AT_A_TIME // x[0].numel())
            return torch.cat([self._outputs(part) for part in torch.split(x, rows)])
        return self._outputs(x)

    def _outputs(self, x: Tensor) -> Tensor:
        mask = x[:, -1:]
        means = self.maps(x[:, :-1], mask).sum(dim=2) / mask.sum(dim=2)
        outputs: Tensor = self.output(means)
        return outputs[:, None]

    def groups(self) -> list[ParameterGroup]:
        """Return the weights, and the biases and scales, which do not decay."""
        decaying = [one for one in self.parameters() if one.ndim > 1]
        return [ParameterGroup(decaying), ParameterGroup([one for one in self.parameters() if one.ndim <= 1], decay=0)]


class FullyConvolutional(SeriesNetwork):
    """Three convolutions (FCN)."""

    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__(FCN[-1][0], outputs)
        sizes = [channels, *(width for width, _ in FCN)]
        self.layers = nn.ModuleList(
            Convolution(nn.Conv1d(before, width, taps, padding="same", bias=False), width)
            for before, (width, taps) in zip(sizes, FCN, strict=False)
        )

    def maps(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the maps of the last convolution."""
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Lite(SeriesNetwork):
    """Convolutions of three widths and fixed filters side by side, then two depthwise separable ones (LITE)."""

    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__(LEARNT, outputs)
        self.mixed = nn.Conv1d(channels, MIXED, 1) if channels > MIXED else nn.Identity()
        inputs = min(channels, MIXED)
        self.fixed = FixedFilters(inputs)
        self.learnt = nn.ModuleList(nn.Conv1d(inputs, LEARNT, taps, padding="same", bias=False) for taps in WIDTHS)
        self.first = nn.BatchNorm1d(self.fixed.outputs + LEARNT * len(WIDTHS))
        sizes = [self.fixed.outputs + LEARNT * len(WIDTHS), *(LEARNT for _ in SEPARABLE)]
        self.layers = nn.ModuleList(
            Convolution(_separable(before, LEARNT, taps, dilation), LEARNT)
            for before, (taps, dilation) in zip(sizes, SEPARABLE, strict=False)
        )

    def maps(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the maps of the last convolution."""
        x = self.mixed(x) * mask
        x = self.first(torch.cat([self.fixed(x), *(layer(x) for layer in self.learnt)], dim=1)).relu() * mask
        for layer in self.layers:
            x = layer(x, mask)
        return x


def _separable(inputs: int, outputs: int, taps: int, dilation: int) -> nn.Module:
    """Return a convolution over the channels of each step, and one of each of its outputs alone.

    In this order it costs a third of the published one, which begins with each of the many channels alone.
    """
    alone = nn.Conv1d(outputs, outputs, taps, padding="same", dilation=dilation, groups=outputs, bias=False)
    return nn.Sequential(nn.Conv1d(inputs, outputs, 1, bias=False), alone)


NETWORKS: dict[str, type[SeriesNetwork]] = {"fcn": FullyConvolutional, "lite": Lite}


class _OfSeries(estimator.Architecture):
    """fcn or lite on scaled series, NaN behind their ends."""

    architecture: str

    def as_inputs(self, X: np.ndarray, device: torch.device) -> Tensor:  # noqa: N803
        """Return the series with zeros behind their ends and a last channel that says where they are."""
        if not hasattr(self, "pooled_"):
            self.pooled_ = math.ceil(int(lengths_of(X).max()) / LONGEST)
        known = (~np.isnan(X[:, :1])).astype(np.float32)
        values = np.concatenate([np.nan_to_num(np.asarray(X, dtype=np.float32)), known], axis=1)
        return _averaged(torch.as_tensor(values, device=device), self.pooled_)

    def validation_share(self, rows: int) -> float:
        """Return the share of series that early stopping holds out: none of few."""
        return super().validation_share(rows) if rows >= LEAST_VALIDATED else 0.0

    def recipe_for(self, rows: int, _: str) -> Recipe:
        """Return how the network is trained: for a number of steps, whatever the number of series."""
        batch = max(LEAST_BATCH, min(MOST_BATCH, rows // 8))
        per_epoch = max(1, rows // batch)
        epochs = max(1, min(max(LEAST_STEPS // per_epoch, LEAST_EPOCHS), MOST_STEPS // per_epoch))
        patience = max(LEAST_EPOCHS, epochs // 3) if rows >= LEAST_VALIDATED else epochs
        return Recipe(epochs, batch, RATE, DECAY, patience, schedule="one-cycle", smoothing=SMOOTHING)

    def build(self, inputs: Tensor, outputs: int, _loss: str, _recipe: Recipe) -> nn.Module:
        """Return an untrained network for the channels of the training series."""
        return NETWORKS[self.architecture](inputs.shape[1] - 1, outputs)


def _averaged(inputs: Tensor, steps: int) -> Tensor:
    """Return the means of so many steps each, those of the last ones over what the series has."""
    if steps == 1:
        return inputs
    pooled = nn.functional.avg_pool1d(inputs, steps, ceil_mode=True)
    share = pooled[:, -1:]
    return torch.cat([pooled[:, :-1] / share.clamp_min(1 / (2 * steps)), (share > 0).float()], dim=1)


class NetworkClassifier(_OfSeries, estimator.NetworkClassifier):
    """A network of series for classes: fcn or lite."""
