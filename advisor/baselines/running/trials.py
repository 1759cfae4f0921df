"""The fits of a comparison in their order: a first try, a plan that fits the budget, analysis after analysis."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.judging.metrics import METRICS
from advisor.baselines.running.execution import Execution
from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.running.outcomes import CUT_BY_BUDGET, OUT_OF_TIME, FitKey, Outcomes
from advisor.baselines.running.replay import Recorded
from advisor.baselines.running.runner import Finished
from advisor.baselines.running.schedule import PACKING, Plan, Timing, choose_plan, probe_rows, seconds_at
from advisor.baselines.running.splits import Split
from advisor.baselines.running.subsets import Subsets
from advisor.baselines.structure import Dataset, ModelSpec

MEASURING_SECONDS = 1.5


class Design(NamedTuple):
    """What the fits have in common.

    Attributes
    ----------
    metric : str
        The deciding measure.
    folds, seed : int
        Of the splits.
    budget_s : float
        Seconds that the user gave for everything.
    most_rows : int
        Rows of the data set that a fit has memory for.
    """

    metric: str
    folds: int
    seed: int
    budget_s: float
    most_rows: int


class Trials:
    """The fits of one comparison.

    Parameters
    ----------
    execution : Execution
        What runs them.
    dataset : Dataset
        The rows at hand.
    models : mapping of str to ModelSpec
        The models that were asked for, in the order of the table.
    design : Design
        What the fits have in common.
    recorded : Recorded, optional
        The plan of an earlier result, to be run again without a clock.
    """

    def __init__(
        self,
        execution: Execution,
        dataset: Dataset,
        models: Mapping[str, ModelSpec],
        design: Design,
        recorded: Recorded | None = None,
    ) -> None:
        self.execution = execution
        self.models = models
        self.design = design
        self.recorded = recorded
        self.outcomes = Outcomes(models)
        self.subsets = Subsets(dataset, design.folds, design.seed)
        self.plan = Plan(tuple(models), len(dataset), ())
        self._rows = len(dataset)
        self._timings: dict[str, Timing] = {}
        self._recorded_fits = {} if recorded is None else recorded.by_key()
        self._tried = len(dataset)
        self._measured_fold: int | None = 0

    # -- the stages ------------------------------------------------------------------------------------------

    def first_fits(self) -> None:
        """Fit every model once, on few rows where they are many; a replay needs no such try."""
        if self.recorded is not None:
            return
        total = min(self._rows, self.design.most_rows)
        self._tried = self._least_that_splits(probe_rows(self.execution.clock.left(), total), total)
        self._measured_fold = 0 if self._tried == total else None  # what is fitted again need not be measured twice
        self.plan = self.plan._replace(rows=self._tried)
        jobs = [self._job(model, self._tried, 0, 0) for model in self.models]
        self.execution.run("first fits", jobs, lambda _: None, self._finished, self.outcomes.left_out)

    def choose_plan(self) -> None:
        """Choose models and rows whose first analysis fits into the time left, or take the recorded plan."""
        if self.recorded is not None:
            models = tuple(dict.fromkeys(key.model for key in self._recorded_fits if key.rows is None))
            self.plan, candidates = Plan(models, self.recorded.rows, self.recorded.notes), list(self.models)
        else:
            self._fit_plan_to_time()
            candidates = list(self._timings)  # the others have failed, or were not even tried
        for model in candidates:
            if model not in self.plan.models:
                self.outcomes.leave_out(model, "left out to fit the budget")

    def analyse(self, repeat: int) -> bool:
        """Fit all folds of a repeat; return whether all of them were finished."""
        jobs = [
            job
            for fold in range(len(self.split(repeat).folds))
            for model in self._slowest_first()
            if (job := self._wanted(model, repeat, fold)) is not None
        ]
        return self._run(f"repeat {repeat + 1}", jobs)

    def curve(self, models: Sequence[str], sizes: Sequence[int]) -> None:
        """Fit the models on parts of the training folds of the first repeat, the smallest first."""
        jobs = []
        for size in sizes:
            for fold in range(len(self.split().folds)):
                wanted = (self._wanted(model, 0, fold, size) for model in models)
                jobs += [job for job in wanted if job is not None]
        self._run("learning curve", jobs)

    def save(self, model: str, path: str) -> Outcome:
        """Fit a model on all rows of the plan and write it to a file."""
        rows, none = self.subsets.rows(self.plan.rows), np.empty(0, dtype=np.int64)
        job = Job(self.models[model], 0, 0, rows, none, self.design.metric, self.design.seed, save=path)
        ended: list[Finished] = []
        self.execution.run("fit for --save", [job], self._seconds, ended.append)
        return ended[0].outcome if ended else Outcome("timed-out", OUT_OF_TIME)

    def interrupt(self) -> None:
        """End the fits that are running and keep what is finished."""
        for finished in self.execution.runner.stop("interrupted"):
            if finished.outcome.status == "ok":
                self._finished(finished)

    # -- results ---------------------------------------------------------------------------------------------

    def split(self, repeat: int = 0) -> Split:
        """Return the folds of a repeat on the rows of the plan."""
        return self.subsets.split(self.plan.rows, repeat)

    def scores(self, model: str, repeats: int) -> np.ndarray:
        """Return the scores of a model, shape (repeats, folds), NaN where a fit did not finish."""
        return self.outcomes.scores(model, repeats, len(self.split().folds))

    def complete_scores(self, repeats: int) -> dict[str, np.ndarray]:
        """Return the scores of the compared models; folds of the first repeat that the clock cut are blank in all."""
        return self.outcomes.complete_scores(self.plan.models, repeats, len(self.split().folds))

    def curve_scores(self, model: str, size: int) -> np.ndarray:
        """Return the scores of a model on parts of the training folds, one a fold; NaN where a fit was cut short."""
        return self.outcomes.part_scores(model, size, len(self.split().folds))

    def expected_analysis_s(self) -> float:
        """Return the seconds that one more repeat is expected to take."""
        folds = len(self.split().folds)
        training = self.plan.rows * (folds - 1) // folds
        models = [model for model in self.plan.models if model not in self.outcomes.left_out]
        work = sum(self._seconds_on(model, training) or 0.0 for model in models)
        return folds * work / self.execution.runner.slots / PACKING

    # -- planning --------------------------------------------------------------------------------------------

    def _least_that_splits(self, size: int, most: int) -> int:
        """Return the size, doubled until groups, times and classes allow folds."""
        while size < most:
            try:
                self.subsets.split(size, 0)
            except DataError:
                size = min(2 * size, most)
            else:
                break
        return size

    def _fit_plan_to_time(self) -> None:
        total, tried = min(self._rows, self.design.most_rows), self._tried
        seconds = self.execution.clock.left() * self.execution.runner.slots
        self.plan = choose_plan(self._timings, self.models, total, self.design.folds, seconds, tried)
        self.plan = self.plan._replace(rows=self._least_that_splits(self.plan.rows, total))
        if self.plan.rows != tried:
            self.outcomes.forget_finished()
        if tried < total:
            self._measured_fold = 0 if self.plan.rows != tried else 1
        if total < self._rows:
            why = f"{total:,} of {self._rows:,} rows: more do not fit into --memory"
            self.plan = self.plan._replace(notes=(*self.plan.notes, why))

    def _seconds(self, job: Job) -> float | None:
        return self._seconds_on(job.model.id, len(job.train))

    def _seconds_on(self, model: str, rows: int) -> float | None:
        timing = self._timings.get(model)
        return None if timing is None else seconds_at(self.models[model], timing, rows)

    def _slowest_first(self) -> list[str]:
        cost = {model: self._seconds_on(model, self.plan.rows) or 0.0 for model in self.plan.models}
        return sorted(self.plan.models, key=lambda model: -cost[model])

    # -- running ---------------------------------------------------------------------------------------------

    def _job(self, model: str, size: int, repeat: int, fold: int) -> Job:
        train, test = self.subsets.split(size, repeat).folds[fold]
        seed = self.design.seed + repeat * self.design.folds + fold
        measured = repeat == 0 and fold == self._measured_fold
        measure = min(MEASURING_SECONDS, self.design.budget_s / 80) if measured else 0.0
        return Job(self.models[model], repeat, fold, train, test, self.design.metric, seed, measure_s=measure)

    def _wanted(self, model: str, repeat: int, fold: int, part: int | None = None) -> Job | None:
        """Return the job, unless it is done, its model has failed, or the replayed plan has no such fit."""
        key = FitKey(model, repeat, fold, part)
        if key in self.outcomes or model in self.outcomes.left_out:
            return None
        recorded = self._recorded_fits.get(key)
        if self.recorded is not None and (recorded is None or recorded.status != "ok"):
            if recorded is not None and recorded.status == CUT_BY_BUDGET:
                self.outcomes.note(key, Outcome("timed-out", OUT_OF_TIME))
            elif recorded is not None:
                self.outcomes.note(key, Outcome(recorded.status, "as in the replayed result"))
            return None
        job = self._job(model, self.plan.rows, repeat, fold)
        if part is not None:
            job = job._replace(train=self.subsets.part_of(job.train, part), part=part, measure_s=0.0)
        return job if recorded is None else job._replace(most_steps=recorded.steps)

    def _run(self, stage: str, jobs: Sequence[Job]) -> bool:
        return self.execution.run(stage, jobs, self._seconds, self._finished, self.outcomes.left_out)

    def _finished(self, finished: Finished) -> None:
        job, outcome = finished.job, finished.outcome
        if outcome.status == "ok" and outcome.score is not None and job.part is None:
            seconds = max(finished.wall_s - job.measure_s, 0.01)
            if outcome.stopped_by == "clock" and outcome.full_fit_s is not None:
                seconds = max(seconds, outcome.full_fit_s)
            sign = 1.0 if METRICS[self.design.metric].greater_is_better else -1.0
            self._timings[job.model.id] = Timing(len(job.train), seconds, sign * outcome.score)
        self.outcomes.note(FitKey.of(job), outcome)
