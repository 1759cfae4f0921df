"""Rules, groups and the rule book: what scoring works with."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from advisor.engine.approaches import ZERO, Vector, as_vector
from advisor.engine.conditions import (
    ALWAYS,
    Condition,
    Test,
    compile_condition,
    fields_of,
    leaves,
    without_known,
)
from advisor.profile.facts import Interval
from advisor.profile.fields import STRUCTURES


class Group(NamedTuple):
    """Rules that overlap: their joint effect is capped.

    What a `measured` group says of approaches that were measured on the project's data gives way to the measurement.
    """

    id: str
    title: str
    criterion: str
    cap: float
    measured: bool = False


class Graded(NamedTuple):
    """Points as a piecewise-linear function of one fact, constant beyond the outer knots."""

    fact: str
    log: bool
    at: tuple[float, ...]
    points: tuple[Vector, ...]

    def __call__(self, facts: Mapping[str, Any]) -> Vector | None:
        """Return the points at the fact's value, or None where it is unknown."""
        value = facts.get(self.fact)
        if value is None:
            return None
        if value.__class__ is Interval:
            if value <= self.at[0]:
                return self.points[0]
            return self.points[-1] if value >= self.at[-1] else None
        return self.value(value)

    def knots(self, facts: Mapping[str, Any]) -> list[tuple[int, float]]:
        """Return the knots that the points at the fact's value come from, each with its share; none if unknown."""
        value = facts.get(self.fact)
        if value is None or (isinstance(value, Interval) and self(facts) is None):
            return []
        last = len(self.at) - 1
        if value <= self.at[0]:
            return [(0, 1.0)]
        if value >= self.at[-1]:
            return [(last, 1.0)]
        right = bisect_right(self.at, value)
        scale = math.log if self.log else float
        low, high = scale(self.at[right - 1]), scale(self.at[right])
        share = (scale(value) - low) / (high - low)
        return [(right - 1, 1 - share), (right, share)]

    def value(self, value: float) -> Vector:
        """Return the points at a number."""
        right = bisect_right(self.at, value)
        if right == 0:
            return self.points[0]
        if right == len(self.at):
            return self.points[-1]
        low, high = self.at[right - 1], self.at[right]
        scale = math.log if self.log else float
        share = (scale(value) - scale(low)) / (scale(high) - scale(low))
        before, after = self.points[right - 1], self.points[right]
        return as_vector([a + (b - a) * share for a, b in zip(before, after, strict=True)])


class Evidence(NamedTuple):
    """Where a rule's claim comes from."""

    source: str
    claim: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One situation and what it says about the approaches."""

    id: str
    title: str
    criterion: str
    group: str
    when: Condition
    because: str
    exceptions: str
    evidence: tuple[Evidence, ...]
    points: Vector | None = None
    graded: Graded | None = None
    excludes: tuple[str, ...] = ()
    limit: str = ""
    techniques: tuple[str, ...] = ()
    plan: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    fires: tuple[Mapping[str, Any], ...] = ()
    silent: tuple[Mapping[str, Any], ...] = ()
    test: Test = field(default=compile_condition(ALWAYS), repr=False, compare=False)

    @property
    def facts(self) -> frozenset[str]:
        """Facts that the rule reads."""
        names = {leaf.fact for leaf in leaves(self.when)}
        return frozenset(names | {self.graded.fact} if self.graded else names)

    @property
    def fields(self) -> frozenset[str]:
        """Profile fields that the rule depends on, through derived facts too."""
        return frozenset(path for fact in self.facts for path in fields_of(fact))

    @property
    def scores(self) -> bool:
        """Whether the rule gives points."""
        return self.points is not None or self.graded is not None

    def vector(self, facts: Mapping[str, Any]) -> Vector | None:
        """Return the points under facts for which the condition holds; None if the graded fact is unknown."""
        return self.points if self.points is not None else self.graded(facts) if self.graded else ZERO


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Rules sorted by id, with their groups and the digest of their files.

    `count` is the number of all rules; a book made for a few structures holds only those that can matter there.
    Points are divided by the `temperature` before they become probabilities.
    """

    rules: tuple[Rule, ...]
    groups: Mapping[str, Group]
    sha256: str
    count: int = 0
    temperature: float = 1.0
    _relevant: dict[tuple[Any, Any], "RelevantRules"] = field(default_factory=dict, repr=False, compare=False)

    def relevant(self, facts: Mapping[str, Any]) -> "RelevantRules":
        """Return the rules that can matter for this task and structure."""
        key = (facts.get("task"), facts.get("data.structure"))
        if key not in self._relevant:
            known = {"task": key[0], "data.structure": key[1]}
            fixed = {name: value for name, value in known.items() if value is not None}
            self._relevant[key] = RelevantRules.of(self, fixed)
        return self._relevant[key]


class RelevantRules(NamedTuple):
    """Rules that can fire for one task and structure, indexed by the facts that they read."""

    scoring: tuple[Rule, ...]
    limits: tuple[Rule, ...]
    suggesting: tuple[Rule, ...]
    by_fact: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, book: RuleBook, fixed: Mapping[str, Any]) -> "RelevantRules":
        """Return the rules of `book` whose condition is not false under the fixed facts alone."""
        possible = [rule for rule in book.rules if compile_condition(without_known(rule.when))(fixed) is not False]
        scoring = tuple(rule for rule in possible if rule.scores)
        by_fact: dict[str, list[int]] = {}
        for index, rule in enumerate(scoring):
            for fact in rule.facts:
                by_fact.setdefault(fact, []).append(index)
        return cls(
            scoring,
            tuple(rule for rule in possible if rule.excludes or rule.limit),
            tuple(rule for rule in possible if rule.techniques or rule.plan or rule.warnings),
            {fact: tuple(indices) for fact, indices in by_fact.items()},
        )


def possible_structures(rule: Rule) -> list[str]:
    """Return the structures for which the rule's condition is not false on the structure alone."""
    test = compile_condition(without_known(rule.when))
    return [name for name in STRUCTURES if test({"data.structure": name}) is not False]


def failing_tests(rule: Rule, derive: Any) -> list[str]:
    """Return one sentence for each of the rule's own examples that fails."""
    failures = []
    for expected, examples in ((True, rule.fires), (False, rule.silent)):
        for example in examples:
            facts = derive(example)
            fires = rule.test(facts) is True and rule.vector(facts) is not None
            if fires is not expected:
                word = "fire" if expected else "stay silent"
                failures.append(f"{rule.id}: should {word} on {dict(example)}")
    return failures
