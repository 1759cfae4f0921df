"""Every model of the table on every task: mixed columns, hard folds, clocks, replays, pickles."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from advisor.baselines.structure import Setting
from tests.baselines.support import INSTALLED, SPECS, table_dataset

pytestmark = pytest.mark.slow
KINDS = {
    "size": "numeric",
    "level": "categorical",
    "city": "categorical",
    "note": "text",
    "seen": "date",
    "blank": "empty",
}
NETWORKS = ("mlp", "realmlp", "tabm")
METRIC = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


def frame(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.normal(size=rows)
    size[rng.random(rows) < 0.1] = np.nan
    return pd.DataFrame(
        {
            "size": size,
            "level": pd.Categorical(rng.choice(["low", "middle", "high"], rows)),
            "city": pd.Categorical([f"city {number}" for number in rng.integers(0, 60, rows)]),
            "note": [f"{'good' if one > 0 else 'bad'} case number {place % 7}" for place, one in enumerate(size)],
            "seen": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, rows), unit="D"),
            "blank": np.nan,
        }
    )


def target(features: pd.DataFrame, task: str) -> np.ndarray:
    signal = features["size"].fillna(0).to_numpy() + (features["level"] == "high").to_numpy()
    if task == "regression":
        return 10 * signal + 100
    return np.digitize(signal, [0.3] if task == "binary" else [-0.5, 0.3, 1.0]).astype(np.int64)


def build(model: str, task: str, **options):
    dataset = table_dataset(frame(1), KINDS, task)
    return SPECS[model].build(Setting(METRIC[task], seed=0, **options), dataset)


@pytest.mark.parametrize("task", METRIC)
@pytest.mark.parametrize("model", [model.id for model in INSTALLED])
def test_every_model_learns_every_task_with_weights_and_survives_a_pickle(model, task):
    features = frame(160)
    y = target(features, task)
    pipeline = build(model, task)
    pipeline.fit(features[:120], y[:120], model__sample_weight=np.linspace(0.5, 1.5, 120))
    again = pickle.loads(pickle.dumps(pipeline))
    if task == "regression":
        predicted = pipeline.predict(features[120:])
        np.testing.assert_array_equal(again.predict(features[120:]), predicted)
        error = np.sqrt(np.mean((predicted - y[120:]) ** 2))
        assert error < (1.2 if model == "dummy" else 1.0) * np.std(y[120:])
        return
    predicted = pipeline.predict_proba(features[120:])
    np.testing.assert_array_equal(again.predict_proba(features[120:]), predicted)
    assert predicted.shape == (40, len(np.unique(y)))
    np.testing.assert_allclose(predicted.sum(axis=1), 1, rtol=1e-5)
    right = np.mean(pipeline.classes_[predicted.argmax(axis=1)] == y[120:])
    assert right > (0 if model == "dummy" else 1 / len(np.unique(y)))


@pytest.mark.parametrize("model", [model.id for model in INSTALLED if model.id != "dummy"])
def test_hard_folds_do_no_harm(model):
    features = frame(60)
    features["level"] = pd.Categorical(["low"] * 60, categories=["low", "high"])  # constant within the fold
    features.loc[:50, "size"] = np.nan
    features["note"] = ""
    y = np.array([0, 3] * 29 + [5, 5])  # labels with gaps, a class of two rows
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pipeline = build(model, "multiclass").fit(features[:59], y[:59])
        predicted = pipeline.predict_proba(features)
    assert pipeline.classes_.tolist() == [0, 3, 5]
    assert np.isfinite(predicted).all()


@pytest.mark.parametrize("model", [model.id for model in INSTALLED if model.id != "dummy"])
def test_one_class_in_the_training_fold_is_always_predicted(model):
    pipeline = build(model, "binary").fit(frame(40), np.ones(40, dtype=np.int64))
    assert pipeline.classes_.tolist() == [1]
    assert pipeline.predict(frame(10, seed=1)).tolist() == [1] * 10


@pytest.mark.parametrize("model", [*NETWORKS, "hybrid"])
def test_a_clock_stops_a_network_and_its_steps_reproduce_it(model):
    features = frame(900)
    y = target(features, "binary")
    stopped = build(model, "binary", time_limit_s=0.2).fit(features, y)
    assert stopped[-1].stopped_by_ == "clock"
    assert stopped[-1].steps_ >= 1
    trained = {"most_steps": stopped[-1].steps_, "precision": stopped[-1].precision_}
    replayed = build(model, "binary", **trained).fit(features, y)
    assert (replayed[-1].stopped_by_, replayed[-1].steps_) == ("steps", stopped[-1].steps_)
    assert replayed[-1].still_improving_ == stopped[-1].still_improving_
    np.testing.assert_array_equal(replayed.predict_proba(features), stopped.predict_proba(features))


@pytest.mark.parametrize("model", [*NETWORKS, "hybrid"])
def test_a_network_trains_in_the_precision_it_is_given(model):
    features = frame(100)
    y = target(features, "regression")
    fits = {name: build(model, "regression", precision=name).fit(features, y) for name in ("float32", "bfloat16")}
    assert {name: fit[-1].precision_ for name, fit in fits.items()} == {"float32": "float32", "bfloat16": "bfloat16"}
    exact, rounded = (fit.predict(features) for fit in fits.values())
    assert not np.array_equal(exact, rounded)
    assert np.corrcoef(exact, rounded)[0, 1] > 0.9


@pytest.mark.parametrize("model", [*NETWORKS, "forest", "xgboost"])
def test_the_same_seed_gives_the_same_model(model):
    features = frame(80)
    y = target(features, "regression")
    fits = [build(model, "regression").fit(features, y).predict(features) for _ in range(2)]
    np.testing.assert_array_equal(*fits)


def test_a_regression_predicts_within_what_it_has_seen():
    features = frame(120)
    y = target(features, "regression")
    far = frame(20, seed=1).assign(size=1e6)
    for model in NETWORKS:
        predicted = build(model, "regression").fit(features, y).predict(far)
        assert predicted.min() >= y.min() - 1e-3
        assert predicted.max() <= y.max() + 1e-3


def test_no_usable_column_is_said():
    empty = frame(30)[["blank"]]
    with pytest.raises(ValueError, match="none of the 1 columns has two different values"):
        build("linear", "binary").fit(empty, np.arange(30) % 2)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_a_rule_takes_no_postcode_for_knowledge(task: str) -> None:
    rng = np.random.default_rng(0)
    rows = 6_000
    signal = rng.normal(size=rows)
    noisy = signal + 1.5 * rng.normal(size=rows)
    target = noisy if task == "regression" else np.digitize(noisy, [0] if task == "binary" else [-0.5, 0.5])
    frame = pd.DataFrame({"zip": pd.Categorical(rng.integers(0, 3_500, rows).astype(str)), "signal": signal})
    dataset = table_dataset(
        frame,
        {"zip": "categorical", "signal": "numeric"},
        task,
        target,
        ("a", "b", "c")[: len(set(target.tolist())) if task != "regression" else 0],
    )
    rule = SPECS["one-rule"].build(Setting("rmse" if task == "regression" else "log_loss", 0), dataset)
    assert rule.fit(frame, target)["model"].feature_ == "signal"
