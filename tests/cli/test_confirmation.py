"""What a team's CI runs: profile and data in, gate in, exit code out, on data that scikit-learn bundles."""

import json
import signal
import subprocess
import sys
import time

import pytest

# Few models and ample time: what is fitted, and so the verdict, does not depend on how busy the machine is.
MEASURING = ("--target", "target", "--only", "linear,mlp,one-rule", "--repeats", "1", "--budget", "20m", "--quiet")
PROFILES = {
    # boosted trees and networks tie on these cells
    "confirmed": ("load_breast_cancer", "{structure: tabular, rows: 569, labelled: 569, features: 30, classes: 2}"),
    # "we can write the rule down", said of wines that need more than one column
    "contradicted": ("load_wine", "{structure: tabular, rows: 178, labelled: 178, classes: 3, known_rule: true}"),
    # petal length alone comes near, and 150 flowers do not tell whether more is gained
    "inconclusive": ("load_iris", "{structure: tabular, rows: 150, labelled: 150, classes: 3, known_rule: true}"),
}
APPROACHES = {"confirmed": "classical", "contradicted": "none", "inconclusive": "none"}


@pytest.fixture(scope="module")
def project(tmp_path_factory, environment):
    """A folder with a profile and a data set for each case; `run` runs `advisor` there."""
    from sklearn import datasets

    folder = tmp_path_factory.mktemp("project")
    for name, (loader, data) in PROFILES.items():
        getattr(datasets, loader)(as_frame=True).frame.to_csv(folder / f"{name}.csv", index=False)
        text = f"name: {name}-case\ntask: classification\ndata: {data}\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def run(*arguments, stdin=None):
        return subprocess.run(
            [sys.executable, "-m", "advisor", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=folder,
            env=environment,
            timeout=600,
            check=False,
        )

    run.folder = folder
    return run


@pytest.fixture(scope="module", params=list(PROFILES))
def case(request, project):
    """Return a case with its measurement, kept as CASE-baseline.json."""
    name = request.param
    measured = project("baseline", f"{name}.csv", *MEASURING, "--profile", f"{name}.yaml", "--format", "json")
    assert measured.returncode == 0, measured.stderr
    (project.folder / f"{name}-baseline.json").write_text(measured.stdout, encoding="utf-8")
    return name


def test_a_job_measures_recommends_and_gates(project, case):
    done = project("recommend", f"{case}.yaml", "--baseline", f"{case}-baseline.json", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert (answer["confirmation"], answer["prior"]["approach"]) == (case, APPROACHES[case])
    (project.folder / "answer.json").write_text(done.stdout, encoding="utf-8")
    gate = project("check", "answer.json", "--require", "confirmed", "--forbid-check", "leakage")
    assert gate.returncode == (0 if case == "confirmed" else 1)
    assert f"{case}" in gate.stdout
    assert answer["confirmation_reason"]
    assert answer["baseline"] == json.loads((project.folder / f"{case}-baseline.json").read_text("utf-8")) | {
        "recommendation": answer["baseline"]["recommendation"]
    }


def test_the_baseline_says_the_same_of_the_profile(project, case):
    held = json.loads((project.folder / f"{case}-baseline.json").read_text("utf-8"))["recommendation"]
    assert (held["profile"], held["confirmation"], held["prior_approach"]) == (f"{case}-case", case, APPROACHES[case])
    answer = json.loads(
        project("recommend", f"{case}.yaml", "--baseline", f"{case}-baseline.json", "--format", "json").stdout
    )
    assert (held["approach"], held["confirmation_reason"]) == (answer["approach"], answer["confirmation_reason"])


def test_people_read_the_confirmation_first(project, case):
    done = project("recommend", f"{case}.yaml", "--baseline", f"{case}-baseline.json")
    (line,) = [line for line in done.stdout.splitlines()[:6] if line.startswith("  Measured")]
    assert line.split(maxsplit=1)[1].startswith(f"{case.capitalize()} on {case}.csv: ")
    full = project("recommend", f"{case}.yaml", "--baseline", f"{case}-baseline.json", "--full").stdout
    assert f"Measured on {case}.csv\n  {case.capitalize()}: " in full
    markdown = project("recommend", f"{case}.yaml", "--baseline", f"{case}-baseline.json", "--format", "markdown")
    assert f"{case.capitalize()}: " in markdown.stdout


def test_the_answer_can_be_expected_after_the_measurement(project):
    name = "contradicted"
    arguments = ("recommend", f"{name}.yaml", "--baseline", f"{name}-baseline.json")
    if not (project.folder / f"{name}-baseline.json").exists():
        measured = project("baseline", f"{name}.csv", *MEASURING, "--format", "json")
        (project.folder / f"{name}-baseline.json").write_text(measured.stdout, encoding="utf-8")
    assert project(*arguments, "--expect", "dl").returncode == 1


def test_one_command_measures_within_its_budget(project):
    (project.folder / "slow.yaml").write_text(
        "task: regression\ndata: {structure: tabular, rows: 100000, classes: 2}\nlatency: {p95_ms: 0.0001}\n", "utf-8"
    )
    done = project(
        "recommend", "slow.yaml", "--data", "confirmed.csv", "--target", "target", "--budget", "15s", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    assert "at most" in done.stderr  # progress
    answer = json.loads(done.stdout)
    assert answer["baseline"]["elapsed_s"] < 20
    assert answer["confirmation"] == "inconclusive"
    assert {"task", "data.rows"} <= {
        row["fields"][0] for row in answer["warnings"] if row["id"] == "profile-differs-from-data"
    }
    fitted = [row for row in answer["baseline"]["models"] if row["predict_ms"]]
    assert fitted
    assert all("latency.p95_ms" in row["violates"] for row in fitted)


def test_interrupted_it_prints_what_was_finished(project, environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "recommend", "confirmed.yaml", "--data", "confirmed.csv",
         "--target", "target", "--budget", "5m"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=project.folder, env=environment,
    )  # fmt: skip
    for line in process.stderr:
        if "repeat" in line or "first fits 1" in line or "first fits 5" in line:
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Inconclusive on confirmed.csv: the measurement was interrupted" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "target"), "--target names a column of a data file: give --data FILE too"),
        (("--data", "a.csv", "--target", "b", "--baseline", "r.json"), "give only one of them"),
        (("--data", "nothing.csv", "--target", "target"), "no such file"),
        (("--data", "confirmed.csv", "--target", "tarjet"), "did you mean 'target'?"),
        (("--baseline", "confirmed.yaml"), "confirmed.yaml"),
        (("--data", "confirmed.csv", "--target", "target", "--budget", "soon"), "write 90, 90s, 2m or 1h"),
        (
            ("--time", "day", "--horizon", "7"),
            "--time, --horizon say what is asked of a data file: give --data FILE too",
        ),
        (("--budget", "5m"), "--budget is the time for measuring on a data file: give --data FILE too"),
        (
            ("--data", "confirmed.csv", "--target", "target", "--set", "data.structure=graph"),
            "'image' or 'audio' data, but the profile describes graph data",
        ),
        (("inconclusive.yaml", "--data", "confirmed.csv", "--target", "target"), "--data measures for one profile"),
    ],
)
def test_mistakes_are_told_and_leave_standard_output_empty(project, arguments, message):
    done = project("recommend", "confirmed.yaml", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in " ".join(done.stderr.split())


def test_a_result_of_recommend_is_no_baseline(project):
    answer = project("recommend", "confirmed.yaml", "--format", "json").stdout
    (project.folder / "recommendation.json").write_text(answer, encoding="utf-8")
    done = project("recommend", "confirmed.yaml", "--baseline", "recommendation.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "recommendation.json is not a result of `advisor baseline --format json`" in done.stderr
