"""JSON of a baseline is the contract: keys, their order, numbers, and a schema that says the same."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from advisor.cli.schema import schema_of
from advisor.render import View, render
from advisor.render.baseline.json import BASELINE
from advisor.render.schema import baseline_schema
from tests.render.baseline_samples import (
    SAMPLES,
    changed,
    failures,
    hostile,
    hybrid_win,
    made,
    network_win,
    open_answer,
    scored,
)

KEYS = [
    "schema_version",
    "tool",
    "dataset",
    "checks",
    "protocol",
    "models",
    "comparison",
    "verdict",
    "verdict_reason",
    "prefer",
    "learning_curve",
    "elapsed_s",
    "interrupted",
    "saved",
    "recommendation",
    "pays",
    "pretrained",
]
DATASET = ["path", "sha256", "rows", "rows_used", "columns", "target", "task", "task_reason", "sampled"]
PROTOCOL = ["metric", "folds", "repeats", "split", "seed", "budget_s", "rope", "jobs"]
MODEL = [
    "id",
    "family",
    "status",
    "score",
    "ci95",
    "fold_scores",
    "fit_s",
    "predict_ms",
    "size_mb",
    "peak_rss_mb",
    "note",
]
COMPARISON = [
    "best_ml", "best_dl", "difference", "ci95", "p_ml_better", "p_equal", "p_dl_better", "beats_dummy",
]  # fmt: skip


def shown(result, **view):
    return render("baseline", "json", result, View(**view))


def parsed(result):
    def refuse(name):
        raise AssertionError(f"{name} is not JSON")

    return json.loads(shown(result), parse_constant=refuse)


@pytest.fixture(scope="module")
def validator():
    Draft202012Validator.check_schema(baseline_schema())
    return Draft202012Validator(baseline_schema())


def test_keys_and_their_order_are_those_of_the_contract():
    result = parsed(network_win())
    assert list(result) == KEYS
    assert list(result["dataset"]) == [
        *DATASET,
        "classes",
        "class_shares",
        "positive",
        "decisions",
        "columns_read",
        "structure",
        "target_reason",
        "stopped_after",
    ]
    assert list(result["dataset"]["decisions"][0]) == ["what", "value", "why", "flag"]
    assert list(result["dataset"]["columns_read"][0]) == ["name", "kind", "role", "why", "missing", "distinct"]
    assert list(result["protocol"]) == [
        *PROTOCOL, "rows", "options", "plan", "notes", "precision", "threads", "screening_rows",
            "training_rows", "contenders",
    ]  # fmt: skip
    assert list(result["protocol"]["metric"]) == ["name", "greater_is_better"]
    assert list(result["protocol"]["plan"][0]) == [
        "model", "repeat", "fold", "rows", "steps", "status", "stage", "second_fold",
    ]  # fmt: skip
    assert list(result["models"][0]) == [
        *MODEL, "title", "violates", "approach", "role", "rows", "rows_tested", "folds",
    ]  # fmt: skip
    assert list(result["models"][0]["predict_ms"]) == ["p50", "p95", "batch_per_row", "model_p50", "model_p95"]
    assert list(result["comparison"]) == [*COMPARISON, "pairs", "stopped", "advised_ml", "advised_dl"]
    pays = parsed(hybrid_win())["pays"]
    assert list(pays) == [
        "answer", "probability", "probability_from_data_alone", "published", "margin", "hybrid", "because", "settles",
    ]  # fmt: skip
    assert list(pays["published"]) == ["structure", "approach", "source", "data_sets"]
    assert pays["margin"] == {"value": 39.9, "unit": "rmse", "from": "rope"}
    assert pays["hybrid"] == {"probability": 0.967}
    assert parsed(open_answer())["pays"]["settles"] == {"minutes": 11.2, "rows": 8732}
    assert list(result["learning_curve"]) == ["sizes", "ml", "dl", "forecast", "note"]
    assert list(parsed(made())["checks"][0]) == ["id", "severity", "column", "message", "suggestion"]


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_meet_the_schema(name, validator):
    validator.validate(parsed(SAMPLES[name]()))


def test_every_key_is_required_and_may_be_joined_by_more(validator):
    schema = baseline_schema()
    assert schema["required"] == list(schema["properties"]) == [key.name for key in BASELINE] == KEYS
    result = parsed(network_win())
    for part in (result, result["dataset"], result["protocol"], result["models"][0], result["learning_curve"]):
        part["later"] = 1
    validator.validate(result)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("maybe", ("verdict",)),
        ("maybe", ("prefer",)),
        (None, ("dataset", "rows")),
        (1.5, ("dataset", "columns_read", 0, "missing")),
        ("odd", ("dataset", "columns_read", 0, "role")),
        ("broken", ("models", 0, "status")),
        ([0.1], ("models", 0, "ci95")),
        ("quick", ("models", 0, "fit_s")),
        ("luck", ("checks", 0, "id")),
        ({}, ("comparison",)),
        (-1, ("elapsed_s",)),
        ({"2x": {"rows": 10}}, ("learning_curve", "forecast")),
    ],
)
def test_what_is_not_in_the_contract_is_refused(value, path, validator):
    result = parsed(network_win()._replace(checks=made().checks))
    validator.validate(result)
    place = result
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    assert not validator.is_valid(result)


def test_floats_carry_six_significant_digits_and_options_all_of_them():
    result = changed(made(elapsed_s=97.31245678), "protocol", options={"rope": 0.0123456789})
    assert parsed(result)["elapsed_s"] == 97.3125
    assert parsed(result)["protocol"]["options"] == {"rope": 0.0123456789}


def test_what_is_not_a_number_is_null(validator):
    model = scored("xgboost", 0.8, 0.01, fit_s=math.inf, ci95=(math.nan, math.nan), fold_scores=(0.8, math.nan, None))
    result = changed(made(models=(model,)), "protocol", budget_s=math.inf)
    found = parsed(result)
    validator.validate(found)
    assert found["models"][0]["fit_s"] is None
    assert found["models"][0]["ci95"] == [None, None]
    assert found["models"][0]["fold_scores"] == [0.8, None, None]
    assert found["protocol"]["budget_s"] is None


def test_models_without_a_score_have_their_row():
    rows = {row["id"]: row for row in parsed(failures())["models"]}
    assert len(rows) == len(failures().models)
    assert rows["forest"] == {
        "id": "forest",
        "family": "ml",
        "status": "out-of-memory",
        "score": None,
        "ci95": None,
        "fold_scores": [],
        "fit_s": None,
        "predict_ms": None,
        "size_mb": None,
        "peak_rss_mb": None,
        "note": "took more than its 1.5 GB in fold 1; `--memory` raises the limit",
        "title": "Random forest",
        "violates": [],
        "approach": "classical",
        "role": "",
        "rows": 0,
        "rows_tested": 0,
        "folds": 0,
    }
    assert rows["linear"]["fold_scores"] == [0.84, None, 0.83, None, 0.85]


def test_names_come_back_as_they_were_even_half_a_character():
    text = shown(hostile())
    text.encode()
    names = [row["name"] for row in json.loads(text)["dataset"]["columns_read"]]
    assert names == [row.name for row in hostile().dataset.columns_read]
    assert "größe (m²) 😀" in text


def test_the_same_result_gives_the_same_bytes_whatever_the_view():
    for make in SAMPLES.values():
        assert shown(make()) == shown(make(), width=20, color=True, explain=True)
        assert shown(make()).startswith('{\n  "schema_version": "1.0",\n')
        assert shown(make()).endswith("}\n")


@pytest.mark.slow
def test_json_does_not_load_rich():
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r}); from baseline_samples import made;"
        "from advisor.render import View, render; render('baseline', 'json', made(), View());"
        "sys.exit(any(name in sys.modules for name in ('rich', 'numpy', 'pandas', 'sklearn', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_command_prints_the_schema(advisor):
    assert json.loads(advisor("schema", "baseline").stdout) == schema_of("baseline")
