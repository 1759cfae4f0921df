"""Boosted trees of three libraries: the same care for each, and the same result in every run."""

import numpy as np
import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.options import Options
from advisor.baselines.prepared import models_asked_for
from advisor.baselines.structures import structure
from advisor.baselines.tabular.models.boosters import BOOSTERS, MOST_TREES
from advisor.baselines.tabular.models.boosting import BoostedClassifier, BoostedRegressor
from tests.baselines.support import INSTALLED

LIBRARIES = [model.id for model in INSTALLED if model.id in BOOSTERS]


def data(rows: int = 400):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(rows, 4))
    return features, features[:, 0] ** 2 + features[:, 1] + rng.normal(scale=0.3, size=rows)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [400, 1200])  # five inner folds, and one holdout
@pytest.mark.parametrize("library", LIBRARIES)
def test_the_number_of_trees_is_chosen_and_two_fits_are_the_same(library, rows):
    features, amounts = data(rows)
    classes = (amounts > 1).astype(np.int64)
    first, second = (BoostedClassifier(library=library).fit(features, classes) for _ in range(2))
    assert 1 <= first.setting_[BOOSTERS[library].trees] < MOST_TREES
    np.testing.assert_array_equal(first.predict_proba(features), second.predict_proba(features))
    unseen, truth = data(rows + 300)
    right = first.predict(unseen[rows:]) == (truth[rows:] > 1)
    assert right.mean() > 0.8


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["mse", "mae"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_amounts_are_met_in_their_own_unit(library, loss):
    features, amounts = data(1500)
    model = BoostedRegressor(library=library, loss=loss).fit(features[:1200], 1e6 + 1e3 * amounts[:1200])
    errors = np.abs(model.predict(features[1200:]) - (1e6 + 1e3 * amounts[1200:]))
    assert errors.mean() < 0.6 * 1e3 * np.std(amounts)


@pytest.mark.slow
@pytest.mark.parametrize("library", LIBRARIES)
def test_weights_count_in_fit_and_validation(library):
    features, amounts = data(1200)
    doubtful = np.where(np.arange(1200) % 2, amounts, -amounts)  # every second row says the opposite
    weights = np.where(np.arange(1200) % 2, 1.0, 1e-3)
    model = BoostedRegressor(library=library).fit(features, doubtful, sample_weight=weights)
    assert np.corrcoef(model.predict(features), amounts)[0, 1] > 0.8


def test_a_library_that_is_not_installed_makes_no_row(monkeypatch):
    monkeypatch.setattr("advisor.baselines.prepared.find_spec", lambda _: None)
    assert "catboost" not in models_asked_for(structure("tabular"), Options("y"), "binary")
    with pytest.raises(DataError, match=r"^--only catboost: catboost is not installed; pip install catboost$"):
        models_asked_for(structure("tabular"), Options("y", models=("catboost",)), "binary")


def test_a_library_that_is_installed_makes_one(monkeypatch):
    monkeypatch.setattr("advisor.baselines.prepared.find_spec", lambda _: object())
    assert "catboost" in models_asked_for(structure("tabular"), Options("y"), "binary")
