"""Situations in the fields where networks live, which no rule was tuned on when they were first answered."""

from collections import Counter
from typing import NamedTuple

import pytest

from advisor.engine.approaches import APPROACHES
from tests.situations.support import answer, entries, scored, summary

INFEASIBLE = "infeasible"


class Panel(NamedTuple):
    """The names of two files, and how many answers agree at least; the misses of the fresh half are not looked at."""

    situations: str
    pairs: str
    acceptable: int
    first: int
    kinds: dict[str, int]
    agree: dict[str, int]


PANELS = [
    Panel(
        "hard_fields",
        "hard_field_pairs",
        acceptable=89,
        first=86,
        kinds={"flip": 32, "direction": 15, "stay": 9},
        agree={"flip": 31, "direction": 15, "stay": 9},
    ),
    Panel(
        "fresh_fields",
        "fresh_field_pairs",
        acceptable=87,
        first=83,
        kinds={"flip": 69, "direction": 10, "stay": 9},
        agree={"flip": 64, "direction": 10, "stay": 9},
    ),
]
of_panels = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.situations)


def said(profile):
    return answer(profile) or INFEASIBLE


@pytest.mark.slow
@of_panels
def test_nearly_every_answer_is_acceptable_and_most_are_the_first_choice(panel):
    judged = [(entry, said(entry["profile"])) for entry in entries(panel.situations)]
    wrong = [(entry, found) for entry, found in judged if found not in entry["expected"]["acceptable"]]
    told = [f"{entry['title']}: {found}; {summary(entry['profile'])}" for entry, found in wrong]
    assert len(judged) - len(wrong) >= panel.acceptable, told
    assert sum(found in entry["expected"]["first_choices"] for entry, found in judged) >= panel.first


@pytest.mark.slow
@of_panels
def test_one_field_changes_what_the_raters_say_it_changes(panel):
    agree = Counter(pair["kind"] for pair in entries(panel.pairs) if as_said(pair))
    assert {kind: agree[kind] >= least for kind, least in panel.agree.items()} == dict.fromkeys(panel.agree, True), (
        agree
    )


def as_said(pair):
    expect = pair["expect"]
    if pair["kind"] == "direction":
        moved = expect["direction"]
        place = APPROACHES.index(moved["approach"])
        before, after = (scored(pair[side]).probabilities[place] for side in ("a", "b"))
        return after > before if moved["a_to_b"] == "rises" else after < before
    before, after = said(pair["a"]), said(pair["b"])
    return before in expect["a"] and after in expect["b"] and (pair["kind"] == "flip" or before == after)


@of_panels
def test_the_sets_are_whole(panel):
    situations = entries(panel.situations)
    assert len({entry["id"] for entry in situations}) == 90
    assert Counter(pair["kind"] for pair in entries(panel.pairs)) == panel.kinds
    firsts = {approach for entry in situations for approach in entry["expected"]["first_choices"]}
    assert firsts == {*APPROACHES, INFEASIBLE}
