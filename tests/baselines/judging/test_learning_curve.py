import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from advisor.baselines.judging.learning_curve import _by_power_law, anchors, forecast
from tests.bounds import examples

SIZES = (500, 1000, 2000, 4000, 8000)
quick = examples(20)


def curve(floor: float, height: float, exponent: float, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Return the errors of five folds, error = floor + height n^-exponent; all sizes share each fold's luck."""
    rng = np.random.default_rng(seed)
    rows = np.array(SIZES)[:, None]
    return (floor + height * rows**-exponent) * (
        1 + noise * (rng.standard_normal(5) + 0.3 * rng.standard_normal((5, 5)))
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (160_000, (10_000, 20_000, 40_000, 80_000, 160_000)),
        (1600, (100, 200, 400, 800, 1600)),
        (1599, (199, 399, 799, 1599)),
        (400, (100, 200, 400)),
        (399, ()),
        (0, ()),
    ],
)
def test_anchors(rows, expected):
    assert anchors(rows) == expected


@quick
@given(st.floats(0.1, 1.0), st.floats(0.5, 50), st.sampled_from(["rmse", "roc_auc"]))
def test_a_power_law_is_continued(exponent, height, metric):
    errors = curve(0.0, height, exponent)
    scores = errors if metric == "rmse" else 1 - errors
    result = forecast(SIZES, scores, scores, metric, 0.001, 0)
    for horizon in (2, 4):
        expected = height * (8000.0 * horizon) ** -exponent
        found = result.forecast[f"{horizon}x"]
        assert found["rows"] == 8000 * horizon
        assert (found["ml"] if metric == "rmse" else 1 - found["ml"]) == pytest.approx(
            expected, rel=0.035
        )  # the grid of exponents costs 3.4 %
        assert found["ml"] == found["dl"]
        assert found["p_flip"] == 0


@quick
@given(st.lists(st.floats(0.01, 1), min_size=5, max_size=5))
def test_the_power_law_is_fitted_as_by_non_negative_least_squares(errors):
    rows, horizons, weights = np.array(SIZES) / 8000, np.array([2.0, 4.0]), np.sqrt(np.array(SIZES) / 8000)
    fits = []
    for exponent in np.linspace(0.1, 1.0, 91):
        design = np.stack([np.ones(5), rows**-exponent], axis=1)
        (floor, height), misfit = nnls(design * weights[:, None], errors * weights)
        fits.append((misfit, *(floor + height * horizons**-exponent)))
    best = min(fits)
    found = _by_power_law(rows, np.array(errors), horizons)
    # exponents that fit equally well may differ by rounding
    assert any(found == pytest.approx(fit[1:], abs=1e-9) for fit in fits if fit[0] <= best[0] + 1e-9)


def test_a_floor_is_foreseen_within_the_stated_error():
    errors = curve(0.05, 3.0, 0.5)
    result = forecast(SIZES, errors, errors, "log_loss", 0.001, 0)
    for horizon, tolerance in ((2, 0.04), (4, 0.07)):
        expected = 0.05 + 3.0 * (8000.0 * horizon) ** -0.5
        assert result.forecast[f"{horizon}x"]["ml"] == pytest.approx(expected, rel=tolerance)


def test_a_flip_is_likely():
    ml, dl = 1 - curve(0.1, 1.2, 0.5, 0.03), 1 - curve(0.0, 1.3, 0.26, 0.03)
    result = forecast(SIZES, ml, dl, "roc_auc", 0.005, seed=1)
    assert result.ml == pytest.approx(tuple(ml.mean(axis=1)))
    assert result.dl == pytest.approx(tuple(dl.mean(axis=1)))
    assert result.ml[-1] > result.dl[-1]
    assert result.forecast["4x"]["dl"] > result.forecast["4x"]["ml"]
    assert result.forecast["4x"]["p_flip"] > 0.8
    assert result.note == (
        "A flip is likely: with up to four times the data the networks take the lead (probability 100%); the forecast "
        "for 32,000 rows is ROC AUC 0.8965 for classical models and 0.9126 for networks, give or take 7% of the "
        "distance "
        "to a perfect score (4% at twice the data)."
    )
    assert forecast(SIZES, ml, dl, "roc_auc", 0.005, seed=1) == result


def test_a_flip_is_possible():
    ml, dl = curve(0.1, 1.0, 0.5, 0.05, 1), curve(0.0, 1.14, 0.23, 0.05, 2)
    result = forecast(SIZES, ml, dl, "rmse", 0.001, 0)
    assert 0.3 < result.forecast["4x"]["p_flip"] < 0.8
    assert result.note.startswith("A flip is possible: with up to four times the data the networks may take the lead")


def test_no_flip_where_the_leader_learns_as_fast():
    ml, dl = curve(0.1, 1.0, 0.5, 0.03), curve(0.12, 1.2, 0.5, 0.03)
    result = forecast(SIZES, ml, dl, "rmse", 0.001, 0)
    assert result.forecast["4x"]["p_flip"] == 0
    assert result.note.startswith("No flip is expected up to four times the data (probability 0%)")


def test_classical_models_can_overtake_too():
    ml, dl = curve(0.0, 1.3, 0.26, 0.01), curve(0.1, 1.2, 0.5, 0.01)
    result = forecast(SIZES, ml, dl, "rmse", 0.005, 0)
    assert result.note.startswith("A flip is likely: with up to four times the data the classical models take the lead")


def test_a_difference_too_small_to_matter_is_no_flip():
    ml, dl = curve(0.1, 1.2, 0.5, 0.03), curve(0.0, 1.3, 0.26, 0.03)
    assert forecast(SIZES, ml, dl, "rmse", 0.05, 0).forecast["4x"]["p_flip"] == 0


def test_a_curve_that_clearly_gets_worse_is_refused():
    dl = curve(0.0, 1.3, 0.26)
    dl[3] += 0.05 + np.array([0.001, 0.0, -0.001, 0.0, 0.002])
    result = forecast(SIZES, curve(0.1, 1.2, 0.5), dl, "rmse", 0.005, 0)
    assert result.forecast is None
    assert result.dl == pytest.approx(tuple(dl.mean(axis=1)))
    assert result.note == (
        "No forecast: the curve of the networks is not well-behaved, "
        "it gets worse from 2,000 to 4,000 rows by more than chance explains."
    )


@pytest.mark.slow
def test_noise_alone_is_seldom_refused():
    rng = np.random.default_rng(0)
    flat = [0.2 + 0.01 * rng.standard_normal((5, 5)) for _ in range(100)]
    refused = [forecast(SIZES, one, one, "rmse", 0.01, 0).forecast is None for one in flat]
    assert sum(refused) <= 8


def test_too_few_sizes_or_folds():
    errors = curve(0.1, 1.2, 0.5)
    few_sizes = forecast(SIZES[:2], errors[:2], errors[:2], "rmse", 0.01, 0)
    assert few_sizes.forecast is None
    assert few_sizes.note == "No forecast: it needs 3 sizes of at least 100 training rows."
    gone = np.full((5, 5), np.nan)
    gone[:, 0] = errors[:, 0]
    few_folds = forecast(SIZES, errors, gone, "rmse", 0.01, 0)
    assert few_folds.note == "No forecast: fewer than two folds have a score of both families at every size."
    assert few_folds.dl == pytest.approx(tuple(errors[:, 0]))
    assert forecast(SIZES, errors, np.full((5, 5), np.nan), "rmse", 0.01, 0).dl == (None,) * 5


def test_folds_with_a_gap_are_left_out_of_the_forecast():
    errors = curve(0.1, 1.2, 0.5, 0.03)
    gap = errors.copy()
    gap[2, 4] = np.nan
    whole = forecast(SIZES, errors[:, :4], errors[:, :4], "rmse", 0.01, 0)
    assert forecast(SIZES, errors, gap, "rmse", 0.01, 0).forecast == whole.forecast


def test_perfect_models_stay_perfect():
    perfect = np.ones((5, 5))
    result = forecast(SIZES, perfect, perfect, "accuracy", 0.01, 0)
    assert result.forecast["4x"] == {"rows": 32000, "ml": 1, "dl": 1, "p_flip": 0}
