"""Series measured from the command line, saved, replayed and predicted anew, as a user does it."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor import Options, run_baseline
from advisor.render import View, render
from tests.baselines.series.made import ts_text, waves, write_ts, write_wide

pytestmark = pytest.mark.slow
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def ran(*words, cwd):
    done = subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def predicted(script, data, cwd):
    rows = list(csv.DictReader(io.StringIO(ran(script, data, cwd=cwd))))
    assert all(abs(sum(float(row[f"p({name})"]) for name in "01") - 1) < 1e-9 for row in rows)
    return np.array([int(row["prediction"]) for row in rows])


def test_a_folder_of_series_is_measured_saved_replayed_and_predicted(tmp_path):
    series, classes = waves(120)
    (tmp_path / "made").mkdir()
    write_ts(tmp_path / "made" / "Made_TRAIN.ts", series[:50], classes[:50])
    write_ts(tmp_path / "made" / "Made_TEST.ts", series[50:], classes[50:])
    asked = ("-m", "advisor", "baseline", "made", "--quiet", "--format", "json")
    few = ("--only", "minirocket,quant", "--repeats", "1", "--budget", "90s")
    text = ran(*asked, *few, "--save", "winner", cwd=tmp_path)
    result = json.loads(text)
    scores = {row["id"]: row["score"] for row in result["models"]}
    assert (result["dataset"]["structure"], result["dataset"]["rows"]) == ("time-series", 120)
    assert scores["minirocket"] > 0.97
    assert scores["quant"] > 0.97

    (tmp_path / "result.json").write_text(text, encoding="utf-8")
    again = json.loads(ran(*asked, "--replay", "result.json", cwd=tmp_path))
    assert [row["fold_scores"] for row in again["models"]] == [row["fold_scores"] for row in result["models"]]

    later, truth = waves(40, seed=9)
    unlabelled = ts_text([one[:, :40] for one in later], ["?"] * 40).replace("true ?", "false").replace(":?", "")
    (tmp_path / "shorter.ts").write_text(unlabelled, encoding="utf-8")
    assert (predicted("winner/predict.py", "shorter.ts", tmp_path) == truth).mean() > 0.9


def test_few_series_of_a_table_leave_it_open(tmp_path):
    series, classes = waves(60)
    write_wide(tmp_path / "wide.csv", series, classes, beside="id")
    words = ("-m", "advisor", "baseline", "wide.csv", "--quiet", "--format", "json", "--budget", "15s")
    few = ("--only", "minirocket,fcn", "--folds", "2", "--repeats", "1")
    result = json.loads(ran(*words, *few, cwd=tmp_path))
    assert (result["dataset"]["structure"], result["pays"]["answer"]) == ("time-series", "open")
    if result["pays"]["probability"] is not None:  # on a busy machine the network may not finish
        assert result["pays"]["published"]["structure"] == "time-series"


@pytest.mark.skipif(not (DATA / "ts_BasicMotions").exists(), reason="needs the public data sets")
def test_a_set_of_the_archive_is_measured_in_every_format():
    options = Options(budget_s=90, repeats=1, models=("minirocket", "quant"))
    result = run_baseline(DATA / "ts_BasicMotions", options)
    for style, shown in (("text", "MiniRocket"), ("markdown", "| MiniRocket"), ("html", "MiniRocket")):
        report = render("baseline", style, result, View(full=True))
        assert shown in report
        assert "80 rows, 601 columns" in report
