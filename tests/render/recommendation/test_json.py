"""JSON is the contract: keys, their order, numbers."""

import json
import subprocess
import sys

import pytest

from advisor.render import FORMATS, View, render
from advisor.render.recommendation.json import rounded
from tests.render.support import infeasible, made

KEYS = [
    "schema_version",
    "tool",
    "rules",
    "profile",
    "verdict",
    "approach",
    "probability",
    "confidence",
    "stability",
    "gain",
    "scores",
    "approaches",
    "reasons",
    "undecided",
    "missing",
    "flips",
    "candidates",
    "techniques",
    "costs",
    "plan",
    "warnings",
    "baseline",
    "prior",
    "confirmation",
    "confirmation_reason",
]
ROWS = {
    "approaches": ["id", "family", "probability", "points", "feasible", "excluded_by"],
    "reasons": ["rule", "title", "criterion", "group", "points", "raw_points", "because", "sources"],
    "undecided": ["rule", "needs"],
    "missing": ["field", "could_change_approach", "value"],
    "flips": ["set", "from", "approach"],
    "candidates": ["model", "approach", "library", "why", "estimate", "fits", "violates"],
    "techniques": ["id", "why", "effect"],
    "plan": ["step", "why"],
    "warnings": ["id", "fields", "message"],
}


def shown(results, **view):
    results = results if isinstance(results, list) else [results]
    return render("recommendation", "json", results, View(**view))


def test_keys_and_their_order_are_those_of_the_contract():
    result = json.loads(shown(made()))
    assert list(result) == KEYS
    for name, keys in ROWS.items():
        assert result[name], name
        for row in result[name]:
            assert list(row)[: len(keys)] == keys
    assert list(result["candidates"][0]["estimate"]) == [
        "train_cost_usd", "train_hours", "p95_ms", "size_mb", "energy_kwh",
    ]  # fmt: skip
    assert list(result["scores"]) == ["ml", "dl", "hybrid", "none"]
    assert list(result["tool"]) == ["name", "version"]
    assert list(result["rules"]) == ["version", "sha256", "count"]
    assert list(result["gain"])[:3] == ["p_dl_better", "margin", "because"]
    assert result["schema_version"] == "1.0"
    assert (result["baseline"], result["prior"], result["confirmation"]) == (None, None, None)


def test_extra_keys_stand_behind_those_of_the_contract():
    result = json.loads(shown(made()))
    assert list(result["reasons"][0])[-1] == "exceptions"
    assert list(result["missing"][0])[-1] == "shift"
    assert list(result["plan"][0])[-1] == "topic"


def test_every_reason_has_points_for_all_five_approaches(real):
    for result in (made(), *real.values()):
        for row in json.loads(shown(result))["reasons"]:
            assert list(row["points"]) == ["none", "classical", "hybrid", "transfer", "deep"]


def test_floats_carry_six_significant_digits():
    result = json.loads(shown(made()))
    assert result["probability"] == 0.812346
    assert result["gain"]["p_dl_better"] == 0.333333
    assert result["missing"][0]["value"] == 0.123457


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-0.0, "0.0"),
        (1234567.8, "1234570.0"),
        (7, "7"),
        (True, "true"),
        (1e-9, "1e-09"),
        (2.0, "2.0"),
        (None, "null"),
    ],
)
def test_numbers_round_in_one_way(value, expected):
    assert json.dumps(rounded(value)) == expected


def test_no_negative_zero_is_printed():
    assert "-0.0," not in shown(made())


def test_the_users_own_numbers_keep_every_digit():
    profile = {"task": "regression", "data": {"structure": "tabular"}, "labels": {"cost_usd": 0.123456789}}
    result = json.loads(shown(made(profile=profile)))
    assert result["profile"] == profile
    assert result["flips"][1]["set"] == {"latency.p95_ms": 0.123456789, "team.upkeep": "low"}
    assert result["flips"][1]["from"] == {"latency.p95_ms": None, "team.upkeep": None}


def test_what_is_not_a_number_is_never_printed():
    with pytest.raises(ValueError, match="JSON"):
        shown(made(stability=float("nan")))


def test_one_result_is_an_object_and_several_are_an_array():
    assert isinstance(json.loads(shown(made())), dict)
    assert len(json.loads(shown([made(), made()]))) == 2
    assert len(json.loads(shown(made(), array=True))) == 1


def test_text_is_indented_utf8_with_one_newline_at_the_end():
    text = shown(made(profile={"name": "größe ☃", "task": "regression", "data": {}}))
    assert text.startswith('{\n  "schema_version": "1.0",\n')
    assert "größe ☃" in text
    assert text.endswith("}\n")


def test_the_same_result_gives_the_same_bytes_whatever_the_view(real):
    for result in (made(), *real.values()):
        assert shown(result) == shown(result._replace(), width=20, color=True, explain=True, why_not="deep")


def test_infeasible_leaves_the_answer_empty():
    result = json.loads(shown(infeasible()))
    assert result["verdict"] == "infeasible"
    assert [result[key] for key in ("approach", "probability", "confidence", "stability", "scores")] == [None] * 5
    assert len(result["approaches"]) == 5


@pytest.mark.slow
def test_json_does_not_load_rich():
    code = (
        "import sys; from advisor.render import FORMATS as f, render, View;"
        "render('recommendation', 'json', [], View()); sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_formats_are_registered_by_name():
    assert {"text", "json", "markdown"} <= set(FORMATS["recommendation"])
