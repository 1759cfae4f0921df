"""Costs as ranges: ordered, growing with volume and price, and never more labels than there are examples."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.advice.estimates import ESTIMATE_FACTOR
from advisor.advice.recommendation.candidates import fitted_models
from advisor.advice.recommendation.costs import costs
from advisor.profile.facts import derive_facts
from tests.bounds import examples
from tests.engine.support import knowledge, profiles

CATALOGUE = knowledge().catalogue
TEXT = {"task": "classification", "data.structure": "text", "data.labelled": 5000}


def lines(values, model=None):
    """Return the cost lines of a model (by default the best one) under profile values."""
    facts = derive_facts(values)
    fitted = fitted_models(facts, CATALOGUE)
    chosen = next((item for item in fitted if model in (None, item.model.id)), None)
    return costs(chosen, facts, CATALOGUE)


@given(profiles(), st.data())
@examples(150)
def test_every_range_is_finite_ordered_and_not_negative(values, data):
    names = [item.model.id for item in fitted_models(derive_facts(values), CATALOGUE)]
    for name, line in lines(values, data.draw(st.sampled_from(names)) if names else None).items():
        assert 0 <= line.low <= line.high < math.inf, name


@given(profiles(), st.integers(0, 8), st.integers(1, 1000), st.data())
@examples(150)
def test_more_predictions_never_cost_less(values, decade, times, data):
    names = [item.model.id for item in fitted_models(derive_facts(values), CATALOGUE)]
    if not names:
        return
    name = data.draw(st.sampled_from(names))
    few, many = (
        lines(values | {"deployment.predictions_per_day": volume}, name) for volume in (10**decade, 10**decade * times)
    )
    # A process by hand is no candidate any more where there are too many predictions a day.
    for line in few.keys() & many.keys() & {"serving_usd_per_month", "operations_usd_per_month", "errors_usd_per_year"}:
        assert few[line].low <= many[line].low
        assert few[line].high <= many[line].high


@pytest.mark.parametrize("model", ["llm-hosted-small", "bert-base-fine-tuned", "tfidf-logistic-regression"])
def test_an_unknown_volume_costs_from_few_to_many_predictions(model):
    unknown = lines(TEXT, model)["serving_usd_per_month"]
    few = lines(TEXT | {"deployment.predictions_per_day": 100}, model)["serving_usd_per_month"]
    many = lines(TEXT | {"deployment.predictions_per_day": 100_000}, model)["serving_usd_per_month"]
    assert unknown.low == few.low
    assert unknown.high == many.high


@given(profiles(), st.sampled_from([0.01, 0.5, 20]), st.integers(1, 50))
@examples(100)
def test_dearer_labels_never_cost_less(values, price, times):
    without = {name: value for name, value in values.items() if name != "labels.budget_usd"}
    cheap, dear = (lines(without | {"labels.cost_usd": cost}) for cost in (price, price * times))
    assert cheap.keys() == dear.keys()
    if "labels_usd" in cheap:
        assert cheap["labels_usd"].low <= dear["labels_usd"].low
        assert cheap["labels_usd"].high <= dear["labels_usd"].high


def test_no_more_labels_are_bought_than_there_are_examples_without_one():
    few = TEXT | {"labels.cost_usd": 2, "data.unlabelled": 100, "data.rows": 5000}
    assert lines(few)["labels_usd"].high <= 200


def test_no_more_is_spent_on_labels_than_there_is():
    tight = TEXT | {"labels.cost_usd": 2, "labels.budget_usd": 300}
    assert lines(tight)["labels_usd"].high <= 300


@pytest.mark.parametrize("task", ["forecasting", "recommendation", "clustering", "lookup"])
def test_tasks_that_label_themselves_have_no_cost_of_labels(task):
    values = {"task": task, "data.structure": "tabular", "data.rows": 5000, "labels.cost_usd": 2}
    assert "labels_usd" not in lines(values)


def test_a_training_is_told_within_its_factor():
    training = lines(TEXT | {"compute.hardware": "gpu"}, "bert-base-fine-tuned")["training_usd"]
    assert training.high / training.low == pytest.approx(ESTIMATE_FACTOR**2)


def test_labels_of_experts_are_dearer_than_those_of_a_crowd():
    image = {"task": "classification", "data.structure": "image", "data.labelled": 50_000}
    crowd = lines(image)["labels_at_hand_usd"]
    expert = lines(image | {"interpretability.regulation": ["medical-device"]})["labels_at_hand_usd"]
    assert expert.low > crowd.high


def test_one_wrong_prediction_in_a_hundred_is_told_by_the_year():
    values = TEXT | {"value.error_cost_usd": 2, "deployment.predictions_per_day": 1000}
    point = lines(values)["one_point_usd_per_year"]
    assert point.low == point.high == pytest.approx(2 * 1000 * 365 * 0.01)


def test_an_amount_that_nobody_labels_by_eye_has_a_price_only_where_one_is_given():
    table = {"task": "regression", "data.structure": "tabular", "data.rows": 5000, "data.labelled": 5000}
    assert "labels_usd" not in lines(table)
    assert lines(table | {"labels.cost_usd": 3})["labels_at_hand_usd"].low == 3 * 5000
    assert lines(table | {"data.structure": "image"})["labels_at_hand_usd"].low > 0


def test_what_runs_on_the_device_of_the_user_costs_no_serving():
    phone = TEXT | {"deployment.target": "mobile"}
    assert lines(phone, "tfidf-logistic-regression")["serving_usd_per_month"].high == 0


def test_a_service_that_answers_at_once_costs_at_least_a_machine_that_stands_ready():
    core = CATALOGUE.hardware["cpu-core"]["usd_per_hour"]
    idle = TEXT | {"deployment.predictions_per_day": 1, "latency.mode": "online"}
    batch = idle | {"latency.mode": "batch"}
    assert lines(idle, "tfidf-logistic-regression")["serving_usd_per_month"].low >= 730 * core[0]
    assert lines(batch, "tfidf-logistic-regression")["serving_usd_per_month"].high < 730 * core[0]
