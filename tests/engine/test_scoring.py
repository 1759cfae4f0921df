"""Scoring: exact sums, caps, priorities, and what must not make a difference."""

import random
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.approaches import APPROACHES, ZERO
from advisor.engine.conditions import ALWAYS, compile_condition
from advisor.engine.rule_parser import parse_rule
from advisor.engine.rulebook import Group, Rule, RuleBook
from advisor.engine.scoring import Measured, RulesInPlay, Variation, score
from advisor.profile.facts import derive_facts
from advisor.profile.fields import CRITERIA
from tests.bounds import examples
from tests.engine.support import ask, changes, knowledge, profiles, score_values, valid

THOUSANDTH = 0.001


def thousandths(points):
    numbers = [value * 1000 for value in points]
    assert all(abs(number - round(number)) < 1e-6 for number in numbers), f"{points} are no thousandths"
    return [round(number) for number in numbers]


def in_play(asked, facts, found=None):
    return RulesInPlay(asked.book, facts, asked.unfit, asked.unfit_facts, found)


def by_group(scored):
    groups = defaultdict(list)
    for contribution in scored.contributions:
        groups[contribution.rule.group].append(contribution)
    return groups


def columns(vectors):
    return [sum(column) for column in zip(*vectors, strict=True)]


def spread(vector):
    return max(vector) - min(vector)


def factor_of(values, criterion):
    return 1.0 if criterion == "success" else values.get(f"priorities.{criterion}", 3) / 3


# -- sums, caps and priorities on the bundled rules -------------------------------------------------------


@given(profiles())
@examples(150)
def test_contributions_sum_exactly_to_the_points(values):
    scored = score_values(values)
    parts = [thousandths(contribution.points) for contribution in scored.contributions]
    assert thousandths(scored.points) == columns([[0] * 5, *parts])


@given(profiles())
@examples(150)
def test_no_group_spreads_further_than_its_cap_times_the_priority(values):
    groups = knowledge().book.groups
    for name, members in by_group(score_values(values)).items():
        allowed = groups[name].cap * factor_of(values, groups[name].criterion)
        # Each member is rounded to a thousandth by itself.
        assert spread(columns(item.points for item in members)) <= allowed + THOUSANDTH * len(members)


@given(profiles())
@examples(150)
def test_contributions_are_the_centred_points_by_one_factor_per_group(values):
    groups = knowledge().book.groups
    for name, members in by_group(score_values(values)).items():
        wide = spread(columns(item.raw for item in members))
        factor = factor_of(values, groups[name].criterion) * min(1.0, groups[name].cap / wide if wide else 1.0)
        for item in members:
            centred = [value - sum(item.raw) / 5 for value in item.raw]
            expected = [value * factor for value in centred]
            assert item.points == pytest.approx(expected, abs=THOUSANDTH / 2 + 1e-9)


@given(profiles())
@examples(150)
def test_every_rule_either_contributes_or_is_undecided_or_does_not_hold(values):
    facts = derive_facts(values)
    scored = score_values(values)
    contributing = {item.rule.id for item in scored.contributions}
    undecided = {rule.id for rule in scored.undecided}
    assert not contributing & undecided
    for rule in knowledge().book.rules:
        truth = rule.test(facts)
        if rule.scores:
            vector = rule.vector(facts) if truth else None
            assert (rule.id in contributing) == (vector is not None)
            assert (rule.id in undecided) == (truth is not False and vector is None)
        elif rule.excludes:
            assert (rule.id in undecided) == (truth is None)


@given(profiles())
@examples(100)
def test_no_rule_that_holds_is_overlooked(values):
    facts = derive_facts(values)
    relevant = knowledge().book.relevant(facts)
    looked_at = {rule.id for rule in (*relevant.scoring, *relevant.limits, *relevant.suggesting)}
    assert {rule.id for rule in knowledge().book.rules if rule.test(facts) is not False} <= looked_at


@given(profiles())
@examples(100)
def test_every_limit_that_holds_and_that_no_model_meets_excludes(values):
    facts = derive_facts(values)
    unfit, scored = ask(values).unfit(facts), score_values(values)
    for rule in knowledge().book.rules:
        if rule.test(facts) is True and (rule.excludes or rule.limit):
            hit = {APPROACHES.index(name) for name in rule.excludes} | set(unfit.get(rule.limit, ()))
            assert hit == {index for index, names in scored.excluded.items() if rule.id in names}


@given(profiles(), st.data())
@examples(100)
def test_priorities_never_touch_success(values, data):
    plain = {name: value for name, value in values.items() if not name.startswith("priorities.")}
    chosen = {f"priorities.{name}": data.draw(st.integers(0, 5)) for name in CRITERIA}
    before, after = by_group(score_values(plain)), by_group(score_values(plain | chosen))
    groups = knowledge().book.groups
    assert before.keys() == after.keys()
    for name in before:
        if groups[name].criterion == "success":
            assert before[name] == after[name]


@given(profiles(), st.sampled_from(CRITERIA), st.sampled_from([0, 0.5, 1, 2, 4, 5]))
@examples(150)
def test_a_priority_scales_the_rules_of_its_criterion_and_no_others(values, criterion, priority):
    field = f"priorities.{criterion}"
    before = by_group(score_values(values | {field: 3}))
    after = by_group(score_values(values | {field: priority}))
    for name in before:
        scale = priority / 3 if knowledge().book.groups[name].criterion == criterion else 1
        for one, other in zip(before[name], after[name], strict=True):
            assert other.rule is one.rule
            expected = [value * scale for value in one.points]
            # Both sides are rounded, and the scale stretches the rounding of one of them.
            assert other.points == pytest.approx(expected, abs=THOUSANDTH * (0.5 + 0.5 * scale) + 1e-9)


def test_a_priority_left_out_counts_three():
    values = {"task": "classification", "data.structure": "tabular", "data.rows": 5000}
    stated = values | {f"priorities.{name}": 3 for name in CRITERIA}
    assert score_values(values).points == score_values(stated).points
    assert by_group(score_values(values)).keys() & {"money", "energy-use"}


# -- a small book of one's own -----------------------------------------------------------------------------


GROUPS = {
    "labels": Group("labels", "Labels", "success", 10),
    "money": Group("money", "Money", "cost", 6),
}


def rule(name, points, group="labels"):
    data = {
        "id": name,
        "title": name,
        "criterion": GROUPS[group].criterion,
        "group": group,
        "when": {"fact": "data.structure", "is": "tabular"},
        "points": points,
        "because": "So.",
        "exceptions": "None.",
        "evidence": [{"source": "judgement", "claim": "So."}],
        "tests": {"fires": [{"data.structure": "tabular"}], "silent": [{"data.structure": "text"}]},
    }
    return parse_rule(data, GROUPS, name)


FACTS = {"task": "classification", "data.structure": "tabular"}


def points_of(*rules, **facts):
    scored = score(RuleBook(rules, GROUPS, "0"), FACTS | facts)
    return dict(zip(APPROACHES, scored.points, strict=True))


def test_points_below_the_cap_are_only_centred():
    found = points_of(rule("one", {"classical": 5}))
    assert found == {"none": -1, "classical": 4, "hybrid": -1, "transfer": -1, "deep": -1}


def test_points_beyond_the_cap_are_shrunk_to_it_and_shared_out_in_proportion():
    book = RuleBook((rule("a", {"classical": 5}), rule("b", {"classical": 15})), GROUPS, "0")
    one, other = score(book, FACTS).contributions
    assert spread(one.points) + spread(other.points) == pytest.approx(10)
    assert spread(other.points) == pytest.approx(3 * spread(one.points))
    assert one.raw == (0, 5, 0, 0, 0)


def test_opposite_rules_of_a_group_cancel_before_the_cap():
    found = points_of(rule("a", {"classical": 60}), rule("b", {"classical": -55}))
    assert found["classical"] - found["none"] == pytest.approx(5, abs=2 * THOUSANDTH)


def test_groups_are_capped_one_by_one():
    found = points_of(rule("a", {"classical": 60}), rule("b", {"classical": 60}, "money"))
    assert found["classical"] - found["none"] == pytest.approx(10 + 6, abs=4 * THOUSANDTH)


def test_a_priority_works_after_the_cap():
    found = points_of(rule("b", {"classical": 60}, "money"), **{"priorities.cost": 5})
    assert found["classical"] - found["none"] == pytest.approx(10, abs=4 * THOUSANDTH)
    found = points_of(rule("b", {"classical": 60}, "money"), **{"priorities.cost": 0})
    assert set(found.values()) == {0}


def test_without_rules_all_five_start_level():
    assert set(points_of().values()) == {0}


# -- what makes no difference --------------------------------------------------------------------------------


@given(profiles(), st.sampled_from(sorted(knowledge().book.groups)), st.sampled_from([0.0, 5.0, -17.0]))
@examples(60)
def test_a_rule_that_gives_all_approaches_the_same_changes_nothing(values, group, points):
    book = knowledge().book
    idle = replace(rule("idle", {"deep": 1}), group=group, points=(points,) * 5, when=ALWAYS)
    idle = replace(idle, test=compile_condition(ALWAYS))
    fuller = RuleBook((*book.rules, idle), book.groups, book.sha256)
    before, after = score_values(values), score_values(values, fuller)
    assert before.points == after.points
    assert before.probabilities == after.probabilities
    assert next(item.points for item in after.contributions if item.rule is idle) == ZERO


@given(profiles(), st.integers(0, 2**32))
@examples(80)
def test_the_order_of_the_rules_changes_nothing(values, seed):
    book = knowledge().book
    rules = list(book.rules)
    random.Random(seed).shuffle(rules)
    before, after = score_values(values), score_values(values, RuleBook(tuple(rules), book.groups, ""))
    # The order of a sum can move its last bit, and that a thousandth that lies on the edge.
    for one, other in zip(before.points, after.points, strict=True):
        assert abs(one - other) <= 2 * THOUSANDTH
    assert {index: set(found) for index, found in before.excluded.items()} == {
        index: set(found) for index, found in after.excluded.items()
    }
    assert before.probabilities == pytest.approx(after.probabilities, abs=1e-3)


@given(profiles(), st.integers(0, 2**32))
@examples(80)
def test_the_order_of_the_profile_changes_nothing(values, seed):
    names = list(values)
    random.Random(seed).shuffle(names)
    asked = ask(values)
    outcomes = []
    for order in (list(values), names):
        facts = derive_facts({name: values[name] for name in order})
        outcomes.append(score(asked.book, facts, asked.unfit(facts)))
    assert outcomes[0] == outcomes[1]


@given(profiles())
@examples(80)
def test_names_and_descriptions_change_nothing(values):
    spoken = values | {"name": "deep", "description": "We want a network.", "version": 1}
    assert score_values(spoken) == score_values(values)


@given(profiles())
@examples(100)
def test_excluded_approaches_have_no_probability_and_name_their_rules(values):
    scored = score_values(values)
    rules = {rule.id: rule for rule in knowledge().book.rules}
    for index in range(5):
        assert (scored.probabilities[index] == 0) == (index in scored.excluded)
    for names in scored.excluded.values():
        assert names
        assert all(rules[name].excludes or rules[name].limit for name in names)
    assert sum(scored.probabilities) == pytest.approx(0 if len(scored.excluded) == 5 else 1)
    assert (scored.approach is None) == (len(scored.excluded) == 5)


# -- variations ----------------------------------------------------------------------------------------------


def facts_of(values):
    """Return facts that can be remembered: tuples for lists."""
    return derive_facts({name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def differing(before, after):
    names = [name for name in {*before, *after} if before.get(name, ...) != after.get(name, ...)]
    return tuple(sorted(names))


@given(profiles(), changes())
@examples(250)
def test_a_variation_equals_a_score_from_scratch(values, changed):
    asked = ask(values)
    other = valid(values | changed)
    facts, varied = facts_of(values), facts_of(other)
    variation = Variation(in_play(asked, facts), facts)
    expected = score(asked.book, varied, asked.unfit(varied)).probabilities
    # From scratch, contributions are rounded to thousandths of a point; the variation is not.
    assert variation.chances(varied, differing(facts, varied)) == pytest.approx(expected, abs=1e-3)


@given(profiles(), st.lists(changes(), min_size=2, max_size=4))
@examples(60)
def test_a_variation_remembers_nothing_of_earlier_changes(values, steps):
    asked = ask(values)
    facts = facts_of(values)
    used = Variation(in_play(asked, facts), facts)
    for changed in steps:
        varied = facts_of(valid(values | changed))
        fresh = Variation(in_play(asked, facts), facts)
        names = differing(facts, varied)
        assert used.chances(varied, names) == fresh.chances(varied, names)
    unchanged = score(asked.book, facts, asked.unfit(facts)).probabilities
    assert used.chances(facts, ()) == pytest.approx(unchanged, abs=1e-3)


@given(profiles(), st.data())
@examples(60)
def test_forgetting_a_field_equals_a_score_from_scratch(values, data):
    known = [name for name in values if name not in ("task", "data.structure")]
    lost = data.draw(st.sampled_from(known)) if known else None
    other = valid({name: value for name, value in values.items() if name != lost})
    asked = ask(values)
    facts, varied = facts_of(values), facts_of(other)
    variation = Variation(in_play(asked, facts), facts)
    expected = score(asked.book, varied, asked.unfit(varied)).probabilities
    assert variation.chances(varied, differing(facts, varied)) == pytest.approx(expected, abs=1e-3)


# -- measured differences ------------------------------------------------------------------------------------

CLASSICAL, HYBRID, DEEP = (APPROACHES.index(name) for name in ("classical", "hybrid", "deep"))


def measured(**ahead):
    rule = Rule("measured", "Measured", "success", "measurement", ALWAYS, "because", "", ())
    return Measured(
        rule, CLASSICAL, {APPROACHES.index(name): points for name, points in {"classical": 0, **ahead}.items()}
    )


@st.composite
def measurements(draw):
    names = draw(st.sets(st.sampled_from(["none", "hybrid", "deep"]), min_size=1))
    return measured(**{name: draw(st.floats(-20, 20)) for name in sorted(names)})


@given(profiles(), measurements())
@examples(60)
def test_a_measurement_replaces_success_between_what_was_measured_and_nothing_else(values, found):
    asked = ask(values)
    facts = facts_of(values)
    unfit = asked.unfit(facts)
    before, after = score(asked.book, facts, unfit), score(asked.book, facts, unfit, found)
    groups = asked.book.groups
    lead = {}
    for name, scored in (("before", before), ("after", after)):
        rows = [row for row in scored.contributions if row.rule.id != "measured"]
        replaceable = [row.points for row in rows if groups[row.rule.group].measured]
        others = [row.points for row in rows if not groups[row.rule.group].measured]
        lead[name] = [
            [sum(points[index] - points[CLASSICAL] for points in part) for index in range(5)]
            for part in (replaceable, others)
        ]
    for index in range(5):
        expected = 0 if index in found.ahead else lead["before"][0][index]
        assert lead["after"][0][index] == pytest.approx(expected, abs=0.05)  # contributions carry thousandths
        assert lead["after"][1][index] == pytest.approx(lead["before"][1][index])
    assert after.excluded == before.excluded
    for index, points in enumerate(after.points):
        assert sum(row.points[index] for row in after.contributions) == pytest.approx(points, abs=1e-9)


@given(profiles(), changes(), measurements())
@examples(60)
def test_a_variation_with_a_measurement_equals_a_score_from_scratch(values, changed, found):
    asked = ask(values)
    facts, varied = facts_of(values), facts_of(valid(values | changed))
    variation = Variation(in_play(asked, facts, found), facts)
    expected = score(asked.book, varied, asked.unfit(varied), found).probabilities
    assert variation.chances(varied, differing(facts, varied)) == pytest.approx(expected, abs=2e-3)


def test_the_measured_points_are_those_over_the_reference():
    points = measured(deep=12.0, hybrid=-3.0).points
    assert sum(points) == pytest.approx(0)
    assert (points[DEEP] - points[CLASSICAL], points[HYBRID] - points[CLASSICAL]) == pytest.approx((12.0, -3.0))
