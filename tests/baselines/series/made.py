"""Series and files of series for tests."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

HEADER = "#made for a test\n@problemName Made\n@timeStamps false\n@univariate true\n@classLabel true {classes}\n@data\n"


def waves(count: int, *, channels: int = 1, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """Return noisy sines of unequal length whose class is their frequency; the phase is random."""
    rng = np.random.default_rng(seed)
    classes = np.arange(count) % 2
    series = []
    for kind in classes:
        steps = np.arange(rng.integers(40, 60))
        phases = rng.uniform(0, 2 * np.pi, channels)[:, None]
        one = np.sin(steps * (0.35 if kind else 0.55) + phases)
        series.append(one + rng.normal(0, 0.3, one.shape))
    return series, classes


def levels(count: int, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """Return noise of one length whose class is its level alone."""
    rng = np.random.default_rng(seed)
    classes = np.arange(count) % 2
    return [rng.normal(2.0 * kind, 1.0, (1, 30)) for kind in classes], classes


def ts_text(series: Sequence[np.ndarray], labels: Sequence[object]) -> str:
    """Return the text of a `.ts` file."""
    header = HEADER.format(classes=" ".join(sorted({str(label) for label in labels})))
    lines = [
        ":".join(",".join(f"{value:.4f}" for value in channel) for channel in one) + f":{label}"
        for one, label in zip(series, labels, strict=True)
    ]
    return header + "\n".join(lines) + "\n"


def write_ts(path: Path, series: Sequence[np.ndarray], labels: Sequence[object]) -> Path:
    path.write_text(ts_text(series, labels), encoding="utf-8")
    return path


def write_wide(path: Path, series: Sequence[np.ndarray], labels: Sequence[object], beside: str = "") -> Path:
    """Write a table with a row for each series of one channel, cells behind its end left empty."""
    longest = max(one.shape[1] for one in series)
    lines = [",".join([*([beside] if beside else []), *(f"t{step}" for step in range(longest)), "label"])]
    for number, (one, label) in enumerate(zip(series, labels, strict=True)):
        cells = [f"{value:.4f}" for value in one[0]] + [""] * (longest - one.shape[1])
        lines.append(",".join([*([str(number)] if beside else []), *cells, str(label)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
