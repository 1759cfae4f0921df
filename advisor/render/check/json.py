"""JSON of `advisor check`, each key with its schema."""

from advisor.render.layout.json_keys import (
    FLAG,
    NAMES,
    TEXT,
    TOOL,
    Key,
    constant,
    enum,
    json_text,
    key,
    nullable,
    record,
    rows,
    serialise,
)
from advisor.render.view import View
from advisor.reports.check import CHECK_SCHEMA_VERSION, GATE_STATUSES, GATES, OVERRIDE_STATES, CheckReport
from advisor.reports.recommendation import APPROACHES


def render(report: CheckReport, view: View) -> str:  # noqa: ARG001 - every format takes the view
    """Return the report as one object."""
    return json_text(serialise(CHECK, report))


_OVERRIDE = (
    key("state", enum(*OVERRIDE_STATES)),
    key("reason", TEXT),
    key("by", TEXT, "who approved it; may be empty"),
    key("until", {"type": "string", "format": "date"}, "the last day on which it applies"),
    key("days_left", {"type": "integer"}, "0 on the last day, negative where it expired"),
)
_GATE_ROW = (
    key("gate", enum(*GATES)),
    key("status", enum(*GATE_STATUSES), "overridden: it fails, and an override of the policy excuses it"),
    key("expected", TEXT),
    key("found", TEXT),
    key("details", NAMES, "what changed since the earlier result"),
    record("override", _OVERRIDE, "what the policy says about this gate", optional=True, closed=False),
)
_RESULT_ROW = (
    key("name", TEXT, "of the profile or of the data"),
    key("file", TEXT, "that holds the result"),
    key("kind", enum("recommend", "baseline"), "the command that printed the result"),
    key("verdict", TEXT),
    key("approach", enum(*APPROACHES, None)),
    key("passed", FLAG),
    rows("gates", _GATE_ROW, "every gate that was asked for, including those that passed", minItems=1),
)

CHECK: tuple[Key, ...] = (
    constant("schema_version", CHECK_SCHEMA_VERSION, {"const": CHECK_SCHEMA_VERSION}, "version of this format"),
    record("tool", TOOL, "the program", closed=False),
    key("policy", nullable(TEXT), "file with the gates; null where all were given as options"),
    key("passed", FLAG, "whether no gate failed"),
    rows("results", _RESULT_ROW, "one for each result", minItems=1),
)
