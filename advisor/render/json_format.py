"""JSON of `advisor recommend`: the contract's keys in the contract's order, with their schema beside each."""

import json
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from advisor.render import View
from advisor.report import APPROACHES, SCHEMA_VERSION, Recommendation

Schema = dict[str, Any]


class Key(NamedTuple):
    """One key of an object: its value from the result type, and the JSON Schema of that value."""

    name: str
    take: Callable[[Any], Any]
    schema: Schema


def render(results: Sequence[Recommendation], view: View) -> str:
    """Return one object for one result, an array for several or where the view asks for it."""
    content = [serialise(RESULT, result) for result in results]
    shown = content[0] if len(content) == 1 and not view.array else content
    return json.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def serialise(keys: Sequence[Key], source: Any) -> dict[str, Any]:
    """Return the object that `keys` describe."""
    return {key.name: key.take(source) for key in keys}


def rounded(value: Any) -> Any:
    """Return plain data with six significant digits in every float; integers stay what they are.

    Examples
    --------
    >>> rounded({"a": [1 / 3, 1234567.8, -0.0, 7]})
    {'a': [0.333333, 1234570.0, 0.0, 7]}
    """
    if isinstance(value, float):
        return float(f"{value:.6g}") + 0.0  # adding zero turns -0.0 into 0.0
    if isinstance(value, Mapping):
        return {name: rounded(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    return value


def row_schema(keys: Sequence[Key], *, closed: bool = False) -> Schema:
    """Return the schema of the object that `keys` describe; more keys may come unless it is closed."""
    return {
        "type": "object",
        "properties": {key.name: key.schema for key in keys},
        "required": [key.name for key in keys],
        "additionalProperties": not closed,
    }


def _key(name: str, schema: Schema, doc: str = "", *, attribute: str = "") -> Key:
    get = attrgetter(attribute or name)
    return Key(name, lambda source: rounded(get(source)), {**schema, "description": doc} if doc else schema)


def _as_read(name: str, schema: Schema, doc: str, *, attribute: str = "") -> Key:
    """Return a key whose value is the user's own and keeps every digit."""
    get = attrgetter(attribute or name)
    return Key(name, lambda source: _plain(get(source)), {**schema, "description": doc})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _rows(name: str, keys: Sequence[Key], doc: str, **limits: int) -> Key:
    schema = {"type": "array", "items": row_schema(keys), **limits, "description": doc}
    return Key(name, lambda source: [serialise(keys, row) for row in getattr(source, name)], schema)


def _constant(name: str, value: Any, schema: Schema, doc: str) -> Key:
    return Key(name, lambda source: value, {**schema, "description": doc})  # noqa: ARG005 - the same everywhere


def _enum(*values: str | None) -> Schema:
    return {"enum": list(values)}


_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_AMOUNT: Schema = {"type": "number", "minimum": 0}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_SHARE_OR_NULL: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_NAMES: Schema = {"type": "array", "items": _TEXT}
_APPROACH = _enum(*APPROACHES)
_FAMILY = _enum("ml", "dl", "hybrid", "none")
_VALUES: Schema = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)?$"},
}
_POINTS: Schema = {
    "type": "object",
    "properties": dict.fromkeys(APPROACHES, _NUMBER),
    "required": list(APPROACHES),
    "additionalProperties": False,
}
_SOME_POINTS: Schema = {
    "type": "object",
    "properties": dict.fromkeys(APPROACHES, _NUMBER),
    "additionalProperties": False,
}
_RANGE: Schema = {
    "type": "object",
    "properties": {"low": _AMOUNT, "high": _AMOUNT},
    "required": ["low", "high"],
    "additionalProperties": False,
}

_APPROACH_ROW = (
    _key("id", _APPROACH),
    _key("family", _FAMILY),
    _key("probability", _SHARE, "0 where the approach is excluded"),
    _key("points", _NUMBER, "10 points more are ten times the odds"),
    _key("feasible", _FLAG),
    _key("excluded_by", _NAMES, "ids of the rules with hard limits"),
)
_SOURCE_ROW = (_key("source", _TEXT), _key("claim", _TEXT))
_REASON_ROW = (
    _key("rule", _TEXT),
    _key("title", _TEXT),
    _key("criterion", _TEXT, "success, or the preference it speaks to"),
    _key("group", _TEXT, "rules of a group overlap and share a cap"),
    Key("points", lambda row: _all_points(row.points), _POINTS),
    _key("raw_points", _SOME_POINTS, "as the rule states them, before caps and centring"),
    _key("because", _TEXT),
    _rows("sources", _SOURCE_ROW, "what the rule rests on"),
    _key("exceptions", _TEXT, "when the rule is wrong"),
)
_UNDECIDED_ROW = (_key("rule", _TEXT), _key("needs", _NAMES, "unknown fields"))
_MISSING_ROW = (
    _key("field", _TEXT),
    _key("could_change_approach", _FLAG),
    _key("value", _NUMBER, "expected gain in the probability of the right choice"),
    _key("shift", _NUMBER, "by how much knowing it moves the probabilities on average"),
)
_FLIP_ROW = (
    _as_read("set", _VALUES, "these values together change the approach"),
    _as_read("from", _VALUES, "the present values, null where unknown", attribute="before"),
    _key("approach", _enum(*APPROACHES, None), "the approach then; null where none is left"),
)
_ESTIMATE = tuple(_key(name, _AMOUNT) for name in ("train_cost_usd", "train_hours", "p95_ms", "size_mb", "energy_kwh"))
_CANDIDATE_ROW = (
    _key("model", _TEXT),
    _key("approach", _APPROACH),
    _key("library", _TEXT),
    _key("why", _TEXT),
    Key("estimate", lambda row: serialise(_ESTIMATE, row.estimate), row_schema(_ESTIMATE, closed=True)),
    _key("fits", {"type": ["boolean", "null"]}, "whether every limit is met; null where that cannot be told"),
    _key("violates", _NAMES, "fields whose limit it breaks"),
    _key("title", _TEXT),
    _key("unsure", _NAMES, "fields whose limit it may break"),
    _key("rescued_by", _NAMES, "techniques that bring it under the limits it misses"),
    _key("licence", {"type": "object"}, "of code and weights"),
    _key("sources", _NAMES),
)
_TECHNIQUE_ROW = (
    _key("id", _TEXT),
    _key("why", _TEXT),
    _key("effect", _TEXT),
    _key("title", _TEXT),
    _key("caution", _TEXT),
    _key("sources", _NAMES),
)
_PLAN_ROW = (_key("step", _TEXT), _key("why", _TEXT), _key("topic", _TEXT))
_WARNING_ROW = (_key("id", _TEXT), _key("fields", _NAMES), _key("message", _TEXT))
_GAIN = (
    _key("p_dl_better", _SHARE, "chance that a network beats classical learning by the margin"),
    _key("margin", _NUMBER),
    _key("because", _TEXT),
)
_SCORES = tuple(_key(name, _SHARE) for name in ("ml", "dl", "hybrid", "none"))
_TOOL = (_key("name", _TEXT), _key("version", _TEXT))
_RULES = (
    _key("version", _TEXT, "edition of the catalogue"),
    _key("sha256", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    _key("count", {"type": "integer", "minimum": 0}),
)


def _all_points(points: Mapping[str, float]) -> dict[str, Any]:
    return {name: rounded(points.get(name, 0.0)) for name in APPROACHES}


def _record(name: str, keys: Sequence[Key], doc: str, *, optional: bool = False) -> Key:
    """Return a key that holds a mapping or a row with a fixed set of keys, or null."""

    def take(source: Any) -> Any:
        value = getattr(source, name)
        if value is None:
            return None
        return rounded(
            {key.name: value[key.name] for key in keys} if isinstance(value, Mapping) else serialise(keys, value)
        )

    schema = row_schema(keys, closed=True)
    if optional:
        schema["type"] = ["object", "null"]
    return Key(name, take, {**schema, "description": doc})


RESULT: tuple[Key, ...] = (
    _constant("schema_version", SCHEMA_VERSION, {"const": SCHEMA_VERSION}, "version of this format"),
    _record("tool", _TOOL, "the program"),
    _record("rules", _RULES, "the rule set"),
    _as_read("profile", {"type": "object", "required": ["task", "data"]}, "the profile as read"),
    _key(
        "verdict",
        _enum("ml", "dl", "hybrid", "none", "toss-up", "infeasible"),
        "family of the approach; toss-up where the best approach of another family is within 0.10",
    ),
    _key("approach", _enum(*APPROACHES, None), "the most probable feasible approach; null where infeasible"),
    _key("probability", _SHARE_OR_NULL, "that an expert panel would choose the approach"),
    _key("confidence", _enum("high", "medium", "low", None)),
    _key(
        "stability",
        _SHARE_OR_NULL,
        "share of draws of rule weights and unknown fields that keep the approach",
    ),
    _record("gain", _GAIN, "whether a network pays, where that is known", optional=True),
    _record("scores", _SCORES, "probability of each family; they sum to 1", optional=True),
    _rows("approaches", _APPROACH_ROW, "all five, the best first", minItems=5, maxItems=5),
    _rows("reasons", _REASON_ROW, "rules that fired, the strongest first"),
    _rows("undecided", _UNDECIDED_ROW, "rules that wait for unknown fields"),
    _rows("missing", _MISSING_ROW, "unknown fields, the most valuable first"),
    _rows("flips", _FLIP_ROW, "verified changes of the profile that change the approach, the nearest first"),
    _rows("candidates", _CANDIDATE_ROW, "models, with central estimates held against the limits"),
    _rows("techniques", _TECHNIQUE_ROW, "techniques worth knowing here"),
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
    _rows("plan", _PLAN_ROW, "steps in their order; the first is a cheap baseline"),
    _rows("warnings", _WARNING_ROW, "what to know before relying on the answer"),
    _constant("baseline", None, {"type": ["object", "null"]}, "the result of a measured baseline"),
    _constant(
        "prior",
        None,
        {
            "type": ["object", "null"],
            "properties": {"approach": _enum(*APPROACHES, None), "probability": _SHARE_OR_NULL},
            "required": ["approach", "probability"],
            "additionalProperties": False,
        },
        "the answer before the measurement",
    ),
    _constant(
        "confirmation",
        None,
        _enum("confirmed", "contradicted", "inconclusive", None),
        "what the measurement says about the prior answer",
    ),
)
