"""How problems are shown, and which word may have been meant."""

import pytest

from advisor.source.problems import (
    InputError,
    Position,
    Problem,
    did_you_mean,
    either,
    format_problem,
    meant_or_known,
    nearest,
    shorten,
)

TASKS = ["classification", "regression", "anomaly-detection", "object-detection", "speech-recognition"]


def test_a_problem_is_shown_with_its_line_and_a_caret_below_the_value():
    problem = Problem("p.yaml", Position(12, 9, 4), "data.rows", "too few", "add some", "  rows: 1234")
    assert format_problem(problem) == (
        "p.yaml:12:9: error: data.rows: too few; add some\n  12 |   rows: 1234\n     |         ^^^^"
    )


def test_a_warning_says_so():
    problem = Problem("p.yaml", Position(1, 1), "task", "odd")
    assert format_problem(problem, "warning") == "p.yaml:1:1: warning: task: odd"


def test_a_problem_of_the_whole_file_has_no_field_and_no_line():
    assert format_problem(Problem("p.yaml", Position(1, 1), "", "empty")) == "p.yaml:1:1: error: empty"


def test_carets_end_with_the_line():
    problem = Problem("p.yaml", Position(1, 3, 99), "", "bad", "", "a b")
    assert format_problem(problem).splitlines()[2] == "    |   ^"


def test_a_place_after_the_end_of_the_line_gets_one_caret():
    problem = Problem("p.yaml", Position(1, 6), "", "bad", "", "task:")
    assert format_problem(problem).splitlines()[1:] == ["  1 | task:", "    |      ^"]


def test_tabs_and_control_characters_take_one_column_each():
    problem = Problem("p.yaml", Position(1, 3), "", "bad", "", "\t\x1bx")
    assert format_problem(problem).splitlines()[1:] == ["  1 |   x", "    |   ^"]


@pytest.mark.parametrize("column", [1, 60, 61, 62, 100, 500, 1_000])
def test_the_caret_stays_below_the_place_in_a_line_that_is_cut(column):
    line = "-" * (column - 1) + "X" + "-" * (1_000 - column)
    _, shown, carets = format_problem(Problem("p", Position(1, column), "", "bad", "", line)).splitlines()
    assert len(shown) <= 130
    assert shown[carets.index("^")] == "X"


def test_the_exception_carries_and_shows_every_problem():
    problems = [Problem("p", Position(line, 1), "", "bad") for line in (1, 2)]
    error = InputError(problems)
    assert error.problems == problems
    assert str(error) == "p:1:1: error: bad\np:2:1: error: bad"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", "'text'"),
        ("it's\n", '"it\'s\\n"'),
        (True, "true"),
        (None, "nothing"),
        ({"a": 1}, "a mapping"),
        ([1], "a list"),
        (1_000, "1000"),
        (0.5, "0.5"),
        ("a" * 100, "'" + "a" * 56 + "..."),
    ],
)
def test_values_are_shown_as_a_reader_would_recognise_them(value, shown):
    assert shorten(value) == shown


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("clasification", ["classification"]),
        ("Classification", ["classification"]),
        ("CLASSIFICATION ", ["classification"]),
        ("anomaly_detection", ["anomaly-detection"]),
        ("Anomaly Detection", ["anomaly-detection"]),
        ("anomalydetection", ["anomaly-detection"]),
        ("anomaly", ["anomaly-detection"]),
        ("speech", ["speech-recognition"]),
        ("detection", ["anomaly-detection", "object-detection"]),
        ("binary-classification", ["classification"]),
        ("regresion", ["regression"]),
        ("cooking", []),
        ("", []),
        ("-", []),
        ("é" * 10_000, []),
    ],
)
def test_the_nearest_words_are_found(word, meant):
    assert nearest(word, TASKS) == meant


def test_a_word_that_shares_a_few_letters_is_no_hint():
    assert nearest("phone", ["money", "task", "labels"]) == []
    assert nearest("true", ["structure"]) == []


def test_where_no_word_is_near_all_are_named():
    assert meant_or_known("regresion", TASKS) == "did you mean 'regression'?"
    assert meant_or_known("phone", ["money", "task"]) == "known: money, task"
    assert meant_or_known("phone", []) == "known: none"


def test_a_word_that_stands_in_too_many_names_is_no_hint():
    assert nearest("data", ["data.a", "data.b", "data.c", "data.d"]) == []


def test_hints_read_as_questions():
    assert did_you_mean("detection", TASKS) == "did you mean 'anomaly-detection' or 'object-detection'?"
    assert did_you_mean("cooking", TASKS) == ""
    assert either(["a", "b", "c"]) == "'a', 'b' or 'c'"
