"""Graded points: piecewise-linear between the knots, constant beyond them, no cliffs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.rulebook import Graded
from advisor.profile.facts import Interval
from tests.bounds import examples
from tests.engine.support import knowledge

WIDTH = 5
POINTS = st.floats(-100, 100, allow_nan=False)


@st.composite
def grades(draw):
    log = draw(st.booleans())
    knots = draw(st.lists(st.integers(1, 10**7), min_size=2, max_size=6, unique=True).map(sorted))
    if not log:
        shift = draw(st.sampled_from([0, 0.5, 1000]))
        knots = [knot - shift for knot in knots]
    row = st.tuples(*[POINTS] * WIDTH)
    points = draw(st.lists(row, min_size=len(knots), max_size=len(knots)))
    return Graded("data.rows", log, tuple(float(knot) for knot in knots), tuple(points))


def reference(grade, value):
    """Interpolate with weights on the two neighbouring knots, found by walking along them."""
    if value <= grade.at[0]:
        return grade.points[0]
    for place in range(1, len(grade.at)):
        if value <= grade.at[place]:
            scale = math.log10 if grade.log else float
            low, high, here = scale(grade.at[place - 1]), scale(grade.at[place]), scale(value)
            after = (here - low) / (high - low)
            pairs = zip(grade.points[place - 1], grade.points[place], strict=True)
            return tuple((1 - after) * before + after * later for before, later in pairs)
    return grade.points[-1]


@given(grades(), st.floats(0, 1), st.floats(0.001, 1000))
@examples(300)
def test_a_grade_equals_a_plain_interpolation(grade, share, beyond):
    low, high = grade.at[0], grade.at[-1]
    inside = low + share * (high - low)
    outside = [low / beyond, high * beyond] if grade.log else [low - beyond, high + beyond]
    for value in (inside, *outside):
        assert grade.value(value) == pytest.approx(reference(grade, value), abs=1e-6)


@given(grades())
@examples(200)
def test_a_grade_meets_its_knots_and_does_not_jump_there(grade):
    for knot, points in zip(grade.at, grade.points, strict=True):
        assert grade.value(knot) == pytest.approx(points, abs=1e-9)
        for beside in (math.nextafter(knot, -math.inf), math.nextafter(knot, math.inf)):
            if beside > 0 or not grade.log:
                assert grade.value(beside) == pytest.approx(points, abs=1e-3)


@given(grades(), st.floats(1, 1e6))
@examples(100)
def test_a_grade_is_constant_beyond_its_outer_knots(grade, distance):
    assert grade.value(grade.at[-1] + distance) == grade.points[-1]
    below = grade.at[0] / (1 + distance) if grade.log else grade.at[0] - distance
    assert grade.value(below) == grade.points[0]


def test_a_count_of_nothing_lies_below_the_first_knot_of_a_log_scale():
    grade = Graded("data.rows", log=True, at=(10.0, 1000.0), points=((1.0,) * 5, (3.0,) * 5))
    assert grade({"data.rows": 0}) == (1.0,) * 5
    assert grade({"data.rows": 100}) == pytest.approx((2.0,) * 5)


def test_a_log_scale_counts_in_decades_and_a_linear_one_in_units():
    points = ((0.0,) * 5, (4.0,) * 5)
    assert Graded("data.rows", log=True, at=(1.0, 10_000.0), points=points).value(100)[0] == pytest.approx(2)
    assert Graded("data.rows", log=False, at=(0.0, 10_000.0), points=points).value(2500)[0] == pytest.approx(1)


def test_a_grade_of_an_unknown_fact_is_unknown():
    grade = Graded("data.labelled", log=True, at=(10.0, 1000.0), points=((1.0,) * 5, (3.0,) * 5))
    assert grade({}) is None
    assert grade({"data.labelled": Interval(0, 500)}) is None


@given(grades(), st.floats(1, 1e7), st.floats(0, 1e7), st.floats(0, 1))
@examples(200)
def test_bounds_of_a_fact_give_points_only_where_all_numbers_between_them_give_the_same(grade, low, width, share):
    points = grade({"data.rows": Interval(low, low + width)})
    if points is not None:
        assert points == pytest.approx(grade.value(low + share * width), abs=1e-6)


def test_every_grade_of_the_bundled_rules_is_finite_at_any_size():
    for rule in knowledge().book.rules:
        if rule.graded:
            for value in (0, 1e-9, 0.5, 1, 37, 1e6, 1e15):
                assert all(math.isfinite(number) for number in rule.graded.value(value)), rule.id
