"""Simulate the answer on data where the truth is known: `python tests/benchmarks/answers.py [SETS]`.

How often is "yes", "ml" or "dl" said of families that are exactly equal, "no" of a network that pays, and how much of
the power of an oracle that knows the deviation of the estimate is reached?

Two families of three learners predict the same rows; the champion of each is chosen on a fifth of the rows that no
fold tests (below 1,000 rows by an inner split of each training part), and the two are judged by row with five folds and
looks after 1, 2 and 5 repeats. The learners are ridge regressions (for classes: on 0 and 1) in closed form on different
functions of the features. Families are made equal in three ways:

* views: each family sees other features that are equally useful. Their difference depends strongly on the sample, the
  same in all folds, which is what deceives a test;
* terms: both see the same features, and each knows another, equally strong interaction;
* seeds: both see the same features through random projections, drawn anew for each fit as a network's weights are.

A real difference is added to the estimates of equal families; or a `gain` makes what the second family sees or knows
stronger, and the first family's features noisier (seeds). The oracle knows the standard deviation of the estimate.
"""

import sys
import time
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import expit
from scipy.stats import binomtest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from advisor.baselines.judging.decision import answer, chance_to_pay, winner
from advisor.baselines.judging.instances import Estimate, paired_estimate, probability_above
from advisor.baselines.judging.metrics import METRICS, resolution, rope
from advisor.baselines.judging.published import Published, posterior, published_for

LOOKS = (1, 2, 5)
FOLDS = 5
REPEATS = LOOKS[-1]
FIRST_JUDGING_SEED = 10_000  # those below set the thresholds
VIEW = 6  # features of each family
INNER_CHOICE_BELOW = 1000
RARE = 0.05
PROJECTIONS = 24
DESIGNS = ("views", "terms", "seeds")
CHOSEN_METRICS = ("accuracy", "roc_auc", "average_precision", "log_loss", "rmse", "mae")
ROWS = (200, 1_000, 10_000)


class Cell(NamedTuple):
    """One setting of the simulation; `gain` is how much stronger the second family's signal is."""

    design: str
    metric: str
    rows: int
    gain: float = 0.0


class Duel(NamedTuple):
    """Influence of the second family less that of the first, and the fold, for each repeat and row."""

    differences: np.ndarray
    folds: np.ndarray
    test_train_ratio: float
    resolution: float
    rope: float


def duel(cell: Cell, seed: int) -> Duel:
    """Return the differences of one data set."""
    rng = np.random.default_rng(seed)
    features, target = make_data(cell, rng)
    screened = cell.rows // 5 if cell.rows >= INNER_CHOICE_BELOW else 0
    tested = _test_rows(cell, target, screened, rng)
    sign = 1 if METRICS[cell.metric].greater_is_better else -1
    of_family = []
    for family in (0, 1):
        seen = features
        if cell.design == "seeds" and family == 0 and cell.gain:
            seen = features + cell.gain * rng.standard_normal(features.shape)
        learners = [_learner(cell, family, seen, learner, rng) for learner in range(3)]
        predict = _screen(cell, learners, target, tested, screened, rng)
        of_family.append(INFLUENCES[cell.metric](target[tested], predict))
    shape = (REPEATS, cell.rows)
    differences, folds = np.full(shape, np.nan), np.full(shape, -1)
    repeat = np.repeat(np.arange(REPEATS), FOLDS)[:, None]
    differences[repeat, tested] = sign * (of_family[1] - of_family[0])
    folds[repeat, tested] = (np.arange(len(tested)) % FOLDS)[:, None]
    per_fold = tested.shape[1]
    return Duel(
        differences,
        folds,
        per_fold / (cell.rows - per_fold),
        resolution(cell.metric, target),
        rope(cell.metric, _dummy(cell, target), cell.rows),
    )


def make_data(cell: Cell, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the features and the target."""
    features = rng.standard_normal((cell.rows, 2 * VIEW))
    first, second = features[:, :VIEW], features[:, VIEW:]
    strength = 1.0 if cell.design == "seeds" else 1 + cell.gain
    mean = _signal(cell.design, first) + strength * _signal(cell.design, second)
    if cell.design == "terms":
        mean = mean + 0.7 * features[:, [0, 1, VIEW, VIEW + 1]].sum(axis=1)
    if cell.metric == "rmse":
        return features, mean + rng.standard_normal(cell.rows)
    if cell.metric == "mae":
        return features, mean + rng.standard_t(3, cell.rows)
    score = mean + rng.logistic(size=cell.rows)
    positive = RARE if cell.metric == "average_precision" else 0.5
    return features, (score > np.quantile(score, 1 - positive)).astype(np.float64)


def _signal(design: str, view: np.ndarray) -> np.ndarray:
    interaction = view[:, 0] * view[:, 1]
    if design == "terms":
        return interaction
    return view[:, :4] @ np.array([1.0, 0.7, 0.5, 0.3]) + 0.6 * interaction + 0.4 * view[:, 2] ** 2


def _test_rows(cell: Cell, target: np.ndarray, screened: int, rng: np.random.Generator) -> np.ndarray:
    """Return the rows of each fold of each repeat: stratified, of equal size, without the first `screened` rows."""
    per_fold = (cell.rows - screened) // FOLDS
    every = []
    for _ in range(REPEATS):
        order = screened + rng.permutation(cell.rows - screened)
        if METRICS[cell.metric].needs != "values":
            order = order[np.argsort(target[order], kind="stable")]
        every.append(order[: per_fold * FOLDS].reshape(per_fold, FOLDS).T)
    return np.concatenate(every)


def _learner(cell: Cell, family: int, features: np.ndarray, learner: int, rng: np.random.Generator):
    """Return a function that gives what a learner regresses on, of shape (fits or 1, rows, width)."""
    if cell.design == "seeds":
        return lambda fits: _random_projections(features, fits, rng)
    view = features[:, family * VIEW : (family + 1) * VIEW]
    seen = features[:, [0, 1, VIEW, VIEW + 1]] if cell.design == "terms" else view
    interaction = (view[:, 0] * view[:, 1])[:, None]
    if learner == 0:
        columns = [seen, interaction] if cell.design == "terms" else [seen]
    elif learner == 1:
        columns = [seen, np.einsum("ni,nj->nij", view, view)[:, *np.triu_indices(VIEW)]]
    else:
        columns = [seen, interaction, np.abs(view), np.tanh(2 * view)]
    return lambda _: np.hstack(columns)[None]


def _random_projections(features: np.ndarray, fits: int, rng: np.random.Generator) -> np.ndarray:
    """Return the features and functions of random projections of them, other ones for each fit.

    The learners of this design are equal: only chance makes one of them the champion.
    """
    projections = rng.standard_normal((fits, features.shape[1], PROJECTIONS)) / 2
    kept = np.broadcast_to(features, (fits, *features.shape))
    return np.concatenate([kept, np.tanh(features @ projections)], axis=2)


class Fits(NamedTuple):
    """Predictions of ridge regressions: raw values and, for classes, the share of variance explained in training."""

    values: np.ndarray
    explained: np.ndarray


def _screen(cell: Cell, learners: list, target: np.ndarray, tested: np.ndarray, screened: int, rng) -> "Fits":
    """Return the predictions on the tested rows of the learner that was best on the rows kept for choosing."""
    greater = METRICS[cell.metric].greater_is_better
    fits = len(tested)
    if screened:
        kept = np.arange(screened)[None]
        scores = [
            INFLUENCES[cell.metric](target[kept], _ridge(learner(1), target, kept, kept)).mean() for learner in learners
        ]
        chosen = learners[int(np.argmax(scores) if greater else np.argmin(scores))]
        return _ridge(chosen(fits), target, tested, tested)
    left_out = np.stack([_inner_rows(cell, target, rows, rng) for rows in tested])
    both = np.concatenate([tested, left_out], axis=1)
    drawn = [learner(fits) for learner in learners]
    scores = np.stack(
        [
            INFLUENCES[cell.metric](target[left_out], _ridge(design, target, both, left_out)).mean(axis=1)
            for design in drawn
        ]
    )
    chosen = scores.argmax(axis=0) if greater else scores.argmin(axis=0)
    every = [_ridge(design, target, tested, tested) for design in drawn]
    return Fits(
        np.stack([one.values for one in every])[chosen, np.arange(fits)],
        np.stack([one.explained for one in every])[chosen, np.arange(fits)],
    )


def _inner_rows(cell: Cell, target: np.ndarray, tested: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a quarter of the training rows of a fold, stratified."""
    order = rng.permutation(np.setdiff1d(np.arange(len(target)), tested))
    if METRICS[cell.metric].needs != "values":
        order = order[np.argsort(target[order], kind="stable")]
    return order[2::4]


def _ridge(design: np.ndarray, target: np.ndarray, left_out: np.ndarray, tested: np.ndarray) -> Fits:
    """Fit on all rows but those left out, for each row of `left_out`, and predict the tested rows."""
    design = np.concatenate([np.ones((*design.shape[:2], 1)), design], axis=2)
    which = np.arange(len(left_out))[:, None] % len(design)
    out = design[which, left_out]
    truth = target[left_out]
    gram = design.transpose(0, 2, 1) @ design - out.transpose(0, 2, 1) @ out
    moment = design.transpose(0, 2, 1) @ target - (out.transpose(0, 2, 1) @ truth[:, :, None])[:, :, 0]
    penalised = gram + np.eye(design.shape[2])
    weights = np.linalg.solve(penalised, moment[:, :, None])[:, :, 0]
    values = (design[which, tested] @ weights[:, :, None])[:, :, 0]
    rows = len(target) - truth.shape[1]
    squares = (target**2).sum() - (truth**2).sum(axis=1)
    total = squares - moment[:, 0] ** 2 / rows
    residual = squares - 2 * (weights * moment).sum(axis=1) + np.einsum("fi,fij,fj->f", weights, gram, weights)
    return Fits(values, 1 - residual / total)


# Influence values of the rows of many folds at once, of shape (folds, rows): `tests/baselines/judging/test_answers.py`
# holds them to those of the program.


def _accuracy(truth: np.ndarray, fits: Fits) -> np.ndarray:
    return ((fits.values > 0.5) == truth).astype(np.float64)


def _log_loss(truth: np.ndarray, fits: Fits) -> np.ndarray:
    """Take the probability that linear discriminant analysis would give."""
    slope = 4 / np.maximum(1 - fits.explained, 0.02)
    probability = np.clip(expit(slope[:, None] * (fits.values - 0.5)), 1e-6, 1 - 1e-6)
    return -np.log(np.where(truth == 1, probability, 1 - probability))


def _roc_auc(truth: np.ndarray, fits: Fits) -> np.ndarray:
    """Take predictions without ties."""
    order = np.argsort(fits.values, axis=1)
    positive = np.take_along_axis(truth, order, axis=1)
    positives, negatives = positive.sum(axis=1, keepdims=True), (1 - positive).sum(axis=1, keepdims=True)
    below = np.cumsum(1 - positive, axis=1) / negatives
    above = 1 - np.cumsum(positive, axis=1) / positives
    area = (positive * below).sum(axis=1, keepdims=True) / positives
    rows = truth.shape[1]
    sorted_values = area + rows * np.where(positive == 1, (below - area) / positives, (above - area) / negatives)
    return _back(sorted_values, order)


def _average_precision(truth: np.ndarray, fits: Fits) -> np.ndarray:
    """Take predictions without ties."""
    order = np.argsort(-fits.values, axis=1)
    positive = np.take_along_axis(truth, order, axis=1)
    rank = np.arange(1, truth.shape[1] + 1)
    precision = np.cumsum(positive, axis=1) / rank
    positives = positive.sum(axis=1, keepdims=True)
    average = (positive * precision).sum(axis=1, keepdims=True) / positives
    found = np.cumsum((positive * (1 - precision) / rank)[:, ::-1], axis=1)[:, ::-1]
    false = -np.cumsum((positive * precision / rank)[:, ::-1], axis=1)[:, ::-1]
    derivative = np.where(positive == 1, precision - average + found, false) / positives
    return _back(average + truth.shape[1] * derivative, order)


def _back(sorted_values: np.ndarray, order: np.ndarray) -> np.ndarray:
    values = np.empty_like(sorted_values)
    np.put_along_axis(values, order, sorted_values, axis=1)
    return values


def _rmse(truth: np.ndarray, fits: Fits) -> np.ndarray:
    squares = (truth - fits.values) ** 2
    mean = squares.mean(axis=1, keepdims=True)
    return np.sqrt(mean) + (squares - mean) / (2 * np.sqrt(mean))


def _mae(truth: np.ndarray, fits: Fits) -> np.ndarray:
    return np.abs(truth - fits.values)


INFLUENCES = {
    "accuracy": _accuracy,
    "roc_auc": _roc_auc,
    "average_precision": _average_precision,
    "log_loss": _log_loss,
    "rmse": _rmse,
    "mae": _mae,
}


def _dummy(cell: Cell, target: np.ndarray) -> float:
    """Return the score of the constant answer, the yardstick of the smallest difference that matters."""
    if cell.metric == "rmse":
        return float(target.std())
    if cell.metric == "mae":
        return float(np.abs(target - np.median(target)).mean())
    return float(-np.log(0.5)) if cell.metric == "log_loss" else 0.5


# -- answers -----------------------------------------------------------------------------------------------------------


class Simulated(NamedTuple):
    """Estimates of so many data sets at each look, in units of the ROPE: arrays of shape (sets, looks)."""

    mean: np.ndarray
    standard_error: np.ndarray
    degrees_of_freedom: np.ndarray

    @property
    def deviation(self) -> np.ndarray:
        """Return the true standard deviation of the estimate at each look, around equality."""
        return np.sqrt((self.mean**2).mean(axis=0))

    def of_oracle(self) -> "Simulated":
        known = np.broadcast_to(self.deviation, self.mean.shape)
        return Simulated(self.mean, known, np.full(self.mean.shape, np.inf))

    def shifted(self, by: float | np.ndarray) -> "Simulated":
        """Return what the estimates would be, were the second family better by so much."""
        return self._replace(mean=self.mean + np.reshape(by, (-1, 1)))


class Rates(NamedTuple):
    """Shares of answers and of verdicts in so many data sets."""

    sets: int
    yes: float
    no: float
    open: float
    ml: float
    equal: float

    @property
    def wrong(self) -> float:
        """Return the share of sets with a winner, where there is none."""
        return self.yes + self.ml


def simulate(cell: Cell, sets: int, first: int = 0) -> Simulated:
    """Return the estimates of `sets` data sets with seeds from `first` on."""
    found = np.empty((3, sets, len(LOOKS)))
    for number in range(sets):
        one = duel(cell, first + number)
        for look, repeats in enumerate(LOOKS):
            mean, error, degrees = paired_estimate(
                one.differences[:repeats], one.folds[:repeats], None, one.test_train_ratio, one.resolution
            )
            found[:, number, look] = mean / one.rope, error / one.rope, degrees
    return Simulated(*found)


def above(estimate: Estimate, published: Published | None) -> Callable[[float], float]:
    """Return the probability that the true difference exceeds a value, with what is published or from data alone."""
    if published is None:
        return lambda value: probability_above(estimate, value)

    @cache
    def with_published(value: float) -> float:
        found = posterior(published, *estimate, margin=abs(value))
        return found.network if value >= 0 else 1 - found.classical

    return with_published


class Ending(NamedTuple):
    """How one data set ended: the answer, the verdict, and the probability that a network pays."""

    answer: str
    verdict: str
    probability: float


def endings(simulated: Simulated, published: Published | None) -> list[Ending]:
    """Look at each data set until it is answered or the looks are over."""
    every = []
    for figures in zip(*simulated, strict=True):
        for look, estimate in enumerate(map(Estimate, *figures)):
            last = look == len(LOOKS) - 1
            known, alone = above(estimate, published), above(estimate, None)
            chance = chance_to_pay(known, 1.0, alone, last=last)
            found = answer(chance)
            if last or found != "open":
                every.append(Ending(found, winner(found, alone, 1.0, last=last), chance))
                break
    return every


def rates(simulated: Simulated, published: Published | None = None) -> Rates:
    every = endings(simulated, published)
    answers, verdicts = [one.answer for one in every], [one.verdict for one in every]
    shares = [answers.count(name) for name in ("yes", "no", "open")] + [
        verdicts.count(name) for name in ("ml", "equal")
    ]
    return Rates(len(every), *(share / len(every) for share in shares))


def upper(share: float, sets: int) -> float:
    """Return the upper end of the 95% Monte-Carlo interval (Wilson) of a share."""
    return float(binomtest(round(share * sets), sets).proportion_ci(method="wilson").high)


def drawn(published: Published, sets: int, seed: int, moved: float = 0.0, wider: float = 1.0) -> np.ndarray:
    """Return true differences as the published ones are distributed, or as a distribution beside it is."""
    draws = np.random.default_rng(seed).standard_t(published.degrees_of_freedom, sets)
    return published.location + moved + wider * published.scale * draws


def calibration_error(probabilities: np.ndarray, pays: np.ndarray) -> float:
    """Return the mean distance of stated probabilities from frequencies, in ten classes of the former."""
    of_class = np.minimum((probabilities * 10).astype(int), 9)
    return sum(
        abs(probabilities[of_class == one].mean() - pays[of_class == one].mean()) * (of_class == one).mean()
        for one in np.unique(of_class)
    )


WORLDS = {"as published": (0, 1), "centre +1": (1, 1), "centre -1": (-1, 1), "half as wide": (0, 0.5), "twice": (0, 2)}


def main() -> None:
    sets = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    published = published_for("tabular", "deep")
    start = time.process_time()
    print(
        f"{sets} sets a row. wrong: yes, dl or ml of equal families (upper Monte-Carlo bound), from data alone and "
        "with what is published.\nno at 2: of a network that is better by 2 ROPE. no/oracle: no of equal families. "
        "power: yes of a network that is better by so many ROPE.\n"
    )
    print(
        f"{'rows':>6} {'metric':<18}{'design':<7}{'sd':>6}{'error/sd at looks':>20}{'wrong':>15}{'published':>10}"
        f"{'no at 2':>9}{'publ.':>7}{'no/oracle':>12}{'power/oracle':>14}{'at':>6}"
    )
    stated = {world: [[], []] for world in WORLDS}
    missed = [0, 0]
    for number, (rows, metric, design) in enumerate(product(ROWS, CHOSEN_METRICS, DESIGNS)):
        found = simulate(Cell(design, metric, rows), sets, FIRST_JUDGING_SEED)
        oracle = found.of_oracle()
        lead = 2.5 * found.deviation[-1] + (1 if found.deviation[-1] < 1 else 0)
        alone, known = rates(found), rates(found, published)
        two = found.shifted(2.0)
        for world, change in WORLDS.items():
            truth = drawn(published, sets, number, *change)
            ends = endings(found.shifted(truth), published)
            stated[world][0] += [one.probability for one in ends]
            stated[world][1] += list(truth > 1)
            if world == "as published":
                missed[0] += sum(one.answer == "no" and lead > 1 for one, lead in zip(ends, truth, strict=True))
                missed[1] += int((truth > 1).sum())
        ratios = " ".join(f"{ratio:.2f}" for ratio in np.median(found.standard_error, axis=0) / found.deviation)
        print(
            f"{rows:>6} {metric:<18}{design:<7}{found.deviation[-1]:>6.2f}{ratios:>20}"
            f"{alone.wrong:>7.3f} ({upper(alone.wrong, sets):.3f}){known.wrong:>9.3f}"
            f"{rates(two).no:>9.3f}{rates(two, published).no:>7.3f}"
            f"{alone.no:>7.2f}/{rates(oracle).no:.2f}"
            f"{rates(found.shifted(lead)).yes:>9.2f}/{rates(oracle.shifted(lead)).yes:.2f}{lead:>6.1f}",
            flush=True,
        )
    print(f"\nno where a network pays, true differences as published: {missed[0] / missed[1]:.3f}")
    for world, (probabilities, pays) in stated.items():
        error = calibration_error(np.array(probabilities), np.array(pays))
        print(f"mean error of stated probabilities, true differences {world}: {error:.3f}")
    print(f"\n{time.process_time() - start:.0f} CPU seconds")


if __name__ == "__main__":
    main()
