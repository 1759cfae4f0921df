"""JSON Schemas of what `--format json` prints, made from the serialisers' own keys."""

from typing import Any

from advisor.render.baseline.json import BASELINE
from advisor.render.calibration.json import CALIBRATION
from advisor.render.check.json import CHECK
from advisor.render.layout.json_keys import row_schema
from advisor.render.recommendation.json import BAD_LINE, RESULT
from advisor.render.what_if.json import DIFFERENCE, SWEEP

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EMPTY_WHEN_INFEASIBLE = ("approach", "probability", "confidence", "scores")


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one result, or of an array of results."""
    result = row_schema(RESULT)
    nothing = {name: {"type": "null"} for name in _EMPTY_WHEN_INFEASIBLE}
    something = {name: {"not": {"type": "null"}} for name in _EMPTY_WHEN_INFEASIBLE}
    return {
        "$schema": _DIALECT,
        "title": "Result of advisor recommend --format json",
        "description": "One result, or an array of them for several profiles; later versions may add keys.",
        **result,
        # Keywords for objects leave arrays alone, and the other way round.
        "type": ["object", "array"],
        "items": {"$ref": "#", "type": "object"},
        "minItems": 1,
        "if": {"properties": {"verdict": {"const": "infeasible"}}},
        "then": {"properties": nothing},
        "else": {"properties": something},
    }


def bad_line_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what is printed for a line that is no profile."""
    return {
        "$schema": _DIALECT,
        "title": "A line that advisor recommend --jsonl cannot answer",
        "description": "Everything that is wrong with one line of the input; later versions may add keys.",
        **row_schema(BAD_LINE),
    }


def baseline_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the result of a baseline."""
    return {
        "$schema": _DIALECT,
        "title": "Result of advisor baseline --format json",
        "description": "The comparison of classical and neural baselines on one table; later versions may add keys.",
        **row_schema(BASELINE),
    }


def check_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the report on gates."""
    return {
        "$schema": _DIALECT,
        "title": "Report of advisor check --format json",
        "description": "Every gate of every result that was checked; later versions may add keys.",
        **row_schema(CHECK),
    }


def sweep_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a sweep."""
    return {
        "$schema": _DIALECT,
        "title": "Result of advisor sweep --format json",
        "description": "How the answer moves along one field of a profile; later versions may add keys.",
        **row_schema(SWEEP),
    }


def difference_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a comparison of two answers."""
    return {
        "$schema": _DIALECT,
        "title": "Result of advisor compare --format json",
        "description": "Why two answers differ, by fields, rules and limits; later versions may add keys.",
        **row_schema(DIFFERENCE),
    }


def calibration_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a refit."""
    return {
        "$schema": _DIALECT,
        "title": "Result of advisor rules calibrate --format json",
        "description": "What a table of results says of the gain and of the rules; later versions may add keys.",
        **row_schema(CALIBRATION),
    }
