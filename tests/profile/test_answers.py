"""Typed answers and files of answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.profile.answers import typed_answer
from advisor.profile.fields import FIELD, FIELDS
from advisor.profile.reader import read_answers
from advisor.profile.values import BadValueError, checked
from advisor.source.problems import InputError
from tests.bounds import examples
from tests.engine.support import profiles


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("task", "classification", "classification"),
        ("task", " Class ", "classification"),
        ("task", "speech_rec", "speech-recognition"),
        ("data.rows", "7043", 7043),
        ("data.rows", "1e6", 1_000_000),
        ("data.rows", "1_000_000", 1_000_000),
        ("data.rows", "20k", 20_000),
        ("data.rows", "1.5M", 1_500_000),
        ("data.minority_share", ".25", 0.25),
        ("data.minority_share", "5%", 0.05),
        ("deployment.memory_mb", "1.5GB", 1500),
        ("latency.p95_ms", "2 s", 2000),
        ("compute.budget_usd", "$60k", 60_000),
        ("labels.cost_usd", "0.5", 0.5),
        ("risk.energy", "Yes", True),
        ("risk.energy", "n", False),
        ("risk.energy", "true", True),
        ("interpretability.regulation", "none", []),
        ("interpretability.regulation", "[hiring]", ["hiring"]),
        ("interpretability.regulation", "high-risk-ai, hir", ["hiring", "high-risk-ai"]),
        ("value.incumbent", "none", "none"),
    ],
)
def test_a_typed_answer_is_what_it_means(path, text, value):
    assert typed_answer(FIELD[path], text) == value


@pytest.mark.parametrize(
    ("path", "text", "message", "hint"),
    [
        (
            "task",
            "clasification",
            "'clasification' is not one of classification, regr",
            "did you mean 'classification'?",
        ),
        ("task", "speech", "'speech' is not one of", "did you mean 'speech-recognition' or 'speech-synthesis'?"),
        ("data.rows", "1,000", "expected a number, found '1,000'", "write 1000"),
        ("data.rows", "-5", "-5 is outside 0 to 1e15", "leave the field out if it is unknown"),
        ("data.rows", "2.5", "expected a whole number, found 2.5", ""),
        ("data.rows", "~", "expected a number, found '~'", ""),
        ("data.minority_share", "5", "5 is outside 0 to 1", "5 percent is 0.05"),
        ("latency.p95_ms", "2m", "expected a number, found '2m'", "write the number alone, in milliseconds"),
        ("data.rows", "7GB", "expected a number, found '7GB'", "write the number alone"),
        ("risk.energy", "perhaps", "'perhaps' is not yes or no", ""),
        ("interpretability.regulation", "hiring, hiring", "'hiring' is listed twice", "keep one"),
    ],
)
def test_a_wrong_answer_is_refused_as_the_reader_would(path, text, message, hint):
    with pytest.raises(BadValueError) as caught:
        typed_answer(FIELD[path], text)
    fault = caught.value.faults[0]
    assert fault.message.startswith(message)
    assert fault.hint == hint


@given(st.sampled_from(FIELDS), st.text(min_size=1).filter(str.strip))
@examples(300)
def test_any_answer_is_a_value_of_its_field_or_refused(field, text):
    try:
        value = typed_answer(field, text)
    except BadValueError:
        return
    assert checked(field, value) == value


# -- files -----------------------------------------------------------------------------------------------


@given(profiles(), st.sets(st.sampled_from([field.path for field in FIELDS])))
@examples(50)
def test_answers_may_be_nested_or_dotted(values, dotted):
    content = {}
    for path, value in values.items():
        section, _, key = path.rpartition(".")
        if section and path not in dotted:
            content.setdefault(section, {})[key] = value
        else:
            content[path] = value
    assert read_answers(json.dumps(content).encode(), "answers.json", {}) == values


def test_answers_replace_what_the_data_tell_and_null_does_not():
    given_values = {"task": "regression", "data.structure": "tabular", "data.rows": 10}
    found = read_answers(b"{task: classification, data.rows: null, risk.energy: true}", "a.yaml", given_values)
    assert found == {**given_values, "task": "classification", "risk.energy": True}


def test_no_answers_at_all_are_fine_where_the_data_tell_enough():
    known = {"task": "regression", "data.structure": "tabular"}
    assert read_answers(b"", "a.yaml", known) == known


def problems(text, given_values):
    with pytest.raises(InputError) as caught:
        read_answers(text.encode(), "a.yaml", given_values)
    return [(problem.position.line, problem.field, problem.message) for problem in caught.value.problems]


def test_all_problems_of_the_answers_are_told_at_once():
    found = problems("data.rows: many\ndata:\n  row: 5\n  labelled: 5\ndata.labelled: 6\n", {})
    assert [(line, field) for line, field, _ in found] == [
        (1, "task"),
        (1, "data.rows"),
        (3, "data.row"),
        (3, "data.structure"),
        (5, "data.labelled"),
    ]
    assert found[-1][2] == "duplicate field"


def test_an_answer_that_contradicts_the_data_is_refused():
    known = {"task": "regression", "data.structure": "tabular", "data.labelled": 10}
    (found,) = problems("data.rows: 5", known)
    assert found[0] == 1
    assert "10 labelled examples, but data.rows has only 5" in found[2]
