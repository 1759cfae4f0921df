"""Situations with the answer that published work or a panel gives: agreed.yaml (20), situations.yaml."""

import pytest

from advisor.engine.library import bundled_examples
from advisor.profile.fields import FIELDS
from advisor.profile.reader import read_profile
from tests.situations.support import answer, entries, profile_of, summary

AGREED = {entry["id"]: entry for entry in entries("agreed")}
PANEL = {entry["id"]: entry for entry in entries("situations")}


@pytest.mark.parametrize("name", [*AGREED, *PANEL])
def test_the_answer_to_a_situation_is_acceptable(name):
    entry = (AGREED | PANEL)[name]
    found = answer(entry["profile"])
    told = f"{entry['title']}: {found}; {summary(entry['profile'])}"
    assert found in entry["expected"]["acceptable"], told


def test_at_least_seventeen_of_the_twenty_agreed_situations_get_their_first_choice():
    missed = {name for name in AGREED if answer(AGREED[name]["profile"]) != AGREED[name]["expected"]["approach"]}
    assert len(AGREED) == 20
    assert len(missed) <= 3, f"not the first choice in {sorted(missed)}"


def test_most_situations_of_the_panel_get_their_first_choice():
    missed = {name for name in PANEL if answer(PANEL[name]["profile"]) != PANEL[name]["expected"]["approach"]}
    assert len(missed) <= 0.15 * len(PANEL), f"not the first choice in {sorted(missed)}"


def test_situations_are_well_formed_and_cover_every_approach():
    assert not AGREED.keys() & PANEL.keys()
    every = [*entries("agreed"), *entries("situations")]
    assert len({entry["id"] for entry in every}) == len(every)
    for entry in every:
        assert entry["expected"]["approach"] in entry["expected"]["acceptable"]
        assert entry["source"]
    first = {entry["expected"]["approach"] for entry in every}
    assert first == {"none", "classical", "hybrid", "transfer", "deep"}


def test_every_field_and_every_choice_is_that_of_a_recorded_profile():
    """A field or a value that is renamed breaks a profile, and one that is added comes with a use of it."""
    stated = {field.path: set() for field in FIELDS}
    profiles = [read_profile(path.read_bytes(), path.name) for path in bundled_examples()]
    profiles += [profile_of(entry["profile"]) for name in ("agreed", "situations") for entry in entries(name)]
    for profile in profiles:
        for path, value in profile.values.items():
            stated[path].update(value if isinstance(value, list) else [value])
    for pair in entries("pairs"):
        for value in (pair["a"], pair["b"]):
            stated[pair["field"]].update(value if isinstance(value, list) else [] if value is None else [value])
    unused = {field.path: set(field.values) - stated[field.path] for field in FIELDS}
    assert {path: choices for path, choices in unused.items() if choices} == {}
    assert [path for path, values in stated.items() if not values] == []
