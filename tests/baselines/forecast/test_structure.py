"""`advisor baseline` on series, from the file to the saved model."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest

from advisor import Options, run_baseline
from advisor.baselines.structures import structure
from advisor.profile.drafting import fields_from_data
from advisor.render import View, render
from tests.baselines.forecast.files import daily_file, read, walk, weekly

ASKED = ("--target", "sold", "--time", "day")


def test_a_profile_is_drafted_from_a_forecast(tmp_path):
    described = read(daily_file(tmp_path / "d.csv", weekly())).described._replace(structure="forecast")
    assert fields_from_data(described) == {"task": "forecasting", "data.structure": "time-series", "data.rows": 400}


def test_what_is_saved_can_be_written_as_json(tmp_path):
    prepared = read(daily_file(tmp_path / "d.csv", weekly()))
    options = Options(target="sold", time="day", horizon=7)
    saved = json.loads(json.dumps(structure("forecast").saved(prepared.source, prepared.dataset, options)))
    assert saved["traits"] == {"horizon": 7, "seasons": [7], "window": 14, "logged": False}
    assert saved["grid"] == {"unit": "nanoseconds", "step": 86400e9, "start": 0.0}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--horizon", "0"), "'0' is neither a number of steps, from 1 on, nor auto"),
        (("--horizon", "soon"), "'soon' is neither a number of steps, from 1 on, nor auto"),
        (("--horizon", "300"), "--horizon 300: too far for series of 400 times"),
        (("--horizon", "7", "--series", "shop"), "there is no column 'shop'; the columns are: day, sold"),
        (("--series", "sold"), "--series: only forecasts have series; add --horizon N"),
    ],
)
def test_mistakes_in_the_request_are_refused(tmp_path, advisor, arguments, message):
    daily_file(tmp_path / "sales.csv", weekly())
    done = advisor("baseline", "sales.csv", *ASKED, *arguments)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_on_a_walk_no_network_pays_and_nothing_is_learnt(tmp_path, advisor):
    daily_file(tmp_path / "walk.csv", walk(900))
    few = "last-value,theta,lag-ridge,lag-boosting,dlinear"
    asked = ("--horizon", "7", "--only", few, "--budget", "90", "--quiet", "--format", "json")
    result = json.loads(advisor("baseline", "walk.csv", *ASKED, *asked).stdout)
    assert result["pays"]["answer"] in ("no", "open")
    assert result["comparison"]["beats_dummy"] is not True
    assert result["verdict"] != "dl"


@pytest.mark.slow
def test_the_command_measures_reports_saves_and_replays_forecasts(tmp_path, environment):
    values = weekly(500)
    daily_file(tmp_path / "sales.csv", values[:-7], order=np.random.default_rng(0).permutation(493))

    def run(*command):
        done = subprocess.run(
            [sys.executable, *command], capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    few = "last-value,theta,lag-ridge,dlinear"
    asked = (*ASKED, "--horizon", "7", "--only", few, "--budget", "240", "--quiet", "--save", "winner")
    run("-m", "advisor", "baseline", "sales.csv", *asked, "-o", "result.json", "--format", "json")
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    scores = {row["id"]: row["score"] for row in result["models"]}
    assert (result["dataset"]["structure"], result["dataset"]["task"]) == ("forecast", "forecasting")
    assert (result["protocol"]["split"], result["protocol"]["metric"]["name"]) == ("rolling-origin", "mase")
    assert result["protocol"]["rope"] == pytest.approx(0.02 * scores["naive"], rel=1e-4)
    assert result["comparison"]["beats_dummy"] is True
    assert min(scores["theta"], scores["lag-ridge"]) < scores["naive"] < scores["last-value"]

    again = run_baseline(tmp_path / "sales.csv", Options(), replayed=result)
    recorded = {row["id"]: row["fold_scores"] for row in result["models"]}
    assert all(row.fold_scores == pytest.approx(recorded[row.id], rel=1e-4) for row in again.models)
    shown = {form: render("baseline", form, again, View(explain=True)) for form in ("text", "markdown", "html")}
    shown = {form: " ".join(report.replace("</", " </").split()) for form, report in shown.items()}
    assert all("MASE" in report for report in shown.values())
    assert "Read as forecast (`7 steps ahead`), as asked for; leaving out --horizon changes that." in shown["text"]
    assert "Forecasts are tested at 21 origins that do not overlap." in shown["text"]
    assert "autocorrelation" in shown["text"]

    (row, *rest) = csv.DictReader(run("winner/predict.py", "sales.csv").splitlines())
    assert (row["day"], len(rest)) == ("2024-05-08", 6)
    predicted = np.array([float(one["prediction"]) for one in (row, *rest)])
    np.testing.assert_allclose(predicted, values[-7:], atol=5)


@pytest.mark.slow
def test_fewer_than_eight_origins_answer_nothing(tmp_path, advisor):
    daily_file(tmp_path / "short.csv", weekly(140))
    asked = ("--horizon", "14", "--only", "theta,dlinear", "--budget", "90", "--quiet", "--format", "json")
    result = json.loads(advisor("baseline", "short.csv", *ASKED, *asked).stdout)
    assert (result["pays"]["answer"], result["verdict"]) == ("open", "undecided")
    assert result["comparison"]["difference"] is not None
    assert result["pays"]["settles"] is None
    (check,) = result["checks"]
    assert (check["id"], check["suggestion"]) == ("tiny-data", "collect more, or forecast fewer steps: --horizon 8")
    assert check["message"].startswith("only 5 forecasts of 14 steps can be tested without overlap")
    assert "forecasts are tested at 5 origins that do not overlap; fewer than 8 are too few for an answer" in str(
        result["protocol"]["notes"]
    )
