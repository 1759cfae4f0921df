"""The fits of one comparison and how they ended."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.structure import ModelSpec, constant_model
from advisor.reports.baseline import FitRow

OUT_OF_TIME = "the budget ended before this fit did"
CUT_BY_BUDGET = "skipped"  # in the plan: no fault of the model, which stays in the comparison


class FitKey(NamedTuple):
    """What a fit is found by; `rows` where it is on a part of the training fold."""

    model: str
    repeat: int
    fold: int
    rows: int | None = None

    @classmethod
    def of(cls, job: Job) -> "FitKey":
        """Return the key of a job."""
        return cls(job.model.id, job.repeat, job.fold, job.part)


class Outcomes:
    """How the fits ended; models that failed are left out of what follows.

    Parameters
    ----------
    models : mapping of str to ModelSpec
        The models that were asked for, in the order of the table.
    """

    def __init__(self, models: Mapping[str, ModelSpec]) -> None:
        self.models = models
        self.left_out: dict[str, Outcome] = {}
        self._fits: dict[FitKey, Outcome] = {}
        self._executed: dict[FitKey, FitRow] = {}

    def __contains__(self, key: FitKey) -> bool:
        return key in self._fits

    def note(self, key: FitKey, outcome: Outcome) -> None:
        """Keep the outcome of a fit; a model that failed on whole folds is left out from now on."""
        self._fits[key] = outcome
        steps = outcome.steps if outcome.stopped_by in ("clock", "steps") else None
        cut = outcome.note == OUT_OF_TIME
        self._executed[key] = FitRow(*key, steps, CUT_BY_BUDGET if cut else outcome.status)
        if outcome.status != "ok" and not cut and key.rows is None:
            self.left_out.setdefault(key.model, outcome)

    def leave_out(self, model: str, why: str) -> None:
        """Leave a model out that has not failed."""
        self.left_out.setdefault(model, Outcome("skipped", why))

    def forget_finished(self) -> None:
        """Drop the fits on fewer rows than the plan's; that a model failed on them stays known."""
        for key in [key for key, outcome in self._fits.items() if outcome.status == "ok"]:
            del self._fits[key], self._executed[key]

    def scores(self, model: str, repeats: int, folds: int) -> np.ndarray:
        """Return the scores of a model, shape (repeats, folds), NaN where a fit did not finish."""
        table = np.full((repeats, folds), np.nan)
        for repeat in range(repeats):
            for fold in range(folds):
                outcome = self._fits.get(FitKey(model, repeat, fold))
                if outcome is not None and outcome.score is not None:
                    table[repeat, fold] = outcome.score
        return table

    def complete_scores(self, models: Iterable[str], repeats: int, folds: int) -> dict[str, np.ndarray]:
        """Return the scores of the compared models; folds of the first repeat that the clock cut are blank in all.

        A fold counts only if every model that has not failed has a score in it.
        """
        tables = {model: self.scores(model, repeats, folds) for model in models if model not in self.left_out}
        constant = constant_model(self.models)
        tables.setdefault(constant, self.scores(constant, repeats, folds))
        begun = [table[0] for table in tables.values() if np.isfinite(table[0]).any()]
        cut = np.isnan(begun).any(axis=0) if begun else None
        if cut is not None and not cut.all():
            for table in tables.values():
                table[0, cut] = np.nan
        return tables

    def part_scores(self, model: str, size: int, folds: int) -> np.ndarray:
        """Return the scores of a model on parts of the training folds, one a fold; NaN where a fit was cut short."""
        found = (self._fits.get(FitKey(model, 0, fold, size)) for fold in range(folds))
        whole = (None if one is None or _was_cut_short(one) else one.score for one in found)
        return np.array([np.nan if score is None else score for score in whole])

    def finished(self, model: str) -> list[Outcome]:
        """Return the outcomes of a model's fits on whole folds, in the order of repeats and folds."""
        found = [(key, outcome) for key, outcome in self._fits.items() if key.model == model and key.rows is None]
        return [outcome for _, outcome in sorted(found, key=lambda pair: pair[0][1:3]) if outcome.status == "ok"]

    def stopped_while_improving(self, models: Iterable[str], families: Collection[str] = ("dl",)) -> list[str]:
        """Return the models of these families that a time limit stopped while they were still improving."""
        return [
            model
            for model in models
            if self.models[model].family in families
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

    def executed_plan(self, models: Collection[str]) -> tuple[FitRow, ...]:
        """Return the fits that were run, in the order of repeats, folds and models."""
        place = {model: number for number, model in enumerate(self.models)}
        return tuple(
            self._executed[key]
            for key in sorted(self._executed, key=lambda key: (key.repeat, key.fold, place[key.model], key.rows or 0))
            # first fits of models that the plan left out decide nothing
            if key.model in models or self._executed[key].status != "ok"
        )


def _was_cut_short(outcome: Outcome) -> bool:
    return outcome.stopped_by in ("clock", "steps") and outcome.still_improving
