"""The chance that a network pays: one logistic curve for each kind of data, its coefficients in the catalogue."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from advisor.engine.approaches import APPROACHES
from advisor.profile.facts import DERIVED, Interval
from advisor.profile.fields import FIELD, STRUCTURES, TASKS
from advisor.reports.recommendation import Foundation, Gain

KEYS = ("id", "figure", "network", "against", "question", "structures", "tasks", "fact", "at", "intercept",
        "per_doubling", "range", "outside", "margins", "sd", "n", "interval", "date", "because", "licence",
        "serving", "sources")  # fmt: skip
_OF_FOUNDATION = ("licence", "serving")
_TEXTS = ("id", "question", "fact", "date", "because", *_OF_FOUNDATION)
_WORDS = (
    ("figure", ("gain", "foundation")),
    ("network", APPROACHES),
    ("against", APPROACHES),
    ("outside", ("level", "unknown")),
)
_LISTS: tuple[tuple[str, Sequence[str]], ...] = (("tasks", TASKS), ("structures", STRUCTURES), ("sources", ()))
Curve = Mapping[str, Any]


def gain(facts: Mapping[str, Any], curves: Sequence[Curve]) -> Gain | None:
    """Return how likely a network is to beat classical learning by a margin that pays; None where that is unknown.

    Parameters
    ----------
    facts : mapping
        Known facts, see `advisor.profile.facts.derive_facts`.
    curves : sequence of mappings
        The entries of the catalogue's `gains`, read as `KEYS` says.

    Returns
    -------
    Gain or None
        With the figure of tabular foundation models apart, where third-party weights may be used.
    """
    figure = next(_matching(facts, curves, "gain"), None)
    chance = None if figure is None else chance_of(figure, facts)
    if figure is None or chance is None:
        return None
    apart = next(_matching(facts, curves, "foundation"), None)
    return Gain(
        chance,
        margin_of(figure, facts),
        figure["because"],
        figure["question"],
        foundation=None if apart is None else _foundation(apart, facts),
        network=figure["network"],
        against=figure["against"],
    )


def _matching(facts: Mapping[str, Any], curves: Sequence[Curve], figure: str) -> Iterator[Curve]:
    for curve in curves:
        weights = curve["network"] != "transfer" or facts.get("deployment.pretrained_weights") is not False
        if curve["figure"] == figure and weights and applies(curve, facts):
            yield curve


def applies(curve: Curve, facts: Mapping[str, Any]) -> bool:
    """Return whether a curve speaks of this task on this kind of data."""
    return facts["task"] in curve["tasks"] and facts["data.structure"] in curve["structures"]


def _foundation(curve: Curve, facts: Mapping[str, Any]) -> Foundation | None:
    chance = chance_of(curve, facts)
    if chance is None:
        return None
    margin = margin_of(curve, facts)
    return Foundation(chance, margin, curve["because"], curve["question"], curve["licence"], curve["serving"])


def chance_of(curve: Curve, facts: Mapping[str, Any]) -> float | None:
    """Return the probability on a curve; None outside the range of which it speaks.

    Examples
    --------
    >>> curve = {"fact": "data.examples", "at": 1000, "intercept": 0.0, "per_doubling": 1.0,
    ...          "range": [500, 4000], "outside": "level"}
    >>> [chance_of(curve, {"data.examples": n}) for n in (1000, 500, 10)] + [chance_of(curve, {})]
    [0.5, 0.2689414213699951, 0.2689414213699951, 0.5]
    """
    doublings = doublings_of(curve, facts)
    if doublings is None:
        return None
    return 1 / (1 + math.exp(-(curve["intercept"] + curve["per_doubling"] * doublings)))


def doublings_of(curve: Curve, facts: Mapping[str, Any]) -> float | None:
    """Return by how many doublings the fact lies above the curve's middle; None where the curve does not speak."""
    level = curve["outside"] == "level"
    value = facts.get(curve["fact"])
    if value is None or isinstance(value, Interval):
        return 0.0 if level else None
    low, high = curve["range"]
    if not level and not low <= value <= high:
        return None
    return math.log2(min(max(value, low), high) / curve["at"])


def margin_of(curve: Curve, facts: Mapping[str, Any]) -> float:
    """Return the relative reduction of the error that pays for this many examples, that of large sets if unknown."""
    examples = facts.get("data.examples")
    step = next((step for step in reversed(curve["margins"]) if examples is None or step["from"] <= examples), None)
    return float((step or curve["margins"][0])["margin"])


def curve_problems(curve: Any, known_sources: Collection[str] | None = None) -> Iterator[str]:
    """Yield one sentence for every mistake in one entry of the catalogue's gains."""
    if not isinstance(curve, Mapping):
        yield "every entry must be a mapping"
        return
    wanted = [key for key in KEYS if key not in _OF_FOUNDATION or curve.get("figure") == "foundation"]
    missing, unknown = [key for key in wanted if key not in curve], [key for key in curve if key not in wanted]
    if missing or unknown:
        yield f"missing {missing}, unknown {unknown}"
        return
    yield from (f"{key} must be text" for key in _TEXTS if key in curve and not isinstance(curve[key], str))
    yield from (f"{key} is not one of {', '.join(allowed)}" for key, allowed in _WORDS if curve[key] not in allowed)
    for key, allowed in _LISTS:
        if not isinstance(curve[key], list):
            yield f"{key} must be a list"
        else:
            yield from (f"{key}: unknown value {value}" for value in curve[key] if allowed and value not in allowed)
    if not isinstance(curve["fact"], str):
        return
    if curve["fact"] not in DERIVED and not (curve["fact"] in FIELD and FIELD[curve["fact"]].numeric):
        yield f"{curve['fact']} is not a numeric fact"
    yield from _number_problems(curve)
    if known_sources is not None and isinstance(curve["sources"], list):
        yield from (f"unknown source {source}" for source in curve["sources"] if source not in known_sources)


def _number_problems(curve: Curve) -> Iterator[str]:
    if not _numbers([curve[key] for key in ("at", "intercept", "per_doubling")], 3):
        yield "at, intercept and per_doubling must be numbers"
        return
    for key in ("range", "interval"):
        if not _numbers(curve[key], 2):
            yield f"{key} must be two numbers"
            return
    if not 0 < curve["range"][0] <= curve["at"] <= curve["range"][1]:
        yield "at must be within the range and above 0"
    sd = curve["sd"]
    named = isinstance(sd, Mapping) and set(sd) == {"intercept", "per_doubling"}
    if not named or not _numbers(list(sd.values()), 2) or min(sd.values()) <= 0:
        yield "sd must give intercept and per_doubling a number above 0"
    steps = curve["margins"] if isinstance(curve["margins"], list) else []
    if not all(isinstance(step, Mapping) and set(step) == {"from", "margin"} for step in steps) or not all(
        _numbers(list(step.values()), 2) for step in steps
    ):
        yield "every margin must have a number for from and margin"
    elif not steps or steps[0]["from"] != 0 or sorted(steps, key=itemgetter("from")) != steps:
        yield "margins must rise from 0"


def _numbers(values: Any, count: int) -> bool:
    return (
        isinstance(values, list)
        and len(values) == count
        and all(type(value) in (int, float) and math.isfinite(value) for value in values)
    )
