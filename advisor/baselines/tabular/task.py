"""Decide from the target whether the task is binary, multiclass or regression, and say why."""

from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.column_names import column_named
from advisor.source.problems import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from advisor.baselines.tabular.table import Column, Table

TASKS = ("binary", "multiclass", "regression")

_POSITIVE_WORDS = ("yes", "true", "y", "t", "positive", "pos", "1")
_NEGATIVE_OF_ONE = ("0", "-1")
_FEW_VALUES = 10
_SOME_VALUES = 30
_ORDERED = 0.5
_ROWS_LOOKED_AT = 5_000


class Task(NamedTuple):
    """What kind of task the target makes.

    Attributes
    ----------
    kind : str
        binary, multiclass or regression.
    why : str
        The reason with the figures, as what is said of "the target".
    labels : tuple of str
        The classes as text, the positive one of two last; empty for a regression.
    ambiguous : str
        Empty, or the other task that is possible, with the reason.
    """

    kind: str
    why: str
    labels: tuple[str, ...]
    ambiguous: str = ""


def decide_task(table: "Table", target: str, requested: str | None = None, positive: str | None = None) -> Task:
    """Return the task that the target makes, or the requested one where the target allows it.

    Text makes classes, and so do two distinct values of any kind. Whole numbers with three to thirty distinct
    values are doubtful: labels written as numbers run on without gaps from 0 or 1, and features follow their order
    no more than any other; counts and grades do otherwise.

    Parameters
    ----------
    table : Table
        The file that was read.
    target : str
        The column to predict.
    requested : str or None
        What the user asked for: one of TASKS, or classification for either of the first two.
    positive : str or None
        The value that the user calls positive.

    Raises
    ------
    DataError
        If there is no such column, its values cannot make the requested task or any task, or `positive` is not one
        of two values.
    """
    column = column_named(table, target, "--target")
    values = table.frame[target].dropna()
    distinct = int(values.nunique())
    _refuse_unusable(column, values, distinct)
    _refuse_request(column, values, distinct, requested)
    kind, why, ambiguous = _decide(table, column, values, distinct, requested)
    if kind == "regression":
        if positive is not None:
            raise DataError(
                f"--positive {positive}: the target {target} {why}, so none is positive; "
                "add --task binary if it has two classes"
            )
        return Task(kind, why, (), ambiguous)
    labels = class_labels(values)
    if kind == "multiclass":
        if positive is not None:
            raise DataError(
                f"--positive {positive}: the target {target} has {len(labels)} classes ({shown(labels)}); "
                "only one of two can be positive"
            )
        return Task(kind, why, labels, ambiguous)
    chosen, reason = _positive_label(target, values, labels, positive)
    other = labels[0] if labels[1] == chosen else labels[1]
    return Task(kind, f"{why}; positive is {chosen}, {reason}", (other, chosen), ambiguous)


def label_texts(values: "pd.Series") -> "pd.Series":
    """Return class values as text: whole numbers without a point, everything else as it stands."""
    if values.dtype.kind == "f":
        return values.map({value: f"{value:.15g}" for value in values.dropna().unique()})
    return values.astype("object").map(str, na_action="ignore")


def class_labels(values: "pd.Series") -> tuple[str, ...]:
    """Return the distinct classes as text, numbers by size and text by alphabet."""
    present = values.dropna()
    ordered = (
        sorted(present.unique()) if present.dtype.kind == "f" else sorted({str(value) for value in present.unique()})
    )
    return tuple(f"{value:.15g}" if isinstance(value, float) else str(value) for value in ordered)


def shown(labels: tuple[str, ...], most: int = 10) -> str:
    """Return up to `most` labels as a list for a message."""
    cut = [label if len(label) <= 40 else label[:37] + "..." for label in labels[:most]]
    return ", ".join(cut) + (f" and {len(labels) - most:,} more" if len(labels) > most else "")


def _positive_label(
    target: str, values: "pd.Series", labels: tuple[str, ...], requested: str | None
) -> tuple[str, str]:
    """Return the positive one of two labels and the reason."""
    if requested is not None:
        if requested not in labels:
            raise DataError(
                f"--positive {requested}: the target {target} has no such value; its values are {' and '.join(labels)}"
            )
        return requested, "as requested with --positive"
    bare = [label.strip(" '\"").lower() for label in labels]
    for index, word in enumerate(bare):
        if word in _POSITIVE_WORDS and bare[1 - index] not in _POSITIVE_WORDS:
            if word == "1" and bare[1 - index] not in _NEGATIVE_OF_ONE:
                continue
            return labels[index], "as its name says"
    counts = label_texts(values).value_counts()
    shares = [int(counts[label]) / len(values) for label in labels]
    if shares[0] < shares[1]:
        return labels[0], f"the rarer one ({shares[0]:.1%} of the rows)"
    if shares[1] < shares[0]:
        return labels[1], f"the rarer one ({shares[1]:.1%} of the rows)"
    return labels[1], "the last of two equally frequent ones"


def _refuse_unusable(column: "Column", values: "pd.Series", distinct: int) -> None:
    if distinct == 0:
        raise DataError(f"the target {column.name} has no value in any row; name another column with --target")
    if distinct == 1:
        only = class_labels(values)[0]
        raise DataError(
            f"the target {column.name} has the same value, {only}, in every row that has one: there is nothing to "
            "predict; name another column with --target"
        )
    if column.kind == "date":
        raise DataError(
            f"the target {column.name} holds dates, which no baseline predicts; put the days before or after a "
            f"fixed date "
            "into a column of numbers and name that with --target"
        )
    if column.kind in ("categorical", "text") and distinct > max(20, len(values) // 2):
        raise DataError(
            f"the target {column.name} holds {distinct:,} different texts in {len(values):,} rows "
            f"(such as {shown(class_labels(values), 3)}): too many to be classes; name another column with --target"
        )


def _refuse_request(column: "Column", values: "pd.Series", distinct: int, requested: str | None) -> None:
    if requested is None:
        return
    if requested not in (*TASKS, "classification"):
        meant = did_you_mean(requested, TASKS)
        raise DataError(
            f"--task {requested}: {', '.join(TASKS)} or classification is allowed" + (f"; {meant}" if meant else "")
        )
    if requested == "regression" and column.kind != "numeric":
        odd = f", among them {', '.join(column.odd)}" if column.odd else ""
        raise DataError(
            f"--task regression: the target {column.name} holds text ({shown(class_labels(values), 5)}{odd}), "
            "not amounts; leave --task out to predict it as classes"
        )
    if requested == "binary" and distinct != 2:
        raise DataError(
            f"--task binary: the target {column.name} has {distinct:,} different values "
            f"({shown(class_labels(values))}), not two; use --task multiclass"
            + (" or --task regression" if column.kind == "numeric" else "")
        )
    if requested in ("multiclass", "classification") and distinct > max(20, len(values) // 2):
        raise DataError(
            f"--task {requested}: the target {column.name} has {distinct:,} different values in {len(values):,} rows, "
            "too many to be classes; use --task regression"
        )


def _decide(
    table: "Table", column: "Column", values: "pd.Series", distinct: int, requested: str | None
) -> tuple[str, str, str]:
    """Return the kind, the reason and the doubt."""
    if requested == "regression":
        return "regression", "is treated as an amount, as --task regression asks", ""
    if distinct == 2:
        asked = f", though --task {requested} was asked for" if requested == "multiclass" else ""
        return "binary", f"has two values, {shown(class_labels(values))}{asked}", ""
    if requested is not None:
        return "multiclass", f"has {distinct:,} classes, as --task {requested} asks", ""
    if column.kind != "numeric":
        return "multiclass", f"holds {distinct:,} different texts", ""
    return _decide_numbers(table, column.name, values.to_numpy(float), distinct)


def _decide_numbers(
    table: "Table", target: str, values: "npt.NDArray[np.float64]", distinct: int
) -> tuple[str, str, str]:
    whole = bool((values == values.round()).all())
    digits = ".15g" if whole else ".4g"
    low, high = format(values.min(), digits), format(values.max(), digits)
    if not whole:
        why = f"holds numbers with fractions ({distinct:,} different, from {low} to {high})"
        few = distinct <= _FEW_VALUES
        return "regression", why, f"multiclass, as there are only {distinct} different values" if few else ""
    gapless = values.min() in (0, 1) and values.max() - values.min() + 1 == distinct
    what = f"holds {distinct:,} different whole numbers from {low} to {high}"
    if distinct > max(_SOME_VALUES, 100 if gapless else 0):
        return "regression", what, ""
    order = order_share(table, target)
    ordered = order is not None and order >= _ORDERED
    if distinct <= _FEW_VALUES and gapless:
        doubt = "regression, as the other columns follow their order" if ordered else ""
        return "multiclass", f"{what} without a gap, as labels have", doubt
    if order is not None and not ordered and (gapless or distinct <= _SOME_VALUES):
        return "multiclass", f"{what}, whose order the other columns do not follow", "regression, if they are amounts"
    if distinct <= _SOME_VALUES:
        reason = "which the other columns follow in order" if ordered else "more than labels usually have"
        if order is None and distinct <= _FEW_VALUES:
            reason = "which are not consecutive from 0 or 1 as labels are"
        doubt = f"multiclass, as there are only {distinct} different values"
        return "regression", f"{what}, {reason}", doubt
    return "regression", what, ""


def order_share(table: "Table", target: str) -> float | None:
    """Return how far what separates the target's values follows their order: 0 as little as chance, 1 wholly.

    The variation of the features' ranks between the target's values is compared with that along a straight line
    through the values' positions, both less what noise alone would give (an analysis of variance with a linear
    contrast). None where nothing separates the values.
    """
    import numpy as np

    frame = table.frame[table.frame[target].notna()]
    if len(frame) > _ROWS_LOOKED_AT:
        frame = frame.sample(_ROWS_LOOKED_AT, random_state=0)
    rows = len(frame)
    codes = np.unique(frame[target].to_numpy(float), return_inverse=True)[1]
    counts = np.bincount(codes)
    if len(counts) < 2:  # a sample of a target of almost only one value may hold no other
        return None
    position = codes - codes.mean()
    line = between = 0.0
    signal = 0
    for column in table.columns:
        if column.name == target or column.kind not in ("numeric", "categorical"):
            continue
        for values in _ranks_or_indicators(frame[column.name], column.kind):
            spread = values.std()
            if spread == 0:
                continue
            scaled = (values - values.mean()) / spread
            means = np.bincount(codes, weights=scaled) / counts
            found = float((counts * means**2).sum()) - (len(counts) - 1)
            between += found
            line += float((position * scaled).sum() ** 2 / (position**2).sum()) - 1
            signal += found > 3 * np.sqrt(2 * (len(counts) - 1))
    if signal == 0 or between <= 0 or rows < 2 * len(counts):
        return None
    by_chance = 1 / (len(counts) - 1)
    return (line / between - by_chance) / (1 - by_chance)


def _ranks_or_indicators(values: "pd.Series", kind: str) -> "list[npt.NDArray[np.float64]]":
    if kind == "numeric":
        return [values.rank().fillna((len(values) + 1) / 2).to_numpy(float)]
    levels = values.value_counts().index[:8]
    return [(values == level).to_numpy(float) for level in levels]
