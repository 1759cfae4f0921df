"""`advisor baseline` on texts, from the file to the saved model."""

import csv
import json
import subprocess
import sys

import pytest

from advisor.baselines.options import Options
from advisor.baselines.prepared import prepared_data
from tests.baselines.text.messages import messages, write

ROWS = messages(120)


def checks(path, **options):
    return {check.id: check for check in prepared_data(path, Options("team", **options)).checks}


def test_texts_that_differ_in_case_and_punctuation_stay_in_one_fold(tmp_path):
    shouted = [(message.upper().rstrip(".") + "!!", team) for message, team in ROWS[:30]]
    path = write(tmp_path / "t.csv", [*ROWS, *shouted], ("message", "team"))
    dataset = prepared_data(path, Options("team")).dataset
    groups = dataset.duplicate_groups
    assert groups[:30].tolist() == groups[120:].tolist()
    assert len(set(groups)) == 120


def test_one_text_with_two_labels_sets_a_ceiling(tmp_path):
    other = {"billing": "technical", "technical": "billing"}
    path = write(tmp_path / "t.csv", [*ROWS, *((m, other[t]) for m, t in ROWS[:10])], ("message", "team"))
    found = checks(path)["conflicting-labels"]
    assert found.severity == "warning"
    assert found.message == (
        "the same text has different labels: no model of the text can be right in more than 120 of 130 rows"
    )


def test_clean_texts_have_no_conflict(tmp_path):
    assert "conflicting-labels" not in checks(write(tmp_path / "t.csv", ROWS, ("message", "team")))


@pytest.mark.slow
def test_the_command_measures_saves_and_replays_texts(tmp_path, environment):
    write(tmp_path / "tickets.csv", ROWS, ("message", "team"))

    def advisor(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "advisor", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    asked = (
        "--only",
        "tfidf-linear,nb-linear,ngram-bag",
        "--folds",
        "2",
        "--repeats",
        "1",
        "--budget",
        "90",
        "--quiet",
    )
    shown = advisor("baseline", "tickets.csv", "--target", "team", *asked, "--save", "winner", "-o", "result.json")
    assert shown == ""
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert result["dataset"]["structure"] == "text"
    assert {row["id"]: row["status"] for row in result["models"] if row["family"] == "ml"}["tfidf-linear"] == "ok"
    text = " ".join(advisor("baseline", "tickets.csv", "--replay", "result.json", "--quiet", "--full").split())
    assert "Read as text (`message`), because it holds running text, 11 words a row; --structure tabular" in text

    write(tmp_path / "new.csv", [("My card was charged twice, I want a refund of the amount",)], ("message",))
    done = subprocess.run(
        [sys.executable, "winner/predict.py", "new.csv"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert row["prediction"] == "billing"


@pytest.mark.slow
def test_a_wrong_structure_is_a_mistake_in_the_request(tmp_path, advisor):
    write(tmp_path / "tickets.csv", ROWS, ("message", "team"))
    done = advisor("baseline", "tickets.csv", "--target", "team", "--structure", "texts")
    assert done.returncode == 2
    assert "unknown structure 'texts'; did you mean 'text'?" in done.stderr
