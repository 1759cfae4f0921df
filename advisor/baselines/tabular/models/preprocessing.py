"""Typed columns to numbers: one transformer that decides for each column inside the fold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy import sparse

ONE_HOT_LEVELS = 30
TEXT_COMPONENTS = 32
TEXT_TERMS = 20_000
RAW = ("trees", "in-context")  # styles that take numbers as they are
LARGEST = 1e30  # trees and networks calculate in float32, whose squares must not overflow


class Groups(NamedTuple):
    """The usable columns by how they are encoded; `few` and `many` are categorical columns by their levels."""

    numeric: list[str]
    few: list[str]
    many: list[str]
    text: list[str]
    date: list[str]


def column_groups(frame: pd.DataFrame, kinds: Mapping[str, str]) -> Groups:
    """Sort the columns of a training fold by how they are encoded; columns with one value only are left out.

    Raises
    ------
    ValueError
        If no column has two different values.
    """
    groups = Groups([], [], [], [], [])
    for name in frame.columns:
        kind = kinds[name]
        levels = frame[name].nunique(dropna=False) if kind != "empty" else 0
        if levels < 2:
            continue
        if kind == "categorical":
            (groups.few if levels <= ONE_HOT_LEVELS else groups.many).append(name)
        else:
            getattr(groups, kind).append(name)
    if not any(groups):
        message = f"none of the {frame.shape[1]} columns has two different values in the {len(frame)} training rows"
        raise ValueError(message)
    return groups


class Preparation(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn a typed frame into a matrix for linear models, trees or networks.

    Numbers are imputed with an indicator, and scaled, unless trees read them; levels are one-hot encoded, or, where
    there are many, encoded by their cross-fitted target mean; text becomes TF-IDF terms (linear) or their leading
    components; dates become their parts. Columns with one value only within the fold are left out.

    Parameters
    ----------
    kinds : mapping of str to str
        The kind of each column of the frame: numeric, categorical, text, date or empty.
    style : str
        linear, trees, network, or in-context: as for trees, but levels as codes, which foundation models expect.
    task : str
        binary, multiclass or regression.
    seed : int
        Seed of the target encoder's folds and of the components of text.
    """

    def __init__(self, *, kinds: Mapping[str, str], style: str, task: str, seed: int = 0) -> None:
        self.kinds = kinds
        self.style = style
        self.task = task
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Preparation:  # noqa: N803
        """Learn the encoding of the columns."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: np.ndarray, **_: Any) -> np.ndarray | sparse.spmatrix:  # noqa: N803
        """Learn the encoding and return the encoded training rows; level means are cross-fitted."""
        from sklearn.compose import ColumnTransformer

        groups = column_groups(X, self.kinds)
        steps = _steps(groups, self.style, self.task, self.seed, len(X))
        self.columns_ = ColumnTransformer(steps, sparse_threshold=1.0, verbose_feature_names_out=False)
        return self.columns_.fit_transform(X, y)

    def transform(self, X: pd.DataFrame) -> np.ndarray | sparse.spmatrix:  # noqa: N803
        """Return the encoded rows, shape (rows, features)."""
        return self.columns_.transform(X)


def _steps(groups: Groups, style: str, task: str, seed: int, rows: int) -> list[tuple[str, Any, Any]]:
    """Return the column transformer's steps for the groups that have columns."""
    from sklearn.model_selection import KFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, TargetEncoder

    linear, raw = style == "linear", style in RAW
    one_hot = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=max(2, min(10, rows // 200)),
        sparse_output=linear,
        dtype=np.float32,
    )
    means = TargetEncoder(
        target_type="continuous" if task == "regression" else "auto",
        cv=KFold(5, shuffle=True, random_state=seed),
    )
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, dtype=np.float64)
    levels = FunctionTransformer(level_names)
    numbers = [FunctionTransformer(finite), *_number_steps(style)]
    found: list[tuple[str, Any, Any]] = [
        ("numeric", make_pipeline(*numbers), groups.numeric),
        ("few", make_pipeline(levels, codes if style == "in-context" else one_hot), groups.few),
        ("many", make_pipeline(levels, means, *_number_steps(style)), groups.many),
        ("date", make_pipeline(DateParts(cyclic=not raw), *_number_steps(style)), groups.date),
    ]
    for position, name in enumerate(groups.text):
        terms = TextTerms(components=None if linear else TEXT_COMPONENTS, seed=seed)
        scale = [] if linear or raw else [SmoothClip()]
        found.append((f"text{position}", make_pipeline(terms, *scale), name))
    return [step for step in found if step[2]]


def _number_steps(style: str) -> list[Any]:
    """Return how numbers are imputed and scaled; trees and foundation models read missing values themselves."""
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    if style in RAW:
        return []
    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return [impute, StandardScaler() if style == "linear" else SmoothClip()]


def finite(values: pd.DataFrame) -> np.ndarray:
    """Return numbers as float64 with infinities as missing and the rest within what float32 can square.

    Examples
    --------
    >>> finite([[1.0, float("inf")]])
    array([[ 1., nan]])
    """
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(array), np.clip(array, -LARGEST, LARGEST), np.nan)


def level_names(frame: pd.DataFrame) -> np.ndarray:
    """Return levels as text, shape (rows, columns); missing is a level of its own."""
    columns = [frame[name].astype(object) for name in frame.columns]
    return np.column_stack(
        [column.where(column.notna(), "(missing)").astype(str).to_numpy(object) for column in columns]
    )


class SmoothClip(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Centre by the median, scale by the quartiles, and clip smoothly to (-3, 3).

    The scale is the interquartile range, or half the range where that is zero; then x / sqrt(1 + (x / 3)^2), as in
    RealMLP (Holzmüller et al. 2024, arXiv 2407.04491, section 3).

    Examples
    --------
    >>> SmoothClip().fit_transform(np.array([[0.0], [1.0], [2.0], [3.0]])).astype(float).round(2).ravel().tolist()
    [-0.95, -0.33, 0.33, 0.95]
    """

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> SmoothClip:  # noqa: ARG002, N803
        """Learn the medians and scales of the columns."""
        lowest, first, self.centre_, third, highest = np.quantile(X, [0, 0.25, 0.5, 0.75, 1], axis=0)
        width = np.where(third > first, third - first, (highest - lowest) / 2)
        self.factor_ = np.divide(1.0, width, out=np.zeros_like(width), where=width > 0)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return the scaled columns as float32."""
        scaled = (np.asarray(X) - self.centre_) * self.factor_
        return (scaled / np.sqrt(1 + (scaled / 3) ** 2)).astype(np.float32)


class DateParts(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Split dates into parts: days since the first one, and year, month, weekday, hour and day of the year.

    Parameters
    ----------
    cyclic : bool
        Give weekday, hour and day of the year as sine and cosine, which linear models and networks need.
    """

    def __init__(self, *, cyclic: bool = False) -> None:
        self.cyclic = cyclic

    def fit(self, X: pd.DataFrame, y: np.ndarray | None = None) -> DateParts:  # noqa: ARG002, N803
        """Learn the first date of each column."""
        self.first_ = {name: X[name].min() for name in X.columns}
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:  # noqa: N803
        """Return the parts of all columns, shape (rows, parts); missing dates are missing in every part."""
        return np.column_stack([part for name in X.columns for part in self._parts(X[name], self.first_[name])])

    def _parts(self, dates: pd.Series, first: pd.Timestamp) -> list[np.ndarray]:
        days = ((dates - first).dt.total_seconds() / 86_400).to_numpy(np.float64)
        hour = (dates.dt.hour + dates.dt.minute / 60).to_numpy(np.float64)
        weekday = dates.dt.day_of_week.to_numpy(np.float64)
        day = dates.dt.day_of_year.to_numpy(np.float64)
        if not self.cyclic:
            return [days, hour, weekday, day, dates.dt.month.to_numpy(np.float64), dates.dt.year.to_numpy(np.float64)]
        turns = [2 * np.pi * part / period for part, period in ((hour, 24), (weekday, 7), (day, 365.25))]
        return [days, *(wave for turn in turns for wave in (np.sin(turn), np.cos(turn)))]


class TextTerms(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF of one text column, or its leading components (latent semantic analysis).

    Values of three words and more on average are split into words and pairs of words, shorter ones (codes, names,
    languages without spaces) into pieces of two to four characters.

    Parameters
    ----------
    components : int, optional
        Number of components of a truncated singular value decomposition; None keeps the sparse terms.
    seed : int
        Seed of the decomposition.
    """

    def __init__(self, *, components: int | None = None, seed: int = 0) -> None:
        self.components = components
        self.seed = seed

    def fit(self, X: pd.Series, y: np.ndarray | None = None) -> TextTerms:  # noqa: ARG002, N803
        """Learn the terms and, where asked for, the components."""
        from sklearn.decomposition import TruncatedSVD

        texts = _texts(X)
        self.terms_ = _vectorizer(texts)
        self.svd_ = None
        if self.terms_ is None:
            return self
        matrix = self.terms_.transform(texts)
        if self.components is not None and min(matrix.shape) > self.components:
            self.svd_ = TruncatedSVD(self.components, n_iter=2, random_state=self.seed).fit(matrix)
        return self

    def transform(self, X: pd.Series) -> np.ndarray | sparse.spmatrix:  # noqa: N803
        """Return terms (sparse) or components (dense), shape (rows, features); no features where no term exists."""
        texts = _texts(X)
        if self.terms_ is None:
            return np.zeros((len(texts), 1))
        matrix = self.terms_.transform(texts)
        if self.components is None:
            return matrix
        return self.svd_.transform(matrix) if self.svd_ is not None else matrix.toarray()


def _texts(column: pd.Series) -> list[str]:
    """Return texts with missing ones empty."""
    return column.astype(object).where(column.notna(), "").astype(str).tolist()


def _vectorizer(texts: list[str]) -> Any:
    """Return a fitted TF-IDF vectorizer of words or characters, or None where no text has any."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    filled = [text for text in texts if text.strip()]
    words = sum(len(re.findall(r"\w\w+", text)) for text in filled)
    rare = 1 if len(filled) < 200 else 2
    by_words = TfidfVectorizer(ngram_range=(1, 2), min_df=rare, sublinear_tf=True, max_features=TEXT_TERMS)
    by_characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), min_df=rare, sublinear_tf=True, max_features=TEXT_TERMS
    )
    order = (by_words, by_characters) if words >= 3 * len(filled) else (by_characters,)
    for vectorizer in order:
        try:
            return vectorizer.fit(texts)
        except ValueError:  # no term is left: an empty vocabulary
            continue
    return None
