"""The frozen output types of `advisor baseline`, in the order of the JSON contract."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from advisor.reports.display import shown

BASELINE_SCHEMA_VERSION = "1.0"
FAMILIES = ("ml", "dl", "hybrid", "reference")
STATUSES = ("ok", "timed-out", "out-of-memory", "failed", "skipped")
STAGES = ("screen", "inner", "outer")
BASELINE_VERDICTS = ("ml", "dl", "equal", "undecided")
PAYS_ANSWERS = ("yes", "no", "open")
UNLIKELY, LIKELY = 0.10, 0.90  # probabilities up to and from which the answer is "no" and "yes"
SEVERITIES = ("error", "warning", "note")
CHECKS = (
    "leakage",
    "id-column",
    "constant-column",
    "duplicate-column",
    "duplicate-rows",
    "conflicting-labels",
    "unreadable-files",
    "part-read",
    "missing-target",
    "label-spellings",
    "zero-weights",
    "rare-class",
    "imbalance",
    "high-cardinality",
    "text-column",
    "mixed-types",
    "group-column",
    "time-order",
    "tiny-data",
    "no-signal",
    "suspicious-score",
    "task-ambiguous",
)


class Decision(NamedTuple):
    """What was decided about the file: `what` it concerns, the `value`, `why`, and the `flag` that overrules it."""

    what: str
    value: str
    why: str
    flag: str


class ColumnRow(NamedTuple):
    """What was decided about one column of the file.

    `kind` is numeric, categorical, text, date or empty; `role` is feature, target, group, time, weight, prediction
    or left-out; `missing` is the share of rows without a value, `distinct` the number of different values.
    """

    name: str
    kind: str
    role: str
    why: str
    missing: float
    distinct: int


class DatasetRow(NamedTuple):
    """The file and what was made of it; `rows` counts the file's, `rows_used` those that the models saw.

    `class_shares` are the shares of `classes` among the rows used, `structure` is the kind of data;
    `target_reason` says why the target was guessed, and is empty where it was named; `stopped_after` counts the rows
    after which reading stopped for lack of time, None where the whole file was read.
    """

    path: str
    sha256: str
    rows: int
    rows_used: int
    columns: int
    target: str
    task: str
    task_reason: str
    sampled: bool
    classes: tuple[str, ...]
    class_shares: tuple[float, ...]
    positive: str | None
    decisions: tuple[Decision, ...]
    columns_read: tuple[ColumnRow, ...]
    structure: str = "tabular"
    target_reason: str = ""
    stopped_after: int | None = None


class Check(NamedTuple):
    """Something about the data that the reader should know; `column` is null for the whole set."""

    id: str
    severity: str
    column: str | None
    message: str
    suggestion: str


class MetricRow(NamedTuple):
    """The measure that decides."""

    name: str
    greater_is_better: bool


class FitRow(NamedTuple):
    """One fit of the executed plan: what `--replay` runs again without a clock.

    `rows` is the most training rows that the fit was given (null: the whole fold), `steps` the optimiser steps after
    which a network was stopped by its time limit (null: it finished), `status` as in the table of models. `stage` is
    "outer" for a fit that is tested on the fold, "screen" for one that is judged on the screening rows, and "inner" for
    one that leaves out two folds, `fold` and `second_fold`, to choose a model for either.
    """

    model: str
    repeat: int
    fold: int
    rows: int | None
    steps: int | None
    status: str
    stage: str = "outer"
    second_fold: int | None = None


class ProtocolRow(NamedTuple):
    """How the models were compared; `plan` is what was run, in its order, and `notes` say why it is not the whole.

    `rows` are those that the champions were compared on, `training_rows` the most that each of their fits was given
    (null: the whole training part), `screening_rows` those that chose them and that no fold tests. `contenders` maps a
    family to its champion, or to the models among which its selection procedure chose in each fold.
    `precision` and `threads` are those of every fit.
    """

    metric: MetricRow
    folds: int
    repeats: int
    split: str
    seed: int
    budget_s: float
    rope: float
    jobs: int
    rows: int
    options: Mapping[str, Any]
    plan: tuple[FitRow, ...]
    notes: tuple[str, ...]
    precision: str = "float32"
    threads: int = 1
    screening_rows: int = 0
    training_rows: int | None = None
    contenders: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class PredictRow(NamedTuple):
    """Milliseconds to predict: one row through the whole pipeline and through the model alone, and a row of a batch."""

    p50: float
    p95: float
    batch_per_row: float
    model_p50: float
    model_p95: float


class ModelRow(NamedTuple):
    """One model that was asked for, however it ended.

    `score` is the mean over folds in the metric's own unit, `ci95` its interval (corrected t over folds); the
    measured values are null where the model did not get so far. `violates` names the profile's limits it breaks. `role`
    is "constant" for the same answer to all, "simple" for what needs no learning, "champion" for what speaks for its
    family in the comparison, else empty. `rows` are the rows that a fold's fit and test used, `rows_tested` those of
    them that were scored, each once a repeat, in `folds` fits: only rows that agree in all three are compared.
    """

    id: str
    title: str
    family: str
    status: str
    score: float | None
    ci95: tuple[float, float] | None
    fold_scores: tuple[float | None, ...]
    fit_s: float | None
    predict_ms: PredictRow | None
    size_mb: float | None
    peak_rss_mb: float | None
    violates: tuple[str, ...]
    note: str
    approach: str = ""
    role: str = ""
    rows: int = 0
    rows_tested: int = 0
    folds: int = 0


class Pair(NamedTuple):
    """Two sides on the same folds; a positive difference favours `first`.

    Sides are the families `ml` and `dl`, each with its champion, and ids of models.
    `verdict` is first or second where that one is better by the rules of the main comparison, equal or undecided.
    `stopped` are the sides that the budget stopped while they were still improving: they may win, but cannot lose.
    """

    first: str
    second: str
    difference: float
    ci95: tuple[float, float] | None
    p_first_better: float | None
    p_equal: float | None
    p_second_better: float | None
    verdict: str
    stopped: tuple[str, ...] = ()


class Comparison(NamedTuple):
    """Classical against neural, one champion each; a positive difference favours classical.

    `best_ml` and `best_dl` are rows of the table: the champions, or on a small table `best-classical` and
    `best-network`, the selection procedures of the families. `advised_ml` and `advised_dl` are the models that these
    come down to on all rows.

    `pairs` are further comparisons: the hybrid and the user's models against either family, both families against the
    constant answer and the rule on one column. `stopped` are networks that the budget stopped while they improved.
    """

    best_ml: str | None
    best_dl: str | None
    difference: float | None
    ci95: tuple[float, float] | None
    p_ml_better: float | None
    p_equal: float | None
    p_dl_better: float | None
    beats_dummy: bool | None
    pairs: tuple[Pair, ...] = ()
    stopped: tuple[str, ...] = ()
    advised_ml: str | None = None
    advised_dl: str | None = None


class Margin(NamedTuple):
    """The smallest difference that pays, in the metric's own unit; `origin` is "rope" or "profile"."""

    value: float
    unit: str
    origin: str


class PublishedRow(NamedTuple):
    """The published differences that were taken into account, and on how many data sets they rest."""

    structure: str
    approach: str
    source: str
    data_sets: int


class HybridChance(NamedTuple):
    """The probability that the best hybrid is better than both families by more than the margin."""

    probability: float


class Settles(NamedTuple):
    """What would settle an open answer: so many more minutes, or rows; null where that would not, or nobody knows."""

    minutes: float | None
    rows: int | None


class Pays(NamedTuple):
    """Whether a network pays on these data.

    `probability` is that of a network better than the best classical model by more than the margin, published
    differences taken into account where there are any; `probability_from_data_alone` leaves them out. The answer is
    "no" up to 0.10, "yes" from 0.90 on. `because` is one plain sentence; `settles` is null where the answer is not
    open.
    """

    answer: str
    probability: float | None
    probability_from_data_alone: float | None
    published: PublishedRow | None
    margin: Margin
    hybrid: HybridChance | None
    because: str
    settles: Settles | None


class LearningCurve(NamedTuple):
    """Scores of the best of each family by training rows; `forecast` is at most four times the data at hand.

    `forecast` maps "2x" and "4x" to {rows, ml, dl, p_flip}; `note` says what the curve means in one sentence.
    """

    sizes: tuple[int, ...]
    ml: tuple[float | None, ...]
    dl: tuple[float | None, ...]
    forecast: Mapping[str, Mapping[str, float]] | None
    note: str


class ProfileAnswer(NamedTuple):
    """What a project profile recommends, before (`prior_*`) and after the measurement, and what that says of it.

    `limits` are those that models were held against, by field; `path` is the file of the profile.
    """

    profile: str
    prior_approach: str | None
    prior_probability: float | None
    approach: str | None
    verdict: str
    probability: float | None
    confirmation: str
    confirmation_reason: str
    warnings: tuple[str, ...]
    limits: Mapping[str, float] = MappingProxyType({})
    path: str = ""


class PretrainedRow(NamedTuple):
    """Pretrained weights on disk that a model was measured with; `sha256` is of the file that was loaded."""

    path: str
    kind: str
    title: str
    parameters: int
    licence: str
    sha256: str


class BaselineResult(NamedTuple):
    """The whole answer to one data file; `recommendation` where a profile was given."""

    tool: Mapping[str, str]
    dataset: DatasetRow
    checks: tuple[Check, ...]
    protocol: ProtocolRow
    models: tuple[ModelRow, ...]
    comparison: Comparison
    verdict: str
    verdict_reason: str
    prefer: str
    learning_curve: LearningCurve | None
    elapsed_s: float
    interrupted: bool
    saved: str | None
    recommendation: ProfileAnswer | None = None
    pays: Pays | None = None
    pretrained: tuple[PretrainedRow, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `--format json` prints."""
        return dict(shown("to_dict", self))

    def to_json(self) -> str:
        """Return what `--format json` prints."""
        return str(shown("to_json", self))

    def to_frame(self) -> Any:
        """Return a row for each model as a pandas frame."""
        return shown("to_frame", self)

    def _repr_html_(self) -> str:
        """Return the answer and what comes right below it for a notebook."""
        return str(shown("to_html", self))
