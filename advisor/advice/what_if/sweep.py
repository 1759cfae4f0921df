"""How the answer moves along one field of a profile, and where and why it changes."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from advisor.advice.knowledge import Knowledge, bundled_knowledge, question
from advisor.advice.recommendation.assemble import verdict_of
from advisor.advice.what_if.difference import Cause, limit_changes, rule_changes
from advisor.advice.what_if.sweep_values import default_values, scale_of
from advisor.engine.approaches import APPROACH, APPROACHES, Approach
from advisor.engine.scoring import Scored
from advisor.engine.sensitivity.explorer import Explorer, practical_range
from advisor.engine.sensitivity.question import Question
from advisor.engine.sensitivity.rounding import human_round
from advisor.profile.consistency import contradictions
from advisor.profile.fields import FIELD, Field, Kind
from advisor.profile.reader import Profile, profile_from_values
from advisor.profile.values import BadValueError, checked
from advisor.reports.what_if import AnswerChange, Lead, RuleChange, Sweep, SweepPoint
from advisor.source.problems import did_you_mean
from advisor.version import __version__

LEAST_MOVE = 0.01  # a field that moves no probability by as much does not matter
_MOST_HALVINGS = 16


def sweep(
    profile: Profile, field: str, values: Sequence[Any] | None = None, knowledge: Knowledge | None = None
) -> Sweep:
    """Return the answer for each value of one field, and where it changes in between.

    Parameters
    ----------
    profile : Profile
        The profile that is varied.
    field : str
        The path of the field, such as `data.labelled`.
    values : sequence, optional
        Values that the field may take: numbers in its unit, choices, booleans or lists of choices. Left out, two
        decades to either side of the present value, the whole range of a share or a priority, or all choices.
    knowledge : Knowledge, optional
        Rules and catalogue, of all structures where the field is `data.structure`; the bundled ones if not given.

    Returns
    -------
    Sweep
        One point for each value, numbers ascending. Every answer is that of the profile scored from scratch. Changes
        are searched for between the values too, down to two significant digits; every threshold of a rule that
        lies in the range is looked at.

    Raises
    ------
    ValueError
        For an unknown field, one that has no influence, or values that it does not allow, all of them at once.

    Examples
    --------
    >>> from advisor import read_profile
    >>> profile = read_profile(b"task: classification\\ndata: {structure: text}", "p.yaml")
    >>> found = sweep(profile, "data.labelled", [100, 1_000_000])
    >>> [point.approach for point in found.points]
    ['transfer', 'classical']
    >>> [(change.low, change.high, change.before, change.after) for change in found.changes]
    [(1900, 2000, 'transfer', 'classical')]
    """
    swept = swept_field(field)
    known = bundled_knowledge() if knowledge is None else knowledge
    asked = question(profile, known)
    explorer = Explorer(asked, asked.score(profile.values))
    over = default_values(swept, profile.values) if values is None else _checked(swept, values)
    return _sweep(profile, known, explorer, swept, over)


def numeric_sweeps(profile: Profile, knowledge: Knowledge) -> tuple[Sweep, ...]:
    """Return a sweep over the default range of each number in the profile that matters.

    Parameters
    ----------
    profile : Profile
        The profile that is varied, one field at a time.
    knowledge : Knowledge
        Rules and catalogue.

    Returns
    -------
    tuple of Sweep
        In the order of the field table; fields that move no probability by at least 0.01 are left out. Values that
        no project has are left out as they are among the counterfactuals, and those of limits and amounts that are
        more than ten times from the present.
    """
    asked = question(profile, knowledge)
    explorer = Explorer(asked, asked.score(profile.values))
    found = []
    for path in profile.values:
        field = FIELD[path]
        if not field.numeric or path == "version":
            continue
        least, most = near(field, profile.values[path])
        values = [value for value in default_values(field, profile.values) if least <= value <= most]
        if len(values) > 1 and _moves(explorer, path, values):
            found.append(_sweep(profile, knowledge, explorer, field, values))
    return tuple(found)


def near(field: Field, current: float) -> tuple[float, float]:
    """Return the ends of the values that a team could come to."""
    least, most = practical_range(field, current)
    return (max(least, current / 10), min(most, current * 10)) if field.kind is Kind.AMOUNT else (least, most)


def swept_field(path: str) -> Field:
    """Return a field that can be swept over, or raise a ValueError that says why not."""
    if path not in FIELD:
        near = did_you_mean(path, FIELD)
        raise ValueError(f"unknown field {path}{f'; {near}' if near else ''}")
    if FIELD[path].kind is Kind.TEXT or path == "version":
        raise ValueError(f"{path} has no influence on the answer")
    return FIELD[path]


def _checked(field: Field, values: Sequence[Any]) -> tuple[Any, ...]:
    found, faults = [], []
    for value in values:
        try:
            found.append(checked(field, value))
        except BadValueError as bad:
            faults.append(f"{field.path}: {bad}")
    if faults or not found:
        raise ValueError("\n".join(faults) or f"{field.path}: no values")
    if field.numeric:
        return tuple(sorted(set(found)))
    return tuple(value for place, value in enumerate(found) if value not in found[:place])


def _moves(explorer: Explorer, path: str, values: Sequence[Any]) -> bool:
    columns = zip(*[explorer.chances_at({path: value}) for value in values], strict=True)
    return any(max(column) - min(column) >= LEAST_MOVE for column in columns)


def _sweep(profile: Profile, knowledge: Knowledge, explorer: Explorer, field: Field, values: Sequence[Any]) -> Sweep:
    line = _Line(profile, knowledge, explorer.question, field)
    points = tuple(line.point(value) for value in values)
    changes: tuple[AnswerChange, ...] = ()
    if field.numeric:
        places = {*values, *(value for value in explorer.grid(field) if values[0] < value < values[-1])}
        changes = tuple(line.changes(sorted(places)))
    current = profile.values.get(field.path)
    return Sweep(
        {"name": "advisor", "version": __version__},
        knowledge.described(),
        profile.nested(),
        profile.file,
        field.path,
        scale_of(field),
        _point(current, explorer.scored),
        points,
        changes,
    )


class _Line:
    """The answers of one profile along one field, each scored once."""

    def __init__(self, profile: Profile, knowledge: Knowledge, asked: Question, field: Field) -> None:
        self._profile = profile
        self._knowledge = knowledge
        self._question = asked
        self._field = field
        self._scored: dict[Any, Scored | None] = {}

    def at(self, value: Any) -> Scored | None:
        """Return the profile's score with this value, None where that contradicts other fields."""
        key = tuple(value) if isinstance(value, list) else value
        if key not in self._scored:
            values = {**self._profile.values, self._field.path: value}
            asked = self._question
            if self._field.required and values[self._field.path] != self._profile.values[self._field.path]:
                # other rules and models, of which nothing was measured
                asked = question(
                    profile_from_values(values), self._knowledge._replace(measured=None, expectations=None)
                )
            self._scored[key] = asked.score(values) if asked.valid(values) else None
        return self._scored[key]

    def point(self, value: Any) -> SweepPoint:
        """Return the row of one value."""
        scored = self.at(value)
        if scored is None:
            findings = contradictions({**self._profile.values, self._field.path: value})
            clashes = dict.fromkeys(path for finding in findings for path in finding.fields if path != self._field.path)
            problem = "; ".join(finding.message for finding in findings)
            return SweepPoint(value, None, None, {}, problem, tuple(clashes))
        return _point(value, scored)

    def changes(self, places: Sequence[float]) -> Iterator[AnswerChange]:
        """Yield the places where the answer changes along ascending values."""
        valid = [value for value in places if self.at(value) is not None]
        brackets = [found for low, high in pairwise(valid) for found in self._brackets(low, high, _MOST_HALVINGS)]
        ends = [(valid[0], valid[0]), *brackets, (valid[-1], valid[-1])] if valid else []
        for (_, start), (low, high), (end, _) in zip(ends, ends[1:], ends[2:], strict=False):
            yield self._change(start, low, high, end)

    def _brackets(self, low: float, high: float, halvings: int) -> Iterator[tuple[float, float]]:
        """Yield pairs of values, as near to each other as two digits tell apart, with different answers."""
        if self._answer(low) == self._answer(high):
            return
        middle = _between(self._field, low, high) if halvings else None
        if middle is None or self.at(middle) is None:
            yield low, high
        else:
            yield from self._brackets(low, middle, halvings - 1)
            yield from self._brackets(middle, high, halvings - 1)

    def _answer(self, value: float) -> str | None:
        return _point(value, self._sure(value)).approach

    def _sure(self, value: float) -> Scored:
        scored = self.at(value)
        assert scored is not None  # noqa: S101 - asked for valid values only
        return scored

    def _change(self, start: float, low: float, high: float, end: float) -> AnswerChange:
        old, new = self._answer(low), self._answer(high)
        between: tuple[float, float] = (low, high)
        lead: Lead | None = None
        rules: tuple[RuleChange, ...] = ()
        if old and new:
            between = self._clearest(start, low, high, end, new, old)
            lead, rules = _accounted(self._sure(between[0]), self._sure(between[1]), new, old)
        limits = limit_changes(_excluded(self._sure(low)), _excluded(self._sure(high)))
        points = (self.point(low), self.point(high))
        return AnswerChange(low, high, old, new, points, between, lead, rules, limits)

    def _clearest(self, start: float, low: float, high: float, end: float, new: str, old: str) -> tuple[float, float]:
        """Return the values on either side of a change at which the old and the new answer lead by most."""
        known = sorted(value for value in self._scored if self.at(value) is not None)

        def ahead(value: float) -> float:
            return _ahead(self._sure(value), new, old)

        return (
            min((value for value in reversed(known) if start <= value <= low), key=ahead),
            max((value for value in known if high <= value <= end), key=ahead),
        )


def _accounted(before: Scored, after: Scored, new: str, old: str) -> tuple[Lead, tuple[RuleChange, ...]]:
    was, now = _ahead(before, new, old), _ahead(after, new, old)
    lead = Lead(new, old, was, now, round(now - was, 3), 0.0)
    return lead, rule_changes(_causes(before), _causes(after), new, old)


def _ahead(scored: Scored, new: str, old: str) -> float:
    """Return by how many points one approach leads another, in thousandths."""
    return round(scored.points[APPROACH[new]] - scored.points[APPROACH[old]], 3)


def _between(field: Field, low: float, high: float) -> float | None:
    """Return a value of two digits between two others, None where there is none."""
    log = low > 0 and scale_of(field) == "log"
    middle = math.sqrt(low * high) if log else (low + high) / 2
    for upward in (None, True, False):
        value = human_round(field, middle, upward=upward)
        if low < value < high:
            return value
    return None


def _point(value: Any, scored: Scored) -> SweepPoint:
    approach = None if scored.approach is None else scored.approach.id
    chances = dict(zip(APPROACHES, scored.probabilities, strict=True))
    return SweepPoint(value, approach, verdict_of(scored), chances)


def _causes(scored: Scored) -> Iterator[Cause]:
    for item in scored.contributions:
        yield Cause(item.rule.id, item.rule.title, item.rule.because, dict(zip(APPROACHES, item.points, strict=True)))


def _excluded(scored: Scored) -> dict[str, tuple[str, ...]]:
    return {approach.id: scored.excluded.get(approach, ()) for approach in Approach}
