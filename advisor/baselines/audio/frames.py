"""Short-time spectra of recordings: frames, mel bands and cepstra."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float32]

WINDOW_S, HOP_S = 0.025, 0.010
BANDS, COEFFICIENTS = 40, 20
LOWEST_HZ = 20.0
SMALLEST_POWER = 1e-10
TRIMMED_DB = 30.0
SHORTEST_S = 0.1


def prepared(samples: "Numbers", rate: int) -> "Numbers":
    """Return sound without silence at both ends, at its full height, of a tenth of a second or more."""
    peak = float(np.abs(samples).max(initial=0.0))
    if peak > 0:
        samples = samples / peak
    length, hop = round(WINDOW_S * rate), round(HOP_S * rate)
    if len(samples) > length:
        starts = np.arange(0, len(samples) - length + 1, hop)
        sums = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
        loudness = 10 * np.log10((sums[starts + length] - sums[starts]) / length + SMALLEST_POWER)
        loud = np.flatnonzero(loudness > loudness.max() - TRIMMED_DB)
        last = len(samples) if loud[-1] == len(starts) - 1 else starts[loud[-1]] + length
        samples = samples[starts[loud[0]] : last]
    missing = round(SHORTEST_S * rate) - len(samples)
    return np.pad(samples, (missing // 2, missing - missing // 2)) if missing > 0 else samples


def framed(samples: "Numbers", rate: int, hop_s: float = HOP_S) -> "Numbers":
    """Return the overlapping windows of a recording, shape (frames, samples)."""
    length, hop = round(WINDOW_S * rate), max(1, round(hop_s * rate))
    return np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]


def powers(frames: "Numbers") -> "Numbers":
    """Return the power of each frequency in each frame, under a Hann window."""
    size = 1 << (frames.shape[1] - 1).bit_length()
    window = np.hanning(frames.shape[1] + 1)[:-1].astype(np.float32)
    spectra = np.fft.rfft(frames * window, size, axis=1)
    return np.asarray(spectra.real**2 + spectra.imag**2, dtype=np.float32)


def hertz_to_mel(hertz: "float | np.ndarray") -> np.ndarray:
    """Return pitch as the ear hears it (O'Shaughnessy, Speech communication, 1987).

    Examples
    --------
    >>> float(hertz_to_mel(1_000.0).round())
    1000.0
    """
    return np.asarray(2595 * np.log10(1 + np.asarray(hertz) / 700))


@lru_cache(maxsize=16)
def mel_bands(rate: int, size: int, bands: int) -> "Numbers":
    """Return the weight of each frequency in each band, shape (bands, size // 2 + 1).

    Triangles at equal distances in mel (Davis and Mermelstein, Comparison of parametric representations for
    monosyllabic word recognition, 1980). A band narrower than two frequencies has at least the nearest one.
    """
    edges = 700 * (10 ** (np.linspace(hertz_to_mel(LOWEST_HZ), hertz_to_mel(rate / 2), bands + 2) / 2595) - 1)
    frequencies = np.arange(size // 2 + 1) * rate / size
    rising = (frequencies - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - frequencies) / (edges[2:] - edges[1:-1])[:, None]
    weights = np.maximum(0, np.minimum(rising, falling))
    for band in np.flatnonzero(weights.sum(axis=1) == 0):
        weights[band, np.abs(frequencies - edges[band + 1]).argmin()] = 1
    return weights.astype(np.float32)


def log_mel(power: "Numbers", rate: int, bands: int) -> "Numbers":
    """Return the logarithm of the power in each mel band, shape (frames, bands)."""
    size = 2 * (power.shape[1] - 1)
    return np.asarray(np.log(power @ mel_bands(rate, size, bands).T + SMALLEST_POWER), dtype=np.float32)


def cepstra(bands: "Numbers") -> "Numbers":
    """Return mel-frequency cepstral coefficients, shape (frames, COEFFICIENTS)."""
    from scipy.fft import dct

    return np.asarray(dct(bands, type=2, axis=1, norm="ortho")[:, :COEFFICIENTS], dtype=np.float32)


def slopes(values: "Numbers") -> "Numbers":
    """Return how each column changes, by the line through five frames; the ends repeat."""
    padded = np.pad(values, ((2, 2), (0, 0)), mode="edge")
    count = len(values)
    near = padded[3 : 3 + count] - padded[1 : 1 + count]
    far = padded[4 : 4 + count] - padded[:count]
    return np.asarray((near + 2 * far) / 10, dtype=np.float32)
