import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.task import _ROWS_LOOKED_AT, Task, decide_task
from tests.baselines.tables import numbers, table
from tests.bounds import examples


def with_feature(target, rows=None, feature=None, kinds=None):
    target = list(target)
    return table({"x": numbers(len(target)) if feature is None else feature, "y": target}, kinds)


def graded(levels, rows=600, seed=0):
    """Whole numbers that a feature follows in order."""
    rng = np.random.default_rng(seed)
    target = rng.choice(levels, rows)
    return with_feature(target, feature=target + rng.normal(size=rows))


def test_two_texts_make_a_binary_task_and_yes_is_positive():
    assert decide_task(with_feature(["yes", "no"] * 10), "y") == Task(
        "binary", "has two values, no, yes; positive is yes, as its name says", ("no", "yes")
    )


@pytest.mark.parametrize(
    ("values", "labels", "reason"),
    [
        ([0] * 5 + [1] * 15, ("0", "1"), "as its name says"),
        ([-1] * 5 + [1] * 15, ("-1", "1"), "as its name says"),
        ([1] * 15 + [2] * 5, ("1", "2"), "the rarer one (25.0% of the rows)"),
        ([1] * 5 + [2] * 15, ("2", "1"), "the rarer one (25.0% of the rows)"),
        (["'-1'"] * 15 + ["'1'"] * 5, ("'-1'", "'1'"), "as its name says"),
        (["True"] * 15 + ["False"] * 5, ("False", "True"), "as its name says"),
        (["ham"] * 15 + ["spam"] * 5, ("ham", "spam"), "the rarer one (25.0% of the rows)"),
        (["R", "M"] * 10, ("M", "R"), "the last of two equally frequent ones"),
        ([0.5] * 15 + [1.5] * 5, ("0.5", "1.5"), "the rarer one (25.0% of the rows)"),
    ],
)
def test_the_positive_class_is_named_so_or_the_rarer_one(values, labels, reason):
    task = decide_task(with_feature(values), "y")
    assert (task.kind, task.labels) == ("binary", labels)
    assert task.why.endswith(f"positive is {labels[1]}, {reason}")


def test_the_user_names_the_positive_class():
    task = decide_task(with_feature([0, 1] * 10), "y", positive="0")
    assert task.labels == ("1", "0")
    assert task.why.endswith("positive is 0, as requested with --positive")


def test_more_texts_make_classes():
    assert decide_task(with_feature(["a", "b", "c"] * 10), "y") == Task(
        "multiclass", "holds 3 different texts", ("a", "b", "c")
    )


def test_fractions_make_amounts():
    assert decide_task(with_feature(np.arange(40) / 4), "y") == Task(
        "regression", "holds numbers with fractions (40 different, from 0 to 9.75)", ()
    )


def test_few_fractions_are_doubtful():
    task = decide_task(with_feature([0.5, 1.0, 1.5] * 10), "y")
    assert (task.kind, task.ambiguous) == ("regression", "multiclass, as there are only 3 different values")


def test_labels_run_on_from_0_without_order():
    rng = np.random.default_rng(0)
    target = rng.integers(0, 5, 600)
    means = np.array([0, 3, -2, 2, -1])
    task = decide_task(with_feature(target, feature=means[target] + rng.normal(size=600)), "y")
    assert task == Task(
        "multiclass",
        "holds 5 different whole numbers from 0 to 4 without a gap, as labels have",
        ("0", "1", "2", "3", "4"),
    )


def test_a_rating_is_doubtful_either_way():
    task = decide_task(graded([1, 2, 3, 4, 5]), "y")
    assert (task.kind, task.ambiguous) == ("multiclass", "regression, as the other columns follow their order")


def test_grades_from_3_to_9_are_amounts_but_doubtful():
    task = decide_task(graded(range(3, 10)), "y")
    assert task == Task(
        "regression",
        "holds 7 different whole numbers from 3 to 9, which the other columns follow in order",
        (),
        "multiclass, as there are only 7 different values",
    )


def test_forty_ordered_numbers_are_amounts_without_doubt():
    task = decide_task(graded(range(40), rows=1_600), "y")
    assert (task.kind, task.ambiguous) == ("regression", "")


def test_codes_whose_order_means_nothing_are_classes_even_with_gaps():
    rng = np.random.default_rng(0)
    codes = np.array([20, 30, 50, 60, 70, 90, 120, 160, 180])
    place = rng.integers(0, len(codes), 900)
    feature = np.array([0, 5, 1, 6, 2, 7, 3, -4, 4])[place] + rng.normal(size=900)
    task = decide_task(with_feature(codes[place], feature=feature), "y")
    assert (task.kind, task.ambiguous) == ("multiclass", "regression, if they are amounts")


def test_labels_are_written_as_whole_numbers_in_order():
    assert decide_task(with_feature([10, 9, 1] * 10), "y", requested="multiclass").labels == ("1", "9", "10")


@pytest.mark.parametrize(
    ("asked", "kind", "why"),
    [
        ("regression", "regression", "is treated as an amount, as --task regression asks"),
        ("multiclass", "multiclass", "has 3 classes, as --task multiclass asks"),
        ("classification", "multiclass", "has 3 classes, as --task classification asks"),
    ],
)
def test_the_user_decides(asked, kind, why):
    task = decide_task(with_feature([1, 2, 3] * 10), "y", requested=asked)
    assert (task.kind, task.why, task.ambiguous) == (kind, why, "")


def test_two_classes_are_binary_even_where_multiclass_is_asked_for():
    task = decide_task(with_feature([0, 1] * 10), "y", requested="multiclass")
    assert task.kind == "binary"
    assert task.why.startswith("has two values, 0, 1, though --task multiclass was asked for;")


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([None] * 20, {}, "the target y has no value in any row; name another column with --target"),
        (
            [7] * 19 + [None],
            {},
            "the target y has the same value, 7, in every row that has one: there is nothing to predict; name another "
            "column with --target",
        ),
        (
            [f"name {row}" for row in range(50)],
            {},
            "the target y holds 50 different texts in 50 rows (such as name 0, name 1, name 10 and 47 more): too many "
            "to be classes; name another column with --target",
        ),
        (
            ["a", "b"] * 10,
            {"requested": "regression"},
            "--task regression: the target y holds text (a, b), not amounts; leave --task out to predict it as classes",
        ),
        (
            [1, 2, 3] * 10,
            {"requested": "binary"},
            "--task binary: the target y has 3 different values (1, 2, 3), not two; use --task multiclass or --task "
            "regression",
        ),
        (
            np.arange(60) / 7,
            {"requested": "multiclass"},
            "--task multiclass: the target y has 60 different values in 60 rows, too many to be classes; use --task "
            "regression",
        ),
        (
            [0, 1] * 10,
            {"requested": "regresion"},
            "--task regresion: binary, multiclass, regression or classification is allowed; did you mean 'regression'?",
        ),
        (
            [0, 1] * 10,
            {"positive": "yes"},
            "--positive yes: the target y has no such value; its values are 0 and 1",
        ),
        (
            ["a", "b", "c"] * 10,
            {"positive": "a"},
            "--positive a: the target y has 3 classes (a, b, c); only one of two can be positive",
        ),
        (
            np.arange(40) / 7,
            {"positive": "1"},
            "--positive 1: the target y holds numbers with fractions (40 different, from 0 to 5.571), so none is "
            "positive; add --task binary if it has two classes",
        ),
    ],
)
def test_what_cannot_be_predicted_is_refused(values, options, message):
    with pytest.raises(DataError) as refused:
        decide_task(with_feature(values), "y", **options)
    assert message in str(refused.value)


def test_dates_are_refused():
    dates = np.datetime64("2024-01-01", "ns") + np.arange(20).astype("timedelta64[D]").astype("timedelta64[ns]")
    with pytest.raises(DataError, match="the target y holds dates, which no baseline predicts; put the days"):
        decide_task(with_feature(dates), "y")


def test_an_unknown_column_is_named_with_the_nearest_one():
    with pytest.raises(DataError) as refused:
        decide_task(table({"churned": [0, 1] * 5, "tenure": range(10)}), "churnd")
    assert str(refused.value) == (
        "--target churnd: the file has no such column; did you mean 'churned'? Its columns are churned, tenure"
    )


values = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(-5, 40)), min_size=1, max_size=60),
    st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=True)), min_size=1, max_size=60),
    st.lists(st.one_of(st.none(), st.text(max_size=3)), min_size=1, max_size=60),
)


@examples(150)
@given(values, st.sampled_from([None, "binary", "multiclass", "regression", "classification", "other"]))
def test_any_target_is_decided_or_refused(target, requested):
    try:
        task = decide_task(with_feature(target), "y", requested)
    except DataError:
        return
    present = {value for value in target if value is not None}
    assert len(task.labels) == (0 if task.kind == "regression" else len(present))
    assert (task.kind == "binary") == (len(task.labels) == 2)


def test_a_target_of_almost_only_one_value_is_decided_even_where_the_sample_holds_no_other():
    rows = 64_548
    sampled = pd.Series(range(rows)).sample(_ROWS_LOOKED_AT, random_state=0)
    target = np.zeros(rows)
    target[np.setdiff1d(range(rows), sampled)[-3:]] = (1, 4, 9)
    assert decide_task(with_feature(target), "y").kind == "regression"
