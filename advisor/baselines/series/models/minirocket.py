"""MiniRocket: how often random convolutions of a series exceed a threshold.

Dempster, Schmidt and Webb, "MiniRocket: a very fast (almost) deterministic transform for time series classification"
(KDD 2021), written anew from the paper.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from advisor.baselines.series.models.channels import Transformer
from advisor.baselines.series.panel import lengths_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

TAPS, HIGH_TAPS = 9, 3
MOST_FEATURES, MOST_DILATIONS, MOST_CHANNELS = 9_996, 32, 9
_BLOCK = 2_000_000  # comparisons at a time: they stay in the processor's cache
_GOLDEN = (np.sqrt(5) + 1) / 2


def kernels() -> np.ndarray:
    """Return the 84 kernels: three weights of 2, the others -1, so that the level of a series does not matter.

    Examples
    --------
    >>> kernels().shape, set(kernels().sum(axis=1))
    ((84, 9), {np.float32(0.0)})
    """
    chosen = list(combinations(range(TAPS), HIGH_TAPS))
    weights = np.full((len(chosen), TAPS), -1, dtype=np.float32)
    for row, taps in enumerate(chosen):
        weights[row, list(taps)] = 2
    return weights


def dilations(steps: int, per_kernel: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the distances between taps, from 1 to what spans the series, and how many features each has.

    Examples
    --------
    >>> [values.tolist() for values in dilations(33, 10)]
    [[1, 2, 3, 4], [5, 3, 1, 1]]
    """
    count = min(per_kernel, MOST_DILATIONS)
    most = np.log2(max(steps - 1, TAPS - 1) / (TAPS - 1))
    values, times = np.unique(np.logspace(0, most, count, base=2).astype(np.int64), return_counts=True)
    features = (times * per_kernel / count).astype(np.int64)
    for place in range(per_kernel - int(features.sum())):
        features[place % len(features)] += 1
    return values, features


class _Part(NamedTuple):
    """Kernels that share a dilation and whether they reach over the ends of a series, with their thresholds."""

    dilation: int
    over_ends: bool
    weights: np.ndarray  # (kernels, channels x taps)
    thresholds: np.ndarray  # (kernels, features)


class MiniRocket(Transformer):
    """Turn series into shares of steps at which a dilated kernel exceeds a threshold.

    Thresholds are quantiles of what the kernels yield on training series. With several channels a kernel sums over a
    random few. The share is over the steps of a series alone, not what lies behind the end of a shorter one.

    Parameters
    ----------
    seed : int
        Seed of the series that thresholds are taken from, and of the channels.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, X: np.ndarray, y: Any = None) -> Self:  # noqa: N803
        """Choose dilations, channels and thresholds."""
        super().fit(X, y)
        rng = np.random.default_rng(self.seed)
        lengths = lengths_of(X)
        weights = kernels()
        values, counts = dilations(int(lengths.max()), MOST_FEATURES // len(weights))
        total = int(counts.sum())
        levels = np.arange(1, len(weights) * total + 1) * _GOLDEN % 1
        self.parts_: list[_Part] = []
        done = 0
        for place, (dilation, count) in enumerate(zip(values.tolist(), counts.tolist(), strict=True)):
            for parity in (0, 1):
                over_ends = (place + parity) % 2 == 0
                own = _on_channels(weights[parity::2], self.channels_, rng)
                wanted = levels[done : done + len(own) * count].reshape(len(own), count)
                done += wanted.size
                part = _Part(dilation, over_ends, own, np.zeros((len(own), count), dtype=np.float32))
                self.parts_.append(part._replace(thresholds=_thresholds(part, X, lengths, wanted, rng)))
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return shape (series, 9,996), float32."""
        lengths = lengths_of(X)
        filled = np.nan_to_num(np.asarray(X, dtype=np.float32))
        blocks = [np.empty((len(X), part.thresholds.size), dtype=np.float32) for part in self.parts_]
        for part, block in zip(self.parts_, blocks, strict=True):
            rows = max(1, _BLOCK // (part.thresholds.size * X.shape[2]))
            for start in range(0, len(X), rows):
                some = slice(start, start + rows)
                block[some] = _shares(part, filled[some], lengths[some])
        return np.hstack(blocks)


def _on_channels(weights: np.ndarray, channels: int, rng: np.random.Generator) -> np.ndarray:
    """Return kernels over all channels, each with its weights on a random few of them: few more often than many."""
    if channels == 1:
        return weights
    own = np.zeros((len(weights), channels, TAPS), dtype=np.float32)
    most = np.log2(min(channels, MOST_CHANNELS) + 1)
    for row, taps in enumerate(weights):
        count = int(2 ** rng.uniform(0, most))
        own[row, rng.choice(channels, count, replace=False)] = taps
    return own.reshape(len(weights), -1)


def _convolved(part: _Part, filled: np.ndarray) -> np.ndarray:
    """Return what the kernels of a part yield at each step, shape (kernels, series, steps)."""
    series, channels, steps = filled.shape
    reach = TAPS // 2 * part.dilation
    wide = np.pad(filled, ((0, 0), (0, 0), (reach, reach)))
    shifted = np.stack([wide[:, :, tap * part.dilation : tap * part.dilation + steps] for tap in range(TAPS)])
    taps = shifted.transpose(2, 0, 1, 3).reshape(channels * TAPS, series * steps)
    return np.asarray(part.weights @ taps).reshape(len(part.weights), series, steps)


def _window(part: _Part, length: int) -> slice:
    """Return the steps that count: all, or those at which the kernel stays within a series that is longer than it."""
    reach = TAPS // 2 * part.dilation
    return slice(0, length) if part.over_ends or length <= 2 * reach else slice(reach, length - reach)


def _thresholds(
    part: _Part,
    X: np.ndarray,  # noqa: N803
    lengths: np.ndarray,
    levels: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    found = np.empty(levels.shape, dtype=np.float32)
    for row, chosen in enumerate(rng.integers(len(X), size=len(levels))):
        length = int(lengths[chosen])
        one = np.asarray(X[chosen : chosen + 1, :, :length], dtype=np.float32)
        yielded = _convolved(part._replace(weights=part.weights[row : row + 1]), one)[0, 0]
        found[row] = np.quantile(yielded[_window(part, length)], levels[row])
    return found


def _shares(part: _Part, filled: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the features of a part, shape (series, kernels x thresholds)."""
    yielded = _convolved(part, filled)
    found = np.empty((len(filled), *part.thresholds.shape), dtype=np.float32)
    for rows, length in _by_length(lengths):
        own = yielded[:, rows, _window(part, length)]
        above = own[:, None] > part.thresholds[:, :, None, None]
        found[rows] = above.mean(axis=-1, dtype=np.float32).transpose(2, 0, 1)
    return found.reshape(len(filled), -1)


def _by_length(lengths: np.ndarray) -> Iterator[tuple[np.ndarray | slice, int]]:
    """Yield the rows of each length."""
    distinct = np.unique(lengths)
    if len(distinct) == 1:
        yield slice(None), int(distinct[0])
        return
    for length in distinct:
        yield np.flatnonzero(lengths == length), int(length)
