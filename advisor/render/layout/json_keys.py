"""Keys of a JSON object: the value of each next to its schema."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

Schema = dict[str, Any]
# Commands to a terminal, marks that turn the direction of reading, and half a character, as broken data may hold, which
# has no UTF-8: JSON can escape them.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


_UNROUNDED = ("string", "boolean", "integer")
_AS_IT_IS = (str, int, bool, type(None))


class Key(NamedTuple):
    """One key of an object: its value from the result type, and the JSON Schema of that value."""

    name: str
    take: Callable[[Any], Any]
    schema: Schema


def json_text(content: Any) -> str:
    """Return plain data as JSON for people and programs, ending in a newline."""
    return _safe(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def json_line(content: Any) -> str:
    """Return plain data as one line of JSON, ending in a newline."""
    return _safe(json.dumps(content, ensure_ascii=False, allow_nan=False, check_circular=False) + "\n")


def _safe(text: str) -> str:
    return text if text.isascii() else _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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
    kind = value.__class__
    if kind in _AS_IT_IS:
        return value
    if kind is float or isinstance(value, float):
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


def key(name: str, schema: Schema, doc: str = "", *, attribute: str = "") -> Key:
    """Return a key whose value is the attribute of its name, or of `attribute`, with rounded numbers."""
    get = attrgetter(attribute or name)
    described = {**schema, "description": doc} if doc else schema
    # A text, a flag and a count have nothing to round.
    return Key(name, get if schema.get("type") in _UNROUNDED else lambda source: rounded(get(source)), described)


def as_read(name: str, schema: Schema, doc: str, *, attribute: str = "") -> Key:
    """Return a key whose value is the user's own and keeps every digit."""
    get = attrgetter(attribute or name)
    return Key(name, lambda source: _plain(get(source)), {**schema, "description": doc})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def rows(name: str, keys: Sequence[Key], doc: str, *, attribute: str = "", **limits: int) -> Key:
    """Return a key that holds an array of objects; `limits` are further keywords of its schema."""
    get = attrgetter(attribute or name)
    schema = {"type": "array", "items": row_schema(keys), **limits, "description": doc}
    return Key(name, lambda source: [serialise(keys, row) for row in get(source)], schema)


def constant(name: str, value: Any, schema: Schema, doc: str) -> Key:
    """Return a key whose value is the same in every result."""
    return Key(name, lambda source: value, {**schema, "description": doc})  # noqa: ARG005 - the same everywhere


def enum(*values: str | None) -> Schema:
    """Return the schema of one of several values."""
    return {"enum": list(values)}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
AMOUNT: Schema = {"type": "number", "minimum": 0}
COUNT: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
SHARE_OR_NULL: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
NAMES: Schema = {"type": "array", "items": TEXT}


def nullable(schema: Schema) -> Schema:
    """Return the schema of a value of one type or null."""
    return {**schema, "type": [schema["type"], "null"]}


def record(name: str, keys: Sequence[Key], doc: str, *, optional: bool = False, closed: bool = True) -> Key:
    """Return a key that holds a mapping or a row, where it is optional perhaps null; closed: no key may be added."""

    def take(source: Any) -> Any:
        value = getattr(source, name)
        if value is None:
            return None
        if isinstance(value, Mapping):
            return rounded({key.name: value[key.name] for key in keys})
        return serialise(keys, value)

    schema = row_schema(keys, closed=closed)
    if optional:
        schema["type"] = ["object", "null"]
    return Key(name, take, {**schema, "description": doc})


TOOL = (key("name", TEXT), key("version", TEXT))
RULES = (
    key("version", TEXT, "edition of the catalogue"),
    key("sha256", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    key("count", COUNT),
)
