"""The sentence that gives the reason of a verdict to somebody who is no statistician."""

import math
from typing import NamedTuple

from advisor.baselines.judging.metrics import METRICS

SURE = 0.975  # from here on the sentence gives no probability


class Side(NamedTuple):
    """What stands for a family: its model's name, what a sentence about another calls it, and its mean score."""

    name: str
    rival_name: str
    score: float


class Evidence(NamedTuple):
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
        Interval of `difference`; None where a single fold tells nothing.
    probability : float or None
        Probability of what the verdict says.
    dummy : float or None
        Score of the constant answer, where neither family beats it.
    stopped : tuple of str
        Networks whose time ran out while they improved, where that keeps the verdict open.
    budget_s : float or None
        Budget in seconds that would settle it.
    by_time : bool
        Whether the folds follow time, which makes intervals approximate.
    """

    metric: str
    rope: float
    ml: Side | None
    dl: Side | None
    difference: float = math.nan
    ci95: tuple[float, float] | None = None
    probability: float | None = None
    dummy: float | None = None
    stopped: tuple[str, ...] = ()
    budget_s: float | None = None
    by_time: bool = False


def reason(verdict: str, evidence: Evidence) -> str:
    """Return the reason of a verdict as one sentence."""
    if evidence.ml is None or evidence.dl is None:
        text = _nothing_to_compare(evidence)
    elif evidence.dummy is not None:
        text = _no_better_than_dummy(evidence, evidence.ml, evidence.dl)
    elif evidence.stopped:
        text = _stopped(evidence, evidence.ml, evidence.dl)
    elif verdict in ("ml", "dl"):
        text = _winner(verdict, evidence, evidence.ml, evidence.dl)
    else:
        text = _no_winner(verdict, evidence, evidence.ml, evidence.dl)
    if verdict == "undecided" and evidence.budget_s is not None:
        text += f"; {_budget(evidence.budget_s)} would {_what_budget_allows(evidence)}"
    return text[0].upper() + text[1:] + "."


def _nothing_to_compare(evidence: Evidence) -> str:
    if evidence.ml is None and evidence.dl is None:
        return "no model has a score in every fold, so nothing can be compared"
    if evidence.dl is None:
        return "no network has a score in every fold, so the classical models have nothing to be compared with"
    return "no classical model has a score in every fold, so the networks have nothing to be compared with"


def _no_better_than_dummy(evidence: Evidence, ml: Side, dl: Side) -> str:
    classical_leads = evidence.difference >= 0
    best = ml if classical_leads else dl
    return (
        f"neither family clearly beats a constant answer: {best.name} scores {_score(evidence, best.score)}, "
        f"a constant answer {_figure(evidence, evidence.dummy)}"
    )


def _stopped(evidence: Evidence, ml: Side, dl: Side) -> str:
    names = " and ".join(evidence.stopped)
    return (
        f"{names} {'was' if len(evidence.stopped) == 1 else 'were'} still improving when the time ran out, so the "
        f"networks cannot be judged yet (so far {ml.name} scores {_score(evidence, ml.score)} against "
        f"{_figure(evidence, dl.score)} of {dl.rival_name})"
    )


def _winner(verdict: str, evidence: Evidence, ml: Side, dl: Side) -> str:
    won, lost = (ml, dl) if verdict == "ml" else (dl, ml)
    if evidence.rope == 0:
        judgement = "is more than chance explains"
    else:
        judgement = f"is larger than the {_figure(evidence, evidence.rope)} that would matter{_hedge(evidence)}"
    return f"{_scores(evidence, won, lost)}; {_difference(evidence)} {judgement}"


def _no_winner(verdict: str, evidence: Evidence, ml: Side, dl: Side) -> str:
    leader, other = (ml, dl) if evidence.difference >= 0 else (dl, ml)
    if verdict == "equal":
        below = f"below {_figure(evidence, evidence.rope)}"
        judgement = f"is too small to matter ({below}){_hedge(evidence)}, so simpler is better"
    elif evidence.ci95 is None:
        judgement = "comes from a single fold, which says nothing about chance"
    elif evidence.ci95[0] <= 0 <= evidence.ci95[1]:
        judgement = "can be chance"
    else:
        judgement = f"is not surely larger than the {_figure(evidence, evidence.rope)} that would matter"
    return f"{_scores(evidence, leader, other)}; {_difference(evidence)} {judgement}"


def _hedge(evidence: Evidence) -> str:
    if evidence.probability is None or evidence.probability >= SURE:
        return ""
    return f" with {evidence.probability:.0%} probability"


def _scores(evidence: Evidence, first: Side, second: Side) -> str:
    against = f"{_figure(evidence, second.score)} of {second.rival_name}"
    return f"{first.name} scores {_score(evidence, first.score)} against {against}"


def _difference(evidence: Evidence) -> str:
    """Return the advantage of the leading side with its interval."""
    text = f"the difference of {_figure(evidence, abs(evidence.difference))}"
    if evidence.ci95 is None:
        return text
    low, high = evidence.ci95 if evidence.difference >= 0 else (-evidence.ci95[1], -evidence.ci95[0])
    approximate = ", approximate since the folds follow time" if evidence.by_time else ""
    return f"{text} (95 % CI {_figure(evidence, low)} to {_figure(evidence, high)}{approximate})"


def _score(evidence: Evidence, score: float) -> str:
    metric = METRICS[evidence.metric]
    direction = "" if metric.greater_is_better else " (lower is better)"
    return f"{_figure(evidence, score)} {metric.title}{direction}"


def _figure(evidence: Evidence, value: float | None) -> str:
    """Write a figure so finely that the smallest difference that matters shows."""
    if value is None:
        return "unknown"
    least = 0 if METRICS[evidence.metric].rope_of_dummy and evidence.metric != "log_loss" else 3
    finest = evidence.rope or abs(evidence.difference) / 10 or 1.0
    decimals = max(least, math.ceil(-math.log10(finest))) if math.isfinite(finest) else least
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def _budget(seconds: float) -> str:
    """Write a budget as the option takes it, rounded up.

    >>> _budget(45.2), _budget(121), _budget(3 * 3600 + 1)
    ('--budget 46s', '--budget 3m', '--budget 4h')
    """
    if seconds <= 120:
        return f"--budget {math.ceil(seconds)}s"
    if seconds <= 7200:
        return f"--budget {math.ceil(seconds / 60)}m"
    return f"--budget {math.ceil(seconds / 3600)}h"


def _what_budget_allows(evidence: Evidence) -> str:
    if evidence.stopped:
        return "let it finish" if len(evidence.stopped) == 1 else "let them finish"
    if evidence.ml is None or evidence.dl is None:
        return "let them finish"
    return "allow more repeats"
