"""Results read back from JSON: what was printed comes back, what is broken is named by its path."""

import copy
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.render import View, render
from advisor.reports.baseline import BaselineResult
from advisor.reports.reading import read_results
from advisor.reports.recommendation import Recommendation
from advisor.source.problems import InputError

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
ANSWERS = sorted(GOLDEN.glob("*.json"))
MEASURED = sorted((GOLDEN / "baseline").glob("*.json"))
ANSWER = json.loads((GOLDEN / "telecom-churn.json").read_text("utf-8"))
MEASUREMENT = json.loads((GOLDEN / "baseline" / "equal.json").read_text("utf-8"))


def refusal(content):
    """Return the complaint about a text, or about content written as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    with pytest.raises(InputError) as caught:
        read_results(text, "r.json")
    return str(caught.value)


def changed(content, path, value):
    """Return a copy with the value at a path replaced."""
    result = copy.deepcopy(content)
    place = result
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return result


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_an_answer_that_was_read_prints_the_same_bytes(path):
    text = path.read_text("utf-8")
    results = read_results(text, "r.json")
    assert [type(item) for item in results.items] == [Recommendation]
    assert results.array is False
    assert render("recommendation", "json", results.items, View()) == text


@pytest.mark.parametrize("path", MEASURED, ids=lambda path: path.stem)
def test_a_measurement_that_was_read_prints_the_same_bytes(path):
    text = path.read_text("utf-8")
    (result,) = read_results(text, "r.json").items
    assert isinstance(result, BaselineResult)
    assert render("baseline", "json", result, View()) == text


def test_an_array_holds_results_of_both_kinds():
    results = read_results(json.dumps([ANSWER, MEASUREMENT]), "r.json")
    assert results.array
    assert [type(item) for item in results.items] == [Recommendation, BaselineResult]
    assert results.items[0].name == "telecom-churn"


def test_a_nameless_profile_is_named_by_the_file_of_the_result():
    nameless = changed(ANSWER, ("profile",), {"task": "classification", "data": {"structure": "tabular"}})
    assert read_results(json.dumps(nameless), "r.json").items[0].name == "r.json"


def test_keys_of_later_versions_are_ignored_and_missing_ones_are_empty():
    later = {**ANSWER, "schema_version": "1.7", "carbon": {"kg": 3}}
    assert read_results(json.dumps(later), "r") == read_results(json.dumps(ANSWER), "r")
    thin = {"schema_version": "1.0", "verdict": "ml", "approach": "classical"}
    (result,) = read_results(json.dumps(thin), "r").items
    assert result.probability is None
    assert (result.candidates, result.costs, result.profile) == ((), {}, {})


def paths(content, path=()):
    """Yield the path of every value."""
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for part, child in children:
        yield (*path, part)
        yield from paths(child, (*path, part))


PLACES = [(content, path) for content in (ANSWER, MEASUREMENT) for path in paths(content)]
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
VALUES = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=3), LEAVES, max_size=2)


@given(st.integers(0, len(PLACES) - 1), VALUES)
def test_whatever_a_value_becomes_the_result_is_read_or_refused_by_path(place, value):
    content, path = PLACES[place]
    problems = []
    try:
        read_results(json.dumps(changed(content, path, value)), "r.json")
    except InputError as error:
        problems = error.problems
    assert [problem.field for problem in problems if not problem.field.startswith(str(path[0]))] == []


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(InputError):
        read_results(text, "r.json")


def test_all_problems_are_told_at_once_with_their_paths():
    broken = changed(ANSWER, ("approaches", 0, "points"), "many")
    broken = changed(broken, ("candidates", 1, "estimate", "p95_ms"), None)
    broken = changed(broken, ("plan",), {"step": 1})
    broken = changed(broken, ("stability",), True)
    del broken["candidates"][0]["estimate"]["size_mb"]
    assert refusal(broken).splitlines() == [
        "r.json: error: stability: expected a number, found true",
        "r.json: error: approaches[0].points: expected a number, found 'many'",
        "r.json: error: candidates[0].estimate.size_mb: missing",
        "r.json: error: candidates[1].estimate.p95_ms: expected a number, found nothing",
        "r.json: error: plan: expected an array, found a mapping",
    ]


def test_in_an_array_the_path_begins_with_the_place():
    assert refusal([ANSWER, {**MEASUREMENT, "verdict": 3}]) == "r.json: error: [1].verdict: expected text, found 3"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "r.json:1:1: error: empty; give the output of --format json"),
        ("{", "not JSON: it ends in the middle, as if it had been cut off"),
        ('{"a": NaN}', "r.json: error: NaN is not JSON"),
        ('{"a": 1, "a": 2}', "duplicate key 'a' in one object"),
        ("[" * 100_000, "nested too deeply for a result"),
        ('{"a": ' + "9" * 5000 + "}", "r.json: error: Exceeds the limit"),
        ("[]", "an empty array holds no result; print one with --format json"),
        ("3", "a result must be an object, not 3"),
        ("[[]]", "[0]: a result must be an object, not a list"),
        ({"a": 1}, "not a result of advisor recommend or advisor baseline; print one with --format json"),
        ({"approach": None}, "schema_version: missing"),
        ({"approach": None, "schema_version": 1}, "expected text such as '1.0', found 1"),
        ({"approach": None, "schema_version": "1.0"}, "r.json: error: verdict: missing"),
        ({**ANSWER, "probability": 10**400}, "probability: expected a number, found 1000"),
        (json.dumps({**ANSWER, "stability": "?"}).replace('"?"', "1e999"), "stability: expected a number, found inf"),
    ],
)
def test_what_is_no_result_is_refused(content, complaint):
    assert complaint in refusal(content)


@pytest.mark.parametrize("content", [ANSWER, MEASUREMENT], ids=["recommend", "baseline"])
@pytest.mark.parametrize("version", ["0.9", "2.0", "10.0", "x"])
def test_another_major_version_is_refused(content, version):
    assert refusal({**content, "schema_version": version}) == (
        f"r.json: error: schema_version: '{version}' cannot be read by this version; "
        "this version of advisor reads 1.x: use the version that printed it, or print it again"
    )


def test_after_a_hundred_problems_reading_ends():
    broken = {**ANSWER, "plan": [3] * 500}
    lines = refusal(broken).splitlines()
    assert len(lines) == 101
    assert lines[-1] == "r.json: error: more problems follow; the first 100 are shown"


@pytest.mark.parametrize(
    ("content", "path", "complaint"),
    [
        (ANSWER, ("approach",), "approach: unknown value 'warp'; one of none, classical, hybrid, transfer, deep"),
        (ANSWER, ("approaches", 0, "id"), "approaches[0].id: unknown value 'warp'; one of none, classical"),
        (ANSWER, ("verdict",), "verdict: unknown value 'warp'; one of ml, dl, hybrid, none, toss-up, infeasible"),
        (MEASUREMENT, ("models", 0, "family"), "models[0].family: unknown value 'warp'; one of ml, dl, hybrid"),
        (MEASUREMENT, ("verdict",), "verdict: unknown value 'warp'; one of ml, dl, equal, undecided"),
    ],
)
def test_a_word_that_means_nothing_is_refused(content, path, complaint):
    assert complaint in refusal(changed(content, path, "warp"))


def test_points_of_an_approach_that_does_not_exist_are_refused():
    assert "reasons[0].points: unknown value 'warp'" in refusal(changed(ANSWER, ("reasons", 0, "points"), {"warp": 1}))


def test_one_key_twice_among_many_is_found_at_once():
    keys = ",".join(f'"k{place}": 1' for place in range(30_000))
    began = time.process_time()
    assert "duplicate key 'k29999' in one object" in refusal(f'{{{keys}, "k29999": 2}}')
    assert time.process_time() - began < 2


def test_an_interval_has_two_ends():
    broken = changed(MEASUREMENT, ("comparison", "ci95"), [1.0])
    assert refusal(broken) == "r.json: error: comparison.ci95: expected an array of 2, found a list"
