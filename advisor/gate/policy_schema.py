"""JSON Schema of a policy, made from the table of gates that its reader checks it by."""

from typing import Any

from advisor.gate.gates import SHA256
from advisor.gate.policy import DAY, GATE_FIELDS, OVERRIDE_FIELDS, VERSION
from advisor.profile.fields import Field, Kind
from advisor.profile.schema import field_schema


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a policy."""
    gates = {field.path: _gate(field) for field in GATE_FIELDS}
    gates["rules_sha256"] |= {"type": "string", "pattern": f"^{SHA256.pattern}$"}
    override = {field.path: _value(field) for field in OVERRIDE_FIELDS}
    override["until"] |= {"type": "string", "pattern": f"^{DAY.pattern}$"}
    override["reason"] |= {"pattern": r"\S"}
    return {
        "title": "Policy of advisor check",
        "description": "The gates of a team, and what may fail for the time being, why and until when.",
        "type": "object",
        "properties": {
            "version": _value(VERSION),
            **gates,
            "overrides": {
                "description": "gates that may fail for the time being",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": override,
                    "required": [field.path for field in OVERRIDE_FIELDS if field.required],
                    "additionalProperties": False,
                },
            },
        },
        "anyOf": [{"required": [name]} for name in gates],
        "additionalProperties": False,
    }


def _value(field: Field) -> dict[str, Any]:
    schema = field_schema(field._replace(required=True))
    return {key: value for key, value in schema.items() if not key.startswith("x-")}


def _gate(field: Field) -> dict[str, Any]:
    schema = _value(field)
    if field.kind is not Kind.CHOICES:
        return schema
    # A single word may be written without brackets.
    several = {key: schema.pop(key) for key in ("type", "items", "uniqueItems")} | {"minItems": 1}
    return {**schema, "anyOf": [several, {"enum": [*field.values]}]}
