"""JSON Schema of what `advisor recommend --format json` prints, made from the serialiser's own keys."""

from typing import Any

from advisor.render.json_format import RESULT, row_schema

_EMPTY_WHEN_INFEASIBLE = ("approach", "probability", "confidence", "scores")


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one result, or of an array of results."""
    result = row_schema(RESULT)
    nothing = {name: {"type": "null"} for name in _EMPTY_WHEN_INFEASIBLE}
    something = {name: {"not": {"type": "null"}} for name in _EMPTY_WHEN_INFEASIBLE}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
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
