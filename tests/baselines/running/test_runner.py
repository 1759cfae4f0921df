"""The runner: every fault of a fit ends in an outcome with its reason, and nothing is left behind."""

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

from advisor.baselines.running.fitting import Job
from advisor.baselines.running.runner import Runner
from advisor.baselines.structure import Dataset
from advisor.baselines.tabular.models.specs import IMPORTS
from tests.baselines.support import SPECS, table_dataset, user

pytestmark = pytest.mark.slow
ROWS = 60
RUN = "ADVISOR_TEST_RUN"
FAULTS = {
    "Sound": ("ok", ""),
    "Raises": ("failed", "RuntimeError: no convergence after 5 steps"),
    "Exits": ("failed", "SystemExit: 7"),
    "ExitsHard": ("failed", "ended the process with exit code 7"),
    "PredictsNan": ("failed", "predicted NaN or infinity for 3 of 20 rows"),
    "Hangs": ("timed-out", "stopped after 2 s, its share of the budget"),
    "Allocates": ("out-of-memory", "took more memory than --memory allows"),
    "Crashes": ("failed", "died of signal 11 (SIGSEGV)"),
    "Prints": ("ok", ""),
    "LeavesChild": ("ok", ""),
    "FillsDisk": ("failed", "OSError: [Errno 28] No space left on device"),
    "OnlyClasses": ("failed", "TypeError: the estimator has no predict_proba, which roc_auc needs"),
    "Missing": ("failed", "AttributeError: module 'faulty_models' has no attribute 'Missing'"),
}


def dataset() -> Dataset:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=ROWS), "b": rng.normal(size=ROWS)})
    return table_dataset(frame, {"a": "numeric", "b": "numeric"}, "binary", np.arange(ROWS) % 2, ("no", "yes"))


def job(model: str) -> Job:
    return Job(user(model), 0, 0, np.arange(20, ROWS), np.arange(20), "roc_auc", 0)


@pytest.fixture(scope="module", autouse=True)
def _run_of_its_own():
    """Let the fits import faulty_models, and mark what they start, as another run may be at the same test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parent)
        patch.setenv(RUN, str(os.getpid()))
        yield


@pytest.fixture(scope="module")
def outcomes():
    """Run every fault, two at a time, and return the outcomes with the children that are left at the end."""
    with Runner(slots=2, memory_mb=400, modules=IMPORTS) as runner:
        runner.load(dataset())
        waiting = list(FAULTS)
        found = {}
        while waiting or runner.running:
            while waiting and runner.free:
                name = waiting.pop(0)
                runner.submit(job(f"faulty_models:{name}"), limit_s=2.0 if name == "Hangs" else 30.0)
            for finished in runner.wait(time.monotonic() + 60):
                found[finished.job.model.id.partition(":")[2]] = finished.outcome
        found["left"] = [process.cmdline() for process in psutil.process_iter() if is_sleeper(process)]
    return found


def is_sleeper(process: psutil.Process) -> bool:
    try:
        return process.cmdline()[:1] == ["sleep"] and process.environ().get(RUN) == str(os.getpid())
    except psutil.Error:
        return False


@pytest.mark.parametrize("model", FAULTS)
def test_every_fault_becomes_an_outcome_with_its_reason(outcomes, model):
    status, note = FAULTS[model]
    assert (outcomes[model].status, outcomes[model].note[: len(note)]) == (status, note)
    if status == "ok":
        assert outcomes[model].score == 0.5
        assert outcomes[model].peak_rss_mb > 50


def test_children_of_a_fit_end_with_it(outcomes):
    assert outcomes["left"] == []


def test_nothing_outlives_the_runner():
    with Runner(slots=2, memory_mb=400, modules=IMPORTS) as runner:
        runner.load(dataset())
        runner.submit(job("faulty_models:Hangs"), limit_s=60)
        runner.submit(job("faulty_models:Hangs"), limit_s=60)
        until = time.monotonic() + 10
        while len(psutil.Process().children(recursive=True)) < 3 and time.monotonic() < until:
            runner.wait(time.monotonic() + 0.1)
        family = psutil.Process().children(recursive=True)
        assert len(family) == 3
    gone, alive = psutil.wait_procs(family, timeout=5)
    assert len(gone) == 3
    assert alive == []


def test_fits_are_reported_when_the_process_that_runs_them_is_killed():
    with Runner(slots=1, memory_mb=400, modules=IMPORTS) as runner:
        runner.load(dataset())
        runner.submit(job("faulty_models:Hangs"), limit_s=60)
        runner.wait(time.monotonic() + 1)
        family = psutil.Process().children(recursive=True)
        assert len(family) == 2
        psutil.Process().children()[0].kill()
        finished = runner.wait(time.monotonic() + 10)
        assert [(one.outcome.status, one.outcome.note) for one in finished] == [
            ("failed", "the process that runs the fits was killed; memory may have run out")
        ]
        assert runner.dead
        assert psutil.wait_procs(family, timeout=5)[1] == []
        runner.submit(job("dummy"), limit_s=60)
        assert [one.outcome.status for one in runner.wait(time.monotonic() + 10)] == ["failed"]


def test_large_jobs_and_large_outcomes_pass_each_other():
    """Neither side may wait for the other to read: each message is larger than what a pipe holds."""
    rows = 200_000
    frame = pd.DataFrame({"a": np.arange(rows, dtype=float)})
    target = (np.arange(rows) // 7) % 2
    data = table_dataset(frame, {"a": "numeric"}, "binary", target, ("no", "yes"))
    half = np.arange(rows // 2)
    with Runner(slots=2, memory_mb=1000, modules=IMPORTS) as runner:
        runner.load(data)
        deadline, done = time.monotonic() + 60, 0
        jobs = [Job(SPECS["dummy"], 0, 0, half, half + rows // 2, "accuracy", 0) for _ in range(8)]
        while done < len(jobs) and time.monotonic() < deadline:
            while jobs[done + len(runner.running) :] and runner.free:
                runner.submit(jobs[done + len(runner.running)], 60.0)
            ended = runner.wait(deadline)
            assert all(len(one.outcome.influence) == len(half) for one in ended)
            done += len(ended)
    assert done == len(jobs)
