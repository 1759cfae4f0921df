"""All that is known before the first fit: the data read and checked, the models and the metric."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.judging.metrics import METRICS, default_metric, metrics_for
from advisor.baselines.structure import Dataset, ModelSpec, Structure
from advisor.reports.baseline import Check, DatasetRow

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

    def refused(self) -> dict[str, str]:
        """Return the models that cannot be used on these data, each with the reason."""
        offered = self.structure.pretrained
        if offered is None:
            return {}
        loaded = {name: model for name, model in self.models.items() if model.weights is not None}
        reasons = {name: offered.refusal(model, self.dataset) for name, model in loaded.items()}
        return {name: reason for name, reason in reasons.items() if reason}


def prepared_data(
    structure: Structure,
    path: Path,
    options: "Options",
    models: Mapping[str, ModelSpec],
    checking: Callable[[], None] = lambda: None,
) -> Prepared:
    """Read and check the data that the models are fitted on; `checking` is called in between.

    Raises
    ------
    DataError
        If data or request cannot be used.
    """
    source = structure.read(path, options)
    checking()
    findings = structure.check(source, options)
    dataset = structure.prepare(source, findings, options)
    described = structure.describe(source, findings, dataset, options)._replace(structure=structure.id)
    metric = _metric(options.metric, dataset, described.task_reason)
    return Prepared(structure, source, dataset, described, findings.checks, metric, models)


def models_asked_for(structure: Structure, options: "Options") -> dict[str, ModelSpec]:
    """Return the rows of the table in their order: all, or those that were named and the constant one.

    The user's estimators and pretrained weights come on top.

    Raises
    ------
    DataError
        If the structure has no model of a name, or pretrained weights cannot be used.
    """
    from advisor.source.problems import did_you_mean

    loaded = _pretrained_models(structure, options)
    known = [model.id for model in structure.models] + list(loaded)
    offered = [
        model for model in structure.models if not model.where_installed or find_spec(model.where_installed) is not None
    ]
    for name in options.models:
        absent = next((model for model in structure.models if model.id == name and model not in offered), None)
        if absent is not None:
            raise DataError(
                f"--only {name}: {absent.where_installed} is not installed; pip install {absent.packages[0]}"
            )
        if structure.pretrained is not None and name in structure.pretrained.ids and name not in loaded:
            raise DataError(f"--only {name}: name the folder with its weights, --pretrained DIR")
        if name not in known:
            near = did_you_mean(name, known) or f"models: {', '.join(known)}"
            raise DataError(f"--only {name}: {structure.id} data have no such model; {near}")
    asked = {
        model.id: model
        for model in offered
        if not options.models or model.id in options.models or model.role == "constant"
    }
    return asked | loaded | {name: structure.users_model(name) for name in options.extra}


def _pretrained_models(structure: Structure, options: "Options") -> dict[str, ModelSpec]:
    """Return the rows of the models whose weights the user named; raise DataError where they cannot be used."""
    if not options.pretrained:
        return {}
    if structure.pretrained is None:
        raise DataError(f"--pretrained: no pretrained weights can be measured on {structure.id} data")
    from advisor.baselines.pretrained.weights import refuse_licence

    found: dict[str, ModelSpec] = {}
    for folder in options.pretrained:
        model = structure.pretrained.model(folder, found)
        assert model.weights is not None  # noqa: S101 - that is what the row is for
        refuse_licence(model.weights, options)
        found[model.id] = model
    return found


def describe_data(path: str | Path, options: "Options", *, shown_as: str | None = None) -> DatasetRow:
    """Read and check a data file and return what is in it, without fitting a model.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, Parquet or JSON lines, also gzipped.
    options : Options
        The request; `Options(target="y")` is enough.
    shown_as : str, optional
        The name of the file in the result.

    Returns
    -------
    DatasetRow
        As in the result of `run_baseline`.

    Raises
    ------
    DataError
        If the data or the request cannot be used.

    Examples
    --------
    >>> from advisor import Options
    >>> from advisor.engine.library import bundled_folder
    >>> found = describe_data(bundled_folder("examples") / "breast-cancer.csv", Options(target="diagnosis"))
    >>> found.rows, found.task, found.classes
    (569, 'binary', ('benign', 'malignant'))
    """
    from advisor.baselines.structures import structure_of

    described = prepared_data(structure_of(Path(path)), Path(path), options, {}).described
    return described._replace(path=shown_as or str(path))


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
