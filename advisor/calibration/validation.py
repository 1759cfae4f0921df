"""Judge a fit on rows that it has not seen: one benchmark is left out at a time."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.calibration.fitting import Numbers
from advisor.calibration.probability_scores import EPSILON, Outcomes, reliability, scores
from advisor.calibration.table import Case
from advisor.reports.calibration import HeldOutScores, Scores

FOLDS = 10
MANY_ROWS = 10_000
# From cases to fit on and cases to judge to the probability that the heavier side wins each of the latter.
Forecaster = Callable[[Sequence[Case], Sequence[Case]], Numbers]
# From cases to whether the side that is asked about won: 1, 0 or 0.5.
Wins = Callable[[Sequence[Case]], Numbers]


def votes(cases: Sequence[Case], *, weighted: bool) -> Numbers:
    """Return the vote of each row: a data set has one, however many rows and benchmarks it is in."""
    counts = Counter(case.dataset for case in cases)
    return np.array([(case.weight if weighted else 1.0) / counts[case.dataset] for case in cases])


def clusters(cases: Sequence[Case]) -> NDArray[np.intp]:
    """Return a number for each row, the same for rows of the same data set."""
    numbers = {name: place for place, name in enumerate(dict.fromkeys(case.dataset for case in cases))}
    return np.array([numbers[case.dataset] for case in cases])


def by_benchmark(cases: Sequence[Case]) -> bool:
    """Return whether there are benchmarks to leave out."""
    return len({case.benchmark for case in cases}) > 1


def validation(cases: Sequence[Case]) -> str:
    """Return what is left out: one benchmark at a time, or a tenth of the data sets."""
    return "benchmarks" if by_benchmark(cases) else f"{FOLDS} folds"


def folds(cases: Sequence[Case]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield (rows to fit on, rows to judge); no data set is on both sides.

    One benchmark is left out at a time, its data sets everywhere. Where there is only one, a tenth of the data sets is.
    """
    if by_benchmark(cases):
        parts = [{index for index, case in enumerate(cases) if case.benchmark == name}
                 for name in dict.fromkeys(case.benchmark for case in cases)]  # fmt: skip
    else:
        numbers = clusters(cases) % FOLDS
        parts = [set(np.flatnonzero(numbers == fold).tolist()) for fold in range(FOLDS)]
    for part in parts:
        out = {cases[index].dataset for index in part}
        kept = [index for index, case in enumerate(cases) if index not in part and case.dataset not in out]
        if part and kept:
            yield kept, sorted(part)


def judged(cases: Sequence[Case], wins: Wins, forecasters: Sequence[tuple[str, Forecaster]]) -> HeldOutScores | None:
    """Return the scores of forecasters on rows that none of them was fitted on; None where none can be left out.

    Parameters
    ----------
    cases : sequence of Case
    wins : callable
        What happened.
    forecasters : sequence of (name, forecaster)
        The first is the one whose reliability is reported.
    """
    parts = list(folds(cases))
    held = [index for _, part in parts for index in part]
    if not held:
        return None
    seen = [cases[index] for index in held]
    sizes = [len(part) for _, part in parts]
    outcomes = Outcomes(
        wins(seen), votes(seen, weighted=False), clusters(seen), np.repeat(np.arange(len(sizes)), sizes)
    )
    found: list[Scores] = []
    first: Numbers | None = None
    for name, forecast in forecasters:
        chances = np.concatenate(
            [forecast([cases[index] for index in kept], [cases[index] for index in part]) for kept, part in parts]
        )
        first = chances if first is None else first
        found.append(scores(name, outcomes, np.clip(chances, 1e-6, 1 - 1e-6)))
    share = float(outcomes.votes @ outcomes.wins / outcomes.votes.sum())
    bins = () if first is None else reliability(outcomes.wins, first, outcomes.votes)
    return HeldOutScores(validation(cases), len(seen), len({case.dataset for case in seen}), share, tuple(found), bins)


def base_rate(wins: Wins) -> Forecaster:
    """Return the forecaster that says the share of wins of the other rows, one vote a data set."""

    def forecast(fitted: Sequence[Case], asked: Sequence[Case]) -> Numbers:
        weights = votes(fitted, weighted=False)
        # as if half a win and half a loss had been seen beside them, so that it is never 0 or 1
        share = (weights @ wins(fitted) + 0.5) / (weights.sum() + 1)
        return np.full(len(asked), share)

    return forecast


def never(_: Sequence[Case], asked: Sequence[Case]) -> Numbers:
    """Forecast that the simpler side always wins."""
    return np.full(len(asked), EPSILON)


def by_rows(_: Sequence[Case], asked: Sequence[Case]) -> Numbers:
    """Forecast that the heavier side wins where there are more than 10,000 rows."""
    many = np.array([case.facts.get("data.examples", 0) > MANY_ROWS for case in asked])
    return np.where(many, 1 - EPSILON, EPSILON)


def simple_baselines(wins: Wins, other: str) -> list[tuple[str, Forecaster]]:
    """Return what every refit has to beat; `other` is the side that is not asked about."""
    return [("base rate", base_rate(wins)), (f"always {other}", never), ("above 10,000 rows", by_rows)]
