"""`advisor rules`, `advisor schema` and `advisor examples`."""

import json
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def test_every_rule_passes_its_own_examples(advisor):
    result = advisor("rules", "test")
    assert result.returncode == 0, result.stdout


def test_a_failing_example_is_exit_1(advisor, tmp_path):
    rule = yaml.safe_load((ROOT / "rules" / "structure" / "table-of-columns.yaml").read_text())
    rule["tests"]["fires"] = [{"data.structure": "image"}]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "table-of-columns.yaml").write_text(json.dumps(rule))
    result = advisor("rules", "test", "--rules", "own")
    assert result.returncode == 1
    assert "table-of-columns: should fire on" in result.stdout


def test_lint_finds_nothing_in_the_bundled_rules(advisor):
    result = advisor("rules", "lint")
    assert result.returncode == 0, result.stdout


BROKEN = {
    "impossible: the condition can never hold": {
        "when": {"all": [{"fact": "data.rows", "below": 5}, {"fact": "data.rows", "above": 9}]}
    },
    "certain: the condition always holds": {
        "when": {"any": [{"fact": "data.rows", "below": 5}, {"fact": "data.rows", "at_least": 5}]}
    },
    "unheard-of: unknown source nobody-2020": {"evidence": [{"source": "nobody-2020", "claim": "Nothing."}]},
    "remembered: the claim of sculley-2015 must say that it is recalled": {
        "evidence": [{"source": "sculley-2015", "claim": "Debt."}]
    },
    "endless: because must end with a period": {"because": "No end"},
    "wizard: unknown technique magic": {"suggests": {"techniques": ["magic"]}},
    "level: the points are the same for every approach and change nothing": {
        "points": dict.fromkeys(("none", "classical", "hybrid", "transfer", "deep"), 2)
    },
    "fact team.deep_learning: its rules shift deep on": {
        "when": {"fact": "team.deep_learning", "is_not": "expert"},
        "points": {"deep": 30},
    },
}
# The rules that differ in words and sources alone, each from the first of them by id.
DUPLICATES = [f"{name}: duplicates endless" for name in ("remembered", "some-deep-learning", "unheard-of")]


ORDER = (
    "id",
    "title",
    "criterion",
    "group",
    "when",
    "points",
    "suggests",
    "because",
    "exceptions",
    "evidence",
    "tests",
)


def test_lint_finds_what_is_wrong(advisor, tmp_path):
    rule = yaml.safe_load((ROOT / "rules" / "team" / "some-deep-learning.yaml").read_text())
    own = tmp_path / "own"
    own.mkdir()
    for finding, change in BROKEN.items():
        name = finding.partition(":")[0].replace(" ", "-").replace(".", "-").replace("_", "-")
        changed = {**rule, **change, "id": name}
        body = {key: changed[key] for key in ORDER if key in changed}
        (own / f"{name}.yaml").write_text(json.dumps(body))
    (own / "groups.yaml").write_text("- {id: empty, title: Empty, criterion: success, cap: 5}\n")
    result = advisor("rules", "lint", "--rules", "own")
    assert result.returncode == 1
    *findings, summary = result.stdout.splitlines()
    expected = [*BROKEN, *DUPLICATES, "group empty: no rule is in it"]
    assert len(findings) == len(expected), result.stdout
    for start in expected:
        assert any(finding.startswith(start) for finding in findings), start
    assert summary.startswith(f"{len(expected)} findings in ")


def test_show_prints_the_whole_rule(advisor):
    text = advisor("rules", "show", "adverse-action-reasons").stdout
    for words in (
        "12 CFR 1002.9",
        "When: interpretability.regulation is credit-decision",
        "classical +4",
        "fires on:",
    ):
        assert words in text


def test_a_model_that_cannot_be_used_is_exit_2_with_every_problem(advisor, tmp_path):
    entries = yaml.safe_load((ROOT / "rules" / "catalogue" / "models" / "text.yaml").read_text("utf-8"))
    broken = {
        **entries[0],
        "id": "ours",
        "rank": "high",
        "weights": "ours",
        "cost": {"kind": "fixed", "size_mb": "1 MB"},
    }
    models = tmp_path / "own" / "catalogue" / "models" / "team"
    models.mkdir(parents=True)
    (models / "ours.yaml").write_text(json.dumps([broken]), encoding="utf-8")
    for command in (["recommend", str(ROOT / "examples" / "sms-spam.yaml")], ["rules", "lint"]):
        done = advisor(*command, "--rules", "own")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.splitlines() == [
            f"{Path('own', 'catalogue', 'models', 'team', 'ours.yaml')}: error: ours: {problem}"
            for problem in (
                "rank: expected a number, found 'high'",
                "weights: 'ours' is not one of none, third-party",
                "cost: missing train_hours, hours until it works, of one core",
                "cost: missing predict_ms, milliseconds for one prediction on a server core",
                "cost.size_mb: expected a number, found '1 MB'; write 1",
            )
        ]


PACK_RULE = """\
id: phones
title: Phones
criterion: success
group: phone
when:
  all:
    - {fact: deployment.target, is: phone}
    - {fact: data.rows, less_than: 500}
    - {fact: data.structur, is: text}
points: {ml: 3}
because: So it is.
exceptions: None.
evidence:
  - {source: judgement, claim: So it seems.}
tests:
  fires: [{deployment.target: mobile}]
  silent: [{deployment.target: cloud}]
"""


def test_every_mistake_of_a_rule_is_shown_with_its_place_and_what_is_allowed(advisor, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "phones.yaml").write_text(PACK_RULE)
    done = advisor("rules", "test", "--rules", "own")
    assert (done.returncode, done.stdout) == (2, "")
    file = Path("own", "phones.yaml")
    told = [line.removeprefix(f"{file}:") for line in done.stderr.splitlines() if line.startswith(str(file))]
    assert told[0].startswith(
        "4:8: error: group: unknown group 'phone'; declare a group of your own in groups.yaml; known: structure, task, "
    )
    assert told[1:] == [
        "7:37: error: when.all[0].is: 'phone' is not a value of deployment.target (cloud, on-premises, edge-cpu, "
        "edge-gpu, mobile, browser, microcontroller)",
        "8:36: error: when.all[1].less_than: unknown operator 'less_than', not one of is, is_not, in, below, at_most, "
        "above, at_least, between, known",
        "9:14: error: when.all[2].fact: unknown fact 'data.structur'; did you mean 'data.structure'?",
        "10:14: error: points.ml: unknown approach 'ml', not one of none, classical, hybrid, transfer, deep",
    ]


def test_every_mistake_of_a_condition_of_a_model_is_shown_beside_its_other_mistakes(advisor, tmp_path):
    entries = yaml.safe_load((ROOT / "rules" / "catalogue" / "models" / "text.yaml").read_text("utf-8"))
    own = {key: entries[0][key] for key in ("id", "title", "library", "why", "tasks", "structures")}
    leaves = [{"fact": "deployment.target", "is": "phone"}, {"fact": "data.row", "below": 3}]
    own |= {"when": {"all": leaves}, "better": [{"when": leaves[1], "rank": "high"}], "licence": {"comercial": True}}
    models = tmp_path / "own" / "catalogue" / "models"
    models.mkdir(parents=True)
    (models / "ours.yml").write_text(json.dumps([own]), encoding="utf-8")
    done = advisor("rules", "lint", "--rules", "own")
    assert done.returncode == 2
    place = f"{Path('own', 'catalogue', 'models', 'ours.yml')}: error: {own['id']}: "
    assert [line.removeprefix(place) for line in done.stderr.splitlines()] == [
        "missing: approach, rank, weights, hosted, explanation, targets, cost, sources",
        "licence: unknown key 'comercial'; did you mean 'commercial'?",
        "licence: missing commercial, whether commercial use is free",
        "when.all[0].is: 'phone' is not a value of deployment.target (cloud, on-premises, edge-cpu, edge-gpu, mobile, "
        "browser, microcontroller)",
        "when.all[1].fact: unknown fact 'data.row'; did you mean 'data.rows'?",
        "better[0].when.fact: unknown fact 'data.row'; did you mean 'data.rows'?",
        "better[0].rank: expected a number, found 'high'",
    ]


def test_the_price_of_a_hosted_model_has_to_be_known(advisor, tmp_path):
    entries = yaml.safe_load((ROOT / "rules" / "catalogue" / "models" / "text.yaml").read_text("utf-8"))
    hosted = next(entry for entry in entries if entry["cost"]["kind"] == "hosted")
    (tmp_path / "own" / "catalogue" / "models").mkdir(parents=True)
    ours = {**hosted, "id": "ours", "cost": {**hosted["cost"], "price": "nobody-knows"}}
    (tmp_path / "own" / "catalogue" / "models" / "ours.yaml").write_text(json.dumps([ours]), encoding="utf-8")
    done = advisor("recommend", str(ROOT / "examples" / "sms-spam.yaml"), "--rules", "own")
    assert done.returncode == 2
    assert "ours: unknown price nobody-knows" in done.stderr


def test_every_row_of_knowledge_is_live(advisor):
    result = advisor("rules", "coverage", "--format", "json")
    rows = json.loads(result.stdout)
    assert result.returncode == 0
    assert len(rows) == 47
    assert [row["id"] for row in rows if not row["live"]] == []


def test_the_list_names_every_file(advisor):
    listed = {line.split()[0] for line in advisor("rules", "list").stdout.splitlines()}
    files = {path.stem for path in (ROOT / "rules").rglob("*.yaml") if "catalogue" not in path.parts}
    assert listed == files - {"groups"}


def test_examples_are_listed_and_printed(advisor):
    listing = advisor("examples").stdout.splitlines()
    assert [line.split()[0] for line in listing] == [path.stem for path in EXAMPLES]
    assert all(len(line.split(maxsplit=1)) == 2 for line in listing)
    printed = advisor("examples", "telecom-churn").stdout
    assert printed == (ROOT / "examples" / "telecom-churn.yaml").read_text("utf-8")
    assert advisor("recommend", "-", "--expect", "classical", stdin=printed).returncode == 0


def test_examples_meet_the_schema_of_the_profile(advisor):
    validator = jsonschema.Draft202012Validator(json.loads(advisor("schema", "profile").stdout))
    for path in EXAMPLES:
        validator.validate(yaml.safe_load(path.read_text()))
