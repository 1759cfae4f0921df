"""The corrected resampled t-test against two other implementations, and what it keeps to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from advisor.baselines.judging.corrected_t import corrected_t
from tests.bounds import examples

quick = examples(100)
differences = st.lists(st.floats(-1, 1).map(lambda value: round(value, 6)), min_size=3, max_size=25).map(np.array)


@quick
@given(differences, st.sampled_from([0.0, 0.01, 0.3]))
def test_corrected_t_is_that_of_baycomp(values, rope):
    baycomp = pytest.importorskip("baycomp")
    if np.ptp(values) == 0:
        return
    ours = corrected_t(values, 1 / (len(values) - 1), rope)
    theirs = baycomp.CorrelatedTTest(np.zeros(len(values)), values, rope=rope, runs=1).probs()
    worse, better = theirs[0], theirs[-1]
    assert (ours.p_worse, ours.p_better) == (pytest.approx(worse, abs=1e-9), pytest.approx(better, abs=1e-9))


@pytest.mark.parametrize("runs", [2, 5])
def test_repeats_are_corrected_as_in_baycomp(runs):
    baycomp = pytest.importorskip("baycomp")
    values = np.random.default_rng(runs).normal(0.01, 0.02, 5 * runs)
    ours = corrected_t(values, 0.25, 0.01)
    theirs = baycomp.CorrelatedTTest(np.zeros(5 * runs), values, rope=0.01, runs=runs).probs()
    assert (ours.p_worse, ours.p_equal, ours.p_better) == pytest.approx(theirs)


@quick
@given(differences, st.integers(1, 100), st.integers(1, 100))
def test_corrected_t_is_that_of_scikit_learns_example(values, n_train, n_test):
    """Types the functions of "Statistical comparison of models using grid search" again."""
    if np.ptp(values) == 0:
        return
    kr = len(values)
    corrected_std = np.sqrt(np.var(values, ddof=1) * (1 / kr + n_test / n_train))
    t_stat = np.mean(values) / corrected_std
    p_val = t.sf(np.abs(t_stat), kr - 1)
    t_post = t(kr - 1, loc=np.mean(values), scale=corrected_std)

    ours = corrected_t(values, n_test / n_train, 0.01)
    assert ours.ci95 == pytest.approx(t_post.interval(0.95), abs=1e-12)
    assert ours.p_equal == pytest.approx(t_post.cdf(0.01) - t_post.cdf(-0.01), abs=1e-12)
    without_rope = corrected_t(values, n_test / n_train, 0.0)
    assert min(without_rope.p_better, without_rope.p_worse) == pytest.approx(p_val, abs=1e-12)


@quick
@given(differences, st.floats(0, 1), st.floats(0, 0.5), st.randoms(use_true_random=False))
def test_properties_of_the_posterior(values, ratio, rope, random):
    known = corrected_t(values, ratio, rope)
    assert known.p_better + known.p_equal + known.p_worse == pytest.approx(1)
    assert min(known.p_better, known.p_equal, known.p_worse) >= 0
    assert known.ci95[0] <= known.mean <= known.ci95[1]

    mirrored = corrected_t(-values, ratio, rope)
    assert mirrored.mean == -known.mean
    assert mirrored.ci95 == pytest.approx((-known.ci95[1], -known.ci95[0]))
    assert (mirrored.p_better, mirrored.p_worse) == pytest.approx((known.p_worse, known.p_better))

    shuffled = list(values)
    random.shuffle(shuffled)
    assert corrected_t(np.array(shuffled), ratio, rope)[0] == pytest.approx(known.mean, abs=1e-12)

    # rounding moves the thirds of a posterior without width
    if np.ptp(values) > 0:
        scaled = corrected_t(1000 * values, ratio, 1000 * rope)
        assert scaled.ci95 == pytest.approx((1000 * known.ci95[0], 1000 * known.ci95[1]), abs=1e-9)
        assert scaled[2:] == pytest.approx(known[2:], abs=1e-6)


@pytest.mark.parametrize("values", [[], [0.3], [0.3, 0.3]])
def test_one_fold_or_two_that_agree_tell_nothing(values):
    known = corrected_t(np.array(values), 0.25, 0.01)
    assert known[1:] == (None, None, None, None)


def test_differences_without_variance_are_a_point_unless_rows_are_few():
    assert corrected_t(np.zeros(5), 0.25, 0.01) == (0, (0, 0), 0, 1, 0)
    assert corrected_t(np.full(5, 0.5), 0.25, 0.01)[2:] == (1, 0, 0)
    # both perfect on twenty rows: one row more or less is a twentieth
    assert corrected_t(np.zeros(5), 0.25, 0.01, resolution=1 / 20).p_equal == pytest.approx(0.149, abs=0.001)
