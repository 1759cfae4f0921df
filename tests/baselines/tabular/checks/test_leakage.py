"""What leaks is found, and what is merely a good feature is not."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets

from advisor.baselines.tabular.checks.leakage import Leak, find_leaks
from advisor.baselines.tabular.checks.predictive_power import Target
from tests.baselines.tables import levels, numbers, table
from tests.bounds import examples

ROWS = 600


def leaks(columns, target, kinds=None, **options):
    """Return what leaks into a target called y: classes where it is text, else amounts."""
    made = table(columns, kinds)
    values = pd.Series(list(target))
    is_text = not pd.api.types.is_numeric_dtype(values)
    answer = (
        Target(pd.factorize(values, sort=True)[0], None, "y") if is_text else Target(None, values.to_numpy(float), "y")
    )
    return find_leaks(made.frame, {column.name: column.kind for column in made.columns}, answer, **options)


def noise(count=3, rows=ROWS):
    return {f"noise {place}": numbers(rows, seed=100 + place) for place in range(count)}


def classes(signal):
    return np.where(signal > 0, "yes", "no")


def test_a_recoded_target_repeats_it():
    target = classes(numbers(ROWS))
    alive = np.where(target == "yes", "alive", "dead")
    assert leaks({"state": alive, **noise()}, target) == (
        Leak(("state",), "error", "state has one value for each class of y: it repeats the target"),
    )


def test_a_recoded_target_with_holes_repeats_it():
    target = classes(numbers(ROWS))
    state = pd.Series(np.where(target == "yes", 7.0, 3.0))
    state[::10] = np.nan
    assert [leak.columns for leak in leaks({"state": state, **noise()}, target)] == [("state",)]


def test_one_rare_row_in_common_is_chance():
    target = np.array(["no"] * ROWS, dtype=object)
    target[3] = "yes"
    other = np.zeros(ROWS)
    other[3] = 1.0
    assert leaks({"other": other, **noise()}, target) == ()


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (lambda y: y * 1.8 + 32, "column is y in another unit: it repeats the target"),
        (lambda y: -y, "column is y in another unit: it repeats the target"),
        (np.exp, "column puts all rows in the order of y: it repeats the target"),
        (
            lambda y: np.where(np.arange(len(y)) % 3, y, y * 80),
            "column equals y in 67% of the rows: it repeats the target",
        ),
    ],
)
def test_an_amount_on_another_scale_repeats_it(column, message):
    amounts = numbers(ROWS)
    assert leaks({"column": column(amounts), **noise()}, amounts) == (Leak(("column",), "error", message),)


def test_counts_that_are_mostly_zero_do_not_repeat_each_other():
    rng = np.random.default_rng(0)
    amounts = np.where(rng.random(ROWS) < 0.7, 0, rng.integers(0, 40, ROWS)).astype(float)
    other = np.where(rng.random(ROWS) < 0.7, 0, rng.integers(0, 40, ROWS)).astype(float)
    assert leaks({"other": other, **noise()}, amounts) == ()


def test_a_blank_that_tells_the_class():
    rng = np.random.default_rng(0)
    target = classes(numbers(ROWS))
    known = (target == "yes") ^ (rng.random(ROWS) < 0.02)
    boat = np.where(known, rng.choice(list("ABCD"), ROWS), None)
    (leak,) = leaks({"boat": boat, **noise()}, target)
    assert leak.columns == ("boat",)
    assert leak.severity == "error"
    assert leak.message.startswith("whether boat is blank predicts y: that rule makes 9")
    assert leak.message.endswith(f"({known.sum()} rows have a value)")


def test_rows_with_a_value_that_all_have_one_class():
    target = classes(numbers(ROWS))
    dead = np.flatnonzero(target == "no")
    body = np.full(ROWS, np.nan)
    body[dead[:60]] = np.arange(60)
    assert leaks({"body": body, **noise()}, target) == (
        Leak(("body",), "error", "all 60 rows where body is filled have the same y"),
    )


def test_a_few_rows_of_one_class_are_chance():
    target = classes(numbers(ROWS))
    body = np.full(ROWS, np.nan)
    body[np.flatnonzero(target == "no")[:8]] = 1.0
    assert leaks({"body": body, **noise()}, target) == ()


def test_blanks_that_only_go_along_with_the_target_are_features():
    rng = np.random.default_rng(0)
    target = classes(numbers(ROWS))
    cabin = np.where(rng.random(ROWS) < np.where(target == "yes", 0.5, 0.1), numbers(ROWS), np.nan)
    assert leaks({"cabin": cabin, **noise()}, target) == ()


def test_a_blank_that_tells_the_amount():
    amounts = np.where(np.arange(ROWS) % 2, 100, 0) + numbers(ROWS)
    paid = np.where(amounts > 50, 1.0, np.nan)
    assert leaks({"paid on": paid, **noise()}, amounts) == (
        Leak(("paid on",), "error", "whether 'paid on' is blank explains 100% of y"),
    )


def test_two_columns_that_add_up_to_the_target():
    rng = np.random.default_rng(0)
    casual, registered = rng.poisson(20, ROWS) * 1.0, rng.poisson(90, ROWS) * 1.0
    found = leaks({"casual": casual, "registered": registered, **noise()}, casual + registered)
    assert [(set(leak.columns), leak.severity) for leak in found] == [({"casual", "registered"}, "error")]
    assert found[0].message == (
        "y is registered + casual, except for a constant and rounding: arithmetic, not prediction"
    )


def test_a_sum_holds_although_a_third_column_is_nearly_the_sum_itself():
    rng = np.random.default_rng(0)
    men, women = rng.gamma(3, 100, ROWS), rng.gamma(3, 100, ROWS)
    near = men + women + rng.normal(size=ROWS)
    found = leaks({"near": near, "men": men, "women": women}, men + women)
    assert {column for leak in found for column in leak.columns} == {"near", "men", "women"}


def test_a_rounded_product():
    rng = np.random.default_rng(0)
    quantity, price = rng.integers(1, 20, ROWS) * 1.0, rng.uniform(1, 50, ROWS)
    found = leaks({"quantity": quantity, "price": price, **noise()}, np.round(quantity * price, 2))
    assert [(set(leak.columns), leak.severity) for leak in found] == [({"quantity", "price"}, "error")]
    assert found[0].message in (
        "y is proportional to quantity × price: arithmetic, not prediction",
        "y is proportional to price × quantity: arithmetic, not prediction",
    )


def test_an_amount_times_a_factor_for_each_level():
    rng = np.random.default_rng(0)
    currency = np.array(levels(ROWS, "EUR INR JPY USD"))
    rate = {"EUR": 1.1, "INR": 0.012, "JPY": 0.007, "USD": 1.0}
    usd = rng.lognormal(11, 0.5, ROWS)
    paid = usd / np.array([rate[name] for name in currency])
    (leak,) = leaks({"paid": paid, "currency": currency, **noise()}, np.round(usd))
    assert leak == Leak(("paid",), "error", "y is paid times a factor for each currency: that explains 100.0% of it")


def test_a_noise_free_simulation_is_no_leak():
    features, target = datasets.make_regression(ROWS, 10, n_informative=8, noise=0.0, random_state=0)
    columns = {f"x{place}": features[:, place] for place in range(10)}
    assert {leak.severity for leak in leaks(columns, target)} == {"warning"}


def test_a_noisy_copy_tells_the_class():
    signal = numbers(ROWS)
    (leak,) = leaks({"copy": signal + 0.02 * numbers(ROWS, 1), **noise()}, classes(signal))
    assert (leak.columns, leak.severity) == (("copy",), "error")
    assert leak.message.startswith("copy alone explains 9")


def test_a_noisy_copy_tells_the_amount():
    amounts = numbers(ROWS)
    (leak,) = leaks({"copy": amounts + 0.03 * numbers(ROWS, 1), **noise()}, amounts)
    assert (leak.columns, leak.severity) == (("copy",), "error")


def test_a_column_that_explains_most_of_an_amount_is_worth_a_warning():
    amounts = numbers(ROWS)
    (leak,) = leaks({"carat": amounts + 0.2 * numbers(ROWS, 1), **noise()}, amounts)
    assert (leak.columns, leak.severity) == (("carat",), "warning")


def mostly(target, wrong, seed=0):
    """A copy of two classes with a share of wrong rows."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(len(target)) < wrong, np.where(target == "yes", "no", "yes"), target)


@pytest.mark.parametrize("wrong", [0.02, 0.025, 0.03])
def test_a_column_that_explains_most_of_a_class_is_worth_a_warning(wrong):
    target = classes(numbers(5_000))
    weak = {f"weak {place}": mostly(target, 0.3, place) for place in range(3)}
    (leak,) = leaks({"outcome": mostly(target, wrong, 9), **weak}, target)
    assert (leak.columns, leak.severity) == (("outcome",), "warning")
    assert re.fullmatch(
        r"outcome alone explains 8\d% of y on rows not seen before, all others together [23]\d%", leak.message
    )


def test_a_recoded_copy_does_not_hide_such_a_column():
    target = classes(numbers(5_000))
    code = np.where(mostly(target, 0.02, 9) == "yes", "A1", "B2")
    columns = {"outcome": mostly(target, 0.02, 9), "code": code, "weak": mostly(target, 0.35)}
    assert [(leak.columns, leak.severity) for leak in leaks(columns, target)] == [
        (("outcome",), "warning"),
        (("code",), "warning"),
    ]


def test_the_best_of_several_good_columns_is_no_leak():
    target = classes(numbers(5_000))
    good = {f"good {place}": mostly(target, 0.06, place) for place in range(4)}
    assert leaks({"best": mostly(target, 0.02, 9), **good}, target) == ()
    assert leaks({f"best {place}": mostly(target, 0.02, place) for place in range(6)}, target) == ()


def test_a_good_column_alone_is_not_compared_with_anything():
    target = classes(numbers(5_000))
    assert leaks({"best": mostly(target, 0.02, 9)}, target) == ()


def test_the_only_column_is_not_taken_away():
    amounts = numbers(ROWS)
    (leak,) = leaks({"years": amounts + 0.05 * numbers(ROWS, 1)}, amounts)
    assert leak.severity == "warning"
    assert leak.message.endswith("and there is no other column to compare it with")


def test_an_easy_task_acquits_its_best_column():
    rng = np.random.default_rng(0)
    target = classes(numbers(2_000))
    columns = {name: np.where(rng.random(2_000) < 0.01, "c", np.where(target == "yes", "a", "b")) for name in ("odor",)}
    columns |= {f"weak {place}": np.where(rng.random(2_000) < 0.12, "no", target) for place in range(9)}
    (leak,) = leaks(columns, target)
    assert (leak.columns, leak.severity) == (("odor",), "note")
    assert leak.message.endswith("without it, so the task is easy")


def test_many_levels_do_not_memorise():
    target = classes(numbers(ROWS))
    columns = {
        "id": [f"id {row}" for row in range(ROWS)],
        "street": [f"street {row // 2}" for row in range(ROWS)],
        "text": [f"word{row} other{row % 7}" for row in range(ROWS)],
    }
    assert leaks(columns, target, kinds={"text": "text"}) == ()


def test_what_tells_the_group_does_not_tell_the_target():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(60), 10)
    treated = classes(numbers(60))[group]
    columns = {"weight at start": rng.normal(size=60)[group], **noise()}
    assert [leak.columns for leak in leaks(columns, treated)] == [("weight at start",)]
    assert leaks(columns, treated, groups=group) == ()


def test_what_drifts_along_with_the_target_does_not_tell_it():
    drift = np.cumsum(numbers(ROWS)) * 0.05
    columns = {"counter": np.arange(ROWS) + numbers(ROWS, 1), **noise()}
    assert [leak.columns for leak in leaks(columns, drift)] == [("counter",)]
    assert leaks(columns, drift, in_order=True) == ()


def test_a_namesake_is_worth_a_look():
    amounts = numbers(ROWS)
    made = table({"G2": amounts + 0.6 * numbers(ROWS, 1), "age": amounts + 0.6 * numbers(ROWS, 2), **noise()})
    kinds = {column.name: column.kind for column in made.columns}
    assert [(leak.columns, leak.severity) for leak in find_leaks(made.frame, kinds, Target(None, amounts, "G3"))] == [
        (("G2",), "warning")
    ]


def test_numbered_names_are_no_namesakes():
    amounts = numbers(ROWS)
    made = table({f"v{place}": amounts + 0.6 * numbers(ROWS, place) for place in range(1, 7)})
    kinds = {column.name: column.kind for column in made.columns}
    assert find_leaks(made.frame, kinds, Target(None, amounts, "v0")) == ()


@pytest.mark.parametrize("name", ["iris", "breast_cancer", "wine", "diabetes", "digits"])
def test_nothing_leaks_in_well_known_sets(name):
    frame = getattr(datasets, f"load_{name}")(as_frame=True).frame.astype(float)
    target = frame.pop("target").to_numpy()
    answer = Target(None, target, "y") if name == "diabetes" else Target(target.astype(int), None, "y")
    assert find_leaks(frame, dict.fromkeys(frame.columns, "numeric"), answer) == ()


def test_a_rare_class_is_not_lost_in_the_sample():
    rng = np.random.default_rng(0)
    target = np.where(rng.random(60_000) < 0.002, "fraud", "fine")
    flag = np.where(target == "fraud", numbers(60_000) + 9, numbers(60_000))
    assert [leak.columns for leak in leaks({"flag": flag, **noise(rows=60_000)}, target)] == [("flag",)]


def test_the_same_seed_finds_the_same():
    signal = numbers(8_000)
    columns = {"copy": signal + 0.05 * numbers(8_000, 1), **noise(rows=8_000)}
    assert leaks(columns, classes(signal), seed=3) == leaks(columns, classes(signal), seed=3)


@examples(40)
@given(st.integers(0, 10_000), st.integers(20, 120), st.booleans(), st.floats(0, 0.9))
def test_noise_never_leaks(seed, rows, amounts, missing):
    rng = np.random.default_rng(seed)
    columns = {
        "number": np.where(rng.random(rows) < missing, np.nan, rng.normal(size=rows)),
        "count": rng.poisson(1, rows) * 1.0,
        "level": rng.choice(list("abcdef"), rows),
    }
    target = rng.normal(size=rows) if amounts else rng.choice(["no", "yes"], rows)
    assert leaks(columns, target) == ()
