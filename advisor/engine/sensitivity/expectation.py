"""The probabilities that are expected: over fixed draws of the unknown fields and of the weights of the groups."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from advisor.engine.approaches import Approach, Vector, as_vector, best, probabilities
from advisor.engine.conditions import fields_of
from advisor.engine.scoring import RulesInPlay
from advisor.profile.consistency import CONTRADICTABLE
from advisor.profile.facts import DERIVED, IMPLIED, Interval, implied
from advisor.profile.fields import FIELDS, Field

DRAWS = 64
GROUP_WEIGHT_SIGMA = 0.3

Values = Mapping[str, Any]
Options = tuple[tuple[Any, float], ...]
_COUNT = len(Approach)
_MOST_REMEMBERED = 20_000  # columns of points; one takes 3 kB


class Expected(NamedTuple):
    """Mean probabilities over the draws, the share of draws that keep the most probable approach, and mean points."""

    probabilities: tuple[float, ...]
    stability: float
    points: Vector


class Drawn(NamedTuple):
    """Points (five for each draw, one draw after another) and excluded approaches in each draw."""

    points: Sequence[float]
    exclusions: Sequence[frozenset[Approach]]


class Unknown(NamedTuple):
    """A field that is unknown, with the values that it could take and their probabilities."""

    field: Field
    options: Options


class Expectation:
    """Takes the expectation for profiles of one task and structure.

    Each field and each group has its own fixed sequence of draws, whatever else a profile says, so two profiles that
    differ in one field meet the same draws of all others. What a group says in each draw is remembered by the values
    that it comes from.
    """

    def __init__(
        self, rules: RulesInPlay, derive: Callable[[Values], dict[str, Any]], valid: Callable[[Values], bool]
    ) -> None:
        self.rules = rules
        self._derive = derive
        self._valid = valid
        read = rules.deciding.union(*[group.reads for group in rules.groups])
        used = _behind(read)
        self.used = [field for field in FIELDS if field.path in used]
        self._sources = [tuple(sorted(_behind(group.reads))) for group in rules.groups]
        self._read = [tuple(sorted(group.reads)) for group in rules.groups]
        self._deciding = tuple(sorted(rules.deciding - {"task", "data.structure"}))
        self._limiting = tuple(sorted(_behind(rules.deciding)))
        self._weights = [_weights(name) for name in rules.names]
        self._usual = {field.path: _shares(field.prior) for field in self.used if field.prior}
        self._columns: dict[tuple[Any, ...], list[float]] = {}
        self._exclusions: dict[tuple[Any, ...], list[frozenset[Approach]]] = {}

    def unknown(self, values: Values, facts: Values) -> list[Unknown]:
        """Return the unknown fields that matter, with the values that they could take."""
        found = []
        for field in self.used:
            known = field.path in facts and facts[field.path].__class__ is not Interval
            pointless = field.unless and facts.get(field.unless[0]) == field.unless[1]
            options = None if known or pointless else self._usual.get(field.path)
            if options is not None and field.path in CONTRADICTABLE:
                options = _shares(
                    (value, weight) for value, weight in options if self._valid({**values, field.path: value})
                )
            if options:
                found.append(Unknown(field, options))
        return found

    def drawn(self, values: Values, facts: Values, always: Collection[Approach] = ()) -> Drawn:
        """Return points and exclusions of a profile in each draw.

        Parameters
        ----------
        values : mapping
            The profile's own values, tuples for lists.
        facts : mapping
            What follows from them.
        always : collection of Approach, optional
            Approaches that are excluded whatever the unknown fields are; no draw is asked about them.
        """
        draws = _Draws(lambda: self._drawn(values, self.unknown(values, facts)), values)
        if len(self._columns) > _MOST_REMEMBERED:
            self._columns.clear()
            self._exclusions.clear()
        columns = []
        for place, sources in enumerate(self._sources):
            key = (place, *[values.get(path) for path in sources])
            column = self._columns.get(key)
            if column is None:
                column = self._columns[key] = self._column(place, facts, draws)
            columns.append(column)
        totals = list(map(sum, zip(*columns, strict=True)))
        left = tuple([approach for approach in Approach if approach not in always])
        key = (left, *[values.get(path) for path in self._limiting])
        exclusions = self._exclusions.get(key)
        if exclusions is None:
            exclusions = draws.map(self._deciding, lambda drawn: frozenset(self.rules.excluded(drawn, left)))
            self._exclusions[key] = exclusions
        return Drawn(totals, exclusions)

    def _column(self, place: int, facts: Values, draws: "_Draws") -> list[float]:
        """Return the weighted points that a group gives in each draw, approach by approach, one draw after another.

        Rules are written as what a fact adds to what is usual, so the draws are centred: what is unknown spreads the
        points around those of the profile as it is, and moves their mean nowhere.
        """
        group, weights = self.rules.groups[place], self._weights[place]
        stated = group(facts)
        drawn = draws.map(self._read[place], group)
        mean = [sum(column) / DRAWS for column in zip(*drawn, strict=True)]
        none, classical, hybrid, transfer, deep = [here - usual for here, usual in zip(stated, mean, strict=True)]
        column: list[float] = []
        for weight, points in zip(weights, drawn, strict=True):
            column += (
                (points[0] + none) * weight,
                (points[1] + classical) * weight,
                (points[2] + hybrid) * weight,
                (points[3] + transfer) * weight,
                (points[4] + deep) * weight,
            )
        return column

    def _drawn(self, values: Values, unknown: Sequence[Unknown]) -> Iterable[dict[str, Any]]:
        """Yield the facts of each draw: known values as they are, the others from their priors."""
        sure: list[tuple[str, list[Any]]] = []
        following: list[tuple[str, list[Any]]] = []
        doubtful: list[tuple[str, list[Any]]] = []
        for item in unknown:
            path = item.field.path
            kind = doubtful if path in CONTRADICTABLE else following if path in IMPLIED else sure
            kind.append((path, _draws(path, item.options)))
        for draw in range(DRAWS):
            found = dict(values)
            for path, column in sure:
                if column[draw] is not None:
                    found[path] = column[draw]
            if following:  # what the others imply is not drawn
                follows = implied(found)
                for path, column in following:
                    if column[draw] is not None and path not in follows:
                        found[path] = column[draw]
            for path, column in doubtful:
                found[path] = column[draw]
                if column[draw] is None or not self._valid(found):
                    del found[path]
            yield self._derive(found)


_Result = TypeVar("_Result")


class _Draws:
    """The facts of each draw for one profile, made when they are first asked for."""

    def __init__(self, make: Callable[[], Iterable[dict[str, Any]]], values: Values) -> None:
        self._make = make
        self._values = values
        self._facts: list[dict[str, Any]] = []
        self._columns: dict[str, list[Any]] = {}

    def map(self, names: Iterable[str], function: Callable[[Values], _Result]) -> list[_Result]:
        """Return a function of some facts for each draw, asked once for the same facts."""
        if not self._facts:
            self._facts.extend(self._make())
        varying = [self._column(name) for name in names if name not in self._values]
        if not varying:
            return [function(self._facts[0])] * DRAWS
        keys = list(zip(*varying, strict=True))
        seen = {key: function(facts) for key, facts in dict(zip(keys, self._facts, strict=True)).items()}
        return [seen[key] for key in keys]

    def _column(self, name: str) -> list[Any]:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = [facts.get(name) for facts in self._facts]
        return column


def expected(drawn: Drawn, excluded: Collection[Approach], temperature: float) -> Expected | None:
    """Return the mean over the draws, None where every draw excludes every approach.

    Approaches that the profile itself excludes have no chance in any draw. A draw in which no approach is left favours
    none of the others, so that an answer which most draws make infeasible is not a sure one.
    """
    always = frozenset(excluded)
    totals = drawn.points
    sums = [0.0] * _COUNT
    answers = [0] * _COUNT
    for draw, out in enumerate(drawn.exclusions):
        points = totals[_COUNT * draw : _COUNT * (draw + 1)]
        chances = probabilities(points, out | always if always else out, temperature)
        if any(chances):
            answers[best(chances)] += 1
            for place, chance in enumerate(chances):
                sums[place] += chance
    infeasible = DRAWS - sum(answers)
    if infeasible == DRAWS:
        return None
    share = infeasible / (_COUNT - len(always))
    mean = tuple([(total + share * (place not in always)) / DRAWS for place, total in enumerate(sums)])
    points = as_vector([sum(totals[place::_COUNT]) / DRAWS for place in range(_COUNT)])
    return Expected(mean, answers[best(mean)] / DRAWS, points)


def _behind(facts: Iterable[str]) -> set[str]:
    """Return the fields that these facts, and what can be drawn for them, come from."""
    found: set[str] = set()
    waiting = list(facts)
    while waiting:
        fact = waiting.pop()
        sources = {*fields_of(fact), *_ALSO_BEHIND.get(fact, ())} - found
        found |= sources
        waiting += sources - {fact}
    if not found.isdisjoint(CONTRADICTABLE):
        found.update(CONTRADICTABLE)
    found.update(field.unless[0] for field in FIELDS if field.path in found and field.unless)
    return found - {"task", "data.structure"}


# Facts that also come from fields other than those that their own names or `DERIVED` say.
_ALSO_BEHIND: Mapping[str, tuple[str, ...]] = {
    "data.sure_examples": DERIVED["data.examples"][0],
    **{field: sources for field, (sources, _) in IMPLIED.items()},
}


def _shares(prior: Iterable[tuple[Any, float]]) -> Options:
    options = [(tuple(value) if isinstance(value, list) else value, weight) for value, weight in prior]
    total = sum(weight for _, weight in options)
    return tuple((value, weight / total) for value, weight in options)


@lru_cache(maxsize=4096)
def _draws(path: str, options: Options) -> list[Any]:
    """Return a field's value in each draw: as often as its probability says, in an order of its own."""
    values, ends, total = [], [], 0.0
    for value, share in options:
        total += share
        values.append(value)
        ends.append(total)
    ends[-1] = 1.0
    return [next(v for v, end in zip(values, ends, strict=True) if place <= end) for place in _places(path)]


@lru_cache(maxsize=256)
def _weights(group: str) -> list[float]:
    """Return a group's weight in each draw: lognormal around 1."""
    return [math.exp(GROUP_WEIGHT_SIGMA * _normal_quantile(place)) for place in _places(f"weight of {group}")]


@lru_cache(maxsize=512)
def _places(name: str) -> list[float]:
    """Return one number from each of `DRAWS` equal parts of 0 to 1 in a fixed order (a Latin hypercube, McKay 1979)."""
    import random

    generator = random.Random(name)  # noqa: S311 - a fixed seed is what makes the result repeatable
    order = sorted(range(DRAWS), key=lambda _: generator.random())
    return [(part + 0.5) / DRAWS for part in order]


@lru_cache(maxsize=512)
def _normal_quantile(share: float) -> float:
    """Return the quantile of the normal distribution, by Newton's method on its distribution function."""
    found = 0.0
    for _ in range(20):
        below = (1 + math.erf(found / math.sqrt(2))) / 2
        found -= (below - share) * math.sqrt(2 * math.pi) * math.exp(found * found / 2)
    return found


__all__ = ["DRAWS", "Drawn", "Expectation", "Expected", "Unknown", "expected"]
