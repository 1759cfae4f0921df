"""The fits that a comparison can run: each with its rows, its seed and what is measured beside the score."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from advisor.baselines.running.fitting import Job
from advisor.baselines.running.folds import Folds
from advisor.baselines.running.outcomes import FitKey
from advisor.baselines.structure import ModelSpec


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


class Jobs:
    """What is fitted and tested on which rows; a fit of the same name and place is the same in every run.

    Parameters
    ----------
    models : mapping of str to ModelSpec
        The models that were asked for.
    folds : Folds
        The rows.
    design : Design
        What the fits have in common.
    """

    def __init__(self, models: Mapping[str, ModelSpec], folds: Folds, design: Design) -> None:
        self.models = models
        self.folds = folds
        self.design = design

    def outer(self, name: str, repeat: int, fold: int, size: int | None, measure_s: float = 0.0) -> Job:
        """Return a fit on the training rows of a fold, or on `size` of them; `measure_s` of prediction is timed."""
        train, test = self.folds.train(repeat, fold, size), self.folds.split(repeat).folds[fold].test
        metric, seed = self.design.metric, self._seed(repeat, fold)
        return Job(self.models[name], repeat, fold, train, test, metric, seed, part=size, measure_s=measure_s)

    def inner(self, name: str, repeat: int, first: int, second: int) -> Job:
        """Return a fit that leaves out two folds and is tested on either."""
        folds = self.folds.split(repeat).folds
        return Job(
            self.models[name],
            repeat,
            first,
            self.folds.inner(repeat, first, second),
            folds[first].test,
            self.design.metric,
            self._seed(repeat, first),
            stage="inner",
            second_fold=second,
            second_test=folds[second].test,
        )

    def screening(self, name: str, size: int) -> Job:
        """Return a fit on so many rows that is tested on the screening rows."""
        rows, tested = self.folds.screened(size), self.folds.screening
        metric, seed = self.design.metric, self.design.seed
        return Job(self.models[name], 0, 0, rows, tested, metric, seed, stage="screen", part=size)

    def saving(self, name: str, path: str) -> Job:
        """Return a fit on all rows that is written to a file."""
        none = np.empty(0, dtype=np.int64)
        return Job(self.models[name], 0, 0, self.folds.rows, none, self.design.metric, self.design.seed, save=path)

    def of_key(self, key: FitKey) -> Job:
        """Return the fit that a key names, where it is no fit of a fold."""
        if key.stage == "screen":
            return self.screening(key.model, key.rows or 0)
        return self.inner(key.model, key.repeat, key.fold, key.second_fold or 0)

    def _seed(self, repeat: int, fold: int) -> int:
        return self.design.seed + repeat * self.design.folds + fold
