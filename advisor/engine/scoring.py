"""From facts and rules to points, exclusions and probabilities."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from advisor.engine.approaches import APPROACHES, Vector, best, probabilities
from advisor.engine.rulebook import Group, RelevantRules, Rule, RuleBook
from advisor.profile.fields import DEFAULT_PRIORITY

Facts = Mapping[str, Any]
# Approaches (indices) that a limit leaves without a single model, by the limit's name.
Unfit = Mapping[str, frozenset[int]]
UnfitFunction = Callable[[Facts], Unfit]

_COUNT = len(APPROACHES)
_INDEX = {approach: index for index, approach in enumerate(APPROACHES)}
_STEP = 1000  # contributions are kept in thousandths of a point, so that they sum exactly


class Contribution(NamedTuple):
    """What one rule adds to each approach, after cap and priority, and what it asked for."""

    rule: Rule
    points: Vector
    raw: Vector


class Scored(NamedTuple):
    """Points, exclusions and probabilities of the five approaches."""

    contributions: tuple[Contribution, ...]
    points: Vector
    excluded: Mapping[int, tuple[str, ...]]
    probabilities: tuple[float, ...]
    undecided: tuple[Rule, ...]

    @property
    def approach(self) -> int | None:
        """Index of the most probable feasible approach; None when all are excluded."""
        return None if len(self.excluded) == _COUNT else best(self.probabilities)


def score(book: RuleBook, facts: Facts, unfit: Unfit | None = None) -> Scored:
    """Score the approaches for one profile.

    Parameters
    ----------
    book : RuleBook
        The rules.
    facts : mapping
        Known facts, see `advisor.profile.facts.derive_facts`.
    unfit : mapping, optional
        Approaches that the catalogue's models cannot serve, by limit.

    Returns
    -------
    Scored
        Contributions in thousandths of a point; they sum exactly to the points.
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
        factor = _factor(group, added([vector for _, vector in members]), facts)
        for rule, vector in members:
            mean = sum(vector) / _COUNT
            thousandths = [round((value - mean) * factor * _STEP) for value in vector]
            totals = [total + value for total, value in zip(totals, thousandths, strict=True)]
            contributions.append(Contribution(rule, _points(thousandths), vector))
    excluded, open_limits = exclusions(relevant, facts, unfit or {})
    points = _points(totals)
    chances = probabilities(points, excluded)
    return Scored(tuple(contributions), points, excluded, chances, (*undecided, *open_limits))


def exclusions(relevant: RelevantRules, facts: Facts, unfit: Unfit) -> tuple[dict[int, tuple[str, ...]], list[Rule]]:
    """Return rule ids by excluded approach, and the limits that are still undecided."""
    excluded: dict[int, tuple[str, ...]] = {}
    undecided: list[Rule] = []
    for rule in relevant.limits:
        hit: Collection[int] = unfit.get(rule.limit, ()) if rule.limit else _indices(rule.excludes)
        if not hit:
            continue
        truth = rule.test(facts)
        if truth is None and not rule.limit:
            undecided.append(rule)
        if truth is True:
            for index in sorted(hit):
                excluded[index] = (*excluded.get(index, ()), rule.id)
    return excluded, undecided


def _indices(approaches: Sequence[str]) -> list[int]:
    return [_INDEX[approach] for approach in approaches]


def _points(thousandths: Sequence[int]) -> Vector:
    none, classical, hybrid, transfer, deep = thousandths
    return none / _STEP, classical / _STEP, hybrid / _STEP, transfer / _STEP, deep / _STEP


def added(vectors: Iterable[Vector]) -> Vector:
    """Return the sum of vectors, approach by approach."""
    none = classical = hybrid = transfer = deep = 0.0
    for vector in vectors:
        none += vector[0]
        classical += vector[1]
        hybrid += vector[2]
        transfer += vector[3]
        deep += vector[4]
    return none, classical, hybrid, transfer, deep


def weighted(vectors: Iterable[Vector], weights: Iterable[float]) -> Vector:
    """Return the weighted sum of vectors, approach by approach."""
    none = classical = hybrid = transfer = deep = 0.0
    for vector, weight in zip(vectors, weights, strict=True):
        none += vector[0] * weight
        classical += vector[1] * weight
        hybrid += vector[2] * weight
        transfer += vector[3] * weight
        deep += vector[4] * weight
    return none, classical, hybrid, transfer, deep


def _factor(group: Group, sums: Vector, facts: Facts) -> float:
    """Return what the points of a group's rules are multiplied by: the cap, then the priority."""
    spread = max(sums) - min(sums)
    factor = group.cap / spread if spread > group.cap else 1.0
    return factor * priority_factor(group.criterion, facts)


def priority_factor(criterion: str, facts: Facts) -> float:
    """Return what a group of this criterion is multiplied by; success is never scaled."""
    if criterion == "success":
        return 1.0
    return float(facts.get(f"priorities.{criterion}", DEFAULT_PRIORITY)) / DEFAULT_PRIORITY


class _RulePoints:
    """The points of rules that read the same facts, remembered by the values of these facts."""

    __slots__ = ("_names", "_rules", "_seen")

    def __init__(self, names: tuple[str, ...], rules: Sequence[Rule]) -> None:
        self._names = names
        self._rules = rules
        self._seen: dict[tuple[Any, ...], Vector] = {}

    def __call__(self, facts: Facts) -> Vector:
        key = tuple(map(facts.get, self._names))
        points = self._seen.get(key)
        if points is None:
            vectors = [rule.vector(facts) for rule in self._rules if rule.test(facts) is True]
            points = self._seen[key] = added([vector for vector in vectors if vector is not None])
        return points


class GroupPoints:
    """The points of one group under changing facts of one task and structure; the facts must be hashable."""

    __slots__ = ("_group", "_parts", "facts")

    def __init__(self, group: Group, rules: Sequence[Rule]) -> None:
        self._group = group
        by_facts: dict[tuple[str, ...], list[Rule]] = {}
        for rule in rules:
            by_facts.setdefault(tuple(sorted(rule.facts - {"task", "data.structure"})), []).append(rule)
        self._parts = [_RulePoints(names, members) for names, members in by_facts.items()]
        names = {name for names in by_facts for name in names}
        if group.criterion != "success":
            names.add(f"priorities.{group.criterion}")
        self.facts = tuple(sorted(names))

    def __call__(self, facts: Facts) -> Vector:
        """Return the group's points, centred and capped."""
        none, classical, hybrid, transfer, deep = sums = added([part(facts) for part in self._parts])
        factor = _factor(self._group, sums, facts)
        mean = (none + classical + hybrid + transfer + deep) / _COUNT
        return (
            (none - mean) * factor,
            (classical - mean) * factor,
            (hybrid - mean) * factor,
            (transfer - mean) * factor,
            (deep - mean) * factor,
        )


class Variation:
    """Re-scores one profile under changed facts, touching only what the change can reach.

    Flips, missing fields and stability need hundreds of scores that differ in a few facts; this keeps each group's
    points and asks only the groups whose rules read a changed fact. Facts must be hashable (tuples for lists).
    """

    def __init__(self, book: RuleBook, facts: Facts, unfit: UnfitFunction, unfit_facts: Collection[str]) -> None:
        self.relevant = book.relevant(facts)
        self.unfit = unfit
        self.unfit_facts = frozenset(unfit_facts)
        self.limit_facts = frozenset(fact for rule in self.relevant.limits for fact in rule.facts)
        members: dict[str, list[Rule]] = {}
        for rule in self.relevant.scoring:
            members.setdefault(rule.group, []).append(rule)
        self.groups = [GroupPoints(book.groups[name], members[name]) for name in sorted(members)]
        self.points = [group(facts) for group in self.groups]
        self.totals: Sequence[float] = added(self.points)
        self.base_unfit = unfit(facts)
        self.base_excluded = exclusions(self.relevant, facts, self.base_unfit)[0]
        self._chances: dict[tuple[Any, ...], tuple[float, ...]] = {}
        self._reached: dict[tuple[str, ...], list[int]] = {}

    def reached(self, changed: tuple[str, ...]) -> list[int]:
        """Return the places of the groups that read one of these facts."""
        found = self._reached.get(changed)
        if found is None:
            names = frozenset(changed)
            found = [place for place, group in enumerate(self.groups) if not names.isdisjoint(group.facts)]
            self._reached[changed] = found
        return found

    def excluded(self, facts: Facts, changed: Collection[str] | None = None) -> Collection[int]:
        """Return the approaches excluded under changed facts; without `changed`, any fact may be another."""
        if changed is None:
            return exclusions(self.relevant, facts, self.unfit(facts))[0]
        unfit_change = not self.unfit_facts.isdisjoint(changed)
        if not unfit_change and self.limit_facts.isdisjoint(changed):
            return self.base_excluded
        unfit = self.unfit(facts) if unfit_change else self.base_unfit
        return exclusions(self.relevant, facts, unfit)[0]

    def chances(self, facts: Facts, changed: tuple[str, ...]) -> tuple[float, ...]:
        """Return the probabilities under facts that differ from the base in `changed` only."""
        totals = self.totals
        for place in self.reached(changed):
            before, after = self.points[place], self.groups[place](facts)
            if after != before:
                totals = [total + new - old for total, new, old in zip(totals, after, before, strict=True)]
        # Rounded, so that equal points tie here as they do in `score`, and the simplest approach wins.
        points = tuple([round(total, 10) for total in totals])
        excluded = frozenset(self.excluded(facts, changed))
        chances = self._chances.get((points, excluded))
        if chances is None:
            chances = self._chances[points, excluded] = probabilities(points, excluded)
        return chances
