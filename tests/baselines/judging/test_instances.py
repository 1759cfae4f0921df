"""Intervals by instance: their parts by hand, and what they keep to. Their validity: tests/benchmarks/answers.py."""

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from advisor.baselines.judging.instances import (
    FEW_OF_A_CLASS,
    SHARED_TRAINING,
    Estimate,
    interval,
    paired_estimate,
    probabilities,
    probability_above,
)
from tests.bounds import examples

quick = examples(60)


def drawn(
    rows: int, repeats: int = 1, folds: int = 5, *, seed: int = 0, lead: float = 0.0, of_fits: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return differences with a part of the row, one of each prediction, and one of each fit."""
    rng = np.random.default_rng(seed)
    order = np.stack([rng.permutation(rows) for _ in range(repeats)])
    numbers = order % folds
    luck = of_fits * rng.standard_normal((repeats, folds))
    differences = lead + rng.standard_normal(rows) + rng.standard_normal((repeats, rows))
    return differences + np.take_along_axis(luck, numbers, axis=1), numbers


def test_the_mean_is_that_of_the_folds():
    differences, folds = np.array([[1.0, 2.0, 3.0, 10.0]]), np.array([[0, 0, 0, 1]])
    assert paired_estimate(differences, folds, None, 0.25).mean == 6


def test_rows_alone_by_hand():
    """Two folds with the same mean: the variance is that of the rows, with the allowance."""
    differences, folds = np.array([[0.0, 2.0, -1.0, 3.0]]), np.array([[0, 0, 1, 1]])
    found = paired_estimate(differences, folds, None, 0.5)
    by_rows = (1 + 1 + 4 + 4) / 16 * 4 / (4 - 2)
    assert found.mean == 1
    assert found.standard_error == pytest.approx(math.sqrt(by_rows * (1 + SHARED_TRAINING / 4 ** (1 / 3))))
    coarse = paired_estimate(differences, folds, None, 0.5, resolution=0.1)
    allowance = 1 + SHARED_TRAINING / 4 ** (1 / 3) + FEW_OF_A_CLASS * 0.1
    assert coarse.standard_error == pytest.approx(math.sqrt(by_rows * allowance))


@pytest.mark.parametrize("repeats", [1, 2, 5])
def test_without_any_training_the_standard_error_is_that_of_the_rows(repeats):
    spread, known = [], []
    for seed in range(300):
        found = paired_estimate(*drawn(200, repeats, seed=seed), None, 0.25)
        spread.append(found.mean)
        known.append(found.standard_error)
    allowed = math.sqrt(1 + SHARED_TRAINING / 200 ** (1 / 3))
    assert np.median(known) / allowed == pytest.approx(np.std(spread), rel=0.15)


def test_the_luck_of_fits_counts_by_their_number():
    spread, known = [], []
    for seed in range(200):
        found = paired_estimate(*drawn(2000, 5, seed=seed, of_fits=0.3), None, 0.0)
        spread.append(found.mean)
        known.append(found.standard_error)
    assert np.std(spread) <= np.sqrt(np.mean(np.square(known))) <= 1.3 * np.std(spread)


def test_rows_that_belong_together_are_one():
    differences, folds = drawn(300)
    alone = paired_estimate(differences, folds, None, 0.25)
    twice = paired_estimate(np.repeat(differences, 4, axis=1), np.repeat(folds, 4, axis=1), np.arange(1200) // 4, 0.25)
    assert twice.mean == pytest.approx(alone.mean)
    assert twice.standard_error == pytest.approx(alone.standard_error)
    assert twice.degrees_of_freedom == pytest.approx(alone.degrees_of_freedom)


@pytest.mark.parametrize("done", [1, 3, 5])
def test_folds_that_are_not_finished_do_not_count(done):
    differences, folds = drawn(500, 2)
    differences[1, folds[1] >= done] = np.nan
    unfinished = np.where(np.isnan(differences), -1, folds)
    found = paired_estimate(differences, unfinished, None, 0.25)
    assert found == paired_estimate(differences, folds, None, 0.25)
    means = [differences[r, folds[r] == f].mean() for r in range(2) for f in range(5 if r == 0 else done)]
    assert found.mean == pytest.approx(np.mean(means))


def test_a_single_fold_says_something():
    differences, folds = drawn(1000)
    one = paired_estimate(np.where(folds == 0, differences, np.nan), folds, None, 0.25)
    every = paired_estimate(differences, folds, None, 0.25)
    assert 1.5 * every.standard_error < one.standard_error < 4 * every.standard_error


@pytest.mark.parametrize(
    ("differences", "folds"),
    [([[np.nan] * 4], [[0, 0, 1, 1]]), ([[1.0, 2.0]], [[-1, -1]]), ([[1.0, 2.0]], [[0, 1]]), ([[1.0]], [[0]])],
)
def test_too_few_rows_say_nothing_of_chance(differences, folds):
    found = paired_estimate(np.array(differences), np.array(folds), None, 0.25)
    assert found[1:] == (None, None)
    assert interval(found) is None
    assert probabilities(found, 0.1) == (None, None, None)
    assert probability_above(found, 0.1) is None


def test_models_that_never_differ_are_as_close_as_one_row_can_tell():
    folds = np.arange(20)[None] % 5
    found = paired_estimate(np.zeros((1, 20)), folds, None, 0.25, resolution=1 / 20)
    assert found == (0, 1 / 20, 4)
    exactly = paired_estimate(np.full((1, 20), 0.1), folds, None, 0.25)
    assert probabilities(exactly, 0.05) == (1, 0, 0)


def test_a_difference_that_rests_on_few_rows_has_few_degrees_of_freedom():
    folds = np.arange(1000)[None] % 5
    few, many = np.zeros((1, 1000)), np.zeros((1, 1000))
    few[0, :10], many[0, ::2] = 1, 1
    found = [paired_estimate(values, folds, None, 0.25).degrees_of_freedom for values in (few, many)]
    assert found[0] < 30
    assert found[1] > 900


@quick
@given(
    st.integers(0, 2**32 - 1), st.integers(30, 300), st.sampled_from([1, 2, 5]), st.floats(0, 2), st.floats(0.001, 100)
)
def test_what_every_estimate_keeps_to(seed, rows, repeats, of_fits, unit):
    differences, folds = drawn(rows, repeats, seed=seed, of_fits=of_fits)
    found = paired_estimate(differences, folds, None, 0.25)
    low, high = interval(found)
    assert low < found.mean < high
    shares = probabilities(found, 0.1)
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= 0

    mirrored = paired_estimate(-differences, folds, None, 0.25)
    assert mirrored.mean == pytest.approx(-found.mean)
    assert mirrored[1:] == pytest.approx(found[1:])
    order = np.random.default_rng(seed).permutation(rows)
    assert paired_estimate(differences[:, order], folds[:, order], None, 0.25) == pytest.approx(found)
    scaled = paired_estimate(unit * differences, folds, None, 0.25)
    assert scaled == pytest.approx((unit * found.mean, unit * found.standard_error, found.degrees_of_freedom))


def test_probabilities_and_interval_are_those_of_students_t():
    estimate = Estimate(0.3, 0.2, 7.0)
    known = t(7, 0.3, 0.2)
    assert probabilities(estimate, 0.1) == pytest.approx(
        (known.sf(0.1), known.cdf(0.1) - known.cdf(-0.1), known.cdf(-0.1))
    )
    assert interval(estimate) == pytest.approx(known.interval(0.95))
    assert interval(estimate, 0.5) == pytest.approx(known.interval(0.5))
    assert probability_above(Estimate(0.3, 0.2, math.inf), 0.0) == pytest.approx(norm(0.3, 0.2).sf(0.0))


def test_a_hundred_thousand_rows_five_times_are_quick():
    differences, folds = drawn(100_000, 5)
    start = time.process_time()
    paired_estimate(differences, folds, np.arange(100_000) // 3, 0.25)
    assert time.process_time() - start < 3
