"""Vary the fields of one profile around its answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from advisor.engine.approaches import Approach, best, points_behind
from advisor.engine.conditions import fields_of, thresholds
from advisor.engine.rulebook import RelevantRules
from advisor.engine.scoring import RulesInPlay, Scored, Variation, hashable
from advisor.engine.sensitivity.question import Question, Values
from advisor.engine.sensitivity.rounding import human_round
from advisor.profile.facts import DERIVED, IMPLIED
from advisor.profile.fields import Field, Kind

_LEAST_CHANCE = 1e-6  # a smaller probability says nothing of the points behind it
_LEAST_SURE = 4.0
_BEYOND = 10  # times beyond the usual numbers of a field that a change may lead to
# Fields that other facts follow from.
_FEEDING = frozenset(path for fields, _ in (*DERIVED.values(), *IMPLIED.values()) for path in fields)


class Explorer:
    """Varies the fields of one profile around its answer."""

    def __init__(self, question: Question, scored: Scored) -> None:
        self.question = question
        self.scored = scored
        self.answer = scored.approach
        self.values = hashable(question.values)
        self.facts = question.derive(self.values)
        expectation = question.expectation(self.facts)
        self.rules = expectation.rules
        self.variation = _variation(question, scored, self.rules, self.facts)
        self.used = expectation.used
        self.unknown = expectation.unknown(self.values, self.facts)
        self.knots = _knots(self.rules.relevant)
        self._chances: dict[tuple[tuple[str, Any], ...], tuple[float, ...]] = {}
        self._grids: dict[str, list[float]] = {}

    def answer_at(self, changes: Mapping[str, Any]) -> Approach | None:
        """Return the approach under changed field values, near enough to look for changes of it."""
        return self.variation.answer(*self._facts_at(changes))

    def surely_at(self, changes: Mapping[str, Any]) -> Approach | None:
        """Return the approach under changed field values from scratch, None too where they contradict each other."""
        values = {**self.question.values, **changes}
        return self.question.score(values).approach if self.question.valid(values) else None

    def chances_at(self, changes: Mapping[str, Any]) -> tuple[float, ...]:
        """Return the probabilities under changed field values, near enough to compare changes."""
        key = tuple(changes.items())
        chances = self._chances.get(key)
        if chances is None:
            chances = self._chances[key] = self.variation.chances(*self._facts_at(changes))
        return chances

    def _facts_at(self, changes: Mapping[str, Any]) -> tuple[Values, tuple[str, ...]]:
        """Return the facts under changed field values, and which of them differ."""
        if _FEEDING.isdisjoint(changes):
            return {**self.facts, **changes}, tuple(changes)
        facts = self.question.derive({**self.values, **changes})
        return facts, _changed(self.facts, facts)

    def grid(self, field: Field) -> list[float]:
        """Return values on both sides of every threshold and grade knot that the field reaches, ascending."""
        if field.path not in self._grids:
            self._grids[field.path] = sorted(self._grid_values(field))
        return self._grids[field.path]

    def _grid_values(self, field: Field) -> set[float]:
        current = self.values.get(field.path)
        if field.path.startswith("priorities."):
            # Points are linear in a priority, so an answer that holds at both ends holds between them.
            ends = {0.0, 5.0} - {current}
            if all(self.answer_at({field.path: end}) == self.answer for end in ends):
                return ends
            return {float(value) for value in range(6)} - {current}
        grid: set[float] = {value for value, _ in field.prior if value is not None}
        for fact, knots in self.knots.items():
            value_at = self._field_value(field, fact) if field.path in fields_of(fact) else None
            if value_at is None:
                continue
            for knot, jumps in knots:
                number = value_at(knot)
                # A condition jumps at its threshold; points between the knots of a grade lie between theirs.
                grid.update((number * 0.8, number, number * 1.25) if jumps else (number,))
        if current:
            grid.update(current * 10.0**power for power in (-3, -2, -1, -0.5, 0.5, 1, 2, 3))
        rounded = {human_round(field, value) for value in grid}
        least, most = practical_range(field, current)
        above_zero = least_amount(field, current)
        return {
            value
            for value in rounded
            if least <= value <= most and value != current and (value == 0 or value >= above_zero)
        }

    def _field_value(self, field: Field, fact: str) -> Callable[[float], float] | None:
        """Return the function from a fact's number to the field's value there, the other fields as they are."""
        if fact == field.path:
            return lambda knot: knot
        present = self.facts.get(fact)
        current = self.values.get(field.path)
        if not isinstance(present, (int, float)) or not current or not present:
            return (lambda knot: knot) if fact in ("data.examples", "data.points") else None
        rising = self.question.derive({**self.values, field.path: current * 2}).get(fact)
        if not isinstance(rising, (int, float)) or rising == present:
            return None
        if rising > present:
            return lambda knot: current * knot / present
        # what falls as the field rises comes near zero, and never there
        return lambda knot: current * present / knot if knot else explored_maximum(field)


def _variation(question: Question, scored: Scored, rules: RulesInPlay, facts: Values) -> Variation:
    """Return a variation that agrees with the expectation at the profile itself.

    The draws move the points and make them less sure. Both are carried over to the profile's neighbours: hundreds of
    them are compared, and taking the expectation of each would cost as much as the rest of the answer.
    """
    expected = None if scored.approach is None else question.expected(question.values, scored)
    if expected is None:
        return Variation(rules, facts)
    first, second = sorted(Approach, key=lambda approach: -scored.probabilities[approach])[:2]
    chances = [max(chance, _LEAST_CHANCE) for chance in scored.probabilities]
    told = points_behind(chances, rules.temperature)
    ahead, lead = expected.points[first] - expected.points[second], told[first] - told[second]
    less_sure = min(max(ahead / lead, 1.0), _LEAST_SURE) if lead > 0 else 1.0
    drift = told[first] * less_sure - expected.points[first]
    moved = [
        points * less_sure if chance > _LEAST_CHANCE else there + drift
        for points, chance, there in zip(told, scored.probabilities, expected.points, strict=True)
    ]
    shift = [there - here for there, here in zip(moved, Variation(rules, facts).totals, strict=True)]
    return Variation(rules, facts, shift, rules.temperature * less_sure)


def outcome_of(chances: Sequence[float]) -> Approach | None:
    """Return the most probable approach, None where all are excluded."""
    return best(chances) if any(chances) else None


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    changed = [name for name, value in after.items() if before.get(name) is not value]
    changed += [name for name in before if name not in after]
    return tuple(changed)


def _knots(relevant: RelevantRules) -> dict[str, list[tuple[float, bool]]]:
    """Return for each fact its thresholds and grade knots, and whether the score can jump there."""
    jumps = {place for rule in (*relevant.scoring, *relevant.limits) for place in thresholds(rule.when)}
    knots = {(rule.graded.fact, knot) for rule in relevant.scoring if rule.graded for knot in rule.graded.at}
    found: dict[str, list[tuple[float, bool]]] = {}
    for fact, number in sorted(knots | jumps):
        found.setdefault(fact, []).append((number, (fact, number) in jumps))
    return found


def practical_range(field: Field, current: float | None) -> tuple[float, float]:
    """Return the smallest and the largest number that a change of a field may lead to.

    Ten times beyond what the field is in most projects, or from where it is: that a limit of a tenth of
    a microsecond or a billion examples would change the answer is true and useless, as is having no data at all.

    Examples
    --------
    >>> from advisor.profile.fields import FIELD
    >>> practical_range(FIELD["latency.p95_ms"], 100.0)
    (2.0, 50000.0)
    >>> practical_range(FIELD["data.minority_share"], None)
    (0, 1.0)
    """
    maximum = explored_maximum(field)
    usual = _usual_amounts(field)
    if field.kind is Kind.SHARE or not usual:
        return field.minimum, maximum
    least, most = min(usual) / _BEYOND, max(usual) * _BEYOND
    if current:
        least, most = min(least, current / _BEYOND), max(most, current * _BEYOND)
    if field.kind is Kind.COUNT and current:
        least = max(least, 1)
    has_zero = any(value == 0 for value, _ in field.prior)
    return (field.minimum if has_zero else max(field.minimum, least)), min(maximum, most)


def least_amount(field: Field, current: float | None) -> float:
    """Return the smallest number above zero that a change of a field may lead to.

    Examples
    --------
    >>> from advisor.profile.fields import FIELD
    >>> least_amount(FIELD["labels.budget_usd"], 0), least_amount(FIELD["labels.budget_usd"], 50)
    (100.0, 5.0)
    """
    usual = _usual_amounts(field)
    least = min([*usual, *([current] if current else [])], default=0.0) / _BEYOND
    return max(least, field.minimum, 1 if field.kind is Kind.COUNT else 1e-9)


def _usual_amounts(field: Field) -> list[float]:
    """Return the numbers above zero that a field holds in most projects."""
    return [value for value, _ in field.prior if isinstance(value, (int, float)) and value > 0]


def explored_maximum(field: Field) -> float:
    """Return the largest number of a field that is tried."""
    return 1.0 if field.kind is Kind.SHARE else min(field.maximum, 1e12)
