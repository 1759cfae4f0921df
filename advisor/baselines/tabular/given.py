"""Predictions that were made elsewhere and stand in a column of the table."""

import shlex
from typing import TYPE_CHECKING

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.task import label_texts, shown

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from advisor.baselines.tabular.task import Task


def given_predictions(values: "pd.Series", task: "Task") -> "npt.NDArray[np.float64] | npt.NDArray[np.int64]":
    """Return amounts, or classes, or probabilities, as a column says them.

    Parameters
    ----------
    values : pandas.Series
        For a regression numbers. Else classes; or where there are two, probabilities of the positive one.
    task : Task
        What is predicted.

    Returns
    -------
    numpy.ndarray
        Amounts, or the positions of classes in the labels, of shape (rows,); probabilities of shape (rows, classes).

    Raises
    ------
    DataError
        If a row has no prediction, or one that is none of these.
    """
    flag = f"--predictions {shlex.quote(str(values.name))}"
    without = int(values.isna().sum())
    if without:
        raise DataError(f"{flag}: {without:,} of {len(values):,} rows have no prediction; fill these in or remove them")
    numbers = values.to_numpy(float) if values.dtype.kind == "f" else None
    if task.kind == "regression":
        if numbers is None or not np.isfinite(numbers).all():
            raise DataError(f"{flag}: the predictions of amounts have to be numbers")
        return numbers
    codes = _positions(values, task.labels)
    if (codes >= 0).all():
        return codes
    if numbers is not None and len(task.labels) == 2 and ((numbers >= 0) & (numbers <= 1)).all():
        return np.column_stack([1 - numbers, numbers])
    odd = label_texts(values)[codes < 0].iloc[0]
    wanted = f"classes ({shown(task.labels, 5)})"
    if len(task.labels) > 2:
        raise DataError(f"{flag}: the predictions have to be {wanted}, and {odd!r} is none of them")
    wanted += f" or probabilities of {task.labels[-1]} from 0 to 1"
    raise DataError(f"{flag}: the predictions have to be {wanted}, and {odd!r} is neither")


def _positions(values: "pd.Series", labels: tuple[str, ...]) -> "npt.NDArray[np.int64]":
    import pandas as pd

    return np.asarray(pd.Index(labels).get_indexer(label_texts(values)), dtype=np.int64)
