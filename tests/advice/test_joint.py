"""The answers at combinations of values are those of `recommend`, and one of them is the profile's own."""

import math
import random
from functools import cache
from itertools import product

import pytest

from advisor import read_profile, recommend
from advisor.advice.knowledge import bundled_knowledge
from advisor.advice.what_if.joint import FIELDS, LEVELS, joint_answers
from advisor.profile.reader import is_valid, profile_from_values
from advisor.render.html.what_if import what_if
from advisor.render.layout import wording as say
from advisor.render.recommendation import wording as words
from advisor.reports.selection import first_model

PROFILES = {
    "churn": "{task: classification, data: {structure: tabular, rows: 7043, labelled: 7043, features: 19}}",
    "spam": "{task: classification, data: {structure: text, rows: 5574, labelled: 5574, classes: 2},"
    " latency: {p95_ms: 5}, deployment: {target: mobile}}",
    "defects": "{task: anomaly-detection, data: {structure: image, rows: 500, labelled: 60}, latency: {p95_ms: 100}}",
    "demand": "{task: forecasting, data: {structure: time-series, series: 500, history: 200}}",
}
SLOW = [pytest.param(name, 50, marks=pytest.mark.slow) for name in PROFILES]


@cache
def joint_of(name):
    profile = read_profile(PROFILES[name].encode(), f"{name}.yaml")
    return profile, joint_answers(profile, bundled_knowledge())


def values_at(profile, joint):
    """Yield the values of each cell, None where one is not given."""
    names = [control.field for control in joint.controls]
    for values in product(*(control.values for control in joint.controls)):
        changed = {**profile.values, **dict(zip(names, values, strict=True))}
        yield {path: value for path, value in changed.items() if value is not None}


@pytest.mark.slow
def test_there_is_a_cell_for_each_combination():
    profile, joint = joint_of("churn")
    assert 1 < len(joint.controls) <= FIELDS
    assert all(2 <= len(control.values) <= LEVELS for control in joint.controls)
    assert len(joint.cells) == math.prod(len(control.values) for control in joint.controls) <= 3125
    for control in joint.controls:
        assert control.values[control.current] == profile.values.get(control.field)
    values = list(values_at(profile, joint))
    assert values[joint.current] == profile.values
    assert [cell is None for cell in joint.cells] == [not is_valid(cell) for cell in values]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "cells"), [("churn", 8), *SLOW])
def test_cells_say_what_recommend_says(name, cells):
    """Of the slow runs together, two hundred random ones."""
    chooser = random.Random(15)
    profile, joint = joint_of(name)
    values = list(values_at(profile, joint))
    possible = [place for place, cell in enumerate(joint.cells) if cell is not None]
    for place in [joint.current, *chooser.sample(possible, cells)]:
        cell = joint.cells[place]
        said = recommend(profile_from_values(values[place]), bundled_knowledge())
        assert (cell.verdict, cell.approach) == (said.verdict, said.approach), values[place]
        assert cell.probabilities == {row.id: row.probability for row in said.approaches}, values[place]
        model = first_model(said)
        if model is not None:
            assert (cell.model, cell.library, cell.fits) == (model.title, model.library, True), values[place]
        elif said.approach is not None:
            assert cell.fits is False


def test_the_page_says_the_answer_as_the_report_does():
    profile, joint = joint_of("churn")
    shown = what_if(joint, "")
    assert shown.answer == words.answer(recommend(profile, bundled_knowledge()))
    assert [row.text for row in shown.bars.rows] == [
        say.probability(joint.cells[joint.current].probabilities[name]) for name in joint.cells[0].probabilities
    ]
