"""The interview: what it asks next, that it ends, and that it reaches the answer of full profiles."""

import statistics
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.advice.interview.questions import NextQuestion, answer_so_far, next_question
from advisor.advice.interview.wording import asked, explained, why
from advisor.advice.recommend import recommend
from advisor.profile.answers import typed_answer
from advisor.profile.explanations import EXAMPLES, EXPLANATIONS
from advisor.profile.fields import FIELD, FIELDS, Kind
from advisor.profile.reader import profile_from_values
from tests.benchmarks.interview import ASKABLE, full_profiles, interview
from tests.bounds import examples
from tests.engine.support import knowledge, profiles

FULL = full_profiles(everything=False)
IMAGE = {"task": "classification", "data.structure": "image"}


@pytest.fixture(scope="module")
def interviews():
    return {name: interview(full, knowledge()) for name, full in FULL.items()}


@pytest.mark.slow
def test_the_interview_reaches_the_approach_of_every_example(interviews):
    assert len(interviews) >= 42
    missed = {name: (item.reached, item.wanted) for name, item in interviews.items() if item.reached != item.wanted}
    assert missed == {}


@pytest.mark.slow
def test_the_interview_asks_far_fewer_questions_than_there_are_fields(interviews):
    assert statistics.median(len(item.asked) for item in interviews.values()) <= 9
    assert statistics.median(item.answered for item in interviews.values()) <= 5
    assert statistics.median(len(item.asked) for item in interviews.values()) <= len(ASKABLE) / 3


@pytest.mark.slow
def test_the_interview_misses_at_most_two_of_the_situations_of_the_panel():
    panel = {name: full for name, full in full_profiles(everything=True).items() if name.startswith("situations ")}
    found = {name: interview(full, knowledge()) for name, full in panel.items()}
    assert len(found) == 60
    assert len([name for name, item in found.items() if item.reached != item.wanted]) <= 2


@pytest.mark.slow
def test_the_profiles_of_the_examples_tell_eleven_fields_of_those_that_can_be_asked_for(interviews):
    assert statistics.median(item.fields for item in interviews.values()) == 11
    assert len(ASKABLE) == 51


def test_required_fields_come_first_and_then_the_size():
    assert next_question({}, (), knowledge()) == NextQuestion(FIELD["task"])
    assert next_question({"task": "regression"}, (), knowledge()).field.path == "data.structure"
    assert next_question(IMAGE, (), knowledge()).field.path == "data.rows"


def test_a_question_says_what_could_come_of_its_answer():
    item = next_question(IMAGE, ("data.rows",), knowledge())
    assert (item.field.path, item.approach) == ("deployment.pretrained_weights", "transfer")
    assert item.could_become == ("hybrid",)
    assert item.rule == "Weights trained by others are forbidden"


@given(profiles(), st.randoms(use_true_random=False))
@examples(25)
def test_questions_are_new_and_come_to_an_end(values, random):
    known = {path: values[path] for path in ("task", "data.structure")}
    skipped = []
    while (item := next_question(known, skipped, knowledge())) is not None:
        path = item.field.path
        assert path not in known
        assert path not in skipped
        assert FIELD[path].question
        if path in values and random.random() < 0.7:
            known[path] = values[path]
        else:
            skipped.append(path)
    assert len(skipped) + len(known) <= len(ASKABLE)


def all_asked(known):
    found = []
    while (item := next_question(known, found, knowledge())) is not None:
        found.append(item.field.path)
    return found


def test_fields_that_mean_nothing_for_the_task_are_not_asked_for():
    found = all_asked({"task": "regression", "data.structure": "tabular"})
    assert {"data.rows", "data.labelled"} <= set(found)
    assert not {"data.classes", "data.series", "data.history", "data.horizon"} & set(found)


def test_a_cpu_for_training_is_not_asked_for_gpu_hours():
    known = {"task": "forecasting", "data.structure": "video", "data.rows": 1_200_000}
    assert "compute.gpu_hours" in all_asked({**known, "compute.hardware": "gpu-cluster"})
    assert "compute.gpu_hours" not in all_asked({**known, "compute.hardware": "cpu"})


def test_nothing_is_asked_once_all_approaches_are_excluded():
    clash = {
        **IMAGE,
        "data.domain_features": False,
        "data.known_rule": False,
        "interpretability.need": "intrinsic",
    }
    assert answer_so_far(clash, knowledge()) == (None, None)
    assert next_question(clash, (), knowledge()) is None


def test_the_answer_so_far_is_that_of_the_recommendation():
    approach, chance = answer_so_far(IMAGE, knowledge())
    result = recommend(profile_from_values(IMAGE), knowledge())
    assert (approach, chance) == (result.approach, pytest.approx(result.probability, abs=1e-5))


# -- words -----------------------------------------------------------------------------------------------


def test_a_question_in_words():
    item = NextQuestion(FIELD["interpretability.regulation"], "deep", ("none", "infeasible"), "Title")
    assert (
        asked(item, 4)
        == """\
4. Does a regulation apply?
   none, or one or more of credit-decision, insurance-pricing, medical-device,
   hiring, bank-model-risk, automated-decision, high-risk-ai
   Why: it could change the answer from a network of your own to no learning
   (rule: Title)."""
    )


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (NextQuestion(FIELD["task"]), "it decides which rules and models apply."),
        (NextQuestion(FIELD["data.rows"], "deep"), "it affects the answer, alone or together with others."),
        (NextQuestion(FIELD["data.rows"], "deep", ("infeasible",)), "it could rule out every approach."),
        (
            NextQuestion(FIELD["data.rows"], "none", ("classical", "transfer", "deep"), "A\x1b[31mB"),
            "it could change the answer from no learning to classical learning, a pretrained network or a network of "
            "your own (rule: A [31mB).",
        ),
    ],
)
def test_why_a_question_is_asked(item, sentence):
    assert why(item) == sentence


def test_every_value_of_a_choice_is_explained():
    choices = {field.path: field.values for field in FIELDS if field.kind in (Kind.CHOICE, Kind.CHOICES)}
    assert {path: tuple(meanings) for path, meanings in EXPLANATIONS.items()} == choices
    for path in choices:
        lines = explained(FIELD[path]).splitlines()
        assert all(len(line) <= 80 for line in lines)


def test_a_number_is_explained_by_an_example_and_how_to_write_it():
    assert explained(FIELD["data.minority_share"]) == (
        "   For example: 2 frauds in 1,000 payments: 0.002, or 0.2%.\n"
        "   Allowed: share, 0 to 1. 0.25 and 25% are understood."
    )


def test_what_has_no_choices_has_an_example_and_every_number_in_it_is_understood():
    assert EXAMPLES.keys() == {field.path for field in FIELDS if field.question} - EXPLANATIONS.keys()
    for path, example in EXAMPLES.items():
        if FIELD[path].numeric:
            answers = [part.rpartition(": ")[2].split(", or ") for part in example.split(";") if ": " in part]
            for answer in chain.from_iterable(answers):
                assert typed_answer(FIELD[path], answer) > 0, path
