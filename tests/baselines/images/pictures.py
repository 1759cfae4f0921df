"""Generated pictures, and folders of them as users have them."""

import io
from pathlib import Path

import numpy as np
from PIL import Image


def save(path: Path, pixels: np.ndarray, **options) -> Path:
    """Write pixels (height, width) or (height, width, 3) to a file in the format of its ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def noise(rng: np.random.Generator, side: int = 24) -> np.ndarray:
    return rng.integers(0, 256, (side, side, 3), dtype=np.uint8)


def of_hue(rng: np.random.Generator, hue: int, side: int = 24) -> np.ndarray:
    """Return pixels of one hue (0 to 255), with saturation and value at random."""
    planes = rng.integers(120, 256, (side, side, 3), dtype=np.uint8)
    planes[..., 0] = (hue + rng.integers(-8, 9, (side, side))) % 256
    return np.asarray(Image.fromarray(planes, "HSV").convert("RGB"))


def of_texture(rng: np.random.Generator, direction: int, side: int = 24) -> np.ndarray:
    """Return grey stripes along one of two diagonals at a random place, of the same brightness."""
    down, across = np.mgrid[:side, :side]
    wave = np.sin((down + (1 - 2 * direction) * across) * 1.3 + rng.uniform(0, 7))
    return np.uint8(np.clip(128 + 70 * wave + rng.normal(0, 25, (side, side)), 0, 255))


def folder_of_noise(path: Path, counts: dict[str, int], side: int = 24, ending: str = "png") -> Path:
    rng = np.random.default_rng(0)
    for label, count in counts.items():
        (path / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            save(path / label / f"{number}.{ending}", noise(rng, side))
    return path
