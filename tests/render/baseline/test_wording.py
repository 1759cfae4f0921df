"""Numbers with the digits that their interval leaves meaningful."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.render import View, render
from advisor.render.baseline import wording as words
from advisor.reports.digits import Digits
from tests.render.baseline_samples import changed, made, scored


@pytest.mark.parametrize(
    ("score", "ci", "shown", "interval"),
    [
        (0.92134, (0.9153, 0.9274), "0.9213", "0.915 to 0.927"),
        (48790.3, (47893, 49687), "48,790", "47,900 to 49,700"),
        (0.5123, (0.48, 0.545), "0.512", "0.48 to 0.55"),
        (-0.0123, (-0.062, 0.037), "-0.012", "-0.06 to 0.04"),
        (-0.0001, (-0.4, 0.4), "0.00", "-0.4 to 0.4"),
        (0.0003, (-0.004, 0.0046), "0.0003", "-0.004 to 0.005"),
        (4.879e9, (4.6e9, 5.1e9), "4.879", "4.60 to 5.10"),
        (3.2e-5, (3e-5, 3.4e-5), "0.0000320", "0.000030 to 0.000034"),
        (3.2e-6, (3e-6, 3.4e-6), "3.200", "3.00 to 3.40"),
        (0.99, None, "0.9900", "-"),
        (588.1, None, "588.1", "-"),
        (1.0, (1.0, 1.0), "1.000", "1.00 to 1.00"),
        (0.0, None, "0.0000", "-"),
        (12.3456, (11.2, 13.4), "12.35", "11.2 to 13.4"),
        (0.9999999, (0.99999985, 0.99999995), "0.9999999", "1.000000 to 1.000000"),
        (math.nan, (math.nan, math.nan), "-", "-"),
        (None, None, "-", "-"),
    ],
)
def test_digits_suit_the_interval(score, ci, shown, interval):
    digits = Digits.of([(score, ci)])
    assert (digits.score(score), digits.interval(ci)) == (shown, interval)


@given(st.floats(1e-9, 1e12), st.floats(0.1, 0.9))
def test_the_ends_of_an_interval_never_look_the_same(score, share):
    ci = (score * (1 - share), score * (1 + share))
    low, high = Digits.of([(score, ci)]).interval(ci).split(" to ")
    assert low != high
    assert len(low) <= 12


def test_the_unit_of_very_large_scores_is_in_the_heading():
    result = made(models=(scored("xgboost", 4.879e9, 1e8), scored("tabm", 5.1e9, 1e8)))
    text = render("baseline", "text", result, View())
    assert "Models by ROC AUC (higher is better), in units of 1e9\n" in text
    assert "XGBoost 4.879 4.72 to 5.04 " in " ".join(text.split())


def test_differences_name_the_family_that_leads_and_turn_the_interval():
    comparison = made().comparison
    assert words.difference_alone(comparison._replace(difference=-0.02, ci95=(-0.05, 0.01)), 0.01) == (
        "Difference: 0.020 in favour of networks (95% interval -0.01 to 0.05); up to 0.01 counts as equal."
    )
    assert words.difference_alone(comparison._replace(difference=1234.5, ci95=None), 1500) == (
        "Difference: 1,234 in favour of classical models; up to 1,500 counts as equal."
    )
    assert words.difference_alone(comparison._replace(difference=None), 0.01) == ""
    assert words.difference_alone(comparison._replace(difference=math.nan), 0.01) == ""


def test_chances_are_shown_only_where_families_were_compared():
    comparison = made().comparison
    assert words.chances(comparison) == "classical models better 0.93 · equal 0.07 · networks better <0.01"
    assert words.chances(comparison._replace(beats_dummy=False)) == ""
    assert words.chances(comparison._replace(p_equal=None)) == ""


def test_limits_are_held_against_the_model_to_take():
    slow = tuple(row._replace(violates=("latency.p95_ms",)) if row.id == "tabm" else row for row in made().models)
    assert words.broken_limits(made(models=slow)) == ""
    assert words.broken_limits(made(models=slow, verdict="dl")) == (
        "TabM-mini network breaks latency.p95_ms of the profile; best within the limits: RealMLP-style network."
    )
    assert words.broken_limits(changed(made(models=slow, verdict="dl"), "comparison", best_dl=None)) == ""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("price", "`price`"),
        ("a`b", "`a'b`"),
        ("a\n\x1b[31mb", "`a [31mb`"),
        ("", "`(no name)`"),
        ("\u200b", "`(no name)`"),
        ("x" * 50, f"`{'x' * 39}…`"),
    ],
)
def test_names_are_quoted_on_one_line(name, shown):
    assert words.quoted(name) == shown


def test_names_after_the_sixth_are_counted():
    assert words.several(list("abc")) == "`a`, `b` and `c`"
    assert words.several(list("abcdefgh")) == "`a`, `b`, `c`, `d`, `e`, `f` and 2 more"
