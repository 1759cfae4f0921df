"""A saved model is data where it can be, and no other file than the one that was saved is loaded."""

import json
import os
import sys

import numpy as np
import pandas as pd
import pytest

from advisor import DataError
from advisor.baselines.digest import file_digest
from advisor.baselines.model_files import file_name, load_model, write_model
from advisor.baselines.structure import Setting
from tests.baselines.support import SPECS, table_dataset

CLASSICAL = ("one-rule", "tree", "linear", "forest", "xgboost", "lightgbm")


class Harmful:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.mkdir, (self.marker,)


def saved(pipeline, folder):
    written = folder / ".model"
    write_model(pipeline, written)
    name = file_name(written)
    written.rename(folder / name)
    return {"file": {"name": name, "sha256": file_digest(folder / name)}}


def fitted(model, task="binary"):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=80), "k": pd.Categorical(rng.choice(["red", "green"], 80))})
    target = (frame["a"] > 0).to_numpy().astype(np.int64) if task == "binary" else frame["a"].to_numpy() * 3
    kinds = {"a": "numeric", "k": "categorical"}
    data = table_dataset(frame, kinds, task, target, ("no", "yes") if task == "binary" else ())
    pipeline = SPECS[model].build(Setting("roc_auc" if task == "binary" else "rmse", 0, time_limit_s=1.0), data)
    rows = data.examples.take(np.arange(len(data)))
    return pipeline.fit(rows, data.target), rows


@pytest.mark.slow
@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("model", CLASSICAL)
def test_classical_models_are_data_and_predict_the_same(model, task, tmp_path):
    pytest.importorskip("skops")
    pipeline, rows = fitted(model, task)
    about = saved(pipeline, tmp_path)
    assert about["file"]["name"] == "model.skops"
    np.testing.assert_allclose(load_model(tmp_path, about).predict(rows), pipeline.predict(rows))


@pytest.mark.slow
def test_networks_and_what_others_wrote_are_pickles(tmp_path):
    pipeline, rows = fitted("mlp")
    about = saved(pipeline, tmp_path)
    assert about["file"]["name"] == "model.joblib"
    np.testing.assert_allclose(load_model(tmp_path, about).predict(rows), pipeline.predict(rows))


def test_without_skops_a_pickle_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "skops.io", None)
    assert saved(fitted("linear")[0], tmp_path)["file"]["name"] == "model.joblib"


@pytest.mark.slow
def test_an_exchanged_file_is_not_loaded(tmp_path):
    import joblib

    about = saved(fitted("mlp")[0], tmp_path)
    marker = tmp_path / "ran"
    joblib.dump(Harmful(str(marker)), tmp_path / "model.joblib")
    with pytest.raises(DataError, match="is not the file that was saved: its sha256 begins with"):
        load_model(tmp_path, about)
    assert not marker.exists()


def test_strange_types_and_names_are_not_loaded(tmp_path):
    skops = pytest.importorskip("skops.io")
    (tmp_path / "model.skops").write_bytes(skops.dumps({"a": Harmful("x")}))
    about = {"file": {"name": "model.skops", "sha256": file_digest(tmp_path / "model.skops")}}
    with pytest.raises(DataError, match="holds types that no saved model has"):
        load_model(tmp_path, json.loads(json.dumps(about)))
    with pytest.raises(DataError, match="is not the name of a saved model"):
        load_model(tmp_path, {"file": {"name": "../x", "sha256": ""}})
