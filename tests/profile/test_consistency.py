"""Contradictions refuse a profile; suspicions only warn."""

import pytest

from advisor.profile.consistency import _SUSPICIONS, contradictions, suspicions

TABLE = {"task": "classification", "data.structure": "tabular"}
FORECAST = {"task": "forecasting", "data.structure": "time-series"}

# Suspicion -> (a profile that raises it, one that comes near and does not).
SUSPICIONS = {
    "task-without-its-input": (
        {"task": "speech-recognition", "data.structure": "tabular"},
        {"task": "speech-recognition", "data.structure": "audio"},
    ),
    "more-classes-than-labels": (
        {**TABLE, "data.classes": 10, "data.labelled": 9},
        {**TABLE, "data.classes": 10, "data.labelled": 10},
    ),
    "budget-below-one-label": (
        {**TABLE, "labels.cost_usd": 5, "labels.budget_usd": 4},
        {**TABLE, "labels.cost_usd": 5, "labels.budget_usd": 0},
    ),
    "forecast-fields-unused": ({**TABLE, "data.horizon": 5}, {**FORECAST, "data.horizon": 5}),
    "horizon-beyond-history": (
        {**FORECAST, "data.horizon": 60, "data.history": 50},
        {**FORECAST, "data.horizon": 50, "data.history": 50},
    ),
    "rows-disagree-with-series": (
        {**FORECAST, "data.rows": 5_000_000, "data.series": 10, "data.history": 100},
        {**FORECAST, "data.rows": 1_000, "data.series": 10, "data.history": 100},
    ),
    "hours-unused": (
        {**TABLE, "data.hours_labelled": 3},
        {"task": "classification", "data.structure": "audio", "data.hours_labelled": 3},
    ),
    "classes-unused": (
        {"task": "regression", "data.structure": "tabular", "data.classes": 3},
        {**TABLE, "data.classes": 3},
    ),
    "levels-without-categories": (
        {**TABLE, "data.max_cardinality": 50, "data.categorical_share": 0},
        {**TABLE, "data.max_cardinality": 50, "data.categorical_share": 0.1},
    ),
    "limit-on-a-batch": (
        {**TABLE, "latency.mode": "batch", "latency.p95_ms": 999},
        {**TABLE, "latency.mode": "batch", "latency.p95_ms": 1_000},
    ),
    "gpu-hours-on-cpu": (
        {**TABLE, "compute.hardware": "cpu", "compute.gpu_hours": 10},
        {**TABLE, "compute.hardware": "cpu", "compute.gpu_hours": 0},
    ),
    "hosted-without-weights": (
        {**TABLE, "deployment.hosted_models": True, "deployment.pretrained_weights": False},
        {**TABLE, "deployment.hosted_models": True, "deployment.pretrained_weights": True},
    ),
    "hosted-without-a-network": (
        {**TABLE, "deployment.hosted_models": True, "deployment.offline": True},
        {**TABLE, "deployment.hosted_models": True, "deployment.offline": False},
    ),
    "large-memory-on-microcontroller": (
        {**TABLE, "deployment.target": "microcontroller", "deployment.memory_mb": 65},
        {**TABLE, "deployment.target": "microcontroller", "deployment.memory_mb": 64},
    ),
    "rule-for-the-senses": (
        {"task": "classification", "data.structure": "image", "data.known_rule": True},
        {"task": "anomaly-detection", "data.structure": "image", "data.known_rule": True},
    ),
    "look-up-without-rule": (
        {"task": "lookup", "data.structure": "tabular", "data.known_rule": False},
        {"task": "lookup", "data.structure": "tabular", "data.known_rule": True},
    ),
    "regulated-but-no-need": (
        {**TABLE, "interpretability.need": "none", "interpretability.regulation": ["hiring"]},
        {**TABLE, "interpretability.need": "none", "interpretability.regulation": []},
    ),
    "labels-not-needed": (
        {"task": "clustering", "data.structure": "tabular", "data.labelled": 0},
        {**TABLE, "data.labelled": 0},
    ),
}


def ids(findings) -> list[str]:
    return [finding.id for finding in findings]


def test_every_suspicion_has_its_example():
    assert list(SUSPICIONS) == [name for name, *_ in _SUSPICIONS]


@pytest.mark.parametrize("name", SUSPICIONS)
def test_a_suspicion_is_raised_alone_where_it_belongs(name):
    raised, _ = SUSPICIONS[name]
    assert ids(suspicions(raised)) == [name]
    assert contradictions(raised) == []


@pytest.mark.parametrize("name", SUSPICIONS)
def test_a_suspicion_is_silent_on_what_comes_near(name):
    _, silent = SUSPICIONS[name]
    assert suspicions(silent) == []


@pytest.mark.parametrize("name", SUSPICIONS)
def test_a_suspicion_names_only_fields_that_the_profile_has(name):
    raised, _ = SUSPICIONS[name]
    (finding,) = suspicions(raised)
    assert finding.fields
    assert set(finding.fields) <= set(raised)


@pytest.mark.parametrize("name", SUSPICIONS)
def test_a_suspicion_is_silent_when_its_fields_are_unknown(name):
    raised, _ = SUSPICIONS[name]
    for path in raised:
        rest = {key: value for key, value in raised.items() if key != path}
        assert name not in ids(suspicions(rest)) or path not in suspicions(raised)[0].fields


def test_nothing_known_is_neither_contradictory_nor_suspicious():
    assert contradictions({}) == suspicions({}) == []
    assert contradictions(TABLE) == suspicions(TABLE) == []


@pytest.mark.parametrize(("labelled", "refused"), [(99, False), (100, False), (101, True)])
def test_there_cannot_be_more_labels_than_rows(labelled, refused):
    found = contradictions({**TABLE, "data.rows": 100, "data.labelled": labelled})
    assert ids(found) == ["more-labels-than-rows"] * refused


@pytest.mark.parametrize(
    ("classes", "share", "refused"),
    [
        (2, 0.5, False),
        (2, 0.501, True),
        (4, 0.25, False),
        (4, 0.26, True),
        (1_000, 0.001, False),
        (1_000, 0.0011, True),
        (None, 0.5, False),
        (None, 0.6, True),  # a classification has at least two classes
    ],
)
def test_the_rarest_class_cannot_hold_more_than_its_equal_share(classes, share, refused):
    values = {**TABLE, "data.minority_share": share}
    found = contradictions(values if classes is None else {**values, "data.classes": classes})
    assert ids(found) == ["minority-is-majority"] * refused


@pytest.mark.parametrize(("classes", "share"), [(15, 0.067), (6, 0.17), (6, 0.1667), (7, 0.143), (150, 0.0067)])
def test_an_equal_share_may_be_rounded_up(classes, share):
    assert share > 1 / classes
    assert contradictions({**TABLE, "data.classes": classes, "data.minority_share": share}) == []


def test_the_number_of_classes_binds_every_task_that_gives_it():
    values = {"task": "segmentation", "data.structure": "image", "data.minority_share": 0.6}
    assert contradictions(values) == []
    assert ids(contradictions({**values, "data.classes": 3})) == ["minority-is-majority"]


def test_a_contradiction_tells_both_numbers():
    (found,) = contradictions({"data.rows": 5, "data.labelled": 9})
    assert found.fields == ("data.labelled", "data.rows")
    assert found.message.startswith("9 labelled examples, but data.rows has only 5")
