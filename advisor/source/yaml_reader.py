"""Read one YAML 1.2 document into plain data with the position of every key and value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from advisor.source.problems import InputError, Position, Problem, shorten

Path = tuple[str | int, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 20_000

_INTEGER = re.compile(r"[-+]?[0-9][0-9_]*\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    ".inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data read from one file, with the place of every key and value."""

    file: str
    data: Any
    text: str
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)

    def problem(self, path: Path, message: str, hint: str = "", *, at_key: bool = False) -> Problem:
        """Return a problem at the value of `path` (or at its key), or at its nearest known parent."""
        places = (self.keys, self.values) if at_key else (self.values, self.keys)
        position = Position(1, 1)
        for length in range(len(path), -1, -1):
            found = places[0].get(path[:length]) or places[1].get(path[:length])
            if found:
                position = found
                break
        return Problem(
            self.file, position, dotted(path), message, hint, _line(self.text.splitlines(), position.line)
        )


def dotted(path: Path) -> str:
    """Return `data.rows` for ("data", "rows") and `regulation[0]` for ("regulation", 0)."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if part.isprintable() and len(part) <= 60 else shorten(part, 60)
            text += f".{name}" if text else name
    return text


def read_yaml(raw: bytes, file: str) -> Document:
    """Read one YAML (or JSON) document.

    Parameters
    ----------
    raw : bytes
        The content, UTF-8 or UTF-16 with a byte order mark, at most a megabyte.
    file : str
        The name that problems show.

    Returns
    -------
    Document
        Data of dict, list, str, int, float, bool and None; scalars follow the core schema of YAML 1.2.

    Raises
    ------
    InputError
        For text that is not YAML, and for aliases, anchors, tags, duplicate keys, several documents, and
        documents that are too large or too deep. All that can be told at once are told at once.
    """
    if len(raw) > MAX_BYTES:
        raise _refused(file, f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read")
    text = _decode(raw, file)
    reader = _Reader(file, text)
    data = reader.read()
    if reader.problems:
        reader.problems.sort(key=lambda problem: (problem.position.line, problem.position.column))
        raise InputError(reader.problems)
    return Document(file, data, text, reader.keys, reader.values)


def scalar(text: str) -> Any:
    """Return the value of a plain scalar under the core schema of YAML 1.2, with `_` in numbers.

    Examples
    --------
    >>> [scalar(word) for word in ("no", "1_000", "1e6", "010", "12:30", "true", "~")]
    ['no', 1000, 1000000.0, 10, '12:30', True, None]
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    first = text[0]
    if not (first.isdigit() or first in "+-."):
        return text
    # 300 digits are far more than any number of this program; Python refuses to parse 4,300.
    if len(text) > 300:
        return text
    if _INTEGER.match(text):
        return int(text.replace("_", ""))
    if _FLOAT.match(text):
        return float(text.replace("_", ""))
    return text


def _decode(raw: bytes, file: str) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = (
            f"the byte 0x{raw[error.start]:02x} is not {encoding[:-4] if 'sig' in encoding else encoding}"
        )
        hint = "save the file as UTF-8"
        raise InputError([Problem(file, Position(line, column), "", message, hint)]) from None


def _refused(file: str, message: str) -> InputError:
    return InputError([Problem(file, Position(1, 1), "", message)])


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


class _Stop(Exception):  # noqa: N818 - it ends the reading, it is not an error of its own
    """Reading cannot go on; the problem is already noted."""


class _Reader:
    """Walks the parser's events with an explicit depth and node budget."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines = text.splitlines()
        self.keys: dict[Path, Position] = {}
        self.values: dict[Path, Position] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def read(self) -> Any:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        data: Any = None
        try:
            events = iter(yaml.parse(self.text, Loader=loader))
            next(events)  # stream start
            event = next(events)
            if isinstance(event, yaml.StreamEndEvent):
                return None
            data = self._node(next(events), events, ())
            next(events)  # document end
            event = next(events)
            if not isinstance(event, yaml.StreamEndEvent):
                self._note(event, (), "a second document starts here", "keep one document in the file")
        except _Stop:
            pass
        except yaml.YAMLError as error:
            self.problems.append(self._syntax(error))
        return data

    def _node(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._note(event, path, f"more than {MAX_NODES:,} values", "a profile needs a few dozen")
            raise _Stop
        if len(path) > MAX_DEPTH:
            self._note(event, path, f"nested deeper than {MAX_DEPTH} levels")
            raise _Stop
        kind = type(event).__name__
        if kind == "AliasEvent":
            self._note(event, path, f"aliases (*{event.anchor}) are not supported", "write the value out")
            return None
        self._refuse_extras(event, path)
        if kind == "ScalarEvent":
            self.values[path] = self._place(event)
            plain = event.implicit[0] and event.style in (None, "")
            return scalar(event.value) if plain else event.value
        self.values[path] = Position(event.start_mark.line + 1, event.start_mark.column + 1)
        return self._list(events, path) if kind == "SequenceStartEvent" else self._mapping(events, path)

    def _list(self, events: Iterator[Any], path: Path) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._node(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            key = self._key(event, events, path)
            place = self._place(event)
            if key in result:
                first = self.keys[(*path, key)].line
                self._note(event, (*path, key), f"this key stands on line {first} already", "keep one")
                self._node(next(events), events, (*path, key, "again"))
                continue
            self.keys[(*path, key)] = place
            result[key] = self._node(next(events), events, (*path, key))
        return result

    def _key(self, event: Any, events: Iterator[Any], path: Path) -> str:
        if type(event).__name__ == "ScalarEvent":
            self._refuse_extras(event, path)
            return str(event.value)
        if type(event).__name__ == "AliasEvent":
            self._note(event, path, "aliases are not supported", "write the key out")
        else:
            self._note(event, path, "a key must be a word, not a list or a mapping")
            self._node(event, events, (*path, "?"))
        return f"?{self.nodes}"

    def _refuse_extras(self, event: Any, path: Path) -> None:
        if event.anchor:
            self._note(event, path, f"anchors (&{event.anchor}) are not supported", "write the value out")
        if event.tag and event.tag != "!":
            self._note(event, path, f"tags ({shorten(event.tag)}) are not supported", "leave the tag out")

    def _place(self, event: Any) -> Position:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Position(start.line + 1, start.column + 1, max(1, width))

    def _note(self, event: Any, path: Path, message: str, hint: str = "") -> None:
        place = self._place(event)
        self.problems.append(
            Problem(self.file, place, dotted(path), message, hint, _line(self.lines, place.line))
        )

    def _syntax(self, error: Any) -> Problem:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if mark is not None:
            place = Position(mark.line + 1, mark.column + 1)
            reason = getattr(error, "problem", None) or getattr(error, "context", None) or "not YAML"
        else:  # a character that YAML forbids: the reader knows only its offset
            before = self.text[: getattr(error, "position", 0) or 0]
            place = Position(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
            reason = "a control character that YAML does not allow"
        hint = "indent with spaces" if "\t" in _line(self.lines, place.line) else ""
        return Problem(self.file, place, "", f"not YAML: {reason}", hint, _line(self.lines, place.line))
