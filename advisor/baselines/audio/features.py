"""What a recording is described by: statistics of its cepstra and spectra, and a picture of its mel bands."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.baselines.audio.frames import (
    BANDS,
    HOP_S,
    cepstra,
    framed,
    log_mel,
    powers,
    prepared,
    slopes,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from advisor.baselines.audio.frames import Numbers

PICTURE_BANDS = 64
MOST_FRAMES = 128  # of the picture: longer recordings have fewer a second
QUIETEST_DB = 60.0
SEGMENTS = 8
PITCHES_HZ = (60.0, 500.0)
VOICED = 0.4  # of the energy that repeats after one period
NEARLY = 0.9  # of the strongest repetition
ROLLED_OFF = 0.85  # share of the power below the frequency


class Format(NamedTuple):
    """How all recordings of a data set are brought to one form.

    Attributes
    ----------
    rate : int
        Samples a second.
    frames : int
        Columns of the picture of mel bands.
    hop_s : float
        Seconds from one of them to the next.
    longest_s : float
        What comes later in a recording is not read.
    """

    rate: int
    frames: int
    hop_s: float
    longest_s: float

    @property
    def row(self) -> np.dtype:
        """The type of a described recording: `statistics`, and `mel` of shape (bands, frames)."""
        count = len(statistics(np.zeros(self.rate, dtype=np.float32), 1.0, self.rate))
        fields = [("statistics", np.float32, (count,)), ("mel", np.float16, (PICTURE_BANDS, self.frames))]
        return np.dtype(fields)


def resampled(samples: "Numbers", rate: int, wanted: int) -> "Numbers":
    """Return samples at another rate, without the frequencies that it cannot hold."""
    if rate == wanted:
        return samples
    from math import gcd

    from scipy.signal import resample_poly

    common = gcd(rate, wanted)
    return np.asarray(resample_poly(samples, wanted // common, rate // common), dtype=np.float32)


def described(samples: "Numbers", form: Format) -> "tuple[Numbers, Numbers]":
    """Return the statistics and the picture of a recording at the rate of the form."""
    loudness = 10 * np.log10(float(np.mean(samples.astype(np.float64) ** 2)) + 1e-10)
    sound = prepared(samples, form.rate)
    return statistics(sound, loudness, form.rate), picture(sound, form)


def picture(sound: "Numbers", form: Format) -> "Numbers":
    """Return mel bands over time, shape (bands, frames): the middle of a longer one, a shorter one between silence.

    Logarithms below the loudest place; what is softer by more than QUIETEST_DB is silence, which would else be most of
    what varies.
    """
    bands = log_mel(powers(framed(sound, form.rate, form.hop_s)), form.rate, PICTURE_BANDS).T
    silence = np.float32(-QUIETEST_DB / 10 * np.log(10))
    bands = np.maximum(bands - bands.max(), silence, dtype=np.float32)
    count = bands.shape[1]
    if count >= form.frames:
        start = (count - form.frames) // 2
        middle: Numbers = bands[:, start : start + form.frames]
        return middle
    before = (form.frames - count) // 2
    return np.pad(bands, ((0, 0), (before, form.frames - count - before)), constant_values=silence)


def statistics(sound: "Numbers", loudness: float, rate: int) -> "Numbers":
    """Return duration and loudness, statistics over all frames, and how the cepstra of eight segments differ.

    The segments keep the order of events, which tells one word from another; without the mean of the recording they
    say less of speaker and microphone.
    """
    frames = framed(sound, rate)
    power = powers(frames)
    coefficients = cepstra(log_mel(power, rate, BANDS))
    change = slopes(coefficients)
    shape = _shape_of_spectra(frames, power, rate)
    pitch, voiced = _pitches(frames, rate)
    heard = np.log(pitch[voiced]) if voiced.any() else np.zeros(1, dtype=np.float32)
    places = np.arange(len(coefficients)) * SEGMENTS // len(coefficients)
    events = coefficients - coefficients.mean(axis=0)
    segments = [events[places == place] for place in range(SEGMENTS)]
    return np.concatenate(
        [
            [np.log(len(sound) / rate), loudness],
            _summary(coefficients),
            _summary(change)[change.shape[1] :],  # the mean of a slope is the difference of the ends
            _summary(shape),
            [voiced.mean(), heard.mean(), heard.std(), *np.percentile(heard, [10, 90])],
            *(segment.mean(axis=0) for segment in segments),
        ],
        dtype=np.float32,
    )


def _summary(values: "Numbers") -> "Numbers":
    """Return mean, standard deviation and two percentiles of each column."""
    low, high = np.percentile(values, [10, 90], axis=0)
    return np.concatenate([values.mean(axis=0), values.std(axis=0), low, high], dtype=np.float32)


def _shape_of_spectra(frames: "Numbers", power: "Numbers", rate: int) -> "Numbers":
    """Return log energy, zero crossings, centroid, bandwidth, roll-off and flatness of each frame."""
    frequencies = np.linspace(0, rate / 2, power.shape[1], dtype=np.float32)
    total = power.sum(axis=1) + 1e-10
    centroid = power @ frequencies / total
    bandwidth = np.sqrt(np.maximum(power @ frequencies**2 / total - centroid**2, 0))
    rolled = (power.cumsum(axis=1) >= ROLLED_OFF * total[:, None]).argmax(axis=1)
    flatness = np.log(power + 1e-10).mean(axis=1) - np.log(total / power.shape[1])
    crossings = (np.signbit(frames[:, 1:]) != np.signbit(frames[:, :-1])).mean(axis=1)
    columns = [np.log(total), crossings, centroid, bandwidth, frequencies[rolled], flatness]
    return np.column_stack(columns).astype(np.float32)


def _pitches(frames: "Numbers", rate: int) -> "tuple[Numbers, npt.NDArray[np.bool_]]":
    """Return the pitch of each frame in hertz by autocorrelation, and where it has one."""
    size = 2 << (frames.shape[1] - 1).bit_length()
    spectra = np.fft.rfft(frames - frames.mean(axis=1, keepdims=True), size, axis=1)
    repeats = np.fft.irfft(spectra.real**2 + spectra.imag**2, axis=1)[:, : frames.shape[1]]
    shortest, longest = int(rate / PITCHES_HZ[1]), min(int(rate / PITCHES_HZ[0]), int(frames.shape[1] * 0.8))
    overlap = 1 - np.arange(frames.shape[1]) / frames.shape[1]
    strength = repeats[:, shortest:longest] / overlap[shortest:longest] / (repeats[:, :1] + 1e-10)
    best = strength.max(axis=1)
    beside = np.pad(strength, ((0, 0), (1, 1)), mode="edge")
    peaks = (strength >= beside[:, :-2]) & (strength >= beside[:, 2:]) & (strength >= NEARLY * best[:, None])
    lags = peaks.argmax(axis=1)  # the first: what repeats after one period does so after two
    return (rate / (lags + shortest)).astype(np.float32), best > VOICED


def hop_for(seconds: float) -> tuple[int, float]:
    """Return how many frames a picture of so many seconds has, and the seconds from one to the next.

    Examples
    --------
    >>> hop_for(0.5)
    (50, 0.01)
    >>> hop_for(5.0)
    (128, 0.0390625)
    """
    frames = int(np.ceil(seconds / HOP_S))
    return (max(16, frames), HOP_S) if frames <= MOST_FRAMES else (MOST_FRAMES, seconds / MOST_FRAMES)
