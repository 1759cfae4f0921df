"""Typed columns to numbers: one transformer that decides for each column inside the fold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from advisor.baselines.models.linear import DENSE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    components; dates become their parts. Columns with one value only within the fold are left out. The matrix is
    sparse for linear models of more than `DENSE_COLUMNS` features, else dense.

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
        from scipy import sparse

        self.parts_ = _parts(column_groups(X, self.kinds), self.style, self.task, self.seed, len(X))
        kept = sparse.csr_matrix if self.style == "linear" else np.asarray
        blocks = [kept(part.fit_transform(X[columns], y)) for columns, part in self.parts_]
        self.sparse_ = self.style == "linear" and sum(block.shape[1] for block in blocks) > DENSE_COLUMNS
        return self._joined(blocks)

    def transform(self, X: pd.DataFrame) -> np.ndarray | sparse.spmatrix:  # noqa: N803
        """Return the encoded rows, shape (rows, features)."""
        return self._joined(part.transform(X[columns]) for columns, part in self.parts_)

    def _joined(self, blocks: Iterable[Any]) -> np.ndarray | sparse.spmatrix:
        from scipy import sparse

        if self.sparse_:
            return sparse.hstack([sparse.csr_matrix(block) for block in blocks], format="csr")
        return np.hstack([block.toarray() if sparse.issparse(block) else block for block in blocks])


def _parts(groups: Groups, style: str, task: str, seed: int, rows: int) -> list[tuple[Any, Any]]:
    """Return the columns of each part of the matrix, a name or a list of names, with what encodes them.

    What a row passes through is plain NumPy: scikit-learn's own transformers take about a millisecond each, however
    few the rows.
    """
    from sklearn.model_selection import KFold
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder

    one_hot = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=max(2, min(10, rows // 200)),
        sparse_output=False,
        dtype=np.float32,
    )
    means = TargetEncoder(
        target_type="continuous" if task == "regression" else "auto",
        cv=KFold(5, shuffle=True, random_state=seed),
    )
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, dtype=np.float64)
    found: list[tuple[Any, Any]] = [
        (groups.numeric, Numbers(style=style)),
        *((name, Levels(codes if style == "in-context" else one_hot)) for name in groups.few),
        *((name, Levels(means, Numbers(style=style))) for name in groups.many),
        (groups.date, Dates(style=style)),
        *((name, TextTerms(style=style, seed=seed)) for name in groups.text),
    ]
    return [part for part in found if part[0]]


def finite(values: pd.DataFrame) -> np.ndarray:
    """Return numbers as float64 with infinities as missing and the rest within what float32 can square.

    Examples
    --------
    >>> finite([[1.0, float("inf")]])
    array([[ 1., nan]])
    """
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(array), np.clip(array, -LARGEST, LARGEST), np.nan)


def strings(column: pd.Series, missing: str) -> list[str]:
    """Return the values of a column as text.

    Examples
    --------
    >>> import pandas as pd
    >>> strings(pd.Series(["red", None]), "(missing)")
    ['red', '(missing)']
    """
    values = column.array
    return [missing if gone else str(value) for value, gone in zip(values.tolist(), values.isna(), strict=True)]


def level_names(column: pd.Series) -> list[str]:
    """Return levels as text; missing is a level of its own."""
    return strings(column, "(missing)")


class Numbers:
    """Impute numbers by their median with an indicator and scale them, but not for models that read gaps themselves.

    Parameters
    ----------
    style : str
        linear, trees or network.
    """

    def __init__(self, *, style: str) -> None:
        self.style = style

    def fit_transform(self, values: Any, y: np.ndarray | None = None) -> np.ndarray:  # noqa: ARG002
        """Learn medians, which columns have gaps, and the scale; return the training rows."""
        array = finite(values)
        if self.style in RAW:
            return array
        from sklearn.impute import SimpleImputer

        imputer = SimpleImputer(strategy="median", keep_empty_features=True).fit(array)
        self.medians_ = np.nan_to_num(imputer.statistics_)
        self.gaps_ = np.flatnonzero(np.isnan(array).any(axis=0))
        filled = self._filled(array)
        self.scaler_ = (Standard if self.style == "linear" else SmoothClip)().fit(filled)
        return self.scaler_.transform(filled)

    def transform(self, values: Any) -> np.ndarray:
        """Return the numbers, with the indicators of the columns that had gaps after them."""
        array = finite(values)
        return array if self.style in RAW else self.scaler_.transform(self._filled(array))

    def _filled(self, array: np.ndarray) -> np.ndarray:
        missing = np.isnan(array)
        return np.hstack([np.where(missing, self.medians_, array), missing[:, self.gaps_]])


class Levels:
    """Encode a categorical column: what a level becomes is calculated once and looked up for each row.

    Parameters
    ----------
    encoder : transformer
        An unfitted encoder of scikit-learn that gives a level that it has not seen a value, too.
    numbers : Numbers, optional
        Scales what the encoder gives.
    """

    def __init__(self, encoder: Any, numbers: Numbers | None = None) -> None:
        self.encoder = encoder
        self.numbers = numbers

    def fit_transform(self, column: pd.Series, y: np.ndarray) -> np.ndarray:
        """Learn the levels and return the encoded training rows, as the encoder cross-fits them."""
        from sklearn.base import clone

        encoder = clone(self.encoder)
        encoded = encoder.fit_transform(_as_column(level_names(column)), y)
        levels = encoder.categories_[0].tolist()
        unseen = "x" * (1 + max(map(len, levels)))
        self.places_ = {level: place for place, level in enumerate(levels)}
        self.table_ = encoder.transform(_as_column([*levels, unseen]))
        if self.numbers is not None:
            encoded = self.numbers.fit_transform(encoded)
            self.table_ = self.numbers.transform(self.table_)
        return np.asarray(encoded)

    def transform(self, column: pd.Series) -> np.ndarray:
        """Return the encoded rows; the last row of the table stands for levels that were not seen."""
        return np.asarray(self.table_[[self.places_.get(name, -1) for name in level_names(column)]])


def _as_column(names: list[str]) -> np.ndarray:
    return np.array(names, dtype=object)[:, None]


class Standard:
    """Centre by the mean and scale by the standard deviation."""

    def fit(self, array: np.ndarray) -> Standard:
        """Learn means and scales of the columns."""
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(array)
        self.centre_, self.scale_ = scaler.mean_, scaler.scale_
        return self

    def transform(self, array: np.ndarray) -> np.ndarray:
        """Return the scaled columns."""
        return np.asarray((array - self.centre_) / self.scale_)


class SmoothClip:
    """Centre by the median, scale by the quartiles, and clip smoothly to (-3, 3).

    The scale is the interquartile range, or half the range where that is zero; then x / sqrt(1 + (x / 3)^2), as in
    RealMLP (Holzmüller et al. 2024, arXiv 2407.04491, section 3).

    Examples
    --------
    >>> column = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> SmoothClip().fit(column).transform(column).astype(float).round(2).ravel().tolist()
    [-0.95, -0.33, 0.33, 0.95]
    """

    def fit(self, array: np.ndarray) -> SmoothClip:
        """Learn the medians and scales of the columns."""
        lowest, first, self.centre_, third, highest = np.quantile(array, [0, 0.25, 0.5, 0.75, 1], axis=0)
        width = np.where(third > first, third - first, (highest - lowest) / 2)
        self.factor_ = np.divide(1.0, width, out=np.zeros_like(width), where=width > 0)
        return self

    def transform(self, array: np.ndarray) -> np.ndarray:
        """Return the scaled columns as float32."""
        scaled = (array - self.centre_) * self.factor_
        return (scaled / np.sqrt(1 + (scaled / 3) ** 2)).astype(np.float32)


class Dates:
    """Split dates into parts: days since the first one, and year, month, weekday, hour and day of the year.

    Parameters
    ----------
    style : str
        linear, trees or network; trees are given the parts, the others waves of those that turn.
    """

    def __init__(self, *, style: str) -> None:
        self.style = style
        self.numbers = Numbers(style=style)

    def fit_transform(self, frame: pd.DataFrame, y: np.ndarray | None = None) -> np.ndarray:  # noqa: ARG002
        """Learn the first date of each column and the scale of the parts; return the training rows."""
        self.first_ = {name: frame[name].min().to_datetime64() for name in frame.columns}
        return self.numbers.fit_transform(self._all_parts(frame))

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the parts of all columns, shape (rows, parts); a missing date is missing in every part."""
        return self.numbers.transform(self._all_parts(frame))

    def _all_parts(self, frame: pd.DataFrame) -> np.ndarray:
        return np.column_stack(
            [part for name, first in self.first_.items() for part in self._parts(frame[name], first)]
        )

    def _parts(self, column: pd.Series, first: np.datetime64) -> list[np.ndarray]:
        moments = column.to_numpy()
        dates, years = moments.astype("datetime64[D]"), moments.astype("datetime64[Y]")
        missing = np.isnat(moments)
        days = (moments - first) / np.timedelta64(1, "s") / 86_400
        minutes = (moments.astype("datetime64[m]") - dates) / np.timedelta64(1, "m")
        hour = minutes // 60 + minutes % 60 / 60
        weekday = np.where(missing, np.nan, (dates.astype(np.int64) + 3) % 7)  # 1970 began on a Thursday
        day = (dates - years.astype("datetime64[D]")) / np.timedelta64(1, "D") + 1
        if self.style in RAW:
            month = np.where(missing, np.nan, moments.astype("datetime64[M]").astype(np.int64) % 12 + 1)
            return [days, hour, weekday, day, month, np.where(missing, np.nan, years.astype(np.int64) + 1970)]
        turns = [2 * np.pi * part / period for part, period in ((hour, 24), (weekday, 7), (day, 365.25))]
        return [days, *(wave for turn in turns for wave in (np.sin(turn), np.cos(turn)))]


class TextTerms:
    """TF-IDF of one text column, or its leading components (latent semantic analysis).

    Values of three words and more on average are split into words and pairs of words, shorter ones (codes, names,
    languages without spaces) into pieces of two to four characters.

    Parameters
    ----------
    style : str
        linear, trees or network; linear models are given the sparse terms, the others components.
    seed : int
        Seed of the decomposition.
    """

    def __init__(self, *, style: str, seed: int = 0) -> None:
        self.style = style
        self.seed = seed

    def fit_transform(self, column: pd.Series, y: np.ndarray | None = None) -> np.ndarray | sparse.spmatrix:  # noqa: ARG002
        """Learn the terms and, where asked for, the components; return the training rows."""
        from sklearn.decomposition import TruncatedSVD

        self.terms_ = _vectorizer(strings(column, ""))
        self.components_ = self.clip_ = None
        matrix = self._matrix(column)
        if self.style != "linear" and min(matrix.shape) > TEXT_COMPONENTS:
            svd = TruncatedSVD(TEXT_COMPONENTS, n_iter=2, random_state=self.seed).fit(matrix)
            self.components_ = svd.components_
        if self.style == "network":
            self.clip_ = SmoothClip().fit(self._features(matrix))
        return self._features(matrix)

    def transform(self, column: pd.Series) -> np.ndarray | sparse.spmatrix:
        """Return terms (sparse) or components (dense), shape (rows, features); one zero where no term exists."""
        return self._features(self._matrix(column))

    def _matrix(self, column: pd.Series) -> sparse.spmatrix:
        from scipy import sparse

        texts = strings(column, "")
        return sparse.csr_matrix((len(texts), 1)) if self.terms_ is None else self.terms_.transform(texts)

    def _features(self, matrix: sparse.spmatrix) -> np.ndarray | sparse.spmatrix:
        if self.style == "linear":
            return matrix
        dense = matrix.toarray() if self.components_ is None else matrix @ self.components_.T
        return dense if self.clip_ is None else self.clip_.transform(dense)


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
