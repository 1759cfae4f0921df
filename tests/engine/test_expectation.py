"""The probabilities are those expected over what a profile leaves unknown: checked draw by draw, and from outside."""

import pytest
from hypothesis import Phase, given, settings

from advisor.engine.approaches import Approach, points_behind, probabilities
from advisor.engine.library import bundled_examples
from advisor.engine.scoring import hashable
from advisor.engine.sensitivity.expectation import DRAWS, GROUP_WEIGHT_SIGMA, _normal_quantile, _places, _weights
from advisor.profile.reader import read_profile
from tests.bounds import examples, share_of
from tests.engine.support import ask, expected_score, profiles

THIN = {"task": "classification", "data.structure": "text"}
# Where an answer is called near-certain, and what the finite number of draws may be off.
NEAR_CERTAIN, TOLERANCE = 0.95, 0.05


def from_scratch(values):
    """Return the mean probabilities with every group asked again in every draw, nothing remembered."""
    asked = ask(values)
    values = hashable(values)
    facts = asked.derive(values)
    expectation = asked.expectation(facts)
    rules = expectation.rules
    drawn = list(expectation._drawn(values, expectation.unknown(values, facts)))
    always = set(asked.score(values).excluded)
    totals = [[0.0] * len(Approach) for _ in drawn]
    for name, group in zip(rules.names, rules.groups, strict=True):
        vectors = [group(found) for found in drawn]
        means = [sum(column) / DRAWS for column in zip(*vectors, strict=True)]
        for total, vector, weight in zip(totals, vectors, _weights(name), strict=True):
            for place, (points, mean, stated) in enumerate(zip(vector, means, group(facts), strict=True)):
                total[place] += weight * (stated + points - mean)
    rows = [
        probabilities(total, always | rules.excluded(found), rules.temperature)
        for total, found in zip(totals, drawn, strict=True)
    ]
    level = [(place not in always) / (len(Approach) - len(always)) for place in Approach]
    return [sum(column) / DRAWS for column in zip(*[row if any(row) else level for row in rows], strict=True)]


@given(profiles())
@settings(examples(40), phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_what_is_remembered_changes_nothing(values):
    scored = expected_score(values)
    if scored.stability:
        assert scored.probabilities == pytest.approx(from_scratch(values), abs=1e-9)


def test_a_profile_that_differs_in_one_field_is_not_mistaken_for_another():
    """One after another, they share what the first one left behind."""
    rows = {"data.rows": 900, "data.labelled": 900}
    for more in ({}, {"data.labelled": 30}, {"deployment.target": "edge-gpu"}, {"data.minority_share": 0.01}):
        for values in (THIN | rows, THIN | rows | more):
            assert expected_score(values).probabilities == pytest.approx(from_scratch(values), abs=1e-9)


@given(profiles())
@examples(40)
def test_probabilities_sum_to_one_and_nothing_excluded_has_any(values):
    scored = expected_score(values)
    if scored.approach is not None:
        assert sum(scored.probabilities) == pytest.approx(1)
        assert all(scored.probabilities[approach] == 0 for approach in scored.excluded)


@pytest.mark.parametrize(
    "values",
    [read_profile(path.read_bytes(), path.name).values for path in share_of(bundled_examples())],
    ids=lambda values: values.get("name"),
)
def test_no_answer_of_an_example_is_near_certain_that_one_likely_value_turns(values):
    check_near_certain(values)


@given(profiles(most_fields=12))
@settings(examples(60), phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_no_answer_is_near_certain_that_one_likely_value_turns(values):
    check_near_certain(values)


def check_near_certain(values):
    scored = expected_score(values)
    if scored.approach is None or not scored.stability or scored.probabilities[scored.approach] < NEAR_CERTAIN:
        return
    asked = ask(values)
    facts = asked.derive(hashable(values))
    for field, options in asked.expectation(facts).unknown(hashable(values), facts):
        turning = [
            share
            for value, share in options
            if value is not None
            and expected_score({**values, field.path: value}).approach not in (scored.approach, None)
        ]
        assert sum(turning) / 2 <= 1 - NEAR_CERTAIN + TOLERANCE, f"{field.path} turns {scored.approach.id}"


def test_a_thin_profile_is_less_sure_than_its_points():
    scored = expected_score(THIN)
    assert max(scored.probabilities) < max(probabilities(scored.points, scored.excluded)) - 0.05


def test_draws_take_one_number_from_each_part_of_the_range():
    places = _places("data.rows")
    assert sorted(places) == [(part + 0.5) / DRAWS for part in range(DRAWS)]
    assert places != _places("data.classes")
    assert _normal_quantile(0.975) == pytest.approx(1.959964, abs=1e-6)
    assert sorted(_weights("team"))[DRAWS // 2] == pytest.approx(1, abs=GROUP_WEIGHT_SIGMA / 10)


def test_points_behind_probabilities_lead_back_to_them():
    chances = (0.1, 0.4, 0.05, 0.25, 0.2)
    assert probabilities(points_behind(chances, 1.7), (), 1.7) == pytest.approx(chances)
