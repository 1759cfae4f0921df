"""Texts as vectors: words and pairs of words, pieces of words, and whatever columns stand beside the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from scipy import sparse

TOKEN = r"(?u)\b\w+\b|[^\w\s]"  # noqa: S105 - punctuation and emoticons are signal
MOST_TERMS = 200_000
NETWORK_TERMS = 50_000
HASHED_PAIRS = 2**17
FEW_TEXTS = 200  # a term of one text alone is kept below


def joined_texts(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return one text for each row: those of its columns, one after the other."""
    texts = frame[columns[0]].astype(object).where(frame[columns[0]].notna(), "").astype(str)
    for name in columns[1:]:
        texts = texts + "\n" + frame[name].astype(object).where(frame[name].notna(), "").astype(str)
    return list(texts)


def _terms(rows: int, **options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    least = 2 if rows >= FEW_TEXTS else 1
    return TfidfVectorizer(strip_accents="unicode", min_df=least, sublinear_tf=True, dtype=np.float32, **options)


class TextVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn rows with texts into a sparse matrix.

    Parameters
    ----------
    texts : sequence of str
        The columns of text.
    kinds : mapping of str to str
        The kind of each column of the frame.
    style : str
        terms: TF-IDF of words, pairs of words and pieces of words; words: TF-IDF of words and pairs of words;
        presence: which words and pairs of words there are; bag: the share of each word and of each hashed pair;
        none: only the other columns, which gives None where there are none.
    task : str
        binary, multiclass or regression.
    seed : int
        Seed of the encoding of the other columns.
    """

    def __init__(self, *, texts: Sequence[str], kinds: Mapping[str, str], style: str, task: str, seed: int = 0) -> None:
        self.texts = texts
        self.kinds = kinds
        self.style = style
        self.task = task
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> TextVectors:  # noqa: N803
        """Learn the terms and the encoding of the other columns."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: np.ndarray, **_: Any) -> sparse.csr_matrix | None:  # noqa: N803
        """Learn the terms and return the training rows."""
        texts = joined_texts(X, self.texts)
        self.vectorisers_ = self._vectorisers(len(texts))
        blocks = []
        for vectoriser in self.vectorisers_:
            try:
                blocks.append(vectoriser.fit_transform(texts))
            except ValueError as error:  # every text of the fold is empty, or no term is in two of them
                message = f"the {len(texts)} training texts have no words to learn from ({error})"
                raise ValueError(message) from None
        self.beside_ = self._fitted_beside(X, y)
        return self._joined(blocks, X)

    def transform(self, X: pd.DataFrame) -> sparse.csr_matrix | None:  # noqa: N803
        """Return rows as a matrix, shape (rows, features)."""
        texts = joined_texts(X, self.texts)
        return self._joined([vectoriser.transform(texts) for vectoriser in self.vectorisers_], X)

    def _vectorisers(self, rows: int) -> list[Any]:
        from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer

        words = {"token_pattern": TOKEN, "ngram_range": (1, 2)}
        least = 2 if rows >= FEW_TEXTS else 1
        if self.style == "none":
            return []
        if self.style == "terms":
            pieces = {"analyzer": "char_wb", "ngram_range": (2, 5)}
            return [_terms(rows, max_features=MOST_TERMS, **words), _terms(rows, max_features=MOST_TERMS, **pieces)]
        if self.style == "words":
            return [_terms(rows, max_features=NETWORK_TERMS, **words)]
        shared = {"strip_accents": "unicode", "token_pattern": TOKEN, "dtype": np.float32}
        if self.style == "presence":
            return [CountVectorizer(binary=True, min_df=least, max_features=MOST_TERMS, ngram_range=(1, 2), **shared)]
        pairs = HashingVectorizer(
            n_features=HASHED_PAIRS, ngram_range=(2, 2), alternate_sign=False, norm=None, **shared
        )
        return [CountVectorizer(min_df=least, max_features=MOST_TERMS, **shared), pairs]

    def _fitted_beside(self, X: pd.DataFrame, y: np.ndarray) -> Any:  # noqa: N803
        """Return the encoding of the columns beside the text, None where there is none that varies."""
        from advisor.baselines.tabular.models.preprocessing import Preparation

        others = [name for name in X.columns if name not in self.texts]
        varying = [name for name in others if X[name].nunique(dropna=False) > 1]
        if not varying:
            return None
        kinds = {name: self.kinds[name] for name in varying}
        return varying, Preparation(kinds=kinds, style="network", task=self.task, seed=self.seed).fit(X[varying], y)

    def _joined(self, blocks: list[Any], X: pd.DataFrame) -> sparse.csr_matrix | None:  # noqa: N803
        from scipy import sparse

        if self.style == "bag":
            blocks = [_as_shares(sparse.hstack(blocks, format="csr"))]
        if self.beside_ is not None:
            names, preparation = self.beside_
            blocks.append(sparse.csr_matrix(np.asarray(preparation.transform(X[names]), dtype=np.float32)))
        return sparse.hstack(blocks, format="csr", dtype=np.float32) if blocks else None


def _as_shares(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return counts divided by their sum in each row, so that sums of embeddings are means."""
    from sklearn.preprocessing import normalize

    return normalize(counts, norm="l1", copy=False)
