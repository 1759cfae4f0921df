"""JSON of `advisor recommend`: the contract's keys in the contract's order, each with its schema."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.render.layout.json_keys import (
    AMOUNT,
    COUNT,
    FLAG,
    NAMES,
    NUMBER,
    RULES,
    SHARE,
    SHARE_OR_NULL,
    TEXT,
    TOOL,
    Key,
    Schema,
    as_read,
    constant,
    enum,
    json_line,
    json_text,
    key,
    record,
    rounded,
    row_schema,
    rows,
    serialise,
)
from advisor.render.view import View
from advisor.reports.recommendation import (
    ANSWER_FAMILIES,
    APPROACHES,
    CONFIDENCES,
    CONFIRMATIONS,
    SCHEMA_VERSION,
    VERDICTS,
    Recommendation,
)
from advisor.source.problems import Problem, format_problem

if TYPE_CHECKING:
    from advisor.reports.baseline import BaselineResult


def render_line(result: Recommendation, line: int) -> str:
    """Return the answer to the profile on one line of a file: the same object, and the line that it answers."""
    return json_line({"line": line, **serialise(RESULT, result)})


def render_bad_line(file: str, line: int, problems: Sequence[Problem]) -> str:
    """Return what is wrong with one line of a file."""
    return json_line(serialise(BAD_LINE, BadLine(file, line, problems)))


class BadLine(NamedTuple):
    """A line of a file that is no profile, with all that is wrong with it."""

    file: str
    line: int
    problems: Sequence[Problem]

    @property
    def error(self) -> str:
        """All the problems as they are shown to a person."""
        return "\n".join(map(format_problem, self.problems))


def render(results: Sequence[Recommendation], view: View) -> str:
    """Return one object for one result, an array for several or where the view asks for it."""
    content = [serialise(RESULT, result) for result in results]
    shown = content[0] if len(content) == 1 and not view.array else content
    return json_text(shown)


_APPROACH = enum(*APPROACHES)
_FAMILY = enum(*ANSWER_FAMILIES)
_VALUES: Schema = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)?$"},
}
_POINTS: Schema = {
    "type": "object",
    "properties": dict.fromkeys(APPROACHES, NUMBER),
    "required": list(APPROACHES),
    "additionalProperties": False,
}
_SOME_POINTS: Schema = {
    "type": "object",
    "properties": dict.fromkeys(APPROACHES, NUMBER),
    "additionalProperties": False,
}
_RANGE: Schema = {
    "type": "object",
    "properties": {"low": AMOUNT, "high": AMOUNT},
    "required": ["low", "high"],
    "additionalProperties": False,
}

_APPROACH_ROW = (
    key("id", _APPROACH),
    key("family", _FAMILY),
    key("probability", SHARE, "0 where the approach is excluded"),
    key("points", NUMBER, "10 points more are ten times the odds"),
    key("feasible", FLAG),
    key("excluded_by", NAMES, "ids of the rules with hard limits"),
)
_SOURCE_ROW = (key("source", TEXT), key("claim", TEXT))
_REASON_ROW = (
    key("rule", TEXT),
    key("title", TEXT),
    key("criterion", TEXT, "success, or the preference it speaks to"),
    key("group", TEXT, "rules of a group overlap and share a cap"),
    Key("points", lambda row: _all_points(row.points), _POINTS),
    key("raw_points", _SOME_POINTS, "as the rule states them, before caps and centring"),
    key("because", TEXT),
    rows("sources", _SOURCE_ROW, "what the rule rests on"),
    key("exceptions", TEXT, "when the rule is wrong"),
)
_UNDECIDED_ROW = (key("rule", TEXT), key("needs", NAMES, "unknown fields"))
_MISSING_ROW = (
    key("field", TEXT),
    key("could_change_approach", FLAG),
    key("value", NUMBER, "expected gain in the probability of the right choice"),
    key("shift", NUMBER, "by how much knowing it moves the probabilities on average"),
)
_COUNTERFACTUAL_ROW = (
    as_read("set", _VALUES, "these values together change the approach"),
    as_read("from", _VALUES, "the present values, null where unknown", attribute="before"),
    key("approach", enum(*APPROACHES, None), "the approach then; null where none is left"),
)
_ESTIMATE = tuple(key(name, AMOUNT) for name in ("train_cost_usd", "train_hours", "p95_ms", "size_mb", "energy_kwh"))
_CANDIDATE_ROW = (
    key("model", TEXT),
    key("approach", _APPROACH),
    key("library", TEXT),
    key("why", TEXT),
    Key("estimate", lambda row: serialise(_ESTIMATE, row.estimate), row_schema(_ESTIMATE, closed=True)),
    key("fits", {"type": ["boolean", "null"]}, "whether every limit is met; null where that cannot be told"),
    key("violates", NAMES, "fields whose limit it breaks"),
    key("title", TEXT),
    key("unsure", NAMES, "fields whose limit it may break"),
    key("rescued_by", NAMES, "techniques that bring it under the limits it misses"),
    key("licence", {"type": "object"}, "of code and weights"),
    key("sources", NAMES),
    key("measured", NAMES, "estimates in whose place stands a value that the baseline measured"),
)
_TECHNIQUE_ROW = (
    key("id", TEXT),
    key("why", TEXT),
    key("effect", TEXT),
    key("title", TEXT),
    key("caution", TEXT),
    key("sources", NAMES),
)
_PLAN_ROW = (key("step", TEXT), key("why", TEXT), key("topic", TEXT))
_WARNING_ROW = (key("id", TEXT), key("fields", NAMES), key("message", TEXT))
_FOUNDATION = (
    key("p_better", SHARE, "chance that a tabular foundation model beats tuned trees by the margin"),
    key("margin", NUMBER),
    key("because", TEXT),
    key("question", TEXT),
    key("licence", TEXT),
    key("serving", TEXT),
)
_GAIN = (
    key("p_dl_better", SHARE, "chance that `network` beats `against`, classical learning on tables and series"),
    key("margin", NUMBER),
    key("because", TEXT),
    key("question", TEXT, "what is compared, in words"),
    key("unit", TEXT, "of the margin: relative error, or after a measurement its metric"),
    record("foundation", _FOUNDATION, "tabular foundation models, apart", optional=True),
    key("network", enum(*APPROACHES), "the approach whose chance it is"),
    key("against", enum(*APPROACHES), "the approach that it is compared with"),
)
_PRIOR = (key("approach", enum(*APPROACHES, None)), key("probability", SHARE_OR_NULL))
_SCORES = tuple(key(name, SHARE) for name in ("ml", "dl", "hybrid", "none"))


def _all_points(points: Mapping[str, float]) -> dict[str, Any]:
    return {name: rounded(points.get(name, 0.0)) for name in APPROACHES}


RESULT: tuple[Key, ...] = (
    constant("schema_version", SCHEMA_VERSION, {"const": SCHEMA_VERSION}, "version of this format"),
    record("tool", TOOL, "the program"),
    record("rules", RULES, "the rule set"),
    as_read("profile", {"type": "object", "required": ["task", "data"]}, "the profile as read"),
    key(
        "verdict",
        enum(*VERDICTS),
        "family of the approach; toss-up where the best approach of another family is within 0.10",
    ),
    key("approach", enum(*APPROACHES, None), "the most probable feasible approach; null where infeasible"),
    key("probability", SHARE_OR_NULL, "that an expert panel would choose the approach"),
    key("confidence", enum(*reversed(CONFIDENCES), None)),
    key(
        "stability",
        SHARE_OR_NULL,
        "share of draws of rule weights and unknown fields that keep the approach",
    ),
    record("gain", _GAIN, "whether a network pays, where that is known", optional=True),
    record("scores", _SCORES, "probability of each family; they sum to 1", optional=True),
    rows("approaches", _APPROACH_ROW, "all five, the best first", minItems=5, maxItems=5),
    rows("reasons", _REASON_ROW, "rules that fired, the strongest first"),
    rows("undecided", _UNDECIDED_ROW, "rules that wait for unknown fields"),
    rows("missing", _MISSING_ROW, "unknown fields, the most valuable first"),
    rows(
        "flips",
        _COUNTERFACTUAL_ROW,
        "verified changes of the profile that change the approach, the nearest first",
        attribute="counterfactuals",
    ),
    rows("candidates", _CANDIDATE_ROW, "models, with central estimates held against the limits"),
    rows("techniques", _TECHNIQUE_ROW, "techniques worth knowing here"),
    Key(
        "costs",
        lambda result: {
            name: {"low": rounded(cost.low), "high": rounded(cost.high)} for name, cost in result.costs.items()
        },
        {
            "type": "object",
            "additionalProperties": _RANGE,
            "description": "ranges of the first candidate that fits; the name ends in the unit",
        },
    ),
    rows("plan", _PLAN_ROW, "steps in their order; the first is a cheap baseline"),
    rows("warnings", _WARNING_ROW, "what to know before relying on the answer"),
    Key(
        "baseline",
        lambda result: _baseline(result.baseline),
        {
            "type": ["object", "null"],
            "description": "the measured baseline, as of advisor baseline --format json (advisor schema baseline)",
        },
    ),
    record("prior", _PRIOR, "the answer before the measurement", optional=True),
    key("confirmation", enum(*CONFIRMATIONS, None), "what the measurement says about the prior answer"),
    key("confirmation_reason", TEXT, "one plain sentence; empty where nothing was measured"),
)


_PROBLEM = (
    key("field", TEXT, "empty where the line as a whole is meant"),
    Key("column", lambda problem: problem.position.column, COUNT),
    key("message", TEXT),
    key("hint", TEXT, "what to do"),
)
BAD_LINE: tuple[Key, ...] = (
    key("line", COUNT, "of the input, counted from 1"),
    constant("schema_version", SCHEMA_VERSION, {"const": SCHEMA_VERSION}, "version of this format"),
    key("file", TEXT),
    key("error", TEXT, "all problems in words; an answer has no such key"),
    rows("problems", _PROBLEM, "everything that is wrong with the line", minItems=1),
)


def _baseline(result: "BaselineResult | None") -> dict[str, Any] | None:
    if result is None:
        return None
    from advisor.render.baseline.json import content

    return content(result)
