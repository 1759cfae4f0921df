"""Check a table before any model is fitted, and decide which columns the models do not see."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.tabular.column_names import column_named, named
from advisor.reports.baseline import CHECKS, SEVERITIES, Check

if TYPE_CHECKING:
    import pandas as pd

    from advisor.baselines.tabular.table import Table
    from advisor.baselines.tabular.task import Task

TINY_ROWS = 200
RARE_ROWS = 10
_IMBALANCE_NOTED = 0.2
_IMBALANCE_WARNED = 0.1


class Findings(NamedTuple):
    """What was found before any fit.

    Attributes
    ----------
    checks : tuple of Check
        The most severe ones first, otherwise in the order of the ids and columns.
    left_out : mapping of str to str
        Columns that the models should not see, with the reason in a few words.
    """

    checks: tuple[Check, ...]
    left_out: Mapping[str, str]


def check_table(
    table: "Table",
    target: str,
    task: "Task",
    *,
    keep: Sequence[str] = (),
    exclude: Sequence[str] = (),
    group: str | None = None,
    time: str | None = None,
    weights: str | None = None,
    seed: int = 0,
) -> Findings:
    """Return what the reader should know about the table before models are fitted on it.

    Parameters
    ----------
    table : Table
        The file that was read.
    target : str
        The column to predict.
    task : Task
        What kind of task the target makes.
    keep : sequence of str
        Columns that are never left out.
    exclude : sequence of str
        Columns that the user leaves out, which are not looked at.
    group, time, weights : str or None
        Columns with another part than that of a feature.
    seed : int
        Of the sample of rows and the folds that leakage is looked for with.

    Raises
    ------
    DataError
        If a named column does not exist.
    """
    from advisor.baselines.tabular.checks.column_checks import COLUMN_CHECKS, check_duplicates
    from advisor.baselines.tabular.preparation import bounded

    flags = {"--group": [group], "--time": [time], "--weights": [weights], "--exclude": exclude, "--keep": keep}
    for flag, names in flags.items():
        for name in names:
            if name is not None:
                column_named(table, name, flag)
    kinds = {column.name: column.kind for column in table.columns}
    frame = bounded(table.frame, kinds)
    apart = {target, group, time, weights, *exclude}
    features = [column for column in table.columns if column.name not in apart]
    findings = [
        finding for column in features for check in COLUMN_CHECKS for finding in check(column, frame[column.name])
    ]
    reasons = {finding.check.column: finding.reason for finding in findings if finding.reason and finding.check.column}
    left_out = {name: reason for name, reason in reasons.items() if name not in keep}
    checks = [_with_way_out(finding.check, finding.reason, keep) for finding in findings]
    checks += _check_target(table, target, task)

    rest = [column.name for column in features if column.name not in left_out]
    counters = [name for name, reason in reasons.items() if reason == "an identifier" and kinds[name] == "numeric"]
    checks += _check_order(frame, kinds, target, counters) if time is None else []
    checks += _check_groups(frame[[*rest, target]], kinds, target) if group is None else []
    warned = {check.id: check.column for check in checks if check.severity == "warning"}
    leaks, leaking = _check_leakage(
        frame.sort_values(time, kind="stable") if time is not None else frame,
        kinds,
        target,
        task,
        rest,
        keep,
        group or warned.get("group-column"),
        time is not None or "time-order" in warned,
        seed,
    )
    checks += leaks
    left_out |= leaking
    rest = [name for name in rest if name not in leaking]
    for finding in check_duplicates(frame, kinds, rest, keep):
        name = finding.check.column
        checks.append(_with_way_out(finding.check, finding.reason, keep))
        if name is not None and name not in keep:
            left_out[name] = finding.reason
    checks += _check_rows(frame, kinds, target, rest)
    places = {name: place for place, name in enumerate(kinds)}
    ordered = sorted(
        checks,
        key=lambda check: (
            SEVERITIES.index(check.severity),
            CHECKS.index(check.id),
            places.get(check.column or "", -1),
        ),
    )
    return Findings(tuple(ordered), left_out)


def _with_way_out(check: Check, reason: str, keep: Sequence[str]) -> Check:
    """Return the check of a column that is left out, or kept by request, with the flag that changes it."""
    if not reason:
        return check
    if check.column in keep:
        return check._replace(suggestion=f"kept, as asked for with --keep {shlex.quote(check.column or '')}")
    return check._replace(suggestion=f"left out of the models; --keep {shlex.quote(check.column or '')} brings it back")


def _check_target(table: "Table", target: str, task: "Task") -> Iterator[Check]:
    from advisor.baselines.tabular.task import label_texts

    values = table.frame[target]
    missing = int(values.isna().sum())
    rows = len(values) - missing
    if missing:
        yield Check(
            "missing-target",
            "warning" if missing > 0.05 * len(values) else "note",
            target,
            f"{missing:,} of {len(values):,} rows have no {named(target)}",
            "they are left out; label them to use them",
        )
    if task.ambiguous:
        other = "multiclass" if task.kind == "regression" else "regression"
        yield Check(
            "task-ambiguous",
            "warning",
            target,
            f"taken as {task.kind}, since the target {task.why}; it could be {task.ambiguous}",
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
    if task.kind == "regression":
        return
    counts = label_texts(values.dropna()).value_counts()
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
            "accuracy would flatter; --metric average_precision or balanced_accuracy does not",
        )


def _check_leakage(
    frame: "pd.DataFrame",
    kinds: Mapping[str, str],
    target: str,
    task: "Task",
    names: Sequence[str],
    keep: Sequence[str],
    group: str | None,
    in_order: bool,
    seed: int,
) -> tuple[list[Check], dict[str, str]]:
    """Return the checks, and the columns to leave out."""
    import numpy as np
    import pandas as pd

    from advisor.baselines.tabular.checks.leakage import find_leaks
    from advisor.baselines.tabular.checks.predictive_power import Answer

    known = frame[target].notna()
    values = frame[target][known]
    if task.kind == "regression":
        answer = Answer(None, values.to_numpy(float), target)
    else:
        answer = Answer(np.asarray(pd.factorize(values, sort=True)[0], dtype=np.int64), None, target)
    checks, left_out = [], {}
    groups = None if group is None else np.asarray(pd.factorize(frame[group][known], use_na_sentinel=False)[0])
    features = frame.loc[known, list(names)]
    for leak in find_leaks(features, kinds, answer, groups=groups, in_order=in_order, seed=seed):
        for column in leak.columns:
            if leak.severity != "error":
                checks.append(
                    Check(
                        "leakage",
                        leak.severity,
                        column,
                        leak.message,
                        f"kept; --exclude {shlex.quote(column)} if it is not known beforehand",
                    )
                )
            elif column in keep:
                checks.append(
                    Check(
                        "leakage",
                        "warning",
                        column,
                        leak.message,
                        f"kept, as asked for with --keep {shlex.quote(column)}",
                    )
                )
            else:
                checks.append(
                    Check(
                        "leakage",
                        "error",
                        column,
                        leak.message,
                        f"left out of the models; --keep {shlex.quote(column)} brings it back, if known beforehand",
                    )
                )
                left_out[column] = "leaks the target"
    return checks, left_out


def _check_order(
    frame: "pd.DataFrame", kinds: Mapping[str, str], target: str, counters: Sequence[str]
) -> Iterator[Check]:
    from advisor.baselines.tabular.checks.row_dependence import find_order

    found = find_order(frame, kinds, target, counters)
    if found is not None:
        flag = f"--time {shlex.quote(found.column or '')}"
        suggestion = f"{flag} trains on the past and tests on what follows, if the model will be used so"
        yield Check("time-order", "warning" if found.strong else "note", found.column, found.message, suggestion)


def _check_groups(frame: "pd.DataFrame", kinds: Mapping[str, str], target: str) -> Iterator[Check]:
    from advisor.baselines.tabular.checks.row_dependence import find_group

    found = find_group(frame, kinds, target)
    if found is None:
        return
    flag = (
        f"--group {shlex.quote(found.column)} keeps" if found.column else "a column that numbers them and --group keep"
    )
    suggestion = f"{flag} the rows of one in one fold, if the model will be used on others"
    yield Check("group-column", "warning" if found.strong else "note", found.column, found.message, suggestion)


def _check_rows(frame: "pd.DataFrame", kinds: Mapping[str, str], target: str, names: Sequence[str]) -> Iterator[Check]:
    from advisor.baselines.tabular.checks.row_dependence import count_repeats, find_totals, hash_rows

    repeats = count_repeats(hash_rows(frame[[*names, target]]))
    if repeats:
        aside = "" if len(names) + 1 == len(frame.columns) else ", columns that are left out aside"
        yield Check(
            "duplicate-rows",
            "warning" if repeats > 0.01 * len(frame) else "note",
            None,
            f"{repeats:,} of {len(frame):,} rows {'repeats' if repeats == 1 else 'repeat'} another row{aside}",
            "equal rows stay in one fold; drop them if they are one case",
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
