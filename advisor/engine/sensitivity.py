"""What would change the answer: nearest flips, the value of missing fields, stability over draws."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import combinations, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from advisor.engine.approaches import Approach, Vector, best
from advisor.engine.conditions import fields_of, thresholds
from advisor.engine.rulebook import RelevantRules, RuleBook
from advisor.engine.scoring import Measured, Scored, UnfitByLimit, Variation, hashable, score, weighted
from advisor.profile.facts import DERIVED, Interval
from advisor.profile.fields import DEFAULT_PRIORITY, FIELD, FIELDS, Field, Kind

Values = Mapping[str, Any]
Derive = Callable[[Values], dict[str, Any]]
Valid = Callable[[Values], bool]

DRAWS = 100
SEED = 20_261_122
GROUP_WEIGHT_SIGMA = 0.3
MOST_FLIPS = 6
_PAIR_FIELDS = 14
# Fields that other facts follow from.
_FEEDING = frozenset(path for fields, _ in DERIVED.values() for path in fields) | {"deployment.target"}


class Flip(NamedTuple):
    """Values that, set together, make another approach the answer."""

    set: Mapping[str, Any]
    before: Mapping[str, Any]
    approach: str | None
    distance: float


class Missing(NamedTuple):
    """An unknown field, whether it could change the approach, the value of knowing it, and its expected shift."""

    field: str
    could_change_approach: bool
    value: float
    shift: float


class Prospect(NamedTuple):
    """What one unknown field could do: (probabilities, weight) for each value, expected gain, expected shift."""

    field: Field
    outcomes: Sequence[tuple[tuple[float, ...], float]]
    value: float
    shift: float


class Sensitivity(NamedTuple):
    """Flips (nearest first), missing fields (most valuable first) and stability."""

    flips: tuple[Flip, ...]
    missing: tuple[Missing, ...]
    stability: float | None


class Question(NamedTuple):
    """Everything that sensitivity analysis varies around one profile."""

    book: RuleBook
    values: Values
    derive: Derive
    valid: Valid
    unfit: UnfitByLimit
    unfit_facts: frozenset[str]
    measured: Measured | None = None

    def score(self, values: Values) -> Scored:
        """Score a full profile from scratch."""
        facts = self.derive(values)
        return score(self.book, facts, self.unfit(facts), self.measured)


def analyse(question: Question, scored: Scored) -> Sensitivity:
    """Return flips, missing fields and stability around a scored profile."""
    explorer = Explorer(question, scored)
    flips = explorer.flips()
    if scored.approach is None:
        return Sensitivity(flips, (), None)
    return Sensitivity(flips, explorer.missing(), explorer.stability())


class Explorer:
    """Varies the fields of one profile around its answer."""

    def __init__(self, question: Question, scored: Scored) -> None:
        self.question = question
        self.scored = scored
        self.answer = scored.approach
        self.values = hashable(question.values)
        self.facts = question.derive(self.values)
        self.variation = Variation(question.book, self.facts, question.unfit, question.unfit_facts, question.measured)
        read = self.variation.deciding.union(*[group.reads for group in self.variation.groups])
        used = {path for fact in read for path in fields_of(fact)}
        self.used = [field for field in FIELDS if field.path in used]
        self.knots = _knots(self.variation.relevant)
        self._chances: dict[tuple[tuple[str, Any], ...], tuple[float, ...]] = {}
        self._grids: dict[str, list[float]] = {}

    def answer_at(self, changes: Mapping[str, Any]) -> Approach | None:
        """Return the approach under changed field values."""
        facts, changed = self._facts_at(changes)
        return self.variation.answer(facts, self.variation.totals(facts, changed))

    def chances_at(self, changes: Mapping[str, Any]) -> tuple[float, ...]:
        """Return the probabilities under changed field values."""
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

    # -- flips ---------------------------------------------------------------------------------------

    def flips(self) -> tuple[Flip, ...]:
        """Return verified flips by one field, and by two where few fields flip alone."""
        fields = [field for field in self.used if field.changeable]
        singles = [flip for field in fields for flip in self._field_flips(field)]
        found = self._verified(sorted(singles, key=_flip_order))
        if len(found) < 3:
            alone = {name for flip in found for name in flip.set}
            pairs = self._pairs([field for field in fields if field.path not in alone])
            found += self._verified(pairs)
        return tuple(sorted(found, key=_flip_order)[:MOST_FLIPS])

    def _verified(self, flips: Sequence[Flip]) -> list[Flip]:
        kept: list[Flip] = []
        for flip in flips:
            values = {**self.question.values, **flip.set}
            if not self.question.valid(values):
                continue
            approach = self.question.score(values).approach
            name = None if approach is None else approach.id
            crowded = any(sum(path in other.set for other in kept) >= 2 for path in flip.set)
            if name is not None and name == flip.approach and approach != self.scored.approach and not crowded:
                kept.append(flip)
            if len(kept) == MOST_FLIPS:
                break
        return kept

    def _field_flips(self, field: Field) -> Iterator[Flip]:
        current = self.question.values.get(field.path)
        if not field.numeric:
            for value in _choices(field):
                if value != current and value not in ([], None):
                    outcome = _answer(self.chances_at(hashable({field.path: value})))
                    if outcome != self.answer:
                        yield self._flip({field.path: value}, outcome)
            return
        seen: set[tuple[Approach | None, bool]] = set()
        nearest: dict[Approach | None, Flip] = {}
        for value in sorted(self.grid(field), key=lambda value: _distance(field, current, value)):
            outcome = _answer(self.chances_at({field.path: value}))
            side = (outcome, current is not None and value > current)
            if outcome != self.answer and side not in seen:
                seen.add(side)
                flip = self._flip({field.path: self._nearest(field, current, value, outcome)}, outcome)
                if outcome not in nearest or flip.distance < nearest[outcome].distance:
                    nearest[outcome] = flip
        yield from nearest.values()

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
        # Nobody plans to have no data at all: a flip to zero would be true and useless.
        least = max(field.minimum, 1) if field.kind is Kind.COUNT and current else field.minimum
        return {value for value in rounded if least <= value <= _maximum(field) and value != current}

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
        return lambda knot: current * present / knot

    def _nearest(self, field: Field, current: float | None, beyond: float, outcome: Approach | None) -> float:
        """Bisect from the current value towards a flipping value; round outward to a human number."""
        if current is None or field.path.startswith("priorities."):
            return beyond
        low, high = max(float(current), field.minimum or 1e-6, 1e-6), max(float(beyond), 1e-9)
        for _ in range(9):
            middle = math.sqrt(low * high)
            value = _typed(field, middle)
            if self.answer_at({field.path: value}) == outcome:
                high = middle
            else:
                low = middle
        away = beyond > current
        # The bisection ends a little beyond the flip, so the round number before it is tried as well.
        for digits, upward in ((1, not away), (1, away), (2, not away), (2, away)):
            value = human_round(field, high, digits, upward=upward)
            inside = min(current, beyond) <= value <= max(current, beyond)
            if inside and value != current and self.answer_at({field.path: value}) == outcome:
                return value
        return beyond

    def _flip(self, changes: dict[str, Any], outcome: Approach | None) -> Flip:
        before = {path: self.question.values.get(path) for path in changes}
        distance = sum(_distance(FIELD[path], before[path], value) for path, value in changes.items())
        approach = None if outcome is None else outcome.id
        return Flip(changes, before, approach, distance)

    def _pairs(self, fields: Sequence[Field]) -> list[Flip]:
        """Return flips by two fields: the moves that alone come nearest to a flip, two at a time."""
        moves = []
        for field in fields:
            current = self.question.values.get(field.path)
            values = self.grid(field) if field.numeric else _hashable_choices(field)
            best_move: tuple[float, float, Any] | None = None
            for value in values:
                if value in (current, None):
                    continue
                chances = self.chances_at({field.path: value})
                if not any(chances):
                    continue
                lead = (
                    chances[self.answer] - max(chance for index, chance in enumerate(chances) if index != self.answer)
                    if self.answer is not None
                    else 0.0
                )
                key = (lead, _distance(field, current, value), value)
                if best_move is None or key[:2] < best_move[:2]:
                    best_move = key
            if best_move is not None:
                moves.append((best_move[0], best_move[1], field.path, best_move[2]))
        moves.sort(key=lambda move: move[:3])
        found = []
        for (_, _, first, one), (_, _, second, other) in combinations(moves[:_PAIR_FIELDS], 2):
            changes = {first: one, second: other}
            outcome = self.answer_at(changes)
            if outcome != self.answer:
                found.append(self._flip(changes, outcome))
        return sorted(found, key=_flip_order)

    # -- missing fields and stability ------------------------------------------------------------------

    @cached_property
    def unknown(self) -> list[tuple[Field, list[tuple[Any, float]]]]:
        """The unknown fields that matter, with the values that they could take and their probabilities."""
        unknown = []
        for field in self.used:
            pointless = field.unless and self.facts.get(field.unless[0]) == field.unless[1]
            if self._known(field.path) or pointless or not field.prior:
                continue
            options = [
                (tuple(value) if isinstance(value, list) else value, weight)
                for value, weight in field.prior
                if self.question.valid({**self.values, field.path: value})
            ]
            if options:
                total = sum(weight for _, weight in options)
                unknown.append((field, [(value, weight / total) for value, weight in options]))
        return unknown

    def _known(self, path: str) -> bool:
        """Return whether the profile gives a field or implies it."""
        return path in self.facts and self.facts[path].__class__ is not Interval

    def prospects(self) -> Iterator[Prospect]:
        """Yield what each unknown field could do to the probabilities."""
        for field, options in self.unknown:
            outcomes = [
                (self.chances_at({} if value is None else {field.path: value}), weight) for value, weight in options
            ]
            mean = weighted(*zip(*outcomes, strict=True))
            gain = max(0.0, sum(max(chances) * weight for chances, weight in outcomes) - max(mean))
            shift = sum(
                weight * sum(abs(chance - average) for chance, average in zip(chances, mean, strict=True)) / 2
                for chances, weight in outcomes
            )
            yield Prospect(field, outcomes, round(gain, 9), shift)

    def missing(self) -> tuple[Missing, ...]:
        """Return the unknown fields by value: expected gain in the probability of the right choice.

        Fields of equal gain (often none: no single value changes the answer) follow by how far they move the
        probabilities.
        """
        found = []
        for prospect in self.prospects():
            changes = any(any(chances) and best(chances) != self.answer for chances, _ in prospect.outcomes)
            if prospect.shift > 1e-9:
                found.append(Missing(prospect.field.path, changes, prospect.value, prospect.shift))
        order = {field.path: index for index, field in enumerate(FIELDS)}
        found.sort(key=lambda item: (-item.value, -round(item.shift, 9), order[item.field]))
        return tuple(found)

    def stability(self) -> float:
        """Return the share of draws of group weights and unknown fields that keep the approach."""
        groups = self.variation.groups
        weights, shares = _random_numbers(len(groups), len(self.unknown))
        drawn = [self.question.derive(values) for values in self._drawn(shares)]
        points = zip(*[self._points_of(place, drawn) for place in range(len(groups))], strict=True)
        answers = map(self.variation.answer, drawn, map(weighted, points, weights))
        return sum(answer == self.answer for answer in answers) / DRAWS

    def _drawn(self, shares: Sequence[Sequence[float]]) -> Iterator[dict[str, Any]]:
        """Yield values for all fields: those that are known as they are, the others from their priors."""
        paths = [field.path for field, _ in self.unknown]
        columns = []
        for (_, options), column in zip(self.unknown, shares, strict=True):
            choices, cumulative = [value for value, _ in options], _cumulative(options)
            columns.append([choices[place] for place in map(bisect_left, repeat(cumulative), column)])
        doubtful = [path for path in paths if path in _CONTRADICTABLE]
        for row in zip(*columns, strict=True) if columns else repeat((), DRAWS):
            found = {path: value for path, value in zip(paths, row, strict=True) if value is not None}
            values = {**self.values, **found}
            for path in doubtful:
                values.pop(path, None)
            for path in doubtful:
                if path in found:
                    values[path] = found[path]
                    if not self.question.valid(values):
                        del values[path]
            yield values

    def _points_of(self, place: int, drawn: Sequence[Values]) -> list[Vector]:
        """Return a group's points for each draw."""
        group = self.variation.groups[place]
        names = [name for name in group.reads if name not in self.values]  # the profile's own values are given
        if not names:
            return [self.variation.points[place]] * DRAWS
        keys = list(zip(*[[facts.get(name) for facts in drawn] for name in names], strict=True))
        points = {key: group(facts) for key, facts in dict(zip(keys, drawn, strict=True)).items()}
        return [points[key] for key in keys]


@lru_cache(maxsize=32)
def _random_numbers(groups: int, fields: int) -> tuple[list[list[float]], list[tuple[float, ...]]]:
    """Return the weights of the groups for each draw, and for each unknown field a number from 0 to 1 for each draw."""
    import random

    generator = random.Random(SEED)  # noqa: S311 - a fixed seed is what makes the result repeatable
    weights, shares = [], []
    for _ in range(DRAWS):
        weights.append([math.exp(generator.gauss(0.0, GROUP_WEIGHT_SIGMA)) for _ in range(groups)])
        shares.append([generator.random() for _ in range(fields)])
    return weights, list(zip(*shares, strict=True))


def _answer(chances: Sequence[float]) -> Approach | None:
    return best(chances) if any(chances) else None


_CONTRADICTABLE = ("data.rows", "data.labelled", "data.classes", "data.minority_share")


def _cumulative(options: Sequence[tuple[Any, float]]) -> list[float]:
    sums, total = [], 0.0
    for _, weight in options:
        total += weight
        sums.append(total)
    sums[-1] = 1.0
    return sums


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


def _choices(field: Field) -> list[Any]:
    if field.kind is Kind.FLAG:
        return [False, True]
    if field.kind is Kind.CHOICES:
        return [[value] for value in field.values]
    return list(field.values)


def _hashable_choices(field: Field) -> list[Any]:
    return [] if field.kind is Kind.CHOICES else _choices(field)


def _maximum(field: Field) -> float:
    return 1.0 if field.kind is Kind.SHARE else min(field.maximum, 1e12)


def _typed(field: Field, value: float) -> float:
    if field.kind is Kind.COUNT:
        return max(round(value), int(field.minimum))
    return value


def human_round(field: Field, value: float, digits: int = 2, *, upward: bool | None = None) -> float:
    """Return the value with one or two significant digits, as a person would write it.

    Examples
    --------
    >>> human_round(FIELD["data.rows"], 28_712, 1, upward=True), human_round(FIELD["latency.p95_ms"], 41.7)
    (30000, 42)
    """
    if value <= 0:
        return 0
    unit = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    steps = value / unit
    whole = round(steps) if upward is None else math.ceil(steps - 1e-9) if upward else math.floor(steps + 1e-9)
    number = whole * unit
    if field.kind is Kind.COUNT:
        return max(round(number), int(field.minimum))
    number = float(f"{number:.{digits}g}")
    return int(number) if number.is_integer() else number


def _distance(field: Field, before: Any, after: Any) -> float:
    """Return how far a change is: decades for numbers, steps for choices, more for an unknown, times the effort."""
    if field.path.startswith("priorities."):
        return float(abs(after - (DEFAULT_PRIORITY if before is None else before))) / 2
    if before is None:
        return _UNKNOWN_STEP * field.effort + _surprise(field, after)
    if field.kind is Kind.CHOICE and field.effort < _UNORDERED:
        return float(abs(field.values.index(after) - field.values.index(before))) * field.effort
    if not field.numeric or (field.kind is Kind.SHARE and min(before, after) <= 0):
        return field.effort
    return abs(_decades(after, before)) * field.effort


_UNKNOWN_STEP = 1.5
_UNORDERED = 3.0  # the places of serving have no order; the other choices stand in one


def _surprise(field: Field, value: Any) -> float:
    """Return how far a number is from what the unknown field most likely holds."""
    options = [option for option in field.prior if option[0] is not None]
    if not field.numeric or not options:
        return 0.0
    return abs(_decades(value, max(options, key=itemgetter(1))[0])) / 4


def _decades(after: float, before: float) -> float:
    return math.log10(max(after, 1e-6)) - math.log10(max(before, 1e-6))


def _flip_order(flip: Flip) -> tuple[float, int, str]:
    return (round(flip.distance, 6), len(flip.set), str(sorted(flip.set.items(), key=str)))
