"""What an engineer would measure of pictures: gradients, local patterns, colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.floating]
    Pixels = npt.NDArray[np.uint8]

ORIENTATIONS = 9
CLIPPED = 0.2  # of a normalised block of gradients (L2-hys)
PATTERNS = 59  # uniform local binary patterns of eight neighbours, and one for all others
HUES, SATURATIONS, VALUES = 16, 8, 8
TINY = 16  # pixels a side: the pixels themselves are few enough to be features
CHUNK_PIXELS = 2_000_000


class MeanColour(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The mean of each channel, between 0 and 1: how bright a picture is, and in which colour."""

    def fit(self, X: Pixels, y: np.ndarray | None = None) -> MeanColour:  # noqa: ARG002, N803
        """Return itself: nothing is learned."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Pixels) -> Numbers:  # noqa: N803
        """Return the means, shape (rows, channels)."""
        return np.asarray(X.mean(axis=(1, 2), dtype=np.float32) / 255, dtype=np.float32)


class ShapeAndColour(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Histograms of oriented gradients, local binary patterns and, of colour pictures, hue, saturation and value."""

    def fit(self, X: Pixels, y: np.ndarray | None = None) -> ShapeAndColour:  # noqa: ARG002, N803
        """Return itself: nothing is learned."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Pixels) -> Numbers:  # noqa: N803
        """Return the features, shape (rows, features), in order: gradients, patterns, colours, pixels."""
        size = max(1, CHUNK_PIXELS // int(np.prod(X.shape[1:])))
        return np.concatenate([_features(X[start : start + size]) for start in range(0, len(X), size)])


def _features(pixels: Pixels) -> Numbers:
    values = pixels.astype(np.float32) / 255
    side = min(values.shape[1:3])
    fine, coarse = max(2, side // 8), max(2, side // 4)
    grey = values.mean(axis=3)
    magnitude, place = _gradients(values)
    blocks = [_oriented(magnitude, place, cell) for cell in dict.fromkeys((fine, coarse))]
    blocks.append(local_patterns(grey))
    if values.shape[3] == 3:
        blocks.append(colours(values))
    if side <= TINY:
        blocks.append(values.reshape(len(values), -1))
    return np.concatenate(blocks, axis=1)


def gradients(values: Numbers, cell: int) -> Numbers:
    """Return histograms of oriented gradients, shape (rows, blocks x 36).

    Dalal and Triggs, Histograms of oriented gradients for human detection (CVPR 2005): nine unsigned directions, the
    channel with the strongest gradient, blocks of two by two cells that are normalised twice.

    Parameters
    ----------
    values : numpy.ndarray of shape (rows, height, width, channels)
        Pixels as numbers.
    cell : int
        Pixels on a side of a cell.
    """
    return _oriented(*_gradients(values), cell)


def _gradients(values: Numbers) -> tuple[Numbers, Numbers]:
    """Return the magnitude of each pixel's gradient, and its direction as a place among the bins."""
    down: Numbers = np.zeros_like(values)
    right: Numbers = np.zeros_like(values)
    down[:, 1:-1] = values[:, 2:] - values[:, :-2]
    right[:, :, 1:-1] = values[:, :, 2:] - values[:, :, :-2]
    squared = down**2 + right**2
    strongest = squared.argmax(axis=3)[..., None]
    most = [np.take_along_axis(one, strongest, axis=3)[..., 0] for one in (down, right, squared)]
    turned = np.arctan2(most[0], most[1]) % np.pi
    return np.sqrt(most[2]), np.asarray(turned * (ORIENTATIONS / np.pi), dtype=np.float32)


def _oriented(magnitude: Numbers, place: Numbers, cell: int) -> Numbers:
    rows, height, width = magnitude.shape
    down, across = height // cell, width // cell
    top, left = (height - down * cell) // 2, (width - across * cell) // 2
    inner = (slice(None), slice(top, top + down * cell), slice(left, left + across * cell))
    strength, bins = magnitude[inner], place[inner]
    cells = np.empty((rows, down, across, ORIENTATIONS), dtype=np.float32)
    for number in range(ORIENTATIONS):
        away = np.abs(bins - number)
        share = np.maximum(0, 1 - np.minimum(away, ORIENTATIONS - away))  # between the two nearest directions
        cells[..., number] = (strength * share).reshape(rows, down, cell, across, cell).sum(axis=(2, 4))
    corners = [cells[:, :-1, :-1], cells[:, :-1, 1:], cells[:, 1:, :-1], cells[:, 1:, 1:]]
    blocks = _of_unit_length(np.concatenate(corners, axis=3))
    return _of_unit_length(np.minimum(blocks, CLIPPED)).reshape(rows, -1)


def _of_unit_length(blocks: Numbers) -> Numbers:
    return np.asarray(blocks / np.sqrt((blocks**2).sum(axis=-1, keepdims=True) + 1e-4), dtype=np.float32)


def _uniform_codes() -> npt.NDArray[np.int64]:
    """Return for each of 256 patterns its number among the uniform ones, which change at most twice around."""
    uniform = [code for code in range(256) if (code ^ ((code >> 1) | ((code & 1) << 7))).bit_count() <= 2]
    codes = np.full(256, PATTERNS - 1)
    codes[uniform] = np.arange(len(uniform))
    return codes


_UNIFORM = _uniform_codes()
_AROUND = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))


def local_patterns(grey: Numbers) -> Numbers:
    """Return square roots of the shares of uniform local binary patterns in each quarter, shape (rows, 4 x 59).

    Ojala, Pietikainen and Maenpaa, Multiresolution gray-scale and rotation invariant texture classification with local
    binary patterns (PAMI 2002).
    """
    height, width = grey.shape[1] - 2, grey.shape[2] - 2
    centre = grey[:, 1:-1, 1:-1]
    code = np.zeros(centre.shape, dtype=np.uint8)
    for bit, (top, left) in enumerate(_AROUND):
        code |= (grey[:, top : top + height, left : left + width] >= centre).astype(np.uint8) << bit
    return _shares_in_quarters(_UNIFORM[code], PATTERNS)


def colours(values: Numbers) -> Numbers:
    """Return hue (weighted by saturation), saturation and value in each quarter, and each channel's mean and spread."""
    high, low = values.max(axis=3), values.min(axis=3)
    chroma = high - low
    safe = np.where(chroma > 0, chroma, 1)
    red, green, blue = values[..., 0], values[..., 1], values[..., 2]
    rest = np.where(high == green, (blue - red) / safe + 2, (red - green) / safe + 4)
    sector = np.where(high == red, (green - blue) / safe % 6, rest)
    saturation = chroma / np.where(high > 0, high, 1)
    return np.concatenate(
        [
            _shares_in_quarters(_binned(sector / 6, HUES), HUES, saturation),
            _shares_in_quarters(_binned(saturation, SATURATIONS), SATURATIONS),
            _shares_in_quarters(_binned(high, VALUES), VALUES),
            values.mean(axis=(1, 2)),
            values.std(axis=(1, 2)),
        ],
        axis=1,
    )


def _binned(share: Numbers, bins: int) -> npt.NDArray[np.int64]:
    return np.minimum((share * bins).astype(np.int64), bins - 1)


def _shares_in_quarters(codes: npt.NDArray[np.int64], kinds: int, weights: Numbers | None = None) -> Numbers:
    """Return the square roots of the shares of codes in each quarter of a picture, shape (rows, 4 x kinds)."""
    rows, height, width = codes.shape
    lower = np.arange(height) >= (height + 1) // 2
    right = np.arange(width) >= (width + 1) // 2
    quarter = 2 * lower[:, None] + right[None, :]
    places = (np.arange(rows)[:, None, None] * 4 + quarter) * kinds + codes
    flat = None if weights is None else weights.ravel()
    counts = np.bincount(places.ravel(), weights=flat, minlength=rows * 4 * kinds).reshape(rows, 4, kinds)
    pixels = np.bincount(quarter.ravel(), minlength=4)[:, None]
    return np.sqrt(counts / np.maximum(pixels, 1)).reshape(rows, -1).astype(np.float32)
