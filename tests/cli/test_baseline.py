"""`advisor baseline` as a user meets it: real files and processes, faults, Ctrl-C, replay, mistakes."""

import csv
import gzip
import hashlib
import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CANCER = ROOT / "examples" / "breast-cancer.csv"
FAULTY = Path(__file__).resolve().parent.parent / "baselines" / "running" / "faulty_models.py"
FEW = ("--only", "linear,tree,mlp", "--folds", "3", "--repeats", "1")
COLUMNS = {"dummy", "tree", "linear", "mlp"}


@pytest.fixture(scope="module")
def run(environment, tmp_path_factory):
    """Run `advisor baseline` in a folder with the example's data and estimators that misbehave."""
    folder = tmp_path_factory.mktemp("baseline")
    shutil.copy(CANCER, folder / "cancer.csv")
    shutil.copy(FAULTY, folder / "faulty_models.py")

    def run(*arguments, stdin=None, preexec_fn=None):
        return subprocess.run(
            [sys.executable, "-m", "advisor", "baseline", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=folder,
            env=environment,
            preexec_fn=preexec_fn,
            timeout=240,
            check=False,
        )

    run.folder = folder
    return run


@pytest.fixture(scope="module")
def result(run):
    """Return a result, kept as result.json for a replay, with the winner saved."""
    done = run("cancer.csv", "--target", "diagnosis", *FEW, "--format", "json", "--save", "winner", "--budget", "100s")
    assert done.returncode == 0, done.stderr
    (run.folder / "result.json").write_text(done.stdout, encoding="utf-8")
    return json.loads(done.stdout)


def test_every_model_that_was_asked_for_has_a_row_with_its_measures(result):
    rows = {row["id"]: row for row in result["models"]}
    assert set(rows) == COLUMNS
    for row in rows.values():
        assert row["status"] == "ok"
        assert len(row["fold_scores"]) == 3
        assert row["ci95"][0] <= row["score"] <= row["ci95"][1]
        assert 0 < row["predict_ms"]["p50"] <= row["predict_ms"]["p95"]
        assert row["size_mb"] > 0
        assert row["peak_rss_mb"] > 50
    assert rows["linear"]["score"] > 0.98
    assert rows["dummy"]["score"] == 0.5


def test_the_verdict_comes_with_its_evidence(result):
    compared = result["comparison"]
    assert (compared["best_ml"], compared["best_dl"], compared["beats_dummy"]) == ("linear", "mlp", True)
    assert compared["ci95"][0] <= compared["difference"] <= compared["ci95"][1]
    assert compared["p_ml_better"] + compared["p_equal"] + compared["p_dl_better"] == pytest.approx(1, abs=1e-5)
    assert result["verdict"] in ("equal", "undecided")
    assert result["prefer"] == "ml"
    assert result["dataset"]["task"] == "binary"
    assert result["dataset"]["positive"] == "malignant"
    assert result["protocol"]["metric"] == {"name": "roc_auc", "greater_is_better": True}
    assert len(result["protocol"]["plan"]) == 12


def test_the_result_keeps_its_schema(advisor, result):
    import jsonschema

    schema = json.loads(advisor("schema", "baseline").stdout)
    jsonschema.validate(result, schema)


def test_a_replay_runs_the_same_plan_and_reaches_the_same_verdict(run, result):
    done = run(
        "cancer.csv", "--replay", "result.json", "--format", "json", "--expect", result["verdict"], "--jobs", "1"
    )
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    for key in ("verdict", "verdict_reason", "prefer", "comparison", "checks", "dataset"):
        assert again[key] == result[key]
    assert again["protocol"]["plan"] == result["protocol"]["plan"]
    assert [row["fold_scores"] for row in again["models"]] == [row["fold_scores"] for row in result["models"]]


def test_a_replay_refuses_other_data_and_other_questions(run, result):
    (run.folder / "other.csv").write_text(CANCER.read_text("utf-8").replace("17.99", "18.00"), encoding="utf-8")
    other = run("other.csv", "--replay", "result.json")
    assert (other.returncode, other.stdout) == (2, "")
    assert "is not the file that was measured" in other.stderr
    asked = run("cancer.csv", "--replay", "result.json", "--metric", "accuracy", "--budget", "5s")
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "it cannot be combined with --budget, --metric" in asked.stderr


def test_the_saved_winner_predicts_with_its_script(run, result):
    folder = run.folder / "winner"
    assert {path.name for path in folder.iterdir()} == {"model.skops", "model.json", "predict.py", "requirements.txt"}
    about = json.loads((folder / "model.json").read_text("utf-8"))
    sha256 = hashlib.sha256((folder / "model.skops").read_bytes()).hexdigest()
    assert about["file"] == {"name": "model.skops", "sha256": sha256}
    assert (about["model"], about["target"], about["labels"]) == ("linear", "diagnosis", ["benign", "malignant"])
    assert about["data"]["rows_fitted"] == 569
    assert result["saved"] == "winner"
    with CANCER.open(newline="") as file:
        rows = list(csv.DictReader(file))[:5]
    blind = run.folder / "new.csv"
    with blind.open("w", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name != "diagnosis"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    done = subprocess.run(
        [sys.executable, str(folder / "predict.py"), str(blind)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        check=True,
    )
    predicted = list(csv.DictReader(done.stdout.splitlines()))
    assert [row["prediction"] for row in predicted] == [row["diagnosis"] for row in rows]
    assert list(predicted[0]) == ["prediction", "p(benign)", "p(malignant)"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Predict with the saved model: python predict.py NEW_DATA > predictions.csv\n"),
        (("new.csv", "cancer.csv"), "Predict with the saved model: "),
        (("nowhere.csv",), "predict.py: error: nowhere.csv: no such file"),
        (("other.csv",), "predict.py: error: other.csv"),
    ],
)
def test_mistakes_with_the_script_are_said_in_words(run, result, arguments, said):
    (run.folder / "other.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "winner/predict.py", *arguments],
        cwd=run.folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert result["saved"] == "winner"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr


def test_every_fault_of_a_model_is_a_row_with_its_reason(run):
    names = ("Raises", "PredictsNan", "Hangs", "Allocates", "Crashes", "LeavesChild", "Prints", "FillsDisk", "Missing")
    extra = [word for name in names for word in ("--model", f"faulty_models:{name}")]
    done = run(
        "cancer.csv", "--target", "diagnosis", *FEW, *extra, "--budget", "40s", "--memory", "2GB", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    rows = {row["id"].rpartition(":")[2]: (row["status"], row["note"]) for row in result["models"]}
    assert rows["linear"][0] == rows["mlp"][0] == "ok"
    assert rows["Raises"] == ("failed", "RuntimeError: no convergence after 5 steps")
    assert rows["PredictsNan"][0] == "failed"
    assert rows["PredictsNan"][1].startswith("predicted NaN or infinity for 3 of")
    assert rows["Hangs"][0] == "timed-out"
    assert rows["Allocates"] == ("out-of-memory", "took more memory than --memory allows")
    assert rows["Crashes"] == ("failed", "died of signal 11 (SIGSEGV)")
    assert rows["FillsDisk"] == ("failed", "OSError: [Errno 28] No space left on device")
    assert rows["Missing"][0] == "failed"
    assert rows["LeavesChild"] == rows["Prints"] == ("ok", "")
    assert result["verdict"] in ("equal", "undecided")


def no_file_grows():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_a_full_disk_takes_the_saved_model_and_nothing_else(run):
    few = ("--target", "diagnosis", "--only", "linear", "--repeats", "1")
    done = run("cancer.csv", *few, "--save", "full", "--format", "json", preexec_fn=no_file_grows)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert {row["status"] for row in result["models"]} == {"ok"}
    assert result["saved"] is None
    assert result["protocol"]["notes"] == ["linear was not saved: OSError: [Errno 27] File too large"]
    assert list((run.folder / "full").iterdir()) == []


def test_ctrl_c_prints_what_is_finished(environment, tmp_path):
    shutil.copy(CANCER, tmp_path / "cancer.csv")
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "baseline", "cancer.csv", "--target", "diagnosis", "--full"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=environment,
    )
    for line in process.stderr:
        if line.startswith("advisor: first fits"):
            break
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert "Always the same answer" in stdout
    assert "TabM-mini network" in stdout
    assert "nterrupted" in stdout


def test_only_the_report_goes_to_stdout_and_progress_is_plain_lines(run):
    done = run("cancer.csv", "--target", "diagnosis", "--only", "tree", "--budget", "60s", "--format", "markdown")
    assert done.returncode == 0
    assert done.stdout.startswith("## ")
    assert all(line.startswith("advisor: ") for line in done.stderr.splitlines())
    assert "\x1b" not in done.stderr


def test_a_file_that_ends_in_the_middle_is_refused(run):
    whole = gzip.compress(CANCER.read_bytes())
    (run.folder / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    done = run("cut.csv.gz", "--target", "diagnosis")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cut.csv.gz" in done.stderr


def test_a_gate_decides_the_exit_code(run):
    done = run("cancer.csv", "--target", "diagnosis", "--only", "tree,linear", "--expect", "dl", "--repeats", "1")
    assert done.returncode == 1
    assert "advisor: gate failed: cancer.csv: expect: expected dl, found verdict undecided" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch.csv", "--target", "y"], "nosuch.csv"),
        (["cancer.csv", "--target", "diagnosys"], "did you mean 'diagnosis'?"),
        (["cancer.csv", "--target", "diagnosis", "--exclude", "mean radios"], "did you mean 'mean radius'?"),
        (["cancer.csv", "--target", "diagnosis", "--metric", "roc_ac"], "did you mean 'roc_auc'?"),
        (["cancer.csv", "--target", "diagnosis", "--metric", "rmse"], "choose one of roc_auc"),
        (["cancer.csv", "--target", "diagnosis", "--task", "regression"], "diagnosis"),
        (["cancer.csv", "--target", "diagnosis", "--positive", "M"], "benign and malignant"),
        (["cancer.csv", "--target", "diagnosis", "--budget", "2 weeks"], "write 90, 90s, 2m or 1h"),
        (["cancer.csv", "--target", "diagnosis", "--memory", "1kb"], "write 512MB, 2GB or 2000"),
        (["cancer.csv", "--target", "diagnosis", "--only", "tabmm"], "did you mean 'tabm'?"),
        (["cancer.csv", "--target", "diagnosis", "--model", "thing"], "is not module:Class"),
        (["cancer.csv", "--target", "diagnosis", "--kind", "mean radius=numerical"], "did you mean 'numeric'?"),
        (
            ["cancer.csv", "--target", "diagnosis", "--expect", "deep"],
            "one of pays:yes, pays:no, pays:open, ml",
        ),
        (["cancer.csv", "--target", "diagnosis", "--save", "cancer.csv"], "it is a file"),
        (["cancer.csv", "--target", "diagnosis", "--save", "."], "is not empty"),
        (["cancer.csv", "--target", "diagnosis", "--output", "no/such/file"], "no such folder"),
        (["cancer.csv", "--replay", "cancer.csv"], "cancer.csv:1:1: error: not JSON"),
        (["cancer.csv", "--replay", "nosuch.json"], "no such file: nosuch.json"),
        (["cancer.csv", "--target", "diagnosis", "--encoding", "utf-9"], "utf-9"),
    ],
)
def test_mistakes_are_exit_2_with_an_empty_stdout_and_a_way_on(run, arguments, words):
    done = run(*arguments, "--quiet")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_standard_input_and_the_limits_of_a_profile(run):
    (run.folder / "profile.yaml").write_text(
        "task: classification\ndata: {structure: tabular}\nlatency: {p95_ms: 0.001}\ndeployment: {memory_mb: 500}\n"
    )
    done = run(
        "-",
        "--target",
        "diagnosis",
        "--only",
        "tree",
        "--profile",
        "profile.yaml",
        "--format",
        "json",
        stdin=CANCER.read_text("utf-8"),
    )
    assert done.returncode == 0, done.stderr
    rows = {row["id"]: row for row in json.loads(done.stdout)["models"]}
    assert rows["tree"]["violates"] == ["latency.p95_ms"]
