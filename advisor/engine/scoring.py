"""From facts and rules to points, exclusions and probabilities."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from advisor.engine.approaches import (
    APPROACH,
    DISSIMILARITY,
    POINTS_PER_NAT,
    ZERO,
    Approach,
    Vector,
    as_vector,
    best,
    probabilities,
)
from advisor.engine.rulebook import Group, RelevantRules, Rule, RuleBook
from advisor.profile.fields import DEFAULT_PRIORITY, FIELDS, Kind

if TYPE_CHECKING:
    from advisor.engine.conditions import Test

Facts = Mapping[str, Any]
# Approaches that a limit leaves without a single model, by the limit's name.
Unfit = Mapping[str, frozenset[Approach]]

_COUNT = len(Approach)
_EVERY = tuple(Approach)
_STEP = 1000  # contributions are kept in thousandths of a point, so that they sum exactly


class UnfitByLimit(Protocol):
    """Tells which approaches the limits leave without a single model that could meet them."""

    def __call__(self, facts: Facts) -> Unfit:
        """Return the approaches without a model, by the limit that is in the way."""
        ...

    def without_model(
        self, facts: Facts, approaches: Iterable[Approach], enforced: Callable[[str], bool]
    ) -> Iterable[Approach]:
        """Return those of the approaches that an enforced limit leaves without a model; quicker than asking for all."""
        ...


class Contribution(NamedTuple):
    """What one rule adds to each approach, after cap and priority, and what it asked for."""

    rule: Rule
    points: Vector
    raw: Vector


class Measured(NamedTuple):
    """What was measured on the project's own data, in place of what rules say of the same approaches.

    `ahead` holds the points of each measured approach over the reference, itself with 0: measured
    differences say nothing of the others, so the reference keeps its distance to them.
    """

    rule: Rule
    reference: Approach
    ahead: Mapping[Approach, float]

    def levelled(self, vector: Vector) -> Vector:
        """Return a group's points with all measured approaches level with the reference."""
        return as_vector(vector[self.reference if approach in self.ahead else approach] for approach in _EVERY)

    @property
    def points(self) -> Vector:
        """The measured points, centred over the five approaches."""
        return centred(as_vector(self.ahead.get(approach, 0.0) for approach in _EVERY))


class Scored(NamedTuple):
    """Points, exclusions and probabilities of the five approaches.

    `stability` is the share of the draws behind the probabilities that keep the approach; None without draws.
    """

    contributions: tuple[Contribution, ...]
    points: Vector
    excluded: Mapping[Approach, tuple[str, ...]]
    probabilities: tuple[float, ...]
    undecided: tuple[Rule, ...]
    stability: float | None = None

    @property
    def approach(self) -> Approach | None:
        """The most probable feasible approach; None when all are excluded."""
        return None if len(self.excluded) == _COUNT else best(self.probabilities)


def score(book: RuleBook, facts: Facts, unfit: Unfit | None = None, measured: Measured | None = None) -> Scored:
    """Score the approaches for one profile.

    Parameters
    ----------
    book : RuleBook
        The rules.
    facts : mapping
        Known facts, see `advisor.profile.facts.derive_facts`.
    unfit : mapping, optional
        Approaches that the catalogue's models cannot serve, by limit.
    measured : Measured, optional
        What was measured; it replaces what the rules of measured groups say between the measured approaches.

    Returns
    -------
    Scored
        Contributions in thousandths of a point; they sum exactly to the points. The probabilities are those of the
        points alone, at which unknown fields weigh nothing; `Question.score` states what is expected of them.
    """
    relevant = book.relevant(facts)
    fired: dict[str, list[tuple[Rule, Vector]]] = {}
    undecided: list[Rule] = []
    for rule in relevant.scoring:
        truth = rule.test(facts)
        if truth is False:
            continue
        vector = rule.vector(facts) if truth else None
        if vector is None:
            undecided.append(rule)
        else:
            fired.setdefault(rule.group, []).append((rule, vector))
    contributions: list[Contribution] = []
    totals = [0] * _COUNT
    for name, members in fired.items():
        group = book.groups[name]
        factor = group_factor(group, added([vector for _, vector in members]), facts)
        level = measured.levelled if measured is not None and group.measured else None
        for rule, vector in members:
            thousandths = _thousandths(vector if level is None else level(vector), factor)
            totals = list(map(add, totals, thousandths))
            contributions.append(Contribution(rule, _points(thousandths), vector))
    if measured is not None:
        thousandths = _thousandths(measured.points, 1.0)
        totals = list(map(add, totals, thousandths))
        contributions.append(Contribution(measured.rule, _points(thousandths), measured.points))
    excluded, open_limits = exclusions(relevant, facts, unfit or {})
    points = _points(totals)
    chances = probabilities(points, excluded, book.temperature)
    return Scored(tuple(contributions), points, excluded, chances, (*undecided, *open_limits))


def exclusions(
    relevant: RelevantRules, facts: Facts, unfit: Unfit
) -> tuple[dict[Approach, tuple[str, ...]], list[Rule]]:
    """Return rule ids by excluded approach, and the limits that are still undecided."""
    excluded: dict[Approach, tuple[str, ...]] = {}
    undecided: list[Rule] = []
    for rule in relevant.limits:
        hit: Collection[Approach] = unfit.get(rule.limit, ()) if rule.limit else _approaches(rule.excludes)
        if not hit:
            continue
        truth = rule.test(facts)
        if truth is None and not rule.limit:
            undecided.append(rule)
        if truth is True:
            for approach in sorted(hit):
                excluded[approach] = (*excluded.get(approach, ()), rule.id)
    return excluded, undecided


def _approaches(ids: Sequence[str]) -> list[Approach]:
    return [APPROACH[name] for name in ids]


def _thousandths(vector: Vector, factor: float) -> list[int]:
    mean = sum(vector) / _COUNT
    return [round((value - mean) * factor * _STEP) for value in vector]


def _points(thousandths: Sequence[int]) -> Vector:
    return as_vector([value / _STEP for value in thousandths])


def added(vectors: Iterable[Vector]) -> Vector:
    """Return the sum of vectors, approach by approach."""
    none = classical = hybrid = transfer = deep = 0.0
    for more_none, more_classical, more_hybrid, more_transfer, more_deep in vectors:
        none += more_none
        classical += more_classical
        hybrid += more_hybrid
        transfer += more_transfer
        deep += more_deep
    return none, classical, hybrid, transfer, deep


def weighted(vectors: Iterable[Vector], weights: Iterable[float]) -> Vector:
    """Return the weighted sum of vectors, approach by approach."""
    none = classical = hybrid = transfer = deep = 0.0
    for vector, weight in zip(vectors, weights, strict=True):
        more_none, more_classical, more_hybrid, more_transfer, more_deep = vector
        none += more_none * weight
        classical += more_classical * weight
        hybrid += more_hybrid * weight
        transfer += more_transfer * weight
        deep += more_deep * weight
    return none, classical, hybrid, transfer, deep


def centred(vector: Vector) -> Vector:
    """Return a vector less its mean."""
    none, classical, hybrid, transfer, deep = vector
    mean = sum(vector) / _COUNT
    return none - mean, classical - mean, hybrid - mean, transfer - mean, deep - mean


def group_factor(group: Group, sums: Vector, facts: Facts) -> float:
    """Return what the points of a group's rules are multiplied by: the cap, then the priority."""
    spread = max(sums) - min(sums)
    factor = group.cap / spread if spread > group.cap else 1.0
    return factor * priority_factor(group.criterion, facts)


def priority_factor(criterion: str, facts: Facts) -> float:
    """Return what a group of this criterion is multiplied by; success is never scaled."""
    if criterion == "success":
        return 1.0
    return float(facts.get(f"priorities.{criterion}", DEFAULT_PRIORITY)) / DEFAULT_PRIORITY


# Points that the better one of a nest of two can lose to the other: who leads by more is the most probable.
NEST_COST = (1 - DISSIMILARITY) * math.log(2) * POINTS_PER_NAT


class GroupPoints:
    """The points of one group under changing facts of one task and structure, remembered by what its rules read."""

    __slots__ = ("_group", "_level", "_names", "_rules", "_seen", "reads")

    def __init__(self, group: Group, rules: Sequence[Rule], measured: Measured | None = None) -> None:
        self._group = group
        self._rules = rules
        self._level = measured.levelled if measured is not None and group.measured else None
        own = () if group.criterion == "success" else (f"priorities.{group.criterion}",)
        self.reads = frozenset(own).union(*[rule.facts for rule in rules]) - {"task", "data.structure"}
        self._names = tuple(sorted(self.reads))
        self._seen: dict[tuple[Any, ...], Vector] = {}

    def __call__(self, facts: Facts) -> Vector:
        """Return the group's points, centred and capped; the facts must be `hashable`."""
        key = tuple(map(facts.get, self._names))
        points = self._seen.get(key)
        if points is None:
            points = self._seen[key] = self._points(facts)
        return points

    def _points(self, facts: Facts) -> Vector:
        vectors = [rule.vector(facts) for rule in self._rules if rule.test(facts) is True]
        sums = added(filter(None, vectors))
        factor = group_factor(self._group, sums, facts)
        none, classical, hybrid, transfer, deep = sums = sums if self._level is None else self._level(sums)
        mean = sum(sums) / _COUNT
        return (
            (none - mean) * factor,
            (classical - mean) * factor,
            (hybrid - mean) * factor,
            (transfer - mean) * factor,
            (deep - mean) * factor,
        )


class MeasuredPoints:
    """The measured points as one more group, which no fact of the profile can change."""

    __slots__ = ("_points", "reads")

    def __init__(self, measured: Measured) -> None:
        self._points = measured.points
        self.reads: frozenset[str] = frozenset()

    def __call__(self, facts: Facts) -> Vector:  # noqa: ARG002 - called as the groups of rules are
        """Return the measured points."""
        return self._points


class RulesInPlay:
    """The rules that can matter for one task and structure, ready to be asked hundreds of times."""

    def __init__(
        self,
        book: RuleBook,
        facts: Facts,
        unfit: UnfitByLimit,
        unfit_facts: Collection[str],
        measured: Measured | None = None,
    ) -> None:
        self.temperature = book.temperature
        self.relevant = book.relevant(facts)
        members: dict[str, list[Rule]] = {}
        for rule in self.relevant.scoring:
            members.setdefault(rule.group, []).append(rule)
        self.names = sorted(members)
        self.groups: list[GroupPoints | MeasuredPoints] = [
            GroupPoints(book.groups[name], members[name], measured) for name in self.names
        ]
        if measured is not None:
            self.names.append("")
            self.groups.append(MeasuredPoints(measured))
        # Rules that exclude approaches themselves, and by limit those that enforce what the catalogue's models say.
        limits = self.relevant.limits
        self._excluding = [(rule.test, set(_approaches(rule.excludes))) for rule in limits if not rule.limit]
        self._enforcing: dict[str, list[Test]] = {}
        for rule in limits:
            if rule.limit:
                self._enforcing.setdefault(rule.limit, []).append(rule.test)
        self._unfit = unfit
        self.deciding = frozenset(unfit_facts).union(*[rule.facts for rule in limits])

    def excluded(self, facts: Facts, among: Iterable[Approach] = _EVERY) -> set[Approach]:
        """Return which of these approaches are excluded under any facts."""
        by_rules: set[Approach] = set()
        for test, approaches in self._excluding:
            if not approaches <= by_rules and test(facts) is True:
                by_rules |= approaches
        excluded = by_rules.intersection(among)
        left = [approach for approach in among if approach not in by_rules]
        if left:
            excluded.update(self._unfit.without_model(facts, left, partial(self._enforced, facts)))
        return excluded

    def _enforced(self, facts: Facts, limit: str) -> bool:
        for test in self._enforcing.get(limit, ()):  # noqa: SIM110 - asked hundreds of times
            if test(facts) is True:
                return True
        return False


class Variation:
    """Re-scores one profile under changed facts, touching only what the change can reach.

    Counterfactuals and missing fields need hundreds of scores that differ in a few facts; this keeps each group's
    points and the excluded approaches, and asks again only for those that a changed fact can reach. What the unknown
    fields and the weights of the groups do to the points of the profile itself is taken over as it is: `shift` is
    added to the points, and `temperature` takes the place of the rules' own.
    """

    def __init__(
        self, rules: RulesInPlay, facts: Facts, shift: Sequence[float] = ZERO, temperature: float | None = None
    ) -> None:
        facts = hashable(facts)
        self._rules = rules
        self._temperature = rules.temperature if temperature is None else temperature
        self._points = [group(facts) for group in rules.groups]
        self.totals = added([*self._points, as_vector(shift)])
        self._reached: dict[tuple[str, ...], list[int]] = {}
        self._excluded: dict[tuple[tuple[str, Any], ...], set[Approach]] = {(): rules.excluded(facts)}

    def chances(self, facts: Facts, changed: Sequence[str]) -> tuple[float, ...]:
        """Return the probabilities under facts that differ from the base in `changed` only."""
        facts = hashable(facts)
        key = tuple([(name, facts.get(name)) for name in changed if name in self._rules.deciding])
        if key not in self._excluded:
            self._excluded[key] = self._rules.excluded(facts)
        return probabilities(self._totals_at(facts, changed), self._excluded[key], self._temperature)

    def answer(self, facts: Facts, changed: Sequence[str]) -> Approach | None:
        """Return the most probable approach under facts that differ in `changed` only, None where all are excluded."""
        totals = self._totals_at(facts, changed)
        second, first = sorted(totals)[-2:]
        leader = best(totals)
        if first - second > NEST_COST * self._temperature and not self._rules.excluded(facts, (leader,)):
            return leader  # whichever others are excluded
        chances = probabilities(totals, self._rules.excluded(facts), self._temperature)
        return best(chances) if any(chances) else None

    def _totals_at(self, facts: Facts, changed: Sequence[str]) -> list[float]:
        totals: Sequence[float] = self.totals
        for place in self._reach(tuple(changed)):
            before, after = self._points[place], self._rules.groups[place](facts)
            if after != before:
                totals = [total + new - old for total, new, old in zip(totals, after, before, strict=True)]
        # Rounded, so that equal points tie here as they do in `score`, and the simplest approach wins.
        return [round(total, 10) for total in totals]

    def _reach(self, changed: tuple[str, ...]) -> list[int]:
        """Return the places of the groups that read one of these facts."""
        places = self._reached.get(changed)
        if places is None:
            groups = self._rules.groups
            places = [place for place, group in enumerate(groups) if not group.reads.isdisjoint(changed)]
            self._reached[changed] = places
        return places


_LISTS = tuple(field.path for field in FIELDS if field.kind is Kind.CHOICES)


def hashable(facts: Facts) -> Facts:
    """Return the facts with tuples for lists, so that what follows from them can be remembered."""
    lists = {name: tuple(facts[name]) for name in _LISTS if facts.get(name).__class__ is list}
    return {**facts, **lists} if lists else facts
