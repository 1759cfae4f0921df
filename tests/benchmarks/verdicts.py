"""Simulate verdicts on data where the truth is known: `python tests/benchmarks/verdicts.py [SETS]`.

How often is "ml" or "dl" said of families that are exactly equal, and how often is a real difference found?

Two families of three learners are compared by the real `champions`, `compare` and `next_analysis`, with five folds
and looks at 1, 2 and 5 repeats. The learners are ridge regressions (for classes: on 0 and 1) in closed form on
different functions of the features. Families are made equal in three ways:

* views: each family sees other features that are equally useful. Their difference depends strongly on the sample, the
  same in all folds, which is what deceives a test;
* terms: both see the same features, and each knows another, equally strong interaction;
* seeds: both see the same features through random projections, drawn anew for each fit as a network's weights are.

A real difference makes what the second family sees or knows stronger.
"""

import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest, rankdata

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from advisor.baselines.judging.comparison import INTERIM_ANALYSES, compare, next_analysis
from advisor.baselines.judging.metrics import METRICS, resolution, rope
from advisor.baselines.judging.protocol import Protocol

FOLDS = 5
VIEW = 6  # features of each family


class Cell(NamedTuple):
    """One setting of the simulation; `gain` is how much stronger the second family's signal is."""

    design: str
    metric: str
    rows: int
    gain: float = 0.0


class Rates(NamedTuple):
    """Shares of verdicts in so many data sets; `advantage` of the second family's best in units of the ROPE."""

    sets: int
    ml: float
    dl: float
    equal: float
    undecided: float
    advantage: float

    def interval(self, share: float) -> tuple[float, float]:
        """Return the 95% Monte-Carlo interval (Wilson) of a share."""
        return tuple(binomtest(round(share * self.sets), self.sets).proportion_ci(method="wilson"))


# How the data may be looked at: the most repeats, and whether the variance is corrected for overlapping folds.
PLANS = {"looks 1": (1, True), "looks 1, 2": (2, True), "looks 1, 2, 5": (5, True), "uncorrected": (5, False)}


def make_data(cell: Cell, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the features and the target."""
    features = rng.standard_normal((cell.rows, 2 * VIEW))
    first, second = features[:, :VIEW], features[:, VIEW:]
    mean = _signal(cell.design, first) + (1 + cell.gain) * _signal(cell.design, second)
    if cell.design == "terms":
        mean = mean + 0.7 * features[:, [0, 1, VIEW, VIEW + 1]].sum(axis=1)
    if cell.metric == "rmse":
        return features, mean + rng.standard_normal(cell.rows)
    return features, (mean + rng.logistic(size=cell.rows) > np.median(mean)).astype(np.int64)


def _signal(design: str, view: np.ndarray) -> np.ndarray:
    interaction = view[:, 0] * view[:, 1]
    if design == "terms":
        return interaction
    return view[:, :4] @ np.array([1.0, 0.7, 0.5, 0.3]) + 0.6 * interaction + 0.4 * view[:, 2] ** 2


def designs(cell: Cell, family: int, features: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Return what the three learners of a family regress on, each of shape (folds or 1, rows, width)."""
    if cell.design == "seeds":
        projections = [rng.standard_normal((FOLDS, features.shape[1], width)) for width in (6, 12, 24)]
        return [np.tanh(features @ projection / 2) for projection in projections]
    view = features[:, family * VIEW : (family + 1) * VIEW]
    products = np.einsum("ni,nj->nij", view, view)[:, *np.triu_indices(VIEW)]
    seen = features[:, [0, 1, VIEW, VIEW + 1]] if cell.design == "terms" else view
    interaction = (view[:, 0] * view[:, 1])[:, None]
    return [
        design[None]
        for design in (
            np.hstack([seen, interaction]) if cell.design == "terms" else seen,
            np.hstack([seen, products]),
            np.hstack([seen, interaction, np.abs(view), np.tanh(2 * view)]),
        )
    ]


def fold_scores(cell: Cell, design: np.ndarray, target: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Return the score on each fold of a ridge regression that is fitted on the others.

    `design` has shape (folds or 1, rows, width), `folds` the rows of each fold, of shape (folds, rows / folds).
    """
    design = np.concatenate([np.ones((*design.shape[:2], 1)), design], axis=2)
    values = target.astype(float)
    gram = design.transpose(0, 2, 1) @ design
    moment = design.transpose(0, 2, 1) @ values
    test = design[np.arange(FOLDS)[:, None] % len(design), folds]
    truth = values[folds]
    gram = gram - test.transpose(0, 2, 1) @ test + np.eye(design.shape[2])
    moment = moment - (test.transpose(0, 2, 1) @ truth[:, :, None])[:, :, 0]
    predicted = (test @ np.linalg.solve(gram, moment[:, :, None]))[:, :, 0]
    return SCORES[cell.metric](truth, predicted)


def _accuracy(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    return ((predicted > 0.5) == truth).mean(axis=1)


def _roc_auc(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    ranks = rankdata(predicted, axis=1)
    positive = truth.sum(axis=1)
    return ((ranks * truth).sum(axis=1) - positive * (positive + 1) / 2) / (positive * (truth.shape[1] - positive))


def _rmse(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    return np.sqrt(((truth - predicted) ** 2).mean(axis=1))


SCORES = {"accuracy": _accuracy, "roc_auc": _roc_auc, "rmse": _rmse}


class Trial:
    """One data set whose fits are run repeat after repeat."""

    def __init__(self, cell: Cell, seed: int) -> None:
        self.cell = cell
        self.rng = np.random.default_rng(seed)
        self.features, self.target = make_data(cell, self.rng)
        self.fixed = [designs(cell, family, self.features, self.rng) for family in (0, 1)]
        self.scores: list[list[list[np.ndarray]]] = [[[], [], []], [[], [], []]]
        self.dummy: list[np.ndarray] = []

    def run(self, repeats: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
        """Return the scores of both families and of the dummy after so many repeats."""
        while len(self.dummy) < repeats:
            folds = self._folds()
            self.dummy.append(_dummy(self.cell, self.target, folds))
            for family in (0, 1):
                drawn = self.fixed[family]
                if self.cell.design == "seeds":
                    drawn = designs(self.cell, family, self.features, self.rng)
                for model, design in enumerate(drawn):
                    self.scores[family][model].append(fold_scores(self.cell, design, self.target, folds))
        ml, dl = (
            {f"model {model}": np.array(scores[:repeats]) for model, scores in enumerate(family)}
            for family in self.scores
        )
        return ml, dl, np.array(self.dummy[:repeats])

    def _folds(self) -> np.ndarray:
        """Return stratified folds of equal size: the order of a shuffle by class, dealt in turn."""
        order = self.rng.permutation(self.cell.rows)
        if self.cell.metric != "rmse":
            order = order[np.argsort(self.target[order], kind="stable")]
        return order.reshape(-1, FOLDS).T


def _dummy(cell: Cell, target: np.ndarray, folds: np.ndarray) -> np.ndarray:
    if cell.metric == "roc_auc":
        return np.full(FOLDS, 0.5)
    truth = target[folds]
    if cell.metric == "accuracy":
        return np.maximum(truth.mean(axis=1), 1 - truth.mean(axis=1))
    return truth.std(axis=1)


def verdict(trial: Trial, most_repeats: int, corrected: bool) -> str:
    """Analyse the data as the program does, and return its verdict."""
    metric = trial.cell.metric
    repeats: int | None = INTERIM_ANALYSES[0]
    while repeats is not None:
        ml, dl, dummy = trial.run(repeats)
        outcome = compare(
            ml,
            dl,
            dummy,
            Protocol(
                metric,
                test_train_ratio=1 / (FOLDS - 1) if corrected else 0.0,
                rope=rope(metric, float(dummy.mean()), trial.cell.rows),
                resolution=resolution(metric, trial.target),
                last=repeats == most_repeats,
            ),
        )
        repeats = next_analysis(outcome, repeats, most_repeats)
    return outcome.verdict


def simulate(cell: Cell, sets: int, plans: tuple[str, ...] = tuple(PLANS)) -> dict[str, Rates]:
    """Return how often each verdict is given on `sets` data sets, for each plan; the data are the same for all."""
    counts = {plan: Counter() for plan in plans}
    sign = 1 if METRICS[cell.metric].greater_is_better else -1
    advantage = 0.0
    for seed in range(sets):
        trial = Trial(cell, seed)
        for plan in plans:
            counts[plan][verdict(trial, *PLANS[plan])] += 1
        ml, dl, dummy = trial.run(1)
        best_ml, best_dl = (max(sign * scores.mean() for scores in family.values()) for family in (ml, dl))
        advantage += (best_dl - best_ml) / rope(cell.metric, float(dummy.mean()), cell.rows) / sets
    return {
        plan: Rates(sets, *(seen[name] / sets for name in ("ml", "dl", "equal", "undecided")), advantage)
        for plan, seen in counts.items()
    }


def main() -> None:
    sets = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    start = time.process_time()
    print(
        f"Equal families: share of sets with a winner, which is wrong ({sets} sets a row, 95% Monte-Carlo interval)\n"
    )
    print(f"{'design':<8}{'metric':<10}{'rows':>5}" + "".join(f"{plan:>24}" for plan in PLANS))
    for design, metric, rows in product(("views", "terms", "seeds"), SCORES, (200, 1000)):
        print(f"{design:<8}{metric:<10}{rows:>5}", end="")
        for rates in simulate(Cell(design, metric, rows), sets).values():
            low, high = rates.interval(rates.ml + rates.dl)
            print(f"{rates.ml + rates.dl:>9.3f} ({low:.3f}-{high:.3f})", end="")
        print(flush=True)
    print(f"\nA real difference in favour of dl: share of verdicts (design terms, {sets} sets a row)\n")
    print(f"{'metric':<10}{'rows':>5}{'difference':>12}  {'plan':<14}{'dl':>7}{'ml':>7}{'equal':>7}{'undecided':>11}")
    for metric, rows, gain in product(SCORES, (200, 1000), (0.3, 0.8)):
        for plan, rates in simulate(Cell("terms", metric, rows, gain), sets, tuple(PLANS)[:3]).items():
            print(
                f"{metric:<10}{rows:>5}{rates.advantage:>7.1f} ROPE  {plan:<14}"
                f"{rates.dl:>7.3f}{rates.ml:>7.3f}{rates.equal:>7.3f}{rates.undecided:>11.3f}",
                flush=True,
            )
    print(f"\n{time.process_time() - start:.0f} CPU seconds")


if __name__ == "__main__":
    main()
