"""Markdown of a baseline: whole tables, and no text of a user that becomes markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from advisor.render import View, render
from advisor.reports.baseline import Check
from tests.bounds import examples
from tests.render.baseline_samples import SAMPLES, changed, column, failures, hostile, limits, lost, made, scored

OURS = {"<details><summary>", "</summary>", "</details>", "<sub>", "</sub>", "<details>", "<summary>"}


def shown(result, **view):
    return render("baseline", "markdown", result, View(**view))


def tokens(text):
    """Return every token of a page, as GitHub's dialect sees it."""
    parsed = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text)
    return [*parsed, *(child for token in parsed for child in token.children or ())]


def html(text):
    return {
        tag for token in tokens(text) if token.type.startswith("html") for tag in re.findall("<[^>]*>", token.content)
    }


def cells(text):
    """Return the number of cells in each row of each table."""
    return [
        {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    ]


@pytest.mark.parametrize("view", [{}, {"explain": True}])
@pytest.mark.parametrize("name", SAMPLES)
def test_tables_are_whole_and_details_are_closed(name, view):
    text = shown(SAMPLES[name](), **view)
    assert text.count("<details>") == text.count("</details>") == (3 if view else 0)
    assert [len(table) for table in cells(text)] == [1] * (4 if view else 1)
    assert sum(token.type == "table_open" for token in tokens(text)) == (4 if view else 1)


def test_the_verdict_is_the_heading_and_the_card_a_list():
    assert shown(failures()).startswith(
        "## Undecided: no network finished.\n\n"
        "- **Why:** No network finished, so that there is nothing to compare with.\n"
        "- **Classical:** my_models:Ensemble: 0.8485 ROC AUC (0.837 to 0.860)\n"
        "- **Meanwhile:** use classical learning (my_models:Ensemble)\n"
        "- **Measured:** 5 stratified folds of all 7,043 rows, in 2.1 minutes\n"
        "- **Limits:** response 5.3 ms, size 0.83 MB; no limit is given\n"
        "- **Data:** look first at leakage in `cancellation_date` and missing-target in `Churn`\n"
        "- **Next:** `advisor baseline churn.csv --target Churn --budget 10m`\n\n"
        "### Models by ROC AUC (higher is better)\n\n"
        "|  | Score | 95% interval | Fit | p50/p95 | Size |\n"
    )


def test_winners_are_bold_and_failures_explained_below_the_table():
    text = shown(failures())
    assert "| **my_models:Ensemble** | 0.8485 |" in text
    assert "| Random forest | *out of memory* |  |  |  |  |" in text
    assert "- Random forest: took more than its 1.5 GB in fold 1; `--memory` raises the limit" in text
    assert "- ² breaks latency.p95_ms of the profile" in shown(limits())
    assert "Bold" not in shown(changed(changed(made(), "comparison", best_ml=None), "comparison", best_dl=None))


def test_the_curve_is_a_block_of_code():
    text = shown(SAMPLES["network-win"]())
    fences = [token for token in tokens(text) if token.type == "fence"]
    assert [fence.info for fence in fences] == ["text"]
    assert "600 ┤" in fences[0].content


def test_the_view_of_a_terminal_changes_nothing():
    for make in SAMPLES.values():
        assert shown(make()) == shown(make(), width=20, color=True)


@pytest.mark.parametrize("view", [{}, {"explain": True}])
def test_hostile_names_are_inert(view):
    text = shown(hostile(), **view)
    assert html(text) <= OURS
    assert {token.type for token in tokens(text)} & {"image", "link_open", "s_open"} == set()
    assert "\x1b" not in text
    texts = [token.content for token in tokens(text) if token.type == "text"]
    assert any("octocat" in part for part in texts)
    assert [part for part in texts if re.search(r"(?<!\w)@\w", part)] == []


ANYTHING = st.text(max_size=40) | st.text("`|<>*_[]()!&#@~\\-+=\n$:/ab1. ", max_size=40)


@examples(60)
@given(ANYTHING, ANYTHING)
def test_no_text_of_a_user_becomes_markup(name, message):
    checks = (Check("leakage", "error", name, message, message), Check("imbalance", "note", None, message, ""))
    models = (lost("tabm", "failed", message)._replace(title=name), scored("xgboost", 0.8, 0.01, title=name))
    result = made(models=models, checks=checks, saved=name, verdict_reason=message)
    result = changed(result, "dataset", path=name, target=name, positive=name, task_reason=message)
    result = changed(result, "dataset", columns_read=(column(name, why=message),))
    text = shown(result, explain=True)
    assert html(text) <= OURS
    found = {token.type for token in tokens(text)}
    assert found & {"image", "link_open", "s_open", "fence", "code_block", "ordered_list_open", "hr"} == set()
    assert [len(table) for table in cells(text)] == [1] * 4
    assert sum(token.type == "heading_open" for token in tokens(text)) == 5
