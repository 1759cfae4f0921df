"""The schema describes what the serialiser prints, no more and no less."""

import json

import pytest
from jsonschema import Draft202012Validator

from advisor.render import View, render
from advisor.render.recommendation.json import RESULT
from advisor.render.schema import result_schema
from tests.render.support import infeasible, made, toss_up


@pytest.fixture(scope="module")
def validator():
    Draft202012Validator.check_schema(result_schema())
    return Draft202012Validator(result_schema())


def parsed(*results, **view):
    return json.loads(render("recommendation", "json", results, View(**view)))


def test_results_built_by_hand_are_valid(validator):
    for result in (made(), made(gain=None), toss_up(), infeasible()):
        validator.validate(parsed(result))


def test_real_results_are_valid(validator, real):
    for result in real.values():
        validator.validate(parsed(result))


def test_an_array_of_results_is_valid(validator, real):
    validator.validate(parsed(*real.values()))
    validator.validate(parsed(made(), array=True))
    assert not validator.is_valid([])
    assert not validator.is_valid([[parsed(made())]])


def test_every_key_is_required_and_described():
    schema = result_schema()
    assert schema["required"] == list(schema["properties"]) == [key.name for key in RESULT]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["verdict"]["enum"] == ["ml", "dl", "hybrid", "none", "toss-up", "infeasible"]
    assert schema["properties"]["confirmation"]["enum"] == ["confirmed", "contradicted", "inconclusive", None]
    json.dumps(schema)


def test_later_versions_may_add_keys_on_top_and_in_rows(validator):
    result = parsed(made())
    result["later"] = 1
    result["reasons"][0]["later"] = 1
    validator.validate(result)


def drop(result, *path):
    for part in path[:-1]:
        result = result[part]
    del result[path[-1]]


def put(result, value, *path):
    for part in path[:-1]:
        result = result[part]
    result[path[-1]] = value


@pytest.mark.parametrize(
    "spoil",
    [
        lambda result: drop(result, "warnings"),
        lambda result: drop(result, "approaches", 4),
        lambda result: drop(result, "reasons", 0, "points", "deep"),
        lambda result: put(result, 1, "scores", "later"),
        lambda result: put(result, 1, "candidates", 0, "estimate", "later"),
        lambda result: put(result, "classic", "approach"),
        lambda result: put(result, "maybe", "verdict"),
        lambda result: put(result, 1.5, "probability"),
        lambda result: put(result, None, "approach"),
        lambda result: put(result, {"low": 1}, "costs", "training_usd"),
        lambda result: put(result, {}, "flips", 0, "set"),
        lambda result: put(result, "yes", "candidates", 0, "fits"),
    ],
)
def test_what_is_not_in_the_contract_is_refused(validator, spoil):
    result = parsed(made())
    spoil(result)
    assert not validator.is_valid(result)
