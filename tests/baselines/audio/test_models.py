"""Each model sees what it is for: pitch, order, duration; networks vary only what leaves a class alone."""

import numpy as np
import pytest
import torch

from advisor.baselines.audio.examples import AudioExamples
from advisor.baselines.audio.features import Format, described
from advisor.baselines.audio.models import networks
from advisor.baselines.audio.models.specs import MODELS
from advisor.baselines.structure import Dataset, Setting
from tests.baselines.audio.sounds import sweep, tone

SPECS = {model.id: model for model in MODELS}
FORM = Format(8_000, 32, 0.01, 30.0)
CODES = np.arange(90) % 2


def rows_of(sounds: list[np.ndarray]) -> np.ndarray:
    rows = np.empty(len(sounds), dtype=FORM.row)
    for row, sound in zip(rows, sounds, strict=True):
        row["statistics"], row["mel"] = described(sound.astype(np.float32), FORM)
    return rows


RNG = np.random.default_rng(0)
PITCHES = rows_of([tone(RNG, 300 + 200 * code, RNG.uniform(0.2, 0.4)) for code in CODES])
ORDERS = rows_of([sweep(RNG, up=bool(code)) for code in CODES])
LENGTHS = rows_of([tone(RNG, RNG.uniform(300, 900), 0.2 + 0.15 * code) for code in CODES])


def fitted(model: str, rows: np.ndarray, **setting):
    dataset = Dataset(AudioExamples(rows), "binary", CODES, ("a", "b"))
    pipeline = SPECS[model].build(Setting("log_loss", 0, **setting), dataset)
    return pipeline.fit(rows[:60].copy(), CODES[:60])


def accuracy(model: str, rows: np.ndarray, **setting) -> float:
    shares = fitted(model, rows, **setting).predict_proba(rows[60:])
    assert shares.shape == (30, 2)
    assert np.allclose(shares.sum(axis=1), 1)
    return float((shares.argmax(axis=1) == CODES[60:]).mean())


@pytest.mark.parametrize("model", ["mfcc-linear", "mfcc-svm"])
@pytest.mark.parametrize("rows", [PITCHES, ORDERS], ids=["pitch", "order"])
def test_pitch_or_order_alone_tells_the_class(model, rows):
    assert accuracy(model, rows) > 0.95


def test_the_reference_knows_durations_and_nothing_else():
    assert accuracy("duration", LENGTHS) == 1
    assert accuracy("duration", PITCHES) < 0.8


def test_the_constant_answer_is_a_row_as_well():
    assert accuracy("dummy", PITCHES) == 0.5


@pytest.mark.slow
def test_a_network_learns_the_order_and_repeats_itself_by_steps():
    assert accuracy("mel-cnn-plain", ORDERS, most_steps=60) > 0.9
    first, second = (fitted("mel-cnn", ORDERS, most_steps=5).predict_proba(ORDERS[:4]) for _ in range(2))
    assert (first == second).all()


def test_varied_spectrograms_are_rolled_masked_and_louder_each_in_its_own_way():
    torch.manual_seed(0)
    plain = torch.zeros(300, 1, 64, 40)
    plain[:, :, :, 20] = 5.0  # an event in the middle
    varied = networks.varied(plain)
    events = varied.amax(dim=(1, 2)) > 3.0
    places = events.float().argmax(dim=1)[events.any(dim=1)]  # masks of frames hide some
    assert (places - 20).abs().max() == 4
    assert 0.8 < events.any(dim=1).float().mean() < 1
    assert len(set(places.tolist())) > 5
    masked = (varied == 0).all(dim=3).sum(dim=(1, 2))  # bands without anything
    assert masked.max() <= networks.MASKED_BANDS
    assert masked.float().mean() > 2
    assert varied.amax(dim=(1, 2, 3)).std() > 0.1
