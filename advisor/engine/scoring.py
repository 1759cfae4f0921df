"""From facts and rules to points, exclusions and probabilities."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.engine.approaches import APPROACHES, ZERO, Vector, best, probabilities
from advisor.engine.rulebook import RelevantRules, Rule, RuleBook
from advisor.profile.fields import CRITERIA, DEFAULT_PRIORITY

Facts = Mapping[str, Any]
# Approaches (indices) that a limit leaves without a single model, by the limit's name.
Unfit = Mapping[str, frozenset[int]]
UnfitFunction = Callable[[Facts], Unfit]

_COUNT = len(APPROACHES)
_INDEX = {approach: index for index, approach in enumerate(APPROACHES)}
_STEP = 1000  # contributions are kept in thousandths of a point, so that they sum exactly


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one rule adds to each approach, after cap and priority, and what it asked for."""

    rule: Rule
    points: Vector
    raw: Vector


@dataclass(frozen=True, slots=True)
class Scored:
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
        factor = _cap_factor([vector for _, vector in members], book.groups[name].cap)
        factor *= priority_factor(book.groups[name].criterion, facts)
        for rule, vector in members:
            mean = sum(vector) / _COUNT
            thousandths = [round((value - mean) * factor * _STEP) for value in vector]
            for index, value in enumerate(thousandths):
                totals[index] += value
            contributions.append(Contribution(rule, _points(thousandths), vector))
    excluded, open_limits = exclusions(relevant, facts, unfit or {})
    points = _points(totals)
    chances = probabilities(points, excluded)
    return Scored(tuple(contributions), points, excluded, chances, (*undecided, *open_limits))


def exclusions(
    relevant: RelevantRules, facts: Facts, unfit: Unfit
) -> tuple[dict[int, tuple[str, ...]], list[Rule]]:
    """Return rule ids by excluded approach, and the limits that are still undecided."""
    excluded: dict[int, tuple[str, ...]] = {}
    undecided: list[Rule] = []
    for rule in relevant.limits:
        truth = rule.test(facts)
        if truth is None and not rule.limit:
            undecided.append(rule)
        if truth is not True:
            continue
        hit = unfit.get(rule.limit, ()) if rule.limit else [_INDEX[name] for name in rule.excludes]
        for index in sorted(hit):
            excluded[index] = (*excluded.get(index, ()), rule.id)
    return excluded, undecided


def _points(thousandths: Sequence[int]) -> Vector:
    return tuple(value / _STEP for value in thousandths)  # type: ignore[return-value]


def _cap_factor(vectors: Sequence[Vector], cap: float) -> float:
    sums = [sum(column) for column in zip(*vectors, strict=True)]
    spread = max(sums) - min(sums)
    return cap / spread if spread > cap else 1.0


def priority_factor(criterion: str, facts: Facts) -> float:
    """Return what a group of this criterion is multiplied by; success is never scaled."""
    if criterion == "success":
        return 1.0
    return float(facts.get(f"priorities.{criterion}", DEFAULT_PRIORITY)) / DEFAULT_PRIORITY


class Variation:
    """Re-scores one profile under changed facts, touching only what the change can reach.

    Flips, missing fields and stability need thousands of scores that differ in a few facts; this keeps each
    group's sum and recomputes only the groups whose rules read a changed fact.
    """

    def __init__(
        self, book: RuleBook, facts: Facts, unfit: UnfitFunction, unfit_facts: Collection[str]
    ) -> None:
        self.book = book
        self.facts = facts
        self.relevant = book.relevant(facts)
        self.unfit = unfit
        self.unfit_facts = frozenset(unfit_facts)
        self.limit_facts = frozenset(fact for rule in self.relevant.limits for fact in rule.facts)
        self.members: dict[str, list[int]] = {}
        self.of_criterion: dict[str, list[str]] = {criterion: [] for criterion in CRITERIA}
        for index, rule in enumerate(self.relevant.scoring):
            self.members.setdefault(rule.group, []).append(index)
        for name in self.members:
            criterion = book.groups[name].criterion
            if criterion != "success":
                self.of_criterion[criterion].append(name)
        self.vectors = [self._vector(rule, facts) for rule in self.relevant.scoring]
        self.sums = {name: self._group_sum(name, self.vectors, facts) for name in self.members}
        self.totals = [sum(column) for column in zip(ZERO, *self.sums.values(), strict=True)]
        self.base_unfit = unfit(facts)
        self.base_excluded = exclusions(self.relevant, facts, self.base_unfit)[0]

    @staticmethod
    def _vector(rule: Rule, facts: Facts) -> Vector | None:
        return rule.vector(facts) if rule.test(facts) is True else None

    def _group_sum(self, name: str, vectors: Sequence[Vector | None], facts: Facts) -> list[float]:
        fired = [vector for index in self.members[name] if (vector := vectors[index]) is not None]
        if not fired:
            return [0.0] * _COUNT
        group = self.book.groups[name]
        sums = [sum(column) for column in zip(*fired, strict=True)]
        spread = max(sums) - min(sums)
        factor = group.cap / spread if spread > group.cap else 1.0
        if group.criterion != "success":
            factor *= priority_factor(group.criterion, facts)
        mean = sum(sums) / _COUNT
        return [(value - mean) * factor for value in sums]

    def touched(self, changed: Collection[str]) -> tuple[set[int], set[str]]:
        """Return the rules and groups that a change of these facts can reach."""
        rules = {index for fact in changed for index in self.relevant.by_fact.get(fact, ())}
        groups = {self.relevant.scoring[index].group for index in rules}
        for fact in changed:
            if fact.startswith("priorities."):
                groups.update(self.of_criterion[fact.partition(".")[2]])
        return rules, groups

    def group_sums(self, facts: Facts, changed: Collection[str]) -> dict[str, list[float]]:
        """Return the sums of the groups that the changed facts reach."""
        rules, groups = self.touched(changed)
        vectors = self.vectors.copy()
        for index in rules:
            vectors[index] = self._vector(self.relevant.scoring[index], facts)
        return {name: self._group_sum(name, vectors, facts) for name in groups}

    def excluded(self, facts: Facts, changed: Collection[str]) -> Collection[int]:
        """Return the approaches excluded under changed facts."""
        limits_change = not self.limit_facts.isdisjoint(changed)
        unfit_change = not self.unfit_facts.isdisjoint(changed)
        if not (limits_change or unfit_change):
            return self.base_excluded
        unfit = self.unfit(facts) if unfit_change else self.base_unfit
        return exclusions(self.relevant, facts, unfit)[0]

    def chances(self, facts: Facts, changed: Collection[str]) -> tuple[float, ...]:
        """Return the probabilities under facts that differ from the base in `changed` only."""
        totals = self.totals.copy()
        for name, sums in self.group_sums(facts, changed).items():
            before = self.sums[name]
            for index in range(_COUNT):
                totals[index] += sums[index] - before[index]
        return probabilities(totals, self.excluded(facts, changed))
