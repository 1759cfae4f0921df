"""Spectra, mel bands and cepstra follow their published definitions, and descriptions say what they should."""

import numpy as np
import pytest

from advisor.baselines.audio import features, frames
from advisor.baselines.audio.features import Format, described, hop_for
from tests.baselines.audio.sounds import sweep, tone

FORM = Format(8_000, 40, 0.01, 30.0)


def test_pitch_in_mel_has_the_published_values():
    assert np.round(frames.hertz_to_mel(np.array([0, 700, 1_000, 4_000])), 1).tolist() == [0, 781.2, 1_000.0, 2_146.1]


def test_mel_bands_are_triangles_at_equal_distances_in_mel():
    weights = frames.mel_bands(16_000, 2_048, 26)
    peaks = weights.argmax(axis=1) * 16_000 / 2_048
    edges = np.linspace(frames.hertz_to_mel(frames.LOWEST_HZ), frames.hertz_to_mel(8_000), 28)[1:-1]
    assert np.abs(frames.hertz_to_mel(peaks) - edges).max() < 8
    between = weights[:, (np.arange(1_025) * 16_000 / 2_048 > 200) & (np.arange(1_025) * 16_000 / 2_048 < 7_000)]
    assert np.allclose(between.sum(axis=0), 1, atol=1e-5)  # neighbours meet in the middle


@pytest.mark.parametrize(("rate", "size", "bands"), [(1_000, 32, 64), (8_000, 256, 64), (16_000, 512, 64)])
def test_no_band_is_empty(rate, size, bands):
    assert (frames.mel_bands(rate, size, bands).sum(axis=1) > 0).all()


def test_powers_are_those_of_a_discrete_fourier_transform():
    sound = np.random.default_rng(0).normal(size=(3, 200)).astype(np.float32)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(200) / 200)
    place = np.arange(200)[:, None] * np.arange(129)[None]
    expected = np.abs((sound * window) @ np.exp(-2j * np.pi * place / 256)) ** 2
    assert np.allclose(frames.powers(sound), expected, rtol=1e-3, atol=1e-3)


def test_cepstra_are_the_cosine_transform_of_the_logarithms():
    bands = np.random.default_rng(0).normal(size=(5, 40)).astype(np.float32)
    place = np.arange(40)
    expected = [
        np.sqrt((1 if k == 0 else 2) / 40) * (bands * np.cos(np.pi * k * (2 * place + 1) / 80)).sum(axis=1)
        for k in range(frames.COEFFICIENTS)
    ]
    assert np.allclose(frames.cepstra(bands), np.transpose(expected), atol=1e-5)


def test_the_slope_of_a_line_is_its_own():
    line = np.arange(20, dtype=np.float32)[:, None] * [1.0, -3.0]
    assert np.allclose(frames.slopes(line)[2:-2], [1, -3])


def test_silence_at_the_ends_and_loudness_change_nothing_but_the_loudness():
    rng = np.random.default_rng(1)
    sound = tone(rng, 500, 0.4).astype(np.float32)
    quiet = np.concatenate([np.zeros(1_600), sound * 0.2, np.zeros(800)]).astype(np.float32)
    first, second = described(sound, FORM)[0], described(quiet, FORM)[0]
    assert first[1] - second[1] > 10
    assert np.abs(first[2:22] - second[2:22]).max() < 0.15 * np.abs(first[2:22]).max()


@pytest.mark.parametrize("hertz", [90, 150, 300])
def test_the_pitch_of_a_tone_is_found(hertz):
    time = np.arange(4_000) / 8_000
    rich = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 6)).astype(np.float32)
    pitch, voiced = features._pitches(frames.framed(rich, 8_000), 8_000)
    assert voiced.all()
    assert abs(np.median(pitch) - hertz) < 0.04 * hertz


@pytest.mark.parametrize(
    "samples",
    [np.zeros(1), np.zeros(8_000), np.ones(3), np.array([1.0, -1.0] * 500)],
    ids=["one", "zeros", "short", "high"],
)
def test_every_sound_has_finite_numbers(samples):
    numbers, picture = described(samples.astype(np.float32), FORM)
    assert np.isfinite(numbers).all()
    assert np.isfinite(picture.astype(np.float16)).all()
    assert picture.shape == (64, 40)
    assert len(numbers) == FORM.row["statistics"].shape[0]


def test_segments_tell_the_order_of_events():
    rng = np.random.default_rng(0)
    rises, falls = (
        [described(sweep(rng, up=up).astype(np.float32), FORM)[0] for _ in range(8)] for up in (True, False)
    )
    segments = slice(-features.SEGMENTS * frames.COEFFICIENTS, None)
    between = np.linalg.norm(np.mean(rises, axis=0)[segments] - np.mean(falls, axis=0)[segments])
    within = np.linalg.norm(np.std(rises, axis=0)[segments])
    assert between > 3 * within


def test_long_recordings_have_fewer_frames_a_second():
    assert hop_for(0.05) == (16, 0.01)
    assert hop_for(10.0) == (128, 10.0 / 128)


def test_cepstra_agree_with_those_of_librosa():
    librosa = pytest.importorskip("librosa")
    power = np.random.default_rng(0).random((6, 257)).astype(np.float32)
    weights = librosa.filters.mel(sr=16_000, n_fft=512, n_mels=40, fmin=frames.LOWEST_HZ, htk=True, norm=None)
    expected = librosa.feature.mfcc(S=np.log(weights @ power.T + frames.SMALLEST_POWER), n_mfcc=20).T
    assert np.allclose(frames.cepstra(frames.log_mel(power, 16_000, 40)), expected, atol=1e-3)
