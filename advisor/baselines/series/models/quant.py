"""QUANT: quantiles of dyadic intervals of a series, its changes and its spectrum.

Dempster, Schmidt and Webb, "QUANT: a minimalist interval method for time series classification" (Data Mining and
Knowledge Discovery 2024), written anew from the paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.baselines.models.trees import TreeSharesClassifier
from advisor.baselines.series.models.channels import Transformer, median_length, resampled
from advisor.baselines.series.panel import lengths_of

if TYPE_CHECKING:
    from typing import Self

DEPTH, EVERY = 6, 4
SMOOTHED = 5
TREES = 200


def intervals(steps: int) -> list[tuple[int, int]]:
    """Return the whole, its halves, quarters and so on, and the same shifted by half of their length.

    Examples
    --------
    >>> intervals(4)
    [(0, 4), (0, 2), (2, 4), (1, 3), (0, 1), (1, 2), (2, 3), (3, 4)]
    """
    found = []
    for level in range(min(DEPTH, int(np.log2(steps)) + 1)):
        edges = np.linspace(0, steps, 2**level + 1).astype(np.int64)
        own = np.column_stack([edges[:-1], edges[1:]])
        length = float(np.median(np.diff(edges)))
        found.append(own)
        if level and length > 1:
            found.append(own[:-1] + int(np.ceil(length / 2)))
    return [(int(start), min(int(end), steps)) for start, end in np.vstack(found)]


def quantiles(values: np.ndarray) -> np.ndarray:
    """Return one quantile for every four values of the last axis; every second one as its distance from their mean."""
    steps = values.shape[-1]
    count = 1 + (steps - 1) // EVERY
    ordered = np.sort(values, axis=-1)
    places = np.linspace(0, steps - 1, count) if count > 1 else np.array([(steps - 1) / 2])
    before = np.floor(places).astype(np.int64)
    after = np.minimum(before + 1, steps - 1)
    share = (places - before).astype(values.dtype)
    found = ordered[..., before] * (1 - share) + ordered[..., after] * share
    found[..., 1::2] -= values.mean(axis=-1, keepdims=True)
    return np.asarray(found)


def representations(X: np.ndarray) -> list[np.ndarray]:  # noqa: N803
    """Return series, smoothed changes, changes of changes and the magnitude of the spectrum; those with any steps."""
    changes = np.diff(X, axis=-1)
    found = [X]
    if changes.shape[-1]:
        ends = ((0, 0), (0, 0), (SMOOTHED // 2, SMOOTHED // 2))
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(changes, ends, mode="edge"), SMOOTHED, axis=-1)
        found.append(windows.mean(axis=-1))
    if changes.shape[-1] > 1:
        found.append(np.diff(changes, axis=-1))
    return [*found, np.abs(np.fft.rfft(X, axis=-1)).astype(X.dtype)]


class Quant(Transformer):
    """Turn series into quantiles; those of another length are drawn to the median one, which becomes a feature."""

    def fit(self, X: np.ndarray, y: Any = None) -> Self:  # noqa: N803
        """Learn the median length."""
        super().fit(X, y)
        self.steps_ = median_length(X)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return shape (series, features), float32."""
        blocks = [lengths_of(X)[:, None].astype(np.float32)]
        for values in representations(resampled(np.asarray(X, dtype=np.float32), self.steps_)):
            for start, end in intervals(values.shape[-1]):
                blocks.append(quantiles(values[:, :, start:end]).reshape(len(X), -1))
        return np.hstack(blocks)


class ExtraTrees(TreeSharesClassifier):
    """Extremely randomised trees on a tenth of the features at each split, as QUANT asks for."""

    def _forest(self) -> Any:
        from sklearn.ensemble import ExtraTreesClassifier

        return ExtraTreesClassifier(TREES, criterion="entropy", max_features=0.1, random_state=self.seed, n_jobs=1)
