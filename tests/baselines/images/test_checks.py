"""Files that tell the class by how they were stored are a leak; files that differ as their pictures do are none."""

import numpy as np
import pytest
from PIL import Image

from advisor import Options
from advisor.baselines.baseline import prepared_data
from tests.baselines.images.pictures import noise, save

pytestmark = pytest.mark.slow


def leak(path) -> str | None:
    found = [check for check in prepared_data(path, Options()).checks if check.id == "leakage"]
    assert all(check.severity == "warning" for check in found)
    return found[0].message if found else None


def smooth(rng: np.random.Generator, side: int = 32) -> np.ndarray:
    small = Image.fromarray(noise(rng, 6))
    return np.asarray(small.resize((side, side), Image.Resampling.BICUBIC))


def test_a_quality_of_compression_for_each_class_is_a_leak(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(160):
        label = "ab"[number % 2]
        save(tmp_path / label / f"{number}.jpg", smooth(rng), quality=95 if label == "a" else 60)
    message = leak(tmp_path)
    assert message is not None
    assert message.startswith("size, format and resolution of the files alone tell the class of 100% of the pictures")
    assert message.endswith("(always the most frequent class: 50%)")


def test_a_resolution_for_each_class_is_a_leak(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(120):
        label = "ab"[number % 2]
        save(tmp_path / label / f"{number}.png", smooth(rng, 48 if label == "a" else 40))
    assert leak(tmp_path) is not None


def test_a_class_with_more_detail_has_larger_files_and_no_leak(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(160):
        label = "ab"[number % 2]
        save(tmp_path / label / f"{number}.png", noise(rng, 32) if label == "a" else smooth(rng))
    assert leak(tmp_path) is None


def test_files_stored_alike_are_no_leak(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(160):
        save(tmp_path / "ab"[number % 2] / f"{number}.jpg", smooth(rng))
    assert leak(tmp_path) is None


def test_strokes_of_two_lengths_have_files_of_two_sizes_and_no_leak(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(160):
        pixels = np.zeros((28, 28), dtype=np.uint8)
        for _ in range(2 if number % 2 else 8):
            row, column = rng.integers(0, 20, 2)
            pixels[row : row + 8, column : column + 3] = rng.integers(100, 255, (8, 3))
        save(tmp_path / "ab"[number % 2] / f"{number}.png", pixels)
    assert leak(tmp_path) is None
