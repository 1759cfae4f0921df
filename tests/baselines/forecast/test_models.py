"""What each model can learn, and what none of them can."""

import numpy as np
import pytest

from advisor.baselines.forecast.models.theta import decomposed, theta
from tests.baselines.forecast.files import daily_file, days, read, scores, walk, weekly, write

pytestmark = pytest.mark.slow

LEARNT = ("theta", "lag-ridge", "lag-boosting", "dlinear", "nhits")


def test_a_strong_season_is_learnt_by_all_but_the_last_value(tmp_path):
    prepared = read(daily_file(tmp_path / "d.csv", weekly(700)))
    found = scores(prepared, "naive", "last-value", "seasonal-naive", *LEARNT, folds=2)
    assert found["last-value"] > 4
    assert found["naive"] == found["seasonal-naive"] < 1.2
    for model in LEARNT:
        assert found[model] < 0.97 * found["seasonal-naive"], model
    for model in ("theta", "lag-ridge", "nhits"):
        assert found[model] < 0.92 * found["seasonal-naive"], model


def test_nothing_is_much_better_than_the_last_value_on_a_walk(tmp_path):
    found = scores(read(daily_file(tmp_path / "d.csv", walk())), "naive", "last-value", *LEARNT, folds=2)
    assert found["naive"] == found["last-value"]
    for model in LEARNT:
        assert 0.9 * found["naive"] < found[model] < 1.3 * found["naive"], model


def test_a_flat_stretch_before_a_test_blows_nothing_up(tmp_path):
    values = weekly(700)
    values[400:470] = values[400]
    values[560:600] = values[560]
    found = scores(read(daily_file(tmp_path / "d.csv", values)), "naive", *LEARNT, folds=2)
    for model in LEARNT:
        assert found[model] < 2 * found["naive"], model


def test_growth_by_factors_is_modelled_on_logarithms(tmp_path):
    months = np.arange(240)
    values = 100 * 1.008**months * (1 + 0.3 * np.sin(2 * np.pi * months / 12))
    values *= np.exp(np.random.default_rng(0).normal(0, 0.02, 240))
    rows = [(str(np.datetime64("1990-01") + n), f"{value:.4f}") for n, value in enumerate(values)]
    prepared = read(write(tmp_path / "m.csv", rows), horizon=6)
    assert prepared.source.panel.traits.logged
    assert not read(daily_file(tmp_path / "d.csv", weekly())).source.panel.traits.logged
    found = scores(prepared, "seasonal-naive", *LEARNT, folds=2)
    for model in LEARNT:
        assert found[model] < 0.6 * found["seasonal-naive"], model


def test_series_of_a_panel_learn_from_each_other_whatever_their_units(tmp_path):
    rows = [
        (day, shop, f"{factor * value:.6f}")
        for shop, factor in (("a", 1), ("b", 1_000), ("c", 0.01))
        for day, value in zip(days(250), weekly(250, seed=ord(shop)), strict=True)
    ]
    prepared = read(write(tmp_path / "p.csv", rows, ("day", "shop", "sold")), series="shop")
    found = scores(prepared, "seasonal-naive", *LEARNT, folds=2)
    for model in LEARNT:
        assert found[model] < 1.0 * found["seasonal-naive"], model


def test_theta_adds_half_of_the_trend_and_the_season():
    season = np.tile([1.0, 2.0, 3.0, 2.0], 20)
    line = 10 + 0.5 * np.arange(80)
    np.testing.assert_allclose(theta(line * season, 4, 8) / (10 + 0.5 * np.arange(80, 88)), season[:8], rtol=0.06)
    parts = decomposed(line * season, 4)
    assert parts.multiplied
    np.testing.assert_allclose(parts.season, season[:4] / 2, atol=0.03)
    added = decomposed(line - 40 + season, 4)
    assert not added.multiplied
    np.testing.assert_allclose(np.diff(added.season), [1, 1, -1], atol=1e-9)


def test_one_step_is_a_forecast_as_well(tmp_path):
    found = scores(read(daily_file(tmp_path / "d.csv", weekly(300)), horizon=1), "naive", *LEARNT, folds=2)
    assert max(found.values()) < 2
