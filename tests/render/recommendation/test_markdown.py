"""Markdown: the same content, in which no text of a user or a rule becomes markup."""

import re

import pytest

from advisor.render import View, render
from advisor.render.layout.markdown import code, escaped, prose
from advisor.reports.recommendation import PlanStep
from tests.render.baseline.test_markdown import OURS, cells, html, tokens
from tests.render.html.test_page import HOSTILE, full_of
from tests.render.support import confirmed, infeasible, made, model, reason, toss_up


def shown(*results, **view):
    return render("recommendation", "markdown", results, View(**view))


def headings(text, level=2):
    return [line.lstrip("# ") for line in text.splitlines() if line.startswith(f"{'#' * level} ")]


PARTS = [
    "Context",
    "Decision",
    "Evidence",
    "Alternatives considered",
    "Consequences",
    "What would change the decision",
    "Next steps",
    "Provenance",
]


def test_one_result_is_a_decision_record():
    text = shown(made())
    assert text.startswith(
        "# Use classical learning: start with model of the classical kind (somelib).\n\n"
        "Status: proposed\n\n- **How sure:** Very likely: right in about 81 of 100 similar projects.\n"
    )
    assert "\n\n## Context\n\nWhich kind of model does `churn` need? " in text
    assert headings(text, 1) == ["Use classical learning: start with model of the classical kind (somelib)."]
    assert headings(text) == PARTS
    assert "Classical learning: probability 0.81 · confidence high · stable in 99% of draws." in text
    assert headings(shown(toss_up()), 1)[0].startswith("Toss-up between a hybrid (0.49)")


def test_the_context_is_the_profile():
    profile = {
        "version": 1,
        "name": "churn",
        "description": "Who *leaves*\nnext month?",
        "task": "classification",
        "data": {"structure": "tabular", "rows": 7043},
        "interpretability": {"regulation": ["hiring", "credit-decision"]},
        "risk": {"fairness": True},
    }
    context = shown(made(profile=profile)).split("## Decision")[0]
    assert r"Who \*leaves\* next month?" in context
    assert context[context.index("| Field") :].split("\n\n")[0].splitlines() == [
        "| Field | Value |",
        "| --- | --- |",
        "| `task` | `classification` |",
        "| `data.structure` | `tabular` |",
        "| `data.rows` | `7,043` |",
        "| `interpretability.regulation` | `[hiring, credit-decision]` |",
        "| `risk.fairness` | `true` |",
    ]


def test_evidence_names_rules_sources_and_exceptions():
    assert (
        "- **+8.5 A plain table.** Because it is so.\n"
        "  - Rule `a-plain-table`; sources: book-2020.\n"
        "  - Exceptions: Hardly ever.\n"
    ) in shown(made())
    assert "- **-3.5 Few labels.**" in shown(made())


def test_every_alternative_says_what_speaks_for_and_against_it_or_excludes_it():
    part = shown(made()).split("## Alternatives considered\n\n")[1].split("\n\n### Models")[0]
    assert part.splitlines() == [
        "- Pretrained network (transfer): probability 0.10.",
        "  - Points against it: A plain table 8.5.",
        "  - Points for it: Few labels 3.5.",
        "- Hybrid: probability 0.09.",
        "  - Points against it: A plain table 7.5.",
        "  - Points for it: Few labels 1.5.",
        "- No learning (none): excluded by a-limit and another-limit.",
        "- Own network (deep): excluded by a-limit and another-limit.",
    ]


def test_consequences_are_costs_limits_and_what_has_to_be_watched():
    steps = (PlanStep("Watch the drift.", "It comes.", "operation"), PlanStep("Look.", "So.", "data"))
    part = shown(made(plan=steps)).split("## Consequences\n\n")[1].split("\n## ")[0]
    assert part.startswith(
        "Model of the classical kind (somelib) meets every limit of the profile: training USD 0.46, response 62 ms "
        "(95th percentile), size 1.2 GB.\n"
    )
    assert "### What to watch\n\n- Watch the drift.\n" in part
    assert "Look." not in part
    unsure = made(candidates=(model("classical", None),))
    assert "Model of the classical kind (somelib) may break data.labelled: training" in shown(unsure)


def test_the_record_can_be_checked_again():
    provenance = shown(made()).split("## Provenance\n\n")[1].splitlines()
    assert provenance == [
        f"- Rules 2026.11, 3 of them, SHA-256 `{'ab' * 32}`",
        "- advisor 0.1.0",
        "- In CI, this command fails when the answer changes: `advisor recommend churn.yaml --expect classical`",
    ]
    assert "In CI" not in shown(made(file="<stdin>"))
    assert "`advisor recommend 'my $(file).yaml' --expect classical`" in shown(made(file="my $(file).yaml"))
    assert "In CI" not in shown(made(file="a`b.yaml"))


def test_a_measurement_is_evidence():
    text = shown(confirmed())
    assert "Status: proposed, confirmed by a measurement\n" in text
    evidence = text.split("## Evidence\n\n")[1].split("\n## ")[0]
    assert evidence.startswith("### Measured on churn.csv\n\nConfirmed: The best network is not better by more than")
    assert "| **Regularised linear model** | 0.8499 |" in evidence
    assert "<details><summary>What was done</summary>" in evidence
    assert f"- Data `churn.csv`, SHA-256 `{'3f' * 32}`\n" in text.split("## Provenance")[1]
    for outcome, status in (("contradicted", "that contradicted the rules"), ("inconclusive", "was inconclusive")):
        line = next(row for row in shown(confirmed(confirmation=outcome)).splitlines() if row.startswith("Status:"))
        assert line.endswith(status)


def test_an_impossible_profile_is_an_open_decision():
    text = shown(infeasible())
    assert text.startswith("# No approach is feasible: nothing meets interpretability.need intrinsic")
    assert "Status: open: no approach meets the limits\n" in text
    assert headings(text) == [
        "Context",
        "Decision",
        "Alternatives considered",
        "What would change the decision",
        "Provenance",
    ]
    assert "Smallest change that helps: interpretability.need intrinsic -> helpful: pretrained network." in text


@pytest.mark.slow
@pytest.mark.parametrize("view", [{}, {"explain": True, "why_not": "deep"}])
def test_tables_are_whole_and_details_are_closed(real, view):
    for text in (*(shown(result, **view) for result in real.values()), shown(*real.values(), **view)):
        assert text.count("<details>") == text.count("</details>") == text.count("<summary>")
        tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
        assert tables or "No approach is feasible" in text
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
    assert row.startswith(
        r"| `` a \| b \| c <img src=x> @octocat #1 `d` `` | classical learning | very likely | 0.81 |"
    )


def test_the_name_of_a_single_profile_is_code():
    text = shown(made(profile={"name": "x</details>@y"}))
    assert "Which kind of model does `x</details>@y` need?" in text


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
    assert lines[2] == "| Profile | Answer | How sure | Probability | Nearest change |"
    assert len(lines) == 6


HARMLESS = shown(full_of("x"), explain=True, why_not="transfer")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text):
    page = shown(full_of(text)._replace(file=f"{text}.yaml"), explain=True, why_not="transfer")
    assert html(page) <= OURS
    assert {token.type for token in tokens(page)} & {"image", "link_open", "s_open", "html_inline"} == set()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)
    assert sum(token.type == "heading_open" for token in tokens(page)) == HARMLESS.count("\n#") + 1
    assert [len(table) for table in cells(page)] == [len(table) for table in cells(HARMLESS)]


def test_a_cell_never_begins_as_a_formula():
    """Tables are pasted into spreadsheets: user text stands in backticks there, names of models after the rules'."""
    page = shown(made(profile={"name": "=1+1", "task": "=cmd|x"}), made(profile={"name": "@x"}))
    assert not re.search(r"^\| *[=@+-]\w", page, re.MULTILINE)
