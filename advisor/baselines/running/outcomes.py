"""The fits of one comparison and how they ended."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.structure import ModelSpec
from advisor.reports.baseline import STAGES, FitRow

OUT_OF_TIME = "the budget ended before this fit did"
CUT_BY_BUDGET = "skipped"  # in the plan: no fault of the model, which stays in the comparison


class FitKey(NamedTuple):
    """What a fit is found by; `rows` where it is on a part of its training rows, `stage` as in `FitRow`."""

    model: str
    repeat: int
    fold: int
    rows: int | None = None
    stage: str = "outer"
    second_fold: int | None = None

    @classmethod
    def of(cls, fit: Job | FitRow) -> "FitKey":
        """Return the key of a job, or of a row of a recorded plan."""
        if isinstance(fit, FitRow):
            return cls(fit.model, fit.repeat, fit.fold, fit.rows, fit.stage, fit.second_fold)
        return cls(fit.model.id, fit.repeat, fit.fold, fit.part, fit.stage, fit.second_fold)


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
        """Keep the outcome of a fit; a model that failed is left out from now on, but not for a small part."""
        self._fits[key] = outcome
        steps = outcome.steps if outcome.stopped_by in ("clock", "steps") else None
        cut = outcome.note == OUT_OF_TIME
        status = CUT_BY_BUDGET if cut else outcome.status
        self._executed[key] = FitRow(key.model, key.repeat, key.fold, key.rows, steps, status, *key[4:])
        if outcome.status != "ok" and not cut and key.stage != "inner" and (key.rows is None or key.stage == "screen"):
            self.left_out.setdefault(key.model, outcome)

    def get(self, key: FitKey) -> Outcome | None:
        """Return how a fit ended, None where it has not been run."""
        return self._fits.get(key)

    def leave_out(self, model: str, why: str) -> None:
        """Leave a model out that has not failed."""
        self.left_out.setdefault(model, Outcome("skipped", why))

    def scored(self, key: FitKey) -> Outcome | None:
        """Return the outcome of a fit that has a score."""
        found = self._fits.get(key)
        return None if found is None or found.score is None else found

    def outer(self, model: str) -> dict[FitKey, Outcome]:
        """Return the scored fits of a model that were tested on folds, on all sizes, by repeat and fold."""
        found = {
            key: outcome
            for key, outcome in self._fits.items()
            if key.model == model and key.stage == "outer" and outcome.score is not None
        }
        return dict(sorted(found.items(), key=lambda pair: pair[0][1:3]))

    def finished(self, model: str) -> list[Outcome]:
        """Return the outcomes of a model's scored fits on folds, in the order of repeats and folds."""
        return list(self.outer(model).values())

    def fold_scores(self, model: str, size: int | None, folds: int, *, whole_fits: bool = False) -> np.ndarray:
        """Return the scores of a model in the folds of the first repeat, NaN where it has none.

        With `whole_fits` also where the clock cut a fit short: how a model grows with its rows would be mistaken.
        """
        found = (self._fits.get(FitKey(model, 0, fold, size)) for fold in range(folds))
        whole = (None if one is None or (whole_fits and was_cut_short(one)) else one.score for one in found)
        return np.array([np.nan if score is None else score for score in whole])

    @property
    def precision(self) -> str:
        """The precision that networks calculated in."""
        return next((one.precision for one in self._fits.values() if one.precision), "float32")

    def executed_plan(self) -> tuple[FitRow, ...]:
        """Return the fits that were run, in the order of stages, repeats, folds and models."""
        place = {model: number for number, model in enumerate(self.models)}

        def order(key: FitKey) -> tuple[int, ...]:
            second = -1 if key.second_fold is None else key.second_fold
            return (STAGES.index(key.stage), key.repeat, key.fold, second, place[key.model], key.rows or 0)

        return tuple(self._executed[key] for key in sorted(self._executed, key=order))


def was_cut_short(outcome: Outcome) -> bool:
    """Return whether a time limit stopped a network while it was still improving."""
    return outcome.stopped_by in ("clock", "steps") and outcome.still_improving


def missing_seconds(outcomes: Iterable[Outcome]) -> float:
    """Return the processor seconds that fits which were cut short still lacked."""
    return sum(
        max(0.0, (outcome.full_fit_s or 2 * (outcome.fit_s or 0.0)) - (outcome.fit_s or 0.0))
        for outcome in outcomes
        if was_cut_short(outcome)
    )
