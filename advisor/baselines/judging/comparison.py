"""Judge the champion of the networks against that of the classical models, row by row, and say whether it pays."""

import math
from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from advisor.baselines.judging.decision import NOT_YET_NO, NOT_YET_YES, Above, answer, chance_to_pay, winner
from advisor.baselines.judging.instances import (
    Estimate,
    interval,
    origins_estimate,
    paired_estimate,
    probabilities,
    probability_above,
)
from advisor.baselines.judging.metrics import METRICS, sign
from advisor.baselines.judging.protocol import Protocol
from advisor.baselines.judging.published import Published, posterior
from advisor.baselines.judging.verdict_reason import Side, Summary
from advisor.reports.baseline import Comparison

BETTER_PROBABILITY, EQUAL_PROBABILITY = 0.95, 0.90  # of the pairs beside the main comparison
BEATS_CONSTANT_PROBABILITY = 0.95


class Contestant(NamedTuple):
    """What speaks for a side: its row of the table, what a sentence calls it, and what each row adds to its score.

    `rival` is its name in a sentence about another. `influence` has the shape (repeats, rows), NaN where a row was not
    tested; its mean over the folds is the score. A model that `stands_in` speaks for its family only for lack of time
    for its strongest, which leaves the answer open: the family may neither lose by it nor win over it.
    """

    id: str
    title: str
    influence: np.ndarray
    rival: str = ""
    stands_in: bool = False


class Difference(NamedTuple):
    """A mean difference with its 95% interval and the probabilities that the first is better, neither, the second."""

    estimate: Estimate
    ci95: tuple[float, float] | None
    p_first: float | None
    p_equal: float | None
    p_second: float | None


class Judgement(NamedTuple):
    """The answer to one comparison.

    Attributes
    ----------
    comparison : Comparison
        The figures, of the data alone.
    answer : str
        yes, no or open: whether a network pays.
    probability, probability_from_data_alone : float or None
        Of a network better by more than the margin, with and without what is published.
    published : Published or None
        What was taken into account.
    verdict : str
        ml, dl, equal or undecided.
    summary : Summary
        What the verdict rests on, for the sentence that gives its reason.
    prefer : str
        ml, dl or none: what to do, meanwhile where open.
    difference : Difference or None
        Of the champions, positive where the classical one is better.
    """

    comparison: Comparison
    answer: str
    probability: float | None
    probability_from_data_alone: float | None
    published: Published | None
    verdict: str
    summary: Summary
    prefer: str
    difference: Difference | None = None

    @property
    def settled(self) -> bool:
        """Whether more repeats change nothing: an answer is given, nothing can be learnt, or a side is missing."""
        return self.answer != "open" or self.comparison.beats_dummy is False or self.difference is None


def compare(
    ml: Contestant | None,
    dl: Contestant | None,
    constant: np.ndarray,
    protocol: Protocol,
    published: Published | None = None,
    *,
    stopped: Collection[str] = (),
    unused_rows_error: float | None = 0.0,
) -> Judgement:
    """Judge the classical champion against that of the networks.

    Parameters
    ----------
    ml, dl : Contestant or None
        What speaks for each family; None where no model of one has a score.
    constant : numpy.ndarray of shape (repeats, rows)
        What each row contributes to the score of the constant answer.
    protocol : Protocol
        How they are compared.
    published : Published, optional
        What is known of such differences from published data sets.
    stopped : collection of str
        Titles of networks that their time limit stopped while they were still improving: they may win, but not lose.
    unused_rows_error : float or None
        Standard error of what the difference would be with the training rows that were not used, 0 where all were; None
        where nothing is known of it, which leaves the answer open.

    Returns
    -------
    Judgement
        "yes" where the probability that the network is better by more than the margin is at least 0.90, "no" where it
        is at most 0.10, see `advisor.baselines.judging.decision`, and neither where the data are too few. The verdict
        is dl if and only if the answer is yes; ml and equal come with no. Where nothing beats the constant answer
        although all folds and rows were used, there is no winner, and no model is preferred.
    """
    beats_constant = _beats_constant([one for one in (ml, dl) if one is not None], constant, protocol)
    comparison = Comparison(
        ml and ml.id, dl and dl.id, None, None, None, None, None, beats_constant, stopped=tuple(stopped)
    )
    if ml is None or dl is None:
        summary = Summary(protocol.metric, protocol.rope, _side(ml), _side(dl), by_time=protocol.by_time)
        prefer = "none" if beats_constant is False else "ml" if ml or not dl else "dl"
        return Judgement(comparison, "open", None, None, None, "undecided", summary, prefer)
    found = difference(ml.influence, dl.influence, protocol)
    wider = _with_error(found.estimate, unused_rows_error or 0.0)
    alone, chance = chances(wider, protocol, None), chances(wider, protocol, published)
    held_open = bool(stopped) and answer(chance) == "no"
    stand_ins = tuple(one.title for one in (ml, dl) if one.stands_in)
    if beats_constant is False and chance is not None:
        alone, chance = (one and min(one, NOT_YET_YES) for one in (alone, chance))
    if held_open or unused_rows_error is None or protocol.too_few or stand_ins:
        alone, chance = (_short_of_an_answer(one, may_be_yes=held_open and not stand_ins) for one in (alone, chance))
    pays = answer(chance)
    verdict = _verdict(pays, wider, protocol) if beats_constant is not False else "undecided"
    summary = _summary(ml, dl, found, protocol)._replace(
        probability={"ml": found.p_first, "dl": found.p_second, "equal": found.p_equal}.get(verdict),
        constant=_mean(constant, protocol) if beats_constant is False else None,
        stopped=tuple(stopped) if held_open else (),
        stand_ins=stand_ins,
    )
    comparison = comparison._replace(
        difference=found.estimate.mean,
        ci95=found.ci95,
        p_ml_better=found.p_first,
        p_equal=found.p_equal,
        p_dl_better=found.p_second,
    )
    prefer = _prefer(pays, chance, beats_constant)
    used = published if published is not None and protocol.rope > 0 and alone is not None else None
    return Judgement(comparison, pays, chance, alone, used, verdict, summary, prefer, found)


def difference(first: np.ndarray, second: np.ndarray, protocol: Protocol) -> Difference:
    """Return what the rows that both sides were tested on say of the first's advantage."""
    lead = sign(protocol.metric) * (first - second)
    estimate = _estimate(lead, protocol)
    return Difference(estimate, interval(estimate), *probabilities(estimate, protocol.rope))


def score_interval(influence: np.ndarray, protocol: Protocol) -> tuple[float, float] | None:
    """Return the 95% interval of one model's score, within the metric's range; None where nothing is known."""
    found = interval(_estimate(influence, protocol))
    if found is None:
        return None
    low, high = METRICS[protocol.metric].lowest, METRICS[protocol.metric].highest
    return max(found[0], low), min(found[1], high)


def chances(estimate: Estimate, protocol: Protocol, published: Published | None) -> float | None:
    """Return the probability that the network is better by more than the margin; None where nothing is known.

    Parameters
    ----------
    estimate : Estimate
        Of the difference, positive where the classical model is better.
    protocol : Protocol
        With margin and ROPE.
    published : Published or None
        None leaves out what is published, and so does a ROPE of 0, the unit of what is published.
    """
    alone = _above(estimate, protocol, None)
    if alone is None:
        return None
    return chance_to_pay(_above(estimate, protocol, published) or alone, protocol.margin, alone, last=protocol.last)


def _above(estimate: Estimate, protocol: Protocol, published: Published | None) -> Above | None:
    """Return the probability that the network's advantage exceeds a value, None where nothing is known of it."""
    error, freedom = estimate.standard_error, estimate.degrees_of_freedom
    if error is None or freedom is None or not math.isfinite(estimate.mean):
        return None
    turned = estimate._replace(mean=-estimate.mean)
    if published is None or protocol.rope <= 0:
        return lambda value: probability_above(turned, value) or 0.0
    unit = protocol.rope

    def above(value: float) -> float:
        found = posterior(published, turned.mean / unit, error / unit, freedom, abs(value) / unit)
        return found.network if value >= 0 else 1 - found.classical

    return above


def _short_of_an_answer(chance: float | None, *, may_be_yes: bool) -> float | None:
    """Return a probability that answers nothing yet, as of a network that could not show what it can do."""
    if chance is None:
        return None
    return max(chance if may_be_yes else min(chance, NOT_YET_YES), NOT_YET_NO)


def _verdict(pays: str, estimate: Estimate, protocol: Protocol) -> str:
    alone = _above(estimate, protocol, None)
    return "undecided" if alone is None else winner(pays, alone, protocol.rope, last=protocol.last)


def _with_error(estimate: Estimate, standard_error: float) -> Estimate:
    if estimate.standard_error is None:
        return estimate
    return estimate._replace(standard_error=math.hypot(estimate.standard_error, standard_error))


def unused_rows_error(growth: np.ndarray, doublings: float, missing: float, units: np.ndarray | None) -> float:
    """Return the standard error of what a difference would be with more training rows.

    It may go on to change as it did last: by as much for each doubling, or as little, since learning curves flatten.

    Parameters
    ----------
    growth : numpy.ndarray of shape (rows,)
        By how much each row of a test raised the difference, from fewer training rows to more.
    doublings : float
        Of the training rows in between.
    missing : float
        Doublings from the training rows that were used to all.
    units : numpy.ndarray of shape (rows,) or None
        Which rows belong together.
    """
    change = paired_estimate(growth[None], np.zeros((1, len(growth)), dtype=np.int64), units, 0.0)
    return math.hypot(change.mean, change.standard_error or 0.0) / doublings * missing


def decided(found: Difference) -> str:
    """Return which side of a difference is better, first or second, or whether it is equal or undecided."""
    if found.ci95 is None or found.p_first is None or found.p_second is None or found.p_equal is None:
        return "undecided"
    if found.p_first >= BETTER_PROBABILITY and found.ci95[0] > 0:
        return "first"
    if found.p_second >= BETTER_PROBABILITY and found.ci95[1] < 0:
        return "second"
    return "equal" if found.p_equal >= EQUAL_PROBABILITY else "undecided"


def _prefer(pays: str, chance: float | None, beats_constant: bool | None) -> str:
    if beats_constant is False:
        return "none"
    return "dl" if pays == "yes" or (pays == "open" and chance is not None and chance > 0.5) else "ml"


def _beats_constant(sides: Collection[Contestant], constant: np.ndarray, protocol: Protocol) -> bool | None:
    """Return whether a side clearly beats the constant answer; None where none does, but by how little is not known."""
    leads = [difference(side.influence, constant, protocol) for side in sides]
    chance_of_any = [probabilities(lead.estimate, 0.0)[0] for lead in leads]
    if any(chance is not None and chance >= BEATS_CONSTANT_PROBABILITY for chance in chance_of_any):
        return True
    upper = [interval(lead.estimate, 0.90) for lead in leads]  # its upper end is the one-sided bound of 95%
    if not sides or not protocol.whole or any(bound is None or bound[1] >= protocol.rope for bound in upper):
        return None
    return False


def _summary(ml: Contestant, dl: Contestant, found: Difference, protocol: Protocol) -> Summary:
    tested = np.isfinite(ml.influence) & np.isfinite(dl.influence)

    def side(one: Contestant) -> Side:
        return Side(one.title, one.rival, _mean(np.where(tested, one.influence, np.nan), protocol))

    return Summary(
        protocol.metric,
        protocol.rope,
        side(ml),
        side(dl),
        difference=found.estimate.mean,
        ci95=found.ci95,
        by_time=protocol.by_time,
        too_few=protocol.too_few,
    )


def _side(one: Contestant | None) -> Side | None:
    return None if one is None else Side(one.title, one.rival, float(np.nanmean(one.influence)))


def _mean(influence: np.ndarray, protocol: Protocol) -> float:
    """Return the mean over folds of the mean over their rows."""
    return _estimate(influence, protocol).mean


def _estimate(values: np.ndarray, protocol: Protocol) -> Estimate:
    if protocol.by_origin:
        return origins_estimate(values, protocol.folds, protocol.units)
    return paired_estimate(values, protocol.folds, protocol.units, protocol.test_train_ratio, protocol.resolution)
