"""The sentence that gives the reason of a verdict to somebody who is not a statistician."""

import math
from typing import NamedTuple

from advisor.baselines.judging.metrics import METRICS
from advisor.reports.digits import Digits

SURE = 0.975  # from here on the sentence gives no probability


class Side(NamedTuple):
    """What represents a family: its model's name, what a sentence about another calls it, and its mean score."""

    name: str
    rival_name: str
    score: float


class Summary(NamedTuple):
    """What a verdict rests on.

    Attributes
    ----------
    metric : str
        Name of the metric.
    rope : float
        The smallest difference that matters.
    ml, dl : Side or None
        The families; None where no model of one has a score.
    difference : float
        Mean advantage of `ml`, positive where it is better.
    ci95 : tuple of float or None
        Interval of `difference`; None where a single fold says nothing.
    probability : float or None
        Probability of what the verdict says.
    constant : float or None
        Score of the constant answer, where neither family beats it.
    stopped : tuple of str
        Networks whose time ran out while they improved, where that keeps the verdict open.
    stand_ins : tuple of str
        Models that speak for their family only for lack of time for its strongest.
    by_time : bool
        Whether the folds follow time, which makes intervals approximate.
    too_few : str
        Why the data are too few for an answer; empty where they are not.
    unlikely : float or None
        By how much a network is unlikely to be better, where that is the answer.
    """

    metric: str
    rope: float
    ml: Side | None
    dl: Side | None
    difference: float = math.nan
    ci95: tuple[float, float] | None = None
    probability: float | None = None
    constant: float | None = None
    stopped: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    by_time: bool = False
    too_few: str = ""
    unlikely: float | None = None
    digits: Digits = Digits(3, 0)


def reason(verdict: str, summary: Summary, digits: Digits) -> str:
    """Return the reason of a verdict as one sentence, its scores written as in the table of the models."""
    summary = summary._replace(digits=digits)
    if summary.ml is None or summary.dl is None:
        text = _nothing_to_compare(summary)
    elif summary.constant is not None:
        text = _no_better_than_constant(summary, summary.ml, summary.dl)
    elif summary.stopped:
        text = _stopped(summary, summary.ml, summary.dl)
    elif verdict in ("ml", "dl"):
        text = _winner(verdict, summary, summary.ml, summary.dl)
    else:
        text = _no_winner(verdict, summary, summary.ml, summary.dl)
    return text[0].upper() + text[1:] + "."


def _nothing_to_compare(summary: Summary) -> str:
    if summary.ml is None and summary.dl is None:
        return "no model finished a fold, so nothing can be compared"
    if summary.dl is None:
        return "no network finished a fold, so there is nothing to compare the classical models with"
    return "no classical model finished a fold, so there is nothing to compare the networks with"


def _no_better_than_constant(summary: Summary, ml: Side, dl: Side) -> str:
    classical_leads = summary.difference >= 0
    best = ml if classical_leads else dl
    constant = "a naive forecast" if "forecasting" in METRICS[summary.metric].tasks else "a constant answer"
    return (
        f"neither family clearly beats {constant}: {best.name} scores {_score(summary, best.score)}, "
        f"{constant} {summary.digits.score(summary.constant)}"
    )


def _stopped(summary: Summary, ml: Side, dl: Side) -> str:
    names = " and ".join(summary.stopped)
    return (
        f"{names} {'was' if len(summary.stopped) == 1 else 'were'} still improving when the time ran out, so the "
        f"networks cannot be judged yet (so far {ml.name} scores {_score(summary, ml.score)} against "
        f"{summary.digits.score(dl.score)} of {dl.rival_name})"
    )


def _winner(verdict: str, summary: Summary, ml: Side, dl: Side) -> str:
    won, lost = (ml, dl) if verdict == "ml" else (dl, ml)
    if summary.rope == 0:
        judgement = "is more than chance explains"
    else:
        judgement = f"is larger than the {_figure(summary, summary.rope)} that would matter{_hedge(summary)}"
    return f"{_scores(summary, won, lost)}; {_difference(summary)} {judgement}"


def _no_winner(verdict: str, summary: Summary, ml: Side, dl: Side) -> str:
    leader, other = (ml, dl) if summary.difference >= 0 else (dl, ml)
    if verdict == "equal":
        below = f"below {_figure(summary, summary.rope)}"
        judgement = f"is too small to matter ({below}){_hedge(summary)}, so simpler is better"
    elif summary.too_few:
        judgement = f"is an estimate: {summary.too_few}"
    elif summary.stand_ins:
        names = " and ".join(summary.stand_ins)
        judgement = f"decides nothing: {names} only stood in, for lack of time for the strongest of the family"
    elif summary.ci95 is None:
        judgement = "comes from a single fold, which says nothing about chance"
    elif summary.ci95[0] <= 0 <= summary.ci95[1]:
        judgement = "may be chance"
        if summary.unlikely is not None:
            judgement += f", but leaves little room for a network that is {_figure(summary, summary.unlikely)} better"
    else:
        judgement = f"is not clearly larger than the {_figure(summary, summary.rope)} that would matter"
    return f"{_scores(summary, leader, other)}; {_difference(summary)} {judgement}"


def _hedge(summary: Summary) -> str:
    if summary.probability is None or summary.probability >= SURE:
        return ""
    return f" with {summary.probability:.0%} probability"


def _scores(summary: Summary, first: Side, second: Side) -> str:
    against = f"{summary.digits.score(second.score)} of {second.rival_name}"
    return f"{first.name} scores {_score(summary, first.score)} against {against}"


def _difference(summary: Summary) -> str:
    """Return the advantage of the leading side with its interval."""
    text = f"the difference of {_figure(summary, abs(summary.difference))}"
    if summary.ci95 is None:
        return text
    low, high = summary.ci95 if summary.difference >= 0 else (-summary.ci95[1], -summary.ci95[0])
    approximate = ", approximate since the folds follow time" if summary.by_time else ""
    return f"{text} (95% CI {_figure(summary, low)} to {_figure(summary, high)}{approximate})"


def _score(summary: Summary, score: float) -> str:
    metric = METRICS[summary.metric]
    direction = "" if metric.greater_is_better else " (lower is better)"
    return f"{summary.digits.score(score)} {metric.title}{direction}"


def _figure(summary: Summary, value: float | None) -> str:
    """Write a figure so finely that the smallest difference that matters shows."""
    if value is None:
        return "unknown"
    least = 0 if METRICS[summary.metric].rope_of_dummy and summary.metric != "log_loss" else 3
    finest = summary.rope or abs(summary.difference) / 10 or 1.0
    decimals = max(least, math.ceil(-math.log10(finest))) if math.isfinite(finest) else least
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text
