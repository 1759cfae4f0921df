"""The field table does not contradict itself."""

import pytest

from advisor.profile.consistency import contradictions
from advisor.profile.fields import FIELD, FIELDS, SECTIONS, SELF_LABELLED_TASKS, Kind
from advisor.profile.values import checked


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
    plain = field.kind is Kind.TEXT or field.path == "version" or field.path.startswith("priorities.")
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


def test_tasks_that_need_no_labels_are_tasks():
    assert set(SELF_LABELLED_TASKS) <= set(FIELD["task"].values)
