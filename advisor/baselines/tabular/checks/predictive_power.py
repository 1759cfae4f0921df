"""Measure how much of the target columns explain on rows not seen before, quickly."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Codes = npt.NDArray[np.int64]
    Folds = Sequence[tuple[Codes, Codes]]

_ROWS = 5_000  # looked at
_FOLDS = 5
_SCREEN = 0.5  # a column that explains less in the first fold is not cross-validated
_TREES = 30


class Target(NamedTuple):
    """The target: class positions from 0 on, or values; the other one is None."""

    classes: "Codes | None"
    values: "Floats | None"
    name: str

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.codes() if self.values is None else self.values)

    def codes(self) -> "Codes":
        """Return a number from 0 on for each distinct value."""
        values = self.values if self.classes is None else self.classes
        codes: Codes = pd.factorize(values, sort=True)[0].astype(np.int64)
        return codes

    def take(self, rows: "Codes") -> "Target":
        """Return the target of some rows."""
        if self.values is not None:
            return self._replace(values=self.values[rows])
        return self._replace(classes=pd.factorize(self.codes()[rows], sort=True)[0].astype(np.int64))

    def outputs(self) -> "Floats":
        """Return what is predicted, one column each: indicators of the classes, or the values and their ranks."""
        if self.values is None:
            codes = self.codes()
            return np.eye(int(codes.max()) + 1)[codes]
        ranks = pd.Series(self.values).rank().to_numpy(float)
        return np.column_stack([standardised(self.values), standardised(ranks)])


def standardised(values: "Floats") -> "Floats":
    """Return the values with mean 0 and standard deviation 1; a constant becomes 0."""
    centred: Floats = values - values.mean()
    spread = float(centred.std())
    return centred / spread if spread > 0 else centred


def sample_rows(target: Target, seed: int) -> "Codes":
    """Return the rows to look at, in file order: half of them at random, the others such that no class is lost."""
    rows = target.rows
    if rows <= _ROWS:
        return np.arange(rows)
    shuffled = np.random.default_rng(seed).permutation(rows)
    if target.values is not None:
        return np.sort(shuffled[:_ROWS])
    classes = target.codes()[shuffled]
    by_class = np.argsort(classes, kind="stable")
    counts = np.bincount(classes)
    place = np.arange(rows) - np.repeat(np.cumsum(counts) - counts, counts)  # within its class
    even = shuffled[by_class[place < max(_ROWS // (2 * len(counts)), 1)]]
    return np.unique(np.concatenate([shuffled[: _ROWS // 2], even]))


def make_folds(units: "Codes", in_order: bool, seed: int) -> "Folds":
    """Return training and test rows of each fold; rows of one unit, a number from 0 on, stay in one fold.

    Units are dealt in their order where neighbours are alike, else at random.
    """
    count = int(units.max()) + 1
    order = np.arange(count) if in_order else np.random.default_rng(seed).permutation(count)
    fold_of_unit = np.empty(count, dtype=np.int64)
    for place, part in enumerate(np.array_split(order, _FOLDS)):
        fold_of_unit[part] = place
    parts = [np.flatnonzero(fold_of_unit[units] == place) for place in range(_FOLDS)]
    return [(np.concatenate(parts[:place] + parts[place + 1 :]), part) for place, part in enumerate(parts)]


def explained_alone(values: pd.Series, target: Target, folds: "Folds") -> float:
    """Return the cross-validated share of the target that one column explains; 0 where the first fold shows little.

    A numeric column is cut by a small tree, a categorical one has its levels; each part answers with its mean in
    training, drawn to the overall mean by the weight of one row, so that rare levels memorise nothing. Amounts are
    predicted by a straight line as well, and the better one of the two counts.
    """
    outputs = target.outputs()
    numeric = values.dtype.kind == "f"
    column = values.to_numpy(float) if numeric else pd.factorize(values, use_na_sentinel=False)[0]
    by_parts, by_line = np.zeros_like(outputs), np.zeros_like(outputs)
    straight = numeric and target.values is not None
    for place, (train, test) in enumerate(folds):
        parts = _parts(column, outputs, train) if numeric else column
        by_parts[test] = _means(parts, outputs, train, smooth=target.values is None)[parts[test]]
        if place == 0 and _shares(outputs[test], by_parts[test], target).min() < _SCREEN:
            return 0.0
        if straight:
            by_line[test] = _line(column, outputs, train)[test]
    shares = _shares(outputs, by_parts, target)
    return float((np.maximum(shares, _shares(outputs, by_line, target)) if straight else shares).min())


def explained_together(
    frame: pd.DataFrame, kinds: Mapping[str, str], target: Target, folds: "Folds", seed: int
) -> float:
    """Return the share of the target that a forest of extremely randomised trees explains, in the first two folds."""
    from sklearn.ensemble import ExtraTreesRegressor

    features = _as_numbers(frame, kinds)
    if features.shape[1] == 0:
        return 0.0
    outputs = target.outputs()
    shares = []
    for train, test in folds[:2]:
        forest = ExtraTreesRegressor(_TREES, max_features=0.5, n_jobs=1, random_state=seed)
        predicted = forest.fit(features[train], outputs[train]).predict(features[test])
        if target.values is None:  # so few trees cannot be sure of 0 and 1
            predicted = (predicted * _TREES + 1 / outputs.shape[1]) / (_TREES + 1)
        shares.append(_shares(outputs[test], predicted, target).min())
    return float(np.mean(shares))


def _parts(column: "Floats", outputs: "Floats", train: "Codes") -> "Codes":
    """Return the leaf of each row in a small tree on one numeric column."""
    from sklearn.tree import DecisionTreeRegressor

    tree = DecisionTreeRegressor(min_samples_leaf=5, max_leaf_nodes=256, random_state=0)
    leaves: Codes = tree.fit(column[train, None], outputs[train]).apply(column[:, None])
    return leaves


def _means(parts: "Codes", outputs: "Floats", train: "Codes", smooth: bool) -> "Floats":
    """Return the mean outputs of each part in training, drawn to the overall mean; smooth leaves no probability 0."""
    rows = np.bincount(parts[train], minlength=int(parts.max()) + 1)
    sums = np.column_stack([np.bincount(parts[train], weights=one[train], minlength=len(rows)) for one in outputs.T])
    overall = outputs[train].mean(axis=0)
    if smooth:
        overall = (overall * len(train) + 1) / (len(train) + outputs.shape[1])
    means: Floats = (sums + overall) / (rows[:, None] + 1)
    return means


def _line(column: "Floats", outputs: "Floats", train: "Codes") -> "Floats":
    """Return straight lines through the training rows: values on values, ranks on ranks."""
    ranks = pd.Series(column).rank().to_numpy(float)
    predicted = np.zeros_like(outputs)
    for place, x in enumerate((column, ranks)):
        filled = np.where(np.isfinite(x), x, np.nanmean(x[train]))
        centre, spread = filled[train].mean(), filled[train].var()
        mean = outputs[train, place].mean()
        slope = ((filled[train] - centre) * (outputs[train, place] - mean)).mean() / spread if spread > 0 else 0.0
        predicted[:, place] = mean + slope * (filled - centre)
    return predicted


def _shares(outputs: "Floats", predicted: "Floats", target: Target) -> "Floats":
    """Return the shares explained: of the variance of values and of ranks, or of the entropy of classes."""
    if target.values is not None:
        left = ((outputs - predicted) ** 2).mean(axis=0)
        return np.asarray(1 - left / np.maximum(outputs.var(axis=0), 1e-12), dtype=np.float64)
    shares = outputs.mean(axis=0)
    entropy = -float((shares[shares > 0] * np.log(shares[shares > 0])).sum())
    loss = -float(np.log(np.clip((outputs * predicted).sum(axis=1), 1e-9, 1)).mean())
    return np.array([1 - loss / entropy if entropy > 0 else 0.0])


def _as_numbers(frame: pd.DataFrame, kinds: Mapping[str, str]) -> "Floats":
    """Return numeric, date and categorical columns as one matrix, levels in the order of their frequency."""
    columns = []
    for name in frame.columns:
        values = frame[name]
        if kinds[name] == "numeric":
            columns.append(values.to_numpy(float))
        elif kinds[name] == "date":
            dates = values.dt
            columns += [part.to_numpy(float) for part in (dates.hour, dates.day_of_week, dates.month, dates.year)]
        elif kinds[name] == "categorical":
            order = values.value_counts().rank(method="first", ascending=False)
            columns.append(values.astype("object").map(order).to_numpy(float))
    return np.column_stack(columns) if columns else np.zeros((len(frame), 0))
