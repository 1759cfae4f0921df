"""Models of series on series whose classes differ in one known way."""

from pathlib import Path

import numpy as np
import pytest

from advisor.baselines.series.models.channels import SameScale
from advisor.baselines.series.models.minirocket import MiniRocket
from advisor.baselines.series.models.quant import Quant
from advisor.baselines.series.models.specs import MODELS
from advisor.baselines.series.models.wide_linear import WideLinearClassifier
from advisor.baselines.series.panel import SeriesExamples, padded
from advisor.baselines.series.ts_files import read_ts, ts_files
from advisor.baselines.structure import Dataset, Setting
from tests.baselines.series.made import levels, waves

pytestmark = pytest.mark.slow

SPECS = {model.id: model for model in MODELS}
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def fitted(name, values, classes, **setting):
    dataset = Dataset(SeriesExamples(values), "binary", classes, ("0", "1"))
    return SPECS[name].build(Setting("log_loss", 0, **setting), dataset).fit(values, classes)


def accuracy(name, made, *, channels=None, **setting):
    options = {} if channels is None else {"channels": channels}
    series, classes = made(100, **options)
    later, truth = made(200, seed=1, **options)
    found = fitted(name, padded(series), classes, **setting).predict_proba(padded(later))
    assert np.allclose(found.sum(axis=1), 1)
    return float((found.argmax(axis=1) == truth).mean())


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", ["minirocket", "quant"])
def test_a_frequency_is_found_whatever_the_phase_and_the_length(name, channels):
    assert accuracy(name, waves, channels=channels) > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fcn", "lite"])
def test_networks_find_a_frequency(name):
    assert accuracy(name, waves, channels=2, most_steps=300) > 0.95


@pytest.mark.parametrize("name", ["statistics", "quant"])
def test_a_level_is_found_since_series_are_not_scaled_one_by_one(name):
    assert accuracy(name, levels) > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fcn", "lite"])
def test_networks_find_a_level(name):
    assert accuracy(name, levels, most_steps=300) > 0.95


@pytest.mark.parametrize("name", ["minirocket", "quant", "fcn", "lite"])
def test_what_stands_behind_the_end_of_a_series_does_not_matter(name):
    series, classes = waves(40)
    model = fitted(name, padded(series), classes, most_steps=20)
    own = model.predict_proba(padded(series[:1]))
    beside_longer = model.predict_proba(padded([series[0], np.zeros((1, 90))]))[:1]
    assert np.allclose(own, beside_longer, atol=1e-4)


@pytest.mark.parametrize("step", [MiniRocket(), Quant()], ids=["minirocket", "quant"])
@pytest.mark.parametrize("length", [1, 2, 5, 9, 700])
def test_series_of_any_length_have_features(step, length):
    values = np.random.default_rng(0).normal(size=(6, 2, length)).astype(np.float32)
    found = step.fit(values).transform(values)
    assert found.shape[0] == 6
    assert np.isfinite(found).all()
    assert (step.transform(values[:, :, : max(1, length // 2)]).shape) == found.shape


@pytest.mark.parametrize("name", ["fcn", "lite"])
@pytest.mark.parametrize("length", [1, 5, 1300])
def test_networks_take_series_of_any_length(name, length):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(20, 12, length)).astype(np.float32)
    model = fitted(name, values, np.arange(20) % 2, most_steps=2)
    assert np.isfinite(model.predict_proba(values[:, :, : length // 2 + 1])).all()


def test_minirocket_has_as_many_features_as_published():
    values = np.random.default_rng(0).normal(size=(3, 1, 150)).astype(np.float32)
    found = MiniRocket().fit(values).transform(values)
    assert found.shape == (3, 9_996)
    assert 0 <= found.min() < 0.2 < 0.8 < found.max() <= 1


def test_minirocket_counts_as_a_convolution_written_out_does():
    rng = np.random.default_rng(3)
    values = rng.normal(size=(4, 1, 50)).astype(np.float32)
    rocket = MiniRocket().fit(values)
    found, start = rocket.transform(values), 0
    for part in rocket.parts_[:6]:
        kernel, threshold, reach = part.weights[2], part.thresholds[2, 0], 4 * part.dilation
        wide = np.pad(values[1, 0], reach)
        yielded = [sum(kernel[tap] * wide[step + tap * part.dilation] for tap in range(9)) for step in range(50)]
        counted = yielded if part.over_ends else yielded[reach : 50 - reach]
        assert found[1, start + 2 * part.thresholds.shape[1]] == pytest.approx(
            np.mean(np.array(counted) > threshold), abs=0.021
        )
        start += part.thresholds.size


def test_rotated_columns_make_the_same_model():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 400))
    values -= values.mean(axis=0)
    target = (values[:, 0] + 0.5 * rng.normal(size=60) > 0).astype(int)
    from sklearn.linear_model import LogisticRegression

    found = WideLinearClassifier(strengths=(0.01,)).fit(values, target)
    plain = LogisticRegression(C=0.01, tol=1e-8, max_iter=5000).fit(values, target)
    assert np.allclose(found.predict_proba(values), plain.predict_proba(values), atol=1e-3)


def test_channels_are_brought_to_one_scale_and_series_keep_their_level():
    values = np.stack([np.full((2, 10), 1.0), np.full((2, 10), 3.0)])
    values[:, 1] *= 1000
    found = SameScale().fit(values).transform(values)
    assert found[0, 0, 0] == found[0, 1, 0] == -1
    assert found[1, 0, 0] == found[1, 1, 0] == 1


# Accuracy less 3 standard errors of the published one, see the results of the archive.
PUBLISHED = {
    ("GunPoint", "minirocket"): 0.97,
    ("GunPoint", "quant"): 0.97,
    ("ItalyPowerDemand", "minirocket"): 0.94,
    ("ItalyPowerDemand", "quant"): 0.94,
    ("BasicMotions", "minirocket"): 0.97,
    ("BasicMotions", "quant"): 0.97,
}


@pytest.mark.skipif(not (DATA / "ts_GunPoint").exists(), reason="needs the public data sets")
@pytest.mark.parametrize(("data", "name"), PUBLISHED)
def test_the_split_of_the_archive_is_scored_as_published(data, name):
    train, test = (read_ts(path) for path in ts_files(DATA / f"ts_{data}"))
    labels, classes = np.unique(train.labels, return_inverse=True)
    model = fitted(name, padded(train.series), classes)
    right = labels[model.predict(padded(test.series))] == np.array(test.labels)
    assert right.mean() > PUBLISHED[data, name]
