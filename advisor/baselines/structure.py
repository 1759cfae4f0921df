"""The protocol of a data structure: what text, images or tables must offer so that everything else can measure on them.

Reading, checking and models are the structure's own; running, judging, saving and reporting know nothing else of it.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.options import Options
    from advisor.baselines.pretrained.weights import Weights
    from advisor.reports.baseline import Check, DatasetRow

FAMILIES: Mapping[str, str] = {
    "none": "reference",
    "classical": "ml",
    "hybrid": "hybrid",
    "transfer": "dl",
    "deep": "dl",
}


class Examples(Protocol):
    """The inputs of a data set: a data frame, texts, or paths that are read when they are needed."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def take(self, rows: "np.ndarray") -> Any:
        """Return the inputs at some positions as the structure's models take them."""
        ...

    def bytes_per_row(self) -> float:
        """Return the memory that one of them takes as a model gets it."""
        ...


class ExamplesAt:
    """Some of the examples of another; positions are those in the selection."""

    def __init__(self, examples: Examples, rows: "np.ndarray") -> None:
        self._examples = examples
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, rows: "np.ndarray") -> Any:
        """Return the inputs at some positions of the selection."""
        return self._examples.take(self._rows[rows])

    def bytes_per_row(self) -> float:
        """Return what the examples behind it say."""
        return self._examples.bytes_per_row()


@dataclass(frozen=True, slots=True)
class Dataset:
    """What models are fitted on; all arrays have one entry for each example.

    Attributes
    ----------
    examples : Examples
        The inputs.
    task : str
        binary, multiclass, regression or forecasting.
    target : numpy.ndarray
        Float64 values of a regression, or int64 positions in `labels`; of shape (rows, horizon) for a forecast.
    labels : tuple of str
        Classes; the second of two is the positive one. Empty for a regression.
    weights : numpy.ndarray or None
        Weight of each row.
    groups : numpy.ndarray or None
        Rows of one group stay in one fold.
    times : numpy.ndarray or None
        Rows are split in the order of these.
    series : numpy.ndarray or None
        Which series a row is of.
    tested : numpy.ndarray or None
        Which rows may be tested, where forecasts overlap and not all may; the folds are then at rolling origins.
    known : numpy.ndarray or None
        The time from which the target of a row is known: it trains folds that begin later only.
    duplicate_groups : numpy.ndarray or None
        Rows with the same input and target share a number and stay in one fold; None where no row repeats another.
    given : mapping of str to numpy.ndarray
        Predictions that were made elsewhere, by the column that holds them: amounts, positions in
        `labels`, or a probability for each class.
    least_to_answer : int
        With fewer rows a difference is an estimate and never an answer, however large it is.
    """

    examples: Examples
    task: str
    target: "np.ndarray"
    labels: tuple[str, ...]
    weights: "np.ndarray | None" = None
    groups: "np.ndarray | None" = None
    times: "np.ndarray | None" = None
    series: "np.ndarray | None" = None
    tested: "np.ndarray | None" = None
    known: "np.ndarray | None" = None
    duplicate_groups: "np.ndarray | None" = None
    least_to_answer: int = 0
    given: "Mapping[str, np.ndarray]" = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.target)

    def at(self, rows: "np.ndarray") -> "Dataset":
        """Return the rows at some positions, in that order; the examples are taken when they are needed."""

        def some(values: "np.ndarray | None") -> "np.ndarray | None":
            return None if values is None else values[rows]

        return replace(
            self,
            examples=ExamplesAt(self.examples, rows),
            target=self.target[rows],
            weights=some(self.weights),
            groups=some(self.groups),
            times=some(self.times),
            series=some(self.series),
            tested=some(self.tested),
            known=some(self.known),
            duplicate_groups=some(self.duplicate_groups),
            given={name: values[rows] for name, values in self.given.items()},
        )


class Setting(NamedTuple):
    """What a model is built for.

    `metric` is the deciding measure's name, see `advisor.baselines.judging.metrics.METRICS`. `time_limit_s` is when a
    network has to stop with the best weights so far; `most_steps` stops it after so many optimiser steps instead, which
    a replay needs, as it needs the `precision` that a network trained in: None is what the processor is quickest in.
    """

    metric: str
    seed: int
    time_limit_s: float | None = None
    most_steps: int | None = None
    precision: str | None = None

    @property
    def limits(self) -> dict[str, Any]:
        """When a network stops and what it calculates in, as its estimator takes it."""
        return {"time_limit_s": self.time_limit_s, "most_steps": self.most_steps, "precision": self.precision}


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Everything about a model that is not inside it.

    Attributes
    ----------
    id, title : str
        The name in options and JSON, and the one that people read.
    approach : str
        none, classical, hybrid, transfer or deep; empty where nobody knows, as of a user's own estimator.
    builder : str
        `module:function` of a function that takes this row, a `Setting` and the `Dataset` and returns the unfitted
        scikit-learn pipeline, whose last step is named `model`. It is imported where the model is fitted.
    role : str
        "constant" (the same answer for all), "simple" (needs no learning), "reference" (shown, not compared), "user"
        (the user's own estimator), or empty: compared with the other family.
    imports : tuple of str
        Modules that are loaded once, before fits are forked from the process that has them.
    packages : tuple of str
        Distributions beside those of every model whose versions a saved model depends on.
    cost_exponent : float
        How the time of a fit grows with its rows: t ~ rows ** exponent. Judgement.
    takes_weights : bool or None
        Whether `fit` takes a weight for each row; None where its estimator has to be asked.
    strongest : bool
        Whether the model is its family's best over many data sets, and stays when the budget leaves room for few: a
        first fit on few rows says little about many, and a rival that only met weak opponents would win for the wrong
        reason.
    floor : bool
        Whether it is fast enough to be fitted on all rows before anything else is known.
    tasks : tuple of str
        The values of `Dataset.task` that the model is for; all of the structure's where empty.
    where_installed : str
        The module without which the model is no row of the table, where it is one only for those who have it.
    weights : Weights or None
        The folder of pretrained weights that it loads.
    given : str
        The column with the predictions of a model that runs elsewhere, which are scored as they are; empty for a model
        that is fitted here.
    """

    id: str
    title: str
    approach: str
    builder: str
    role: str = ""
    imports: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    cost_exponent: float = 1.0
    takes_weights: bool | None = True
    strongest: bool = False
    floor: bool = False
    tasks: tuple[str, ...] = ()
    where_installed: str = ""
    weights: "Weights | None" = None
    given: str = ""

    @property
    def family(self) -> str:
        """The family in reports: reference, ml, hybrid or dl."""
        return "reference" if self.role else FAMILIES[self.approach]

    def build(self, setting: Setting, dataset: Dataset) -> Any:
        """Return the unfitted pipeline."""
        module, _, function = self.builder.partition(":")
        return getattr(import_module(module), function)(self, setting, dataset)


def users_row(name: str, builder: str, models: Iterable[ModelSpec]) -> ModelSpec:
    """Return the row of a user's own estimator, `module:Class`, which may use what the other models import."""
    imports = tuple(dict.fromkeys(module for model in models for module in model.imports))
    return ModelSpec(name, name, "", builder, "user", imports, takes_weights=None)


def given_row(column: str) -> ModelSpec:
    """Return the row of the predictions in a column, which a model made that runs elsewhere."""
    return ModelSpec(f"predictions:{column}", f"Predictions in {column}", "", "", "user", floor=True, given=column)


class Findings(NamedTuple):
    """What was found before any fit.

    Attributes
    ----------
    checks : tuple of Check
        The most severe ones first, otherwise in the order of the ids and columns.
    left_out : mapping of str to str
        Parts of the input, such as columns, that the models should not see, with the reason in a few words.
    """

    checks: "tuple[Check, ...]"
    left_out: Mapping[str, str]


class PretrainedModels(Protocol):
    """The models of a data structure whose weights a user may name, `--pretrained DIR`."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of their rows."""
        ...

    def models(self, folder: str, taken: Container[str]) -> tuple[ModelSpec, ...]:
        """Return the rows of the model whose weights lie in a folder, ids not among those taken; raise DataError."""
        ...

    def refusal(self, model: ModelSpec, dataset: Dataset) -> str:
        """Return why one of its models cannot be used on a data set, or an empty string."""
        ...


class Structure(Protocol):
    """A kind of data that models can be measured on.

    `read`, `check`, `prepare` and `describe` are called in this order; each takes what the ones before it returned.
    What `read` returns is the structure's own.
    """

    @property
    def id(self) -> str:
        """The name in options and JSON."""
        ...

    @property
    def tasks(self) -> tuple[str, ...]:
        """The values of `Dataset.task` that it can have."""
        ...

    @property
    def extra(self) -> str:
        """The extra of the distribution that installs what it needs."""
        ...

    @property
    def reads_with(self) -> tuple[str, ...]:
        """Modules that reading and checking need."""
        ...

    @property
    def models(self) -> tuple[ModelSpec, ...]:
        """The rows of the table, the models of a family from simple to elaborate; one has the role constant."""
        ...

    @property
    def pretrained(self) -> PretrainedModels | None:
        """The models that it can load weights of, None where there are none."""
        ...

    @property
    def imports(self) -> tuple[str, ...]:
        """Modules that the fits of every model need."""
        ...

    @property
    def packages(self) -> tuple[str, ...]:
        """Distributions that every saved model of the structure depends on."""
        ...

    def recognises(self, path: Path) -> bool:
        """Return whether a file or folder looks like data of this kind, without reading it whole."""
        ...

    def claims(self, table: Any, options: "Options") -> Any | None:
        """Return what was read as a table as this structure reads it, None where it is no data of this kind."""
        ...

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of the data, by which a replay knows them; raise DataError where they cannot be read."""
        ...

    def read(self, path: Path, options: "Options") -> Any:
        """Read the data and decide the task; raise DataError where data or request cannot be used.

        Where `options.target` is empty, what is predicted is guessed, which the row of `describe` says in `target` and
        `target_reason`, or NoTargetError raised.
        """
        ...

    def check(self, source: Any, options: "Options") -> Findings:
        """Return what the reader should know before models are fitted."""
        ...

    def prepare(self, source: Any, findings: Findings, options: "Options") -> Dataset:
        """Return the data set that models are fitted on."""
        ...

    def describe(self, source: Any, findings: Findings, dataset: Dataset, options: "Options") -> "DatasetRow":
        """Return the row of the report that says what was read; its path is left empty."""
        ...

    def users_model(self, name: str) -> ModelSpec:
        """Return the row of a user's own estimator, `module:Class`."""
        ...

    def saved(self, source: Any, dataset: Dataset, options: "Options") -> Mapping[str, Any]:
        """Return what the script that predicts needs, as plain data; `decisions` say how the file was read."""
        ...

    def predict_source(self) -> str:
        """Return the script that loads a saved model and predicts."""
        ...


def libraries(structure: Structure, *, fits: bool = True) -> tuple[str, ...]:
    """Return the libraries by the name of their import that reading a structure takes, and fitting all of its models.

    Examples
    --------
    >>> from advisor.baselines.structures import structure
    >>> libraries(structure("tabular"), fits=False)
    ('chardet', 'duckdb', 'pandas', 'sklearn')
    """
    modules = set(structure.reads_with)
    if fits:
        needed = (model for model in structure.models if not model.where_installed)
        modules |= {"psutil", *structure.imports, *(name for model in needed for name in model.imports)}
    return tuple(sorted({name.partition(".")[0] for name in modules} - {"advisor"}))


def constant_model(models: Mapping[str, ModelSpec]) -> str:
    """Return the id of the model that gives the same answer for all."""
    return next(model.id for model in models.values() if model.role == "constant")
