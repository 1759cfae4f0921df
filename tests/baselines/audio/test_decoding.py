"""Recordings of any rate, width and number of channels give the same sound, or a reason why not."""

import io
import struct

import numpy as np
import pytest

from advisor.baselines.audio import frames
from advisor.baselines.audio.decoding import NoRecordingError, decoded, facts
from advisor.baselines.audio.features import Format, described, resampled
from tests.baselines.audio.sounds import encoded, tone

SOUND = tone(np.random.default_rng(0), 440, 0.5)
FORM = Format(8_000, 50, 0.01, 30.0)


@pytest.mark.parametrize("width", ["uint8", "int16", "int24", "int32", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_width_and_number_of_channels_is_the_same_sound(width, channels):
    samples, about = decoded(encoded(np.column_stack([SOUND] * channels), width=width))
    assert (about.rate, about.channels, about.samples) == (8_000, channels, 4_000)
    assert about.seconds == 0.5
    assert np.abs(samples - SOUND).max() < (0.01 if width == "uint8" else 1e-4)


@pytest.mark.parametrize("rate", [11_025, 16_000, 44_100])
def test_a_tone_at_another_rate_has_the_same_description(rate):
    plain = np.sin(2 * np.pi * 440 * np.arange(4_000) / 8_000)
    other = np.sin(2 * np.pi * 440 * np.arange(rate // 2) / rate)
    first, _ = described(plain.astype(np.float32), FORM)
    second, _ = described(resampled(other.astype(np.float32), rate, 8_000), FORM)
    assert np.abs(first[:2] - second[:2]).max() < 0.05  # duration, and loudness in dB
    coefficients = slice(2, 2 + frames.COEFFICIENTS)
    assert np.corrcoef(first[coefficients], second[coefficients])[0, 1] > 0.98


def test_an_extensible_header_names_its_format_further_on():
    plain = encoded(SOUND)
    form = struct.pack("<HHIIHH", 0xFFFE, 1, 8_000, 16_000, 2, 16)
    form += struct.pack("<HHI", 22, 16, 4) + bytes.fromhex("0100000000001000800000aa00389b71")
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + plain[36:]
    content = b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
    assert (decoded(content)[0] == decoded(plain)[0]).all()


def test_chunks_of_other_things_are_skipped():
    plain = encoded(SOUND)
    chunk = b"LIST" + struct.pack("<I", 5) + b"INFOx\0"
    content = plain[:12] + chunk + plain[12:]
    assert (decoded(content)[0] == decoded(plain)[0]).all()


def test_flac_is_read_where_soundfile_is():
    soundfile = pytest.importorskip("soundfile")
    stream = io.BytesIO()
    soundfile.write(stream, SOUND, 8_000, format="FLAC", subtype="PCM_16")
    samples, about = decoded(stream.getvalue())
    assert about.encoding == "FLAC PCM_16"
    assert np.abs(samples - SOUND).max() < 1e-4


def test_flac_without_soundfile_names_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "soundfile", None)
    with pytest.raises(NoRecordingError, match=r"^FLAC is read by another package: pip install"):
        facts(b"fLaC" + bytes(60))


WHOLE = encoded(SOUND)


def with_header(size: int) -> bytes:
    """Return the recording with another size of its sound in the header."""
    return WHOLE[:40] + struct.pack("<I", size) + WHOLE[44:]


def compressed(code: int) -> bytes:
    return WHOLE[:20] + struct.pack("<H", code) + WHOLE[22:]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"hello, this is text", "its content is not a recording"),
        (WHOLE[:2_000], "cut off: its header promises 8,000 bytes of sound and 1,956 follow"),
        (with_header(0xFFFFFFF0), "cut off: its header promises 4,294,967,280 bytes of sound and 8,000 follow"),
        (with_header(0), "it holds no sound"),
        (WHOLE[:30], "cut off: its header is missing"),
        (WHOLE[:36], "cut off: its sound is missing"),
        (compressed(49), r"compressed \(GSM\); convert it to PCM"),
        (compressed(999), r"compressed \(the code 999\)"),
        (WHOLE[:24] + struct.pack("<I", 0) + WHOLE[28:], "its sampling rate is 0 Hz"),
        (WHOLE[:22] + struct.pack("<H", 0) + WHOLE[24:], "it has no channel"),
    ],
    ids=["empty", "text", "cut", "4 GB", "no samples", "cut header", "no sound", "GSM", "unknown", "rate", "channels"],
)
def test_a_file_that_cannot_be_read_says_why(content, reason):
    with pytest.raises(NoRecordingError, match=reason):
        decoded(content)


def test_any_damage_of_a_header_is_a_recording_or_a_reason():
    rng = np.random.default_rng(0)
    for _ in range(400):
        content = bytearray(WHOLE[:400])
        for place in rng.integers(0, 44, 3):
            content[place] = rng.integers(256)
        try:
            samples, _ = decoded(bytes(content))
            assert np.isfinite(samples).all()
        except NoRecordingError:
            pass


def test_too_many_samples_are_refused_by_the_header(monkeypatch):
    monkeypatch.setattr("advisor.baselines.audio.decoding.MOST_SAMPLES", 3_000)
    with pytest.raises(NoRecordingError, match="more than 3,000 samples; cut it into clips"):
        facts(WHOLE)
