"""Judge classical against neural models by their scores on the same folds."""

import math
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from advisor.baselines.judging.metrics import METRICS
from advisor.baselines.judging.protocol import Protocol
from advisor.baselines.judging.verdict_reason import Side, Summary, reason
from advisor.reports.baseline import Comparison

# The data are analysed after so many repeats (a group-sequential design).
INTERIM_ANALYSES = (1, 2, 5)
# How sure a winner must be while another analysis can follow, and in the last one: the surer, the more came before.
# With 0.975 and 0.90, equal families get a winner in up to 8% of sets, with these in at most 5%
# (tests/benchmarks/verdicts.py).
EARLY_WINNER_PROBABILITY = 0.99
LAST_WINNER_PROBABILITY = {1: 0.90, 2: 0.975, 5: 0.985}
EARLY_EQUAL_PROBABILITY = 0.975
LAST_EQUAL_PROBABILITY = 0.90
BEATS_CONSTANT_PROBABILITY = 0.95

# Scores of each model, of shape (repeats, folds); NaN where there is none.
Scores = Mapping[str, np.ndarray]


class Posterior(NamedTuple):
    """What is known of a mean difference; all but the mean are None where nothing is.

    `p_better`, `p_equal` and `p_worse` are the probabilities that it is above the ROPE, within it, below it.
    """

    mean: float
    ci95: tuple[float, float] | None
    p_better: float | None
    p_equal: float | None
    p_worse: float | None


class Champions(NamedTuple):
    """The scores that represent a family, and the models they belong to; both of shape (repeats, folds)."""

    scores: np.ndarray
    models: np.ndarray


class Judgement(NamedTuple):
    """The answer to one comparison.

    Attributes
    ----------
    comparison : Comparison
        The figures.
    verdict : str
        ml, dl, equal or undecided.
    verdict_reason : str
        One plain sentence.
    prefer : str
        ml, dl or none: what to do, meanwhile where undecided.
    repeats : int
        Repeats that the verdict rests on: the last of `INTERIM_ANALYSES` that all compared models finished; 0 without
        any.
    more_repeats_help : bool
        Whether another analysis could bring a verdict.
    last : bool
        Whether it was judged as the last analysis.
    """

    comparison: Comparison
    verdict: str
    verdict_reason: str
    prefer: str
    repeats: int
    more_repeats_help: bool
    last: bool = True


def corrected_t(differences: np.ndarray, test_train_ratio: float, rope: float, resolution: float = 0.0) -> Posterior:
    """Return what the scores of overlapping folds say about a mean difference.

    The corrected resampled t-test (Nadeau & Bengio, "Inference for the Generalization Error", Machine Learning 2003)
    read as a posterior with a flat prior (Corani & Benavoli, "A Bayesian approach for comparing cross-validated
    algorithms on multiple data sets", Machine Learning 2015): Student's t with m - 1 degrees of freedom around the
    mean, of variance s² (1/m + test rows / training rows).

    Parameters
    ----------
    differences : numpy.ndarray of shape (m,)
        One difference for each fold of all repeats.
    test_train_ratio : float
        Test rows over training rows of a fold: 1 / (k - 1) for k folds.
    rope : float
        Half the width of the region of practical equivalence, at least 0.
    resolution : float
        Standard error to assume where all differences are the same, see `advisor.baselines.judging.metrics.resolution`.

    Returns
    -------
    Posterior
        Without interval and probabilities where one fold, or two that agree, leave the variance unknown.

    Examples
    --------
    >>> known = corrected_t(np.array([0.01, 0.02, 0.03, 0.02, 0.01]), 0.25, 0.005)
    >>> f"{known.mean:.3f}, 95% CI {known.ci95[0]:.4f} to {known.ci95[1]:.4f}"
    '0.018, 95% CI 0.0024 to 0.0336'
    """
    differences = np.asarray(differences, dtype=np.float64)
    m = len(differences)
    if m == 0:
        return Posterior(math.nan, None, None, None, None)
    mean = float(differences.mean())
    same = bool((differences == differences[0]).all())
    if m == 1 or (m == 2 and same):
        return Posterior(mean, None, None, None, None)
    standard_error = float(differences.std(ddof=1)) * math.sqrt(1 / m + test_train_ratio)
    if same:
        standard_error = resolution
    if standard_error == 0:
        better, worse = float(mean > rope), float(mean < -rope)
        return Posterior(mean, (mean, mean), better, 1 - better - worse, worse)
    half = float(stdtrit(m - 1, 0.975)) * standard_error
    better = float(stdtr(m - 1, (mean - rope) / standard_error))
    worse = float(stdtr(m - 1, (-rope - mean) / standard_error))
    return Posterior(mean, (mean - half, mean + half), better, max(0.0, 1 - better - worse), worse)


def score_interval(fold_scores: np.ndarray, test_train_ratio: float, metric: str) -> tuple[float, float] | None:
    """Return the 95% interval of one model's mean score, within the metric's range; None where one fold is all."""
    interval = corrected_t(fold_scores[np.isfinite(fold_scores)], test_train_ratio, 0.0).ci95
    if interval is None:
        return None
    low, high = METRICS[metric].lowest, METRICS[metric].highest
    return max(interval[0], low), min(interval[1], high)


def champions(scores: Scores, metric: str) -> Champions:
    """Let each fold's family be represented by the model that is best on the other folds of the repeat.

    Taking the best on the same folds would favour the family with the luckier models; leaving the judged fold out
    of the choice halves that bias, and it cancels between families of equal size.

    Parameters
    ----------
    scores : mapping of str to numpy.ndarray of shape (repeats, folds)
        The members, simple ones first: they win ties. NaN in a fold that has no score for any model.
    metric : str
        The metric.

    Raises
    ------
    ValueError
        Without any member.

    Examples
    --------
    >>> forest, xgboost = np.array([[0.9, 0.8, 0.7]]), np.array([[0.7, 0.8, 0.9]])
    >>> champions({"forest": forest, "xgboost": xgboost}, "accuracy").models.tolist()
    [['xgboost', 'forest', 'forest']]
    """
    if not scores:
        raise ValueError("a family without members has no champion")
    members = np.array(list(scores), dtype=object)
    stacked = np.stack([scores[member] for member in members]).astype(np.float64)
    advantage = np.nan_to_num(_sign(metric) * stacked)
    # Adding the others up, not subtracting the own from all: rounding must not decide a tie.
    on_others = advantage @ (1 - np.eye(stacked.shape[2]))
    chosen = on_others.argmax(axis=0)
    return Champions(np.take_along_axis(stacked, chosen[None], axis=0)[0], members[chosen])


def compare(
    ml: Scores,
    dl: Scores,
    constant: np.ndarray,
    protocol: Protocol,
    *,
    stopped: Collection[str] = (),
    budget_s: float | None = None,
    titles: Mapping[str, str] | None = None,
) -> Judgement:
    """Judge the classical family against the neural one.

    A model takes part when it has a score in every fold of the first repeat (folds in which no model has one do not
    count: the metric is undefined there). The verdict rests on the repeats that all who take part finished, cut to
    the last of `INTERIM_ANALYSES`: a model that fails in a later repeat costs repeats, it does not change who is
    compared.

    Parameters
    ----------
    ml, dl : mapping of str to numpy.ndarray of shape (repeats, folds)
        Scores of the models of each family, the simpler first; NaN where a fit gave none.
    constant : numpy.ndarray of shape (repeats, folds)
        Scores of the constant answer.
    protocol : Protocol
        How they are compared.
    stopped : collection of str
        Networks that their time limit stopped while they were still improving. With any, "ml" and "equal" become
        "undecided".
    budget_s : float, optional
        Budget in seconds that would let them finish, for the reason.
    titles : mapping of str to str, optional
        Names of the models in the reason.

    Returns
    -------
    Judgement
        ml or dl where P(better by more than the ROPE) is at least 0.99, in the last analysis 0.90 to 0.985 depending on
        the analyses before, and the 95% interval leaves out 0; equal where P(within the ROPE) is at least 0.975, in
        the last analysis 0.90; else undecided. Where no family beats the constant answer (P >= 0.95) there is no
        winner.
    """
    titles = titles or {}
    field = _field(ml, dl, constant, protocol.metric)
    beats_constant = _beats_constant(field, protocol)
    summary = Summary(
        protocol.metric,
        protocol.rope,
        _side(field.ml, "classical model", titles),
        _side(field.dl, "network", titles),
        budget_s=budget_s,
        by_time=protocol.by_time,
    )
    if field.ml is None or field.dl is None:
        nothing = Comparison(
            field.best_ml, field.best_dl, None, None, None, None, None, beats_constant, stopped=tuple(stopped)
        )
        prefer = "none" if beats_constant is not True else "ml" if field.ml else "dl"
        return Judgement(nothing, "undecided", reason("undecided", summary), prefer, field.repeats, False)

    differences = _sign(protocol.metric) * (field.ml.scores - field.dl.scores)[field.scored]
    posterior = corrected_t(differences, protocol.test_train_ratio, protocol.rope, protocol.resolution)
    last = protocol.last or field.repeats == INTERIM_ANALYSES[-1]
    verdict = {"first": "ml", "second": "dl"}.get(found := decided(posterior, field.repeats, last=last), found)
    if beats_constant is False and verdict != "equal":
        verdict = "undecided"
    held_open = bool(stopped) and verdict in ("ml", "equal")
    verdict = "undecided" if held_open else verdict
    summary = summary._replace(
        difference=posterior.mean,
        ci95=posterior.ci95,
        probability={"ml": posterior.p_better, "dl": posterior.p_worse, "equal": posterior.p_equal}.get(verdict),
        constant=float(field.constant[field.scored].mean()) if beats_constant is False else None,
        stopped=tuple(titles.get(name, name) for name in stopped) if verdict == "undecided" else (),
    )
    comparison = Comparison(field.best_ml, field.best_dl, *posterior, beats_constant, stopped=tuple(stopped))
    prefer = _prefer(verdict, posterior, beats_constant)
    more_repeats_help = verdict == "undecided" and not held_open and not last
    return Judgement(comparison, verdict, reason(verdict, summary), prefer, field.repeats, more_repeats_help, last)


class _Field(NamedTuple):
    """Who takes part, on which repeats and folds; a side is None where its family has no model left."""

    best_ml: str | None
    best_dl: str | None
    ml: Champions | None
    dl: Champions | None
    constant: np.ndarray
    scored: np.ndarray
    repeats: int


def _field(ml: Scores, dl: Scores, constant: np.ndarray, metric: str) -> _Field:
    constant = np.asarray(constant, dtype=np.float64)
    scored = np.isfinite(np.stack([*ml.values(), *dl.values(), constant])).any(axis=0)
    ml, dl = _taking_part(ml, scored), _taking_part(dl, scored)
    repeats = _last_analysis([*ml.values(), *dl.values()], scored)
    ml, dl = ({model: scores[:repeats] for model, scores in family.items()} for family in (ml, dl))
    side_ml, side_dl = (champions(family, metric) if family else None for family in (ml, dl))
    best_ml, best_dl = _best(ml, metric), _best(dl, metric)
    return _Field(best_ml, best_dl, side_ml, side_dl, constant[:repeats], scored[:repeats], repeats)


def _beats_constant(field: _Field, protocol: Protocol) -> bool | None:
    sign = _sign(protocol.metric)
    leads = [sign * (side.scores - field.constant)[field.scored] for side in (field.ml, field.dl) if side is not None]
    return _any_known([_is_better(lead, protocol.test_train_ratio, protocol.resolution) for lead in leads])


def next_analysis(outcome: Judgement, repeats_run: int, most_repeats: int) -> int | None:
    """Return how many repeats the next analysis needs in all; None where none follows.

    Parameters
    ----------
    outcome : Judgement
        Of the comparison after `repeats_run` repeats, with `last` False.
    repeats_run : int
        Repeats that were run, whether or not all models finished them.
    most_repeats : int
        The most repeats that the split and the plan allow, see `advisor.baselines.running.splits.most_repeats`.
    """
    if not outcome.more_repeats_help:
        return None
    return next((repeats for repeats in INTERIM_ANALYSES if repeats_run < repeats <= most_repeats), None)


def _sign(metric: str) -> int:
    return 1 if METRICS[metric].greater_is_better else -1


def _taking_part(family: Scores, scored: np.ndarray) -> Scores:
    """Leave out the models that lack a score in the first repeat."""
    first = scored[0]
    return {
        model: np.asarray(scores, dtype=np.float64)
        for model, scores in family.items()
        if first.any() and np.isfinite(scores[0][first]).all()
    }


def _last_analysis(scores: Collection[np.ndarray], scored: np.ndarray) -> int:
    """Return the repeats of the last analysis within the leading repeats that all models finished."""
    complete = np.array([(np.isfinite(model) | ~scored).all(axis=1) for model in scores]).reshape(-1, len(scored))
    finished = int(np.cumprod(complete.all(axis=0) & scored.any(axis=1)).sum()) if len(complete) else 0
    return max((repeats for repeats in INTERIM_ANALYSES if repeats <= finished), default=0)


def _is_better(differences: np.ndarray, test_train_ratio: float, resolution: float) -> bool | None:
    """Return whether a mean difference is clearly above 0; None where nothing is known."""
    probability = corrected_t(differences, test_train_ratio, 0.0, resolution).p_better
    if probability is None or math.isnan(probability):
        return None
    return probability >= BEATS_CONSTANT_PROBABILITY


def _any_known(answers: Collection[bool | None]) -> bool | None:
    if any(answers):
        return True
    return None if not answers or None in answers else False


def _best(family: Scores, metric: str) -> str | None:
    """Return the model with the best mean score, the first among equals."""
    return max(family, key=lambda model: _sign(metric) * float(np.nanmean(family[model])), default=None)


def _side(side: Champions | None, kind: str, titles: Mapping[str, str]) -> Side | None:
    if side is None:
        return None
    models, counts = np.unique(side.models.astype(str), return_counts=True)
    most = titles.get(str(models[counts.argmax()]), str(models[counts.argmax()]))
    name = most if len(models) == 1 else f"the best {kind} of each fold (mostly {most})"
    return Side(name, f"the best {kind}", float(np.nanmean(side.scores)))


def decided(posterior: Posterior, repeats: int, *, last: bool) -> str:
    """Return which side of a difference is better, first or second, or whether it is equal or undecided."""
    if posterior.ci95 is None or posterior.p_better is None or posterior.p_worse is None or posterior.p_equal is None:
        return "undecided"
    needed = LAST_WINNER_PROBABILITY[repeats] if last else EARLY_WINNER_PROBABILITY
    if posterior.p_better >= needed and posterior.ci95[0] > 0:
        return "first"
    if posterior.p_worse >= needed and posterior.ci95[1] < 0:
        return "second"
    equal = LAST_EQUAL_PROBABILITY if last else EARLY_EQUAL_PROBABILITY
    return "equal" if posterior.p_equal >= equal else "undecided"


def _prefer(verdict: str, posterior: Posterior, beats_dummy: bool | None) -> str:
    if beats_dummy is False:
        return "none"
    if verdict == "dl" or (verdict == "undecided" and posterior.p_worse is not None and posterior.p_worse > 0.5):
        return "dl"
    return "ml"
