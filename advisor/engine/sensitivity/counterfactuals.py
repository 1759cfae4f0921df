"""The nearest counterfactuals: values that a team could change, and that change the answer."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from advisor.engine.approaches import Approach
from advisor.engine.scoring import hashable
from advisor.engine.sensitivity.distance import distance
from advisor.engine.sensitivity.explorer import Explorer, explored_maximum, least_amount, outcome_of
from advisor.engine.sensitivity.rounding import human_round
from advisor.profile.fields import FIELD, Field, Kind

MOST_COUNTERFACTUALS = 6
_PAIR_FIELDS = 14
_MOST_STEPS = 6


class Counterfactual(NamedTuple):
    """Values that, set together, make another approach the answer."""

    set: Mapping[str, Any]
    before: Mapping[str, Any]
    approach: str | None
    distance: float


def counterfactuals(explorer: Explorer) -> tuple[Counterfactual, ...]:
    """Return verified changes of one field, nearest first, and of two where few fields alone change the answer."""
    fields = [field for field in explorer.used if field.changeable]
    singles = [item for field in fields for item in _of_field(explorer, field)]
    found = _verified(explorer, sorted(singles, key=_order))
    if len(found) < 3:
        alone = {name for item in found for name in item.set}
        pairs = _pairs(explorer, [field for field in fields if field.path not in alone])
        found += _verified(explorer, pairs)
    return tuple(sorted(found, key=_order)[:MOST_COUNTERFACTUALS])


def _verified(explorer: Explorer, candidates: Sequence[Counterfactual]) -> list[Counterfactual]:
    kept: list[Counterfactual] = []
    for item in candidates:
        if len(kept) == MOST_COUNTERFACTUALS:
            break
        if any(sum(path in other.set for other in kept) >= 2 for path in item.set):
            continue
        found = _settled(explorer, item)
        if found is not None and all(found.set != other.set for other in kept):
            kept.append(found)
    return kept


def _settled(explorer: Explorer, item: Counterfactual) -> Counterfactual | None:
    """Return a change as it is when scored from scratch: a number moved to the nearest round one that turns the answer.

    None where the change does not turn it, nor a number a few steps further.
    """
    outcome = explorer.surely_at(item.set)
    path, value = next(iter(item.set.items()))
    current = item.before[path]
    if len(item.set) == 1 and FIELD[path].numeric and current is not None and not path.startswith("priorities."):
        away = value > current
        inward = _turns(explorer, outcome)
        for _ in range(_MOST_STEPS):
            beside = _beside(FIELD[path], value, current, upward=away is not inward)
            if beside is None or beside == current or (beside > current) is not away:
                break
            found = explorer.surely_at({path: beside})
            if inward and not _turns(explorer, found):
                break
            value, outcome = beside, found
            if not inward and _turns(explorer, found):
                break
        item = _changed(explorer, {path: value}, outcome)
    return item._replace(approach=outcome.id) if outcome is not None and outcome != explorer.answer else None


def _turns(explorer: Explorer, outcome: Approach | None) -> bool:
    return outcome is not None and outcome != explorer.answer


def _beside(field: Field, value: float, current: float, *, upward: bool) -> float | None:
    """Return the next number of one digit, None where the field ends."""
    beside = human_round(field, value * (1.0001 if upward else 0.9999), 1, upward=upward)
    return beside if beside != value and least_amount(field, current) <= beside <= explored_maximum(field) else None


def _of_field(explorer: Explorer, field: Field) -> Iterator[Counterfactual]:
    current = explorer.question.values.get(field.path)
    if not field.numeric:
        for value in field.choices:
            if value != current and value not in ([], None):
                outcome = outcome_of(explorer.chances_at(hashable({field.path: value})))
                if outcome != explorer.answer:
                    yield _changed(explorer, {field.path: value}, outcome)
        return
    seen: set[tuple[Approach | None, bool]] = set()
    nearest: dict[Approach | None, Counterfactual] = {}
    for value in sorted(explorer.grid(field), key=lambda value: distance(field, current, value)):
        outcome = outcome_of(explorer.chances_at({field.path: value}))
        side = (outcome, current is not None and value > current)
        if outcome != explorer.answer and side not in seen:
            seen.add(side)
            change = _changed(explorer, {field.path: _nearest(explorer, field, current, value, outcome)}, outcome)
            if outcome not in nearest or change.distance < nearest[outcome].distance:
                nearest[outcome] = change
    yield from nearest.values()


def _nearest(explorer: Explorer, field: Field, current: float | None, beyond: float, outcome: Approach | None) -> float:
    """Bisect from the current value towards a value that changes the answer; round outward to a human number."""
    if current is None or field.path.startswith("priorities."):
        return beyond
    low, high = (max(float(end), least_amount(field, current)) for end in (current, beyond))
    for _ in range(9):
        middle = math.sqrt(low * high)
        value = _typed(field, middle)
        if explorer.answer_at({field.path: value}) == outcome:
            high = middle
        else:
            low = middle
    away = beyond > current
    # The bisection ends a little beyond the change, so the round number before it is tried as well.
    for digits, upward in ((1, not away), (1, away), (2, not away), (2, away)):
        value = human_round(field, high, digits, upward=upward)
        inside = min(current, beyond) <= value <= max(current, beyond)
        if inside and value != current and explorer.answer_at({field.path: value}) == outcome:
            return value
    return beyond


def _changed(explorer: Explorer, changes: dict[str, Any], outcome: Approach | None) -> Counterfactual:
    before = {path: explorer.question.values.get(path) for path in changes}
    far = sum(distance(FIELD[path], before[path], value) for path, value in changes.items())
    approach = None if outcome is None else outcome.id
    return Counterfactual(changes, before, approach, far)


def _pairs(explorer: Explorer, fields: Sequence[Field]) -> list[Counterfactual]:
    """Return changes of two fields: the moves that alone come nearest to another answer, two at a time."""
    moves = sorted(filter(None, (_weakening(explorer, field) for field in fields)), key=lambda move: move[:3])
    found = []
    for (_, _, first, one), (_, _, second, other) in combinations(moves[:_PAIR_FIELDS], 2):
        changes = {first: one, second: other}
        outcome = explorer.answer_at(changes)
        if outcome != explorer.answer:
            found.append(_changed(explorer, changes, outcome))
    return sorted(found, key=_order)


def _weakening(explorer: Explorer, field: Field) -> tuple[float, float, str, Any] | None:
    """Return the move of a field that leaves the answer the smallest lead: (lead, distance, path, value)."""
    current = explorer.question.values.get(field.path)
    values = explorer.grid(field) if field.numeric else () if field.kind is Kind.CHOICES else field.choices
    moves = []
    for value in values:
        if value in (current, None):
            continue
        chances = explorer.chances_at({field.path: value})
        if any(chances):
            moves.append((_lead(chances, explorer.answer), distance(field, current, value), field.path, value))
    return min(moves, key=lambda move: move[:2], default=None)


def _lead(chances: Sequence[float], answer: Approach | None) -> float:
    """Return by how much the answer is more probable than its nearest rival."""
    if answer is None:
        return 0.0
    return chances[answer] - max(chances[approach] for approach in Approach if approach != answer)


def _typed(field: Field, value: float) -> float:
    if field.kind is Kind.COUNT:
        return max(round(value), int(field.minimum))
    return value


def _order(item: Counterfactual) -> tuple[float, int, str]:
    return (round(item.distance, 6), len(item.set), str(sorted(item.set.items(), key=str)))
