"""Situations with the answer that published work or a panel gives: agreed.yaml (20), situations.yaml."""

import pytest

from tests.situations.support import answer, entries, summary

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
