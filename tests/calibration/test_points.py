"""Points of rules from results: known points are found again, silent rules stay, ties are halves."""

import math
from dataclasses import replace

import numpy as np
import pytest

from advisor import load_knowledge, read_profile, recommend
from advisor.advice.knowledge import load_rules
from advisor.calibration import points
from advisor.calibration.calibration import calibrate
from advisor.calibration.table import read_table
from advisor.engine.approaches import APPROACHES, POINTS_PER_NAT, probabilities
from advisor.engine.rulebook import Graded
from advisor.engine.scoring import score
from tests.calibration.support import one_rule, results, table

pytestmark = pytest.mark.slow  # fits
CLASSICAL, DEEP = APPROACHES.index("classical"), APPROACHES.index("deep")


def cases_of(raw):
    return read_table(raw, "r.csv")


def ahead(rules, name):
    """Return the points of the network over classical learning in a rule."""
    vector = next(one for one in rules.rules if one.id == name).points
    return vector[DEEP] - vector[CLASSICAL]


def lone_rule():
    return one_rule("a-table", points={"classical": 1, "deep": -1})


def test_known_points_are_found_again():
    rules = lone_rule()
    found = points.refit(cases_of(results(600, 200)), rules, sd=50.0)
    assert ahead(found.book, "a-table") == pytest.approx(POINTS_PER_NAT * math.log(3), abs=0.05)
    vector = found.book.rules[0].points
    assert sum(vector) == pytest.approx(0, abs=0.02)
    assert vector[0] == vector[2] == vector[3] == 0


def test_the_tighter_the_prior_the_less_a_rule_moves():
    cases = cases_of(results(60, 20))
    moved = [ahead(points.refit(cases, lone_rule(), sd).book, "a-table") + 2 for sd in (0.1, 1, 5, 25)]
    assert moved == sorted(moved)
    assert moved[0] < 0.1
    assert moved[-1] > 6


def test_a_tie_counts_as_one_win_for_each_side():
    ties = cases_of(results(12, 8) + b"".join(b"classification,tabular,5000,tie,,one,t%d\n" % i for i in range(10)))
    both = cases_of(
        results(12, 8)
        + b"".join(
            b"classification,tabular,5000,%s,0.1,one,t%d\n" % (side, i) for i in range(10) for side in (b"dl", b"ml")
        )
    )
    assert points.refit(ties, lone_rule(), 3.0).changes == points.refit(both, lone_rule(), 3.0).changes


def test_a_data_set_has_one_vote_however_often_it_stands_there():
    once = results(12, 8)
    often = once + b"classification,tabular,5000,deep,0.1,one,d0\n" * 30
    assert points.refit(cases_of(once), lone_rule(), 3.0).book == points.refit(cases_of(often), lone_rule(), 3.0).book


def test_a_rule_that_never_fires_is_the_same_object():
    rules = load_rules().rule_book()
    cases = cases_of(results(30, 10))
    found = points.refit(cases, rules, 2.0)
    fired = {item.rule.id for item in score(rules, cases[0].facts).contributions if item.rule.criterion == "success"}
    moved = {change.rule for change in found.changes}
    assert moved <= fired
    assert moved
    for before, after in zip(rules.rules, found.book.rules, strict=True):
        assert after is before or before.id in moved


def test_a_rule_that_speaks_of_neither_side_stays():
    for effect in (
        {"points": {"transfer": 3}},
        {"graded": {"fact": "data.rows", "scale": "log", "at": [10, 10**7], "points": {"transfer": [3, 0]}}},
    ):
        rules = one_rule("of-another", **effect)
        found = points.refit(cases_of(results(30, 10)), rules, 2.0)
        assert found.book.rules[0] is rules.rules[0]
        assert found.changes == ()


def test_only_the_two_sides_move_and_by_the_same_amount():
    found = points.refit(cases_of(results(30, 10)), load_rules().rule_book(), 2.0)
    by_place = {}
    for change in found.changes:
        by_place.setdefault((change.rule, change.knot), {})[change.approach] = change.after - change.before
    for shifts in by_place.values():
        assert set(shifts) <= {"classical", "deep"}
        assert sum(shifts.values()) == pytest.approx(0, abs=0.011)


def test_of_a_graded_rule_the_knots_beside_the_value_move_and_no_other():
    graded = {"fact": "data.rows", "scale": "log", "at": [10, 1000, 100_000, 10**7], "points": {"deep": [-3, 0, 0, 3]}}
    rules = one_rule("rows", graded=graded)
    found = points.refit(cases_of(results(40, 10, rows=10_000)), rules, 5.0)
    moved = {change.knot: change.after for change in found.changes if change.approach == "deep"}
    assert set(moved) == {1000, 100_000}
    assert moved[1000] == pytest.approx(moved[100_000], abs=0.011)


def test_knots_and_their_shares_give_the_points():
    graded = Graded("data.rows", True, (10.0, 1000.0), ((0, 1, 2, 3, 4), (4, 3, 2, 1, 0)))
    for value in (1, 10, 55, 1000, 10**6):
        shares = graded.knots({"data.rows": value})
        mixed = sum(np.array(graded.points[knot]) * share for knot, share in shares)
        assert mixed == pytest.approx(graded({"data.rows": value}))
    assert graded.knots({}) == []


def test_the_chance_is_that_of_the_engine_with_these_two_approaches_alone():
    rules = replace(lone_rule(), temperature=1.4)
    for better, sides in (("deep", ("classical", "deep")), ("transfer", ("hybrid", "transfer"))):
        raw = table(f"classification,tabular,{better},{sides[0]}", header="task,data.structure,better,against")
        case = cases_of(raw)[0]
        scored = score(rules, case.facts)
        others = [place for place, name in enumerate(APPROACHES) if name not in sides]
        expected = probabilities(scored.points, others, rules.temperature)[APPROACHES.index(sides[1])]
        assert points.chances([case], rules) == pytest.approx([expected])


def test_the_overlay_loads_and_moves_the_answer_towards_what_won(tmp_path):
    library = load_rules()
    profile = read_profile(b"task: classification\ndata: {structure: tabular, rows: 5000}", "p.yaml")

    def deep(folders=()):
        rows = recommend(profile, load_knowledge(folders)).approaches
        return next(row.probability for row in rows if row.id == "deep")

    for name, won, lost in (("up", 60, 10), ("down", 3, 67)):
        found = calibrate(cases_of(results(won, lost)), "r.csv", library, sd=3.0)
        for path, text in found.files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text, "utf-8")
    assert deep([tmp_path / "down"]) < deep() < deep([tmp_path / "up"])
