"""What a model has to beat: always the same answer, a rule on one column, a readable tree."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from advisor.baselines.models.estimator import BaseClassifier, BaseRegressor, part
from advisor.baselines.models.validation import folds, mean_loss
from advisor.baselines.tabular.models.preprocessing import column_groups, finite, level_names, strings

SCREENED_ROWS = 5_000
RULE_LEAVES = 6
CROSS_FITTED = 5  # folds


class OneNumberPerColumn(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn each usable column into one of numbers, so that a rule can be read off a column.

    Levels become their rank by the target's mean (for more than two classes: the share of the most frequent class),
    dates days, text its length in characters.

    Parameters
    ----------
    kinds : mapping of str to str
        The kind of each column of the frame.
    task : str
        binary, multiclass or regression.
    """

    def __init__(self, *, kinds: Any, task: str) -> None:
        self.kinds = kinds
        self.task = task

    def fit(self, X: Any, y: np.ndarray) -> OneNumberPerColumn:  # noqa: N803
        """Learn which columns are usable and the order of their levels."""
        groups = column_groups(X, self.kinds)
        self.names_ = [name for group in groups for name in group]
        self.many_ = groups.many
        target = self._target(y)
        self.levels_ = {name: _level_means(X[name], target) for name in (*groups.few, *groups.many)}
        return self

    def fit_transform(self, X: Any, y: np.ndarray) -> Any:  # noqa: N803
        """Return the training rows as `transform` would, but for columns of many levels from the other rows' targets.

        A level of one or two rows is its own target otherwise, and a postcode the best of all rules.
        """
        found = self.fit(X, y).transform(X)
        target = self._target(y)
        for train, held in folds(np.asarray(y), CROSS_FITTED, classes=self.task != "regression", seed=0):
            for name in self.many_:
                means = _level_means(X[name].iloc[train], target[train])
                levels = level_names(X[name].iloc[held])
                found.iloc[held, found.columns.get_loc(name)] = [means.get(level, np.nan) for level in levels]
        return found

    def _target(self, y: np.ndarray) -> np.ndarray:
        if self.task == "regression":
            return np.asarray(y, dtype=np.float64)
        values, counts = np.unique(y, return_counts=True)
        return np.asarray(y == (values[counts.argmax()] if self.task == "multiclass" else 1), dtype=np.float64)

    def transform(self, X: Any) -> Any:  # noqa: N803
        """Return a frame of float64, one column for each usable column."""
        import pandas as pd

        return pd.DataFrame({name: self._numbers(X[name]) for name in self.names_}, index=X.index)

    def _numbers(self, column: Any) -> np.ndarray:
        kind = self.kinds[column.name]
        if kind == "numeric":
            return finite(column)
        if kind == "date":
            return np.asarray(column.astype("int64").where(column.notna()) / 86_400e9, dtype=np.float64)
        if kind == "text":
            return np.array([len(text) for text in strings(column, "")], dtype=np.float64)
        means = self.levels_[column.name]
        return np.array([means.get(level, np.nan) for level in level_names(column)])


def _level_means(column: Any, target: np.ndarray) -> dict[str, float]:
    """Return the mean of the target for each level, drawn towards the overall mean by ten rows' worth."""
    names, codes = np.unique(level_names(column), return_inverse=True)
    sums, counts = np.bincount(codes, weights=target), np.bincount(codes)
    means = (sums + 10 * target.mean()) / (counts + 10)
    return dict(zip(names.tolist(), means.tolist(), strict=True))


def _tree(task_classes: bool, loss: str, seed: int, **options: Any) -> Any:
    """Return an unfitted decision tree for the loss."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    if task_classes:
        return DecisionTreeClassifier(random_state=seed, **options)
    criterion = "absolute_error" if loss == "mae" else "squared_error"
    return DecisionTreeRegressor(criterion=criterion, random_state=seed, **options)


def _predicted(tree: Any, X: np.ndarray, classes: int) -> np.ndarray:  # noqa: N803
    """Return probabilities with one column for each class, or values."""
    if not classes:
        return np.asarray(tree.predict(X))
    found = np.zeros((len(X), classes))
    found[:, tree.classes_] = tree.predict_proba(X)
    return found


class _Smooth:
    """Probabilities of leaves drawn towards the prior by one row's worth, so that none is 0 or 1."""

    def __init__(self, target: np.ndarray, weights: np.ndarray | None) -> None:
        self.prior = np.bincount(target, weights=weights) / len(target)

    def __call__(self, tree: Any, X: np.ndarray) -> np.ndarray:  # noqa: N803
        rows = tree.tree_.n_node_samples[tree.apply(X)][:, None]
        return (tree.predict_proba(X) * rows + self.prior) / (rows + 1)


def _validated(
    candidates: list[tuple[np.ndarray, dict[str, Any]]],
    target: np.ndarray,
    weights: np.ndarray | None,
    *,
    classes: int,
    loss: str,
    seed: int,
) -> int:
    """Return the position of the matrix and options whose tree has the least inner validation loss over three folds."""
    losses = np.zeros(len(candidates))
    for train, valid in folds(target, 3, classes=classes > 0, seed=seed):
        for position, (X, options) in enumerate(candidates):  # noqa: N806
            tree = _tree(classes > 0, loss, seed, **options)
            tree.fit(X[train], target[train], sample_weight=part(weights, train))
            predicted = _predicted(tree, X[valid], classes)
            if classes:
                predicted = 0.99 * predicted + 0.01 / classes
            losses[position] += mean_loss(loss, target[valid], predicted, part(weights, valid))
    return int(losses.argmin())


def _rule_options(rows: int) -> dict[str, Any]:
    return {"max_leaf_nodes": RULE_LEAVES, "min_samples_leaf": max(1, min(rows // 20, 50))}


class OneRuleClassifier(BaseClassifier):
    """A tree of up to six leaves on the one column that is best by inner validation.

    Parameters
    ----------
    seed : int
        Seed of the inner folds.

    Attributes
    ----------
    feature_ : str
        Name of the chosen column; empty where the training rows have one class only.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        classes = int(target.max()) + 1
        self.feature_, self.model_ = _best_rule(X, target, weights, classes=classes, loss="log_loss", seed=self.seed)
        self.smooth_ = _Smooth(target, weights)

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        return self.smooth_(self.model_, X[[self.feature_]].to_numpy(np.float32))


class OneRuleRegressor(BaseRegressor):
    """A tree of up to six leaves on the one column that is best by inner validation.

    Parameters
    ----------
    loss : str
        mse or mae.
    seed : int
        Seed of the inner folds.

    Attributes
    ----------
    feature_ : str
        Name of the chosen column.
    """

    def __init__(self, *, loss: str = "mse", seed: int = 0) -> None:
        self.loss = loss
        self.seed = seed

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        self.feature_, self.model_ = _best_rule(X, target, weights, classes=0, loss=self.loss, seed=self.seed)

    def _values(self, X: Any) -> np.ndarray:  # noqa: N803
        return np.asarray(self.model_.predict(X[[self.feature_]].to_numpy(np.float32)))


def _best_rule(
    frame: Any, target: np.ndarray, weights: np.ndarray | None, *, classes: int, loss: str, seed: int
) -> tuple[str, Any]:
    """Return the name of the best single column and the tree on it, fitted to all rows."""
    rows = np.arange(len(target))
    if len(rows) > SCREENED_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(rows), SCREENED_ROWS, replace=False))
    screened = frame.to_numpy(np.float32)[rows]
    codes = np.unique(target[rows], return_inverse=True)[1] if classes else target[rows]
    candidates = [(screened[:, [column]], _rule_options(len(rows))) for column in range(screened.shape[1])]
    best = _validated(
        candidates, codes, part(weights, rows), classes=int(codes.max()) + 1 if classes else 0, loss=loss, seed=seed
    )
    name = str(frame.columns[best])
    tree = _tree(classes > 0, loss, seed, **_rule_options(len(target)))
    return name, tree.fit(frame[[name]].to_numpy(np.float32, copy=True), target, sample_weight=weights)


def _readable_options(rows: int) -> list[dict[str, Any]]:
    smallest = max(1, min(rows // 100, 50))
    return [{"max_depth": depth, "min_samples_leaf": max(smallest, 5)} for depth in (2, 3, 4, 5, 7, 9)]


class ReadableTreeClassifier(BaseClassifier):
    """A decision tree of depth two to nine, the depth chosen by inner validation.

    Parameters
    ----------
    seed : int
        Seed of the inner folds.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        X = np.asarray(X, dtype=np.float32)  # noqa: N806
        options = _readable_options(len(target))
        best = _validated(
            [(X, option) for option in options],
            target,
            weights,
            classes=int(target.max()) + 1,
            loss="log_loss",
            seed=self.seed,
        )
        tree = _tree(True, "log_loss", self.seed, **options[best])
        self.model_ = tree.fit(X, target, sample_weight=weights)
        self.smooth_ = _Smooth(target, weights)

    def _probabilities(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        return self.smooth_(self.model_, np.asarray(X, dtype=np.float32))


class ReadableTreeRegressor(BaseRegressor):
    """A regression tree of depth two to nine, the depth chosen by inner validation.

    Parameters
    ----------
    loss : str
        mse or mae.
    seed : int
        Seed of the inner folds.
    """

    def __init__(self, *, loss: str = "mse", seed: int = 0) -> None:
        self.loss = loss
        self.seed = seed

    def _fit(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: N803
        X = np.asarray(X, dtype=np.float32)  # noqa: N806
        options = _readable_options(len(target))
        candidates = [(X, option) for option in options]
        best = _validated(candidates, target, weights, classes=0, loss=self.loss, seed=self.seed)
        tree = _tree(False, self.loss, self.seed, **options[best])
        self.model_ = tree.fit(X, target, sample_weight=weights)

    def _values(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        return np.asarray(self.model_.predict(np.asarray(X, dtype=np.float32)))
