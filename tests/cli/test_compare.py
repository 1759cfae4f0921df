"""`advisor compare` as a user meets it: profiles and results, alike and different."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.test_sweep import GOLDEN, TICKETS
from tests.golden_text import agrees

FEW = TICKETS.replace("20_000", "500").replace("2_000", "500")
MANY = TICKETS.replace("labelled: 2_000", "labelled: 20_000").replace("p95_ms: 100", "p95_ms: 60")


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    (tmp_path / "few.yaml").write_text(FEW)
    (tmp_path / "many.yaml").write_text(MANY)
    return tmp_path


def compared(advisor, *arguments):
    result = advisor("compare", *arguments, "--format", "json")
    assert (result.returncode, result.stderr) == (0, "")
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("name", "arguments", "columns"),
    [
        ("compare.txt", ["few.yaml", "many.yaml"], "80"),
        ("compare-narrow.txt", ["few.yaml", "many.yaml"], "40"),
        ("compare.md", ["few.yaml", "many.yaml", "--format", "markdown"], "80"),
        ("compare.json", ["few.yaml", "many.yaml", "--format", "json"], "80"),
        ("compare-explained.txt", ["few.yaml", "many.yaml", "--explain"], "80"),
    ],
)
def test_the_report_is_the_golden_one(advisor, profiles, update_golden, name, arguments, columns):
    result = advisor("compare", *arguments, env={"COLUMNS": columns})
    assert (result.returncode, result.stderr) == (0, "")
    agrees(result.stdout, GOLDEN / name, update_golden)
    assert all(len(line) <= int(columns) for line in result.stdout.splitlines() if name.endswith(".txt"))


def test_a_field_alone_does_what_recommend_answers(advisor, profiles):
    found = compared(advisor, "few.yaml", "many.yaml")
    assert [row["field"] for row in found["fields"]] == ["data.rows", "data.labelled", "latency.p95_ms"]
    values = {row["field"]: row["after"] for row in found["fields"]}
    for row in found["alone"]:
        changes = [part for path in (row["field"], *row["together"]) for part in ("--set", f"{path}={values[path]}")]
        answer = json.loads(advisor("recommend", "few.yaml", "-f", "json", *changes).stdout)
        assert (row["approach"], row["probability"]) == (answer["approach"], answer["probability"])
    together = {row["field"]: row["together"] for row in found["alone"]}
    assert together == {"data.rows": [], "data.labelled": ["data.rows"], "latency.p95_ms": []}


def test_the_changes_of_the_rules_add_up(advisor, profiles):
    found = compared(advisor, "few.yaml", "many.yaml")
    assert found["approach_differs"] is True
    assert sum(round(row["change"] * 1000) for row in found["rules"]) == round(found["lead"]["change"] * 1000)


def test_results_and_profiles_compare_alike(advisor, profiles):
    for name in ("few", "many"):
        advisor("recommend", f"{name}.yaml", "-f", "json", "-o", f"{name}.json")
    of_profiles = compared(advisor, "few.yaml", "many.yaml")
    for pair in (("few.json", "many.json"), ("few.json", "many.yaml"), ("few.yaml", "many.json")):
        found = compared(advisor, *pair)
        assert (found["before"].pop("file"), found["after"].pop("file")) == pair
        expected = json.loads(json.dumps(of_profiles))
        del expected["before"]["file"], expected["after"]["file"]
        assert found == expected


def test_answers_that_agree_say_what_moved_all_the_same(advisor, profiles):
    (profiles / "other.yaml").write_text(FEW.replace("p95_ms: 100", "p95_ms: 200"))
    result = advisor("compare", "few.yaml", "other.yaml")
    text = " ".join(result.stdout.split())
    assert result.returncode == 0
    assert text.startswith("Both answers are a pretrained network (")
    assert "though one field of the profiles differs." in text
    assert "What moved the lead" in text
    assert "No single field taken from other.yaml changes the answer for few.yaml." in text


def test_the_same_profile_twice_differs_in_nothing(advisor, profiles):
    result = advisor("compare", "few.yaml", "few.yaml")
    assert result.returncode == 0
    assert result.stdout.startswith("Both answers are a pretrained network (")
    assert len(result.stdout.splitlines()) == 3
    found = compared(advisor, "few.yaml", "few.yaml")
    assert (found["fields"], found["rules"], found["limits"], found["alone"]) == ([], [], [], [])


def test_a_limit_that_takes_an_answer_away_is_named(advisor, profiles):
    (profiles / "own.yaml").write_text(FEW.replace("pretrained_weights: true", "pretrained_weights: false"))
    result = advisor("compare", "few.yaml", "own.yaml")
    text = " ".join(result.stdout.split())
    assert "A pretrained network is excluded for own.yaml only by `" in text
    assert "third-party-weights-forbidden" in text
    assert "Alone deployment.pretrained_weights true false classical learning" in text


def test_an_infeasible_side_has_limits_but_no_points(advisor, profiles):
    image = FEW.replace("structure: text", "structure: image\n  domain_features: false\n  known_rule: false")
    (profiles / "a.yaml").write_text(image)
    (profiles / "b.yaml").write_text(f"{image}interpretability:\n  need: intrinsic\n")
    found = compared(advisor, "a.yaml", "b.yaml")
    assert (found["after"]["approach"], found["lead"], found["rules"]) == (None, None, [])
    assert any(row["decisive"] for row in found["limits"])
    text = " ".join(advisor("compare", "a.yaml", "b.yaml").stdout.split())
    assert "no feasible approach for b.yaml." in text
    assert "interpretability.need unknown intrinsic no feasible approach" in text


def test_results_of_other_rules_are_compared_without_new_scores(advisor, profiles):
    old = json.loads(advisor("recommend", "few.yaml", "-f", "json").stdout)
    old["rules"] = {"version": "2020.1", "sha256": "0" * 64, "count": 3}
    del old["flips"], old["missing"]
    (profiles / "old.json").write_text(json.dumps([old]))
    found = compared(advisor, "old.json", "few.yaml")
    assert (found["rules_differ"], found["alone"]) == (True, None)
    text = " ".join(advisor("compare", "old.json", "few.yaml").stdout.split())
    assert "The answers were computed with different rules: 2020.1 (000000000000) for old.json" in text


def test_json_keeps_its_schema(advisor, profiles):
    schema = json.loads(advisor("schema", "compare").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for pair in (("few.yaml", "many.yaml"), ("few.yaml", "few.yaml")):
        jsonschema.validate(compared(advisor, *pair), schema)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_result_may_be_of_any_size_and_encoding(advisor, profiles, encoding):
    content = json.loads(advisor("recommend", "few.yaml", "--format", "json").stdout)
    content["techniques"] *= 2_000_000 // len(json.dumps(content["techniques"]))
    (profiles / "large.json").write_text(json.dumps(content), encoding)
    assert compared(advisor, "large.json", "few.yaml")["fields"] == []


def test_half_a_character_in_a_result_is_escaped(advisor, profiles):
    content = json.loads(advisor("recommend", "few.yaml", "--format", "json").stdout)
    content["profile"]["name"] = "half \ud800"
    (profiles / "half.json").write_text(json.dumps(content))
    assert compared(advisor, "half.json", "few.yaml")["before"]["name"] == "half \ud800"


def test_one_side_may_be_standard_input(advisor, profiles):
    result = advisor("compare", "few.yaml", "-", stdin=MANY)
    assert result.returncode == 0
    assert "for <stdin>" in result.stdout
    assert advisor("compare", "-", "-", stdin=MANY).returncode == 2


def test_all_problems_are_told_at_once(advisor, profiles):
    (profiles / "bad.yaml").write_text("task: clasification\ndata: {structure: text}\n")
    (profiles / "two.json").write_text(advisor("recommend", "few.yaml", "few.yaml", "-f", "json").stdout)
    result = advisor("compare", "bad.yaml", "two.json")
    assert (result.returncode, result.stdout) == (2, "")
    assert "bad.yaml:1:7: error: task:" in result.stderr
    assert "two.json" in result.stderr
    assert "2 results, but one is needed; select one with jq '.[0]'" in result.stderr


@pytest.mark.parametrize("content", ['{"schema_version": "9.0"}', '{"schema_version": ', '["schema_version"]'])
def test_a_broken_result_is_refused(advisor, profiles, content):
    (profiles / "broken.json").write_text(content)
    result = advisor("compare", "few.yaml", "broken.json")
    assert (result.returncode, result.stdout) == (2, "")
    assert "broken.json" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_hostile_names_and_texts_do_no_harm(advisor, profiles, format_):
    hostile = "<img src=x> | \x1b[31m [red]x[/red] @octocat `x`\n# heading \u202e" + "w" * 300
    old = json.loads(advisor("recommend", "few.yaml", "-f", "json").stdout)
    old["profile"]["name"] = old["rules"]["version"] = hostile
    old["profile"]["data"][hostile] = hostile
    for reason in old["reasons"]:
        reason.update(rule=f"{reason['rule']}{hostile}", title=hostile, because=hostile)
    for row in old["approaches"]:
        row["excluded_by"] = [hostile]
    name = "<b>|`x` [red] _a_.json"
    (profiles / name).write_text(json.dumps(old))
    result = advisor("compare", name, "many.yaml", "-f", format_)
    assert (result.returncode, result.stderr) == (0, "")
    if format_ == "json":
        assert json.loads(result.stdout)["before"]["name"] == hostile
        return
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "\n# heading" not in result.stdout
    if format_ == "markdown":
        outside = [part for place, part in enumerate(result.stdout.split("`")) if place % 2 == 0]
        assert not any("<img" in part.replace("\\<", "") for part in outside)
        assert not any("@octocat" in part for part in outside)
