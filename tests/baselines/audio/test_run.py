"""A folder of recordings from the command line to the saved model, in processes of their own."""

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
from advisor.baselines.prepared import prepared_data
from advisor.baselines.structure import Setting
from tests.baselines.audio.sounds import save, sweep

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "fsdd"


@pytest.mark.slow
def test_a_folder_is_measured_replayed_saved_and_new_recordings_are_predicted(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(72):
        name = f"{('up', 'down')[number % 2]}_{'abcdef'[number // 2 % 6]}_{number // 12}.wav"
        save(tmp_path / "calls" / ("up", "down")[number % 2] / name, sweep(rng, up=number % 2 == 0))
    profile = tmp_path / "profile.yaml"
    profile.write_text(
        "task: classification\ndata: {structure: audio, rows: 72, labelled: 72, classes: 2}\n", encoding="utf-8"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    asked = ["--only", "mfcc-svm", "--repeats", "1", "--folds", "3", "--save", "winner", "--format", "json"]
    command = [sys.executable, "-m", "advisor", "baseline", "calls", "--profile", str(profile), *asked]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    scores = {row["id"]: row["score"] for row in result["models"] if row["score"] is not None}
    assert (result["dataset"]["structure"], result["dataset"]["rows_used"]) == ("audio", 72)
    assert ("groups", "6 sources") in [(row["what"], row["value"]) for row in result["dataset"]["decisions"]]
    assert scores["mfcc-svm"] > 0.98 > 0.6 > scores["dummy"]
    assert result["recommendation"]["confirmation"] in ("confirmed", "contradicted", "inconclusive")

    again = run_baseline(tmp_path / "calls", Options(), replayed=result)
    assert [list(row.fold_scores) for row in again.models] == [row["fold_scores"] for row in result["models"]]

    save(tmp_path / "new" / "high.wav", np.column_stack([sweep(rng, up=True, rate=44_100)] * 2), 44_100, "float32")
    save(tmp_path / "new" / "low.wav", sweep(rng, up=False))
    (tmp_path / "new" / "broken.wav").write_text("x")
    predicted = subprocess.run(
        [sys.executable, "predict.py", str(tmp_path / "new")],
        cwd=tmp_path / "winner",
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{tmp_path}/new/broken.wav: left out, its content is not a recording" in predicted.stderr
    rows = list(csv.DictReader(io.StringIO(predicted.stdout)))
    assert {Path(row["recording"]).name: row["prediction"] for row in rows} == {"high.wav": "up", "low.wav": "down"}
    assert all(abs(float(row["p(up)"]) + float(row["p(down)"]) - 1) < 1e-6 for row in rows)


@pytest.mark.skipif(not SHARED.exists(), reason="the public recordings are not here")
@pytest.mark.slow
def test_spoken_digits_of_new_speakers_are_far_harder_than_those_of_known_ones():
    prepared = prepared_data(SHARED / "labels.csv", Options(target="label"))
    dataset = prepared.dataset
    assert dataset.groups is not None
    speakers = np.unique(dataset.groups, return_inverse=True)[1]
    assert speakers.max() + 1 == 6

    def accuracy(folds: np.ndarray) -> float:
        hits = 0
        for fold in np.unique(folds):
            train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            pipeline = prepared.models["mfcc-svm"].build(Setting("log_loss", 0), dataset)
            pipeline.fit(dataset.examples.take(train), dataset.target[train])
            hits += (pipeline.predict(dataset.examples.take(test)) == dataset.target[test]).sum()
        return hits / len(dataset)

    kept_apart = accuracy(speakers)
    mixed = accuracy(np.random.default_rng(0).integers(0, 5, len(dataset)))
    assert 0.74 < kept_apart < 0.86
    assert mixed > 0.94
