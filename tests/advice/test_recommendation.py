"""The whole answer: what the contract promises for any profile, feasible or not."""

from functools import cache

import pytest
from hypothesis import given

from advisor.advice.knowledge import Knowledge
from advisor.advice.recommend import recommend
from advisor.advice.recommendation.candidates import fitted_models
from advisor.advice.recommendation.plan import TOPICS
from advisor.engine.approaches import APPROACHES, FAMILY
from advisor.profile.facts import derive_facts
from advisor.profile.reader import profile_from_values
from advisor.render.layout.wording import NOUNS
from tests.bounds import examples
from tests.engine.support import expected_score, knowledge, library, name_of, profiles

TABLE = {"task": "classification", "data.structure": "tabular", "data.labelled": 5000}
IMAGE = {"task": "classification", "data.structure": "image", "data.labelled": 3000}


def answer(values):
    return recommend(profile_from_values(values), knowledge())


@given(profiles())
@examples(25)
def test_the_parts_of_an_answer_agree_with_each_other(values):
    found = answer(values)
    rows = found.approaches
    assert {row.id for row in rows} == set(APPROACHES)
    assert [row.probability for row in rows] == sorted((row.probability for row in rows), reverse=True)
    assert all(row.feasible == (not row.excluded_by) for row in rows)
    assert all(row.feasible or row.probability == 0 for row in rows)
    if found.approach is None:
        empty = (found.probability, found.confidence, found.scores, found.stability, found.plan)
        assert empty == (None, None, None, None, ())
        assert found.verdict == "infeasible"
        return
    assert (found.approach, found.probability) == (rows[0].id, rows[0].probability)
    assert sum(row.probability for row in rows) == pytest.approx(1)
    for family, score in found.scores.items():
        assert score == pytest.approx(sum(row.probability for row in rows if row.family == family))


@pytest.mark.slow
@given(profiles())
@examples(25)
def test_the_verdict_is_the_family_of_the_approach_unless_another_family_is_near(values):
    found = answer(values)
    if found.approach is None:
        return
    family = FAMILY[found.approach]
    rival = max(row.probability for row in found.approaches if row.family != family)
    if abs(found.probability - rival - 0.10) > 1e-9:
        assert found.verdict == ("toss-up" if found.probability - rival < 0.10 else family)


@given(profiles())
@examples(25)
def test_confidence_follows_probability_and_lead(values):
    found = answer(values)
    if found.approach is None:
        return
    lead = found.approaches[0].probability - found.approaches[1].probability
    low = found.verdict == "toss-up" or found.probability < 0.5
    high = found.probability >= 0.8 and lead >= 0.25
    assert found.confidence == ("low" if low else "high" if high else "medium")


@given(profiles())
@examples(25)
def test_reasons_come_strongest_first_and_sum_to_the_points(values):
    found = answer(values)
    strengths = [round(max(reason.points.values()) - min(reason.points.values()), 6) for reason in found.reasons]
    assert strengths == sorted(strengths, reverse=True)
    for row in found.approaches:
        assert row.points == pytest.approx(sum(reason.points[row.id] for reason in found.reasons), abs=1e-6)
    assert all(reason.sources for reason in found.reasons)


@pytest.mark.slow
@given(profiles())
@examples(25)
def test_an_undecided_rule_names_the_unknown_fields_that_it_needs(values):
    found = answer(values)
    names = [item.rule for item in found.undecided]
    assert names == sorted(names)
    for item in found.undecided:
        assert item.needs, f"{item.rule} is undecided, but nothing that it needs is unknown"
        assert not set(item.needs) & values.keys()


@pytest.mark.slow
@given(profiles())
@examples(25)
def test_the_plan_starts_with_a_baseline_and_keeps_its_order(values):
    found = answer(values)
    topics = [TOPICS.index(step.topic) for step in found.plan]
    assert topics == sorted(topics)
    if found.plan:
        assert found.plan[0].topic == "baseline"
        assert found.plan[-1].topic == "decision"
        assert len({step.step for step in found.plan}) == len(found.plan)


@pytest.mark.slow
@given(profiles())
@examples(25)
def test_candidates_belong_to_feasible_approaches_and_the_best_approach_comes_first(values):
    found = answer(values)
    feasible = {row.id for row in found.approaches if row.feasible}
    assert {item.approach for item in found.candidates} <= feasible
    assert len({item.model for item in found.candidates}) == len(found.candidates)
    for item in found.candidates:
        assert (item.fits is False) == bool(item.violates)
        assert not item.unsure or item.fits is not True
    of_answer = [item for item in found.candidates if item.approach == found.approach]
    assert list(found.candidates[: len(of_answer)]) == of_answer
    if found.approach and not any(item.fits is not False for item in of_answer):
        assert "no-fitting-model" in {warning.id for warning in found.warnings}


@given(profiles())
@examples(150)
def test_of_the_models_of_the_answer_one_at_least_may_fit(values):
    approach = name_of(expected_score(values))
    fitted = fitted_models(derive_facts(values), knowledge().catalogue)
    of_answer = [item for item in fitted if item.model.approach == approach]
    assert not of_answer or any(item.fits is not False for item in of_answer), approach


@given(profiles())
@examples(25)
def test_the_answer_tells_the_profile_as_it_was_read(values):
    found = answer(values)
    assert found.profile == profile_from_values(values).nested()


@cache
def knowledge_for(structure):
    return Knowledge.of(library(), [structure])


@given(profiles())
@examples(40)
def test_the_part_of_the_knowledge_for_one_structure_gives_the_same_answer_as_all_of_it(values):
    profile = profile_from_values(values)
    assert recommend(profile, knowledge_for(values["data.structure"])) == recommend(profile, knowledge())


def test_when_all_is_excluded_the_limits_that_clash_are_named_with_the_smallest_relaxation():
    found = answer(IMAGE | {"latency.p95_ms": 0.01, "deployment.hosted_models": False})
    assert found.verdict == "infeasible"
    clash = next(warning for warning in found.warnings if warning.id == "limits-clash")
    assert "latency.p95_ms" in clash.fields
    assert "Smallest change that helps: latency.p95_ms from 0.01 to" in clash.message
    assert all(noun in clash.message for noun in NOUNS.values())


def test_when_a_limit_leaves_a_makeshift_only_the_limit_is_named():
    found = answer(IMAGE | {"data.labelled": 300, "deployment.pretrained_weights": False})
    makeshift = next(warning for warning in found.warnings if warning.id == "limit-leaves-makeshift")
    assert makeshift.fields == ("deployment.pretrained_weights",)


def test_unknown_labels_are_warned_about_where_they_matter():
    rows = {"task": "classification", "data.structure": "tabular", "data.rows": 5000}
    assert "labels-unknown" in {warning.id for warning in answer(rows).warnings}
    assert "labels-unknown" not in {warning.id for warning in answer(rows | {"data.labelled": 5000}).warnings}


def test_the_gain_of_a_network_on_a_table_is_told_apart_from_the_probability():
    found = answer(TABLE)
    assert 0 < found.gain.p_dl_better < 0.6
    assert found.approach == "classical"
    assert found.gain.p_dl_better != pytest.approx(found.scores["dl"], abs=1e-3)
