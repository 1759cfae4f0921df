"""Turn a table into the data set that models are fitted on, and say which part each column has."""

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from advisor.baselines.errors import DataError
from advisor.baselines.roles import Roles
from advisor.baselines.structure import Dataset
from advisor.baselines.tabular.checks.row_dependence import hash_rows
from advisor.baselines.tabular.column_names import column_named, named
from advisor.baselines.tabular.given import given_predictions
from advisor.baselines.tabular.table import TableExamples
from advisor.baselines.tabular.task import label_texts
from advisor.reports.baseline import ColumnRow

if TYPE_CHECKING:
    import numpy.typing as npt

    from advisor.baselines.tabular.table import Column, Table
    from advisor.baselines.tabular.task import Task

FEWEST_ROWS = 10
_LARGEST = 1e37  # squares of it are numbers still, and so is itself in single precision


def prepare(table: "Table", task: "Task", roles: Roles, left_out: Mapping[str, str] | None = None) -> Dataset:
    """Return the data set.

    Rows without a target, or with an infinite one, are left out. The time column stays a feature where it is a date:
    its hour or weekday may matter.

    Parameters
    ----------
    table : Table
        The file that was read.
    task : Task
        What kind of task the target makes.
    roles : Roles
        The columns that the user named.
    left_out : mapping of str to str
        Columns that the models should not see, with the reasons.

    Returns
    -------
    Dataset
        Rows in the order of the file.

    Raises
    ------
    DataError
        If a named column does not exist or cannot have the part it was given, no feature is left, or fewer than
        FEWEST_ROWS rows can be used.
    """
    columns_read = column_rows(table, task, roles, left_out or {})
    rows = _usable_rows(table, roles.target, task)
    frame = table.frame[rows].reset_index(drop=True)
    dates = {column.name for column in table.columns if column.kind == "date"}
    features = [row.name for row in columns_read if row.role == "feature" or row.name in dates & {roles.time}]
    if not features:
        raise DataError(_why_no_features(columns_read))
    hashes = pd.factorize(hash_rows(frame[[*features, roles.target]]))[0]
    return Dataset(
        examples=_examples(frame[features], {column.name: column.kind for column in table.columns}),
        task=task.kind,
        target=_encoded_target(frame[roles.target], task),
        labels=task.labels,
        weights=None if roles.weights is None else _weights(table.frame, rows, roles.weights),
        groups=None if roles.group is None else _groups(frame[roles.group]),
        times=None if roles.time is None else _times(table.frame, rows, roles.time),
        duplicate_groups=hashes if int(hashes.max()) + 1 < len(hashes) else None,
        given={name: given_predictions(frame[name], task) for name in roles.predictions},
    )


def _examples(frame: pd.DataFrame, kinds: Mapping[str, str]) -> TableExamples:
    used = bounded(frame, kinds).copy()
    for name in used.columns:
        if kinds[name] == "categorical":
            used[name] = used[name].cat.remove_unused_categories()
    return TableExamples(used, {name: kinds[name] for name in used.columns})


def bounded(frame: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns with infinite numbers missing, and others beyond 1e37 drawn to that, which models can bear.

    Examples
    --------
    >>> bounded(pd.DataFrame({"a": [1.0, -1e300, float("inf")]}), {"a": "numeric"})["a"].tolist()
    [1.0, -1e+37, nan]
    """
    numeric = [name for name in frame.columns if kinds[name] == "numeric"]
    extreme = [name for name in numeric if not frame[name].abs().max() <= _LARGEST]
    return frame.assign(
        **{name: frame[name].where(np.isfinite(frame[name])).clip(-_LARGEST, _LARGEST) for name in extreme}
    )


def column_rows(table: "Table", task: "Task", roles: Roles, left_out: Mapping[str, str]) -> tuple[ColumnRow, ...]:
    """Return the part that each column of the file has."""
    parts = _parts(table, roles)
    return tuple(_column_row(column, parts, left_out, roles.exclude, task) for column in table.columns)


def _parts(table: "Table", roles: Roles) -> dict[str, str]:
    """Return the part of each column that the user names."""
    target, exclude = roles.target, roles.exclude
    column_named(table, target, "--target")
    for name in exclude:
        column_named(table, name, "--exclude")
    parts = {target: "target"}
    for asked, part, flag in (
        (roles.group, "group", "--group"),
        (roles.time, "time", "--time"),
        (roles.weights, "weight", "--weights"),
        *((name, "prediction", "--predictions") for name in roles.predictions),
    ):
        if asked is None:
            continue
        name = asked
        column = column_named(table, name, flag)
        if name in parts:
            raise DataError(f"{flag} {shlex.quote(name)}: the column is already the {parts[name]}; name another one")
        if part == "time" and column.kind not in ("date", "numeric"):
            raise DataError(
                f"{flag} {shlex.quote(name)}: the column was read as {column.kind}, and rows can only be ordered by "
                f"dates or numbers; if it holds dates, say so with --kind {shlex.quote(name)}=date"
            )
        if part == "weight" and column.kind != "numeric":
            raise DataError(
                f"{flag} {shlex.quote(name)}: the column was read as {column.kind}, and weights are numbers"
            )
        parts[name] = part
    if target in exclude:
        raise DataError(
            f"--exclude {shlex.quote(target)}: the target cannot be left out; name another column with --target"
        )
    return parts


def _usable_rows(table: "Table", target: str, task: "Task") -> "npt.NDArray[np.bool_]":
    values = table.frame[target]
    rows: npt.NDArray[np.bool_] = values.notna().to_numpy()
    if task.kind == "regression":
        rows = rows & np.isfinite(values.to_numpy(float))
    usable = int(rows.sum())
    if usable < FEWEST_ROWS:
        without = (
            f" ({len(values) - usable:,} of {len(values):,} have no {named(target)})" if usable < len(values) else ""
        )
        raise DataError(
            f"only {usable:,} rows can be used{without}; models can be compared from {FEWEST_ROWS} rows on, and with "
            "some certainty from a few hundred on"
        )
    return rows


def _column_row(
    column: "Column", parts: Mapping[str, str], left_out: Mapping[str, str], exclude: Sequence[str], task: "Task"
) -> ColumnRow:
    name = column.name
    if name in parts:
        role = parts[name]
        flag = {"weight": "weights", "prediction": "predictions"}.get(role, role)
        why = f"it {task.why}" if role == "target" else f"as requested with --{flag}"
    elif name in exclude:
        role, why = "left-out", "as requested with --exclude"
    elif name in left_out:
        role, why = "left-out", left_out[name]
    elif column.kind == "empty":
        role, why = "left-out", "empty"
    else:
        role, why = "feature", column.why
    return ColumnRow(name, column.kind, role, why, column.missing, column.distinct)


def _why_no_features(columns: Sequence[ColumnRow]) -> str:
    reasons = [f"{named(row.name)} ({row.why})" for row in columns if row.role == "left-out"]
    if not reasons:
        return "the file has no column to predict from, only the target"
    shown = ", ".join(reasons[:10]) + (f" and {len(reasons) - 10:,} more" if len(reasons) > 10 else "")
    return f"no column is left to predict from; left out are {shown}. --keep COLUMN brings one back"


def _encoded_target(values: pd.Series, task: "Task") -> "npt.NDArray[np.float64] | npt.NDArray[np.int64]":
    if task.kind == "regression":
        return np.asarray(values, dtype=np.float64)
    return np.asarray(pd.Index(task.labels).get_indexer(label_texts(values)), dtype=np.int64)


def _weights(frame: pd.DataFrame, used: "npt.NDArray[np.bool_]", name: str) -> "npt.NDArray[np.float64]":
    values = frame[name].to_numpy(np.float64)
    wrong = np.flatnonzero(used & ~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        found = "is missing" if np.isnan(values[wrong[0]]) else f"is {values[wrong[0]]:g}"
        raise DataError(
            f"--weights {shlex.quote(name)}: the weight of row {wrong[0] + 1:,} {found} ({_such_rows(len(wrong))}); "
            "weights are numbers of 0 or more"
        )
    weights: npt.NDArray[np.float64] = values[used]
    if not weights.any():
        raise DataError(f"--weights {shlex.quote(name)}: all weights are 0; at least some rows must count")
    return weights


def _such_rows(count: int) -> str:
    return f"{count:,} such {'row' if count == 1 else 'rows'}"


def _groups(values: pd.Series) -> "npt.NDArray[np.int64]":
    """Return a number for each group; a row without one is a group of its own."""
    codes: npt.NDArray[np.int64] = pd.factorize(values)[0].astype(np.int64)
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return codes


def _times(
    frame: pd.DataFrame, used: "npt.NDArray[np.bool_]", name: str
) -> "npt.NDArray[np.int64] | npt.NDArray[np.float64]":
    values = frame[name]
    without = np.flatnonzero(used & values.isna().to_numpy())
    if len(without):
        raise DataError(
            f"--time {shlex.quote(name)}: row {without[0] + 1:,} has no time ({_such_rows(len(without))}); fill in or "
            "remove these rows, or name another column"
        )
    times = values[used]
    if times.dtype.kind == "f":
        return np.asarray(times, dtype=np.float64)
    return np.asarray(times.astype("datetime64[ns]"), dtype=np.int64)
