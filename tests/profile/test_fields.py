"""The field table holds what the contract promises, and nothing that contradicts itself."""

import pytest

from advisor.profile.consistency import contradictions
from advisor.profile.fields import CRITERIA, FIELD, FIELDS, SECTIONS, SELF_LABELLED_TASKS, Kind
from advisor.profile.values import checked

TEXT, COUNT, AMOUNT, SHARE, FLAG = Kind.TEXT, Kind.COUNT, Kind.AMOUNT, Kind.SHARE, Kind.FLAG

# Section 1 of the contract, written out: kind, or the values of a choice, or a list of them.
CONTRACT = {
    "version": COUNT,
    "name": TEXT,
    "description": TEXT,
    "task": "classification, regression, ranking, forecasting, recommendation, clustering, "
    "anomaly-detection, object-detection, segmentation, information-extraction, retrieval, translation, "
    "speech-recognition, speech-synthesis, generation, control, lookup",
    "data.structure": "tabular, text, document, image, video, audio, time-series, sensor, log, graph, "
    "interactions, mixed",
    "data.rows": COUNT,
    "data.labelled": COUNT,
    "data.unlabelled": COUNT,
    "data.features": COUNT,
    "data.classes": COUNT,
    "data.minority_share": SHARE,
    "data.categorical_share": SHARE,
    "data.missing_share": SHARE,
    "data.max_cardinality": COUNT,
    "data.series": COUNT,
    "data.history": COUNT,
    "data.horizon": COUNT,
    "data.signal": "linear, mildly-nonlinear, complex",
    "data.label_quality": "clean, noisy",
    "data.domain_features": FLAG,
    "data.known_rule": FLAG,
    "data.drift": "none, slow, fast",
    "labels.cost_usd": AMOUNT,
    "labels.budget_usd": AMOUNT,
    "interpretability.need": "none, helpful, post-hoc, intrinsic",
    "interpretability.regulation": "list of credit-decision, insurance-pricing, medical-device, hiring, "
    "bank-model-risk, automated-decision, high-risk-ai",
    "latency.p95_ms": AMOUNT,
    "latency.mode": "batch, online",
    "compute.hardware": "cpu, gpu, gpu-cluster",
    "compute.gpu_hours": AMOUNT,
    "compute.budget_usd": AMOUNT,
    "deployment.target": "cloud, on-premises, edge-cpu, edge-gpu, mobile, browser, microcontroller",
    "deployment.accelerator": FLAG,
    "deployment.memory_mb": AMOUNT,
    "deployment.predictions_per_day": AMOUNT,
    "deployment.pretrained_weights": FLAG,
    "deployment.hosted_models": FLAG,
    "deployment.commercial": FLAG,
    "team.deep_learning": "none, some, expert",
    "team.weeks": AMOUNT,
    "team.upkeep": "low, normal, high",
    "value.error_cost_usd": AMOUNT,
    "value.incumbent": "none, manual, rules, model",
    "risk.adversarial": FLAG,
    "risk.safety_critical": FLAG,
    "risk.fairness": FLAG,
    "risk.energy": FLAG,
    "priorities.accuracy": AMOUNT,
    "priorities.interpretability": AMOUNT,
    "priorities.latency": AMOUNT,
    "priorities.cost": AMOUNT,
    "priorities.time": AMOUNT,
    "priorities.upkeep": AMOUNT,
    "priorities.robustness": AMOUNT,
    "priorities.energy": AMOUNT,
}


@pytest.mark.parametrize("path", CONTRACT)
def test_a_field_of_the_contract_is_in_the_table(path):
    promised, field = CONTRACT[path], FIELD[path]
    if isinstance(promised, Kind):
        assert field.kind is promised
        assert field.values == ()
    else:
        listed = promised.startswith("list of ")
        assert field.kind is (Kind.CHOICES if listed else Kind.CHOICE)
        assert field.values == tuple(promised.removeprefix("list of ").split(", "))


def test_fields_beyond_the_contract_are_few_and_known():
    assert set(FIELD) - set(CONTRACT) == {"data.resolution", "data.length"}


def test_only_task_and_structure_are_required():
    assert [field.path for field in FIELDS if field.required] == ["task", "data.structure"]


def test_shares_and_priorities_have_the_range_of_the_contract():
    assert {(f.minimum, f.maximum) for f in FIELDS if f.kind is SHARE} == {(0, 1)}
    assert {(FIELD[f"priorities.{name}"].minimum, FIELD[f"priorities.{name}"].maximum) for name in CRITERIA} == {(0, 5)}
    assert (FIELD["version"].minimum, FIELD["version"].maximum) == (1, 1)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.path)
def test_every_prior_is_a_list_of_valid_values_with_positive_weights(field):
    for value, weight in field.prior:
        assert weight > 0
        if value is None:  # a limit that most projects do not have
            assert field.path in (
                "latency.p95_ms",
                "deployment.memory_mb",
                "compute.gpu_hours",
                "compute.budget_usd",
            )
            continue
        assert checked(field, value) == value
        assert not contradictions({field.path: value})
    values = [repr(value) for value, _ in field.prior]
    assert len(values) == len(set(values))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.path)
def test_every_field_that_the_rules_may_need_has_a_prior_and_a_question(field):
    plain = field.kind is TEXT or field.path == "version" or field.path.startswith("priorities.")
    if plain or field.required:
        assert not field.prior
    else:
        assert field.prior
        assert field.question.endswith("?")


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.path)
def test_every_field_is_snake_case_in_at_most_one_section_and_explained(field):
    assert field.path.replace(".", "_").isidentifier()
    assert field.path == field.path.lower()
    assert field.path.count(".") <= 1
    assert field.doc
    assert not field.doc.endswith(".")
    assert all(value == value.lower() and "_" not in value for value in field.values)


def test_no_path_occurs_twice_and_no_section_is_a_field():
    assert len(FIELD) == len(FIELDS)
    assert not set(SECTIONS) & set(FIELD)


@pytest.mark.parametrize("path", ["task", "data.structure", "value.error_cost_usd", "risk.fairness", "data.drift"])
def test_what_a_project_is_cannot_be_changed(path):
    assert not FIELD[path].changeable


@pytest.mark.parametrize("path", ["data.labelled", "labels.budget_usd", "latency.p95_ms", "team.weeks"])
def test_labels_budgets_and_limits_can_be_changed(path):
    assert FIELD[path].changeable


def test_tasks_that_need_no_labels_are_tasks():
    assert set(SELF_LABELLED_TASKS) <= set(FIELD["task"].values)
