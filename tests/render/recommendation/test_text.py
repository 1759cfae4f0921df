"""Text: the answer first, within its width, without escape codes unless asked for."""

import re

import pytest

from advisor.render import View, render
from advisor.reports.recommendation import Gain
from tests.render.support import PROFILES, approach_rows, infeasible, made, model, reason, toss_up

ESCAPE = "\x1b"


def shown(*results, **view):
    return render("recommendation", "text", results, View(**{"full": True, **view}))


def section(text, title):
    """Return the lines of the section whose heading starts with `title`."""
    found = re.search(rf"^{re.escape(title)}.*\n((?:  .*\n)+)", text, re.MULTILINE)
    assert found, f"no section {title} in\n{text}"
    return found[1]


def test_a_whole_report():
    assert (
        shown(made())
        == """\
Use classical learning: start with model of the classical kind (somelib).
  How sure    Very likely: right in about 81 of 100 similar projects.
  For         A plain table: because it is so
  Against     Few labels: because it is so
  Runner-up   pretrained network (0.10)
  Cost (USD)  training 0.50 to 1,234
  Limits      response 62 ms, size 1.2 GB; no limit is given
  Changes     to pretrained network if data.rows = 5,574, now 900
  Find out    data.labelled
  Next        advisor baseline DATA --target COLUMN --profile churn.yaml

Approaches
  Probability 0.81 · confidence high · stable in 99% of draws
  classical learning             0.81  ████████████████████████████████▌
  pretrained network (transfer)  0.10  ████
  hybrid                         0.09  ███▌
  - no learning (none) and own network (deep): excluded by a-limit and
    another-limit
  Chance that a network beats classical learning by 1% of the error or more:
  33%. Counted on many data sets.

Why classical learning
  Points over a pretrained network, the next best; +10 is ten times the odds.
   +8.5 A plain table
        Because it is so.

What speaks against it
   -3.5 Few labels
        Because it is so.

What would change the answer
  - data.rows 900 -> 5,574: pretrained network
  - latency.p95_ms unknown -> 0.123457
    and team.upkeep unknown -> low: no learning

What to find out next
  Not given, and could change the answer: data.labelled.

Warnings
  ! data.labelled is not given.

Models
  Estimates, not measurements; response is the 95th percentile for one request.
  Model                                  Training  Response    Size  Fits
  Classical learning
  Model of the classical kind (somelib)  USD 0.46     62 ms  1.2 GB  yes
  Pretrained network
  Model of the transfer kind (somelib)   USD 0.46     62 ms  1.2 GB  no (1)
  (1) breaks latency.p95_ms; helps: quantisation: 62 -> 37

Techniques worth knowing
  - SHAP: exact for trees

Costs
  training         USD 0.50 to 1,234  of the first model, search included
  training energy  0.02 kWh

Plan
  1. Fit a dummy.
  2. Look.

churn · rules 2026.11 (3 rules, abababababab) · advisor 0.1.0
"""
    )


@pytest.mark.parametrize("name", PROFILES)
def test_the_answer_stands_in_the_first_three_lines(real, name):
    first = " ".join(shown(real[name]).splitlines()[:3])
    expected = {
        "none": "No learning: start with",
        "classical": "Use classical learning",
        "hybrid": "Use features of a network",
        "transfer": "Use a pretrained network",
        "deep": "Train a network on your own data",
        None: "No approach is feasible",
    }[real[name].approach]
    assert ("Toss-up" if real[name].verdict == "toss-up" else expected) in first
    certainty = "right in " if real[name].approach else "Smallest change that helps"
    assert certainty in " ".join(shown(real[name]).splitlines()[:4])


def test_toss_up_and_infeasible_answer_in_the_first_three_lines():
    assert shown(toss_up()).startswith("Toss-up between a hybrid (0.49) and a pretrained network (0.46):")
    text = shown(infeasible())
    assert text.startswith("No approach is feasible: nothing meets interpretability.need intrinsic and")
    assert "Smallest change that helps" in "".join(text.splitlines(keepends=True)[:3])


def test_infeasible_has_no_empty_sections():
    text = shown(infeasible(), explain=True)
    for title in ("Why ", "What to find out next", "Models", "Costs", "Plan", "Warnings"):
        assert not re.search(rf"^{title}", text, re.MULTILINE), title
    assert "- no learning (none), classical learning, hybrid" in text


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("view", [{}, {"explain": True}, {"why_not": "deep"}, {"color": True}])
def test_no_line_is_longer_than_the_width(real, width, view):
    for result in (*real.values(), made(), toss_up(), infeasible()):
        for line in shown(result, width=width, **view).splitlines():
            assert len(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= width, line
    for line in shown(*real.values(), width=width, **view).splitlines():
        assert len(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= width, line


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 20, 40, 300])
def test_odd_widths_do_no_harm(real, width):
    for result in real.values():
        assert shown(result, width=width, explain=True, why_not="none")


@pytest.mark.parametrize("width", [40, 50])
def test_names_that_wrap_where_models_are_stacked_keep_their_indent(real, width):
    stacked = section(shown(real["table"], width=width), "Models")  # up to the first line without an indent
    assert stacked.count("    Fits: ") == len(real["table"].candidates)


def test_no_escape_codes_without_colour(real, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    for result in (*real.values(), made(profile={"name": f"{ESCAPE}[31mred"})):
        assert ESCAPE not in shown(result, explain=True, why_not="deep")
    assert ESCAPE not in shown(*real.values())


def test_colour_adds_nothing_but_colour(real, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    for result in real.values():
        colored = shown(result, color=True)
        assert f"{ESCAPE}[1m" in colored
        bare = re.sub(r"\x1b\[[0-9;]*m", "", colored)
        assert [line.rstrip() for line in bare.splitlines()] == shown(result).splitlines()


def test_lines_carry_no_trailing_spaces(real):
    for result in real.values():
        assert all(line == line.rstrip() for line in shown(result, explain=True).splitlines())


def test_text_of_the_user_is_printed_as_it_is():
    name = "[red]alarm[/red] :smile: **x** {y}"
    assert name in shown(made(profile={"name": name}))
    assert name in shown(made(profile={"name": name}), made())


def test_a_user_cannot_draw_lines_of_their_own():
    text = shown(made(profile={"name": f"a\nPlan\n{ESCAPE}[2Jb"}))
    assert "a Plan [2Jb · rules" in text


def test_without_counterfactuals_the_text_says_so():
    text = shown(made(counterfactuals=(), missing=()))
    assert "No realistic change to one or two fields." in text
    assert "All fields that matter are given." in text


def test_unknown_fields_that_change_nothing_are_not_asked_for():
    result = made(missing=made().missing[1:])
    assert "None of the fields left out could change the answer on its own." in section(
        shown(result, width=100), "What to find out next"
    )


def test_without_weighty_reasons_against_it_the_text_says_so():
    result = made(reasons=(reason("for", classical=3.0), reason("weak", transfer=0.3)))
    assert "Nothing significant." in section(shown(result), "What speaks against it")


def test_why_not_shows_exclusion_points_sources_and_the_way_there():
    rows = approach_rows(classical=0.9, none=0.1)
    text = section(shown(made(approaches=rows), why_not="transfer"), "Why not a pretrained network?")
    assert "Excluded by a-limit and another-limit" in text
    assert "-8.5 A plain table" in text
    assert "Sources: book-2020." in text
    assert "- data.rows 900 -> 5,574: pretrained network" in text


def test_why_not_a_feasible_approach_compares_probabilities():
    text = section(shown(made(), why_not="hybrid"), "Why not a hybrid?")
    assert "Its probability is 0.09 against 0.81 for classical learning." in text
    assert "None of the changes found leads to it." in text


def test_why_not_the_answer_itself():
    assert "It is the answer." in section(shown(made(), why_not="classical"), "Why not classical learning?")


def test_why_not_of_an_infeasible_profile():
    text = section(shown(infeasible(), why_not="transfer"), "Why not a pretrained network?")
    assert "Excluded by" in text
    assert "interpretability.need intrinsic -> helpful" in text


def test_explain_shows_every_rule_with_points_sources_and_exceptions():
    text = shown(made(), explain=True, width=120)
    assert "A plain table [a-plain-table]" in text
    assert "Points: none 0.0, classical +7.5, hybrid 0.0, transfer -1.0, deep 0.0; group structure" in text
    assert "Exceptions: Hardly ever." in text
    assert "book-2020: It says so." in text
    assert "- data.label_quality: noisy-labels" in text
    assert "It is cheap." in section(text, "Plan")
    assert "Licence of the code: MIT." in text


def test_models_that_may_break_a_limit_share_a_note():
    text = shown(made(candidates=(model("classical"), model("classical", None), model("classical", None))))
    assert text.count("unsure (1)") == 2
    assert text.count("(1) may break data.labelled") == 1


def test_several_results_are_one_table_and_nothing_else():
    lines = shown(made(), infeasible(), made(counterfactuals=())).splitlines()
    assert lines[0].split() == ["Profile", "Answer", "How", "sure", "Probability"]
    assert lines[1].split() == ["churn", "classical", "learning", "very", "likely", "0.81"]
    assert lines[2] == "  Changes to pretrained network if data.rows = 5,574, now 900"
    assert lines[3].split() == ["cars", "no", "feasible", "approach", "-", "-"]
    assert lines[4] == "  Changes to pretrained network if interpretability.need = helpful, now"
    assert lines[5] == "  intrinsic"
    assert len(lines) == 7


def test_the_chance_of_a_network_names_the_margin_where_there_is_one():
    text = shown(made(gain=Gain(0.8, 0.0, "Counted.")), width=120)
    assert "Chance that a network beats classical learning: 80%. Counted." in text
