"""Read which values a field is swept over: FIELD=LOW..HIGH, FIELD=VALUE,VALUE or FIELD alone."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from advisor.advice.what_if.sweep_values import default_values, spaced
from advisor.profile.fields import FIELD, Field, Kind
from advisor.profile.reader import near_field
from advisor.profile.values import BadValueError, checked
from advisor.reports.what_if import SweepPoint
from advisor.source.problems import InputError, Position, Problem, shorten
from advisor.source.yaml_reader import read_yaml

SOURCE = "FIELD"  # how the usage line calls the argument
_PIECE = re.compile(r"\[[^\]]*\]|[^,\[]+")


class Request(NamedTuple):
    """A field and the values that it takes; `ends` where a range is asked for, neither for the default range."""

    field: Field
    values: tuple[Any, ...] = ()
    ends: tuple[float, float] | None = None

    def values_for(self, profile: Mapping[str, Any], steps: int) -> tuple[Any, ...]:
        """Return the values to sweep over, the profile's own among those of a range."""
        if self.values:
            return self.values
        if self.ends is None:
            return default_values(self.field, profile, steps)
        low, high = self.ends
        own = profile.get(self.field.path)
        between = (own,) if own is not None and low < own < high else ()
        return tuple(sorted({*spaced(self.field, low, high, steps), *between}))


def read_request(text: str) -> Request:
    """Return the field and the values that a text asks for.

    Parameters
    ----------
    text : str
        `data.labelled=100..1e6`, `data.labelled=100,5000`, `data.signal=linear,complex` or `data.labelled`.

    Raises
    ------
    InputError
        With every problem of the text.

    Examples
    --------
    >>> read_request("data.labelled=100..1e6").values_for({"data.labelled": 700}, 5)
    (100, 700, 1000, 10000, 100000, 1000000)
    >>> read_request("data.labelled=100,60k").values
    (100, 60000)
    >>> read_request("interpretability.regulation=hiring,[hiring, medical-device]").values
    (['hiring'], ['medical-device', 'hiring'])
    """
    reader = _Reader(text)
    name, equals, asked = text.partition("=")
    field = FIELD.get(name.strip())
    ends, values = None, ()
    if field is None:
        reader.note(f"unknown field {shorten(name.strip())}", near_field(name.strip()), 0, len(name))
    elif field.kind is Kind.TEXT or field.path == "version":
        reader.note("this field has no influence on the answer", "", 0, len(name))
    elif equals:
        start = len(name) + 1
        if ".." in asked:
            ends = reader.range(field, start)
        else:
            values = reader.listed(field, start)
    if reader.problems or field is None:
        raise InputError(reader.problems)
    return Request(field, values, ends)


def all_contradictory(text: str, first: SweepPoint) -> Problem:
    """Return the problem that no value of a request goes with the rest of the profile."""
    start = text.find("=") + 1
    field = text.partition("=")[0].strip()
    hint = " ".join(f"--set {path}=null" for path in first.clashes)
    message = f"every value contradicts other fields: {first.problem}"
    return Problem(SOURCE, Position(1, start + 1, len(text) - start), field, message, hint and f"try {hint}", text)


class _Reader:
    """Collects the problems of one request."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []

    def note(self, message: str, hint: str, start: int, end: int, field: str = "") -> None:
        """Note a problem with the text between two places."""
        piece = self.text[start:end]
        column = start + len(piece) - len(piece.lstrip()) + 1
        position = Position(1, column, max(1, len(piece.strip())))
        self.problems.append(Problem(SOURCE, position, field, message, hint, self.text))

    def range(self, field: Field, start: int) -> tuple[float, float] | None:
        """Read LOW..HIGH."""
        if not field.numeric:
            example = "true,false" if field.kind is Kind.FLAG else ",".join(field.values[:2])
            message, hint = "a range needs numbers", f"list values, for example {field.path}={example}"
            self.note(message, hint, start, len(self.text), field.path)
            return None
        dots = self.text.index("..", start)
        low, high = self._value(field, start, dots), self._value(field, dots + 2, len(self.text))
        if low is not None and high is not None and low >= high:
            message = f"an empty range: {shorten(low)} is not below {shorten(high)}"
            hint = f"write {high}..{low}" if low > high else f"write {field.path}={low} for this value alone"
            self.note(message, hint, start, len(self.text), field.path)
        return low, high

    def listed(self, field: Field, start: int) -> tuple[Any, ...]:
        """Read VALUE,VALUE; a list of choices may be in brackets."""
        pieces = [found for found in _PIECE.finditer(self.text, start) if found[0].strip()]
        if not pieces:
            self.note("no value", f"write {field.path}=LOW..HIGH, or {field.path} alone", start, start + 1, field.path)
        found = [self._value(field, *piece.span()) for piece in pieces]
        return tuple(sorted(set(found)) if field.numeric and None not in found else found)

    def _value(self, field: Field, start: int, end: int) -> Any:
        """Return the text between two places as the field's value; None where it is noted as a problem."""
        text = self.text[start:end].strip()
        if not text:
            self.note("a range needs both ends", f"for example {field.path}=1..100", start, end, field.path)
            return None
        try:
            document = read_yaml(text.encode("utf-8", "replace"), SOURCE)
            value = document.data
            if value is None:
                message = "unknown is not a value to sweep over"
                self.note(message, f"--set {field.path}=null makes the field unknown", start, end, field.path)
                return None
            if field.kind is Kind.CHOICES and not isinstance(value, list):
                value = [value]
            return checked(field, value, document.written.get((), ""), typed=True)
        except InputError as error:
            faults = [(problem.message, problem.hint) for problem in error.problems]
        except BadValueError as bad:
            faults = [(fault.message, fault.hint) for fault in bad.faults]
        for message, hint in faults:
            self.note(message, hint, start, end, field.path)
        return None
