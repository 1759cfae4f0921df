"""Which rows choose the champions, which test them and which train them; each selection is made once."""

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.running.splits import Fold, Split, make_folds, one_part, subsample
from advisor.baselines.structure import Dataset

# Below so many rows, a fifth of them chooses too badly: the choice is then made, and judged, within each fold.
LEAST_ROWS_TO_SCREEN = 2_500
SCREENING_SHARE, MOST_SCREENING_ROWS, LEAST_SCREENING_ROWS = 0.2, 4_000, 200
MOST_TESTED = 20_000  # rows of a fold: more make predicting dearer than training, and the answer no surer
_APART = 1_000_000  # of the repeats, whose splits are shuffled by their number


class Folds:
    """The rows of one data set and their parts in it; positions are those of the whole.

    Parameters
    ----------
    dataset : Dataset
        All rows.
    folds, seed : int
        Of the splits.
    most_rows : int
        Rows that a fit has memory for; the others are left out.
    screens : bool
        Whether there is anything to choose.
    """

    def __init__(self, dataset: Dataset, folds: int, seed: int, most_rows: int, *, screens: bool = True) -> None:
        self.dataset = dataset
        self.screens = screens
        self.wanted = folds
        self.seed = seed
        self.rows = subsample(dataset, np.arange(len(dataset)), most_rows, seed)
        self._known: dict[tuple[int | str, ...], np.ndarray] = {}
        self._splits: dict[int, Split] = {}
        self._fold_of_row = np.empty((0, len(dataset)), dtype=np.int64)

    @property
    def in_order(self) -> bool:
        """Whether rows are tested in the order of time."""
        return self.dataset.times is not None

    @cached_property
    def screening(self) -> np.ndarray:
        """The rows that choose the champions and that no fold tests; none where they are too few to choose well.

        None of overlapping forecasts either, which are far fewer observations than rows.

        Whole groups, and classes in their shares; in the order of time, the latest of the rows before the first test.
        """
        none = np.empty(0, dtype=np.int64)
        if not self.screens or self.dataset.tested is not None or len(self.rows) < LEAST_ROWS_TO_SCREEN:
            return none
        wanted = min(int(SCREENING_SHARE * len(self.rows)), MOST_SCREENING_ROWS)
        found = self._latest_untested(wanted) if self.in_order else self._dealt(wanted)
        return found if len(found) >= LEAST_SCREENING_ROWS else none

    def _dealt(self, wanted: int) -> np.ndarray:
        parts = -(-len(self.rows) // wanted)
        try:
            found = one_part(self.dataset.at(self.rows), parts, _APART, self.seed, wanted)
        except DataError:
            return np.empty(0, dtype=np.int64)
        return self.rows[found] if len(found) <= 2 * wanted else np.empty(0, dtype=np.int64)

    def _latest_untested(self, wanted: int) -> np.ndarray:
        """Return the latest third of the rows before the first test, rows of one time or group all or none."""
        assert self.dataset.times is not None  # noqa: S101 - asked for in the order of time only
        first = self.split().folds[0].train
        times = self.dataset.times[first]
        count = min(wanted, len(first) // 3)
        if not count:
            return np.empty(0, dtype=np.int64)
        start = np.sort(times)[len(times) - count]
        latest = first[times > start] if (times >= start).sum() > 2 * count else first[times >= start]
        if self.dataset.groups is not None:
            earlier = np.setdiff1d(first, latest)
            latest = latest[~np.isin(self.dataset.groups[latest], self.dataset.groups[earlier])]
        return np.asarray(latest)

    def split(self, repeat: int = 0) -> Split:
        """Return the folds of a repeat; screening rows are in every training part and in no test."""
        if repeat not in self._splits:
            apart = np.empty(0, dtype=np.int64) if self.in_order else self.screening
            rows = np.setdiff1d(self.rows, apart, assume_unique=True)
            split = make_folds(self.dataset.at(rows), self.wanted, repeat, self.seed)
            folds = tuple(
                Fold(np.union1d(rows[fold.train], apart), self._tested(rows[fold.test])) for fold in split.folds
            )
            self._splits[repeat] = split._replace(folds=folds)
        return self._splits[repeat]

    def count(self, repeat: int = 0) -> int:
        """Return how many folds a repeat has."""
        return len(self.split(repeat).folds)

    def _tested(self, rows: np.ndarray) -> np.ndarray:
        return subsample(self.dataset, rows, MOST_TESTED, self.seed)

    def train(self, repeat: int, fold: int, size: int | None = None) -> np.ndarray:
        """Return training rows of a fold: all, or a part of so many; a smaller part is in a larger one."""
        whole = self.split(repeat).folds[fold].train
        return whole if size is None else self._part(("train", repeat, fold, size), lambda: whole, size)

    def inner(self, repeat: int, first: int, second: int, size: int | None = None) -> np.ndarray:
        """Return the training rows that are in neither of two folds."""

        def whole() -> np.ndarray:
            folds = self.split(repeat).folds
            return np.intersect1d(folds[first].train, folds[second].train, assume_unique=True)

        return self._part(("inner", repeat, first, second, size or 0), whole, size)

    def screened(self, size: int | None) -> np.ndarray:
        """Return rows on which the candidates are fitted that the screening rows judge."""

        def whole() -> np.ndarray:
            rows = self.split().folds[0].train if self.in_order else self.rows
            return np.setdiff1d(rows, self.screening, assume_unique=True)

        return self._part(("screen", size or 0), whole, size)

    def _part(self, key: tuple[int | str, ...], whole: Callable[[], np.ndarray], size: int | None) -> np.ndarray:
        if key not in self._known:
            rows = whole()
            self._known[key] = rows if size is None else subsample(self.dataset, rows, size, self.seed)
        return self._known[key]

    def least_training_rows(self) -> int:
        """Return the training rows of the smallest training part."""
        return min(self.training_rows())

    def training_rows(self, size: int | None = None) -> tuple[int, ...]:
        """Return how many training rows a fit of each fold has, all or at most `size`."""
        whole = (len(fold.train) for fold in self.split().folds)
        return tuple(rows if size is None else min(rows, size) for rows in whole)

    def used_rows(self, size: int | None) -> int:
        """Return how many rows a fit of some size used with its test: all that there are where it is whole."""
        if size is None:
            return len(self.rows)
        return size + round(np.mean([len(fold.test) for fold in self.split().folds]))

    def fold_of_row(self, repeats: int) -> np.ndarray:
        """Return the fold that tests each row in each repeat, -1 where none does; of shape (repeats, rows)."""
        if len(self._fold_of_row) < repeats:
            self._fold_of_row = np.full((repeats, len(self.dataset)), -1, dtype=np.int64)
            for repeat in range(repeats):
                for number, fold in enumerate(self.split(repeat).folds):
                    self._fold_of_row[repeat, fold.test] = number
        return self._fold_of_row[:repeats]

    def only(self, values: np.ndarray, cells: Iterable[tuple[int, int]]) -> np.ndarray:
        """Return values of shape (repeats, rows) where one of the (repeat, fold) tests the row, NaN elsewhere."""
        folds = self.fold_of_row(len(values))
        kept = np.zeros(folds.shape, dtype=bool)
        for repeat, fold in cells:
            kept[repeat] |= folds[repeat] == fold
        return np.where(kept, values, np.nan)

    @property
    def units(self) -> np.ndarray | None:
        """Which rows belong together: groups, else duplicates; None where every row stands alone."""
        return self.dataset.duplicate_groups if self.dataset.groups is None else self.dataset.groups

    @property
    def screening_units(self) -> np.ndarray | None:
        """Which screening rows belong together; None where every row stands alone."""
        return None if self.units is None else self.units[self.screening]
