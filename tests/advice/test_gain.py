"""The chance that a network pays: the curves of the catalogue, where they speak, and entries that cannot be used."""

import math
import re
from pathlib import Path

import pytest
import yaml

from advisor.advice.catalogue import catalogue_problems
from advisor.advice.gain import chance_of, curve_problems, gain, margin_of
from advisor.profile.facts import derive_facts

RULES = Path(__file__).resolve().parent.parent.parent / "rules" / "catalogue" / "gains.yaml"
CURVES = yaml.safe_load(RULES.read_text("utf-8"))
TABLES = next(curve for curve in CURVES if curve["id"] == "networks-on-tables")


def told(**values):
    fields = {"task": "classification", "data.structure": "tabular"} | {
        key.replace("__", "."): value for key, value in values.items()
    }
    return gain(derive_facts(fields), CURVES)


def test_a_table_of_the_usual_size_has_the_base_rate():
    found = told(data__rows=5000)
    assert found.p_dl_better == pytest.approx(1 / (1 + math.exp(-TABLES["intercept"])))
    assert TABLES["interval"][0] < found.p_dl_better < TABLES["interval"][1]
    assert found.margin == 0.01


def test_more_rows_help_the_network_a_little_and_nothing_jumps_where_the_margin_changes():
    chances = [told(data__rows=rows).p_dl_better for rows in (100, 500, 2999, 3000, 500_000, 10**9)]
    assert chances == sorted(chances)
    assert chances[0] == chances[1]
    assert chances[-1] == chances[-2]
    assert chances[3] - chances[2] < 1e-4
    assert chances[-1] - chances[0] < 0.1


@pytest.mark.parametrize(("rows", "margin"), [(1, 0.05), (2999, 0.05), (3000, 0.01), (None, 0.01)])
def test_below_3000_rows_one_percent_is_noise(rows, margin):
    assert margin_of(TABLES, {} if rows is None else {"data.examples": rows}) == margin


def test_without_a_number_of_rows_the_base_rate_stands():
    assert told().p_dl_better == told(data__rows=5000).p_dl_better


def test_foundation_models_stand_apart_and_fall_with_the_rows():
    few, many = told(data__rows=1200).foundation, told(data__rows=200_000).foundation
    assert few.p_better == pytest.approx(0.711, abs=0.005)
    assert many.p_better == pytest.approx(0.39, abs=0.02)
    assert "later TabPFN weights are not" in few.licence
    assert told(data__rows=1200).p_dl_better == pytest.approx(0.28, abs=0.02)


def test_pretrained_networks_give_no_figure_where_their_weights_may_not_be_used():
    forbidden = {"deployment__pretrained_weights": False}
    assert told(data__rows=1200, **forbidden).foundation is None
    assert told(data__structure="image", **forbidden) is None
    assert told(data__structure="image") is not None


def test_texts_have_a_figure_only_for_as_many_labels_as_were_tried():
    def of(labelled, classes=2):
        return told(data__structure="text", data__labelled=labelled, data__classes=classes)

    assert of(16).p_dl_better == pytest.approx(0.81, abs=0.01)
    assert of(6) is None
    assert of(2000) is None
    assert told(data__structure="text", data__rows=16) is None


@pytest.mark.parametrize(
    ("task", "structure"), [("clustering", "tabular"), ("classification", "graph"), ("forecasting", "time-series")]
)
def test_where_no_results_speak_there_is_no_figure(task, structure):
    assert gain({"task": task, "data.structure": structure, "data.examples": 1000}, CURVES) is None


def test_a_curve_is_a_logistic_function_of_doublings():
    curve = TABLES | {"intercept": 0.0, "per_doubling": math.log(2), "at": 1000, "range": [1, 10**6]}
    assert chance_of(curve, {"data.examples": 2000}) == pytest.approx(2 / 3)
    assert chance_of(curve, {"data.examples": 250}) == pytest.approx(1 / 5)


def test_every_curve_states_its_data_and_can_be_used():
    known = {entry["id"] for entry in yaml.safe_load((RULES.parent / "sources.yaml").read_text("utf-8"))}
    assert [problem for curve in CURVES for problem in curve_problems(curve, known)] == []
    for curve in CURVES:
        low, high = curve["interval"]
        assert low < chance_of(curve, {curve["fact"]: curve["at"]}) < high
        assert set(curve["n"]) == {"datasets", "benchmarks"}
        assert re.fullmatch(r"\d{4}-\d{2}", curve["date"])
        assert curve["because"].endswith(".")


BROKEN = {
    "intercept": "high",
    "per_doubling": math.inf,
    "range": [5000],
    "at": 0,
    "outside": "maybe",
    "margins": [{"from": 10, "margin": 0.1}],
    "sd": {"intercept": 0, "per_doubling": 1},
    "network": "cnn",
    "tasks": ["clasification"],
    "structures": "tabular",
    "fact": "task",
    "sources": ["nobody-2000"],
    "because": 7,
    "wins": [0.3],
}


@pytest.mark.parametrize("key", BROKEN)
def test_an_entry_that_cannot_be_used_is_told(key):
    assert len(list(curve_problems(TABLES | {key: BROKEN[key]}, {"talent-2024", *TABLES["sources"]}))) == 1


@pytest.mark.parametrize("entry", [None, [], {"id": "x"}, {"id": "x", "at": [1], "wins": [0.5]}])
def test_entries_of_another_shape_are_told(entry):
    assert len(list(curve_problems(entry))) == 1


def test_lint_tells_of_gains(tmp_path):
    data = {"gains": [TABLES | {"outside": "maybe"}], "sources": []}
    found = catalogue_problems(data)
    assert "catalogue/gains: networks-on-tables: outside is not one of level, unknown" in found
    assert "catalogue/gains: networks-on-tables: unknown source talent-2024" in found


def test_unusable_gains_of_a_folder_are_an_error_and_not_a_crash(advisor, tmp_path):
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "gains.yaml").write_text("- {id: networks-on-tables, at: [1], wins: [0.5]}\n")
    result = advisor("recommend", "-", "--rules", ".", stdin="task: classification\ndata: {structure: tabular}\n")
    assert (result.returncode, result.stdout) == (2, "")
    assert "catalogue/gains.yaml: error: networks-on-tables: missing [" in result.stderr
