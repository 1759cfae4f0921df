"""`advisor sweep` as a user meets it: what it prints, in every format, and what it says of mistakes."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from tests.golden_text import agrees

GOLDEN = Path(__file__).parent.parent / "golden" / "what-if"
TICKETS = """\
name: support-tickets
task: classification
data:
  structure: text
  labelled: 2_000
  rows: 20_000
  classes: 12
latency:
  p95_ms: 100
deployment:
  target: on-premises
  accelerator: false
  pretrained_weights: true
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile.yaml"
    path.write_text(TICKETS)
    return path


@pytest.mark.parametrize(
    ("name", "arguments", "columns"),
    [
        ("labels.txt", ["data.labelled=100..1e6"], "80"),
        ("labels.md", ["data.labelled=100..1e6", "--format", "markdown"], "80"),
        ("labels-narrow.txt", ["data.labelled"], "40"),
        ("limit.txt", ["latency.p95_ms=0.05..5000", "--steps", "12"], "80"),
        ("priority.txt", ["priorities.latency"], "80"),
        ("structure.txt", ["data.structure"], "80"),
        ("structure-narrow.txt", ["data.structure=text,image,tabular"], "40"),
        ("values.json", ["data.labelled=500,15000", "--format", "json"], "80"),
    ],
)
def test_the_report_is_the_golden_one(advisor, profile, update_golden, name, arguments, columns):
    result = advisor("sweep", "profile.yaml", *arguments, env={"COLUMNS": columns})
    assert (result.returncode, result.stderr) == (0, "")
    agrees(result.stdout, GOLDEN / name, update_golden)
    assert all(len(line) <= int(columns) for line in result.stdout.splitlines() if name.endswith(".txt"))


def test_the_first_sentence_says_how_the_answer_moves(advisor, profile):
    result = advisor("sweep", "profile.yaml", "data.labelled=100..1e6", "--set", "data.rows=1e6")
    first = " ".join(result.stdout.split("\n\n")[0].split())
    pattern = r"By data\.labelled from 100 to 1,000,000: .*a pretrained network up to [\d,]+, then classical learning\."
    assert re.match(pattern, first), first


def test_each_point_is_what_recommend_answers(advisor, profile):
    swept = json.loads(advisor("sweep", "profile.yaml", "data.labelled=300,8000", "-f", "json").stdout)
    for point in swept["points"]:
        change = f"data.labelled={point['value']}"
        answer = json.loads(advisor("recommend", "profile.yaml", "-f", "json", "--set", change).stdout)
        assert point["approach"] == answer["approach"]
        assert point["verdict"] == answer["verdict"]
        assert point["probabilities"] == {row["id"]: row["probability"] for row in answer["approaches"]}


def test_json_keeps_its_schema(advisor, profile):
    schema = json.loads(advisor("schema", "sweep").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for field in (
        "data.labelled=100..1e6",
        "latency.p95_ms=0.05..5000",
        "data.structure",
        "interpretability.regulation",
    ):
        jsonschema.validate(json.loads(advisor("sweep", "profile.yaml", field, "-f", "json").stdout), schema)


def test_json_is_the_same_every_time(advisor, profile):
    arguments = ("sweep", "profile.yaml", "data.labelled=100..1e6", "-f", "json")
    first, second = (advisor(*arguments, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2"))
    assert first == second


def test_contradictory_values_are_left_out_and_told(advisor, profile):
    result = advisor("sweep", "profile.yaml", "data.labelled=100..1e6")
    text = " ".join(result.stdout.split())
    assert "left out" in text
    assert "data.rows has only 20000" in text
    assert "`--set data.rows=null` includes them" in text
    freed = advisor("sweep", "profile.yaml", "data.labelled=100..1e6", "--set", "data.rows=null")
    assert "left out" not in freed.stdout


def test_the_profile_may_be_standard_input_and_the_report_a_file(advisor, tmp_path):
    result = advisor("sweep", "-", "data.labelled", "-o", "out.md", "-f", "markdown", stdin=TICKETS)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert (tmp_path / "out.md").read_text("utf-8").startswith("## By data.labelled from 20 to 20,000: ")


def test_approaches_have_colours_where_asked_for(advisor, profile):
    plain = advisor("sweep", "profile.yaml", "data.labelled").stdout
    coloured = advisor("sweep", "profile.yaml", "data.labelled", "--color", "always").stdout
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured).split() == plain.split()
    styles = [set(re.findall(rf"\x1b\[(\d+)m{mark}+\x1b", coloured)) for mark in "CHT"]
    assert [len(found) for found in styles] == [1, 1, 1]
    assert len(set.union(*styles)) == 3


def test_steps_divide_a_range(advisor, profile):
    result = advisor("sweep", "profile.yaml", "data.labelled=100..10000", "--steps", "3", "-f", "json")
    values = [point["value"] for point in json.loads(result.stdout)["points"]]
    assert values == [100, 1000, 2000, 10000]  # the profile's own is among them


def test_rules_of_the_user_count(advisor, profile, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "amount-of-text.yaml").write_text(
        "id: amount-of-text\ntitle: No matter how many\ncriterion: success\ngroup: data-size\n"
        "when: {fact: data.structure, is: text}\npoints: {deep: 30}\nbecause: We say so.\nexceptions: None.\n"
        "evidence: [{source: judgement, claim: Because.}]\n"
        "tests: {fires: [{data.structure: text}], silent: [{data.structure: image}]}\n"
    )
    usual = advisor("sweep", "profile.yaml", "data.labelled=100,9000", "-f", "json")
    own = advisor("sweep", "profile.yaml", "data.labelled=100,9000", "-f", "json", "--rules", "mine")
    assert own.returncode == 0, own.stderr
    assert json.loads(own.stdout)["rules"] != json.loads(usual.stdout)["rules"]
    assert json.loads(own.stdout)["points"] != json.loads(usual.stdout)["points"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["data.labeled=1..3"], "FIELD:1:1: error: unknown field 'data.labeled'; did you mean 'data.labelled'?"),
        (["data"], "FIELD:1:1: error: unknown field 'data'; name one of its fields, such as data.structure"),
        ([""], "FIELD:1:1: error: unknown field ''"),
        (["name=a"], "FIELD:1:1: error: this field has no influence on the answer"),
        (["data.labelled=9..3"], "data.labelled: an empty range: 9 is not below 3; write 3..9"),
        (["data.labelled=3..3"], "data.labelled: an empty range: 3 is not below 3; write data.labelled=3 for"),
        (["data.labelled=..3"], "FIELD:1:15: error: data.labelled: a range needs both ends"),
        (["data.labelled=3.."], "data.labelled: a range needs both ends"),
        (["data.labelled="], "FIELD:1:15: error: data.labelled: no value; write data.labelled=LOW..HIGH"),
        (["data.labelled=null"], "unknown is not a value to sweep over; --set data.labelled=null makes"),
        (
            ["data.labelled=1,000..5,000"],
            "FIELD:1:15: error: data.labelled: expected a number, found '1,000'; write 1000",
        ),
        (["data.labelled=1..1e99"], "FIELD:1:18: error: data.labelled: 1e99 is outside 0 to 1e15"),
        (["data.signal=linear..complex"], "data.signal: a range needs numbers; list values, for example data.signal="),
        (["data.signal=linear,complexx"], "FIELD:1:20: error: data.signal: 'complexx' is not one of linear"),
        (["data.labelled=30000,40000"], "every value contradicts other fields: 30000 labelled examples"),
        (["data.labelled", "--steps", "1"], "1 is not in the range 2<=x<=200"),
        (["data.labelled", "--rules", "nosuch"], "nosuch"),
    ],
)
def test_a_mistake_is_explained(advisor, profile, arguments, message):
    result = advisor("sweep", "profile.yaml", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_all_problems_are_told_at_once(advisor, tmp_path):
    (tmp_path / "p.yaml").write_text("task: clasification\ndata: {structure: text}\n")
    result = advisor("sweep", "p.yaml", "data.labelled=-1..1.5", "--set", "data.rows=x")
    assert (result.returncode, result.stdout) == (2, "")
    for message in ("p.yaml:1:7: error: task:", "--set:1:11: error: data.rows:", "-1 is outside", "found 1.5"):
        assert message in result.stderr


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_a_hostile_name_does_no_harm(advisor, tmp_path, format_):
    name = "<img src=x> | \x1b[31m [red]x[/red] @octocat `x`\n# heading \u202e" + "w" * 300
    content = json.dumps({"name": name, "task": "classification", "data": {"structure": "text", "labelled": 900}})
    (tmp_path / "p.json").write_text(content)
    result = advisor("sweep", "p.json", "data.labelled", "-f", format_)
    assert result.returncode == 0
    if format_ == "json":
        assert json.loads(result.stdout)["profile"]["name"] == name
        return
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "\n# heading" not in result.stdout
    if format_ == "markdown":
        assert result.stdout.splitlines()[-1].startswith(
            "<sub>``<img src=x> | [31m [red]x[/red] @octocat `x` # heading"
        )
