"""Run the real race over simulated learners whose truth is known: `python tests/benchmarks/races.py [SETS [CELL]]`.

How often is "yes" or "no" said where both families are equal, and where a network is truly better by some ROPEs?

A learner predicts the truth with noise of its own. A part of the noise is the learner's, the same in every fit (it sees
other things than the others do), a part is drawn anew for each fit (the luck of the training), and a part is shared by
all learners (rows that are hard for everybody). The families have three learners each, of which two are weaker, and
equal families have equal noise.
"""

import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from advisor.baselines.judging.influence import influences
from advisor.baselines.judging.metrics import METRICS, rope
from advisor.baselines.measurement import Measurement
from advisor.baselines.options import Options
from advisor.baselines.prepared import Prepared
from advisor.baselines.running.clock import Clock
from advisor.baselines.running.execution import Execution
from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.running.jobs import Design
from advisor.baselines.running.race import Race
from advisor.baselines.structure import Dataset
from advisor.baselines.structures import structure
from tests.baselines.running.simulated import Nothing, SimulatedRunner, models

CLASSIFYING = ("accuracy", "roc_auc", "average_precision", "log_loss")
GAINS = (0.0, 2.0, 4.6)
WEAKER = (1.3, 1.15, 1.0)  # noise of a family's learners, relative to its best
SHARED, OWN, TRAINING = 0.5, 0.3, 0.2  # shares of a learner's variance
NOISE = 1.0
LARGE = 200_000  # rows on which true scores are computed


class Cell(NamedTuple):
    """One setting: `gain` is the true advantage of the best network in units of the ROPE."""

    metric: str
    rows: int
    gain: float = 0.0


class World:
    """A data set and learners on it."""

    def __init__(self, metric: str, rows: int, network_noise: float, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.metric, self.seed = metric, seed
        self.signal = 1.5 * rng.standard_normal(rows)
        if metric == "average_precision":
            self.target = (self.signal + rng.logistic(size=rows) > 4.2).astype(np.int64)
        elif metric in CLASSIFYING:
            self.target = (self.signal + rng.logistic(size=rows) > 0).astype(np.int64)
        else:
            self.target = self.signal + rng.standard_normal(rows)
        self.shared = rng.standard_normal(rows)
        names = [name for name, spec in models().items() if not spec.role]
        self.own = {name: rng.standard_normal(rows) for name in names}
        self.noise = {name: NOISE * factor for name, factor in zip(names[:3], WEAKER, strict=True)}
        self.noise |= {name: network_noise * factor for name, factor in zip(names[3:], WEAKER, strict=True)}

    def influence(self, job: Job, rows: np.ndarray) -> np.ndarray:
        """Return what the rows contribute to the score of a simulated fit."""
        name = job.model.id
        if job.model.role:
            return self._scored(np.zeros(len(rows)), rows)
        place = [
            list(self.noise).index(name),
            job.repeat,
            job.fold,
            job.second_fold or 0,
            job.part or 0,
            len(job.stage),
        ]
        luck = np.random.default_rng([self.seed, *place]).standard_normal(len(rows))
        error = np.sqrt(SHARED) * self.shared[rows] + np.sqrt(OWN) * self.own[name][rows] + np.sqrt(TRAINING) * luck
        return self._scored(self.signal[rows] + self.noise[name] * error, rows)

    def _scored(self, predicted: np.ndarray, rows: np.ndarray) -> np.ndarray:
        target = self.target[rows]
        if self.metric not in CLASSIFYING:
            return influences(self.metric, target, predicted, None, 0)
        shift = 4.2 if self.metric == "average_precision" else 0.0
        chance = 1 / (1 + np.exp(shift - predicted))
        return influences(self.metric, target, np.stack([1 - chance, chance], axis=1), np.array([0, 1]), 2)


@cache
def true_score(metric: str, noise: float) -> float:
    """Return the score on many rows of the best learner with some noise."""
    world = World(metric, LARGE, noise, 999)
    error = np.random.default_rng(1).standard_normal(LARGE)
    return float(world._scored(world.signal + noise * error, np.arange(LARGE)).mean())


@cache
def noise_for(metric: str, gain: float, rows: int) -> float:
    """Return the noise with which the best network is truly better by `gain` ROPEs."""
    sign = 1 if METRICS[metric].greater_is_better else -1
    unit = rope_of(metric, rows)
    low, high = 0.05, 3.0
    for _ in range(30):
        middle = (low + high) / 2
        better = sign * (true_score(metric, middle) - true_score(metric, NOISE)) / unit
        low, high = (middle, high) if better > gain else (low, middle)
    return (low + high) / 2


@cache
def rope_of(metric: str, rows: int) -> float:
    world = World(metric, LARGE, NOISE, 999)
    return rope(metric, float(world._scored(np.zeros(LARGE), np.arange(LARGE)).mean()), rows)


def measured(cell: Cell, seed: int, prior: str) -> tuple[str, str, float | None]:
    """Run one race to its answer; return that, the verdict and the stated probability."""
    world = World(cell.metric, cell.rows, noise_for(cell.metric, cell.gain, cell.rows), seed)
    classes = cell.metric in CLASSIFYING
    data = Dataset(
        Nothing(cell.rows), "binary" if classes else "regression", world.target, ("no", "yes") if classes else ()
    )

    def outcome(job: Job, rows: np.ndarray) -> np.ndarray | Outcome:
        return world.influence(job, rows)

    race = Race(
        Execution(SimulatedRunner(outcome), Clock(float("inf")), lambda _: None),
        data,
        models(),
        Design(cell.metric, 5, seed, 60.0, cell.rows),
    )
    prepared = Prepared(structure("tabular"), None, data, None, (), cell.metric, models())  # type: ignore[arg-type]
    measurement = Measurement(prepared, Options("y", prior=prior), race, 0.0)
    race.floor()
    race.choose()
    measurement.analyse_until_decided()
    judged = measurement.judgement
    assert judged is not None
    return judged.answer, judged.verdict, judged.probability


def simulate(cell: Cell, sets: int, prior: str, first: int = 0) -> tuple[Counter[str], Counter[str], list[float]]:
    answers, verdicts, stated = Counter(), Counter(), []
    for seed in range(first, first + sets):
        answer, verdict, probability = measured(cell, seed, prior)
        answers[answer] += 1
        verdicts[verdict] += 1
        stated.append(float("nan") if probability is None else probability)
    return answers, verdicts, stated


def main() -> None:
    sets = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rows = [int(text) for text in sys.argv[2].split(",")] if len(sys.argv) > 2 else [200, 1000, 10_000]
    began = time.process_time()
    columns = ("yes", "no", "open", "ml", "dl", "equal", "mean p")
    print(f"{'metric':<18}{'rows':>6}{'gain':>6}{'prior':>11}" + "".join(f"{name:>7}" for name in columns))
    for metric in (*CLASSIFYING, "rmse", "mae"):
        for size in rows:
            for gain in GAINS:
                for prior in ("none", "published"):
                    answers, verdicts, stated = simulate(Cell(metric, size, gain), sets, prior, first=10_000)
                    shares = [answers[name] / sets for name in ("yes", "no", "open")]
                    shares += [verdicts[name] / sets for name in ("ml", "dl", "equal")]
                    print(
                        f"{metric:<18}{size:>6}{gain:>6}{prior:>11}"
                        + "".join(f"{share:>7.3f}" for share in shares)
                        + f"{np.nanmean(stated):>7.3f}",
                        flush=True,
                    )
    print(f"{time.process_time() - began:.0f} CPU seconds")


if __name__ == "__main__":
    main()
