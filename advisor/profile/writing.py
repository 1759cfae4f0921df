"""Write a profile as commented YAML."""

import re
from collections.abc import Collection, Mapping
from textwrap import wrap
from typing import Any

from advisor.profile.fields import FIELDS, Field, Kind
from advisor.profile.schema import SECTION_DOCS, allowed_values

WIDTH = 80
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*\Z")
# Words that some YAML reader takes for true, false or nothing, and numbers such as `e5` or `inf`.
_NOT_TEXT = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "inf", "nan"))

_HEAD = """\
Project profile. To get an answer, run `advisor recommend` on this file.
A field that is left out is unknown. Lines that begin with `#` are comments: to fill in \
a field that was skipped, write its value and remove the `#`.\
"""


def profile_text(values: Mapping[str, Any], origins: Mapping[str, str], skipped: Collection[str] = ()) -> str:
    """Return a profile as YAML that says what each field means, may hold, and where its value came from.

    Parameters
    ----------
    values : mapping of str to object
        Checked values by dotted path.
    origins : mapping of str to str
        Where values came from, such as `answered`, by path; one line of plain text each.
    skipped : collection of str
        Fields that were asked for and are not known: written as comments, to be filled in.

    Returns
    -------
    str
        A text that `advisor.profile.reader.read_profile` reads as the same values.

    Examples
    --------
    >>> print(profile_text({"task": "lookup"}, {"task": "answered"}).splitlines()[-1])
    task: lookup  # answered
    """
    lines = _comment(_HEAD, "")
    section = ""
    for field in FIELDS:
        if field.path not in values and field.path not in skipped:
            continue
        outer, _, key = field.path.rpartition(".")
        if outer != section:
            section = outer
            if outer:
                lines += ["", *_comment(_capital(SECTION_DOCS[outer]), ""), f"{outer}:"]
        indent = "  " if outer else ""
        lines += [] if lines[-1] == f"{outer}:" else [""]
        lines += _comment(_about(field), indent)
        if field.path in values:
            origin = origins.get(field.path, "")
            lines.append(f"{indent}{key}: {_value(values[field.path])}" + (f"  # {origin}" if origin else ""))
        else:
            lines.append(f"{indent}# {key}:  # skipped")
    return "\n".join(lines) + "\n"


def _comment(text: str, indent: str) -> list[str]:
    """Return the lines of a comment."""
    mark = f"{indent}# "
    return [
        mark + line
        for paragraph in text.splitlines()
        for line in wrap(paragraph, WIDTH - len(mark), break_long_words=False, break_on_hyphens=False)
    ]


def _about(field: Field) -> str:
    what = _capital(field.doc)
    return what if field.kind is Kind.TEXT else f"{what}: {allowed_values(field)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(value)}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    """Return text plain where every reader takes it for text, else in double quotes with escapes."""
    if _PLAIN.match(text) and text.lower() not in _NOT_TEXT:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
