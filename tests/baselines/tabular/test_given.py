"""Predictions that were made elsewhere: read from a column, and judged on the same rows as the models."""

import csv
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.given import given_predictions
from advisor.baselines.tabular.task import Task

TWO = Task("binary", "has two values", ("no", "yes"))
NUMBERED = Task("binary", "has two values", ("0", "1"))
THREE = Task("multiclass", "has three values", ("a", "b", "c"))
AMOUNT = Task("regression", "is a number", ())


def column(values):
    return pd.Series(values, name="old model")


def test_amounts_classes_and_probabilities_are_told_apart():
    np.testing.assert_array_equal(given_predictions(column([1.5, -2.0]), AMOUNT), [1.5, -2.0])
    np.testing.assert_array_equal(given_predictions(column(["yes", "no"]), TWO), [1, 0])
    np.testing.assert_array_equal(given_predictions(column([1.0, 0.0]), NUMBERED), [1, 0])
    np.testing.assert_array_equal(given_predictions(column([0.25, 1.0]), NUMBERED), [[0.75, 0.25], [0.0, 1.0]])
    np.testing.assert_array_equal(given_predictions(column([0.25, 1.0]), TWO), [[0.75, 0.25], [0.0, 1.0]])
    np.testing.assert_array_equal(given_predictions(column(["c", "a"]), THREE), [2, 0])


@pytest.mark.parametrize(
    ("values", "task", "said"),
    [
        ([1.0, None], AMOUNT, "1 of 2 rows have no prediction; fill these in or remove them"),
        ([1.0, np.inf], AMOUNT, "the predictions of amounts have to be numbers"),
        (["1", "x"], AMOUNT, "the predictions of amounts have to be numbers"),
        ([0.2, 1.2], TWO, "have to be classes (no, yes) or probabilities of yes from 0 to 1, and '0.2' is neither"),
        (["yes", "maybe"], TWO, "and 'maybe' is neither"),
        ([0.2, 0.8], THREE, "the predictions have to be classes (a, b, c), and '0.2' is none of them"),
    ],
)
def test_what_is_no_prediction_is_refused_with_the_flag(values, task, said):
    with pytest.raises(DataError) as refused:
        given_predictions(column(values), task)
    assert str(refused.value).startswith("--predictions 'old model': ")
    assert said in str(refused.value)


@pytest.mark.slow
def test_an_incumbent_is_judged_on_the_rows_of_the_models_and_no_feature_of_them(tmp_path, environment):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 4))
    bought = (features @ [1.5, 1.0, 0.5, 0.0] + rng.normal(size=400) > 0).astype(int)
    old = cross_val_predict(LogisticRegression(), features[:, 2:], bought, method="predict_proba")[:, 1]
    with (tmp_path / "sales.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b", "c", "d", "old", "seen", "bought"])
        seen = np.where(bought == 1, 0.99, 0.01)
        writer.writerows(zip(*features.round(4).T, old.round(4), seen, bought, strict=True))
    command = [sys.executable, "-m", "advisor", "baseline", "sales.csv", "--quiet"]
    asked = [
        "--target",
        "bought",
        "--predictions",
        "old",
        "--predictions",
        "seen",
        "--only",
        "linear,mlp",
        "--repeats",
        "1",
    ]

    def ran(*more):
        done = subprocess.run(
            [*command, *more], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    text = ran(*asked, "--budget", "12s", "--format", "json")
    (tmp_path / "result.json").write_text(text)
    result = json.loads(text)
    rows = {row["id"]: row for row in result["models"]}
    assert rows["predictions:old"]["family"] == "reference"
    assert rows["predictions:old"]["score"] < rows["linear"]["score"] - 0.05
    assert rows["predictions:seen"]["score"] == 1.0
    roles = {row["name"]: row["role"] for row in result["dataset"]["columns_read"]}
    assert (roles["old"], roles["seen"], roles["a"]) == ("prediction", "prediction", "feature")
    pairs = {(row["first"], row["second"]): row["verdict"] for row in result["comparison"]["pairs"]}
    assert pairs["predictions:old", "ml"] == "second"
    assert [(check["id"], check["column"]) for check in result["checks"]] == [("suspicious-score", "seen")]

    shown = " ".join(ran("--replay", "result.json", "--full").split())
    assert "Predictions in old: worse than the best classical model by 0." in shown
    assert "Predictions in seen are nearly perfect (ROC AUC 1), as they are where a model has seen the rows" in shown
