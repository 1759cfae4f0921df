"""The report on gates in every format: full outputs, and texts of users that would be commands or markup."""

import json
import re
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from advisor.render import FORMATS, View, render
from advisor.render.check.wording import headline
from advisor.render.schema import check_schema
from advisor.reports.check import CheckedResult, CheckReport, GateRow, OverrideRow

TOOL = {"name": "advisor", "version": "0.1.0"}
ROWS = (
    GateRow("expect", "ok", "classical or hybrid", "classical (verdict ml)"),
    GateRow("min-probability", "failed", "at least 0.99", "0.94442"),
    GateRow(
        "max-size-mb",
        "overridden",
        "at most 0.5 MB",
        "1.2 MB, estimated for gradient-boosted trees (XGBoost)",
        override=OverrideRow("applies", "the new server comes in March", "Ana", "2027-03-31", 12),
    ),
    GateRow(
        "same-as",
        "failed",
        "transfer (verdict dl) as in old.json",
        "classical (verdict ml)",
        ("data.labelled: 500 -> 50,000", "rule amount-of-text: +6.1 points for classical over transfer"),
        OverrideRow("expired", "not yet agreed", "", "2026-01-01", -3),
    ),
)
REPORT = CheckReport(
    TOOL, "policy.yaml", (CheckedResult("churn", "result.json", "recommend", "ml", "classical", ROWS),)
)
HELD = CheckReport(TOOL, None, (REPORT.results[0]._replace(gates=ROWS[:1]),))

TEXT = """\
churn (result.json)
  ok         expect: expected classical or hybrid, found classical (verdict ml)
  FAILED     min-probability: expected at least 0.99, found 0.94442
  overridden max-size-mb: expected at most 0.5 MB, found 1.2 MB, estimated for
             gradient-boosted trees (XGBoost)
             excused until 2027-03-31 (Ana): the new server comes in March; ends
             in 12 days
  FAILED     same-as: expected transfer (verdict dl) as in old.json, found
             classical (verdict ml)
             data.labelled: 500 -> 50,000
             rule amount-of-text: +6.1 points for classical over transfer
             the override ended on 2026-01-01: not yet agreed

2 of 4 gates failed, 1 excused by an override.
"""

GITHUB = (
    "::error file=result.json,title=churn%3A min-probability::expected at least 0.99, found 0.94442\n"
    "::warning file=result.json,title=churn%3A max-size-mb::expected at most 0.5 MB, found 1.2 MB, estimated for "
    "gradient-boosted trees (XGBoost)%0Aexcused until 2027-03-31 (Ana): the new server comes in March; "
    "ends in 12 days\n"
    "::error file=result.json,title=churn%3A same-as::expected transfer (verdict dl) as in old.json, found classical "
    "(verdict ml)%0Adata.labelled: 500 -> 50,000%0Arule amount-of-text: +6.1 points for classical over transfer%0A"
    "the override ended on 2026-01-01: not yet agreed\n"
    "advisor check: 2 of 4 gates failed, 1 excused by an override.\n"
)

JUNIT = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="advisor check" tests="4" failures="2" errors="0" time="0">
  <testsuite tests="4" failures="2" errors="0" skipped="1" time="0" name="churn (result.json)">
    <testcase classname="churn" name="expect" time="0" />
    <testcase classname="churn" name="min-probability" time="0">
      <failure message="expected at least 0.99, found 0.94442" type="min-probability">\
expected at least 0.99, found 0.94442</failure>
    </testcase>
    <testcase classname="churn" name="max-size-mb" time="0">
      <skipped message="expected at most 0.5 MB, found 1.2 MB, estimated for gradient-boosted trees (XGBoost); \
excused until 2027-03-31 (Ana): the new server comes in March; ends in 12 days" />
    </testcase>
    <testcase classname="churn" name="same-as" time="0">
      <failure message="expected transfer (verdict dl) as in old.json, found classical (verdict ml)" type="same-as">\
expected transfer (verdict dl) as in old.json, found classical (verdict ml)
data.labelled: 500 -&gt; 50,000
rule amount-of-text: +6.1 points for classical over transfer
the override ended on 2026-01-01: not yet agreed</failure>
    </testcase>
  </testsuite>
</testsuites>
"""

MARKDOWN = """\
## 2 of 4 gates failed, 1 excused by an override

`churn` in `result.json`

| Gate |  | Expected | Found |
| --- | --- | --- | --- |
| expect | ok | classical or hybrid | classical (verdict ml) |
| min-probability | **failed** | at least 0.99 | 0.94442 |
| max-size-mb | *overridden* | at most 0.5 MB | 1.2 MB, estimated for gradient-boosted trees (XGBoost) |
| same-as | **failed** | transfer (verdict dl) as in old.json | classical (verdict ml) |

- max-size-mb: excused until 2027-03-31 (Ana): the new server comes in March; ends in 12 days
- same-as: data.labelled: 500 -> 50,000
- same-as: rule amount-of-text: +6.1 points for classical over transfer
- same-as: the override ended on 2026-01-01: not yet agreed
"""


@pytest.mark.parametrize(
    ("name", "expected"), [("text", TEXT), ("github", GITHUB), ("junit", JUNIT), ("markdown", MARKDOWN)]
)
def test_the_whole_report(name, expected):
    assert render("check", name, REPORT, View()) == expected


def test_json_holds_everything_and_keeps_its_schema():
    content = json.loads(render("check", "json", REPORT, View()))
    jsonschema.validate(content, check_schema())
    assert (content["schema_version"], content["policy"], content["passed"]) == ("1.0", "policy.yaml", False)
    (result,) = content["results"]
    assert (result["name"], result["file"], result["kind"]) == ("churn", "result.json", "recommend")
    assert [row["status"] for row in result["gates"]] == ["ok", "failed", "overridden", "failed"]
    assert result["gates"][2]["override"] == {
        "state": "applies",
        "reason": "the new server comes in March",
        "by": "Ana",
        "until": "2027-03-31",
        "days_left": 12,
    }
    assert result["gates"][3]["details"] == list(ROWS[3].details)
    assert result["gates"][0]["override"] is None


def test_the_schema_of_the_report_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(check_schema())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (ROWS[:1], "The gate passed"),
        (ROWS[:1] * 2, "All 2 gates passed"),
        (ROWS[:3:2], "All 2 gates passed, 1 excused by an override"),
        (ROWS[1:2], "1 of 1 gate failed"),
    ],
)
def test_the_headline_counts(rows, expected):
    assert headline(CheckReport(TOOL, None, (REPORT.results[0]._replace(gates=rows),))) == expected


def test_what_holds_is_quiet_on_github():
    assert render("check", "github", HELD, View()) == "advisor check: The gate passed.\n"


def test_standard_input_is_no_file_to_annotate():
    report = CheckReport(TOOL, None, (REPORT.results[0]._replace(file="<stdin>", gates=ROWS[1:2]),))
    assert render("check", "github", report, View()).startswith("::error title=churn%3A min-probability::expected")


def test_colour_is_asked_for():
    assert "\x1b[1;31mFAILED" in render("check", "text", REPORT, View(color=True))
    assert "\x1b" not in render("check", "text", REPORT, View())


def test_a_reader_of_junit_files_counts_the_same(tmp_path):
    from junitparser import Failure, JUnitXml, Skipped

    file = tmp_path / "check.xml"
    file.write_text(render("check", "junit", REPORT, View()), encoding="utf-8")
    read = JUnitXml.fromfile(str(file))
    assert (read.tests, read.failures, read.errors) == (4, 2, 0)
    (suite,) = read
    assert suite.skipped == 1
    kinds = [[type(outcome) for outcome in case.result] for case in suite]
    assert kinds == [[], [Failure], [Skipped], [Failure]]


def test_a_far_override_is_a_notice():
    override = OverrideRow("applies", "why", "", "2099-01-01", 99)
    report = CheckReport(TOOL, None, (REPORT.results[0]._replace(gates=(ROWS[2]._replace(override=override),)),))
    assert render("check", "github", report, View()).startswith("::notice file=")


# -- hostile texts ----------------------------------------------------------------------------------------

HOSTILE = [
    "a\n::error::injected",
    "  ::set-output name=x::y",
    "##[add-mask]secret ##vso[task.complete]",
    "x%0A::error::z",
    "a,line=1::b",
    "]]><script>alert(1)</script><!--",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202eevil\u2066 \u200f",
    "\ud800 half \x00 \x0b \ufffe",
    "=cmd|' /C calc'!A0",
    "| a | `b` [x](javascript:alert(1)) @everyone #1",
    "w" * 5000,
    "",
]
# What a runner takes for a command: at the start of a line, or anywhere.
COMMAND = re.compile(r"^\s*::[A-Za-z-]+|##\w*\[", re.MULTILINE)


def hostile(text):
    """Return a report in which every text of a user is the given one."""
    row = GateRow(
        "same-as",
        "failed",
        f"classical as in {text}",
        f"nothing named {text}",
        (text,),
        OverrideRow("expired", text, text, "2026-01-01", -3),
    )
    excused = row._replace(status="overridden", override=row.override._replace(state="applies", days_left=3))
    return CheckReport(TOOL, text, (CheckedResult(text, text, "recommend", text, None, (row, excused)),))


def harmless(text):
    """Assert that the report with a hostile text does no harm in any format."""
    report = hostile(text)
    shown = {name: render("check", name, report, View()) for name in FORMATS["check"]}
    for name, output in shown.items():
        output.encode()
        controls = {char for char in output if ord(char) < 32 or char in "\x7f\u202e\u2066\u200f\ufffe"} - {"\n"}
        assert name == "json" or not controls
    assert COMMAND.findall(shown["text"]) == COMMAND.findall(shown["markdown"]) == COMMAND.findall(shown["junit"]) == []
    lines = shown["github"].splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == ["::error", "::warning", "advisor"]
    for line in lines[:2]:
        properties = line.split("::")[1].split(" ", 1)[1]
        assert [part.split("=")[0] for part in properties.split(",")] == ["file", "title"]
        assert not re.search("##\\w*\\[", line)
    document = ET.fromstring(shown["junit"])
    assert [element.tag for element in document.iter()] == [
        "testsuites", "testsuite", "testcase", "failure", "testcase", "skipped",
    ]  # fmt: skip
    jsonschema.validate(json.loads(shown["json"]), check_schema())
    assert json.loads(shown["json"])["results"][0]["name"] == text
    assert len([line for line in shown["markdown"].splitlines() if line.startswith("| ")]) == 4
    tokens = MarkdownIt("commonmark").enable("table").parse(shown["markdown"])
    inline = [child.type for token in tokens for child in token.children or ()]
    assert {*inline, *(token.type for token in tokens)}.isdisjoint({"html_block", "html_inline", "link_open", "image"})
    assert max(map(cell_len, shown["text"].splitlines())) <= 80


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_user_does_harm(text):
    harmless(text)


@given(st.text() | st.lists(st.sampled_from([*HOSTILE[:-2], ":", "::", "error", "#", "\n", " "])).map("".join))
def test_whatever_the_text_it_does_no_harm(text):
    harmless(text)
