"""JSON of `advisor sweep` and `advisor compare`, each key with its schema."""

from advisor.render.layout.json_keys import (
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
    json_text,
    key,
    record,
    row_schema,
    rows,
    serialise,
)
from advisor.render.view import View
from advisor.reports.recommendation import APPROACHES, CONFIRMATIONS
from advisor.reports.what_if import Difference, Sweep

WHAT_IF_SCHEMA_VERSION = "1.0"


def render_sweep(result: Sweep, view: View) -> str:
    """Return one object."""
    del view  # JSON has no width
    return json_text(serialise(SWEEP, result))


def render_difference(result: Difference, view: View) -> str:
    """Return one object."""
    del view
    return json_text(serialise(DIFFERENCE, result))


_VALUE: Schema = {"type": ["number", "string", "boolean", "array", "null"]}
_ANSWER = enum(*APPROACHES, None)
_APPROACH = enum(*APPROACHES)
_VERDICT = enum("ml", "dl", "hybrid", "none", "toss-up", "infeasible", None)
_CHANCES: Schema = {
    "type": "object",
    "properties": dict.fromkeys(APPROACHES, SHARE),
    "additionalProperties": False,
}
_LEAD = (
    key("of", _APPROACH, "the new answer"),
    key("over", _APPROACH, "the old answer; the nearest rival where the answer is the same"),
    key("before", NUMBER),
    key("after", NUMBER),
    key("change", NUMBER, "the sum of the changes of the rules, and the remainder"),
    key("remainder", NUMBER, "what no rule accounts for; 0 in results of this version"),
)
_RULE_ROW = (
    key("rule", TEXT),
    key("title", TEXT),
    key("because", TEXT),
    key("before", NUMBER, "points for the lead; 10 points are ten times the odds"),
    key("after", NUMBER),
    key("change", NUMBER),
    key("counted", enum("before", "after", "both"), "where the rule gave points at all"),
)
_LIMIT_ROW = (
    key("approach", _APPROACH, "what is excluded on one side only"),
    key("rule", TEXT),
    key("appeared", FLAG, "excluded after, not before"),
    key("decisive", FLAG, "the approach is feasible on one side only"),
)
_POINT = (
    as_read("value", _VALUE, "null: unknown"),
    key("approach", _ANSWER, "null where none is feasible, or where the value contradicts other fields"),
    key("verdict", _VERDICT),
    key("probabilities", _CHANCES, "of each approach; empty where the value contradicts other fields"),
    key("problem", TEXT, "why the value contradicts other fields; empty where it does not"),
    key("clashes", NAMES, "the fields that it contradicts"),
)
_CHANGE_ROW = (
    as_read("low", _VALUE, "the last value with the old answer, to two digits"),
    as_read("high", _VALUE, "the first value with the new answer, to two digits"),
    key("before", _ANSWER),
    key("after", _ANSWER),
    rows("points", _POINT, "the answers at low and high", minItems=2, maxItems=2),
    as_read("between", {"type": "array", "minItems": 2, "maxItems": 2}, "the values at which rules are compared"),
    record("lead", _LEAD, "points of the new answer over the old; null where one side is infeasible", optional=True),
    rows("rules", _RULE_ROW, "what changes the lead, the strongest first"),
    rows("limits", _LIMIT_ROW, "hard limits that differ between low and high"),
)
_VERSION: Schema = {"const": WHAT_IF_SCHEMA_VERSION}

SWEEP: tuple[Key, ...] = (
    constant("schema_version", WHAT_IF_SCHEMA_VERSION, _VERSION, "version of this format"),
    record("tool", TOOL, "the program"),
    record("rules", RULES, "the rule set"),
    as_read("profile", {"type": "object", "required": ["task", "data"]}, "the profile as read"),
    key("field", TEXT, "the field that is varied"),
    key("scale", enum("log", "linear", "choice")),
    Key(
        "current",
        lambda result: serialise(_POINT, result.current),
        {**row_schema(_POINT), "description": "the answer to the profile as read"},
    ),
    rows("points", _POINT, "the answer at each value; numbers ascend", minItems=1),
    rows("changes", _CHANGE_ROW, "where the answer changes, in the order of the values"),
)

_SIDE = (
    key("name", TEXT),
    key("file", TEXT),
    key("approach", _ANSWER),
    key("verdict", _VERDICT),
    key("probability", SHARE_OR_NULL),
    key("rules_version", TEXT),
    key("rules_sha256", TEXT),
    key("measured", {"type": ["string", "null"]}, "verdict of the baseline, null where nothing was measured"),
    key("confirmation", enum(*CONFIRMATIONS, None)),
)
_FIELD_ROW = (key("field", TEXT), as_read("before", {}, "null: unknown"), as_read("after", {}, "null: unknown"))
_ALONE_ROW = (
    key("field", TEXT),
    key("approach", _ANSWER),
    key("probability", SHARE_OR_NULL),
    key("together", NAMES, "differing fields that were put in with it, since it contradicts them as they are"),
    key("problem", TEXT, "what it still contradicts; empty where nothing"),
)
_ALONE = rows("alone", _ALONE_ROW, "the answer to the first profile with one field of the second; null: not tried")

DIFFERENCE: tuple[Key, ...] = (
    constant("schema_version", WHAT_IF_SCHEMA_VERSION, _VERSION, "version of this format"),
    record("tool", TOOL, "the program"),
    record("before", _SIDE, "the first answer", closed=False),
    record("after", _SIDE, "the second answer", closed=False),
    key("approach_differs", FLAG),
    key("rules_differ", FLAG, "the answers rest on different rules"),
    rows("fields", _FIELD_ROW, "fields of the profile that differ"),
    record("lead", _LEAD, "points of the second answer over the first; null where one is infeasible", optional=True),
    rows("rules", _RULE_ROW, "what changes the lead, the strongest first"),
    rows("limits", _LIMIT_ROW, "hard limits that differ"),
    Key(
        "alone",
        lambda result: None if result.alone is None else _ALONE.take(result),
        {**_ALONE.schema, "type": ["array", "null"]},
    ),
)
