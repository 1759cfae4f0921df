"""All that is known before the first fit: the file read and checked, the data set, the models and the metric."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.judging.metrics import METRICS
from advisor.baselines.options import Options
from advisor.baselines.running.trials import Progress
from advisor.baselines.tabular.models.specs import MODELS
from advisor.reports.baseline import Check, ColumnRow

if TYPE_CHECKING:
    from advisor.baselines.tabular.table import Dataset, Table
    from advisor.baselines.tabular.task import Task


class Prepared(NamedTuple):
    """What is known before the first fit."""

    table: "Table"
    task: "Task"
    dataset: "Dataset"
    columns: tuple[ColumnRow, ...]
    checks: tuple[Check, ...]
    metric: str
    families: Mapping[str, str]
    titles: Mapping[str, str]


def prepared_data(path: Path, options: Options, report: Callable[[Progress], None]) -> Prepared:
    """Read and check the file; raise DataError where data or request cannot be used."""
    from advisor.baselines.tabular.checks.checks import check_table
    from advisor.baselines.tabular.preparation import prepare
    from advisor.baselines.tabular.reading import read_table
    from advisor.baselines.tabular.task import decide_task

    needed = [options.target, options.group, options.time, options.weights, *options.exclude, *options.keep]
    reading = options.reading._replace(
        needed=tuple(name for name in needed if name is not None), memory_mb=options.memory_mb, seed=options.seed
    )
    table = read_table(path, reading)
    task = decide_task(table, options.target, options.task, options.positive)
    report(Progress("checking", 0, 0, None))
    findings = check_table(
        table,
        options.target,
        task,
        group=options.group,
        time=options.time,
        weights=options.weights,
        exclude=options.exclude,
        keep=options.keep,
        seed=options.seed,
    )
    dataset, columns = prepare(
        table,
        options.target,
        task,
        left_out=findings.left_out,
        group=options.group,
        time=options.time,
        weights=options.weights,
        exclude=options.exclude,
    )
    families, titles = _asked_models(options)
    metric = _metric(options.metric, task, dataset)
    return Prepared(table, task, dataset, columns, findings.checks, metric, families, titles)


def _asked_models(options: Options) -> tuple[dict[str, str], dict[str, str]]:
    """Return family and title of each model that was asked for; the dummy always is one."""
    wanted = {"dummy", *options.models} if options.models else {model.id for model in MODELS}
    families = {model.id: model.family for model in MODELS if model.id in wanted}
    titles = {model.id: model.title for model in MODELS}
    return (
        {**families, **dict.fromkeys(options.extra, "reference")},
        {**titles, **{name: name for name in options.extra}},
    )


def _metric(asked: str | None, task: "Task", dataset: "Dataset") -> str:
    from advisor.baselines.judging.metrics import default_metric, metrics_for
    from advisor.source.problems import did_you_mean

    if asked is None:
        return default_metric(task.kind, dataset.target, dataset.labels)[0]
    serving = metrics_for(task.kind)
    if asked not in serving:
        near = did_you_mean(asked, serving) or f"choose one of {', '.join(serving)}"
        reason = "is for another task" if asked in METRICS else "is no metric"
        raise DataError(f"--metric {asked} {reason}: the target {task.why}; {near}")
    return asked
