import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold, TimeSeriesSplit

from advisor.baselines.errors import DataError
from advisor.baselines.running.splits import make_folds, most_repeats, one_part, subsample
from advisor.baselines.structure import Dataset
from tests.baselines.support import table_dataset
from tests.bounds import examples

quick = examples(60)


def dataset(target: Any, task: str = "binary", **columns: Any) -> Dataset:
    target = np.asarray(target)
    labels = () if task == "regression" else tuple(f"class {number}" for number in range(int(target.max()) + 1))
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    return table_dataset(pd.DataFrame(index=range(len(target))), {}, task, target, labels, **arrays)


@st.composite
def datasets(draw: st.DrawFn, with_units: str | None = None) -> Dataset:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = draw(st.integers(12, 80))
    task = draw(st.sampled_from(["binary", "multiclass", "regression"]))
    # two rows of each of two classes at least, in four different units
    target = np.r_[0, 1, 0, 1, rng.integers(0, {"binary": 2, "multiclass": 6, "regression": 9}[task], rows - 4)]
    columns = {}
    if with_units:
        columns[with_units] = np.r_[0, 1, 2, 3, rng.integers(0, draw(st.integers(1, 30)), rows - 4)]
        if with_units == "duplicate_groups":  # duplicates have one target
            columns["duplicate_groups"] = columns["duplicate_groups"] * 10 + target
    return dataset(target, task, **columns)


def check_partition(data: Dataset, folds: int) -> None:
    split = make_folds(data, folds, repeat=0, seed=1)
    rows = np.arange(len(data.target))
    assert len(split.folds) >= 2
    assert np.array_equal(np.sort(np.concatenate([fold.test for fold in split.folds])), rows)
    for train, test in split.folds:
        assert np.array_equal(np.sort(np.r_[train, test]), rows)
        assert len(test) > 0
        assert train.dtype == test.dtype == np.int64
        assert (np.diff(train) > 0).all()
        assert (np.diff(test) > 0).all()


@quick
@given(datasets(), st.integers(2, 12))
def test_folds_partition_the_rows_evenly(data, folds):
    check_partition(data, folds)
    split = make_folds(data, folds, 0, 1)
    sizes = [len(fold.test) for fold in split.folds]
    assert max(sizes) - min(sizes) <= 1
    assert split.kind == ("k-fold" if data.task == "regression" else "stratified-k-fold")
    assert split.note == ""
    if data.task != "regression":
        counts = np.array([np.bincount(data.target[fold.test], minlength=6) for fold in split.folds])
        assert (counts.max(axis=0) - counts.min(axis=0)).max() <= 1


@quick
@given(datasets(with_units="duplicate_groups"), st.integers(2, 12))
def test_duplicates_stay_together(data, folds):
    check_partition(data, folds)
    for train, test in make_folds(data, folds, 0, 1).folds:
        assert not set(data.duplicate_groups[train]) & set(data.duplicate_groups[test])


@quick
@given(datasets(with_units="groups"), st.integers(2, 12))
def test_groups_stay_together(data, folds):
    check_partition(data, folds)
    split = make_folds(data, folds, 0, 1)
    assert split.kind == "grouped-k-fold"
    for train, test in split.folds:
        assert not set(data.groups[train]) & set(data.groups[test])


@quick
@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.integers(2, 40))
def test_time_runs_forward_and_equal_times_stay_together(seed, folds, different):
    rng = np.random.default_rng(seed)
    times = np.r_[0, different, rng.integers(0, different, 58)]
    data = dataset(rng.random(60), "regression", times=times)
    split = make_folds(data, folds, 0, 1)
    assert split.kind == "time-ordered"
    assert (len(split.folds) < folds) == ("folds instead of" in split.note)
    for train, test in split.folds:
        assert times[train].max() < times[test].min()
    tests = np.concatenate([fold.test for fold in split.folds])
    assert len(np.unique(tests)) == len(tests)
    assert np.array_equal(np.sort(np.r_[split.folds[0].train, tests]), np.arange(60))


@quick
@given(datasets(), st.integers(2, 8))
def test_repeats_are_reproducible_and_differ(data, folds):
    def all_repeats() -> list[list[list[int]]]:
        return [[fold.test.tolist() for fold in make_folds(data, folds, repeat, 7).folds] for repeat in range(5)]

    repeats = all_repeats()
    assert all_repeats() == repeats
    assert any(repeat != repeats[0] for repeat in repeats)


def test_class_counts_are_those_of_scikit_learn():
    target = np.random.default_rng(0).choice(3, 500, p=[0.7, 0.25, 0.05])
    ours = [np.bincount(target[fold.test]) for fold in make_folds(dataset(target, "multiclass"), 5, 0, 0).folds]
    theirs = [np.bincount(target[test]) for _, test in StratifiedKFold(5).split(target, target)]
    assert np.abs(np.array(ours) - np.array(theirs)).max() <= 1


def test_distinct_times_are_split_as_in_scikit_learn():
    times = np.random.default_rng(0).permutation(60)
    split = make_folds(dataset(np.zeros(60), "regression", times=times), 5, 0, 0)
    for ours, (train, test) in zip(split.folds, TimeSeriesSplit(5).split(times), strict=True):
        assert np.array_equal(np.sort(times[ours.train]), train)
        assert np.array_equal(np.sort(times[ours.test]), test)


def test_a_rare_class_is_spread_over_the_folds_without_a_warning():
    target = np.r_[np.zeros(97, dtype=int), 1, 1, 2]
    split = make_folds(dataset(target, "multiclass"), 5, 0, 0)
    assert [int((target[fold.test] == 1).sum()) for fold in split.folds].count(1) == 2
    assert len(split.folds) == 5


def test_few_groups_of_one_class_each_end_in_different_folds():
    groups = np.repeat(np.arange(10), 7)
    target = np.isin(groups, [3, 4]).astype(int)
    for repeat in range(5):
        split = make_folds(dataset(target, groups=groups), 5, repeat, 0)
        assert sorted(int(target[fold.test].sum()) for fold in split.folds) == [0, 0, 0, 7, 7]


def test_groups_of_different_sizes_make_folds_of_similar_size():
    sizes = np.random.default_rng(0).integers(1, 60, 40)
    groups = np.repeat(np.arange(40), sizes)
    split = make_folds(dataset(np.zeros(len(groups)), "regression", groups=groups), 5, 0, 0)
    shares = [len(fold.test) / len(groups) for fold in split.folds]
    assert 0.15 < min(shares) < max(shares) < 0.25


def test_fewer_groups_than_folds():
    split = make_folds(dataset([0, 1] * 9, groups=np.repeat([4, 5, 6], 6)), 5, 0, 0)
    assert len(split.folds) == 3
    assert split.note == "3 folds instead of 5, for lack of groups"


def test_fewer_rows_than_folds():
    split = make_folds(dataset([1.0, 2.0, 3.0], "regression"), 5, 0, 0)
    assert [fold.test.tolist() for fold in split.folds] != [[0], [1], [2], [3], [4]]
    assert sorted(fold.test.tolist() for fold in split.folds) == [[0], [1], [2]]
    assert split.note == "3 folds instead of 5, for lack of different rows"


@pytest.mark.parametrize(
    ("of_stretches", "tested"),
    [
        ("mmmmmm", [2, 3, 4, 5, 6]),  # every stretch has both classes
        ("mm0mm1", [2, 34, 56]),
        ("m00001", [23456]),
        ("mm1111", [23456]),
        ("m0m0m0", [23, 456]),
    ],
)
def test_a_stretch_of_time_with_one_class_is_tested_with_its_neighbour(of_stretches, tested):
    """Without the other class no ranking can be scored, and its rows would count for nothing."""
    both = {"m": [0, 1, 0, 1], "0": [0] * 4, "1": [1] * 4}
    target = np.array([kind for stretch in of_stretches for kind in both[stretch]])
    split = make_folds(dataset(target, times=np.arange(24)), 5, 0, 0)
    rows = [list(range(4 * (int(str(part)[0]) - 1), 4 * int(str(part)[-1]))) for part in tested]
    assert [fold.test.tolist() for fold in split.folds] == rows
    assert [fold.train.tolist() for fold in split.folds] == [list(range(part[0])) for part in rows]
    joined = (
        "" if len(tested) == 5 else f"{len(tested)} folds instead of 5: stretches of one class are tested with others"
    )
    assert split.note == joined


def test_groups_of_the_future_are_not_trained_on():
    times = np.arange(12)
    groups = np.tile([0, 1, 2], 4)
    data = dataset(np.arange(12.0), "regression", times=times, groups=np.r_[groups[:10], 7, 8])
    split = make_folds(data, 3, 0, 0)
    assert split.note == (
        "2 of 3 folds left out: one class or nothing to train on; "
        "rows of tested groups are left out of the training rows"
    )
    (fold,) = split.folds
    assert fold.train.tolist() == [1, 2, 4, 5, 7, 8]
    assert fold.test.tolist() == [9, 10, 11]


@pytest.mark.parametrize(
    ("data", "flag"),
    [
        (dataset([0, 0, 0, 1]), "two different rows of two classes"),
        (dataset([5.0] * 6, "regression", duplicate_groups=[0] * 6), "all of them are the same"),
        (dataset([0, 1] * 5, groups=[1] * 10), "leave out --group"),
        (dataset([0, 1] * 5, times=[1] * 10), "leave out --time"),
        (dataset([0] * 9 + [1], times=np.arange(10)), "leave out --time"),
        (dataset([0, 1] * 5, times=np.arange(10), groups=[1] * 10), "leave out --group if known groups"),
    ],
)
def test_impossible_splits_name_the_way_out(data, flag):
    with pytest.raises(DataError, match="cannot be split") as caught:
        make_folds(data, 5, 0, 0)
    assert flag in str(caught.value)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (dataset([0, 1] * 10), 5),
        (dataset([0, 1] * 10, times=np.arange(20)), 1),
        (dataset([0, 1] * 10, groups=np.repeat(np.arange(5), 4)), 1),
        (dataset([0, 1] * 10, groups=np.repeat(np.arange(10), 2)), 5),
        (dataset([0, 1] * 10, duplicate_groups=np.repeat(np.arange(4), 5)), 1),
    ],
)
def test_most_repeats(data, expected):
    assert most_repeats(data, folds=5) == expected


def test_the_ratio_of_test_to_training_rows():
    assert make_folds(dataset([0, 1] * 50), 5, 0, 0).test_train_ratio == 0.25
    by_time = make_folds(dataset([0, 1] * 30, times=np.arange(60)), 5, 0, 0)
    assert by_time.test_train_ratio == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5)


@quick
@given(datasets(), st.integers(1, 60), st.integers(1, 60))
def test_subsets_are_nested_and_stratified(data, one, other):
    train = make_folds(data, 5, 0, 1).folds[0].train
    small, large = (subsample(data, train, n, seed=3) for n in sorted((one, other)))
    assert len(small) == min(one, other, len(train))
    assert len(large) == min(max(one, other), len(train))
    assert set(small) <= set(large) <= set(train)
    assert (np.diff(large) > 0).all()
    if data.task != "regression":
        shares = np.bincount(data.target[train]) / len(train)
        counts = np.bincount(data.target[large], minlength=len(shares))
        assert np.abs(counts - shares * len(large)).max() < 2


@quick
@given(datasets(with_units="groups"), st.integers(1, 60))
def test_groups_enter_a_subset_whole(data, n):
    train = make_folds(data, 4, 0, 1).folds[0].train
    subset = subsample(data, train, n, seed=3)
    cut = [group for group in np.unique(data.groups[subset]) if set(train[data.groups[train] == group]) - set(subset)]
    assert len(cut) <= 1


def test_the_most_recent_rows_are_a_subset_by_time():
    times = np.array([5, 1, 4, 2, 3, 9])
    data = dataset(np.arange(6.0), "regression", times=times)
    assert subsample(data, np.arange(5), 2, seed=0).tolist() == [0, 2]


@pytest.mark.slow
def test_half_a_million_rows_take_less_than_a_second():
    rng = np.random.default_rng(0)
    rows = 500_000
    target = (rng.random(rows) < 0.1).astype(np.int64)
    plain = dataset(target)
    for data in (
        plain,
        replace(plain, groups=rng.integers(0, 100_000, rows)),
        replace(plain, groups=rng.integers(0, 4_000, rows)),
        replace(plain, duplicate_groups=np.arange(rows) // 2 * 2 + target),
        replace(plain, times=rng.integers(0, 10**6, rows).astype("datetime64[s]")),
    ):
        start = time.process_time()
        split = make_folds(data, 5, 0, 0)
        subsample(data, split.folds[0].train, 10_000, 0)
        assert time.process_time() - start < 1


@pytest.mark.parametrize("grouped", [False, True])
def test_one_part_is_the_fold_of_all_that_is_nearest_in_size(grouped):
    rng = np.random.default_rng(3)
    rows = 403
    groups = {"groups": rng.integers(0, 60, rows)} if grouped else {}
    data = dataset(rng.integers(0, 3, rows), **groups)
    for parts, wanted in ((2, 200), (7, 60), (40, 10)):
        folds = make_folds(data, parts, 9, 1).folds
        nearest = min(folds, key=lambda fold: abs(len(fold.test) - wanted)).test
        np.testing.assert_array_equal(one_part(data, parts, 9, 1, wanted), nearest)


def test_one_part_cannot_be_made_where_folds_cannot():
    lonely = dataset(np.array([0] * 40 + [1]))
    with pytest.raises(DataError):
        make_folds(lonely, 5, 0, 0)
    with pytest.raises(DataError):
        one_part(lonely, 5, 0, 0, 8)
