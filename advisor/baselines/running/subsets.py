"""Nested subsets of a data set and their folds, each made once."""

import numpy as np

from advisor.baselines.running.splits import Fold, Split, make_folds, subsample
from advisor.baselines.structure import Dataset


class Subsets:
    """The subsets of one data set; positions are those of the whole.

    Parameters
    ----------
    dataset : Dataset
        All rows.
    folds, seed : int
        Of the splits.
    """

    def __init__(self, dataset: Dataset, folds: int, seed: int) -> None:
        self._dataset = dataset
        self._folds = folds
        self._seed = seed
        self._rows: dict[int, np.ndarray] = {}
        self._splits: dict[tuple[int, int], Split] = {}

    def rows(self, size: int) -> np.ndarray:
        """Return the positions of a subset in ascending order; a smaller subset is part of a larger one."""
        if size not in self._rows:
            self._rows[size] = self.part_of(np.arange(len(self._dataset)), size)
        return self._rows[size]

    def part_of(self, train: np.ndarray, size: int) -> np.ndarray:
        """Return the positions of a part of a training fold, in ascending order."""
        return subsample(self._dataset, train, size, self._seed)

    def split(self, size: int, repeat: int) -> Split:
        """Return the folds of a repeat on a subset."""
        if (size, repeat) not in self._splits:
            rows = self.rows(size)
            split = make_folds(self._dataset.at(rows), self._folds, repeat, self._seed)
            folds = tuple(Fold(rows[fold.train], rows[fold.test]) for fold in split.folds)
            self._splits[size, repeat] = split._replace(folds=folds)
        return self._splits[size, repeat]
