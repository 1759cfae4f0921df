"""The nested logit over the five approaches, against a formula of its own."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.approaches import APPROACHES, FAMILY, best, family_scores, probabilities
from tests.bounds import examples

NESTS = (("none",), ("classical",), ("hybrid", "transfer"), ("deep",))
POINTS = st.lists(st.floats(-150, 150, allow_nan=False), min_size=5, max_size=5)
EXCLUDED = st.sets(st.integers(0, 4), max_size=4)


def log_sum(values):
    top = max(values)
    return top + math.log(math.fsum(math.exp(value - top) for value in values))


def reference(points, excluded):
    """McFadden's formula in logarithms: P(nest) from the inclusive values, P(approach | nest) within it."""
    utility = {
        name: value * math.log(10) / 10
        for index, (name, value) in enumerate(zip(APPROACHES, points, strict=True))
        if index not in excluded
    }
    nests = [present for nest in NESTS if (present := [name for name in nest if name in utility])]
    inclusive = [0.5 * log_sum([utility[name] / 0.5 for name in nest]) for nest in nests]
    everything = log_sum(inclusive)
    result = dict.fromkeys(APPROACHES, 0.0)
    for nest, value in zip(nests, inclusive, strict=True):
        for name in nest:
            within = utility[name] / 0.5 - value / 0.5
            result[name] = math.exp(value - everything + within)
    return tuple(result[name] for name in APPROACHES)


@given(POINTS, EXCLUDED)
@examples(500)
def test_probabilities_follow_the_formula_of_the_nested_logit(points, excluded):
    assert probabilities(points, excluded) == pytest.approx(reference(points, excluded), rel=1e-9, abs=1e-12)


@given(POINTS, EXCLUDED)
@examples(300)
def test_probabilities_sum_to_one_and_excluded_approaches_have_none(points, excluded):
    chances = probabilities(points, excluded)
    assert math.fsum(chances) == pytest.approx(1, abs=1e-12)
    assert all(chance >= 0 for chance in chances)
    assert all(chances[index] == 0 for index in excluded)
    assert best(chances) not in excluded


@given(POINTS, EXCLUDED, st.floats(-1000, 1000))
@examples(200)
def test_only_differences_of_points_count(points, excluded, shift):
    shifted = [value + shift for value in points]
    assert probabilities(shifted, excluded) == pytest.approx(probabilities(points, excluded), abs=1e-9)


def test_ten_points_are_ten_times_the_odds_and_three_double_them():
    chances = probabilities((0, 10, -200, -200, 0))
    assert chances[1] / chances[0] == pytest.approx(10)
    assert chances[0] == pytest.approx(chances[4])
    doubled = probabilities((0, 3.0103, -200, -200, 0))
    assert doubled[1] / doubled[0] == pytest.approx(2, rel=1e-5)


@given(POINTS, st.integers(0, 4), st.floats(0.01, 30))
@examples(200)
def test_more_points_never_lower_an_approach_and_never_raise_another(points, index, more):
    before = probabilities(points)
    raised = [value + more if place == index else value for place, value in enumerate(points)]
    after = probabilities(raised)
    assert after[index] >= before[index] - 1e-12
    assert all(after[place] <= before[place] + 1e-12 for place in range(5) if place != index)


@given(st.lists(st.floats(-30, 30), min_size=5, max_size=5))
@examples(200)
def test_an_excluded_approach_leaves_its_share_to_its_nest_mate_before_the_others(points):
    hybrid, transfer = 2, 3
    for lost, mate in ((hybrid, transfer), (transfer, hybrid)):
        before, after = probabilities(points), probabilities(points, {lost})
        growth = {index: after[index] / before[index] for index in range(5) if index != lost}
        assert all(growth[mate] >= growth[index] - 1e-9 for index in growth)
        others = [growth[index] for index in growth if index != mate]
        assert others == pytest.approx([others[0]] * 3)


@pytest.mark.parametrize("lost", [2, 3])
def test_between_equals_most_of_an_excluded_share_goes_to_the_nest_mate(lost):
    mate = {2: 3, 3: 2}[lost]
    for lead in (0, 5, 10):
        points = [0, 0, lead, lead, 0]
        before, after = probabilities(points), probabilities(points, {lost})
        assert (after[mate] - before[mate]) / before[lost] > 0.5


@pytest.mark.parametrize("lost", [0, 1, 4])
def test_an_excluded_loner_leaves_its_share_to_all_others_in_proportion(lost):
    points = [3, 9, 4, 7, 1]
    before, after = probabilities(points), probabilities(points, {lost})
    assert [after[i] / before[i] for i in range(5) if i != lost] == pytest.approx([1 / (1 - before[lost])] * 4)


def test_a_copy_in_the_same_nest_takes_less_from_strangers_than_from_its_twin():
    alone = probabilities((0, 0, -500, 0, 0))
    twins = probabilities((0, 0, 0, 0, 0))
    assert twins[2] == pytest.approx(twins[3])
    assert alone[3] - twins[3] > alone[1] - twins[1]


def test_all_excluded_leaves_nothing():
    assert probabilities((1, 2, 3, 4, 5), range(5)) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("far", [1e3, 1e4, 1e6])
def test_points_beyond_all_reason_do_not_overflow(far):
    assert probabilities((far, 0, -far, -far, 0)) == pytest.approx((1, 0, 0, 0, 0))
    assert probabilities((far, 0, -far, -far, 0), {0, 1, 4}) == pytest.approx((0, 0, 0.5, 0.5, 0))


def test_the_simplest_approach_wins_a_tie():
    assert best((0.2,) * 5) == 0
    assert best((0, 0.25, 0.25, 0.25, 0.25)) == 1
    assert APPROACHES == ("none", "classical", "hybrid", "transfer", "deep")


@given(POINTS, EXCLUDED)
@examples(100)
def test_families_share_the_probability_of_their_approaches(points, excluded):
    chances = probabilities(points, excluded)
    scores = family_scores(chances)
    assert scores["dl"] == pytest.approx(chances[3] + chances[4])
    assert (scores["none"], scores["ml"], scores["hybrid"]) == chances[:3]
    assert set(scores) == set(FAMILY.values())


@given(POINTS, EXCLUDED, st.floats(1.0, 4.0))
@examples(100)
def test_a_temperature_divides_the_points(points, excluded, temperature):
    divided = [value / temperature for value in points]
    assert probabilities(points, excluded, temperature) == pytest.approx(probabilities(divided, excluded), abs=1e-12)
