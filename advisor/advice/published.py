"""What an entry of the catalogue's published differences must hold; `advisor baseline` reads them as its prior."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from advisor.engine.approaches import APPROACHES
from advisor.profile.fields import STRUCTURES, TASKS

KEYS = ("id", "network", "structures", "tasks", "location", "scale", "degrees_of_freedom", "widening", "n", "shares",
        "date", "source", "sources")  # fmt: skip
_TEXTS = ("id", "date", "source")
_POSITIVE = ("scale", "degrees_of_freedom", "widening")
_LISTS: tuple[tuple[str, Sequence[str]], ...] = (("structures", STRUCTURES), ("tasks", TASKS))
_PARTS = {"n": {"data_sets", "distinct"}, "shares": {"yes", "equal", "no"}}


def published_problems(entry: Any, known_sources: Collection[str] | None = None) -> Iterator[str]:
    """Yield one sentence for every mistake in one entry of the catalogue's published differences."""
    if not isinstance(entry, Mapping):
        yield "every entry must be a mapping"
        return
    missing, unknown = [key for key in KEYS if key not in entry], [key for key in entry if key not in KEYS]
    if missing or unknown:
        yield f"missing {missing}, unknown {unknown}"
        return
    yield from (f"{key} must be text" for key in _TEXTS if not isinstance(entry[key], str))
    if entry["network"] not in APPROACHES:
        yield f"network is not one of {', '.join(APPROACHES)}"
    for key, allowed in (*_LISTS, ("sources", known_sources)):
        if not isinstance(entry[key], list):
            yield f"{key} must be a list"
        else:
            yield from (
                f"{key}: unknown value {value}"
                for value in entry[key]
                if not isinstance(value, str) or (allowed is not None and value not in allowed)
            )
    if not _number(entry["location"]):
        yield "location must be a number"
    yield from (f"{key} must be a number above 0" for key in _POSITIVE if not (_number(entry[key]) and entry[key] > 0))
    for key, parts in _PARTS.items():
        value = entry[key]
        if not (isinstance(value, Mapping) and set(value) == parts and all(map(_number, value.values()))):
            yield f"{key} must give a number for each of {', '.join(sorted(parts))}"


def _number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
