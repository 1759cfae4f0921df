"""Read what `advisor recommend` and `advisor baseline` printed as JSON back into the frozen output types."""

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from advisor.reports import baseline, recommendation
from advisor.reports.baseline import BASELINE_SCHEMA_VERSION, BaselineResult
from advisor.reports.recommendation import SCHEMA_VERSION, Recommendation
from advisor.source.problems import InputError, Position, Problem, meant_or_known, shorten
from advisor.source.yaml_reader import MAX_PROBLEMS, Path, dotted

Result = Recommendation | BaselineResult
Row = TypeVar("Row")

_VERSIONS = {Recommendation: SCHEMA_VERSION, BaselineResult: BASELINE_SCHEMA_VERSION}
_JSON_NAMES = {
    "before": "from",
    "origin": "from",
    "counterfactuals": "flips",
}  # `from` is a word of Python; `flips` is in the contract
_NOT_IN_JSON = ("file",)
# A result without one of these answers nothing, whatever its version.
_NEVER_MISSING = {Recommendation: ("verdict", "approach"), BaselineResult: ("verdict", "models")}
_APPROACHES = recommendation.APPROACHES
# What a text, and each key of a mapping, can only be.
_WORDS: Mapping[tuple[type, str], Sequence[str]] = {
    (Recommendation, "verdict"): recommendation.VERDICTS,
    (Recommendation, "approach"): _APPROACHES,
    (Recommendation, "confidence"): recommendation.CONFIDENCES,
    (Recommendation, "confirmation"): recommendation.CONFIRMATIONS,
    (Recommendation, "scores"): recommendation.ANSWER_FAMILIES,
    (recommendation.ApproachRow, "id"): _APPROACHES,
    (recommendation.ApproachRow, "family"): recommendation.ANSWER_FAMILIES,
    (recommendation.Reason, "points"): _APPROACHES,
    (recommendation.Reason, "raw_points"): _APPROACHES,
    (recommendation.CounterfactualRow, "approach"): _APPROACHES,
    (recommendation.Candidate, "approach"): _APPROACHES,
    (recommendation.Gain, "network"): _APPROACHES,
    (recommendation.Gain, "against"): _APPROACHES,
    (recommendation.PriorAnswer, "approach"): _APPROACHES,
    (BaselineResult, "verdict"): baseline.BASELINE_VERDICTS,
    (baseline.Check, "severity"): baseline.SEVERITIES,
    (baseline.FitRow, "status"): baseline.STATUSES,
    (baseline.FitRow, "stage"): baseline.STAGES,
    (baseline.ModelRow, "family"): baseline.FAMILIES,
    (baseline.ModelRow, "status"): baseline.STATUSES,
    (baseline.ModelRow, "approach"): ("", *_APPROACHES),
    (baseline.Pays, "answer"): baseline.PAYS_ANSWERS,
    (baseline.ProfileAnswer, "prior_approach"): _APPROACHES,
    (baseline.ProfileAnswer, "approach"): _APPROACHES,
    (baseline.ProfileAnswer, "confirmation"): recommendation.CONFIRMATIONS,
}
_KIND = {str: "text", float: "a number", int: "a whole number", bool: "true or false"}
_LARGEST = 1e100  # no figure in a result comes near it, and sums of them stay finite
_NOWHERE = Position(0, 0)


class Results(NamedTuple):
    """The results of one file; `array` says whether they stood in an array."""

    file: str
    items: tuple[Result, ...]
    array: bool


def read_results(text: str, name: str) -> Results:
    """Return the results that a JSON text holds.

    Keys that this version does not know are ignored; texts, lists and optional values that a result of another minor
    version lacks have their default or are empty. A number that a baseline prints as null, since JSON has no word for
    it, becomes NaN.

    Parameters
    ----------
    text : str
        What `advisor recommend --format json` (an object or an array) or `advisor baseline --format json` printed.
    name : str
        The name that problems show; it becomes the `file` of recommendations, which their JSON does not hold.

    Returns
    -------
    Results
        At least one result.

    Raises
    ------
    InputError
        For text that is not JSON, for another major version of the format, and for content that is not a result; with
        every problem and its path.

    Examples
    --------
    >>> read_results('{"schema_version": "2.0", "approach": "deep", "verdict": "dl"}', "r.json")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    advisor.source.problems.InputError: r.json: error: schema_version: '2.0' cannot be read by this version; ...
    """
    content = parsed_json(text, name)
    array = isinstance(content, list)
    reader = _Reader(name)
    if array and not content:
        reader.note((), "an empty array holds no result", "print one with --format json")
    rows = [((place,), row) for place, row in enumerate(content)] if array else [((), content)]
    items: tuple[Result, ...] = ()
    with suppress(_FullError):
        items = tuple(reader.result(row, path) for path, row in rows)
    if reader.problems:
        raise InputError(reader.problems)
    return Results(name, items, array)


def parsed_json(text: str, name: str) -> Any:
    """Return what a JSON text holds.

    Raises
    ------
    InputError
        For text that is not JSON, or in which an object has a key twice.
    """

    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is not JSON")

    def unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"duplicate key {shorten(key)} in one object")
            found[key] = value
        return found

    hint = "give the output of --format json"
    try:
        return json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        line = text.split("\n")[error.lineno - 1]
        message = _why_no_json(text, error)
        problem = Problem(name, Position(error.lineno, error.colno), "", message, hint, line)
    except RecursionError:
        problem = Problem(name, _NOWHERE, "", "nested too deeply for a result", hint)
    except ValueError as error:
        problem = Problem(name, _NOWHERE, "", str(error), hint)
    raise InputError([problem])


def _why_no_json(text: str, error: json.JSONDecodeError) -> str:
    if not text.strip():
        return "empty"
    if text.lstrip()[0] in "[{" and (not text[error.pos :].strip() or error.msg.startswith("Unterminated string")):
        return "not JSON: it ends in the middle, as if it had been cut off"
    return f"not JSON: {error.msg}"


def read_result(value: Any, file: str) -> Result:
    """Return one result that a JSON held.

    Raises
    ------
    InputError
        With every problem and its path.
    """
    reader = _Reader(file)
    found = None
    with suppress(_FullError):
        found = reader.result(value, ())
    if reader.problems or found is None:
        raise InputError(reader.problems)
    read: Result = found
    return read


def read_row(value: Any, row: type[Row], file: str, path: Path = (), *, closed: bool = False) -> Row:
    """Return plain data, as a JSON held them, as a row of a named tuple, each value checked against its type.

    Parameters
    ----------
    value : object
        What stood in the file.
    row : type
        The named tuple.
    file, path : str, tuple
        The place that problems name.
    closed : bool
        Whether keys that the row does not have are problems.

    Raises
    ------
    InputError
        With every problem and its path.
    """
    reader = _Reader(file, closed=closed)
    found = None
    with suppress(_FullError):
        found = reader.record(value, row, path)
    if reader.problems or found is None:
        raise InputError(reader.problems)
    read: Row = found
    return read


@lru_cache
def _fields(record: type) -> Mapping[str, Any]:
    """Return the type of each field, also of those that are named before they are imported."""
    return get_type_hints(record, localns={**vars(recommendation), **vars(baseline)})


class _FullError(Exception):
    """So many problems that reading on would not help."""


class _Reader:
    """Collects problems while values are checked against the types of the fields."""

    def __init__(self, file: str, *, closed: bool = False) -> None:
        self.file = file
        self.closed = closed
        self.problems: list[Problem] = []

    def note(self, path: Path, message: str, hint: str = "") -> None:
        """Note a problem at a path of the JSON."""
        if len(self.problems) >= MAX_PROBLEMS:
            message = f"more problems follow; the first {MAX_PROBLEMS} are shown"
            self.problems.append(Problem(self.file, _NOWHERE, "", message))
            raise _FullError
        self.problems.append(Problem(self.file, _NOWHERE, dotted(path), message, hint))

    def result(self, value: Any, path: Path) -> Any:
        """Return one result of either kind; None where it has problems."""
        if not isinstance(value, dict):
            self.note(path, f"a result must be an object, not {shorten(value)}", "give the output of --format json")
        elif "approach" in value or "profile" in value:
            return self.record(value, Recommendation, path)
        elif "dataset" in value or "models" in value:
            return self.record(value, BaselineResult, path)
        else:
            message = "not a result of advisor recommend or advisor baseline"
            self.note(path, message, "print one with --format json")
        return None

    def record(self, value: Any, record: Any, path: Path) -> Any:
        """Return one row of a named tuple; None where it has problems."""
        if not isinstance(value, dict):
            return self._wrong(value, "an object", path)
        if record in _VERSIONS and not self._readable(value.get("schema_version"), _VERSIONS[record], path):
            return None
        if self.closed:
            for key in value:
                if key not in _fields(record):
                    self.note((*path, key), f"unknown key; {meant_or_known(key, _fields(record))}")
        measured = record.__module__ == baseline.__name__
        found: dict[str, Any] = {}
        for field, hint in _fields(record).items():
            key = _JSON_NAMES.get(field, field)
            if field in _NOT_IN_JSON:
                found[field] = self.file
            elif key in value:
                found[field] = self._value(value[key], hint, (*path, key), measured=measured)
                self._check_words(found[field], _WORDS.get((record, field)), (*path, key))
            elif field in _NEVER_MISSING.get(record, ()):
                self.note((*path, key), "missing")
            elif field not in record._field_defaults:
                found[field] = self._empty(hint, (*path, key))
        return None if self.problems else record(**found)

    def _check_words(self, value: Any, allowed: Sequence[str] | None, path: Path) -> None:
        if allowed is None or value is None:
            return
        for word in value if isinstance(value, Mapping) else (value,):
            if word not in allowed:
                self.note(path, f"unknown value {shorten(word)}; one of {', '.join(filter(None, allowed))}")

    def _readable(self, version: Any, own: str, path: Path) -> bool:
        major = own.partition(".")[0]
        place = (*path, "schema_version")
        if not isinstance(version, str):
            found = "missing" if version is None else f"expected text such as '{own}', found {shorten(version)}"
            self.note(place, found, "a result of advisor states the version of its format")
            return False
        if version.partition(".")[0] != major:
            hint = f"this version of advisor reads {major}.x: use the version that printed it, or print it again"
            self.note(place, f"{shorten(version)} cannot be read by this version", hint)
            return False
        return True

    def _value(self, value: Any, hint: Any, path: Path, *, measured: bool) -> Any:
        origin, inner = get_origin(hint), get_args(hint)
        if hint is Any:
            return value
        if origin in (Union, UnionType):
            wanted = [kind for kind in inner if kind is not NoneType]
            if value is None and len(wanted) < len(inner):
                return None
            # of several plain types, the one that the value has, or the first to say what is wrong with it
            own = next((kind for kind in wanted[1:] if type(value) is kind), wanted[0])
            return self._value(value, own, path, measured=measured)
        if origin is tuple:
            return self._list(value, inner, path, measured=measured)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            if not isinstance(value, dict):
                return self._wrong(value, "an object", path)
            return {key: self._value(item, inner[1], (*path, key), measured=measured) for key, item in value.items()}
        if hint in _KIND:
            return self._plain(value, hint, path, measured=measured)
        return self.record(value, hint, path)

    def _list(self, value: Any, inner: tuple[Any, ...], path: Path, *, measured: bool) -> Any:
        if not isinstance(value, list):
            return self._wrong(value, "an array", path)
        if inner[-1] is not Ellipsis:
            if len(value) != len(inner):
                return self._wrong(value, f"an array of {len(inner)}", path)
            return tuple(
                self._value(item, kind, (*path, place), measured=measured)
                for place, (item, kind) in enumerate(zip(value, inner, strict=True))
            )
        return tuple(self._value(item, inner[0], (*path, place), measured=measured) for place, item in enumerate(value))

    def _plain(self, value: Any, kind: type, path: Path, *, measured: bool) -> Any:
        if kind is float:
            if value is None and measured:
                return math.nan
            if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LARGEST:
                return value
        elif isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        return self._wrong(value, _KIND[kind], path)

    def _empty(self, hint: Any, path: Path) -> Any:
        """Return the empty value of a type; a missing number is not zero but a problem."""
        origin, inner = get_origin(hint), get_args(hint)
        if NoneType in inner:
            return None
        if hint is str:
            return ""
        if origin is tuple and inner[-1] is Ellipsis:
            return ()
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {}
        self.note(path, "missing")
        return None

    def _wrong(self, value: Any, expected: str, path: Path) -> Any:
        self.note(path, f"expected {expected}, found {shorten(value)}")
        return None
