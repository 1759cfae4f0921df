"""Plans: what a budget pays for, and what is given up first."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.running.schedule import PACKING, affordable_procedure, most_rows, rungs
from tests.baselines.support import SPECS
from tests.bounds import examples

SECONDS = {"linear": 0.1, "forest": 0.5, "xgboost": 0.3, "mlp": 1.0, "realmlp": 1.5, "tabm": 2.0}
FAMILIES = {"ml": [SPECS[name] for name in list(SECONDS)[:3]], "dl": [SPECS[name] for name in list(SECONDS)[3:]]}
EVERY = {"ml": ("linear", "forest", "xgboost"), "dl": ("mlp", "realmlp", "tabm")}


def procedure(available, **changes):
    return affordable_procedure(FAMILIES, SECONDS, 5, available, **{"in_order": False, **changes})


def cost(found):
    return sum(
        (5 + (len(found.pairs) if len(members) > 1 else 0)) * SECONDS[name]
        for members in found.contenders.values()
        for name in members
    )


def test_with_time_all_models_are_chosen_among_by_all_other_folds():
    found = procedure(1000)
    assert found.contenders == EVERY
    assert found.pairs == tuple(combinations(range(5), 2))


def test_with_less_time_two_other_folds_choose():
    found = procedure(70)
    assert found.contenders == EVERY
    assert found.pairs == ((0, 1), (0, 4), (1, 2), (2, 3), (3, 4))


def test_then_families_lose_models_alike_but_not_their_usual_best():
    assert procedure(50).contenders == {"ml": ("linear", "xgboost"), "dl": ("mlp", "tabm")}


def test_with_little_time_the_cheap_family_still_chooses_and_at_the_least_nobody_does():
    assert procedure(18).contenders == {"ml": ("linear", "xgboost"), "dl": ("tabm",)}
    assert procedure(12) == ({"ml": ("xgboost",), "dl": ("tabm",)}, ())


def test_a_family_whose_best_would_not_finish_is_represented_by_its_fastest():
    assert procedure(6) == ({"ml": ("xgboost",), "dl": ("mlp",)}, ())


def test_what_is_fitted_already_costs_nothing_more():
    done = {"linear": 5, "xgboost": 5}
    assert procedure(6, done=done) == ({"ml": ("xgboost",), "dl": ("mlp",)}, ())
    assert procedure(0.4, done=done).contenders["ml"] == ("xgboost",)
    assert procedure(0.4).contenders["ml"] == ("linear",)


def test_in_the_order_of_time_a_choice_takes_no_further_fits():
    found = procedure(35, in_order=True)
    assert (found.contenders, found.pairs) == (EVERY, ())


@examples(100)
@given(st.floats(0.1, 500))
def test_a_plan_fits_into_the_time_or_is_the_least(available):
    found = procedure(available)
    assert cost(found) <= PACKING * available or found == procedure(0.1)


def test_rungs_grow_to_all_rows():
    for most in (10, 999, 1000, 1001, 5000, 123_456):
        sizes = rungs(most)
        assert sizes[-1] == most
        assert all(small < large for small, large in pairwise(sizes))


@examples(100)
@given(st.floats(0.01, 1e4), st.integers(1000, 1_000_000))
def test_rows_cost_no_more_than_the_seconds_or_are_the_least(seconds, most):
    rows = most_rows(lambda size: size / 500, seconds, 500, most)
    assert 500 <= rows <= most
    assert rows == 500 or rows / 500 <= seconds
