"""JSON Schema of a file of models, made from the tables that the catalogue's checker reads."""

from collections.abc import Mapping

from advisor.advice.model_format import COSTS, DOCS, FIELDS, LICENCE, NEEDS, OPTIONAL, nullable
from advisor.engine.rule_schema import CONDITION, NUMBER, TEXT, Schema, condition_definitions, listed, without_notes
from advisor.profile.fields import Field
from advisor.profile.schema import field_schema


def models_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of one file under `catalogue/models/`."""
    values: dict[str, Schema] = {name: _value(field) for name, field in FIELDS.items() if field is not None}
    better = {"when": CONDITION, "rank": NUMBER}
    values |= {
        "when": CONDITION,
        "better": {"type": "array", "items": _closed(better, tuple(better))},
        "needs": _figures(NEEDS),
        "licence": _figures(LICENCE),
        "cost": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": [*COSTS]}},
            "allOf": [_cost(kind, figures) for kind, figures in COSTS.items()],
        },
        "sources": listed(TEXT),
    }
    described = {name: {"description": doc, **values[name]} for name, doc in DOCS.items()}
    return {
        "title": "Models of advisor's catalogue",
        "type": "array",
        "items": _closed(described, tuple(name for name in DOCS if name not in OPTIONAL)),
        "$defs": condition_definitions(),
    }


def _closed(properties: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [*required],
        "additionalProperties": False,
    }


def _figures(fields: Mapping[str, Field]) -> Schema:
    required = tuple(name for name, field in fields.items() if field.required)
    return _closed({name: _value(field) for name, field in fields.items()}, required)


def _cost(kind: str, figures: Mapping[str, Field]) -> Schema:
    own = _figures(figures)
    return {
        "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
        "then": {**own, "properties": {"kind": {"const": kind}, **own["properties"]}},
    }


def _value(field: Field) -> Schema:
    return without_notes(field_schema(field._replace(required=not nullable(field))))
