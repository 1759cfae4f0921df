"""The card: the dozen lines that somebody reads who reads nothing else."""

import re

import pytest

from advisor.advice.knowledge import bundled_knowledge
from advisor.advice.recommend import recommend
from advisor.engine.library import bundled_examples
from advisor.profile.reader import profile_from_values
from advisor.render import View, render
from advisor.render.baseline.card import card as measured_card
from advisor.render.recommendation.card import card, next_command
from tests.answers import answer_to
from tests.render.baseline_samples import SAMPLES, changed

PATHS = list(bundled_examples())
REST = "--full shows the whole report, --explain every point with its source."


@pytest.fixture(scope="module")
def answers():
    return {path.stem: answer_to(path) for path in PATHS}


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_every_answer_fits_on_a_card(answers, name):
    result = answers[name]
    lines = render("recommendation", "text", [result], View()).splitlines()
    end = lines.index(REST)
    rows = card(result).rows
    assert len(rows) <= 11
    assert all(len(line) <= 80 for line in lines)
    long = [row for row in rows if len(row[1]) > 66 and row[0] not in ("Next", "Way out")]
    assert long == []
    assert end <= 15
    facts = dict(rows)
    assert list(facts) == [
        key
        for key in (
            "How sure",
            "Way out",
            "For",
            "Against",
            "Runner-up",
            "Cost (USD)",
            "Limits",
            "Changes",
            "Find out",
            "Next",
        )
        if key in facts
    ]
    assert ("How sure" in facts) == (result.approach is not None)
    assert {"Changes", "Next"} <= set(facts)


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_a_card_is_the_same_in_every_format(answers, name):
    facts = card(answers[name]).rows
    text = " ".join(render("recommendation", "text", [answers[name]], View()).split())
    markdown = render("recommendation", "markdown", [answers[name]], View())
    for label, said in facts:
        assert " ".join(said.replace("`", "").split()) in text
        assert f"**{label}:**" in markdown


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_no_range_of_costs_spans_more_than_ten_times_unless_its_field_is_given(answers, name):
    result = answers[name]
    said = dict(card(result).rows).get("Cost (USD)", "")
    for low, high, unit in re.findall(r"([\d.,]+) to ([\d.,]*\d)(/month)?", said):
        ends = [float(end.replace(",", "")) for end in (low, high)]
        given = "deployment" in result.profile and "predictions_per_day" in result.profile["deployment"]
        assert ends[1] <= 10.5 * max(ends[0], 1) or (unit and given) or "labels" in result.profile


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("telecom-churn", "advisor baseline DATA --target COLUMN --profile telecom-churn.yaml"),
        ("handwritten-digits", "advisor baseline FOLDER --profile handwritten-digits.yaml"),
        (
            "mauna-loa-co2",
            "advisor baseline DATA --target COLUMN --time COLUMN --horizon N --profile mauna-loa-co2.yaml",
        ),
        ("game-agent", "advisor recommend game-agent.yaml --full"),
    ],
)
def test_the_next_command_is_one_that_the_program_has(answers, name, command):
    assert next_command(answers[name]) == command


@pytest.mark.parametrize(
    ("name", "confirmation"),
    [("pays-no", "Confirmed"), ("pays-open", "Inconclusive"), ("failures", "Inconclusive")],
)
def test_the_card_of_a_measured_answer_has_the_scores_of_the_measurement_and_its_next_command(name, confirmation):
    measured = SAMPLES[name]()
    profile = {"task": "classification", "data.structure": "tabular", "data.rows": 900, "data.labelled": 900}
    result = recommend(profile_from_values(profile), bundled_knowledge(), measured)
    said, found = dict(card(result).rows), dict(measured_card(measured).rows)
    assert said["Measured"].startswith(f"{confirmation} on {measured.dataset.path}: ")
    assert len(said["Measured"]) < 140
    for row in ("Classical", "Network", "Next"):
        assert said.get(row) == found.get(row)
    errors = [check for check in measured.checks if check.severity == "error"]
    assert said.get("Data") == (found["Data"] if errors else None)
    lines = render("recommendation", "text", [result], View()).splitlines()
    assert lines.index(REST) <= 16
    assert len([line for line in lines if line.startswith("  For")]) == 1


def test_a_guessed_target_stands_on_the_card_of_a_measured_answer():
    measured = changed(SAMPLES["pays-no"](), "dataset", target_reason="the last column, named after an outcome")
    profile = {"task": "classification", "data.structure": "tabular", "data.labelled": 900}
    rows = card(recommend(profile_from_values(profile), bundled_knowledge(), measured)).rows
    assert rows[0] == ("Predicting", "`diagnosis`: the last column, named after an outcome; else `--target`")
