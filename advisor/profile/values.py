"""Check one value against its field, and say what to write instead."""

import math
import re
from dataclasses import dataclass
from typing import Any

from advisor.profile.fields import Field, Kind
from advisor.profile.quantities import quantity, unit_of
from advisor.source.problems import did_you_mean, shorten
from advisor.source.yaml_reader import scalar


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value is refused; `index` is set where one item of a list is at fault."""

    message: str
    hint: str = ""
    index: int | None = None


class BadValueError(Exception):
    """A value that its field does not allow."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


def checked(field: Field, value: Any, written: str = "", *, typed: bool = False) -> Any:
    """Return the value as a profile holds it.

    Parameters
    ----------
    field : Field
        The field that the value is for.
    value : object
        Plain data as read; not None.
    written : str
        A number, boolean or null as written in the file: text keeps `1.10`, messages show `1e400`.
    typed : bool
        Whether the value was typed for one run: then numbers may be as people type them, `60k`, `1.5GB`, `5%`.

    Raises
    ------
    BadValueError
        With every fault of the value.

    Examples
    --------
    >>> from advisor.profile.fields import FIELD
    >>> checked(FIELD["data.rows"], 1e6)
    1000000
    """
    if field.kind is Kind.CHOICES:
        return _choices(field, value)
    if typed and isinstance(value, str) and (meant := quantity(field, value)) is not None:
        value, written = meant, value.strip()
    check = {Kind.TEXT: _text, Kind.CHOICE: _choice, Kind.FLAG: _flag}.get(field.kind, _number)
    return check(field, value, written)


def _shown(value: Any, written: str) -> str:
    """Return a value as the file shows it."""
    return shorten(value) if not written else written if len(written) <= 60 else written[:57] + "..."


def _text(field: Field, value: Any, written: str) -> str:
    del field
    if isinstance(value, (dict, list)):
        raise BadValueError(Fault(f"expected text, found {shorten(value)}", "put the text in quotes"))
    return value if isinstance(value, str) else written or shorten(value)


def _choice(field: Field, value: Any, written: str) -> str:
    if isinstance(value, str) and value in field.values:
        return value
    message = f"{_shown(value, written)} is not one of {', '.join(field.values)}"
    raise BadValueError(Fault(message, _choice_hint(field, value)))


def _choice_hint(field: Field, value: Any) -> str:
    if isinstance(value, list):
        return "write one of them, without brackets"
    if value is False and "none" in field.values:
        return "did you mean 'none'?"
    if not isinstance(value, str):
        return ""
    return _unknown_hint(field, value) or did_you_mean(value, field.values)


def _choices(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise BadValueError(Fault(f"expected a list, found {shorten(value)}", _list_hint(field, value)))
    faults: list[Fault] = []
    found: list[str] = []
    for index, item in enumerate(value):
        try:
            word = _choice(field, item, "")
        except BadValueError as bad:
            faults += [Fault(fault.message, fault.hint, index) for fault in bad.faults]
            continue
        if word in found:
            faults.append(Fault(f"'{word}' is listed twice", "keep one", index))
        found.append(word)
    if faults:
        raise BadValueError(*faults)
    return sorted(found, key=field.values.index)


def _list_hint(field: Field, value: Any) -> str:
    if value in field.values:
        return f"write [{value}]"
    if value is False or (isinstance(value, str) and value.strip().lower() in ("", "no", "none")):
        return "write [] where none applies, leave the field out if it is unknown"
    near = did_you_mean(value, field.values) if isinstance(value, str) else ""
    return near or f"write a list of: {', '.join(field.values)}"


_FLAG_WORDS = {
    **dict.fromkeys(("yes", "on", "y", "t", "1"), "true"),
    **dict.fromkeys(("no", "off", "n", "f", "0", "none"), "false"),
}


def _flag(field: Field, value: Any, written: str) -> bool:
    if isinstance(value, bool):
        return value
    word = "" if isinstance(value, (dict, list)) else str(value).strip().lower()
    if word in ("true", "false") and value in (word, word.title(), word.upper()):
        raise BadValueError(Fault(f"{shorten(value)} is quoted text", f"write {word} without quotes"))
    meant = f"did you mean {_FLAG_WORDS[word]}?" if word in _FLAG_WORDS else ""
    near = did_you_mean(word, ["true", "false"]).replace("'", "")
    message = f"{_shown(value, written)} is not true or false"
    raise BadValueError(Fault(message, meant or _unknown_hint(field, value) or near))


def _number(field: Field, value: Any, written: str) -> float | int:
    shown = _shown(value, written)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadValueError(Fault(f"expected a number, found {shown}", _number_hint(field, value)))
    if not math.isfinite(value) and "n" in shown.lower():  # .inf and .nan, not 1e400
        hint = "leave the field out if it is unknown or has no limit"
        raise BadValueError(Fault(f"{shown} is not a finite number", hint))
    if not field.minimum <= value <= field.maximum:
        allowed = f"outside {plain(field.minimum)} to {plain(field.maximum)}"
        if field.minimum == field.maximum:
            allowed = f"not {plain(field.minimum)}, the only value allowed"
        raise BadValueError(Fault(f"{shown} is {allowed}", _range_hint(field, value)))
    if isinstance(value, int) or value.is_integer():
        return int(value)
    if field.kind is Kind.COUNT:
        raise BadValueError(Fault(f"expected a whole number, found {shown}"))
    return value


def plain(number: float) -> str:
    """Return a bound as people write it: 5, 0.0001, 1e9."""
    return re.sub(r"e\+0*", "e", f"{number:g}")


def _range_hint(field: Field, value: float) -> str:
    if field.kind is Kind.SHARE and 1 < value <= 100:
        return f"{value:g} percent is {value / 100:g}"
    unlikely = value <= 0 and field.minimum != field.maximum
    return "leave the field out if it is unknown" if unlikely else ""


_UNKNOWN_WORDS = frozenset(
    ("", "-", "?", "na", "n/a", "nan", "nil", "none", "null", "tba", "tbd", "todo", "undefined", "unknown")
)
_UNITS = {"usd": "USD", "ms": "milliseconds", "mb": "MB", "hours": "hours", "weeks": "weeks"}
_GROUPED = r"[0-9]{1,3}(?:[,.' ][0-9]{3}){1,5}\Z"
_DECIMAL_COMMA = r"[0-9]{0,15},[0-9]{1,15}\Z"
_WITH_UNIT = r"[$€£~]? ?([0-9][0-9_.,]*) ?[A-Za-z$€£µ%/ -]{0,30}\Z"


def _unknown_hint(field: Field, value: Any) -> str:
    unknown = isinstance(value, str) and value.strip().lower() in _UNKNOWN_WORDS and not field.required
    return "leave the field out if it is unknown" if unknown else ""


def _number_hint(field: Field, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 40:
        return ""
    word = value.strip()
    if _is_number(word):
        return f"write {word} without quotes" if word == value else f"write {word}"
    meant = _meant(field, word)
    if meant:
        return f"write {meant}"
    if re.match(_WITH_UNIT, word):
        unit = _UNITS.get(unit_of(field), "")
        return "write the number alone" + (f", in {unit}" if unit else "")
    return _unknown_hint(field, value)


def _meant(field: Field, word: str) -> str:
    """Return the number that `1,000`, `2,5`, `10k`, `1.5GB` or, for a share, `5%` stands for."""
    if re.match(_GROUPED, word):
        return re.sub("[^0-9]", "", word)
    if re.match(_DECIMAL_COMMA, word):
        return word.replace(",", ".")
    number = quantity(field, word)
    if number is None:
        return ""
    return f"the share {number:g}" if word.endswith("%") else _written_out(number)


def _written_out(number: float) -> str:
    return f"{number:.0f}" if number < 1e15 and number == int(number) else f"{number:g}"


def _is_number(word: str) -> bool:
    value = scalar(word)
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
