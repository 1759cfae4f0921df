"""Estimates against what was published and measured: each estimator is held to its stated error.

Nothing is timed here: tests/advice/measured_models.yaml holds what tests/benchmarks/estimates.py --update measured.
"""

import math
import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

import advisor.advice.estimates
from advisor.advice.estimates import CALIBRATION, ESTIMATE_FACTOR, P95_PER_MEDIAN
from tests.benchmarks import estimates
from tests.benchmarks.estimates import STATED, agreement, facts
from tests.engine.support import knowledge


@cache
def agreements():
    return estimates.agreements()


@pytest.mark.parametrize("title", estimates.RATIOS)
def test_an_estimator_is_as_good_as_is_stated(title):
    found, stated = agreements()[title], STATED[title]
    ratios = estimates.RATIOS[title]()
    within = sum(1 / stated.factor <= ratio <= stated.factor for ratio in ratios) / len(ratios)
    assert within >= stated.share, found
    assert found.worst <= stated.worst, found


@pytest.mark.parametrize("title", estimates.RATIOS)
def test_an_error_is_not_stated_larger_than_it_is(title):
    found, stated = agreements()[title], STATED[title]
    assert stated.worst <= 1.5 * found.worst, found


@pytest.mark.parametrize("title", estimates.RATIOS)
def test_no_estimator_is_off_to_one_side(title):
    assert 2 / 3 <= agreements()[title].median <= 3 / 2


def test_everything_stated_is_held():
    assert list(STATED) == list(estimates.RATIOS)


def test_the_docstring_of_the_estimates_says_what_was_found():
    text = " ".join(advisor.advice.estimates.__doc__.split())
    for title in STATED:
        stated = STATED[title]
        assert f"{title}: within {stated.factor:g} in {stated.share:.0%}, {stated.worst:g} at worst" in text


# -- published trainings -----------------------------------------------------------------------------------


def test_thirteen_published_trainings_are_twelve_times_met_within_the_range_that_is_told():
    ratios = estimates.published_trainings()
    missed = {run for run, ratio in ratios.items() if not 1 / ESTIMATE_FACTOR <= ratio <= ESTIMATE_FACTOR}
    assert len(ratios) == 13
    assert missed == {"BERT-base, 16 TPUv2 chips for 4 days"}


def test_the_calibration_is_about_the_geometric_mean_of_the_published_trainings():
    logs = [math.log(ratio / CALIBRATION) for ratio in estimates.published_trainings().values()]
    assert math.exp(-sum(logs) / len(logs)) == pytest.approx(CALIBRATION, rel=0.06)


def test_the_work_of_a_published_training_follows_from_its_shape():
    gpt3 = next(run for run in facts("published_trainings") if run["family"] == "GPT-3")
    seconds = 6 * 175e9 * 300e9 / (110_000e9 * 125 / 312) * CALIBRATION
    assert estimates.published_trainings()[gpt3["run"]] == pytest.approx(seconds / 3600 / 3_552_000, rel=1e-9)


@pytest.mark.parametrize("name", ["published_trainings", "published_label_prices"])
def test_published_figures_name_a_source_of_the_bibliography(name):
    known = knowledge().catalogue.sources()
    assert [row for row in facts(name) if row["source"] not in known] == []


# -- models of the baseline, really built -----------------------------------------------------------------


def test_every_model_of_the_baseline_that_stands_for_an_entry_was_measured_on_the_same_sets():
    sets: dict[str, set[str]] = {}
    for row in facts("measured_models"):
        sets.setdefault(row["model"], set()).add(row["set"])
    assert sets.keys() == estimates.standing().keys()
    assert len({frozenset(found) for found in sets.values()}) == 1
    assert len(sets["linear"]) >= 15


def test_entries_that_were_measured_say_so():
    assert [model.id for model in estimates.standing().values() if "measured-2026" not in model.sources] == []


def test_latency_means_the_whole_pipeline_not_the_model_alone():
    linear = [row for row in facts("measured_models") if row["model"] == "linear"]
    assert all(row["p50_ms"] > 5 * row["model_p50_ms"] for row in linear)
    told = [
        built.estimate.p95_ms / P95_PER_MEDIAN for built in estimates.built_models() if built.row["model"] == "linear"
    ]
    assert all(value > 5 * row["model_p50_ms"] for value, row in zip(told, linear, strict=True))


def test_a_column_of_categories_slows_an_answer_in_python_but_not_an_exported_model():
    catalogue = knowledge().catalogue
    model = next(model for model in catalogue.all_models() if model.id == "gradient-boosted-trees")
    setting = estimates.setting_of({"rows": 2000, "columns": 20})
    many = setting._replace(categories=10)
    told = advisor.advice.estimates.estimate
    slower = told(model, many, catalogue).p95_ms - told(model, setting, catalogue).p95_ms
    assert slower == pytest.approx(10 * 0.5 * P95_PER_MEDIAN)
    for target in ("mobile", "browser"):
        on_device = [told(model, one._replace(target=target), catalogue) for one in (setting, many)]
        assert on_device[0] == on_device[1]
    lower = [advisor.advice.estimates.lower_end(model, one, catalogue) for one in (setting, many)]
    assert lower[0] == lower[1]


def test_the_file_of_a_forest_grows_with_rows_and_not_with_columns():
    forest = estimates.standing()["forest"]
    sizes = {
        (rows, columns): advisor.advice.estimates.estimate(
            forest, estimates.setting_of({"rows": rows, "columns": columns}), knowledge().catalogue
        ).size_mb
        for rows in (1000, 10_000)
        for columns in (10, 50)
    }
    assert sizes[1000, 10] == sizes[1000, 50]
    assert sizes[10_000, 10] == pytest.approx(10 * sizes[1000, 10], rel=0.1)


def test_boosted_trees_have_a_largest_size():
    boosted = estimates.standing()["xgboost"]
    setting = estimates.setting_of({"rows": 10**9, "columns": 20})
    assert advisor.advice.estimates.estimate(boosted, setting, knowledge().catalogue).size_mb == 20


# -- labels ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", estimates.label_prices())
def test_the_range_of_a_label_covers_every_published_price_and_no_more(name):
    price = estimates.label_prices()[name]
    assert price.low <= price.published_low
    assert price.high >= price.published_high
    assert price.high / price.low <= 1.25 * price.published_high / price.published_low


def test_every_price_of_a_label_is_held_against_published_ones():
    labels = {name for name in knowledge().catalogue.prices if re.match("label-", name)}
    assert labels == estimates.label_prices().keys()


# -- the summary -----------------------------------------------------------------------------------------


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40))
def test_a_summary_does_not_depend_on_the_order_or_on_which_way_an_estimate_is_off(ratios):
    found = agreement(ratios)
    assert found == agreement(reversed(ratios))
    turned = agreement([1 / ratio for ratio in ratios])
    assert turned.worst == pytest.approx(found.worst)
    assert found.low <= found.median <= found.high
    assert found.within_2 <= found.within_3 <= 1 <= found.worst
