"""Plans: what a budget pays for, and what is given up first."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.running.schedule import LEAST_ROWS, Timing, choose_plan, probe_rows, seconds_at
from tests.baselines.support import SPECS

TIMINGS = {
    "dummy": Timing(4000, 0.05, 0.5),
    "linear": Timing(4000, 0.2, 0.80),
    "forest": Timing(4000, 1.0, 0.88),
    "xgboost": Timing(4000, 1.0, 0.90),
    "mlp": Timing(4000, 2.0, 0.85),
    "realmlp": Timing(4000, 4.0, 0.89),
    "tabm": Timing(4000, 8.0, 0.91),
    "hybrid": Timing(4000, 3.0, 0.90),
}


def plan(seconds: float, rows: int = 5000):
    return choose_plan(TIMINGS, SPECS, rows, folds=5, seconds=seconds, tried=min(rows, 500))


def test_everything_runs_where_the_budget_allows_it():
    assert plan(1000) == (tuple(TIMINGS), 5000, ())


def test_the_hybrid_goes_first_then_the_weakest_of_both_families_alike():
    without_hybrid = plan(100)
    assert without_hybrid.models == ("dummy", "linear", "forest", "xgboost", "mlp", "realmlp", "tabm")
    assert without_hybrid.notes == ("left out to fit the budget, the weaker ones in a first fit: hybrid",)
    two_each = plan(90)
    assert two_each.models == ("dummy", "forest", "xgboost", "realmlp", "tabm")
    assert two_each.rows == 5000
    assert two_each.notes == ("left out to fit the budget, the weaker ones in a first fit: hybrid, linear, mlp",)


def test_fewer_rows_are_said_with_the_size_at_which_the_verdict_holds():
    smaller = plan(90, rows=200_000)
    assert smaller.models == ("dummy", "forest", "xgboost", "realmlp", "tabm")
    assert 4_000 < smaller.rows < 10_000
    assert smaller.notes[-1] == (
        f"the verdict holds at {smaller.rows:,} of 200,000 rows: all of them do not fit into the budget"
    )


def test_a_hopeless_budget_still_has_a_plan_that_says_so():
    hopeless = plan(0.1, rows=200_000)
    assert hopeless.rows == LEAST_ROWS
    assert "the budget is too short for 5 folds, even on 500 of 200,000 rows" in hopeless.notes


@given(st.floats(0.01, 10_000), st.integers(20, 2_000_000))
def test_families_stay_of_equal_size_and_the_plan_fits(seconds, rows):
    chosen = choose_plan(TIMINGS, SPECS, rows, folds=5, seconds=seconds, tried=min(rows, LEAST_ROWS))
    sizes = [sum(SPECS[model].family == family for model in chosen.models) for family in ("ml", "dl")]
    assert sizes[0] == sizes[1] >= 2
    assert "dummy" in chosen.models
    assert min(rows, LEAST_ROWS) <= chosen.rows <= rows
    cost = sum(5 * seconds_at(SPECS[model], TIMINGS[model], max(1, chosen.rows * 4 // 5)) for model in chosen.models)
    assert cost * 4 / 5 <= seconds or "too short" in chosen.notes[-1]  # the first fold is done


@given(st.integers(20, 1_000_000))
def test_more_time_never_means_fewer_rows_or_models(rows):
    plans = [
        choose_plan(TIMINGS, SPECS, rows, folds=5, seconds=2.0**power, tried=min(rows, LEAST_ROWS))
        for power in range(16)
    ]
    for less, more in pairwise(plans):
        assert (more.rows, len(more.models)) >= (less.rows, 0)
        assert more.rows >= less.rows


@pytest.mark.parametrize(("budget", "rows", "tried"), [(120, 6000, 6000), (120, 6001, 4000), (3, 100, 100)])
def test_first_fits_take_all_rows_where_these_are_cheap(budget, rows, tried):
    assert probe_rows(budget, rows) == tried


def test_models_that_failed_are_not_missed():
    members = {model: timing for model, timing in TIMINGS.items() if model not in ("mlp", "realmlp", "tabm")}
    chosen = choose_plan(members, SPECS, 5000, folds=5, seconds=1, tried=500)
    assert [model for model in chosen.models if SPECS[model].family == "dl"] == []
    assert chosen.models


def test_the_strongest_of_each_family_stay_to_the_last_however_a_first_fit_went():
    timings = {
        **TIMINGS,
        "xgboost": Timing(500, 1.0, 0.6),
        "tabm": Timing(500, 8.0, 0.6),
    }
    chosen = choose_plan(timings, SPECS, 200_000, folds=5, seconds=1.0, tried=500)
    assert chosen.models == ("dummy", "forest", "xgboost", "realmlp", "tabm")
