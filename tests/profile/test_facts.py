"""Facts that follow from a profile, and numbers of which only bounds are known."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.profile.facts import DERIVED, Interval, derive_facts
from advisor.profile.fields import FIELD
from tests.bounds import examples

COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]
small = st.integers(-6, 6)


def affordable(**given):
    named = {"rows": "data.rows", "labelled": "data.labelled", "unlabelled": "data.unlabelled"}
    named |= {"cost": "labels.cost_usd", "budget": "labels.budget_usd"}
    fact = derive_facts({named[key]: value for key, value in given.items()}).get("labels.affordable")
    return (fact.low, fact.high) if isinstance(fact, Interval) else fact


@pytest.mark.parametrize("compare", COMPARISONS)
@given(ends=st.tuples(small, small).map(sorted), limit=small)
@examples(200)
def test_an_interval_compares_as_all_of_its_numbers_do(compare, ends, limit):
    low, high = ends
    answers = {compare(number / 2, limit) for number in range(2 * low, 2 * high + 1)}
    expected = answers.pop() if len(answers) == 1 else None
    assert compare(Interval(low, high), limit) is expected


def test_an_interval_without_an_upper_end_is_never_surely_below():
    unknown = Interval(5, float("inf"))
    assert (unknown < 1e300) is None
    assert (unknown >= 5) is True
    assert (unknown < 5) is False
    assert repr(unknown) == "Interval(5, inf)"


def test_every_value_is_a_fact():
    values = {"task": "classification", "data.rows": 5, "data.labelled": 5}
    assert derive_facts(values).items() >= values.items()


def test_nothing_follows_from_nothing():
    assert derive_facts({}) == {}


def test_labels_are_shared_among_the_classes():
    facts = derive_facts({"data.labelled": 900, "data.classes": 3, "data.minority_share": 0.1})
    assert facts["data.labels_per_class"] == 300
    assert facts["data.minority_labels"] == 90


def test_unknown_labels_lie_between_none_and_all_rows():
    facts = derive_facts({"task": "classification", "data.rows": 500})
    assert (facts["data.labelled"].low, facts["data.labelled"].high) == (0, 500)
    assert facts["data.examples"] == 500


def test_examples_are_the_labelled_ones_where_the_task_learns_from_labels():
    given_values = {"data.rows": 500, "data.labelled": 90, "data.features": 10}
    supervised = derive_facts({"task": "regression", **given_values})
    self_labelled = derive_facts({"task": "clustering", **given_values})
    assert (supervised["data.examples"], supervised["data.rows_per_feature"]) == (90, 9)
    assert (self_labelled["data.examples"], self_labelled["data.rows_per_feature"]) == (500, 50)


def test_no_features_make_no_rows_per_feature():
    assert "data.rows_per_feature" not in derive_facts({"data.rows": 500, "data.features": 0})


def test_points_of_a_forecast_are_series_times_history_or_else_rows():
    assert derive_facts({"data.series": 10, "data.history": 50, "data.rows": 7})["data.points"] == 500
    assert derive_facts({"data.series": 10, "data.rows": 7})["data.points"] == 7
    assert "data.points" not in derive_facts({"data.history": 50})


def test_yearly_error_costs_count_one_wrong_prediction_in_a_hundred():
    facts = derive_facts({"value.error_cost_usd": 2, "deployment.predictions_per_day": 1_000})
    assert facts["value.yearly_error_cost_usd"] == pytest.approx(7_300)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # Everything known.
        ({"labelled": 900, "rows": 900, "unlabelled": 0}, 900),
        ({"labelled": 900, "rows": 900, "unlabelled": 5_000, "cost": 2, "budget": 1_000}, 1_400),
        ({"labelled": 900, "rows": 900, "unlabelled": 100, "cost": 2, "budget": 1_000}, 1_000),
        ({"labelled": 900, "rows": 1_000, "unlabelled": 100, "cost": 2, "budget": 1_000}, 1_100),
        ({"labelled": 900, "rows": 900, "unlabelled": 100, "cost": 2, "budget": 1}, 900),
        ({"labelled": 900, "rows": 900, "unlabelled": 100, "cost": 0, "budget": 0}, 1_000),
        ({"labelled": 0, "rows": 0, "unlabelled": 10**6, "cost": 0.1, "budget": 1_000}, 10_000),
        ({"labelled": 0, "rows": 0, "unlabelled": 10**6, "cost": 0.1, "budget": 0.3}, 3),
        ({"labelled": 0, "rows": 0, "unlabelled": 10**6, "cost": 5e-324, "budget": 1e15}, 10**6),
        # Known, whatever the unknown fields are.
        ({"labelled": 900, "budget": 0}, 900),
        ({"labelled": 900, "rows": 900, "unlabelled": 100, "cost": 0}, 1_000),
        ({"labelled": 900, "rows": 5_000, "cost": 1, "budget": 1_000}, 1_900),
        ({"labelled": 900, "unlabelled": 5_000, "cost": 2, "budget": 1_000}, 1_400),
        # Only bounds.
        ({"labelled": 900, "rows": 1_000, "cost": 1, "budget": 1_000}, (1_000, 1_900)),
        ({"labelled": 900, "unlabelled": 100, "cost": 2, "budget": 1_000}, (1_000, 1_400)),
        ({"labelled": 900, "cost": 2, "budget": 1_000}, (900, 1_400)),
        ({"labelled": 900, "rows": 900, "unlabelled": 100}, (900, 1_000)),
        ({"labelled": 900, "rows": 900, "unlabelled": 100, "cost": 2}, (900, 1_000)),
        ({"labelled": 900, "rows": 900, "unlabelled": 100, "budget": 2}, (900, 1_000)),
        ({"labelled": 900, "unlabelled": 100}, (900, float("inf"))),
        ({"labelled": 900}, (900, float("inf"))),
        ({"labelled": 900, "cost": 0}, (900, float("inf"))),
        # The labels at hand are not known.
        ({"rows": 900, "unlabelled": 100, "cost": 1, "budget": 5}, None),
    ],
)
def test_affordable_labels_are_those_at_hand_and_those_the_budget_buys(values, expected):
    assert affordable(**values) == expected


@given(
    labelled=st.integers(0, 5),
    at_hand=st.integers(0, 5),
    further=st.integers(0, 5),
    cost=st.integers(1, 3),
    budget=st.integers(0, 9),
    hidden=st.sets(st.sampled_from(["rows", "unlabelled", "cost", "budget"])),
)
@examples(300)
def test_hiding_fields_widens_what_is_affordable_and_never_excludes_the_truth(
    labelled, at_hand, further, cost, budget, hidden
):
    everything = {
        "labelled": labelled,
        "rows": labelled + at_hand,
        "unlabelled": further,
        "cost": cost,
        "budget": budget,
    }
    truth = labelled + min(at_hand + further, budget // cost)
    assert affordable(**everything) == truth
    known = affordable(**{key: value for key, value in everything.items() if key not in hidden})
    low, high = known if isinstance(known, tuple) else (known, known)
    assert low <= truth <= high


def test_every_derived_fact_says_which_fields_it_is_made_from():
    for name, (fields, meaning) in DERIVED.items():
        assert name not in FIELD
        assert set(fields) <= set(FIELD)
        assert meaning


def test_every_derived_fact_can_be_derived():
    values = {"task": "regression", "data.rows": 9, "data.labelled": 8, "data.features": 2, "data.classes": 2}
    values |= {"data.minority_share": 0.5, "value.error_cost_usd": 1, "deployment.predictions_per_day": 1}
    assert set(DERIVED) <= set(derive_facts(values))


@given(st.sets(st.sampled_from(sorted(set().union(*(fields for fields, _ in DERIVED.values()))))))
@examples(200)
def test_a_derived_fact_follows_from_its_own_fields_alone(known):
    numbers = {path: 4 for path in known if FIELD[path].numeric}
    facts = derive_facts(numbers)
    for name, (fields, _) in DERIVED.items():
        own = derive_facts({path: value for path, value in numbers.items() if path in fields})
        assert repr(own.get(name)) == repr(facts.get(name))
