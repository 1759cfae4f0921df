"""A small convolutional network as a scikit-learn classifier, with and without augmentation."""

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

STEPS = 1_500
AVERAGING = 0.99
BATCH = 64
CHUNK_PIXELS = 100_000  # of a chunk of a prediction: more do not fit into the caches
WIDTHS = (32, 64, 128)
SHIFT, TURN, SCALE = 0.1, 0.15, 0.1  # share of a side, radians, share
CUT_SHARE, CUT_CHANCE = 0.2, 0.5
# Photographs have this many colours for each pixel, and drawings, signs and letters far fewer.
COLOURS_OF_PHOTOGRAPHS = 0.2
LOOKED_AT = 50


class Pictures:
    """Pixels of which a network takes some at a time: uint8, shape (rows, channels, height, width)."""

    def __init__(self, pixels: Tensor) -> None:
        self.pixels = pixels

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, rows: Tensor) -> Pictures:
        """Return some rows."""
        return Pictures(self.pixels[rows])

    def split(self, size: int) -> Sequence[Pictures]:
        """Return all rows in chunks, in order, smaller than asked for where the pictures are large."""
        height, width = self.pixels.shape[2:]
        most = max(1, min(size, CHUNK_PIXELS // (height * width)))
        return [Pictures(self.pixels[start : start + most]) for start in range(0, len(self), most)]


class ConvolutionalNetwork(nn.Module):
    """Three stages of convolutions, of which the mean and the maximum over the picture are read.

    Parameters
    ----------
    channels, outputs : int
        Of the pictures, and of the answer.
    mean, spread : sequence of float
        Of each channel over the training rows, between 0 and 1.
    augmented : bool
        Whether each step sees pictures moved, turned, scaled and with a hole.
    mirrored : bool
        Whether they are also flipped, which leaves a photograph one and makes another sign of a letter.
    precision : torch.dtype
        Of the convolutions in training.
    """

    mean: Tensor
    spread: Tensor

    def __init__(
        self,
        channels: int,
        outputs: int,
        *,
        mean: Sequence[float],
        spread: Sequence[float],
        augmented: bool,
        mirrored: bool,
        precision: torch.dtype,
    ) -> None:
        super().__init__()
        self.augmented, self.mirrored, self.precision = augmented, mirrored, precision
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1))
        self.register_buffer("spread", torch.tensor(spread).view(1, -1, 1, 1))
        first, second, third = WIDTHS
        self.stages = nn.Sequential(
            *_convolution(channels, first, pooled=True),
            *_convolution(first, second),
            *_convolution(second, second, pooled=True),
            *_convolution(second, third),
            *_convolution(third, third),
        )
        self.dropout = Dropout(0.3)
        self.output = nn.Linear(2 * third, outputs)

    def forward(self, pictures: Pictures) -> Tensor:
        """Return the outputs, shape (rows, 1, outputs)."""
        x = pictures.pixels.float() / 255
        if self.training and self.augmented:
            x = moved(x, mirrored=self.mirrored)
        x = (x - self.mean) / self.spread
        if self.training and self.augmented:
            x = with_holes(x)
        reduced = self.training and self.precision != torch.float32
        with torch.autocast(x.device.type, dtype=self.precision, enabled=reduced):
            maps = self.stages(x.contiguous(memory_format=torch.channels_last))
        maps = maps.float()
        read = torch.cat([maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))], dim=1)
        outputs: Tensor = self.output(self.dropout(read))[:, None]
        return outputs

    def groups(self) -> list[ParameterGroup]:
        """Return the weights of the layers, and biases and normalisations, which do not decay."""
        weights = [parameter for parameter in self.parameters() if parameter.ndim > 1]
        rest = [parameter for parameter in self.parameters() if parameter.ndim <= 1]
        return [ParameterGroup(weights), ParameterGroup(rest, decay=0.0)]


def _convolution(inputs: int, outputs: int, *, pooled: bool = False) -> tuple[nn.Module, ...]:
    pool = (nn.MaxPool2d(2, ceil_mode=True),) if pooled else ()  # before what is done for each pixel that is left
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    return (convolution, *pool, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def moved(x: Tensor, *, mirrored: bool) -> Tensor:
    """Return pictures shifted, turned and scaled at random, each in its own way; what enters repeats the border."""

    def drawn(most: float) -> Tensor:
        return most * (2 * torch.rand(len(x), device=x.device) - 1)

    angle, scale = drawn(TURN), 1 + drawn(SCALE)
    height, width = x.shape[2:]
    flip = 1 - 2 * (torch.rand(len(x), device=x.device) < 0.5).float() if mirrored else torch.ones_like(angle)
    cosine, sine = angle.cos() * scale, angle.sin() * scale
    across = torch.stack([flip * cosine, -sine * height / width, 2 * drawn(SHIFT)], dim=1)
    down = torch.stack([flip * sine * width / height, cosine, 2 * drawn(SHIFT)], dim=1)
    grid = nn.functional.affine_grid(torch.stack([across, down], dim=1), list(x.shape), align_corners=False)
    return nn.functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


def with_holes(x: Tensor) -> Tensor:
    """Return pictures half of which have a square set to zero, the mean (cut-out, arXiv 1708.04552)."""
    rows, _, height, width = x.shape
    side = max(1, round(CUT_SHARE * min(height, width)))
    top = torch.randint(height, (rows, 1), device=x.device)
    left = torch.randint(width, (rows, 1), device=x.device)
    down = torch.arange(height, device=x.device)[None] - top
    across = torch.arange(width, device=x.device)[None] - left
    hole = ((down >= 0) & (down < side))[:, :, None] & ((across >= 0) & (across < side))[:, None, :]
    hole &= torch.rand(rows, 1, 1, device=x.device) < CUT_CHANCE
    return x.masked_fill(hole[:, None], 0.0)


def are_photographs(pixels: np.ndarray) -> bool:
    """Return whether pictures (rows, channels, height, width) have as many colours as photographs do."""
    if pixels.shape[1] != 3:
        return False
    some = pixels[:: max(1, len(pixels) // LOOKED_AT)].reshape(-1, 3, pixels.shape[2] * pixels.shape[3])
    packed = (some.astype(np.int64) * np.array([65_536, 256, 1])[None, :, None]).sum(axis=1)
    shares = [len(np.unique(one)) / len(one) for one in packed]
    return float(np.median(shares)) >= COLOURS_OF_PHOTOGRAPHS


class NetworkClassifier(estimator.Architecture, estimator.NetworkClassifier):
    """A network of pictures: cnn, whose training pictures are varied, or cnn-plain."""

    architecture: str

    def as_inputs(self, X: np.ndarray, device: torch.device) -> Pictures:  # noqa: N803
        """Return the pixels."""
        return Pictures(torch.from_numpy(np.ascontiguousarray(X.transpose(0, 3, 1, 2))).to(device))

    def recipe_for(self, rows: int, _: str) -> Recipe:
        """Return how the network is trained: as many steps on few rows as on many."""
        batch = max(8, min(BATCH, rows // 20))
        epochs = max(1, math.ceil(STEPS / max(1, rows // batch)))
        return Recipe(epochs, batch, 3e-3, 2e-2, patience=epochs, schedule="one-cycle", averaging=AVERAGING)

    def build(self, inputs: Pictures, outputs: int, _loss: str, recipe: Recipe) -> nn.Module:
        """Return an untrained network for pictures like the training rows."""
        pixels = inputs.pixels.cpu().numpy()
        augmented = self.architecture == "cnn"
        return ConvolutionalNetwork(
            pixels.shape[1],
            outputs,
            mean=(pixels.mean(axis=(0, 2, 3)) / 255).tolist(),
            spread=np.maximum(pixels.std(axis=(0, 2, 3)) / 255, 1e-2).tolist(),
            augmented=augmented,
            mirrored=augmented and are_photographs(pixels),
            precision=getattr(torch, recipe.precision),
        )
