"""Answers that a practitioner would not laugh at: rules written down, labels that can be bought, devices, few cases."""

import pytest

from advisor.advice.recommend import recommend
from advisor.profile.reader import profile_from_values, read_profile
from tests.engine.support import knowledge, score_values

SCANS = {
    "task": "classification",
    "data.structure": "image",
    "data.rows": 40_000,
    "data.labelled": 0,
    "data.classes": 2,
    "labels.budget_usd": 8_000,
    "compute.hardware": "gpu",
}


def answered(values):
    return recommend(profile_from_values(values), knowledge())


def test_telephone_numbers_are_found_by_a_regular_expression_and_not_by_a_table():
    for task in ("classification", "information-extraction"):
        numbers = {"task": task, "data.structure": "text", "data.labelled": 0, "data.known_rule": True}
        found = answered(numbers)
        assert (found.approach, found.candidates[0].model) == ("none", "regex-parser")


def test_the_plan_of_written_rules_neither_searches_nor_tokenises():
    for structure in ("text", "tabular", "log"):
        rules = {"task": "classification", "data.structure": structure, "data.rows": 500, "data.known_rule": True}
        steps = " ".join(step.step for step in answered(rules).plan)
        assert "past cases" in steps
        assert not any(word in steps for word in ("Bayesian", "okenise", "Encode", "leakage", "retrain"))


def test_a_target_that_nobody_wrote_down_excludes_nothing():
    browser = {"task": "classification", "data.structure": "sensor", "deployment.target": "browser"}
    found = answered(browser | {"data.labelled": 20_000})
    assert found.approach == "classical"
    assert found.candidates[0].fits is None
    assert found.candidates[0].unsure == ("deployment.target",)
    assert {row.id for row in found.approaches if not row.feasible} == set()


@pytest.mark.parametrize("rows", [{"data.labelled": 10_000}, {"data.rows": 10_000}])
def test_three_cases_of_the_rarest_class_are_warned_of(rows):
    table = {"task": "classification", "data.structure": "tabular", "data.classes": 2} | rows
    warned = {warning.id: warning for warning in answered(table | {"data.minority_share": 0.0003}).warnings}
    assert warned["a-handful-of-positives"].fields == ("data.minority_share",)
    assert "a-handful-of-positives" not in {
        item.id for item in answered(table | {"data.minority_share": 0.01}).warnings
    }


def test_what_a_label_costs_decides_where_there_are_none_yet():
    cheap, dear = (score_values(SCANS | {"labels.cost_usd": cost}) for cost in (0.1, 120))
    assert "amount-of-images" in {item.rule.id for item in cheap.contributions}
    hybrid, deep = 2, 4
    assert dear.probabilities[hybrid] > cheap.probabilities[hybrid]
    assert deep in dear.excluded
    assert deep not in cheap.excluded


@pytest.mark.slow
def test_a_hosted_model_meets_no_limit_of_a_device_unless_it_is_allowed():
    text = {"task": "generation", "data.structure": "text", "data.rows": 500}
    for limit in ({"deployment.memory_mb": 1}, {"deployment.target": "mobile", "deployment.memory_mb": 10}):
        assert "transfer" in {row.id for row in answered(text | limit).approaches if not row.feasible}
        allowed = answered(text | limit | {"deployment.hosted_models": True})
        assert "transfer" not in {row.id for row in allowed.approaches if not row.feasible}
    for path in ("deployment.offline", "deployment.data_residency", "risk.energy"):
        assert not any("hosted" in item.model for item in answered(text | {path: True}).candidates if item.fits)


@pytest.mark.parametrize(
    ("task", "structure", "known"),
    [
        ("forecasting", "time-series", {"data.series": 50, "data.history": 400}),
        ("generation", "image", {"data.rows": 20_000}),
        ("control", "graph", {"data.rows": 0, "data.simulator": True}),
    ],
)
def test_tasks_without_labels_are_not_unsure_about_labels(task, structure, known):
    for item in answered({"task": task, "data.structure": structure} | known).candidates:
        assert "data.labelled" not in (*item.unsure, *item.violates)


def test_a_simulator_stands_for_rows():
    game = {"task": "control", "data.structure": "graph", "data.rows": 0, "compute.hardware": "gpu-cluster"}
    assert answered(game | {"data.simulator": True}).approach == "deep"
    assert answered(game | {"data.simulator": False}).approach == "none"


def test_a_regulation_that_is_listed_twice_is_refused_with_that_reason():
    with pytest.raises(Exception, match="'hiring' is listed twice; keep one"):
        read_profile(
            b"task: classification\ndata: {structure: tabular}\ninterpretability: {regulation: [hiring, hiring]}",
            "p.yaml",
        )
