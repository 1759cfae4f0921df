"""Read a policy: the gates of a team and its overrides, with all problems at once."""

import re
from contextlib import suppress
from datetime import date
from typing import Any

from advisor.gate.gates import EXPECTABLE, REQUIRABLE, SHA256, Gates, Override, Policy
from advisor.profile.fields import Field, Kind
from advisor.profile.values import BadValueError, checked
from advisor.reports.baseline import CHECKS
from advisor.reports.check import GATES
from advisor.reports.recommendation import CONFIDENCES
from advisor.source.problems import InputError, Problem, meant_or_known, shorten
from advisor.source.yaml_reader import Path, YamlDocument, parse_yaml

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

GATE_FIELDS: tuple[Field, ...] = (
    Field(
        "expect",
        Kind.CHOICES,
        "the answer is one of these approaches, verdicts or pays:ANSWER",
        values=EXPECTABLE,
    ),
    Field("min_probability", Kind.SHARE, "minimum probability of the answer", maximum=1),
    Field("min_confidence", Kind.CHOICE, "minimum confidence of the answer", values=CONFIDENCES),
    Field("max_p95_ms", Kind.AMOUNT, "maximum milliseconds per prediction (95th percentile)"),
    Field("max_size_mb", Kind.AMOUNT, "maximum size of the model in megabytes"),
    Field(
        "require",
        Kind.CHOICES,
        "a measurement found this",
        values=REQUIRABLE,
    ),
    Field("forbid_check", Kind.CHOICES, "checks that the data must pass", values=CHECKS),
    Field("same_as", Kind.TEXT, "file of an earlier result with the same answer, relative to the policy file"),
    Field("rules_sha256", Kind.TEXT, "hash of the rules, or its first 12 digits or more"),
)
_KEYS = tuple(field.path for field in GATE_FIELDS)
VERSION = Field("version", Kind.COUNT, "version of the policy format", minimum=1, maximum=1)
OVERRIDE_FIELDS: tuple[Field, ...] = (
    Field("gate", Kind.CHOICE, "the gate that may fail", values=_KEYS, required=True),
    Field("reason", Kind.TEXT, "why", required=True),
    Field("until", Kind.TEXT, "the last day, such as 2027-03-31", required=True),
    Field("by", Kind.TEXT, "who approved it"),
)


def read_policy(raw: bytes, file: str) -> Policy:
    """Read a policy from YAML or JSON.

    Parameters
    ----------
    raw : bytes
        The file's content: gates as keys, and a list of `overrides`.
    file : str
        The name that problems show.

    Returns
    -------
    Policy
        With at least one gate.

    Raises
    ------
    InputError
        With every problem of the file, sorted by position.

    Examples
    --------
    >>> policy = read_policy(b"expect: [classical, hybrid]\\nmin_probability: 0.5", "policy.yaml")
    >>> policy.gates.asked_for
    ('expect', 'min-probability')
    """
    reader = _Reader(parse_yaml(raw, file))
    policy = reader.policy()
    if reader.problems:
        reader.problems.sort(key=lambda problem: (problem.position.line, problem.position.column))
        raise InputError(reader.problems)
    return policy


class _Reader:
    """Collects gates, overrides and problems."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.problems: list[Problem] = list(document.problems)

    def policy(self) -> Policy:
        """Return the policy; without meaning where there are problems."""
        data = self.document.data
        if data is not None and not isinstance(data, dict):
            self.note(
                (), f"a policy must be a mapping of gates, not {shorten(data)}", "start with `expect: [classical]`"
            )
            return Policy(self.document.file, Gates())
        values: dict[str, Any] = {}
        overrides: list[Override] = []
        for key, value in (data or {}).items():
            if key == "version":
                self._value(VERSION, value, (key,))
            elif key == "overrides":
                overrides = self._overrides(value)
            elif key in _KEYS:
                values[key] = self._gate(GATE_FIELDS[_KEYS.index(key)], value)
            else:
                self._unknown((key,), [*_KEYS, "overrides", "version"])
        if not values and not self.problems:
            self.note((), "no gate", f"name at least one of {', '.join(_KEYS)}")
        gates = Gates(**{key: value for key, value in values.items() if value is not None})
        return Policy(self.document.file, gates, tuple(overrides))

    def note(self, path: Path, message: str, hint: str = "", *, at_key: bool = False) -> None:
        """Note a problem at a path of the file."""
        self.problems.append(self.document.problem(path, message, hint, at_key=at_key))

    def _gate(self, field: Field, value: Any) -> Any:
        path = (field.path,)
        if field.kind is Kind.CHOICES and not isinstance(value, list):
            word = self._value(field._replace(kind=Kind.CHOICE), value, path)
            return None if word is None else (word,)
        found = self._value(field, value, path)
        if found in ([], ""):
            self.note(path, "expects nothing", "leave the gate out")
        if field.path == "rules_sha256" and isinstance(found, str) and not SHA256.fullmatch(found):
            self.note(path, f"{shorten(found)} is not a SHA-256 hash", "12 to 64 hexadecimal digits")
        return tuple(found) if isinstance(found, list) else found

    def _value(self, field: Field, value: Any, path: Path) -> Any:
        """Return a checked value, or None and note why there is none."""
        if value is None:
            self.note(path, "no value", f"{field.doc}; leave the key out if you do not want it")
            return None
        try:
            return checked(field, value, self.document.written.get(path, ""), typed=True)
        except BadValueError as bad:
            for fault in bad.faults:
                place = path if fault.index is None else (*path, fault.index)
                self.note(place, fault.message, fault.hint)
            return None

    def _overrides(self, value: Any) -> list[Override]:
        if not isinstance(value, list):
            hint = "write `- gate: max_p95_ms` and below it `reason:` and `until:`"
            self.note(("overrides",), f"expected a list, found {shorten(value)}", hint)
            return []
        found = [self._override(row, ("overrides", place)) for place, row in enumerate(value)]
        return [override for override in found if override]

    def _override(self, row: Any, path: Path) -> Override | None:
        if not isinstance(row, dict):
            self.note(path, f"expected gate, reason and until, found {shorten(row)}")
            return None
        known = {field.path: field for field in OVERRIDE_FIELDS}
        values: dict[str, Any] = {}
        for key, value in row.items():
            if key in known:
                values[key] = self._value(known[key], value, (*path, key))
            else:
                self._unknown((*path, key), list(known))
        for field in OVERRIDE_FIELDS:
            if field.required and field.path not in row:
                self.note(path, f"{field.path} is missing: {field.doc}")
        if isinstance(values.get("reason"), str) and not values["reason"].strip():
            self.note((*path, "reason"), "an override needs a reason")
        until = self._day(values.get("until"), (*path, "until"))
        if until is None or not values.get("gate") or not values.get("reason"):
            return None
        gate = GATES[_KEYS.index(values["gate"])]
        return Override(gate, values["reason"], until, values.get("by") or "")

    def _day(self, text: str | None, path: Path) -> date | None:
        if text is None:
            return None
        day = None
        with suppress(ValueError):
            day = date.fromisoformat(text) if DAY.fullmatch(text) else None
        if day is None:
            self.note(path, f"{shorten(text)} is not a valid date", "write year-month-day, such as 2027-03-31")
        return day

    def _unknown(self, path: Path, allowed: list[str]) -> None:
        self.note(path, "unknown key", meant_or_known(str(path[-1]), allowed), at_key=True)
