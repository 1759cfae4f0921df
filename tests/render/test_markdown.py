"""Markdown: the same content, in which no text of a user or a rule becomes markup."""

import re

import pytest

from advisor.render import View, render_recommendations
from advisor.render.markdown import code, escaped, prose
from advisor.report import PlanStep
from tests.render.support import infeasible, made, model, reason, toss_up


def shown(*results, **view):
    return render_recommendations("markdown", results, View(**view))


def test_the_answer_is_the_heading():
    assert shown(made()).startswith(
        "## Use classical machine learning: start with Model of the classical kind (somelib).\n\n"
        "Probability 0.81 · confidence high · stable in 99 % of draws\n\n### Approaches\n\n| Approach |"
    )
    assert shown(toss_up()).startswith("## Toss-up between a hybrid (0.49)")
    assert shown(infeasible()).startswith("## No approach is left: nothing meets interpretability.need intrinsic")


@pytest.mark.parametrize("view", [{}, {"explain": True, "why_not": "deep"}])
def test_tables_are_whole_and_details_are_closed(real, view):
    for text in (*(shown(result, **view) for result in real.values()), shown(*real.values(), **view)):
        assert text.count("<details>") == text.count("</details>") == text.count("<summary>")
        tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
        assert tables or "No approach is left" in text
        for table in tables:
            borders = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
            assert len(borders) == 1, table
        # A table or a details block needs an empty line before it, or GitHub shows it as text.
        for before, line in zip(text.splitlines(), text.splitlines()[1:], strict=False):
            if line.startswith("|") and not before.startswith("|"):
                assert before == ""


def test_the_name_of_a_profile_cannot_break_the_table_or_mention_anybody():
    name = "a | b\n| c <img src=x> @octocat #1 `d`"
    text = shown(made(profile={"name": name}), made())
    row = next(line for line in text.splitlines() if "octocat" in line)
    assert row.startswith(r"| `` a \| b \| c <img src=x> @octocat #1 `d` `` | ml | classical | 0.81 | high |")


def test_the_name_of_a_single_profile_is_code():
    text = shown(made(profile={"name": "x</details>@y"}))
    assert "<sub>`x</details>@y` · rules" in text


def test_text_of_rules_is_escaped():
    result = made(
        reasons=(reason("rule", because="A <b>bold</b> claim | with *stars*\nand lines.", classical=3.0),),
        candidates=(model("classical", title="Trees | bushes_"),),
        plan=(PlanStep("Run `a | b`, then _stop_.", "So.", "baseline"),),
    )
    text = shown(result)
    assert r"A \<b>bold\</b> claim \| with \*stars\* and lines." in text
    assert r"| Trees \| bushes\_ (somelib) |" in text
    assert r"1. Run `a | b`, then \_stop\_." in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", r"a\|b"),
        ("two\nlines", "two lines"),
        ("<script>", r"\<script>"),
        ("> quote", r"\> quote"),
        ("- item", r"\- item"),
        ("snake_case stays", "snake_case stays"),
        ("_emphasis_", r"\_emphasis\_"),
        (r"back\slash", r"back\\slash"),
        ("[a](b)", r"\[a\](b)"),
        ("`", r"\`"),
    ],
)
def test_escaping(text, expected):
    assert escaped(text) == expected


def test_code_in_prose_stays_code():
    assert prose("run `x_1 *y*` *now*") == r"run `x_1 *y*` \*now\*"
    assert prose("run `x | y`", in_table=True) == r"run `x \| y`"
    assert prose("one ` alone") == r"one \` alone"


def test_code_fences_hold_what_they_enclose():
    assert code("a`b") == "``a`b``"
    assert code("`a`") == "`` `a` ``"
    assert code("\x00") == "`-`"


def test_details_hold_plan_and_costs_and_explain_adds_the_rest():
    text = shown(made())
    for title in ("Techniques worth knowing", "Costs", "Plan"):
        assert f"<details><summary>{title}</summary>\n\n" in text
    assert "All points" not in text
    assert "<details><summary>All points</summary>\n\n- **+7.5 A plain table" in shown(made(), explain=True)


def test_several_results_are_one_table():
    lines = shown(made(), infeasible()).splitlines()
    assert lines[0] == "## Recommendations"
    assert lines[2] == "| Profile | Verdict | Approach | Probability | Confidence | Nearest change of the answer |"
    assert len(lines) == 6
