"""What a reader is told about a table before models are fitted."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.errors import DataError
from advisor.baselines.roles import Roles
from advisor.baselines.tabular.checks.checks import check_table
from advisor.baselines.tabular.task import decide_task
from advisor.reports.baseline import CHECKS, SEVERITIES, Check
from tests.baselines.tables import levels, numbers, table
from tests.bounds import examples

ROWS = 400
DATA = Path(__file__).resolve().parents[5] / "shared" / "data"


def plain(rows=ROWS):
    """Columns that no check has anything to say about."""
    signal = numbers(rows)
    return {
        "height": signal + numbers(rows, 1),
        "age": np.random.default_rng(2).integers(18, 80, rows),
        "colour": levels(rows, "red green blue"),
        "bought": np.where(signal > 0, "yes", "no"),
    }


def findings(columns, target="bought", kinds=None, details=None, **options):
    made = table(columns, kinds, **(details or {}))
    return check_table(made, decide_task(made, target), Roles(target, **options))


def only(check_id, found):
    return [check for check in found.checks if check.id == check_id]


def test_a_plain_table_has_nothing_to_report():
    assert findings(plain()) == ((), {})


def test_a_leak_is_left_out_loudly():
    columns = plain()
    found = findings({**columns, "was here": np.where(columns["bought"] == "yes", "x", "o")})
    assert found.left_out == {"was here": "leaks the target"}
    assert found.checks == (
        Check(
            "leakage",
            "error",
            "was here",
            "'was here' has one value for each class of bought: it repeats the target",
            "left out of the models; --keep 'was here' brings it back, if it is known beforehand",
        ),
    )


def test_keep_brings_a_leak_back_with_a_warning():
    columns = plain()
    found = findings({**columns, "here": np.where(columns["bought"] == "yes", "x", "o")}, keep=("here",))
    assert found.left_out == {}
    assert [(check.severity, check.suggestion) for check in found.checks] == [
        ("warning", "kept, as requested with --keep here")
    ]


@pytest.mark.parametrize("option", ["group", "time", "weights", "keep", "exclude"])
def test_an_unknown_column_is_refused(option):
    name = "heigth" if option in ("group", "time", "weights") else ("heigth",)
    with pytest.raises(DataError) as refused:
        findings(plain(), **{option: name})
    assert str(refused.value) == (
        f"--{option} heigth: the file has no such column; did you mean 'height'? Its columns are height, age, colour, "
        "bought"
    )


def test_excluded_columns_are_not_looked_at():
    columns = plain()
    found = findings({**columns, "here": np.where(columns["bought"] == "yes", "x", "o")}, exclude=("here",))
    assert found == ((), {})


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("code", [f"c{row:03}" for row in range(ROWS)], "hardly any value repeats"),
        (
            "customer_id",
            np.random.default_rng(0).permutation(ROWS * 9)[:ROWS],
            "it is named and numbered like an identifier",
        ),
        ("row", range(5_000, 5_000 + ROWS), "it counts the rows"),
    ],
)
def test_identifiers_are_left_out(name, values, why):
    found = findings({**plain(), name: values})
    assert found.left_out == {name: "an identifier"}
    assert found.checks == (
        Check(
            "id-column",
            "warning",
            name,
            f"{name} has 400 different values in 400 rows: {why}, so it says nothing about new rows",
            f"left out of the models; --keep {name} brings it back",
        ),
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("income", np.random.default_rng(0).permutation(ROWS * 500)[:ROWS]),
        ("length", numbers(ROWS, 9)),
        ("year", range(1600, 1600 + ROWS)),
    ],
)
def test_different_numbers_are_no_identifiers(name, values):
    assert only("id-column", findings({**plain(), name: values})) == []


def test_constant_and_empty_columns_are_left_out():
    found = findings({**plain(), "region": ["north"] * ROWS, "remark": [None] * ROWS})
    assert found.left_out == {"region": "constant", "remark": "empty"}
    assert [(check.severity, check.column, check.message) for check in found.checks] == [
        ("note", "region", "region has the same value in every row"),
        ("note", "remark", "remark has no value in any row"),
    ]


def test_one_value_beside_blanks_is_a_feature():
    mark = np.where(np.random.default_rng(0).random(ROWS) < 0.5, "x", None)
    assert findings({**plain(), "mark": mark}).left_out == {}


def test_columns_that_say_the_same_are_left_out_but_one():
    columns = plain()
    found = findings(
        {
            **columns,
            "inches": columns["height"] / 2.54,
            "shade": [{"red": "1", "green": "2", "blue": "3"}[colour] for colour in columns["colour"]],
            "again": columns["height"],
        }
    )
    assert found.left_out == {
        "inches": "says the same as height",
        "shade": "says the same as colour",
        "again": "says the same as height",
    }
    assert {check.message for check in found.checks} == {
        "shade has one value for each value of colour: one of them is enough",
        "inches is, except for its unit, the same as height: one of them is enough",
        "again has one value for each value of height: one of them is enough",
    }


def test_the_column_to_keep_is_the_one_that_stays():
    columns = plain()
    found = findings({**columns, "inches": columns["height"] / 2.54}, keep=("inches",))
    assert found.left_out == {"height": "says the same as inches"}


def test_numbers_with_other_distances_both_stay():
    rng = np.random.default_rng(0)
    level = rng.integers(0, 12, ROWS)
    other = rng.permutation(12)[level] ** 2
    assert findings({**plain(), "level": level, "other": other}).left_out == {}


def test_duplicate_rows_are_counted():
    columns = {name: [*values, *values[:50]] for name, values in plain().items()}
    assert findings(columns).checks == (
        Check(
            "duplicate-rows",
            "warning",
            None,
            "50 of 450 rows repeat another row",
            "equal rows stay in one fold; drop the copies if they are the same case",
        ),
    )


def test_rows_that_differ_by_their_number_only_are_duplicates():
    columns = {name: [*values, values[0]] for name, values in plain().items()}
    (check,) = only("duplicate-rows", findings({"row": range(ROWS + 1), **columns}))
    assert (check.severity, check.message) == (
        "note",
        "1 of 401 rows repeats another row, ignoring columns that are left out",
    )


def test_coarse_codes_in_many_columns_are_not_taken_for_duplicates():
    rng = np.random.default_rng(0)
    board = {f"square {place}": rng.integers(0, 3, 5_000) for place in range(40)}
    assert only("duplicate-rows", findings({**board, "won": levels(5_000, "yes no")}, "won")) == []


def test_a_missing_target_is_counted():
    columns = plain()
    columns["bought"] = np.where(np.arange(ROWS) < 30, None, columns["bought"])
    (check,) = only("missing-target", findings(columns))
    assert (check.severity, check.message) == ("warning", "30 of 400 rows have no bought")


def test_rare_classes_are_named_with_their_rows():
    columns = plain() | {"kind": ["a"] * 200 + ["b"] * 193 + ["c"] * 5 + ["d"] * 2}
    (check,) = only("rare-class", findings(columns, "kind"))
    assert (check.severity, check.message) == ("warning", "2 classes have fewer than 10 rows: d (2), c (5)")


@pytest.mark.parametrize(("positives", "severity"), [(20, "warning"), (60, "note"), (100, None)])
def test_imbalance_is_told_by_its_share(positives, severity):
    columns = plain() | {"fraud": [1] * positives + [0] * (ROWS - positives)}
    found = only("imbalance", findings(columns, "fraud"))
    assert [check.severity for check in found] == ([severity] if severity else [])
    if severity == "warning":
        assert found[0].message == "1 is 5.0% of the rows"


def test_many_levels_are_noted():
    city = [f"city {row % 80}" for row in range(ROWS)]
    assert only("high-cardinality", findings({**plain(), "city": np.random.default_rng(0).permutation(city)})) == [
        Check(
            "high-cardinality",
            "note",
            "city",
            "city has 80 categories, 5.0 rows each on average",
            "--exclude city if new rows will have other categories",
        )
    ]


def test_free_text_is_noted():
    remarks = [f"this is remark number {row} of a customer" for row in range(ROWS)]
    (check,) = only("text-column", findings({**plain(), "remark": remarks}, kinds={"remark": "text"}))
    assert (check.severity, check.column) == ("note", "remark")
    assert check.message == "remark is free text (400 different): the models only see its words"


def test_values_that_do_not_fit_and_codes_for_missing_are_told():
    columns = plain()
    days = np.where(np.arange(ROWS) % 4 == 0, -999, columns["age"])
    details = {"days": {"codes": (-999.0,), "odd": ("n. a. yet", "soon"), "odd_rows": 6}}
    assert only("mixed-types", findings({**columns, "days": days}, details=details)) == [
        Check(
            "mixed-types",
            "warning",
            "days",
            "days does not hold a number in 6 of 400 rows ('n. a. yet', 'soon'), which count as missing",
            "--kind days=categorical keeps the values as they are",
        ),
        Check(
            "mixed-types",
            "warning",
            "days",
            "days is -999 in 100 of 400 rows, which may mean missing",
            "--missing -999 reads it as missing",
        ),
    ]


def test_a_mark_that_makes_numbers_categories_is_told():
    columns = plain()
    income = ["n/k" if row % 16 == 0 else str(row) for row in range(ROWS)]
    details = {"income": {"misfits": (("n/k", 25),), "misfit_kind": "number"}}
    found = findings({**columns, "income": income}, kinds={"income": "categorical"}, details=details)
    assert Check(
        "mixed-types",
        "warning",
        "income",
        "income is 'n/k' in 25 of 400 rows, and a number in the others; so every value counts as a category of its own",
        "--missing n/k reads it as missing",
    ) in only("mixed-types", found)


def test_an_order_number_that_stands_together_is_a_group():
    columns = plain()
    order = np.repeat(np.arange(100), 4)
    assert findings({**columns, "order_id": order}).checks == (
        Check(
            "group-column",
            "warning",
            "order_id",
            f"order_id has 100 values in 400 rows, and they are next to each other in the file: rows of one "
            f"value may be alike "
            f"(the target's correlation within: {within(order, columns['bought']):.2f})",
            "--group order_id keeps the rows of each group in one fold, if the model will be used on other groups",
        ),
    )
    assert only("group-column", findings({**columns, "order_id": order}, group="order_id")) == []


def within(groups, target):
    """Return how much more often neighbours within groups agree than any two rows do: 1 always, 0 as any two."""
    pairs = [(a, b) for a, b, g, h in zip(target[:-1], target[1:], groups[:-1], groups[1:], strict=True) if g == h]
    agree = np.mean([a == b for a, b in pairs])
    by_chance = sum(np.mean(np.array(target) == value) ** 2 for value in set(target))
    return (agree - by_chance) / (1 - by_chance)


def test_a_scattered_person_with_alike_targets_is_a_group():
    person = np.random.default_rng(0).integers(0, 100, ROWS)
    habit = numbers(100, 5)[person] + 0.3 * numbers(ROWS, 6)
    found = findings({**plain(), "Patient No": person, "dose": habit}, "dose")
    assert [(check.severity, check.column) for check in only("group-column", found)] == [("warning", "Patient No")]


def test_repeated_measurements_without_a_number_are_a_group():
    mixes = {name: np.repeat(numbers(80, seed), 5) for seed, name in enumerate(("cement", "water", "sand"))}
    columns = {**mixes, "age": np.tile([1, 7, 28, 56, 90], 80), "strength": numbers(ROWS, 9)}
    (check,) = only("group-column", findings(columns, "strength"))
    assert (check.severity, check.column) == ("warning", None)
    assert check.message == (
        "100% of the rows are the same as another one except for age: they look like 80 things measured several times"
    )


@pytest.mark.parametrize("name", ["count", "weight in grams", "order"])
def test_repeating_numbers_without_such_a_name_or_place_are_no_groups(name):
    values = np.random.default_rng(0).integers(0, 100, ROWS) * (1.5 if name == "order" else 1)
    assert only("group-column", findings({**plain(), name: values})) == []


def days(rows):
    return pd.date_range("2020-01-01", periods=rows, freq="D")


def test_rows_in_the_order_of_time_are_told():
    columns = {"day": days(ROWS), "rain": numbers(ROWS), "level": np.cumsum(numbers(ROWS, 1))}
    (check,) = only("time-order", findings(columns, "level"))
    assert (check.severity, check.column) == ("warning", "day")
    assert check.message.startswith(
        "the rows are in the order of day; level of neighbouring rows has a correlation of 0.9"
    )
    assert check.suggestion == (
        "--time day trains on the past and tests on what follows, if the model will be used that way"
    )
    assert only("time-order", findings(columns, "level", time="day")) == []


def test_an_order_in_time_that_the_target_does_not_show_is_a_note():
    assert [check.severity for check in only("time-order", findings({"day": days(ROWS), **plain()}))] == ["note"]


def test_a_counter_is_finer_than_a_year():
    columns = {
        "No": range(ROWS),
        "year": 2000 + np.arange(ROWS) // 50,
        "rain": numbers(ROWS),
        "level": np.cumsum(numbers(ROWS, 1)),
    }
    (check,) = only("time-order", findings(columns, "level"))
    assert check.column == "No"
    assert check.message.startswith("the rows are in the order of year;")


def test_dates_in_any_order_are_no_order():
    shuffled = np.random.default_rng(0).permutation(days(ROWS))
    assert only("time-order", findings({"day": shuffled, **plain()})) == []


def test_a_file_sorted_by_its_target_is_no_order_in_time():
    columns = plain()
    order = np.argsort(columns["bought"], kind="stable")
    sorted_columns = {name: np.array(values)[order] for name, values in columns.items()}
    shuffled = np.random.default_rng(0).permutation(days(ROWS))
    assert only("time-order", findings({"day": shuffled, **sorted_columns})) == []


def test_few_rows_are_told():
    (check,) = only("tiny-data", findings(plain(60)))
    assert (check.severity, check.message) == ("warning", "only 60 rows have a target: every score is uncertain")


def test_more_columns_than_rows_are_told():
    wide = {f"gene {place}": numbers(220, place) for place in range(300)} | {"ill": levels(220, "yes no")}
    (check,) = only("tiny-data", findings(wide, "ill"))
    assert check.message == "300 columns and 220 rows: more columns than rows"


def test_a_doubtful_task_is_stated_with_the_flag():
    columns = plain() | {"stars": np.clip(np.round(5 + 2 * numbers(ROWS) + numbers(ROWS, 3)), 3, 9)}
    assert only("task-ambiguous", findings(columns, "stars")) == [
        Check(
            "task-ambiguous",
            "warning",
            "stars",
            "treated as regression, because the target holds 7 different whole numbers from 3 to 9, which the other "
            "columns follow in order; it could be multiclass, as there are only 7 different values",
            "--task multiclass if that is meant",
        )
    ]


def test_rows_that_are_totals_are_told():
    rng = np.random.default_rng(0)
    parts = rng.integers(10, 500, (ROWS, 3))
    rows = np.concatenate([parts, parts.reshape(20, 20, 3).sum(axis=1)])
    columns = {
        "place": [f"place {row}" for row in range(ROWS)] + ["total"] * 20,
        "men": rows[:, 0],
        "women": rows[:, 1],
        "old": rows[:, 2],
    }
    (check,) = only("leakage", findings(columns, "old"))
    assert (check.severity, check.column) == ("warning", "place")
    assert check.message == "the 20 rows whose place is total add up to all other rows: they are totals"


def test_the_worst_comes_first():
    columns = plain()
    found = findings(
        {
            "region": ["north"] * ROWS,
            "code": [f"c{row}" for row in range(ROWS)],
            **columns,
            "copy": np.where(columns["bought"] == "yes", "x", "o"),
        }
    )
    assert [(check.severity, check.id) for check in found.checks] == [
        ("error", "leakage"),
        ("warning", "id-column"),
        ("note", "constant-column"),
    ]


cells = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(-3, 3), st.floats(allow_nan=False)), min_size=40),
    st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c", "a, b"]), st.text(max_size=4)), min_size=40),
)


@examples(60)
@given(st.lists(cells, min_size=2, max_size=5))
def test_any_table_is_checked(columns):
    named = {f"column {place}": values[:40] for place, values in enumerate(columns)}
    made = table(named)
    try:
        task = decide_task(made, "column 0")
    except DataError:
        return
    found = check_table(made, task, Roles("column 0"))
    assert set(found.left_out) <= set(named) - {"column 0"}
    assert all(check.id in CHECKS and check.severity in SEVERITIES and check.message for check in found.checks)
    assert found == check_table(made, task, Roles("column 0"))


# Of real sets: the columns that are left out, and what else must be said (column None: of the whole set).
REAL = {
    "titanic_seaborn": ({"alive", "class", "embark_town"}, {("duplicate-rows", None)}),
    "titanic3_preamble": ({"boat", "body"}, {("group-column", "ticket")}),
    "penguins_raw": ({"Region", "Stage"}, {("group-column", "Individual ID")}),
    "diamonds": (set(), {("duplicate-rows", None)}),
    "bike_sharing_kaggle": ({"casual", "registered"}, {("time-order", "datetime")}),
    "mushroom": ({"veil_type"}, set()),
    "student_math": (set(), {("leakage", "G1"), ("leakage", "G2"), ("task-ambiguous", "G3")}),
    "white_wine_quality": (set(), {("task-ambiguous", "quality"), ("duplicate-rows", None)}),
    "concrete": (set(), {("group-column", None), ("duplicate-rows", None)}),
    "ds_salaries_bom": ({"salary"}, {("duplicate-rows", None)}),
    "chipotle_orders": (set(), {("group-column", "order_id"), ("duplicate-rows", None)}),
    "beijing_pm25": ({"No"}, {("time-order", "No"), ("missing-target", "pm2.5")}),
    "seoul_population_cp949": (set(), {("leakage", "동")}),
    "mammography": (set(), {("imbalance", "6"), ("duplicate-rows", None)}),
    "german_credit": (set(), set()),
}


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the development sets in ../shared")
@pytest.mark.parametrize("name", REAL)
def test_real_sets(name):
    from advisor.baselines.tabular.reading import ReadOptions, read_table

    entry = next(entry for entry in yaml.safe_load((DATA / "datasets.yaml").read_text()) if entry["name"] == name)
    made = read_table(DATA / entry["file"], ReadOptions())
    found = check_table(made, decide_task(made, entry["target"]), Roles(entry["target"]))
    left_out, said = REAL[name]
    assert set(found.left_out) == left_out
    assert said <= {(check.id, check.column) for check in found.checks}
    assert {check.column for check in found.checks if check.severity == "error"} <= left_out


def test_rows_that_were_left_out_are_noted():
    made = table(plain())._replace(left_out=("1 row repeats the names of the columns: it is left out",))
    found = check_table(made, decide_task(made, "bought"), Roles("bought"))
    message = "1 row repeats the names of the columns: it is left out"
    assert found.checks == (Check("mixed-types", "note", None, message, "delete such rows from the file"),)


def test_infinite_numbers_are_counted():
    found = findings(plain(), details={"height": {"infinite": 3}})
    assert [check[1:4] for check in only("mixed-types", found)] == [
        ("note", "height", "height is infinite in 3 of 400 rows, which count as missing")
    ]


def test_rows_without_weight_are_counted():
    columns = {**plain(), "w": np.where(np.arange(ROWS) < 100, 0.0, numbers(ROWS) ** 2)}
    found = findings(columns, weights="w")
    assert [check[1:4] for check in only("zero-weights", found)] == [
        (
            "warning",
            "w",
            "100 of 400 rows have a weight of 0 in w: they count in no score, and in no fit of a model "
            "that takes weights",
        )
    ]
