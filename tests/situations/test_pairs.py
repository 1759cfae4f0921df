"""Pairs of situations that differ in one field, and what the panel says the difference must do."""

import copy

import pytest

from advisor.engine.approaches import APPROACHES
from advisor.profile.fields import FIELD
from tests.situations.support import answer, entries, recommended, scored, summary

PAIRS = {entry["id"]: entry for entry in entries("pairs")}
CHECKS = {}
# A difference in probability that counts, and the probability beyond which only points can tell.
NOTICED = 1e-4
SATURATED = 0.995


def check(kind):
    def register(function):
        CHECKS[kind] = function
        return function

    return register


def side(entry, letter):
    """Return the profile with the field set to the value of one side; null leaves it out."""
    profile = copy.deepcopy(entry["profile"])
    section, _, key = entry["field"].rpartition(".")
    place = profile.setdefault(section, {}) if section else profile
    assert key not in place
    if entry[letter] is not None:
        place[key] = entry[letter]
    return profile


def listed(value):
    return value if isinstance(value, list) else [value]


def lead(result, index):
    """Return the points of an approach ahead of the best other that is not excluded."""
    others = [result.points[i] for i in range(len(APPROACHES)) if i != index and i not in result.excluded]
    return result.points[index] - max(others)


def rise(before, after, approach):
    """Return how much an approach gains, in probability or, where both sides are certain, in points."""
    index = APPROACHES.index(approach)
    if (index in before.excluded) != (index in after.excluded):
        return 1.0 if index in before.excluded else -1.0
    chances = [result.probabilities[index] for result in (before, after)]
    gained = chances[1] - chances[0]
    certain = all(max(chance, 1 - chance) > SATURATED for chance in chances)
    return lead(after, index) - lead(before, index) if abs(gained) <= NOTICED and certain else gained


@check("raises")
def raises(a, b, expect):
    assert rise(scored(a), scored(b), expect["approach"]) > NOTICED


@check("lowers")
def lowers(a, b, expect):
    assert rise(scored(a), scored(b), expect["approach"]) < -NOTICED


@check("stays")
def stays(a, b, expect):
    assert expect == {"kind": "stays"}
    assert answer(a) == answer(b)


@check("flips")
def flips(a, b, expect):
    assert answer(a) in listed(expect["from"])
    assert answer(b) in listed(expect["to"])


@check("excludes")
def excludes(a, b, expect):
    index = APPROACHES.index(expect["approach"])
    assert index not in scored(a).excluded
    assert index in scored(b).excluded


@check("raises_cost")
def raises_cost(a, b, expect):
    before, after = (recommended(profile).costs[expect["cost"]] for profile in (a, b))
    assert (after.low + after.high) / 2 > (before.low + before.high) / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", PAIRS)
def test_a_change_of_one_field_does_what_the_panel_says(name):
    entry = PAIRS[name]
    a, b = side(entry, "a"), side(entry, "b")
    try:
        CHECKS[entry["expect"]["kind"]](a, b, entry["expect"])
    except AssertionError as error:
        told = f"{entry['field']} from {entry['a']} to {entry['b']} should do {entry['expect']}: {entry['why']}"
        raise AssertionError(f"{told}\n  a: {summary(a)}\n  b: {summary(b)}") from error


def test_every_kind_of_expectation_is_checked_and_used():
    assert {entry["expect"]["kind"] for entry in PAIRS.values()} == CHECKS.keys()
    assert len(PAIRS) == len(entries("pairs"))


def test_pairs_are_about_fields_of_the_profile_and_differ():
    for entry in PAIRS.values():
        assert entry["field"] in FIELD
        assert entry["a"] != entry["b"]


def test_every_field_has_a_pair_but_for_those_of_later_date():
    assert FIELD.keys() - {entry["field"] for entry in PAIRS.values()} == {"data.resolution", "data.length"}
