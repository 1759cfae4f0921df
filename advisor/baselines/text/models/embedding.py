"""Texts as the embeddings of a pretrained encoder, by themselves or beside their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone

from advisor.baselines.pretrained.embeddings import embedded
from advisor.baselines.text.models.encoding import loaded
from advisor.baselines.text.models.vectors import TextVectors, joined_texts

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 0.5  # the weight of embeddings beside TF-IDF, whose rows have length one


class TextEmbeddings(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn rows with texts into embeddings, scaled to unit variance, or into their words and embeddings.

    Parameters
    ----------
    path : str
        The file of the encoder's weights.
    beside : TextVectors
        What stands beside the embeddings: words, or only the other columns.
    cache : str
        Folder of the embeddings of this run, empty for none.
    time_limit_s : float or None
        Seconds that there are for encoding.
    """

    def __init__(self, *, path: str, beside: TextVectors, cache: str = "", time_limit_s: float | None = None) -> None:
        self.path = path
        self.beside = beside
        self.cache = cache
        self.time_limit_s = time_limit_s

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> TextEmbeddings:  # noqa: N803
        """Learn the scale of the embeddings, the words and the encoding of other columns."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: np.ndarray, **_: Any) -> Any:  # noqa: N803
        """Learn and return the training rows."""
        vectors = self._encoded(X)
        self.external_megabytes_ = loaded(self.path).megabytes
        self.centre_, spread = vectors.mean(axis=0), vectors.std(axis=0)
        self.spread_ = np.where(spread > 0, spread, 1.0)
        self.beside_ = clone(self.beside)
        return self._joined(vectors, self.beside_.fit_transform(X, y))

    def transform(self, X: pd.DataFrame) -> Any:  # noqa: N803
        """Return rows as a matrix, shape (rows, features)."""
        return self._joined(self._encoded(X), self.beside_.transform(X))

    def _encoded(self, X: pd.DataFrame) -> np.ndarray:  # noqa: N803
        return embedded(joined_texts(X, self.beside.texts), loaded(self.path).encode, self.cache, self.time_limit_s)

    def _joined(self, vectors: np.ndarray, others: Any) -> Any:
        from scipy import sparse

        scaled = ((vectors - self.centre_) / self.spread_).astype(np.float32)
        if self.beside.style == "none":
            return scaled if others is None else np.hstack([scaled, others.toarray()])
        return sparse.hstack([others, sparse.csr_matrix(BLOCK / np.sqrt(scaled.shape[1]) * scaled)], format="csr")
