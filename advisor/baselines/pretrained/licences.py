"""The licence of a folder of weights, as its own files state it."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

MOST_BYTES = 200_000
_TITLE = 80
_KNOWN = (
    (r"prior labs license", "Prior Labs License"),
    (r"apache license\s+version 2\.0", "Apache-2.0"),
    (r"bsd 3-clause|neither the name of", "BSD-3-Clause"),
    (r"mit license|permission is hereby granted, free of charge", "MIT"),
)
_IN_README = re.compile(r"^(license|license_name):\s*['\"]?([^\s'\"]+)", re.MULTILINE)
_NON_COMMERCIAL = re.compile(r"non-?commercial|\bcc-by-nc", re.IGNORECASE)
_PERMISSIVE = re.compile(r"apache-2\.0|bsd-[23]-clause|mit|prior labs license|cc-by-4\.0|cc0-1\.0", re.IGNORECASE)


class Licence(NamedTuple):
    """A licence; `non_commercial` is None where its text does not tell."""

    name: str
    non_commercial: bool | None


def stated_licence(folder: Path) -> Licence | None:
    """Return the licence that a folder states, None where it states none.

    A file of the licence's text comes first, then the head of the README, then `config.json`.
    """
    named = next(_named(folder), None)
    for path in sorted(folder.glob("LICEN[CS]E*")) + sorted(folder.glob("COPYING*")):
        text = _text(path)
        if text.strip():
            return _of_text(text, named)
    return None if named is None else _of_name(named)


def _of_text(text: str, named: str | None) -> Licence:
    """Return the licence of a text; `named` is what README or config call it."""
    beginning = " ".join(text.split())
    if _NON_COMMERCIAL.search(text):
        return Licence(named or _first_line(text), True)
    for pattern, name in _KNOWN:
        if re.search(pattern, beginning, re.IGNORECASE):
            return Licence(name, False)
    return Licence(named or _first_line(text), None)


def _of_name(name: str) -> Licence:
    if _NON_COMMERCIAL.search(name):
        return Licence(name, True)
    return Licence(name, False if _PERMISSIVE.fullmatch(name) else None)


def _first_line(text: str) -> str:
    return next(line.strip(" #*\t") for line in text.splitlines() if line.strip(" #*\t"))[:_TITLE]


def _named(folder: Path) -> Iterator[str]:
    """Yield the names that the head of the README and `config.json` give the licence."""
    for path in sorted(folder.glob("README*")):
        head = re.match(r"\s*---\s*\n(.*?)\n---", _text(path), re.DOTALL)
        if head is not None:
            found: dict[str, str] = dict(_IN_README.findall(head[1]))
            name = found.get("license_name", found.get("license", "other"))
            if name != "other":  # what a hub writes of a licence that it has no name for
                yield name[:_TITLE]
    with suppress(ValueError, RecursionError):
        config: Any = json.loads(_text(folder / "config.json"))
        stated = config.get("license") if isinstance(config, dict) else None
        if isinstance(stated, str) and stated:
            yield stated[:_TITLE]


def _text(path: Path) -> str:
    """Return the beginning of a text file, empty where it cannot be read."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(MOST_BYTES).decode("utf-8", "replace")
    return ""
