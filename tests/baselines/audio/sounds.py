"""Generated recordings, and folders of them as users have them."""

import struct
from pathlib import Path

import numpy as np

RATE = 8_000


def tone(rng: np.random.Generator, hertz: float, seconds: float = 0.3, rate: int = RATE) -> np.ndarray:
    """Return a tone with overtones at a random phase in some noise, between -1 and 1."""
    time = np.arange(round(seconds * rate)) / rate
    phase = rng.uniform(0, 2 * np.pi)
    sound = np.sin(2 * np.pi * hertz * time + phase) + 0.3 * np.sin(4 * np.pi * hertz * time)
    return 0.5 * (sound / 1.3 + rng.normal(0, 0.05, len(time))).clip(-1, 1)


def sweep(rng: np.random.Generator, *, up: bool, rate: int = RATE) -> np.ndarray:
    """Return a tone that rises or falls: the same spectrum over all, in another order."""
    seconds = rng.uniform(0.25, 0.35)
    time = np.linspace(0, 1, round(seconds * rate), endpoint=False)
    climbing = 300 + 1_500 * (time if up else 1 - time)
    return 0.5 * np.sin(2 * np.pi * np.cumsum(climbing) / rate) + rng.normal(0, 0.02, len(time))


def encoded(samples: np.ndarray, rate: int = RATE, width: str = "int16") -> bytes:
    """Return a WAV file of samples (time,) or (time, channels) between -1 and 1."""
    values = samples if samples.ndim == 2 else samples[:, None]
    clipped = np.clip(values, -1, 1)
    bits = int(width.removeprefix("u").lstrip("intfloa"))
    if width == "uint8":
        content = np.uint8(np.round(clipped * 127) + 128).tobytes()
    elif width == "int24":
        whole = np.round(clipped * (2**23 - 1)).astype("<i4")
        content = whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    elif width.startswith("int"):
        content = np.round(clipped * (2.0 ** (bits - 1) - 1)).astype(f"<i{bits // 8}").tobytes()
    else:
        content = values.astype(f"<f{bits // 8}").tobytes()
    channels, block = values.shape[1], values.shape[1] * bits // 8
    form = struct.pack("<HHIIHH", 3 if width.startswith("float") else 1, channels, rate, rate * block, block, bits)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(content)) + content
    chunks += b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def save(path: Path, samples: np.ndarray, rate: int = RATE, width: str = "int16") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(samples, rate, width))
    return path


def folder_of_tones(path: Path, counts: dict[str, int], name: str = "{number}") -> Path:
    """Write so many tones of each class, each class at its own pitch."""
    rng = np.random.default_rng(0)
    for place, (label, count) in enumerate(counts.items()):
        (path / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            sound = tone(rng, 300 + 400 * place, rng.uniform(0.2, 0.4))
            save(path / label / f"{name.format(number=number, label=label)}.wav", sound)
    return path
