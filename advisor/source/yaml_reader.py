"""Read one YAML 1.2 document into plain data with the position of every key and value."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from advisor.source.problems import InputError, Position, Problem, shorten

Path = tuple[str | int, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_PROBLEMS = 100

_INTEGER = re.compile(r"[-+]?[0-9][0-9_]*\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, Any] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{sign + word: float(f"{sign}inf") for word in (".inf", ".Inf", ".INF") for sign in ("", "+", "-")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
# What YAML does not allow in a file (PyYAML gives the offset in bytes or in characters), and
# byte order marks inside it, which nobody can see.
_FORBIDDEN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_SURROGATE = "[\ud800-\udfff]"
# JSON writes an emoji as two escapes, YAML as one. An even number of backslashes before is text.
_ESCAPED_PAIR = r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"


class YamlDocument(NamedTuple):
    """Plain data read from one file, with the place of every key and value.

    `written` holds numbers, booleans and nulls as written in the file; `problems` what is wrong with
    single values, which `data` then lacks.
    """

    file: str
    data: Any
    text: str
    keys: Mapping[Path, Position] = {}
    values: Mapping[Path, Position] = {}
    written: Mapping[Path, str] = {}
    problems: Sequence[Problem] = ()

    def problem(self, path: Path, message: str, hint: str = "", *, at_key: bool = False) -> Problem:
        """Return a problem at the value of `path` (or at its key), or at its nearest known parent."""
        places = (self.keys, self.values) if at_key else (self.values, self.keys)
        position = Position(1, 1)
        for length in range(len(path), -1, -1):
            found = places[0].get(path[:length]) or places[1].get(path[:length])
            if found:
                position = found
                break
        return Problem(self.file, position, dotted(path), message, hint, _line(_lines(self.text), position.line))


def dotted(path: Path) -> str:
    """Return `data.rows` for ("data", "rows") and `regulation[0]` for ("regulation", 0)."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if part and part.isprintable() and len(part) <= 60 else shorten(part, 60)
            text += f".{name}" if text else name
    return text


def read_yaml(raw: bytes, file: str) -> YamlDocument:
    """Read one YAML (or JSON) document.

    Parameters
    ----------
    raw : bytes
        The content, UTF-8 or UTF-16 with a byte order mark, at most a megabyte.
    file : str
        The name that problems show.

    Returns
    -------
    YamlDocument
        Data of dict, list, str, int, float, bool and None; scalars follow the core schema of YAML 1.2.

    Raises
    ------
    InputError
        For text that is not YAML, and for aliases, anchors, tags, duplicate keys, several documents, and
        documents that are too large or too deep. All that can be reported at once are reported at once.
    """
    document = parse_yaml(raw, file)
    if document.problems:
        raise InputError(list(document.problems))
    return document


def parse_yaml(raw: bytes, file: str) -> YamlDocument:
    """Read one document as `read_yaml` does, but keep what is wrong with single values in `problems`.

    So that whoever knows the fields can report their problems in the same run.

    Raises
    ------
    InputError
        Where reading had to stop.
    """
    if len(raw) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES:,} bytes"
        raise InputError([Problem(file, Position(1, 1), "", message)])
    text = decode(raw, file)
    _refuse_control_characters(text, file)
    if "\\u" in text:
        text = re.sub(_ESCAPED_PAIR, _one_escape, text)
    reader = _Reader(file, text)
    complete = reader.read()
    reader.problems.sort(key=lambda problem: (problem.position.line, problem.position.column))
    if not complete:
        raise InputError(reader.problems)
    return YamlDocument(file, reader.data, text, reader.keys, reader.values, reader.written, reader.problems)


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
    if len(text) <= 300 and _INTEGER.match(text):
        return int(text.replace("_", ""))
    if _FLOAT.match(text):
        return float(text.replace("_", ""))
    return text


def decode(raw: bytes, file: str) -> str:
    """Return the text of a file in UTF-8 or, with a byte order mark, UTF-16.

    Raises
    ------
    InputError
        With the place of the first byte that does not fit.
    """
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        start = error.start + (3 if encoding == "utf-8-sig" and raw.startswith(b"\xef\xbb\xbf") else 0)
        before = raw[:start].decode(encoding, "ignore")
        message = f"the byte 0x{raw[start]:02x} is not {encoding.removesuffix('-sig').upper()}"
        problem = Problem(file, _end_of(before), "", message, "save the file as UTF-8")
        raise InputError([problem]) from None


def _refuse_control_characters(text: str, file: str) -> None:
    # Compiling the class of forbidden characters costs more than reading a profile: ordinary text goes without.
    if text.replace("\n", "").isprintable():
        return
    found = re.search(_FORBIDDEN, text)
    if found is None:
        return
    message = f"the control character U+{ord(found[0]):04X} is not allowed in YAML"
    place = _end_of(text[: found.start()])
    hint = "save the file as UTF-8" if found[0] == "\0" else "remove it"
    raise InputError([Problem(file, place, "", message, hint, _line(_lines(text), place.line))])


def _one_escape(pair: re.Match[str]) -> str:
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


def _end_of(text: str) -> Position:
    """Return the place right after `text`."""
    line, start = 1, 0
    for line_break in _LINE_BREAK.finditer(text):
        line, start = line + 1, line_break.end()
    return Position(line, len(text) - start + 1)


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    return text.splitlines()


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


class _Stop(Exception):  # noqa: N818 - it ends the reading, it is not an error of its own
    """Reading cannot go on; the problem is already noted."""


class _Reader:
    """Walks the parser's events with an explicit depth and node budget."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.data: Any = None
        self.keys: dict[Path, Position] = {}
        self.values: dict[Path, Position] = {}
        self.written: dict[Path, str] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def read(self) -> bool:
        """Read the document; return whether it was read to its end."""
        import yaml

        loader = getattr(yaml, "CSafeLoader", None)
        text = self.text
        if loader is None:
            loader = yaml.SafeLoader
            # JSON may be indented with tabs, which only the C parser takes.
            text = text.replace("\t", " ") if text.lstrip().startswith("{") else text
        try:
            events = iter(yaml.parse(text, Loader=loader))
            next(events)  # stream start
            event = next(events)
            if isinstance(event, yaml.StreamEndEvent):
                return True
            self.data = self._node(next(events), events, ())
            next(events)  # document end
            event = next(events)
            if not isinstance(event, yaml.StreamEndEvent):
                self._note(event, (), "a second document starts here", "keep one document in the file")
        except _Stop:
            return False
        except yaml.YAMLError as error:
            self.problems.append(self._syntax(error))
            return False
        except (ValueError, OverflowError):  # an escape such as \UFFFFFFFF, in the Python parser only
            self.problems.append(Problem(self.file, Position(1, 1), "", "not YAML: an invalid escape"))
            return False
        return True

    def _node(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._note(event, path, f"more than {MAX_NODES:,} values", "a profile needs a few dozen")
            raise _Stop
        if len(path) > MAX_DEPTH:
            self._note(event, path[:2], f"nested deeper than {MAX_DEPTH} levels")
            raise _Stop
        kind = type(event).__name__
        if kind == "AliasEvent":
            self.values[path] = self._place(event)
            self._note(event, path, f"aliases (*{event.anchor[:40]}) are not supported", "write the value out")
            return None
        self._refuse_extras(event, path)
        if kind == "ScalarEvent":
            self.values[path] = self._place(event)
            return self._scalar(event, path)
        self.values[path] = Position(event.start_mark.line + 1, event.start_mark.column + 1)
        return self._list(events, path) if kind == "SequenceStartEvent" else self._mapping(events, path)

    def _scalar(self, event: Any, path: Path) -> Any:
        text = event.value
        if event.tag or self._is_broken(event, path):
            return None
        if not event.implicit[0] or event.style not in (None, ""):
            return text
        value = scalar(text)
        if not isinstance(value, str):
            self.written[path] = text
        return value

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
            if key is None:
                self._skip(events, (*path, "?"))
            elif key in result:
                first = self.keys[(*path, key)].line
                self._note(event, (*path, key), f"duplicate key, already on line {first}", "keep one")
                self._skip(events, (*path, key))
            else:
                self.keys[(*path, key)] = self._place(event)
                result[key] = self._node(next(events), events, (*path, key))
        return result

    def _skip(self, events: Iterator[Any], path: Path) -> None:
        """Read a value for its problems only: the places of the first value of this name stay."""
        kept = self.keys, self.values, self.written
        self.keys, self.values, self.written = {}, {}, {}
        self._node(next(events), events, path)
        self.keys, self.values, self.written = kept

    def _key(self, event: Any, events: Iterator[Any], path: Path) -> str | None:
        """Return the key's text, or None for what cannot be a key."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._refuse_extras(event, path)
            if self._is_broken(event, path):
                return None
            if event.value == "<<" and event.style in (None, ""):
                self._note(event, path, "merge keys (<<) are not supported", "write the fields out")
                return None
            return str(event.value)
        if kind == "AliasEvent":
            self._note(event, path, f"aliases (*{event.anchor[:40]}) are not supported", "write the key out")
        else:
            self._note(event, path, "a key must be a word, not a list or a mapping")
            self._node(event, events, (*path, "?"))
        return None

    def _refuse_extras(self, event: Any, path: Path) -> None:
        if event.anchor:
            self._note(event, path, f"anchors (&{event.anchor[:40]}) are not supported", "write the value out")
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._note(event, path, f"tags ({shorten(tag)}) are not supported", "leave the tag out")

    def _is_broken(self, event: Any, path: Path) -> bool:
        if event.value.isascii() or re.search(_SURROGATE, event.value) is None:
            return False
        self._note(event, path, "an escape stands for half a character", "write the character itself")
        return True

    def _place(self, event: Any) -> Position:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Position(start.line + 1, start.column + 1, max(1, width))

    def _note(self, event: Any, path: Path, message: str, hint: str = "") -> None:
        place = self._place(event)
        line = _line(_lines(self.text), place.line)
        if len(self.problems) >= MAX_PROBLEMS:
            message = f"more problems follow; the first {MAX_PROBLEMS} are shown"
            self.problems.append(Problem(self.file, place, "", message, "", line))
            raise _Stop
        self.problems.append(Problem(self.file, place, dotted(path), message, hint, line))

    def _syntax(self, error: Any) -> Problem:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        reason = getattr(error, "problem", None) or getattr(error, "context", None) or "cannot be parsed"
        line = _line(_lines(self.text), place.line)
        message, hint = _explained(reason, line, place.column)
        return Problem(self.file, place, "", f"not YAML: {message}", hint, line)


def _explained(reason: str, line: str, column: int) -> tuple[str, str]:
    """Return the parser's reason for a person, and what to do."""
    here = line[column - 1 : column]
    if "cannot start any token" in reason:
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return "a tab cannot indent", "indent with spaces"
        if here == "\t":
            return "a tab is not allowed here", "write a space"
        return f"{here!r} cannot start a value", "put the text in quotes"
    if "mapping values are not allowed" in reason:
        hint = "write `field: value` with a space, indent fields alike, and quote text that contains ': '"
        return "a colon is not expected here", hint
    if "could not find expected ':'" in reason:
        return "a colon is missing before this line", "write `field: value` with a space"
    return reason, "indent the fields of a section alike" if "expected key" in reason else ""
