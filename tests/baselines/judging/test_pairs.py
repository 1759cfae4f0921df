"""Comparisons beside the main one: the hybrid and the user's models, and what needs no learning."""

import numpy as np
import pytest

from advisor.baselines.judging.comparison import corrected_t
from advisor.baselines.judging.pairs import compared_pairs
from advisor.baselines.judging.protocol import Protocol
from tests.baselines.support import SPECS, user

MODELS = {**SPECS, "mine:Model": user("mine:Model")}
# Five folds a repeat; the noise is the same everywhere but for a little, so that differences are clear.
NOISE = np.array([[0.0, 0.01, -0.01, 0.02, -0.02], [0.01, 0.0, -0.02, -0.01, 0.02]])


def scores(**means):
    small = np.random.default_rng(0).normal(0, 1e-4, (len(means), 2, 5))
    return {name: mean + NOISE + small[place] for place, (name, mean) in enumerate(means.items())}


def found(tables, *, stopped=(), repeats=2, metric="accuracy", last=True):
    rows = compared_pairs(tables, MODELS, Protocol(metric, 0.25, rope=0.01, last=last), repeats, stopped)
    return {(row.first, row.second): row for row in rows}


def test_the_hybrid_meets_both_families_and_both_families_what_needs_no_learning():
    rows = found({**scores(linear=0.8, mlp=0.85, hybrid=0.9, dummy=0.5), "one-rule": scores(x=0.795)["x"]})
    assert {sides: row.verdict for sides, row in rows.items()} == {
        ("hybrid", "ml"): "first",
        ("hybrid", "dl"): "first",
        ("ml", "dummy"): "first",
        ("ml", "one-rule"): "equal",
        ("dl", "dummy"): "first",
        ("dl", "one-rule"): "first",
    }


def test_the_figures_are_those_of_the_corrected_test():
    tables = scores(linear=0.8, hybrid=0.82)
    row = found(tables)["hybrid", "ml"]
    expected = corrected_t((tables["hybrid"] - tables["linear"]).ravel(), 0.25, 0.01, 0.0)
    assert (row.difference, row.ci95, row.p_first_better, row.p_equal, row.p_second_better) == expected


def test_lower_is_better_turns_the_sign():
    assert found(scores(linear=0.9, hybrid=0.8), metric="rmse")["hybrid", "ml"].verdict == "first"


def test_a_model_of_the_user_meets_both_families():
    tables = {**scores(linear=0.8, mlp=0.7), "mine:Model": scores(x=0.75)["x"]}
    rows = found(tables)
    assert rows["mine:Model", "ml"].verdict == "second"
    assert rows["mine:Model", "dl"].verdict == "first"


def test_what_lacks_a_fold_is_not_compared():
    tables = scores(linear=0.8, hybrid=0.9)
    tables["hybrid"][1, 2] = np.nan
    assert found(tables) == {}
    assert found(tables, repeats=1)["hybrid", "ml"].verdict == "first"
    assert found(tables, repeats=0) == {}


@pytest.mark.parametrize(
    ("stopped", "means", "against_ml", "against_dl"),
    [
        ("mlp", {"linear": 0.8, "mlp": 0.7, "hybrid": 0.9}, ("first", ()), ("undecided", ("dl",))),
        ("mlp", {"linear": 0.8, "mlp": 0.95, "hybrid": 0.9}, ("first", ()), ("second", ("dl",))),
        ("hybrid", {"linear": 0.8, "mlp": 0.7, "hybrid": 0.6}, ("undecided", ("hybrid",)), ("undecided", ("hybrid",))),
        ("hybrid", {"linear": 0.8, "mlp": 0.7, "hybrid": 0.9}, ("first", ("hybrid",)), ("first", ("hybrid",))),
        ("hybrid", {"linear": 0.8, "mlp": 0.8, "hybrid": 0.8}, ("undecided", ("hybrid",)), ("undecided", ("hybrid",))),
    ],
)
def test_a_side_that_the_budget_stopped_may_win_but_cannot_lose(stopped, means, against_ml, against_dl):
    rows = found(scores(**means), stopped=[stopped])
    assert (rows["hybrid", "ml"].verdict, rows["hybrid", "ml"].stopped) == against_ml
    assert (rows["hybrid", "dl"].verdict, rows["hybrid", "dl"].stopped) == against_dl


def test_two_sides_that_were_stopped_decide_nothing():
    rows = found(scores(linear=0.8, mlp=0.7, hybrid=0.9), stopped=["mlp", "hybrid"])
    assert (rows["hybrid", "dl"].verdict, rows["hybrid", "dl"].stopped) == ("undecided", ("hybrid", "dl"))


def test_an_interim_analysis_needs_more_than_the_last_one():
    ahead = np.array([[0.02, 0.04, 0.03, 0.05, 0.02]])  # better by more than the ROPE with a probability of about 0.96
    tables = {"linear": np.full((1, 5), 0.8), "mlp": np.full((1, 5), 0.8), "hybrid": 0.8 + ahead}
    row = found(tables, repeats=1)["hybrid", "ml"]
    assert 0.9 < row.p_first_better < 0.99
    assert row.verdict == "first"
    assert found(tables, repeats=1, last=False)["hybrid", "ml"].verdict == "undecided"
