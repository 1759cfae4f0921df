"""JSON Schemas of a rule and of the groups, made from the tables that the parser checks them by."""

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.engine import rule_parser as parser
from advisor.engine.approaches import APPROACHES
from advisor.engine.conditions import CONNECTIVES, NUMERIC_FACTS, OPERATORS, ORDERED
from advisor.profile.facts import DERIVED
from advisor.profile.fields import FIELD, FIELDS, Kind
from advisor.profile.schema import field_schema

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
_POINTS: Schema = {"type": "number", "minimum": -parser.MOST_POINTS, "maximum": parser.MOST_POINTS}
CONDITION: Schema = {"$ref": "#/$defs/condition"}


def rule_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of one rule's file.

    What depends on other files only `advisor rules lint` sees: the file's name, its group, sources and techniques.
    """
    values: Mapping[str, Schema] = {
        "id": TEXT,
        "title": TEXT,
        "criterion": {"enum": [*parser.CRITERION_VALUES]},
        "group": TEXT,
        "when": CONDITION,
        "points": by_approach(_POINTS),
        "graded": _graded(),
        "excludes": _excludes(),
        "suggests": _suggests(),
        "because": TEXT,
        "exceptions": TEXT,
        "evidence": listed(mapping(parser.EVIDENCE_KEYS, dict.fromkeys(parser.EVIDENCE_KEYS, TEXT))),
        "tests": mapping(parser.TEST_KEYS, dict.fromkeys(parser.TEST_KEYS, listed(_example()))),
    }
    first, second, third = parser.EFFECTS
    return {
        "title": "Rule of advisor",
        **mapping(parser.KEYS, values, parser.OPTIONAL_KEYS),
        "anyOf": [{"required": [key]} for key in (*parser.EFFECTS, "suggests")],
        "not": {"anyOf": [{"required": pair} for pair in ([first, second], [first, third], [second, third])]},
        "dependentRequired": {"points": ["group"], "graded": ["group"]},
        "$defs": condition_definitions(),
    }


def groups_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a groups.yaml file."""
    values: Mapping[str, Schema] = {
        "id": TEXT,
        "title": TEXT,
        "criterion": {"enum": [*parser.CRITERION_VALUES]},
        "cap": {"type": "number", "exclusiveMinimum": 0},
        "measured": {"type": "boolean"},
    }
    group = mapping(parser.GROUP_KEYS, values, parser.OPTIONAL_GROUP_KEYS)
    preference = {"required": ["measured"], "properties": {"measured": {"const": True}}}
    return {
        "title": "Groups of rules of advisor",
        "type": "array",
        "items": {**group, "if": preference, "then": {"properties": {"criterion": {"const": "success"}}}},
    }


def mapping(docs: Mapping[str, str], values: Mapping[str, Schema], optional: Sequence[str] = ()) -> Schema:
    """Return the schema of a mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": {key: {"description": docs[key], **values[key]} for key in docs},
        "required": [key for key in docs if key not in optional],
        "additionalProperties": False,
    }


def listed(items: Schema) -> Schema:
    """Return the schema of a list with at least one item."""
    return {"type": "array", "items": items, "minItems": 1}


def by_approach(value: Schema) -> Schema:
    """Return the schema of a mapping from approaches."""
    return {
        "type": "object",
        "properties": dict.fromkeys(APPROACHES, value),
        "minProperties": 1,
        "additionalProperties": False,
    }


def _graded() -> Schema:
    knots = {"type": "array", "items": NUMBER, "minItems": 2, "uniqueItems": True}
    values: Mapping[str, Schema] = {
        "fact": {"enum": [*NUMERIC_FACTS]},
        "scale": {"enum": [*parser.SCALES]},
        "at": knots,
        "points": by_approach({"type": "array", "items": _POINTS, "minItems": 2}),
    }
    rising = {"properties": {"at": {"items": {"exclusiveMinimum": 0}}}}
    logarithmic = {"properties": {"scale": {"const": "log"}}}
    return {**mapping(parser.GRADED_KEYS, values), "if": logarithmic, "then": rising}


def _excludes() -> Schema:
    limit = {
        "type": "object",
        "properties": {parser.UNLESS: {"enum": [*parser.LIMITS]}},
        "required": [parser.UNLESS],
        "additionalProperties": False,
    }
    return {"anyOf": [listed({"enum": [*APPROACHES]}), limit]}


def _suggests() -> Schema:
    approaches = listed({"enum": [*APPROACHES]})
    values = {"topic": {"enum": [*parser.TOPICS]}, "step": TEXT, "why": TEXT, "approaches": approaches}
    steps = mapping(parser.STEP_KEYS, values, parser.STEP_OPTIONAL)
    kinds = {"techniques": TEXT, "plan": steps, "warnings": TEXT}
    lists = {name: listed(items) for name, items in kinds.items()}
    return {**mapping(parser.SUGGESTION_KEYS, lists, tuple(lists)), "minProperties": 1}


def _example() -> Schema:
    properties = {field.path: without_notes(field_schema(field._replace(required=True))) for field in FIELDS}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def without_notes(schema: Schema) -> Schema:
    """Return a field's schema without what it says about projects that leave the field out."""
    return {key: value for key, value in schema.items() if not key.startswith("x-")}


def condition_definitions() -> Schema:
    """Return the definitions that `CONDITION` refers to."""
    joined = [
        {
            "type": "object",
            "properties": {word: CONDITION if word == "not" else listed(CONDITION)},
            "required": [word],
            "additionalProperties": False,
            "description": doc,
        }
        for word, doc in CONNECTIVES.items()
    ]
    return {
        "condition": {
            "type": "object",
            "if": {"required": ["fact"]},
            "then": {"$ref": "#/$defs/leaf"},
            "else": {"anyOf": joined},
        },
        "leaf": _leaf(),
    }


def _leaf() -> Schema:
    facts: dict[str, Schema] = {field.path: {"const": field.path, "description": field.doc} for field in FIELDS}
    facts |= {name: {"const": name, "description": meaning} for name, (_, meaning) in DERIVED.items()}
    operators: dict[str, Schema] = {name: {"description": doc} for name, doc in OPERATORS.items()}
    operators["known"]["type"] = "boolean"
    return {
        "type": "object",
        "properties": {"fact": {"anyOf": [*facts.values()]}, **operators},
        "required": ["fact"],
        "minProperties": 2,
        "maxProperties": 2,
        "additionalProperties": False,
        "allOf": [_values_of(NUMERIC_FACTS, NUMBER, ordered=True), *(_plain_values(field.path) for field in _PLAIN)],
    }


_PLAIN = tuple(field for field in FIELDS if not field.numeric)


def _plain_values(fact: str) -> Schema:
    field = FIELD[fact]
    if field.kind is Kind.FLAG:
        return _values_of((fact,), {"type": "boolean"})
    return _values_of((fact,), {"enum": [*field.values]} if field.values else TEXT)


def _values_of(facts: Sequence[str], value: Schema, *, ordered: bool = False) -> Schema:
    """Return what the operators may compare these facts with."""
    compared: dict[str, Any] = {"is": value, "is_not": value, "in": listed(value)}
    ends = {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    compared |= dict.fromkeys(ORDERED, value if ordered else False)
    compared["between"] = ends if ordered else False
    return {
        "if": {"properties": {"fact": {"enum": [*facts]}}, "required": ["fact"]},
        "then": {"properties": compared},
    }
