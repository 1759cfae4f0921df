"""How the answer moves along a field: the same as scoring each profile, changes found between the values too."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.advice.confirmation.confirm import confirm, measured_knowledge
from advisor.advice.recommend import recommend
from advisor.advice.what_if.sweep import LEAST_MOVE, numeric_sweeps, sweep
from advisor.advice.what_if.sweep_values import default_values, scale_of, spaced
from advisor.engine.approaches import APPROACHES
from advisor.profile.fields import FIELD, FIELDS, Kind
from advisor.profile.reader import is_valid, profile_from_values
from advisor.profile.values import checked
from tests.bounds import examples
from tests.engine.support import FREE_FIELDS, expected_score, knowledge, name_of, profiles, value_of
from tests.render.baseline_samples import network_win

TEXT = {"task": "classification", "data.structure": "text"}
TABLE = {"task": "classification", "data.structure": "tabular", "data.rows": 5000, "data.labelled": 5000}
SWEEPABLE = [path for path in FREE_FIELDS if path != "version"]
NUMERIC = [path for path in SWEEPABLE if FIELD[path].numeric]


def swept(values, field, over):
    return sweep(profile_from_values(values), field, over, knowledge())


@st.composite
def lines(draw, fields=SWEEPABLE):
    """Draw a profile, a field and values that the field may take."""
    values = draw(profiles(most_fields=12))
    path = draw(st.sampled_from(fields))
    over = draw(st.lists(value_of(FIELD[path]), min_size=1, max_size=6))
    return values, path, over


@given(lines())
@examples(60)
def test_each_point_is_what_scoring_that_profile_gives(line):
    values, path, over = line
    found = swept(values, path, over)
    assert (found.field, found.current.value) == (path, values.get(path))
    assert found.current.approach == name_of(expected_score(values))
    expected = []
    for value in over:
        held = checked(FIELD[path], value)
        if held not in expected:
            expected.append(held)
    assert [point.value for point in found.points] == (sorted(expected) if FIELD[path].numeric else expected)
    for point in found.points:
        changed = {**values, path: point.value}
        assert bool(point.problem) == (not is_valid(changed))
        if point.problem:
            assert (point.approach, point.verdict, point.probabilities) == (None, None, {})
            continue
        scored = expected_score(changed)
        assert point.approach == name_of(scored)
        assert point.probabilities == dict(zip(APPROACHES, scored.probabilities, strict=True))


@given(lines(NUMERIC))
@examples(40)
def test_changes_lead_from_each_answer_to_the_next(line):
    values, path, over = line
    found = swept(values, path, over)
    valid = [point for point in found.points if not point.problem]
    for point, later in pairwise(valid):
        between = [change for change in found.changes if point.value <= change.low < change.high <= later.value]
        chain = [point.approach, *(change.after for change in between)]
        assert [change.before for change in between] == chain[:-1]
        assert chain[-1] == later.approach
    for change in found.changes:
        assert change.before != change.after
        for value, approach in ((change.low, change.before), (change.high, change.after)):
            assert is_valid({**values, path: value})
            assert name_of(expected_score({**values, path: value})) == approach
        for first, second in pairwise(found.changes):
            assert first.high <= second.low


@given(lines(NUMERIC))
@examples(40)
def test_what_the_rules_change_adds_up_to_the_change_of_the_lead(line):
    for change in swept(*line).changes:
        if change.lead is None:
            assert None in (change.before, change.after)
            continue
        assert sum(round(rule.change * 1000) for rule in change.rules) == round(change.lead.change * 1000)
        assert (change.lead.of, change.lead.over) == (change.after, change.before)
        assert change.between[0] <= change.low < change.high <= change.between[1]


@pytest.mark.slow
def test_the_verdict_of_a_point_is_that_of_the_recommendation():
    for point in swept(TEXT, "data.labelled", [300, 14_000, 15_000, 1_000_000]).points:
        assert (
            point.verdict == recommend(profile_from_values({**TEXT, "data.labelled": point.value}), knowledge()).verdict
        )


def test_a_change_between_two_values_is_narrowed_to_two_digits():
    (change,) = swept(TEXT, "data.labelled", [100, 1_000_000]).changes
    assert (change.low, change.high, change.before, change.after) == (1900, 2000, "transfer", "classical")
    assert change.between == (100, 1_000_000)
    assert change.rules[0].rule == "amount-of-text"


def test_an_answer_in_the_midst_of_a_step_is_found():
    """A threshold of a rule between two values is looked at, whatever the answers at either end."""
    sound = {**TEXT, "data.structure": "audio", "data.classes": 2}
    changes = swept(sound, "data.labelled", [20, 10**8]).changes
    assert [(change.before, change.after) for change in changes] == [("hybrid", "transfer"), ("transfer", "deep")]


def test_a_limit_that_decides_is_named():
    image = {**TEXT, "data.structure": "image", "data.labelled": 500, "data.known_rule": False}
    change = swept(image, "latency.p95_ms", [0.0001, 10_000]).changes[0]
    assert (change.before, change.lead, change.rules) == (None, None, ())
    assert {limit.rule for limit in change.limits if limit.decisive} == {"no-model-is-quick-enough"}


def test_contradictory_values_are_told_and_changes_are_sought_beside_them():
    found = swept(TABLE, "data.labelled", [1000, 5000, 6000])
    assert [bool(point.problem) for point in found.points] == [False, False, True]
    assert "data.rows has only 5000" in found.points[-1].problem


def test_task_and_structure_are_swept_with_their_own_rules_and_models():
    found = swept(TABLE, "data.structure", ["tabular", "image"])
    for point in found.points:
        assert point.approach == name_of(expected_score({**TABLE, "data.structure": point.value}))
    assert (found.scale, found.changes) == ("choice", ())


def test_all_faults_are_told_at_once():
    with pytest.raises(ValueError, match=r"unknown field data\.labeled; did you mean 'data\.labelled'"):
        swept(TABLE, "data.labeled", [1])
    with pytest.raises(ValueError, match="name has no influence"):
        swept(TABLE, "name", ["a"])
    with pytest.raises(ValueError, match=r"-1 is outside 0 to 1e15.*\n.*1.5") as caught:
        swept(TABLE, "data.labelled", [-1, 1.5, 7])
    assert len(str(caught.value).splitlines()) == 2
    with pytest.raises(ValueError, match="no values"):
        swept(TABLE, "data.labelled", [])


@pytest.mark.parametrize("path", SWEEPABLE)
def test_default_values_are_valid_and_sorted(path):
    field = FIELD[path]
    some = field.choices[0] if not field.numeric else 0.2 if field.kind is Kind.SHARE else 2
    for values in (TEXT, TABLE, {**TEXT, path: some}):
        found = default_values(field, values)
        assert len(found) > 1
        assert [checked(field, value) for value in found] == list(found)
        if field.numeric:
            assert list(found) == sorted(set(found))
            assert values.get(path, found[0]) in found
            assert all(is_valid({**values, path: value}) for value in found)


def test_default_values_stop_where_other_fields_do():
    labelled = default_values(FIELD["data.labelled"], {**TABLE, "data.labelled": 4000})
    assert (labelled[0], labelled[-1]) == (40, 5000)
    assert default_values(FIELD["data.minority_share"], {**TABLE, "data.classes": 4})[-1] <= 0.25


@given(
    st.sampled_from([path for path in NUMERIC if scale_of(FIELD[path]) == "log"]),
    st.floats(0, 1e9),
    st.floats(1.01, 1e6),
    st.integers(2, 60),
)
@examples(100)
def test_a_range_keeps_its_ends_and_its_steps(path, low, ratio, steps):
    field = FIELD[path]
    low = max(low, field.minimum)
    high = min(max(low, 1) * ratio, field.maximum)
    if field.kind is Kind.COUNT:
        low, high = round(low), round(high)
    if low < high:
        found = spaced(field, low, high, steps)
        assert (found[0], found[-1]) == (low, high)
        assert list(found) == sorted(set(found))
        assert len(found) <= steps + 1
        assert [checked(field, value) for value in found] == list(found)


def test_numeric_sweeps_hold_the_given_numbers_that_matter():
    values = {**TABLE, "data.features": 20, "latency.p95_ms": 1e6, "priorities.energy": 3}
    found = numeric_sweeps(profile_from_values(values), knowledge())
    order = [field.path for field in FIELDS]
    assert [line.field for line in found] == sorted((line.field for line in found), key=order.index)
    assert "data.labelled" in {line.field for line in found}
    for line in found:
        assert line.current.value == values[line.field]
        columns = zip(*[point.probabilities.values() for point in line.points], strict=True)
        assert any(max(column) - min(column) >= LEAST_MOVE / 2 for column in columns)


@pytest.mark.slow
def test_sweeps_after_a_measurement_are_those_of_the_answer_after_it():
    prices = profile_from_values(
        {**TABLE, "task": "regression", "data.rows": 7043, "data.labelled": 7043, "data.features": 19}
    )
    answer = confirm(prices, knowledge(), network_win())
    assert answer.approach != answer.prior.approach
    found = numeric_sweeps(prices, measured_knowledge(prices, knowledge(), network_win()))
    for line in found:
        assert line.current.approach == answer.approach
        assert line.current.probabilities[answer.approach] == answer.probability
    before = numeric_sweeps(prices, knowledge())
    assert {line.current.approach for line in before} == {answer.prior.approach}


def test_a_field_that_others_leave_one_value_has_that_one():
    nothing = {"task": "ranking", "data.structure": "tabular", "data.rows": 0, "data.labelled": 0}
    assert default_values(FIELD["data.labelled"], nothing) == (0,)
