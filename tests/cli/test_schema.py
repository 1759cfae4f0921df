"""`advisor schema`: what the program reads meets its schemas, and what it refuses for its shape they refuse."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from advisor.advice.model_format import model_problems
from advisor.cli.schema import KINDS, schema_of
from advisor.engine.rule_parser import RuleError, parse_groups, parse_rule
from advisor.gate.policy import read_policy
from advisor.source.problems import InputError
from advisor.source.yaml_reader import read_yaml
from tests.bounds import share_of
from tests.docs.pages import ROOT, shown_files
from tests.gate.test_policy import FULL

RULES = sorted(path for path in (ROOT / "rules").rglob("*.yaml") if "catalogue" not in path.parts[-3:])
GROUPS = ROOT / "rules" / "groups.yaml"
MODELS = sorted((ROOT / "rules" / "catalogue" / "models").glob("*.yaml"))
POLICIES = [FULL, shown_files(ROOT / "docs" / "how-to" / "ci.md")["policy.yaml"]]


def data_of(file: Path):
    return read_yaml(file.read_bytes(), str(file)).data


@pytest.fixture(scope="module")
def validators():
    return {kind: jsonschema.Draft202012Validator(schema_of(kind)) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_valid_and_has_a_name_of_its_own(advisor, kind):
    done = advisor("schema", kind)
    assert (done.returncode, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert list(schema)[:2] == ["$schema", "$id"]
    assert schema["$id"] == f"urn:advisor:schema:{kind}:1"


@pytest.mark.slow
def test_bundled_rules_groups_and_models_and_the_policies_meet_their_schemas(validators):
    for file in RULES:
        validators["groups" if file == GROUPS else "rule"].validate(data_of(file))
    for file in MODELS:
        validators["model"].validate(data_of(file))
    for text in POLICIES:
        validators["policy"].validate(read_yaml(text.encode(), "policy.yaml").data)
    assert len(RULES) > 150
    assert sum(len(data_of(file)) for file in MODELS) > 300


# -- mutants ----------------------------------------------------------------------------------------------

WRONG = (None, True, "nonsense", -1e9, 0.5, [], {}, ["nonsense"], {"nonsense": 1})


def places(data, path=()):
    """Yield the path of everything inside plain data, itself included."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def mutants(data):
    """Yield plain data with one thing changed at a time, and what was changed."""
    for path in places(data):
        for value in WRONG:
            yield _changed(data, path, value), f"{path} = {value!r}"
        if path:
            yield _without(data, path), f"{path} left out"
        inside = _at(data, path)
        if isinstance(inside, dict):
            yield _changed(data, path, {**inside, "unheard_of": 1}), f"{path} with a key too many"


def _at(data, path):
    for key in path:
        data = data[key]
    return data


def _changed(data, path, value):
    """Return a copy in which one place is another; the rest is shared, as nothing changes it."""
    if not path:
        return value
    data = copy.copy(data)
    data[path[0]] = _changed(data[path[0]], path[1:], value)
    return data


def _without(data, path):
    inside = copy.copy(_at(data, path[:-1]))
    del inside[path[-1]]
    return _changed(data, path[:-1], inside)


def refused_rule(data, groups, stem):
    try:
        parse_rule(data, groups, stem)
    except RuleError as error:
        return [message for _, message, _ in error.problems]
    return []


def refused_groups(data):
    try:
        parse_groups(data)
    except RuleError as error:
        return [message for _, message, _ in error.problems]
    return []


def refused_policy(data):
    try:
        read_policy(json.dumps(data).encode(), "policy.yaml")
    except InputError as error:
        return [problem.message for problem in error.problems]
    return []


# What depends on other files or on two values at once is for the parser alone.
BEYOND_A_SCHEMA = (
    "the id must be the file's name",
    "unknown group 'nonsense'",
    "speaks to",
    "numbers, one for each knot of at",
    "expected at least two rising numbers",
    "keys must be in the order",
)
# One of each kind of effect and condition.
SAMPLE = (
    "a-readable-model-is-required",
    "adverse-action-reasons",
    "amount-of-text",
    "answers-in-batches",
    "last-points-on-raw-input",
    "no-model-is-quick-enough",
)


def disagreements(validator, data, refused):
    """Return the mutants of which parser and schema think differently, and how many mutants there are."""
    found, every = [], list(mutants(data))
    for mutant, change in share_of(every):
        problems = refused(mutant)
        shape = [problem for problem in problems if not any(text in problem for text in BEYOND_A_SCHEMA)]
        if bool(shape) is validator.is_valid(mutant) and (shape or not problems):
            found.append((change, problems))
    return found, len(every)


@pytest.mark.parametrize("name", SAMPLE)
def test_rules_that_the_parser_refuses_are_refused_by_the_schema_and_no_others(validators, name):
    groups = parse_groups(data_of(GROUPS))
    (file,) = [file for file in RULES if file.stem == name]
    found, count = disagreements(validators["rule"], data_of(file), lambda data: refused_rule(data, groups, name))
    assert found == []
    assert count > 200


def test_groups_that_the_parser_refuses_are_refused_by_the_schema_and_no_others(validators):
    found, count = disagreements(validators["groups"], data_of(GROUPS)[:2], refused_groups)
    assert found == []
    assert count > 100


# The fullest entry of each kind.
KINDS_OF_COST = {
    entry["cost"]["kind"]: entry for entry in sorted((entry for file in MODELS for entry in data_of(file)), key=len)
}


@pytest.mark.parametrize("kind", KINDS_OF_COST)
def test_models_that_the_checker_refuses_are_refused_by_the_schema_and_no_others(validators, kind):
    def refused(entry):
        return list(model_problems(entry))

    class One:
        @staticmethod
        def is_valid(entry):
            return validators["model"].is_valid([entry])

    found, count = disagreements(One, KINDS_OF_COST[kind], refused)
    assert found == []
    assert count > 200


def test_every_kind_of_cost_has_models():
    from advisor.advice.model_format import COSTS

    assert set(KINDS_OF_COST) == set(COSTS)


@pytest.mark.parametrize("text", POLICIES)
def test_policies_that_the_reader_refuses_are_refused_by_the_schema_and_no_others(validators, text):
    data = read_yaml(text.encode(), "policy.yaml").data
    found, count = disagreements(validators["policy"], data, refused_policy)
    assert found == []
    assert count > 100
