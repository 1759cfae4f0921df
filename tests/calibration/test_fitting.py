"""Penalised logistic regression: known coefficients, the pull of the prior, and what no row speaks of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from advisor.calibration.fitting import NormalPrior, fit_logistic, sigmoid
from tests.bounds import examples


def drawn(rows=20_000, seed=0, coefficients=(-0.9, 0.4)):
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(rows), rng.normal(size=rows)])
    return design, (rng.random(rows) < sigmoid(design @ np.array(coefficients))).astype(float)


def prior(*mean, sd=10.0):
    return NormalPrior(np.array(mean), np.full(len(mean), sd))


def test_known_coefficients_are_found_again():
    design, wins = drawn()
    assert fit_logistic(design, wins, np.ones(len(wins)), prior(0, 0)) == pytest.approx([-0.9, 0.4], abs=0.06)


def test_the_fit_is_that_of_scikit_learn():
    design, wins = drawn(400)
    weights = np.linspace(0.5, 2, 400)
    theirs = LogisticRegression(C=4.0, fit_intercept=False, tol=1e-10, max_iter=1000)
    theirs.fit(design, wins, sample_weight=weights)
    ours = fit_logistic(design, wins, weights, prior(0, 0, sd=2.0))
    assert ours == pytest.approx(theirs.coef_[0], abs=1e-5)


def test_a_tie_is_one_win_and_one_loss_of_half_the_weight():
    design, wins = drawn(50)
    wins[:10] = 0.5
    weights = np.ones(50)
    doubled = np.vstack([design, design[:10]])
    split = np.concatenate([np.ones(10), wins[10:], np.zeros(10)])
    halves = np.concatenate([np.full(10, 0.5), weights[10:], np.full(10, 0.5)])
    ours = fit_logistic(design, wins, weights, prior(0, 0))
    assert ours == pytest.approx(fit_logistic(doubled, split, halves, prior(0, 0)), abs=1e-9)


def test_the_tighter_the_prior_the_nearer_the_coefficients_to_it():
    design, wins = drawn(200)
    distances = [
        np.abs(fit_logistic(design, wins, np.ones(200), prior(1, 1, sd=sd)) - 1).sum() for sd in (0.01, 0.1, 1, 10)
    ]
    assert distances == sorted(distances)
    assert distances[0] < 0.02


def test_a_column_of_zeros_keeps_its_mean_exactly():
    design, wins = drawn(100)
    design = np.column_stack([design, np.zeros(100)])
    assert fit_logistic(design, wins, np.ones(100), prior(0, 0, 0.3))[2] == 0.3


@examples(50)
@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=20),
    st.floats(-50, 50),
    st.floats(0.01, 100),
    st.integers(0, 1000),
)
def test_every_fit_ends_at_a_finite_maximum(wins, offset, sd, seed):
    design = np.random.default_rng(seed).normal(scale=5, size=(len(wins), 3))
    found = fit_logistic(design, np.array(wins), np.ones(len(wins)), prior(0, 1, -1, sd=sd), np.full(len(wins), offset))
    assert np.isfinite(found).all()
    chances = sigmoid(offset + design @ found)
    slope = design.T @ (np.array(wins) - chances) - (found - np.array([0, 1, -1])) / sd**2
    assert np.abs(slope).max() < 1e-5
