"""What the entries of the catalogue's files may hold, but for models, gains and published differences."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from advisor.advice.model_format import COSTS
from advisor.engine.approaches import APPROACHES
from advisor.engine.conditions import ConditionError, parse_condition
from advisor.source.problems import meant_or_known, shorten

Shape = Callable[[Any], bool]
_ESTIMATES = ("train_hours", "labels", "energy_kwh", "p95_ms", "size_mb")
_ARCHITECTURES = COSTS["network"]["architecture"].values


class Key(NamedTuple):
    """A key of an entry: what its value must be, in words and as a test."""

    what: str
    holds: Shape
    required: bool = True


def _is_number(value: Any, least: float = 0.0, *, above: bool = False) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and (value > least if above else value >= least)


def _is_range(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]


def _is_list(value: Any, allowed: Collection[str] | None = None) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, str) and (allowed is None or item in allowed) for item in value
    )


def _are_numbers(value: Any, keys: Collection[str], *, every: bool) -> bool:
    named = isinstance(value, Mapping) and (set(value) == set(keys) if every else set(value) <= set(keys))
    return named and all(map(_is_number, value.values()))


def _is_use(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == {"approaches", "kinds"}
        and _is_list(value["approaches"], APPROACHES)
        and _is_list(value["kinds"], COSTS)
    )


def _is_condition(value: Any) -> bool:
    try:
        parse_condition(value)
    except ConditionError:
        return False
    return True


_TEXT = Key("text", lambda value: isinstance(value, str))
_NUMBER = Key("a number from 0 on", _is_number)
_POSITIVE = Key("a number above 0", partial(_is_number, above=True))
_RANGE = Key("two numbers from 0 on, the lower first", _is_range)
_FLAG = Key("true or false", lambda value: isinstance(value, bool))
_TEXTS = Key("a list of texts", _is_list)
_CONDITION = Key("a condition, as in a rule", _is_condition)


def _optional(key: Key) -> Key:
    return key._replace(required=False)


def _numbers(*keys: str, every: bool) -> Key:
    what = f"a number from 0 on for {'each' if every else 'some'} of {', '.join(keys)}"
    return Key(what, partial(_are_numbers, keys=keys, every=every))


KEYS: Mapping[str, Mapping[str, Key]] = {
    "calibration": {
        "value": _POSITIVE,
        "floor": _optional(_POSITIVE),
        "fitted": _optional(_POSITIVE),
        "situations": _optional(_NUMBER),
        "date": _optional(_TEXT),
    },
    "costs": {"title": _TEXT, "why": _TEXT, "sources": _TEXTS},
    "edition": {"version": _TEXT},
    "first_steps": {"when": _CONDITION, "step": _TEXT, "why": _TEXT, "sources": _TEXTS},
    "hardware": {
        "title": _TEXT,
        "gflops": _numbers(*_ARCHITECTURES, every=True),
        "bandwidth_gb": _POSITIVE,
        "prepare_ms": _optional(_numbers("row", "category", every=True)),
        "usd_per_hour": _RANGE,
        "kwh_per_hour": _RANGE,
        "sources": _TEXTS,
    },
    "knowledge": {"claim": _TEXT, "becomes": _TEXT},
    "prices": {
        "date": _optional(_TEXT),
        "usd_per_kwh": _optional(_RANGE),
        "pue": _optional(_RANGE),
        "share": _optional(_RANGE),
        "usd": _optional(_RANGE),
        "in": _optional(_RANGE),
        "out": _optional(_RANGE),
        "sources": _TEXTS,
    },
    "sources": {"title": _TEXT, "where": _TEXT, "year": _optional(_NUMBER), "status": _TEXT},
    "targets": {
        "core": _POSITIVE,
        "accelerated": Key("the id of a machine in hardware, or null", lambda value: value is None or _is_text(value)),
        "speedup": _optional(_POSITIVE),
        "quickest": _optional(_POSITIVE),
        "quickest_accelerated": _optional(_POSITIVE),
        "overhead_ms": _NUMBER,
        "standing": _FLAG,
        "python": _FLAG,
        "memory_mb": _optional(_POSITIVE),
        "sources": _TEXTS,
    },
    "techniques": {
        "title": _TEXT,
        "why": _TEXT,
        "effect": _TEXT,
        "factor": _optional(_numbers(*_ESTIMATES, every=False)),
        "applies": Key("approaches and kinds, each a list", _is_use),
        "when": _optional(_CONDITION),
        "standard": _optional(_FLAG),
        "caution": _TEXT,
        "sources": _TEXTS,
    },
}
# What the program looks up by its id.
_NEEDED: Mapping[tuple[str, str], Sequence[str]] = {
    ("hardware", "cpu-core"): ("prepare_ms",),
    ("prices", "electricity"): ("usd_per_kwh", "pue"),
    ("prices", "storage-and-egress"): ("share",),
}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def entry_problems(file: str, entry: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    """Yield one sentence for every mistake in one entry of a file of the catalogue, all of which are `data`."""
    keys = KEYS.get(file, {})
    if not keys:
        return
    for name in entry:
        if name not in keys and name != "id":
            yield f"unknown key {shorten(name)}; {meant_or_known(name, keys)}"
    needed = _NEEDED.get((file, entry["id"]), ("usd",) if file == "prices" and entry["id"].startswith("label-") else ())
    for name, key in keys.items():
        if name not in entry:
            if key.required or name in needed:
                yield f"{name}: missing; expected {key.what}"
        elif not key.holds(entry[name]):
            yield f"{name}: expected {key.what}, found {shorten(entry[name])}"
    if file == "targets":
        machine = entry.get("accelerated")
        if machine is None and "speedup" not in entry:
            yield "speedup: missing; needed where accelerated is null"
        elif machine is not None and machine not in [one["id"] for one in data.get("hardware", ())]:
            yield f"accelerated: no machine {shorten(machine)} in hardware"
