"""The frozen output types of `advisor sweep` and `advisor compare`."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """The answer of one result and what it rests on; `measured` is the verdict of its baseline, None without one."""

    name: str
    file: str
    approach: str | None
    verdict: str
    probability: float | None
    rules_version: str
    rules_sha256: str
    measured: str | None = None
    confirmation: str | None = None


class FieldChange(NamedTuple):
    """A field of the profile that differs; None where it is unknown."""

    field: str
    before: Any
    after: Any


class FieldEffect(NamedTuple):
    """The answer to the profile of `before` with one field as `after` has it.

    The fields in `together` differ too and were put in with it, since it contradicts them as they are in `before`; a
    `problem` says what it contradicts all the same.
    """

    field: str
    approach: str | None
    probability: float | None
    together: tuple[str, ...] = ()
    problem: str = ""


class Lead(NamedTuple):
    """Points by which one approach is ahead of another, before and after.

    `of` is the new answer and `over` the old one; where the answer stays the same, `over` is its nearest rival
    afterwards. `remainder` is the part of the change that no rule accounts for: 0 in results of this version.
    """

    of: str
    over: str
    before: float
    after: float
    change: float
    remainder: float


class RuleChange(NamedTuple):
    """What one rule adds to the lead, before and after; `counted` says where it gave points at all."""

    rule: str
    title: str
    because: str
    before: float
    after: float
    change: float
    counted: str  # "before", "after" or "both"


class LimitChange(NamedTuple):
    """A hard limit that excludes an approach only before or, where it `appeared`, only after.

    `decisive` says whether the approach was feasible on one side and not on the other.
    """

    approach: str
    rule: str
    appeared: bool
    decisive: bool


class Difference(NamedTuple):
    """Why two answers differ or agree: fields, rules by strength, and limits.

    `alone` holds what each differing field would do on its own; None where that was not tried.
    """

    tool: Mapping[str, str]
    before: Answer
    after: Answer
    fields: tuple[FieldChange, ...]
    lead: Lead | None
    rules: tuple[RuleChange, ...]
    limits: tuple[LimitChange, ...]
    alone: tuple[FieldEffect, ...] | None = None

    @property
    def approach_differs(self) -> bool:
        """Whether the two results name different approaches."""
        return self.before.approach != self.after.approach

    @property
    def rules_differ(self) -> bool:
        """Whether the two results come from different rules."""
        return self.before.rules_sha256 != self.after.rules_sha256


class SweepPoint(NamedTuple):
    """The answer at one value of a field and the probability of each approach.

    The approach is None where none is feasible. A value that contradicts other fields has a `problem`, names those
    fields in `clashes`, and has neither verdict nor probabilities.
    """

    value: Any
    approach: str | None
    verdict: str | None
    probabilities: Mapping[str, float]
    problem: str = ""
    clashes: tuple[str, ...] = ()


class AnswerChange(NamedTuple):
    """Neighbouring values between which the answer changes, the answers there in `points`, and what did it.

    `rules` compares the values in `between`, at which the lead of the old and of the new answer is greatest on
    either side; `limits` compares the two neighbours.
    """

    low: Any
    high: Any
    before: str | None
    after: str | None
    points: tuple[SweepPoint, SweepPoint]
    between: tuple[Any, Any]
    lead: Lead | None
    rules: tuple[RuleChange, ...]
    limits: tuple[LimitChange, ...]


class Sweep(NamedTuple):
    """How the answer moves along one field.

    `scale` is "log" for counts and amounts, "linear" for shares and priorities, "choice" for what has no order;
    `current` is the answer at the profile's own value, None where that is unknown. Numeric points ascend.
    """

    tool: Mapping[str, str]
    rules: Mapping[str, Any]
    profile: Mapping[str, Any]
    file: str
    field: str
    scale: str
    current: SweepPoint
    points: tuple[SweepPoint, ...]
    changes: tuple[AnswerChange, ...]

    @property
    def name(self) -> str:
        """The profile's name, or its file's."""
        return str(self.profile.get("name") or self.file)


class Control(NamedTuple):
    """A field that is varied together with others: its values, None for not given, and the place of the present one."""

    field: str
    question: str
    values: tuple[Any, ...]
    current: int


class JointCell(NamedTuple):
    """The answer at one combination of values; `fits` says whether its first model may meet the limits.

    `rival` is the most probable approach of another family.
    """

    verdict: str
    approach: str | None
    probabilities: Mapping[str, float]
    rival: str = ""
    model: str = ""
    library: str = ""
    fits: bool = True


class JointAnswers(NamedTuple):
    """The answer at each combination of the controls' values, the last control's varying fastest.

    None where the values contradict each other.
    """

    controls: tuple[Control, ...]
    cells: tuple[JointCell | None, ...]

    @property
    def current(self) -> int:
        """The place of the cell that is the profile itself."""
        place = 0
        for control in self.controls:
            place = place * len(control.values) + control.current
        return place
