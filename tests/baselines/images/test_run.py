"""Pictures from the command line to the saved model, in processes of their own."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor import Options, run_baseline
from advisor.render import render
from tests.baselines.images.pictures import of_hue, of_texture, save

pytestmark = pytest.mark.slow
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def advisor(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "advisor", "baseline", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def leaf(rng: np.random.Generator, kind: int) -> np.ndarray:
    """Return stripes along one of two diagonals in any hue."""
    return of_hue(rng, int(rng.integers(0, 256))) // 2 + of_texture(rng, kind)[..., None] // 2


@pytest.fixture(scope="module")
def leaves(tmp_path_factory) -> Path:
    """Return a folder of two classes of stripes in every hue, with a stray file and a broken one."""
    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    for number in range(120):
        save(folder / "leaves" / ("oak", "ash")[number % 2] / f"{number}.png", leaf(rng, number % 2))
    (folder / "leaves" / "oak" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "leaves" / "notes.txt").write_text("taken in May")
    return folder


def test_a_folder_is_measured_saved_and_new_pictures_are_predicted(leaves):
    asked = ("--only", "colour,hog-linear,hog-svm", "--repeats", "1", "--save", "winner", "--format", "json")
    done = advisor("leaves", *asked, cwd=leaves)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    scores = {row["id"]: row["score"] for row in result["models"] if row["score"] is not None}
    assert result["dataset"]["structure"] == "image"
    assert (result["dataset"]["rows"], result["dataset"]["rows_used"]) == (121, 120)
    assert [check["message"] for check in result["checks"] if check["id"] == "unreadable-files"] == [
        "1 of 121 files is not a picture that can be read: oak/broken.jpg (its content is not a picture)"
    ]
    assert scores["hog-linear"] > 0.98 > 0.75 > scores["colour"]

    new = leaves / "new"
    rng = np.random.default_rng(9)
    for number in range(10):
        save(new / f"{number}.png", leaf(rng, number % 2))
    save(new / "large.jpg", np.kron(leaf(rng, 0), np.ones((3, 3, 1), dtype=np.uint8)))
    (new / "broken.png").write_text("x")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "predict.py", str(new)]
    predicted = subprocess.run(
        command, cwd=leaves / "winner", env=environment, capture_output=True, text=True, check=True
    )
    rows = list(csv.DictReader(io.StringIO(predicted.stdout)))
    assert f"{new}/broken.png: left out, its content is not a picture" in predicted.stderr
    assert len(rows) == 11
    found = {Path(row["picture"]).name: row["prediction"] for row in rows}
    right = [found[f"{number}.png"] == ("oak", "ash")[number % 2] for number in range(10)]
    assert sum(right) >= 9
    assert all(abs(float(row["p(ash)"]) + float(row["p(oak)"]) - 1) < 1e-6 for row in rows)


def test_a_run_is_replayed_and_every_format_shows_it(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(120):
        save(tmp_path / "small" / ("oak", "ash")[number % 2] / f"{number}.png", of_texture(rng, number % 2, side=12))
    options = Options(budget_s=12, repeats=1, models=("hog-linear", "cnn"), folds=2)
    first = run_baseline(tmp_path / "small", options)
    statuses = {row.id: row.status for row in first.models}
    assert statuses.pop("cnn") in ("ok", "timed-out", "skipped")  # on a busy machine
    assert statuses == {"dummy": "ok", "hog-linear": "ok"}
    recorded = json.loads(render("baseline", "json", first))
    again = run_baseline(tmp_path / "small", Options(), replayed=recorded)
    assert [row.fold_scores for row in again.models] == [row.fold_scores for row in first.models]
    for kind in ("text", "markdown", "html"):
        assert "CNN with augmentation" in render("baseline", kind, first)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "no picture"),
        (["one"], "only one subfolder holds pictures, a with 2"),
        (["flat"], "the 2 pictures lie in the folder itself"),
        (["leaves", "--target", "species"], "--target species: a folder of pictures has no columns"),
        (["leaves", "--task", "regression"], "--task regression"),
        (["leaves", "--only", "xgboost"], "--only xgboost: image data have no such model"),
    ],
)
def test_mistakes_end_with_what_to_do(leaves, arguments, said):
    rng = np.random.default_rng(0)
    for name in ("one/a/1.png", "one/a/2.png", "flat/1.png", "flat/2.png"):
        save(leaves / name, of_hue(rng, 0))
    (leaves / "nothing").mkdir(exist_ok=True)
    done = advisor(*arguments, cwd=leaves)
    assert done.returncode == 2
    assert said in done.stderr.replace("\n", " ").replace("without pictures", "no picture")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not (SHARED / "mnist_t10k").exists(), reason="the public digits are not here")
def test_digits_reach_what_was_published_for_these_models():
    from advisor.baselines.prepared import prepared_data
    from advisor.baselines.structure import Setting

    prepared = prepared_data(SHARED / "mnist_t10k", Options())
    rng = np.random.default_rng(0)
    rows = rng.permutation(len(prepared.dataset))[:2_500]
    train, test = rows[:2_000], rows[2_000:]
    setting = Setting("log_loss", 0)
    for model, least in (("hog-linear", 0.97), ("hog-svm", 0.965)):
        pipeline = prepared.models[model].build(setting, prepared.dataset)
        pipeline.fit(prepared.dataset.examples.take(train), prepared.dataset.target[train])
        predicted = pipeline.predict(prepared.dataset.examples.take(test))
        assert (predicted == prepared.dataset.target[test]).mean() >= least
