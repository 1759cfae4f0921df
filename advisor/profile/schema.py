"""JSON Schema and documentation table of the profile, both made from the field table."""

from typing import Any

from advisor.profile.fields import FIELDS, Field, Kind
from advisor.profile.values import plain

SECTION_DOCS = {
    "data": "what the data look like",
    "labels": "what labels cost",
    "interpretability": "what must be explained, and to whom",
    "latency": "how quickly predictions are needed",
    "compute": "what is available for training",
    "deployment": "where and how the model is served",
    "team": "who builds and maintains the model",
    "value": "what errors cost, and what does the job today",
    "risk": "what else matters here",
    "priorities": "how much each criterion matters, 0 to 5, 3 if left out",
}
_TYPES = {
    Kind.TEXT: ["string", "number", "boolean"],
    Kind.CHOICE: ["string"],
    Kind.CHOICES: ["array"],
    Kind.FLAG: ["boolean"],
    Kind.COUNT: ["integer"],
    Kind.AMOUNT: ["number"],
    Kind.SHARE: ["number"],
}


def profile_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a profile.

    It knows every field on its own; only the checker sees that fields contradict each other.
    """
    properties: dict[str, Any] = {}
    for field in FIELDS:
        section, _, key = field.path.rpartition(".")
        if section and section not in properties:
            properties[section] = _section(section)
        (properties[section]["properties"] if section else properties)[key] = field_schema(field)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Profile of a project for advisor",
        "description": "Only task and data.structure are required; a field that is left out is unknown.",
        "type": "object",
        "properties": properties,
        "required": [*(field.path for field in FIELDS if field.required and "." not in field.path), "data"],
        "additionalProperties": False,
    }


def _section(section: str) -> dict[str, Any]:
    required = [
        field.path.partition(".")[2] for field in FIELDS if field.required and field.path.startswith(f"{section}.")
    ]
    return {
        "description": SECTION_DOCS[section],
        "type": "object" if required else ["object", "null"],
        "properties": {},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def field_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of the value of one field."""
    types = _TYPES[field.kind] + ([] if field.required else ["null"])
    schema: dict[str, Any] = {"description": field.doc, "type": types[0] if len(types) == 1 else types}
    if field.kind is Kind.CHOICE:
        schema["enum"] = [*field.values, *([] if field.required else [None])]
    if field.kind is Kind.CHOICES:
        schema |= {"items": {"enum": list(field.values)}, "uniqueItems": True}
    if field.numeric:
        schema |= {"minimum": _whole(field.minimum), "maximum": _whole(field.maximum)}
    schema["x-changeable"] = field.changeable
    if field.prior:
        schema["x-prior"] = [{"value": value, "weight": weight} for value, weight in field.prior]
    return schema


def _whole(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def field_table() -> str:
    """Return a Markdown table of every field: type and values, meaning, whether a team could change it."""
    rows = ["| field | type or values | meaning | changeable |", "|---|---|---|---|"]
    rows += [
        f"| `{field.path}` | {allowed_values(field)} | {_meaning(field)} | {'yes' if field.changeable else ''} |"
        for field in FIELDS
    ]
    return "\n".join(rows) + "\n"


def allowed_values(field: Field) -> str:
    """Return what a field may hold, as documents say it: the values of a choice, the range of a number."""
    if field.values:
        return ("list of: " if field.kind is Kind.CHOICES else "") + ", ".join(field.values)
    if not field.numeric:
        return "true, false" if field.kind is Kind.FLAG else "text"
    if field.minimum == field.maximum:
        return plain(field.minimum)
    noun = {Kind.COUNT: "whole number", Kind.AMOUNT: "number"}.get(field.kind, "share")
    return f"{noun}, {plain(field.minimum)} {_upper(field)}"


def _upper(field: Field) -> str:
    unlimited = field.maximum == Field("", field.kind, "").maximum
    return "or more" if unlimited else f"to {plain(field.maximum)}"


def _meaning(field: Field) -> str:
    return field.doc.replace("|", "\\|") + (" (required)" if field.required else "")
