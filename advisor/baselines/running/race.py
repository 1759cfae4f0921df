"""The fits of one comparison: a floor for all rows, the choice of champions, their duel, and the rest of the table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from advisor.baselines.judging.metrics import METRICS, sign
from advisor.baselines.judging.selection import clearly_worse, fold_choices
from advisor.baselines.running.execution import Execution
from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.running.folds import Folds
from advisor.baselines.running.outcomes import CUT_BY_BUDGET, OUT_OF_TIME, FitKey, Outcomes, was_cut_short
from advisor.baselines.running.replay import Recorded
from advisor.baselines.running.runner import Finished
from advisor.baselines.running.schedule import (
    LEAST_ROWS,
    PACKING,
    Timing,
    affordable_procedure,
    most_rows,
    rungs,
    seconds_at,
)
from advisor.baselines.running.splits import Split, can_train
from advisor.baselines.structure import Dataset, ModelSpec

MEASURING_SECONDS = 0.6
PROBED_ROWS = 2_000  # on which a fit shows its speed, where all rows may take too long
ROWS_WITHOUT_PROBE, ROWS_A_SECOND_WITHOUT_PROBE = 25_000, 400
# Of the time left when each begins: the duel has the rest.
FLOOR_SHARE, SCREEN_SHARE, GUEST_SHARE = 0.25, 0.35, 0.5
TIMES_THE_SLOWEST = 5  # what a network takes of which nothing is known, when only classical models are; measured
RUNGS_OF_CHAMPIONS = 2  # also where they have no rival left: how speed and scores grow with the rows
SAME_SIZE = 0.25  # a duel on nearly the rows of the floor takes its rows, and its fits
FAMILIES = ("ml", "dl", "hybrid")


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
    size : int or None
        Training rows of each fit of the duel; None for whole training parts.
    contenders : mapping of str to tuple of str
        By family, the champion, or the models among which a choice is made in each fold.
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
        self.contenders = {
            family: tuple(model.id for model in models.values() if model.family == family) for family in FAMILIES
        }
        chooses = any(len(members) > 1 for members in self.contenders.values())
        self.folds = Folds(dataset, design.folds, design.seed, design.most_rows, screens=chooses)
        self.size: int | None = None
        self.pairs: tuple[tuple[int, int], ...] = ()
        self.notes: list[str] = []
        self._floor_size: int | None = None
        self._planned = False
        self._guests: tuple[str, ...] = ()
        self._timings: dict[str, list[Timing]] = {}
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
            self._choose_as_recorded()
            return
        if len(self.folds.screening):
            self._screen()
        else:
            self._first_fits()
        self._plan_duel()

    def duel(self, repeat: int) -> bool:
        """Fit the contenders and what they are held against in all folds of a repeat; return whether all are done."""
        names = self._racing()
        jobs = [
            job
            for fold in range(self.fold_count(repeat))
            for name in names
            if (job := self._wanted(self._outer(name, repeat, fold, self.size))) is not None
        ]
        jobs += [
            job
            for first, second in self._inner_pairs(repeat)
            for family in FAMILIES
            if len(self.contenders[family]) > 1
            for name in self.contenders[family]
            if (job := self._wanted(self._inner(name, repeat, first, second))) is not None
        ]
        done = self._run(f"repeat {repeat + 1}", jobs)
        if self._replace_failed():  # who steps in has no repeat yet
            return all(self.duel(earlier) for earlier in range(repeat + 1))
        return done and not any(self._was_cut(job) for job in jobs)

    def fill(self, repeats: int) -> None:
        """Fit the other models on the folds and rows of the duel, the cheapest first, while there is time."""
        others = [name for name in self.models if name not in self.outcomes.left_out]
        others.sort(
            key=lambda name: (name not in self.first_models, self._seconds_on(name, self._training_rows()) or 0.0)
        )
        for name in others:
            jobs = [job for repeat in range(repeats) for job in self._wanted_folds(name, repeat, self.size)]
            if jobs and name not in self._timings and not self.execution.clock.endless:
                self._run("the other models", jobs[:1])
                jobs = [job for job in jobs[1:] if self._wanted(job) is not None]
            one = self._seconds_on(name, self._training_rows()) or self._unknown_seconds()
            expected = len(jobs) * one / self.execution.runner.slots / PACKING
            if jobs and (self.execution.clock.endless or expected < self.execution.clock.left()):
                self._run("the other models", jobs)

    def fall_back(self) -> None:
        """Let a family whose contenders came to no score be represented by one of its models that did."""
        for family in ("ml", "dl"):
            members = [model for model in self.models.values() if model.family == family]
            if any(self.outcomes.outer(name) for name in self.contenders[family]):
                continue
            scored = [model for model in members if self.outcomes.outer(model.id)]
            if scored:
                self.contenders[family] = (min(scored, key=lambda model: not model.strongest).id,)

    def curve(self, models: Sequence[str], sizes: Sequence[int]) -> None:
        """Fit models on parts of the training folds of the first repeat, the smallest first."""
        jobs = [job for size in sizes for name in models for job in self._wanted_folds(name, 0, size)]
        self._run("learning curve", jobs)

    def save(self, model: str, path: str) -> Outcome:
        """Fit a model on all rows at hand and write it to a file."""
        none = np.empty(0, dtype=np.int64)
        job = Job(self.models[model], 0, 0, self.folds.rows, none, self.design.metric, self.design.seed, save=path)
        ended: list[Finished] = []

        def finished(one: Finished) -> str:
            ended.append(one)
            return ""

        self.execution.run("fit for --save", [job], self._seconds, finished)
        return ended[0].outcome if ended else Outcome("timed-out", OUT_OF_TIME)

    def interrupt(self) -> None:
        """End the fits that are running and keep what is finished."""
        for finished in self.execution.runner.stop("interrupted"):
            if finished.outcome.status == "ok":
                self._finished(finished)
        if not self._planned:  # nothing has been chosen yet: the usual best of those that have scores speak
            self.size = self._floor_size
            self.contenders = {family: self._ranked(family, scored=True)[:1] for family in FAMILIES}

    # -- results ---------------------------------------------------------------------------------------------

    def split(self, repeat: int = 0) -> Split:
        """Return the folds of a repeat."""
        return self.folds.split(repeat)

    def fold_count(self, repeat: int = 0) -> int:
        """Return how many folds a repeat has."""
        return len(self.split(repeat).folds)

    def champion(self, family: str) -> str | None:
        """Return the model that speaks for a family where it is a single one."""
        members = self.contenders[family]
        return members[0] if len(members) == 1 else None

    def choices(self, family: str, repeat: int) -> list[str | None]:
        """Return the model that a family chose in each fold of a repeat; None where none was tested there."""
        members = [name for name in self.contenders[family] if name not in self.outcomes.left_out]
        if len(members) <= 1:
            return [*members, None][:1] * self.fold_count(repeat)
        folds = self.fold_count(repeat)
        if self.folds.in_order:
            scores = {name: self._earlier_scores(name, repeat) for name in members}
        else:
            scores = {name: self._inner_scores(name, repeat) for name in members}
        chosen = fold_choices(scores, self.design.metric, self._usual(members))
        tested = [self.outcomes.scored(FitKey(name, repeat, fold, self.size)) for fold, name in enumerate(chosen)]
        return [chosen[fold] if tested[fold] is not None else None for fold in range(folds)]

    def picked(self, family: str) -> str | None:
        """Return the model that a family's choice comes down to on all rows: the best over the folds that all have."""
        members = [name for name in self.contenders[family] if name not in self.outcomes.left_out]
        if len(members) <= 1:
            return next(iter(members), None)
        folds = self.fold_count()
        table = {name: self.outcomes.fold_scores(name, self.size, folds) for name in members}
        rows = {name: scores[None] for name, scores in table.items()}
        return fold_choices(rows, self.design.metric, self._usual(members))[0]

    def _usual(self, members: Sequence[str]) -> str:
        """Return the model that is best on most data sets."""
        return next((name for name in members if self.models[name].strongest), members[-1])

    def influence(self, model: str, repeats: int, size: int | None = None) -> np.ndarray:
        """Return what each row adds to a model's score, of shape (repeats, rows); NaN where it was not tested."""
        return self._influence(repeats, lambda repeat: [model] * self.fold_count(repeat), size)

    def family_influence(self, family: str, repeats: int) -> np.ndarray:
        """Return the same of what speaks for a family in the duel."""
        return self._influence(repeats, lambda repeat: self.choices(family, repeat), self.size)

    def _influence(self, repeats: int, models: Callable[[int], Sequence[str | None]], size: int | None) -> np.ndarray:
        table = np.full((repeats, len(self.folds.dataset)), np.nan)
        for repeat in range(repeats):
            for fold, model in enumerate(models(repeat)):
                found = None if model is None else self.outcomes.scored(FitKey(model, repeat, fold, size))
                if found is not None and found.influence is not None:
                    table[repeat, self.split(repeat).folds[fold].test] = found.influence
        return table

    def scored_folds(self, model: str, size: int | None) -> dict[FitKey, Outcome]:
        """Return the scored fits of a model on folds, at one size."""
        return {key: one for key, one in self.outcomes.outer(model).items() if key.rows == size}

    def best_size(self, model: str) -> int | None:
        """Return the training rows by which a model is shown: the duel's if it has them, else those of most folds."""
        sizes = [key.rows for key in self.outcomes.outer(model)]
        if not sizes or sizes.count(self.size) >= self.fold_count():
            return self.size
        return max(sizes, key=lambda size: (sizes.count(size), np.inf if size is None else size))

    def rows_of(self, size: int | None) -> int:
        """Return how many rows a fit of some size used with its test: all that there are where it is whole."""
        if size is None:
            return len(self.folds.rows)
        return size + round(np.mean([len(fold.test) for fold in self.split().folds]))

    def stopped(self, families: Iterable[str]) -> list[str]:
        """Return the contenders of these families that a time limit stopped while they were still improving."""
        names = [name for family in families for name in self.contenders[family]]
        return [name for name in names if self.was_stopped(name)]

    def was_stopped(self, model: str) -> bool:
        """Return whether a time limit stopped a model in the duel while it was still improving, or before its end."""
        if model in self.outcomes.left_out:
            return self.outcomes.left_out[model].status == "timed-out"
        return any(map(was_cut_short, self.scored_folds(model, self.size).values()))

    def growth(self) -> tuple[np.ndarray, float] | None:
        """Return by how much each screening row raised the classical champion's lead, and in how many doublings.

        Of the training rows, between the last two rungs that both champions reached; None where they have not two.
        """
        names = [self.champion(family) for family in ("ml", "dl")]
        leads = []
        for size in rungs(len(self.folds.screened(None))) if len(self.folds.screening) and all(names) else ():
            found = [self.outcomes.scored(FitKey(str(name), 0, 0, size, "screen")) for name in names]
            values = [one.influence for one in found if one is not None and one.influence is not None]
            if len(values) == 2:
                leads.append((size, sign(self.design.metric) * (values[0] - values[1])))
        if len(leads) < 2:
            return None
        (fewer, before), (more, after) = leads[-2:]
        return after - before, float(np.log2(more / fewer))

    def was_screened(self, model: str) -> bool:
        """Return whether a model has a score on the screening rows."""
        sizes = rungs(len(self.folds.screened(None)))
        return any(self.outcomes.scored(FitKey(model, 0, 0, size, "screen")) is not None for size in sizes)

    def has_contender(self, family: str) -> bool:
        """Return whether a family has a model that was asked for and has not failed."""
        return any(name not in self.outcomes.left_out for name in self.contenders[family])

    def lacks_fits(self) -> bool:
        """Return whether a contender has not been fitted in every fold of the first repeat."""
        names = [name for family in ("ml", "dl") for name in self.contenders[family]]
        return any(
            (found := self.outcomes.get(FitKey(name, 0, fold, self.size))) is None or found.note == OUT_OF_TIME
            for name in names
            if name not in self.outcomes.left_out
            for fold in range(self.fold_count())
        )

    def expected_repeat_s(self, size: int | None = None) -> float:
        """Return the seconds that a repeat of the duel is expected to take, on the duel's rows or others."""
        rows = self._training_rows() if size is None else size
        known = {name: self._seconds_on(name, rows) for name in self._racing()}
        slowest = max((seconds for seconds in known.values() if seconds is not None), default=0.0)
        unknown = {name: TIMES_THE_SLOWEST * slowest for name, seconds in known.items() if seconds is None}
        expected = {name: seconds for name, seconds in known.items() if seconds is not None} | unknown
        work = sum(self._fits_in_a_repeat(name) * seconds for name, seconds in expected.items())
        return work / self.execution.runner.slots / PACKING

    # -- choosing --------------------------------------------------------------------------------------------

    def _screen(self) -> None:
        """Fit the candidates on growing samples, and keep of each family the one that the screening rows favour."""
        whole = self.execution.clock
        self.execution.clock = whole.earlier(1 - SCREEN_SHARE)
        sizes = rungs(len(self.folds.screened(None)))
        racing = {
            family: list(names) for family, names in self.contenders.items() if family != "hybrid" or len(names) > 1
        }
        for number, size in enumerate(sizes):
            tells_growth = number < RUNGS_OF_CHAMPIONS
            names = [name for members in racing.values() if tells_growth or len(members) > 1 for name in members]
            names = [name for name in names if name not in self.outcomes.left_out]
            cost = sum(self._seconds_on(name, size) or 0.0 for name in names) / self.execution.runner.slots / PACKING
            if not names or (number and cost > self.execution.clock.left()):
                break
            finished = self._run(
                "screening", [self._screening(name, size) for name in self._slowest_first(names, size)]
            )
            racing = {family: self._survivors(members, size) for family, members in racing.items()}
            if not finished:
                break
        self.execution.clock = whole
        self.contenders = {family: self._ranked(family)[:1] for family in FAMILIES}

    def _survivors(self, names: Sequence[str], size: int) -> list[str]:
        """Return the candidates that are not clearly worse than the best on a rung."""
        scored = {name: self.outcomes.scored(FitKey(name, 0, 0, size, "screen")) for name in names}
        known = {name: one.influence for name, one in scored.items() if one is not None and one.influence is not None}
        worse = clearly_worse(known, self.design.metric, self.screening_units())
        return [name for name in names if name not in self.outcomes.left_out and name not in worse]

    def _ranked(self, family: str, *, scored: bool = False) -> tuple[str, ...]:
        """Return a family's candidates, those screened on the most rows first, and the better of these.

        Where only those with a score on a fold are asked for, they come first.
        """
        usual = sorted(self.contenders[family], key=lambda name: not self.models[name].strongest)

        def rank(name: str) -> tuple[bool, float, float]:
            reached = [
                (key.rows or 0, sign(self.design.metric) * (one.score or 0.0))
                for size in rungs(len(self.folds.screened(None)))
                if (key := FitKey(name, 0, 0, size, "screen")) and (one := self.outcomes.scored(key)) is not None
            ]
            farthest = max(reached, default=(0, 0.0))
            return (scored and not self.outcomes.outer(name), -farthest[0], -farthest[1])

        return tuple(sorted((name for name in usual if name not in self.outcomes.left_out), key=rank))

    def screening_units(self) -> np.ndarray | None:
        """Return which screening rows belong together; None where every row stands alone."""
        units = self.folds.units
        return None if units is None else units[self.folds.screening]

    def _first_fits(self) -> None:
        """Fit every contender once in the first fold, on few rows where they are many, to learn its speed."""
        names = [name for family in FAMILIES for name in self.contenders[family]]
        size = PROBED_ROWS if self._may_take_long() else None
        jobs = (self._wanted(self._outer(name, 0, 0, size)) for name in self._slowest_first(names, PROBED_ROWS))
        self._run("first fits", [job for job in jobs if job is not None])

    def _plan_duel(self) -> None:
        """Fit the duel to the time left: on how many rows, and among how many contenders each fold chooses."""
        self._planned = True
        self._drop_unfit()
        available = self._available()
        names = [name for name in self._racing() if self.models[name].family in ("ml", "dl")]
        if any(len(self.contenders[family]) > 1 for family in ("ml", "dl")):
            self._plan_choice_in_folds(available)
        else:
            self.size = self._affordable_size(names, 1.0)
        if self.size is not None:
            rows, least = self.size, self.folds.least_training_rows()
            self.notes.append(
                f"the champions were trained on {rows:,} of {least:,} rows: all do not fit into the budget"
            )
        self._invite_guests()

    def _plan_choice_in_folds(self, available: float) -> None:
        rows = self._training_rows()
        families = {
            family: [self.models[name] for name in self.contenders[family] if name in self._timings]
            for family in ("ml", "dl")
        }
        seconds = {model.id: self._seconds_on(model.id, rows) or 0.0 for group in families.values() for model in group}
        chosen = affordable_procedure(families, seconds, self.fold_count(), available, in_order=self.folds.in_order)
        self.pairs = chosen.pairs
        for family, members in chosen.contenders.items():
            if members or self.contenders[family]:  # what has not been timed has not failed
                self.contenders[family] = members or (self._usual(self.contenders[family]),)
        names = [name for family in ("ml", "dl") for name in self.contenders[family]]
        if not self.pairs and not self.folds.in_order:
            self.size = self._affordable_size(names, 1.0)
            titles = " and ".join(self.models[name].title for name in names)
            self.notes.append(f"too little time to choose among the models: {titles} represent their families")

    def _invite_guests(self) -> None:
        """Let hybrids and the user's own models take part in every repeat where half of the time pays for them."""
        users = [model.id for model in self.models.values() if model.role == "user"]
        self._run("your models", [job for name in users for job in self._wanted_folds(name, 0, self.size)[:1]])
        guests = [name for name in (*self.contenders["hybrid"], *users) if name not in self.outcomes.left_out]
        rows, folds = self._training_rows(), self.fold_count()
        cost = folds * sum(self._seconds_on(name, rows) or self._unknown_seconds() for name in guests)
        own = self.expected_repeat_s() * self.execution.runner.slots * PACKING
        self._guests = tuple(guests) if own + cost <= GUEST_SHARE * self._available() else ()

    def _unknown_seconds(self) -> float:
        """Return what to expect of a fit of which nothing is known: as much as the slowest known one."""
        rows = self._training_rows()
        return max((self._seconds_on(name, rows) or 0.0 for name in self._timings), default=0.0)

    def _choose_as_recorded(self) -> None:
        assert self.recorded is not None  # noqa: S101 - asked for in a replay only
        record, self._planned = self.recorded, True
        self.size, self.notes = record.size, list(record.notes)
        fits = self._recorded_fits
        inner = [key for key in fits if key.stage == "inner"]
        self.pairs = tuple(sorted({(key.fold, key.second_fold) for key in inner if key.second_fold is not None}))
        jobs = [job for key in fits if (job := self._wanted(self._job_of(key))) is not None]
        self._run("replay", jobs)
        self.contenders = {family: tuple(record.contenders.get(family, ())) for family in FAMILIES}

    def _was_cut(self, job: Job) -> bool:
        found = self.outcomes.get(FitKey.of(job))
        return found is not None and found.note == OUT_OF_TIME

    def _job_of(self, key: FitKey) -> Job:
        if key.stage == "screen":
            return self._screening(key.model, key.rows or 0)
        if key.stage == "inner":
            return self._inner(key.model, key.repeat, key.fold, key.second_fold or 0)
        return self._outer(key.model, key.repeat, key.fold, key.rows)

    def _drop_unfit(self) -> None:
        for family in FAMILIES:
            kept = tuple(name for name in self.contenders[family] if name not in self.outcomes.left_out)
            self.contenders[family] = kept

    def _replace_failed(self) -> bool:
        """Let the next of a family step in for a champion that failed; return whether there is one."""
        replaced = False
        for family in ("ml", "dl"):
            champion = self.champion(family)
            if champion is None or champion not in self.outcomes.left_out or self.recorded is not None:
                continue
            members = [model.id for model in self.models.values() if model.family == family]
            self.contenders[family] = tuple(members)
            following = self._ranked(family)[:1]
            self.contenders[family] = following
            replaced = replaced or bool(following)
        return replaced

    # -- planning --------------------------------------------------------------------------------------------

    def _available(self) -> float:
        return self.execution.clock.left() * self.execution.runner.slots

    def _may_take_long(self) -> bool:
        """Return whether a first fit on all rows may take more time than there is."""
        most = min(ROWS_WITHOUT_PROBE, ROWS_A_SECOND_WITHOUT_PROBE * self.execution.clock.left())
        return self.folds.least_training_rows() > max(PROBED_ROWS, most)

    def _affordable_size(self, names: Sequence[str], share: float) -> int | None:
        """Return the training rows on which all folds of these models fit into a share of the time; None for all."""
        if self.execution.clock.endless:
            return None
        whole, folds = self.folds.least_training_rows(), self.fold_count()

        def cost(rows: int) -> float:
            part = None if rows == whole else rows
            fits = {name: folds - len(self.scored_folds(name, part)) for name in names}
            return sum(fits[name] * (self._seconds_on(name, rows) or 0.0) for name in names) / PACKING

        size = most_rows(cost, share * self._available(), min(LEAST_ROWS, whole), whole)
        if size == whole:
            return None
        known = self._floor_size
        return known if known is not None and abs(size / known - 1) <= SAME_SIZE else size

    def _training_rows(self) -> int:
        return self.folds.least_training_rows() if self.size is None else self.size

    def _racing(self) -> list[str]:
        """Return what is fitted in every fold of the duel, the slowest first."""
        names = [name for family in ("ml", "dl") for name in self.contenders[family]]
        names += [*self._guests, *self.first_models]
        fit = dict.fromkeys(name for name in names if name not in self.outcomes.left_out)
        return self._slowest_first(fit, self._training_rows())

    def _fits_in_a_repeat(self, name: str) -> int:
        chooses = len(self.contenders.get(self.models[name].family, ())) > 1
        return self.fold_count() + (len(self.pairs) if chooses else 0)

    def _inner_pairs(self, repeat: int) -> Iterator[tuple[int, int]]:
        folds = self.fold_count(repeat)
        for first, second in self.pairs:
            if max(first, second) < folds and can_train(self.folds.dataset, self.folds.inner(repeat, first, second)):
                yield first, second

    def _seconds(self, job: Job) -> float | None:
        return self._seconds_on(job.model.id, len(job.train))

    def _seconds_on(self, model: str, rows: int) -> float | None:
        timings = self._timings.get(model)
        return seconds_at(self.models[model], timings, rows) if timings else None

    def _slowest_first(self, names: Iterable[str], rows: int) -> list[str]:
        return sorted(names, key=lambda name: -(self._seconds_on(name, rows) or np.inf))

    # -- inner choice ----------------------------------------------------------------------------------------

    def _inner_scores(self, name: str, repeat: int) -> np.ndarray:
        """Return the score on one fold (column) of a fit that also left out another (row), NaN where there is none."""
        folds = self.fold_count(repeat)
        table = np.full((folds, folds), np.nan)
        for first, second in self._inner_pairs(repeat):
            found = self.outcomes.scored(FitKey(name, repeat, first, None, "inner", second))
            if found is not None and found.second_score is not None:
                table[second, first], table[first, second] = found.score, found.second_score
        return table

    def _earlier_scores(self, name: str, repeat: int) -> np.ndarray:
        """Return the scores on earlier folds (columns) that each fold (row) may know of."""
        folds = self.fold_count(repeat)
        scores = self.outcomes.fold_scores(name, self.size, folds)
        return np.where(np.tri(folds, k=-1, dtype=bool), scores[None, :], np.nan)

    # -- running ---------------------------------------------------------------------------------------------

    def _outer(self, name: str, repeat: int, fold: int, size: int | None) -> Job:
        train, test = self.folds.train(repeat, fold, size), self.split(repeat).folds[fold].test
        last = self.fold_count(repeat) - 1
        measured = repeat == 0 and fold == last and size in (self.size, self._floor_size)
        measure = min(MEASURING_SECONDS, self.design.budget_s / 80) if measured else 0.0
        seed = self.design.seed + repeat * self.design.folds + fold
        return Job(self.models[name], repeat, fold, train, test, self.design.metric, seed, part=size, measure_s=measure)

    def _inner(self, name: str, repeat: int, first: int, second: int) -> Job:
        folds = self.split(repeat).folds
        seed = self.design.seed + repeat * self.design.folds + first
        return Job(
            self.models[name],
            repeat,
            first,
            self.folds.inner(repeat, first, second),
            folds[first].test,
            self.design.metric,
            seed,
            stage="inner",
            second_fold=second,
            second_test=folds[second].test,
        )

    def _screening(self, name: str, size: int) -> Job:
        rows = self.folds.screened(size)
        return Job(
            self.models[name],
            0,
            0,
            rows,
            self.folds.screening,
            self.design.metric,
            self.design.seed,
            stage="screen",
            part=size,
        )

    def _wanted_folds(self, name: str, repeat: int, size: int | None) -> list[Job]:
        jobs = (self._wanted(self._outer(name, repeat, fold, size)) for fold in range(self.fold_count(repeat)))
        return [job for job in jobs if job is not None]

    def _wanted(self, job: Job) -> Job | None:
        """Return the job, unless it is done, its model has failed, or the replayed plan has no such fit."""
        key = FitKey.of(job)
        if key in self.outcomes or job.model.id in self.outcomes.left_out:
            return None
        if self.recorded is None:
            return job
        recorded = self._recorded_fits.get(key)
        if recorded is None or recorded.status != "ok":
            if recorded is not None and recorded.status == CUT_BY_BUDGET:
                self.outcomes.note(key, Outcome("timed-out", OUT_OF_TIME))
            elif recorded is not None:
                self.outcomes.note(key, Outcome(recorded.status, "as in the replayed result"))
            return None
        return job._replace(most_steps=recorded.steps, precision=self.recorded.precision)

    def _run(self, stage: str, jobs: Sequence[Job], *, patient: bool = False) -> bool:
        if not jobs:
            return True
        return self.execution.run(stage, jobs, self._seconds, self._finished, self.outcomes.left_out, patient=patient)

    def _finished(self, finished: Finished) -> str:
        """Keep an outcome; return the news where a model has come to its score."""
        job, outcome = finished.job, finished.outcome
        if outcome.status == "ok":
            seconds = max(finished.wall_s - job.measure_s, 0.01)
            if outcome.stopped_by == "clock" and outcome.full_fit_s is not None:
                seconds = max(seconds, outcome.full_fit_s)
            self._timings.setdefault(job.model.id, []).append(Timing(len(job.train), seconds))
        self.outcomes.note(FitKey.of(job), outcome)
        return self._news(job)

    def _news(self, job: Job) -> str:
        """Return a model's score as soon as it has one of all folds on some rows."""
        if job.stage != "outer" or job.repeat or job.part == PROBED_ROWS:
            return ""
        found = self.scored_folds(job.model.id, job.part).items()
        scores = [one.score for key, one in found if key.repeat == 0 and one.score is not None]
        if len(scores) < self.fold_count():
            return ""
        rows = f"{self.rows_of(job.part):,} rows"
        return f"{job.model.title}: {METRICS[self.design.metric].title} {np.mean(scores):.4g} in all folds of {rows}"
