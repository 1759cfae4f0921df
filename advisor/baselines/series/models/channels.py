"""What models do with series first: channels of one scale, series of one length, a few figures of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from advisor.baselines.series.panel import lengths_of

if TYPE_CHECKING:
    from typing import Self


class Transformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A step on arrays of shape (series, channels, steps) that learns nothing unless a subclass does."""

    def fit(self, X: np.ndarray, _y: Any = None) -> Self:  # noqa: N803
        """Learn from the training series."""
        self.channels_ = X.shape[1]
        return self


class SameScale(Transformer):
    """Bring each channel to mean 0 and spread 1 over the training series.

    Not each series: its level and its spread may be what tells the class.
    """

    def fit(self, X: np.ndarray, y: Any = None) -> Self:  # noqa: N803
        """Learn mean and spread of each channel."""
        super().fit(X, y)
        self.mean_ = np.asarray(np.nanmean(X, axis=(0, 2), dtype=np.float64))[:, None]
        spread = np.asarray(np.nanstd(X, axis=(0, 2), dtype=np.float64))[:, None]
        self.spread_ = np.where(spread > 0, spread, 1.0)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return the series scaled, float32."""
        return np.asarray((X - self.mean_) / self.spread_, dtype=np.float32)


class Statistics(Transformer):
    """Level, spread and roughness of each channel."""

    def transform(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return shape (series, 3 x channels)."""
        values = np.asarray(X, dtype=np.float64)
        changes = np.abs(np.diff(values, axis=2)) if values.shape[2] > 1 else np.zeros_like(values)
        known = np.isfinite(changes)
        roughness = np.where(known, changes, 0).sum(axis=2) / np.maximum(known.sum(axis=2), 1)
        return np.hstack([np.nanmean(values, axis=2), np.nanstd(values, axis=2), roughness])


class Flat(Transformer):
    """The values one after the other, drawn to the median length, for estimators that take a matrix."""

    def fit(self, X: np.ndarray, y: Any = None) -> Self:  # noqa: N803
        """Learn the median length."""
        super().fit(X, y)
        self.steps_ = median_length(X)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return shape (series, channels x steps)."""
        return resampled(X, self.steps_).reshape(len(X), -1)


def median_length(X: np.ndarray) -> int:  # noqa: N803
    """Return the median number of steps."""
    return int(np.median(lengths_of(X)))


def resampled(X: np.ndarray, steps: int) -> np.ndarray:  # noqa: N803
    """Return the series drawn to so many steps by linear interpolation; as they are where all have that length.

    Examples
    --------
    >>> resampled(np.array([[[0.0, 2.0, np.nan]], [[0.0, 1.0, 2.0]]]), 3).tolist()
    [[[0.0, 1.0, 2.0]], [[0.0, 1.0, 2.0]]]
    """
    lengths = lengths_of(X)
    if X.shape[2] == steps and (lengths == steps).all():
        return X
    places = np.linspace(0, 1, steps) * (lengths[:, None] - 1)
    before = np.floor(places).astype(np.int64)
    after = np.minimum(before + 1, lengths[:, None] - 1)
    share = (places - before)[:, None, :].astype(X.dtype)
    low = np.take_along_axis(X, np.broadcast_to(before[:, None, :], (*X.shape[:2], steps)), axis=2)
    high = np.take_along_axis(X, np.broadcast_to(after[:, None, :], (*X.shape[:2], steps)), axis=2)
    return np.asarray(low * (1 - share) + high * share)
