"""A result that is replayed is data: it is checked like the command line, and runs no code that nobody names."""

import copy
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.baseline import run_baseline
from advisor.baselines.errors import DataError
from advisor.baselines.options import Options
from advisor.baselines.running.replay import recorded_result
from advisor.source.problems import InputError
from tests.bounds import examples

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "baseline" / "equal.json"
RESULT = json.loads(GOLDEN.read_text("utf-8"))
RESULT["protocol"]["options"] = Options("Churn").recorded()
RESULT = json.loads(json.dumps(RESULT))


def changed(path, value):
    """Return a copy of the result with the value at a path replaced."""
    result = copy.deepcopy(RESULT)
    place = result
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return result


def paths(content, path):
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for part, child in children:
        yield (*path, part)
        yield from paths(child, (*path, part))


OPTIONS = sorted(paths(RESULT["protocol"]["options"], ("protocol", "options")))
PLACES = [*paths(RESULT["protocol"], ("protocol",)), *OPTIONS * 20]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
VALUES = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=3), LEAVES, max_size=2)


def test_a_record_is_read_as_it_was_asked():
    recorded = recorded_result(RESULT, "r.json")
    assert recorded.options == Options("Churn", budget_s=120.0, jobs=2)
    assert len(recorded.fits) == len(RESULT["protocol"]["plan"])


@pytest.mark.parametrize("path", OPTIONS, ids=lambda path: ".".join(path[1:]))
def test_an_option_of_another_type_is_refused_at_its_place(path):
    with pytest.raises(InputError) as caught:
        recorded_result(changed(path, {"a": [1]}), "r.json")
    assert {problem.field.removesuffix(".a") for problem in caught.value.problems} == {".".join(path)}


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("options.folds", 1, "1 is not a whole number from 2 to 20"),
        ("options.repeats", 3, "3 is not one of 1, 2, 5"),
        ("options.task", "guessing", "'guessing' is not one of classification, binary, multiclass, regression"),
        ("options.rope", -0.5, "-0.5 is below 0"),
        ("options.save", "folder", "a result cannot decide this"),
        ("options.pretrained", ["folder"], "a result cannot decide this"),
        ("options.colour", "red", "unknown key; known: "),
        ("options.reading.kinds", {"a": "odd"}, "'odd' is not one of numeric, categorical, text, date"),
        ("jobs", 10**12, "1000000000000 is not a whole number from 1 to 256"),
        ("budget_s", None, "nan is not a time of at most a week"),
        ("precision", "float1", "'float1' is not one of float32, bfloat16"),
        ("training_rows", -5, "-5 is not a whole number from 1 to"),
        ("plan.3.fold", 5, "5 is not a whole number from 0 to 4"),
        ("plan.3.status", "fine", "unknown value 'fine'; one of ok, timed-out"),
        ("plan.3.stage", "screen", "nothing is not a whole number from 1 to"),
        ("plan.3.model", 7, "expected text, found 7"),
    ],
)
def test_what_the_command_line_would_not_take_is_refused(path, value, complaint):
    place = tuple(int(part) if part.isdecimal() else part for part in ("protocol", *path.split(".")))
    with pytest.raises(InputError) as caught:
        recorded_result(changed(place, value), "r.json")
    assert str(caught.value).startswith("r.json: error: protocol.")
    assert complaint in str(caught.value)


@examples(400)
@given(st.sampled_from(PLACES), VALUES)
def test_whatever_a_record_holds_is_read_or_refused_with_its_place(path, value):
    problems = []
    try:
        recorded_result(changed(path, value), "r.json")
    except InputError as error:
        problems = error.problems
    assert [one.field for one in problems if not one.field.startswith("protocol")] == []


def test_no_code_runs_that_only_a_result_names(tmp_path, monkeypatch):
    (tmp_path / "planted.py").write_text("raise SystemExit('ran')\n")
    monkeypatch.syspath_prepend(tmp_path)
    data = tmp_path / "data.csv"
    data.write_text("a,y\n" + "1,no\n2,yes\n" * 20)
    planted = changed(("protocol", "options", "extra"), ["planted:Model"])
    with pytest.raises(DataError, match="runs only where it is named: give --model planted:Model"):
        run_baseline(data, Options(), replayed=planted)
    with pytest.raises(DataError, match="--model: the recorded result was measured without models of your own"):
        run_baseline(data, Options(extra=("planted:Model",)), replayed=RESULT)
    assert "planted" not in sys.modules
