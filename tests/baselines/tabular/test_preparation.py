"""What becomes of a table's columns and rows before models see them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.errors import DataError
from advisor.baselines.roles import Roles
from advisor.baselines.tabular.preparation import column_rows, prepare
from advisor.baselines.tabular.task import decide_task
from advisor.reports.baseline import ColumnRow
from tests.baselines.tables import numbers, table
from tests.bounds import examples

DAYS = pd.date_range("2024-01-01", periods=12, freq="D")


def shop():
    return {
        "day": DAYS,
        "customer": ["ann", "bob", "eve"] * 4,
        "price": [*range(1, 12), None],
        "colour": ["red", None, "blue"] * 4,
        "count": [1.0] * 11 + [0.0],
        "note": [None] * 12,
        "bought": ["yes", "no", None] + ["no", "yes", "no"] * 3,
    }


def prepared(columns, target="bought", kinds=None, task=None, **options):
    made, left_out = table(columns, kinds), options.pop("left_out", {})
    roles, decided = Roles(target, **options), decide_task(made, target, task)
    return prepare(made, decided, roles, left_out), column_rows(made, decided, roles, left_out)


def test_rows_without_a_target_are_dropped_and_classes_become_positions():
    dataset, columns = prepared(shop(), left_out={"customer": "an identifier"}, exclude=("count",))
    assert list(dataset.examples.frame.columns) == ["day", "price", "colour"]
    assert dataset.examples.kinds == {"day": "date", "price": "numeric", "colour": "categorical"}
    assert (dataset.task, dataset.labels) == ("binary", ("no", "yes"))
    assert dataset.target.tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]
    assert dataset.target.dtype == np.int64
    assert dataset.examples.frame["price"].tolist()[:3] == [1.0, 2.0, 4.0]
    assert list(dataset.examples.frame.index) == list(range(11))
    assert (dataset.weights, dataset.groups, dataset.times, dataset.duplicate_groups) == (None, None, None, None)
    assert columns == (
        ColumnRow("day", "date", "feature", "as in the test", 0.0, 12),
        ColumnRow("customer", "categorical", "left-out", "an identifier", 0.0, 3),
        ColumnRow("price", "numeric", "feature", "as in the test", 1 / 12, 11),
        ColumnRow("colour", "categorical", "feature", "as in the test", 4 / 12, 2),
        ColumnRow("count", "numeric", "left-out", "as requested with --exclude", 0.0, 2),
        ColumnRow("note", "empty", "left-out", "empty", 1.0, 0),
        ColumnRow(
            "bought",
            "categorical",
            "target",
            "it has two values, no, yes; positive is yes, as its name says",
            1 / 12,
            2,
        ),
    )


def test_group_time_and_weights_have_their_own_parts():
    dataset, columns = prepared(shop(), group="customer", time="day", weights="count")
    assert dataset.groups.tolist() == [0, 1, 0, 1, 2, 0, 1, 2, 0, 1, 2]
    assert dataset.weights.tolist() == [1.0] * 10 + [0.0]
    assert (np.diff(dataset.times) > 0).all()
    assert dataset.times.dtype == np.int64
    # A date stays a feature beside: its weekday may matter. The others do not.
    assert list(dataset.examples.frame.columns) == ["day", "price", "colour"]
    assert [(row.name, row.role, row.why) for row in columns][:2] == [
        ("day", "time", "as requested with --time"),
        ("customer", "group", "as requested with --group"),
    ]
    assert [(row.role, row.why) for row in columns if row.name == "count"] == [
        ("weight", "as requested with --weights")
    ]


def test_a_number_orders_rows_without_being_a_feature():
    dataset, _ = prepared({"turn": [3, 1, 2] * 4, "x": numbers(12), "y": numbers(12, 1)}, "y", time="turn")
    assert dataset.times.tolist() == [3.0, 1.0, 2.0] * 4
    assert list(dataset.examples.frame.columns) == ["x"]


def test_a_row_without_a_group_is_a_group_of_its_own():
    dataset, _ = prepared(
        {"who": ["a", None, "a", None, *"bcdefgh", "a"], "x": numbers(12), "y": numbers(12)}, "y", group="who"
    )
    assert dataset.groups.tolist() == [0, 8, 0, 9, 1, 2, 3, 4, 5, 6, 7, 0]


def test_equal_rows_share_a_number():
    columns = {"x": [1, 2, 2, None, None, 5, 6, 7, 8, 9], "c": [*"aabbbbbbbb"], "y": [1.5, 2, 2, 3, 3, 4, 5, 6, 7, 8]}
    dataset, _ = prepared(columns, "y")
    assert dataset.duplicate_groups.tolist() == [0, 1, 2, 3, 3, 4, 5, 6, 7, 8]


def test_amounts_are_numbers_and_infinite_ones_are_dropped():
    dataset, _ = prepared({"x": range(13), "y": [*numbers(11), np.inf, None]}, "y")
    assert dataset.target.dtype == np.float64
    assert (dataset.task, dataset.labels, len(dataset.target)) == ("regression", (), 11)


def test_numbers_no_model_can_bear_are_tamed():
    dataset, _ = prepared({"x": [np.inf, -1e300, *range(10)], "y": numbers(12)}, "y")
    assert np.isnan(dataset.examples.frame["x"][0])
    assert dataset.examples.frame["x"][1] == -1e37


def test_whole_numbers_are_matched_with_their_labels():
    dataset, _ = prepared({"x": numbers(12), "y": [10, 9, 1] * 4}, "y", task="multiclass")
    assert (dataset.labels, dataset.target.tolist()) == (("1", "9", "10"), [2, 1, 0] * 4)


def test_levels_of_dropped_rows_are_forgotten():
    dataset, _ = prepared({"c": ["only here", *"ab" * 6], "y": [None, *numbers(12)]}, "y")
    assert list(dataset.examples.frame["c"].cat.categories) == ["a", "b"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"exclude": ("pric",)},
            "--exclude pric: the file has no such column; did you mean 'price'? Its columns are day, customer, price, "
            "colour, count, note, bought",
        ),
        (
            {"exclude": ("bought",)},
            "--exclude bought: the target cannot be left out; name another column with --target",
        ),
        ({"group": "bought"}, "--group bought: the column is already the target; name another one"),
        ({"group": "count", "weights": "count"}, "--weights count: the column is already the group; name another one"),
        (
            {"time": "colour"},
            "--time colour: the column was read as categorical, and rows can only be ordered by dates or numbers; if "
            "it holds dates, say so with --kind colour=date",
        ),
        ({"weights": "colour"}, "--weights colour: the column was read as categorical, and weights are numbers"),
        (
            {"weights": "price"},
            "--weights price: the weight of row 12 is missing (1 such row); weights are numbers of 0 or more",
        ),
        (
            {"time": "price"},
            "--time price: row 12 has no time (1 such row); fill in or remove these rows, or name another column",
        ),
        (
            {"exclude": ("day", "price", "colour", "count"), "left_out": {"customer": "an identifier"}},
            "no column is left to predict from; left out are day (as requested with --exclude), customer (an "
            "identifier), price (as requested with --exclude), colour (as requested with --exclude), count (as "
            "requested "
            "with --exclude), note (empty). --keep COLUMN brings one back",
        ),
    ],
)
def test_what_cannot_be_done_is_said(options, message):
    with pytest.raises(DataError) as refused:
        prepared(shop(), **options)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            [1.0] * 5 + [-2.0] + [1.0] * 6,
            "--weights w: the weight of row 6 is -2 (1 such row); weights are numbers of 0 or more",
        ),
        ([0.0] * 12, "--weights w: all weights are 0; at least some rows must count"),
    ],
)
def test_weights_are_numbers_from_0_on(weights, message):
    with pytest.raises(DataError) as refused:
        prepared({"x": numbers(12), "w": weights, "y": numbers(12, 1)}, "y", weights="w")
    assert str(refused.value) == message


def test_a_handful_of_rows_is_refused():
    with pytest.raises(DataError) as refused:
        prepared({"x": range(12), "y": [1.5, 2.5, 3.5, 4.5] + [None] * 8}, "y")
    assert str(refused.value) == (
        "only 4 rows can be used (8 of 12 have no y); models can be compared from 10 rows on, and with some certainty "
        "from a few hundred on"
    )


def test_a_lone_target_is_refused():
    with pytest.raises(DataError, match="the file has no column to predict from, only the target"):
        prepared({"y": numbers(12)}, "y")


@examples(60)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from([None, "a", "b"]), st.integers(0, 2)), min_size=30, max_size=60
    )
)
def test_duplicates_are_exactly_the_equal_rows(rows):
    columns = {"x": [row[0] for row in rows], "c": [row[1] for row in rows], "y": [row[2] + 0.5 for row in rows]}
    try:
        dataset, _ = prepared(columns, "y", task="regression")
    except DataError:
        return
    duplicates = dataset.duplicate_groups if dataset.duplicate_groups is not None else np.arange(len(rows))
    assert [[left == right for left in rows] for right in rows] == [
        [left == right for left in duplicates] for right in duplicates
    ]
