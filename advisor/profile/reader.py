"""Read a profile and report all of its problems at once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.profile.checks import Finding, contradictions, suspicions
from advisor.profile.fields import FIELD, FIELDS, SECTIONS, Field, Kind
from advisor.source.problems import InputError, Position, Problem, did_you_mean, shorten
from advisor.source.yaml_reader import Document, Path, dotted, read_yaml


@dataclass(frozen=True, slots=True)
class Profile:
    """A checked profile: known values by field path, in the order of the field table."""

    file: str
    values: Mapping[str, Any]
    warnings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The profile's own name, or its file's."""
        return str(self.values.get("name") or self.file)

    def nested(self) -> dict[str, Any]:
        """Return the values as the nested mapping that a profile file holds."""
        result: dict[str, Any] = {}
        for path, value in self.values.items():
            section, _, key = path.rpartition(".")
            (result.setdefault(section, {}) if section else result)[key] = value
        return result


def read_profile(raw: bytes, file: str, assignments: Sequence[str] = ()) -> Profile:
    """Read a profile from YAML or JSON.

    Parameters
    ----------
    raw : bytes
        The file's content.
    file : str
        The name that problems show.
    assignments : sequence of str
        Overrides such as `data.rows=5000`; `null` makes a field unknown.

    Returns
    -------
    Profile
        With warnings for suspicious but possible combinations.

    Raises
    ------
    InputError
        With every problem of the file and of the assignments, sorted by position.
    """
    document = read_yaml(raw, file)
    problems: list[Problem] = []
    places: dict[str, tuple[Document, Path]] = {}
    values = _collect(document, problems, places)
    for assignment in assignments:
        _assign(assignment, values, problems, places)
    if not problems or not any(field in _named(problems) for field in ("task", "data.structure")):
        problems += _missing(document, values)
    for finding in contradictions(values):
        owner, path = places[finding.fields[0]]
        problems.append(owner.problem(path, finding.message))
    if problems:
        problems.sort(
            key=lambda problem: (problem.file != file, problem.position.line, problem.position.column)
        )
        raise InputError(problems)
    return profile_from_values(values, file)


def profile_from_values(values: Mapping[str, Any], file: str = "<values>") -> Profile:
    """Return a profile from checked values by path; the caller answers for their types."""
    ordered = {field.path: values[field.path] for field in FIELDS if field.path in values}
    return Profile(file, ordered, tuple(suspicions(ordered)))


def is_valid(values: Mapping[str, Any]) -> bool:
    """Return whether values of the right types make a profile that the reader would accept."""
    return not contradictions(values)


def _named(problems: list[Problem]) -> set[str]:
    return {problem.field for problem in problems}


def _missing(document: Document, values: Mapping[str, Any]) -> list[Problem]:
    return [
        document.problem(
            tuple(field.path.split(".")),
            f"{field.path} is required: {field.doc}",
            "one of " + ", ".join(field.values),
        )
        for field in FIELDS
        if field.required and field.path not in values
    ]


def _collect(
    document: Document, problems: list[Problem], places: dict[str, tuple[Document, Path]]
) -> dict[str, Any]:
    data = document.data
    if data is None:
        return {}
    if not isinstance(data, dict):
        message = f"a profile is a mapping of fields, this is {shorten(data)}"
        raise InputError([document.problem((), message, "start with `task: classification`")])
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key in SECTIONS:
            _section(key, value, document, problems, values, places)
        elif key in FIELD:
            _field(FIELD[key], value, (key,), document, problems, values, places)
        else:
            problems.append(_unknown((key,), document, [*_top_level(), *SECTIONS]))
    return values


def _top_level() -> list[str]:
    return [field.path for field in FIELDS if "." not in field.path]


def _section(
    section: str,
    content: Any,
    document: Document,
    problems: list[Problem],
    values: dict[str, Any],
    places: dict[str, tuple[Document, Path]],
) -> None:
    if content is None:
        return
    if not isinstance(content, dict):
        names = ", ".join(_keys(section)[:4])
        message = f"expected a mapping of fields ({names}, ...), found {shorten(content)}"
        problems.append(document.problem((section,), message))
        return
    for key, value in content.items():
        path = f"{section}.{key}"
        if path in FIELD:
            _field(FIELD[path], value, (section, key), document, problems, values, places)
        else:
            problems.append(_unknown((section, key), document, _keys(section)))


def _keys(section: str) -> list[str]:
    return [path.partition(".")[2] for path in FIELD if path.startswith(f"{section}.")]


def _unknown(path: Path, document: Document, allowed: list[str]) -> Problem:
    word = str(path[-1])
    near = did_you_mean(word, allowed)
    if "." in word and word in FIELD:
        section, _, key = word.partition(".")
        near = f"write it as `{section}:` with `{key}:` indented below"
    elsewhere = [name for name in FIELD if name.rpartition(".")[2] == word]
    if not near and elsewhere:
        near = f"did you mean '{elsewhere[0]}'?"
    return document.problem(path, "unknown field", near or "known: " + ", ".join(allowed), at_key=True)


def _field(
    field: Field,
    value: Any,
    path: Path,
    document: Document,
    problems: list[Problem],
    values: dict[str, Any],
    places: dict[str, tuple[Document, Path]],
) -> None:
    if value is None:
        return
    try:
        values[field.path] = _checked(field, value)
        places[field.path] = (document, path)
    except _BadValueError as bad:
        place = (*path, bad.index) if bad.index is not None else path
        problems.append(document.problem(place, bad.message, bad.hint))


def _assign(
    assignment: str,
    values: dict[str, Any],
    problems: list[Problem],
    places: dict[str, tuple[Document, Path]],
) -> None:
    name, equals, text = assignment.partition("=")
    name = name.strip()
    shown = Document("--set", None, assignment, {}, {(): Position(1, 1, max(1, len(name)))})
    if not equals:
        problems.append(shown.problem((), f"{shorten(assignment)} is not field=value"))
        return
    if name not in FIELD:
        near = did_you_mean(name, list(FIELD))
        problems.append(
            shown.problem((), f"unknown field {shorten(name)}", near or "see `advisor schema profile`")
        )
        return
    try:
        document = read_yaml(text.encode("utf-8", "replace"), "--set")
    except InputError as error:
        problems += [shown.problem((), f"{name}: {problem.message}") for problem in error.problems]
        return
    column = len(assignment) - len(text.lstrip()) + 1
    place = Document("--set", None, assignment, {}, {(): Position(1, column, max(1, len(text.strip())))})
    values.pop(name, None)
    if document.data is None:
        return
    try:
        values[name] = _checked(FIELD[name], document.data)
        places[name] = (place, ())
    except _BadValueError as bad:
        problems.append(place.problem((), f"{name}: {bad.message}", bad.hint))


class _BadValueError(Exception):
    def __init__(self, message: str, hint: str = "", index: int | None = None) -> None:
        super().__init__(message)
        self.message, self.hint, self.index = message, hint, index


def _checked(field: Field, value: Any) -> Any:
    check = {
        Kind.TEXT: _text,
        Kind.CHOICE: _choice,
        Kind.CHOICES: _choices,
        Kind.FLAG: _flag,
        Kind.COUNT: _count,
        Kind.AMOUNT: _number,
        Kind.SHARE: _share,
    }[field.kind]
    return check(field, value)


def _text(field: Field, value: Any) -> str:
    del field
    if isinstance(value, (dict, list)):
        raise _BadValueError(f"expected text, found {shorten(value)}")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _choice(field: Field, value: Any) -> str:
    if isinstance(value, str) and value in field.values:
        return value
    allowed = "one of " + ", ".join(field.values)
    near = did_you_mean(value, field.values) if isinstance(value, str) else ""
    if value is False and "none" in field.values:
        near = "did you mean 'none'?"
    raise _BadValueError(f"{shorten(value)} is not {allowed}", near)


def _choices(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list):
        hint = f"write [{value}]" if value in field.values else f"a list of: {', '.join(field.values)}"
        raise _BadValueError(f"expected a list, found {shorten(value)}", hint)
    result: list[str] = []
    for index, item in enumerate(value):
        try:
            word = _choice(field, item)
        except _BadValueError as bad:
            raise _BadValueError(bad.message, bad.hint, index) from None
        if word in result:
            raise _BadValueError(f"'{word}' is listed twice", "keep one", index)
        result.append(word)
    return sorted(result, key=field.values.index)


def _flag(field: Field, value: Any) -> bool:
    del field
    if isinstance(value, bool):
        return value
    word = value.lower() if isinstance(value, str) else ""
    near = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}.get(
        word, ""
    )
    if word in ("true", "false"):
        raise _BadValueError(f"{shorten(value)} is quoted text", f"write {word} without quotes")
    hint = f"did you mean {near}?" if near else ""
    raise _BadValueError(f"{shorten(value)} is not true or false", hint)


def _number(field: Field, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _BadValueError(f"expected a number, found {shorten(value)}", _number_hint(value))
    if isinstance(value, float) and not math.isfinite(value):
        raise _BadValueError(f"{value} is not a finite number")
    if not field.minimum <= value <= field.maximum:
        allowed = f"{_plain(field.minimum)} to {_plain(field.maximum)}"
        raise _BadValueError(f"{shorten(value)} is outside {allowed}", _range_hint(field, value))
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _count(field: Field, value: Any) -> int:
    number = _number(field, value)
    if isinstance(number, float):
        raise _BadValueError(f"expected a whole number, found {number:g}")
    return number


def _share(field: Field, value: Any) -> float | int:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 1 < value <= 100:
        raise _BadValueError(f"a share is 0 to 1, found {value:g}", f"{value:g} percent is {value / 100:g}")
    return _number(_UNIT[field.path], value)


_UNIT = {
    field.path: Field(field.path, field.kind, field.doc, minimum=0, maximum=1)
    for field in FIELDS
    if field.kind is Kind.SHARE
}


def _number_hint(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    word = value.strip().lower()
    if _is_number(word):
        return f"write {word} without quotes"
    if _is_number(word.replace(",", "")):
        return f"write {word.replace(',', '_')} or {word.replace(',', '')}"
    if word.endswith("%") and _is_number(word[:-1]):
        return f"write the share {float(word[:-1]) / 100:g}"
    scale = {"k": 1e3, "m": 1e6, "b": 1e9}.get(word[-1:], 0.0)
    if scale and _is_number(word[:-1]):
        return f"write {float(word[:-1]) * scale:g}"
    return ""


def _is_number(word: str) -> bool:
    try:
        return len(word) < 40 and math.isfinite(float(word))
    except ValueError:
        return False


def _range_hint(field: Field, value: float) -> str:
    return "leave the field out if it is unknown" if value < 0 or field.minimum > 0 >= value else ""


def _plain(number: float) -> str:
    return f"{number:g}"


__all__ = ["Profile", "dotted", "is_valid", "profile_from_values", "read_profile"]
