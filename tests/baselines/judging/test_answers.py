"""How often answers are wrong where the truth is known: a bounded copy of tests/benchmarks/answers.py."""

import numpy as np
import pytest

from advisor.baselines.judging.influence import influences
from advisor.baselines.judging.published import Published
from tests.benchmarks.answers import (
    CHOSEN_METRICS,
    DESIGNS,
    FIRST_JUDGING_SEED,
    INFLUENCES,
    ROWS,
    Cell,
    Fits,
    calibration_error,
    drawn,
    duel,
    endings,
    rates,
    simulate,
)

TABLES = Published("tabular", "deep", -0.1, 0.8, 0.8, "published tables", 262)


@pytest.mark.parametrize("metric", CHOSEN_METRICS)
def test_the_simulation_scores_rows_as_the_program_does(metric):
    rng = np.random.default_rng(0)
    if metric in ("rmse", "mae"):
        truth, values = rng.normal(size=(2, 5, 40))
        predictions, classes = values, 0
    else:
        truth = np.stack([np.arange(40) % 3 == 0] * 5).astype(np.int64)
        values = truth + rng.normal(size=(5, 40))
        probability = 1 / (1 + np.exp(-4 / 0.9 * (values - 0.5)))
        predictions, classes = np.stack([1 - probability, probability], axis=2), 2
    found = INFLUENCES[metric](truth, Fits(values, np.full(5, 0.1)))
    for fold in range(5):
        assert found[fold] == pytest.approx(influences(metric, truth[fold], predictions[fold], None, classes))


@pytest.mark.parametrize("rows", [200, 1000])
@pytest.mark.parametrize("design", DESIGNS)
def test_every_row_is_tested_once_a_repeat_but_for_those_kept_for_choosing(design, rows):
    found = duel(Cell(design, "average_precision", rows), 0)
    tested = found.folds >= 0
    assert (tested == np.isfinite(found.differences)).all()
    assert tested.sum(axis=1).tolist() == [200 if rows == 200 else 800] * 5
    assert [np.bincount(folds[folds >= 0]).tolist() for folds in found.folds] == [[tested.sum() // 25] * 5] * 5


@pytest.mark.slow
def test_a_gain_makes_the_second_family_better():
    for design in DESIGNS:
        weaker, stronger = (simulate(Cell(design, "rmse", 1000, gain), 10).mean[:, 0].mean() for gain in (0.0, 0.8))
        assert stronger > weaker + 5


@pytest.mark.slow
@pytest.mark.parametrize("metric", CHOSEN_METRICS)
def test_equal_families_seldom_get_a_winner(metric):
    sets = 60
    found = [simulate(Cell(design, metric, 200), sets, FIRST_JUDGING_SEED) for design in DESIGNS]
    for published in (None, TABLES):
        assert np.mean([rates(one, published).wrong for one in found]) <= 0.065
        assert np.mean([rates(one.shifted(2.0), published).no for one in found]) <= 0.065


@pytest.mark.slow
def test_rows_alone_are_too_sure_of_equal_families():
    """Without allowance and thresholds of its own the same data get a winner much more often."""
    found = [simulate(Cell("views", metric, 200), 60, FIRST_JUDGING_SEED) for metric in ("accuracy", "roc_auc")]
    careless = [(np.abs(one.mean[:, 0]) / (one.standard_error[:, 0] / 1.3) > 1.28).mean() for one in found]
    assert np.mean(careless) > 0.15


@pytest.mark.slow
def test_what_is_found_is_most_of_what_an_oracle_finds():
    found = simulate(Cell("terms", "accuracy", 1000), 100, FIRST_JUDGING_SEED)
    lead = 1 + 2.5 * found.deviation[-1]
    ours, best = rates(found.shifted(lead)), rates(found.of_oracle().shifted(lead))
    assert best.yes > 0.5
    assert ours.yes >= 0.85 * best.yes
    assert ours.ml == 0


@pytest.mark.slow
def test_stated_probabilities_are_frequencies_where_differences_are_as_published():
    probabilities, pays = [], []
    for number, metric in enumerate(("accuracy", "roc_auc", "rmse")):
        found = simulate(Cell("terms", metric, 1000), 100, FIRST_JUDGING_SEED)
        truth = drawn(TABLES, 100, number)
        probabilities += [one.probability for one in endings(found.shifted(truth), TABLES)]
        pays += list(truth > 1)
    assert calibration_error(np.array(probabilities), np.array(pays)) <= 0.08


@pytest.mark.nightly
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("metric", CHOSEN_METRICS)
@pytest.mark.parametrize("design", DESIGNS)
def test_equal_families_of_any_kind_get_a_winner_once_in_twenty_times_at_most(design, metric, rows):
    found = simulate(Cell(design, metric, rows), 200 if rows > 1000 else 1000, FIRST_JUDGING_SEED)
    for published in (None, TABLES):
        assert rates(found, published).wrong <= 0.065
        assert rates(found.shifted(2.0), published).no <= 0.065
