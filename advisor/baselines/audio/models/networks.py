"""A small convolutional network on log-mel spectrograms, with and without augmentation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from advisor.baselines.networks import estimator
from advisor.baselines.networks.layers import Dropout, ParameterGroup
from advisor.baselines.networks.training import Recipe

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = 450  # twice as many are surer and no more often right of speakers that no training row is of
BATCH = 16
AVERAGING = 0.99
SMOOTHING = 0.1
WIDTHS = (24, 48, 96, 96)
CHUNK = 64  # recordings of a chunk of a prediction: more do not fit into the caches
MASKED_BANDS = 8
MASKED_FRAMES_SHARE = 0.125
ROLLED_SHARE = 0.1
LOUDER = 0.5  # in units of the spread: how much louder or softer a recording may get


class Spectrograms:
    """Log-mel bands of which a network takes some at a time, shape (rows, 1, bands, frames)."""

    def __init__(self, values: Tensor) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: Tensor) -> Spectrograms:
        """Return some rows."""
        return Spectrograms(self.values[rows])

    def split(self, size: int) -> Sequence[Spectrograms]:
        """Return all rows in chunks, in order."""
        most = min(size, CHUNK)
        return [Spectrograms(self.values[start : start + most]) for start in range(0, len(self), most)]


class SpectrogramNetwork(nn.Module):
    """Four stages of convolutions: the mean over bands, then mean and maximum over time.

    Parameters
    ----------
    outputs : int
        Of the answer.
    mean, spread : float
        Of the log-mel bands over the training rows.
    augmented : bool
        Whether each step sees recordings moved in time, louder or softer, and with bands and frames masked.
    precision : torch.dtype
        Of the convolutions in training.
    """

    def __init__(self, outputs: int, *, mean: float, spread: float, augmented: bool, precision: torch.dtype) -> None:
        super().__init__()
        self.mean, self.spread, self.augmented, self.precision = mean, spread, augmented, precision
        channels = (1, *WIDTHS)
        self.stages = nn.Sequential(
            *(
                layer
                for inputs, width in zip(channels, WIDTHS, strict=False)
                for layer in (
                    nn.Conv2d(inputs, width, 3, padding=1, bias=False),
                    nn.MaxPool2d(2, ceil_mode=True),  # before what is done for each place that is left
                    nn.BatchNorm2d(width),
                    nn.ReLU(inplace=True),
                )
            )
        )
        self.dropout = Dropout(0.3)
        self.output = nn.Linear(2 * WIDTHS[-1], outputs)

    def forward(self, spectrograms: Spectrograms) -> Tensor:
        """Return the outputs, shape (rows, 1, outputs)."""
        x = (spectrograms.values.float() - self.mean) / self.spread
        if self.training and self.augmented:
            x = varied(x)
        reduced = self.training and self.precision != torch.float32
        with torch.autocast(x.device.type, dtype=self.precision, enabled=reduced):
            maps = self.stages(x.contiguous(memory_format=torch.channels_last))
        over_time = maps.float().mean(dim=2)
        read = torch.cat([over_time.mean(dim=2), over_time.amax(dim=2)], dim=1)
        outputs: Tensor = self.output(self.dropout(read))[:, None]
        return outputs

    def groups(self) -> list[ParameterGroup]:
        """Return the weights of the layers, and biases and normalisations, which do not decay."""
        weights = [parameter for parameter in self.parameters() if parameter.ndim > 1]
        rest = [parameter for parameter in self.parameters() if parameter.ndim <= 1]
        return [ParameterGroup(weights), ParameterGroup(rest, decay=0.0)]


def varied(x: Tensor) -> Tensor:
    """Return spectrograms (rows, 1, bands, frames), each rolled in time, louder or softer, and masked.

    Masks of bands and of frames as in SpecAugment (arXiv 1904.08779), filled with the mean of all, which is 0.
    """
    rows, _, bands, frames = x.shape
    most = round(ROLLED_SHARE * frames)
    moved = torch.randint(-most, most + 1, (rows, 1), device=x.device)
    places = (torch.arange(frames, device=x.device)[None] - moved) % frames
    x = x.gather(3, places[:, None, None].expand_as(x))
    x = x + LOUDER * (2 * torch.rand(rows, 1, 1, 1, device=x.device) - 1)
    hidden = _masked(rows, bands, MASKED_BANDS, x.device)[:, None, :, None]
    late = _masked(rows, frames, max(1, round(MASKED_FRAMES_SHARE * frames)), x.device)[:, None, None]
    return x.masked_fill(hidden | late, 0.0)


def _masked(rows: int, length: int, most: int, device: torch.device) -> Tensor:
    """Return a run of up to `most` places for each row, shape (rows, length)."""
    width = torch.randint(0, most + 1, (rows, 1), device=device)
    start = (torch.rand(rows, 1, device=device) * (length - width + 1)).long()
    place = torch.arange(length, device=device)[None]
    return (place >= start) & (place < start + width)


class NetworkClassifier(estimator.Architecture, estimator.NetworkClassifier):
    """A network of recordings: mel-cnn, whose training recordings are varied, or mel-cnn-plain."""

    architecture: str

    def as_inputs(self, X: np.ndarray, device: torch.device) -> Spectrograms:  # noqa: N803
        """Return the spectrograms."""
        return Spectrograms(torch.from_numpy(np.ascontiguousarray(X)[:, None]).to(device))

    def recipe_for(self, rows: int, _: str) -> Recipe:
        """Return how the network is trained: as many steps on few rows as on many."""
        batch = max(8, min(BATCH, rows // 20))
        epochs = max(1, math.ceil(STEPS / max(1, rows // batch)))
        return Recipe(
            epochs,
            batch,
            rate=3e-3,
            decay=2e-2,
            patience=epochs,
            schedule="one-cycle",
            smoothing=SMOOTHING,
            averaging=AVERAGING,
        )

    def build(self, inputs: Spectrograms, outputs: int, _loss: str, recipe: Recipe) -> nn.Module:
        """Return an untrained network for recordings like the training rows."""
        values = inputs.values.float()
        return SpectrogramNetwork(
            outputs,
            mean=float(values.mean()),
            spread=max(float(values.std()), 1e-2),
            augmented=self.architecture == "mel-cnn",
            precision=getattr(torch, recipe.precision),
        )
