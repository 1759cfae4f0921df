"""Refit the points of success rules: where experts put them, unless the results speak."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from advisor.calibration.fitting import NormalPrior, Numbers, fit_logistic, sigmoid
from advisor.calibration.table import Case
from advisor.calibration.validation import Forecaster, judged, simple_baselines, votes
from advisor.engine.approaches import APPROACH, APPROACHES, DISSIMILARITY, POINTS_PER_NAT, Approach, Vector, as_vector
from advisor.engine.rulebook import Graded, Rule, RuleBook
from advisor.engine.scoring import Contribution, Scored, added, group_factor, score
from advisor.reports.calibration import HeldOutScores, PointChange

DIGITS = 2
_MOST = 100.0  # points that a rule may give
_NESTED = frozenset({"hybrid", "transfer"})  # they share a nest: the same points apart are more in the odds


class Place(NamedTuple):
    """One number of a rule: its points for an approach, at a knot where they are graded."""

    rule: str
    knot: int | None
    approach: str


class Refit(NamedTuple):
    """The rules with new points, every change, and how good they are on rows left out."""

    book: RuleBook
    changes: tuple[PointChange, ...]
    judged: HeldOutScores | None
    fired: int


def refit(cases: Sequence[Case], book: RuleBook, sd: float) -> Refit:
    """Return the success rules that fire on the table with points of highest posterior probability.

    The better of two approaches is drawn with the engine's own log-odds: the difference of their points over all
    success rules, 10 points a factor of ten. Every number that took part has a normal prior around what the experts
    wrote, such that the difference of two approaches at one place has the standard deviation `sd`; their mean stays.
    A rule that gives points to neither of the two takes no part.
    Caps of groups are held as they act on the experts' points; what is judged is what the engine makes of the
    new points, caps and all.

    Parameters
    ----------
    cases : sequence of Case
    book : RuleBook
    sd : float
        In points; the smaller, the closer to the experts.
    """
    shifts = _shifts(cases, book, sd)
    after = shifted(book, shifts)
    fired = {item.rule.id for case in cases for item in _success(score(book, case.facts))}

    def refitted(fitted: Sequence[Case], asked: Sequence[Case]) -> Numbers:
        return chances(asked, shifted(book, _shifts(fitted, book, sd)))

    def as_written(_: Sequence[Case], asked: Sequence[Case]) -> Numbers:
        return chances(asked, book)

    forecasters: list[tuple[str, Forecaster]] = [
        ("refitted", refitted),
        ("current", as_written),
        *simple_baselines(wins, "simpler"),
    ]
    return Refit(after, tuple(_changes(book, after, cases)), judged(cases, wins, forecasters), len(fired))


def wins(cases: Sequence[Case]) -> Numbers:
    """Return 1 where the heavier approach was better, 0 where the simpler one was, 0.5 for a tie."""
    return np.array([case.win for case in cases])


def chances(cases: Sequence[Case], book: RuleBook) -> Numbers:
    """Return the engine's probability that the heavier of the two approaches is the better one."""
    return sigmoid(np.array([_log_odds(case, score(book, case.facts), book) for case in cases]))


def _log_odds(case: Case, scored: Scored, book: RuleBook) -> float:
    heavy, simple = APPROACH[case.heavy], APPROACH[case.simple]
    ahead = sum(item.points[heavy] - item.points[simple] for item in _success(scored))
    return ahead * _nats_per_point(case, book)


def _nats_per_point(case: Case, book: RuleBook) -> float:
    nested = DISSIMILARITY if {case.heavy, case.simple} == _NESTED else 1.0
    return 1 / (POINTS_PER_NAT * book.temperature * nested)


def _success(scored: Scored) -> list[Contribution]:
    return [item for item in scored.contributions if item.rule.criterion == "success"]


def _shifts(cases: Sequence[Case], book: RuleBook, sd: float) -> dict[Place, float]:
    """Return by how many points each place moves."""
    scored = [score(book, case.facts) for case in cases]
    rows = [dict(_reach(case, found, book)) for case, found in zip(cases, scored, strict=True)]
    places = sorted(
        {place for row in rows for place in row}, key=lambda place: (place.rule, place.knot or 0, place.approach)
    )
    column = {place: index for index, place in enumerate(places)}
    design = np.zeros((len(cases), len(places)))
    for row, reached in zip(design, rows, strict=True):
        for place, weight in reached.items():
            row[column[place]] = weight
    offset = np.array([_log_odds(case, found, book) for case, found in zip(cases, scored, strict=True)])
    # two independent components of this spread differ by `sd`
    prior = NormalPrior(np.zeros(len(places)), np.full(len(places), sd / math.sqrt(2)))
    found = fit_logistic(design, wins(cases), votes(cases, weighted=True), prior, offset)
    return {place: float(value) for place, value in zip(places, found, strict=True)}


def _reach(case: Case, scored: Scored, book: RuleBook) -> Iterator[tuple[Place, float]]:
    """Yield by how much a point more at a place raises the log-odds of the heavier approach."""
    raw: dict[str, list[Vector]] = {}
    success = _success(scored)
    for item in success:
        raw.setdefault(item.rule.group, []).append(item.raw)
    nats = _nats_per_point(case, book)
    sides = (APPROACH[case.heavy], APPROACH[case.simple])
    for item in success:
        if not _speaks_of(item.rule, sides):
            continue
        factor = group_factor(book.groups[item.rule.group], added(raw[item.rule.group]), case.facts)
        knots = [(None, 1.0)] if item.rule.graded is None else item.rule.graded.knots(case.facts)
        for knot, share in knots:
            for approach, sign in ((case.heavy, 1), (case.simple, -1)):
                yield Place(item.rule.id, knot, approach), sign * share * factor * nats


def _speaks_of(rule: Rule, sides: Sequence[Approach]) -> bool:
    """Return whether a rule gives points to one of these approaches; else results on them are no evidence on it."""
    vectors = rule.graded.points if rule.graded is not None else (rule.points or (),)
    return any(vector[side] for vector in vectors if vector for side in sides)


def shifted(book: RuleBook, shifts: Mapping[Place, float]) -> RuleBook:
    """Return the rules with shifted points; a rule without a shift is the same object."""
    by_rule: dict[str, dict[tuple[int | None, str], float]] = {}
    for place, shift in shifts.items():
        by_rule.setdefault(place.rule, {})[place.knot, place.approach] = shift
    rules = tuple(_with(rule, by_rule[rule.id]) if rule.id in by_rule else rule for rule in book.rules)
    return replace(book, rules=rules, _relevant={})


def _with(rule: Rule, shifts: Mapping[tuple[int | None, str], float]) -> Rule:
    move = partial(_moved, shifts)
    if rule.points is not None:
        points = move(rule.points, None)
        return rule if points == rule.points else replace(rule, points=points)
    if rule.graded is None:
        return rule
    knots = tuple(move(vector, knot) for knot, vector in enumerate(rule.graded.points))
    return rule if knots == rule.graded.points else replace(rule, graded=rule.graded._replace(points=knots))


def _moved(shifts: Mapping[tuple[int | None, str], float], vector: Vector, knot: int | None) -> Vector:
    return as_vector(
        _written(value, shifts.get((knot, approach), 0.0)) for approach, value in zip(APPROACHES, vector, strict=True)
    )


def _written(value: float, shift: float) -> float:
    """Return points as a file holds them; a shift that is too small to be written is none."""
    if abs(shift) < 0.5 * 10**-DIGITS:
        return value
    return round(max(-_MOST, min(_MOST, value + shift)), DIGITS) + 0.0


def _changes(before: RuleBook, after: RuleBook, cases: Sequence[Case]) -> Iterator[PointChange]:
    datasets: dict[str, set[str]] = {}
    for case in cases:
        for item in _success(score(before, case.facts)):
            datasets.setdefault(item.rule.id, set()).add(case.dataset)
    for old, new in zip(before.rules, after.rules, strict=True):
        for knot, first, second in _vectors(old, new):
            for approach, one, other in zip(APPROACHES, first, second, strict=True):
                if one != other:
                    yield PointChange(old.id, old.title, len(datasets[old.id]), knot, approach, one, other)


def _vectors(old: Rule, new: Rule) -> Iterator[tuple[float | None, Vector, Vector]]:
    if old.points is not None and new.points is not None:
        yield None, old.points, new.points
    elif isinstance(old.graded, Graded) and isinstance(new.graded, Graded):
        yield from zip(old.graded.at, old.graded.points, new.graded.points, strict=True)
