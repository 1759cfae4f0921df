"""Divide a data set into folds that leak nothing, and training folds into nested subsets."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.judging.protocol import LEAST_ORIGINS

if TYPE_CHECKING:
    from advisor.baselines.structure import Dataset

MOST_REPEATS = 5
_DEALS = 20
_MANY_GROUPS = 5_000  # from here on any deal is even


class Fold(NamedTuple):
    """Row numbers of one fold, int64, in ascending order."""

    train: np.ndarray
    test: np.ndarray


class Split(NamedTuple):
    """The folds of one repeat.

    Attributes
    ----------
    folds : tuple of Fold
        Training and test rows.
    kind : str
        "stratified-k-fold", "k-fold", "grouped-k-fold", "time-ordered" or "rolling-origin".
    note : str
        What the reader should know about it, such as fewer folds than asked for; may be empty.
    """

    folds: tuple[Fold, ...]
    kind: str
    note: str

    @property
    def test_train_ratio(self) -> float:
        """Test rows to training rows, the mean over folds: what the corrected t-test needs."""
        return float(np.mean([len(fold.test) / len(fold.train) for fold in self.folds]))


def most_repeats(dataset: "Dataset", folds: int) -> int:
    """Return how many repeats can differ: one where time orders the rows or there are no more units than folds."""
    if dataset.times is not None or _count_units(dataset) <= folds:
        return 1
    return MOST_REPEATS


def make_folds(dataset: "Dataset", folds: int, repeat: int, seed: int) -> Split:
    """Divide the rows into folds.

    Classes have the same shares in all folds. Rows of a group, or without groups duplicate rows, stay in one fold.
    With times, each fold tests on the stretch of time after its training rows, and equal times stay together; where
    groups are given too, rows of a tested group are left out of the training rows.

    Parameters
    ----------
    dataset : Dataset
        The rows.
    folds : int
        Folds wanted, at least 2; there are fewer where rows, groups or different times are fewer.
    repeat : int
        Which repeat, from 0: each is shuffled differently.
    seed : int
        Seed of all repeats.

    Returns
    -------
    Split
        Every row is tested at most once; without times and without folds left out, exactly once.

    Raises
    ------
    DataError
        Where no two folds can be made.
    """
    if dataset.tested is not None:
        return _rolling_origin(dataset, folds)
    if dataset.times is not None:
        return _time_ordered(dataset, dataset.times, folds)
    made = min(folds, _count_units(dataset))
    deal = list(_shuffled(dataset, made, np.random.default_rng((seed, repeat)))) if made > 1 else []
    # Training rows of one class only: the other has a single row or group. No seed would help.
    if not deal or not all(can_train(dataset, fold.train) for fold in deal):
        raise DataError(_why_impossible(dataset))
    kind = "k-fold" if dataset.task == "regression" else "stratified-k-fold"
    grouped = dataset.groups is not None
    lacking = "groups" if grouped else "different rows"
    note = "" if made == folds else f"{made} folds instead of {folds}, for lack of {lacking}"
    return Split(tuple(deal), "grouped-k-fold" if grouped else kind, note)


def one_part(dataset: "Dataset", parts: int, repeat: int, seed: int, wanted: int) -> np.ndarray:
    """Return the rows of that fold of `make_folds`, without times, whose number is nearest to the one wanted.

    The other folds are not made: a thousand of four million rows would take 32 GB.

    Raises
    ------
    DataError
        Where the folds cannot be made.
    """
    made = min(parts, _count_units(dataset))
    if made < 2:
        raise DataError(_why_impossible(dataset))
    fold_of_row, classes = _fold_of_row(dataset, made, np.random.default_rng((seed, repeat))), _classes(dataset)
    if dataset.labels:
        count = int(classes.max()) + 1
        tested = np.bincount(fold_of_row * count + classes, minlength=made * count).reshape(made, count)
        if not (((tested.sum(axis=0) - tested) > 0).sum(axis=1) > 1).all():
            raise DataError(_why_impossible(dataset))
    sizes = np.bincount(fold_of_row, minlength=made)
    return np.flatnonzero(fold_of_row == np.abs(sizes - wanted).argmin())


def subsample(dataset: "Dataset", train: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Return `n` of the training rows; with one seed, a smaller subset is part of a larger one.

    Classes keep their shares. Whole groups come in one after another (only the last may be cut), because more data
    mean more groups. With times, the most recent rows are taken.

    Parameters
    ----------
    dataset : Dataset
        All rows.
    train : numpy.ndarray of shape (rows,)
        Row numbers of a training fold.
    n : int
        Rows wanted; all where there are no more.
    seed : int
        Seed of the order.

    Returns
    -------
    numpy.ndarray of shape (min(n, rows),)
        Row numbers in ascending order.
    """
    if n >= len(train):
        return np.sort(train)
    if dataset.times is not None:
        return np.sort(train[np.argsort(dataset.times[train], kind="stable")[len(train) - n :]])
    rng = np.random.default_rng(seed)
    if dataset.groups is None:
        unit_of_row = np.arange(len(train))
    else:
        unit_of_row = np.unique(dataset.groups[train], return_inverse=True)[1]
    labels = _unit_labels(unit_of_row, _classes(dataset)[train])
    # The r-th of c units of a class comes at (r + 1/2) / c, so that every beginning has the shares of the whole.
    order = _shuffle_by_label(labels, rng)
    starts = np.searchsorted(labels[order], labels[order])
    counts = np.bincount(labels)
    position = np.empty(len(labels))
    position[order] = (np.arange(len(labels)) - starts + 0.5) / counts[labels[order]]
    unit_rank = np.empty(len(labels), dtype=np.int64)
    unit_rank[np.argsort(position, kind="stable")] = np.arange(len(labels))
    return np.sort(train[np.argsort(unit_rank[unit_of_row], kind="stable")[:n]])


def _units(dataset: "Dataset") -> np.ndarray | None:
    return dataset.duplicate_groups if dataset.groups is None else dataset.groups


def _count_units(dataset: "Dataset") -> int:
    units = _units(dataset)
    return len(dataset.target) if units is None else len(np.unique(units))


def _classes(dataset: "Dataset") -> np.ndarray:
    """Return the class of each row; amounts have one."""
    if not dataset.labels:
        return np.zeros(len(dataset.target), dtype=np.int64)
    return dataset.target


def _shuffled(dataset: "Dataset", folds: int, rng: np.random.Generator) -> Iterator[Fold]:
    fold_of_row = _fold_of_row(dataset, folds, rng)
    for fold in range(folds):
        yield Fold(np.flatnonzero(fold_of_row != fold), np.flatnonzero(fold_of_row == fold))


def _fold_of_row(dataset: "Dataset", folds: int, rng: np.random.Generator) -> np.ndarray:
    units = _units(dataset)
    classes = _classes(dataset)
    unit_of_row = np.arange(len(classes)) if units is None else np.unique(units, return_inverse=True)[1]
    labels = _unit_labels(unit_of_row, classes)
    # Of groups, which differ in size and classes, the best of several random deals is taken.
    deals = _DEALS if dataset.groups is not None and len(labels) < _MANY_GROUPS else 1
    dealt = (_deal(labels, folds, rng)[unit_of_row] for _ in range(deals))
    return min(dealt, key=lambda fold: _unevenness(fold, classes, folds)) if deals > 1 else next(dealt)


def _deal(labels: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Deal shuffled units, class after class in a random order, to the folds in turn.

    What `StratifiedKFold` does, but classes smaller than the number of folds need no exception, and the sizes of the
    folds differ by one at most.
    """
    fold = np.empty(len(labels), dtype=np.int64)
    order_of_classes = rng.permutation(int(labels.max()) + 1)
    fold[_shuffle_by_label(order_of_classes[labels], rng)] = np.arange(len(labels)) % folds
    return fold


def _shuffle_by_label(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    order = rng.permutation(len(labels))
    return order[np.argsort(labels[order], kind="stable")]


def _unit_labels(unit_of_row: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the rarest class in each unit, as a rank from 0 for the most frequent.

    Dealing by the rarest class spreads the few groups that have it; the most frequent one would not tell them apart.
    """
    counts = np.bincount(classes)
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    labels = np.zeros(int(unit_of_row.max()) + 1, dtype=np.int64)
    np.maximum.at(labels, unit_of_row, rank[classes])
    return labels


def _unevenness(fold_of_row: np.ndarray, classes: np.ndarray, folds: int) -> tuple[int, float]:
    """Return how many classes training folds lack, and how far folds are from equal shares of rows and classes."""
    n_classes = int(classes.max()) + 1
    counts = np.bincount(fold_of_row * n_classes + classes, minlength=folds * n_classes).reshape(folds, n_classes)
    totals = counts.sum(axis=0)
    lacking = int((counts == np.maximum(totals, 1)).sum())
    shares = counts / np.maximum(totals, 1)
    rows = counts.sum(axis=1) / len(classes)
    return lacking, float(((shares - 1 / folds) ** 2).sum() + n_classes * ((rows - 1 / folds) ** 2).sum())


def _time_ordered(dataset: "Dataset", times: np.ndarray, folds: int) -> Split:
    cuts, order = _time_cuts(times, folds)
    notes = []
    if len(cuts) < folds:
        notes.append(f"{len(cuts)} folds instead of {folds}, for lack of different times")
    joined = _with_two_classes(cuts, _classes(dataset)[order]) if dataset.labels else cuts
    if len(joined) < len(cuts):
        notes.append(f"{len(joined)} folds instead of {len(cuts)}: stretches of one class are tested with others")
        cuts = joined
    pairs = []
    for start, end in pairwise([*cuts, len(order)]):
        train, test = np.sort(order[:start]), np.sort(order[start:end])
        if dataset.groups is not None:
            train = train[~np.isin(dataset.groups[train], np.unique(dataset.groups[test]))]
        pairs.append(Fold(train, test))
    usable = tuple(fold for fold in pairs if can_train(dataset, fold.train))
    if not usable:
        raise DataError(_why_impossible(dataset))
    if len(usable) < len(pairs):
        notes.append(f"{len(pairs) - len(usable)} of {len(pairs)} folds left out: one class or nothing to train on")
    if dataset.groups is not None:
        notes.append("rows of tested groups are left out of the training rows")
    return Split(usable, "time-ordered", "; ".join(notes))


def _time_cuts(times: np.ndarray, folds: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut the rows in time order into equal stretches, each cut moved to the nearest change of time.

    Returns the positions of the cuts, and the row numbers in time order.
    """
    code = np.unique(times, return_inverse=True)[1]
    order = np.argsort(code, kind="stable")
    changes = np.flatnonzero(np.diff(code[order])) + 1
    if len(changes) == 0:
        return changes, order
    stretches = min(folds, len(changes)) + 1
    wanted = np.arange(1, stretches) * len(order) / stretches
    after = np.searchsorted(changes, wanted).clip(max=len(changes) - 1)
    before = (after - 1).clip(min=0)
    nearer_before = wanted - changes[before] < changes[after] - wanted
    return np.unique(np.where(nearer_before, changes[before], changes[after])), order


def _with_two_classes(cuts: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Leave out cuts, of classes in time order, until every stretch has two: a ranking cannot be scored on one."""
    kept: list[int] = []
    for cut in cuts:
        if not kept or not _is_uniform(classes[kept[-1] : cut]):
            kept.append(cut)
    while len(kept) > 1 and _is_uniform(classes[kept[-1] :]):
        kept.pop()
    return np.asarray(kept, dtype=np.int64)


def _is_uniform(classes: np.ndarray) -> bool:
    return bool((classes == classes[0]).all())


def _rolling_origin(dataset: "Dataset", folds: int) -> Split:
    """Divide the tested origins into stretches of time; what trains for one is known before it begins."""
    tested, times, known = dataset.tested, dataset.times, dataset.known
    assert tested is not None  # noqa: S101 - asked for rolling origins only
    assert times is not None  # noqa: S101 - it comes with `tested`
    assert known is not None  # noqa: S101 - as well
    origins = np.unique(times[tested])
    if not len(origins):
        raise DataError(_why_impossible(dataset))
    made = min(folds, len(origins))
    pairs = [
        Fold(np.flatnonzero(known < part[0]), np.flatnonzero(tested & (times >= part[0]) & (times <= part[-1])))
        for part in np.array_split(origins, made)
    ]
    usable = tuple(fold for fold in pairs if len(fold.train))
    if not usable:
        raise DataError(_why_impossible(dataset))
    notes = [f"forecasts are tested at {len(origins):,} origins that do not overlap"]
    if len(origins) < LEAST_ORIGINS:
        notes[0] += f"; fewer than {LEAST_ORIGINS} are too few for an answer"
    if len(usable) < len(pairs):
        notes.append(f"{len(pairs) - len(usable)} of {len(pairs)} folds left out: nothing to train on")
    return Split(usable, "rolling-origin", "; ".join(notes))


def can_train(dataset: "Dataset", train: np.ndarray) -> bool:
    """Return whether the rows can train a model: some of amounts, two classes of a classification."""
    if not dataset.labels:
        return len(train) > 0
    return len(np.unique(dataset.target[train])) > 1


def _why_impossible(dataset: "Dataset") -> str:
    if dataset.times is not None and dataset.groups is not None:
        return (
            "the rows cannot be split by time and group: no stretch of time has enough earlier rows of other groups; "
            "leave out --group if known groups are predicted later, or --time if the order does not matter"
        )
    if dataset.times is not None:
        return "the rows cannot be split by time: too few different times, or one class until the end; leave out --time"
    if dataset.groups is not None:
        return (
            "the rows cannot be split by group: a single group, or a single one with a second class; leave out --group"
        )
    if dataset.task == "regression":
        return "the rows cannot be split into folds: all of them are the same; add rows"
    return "the rows cannot be split into folds: there are not two different rows of two classes; add rows"
