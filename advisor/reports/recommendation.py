"""The frozen output types of `advisor recommend`, in the order of the JSON contract.

Named tuples instead of dataclasses: sixteen dataclasses cost 8 ms of every start, sixteen named tuples 1 ms.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.reports.display import shown

if TYPE_CHECKING:
    from advisor.reports.baseline import BaselineResult  # building its types would cost every start 1 ms

SCHEMA_VERSION = "1.0"
CONFIRMATIONS = ("confirmed", "contradicted", "inconclusive")
CONFIDENCES = ("low", "medium", "high")
ANSWER_FAMILIES = ("ml", "dl", "hybrid", "none")
VERDICTS = (*ANSWER_FAMILIES, "toss-up", "infeasible")


class Approach(IntEnum):
    """The five approaches, and their places in every list of five. Simplest first: the order breaks ties."""

    NONE = 0
    CLASSICAL = 1
    HYBRID = 2
    TRANSFER = 3
    DEEP = 4

    @property
    def id(self) -> str:
        """The word for it in rules, profiles and results."""
        return APPROACHES[self]


APPROACHES = tuple(approach.name.lower() for approach in Approach)


class ApproachRow(NamedTuple):
    """One of the five approaches."""

    id: str
    family: str
    probability: float
    points: float
    feasible: bool
    excluded_by: tuple[str, ...]


class SourceRow(NamedTuple):
    """A source and what it says."""

    source: str
    claim: str


class Reason(NamedTuple):
    """One rule that fired, with what it added to each approach."""

    rule: str
    title: str
    criterion: str
    group: str
    points: Mapping[str, float]
    raw_points: Mapping[str, float]
    because: str
    exceptions: str
    sources: tuple[SourceRow, ...]


class Undecided(NamedTuple):
    """A rule that needs unknown fields."""

    rule: str
    needs: tuple[str, ...]


class MissingRow(NamedTuple):
    """An unknown field and the value of knowing it."""

    field: str
    could_change_approach: bool
    value: float
    shift: float


class CounterfactualRow(NamedTuple):
    """Values that, set together, change the approach."""

    set: Mapping[str, Any]
    before: Mapping[str, Any]
    approach: str | None


class EstimateRow(NamedTuple):
    """Central estimates of one candidate, or measured values in their place."""

    train_cost_usd: float
    train_hours: float
    p95_ms: float
    size_mb: float
    energy_kwh: float


class Candidate(NamedTuple):
    """A model of a feasible approach, with estimates checked against the profile's limits.

    `measured` names the estimates that a measured value replaces.
    """

    model: str
    title: str
    approach: str
    library: str
    why: str
    estimate: EstimateRow
    fits: bool | None
    violates: tuple[str, ...]
    unsure: tuple[str, ...]
    rescued_by: tuple[str, ...]
    licence: Mapping[str, Any]
    sources: tuple[str, ...]
    measured: tuple[str, ...] = ()


class TechniqueRow(NamedTuple):
    """A technique worth knowing here."""

    id: str
    title: str
    why: str
    effect: str
    caution: str
    sources: tuple[str, ...]


class Range(NamedTuple):
    """A cost between two ends."""

    low: float
    high: float


class PlanStep(NamedTuple):
    """One step of the plan."""

    step: str
    why: str
    topic: str


class Caution(NamedTuple):
    """Something the reader should know before relying on the answer."""

    id: str
    fields: tuple[str, ...]
    message: str


RELATIVE_ERROR = "relative error"


class Foundation(NamedTuple):
    """How often a tabular foundation model beats tuned trees, with what else decides: licence and serving."""

    p_better: float
    margin: float
    because: str
    question: str
    licence: str
    serving: str


class Gain(NamedTuple):
    """How often a network beats classical learning by a margin that pays.

    `question` says in words what is compared, `network` and `against` name the two approaches: on images and texts
    published results compare two that use networks. The margin is a share of the error, or points of the metric `unit`.
    """

    p_dl_better: float
    margin: float
    because: str
    question: str = "Chance that a network beats classical learning"
    unit: str = RELATIVE_ERROR
    foundation: Foundation | None = None
    network: str = "deep"
    against: str = "classical"


class PriorAnswer(NamedTuple):
    """The answer before the measurement; null where no approach was feasible."""

    approach: str | None
    probability: float | None


class Recommendation(NamedTuple):
    """The whole answer to one profile.

    `baseline`, `prior`, `confirmation` (one of `CONFIRMATIONS`) and its reason are null or empty where nothing was
    measured; where something was, the other fields hold the answer after the measurement.
    """

    tool: Mapping[str, str]
    rules: Mapping[str, Any]
    profile: Mapping[str, Any]
    file: str
    verdict: str
    approach: str | None
    probability: float | None
    confidence: str | None
    stability: float | None
    gain: Gain | None
    scores: Mapping[str, float] | None
    approaches: tuple[ApproachRow, ...]
    reasons: tuple[Reason, ...]
    undecided: tuple[Undecided, ...]
    missing: tuple[MissingRow, ...]
    counterfactuals: tuple[CounterfactualRow, ...]
    candidates: tuple[Candidate, ...]
    techniques: tuple[TechniqueRow, ...]
    costs: Mapping[str, Range]
    plan: tuple[PlanStep, ...]
    warnings: tuple[Caution, ...]
    baseline: "BaselineResult | None" = None
    prior: PriorAnswer | None = None
    confirmation: str | None = None
    confirmation_reason: str = ""

    @property
    def name(self) -> str:
        """The profile's name, or its file's."""
        return str(self.profile.get("name") or self.file)

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `--format json` prints."""
        return dict(shown("to_dict", self))

    def to_json(self) -> str:
        """Return what `--format json` prints."""
        return str(shown("to_json", self))

    def to_frame(self) -> Any:
        """Return a row for each approach as a pandas frame."""
        return shown("to_frame", self)

    def _repr_html_(self) -> str:
        """Return the answer and what comes right below it for a notebook."""
        return str(shown("to_html", self))
