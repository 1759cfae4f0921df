"""All that is known before the first fit: the data read and checked, the models and the metric."""

import hashlib
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.bounds import with_time_to_read, within
from advisor.baselines.errors import DataError
from advisor.baselines.judging.metrics import METRICS, default_metric, metrics_for
from advisor.baselines.structure import Dataset, ModelSpec, Structure, given_row, libraries
from advisor.reports.baseline import Check, DatasetRow
from advisor.source.extras import require

if TYPE_CHECKING:
    from advisor.baselines.options import Options


class Prepared(NamedTuple):
    """What is known before the first fit; `source` is what the structure read, and its own."""

    structure: Structure
    source: Any
    dataset: Dataset
    described: DatasetRow
    checks: tuple[Check, ...]
    metric: str
    models: Mapping[str, ModelSpec]

    def asked(self, options: "Options") -> "Options":
        """Return the options with what was found: the target, and where reading stopped."""
        reading = options.reading._replace(most_rows=self.described.stopped_after)
        return options._replace(target=self.described.target, reading=reading)

    def with_scratch(self, folder: str) -> "Prepared":
        """Return the same with a folder for what each pretrained model computes once, below the one that is given."""
        if not folder:
            return self
        models = dict(self.models)
        for name, model in self.models.items():
            if model.weights is not None:
                of_weights = Path(folder) / hashlib.sha256(model.weights.folder.encode()).hexdigest()[:16]
                of_weights.mkdir(exist_ok=True)
                models[name] = replace(model, weights=replace(model.weights, cache=str(of_weights)))
        return self._replace(models=models)

    def refused(self) -> dict[str, str]:
        """Return the models that cannot be used on these data, each with the reason."""
        offered = self.structure.pretrained
        if offered is None:
            return {}
        loaded = {name: model for name, model in self.models.items() if model.weights is not None}
        reasons = {name: offered.refusal(model, self.dataset) for name, model in loaded.items()}
        return {name: reason for name, reason in reasons.items() if reason}


def prepared_data(path: Path, options: "Options", checking: Callable[[], None] = lambda: None) -> Prepared:
    """Read and check the data that the models are fitted on; `checking` is called in between.

    Raises
    ------
    DataError
        If data or request cannot be used.
    """
    from advisor.baselines.structures import read

    structure, source = read(path, options)
    checking()
    findings = structure.check(source, options)
    dataset = structure.prepare(source, findings, options)
    described = structure.describe(source, findings, dataset, options)._replace(structure=structure.id)
    metric = _metric(options.metric, dataset, described.task_reason)
    models = models_asked_for(structure, options, dataset.task)
    for column in options.predictions:
        if column not in dataset.given:
            raise DataError(f"--predictions {shlex.quote(column)}: {structure.id} data have no such columns")
        models[f"predictions:{column}"] = given_row(column)
    return Prepared(structure, source, dataset, described, findings.checks, metric, models)


def prepared_within_budget(path: Path, options: "Options", name: str) -> Prepared:
    """Read and check data that are not measured now, within a budget and a memory of their own.

    Raises
    ------
    DataError
        If data or request cannot be used, or what is read does not end in time or takes too much memory.
    """
    deadline = monotonic() + options.budget_s
    with within(deadline, options.memory_mb, name):
        return prepared_data(path, with_time_to_read(options, deadline))


def models_asked_for(structure: Structure, options: "Options", task: str) -> dict[str, ModelSpec]:
    """Return the rows of the table in their order: all of the task, or those that were named and the constant one.

    The user's estimators and pretrained weights come on top.

    Raises
    ------
    DataError
        If the structure has no model of a name for the task, or pretrained weights cannot be used.
    """
    loaded = _pretrained_models(structure, options)
    offered = {model.id: model for model in structure.models if not model.tasks or task in model.tasks}
    for name in options.models:
        if name not in loaded:
            _refuse_unknown(structure, name, task, list(loaded))
    asked = {
        name: model
        for name, model in offered.items()
        if _installed(model) and (not options.models or name in options.models or model.role == "constant")
    }
    return asked | loaded | {name: structure.users_model(name) for name in options.extra}


def _installed(model: ModelSpec) -> bool:
    return not model.where_installed or find_spec(model.where_installed) is not None


def _refuse_unknown(structure: Structure, name: str, task: str, loaded: Sequence[str]) -> None:
    """Raise DataError if the structure has no model of that name for the task, or it lacks a package or weights."""
    from advisor.source.problems import did_you_mean

    if structure.pretrained is not None and name in structure.pretrained.ids:
        raise DataError(f"--only {name}: name the folder with its weights, --pretrained DIR")
    model = next((one for one in structure.models if one.id == name), None)
    if model is None:
        known = [*(one.id for one in structure.models), *loaded]
        near = did_you_mean(name, known) or f"models: {', '.join(known)}"
        raise DataError(f"--only {name}: {structure.id} data have no such model; {near}")
    if model.tasks and task not in model.tasks:
        raise DataError(f"--only {name}: not for {task} data, only for {' and '.join(model.tasks)}")
    if not _installed(model):
        raise DataError(f"--only {name}: {model.where_installed} is not installed; pip install {model.packages[0]}")


def _pretrained_models(structure: Structure, options: "Options") -> dict[str, ModelSpec]:
    """Return the rows of the models whose weights the user named; raise DataError where they cannot be used."""
    if not options.pretrained:
        return {}
    if structure.pretrained is None:
        raise DataError(f"--pretrained: no pretrained weights can be measured on {structure.id} data")
    from advisor.baselines.pretrained.weights import refuse_licence

    found: dict[str, ModelSpec] = {}
    for folder in options.pretrained:
        for model in structure.pretrained.models(folder, found):
            assert model.weights is not None  # noqa: S101 - that is what the row is for
            refuse_licence(model.weights, options)
            found[model.id] = model
    return found


def describe_data(data: Any, options: "Options", *, shown_as: str | None = None) -> DatasetRow:
    """Read and check data and return what is in them, without fitting a model.

    Parameters
    ----------
    data : str, Path, data frame, Arrow table, array, or a pair of inputs and target
        As `run_baseline` takes them.
    options : Options
        The request; `Options(target="y")` is enough. Its budget and memory bound what is read.
    shown_as : str, optional
        The name of the data in the result.

    Returns
    -------
    DatasetRow
        As in the result of `run_baseline`.

    Raises
    ------
    DataError
        If the data or the request cannot be used.
    MissingExtraError
        If packages of an extra such as `baseline-cpu` are not installed; it is an ImportError.

    Examples
    --------
    >>> from advisor import Options
    >>> from advisor.engine.library import bundled_folder
    >>> found = describe_data(bundled_folder("examples") / "breast-cancer.csv", Options(target="diagnosis"))
    >>> found.rows, found.task, found.classes
    (569, 'binary', ('benign', 'malignant'))
    """
    from advisor.baselines.frames import data_file
    from advisor.baselines.structures import structure_of

    with data_file(data, options) as (path, asked, name):
        expected = structure_of(path, asked.structure)
        require("reading data", libraries(expected, fits=False), expected.extra)
        return prepared_within_budget(path, asked, name).described._replace(path=shown_as or name)


def _metric(asked: str | None, dataset: Dataset, task_reason: str) -> str:
    from advisor.source.problems import did_you_mean

    if asked is None:
        return default_metric(dataset.task, dataset.target, dataset.labels)[0]
    serving = metrics_for(dataset.task)
    if asked not in serving:
        near = did_you_mean(asked, serving) or f"choose one of {', '.join(serving)}"
        reason = "is for another task" if asked in METRICS else "is not a metric"
        raise DataError(f"--metric {asked} {reason}: the target {task_reason}; {near}")
    return asked
