"""Run the fits of a comparison under a clock: a first try, a plan that fits the budget, then look after look."""

from collections.abc import Callable, Collection, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.judging.metrics import METRICS
from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.running.runner import Finished, Runner
from advisor.baselines.running.schedule import PACKING, Plan, Timing, choose_plan, probe_rows, seconds_at
from advisor.baselines.running.subsets import Subsets
from advisor.reports.baseline import FitRow

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.running.replay import Recorded
    from advisor.baselines.tabular.table import Dataset

MOST_SLACK, HANGING = 3.0, 4.0
MEASURING_SECONDS = 1.5
FIRST_FIT_SHARE = 0.2
AMPLE_SHARE = 0.5
LEAST_LIMIT_S = 2.0  # a shorter time says nothing about a fit
FULL = "the budget ended before this fit did"
CUT_BY_BUDGET = "skipped"  # in the plan: no fault of the model, which stays in the comparison


class Progress(NamedTuple):
    """How far the work has come; `left_s` is the time until everything must be done, None without a clock."""

    stage: str
    done: int
    total: int
    left_s: float | None


class Clock(NamedTuple):
    """When the work has to be done: a reading of the monotonic clock, infinite for a replay."""

    deadline: float

    def left(self) -> float:
        """Return the seconds until the deadline, at least 0."""
        return max(0.0, self.deadline - monotonic())

    def earlier(self, share: float) -> "Clock":
        """Return a clock that leaves a share of the time from now on for what comes later."""
        return self if self.endless else Clock(self.deadline - share * self.left())

    @property
    def endless(self) -> bool:
        """Whether there is no deadline."""
        return self.deadline == float("inf")


class Key(NamedTuple):
    """What a fit is found by."""

    model: str
    repeat: int
    fold: int
    rows: int | None = None


class Trials:
    """The fits of one comparison and what became of them.

    Parameters
    ----------
    runner : Runner
        With the data set loaded.
    dataset : Dataset
        The rows at hand.
    families : mapping of str to str
        The models that were asked for, with their families, in the order of the table.
    metric : str
        The deciding measure.
    folds, seed : int
        Of the splits.
    clock : Clock
        Of the comparison.
    budget_s : float
        Seconds that the user gave for everything.
    most_rows : int
        Rows of the data set that a fit has memory for.
    report : callable
        Called with `Progress`.
    recorded : Recorded, optional
        The plan of an earlier result, to be run again without a clock.
    """

    def __init__(
        self,
        runner: Runner,
        dataset: "Dataset",
        families: Mapping[str, str],
        *,
        metric: str,
        folds: int,
        seed: int,
        clock: Clock,
        budget_s: float,
        most_rows: int,
        report: Callable[[Progress], None],
        recorded: "Recorded | None" = None,
    ) -> None:
        self.runner = runner
        self.dataset = dataset
        self.families = dict(families)
        self.metric = metric
        self.sign = 1.0 if METRICS[metric].greater_is_better else -1.0
        self.subsets = Subsets(dataset, folds, seed)
        self.folds = folds
        self.seed = seed
        self.clock = clock
        self.budget_s = budget_s
        self.most_rows = most_rows
        self.report = report
        self.outcomes: dict[Key, Outcome] = {}
        self.left_out: dict[str, Outcome] = {}
        self.timings: dict[str, Timing] = {}
        self.plan = Plan(tuple(families), len(dataset.target), ())
        self.recorded = recorded
        fits = () if recorded is None else recorded.fits
        self._recorded_fits = {Key(fit.model, fit.repeat, fit.fold, fit.rows): fit for fit in fits}
        self.executed: dict[Key, FitRow] = {}
        self._tried = len(dataset.target)
        self._measured_fold: int | None = 0
        self._stage, self._done, self._total = "", 0, 0

    # -- the stages ------------------------------------------------------------------------------------------

    def first_fits(self) -> None:
        """Fit every model once, on few rows where they are many; a replay needs no such try."""
        if self.recorded is not None:
            return
        total = min(len(self.dataset.target), self.most_rows)
        self._tried = self._least_that_splits(probe_rows(self.clock.left(), total), total)
        self._measured_fold = 0 if self._tried == total else None  # what is fitted again need not be measured twice
        self.plan = self.plan._replace(rows=self._tried)
        jobs = [self._job(model, self._tried, 0, 0) for model in self.families]
        self._begin("first fits", len(jobs))
        self._run(jobs, lambda _: FIRST_FIT_SHARE * self.clock.left())

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

    def choose_plan(self) -> None:
        """Choose models and rows whose first look fits into the time left, or take the recorded plan."""
        if self.recorded is not None:
            models = tuple(dict.fromkeys(key.model for key in self._recorded_fits if key.rows is None))
            self.plan, candidates = Plan(models, self.recorded.rows, self.recorded.notes), list(self.families)
        else:
            self._fit_plan_to_time()
            candidates = list(self.timings)  # the others have failed, or were not even tried
        for model in candidates:
            if model not in self.plan.models:
                self.left_out.setdefault(model, Outcome("skipped", "left out to fit the budget"))

    def _fit_plan_to_time(self) -> None:
        total, tried = min(len(self.dataset.target), self.most_rows), self._tried
        members = {model: family for model, family in self.families.items() if model in self.timings}
        seconds = self.clock.left() * self.runner.slots
        self.plan = choose_plan(self.timings, members, total, self.folds, seconds, tried)
        self.plan = self.plan._replace(rows=self._least_that_splits(self.plan.rows, total))
        if self.plan.rows != tried:
            self._forget_finished()
        if tried < total:
            self._measured_fold = 0 if self.plan.rows != tried else 1
        if total < len(self.dataset.target):
            why = f"{total:,} of {len(self.dataset.target):,} rows: more do not fit into --memory"
            self.plan = self.plan._replace(notes=(*self.plan.notes, why))

    def look(self, repeat: int) -> bool:
        """Fit all folds of a repeat; return whether all of them were finished."""
        split = self.subsets.split(self.plan.rows, repeat)
        jobs = [
            job
            for fold in range(len(split.folds))
            for model in self._slowest_first()
            if (job := self._wanted(model, repeat, fold)) is not None
        ]
        self._begin(f"repeat {repeat + 1}", len(jobs))
        return self._run(jobs, self._expected)

    def expected_look_s(self) -> float:
        """Return the seconds that one more repeat is expected to take."""
        folds = len(self.subsets.split(self.plan.rows, 0).folds)
        training = self.plan.rows * (folds - 1) // folds
        models = [model for model in self.plan.models if model not in self.left_out]
        work = sum(seconds_at(model, self.timings[model], training) for model in models if model in self.timings)
        return folds * work / self.runner.slots / PACKING

    def curve(self, models: Sequence[str], sizes: Sequence[int]) -> None:
        """Fit the models on parts of the training folds of the first repeat, the smallest first."""
        jobs = []
        for size in sizes:
            for fold, (train, test) in enumerate(self.subsets.split(self.plan.rows, 0).folds):
                part = self.subsets.part_of(train, size)
                for model in models:
                    job = self._wanted(model, 0, fold, part=(size, part, test))
                    if job is not None:
                        jobs.append(job)
        self._begin("learning curve", len(jobs))
        self._run(jobs, self._expected)

    def save(self, model: str, path: str) -> Outcome:
        """Fit a model on all rows of the plan and write it to a file."""
        import numpy as np

        rows = self.subsets.rows(self.plan.rows)
        job = Job(model, 0, 0, rows, np.empty(0, dtype=np.int64), self.metric, self.seed, save=path)
        self._begin("fit for --save", 1)
        ended: list[Finished] = []
        self._run([job], self._expected, ended=ended)
        return ended[0].outcome if ended else Outcome("timed-out", FULL)

    # -- results ---------------------------------------------------------------------------------------------

    def scores(self, model: str, repeats: int) -> "np.ndarray":
        """Return the scores of a model, shape (repeats, folds), NaN where a fit did not finish."""
        import numpy as np

        folds = len(self.subsets.split(self.plan.rows, 0).folds)
        table = np.full((repeats, folds), np.nan)
        for repeat in range(repeats):
            for fold in range(folds):
                outcome = self.outcomes.get(Key(model, repeat, fold))
                if outcome is not None and outcome.score is not None:
                    table[repeat, fold] = outcome.score
        return table

    def curve_scores(self, model: str, size: int) -> "np.ndarray":
        """Return the scores of a model on parts of the training folds, one a fold; NaN where a fit was cut short."""
        import numpy as np

        folds = len(self.subsets.split(self.plan.rows, 0).folds)
        found = (self.outcomes.get(Key(model, 0, fold, size)) for fold in range(folds))
        whole = (None if one is None or _was_cut_short(one) else one.score for one in found)
        return np.array([np.nan if score is None else score for score in whole])

    def complete_scores(self, repeats: int) -> "dict[str, np.ndarray]":
        """Return the scores of the compared models; folds of the first repeat that the clock cut are blank in all.

        A fold counts only if every model that has not failed has a score in it.
        """
        import numpy as np

        tables = {model: self.scores(model, repeats) for model in self.plan.models if model not in self.left_out}
        tables.setdefault("dummy", self.scores("dummy", repeats))
        begun = [table[0] for table in tables.values() if np.isfinite(table[0]).any()]
        cut = np.isnan(begun).any(axis=0) if begun else None
        if cut is not None and not cut.all():
            for table in tables.values():
                table[0, cut] = np.nan
        return tables

    def finished(self, model: str) -> list[Outcome]:
        """Return the outcomes of a model's fits on whole folds, in the order of repeats and folds."""
        found = [(key, outcome) for key, outcome in self.outcomes.items() if key.model == model and key.rows is None]
        return [outcome for _, outcome in sorted(found, key=lambda pair: pair[0][1:3]) if outcome.status == "ok"]

    def stopped_while_improving(self, families: Collection[str] = ("dl",)) -> list[str]:
        """Return the models of these families that a time limit stopped while they were still improving."""
        return [
            model
            for model in self.plan.models
            if self.families[model] in families
            and (
                self.left_out[model].status == "timed-out"
                if model in self.left_out
                else any(map(_was_cut_short, self.finished(model)))
            )
        ]

    def missing_seconds(self, models: Sequence[str]) -> float:
        """Return the processor seconds that the stopped fits of some networks still lacked."""
        return sum(
            max(0.0, (outcome.full_fit_s or 2 * (outcome.fit_s or 0.0)) - (outcome.fit_s or 0.0))
            for model in models
            for outcome in self.finished(model)
            if _was_cut_short(outcome)
        )

    def executed_plan(self) -> tuple[FitRow, ...]:
        """Return the fits that were run, in the order of models, repeats and folds."""
        place = {model: number for number, model in enumerate(self.families)}
        return tuple(
            self.executed[key]
            for key in sorted(self.executed, key=lambda key: (key.repeat, key.fold, place[key.model], key.rows or 0))
            # first fits of models that the plan left out decide nothing
            if key.model in self.plan.models or self.executed[key].status != "ok"
        )

    def interrupt(self) -> None:
        """End the fits that are running and keep what is finished."""
        for finished in self.runner.stop("interrupted"):
            if finished.outcome.status == "ok":
                self._finished(finished)

    # -- running ---------------------------------------------------------------------------------------------

    def _job(self, model: str, size: int, repeat: int, fold: int) -> Job:
        train, test = self.subsets.split(size, repeat).folds[fold]
        seed = self.seed + repeat * self.folds + fold
        measured = repeat == 0 and fold == self._measured_fold
        measure = min(MEASURING_SECONDS, self.budget_s / 80) if measured else 0.0
        return Job(model, repeat, fold, train, test, self.metric, seed, measure_s=measure)

    def _wanted(
        self, model: str, repeat: int, fold: int, part: "tuple[int, np.ndarray, np.ndarray] | None" = None
    ) -> Job | None:
        """Return the job, unless it is done, its model has failed, or the replayed plan has no such fit."""
        key = Key(model, repeat, fold, None if part is None else part[0])
        if key in self.outcomes or model in self.left_out:
            return None
        recorded = self._recorded_fits.get(key)
        if self.recorded is not None and (recorded is None or recorded.status != "ok"):
            if recorded is not None and recorded.status == CUT_BY_BUDGET:
                self._note(key, Outcome("timed-out", FULL))
            elif recorded is not None:
                self._note(key, Outcome(recorded.status, "as in the replayed result"))
            return None
        job = self._job(model, self.plan.rows, repeat, fold)
        if part is not None:
            job = job._replace(train=part[1], part=part[0], measure_s=0.0)
        return job if recorded is None else job._replace(most_steps=recorded.steps)

    def _forget_finished(self) -> None:
        """Drop the fits on fewer rows than the plan's; that a model failed on them stays known."""
        for key in [key for key, outcome in self.outcomes.items() if outcome.status == "ok"]:
            del self.outcomes[key], self.executed[key]

    def _run(self, jobs: Sequence[Job], seconds: Callable[[Job], float], ended: list[Finished] | None = None) -> bool:
        """Run jobs as slots get free; return whether all of them ended before the deadline."""
        queue = list(jobs)
        while (queue and not self.runner.dead) or self.runner.running:
            while queue and not self.runner.dead and self.runner.free and self.clock.left() > 0.2:
                job = queue.pop(0)
                if job.model in self.left_out:
                    self._done += 1
                    continue
                self._submit(job, seconds, queue)
            for finished in self.runner.wait(self.clock.deadline):
                self._finished(finished, ended)
            if self.clock.left() <= 0.2:
                if not self.runner.running:
                    break
                for finished in self.runner.wait(self.clock.deadline) or self.runner.stop(FULL):
                    self._finished(finished, ended)
        return not queue

    def _submit(self, job: Job, seconds: Callable[[Job], float], queue: Sequence[Job]) -> None:
        if self.clock.endless:
            self.runner.submit(job, float("inf"))
            return
        left = self.clock.left()
        expected = seconds(job)
        outstanding = sum(map(seconds, (job, *queue, *self.runner.running)))
        slack = left * self.runner.slots / max(outstanding, 1e-9)
        # Where time is ample, a fit that a busy machine slows down gets its part of half of what is left.
        part = AMPLE_SHARE * left * self.runner.slots / (1 + len(queue) + len(self.runner.running))
        soft = min(max(expected * min(MOST_SLACK, max(1.05, 0.9 * slack)), part, LEAST_LIMIT_S), 0.9 * left)
        # Networks keep the time themselves; what is killed is lost, so only what hangs is.
        hard = max(1.3 * soft, (HANGING if job.model in self.timings else 1.0) * expected) + LEAST_LIMIT_S
        # What the deadline ends is no fault of the model.
        self.runner.submit(job._replace(time_limit_s=soft), hard if hard < left else float("inf"))

    def _expected(self, job: Job) -> float:
        timing = self.timings.get(job.model)
        return FIRST_FIT_SHARE * self.clock.left() if timing is None else seconds_at(job.model, timing, len(job.train))

    def _finished(self, finished: Finished, ended: list[Finished] | None = None) -> None:
        job, outcome = finished.job, finished.outcome
        self._done += 1
        if ended is not None:
            ended.append(finished)
            return
        if outcome.status == "ok" and outcome.score is not None and job.part is None:
            seconds = max(finished.wall_s - job.measure_s, 0.01)
            if outcome.stopped_by == "clock" and outcome.full_fit_s is not None:
                seconds = max(seconds, outcome.full_fit_s)
            self.timings[job.model] = Timing(len(job.train), seconds, self.sign * outcome.score)
        self._note(Key(job.model, job.repeat, job.fold, job.part), outcome)
        self._tell()

    def _note(self, key: Key, outcome: Outcome) -> None:
        self.outcomes[key] = outcome
        steps = outcome.steps if outcome.stopped_by in ("clock", "steps") else None
        self.executed[key] = FitRow(*key, steps, CUT_BY_BUDGET if outcome.note == FULL else outcome.status)
        if outcome.status != "ok" and outcome.note != FULL and key.rows is None:
            self.left_out.setdefault(key.model, outcome)

    def _slowest_first(self) -> list[str]:
        rows = self.plan.rows
        cost = {
            model: seconds_at(model, self.timings[model], rows) if model in self.timings else 0.0
            for model in self.plan.models
        }
        return sorted(self.plan.models, key=lambda model: -cost[model])

    def _begin(self, stage: str, total: int) -> None:
        self._stage, self._done, self._total = stage, 0, total
        self._tell()

    def _tell(self) -> None:
        left = None if self.clock.endless else self.clock.left()
        self.report(Progress(self._stage, self._done, self._total, left))


def _was_cut_short(outcome: Outcome) -> bool:
    return outcome.stopped_by in ("clock", "steps") and outcome.still_improving
