"""The fits of one comparison: a floor for all rows, the choice of champions, their duel, and the rest of the table."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.judging.metrics import METRICS, sign
from advisor.baselines.running.clock import NO_NEWS, News
from advisor.baselines.running.contest import FAMILIES, Contest
from advisor.baselines.running.execution import Execution
from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.running.folds import Folds
from advisor.baselines.running.jobs import Design, Jobs
from advisor.baselines.running.outcomes import CUT_BY_BUDGET, OUT_OF_TIME, FitKey, Outcomes
from advisor.baselines.running.replay import Recorded
from advisor.baselines.running.runner import Finished
from advisor.baselines.running.schedule import LEAST_ROWS, PACKING, affordable_procedure, most_rows
from advisor.baselines.running.speeds import Speeds
from advisor.baselines.structure import Dataset, ModelSpec

MEASURING_SECONDS = 0.6
PROBED_ROWS = 2_000  # on which a fit shows its speed, where all rows may take too long
ROWS_WITHOUT_PROBE, ROWS_A_SECOND_WITHOUT_PROBE = 25_000, 400
# Of the time left when each begins: the duel has the rest.
FLOOR_SHARE, SCREEN_SHARE, GUEST_SHARE = 0.25, 0.35, 0.5
TIMES_THE_SLOWEST = 5  # what a network takes of which nothing is known, when only classical models are; measured
RUNGS_OF_CHAMPIONS = 2  # also where they have no rival left: how speed and scores grow with the rows
_AS_RECORDED = "as in the replayed result"
SAME_SIZE = 0.25  # a duel on nearly the rows of the floor takes its rows, and its fits


class Race:
    """The fits of one comparison, stage by stage; what is finished can be judged at any time.

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

    Attributes
    ----------
    contest : Contest
        Who speaks for each family, and what the fits say of them.
    notes : list of str
        What the time or the memory did not allow, in sentences.
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
        chooses = any(sum(model.family == family for model in models.values()) > 1 for family in FAMILIES)
        self.folds = Folds(dataset, design.folds, design.seed, design.most_rows, screens=chooses)
        self.contest = Contest(models, self.folds, design.metric, self.outcomes)
        self.jobs = Jobs(models, self.folds, design)
        self.speeds = Speeds(models)
        self.notes: list[str] = []
        self._floor_size: int | None = None
        self._planned = False
        self._best: tuple[float, str] | None = None
        self._guests: tuple[str, ...] = ()
        self._recorded_fits = {} if recorded is None else {FitKey.of(fit): fit for fit in recorded.fits}
        if len(self.folds.rows) < len(dataset):
            total, used = len(dataset), len(self.folds.rows)
            self.notes.append(f"{used:,} of {total:,} rows: more do not fit into --memory")

    # -- the stages ------------------------------------------------------------------------------------------

    @property
    def first_models(self) -> list[str]:
        """The models of the floor that need few libraries and little time."""
        return [model.id for model in self.models.values() if model.role in ("constant", "simple") or model.floor]

    def floor(self) -> None:
        """Fit what needs no learning and the fast classical models in all folds, on all rows if they are not too many.

        A replay needs no stages: its fits are known.
        """
        names = self.first_models
        if self.recorded is not None:
            return
        if self._may_take_long():
            self._run("first fits", [self._outer(name, 0, 0, PROBED_ROWS) for name in names], patient=True)
            self._floor_size = self._affordable_size(names, FLOOR_SHARE)
        jobs = [job for name in names for job in self._wanted_folds(name, 0, self._floor_size)]
        self._run("all folds", jobs, patient=True)

    def choose(self) -> None:
        """Choose the champions on screening rows, or how each fold chooses its own, and the rows of the duel."""
        if self.recorded is not None:
            self._choose_as_recorded(self.recorded)
            return
        if len(self.folds.screening):
            self._screen()
        else:
            self._first_fits()
        self._plan_duel()

    def duel(self, repeat: int) -> bool:
        """Fit the contenders and what they are held against in all folds of a repeat; return whether all are done."""
        names, contest = self._racing(), self.contest
        fits = [
            self._outer(name, repeat, fold, contest.size) for fold in range(self.folds.count(repeat)) for name in names
        ]
        fits += [
            self.jobs.inner(name, repeat, first, second)
            for first, second in contest.inner_pairs(repeat)
            for family in FAMILIES
            if len(contest.contenders[family]) > 1
            for name in contest.contenders[family]
        ]
        jobs = self._wanted(fits)
        done = self._run(f"repeat {repeat + 1}", jobs)
        if self.recorded is None and contest.replace_failed():  # who steps in has no repeat yet
            return all(self.duel(earlier) for earlier in range(repeat + 1))
        return done and not any(self._was_cut(job) for job in jobs)

    def fill(self, repeats: int) -> None:
        """Fit the other models on the folds and rows of the duel, the cheapest first, while there is time."""
        clock, sizes = self.execution.clock, self.folds.training_rows(self.contest.size)
        others = [name for name in self.models if name not in self.outcomes.left_out]
        others.sort(key=lambda name: (name not in self.first_models, self.speeds.mean_seconds(name, sizes) or 0.0))
        for name in others:
            jobs = [job for repeat in range(repeats) for job in self._wanted_folds(name, repeat, self.contest.size)]
            one = self.speeds.mean_seconds(name, sizes)
            # fits on few rows tell badly, and mostly too pessimistically, what one on many takes
            if jobs and not clock.endless and not self.speeds.known_near(name, min(sizes)):
                if one is None or one < clock.left():
                    self._run("the other models", jobs[:1])
                jobs, one = self._wanted(jobs[1:]), self.speeds.mean_seconds(name, sizes)
            expected = len(jobs) * (one or self.speeds.slowest(min(sizes))) / self.execution.runner.slots / PACKING
            if jobs and (clock.endless or expected < clock.left()):
                self._run("the other models", jobs)

    def curve(self, models: Sequence[str], sizes: Sequence[int]) -> None:
        """Fit models on parts of the training folds of the first repeat, the smallest first."""
        jobs = [job for size in sizes for name in models for job in self._wanted_folds(name, 0, size)]
        self._run("learning curve", jobs)

    def save(self, model: str, path: str) -> Outcome:
        """Fit a model on all rows at hand and write it to a file."""
        ended: list[Finished] = []

        def finished(one: Finished) -> News:
            ended.append(one)
            return NO_NEWS

        self.execution.run("fit for --save", [self.jobs.saving(model, path)], self.speeds.of_job, finished)
        return ended[0].outcome if ended else Outcome("timed-out", OUT_OF_TIME)

    def interrupt(self) -> None:
        """End the fits that are running and keep what is finished."""
        for finished in self.execution.runner.stop("interrupted"):
            if finished.outcome.status == "ok":
                self._finished(finished)
        if not self._planned:  # nothing has been chosen yet
            self.contest.settle_for_finished(self._floor_size)

    def expected_repeat_s(self, size: int | None = None) -> float:
        """Return the seconds that a repeat of the duel is expected to take, on the duel's rows or others."""
        sizes = self.folds.training_rows(self.contest.size if size is None else size)
        known = {name: self.speeds.mean_seconds(name, sizes) for name in self._racing()}
        slowest = max((seconds for seconds in known.values() if seconds is not None), default=0.0)
        work = sum(
            self._fits_in_a_repeat(name) * (TIMES_THE_SLOWEST * slowest if seconds is None else seconds)
            for name, seconds in known.items()
        )
        return work / self.execution.runner.slots / PACKING

    def missing_strongest_s(self) -> float:
        """Return the seconds that the strongest models would take for which others stand in."""
        sizes = self.folds.training_rows(self.contest.size)
        names = [self.contest.usual(self.contest.able(family)) for family in self.contest.stand_ins()]
        unknown = TIMES_THE_SLOWEST * self.speeds.slowest(min(sizes))
        each = [self.speeds.mean_seconds(name, sizes) or unknown for name in names]
        return self.folds.count() * sum(each) / self.execution.runner.slots / PACKING

    # -- choosing --------------------------------------------------------------------------------------------

    def _screen(self) -> None:
        """Fit the candidates on growing samples, and keep of each family the one that the screening rows favour."""
        whole, contest = self.execution.clock, self.contest
        self.execution.clock = whole.earlier(1 - SCREEN_SHARE)
        racing = {
            family: list(names) for family, names in contest.contenders.items() if family != "hybrid" or len(names) > 1
        }
        for number, size in enumerate(contest.rungs):
            tells_growth = number < RUNGS_OF_CHAMPIONS
            names = [name for members in racing.values() if tells_growth or len(members) > 1 for name in members]
            names = self.speeds.slowest_first((name for name in names if name not in self.outcomes.left_out), size)
            cost = sum(self.speeds.seconds(name, size) or 0.0 for name in names) / self.execution.runner.slots / PACKING
            if not names or (number and cost > self.execution.clock.left()):
                break
            finished = self._run("screening", [self.jobs.screening(name, size) for name in names])
            racing = {family: contest.survivors(members, size) for family, members in racing.items()}
            if not finished:
                break
        self.execution.clock = whole
        contest.contenders |= {
            family: contest.ranked(racing.get(family) or contest.contenders[family])[:1] for family in FAMILIES
        }

    def _first_fits(self) -> None:
        """Fit every contender once in the first fold, on few rows where they are many, to learn its speed."""
        size = PROBED_ROWS if self._may_take_long() else None
        names = self.speeds.slowest_first(self.contest.names(), PROBED_ROWS)
        self._run("first fits", self._wanted([self._outer(name, 0, 0, size) for name in names]))

    def _plan_duel(self) -> None:
        """Fit the duel to the time left: on how many rows, and among how many contenders each fold chooses."""
        self._planned = True
        contest, families = self.contest, ("ml", "dl")
        contest.drop_failed()
        if any(len(contest.contenders[family]) > 1 for family in families):
            self._plan_choice_in_folds()
        else:
            contest.size = self._affordable_size(
                [name for name in self._racing() if self.models[name].family in families], 1.0
            )
        if contest.size is not None:
            rows, least = contest.size, self.folds.least_training_rows()
            self.notes.append(
                f"the champions were trained on {rows:,} of {least:,} rows: all do not fit into the budget"
            )
        self._invite_guests()

    def _plan_choice_in_folds(self) -> None:
        contest, sizes = self.contest, self.folds.training_rows(self.contest.size)
        families = {
            family: [self.models[name] for name in contest.contenders[family] if name in self.speeds]
            for family in ("ml", "dl")
        }
        seconds = {
            model.id: self.speeds.mean_seconds(model.id, sizes) or 0.0 for group in families.values() for model in group
        }
        in_order = self.folds.in_order
        done = {name: len(contest.scored_folds(name, contest.size)) for name in seconds}
        chosen = affordable_procedure(
            families, seconds, self.folds.count(), self._available(), in_order=in_order, done=done
        )
        contest.pairs = chosen.pairs
        for family, members in chosen.contenders.items():
            if members or contest.contenders[family]:  # what has not been timed has not failed
                contest.contenders[family] = members or (contest.usual(contest.contenders[family]),)
        if not contest.pairs and not in_order:
            names = contest.names(("ml", "dl"))
            contest.size = self._affordable_size(names, 1.0)
            titles = " and ".join(self.models[name].title for name in names)
            self.notes.append(f"too little time to choose among the models: {titles} represent their families")

    def _invite_guests(self) -> None:
        """Let hybrids and the user's own models take part in every repeat where half of the time pays for them."""
        size = self.contest.size
        users = [model.id for model in self.models.values() if model.role == "user"]
        self._run("your models", [job for name in users for job in self._wanted_folds(name, 0, size)[:1]])
        guests = [name for name in (*self.contest.contenders["hybrid"], *users) if name not in self.outcomes.left_out]
        sizes = self.folds.training_rows(size)
        unknown = self.speeds.slowest(min(sizes))
        cost = len(sizes) * sum(self.speeds.mean_seconds(name, sizes) or unknown for name in guests)
        own = self.expected_repeat_s() * self.execution.runner.slots * PACKING
        self._guests = tuple(guests) if own + cost <= GUEST_SHARE * self._available() else ()

    # -- planning --------------------------------------------------------------------------------------------

    def _available(self) -> float:
        return self.execution.clock.left() * self.execution.runner.slots

    def _may_take_long(self) -> bool:
        """Return whether a first fit on all rows may take more time than there is."""
        most = min(ROWS_WITHOUT_PROBE, ROWS_A_SECOND_WITHOUT_PROBE * self.execution.clock.left())
        classes = len(self.folds.dataset.labels)
        trees = classes if classes > 2 else 1  # which boosting fits in each round
        return self.folds.least_training_rows() > max(PROBED_ROWS, most / trees)

    def _affordable_size(self, names: Sequence[str], share: float) -> int | None:
        """Return the training rows on which all folds of these models fit into a share of the time; None for all."""
        if self.execution.clock.endless:
            return None
        whole, folds = self.folds.least_training_rows(), self.folds.count()

        def cost(rows: int) -> float:
            part = None if rows == whole else rows
            sizes = self.folds.training_rows(part)
            fits = {name: folds - len(self.contest.scored_folds(name, part)) for name in names}
            return sum(fits[name] * (self.speeds.mean_seconds(name, sizes) or 0.0) for name in names) / PACKING

        size = most_rows(cost, share * self._available(), min(LEAST_ROWS, whole), whole)
        if size == whole:
            return None
        known = self._floor_size
        return known if known is not None and abs(size / known - 1) <= SAME_SIZE else size

    def _racing(self) -> list[str]:
        """Return what is fitted in every fold of the duel, the slowest first."""
        names = [*self.contest.names(("ml", "dl")), *self._guests, *self.first_models]
        fit = dict.fromkeys(name for name in names if name not in self.outcomes.left_out)
        return self.speeds.slowest_first(fit, min(self.folds.training_rows(self.contest.size)))

    def _fits_in_a_repeat(self, name: str) -> int:
        chooses = len(self.contest.contenders.get(self.models[name].family, ())) > 1
        return self.folds.count() + (len(self.contest.pairs) if chooses else 0)

    # -- running ---------------------------------------------------------------------------------------------

    def _outer(self, name: str, repeat: int, fold: int, size: int | None) -> Job:
        last = self.folds.count(repeat) - 1
        measured = repeat == 0 and fold == last and size in (self.contest.size, self._floor_size)
        measure_s = min(MEASURING_SECONDS, self.design.budget_s / 80) if measured else 0.0
        return self.jobs.outer(name, repeat, fold, size, measure_s)

    def _wanted_folds(self, name: str, repeat: int, size: int | None) -> list[Job]:
        return self._wanted([self._outer(name, repeat, fold, size) for fold in range(self.folds.count(repeat))])

    def _wanted(self, jobs: Iterable[Job]) -> list[Job]:
        """Return the jobs that are not done, whose models have not failed, and that a replayed plan has."""
        new = [
            job for job in jobs if FitKey.of(job) not in self.outcomes and job.model.id not in self.outcomes.left_out
        ]
        if self.recorded is None:
            return new
        return [recorded for job in new if (recorded := self._as_recorded(job, self.recorded)) is not None]

    def _run(self, stage: str, jobs: Sequence[Job], *, patient: bool = False) -> bool:
        if not jobs:
            return True
        left_out = self.outcomes.left_out
        return self.execution.run(stage, jobs, self.speeds.of_job, self._finished, left_out, patient=patient)

    def _was_cut(self, job: Job) -> bool:
        found = self.outcomes.get(FitKey.of(job))
        return found is not None and found.note == OUT_OF_TIME

    def _finished(self, finished: Finished) -> News:
        """Keep an outcome; return the news where a model has come to its score."""
        job, outcome = finished.job, finished.outcome
        if outcome.status == "ok":
            seconds = max(finished.wall_s - job.measure_s, 0.01)
            if outcome.stopped_by == "clock" and outcome.full_fit_s is not None:
                seconds = max(seconds, outcome.full_fit_s)
            self.speeds.note(job.model.id, len(job.train), seconds)
        self.outcomes.note(FitKey.of(job), outcome)
        return self._news(job)

    def _news(self, job: Job) -> News:
        """Return a model's score as soon as it has one of all folds on some rows, and the best model so far."""
        if job.stage != "outer" or job.repeat or job.part == PROBED_ROWS:
            return NO_NEWS
        found = self.contest.scored_folds(job.model.id, job.part).items()
        scores = [one.score for key, one in found if key.repeat == 0 and one.score is not None]
        if len(scores) < self.folds.count():
            return NO_NEWS
        score, metric = float(np.mean(scores)), METRICS[self.design.metric]
        if self._best is None or sign(self.design.metric) * (score - self._best[0]) > 0:
            self._best = (score, f"{job.model.title} {score:.4g} {metric.title}")
        rows = f"{self.folds.used_rows(job.part):,} rows"
        return News(f"{job.model.title}: {metric.title} {score:.4g} in all folds of {rows}", self._best[1])

    # -- replay ----------------------------------------------------------------------------------------------

    def _choose_as_recorded(self, recorded: Recorded) -> None:
        contest, fits, self._planned = self.contest, self._recorded_fits, True
        if any(fold >= self.folds.count(key.repeat) for key in fits for fold in (key.fold, key.second_fold or 0)):
            raise DataError("the recorded plan has folds that these data are not split into")
        contest.size, self.notes = recorded.size, list(recorded.notes)
        self._floor_size = self._recorded_floor_size()
        inner = [key for key in fits if key.stage == "inner"]
        contest.pairs = tuple(sorted({(key.fold, key.second_fold) for key in inner if key.second_fold is not None}))
        self._run("replay", self._wanted([self._job_of(key) for key in fits]))
        contest.contenders = {family: tuple(recorded.contenders.get(family, ())) for family in FAMILIES}

    def _recorded_floor_size(self) -> int | None:
        """Return the training rows of the floor, which its models were fitted on in the last fold as in all others."""
        last = self.folds.count() - 1
        floor = (key for key in self._recorded_fits if key.model in self.first_models and key[1:3] == (0, last))
        sizes = [key.rows for key in floor if key.stage == "outer"]
        return max(sizes, key=sizes.count, default=None)

    def _job_of(self, key: FitKey) -> Job:
        if key.stage == "outer":
            return self._outer(key.model, key.repeat, key.fold, key.rows)
        return self.jobs.of_key(key)

    def _as_recorded(self, job: Job, recorded: Recorded) -> Job | None:
        """Return the job as it was run then; None, with its outcome noted, where it was not run or failed."""
        key = FitKey.of(job)
        fit = self._recorded_fits.get(key)
        if fit is None or fit.status != "ok":
            if fit is not None and fit.status == CUT_BY_BUDGET:
                self.outcomes.note(key, Outcome("timed-out", OUT_OF_TIME))
            elif fit is not None:
                self.outcomes.note(key, Outcome(fit.status, recorded.reasons.get(key.model, _AS_RECORDED)))
            return None
        return job._replace(most_steps=fit.steps, precision=recorded.precision)
