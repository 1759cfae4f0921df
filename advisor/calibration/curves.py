"""Refit the curves of the gain: their level, and barely their slope."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from advisor.advice.gain import applies, chance_of, doublings_of, margin_of
from advisor.calibration.fitting import NormalPrior, Numbers, fit_logistic, sigmoid
from advisor.calibration.probability_scores import interval
from advisor.calibration.table import Case
from advisor.calibration.validation import Forecaster, judged, simple_baselines, votes
from advisor.reports.calibration import Curve

FEWEST = 10  # data sets
DIGITS = 3  # of a coefficient as written
# Before any data nothing is known of the level: 3 in log-odds is 0.05 to 0.95, which keeps a curve off 0 and 1.
_OPEN = 3.0
_DRAWS = 200
_SEED = 20_262

Entry = Mapping[str, Any]


def refit(cases: Sequence[Case], entry: Entry, *, anew: bool) -> tuple[Curve, Entry | None]:
    """Return what the table says of one curve, and the curve as it should be, None where it stays.

    The level is fitted with a normal prior around the current curve or, `anew`, around a probability of one
    half. Size across data sets is confounded with what was chosen for a benchmark, so the slope hardly moves: its
    prior, the growth within one data set, is narrow.
    """
    mine = [case for case in cases if _speaks_of(case, entry)]
    datasets = len({case.dataset for case in mine})
    before = (entry["intercept"], entry["per_doubling"])
    kept = _too_little(mine, datasets, entry)
    if kept:
        return _told(entry, mine, before, before, None, kept), None
    after = tuple(round(float(value), DIGITS) + 0.0 for value in _coefficients(mine, entry, anew=anew))
    fitted = {**entry, "intercept": after[0], "per_doubling": after[1]}
    drawn = _interval(mine, entry, anew=anew)
    benchmarks = len({case.benchmark for case in mine})
    fitted["n"] = {"datasets": datasets, "benchmarks": benchmarks}
    fitted["interval"] = [round(value, 2) for value in drawn]
    return _told(entry, mine, before, (after[0], after[1]), drawn, "", anew=anew), fitted


def _speaks_of(case: Case, entry: Entry) -> bool:
    return (
        entry["figure"] == "gain"
        and {case.simple, case.heavy} == {entry["network"], entry["against"]}
        and applies(entry, case.facts)
        and doublings_of(entry, case.facts) is not None
    )


def _too_little(cases: Sequence[Case], datasets: int, entry: Entry) -> str:
    if datasets < FEWEST:
        return f"{datasets} data sets, at least {FEWEST} are needed"
    won = _wins(cases, entry)
    if won.min() == won.max():
        return f"the network {'always' if won[0] else 'never'} won; both are needed"
    return ""


def _wins(cases: Sequence[Case], entry: Entry) -> Numbers:
    """Return 1 where the network was better by the margin that pays, else 0."""
    return np.array(
        [
            float(
                case.better == entry["network"] and (case.margin is None or case.margin >= margin_of(entry, case.facts))
            )
            for case in cases
        ]
    )


def _design(cases: Sequence[Case], entry: Entry) -> Numbers:
    return np.array([(1.0, doublings_of(entry, case.facts) or 0.0) for case in cases])


def _coefficients(cases: Sequence[Case], entry: Entry, *, anew: bool) -> Numbers:
    sd = entry["sd"]
    prior = NormalPrior(
        np.array([0.0 if anew else entry["intercept"], entry["per_doubling"]]),
        np.array([_OPEN if anew else sd["intercept"], sd["per_doubling"]]),
    )
    return fit_logistic(_design(cases, entry), _wins(cases, entry), votes(cases, weighted=True), prior)


def _interval(cases: Sequence[Case], entry: Entry, *, anew: bool) -> tuple[float, float]:
    """Return a 95% interval of the chance at the curve's middle, by bootstrap over data sets."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.dataset, []).append(case)
    members = list(groups.values())
    rng = np.random.default_rng(_SEED)
    chances = []
    for _ in range(_DRAWS):
        drawn = rng.integers(0, len(members), len(members))
        # the same data set drawn twice has two votes
        sample = [case._replace(dataset=f"{place}") for place, which in enumerate(drawn) for case in members[which]]
        chances.append(float(sigmoid(_coefficients(sample, entry, anew=anew)[:1])[0]))
    return interval(chances)


def _told(
    entry: Entry,
    cases: Sequence[Case],
    before: tuple[float, float],
    after: tuple[float, float],
    drawn: tuple[float, float] | None,
    kept: str,
    *,
    anew: bool = False,
) -> Curve:
    def wins(some: Sequence[Case]) -> Numbers:
        return _wins(some, entry)

    def refitted(fitted: Sequence[Case], asked: Sequence[Case]) -> Numbers:
        return sigmoid(_design(asked, entry) @ _coefficients(fitted, entry, anew=anew))

    def as_it_stands(_: Sequence[Case], asked: Sequence[Case]) -> Numbers:
        return sigmoid(_design(asked, entry) @ np.array(before))

    forecasters: list[tuple[str, Forecaster]] = [
        ("refitted", refitted),
        ("current", as_it_stands),
        *simple_baselines(wins, entry["against"]),
    ]
    return Curve(
        entry["id"],
        entry["question"],
        entry["fact"],
        float(entry["at"]),
        len(cases),
        len({case.dataset for case in cases}),
        len({case.benchmark for case in cases}),
        (before[0], after[0]),
        (before[1], after[1]),
        (_middle(entry, before), _middle(entry, after)),
        drawn,
        None if kept else judged(cases, wins, forecasters),
        kept,
    )


def _middle(entry: Entry, coefficients: tuple[float, float]) -> float:
    curve = {**entry, "intercept": coefficients[0], "per_doubling": coefficients[1]}
    return chance_of(curve, {entry["fact"]: entry["at"]}) or 0.0
