"""Comparisons beside the main one: hybrids, the user's models, and what needs no learning."""

import numpy as np
import pytest

from advisor.baselines.judging.comparison import Contestant, difference
from advisor.baselines.judging.pairs import compared_pairs, hybrid_chance
from tests.baselines.judging.contests import protocol, rows_of

KNOWN = protocol()


def side(name, score, seed=5, known=KNOWN):
    return Contestant(name, name, rows_of(score, known.folds.shape, seed), name)


FAMILIES = {"ml": side("xgboost", 0.85, 1), "dl": side("tabm", 0.80, 2)}


def pairs(challengers=(), simple=(), stopped=(), known=KNOWN):
    return {(pair.first, pair.second): pair for pair in compared_pairs(FAMILIES, challengers, simple, known, stopped)}


def test_the_hybrid_meets_both_families_and_both_families_what_needs_no_learning():
    found = pairs([side("hybrid", 0.9)], [side("dummy", 0.5, 6), side("one-rule", 0.7, 7)])
    assert list(found) == [
        ("hybrid", "ml"),
        ("hybrid", "dl"),
        ("ml", "dummy"),
        ("ml", "one-rule"),
        ("dl", "dummy"),
        ("dl", "one-rule"),
    ]
    assert {pair.verdict for pair in found.values()} == {"first"}


def test_the_figures_are_those_of_the_main_comparison():
    hybrid = side("hybrid", 0.86)
    found, expected = pairs([hybrid])["hybrid", "ml"], difference(hybrid.influence, FAMILIES["ml"].influence, KNOWN)
    assert found.difference == expected.estimate.mean
    assert found[3:7] == (expected.ci95, expected.p_first, expected.p_equal, expected.p_second)


@pytest.mark.parametrize(
    ("stopped", "score", "verdict"),
    [
        (("hybrid",), 0.9, "first"),
        (("hybrid",), 0.7, "undecided"),
        (("ml",), 0.7, "second"),
        (("ml",), 0.9, "undecided"),
    ],
)
def test_a_side_that_the_budget_stopped_may_win_but_cannot_lose(stopped, score, verdict):
    found = pairs([side("hybrid", score)], stopped=stopped)["hybrid", "ml"]
    assert (found.verdict, found.stopped) == (verdict, stopped)


def test_a_hybrid_has_to_beat_both_families_at_once():
    both, one, none = (
        hybrid_chance(side("hybrid", score), tuple(FAMILIES.values()), KNOWN) for score in (0.9, 0.83, 0.6)
    )
    assert both > 0.99
    assert one < 0.01
    assert none == 0


def test_a_hybrid_without_rows_has_no_chance_that_is_known():
    empty = Contestant("hybrid", "", np.full(KNOWN.folds.shape, np.nan))
    assert hybrid_chance(empty, tuple(FAMILIES.values()), KNOWN) is None
