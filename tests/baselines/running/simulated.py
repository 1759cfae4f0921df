"""A runner whose fits take no time: learners with known accuracy, so that stages and answers can be judged."""

import zlib
from collections.abc import Callable, Mapping

import numpy as np

from advisor.baselines.running.clock import Clock
from advisor.baselines.running.execution import Execution
from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.running.jobs import Design
from advisor.baselines.running.race import Race
from advisor.baselines.running.runner import Finished
from advisor.baselines.structure import Dataset, ModelSpec

BUILDER = "nowhere:nothing"


class Nothing:
    """Examples that only have a number."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return self.rows

    def take(self, rows: np.ndarray) -> np.ndarray:
        return rows

    def bytes_per_row(self) -> float:
        return 8.0


def models(*, hybrid: bool = False) -> dict[str, ModelSpec]:
    rows = [
        ModelSpec("dummy", "Always the same answer", "none", BUILDER, "constant"),
        ModelSpec("one-rule", "Rule on one column", "none", BUILDER, "simple"),
        ModelSpec("linear", "Linear model", "classical", BUILDER, floor=True),
        ModelSpec("forest", "Forest", "classical", BUILDER),
        ModelSpec("xgboost", "XGBoost", "classical", BUILDER, floor=True, strongest=True),
        ModelSpec("mlp", "MLP", "deep", BUILDER),
        ModelSpec("realmlp", "RealMLP", "deep", BUILDER),
        ModelSpec("tabm", "TabM", "deep", BUILDER, strongest=True),
    ]
    if hybrid:
        rows.append(ModelSpec("hybrid", "Hybrid", "hybrid", BUILDER))
    return {row.id: row for row in rows}


def dataset(rows: int, **arrays: np.ndarray) -> Dataset:
    return Dataset(Nothing(rows), "binary", np.arange(rows) % 2, ("no", "yes"), **arrays)


class SimulatedRunner:
    """Ends every fit at once; `hits` says of a job which rows it got right."""

    def __init__(self, hits: Callable[[Job, np.ndarray], np.ndarray | Outcome], slots: int = 2) -> None:
        self.hits = hits
        self.slots = slots
        self.dead = False
        self.jobs: list[Job] = []
        self._waiting: list[Finished] = []

    @property
    def free(self) -> int:
        return self.slots - len(self._waiting)

    @property
    def running(self) -> tuple[Job, ...]:
        return tuple(one.job for one in self._waiting)

    def submit(self, job: Job, limit_s: float) -> int:
        self.jobs.append(job)
        found = self.hits(job, job.test)
        if isinstance(found, Outcome):
            outcome = found
        else:
            second = None if job.second_test is None else self.hits(job, job.second_test)
            second_score = None if second is None or isinstance(second, Outcome) else float(np.mean(second))
            outcome = Outcome(
                "ok", score=float(np.mean(found)), fit_s=0.1, influence=found.astype(float), second_score=second_score
            )
        self._waiting.append(Finished(len(self.jobs), job, outcome, 0.1))
        return len(self.jobs)

    def wait(self, deadline: float) -> list[Finished]:
        done, self._waiting = self._waiting, []
        return done

    def stop(self, cause: str) -> list[Finished]:
        return self.wait(0.0)


def right_with(accuracy: Mapping[str, float], seed: int = 0) -> Callable[[Job, np.ndarray], np.ndarray]:
    """Return learners that get every row right with a known probability, alike where they are equally good.

    Rows are hard or easy for all of them; a third of what they get wrong is each one's own.
    """
    rng = np.random.default_rng(seed)
    hardness = rng.random(1_000_000)

    def hits(job: Job, rows: np.ndarray) -> np.ndarray:
        own = np.random.default_rng([seed, hash_of(job)])
        drawn = np.where(own.random(len(rows)) < 1 / 3, own.random(len(rows)), hardness[rows])
        return drawn < accuracy[job.model.id]

    return hits


def hash_of(job: Job) -> int:
    text = f"{job.model.id} {job.stage} {job.repeat} {job.fold} {job.second_fold} {job.part}"
    return zlib.crc32(text.encode())


def race_of(
    hits, rows: int = 4000, *, left: float = float("inf"), recorded=None, specs=None, folds=5, **arrays
) -> Race:
    execution = Execution(SimulatedRunner(hits), Clock(left), lambda _: None)
    return Race(
        execution, dataset(rows, **arrays), specs or models(), Design("accuracy", folds, 0, 60.0, rows), recorded
    )


def run(race: Race, repeats: int = 1) -> Race:
    race.floor()
    race.choose()
    for repeat in range(repeats):
        race.duel(repeat)
    race.fill(repeats)
    return race
