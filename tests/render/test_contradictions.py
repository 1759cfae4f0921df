"""No output contradicts itself: chances, changes and charts, reasons, models and the device they are for."""

from functools import cache
from itertools import product
from pathlib import Path

import pytest

from advisor import load_profile, recommend
from advisor.advice.knowledge import bundled_knowledge
from advisor.advice.what_if.sweep import numeric_sweeps, sweep
from advisor.profile.fields import FIELD
from advisor.profile.reader import is_valid, profile_from_values
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Argument, Paragraph
from advisor.render.recommendation import wording as words
from advisor.render.recommendation.content import sections
from advisor.render.view import View
from advisor.reports.selection import first_model, rival

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
QUICK = ("telecom-churn", "thin-profile", "surface-defects", "keyword-spotting")
GRID = [
    {"task": task, "data.structure": structure, "data.rows": rows, "data.labelled": rows, "deployment.target": target}
    for task, structure, target, rows in product(
        ("classification", "regression", "anomaly-detection"),
        ("tabular", "text", "image", "audio", "sensor"),
        ("cloud", "microcontroller", "mobile"),
        (300, 50_000),
    )
]
CASES = [
    *(pytest.param(path, id=path.stem, marks=() if path.stem in QUICK else pytest.mark.slow) for path in EXAMPLES),
    *(pytest.param(values, id="-".join(map(str, values.values())), marks=pytest.mark.slow) for values in GRID),
]


@cache
def _read(path):
    return load_profile(path)


@pytest.fixture
def answered(case):
    if isinstance(case, dict) and not is_valid(case):
        pytest.skip("a profile that contradicts itself")
    profile = profile_from_values(case) if isinstance(case, dict) else _read(case)
    return profile, recommend(profile, bundled_knowledge())


def texts(result, name):
    """Return the paragraphs of a section."""
    found = [section for section in sections(result, View()) if section.name == name]
    return [block.text for section in found for block in section.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize("case", CASES)
def test_an_output_agrees_with_itself(answered):
    profile, result = answered
    if result.approach is None:
        return
    figures_agree(result)
    chances_are_reconciled(result)
    reasons_speak_for_the_answer(result)
    models_suit_the_device(profile, result)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.slow
def test_a_list_of_changes_and_the_charts_agree(answered):
    profile, result = answered
    knowledge = bundled_knowledge()
    charts = {item.field: item for item in numeric_sweeps(profile, knowledge)}
    for row in result.counterfactuals:
        if len(row.set) == 1 and (field := next(iter(row.set))) in charts:
            value = row.set[field]
            assert sweep(profile, field, [value], knowledge).points[0].approach == row.approach
            ends = [point.value for point in charts[field].points]
            crossed = any(
                min(value, row.before[field]) <= change.high and change.low <= max(value, row.before[field])
                for change in charts[field].changes
            )
            assert crossed or not ends[0] <= value <= ends[-1], (field, value)
    if not result.counterfactuals:
        assert [item.field for item in charts.values() if item.changes and FIELD[item.field].changeable] == []


def figures_agree(result):
    said = words.certainty(result)
    shown = say.probability(result.probability)
    share = "more than 99" if shown in (">0.99", "1.00") else f"about {round(100 * float(shown))}"
    assert f"right in {share} of 100" in said


def chances_are_reconciled(result):
    gain = result.gain
    best = max(gain.p_dl_better, gain.foundation.p_better if gain.foundation else 0.0) if gain else 0.0
    told = any("These chances compare scores alone" in text for text in texts(result, "approaches"))
    assert told == (best >= 0.5 and result.scores["dl"] < 0.5)


def reasons_speak_for_the_answer(result):
    """Not one that puts it below the mean of the five, as the last points of accuracy do for classical learning."""
    other = rival(result)
    by_title = {say.plain(row.title): row.points for row in result.reasons}
    for name, approach in (("for", result.approach), ("against", other)):
        for section in sections(result, View()):
            for block in section.blocks if section.name == name else ():
                if isinstance(block, Argument):
                    assert by_title[block.title][approach] > 0, block.title


def models_suit_the_device(profile, result):
    """A library of Python trains a model for a microcontroller, which something else runs."""
    model = first_model(result)
    if profile.values.get("deployment.target") != "microcontroller" or model is None or result.approach == "none":
        return
    assert any("Convert what was trained to C" in step.step for step in result.plan), model.library
