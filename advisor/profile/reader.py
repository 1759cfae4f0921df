"""Read a profile and report all of its problems at once."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from advisor.profile.consistency import Inconsistency, contradictions, suspicions
from advisor.profile.fields import FIELD, FIELDS, SECTIONS, Field
from advisor.profile.values import BadValueError, checked
from advisor.source.problems import InputError, Position, Problem, either, nearest, shorten
from advisor.source.yaml_reader import MAX_PROBLEMS, YamlDocument, dotted, parse_yaml, read_yaml
from advisor.source.yaml_reader import Path as KeyPath

TOP_LEVEL = tuple(field.path for field in FIELDS if "." not in field.path)


class Profile(NamedTuple):
    """A checked profile: known values by field path, in the order of the field table."""

    file: str
    values: Mapping[str, Any]
    warnings: tuple[Inconsistency, ...] = ()

    @property
    def name(self) -> str:
        """The profile's own name, or its file's."""
        return str(self.values.get("name", "")).strip() or self.file

    def nested(self) -> dict[str, Any]:
        """Return the values as the nested mapping that a profile file holds."""
        result: dict[str, Any] = {}
        for path, value in self.values.items():
            section, _, key = path.rpartition(".")
            (result.setdefault(section, {}) if section else result)[key] = value
        return result


def load_profile(path: str | Path, assignments: Sequence[str] = ()) -> Profile:
    """Read a project profile from a YAML or JSON file.

    Parameters
    ----------
    path : str or Path
        The file, at most a megabyte.
    assignments : sequence of str, optional
        Fields to change, each as `data.labelled=500`; `null` makes a field unknown.

    Returns
    -------
    Profile
        `values` holds the known fields by dotted path in the units of the contract: shares from 0 to 1, milliseconds,
        US dollars, megabytes. A field that is left out is unknown.

    Raises
    ------
    OSError
        If the file cannot be read.
    advisor.InputError
        With every problem of the profile, each with file, line and column.

    Examples
    --------
    >>> from advisor.engine.library import bundled_examples
    >>> example = next(path for path in bundled_examples() if path.stem == "telecom-churn")
    >>> profile = load_profile(example, ["data.rows=1e6"])
    >>> profile.values["task"], profile.values["data.rows"]
    ('classification', 1000000)
    """
    return read_profile(Path(path).read_bytes(), str(path), assignments)


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
        With every problem of the file, sorted by position, and of the assignments.
    """
    checker = _Checker(parse_yaml(raw, file))
    checker.read_document()
    for assignment in assignments:
        checker.assign(assignment)
    checker.check_together()
    if checker.problems or checker.assignment_problems:
        checker.problems.sort(key=lambda problem: (problem.position.line, problem.position.column))
        raise InputError(checker.problems + checker.assignment_problems)
    return profile_from_values(checker.values, file)


def read_answers(raw: bytes, file: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read answers to some fields: a part of a profile, in which a key may also be a dotted path.

    Parameters
    ----------
    raw : bytes
        The file's content, YAML or JSON.
    file : str
        The name that problems show.
    given : mapping of str to object
        Checked values that are known from elsewhere, by dotted path; an answer replaces one.

    Returns
    -------
    dict of str to object
        The given values and the answers, by dotted path, in the order of the field table.

    Raises
    ------
    InputError
        With every problem of the file, required fields that neither names among them.
    """
    checker = _Checker(parse_yaml(raw, file), dotted_keys=True)
    checker.values.update(given)
    checker.read_document()
    checker.check_together()
    if checker.problems:
        checker.problems.sort(key=lambda problem: (problem.position.line, problem.position.column))
        raise InputError(checker.problems)
    return {field.path: checker.values[field.path] for field in FIELDS if field.path in checker.values}


def profile_from_values(values: Mapping[str, Any], file: str = "<values>") -> Profile:
    """Return a profile from checked values by path; the caller answers for their types."""
    ordered = {field.path: values[field.path] for field in FIELDS if field.path in values}
    return Profile(file, ordered, tuple(suspicions(ordered)))


def is_valid(values: Mapping[str, Any]) -> bool:
    """Return whether values of the right types and ranges go together as the reader asks."""
    return not contradictions(values)


class _FullError(Exception):
    """So many problems that reading on would not help."""


class _Checker:
    """Collects values, the place each was read from, and problems."""

    def __init__(self, document: YamlDocument, *, dotted_keys: bool = False) -> None:
        self.document = document
        self.dotted_keys = dotted_keys
        self.values: dict[str, Any] = {}
        self.places: dict[str, Callable[[str], Problem]] = {}
        self.problems: list[Problem] = list(document.problems)
        self.assignment_problems: list[Problem] = []
        # Fields and sections that a problem names already: they are not reported as missing too.
        self.explained: set[str] = {problem.field for problem in document.problems}

    def read_document(self) -> None:
        """Read every field of the file."""
        data = self.document.data
        if data is None:
            return
        if not isinstance(data, dict):
            message = f"a profile must be a mapping of fields, not {shorten(data)}"
            self.problems.append(self.document.problem((), message, "start with `task: classification`"))
            self.explained.add("")
            return
        try:
            for key, value in data.items():
                if key in SECTIONS:
                    self._section(key, value)
                elif key in TOP_LEVEL or (self.dotted_keys and key in FIELD):
                    self._field(FIELD[key], value, (key,))
                else:
                    self._unknown((key,), [*TOP_LEVEL, *SECTIONS])
        except _FullError:
            self.explained.add("")

    def assign(self, assignment: str) -> None:
        """Read one override such as `data.rows=5000`."""
        name, equals, text = assignment.partition("=")
        blanks = len(name) - len(name.lstrip())
        name = name.strip()
        at_name = Position(1, blanks + 1, max(1, len(name)))
        at_value = Position(1, len(assignment) - len(text.lstrip()) + 1, max(1, len(text.strip())))

        def note(message: str, hint: str = "", position: Position = at_value) -> None:
            self.assignment_problems.append(Problem("--set", position, name, message, hint, assignment))

        if not equals or not name:
            message = f"{shorten(assignment)} is not field=value"
            hint = "for example --set data.rows=5000"
            self.assignment_problems.append(Problem("--set", at_name, "", message, hint, assignment))
            return
        if name not in FIELD:
            note("unknown field", near_field(name), at_name)
            return
        self.values.pop(name, None)
        self.explained.add(name)
        try:
            document = read_yaml(text.encode("utf-8", "replace"), "--set")
            if document.data is None:
                if FIELD[name].required:
                    note("this field is required and cannot be unknown")
                return
            self.values[name] = checked(FIELD[name], document.data, document.written.get((), ""), typed=True)
        except InputError as error:
            for problem in error.problems:
                note(problem.message, problem.hint)
        except BadValueError as bad:
            for fault in bad.faults:
                note(fault.message, fault.hint)
        self.places[name] = lambda message: Problem("--set", at_value, name, message, "", assignment)

    def check_together(self) -> None:
        """Note required fields that are missing and fields that contradict each other."""
        for field in FIELDS:
            if field.required and field.path not in self.values and not self._is_explained(field.path):
                path = tuple(field.path.split("."))
                message = f"missing, but required: {field.doc}"
                hint = "one of " + ", ".join(field.values)
                self.problems.append(self.document.problem(path, message, hint))
        for finding in contradictions(self.values):
            place = next((self.places[path] for path in finding.fields if path in self.places), self._whole)
            problem = place(finding.message)
            (self.assignment_problems if problem.file == "--set" else self.problems).append(problem)

    def _whole(self, message: str) -> Problem:
        return self.document.problem((), message)

    def _is_explained(self, path: str) -> bool:
        return not self.explained.isdisjoint(("", path.partition(".")[0], path))

    def _note(self, path: KeyPath, message: str, hint: str = "", *, at_key: bool = False) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(self.document.problem(path, message, hint, at_key=at_key))
            return
        last = self.document.problem(path, f"more problems follow; the first {MAX_PROBLEMS} are shown")
        self.problems.append(last._replace(field=""))
        raise _FullError

    def _section(self, section: str, content: Any) -> None:
        if content is None:
            return
        if not isinstance(content, dict):
            keys = _keys(section)
            names = ", ".join(keys[:4]) + (", ..." if len(keys) > 4 else "")
            message = f"expected a mapping of fields ({names}), found {shorten(content)}"
            hint = f"write `{section}:` and the fields indented below"
            self._note((section,), message, hint)
            self.explained.add(section)
            return
        for key, value in content.items():
            path = f"{section}.{key}"
            if path in FIELD:
                self._field(FIELD[path], value, (section, key))
            else:
                self._unknown((section, key), _keys(section))

    def _field(self, field: Field, value: Any, path: KeyPath) -> None:
        if value is None:
            return
        if field.path in self.places:
            self._note(path, "duplicate field", "keep one", at_key=True)
        try:
            self.values[field.path] = checked(field, value, self.document.written.get(path, ""))
        except BadValueError as bad:
            for fault in bad.faults:
                place = path if fault.index is None else (*path, fault.index)
                self._note(place, fault.message, fault.hint)
            self.explained.add(field.path)
        self.places[field.path] = lambda message: self.document.problem(path, message)

    def _unknown(self, path: KeyPath, allowed: list[str]) -> None:
        word = str(path[-1])
        dotted_key = self.dotted_keys and "." in word and len(path) == 1
        hint, meant = (near_field(word), []) if dotted_key else _near_key(word, allowed, path[:-1])
        self.explained.update(meant)
        self._note(path, "unknown field", hint, at_key=True)


def _keys(section: str) -> list[str]:
    return [path.partition(".")[2] for path in FIELD if path.startswith(f"{section}.")]


def _near_key(word: str, allowed: list[str], section: KeyPath) -> tuple[str, list[str]]:
    """Return a hint for an unknown key, and the fields or sections that may have been meant."""
    if not section and word in FIELD:
        outer, _, inner = word.partition(".")
        return f"write `{outer}:` and below it, indented, `{inner}:`", [word]
    before_colon = word.partition(":")[0]
    if before_colon != word and before_colon in allowed:
        return "write a space after the colon", [".".join(map(str, (*section, before_colon)))]
    elsewhere: dict[str, list[str]] = {}
    for path in FIELD:
        outer, _, inner = path.rpartition(".")
        elsewhere.setdefault(inner, []).append(f"under `{outer}:`" if outer else "at the top level")
    near = nearest(word, [*allowed, *elsewhere])
    here = [name for name in near if name in allowed]
    if here:
        return f"did you mean {either(here)}?", [".".join(map(str, (*section, name))) for name in here]
    if near:
        meant = [path for path in FIELD if path.rpartition(".")[2] == near[0]]
        return f"did you mean '{near[0]}' {' or '.join(elsewhere[near[0]])}?", meant
    return "known: " + ", ".join(allowed), []


def near_field(name: str) -> str:
    """Return a hint for an unknown field path."""
    if name in SECTIONS:
        return f"name one of its fields, such as {name}.{_keys(name)[0]}"
    tails: dict[str, list[str]] = {}
    for path in FIELD:
        tails.setdefault(path.rpartition(".")[2], []).append(path)
    near = nearest(name, [*FIELD, *tails])
    paths = [path for word in near for path in ([word] if word in FIELD else tails[word])]
    known = "`advisor schema profile` lists the fields"
    return f"did you mean {either(list(dict.fromkeys(paths))[:3])}?" if paths else known


__all__ = [
    "Profile",
    "dotted",
    "is_valid",
    "load_profile",
    "near_field",
    "profile_from_values",
    "read_answers",
    "read_profile",
]
