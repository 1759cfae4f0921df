"""Check a table before any model is fitted, and decide which columns the models do not see."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.roles import Roles
from advisor.baselines.structure import Findings
from advisor.baselines.tabular.column_names import column_named, named
from advisor.reports.baseline import CHECKS, SEVERITIES, Check

if TYPE_CHECKING:
    import pandas as pd

    from advisor.baselines.tabular.checks.column_checks import ColumnFinding
    from advisor.baselines.tabular.checks.leakage import Leak
    from advisor.baselines.tabular.table import Column, Table
    from advisor.baselines.tabular.task import Task

TINY_ROWS = 200
RARE_ROWS = 10
_IMBALANCE_NOTED = 0.2
_IMBALANCE_WARNED = 0.1


def check_table(table: "Table", task: "Task", roles: Roles, seed: int = 0) -> Findings:
    """Return what the reader should know about the table before models are fitted on it.

    Parameters
    ----------
    table : Table
        The file that was read.
    task : Task
        What kind of task the target makes.
    roles : Roles
        The columns that the user named; those that are left out are not looked at.
    seed : int
        Of the sample of rows and the folds that leakage is looked for with.

    Raises
    ------
    DataError
        If a named column does not exist.
    """
    from advisor.baselines.tabular.checks.column_checks import check_duplicates
    from advisor.baselines.tabular.preparation import bounded

    _require_columns(table, roles)
    kinds = {column.name: column.kind for column in table.columns}
    frame = bounded(table.frame, kinds)
    found = list(_single_columns(table, frame, roles))
    reasons = {finding.check.column: finding.reason for finding in found if finding.reason and finding.check.column}
    left_out = {name: reason for name, reason in reasons.items() if name not in roles.keep}
    checks = [_with_way_out(finding.check, finding.reason, roles.keep) for finding in found]
    checks += [Check("mixed-types", "note", None, note, "delete such rows from the file") for note in table.left_out]
    checks += _check_reading(table)
    checks += check_target(table, roles.target, task)
    checks += _check_weights(table, roles)

    rest = [name for name in kinds if name not in roles.not_features and name not in left_out]
    counters = [name for name, reason in reasons.items() if reason == "an identifier" and kinds[name] == "numeric"]
    checks += _check_order(frame, kinds, roles.target, counters) if roles.time is None else []
    checks += _check_groups(frame[[*rest, roles.target]], kinds, roles.target) if roles.group is None else []
    dependent = _dependence(frame, roles, checks)
    leaks, leaking = _check_leakage(dependent, kinds, task, rest, roles, seed)
    checks += leaks
    left_out |= leaking
    rest = [name for name in rest if name not in leaking]
    for finding in check_duplicates(frame, kinds, rest, roles.keep):
        name = finding.check.column
        checks.append(_with_way_out(finding.check, finding.reason, roles.keep))
        if name is not None and name not in roles.keep:
            left_out[name] = finding.reason
    checks += _check_rows(frame, kinds, roles.target, rest)
    return Findings(most_severe_first(checks, list(kinds)), left_out)


def _require_columns(table: "Table", roles: Roles) -> None:
    """Raise DataError if a column that the user named does not exist."""
    flags = {
        "--group": [roles.group],
        "--time": [roles.time],
        "--weights": [roles.weights],
        "--exclude": roles.exclude,
        "--keep": roles.keep,
    }
    for flag, names in flags.items():
        for name in names:
            if name is not None:
                column_named(table, name, flag)


def _check_reading(table: "Table") -> Iterator[Check]:
    """Yield what there is to know where a part of the file was read."""
    if table.stopped_after is not None:
        first = f"only the first {table.stopped_after:,} rows were read, for lack of time"
        message = f"{first}: where the file is sorted, they are not like the rest"
        yield Check("part-read", "warning", None, message, "a larger --budget, or a file of fewer rows in random order")
    elif table.sampled:
        why = next((decision for decision in table.decisions if decision.what == "sample"), None)
        if why is not None:
            yield Check("part-read", "note", None, why.why, f"a larger {why.flag} reads more")


def _single_columns(table: "Table", frame: "pd.DataFrame", roles: Roles) -> "Iterator[ColumnFinding]":
    from advisor.baselines.tabular.checks.column_checks import COLUMN_CHECKS

    for column in table.columns:
        if column.name not in roles.not_features:
            for check in COLUMN_CHECKS:
                yield from check(column, frame[column.name])


class _Dependent(NamedTuple):
    """The rows in the order that matters, and what keeps them from being independent."""

    frame: "pd.DataFrame"
    group: str | None
    in_order: bool


def _dependence(frame: "pd.DataFrame", roles: Roles, checks: Sequence[Check]) -> _Dependent:
    """Return what the user, or else a warning, says about groups and the order of the rows."""
    warned = {check.id: check.column for check in checks if check.severity == "warning"}
    return _Dependent(
        frame.sort_values(roles.time, kind="stable") if roles.time is not None else frame,
        roles.group or warned.get("group-column"),
        roles.time is not None or "time-order" in warned,
    )


def most_severe_first(checks: Sequence[Check], names: Sequence[str]) -> tuple[Check, ...]:
    """Return checks by severity, then by id, then in the order of some columns."""
    offsets = {name: offset for offset, name in enumerate(names)}
    return tuple(
        sorted(
            checks,
            key=lambda check: (
                SEVERITIES.index(check.severity),
                CHECKS.index(check.id),
                offsets.get(check.column or "", -1),
            ),
        )
    )


def _with_way_out(check: Check, reason: str, keep: Sequence[str]) -> Check:
    """Return the check of a column that is left out, or kept by request, with the flag that changes it."""
    if not reason:
        return check
    if check.column in keep:
        return check._replace(suggestion=f"kept, as requested with --keep {shlex.quote(check.column or '')}")
    return check._replace(suggestion=f"left out of the models; --keep {shlex.quote(check.column or '')} brings it back")


def check_target(table: "Table", target: str, task: "Task") -> Iterator[Check]:
    """Yield what the target itself shows: missing or rare classes, few rows, a doubtful task."""
    from advisor.baselines.tabular.task import label_texts

    values = table.frame[target]
    missing = int(values.isna().sum())
    rows = len(values) - missing
    column = column_named(table, target, "--target")
    if missing:
        marks = [(mark, count) for mark, count in column.absent if mark]
        found = f" ({_marked(marks)})" if marks else ""
        classes = (
            f"; --kind {shlex.quote(target)}=categorical makes classes of such cells" if marks and task.labels else ""
        )
        yield Check(
            "missing-target",
            "warning" if missing > 0.05 * len(values) else "note",
            target,
            f"{missing:,} of {len(values):,} rows have no {named(target)}{found}",
            f"they are left out; label them to use them{classes}",
        )
    if column.marks:
        yield _kept_marks(column, len(values))
    yield from _check_spellings(values, target)
    if task.ambiguous:
        other = "multiclass" if task.kind == "regression" else "regression"
        yield Check(
            "task-ambiguous",
            "warning",
            target,
            f"treated as {task.kind}, because the target {task.why}; it could be {task.ambiguous}",
            f"--task {other} if that is meant",
        )
    if rows < TINY_ROWS:
        yield Check(
            "tiny-data",
            "warning",
            None,
            f"only {rows:,} rows have a target: every score is uncertain",
            "collect more rows",
        )
    elif len(table.columns) - 1 > rows:
        yield Check(
            "tiny-data",
            "warning",
            None,
            f"{len(table.columns) - 1:,} columns and {rows:,} rows: more columns than rows",
            "collect more rows, or --exclude columns",
        )
    if task.kind != "regression":
        yield from _check_classes(label_texts(values.dropna()).value_counts(), target, task)


def _kept_marks(column: "Column", rows: int) -> Check:
    """Return the note on labels that elsewhere mean a missing value."""
    count = sum(count for _, count in column.marks)
    flags = " ".join(f"--missing {shlex.quote(mark)}" for mark, _ in column.marks[:5])
    return Check(
        "missing-target",
        "warning" if any(not mark.isalpha() for mark, _ in column.marks) else "note",
        column.name,
        f"{count:,} of {rows:,} rows have a {named(column.name)} that may mean missing ({_marked(column.marks)}): read "
        "as a class, as no label is deleted",
        f"{flags} leaves these rows out",
    )


def _marked(marks: "Sequence[tuple[str, int]]") -> str:
    """Return marks of missing values with their rows, as a list for a sentence."""
    return ", ".join(f"{mark!r} in {count:,}" for mark, count in marks[:5])


def _check_spellings(values: "pd.Series", target: str) -> Iterator[Check]:
    """Yield classes that look like one class in several spellings."""
    from advisor.baselines.tabular.labels import split_labels

    groups = split_labels(values)
    if groups:
        shown = "; ".join(", ".join(map(repr, labels[:5])) for labels in groups[:5])
        yield Check(
            "label-spellings",
            "warning",
            target,
            f"{_plural(sum(map(len, groups)), 'class', 'classes')} of {named(target)} look like {len(groups):,} in "
            f"several spellings: {shown}{' and more' if len(groups) > 5 else ''}",
            "--merge-labels reads each as one class",
        )


def _check_weights(table: "Table", roles: Roles) -> Iterator[Check]:
    """Yield how many rows a weight of 0 leaves without a say."""
    if roles.weights is None:
        return
    weights = table.frame[roles.weights]
    without = int((weights[table.frame[roles.target].notna()] == 0).sum())
    if without:
        yield Check(
            "zero-weights",
            "warning" if without > 0.05 * len(weights) else "note",
            roles.weights,
            f"{without:,} of {len(weights):,} rows have a weight of 0 in {named(roles.weights)}: they count in no "
            "score, and in no fit of a model that takes weights",
            "give these rows a weight, or delete them from the file",
        )


def _check_classes(counts: "pd.Series", target: str, task: "Task") -> Iterator[Check]:
    """Check how often each class occurs."""
    rows = int(counts.sum())
    rare = counts[counts < RARE_ROWS]
    if len(rare):
        shown = ", ".join(f"{label} ({count:,})" for label, count in rare.sort_values(kind="stable").iloc[:5].items())
        yield Check(
            "rare-class",
            "warning",
            target,
            f"{_plural(len(rare), 'class has', 'classes have')} fewer than {RARE_ROWS} rows: "
            f"{shown}{' and more' if len(rare) > 5 else ''}",
            "merge or drop such classes, or collect more rows of them",
        )
    share = float(counts.min() / rows) if task.kind == "binary" else 1 - float(counts.max() / rows)
    if share < _IMBALANCE_NOTED:
        what = f"{counts.idxmin()} is" if task.kind == "binary" else f"all classes but {counts.idxmax()} together are"
        yield Check(
            "imbalance",
            "warning" if share < _IMBALANCE_WARNED else "note",
            target,
            f"{what} {share:.1%} of the rows",
            "accuracy would be misleading; use --metric average_precision or balanced_accuracy",
        )


def _check_leakage(
    dependent: _Dependent,
    kinds: Mapping[str, str],
    task: "Task",
    names: Sequence[str],
    roles: Roles,
    seed: int,
) -> tuple[list[Check], dict[str, str]]:
    """Return the checks, and the columns to leave out."""
    import numpy as np
    import pandas as pd

    from advisor.baselines.tabular.checks.leakage import find_leaks
    from advisor.baselines.tabular.checks.predictive_power import Target

    frame, group, in_order = dependent
    known = frame[roles.target].notna()
    values = frame[roles.target][known]
    if task.kind == "regression":
        target = Target(None, values.to_numpy(float), roles.target)
    else:
        target = Target(np.asarray(pd.factorize(values, sort=True)[0], dtype=np.int64), None, roles.target)
    checks, left_out = [], {}
    groups = None if group is None else np.asarray(pd.factorize(frame[group][known], use_na_sentinel=False)[0])
    features = frame.loc[known, list(names)]
    for leak in find_leaks(features, kinds, target, groups=groups, in_order=in_order, seed=seed):
        for column in leak.columns:
            checks.append(_leakage_check(leak, column, roles.keep))
            if checks[-1].severity == "error":
                left_out[column] = "leaks the target"
    return checks, left_out


def _leakage_check(leak: "Leak", column: str, keep: Sequence[str]) -> Check:
    """Return the check of a leak through one column, with the flag that changes what is done about it."""
    named_column = shlex.quote(column)
    if leak.severity != "error":
        what = f"kept; --exclude {named_column} if it is not known beforehand"
        return Check("leakage", leak.severity, column, leak.message, what)
    if column in keep:
        return Check("leakage", "warning", column, leak.message, f"kept, as requested with --keep {named_column}")
    what = f"left out of the models; --keep {named_column} brings it back, if it is known beforehand"
    return Check("leakage", "error", column, leak.message, what)


def _check_order(
    frame: "pd.DataFrame", kinds: Mapping[str, str], target: str, counters: Sequence[str]
) -> Iterator[Check]:
    from advisor.baselines.tabular.checks.row_dependence import find_order

    found = find_order(frame, kinds, target, counters)
    if found is not None:
        flag = f"--time {shlex.quote(found.column or '')}"
        suggestion = f"{flag} trains on the past and tests on what follows, if the model will be used that way"
        yield Check("time-order", "warning" if found.strong else "note", found.column, found.message, suggestion)


def _check_groups(frame: "pd.DataFrame", kinds: Mapping[str, str], target: str) -> Iterator[Check]:
    from advisor.baselines.tabular.checks.row_dependence import find_group

    found = find_group(frame, kinds, target)
    if found is None:
        return
    flag = (
        f"--group {shlex.quote(found.column)} keeps" if found.column else "a column that numbers them and --group keep"
    )
    suggestion = f"{flag} the rows of each group in one fold, if the model will be used on other groups"
    yield Check("group-column", "warning" if found.strong else "note", found.column, found.message, suggestion)


def _check_rows(frame: "pd.DataFrame", kinds: Mapping[str, str], target: str, names: Sequence[str]) -> Iterator[Check]:
    from advisor.baselines.tabular.checks.row_dependence import count_repeats, find_totals, hash_rows

    repeats = count_repeats(hash_rows(frame[[*names, target]]))
    if repeats:
        aside = "" if len(names) + 1 == len(frame.columns) else ", ignoring columns that are left out"
        yield Check(
            "duplicate-rows",
            "warning" if repeats > 0.01 * len(frame) else "note",
            None,
            f"{repeats:,} of {len(frame):,} rows {'repeats' if repeats == 1 else 'repeat'} another row{aside}",
            "equal rows stay in one fold; drop the copies if they are the same case",
        )
    totals = find_totals(frame, kinds, target)
    if totals is not None:
        column, level, rows = totals
        yield Check(
            "leakage",
            "warning",
            column,
            f"the {rows:,} rows whose {named(column)} is {level} add up to all other rows: they are totals",
            "remove these rows from the file",
        )


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
