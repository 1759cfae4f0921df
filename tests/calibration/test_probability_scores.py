"""Figures of probabilities, against those of scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from advisor.calibration import probability_scores
from advisor.calibration.probability_scores import Outcomes


def drawn(rows=300, seed=1):
    rng = np.random.default_rng(seed)
    chances = rng.uniform(0.05, 0.95, rows).round(2)
    return (rng.random(rows) < chances).astype(float), chances, rng.uniform(0.2, 3, rows)


ONE_PART = np.zeros(300, dtype=int)


def test_the_figures_are_those_of_scikit_learn():
    wins, chances, votes = drawn()
    assert probability_scores.log_loss(wins, chances, votes) == pytest.approx(
        log_loss(wins, chances, sample_weight=votes)
    )
    assert probability_scores.brier_score(wins, chances, votes) == pytest.approx(
        brier_score_loss(wins, chances, sample_weight=votes)
    )
    assert probability_scores.auc(wins, chances, votes, ONE_PART) == pytest.approx(
        roc_auc_score(wins, chances, sample_weight=votes)
    )


def test_a_tie_is_half_a_win_and_half_a_loss_in_every_figure():
    wins, chances, votes = drawn()
    wins[:60] = 0.5
    split = (
        np.concatenate([np.ones(60), wins[60:], np.zeros(60)]),
        np.concatenate([chances, chances[:60]]),
        np.concatenate([votes[:60] / 2, votes[60:], votes[:60] / 2]),
    )
    assert probability_scores.log_loss(wins, chances, votes) == pytest.approx(
        log_loss(split[0], split[1], sample_weight=split[2])
    )
    assert probability_scores.brier_score(wins, chances, votes) == pytest.approx(
        brier_score_loss(split[0], split[1], sample_weight=split[2])
    )
    assert probability_scores.auc(wins, chances, votes, ONE_PART) == pytest.approx(
        roc_auc_score(split[0], split[1], sample_weight=split[2])
    )
    assert probability_scores.calibration_error(wins, chances, votes) == pytest.approx(
        probability_scores.calibration_error(*split)
    )


def test_the_calibration_error_is_the_mean_distance_over_ten_bins():
    wins = np.array([1, 0, 0, 0, 1, 1, 1, 1.0])
    chances = np.array([0.21, 0.23, 0.25, 0.27, 0.81, 0.83, 0.85, 0.87])
    assert probability_scores.calibration_error(wins, chances, np.ones(8)) == pytest.approx((0.01 + 0.16) / 2)
    bins = probability_scores.reliability(wins, chances, np.ones(8))
    assert [tuple(round(value, 6) for value in one) for one in bins] == [(0.24, 0.25, 4), (0.84, 1, 4)]


def test_an_auc_compares_only_what_one_fit_says():
    wins, chances = np.array([1, 0, 1, 0.0]), np.array([0.3, 0.3, 0.6, 0.6])
    assert probability_scores.auc(wins, chances, np.ones(4), np.array([0, 0, 1, 1])) == 0.5
    assert probability_scores.auc(np.array([1, 1.0]), np.array([0.1, 0.2]), np.ones(2), np.zeros(2, dtype=int)) is None


def test_intervals_hold_the_figure_and_shrink_with_more_data_sets():
    def width(rows):
        wins, chances, votes = drawn(rows)
        outcomes = Outcomes(wins, votes, np.arange(rows), np.zeros(rows, dtype=int))
        found = probability_scores.scores("x", outcomes, chances)
        for figure in found[1:]:
            assert figure.low <= figure.high
        assert found.log_loss.low < found.log_loss.value < found.log_loss.high
        return found.log_loss.high - found.log_loss.low

    assert width(1600) < 0.7 * width(400)


def test_rows_of_one_data_set_do_not_make_an_interval_narrower():
    wins, chances, votes = drawn(200)
    once = probability_scores.scores("x", Outcomes(wins, votes, np.arange(200), np.zeros(200, dtype=int)), chances)
    five = probability_scores.scores(
        "x",
        Outcomes(*(np.repeat(part, 5) for part in (wins, votes, np.arange(200), np.zeros(200, dtype=int)))),
        np.repeat(chances, 5),
    )
    assert five.log_loss == pytest.approx(once.log_loss)
