"""Why two answers differ: exact sums, fields, limits, and results of other rules."""

import pytest
from hypothesis import given

from advisor.advice.confirmation.confirm import confirm
from advisor.advice.recommend import recommend
from advisor.advice.what_if.difference import difference
from advisor.profile.reader import profile_from_values
from advisor.render import View, render
from tests.bounds import examples
from tests.engine.support import changes, knowledge, profiles, valid
from tests.render.baseline_samples import SAMPLES, network_win

TEXT = {"task": "classification", "data.structure": "text", "data.labelled": 500}


def answer(values):
    return recommend(profile_from_values(values), knowledge())


def thousandths(value):
    assert value * 1000 == pytest.approx(round(value * 1000), abs=1e-6)
    return round(value * 1000)


@given(profiles(most_fields=12), changes())
@examples(25)
def test_what_the_rules_change_adds_up_to_the_change_of_the_lead(values, changed):
    before, after = answer(values), answer(valid({**values, **changed}))
    found = difference(before, after)
    assert (found.before.approach, found.after.approach) == (before.approach, after.approach)
    if found.lead is None:
        assert before.approach is None or after.approach is None
        return
    lead = found.lead
    assert lead.remainder == 0
    assert sum(thousandths(rule.change) for rule in found.rules) == thousandths(lead.change)
    assert thousandths(lead.after) - thousandths(lead.before) == thousandths(lead.change)
    for side, result in (("before", before), ("after", after)):
        points = {row.id: row.points for row in result.approaches}
        assert getattr(lead, side) == pytest.approx(points[lead.of] - points[lead.over], abs=1e-9)


@pytest.mark.slow
@given(profiles(most_fields=12), changes())
@examples(15)
def test_the_way_back_is_the_way_there_with_the_other_sign(values, changed):
    before, after = answer(values), answer(valid({**values, **changed}))
    there, back = difference(before, after), difference(after, before)
    assert [(row.field, row.before, row.after) for row in there.fields] == [
        (row.field, row.after, row.before) for row in back.fields
    ]
    assert {(row.approach, row.rule, row.appeared) for row in there.limits} == {
        (row.approach, row.rule, not row.appeared) for row in back.limits
    }
    if there.approach_differs and there.lead:
        # new and old change places, so that the lead keeps the sign of its change
        assert {row.rule: row.change for row in there.rules} == {row.rule: row.change for row in back.rules}


def test_equal_results_differ_in_nothing():
    found = difference(answer(TEXT), answer({**TEXT, "name": "another name", "description": "other words"}))
    assert (found.fields, found.rules, found.limits) == ((), (), ())
    assert not found.approach_differs
    assert not found.rules_differ
    assert found.lead.change == 0
    assert found.lead.of == found.after.approach


def test_a_rule_that_counts_on_one_side_only_is_told():
    found = difference(answer(TEXT), answer({**TEXT, "deployment.accelerator": False}))
    assert [(row.field, row.before, row.after) for row in found.fields] == [("deployment.accelerator", None, False)]
    row = next(row for row in found.rules if row.rule == "no-accelerator-when-serving")
    assert (row.counted, row.before) == ("after", 0)
    assert row.change == row.after != 0


def test_a_limit_that_appears_is_decisive_where_it_takes_the_answer_away():
    found = difference(answer(TEXT), answer({**TEXT, "deployment.pretrained_weights": False}))
    assert found.before.approach == "transfer"
    lost = [row for row in found.limits if row.approach == "transfer"]
    assert [(row.rule, row.appeared, row.decisive) for row in lost] == [
        ("no-model-without-foreign-weights", True, True),
        ("third-party-weights-forbidden", True, True),
    ]


def test_without_an_answer_there_is_no_lead():
    image = {**TEXT, "data.structure": "image", "data.domain_features": False, "data.known_rule": False}
    found = difference(answer(image), answer({**image, "interpretability.need": "intrinsic"}))
    assert (found.after.approach, found.after.verdict, found.lead, found.rules) == (None, "infeasible", None, ())
    assert {row.approach for row in found.limits if row.decisive} >= {"transfer"}
    assert all(row.appeared for row in found.limits)


def test_results_of_other_rules_and_fields_of_other_versions_are_compared():
    before = answer(TEXT)
    profile = {**before.profile, "data": {**before.profile["data"], "colour": "red"}}
    other = before._replace(
        rules={**before.rules, "sha256": "0" * 64, "version": "1999"}, profile=profile, reasons=before.reasons[1:]
    )
    found = difference(other, before)
    assert found.rules_differ
    assert found.before.rules_version == "1999"
    assert found.fields[-1] == ("data.colour", "red", None)
    # a reason that is missing in one result while its points are counted is not passed off as a rule's doing
    assert found.lead.remainder == pytest.approx(-sum(row.change for row in found.rules))


def test_what_was_measured_is_told_beside_the_answer():
    before = answer(TEXT)
    after = before._replace(baseline=SAMPLES["equal"](), confirmation="confirmed")
    found = difference(before, after)
    assert (found.before.measured, found.before.confirmation) == (None, None)
    assert (found.after.measured, found.after.confirmation) == ("equal", "confirmed")
    shown = render("comparison", "text", found, View())
    assert "Measured: nothing for the first, equal (confirmed) for the second." in shown


def test_a_measurement_that_changes_the_answer_is_among_the_rules():
    prices = {"task": "regression", "data.structure": "tabular", "data.rows": 7043, "data.labelled": 7043}
    before = answer(prices)
    after = confirm(profile_from_values(prices), knowledge(), network_win())
    found = difference(before, after)
    assert found.approach_differs
    assert (found.fields, found.rules_differ, found.lead.remainder) == ((), False, 0)
    assert found.rules[0].counted == "after"
    assert found.rules[0].rule not in {row.rule for row in before.reasons}
    assert sum(thousandths(row.change) for row in found.rules) == thousandths(found.lead.change)
    shown = render("comparison", "text", found, View())
    assert "Measured: nothing for the first, dl (contradicted) for the second." in " ".join(shown.split())
