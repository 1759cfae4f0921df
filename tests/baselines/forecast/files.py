"""Files of series as users have them, and what models score on them."""

import csv
from pathlib import Path

import numpy as np

from advisor.baselines.options import Options
from advisor.baselines.prepared import Prepared, prepared_data
from advisor.baselines.running.fitting import Job, run_job
from advisor.baselines.running.splits import make_folds

DAILY = Options(target="sold", time="day", horizon=7)


def days(count: int, first: str = "2023-01-01") -> list[str]:
    return [str(day) for day in np.datetime64(first) + np.arange(count)]


def write(path: Path, rows, header=("day", "sold")) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def weekly(count: int = 400, seed: int = 0, noise: float = 1.0) -> np.ndarray:
    """Return days with a season of a week and a slow trend."""
    rng = np.random.default_rng(seed)
    season = np.tile([0, 1, 2, 3, 9, 20, 14], count // 7 + 1)[:count]
    return 100 + 0.02 * np.arange(count) + season + rng.normal(0, noise, count)


def walk(count: int = 700, seed: int = 0) -> np.ndarray:
    return 500 + np.cumsum(np.random.default_rng(seed).normal(size=count))


def daily_file(path: Path, values, order=None, keep=None) -> Path:
    rows = [(day, f"{value:.4f}") for day, value in zip(days(len(values)), values, strict=True)]
    rows = rows if keep is None else [rows[place] for place in keep]
    return write(path, rows if order is None else [rows[place] for place in order])


def read(path: Path, **options) -> Prepared:
    return prepared_data(path, DAILY._replace(**options))


def scores(prepared: Prepared, *models: str, folds: int = 5) -> dict[str, float]:
    """Return the MASE of models, the mean over the folds."""
    split = make_folds(prepared.dataset, folds, 0, 0)
    found = {}
    for name in models:
        outcomes = [
            run_job(Job(prepared.models[name], 0, number, fold.train, fold.test, "mase", 0), prepared.dataset)
            for number, fold in enumerate(split.folds)
        ]
        assert [one.status for one in outcomes] == ["ok"] * len(outcomes), outcomes
        found[name] = float(np.mean([one.score for one in outcomes]))
    return found
