"""`advisor check` as a user meets it: gates, policies, streams, exit codes, mistakes."""

import json
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
SHA256 = "0123456789abcdef" * 4  # golden files leave out the hash of the rules


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Put results of either kind into the folder."""
    answer = json.loads((GOLDEN / "telecom-churn.json").read_text("utf-8"))
    answer["rules"]["sha256"] = SHA256
    (tmp_path / "churn.json").write_text(json.dumps(answer), encoding="utf-8")
    shutil.copy(GOLDEN / "sms-spam.json", tmp_path / "spam.json")
    shutil.copy(GOLDEN / "baseline" / "classical-win.json", tmp_path / "measured.json")
    return tmp_path


def changed(path: Path, **changes: object) -> str:
    """Write a copy of a result with some keys replaced; return its name."""
    content = {**json.loads(path.read_text("utf-8")), **changes}
    target = path.with_name(f"changed-{path.name}")
    target.write_text(json.dumps(content), encoding="utf-8")
    return target.name


def test_a_measurement_is_asked_whether_a_network_pays(advisor, results):
    shutil.copy(GOLDEN / "baseline" / "pays-no.json", results / "cancer.json")
    (results / "policy.yaml").write_text("require: [pays:no, pays:open]\nexpect: pays:no\n", encoding="utf-8")
    done = advisor("check", "cancer.json", "--policy", "policy.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == """\
breast-cancer.csv (cancer.json)
  ok         expect: expected pays:no, found verdict equal, pays:no, 1 in 60
  ok         require: expected pays:no or pays:open, found pays:no, 1 in 60

All 2 gates passed.
"""
    )
    done = advisor("check", "cancer.json", "--expect", "pays:yes,dl", "--format", "github")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "::error file=cancer.json,title=breast-cancer.csv%3A expect::expected pays:yes or dl, "
        "found verdict equal, pays:no, 1 in 60\n"
    )
    junit = ET.fromstring(advisor("check", "cancer.json", "--require", "pays:yes", "--format", "junit").stdout)
    assert [item.get("message") for item in junit.iter("failure")] == ["expected pays:yes, found pays:no, 1 in 60"]
    assert "did you mean 'pays:no'?" in advisor("check", "cancer.json", "--require", "pay:no").stderr


def test_gates_that_hold(advisor, results):
    done = advisor(
        *("check", "churn.json", "--expect", "classical,hybrid", "--min-probability", "0.6"),
        *("--min-confidence", "high", "--max-p95-ms", "50", "--max-size-mb", "100", "--rules-sha256", SHA256[:12]),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == f"""\
telecom-churn (churn.json)
  ok         expect: expected classical or hybrid, found classical (verdict ml)
  ok         min-probability: expected at least 0.6, found 0.870974
  ok         min-confidence: expected high, found high
  ok         max-p95-ms: expected at most 50 ms, found 5.625 ms, estimated for
             gradient-boosted trees (XGBoost)
  ok         max-size-mb: expected at most 100 MB, found 1.52688 MB, estimated
             for gradient-boosted trees (XGBoost)
  ok         rules-sha256: expected {SHA256[:12]}, found {SHA256[:12]}

All 6 gates passed.
"""
    )


def test_every_gate_is_reported_when_some_fail(advisor, results):
    done = advisor("check", "churn.json", "--expect", "deep", "--min-probability", "0.99", "--min-confidence", "low")
    assert (done.returncode, done.stderr) == (1, "")
    assert (
        done.stdout
        == """\
telecom-churn (churn.json)
  FAILED     expect: expected deep, found classical (verdict ml)
  FAILED     min-probability: expected at least 0.99, found 0.870974
  ok         min-confidence: expected at least low, found high

2 of 3 gates failed.
"""
    )


def test_a_gate_that_cannot_be_judged_fails(advisor, results):
    done = advisor("check", "churn.json", "--require", "confirmed", "--forbid-check", "leakage")
    assert done.returncode == 1
    assert (
        done.stdout
        == """\
telecom-churn (churn.json)
  FAILED     require: expected confirmed by a measurement, found not measured:
             run advisor recommend with --data and --target
  FAILED     forbid-check: expected no leakage in the data, found no data were
             checked: run advisor recommend with --data and --target

2 of 2 gates failed.
"""
    )


def test_a_measurement_is_held_against_its_preferred_model_and_its_checks(advisor, results):
    gates = ("--expect", "ml", "--max-size-mb", "100", "--forbid-check", "id-column,leakage")
    done = advisor("check", "measured.json", *gates, "--forbid-check", "no-signal", "-f", "json")
    (result,) = json.loads(done.stdout)["results"]
    assert result["kind"] == "baseline"
    assert [row["gate"] for row in result["gates"]] == ["expect", "max-size-mb", "forbid-check"]
    assert result["gates"][0]["found"] == "verdict ml"
    assert result["gates"][1]["found"].endswith(" MB, measured for regularised linear model")
    assert result["gates"][2]["expected"] == "no id-column or leakage or no-signal in the data"


def test_a_result_comes_through_a_pipe(advisor, results):
    profile = "task: classification\ndata: {structure: tabular, rows: 900, labelled: 900}"
    printed = advisor("recommend", "-", "--format", "json", stdin=profile).stdout
    done = advisor("check", "-", "--expect", "classical", stdin=printed)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "<stdin>")


def test_several_results_and_arrays_are_all_judged(advisor, results):
    pair = [json.loads((results / name).read_text("utf-8")) for name in ("churn.json", "spam.json")]
    (results / "pair.json").write_text(json.dumps(pair), encoding="utf-8")
    done = advisor("check", "pair.json", "measured.json", "--expect", "classical")
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if not line.startswith(" ")] == [
        "telecom-churn (pair.json)",
        "",
        "sms-spam (pair.json)",
        "",
        "churn.csv (measured.json)",
        "",
        "1 of 3 gates failed.",
    ]


def test_a_measurement_reaches_recommend_through_a_pipe(advisor, results):
    profile = "task: classification\ndata: {structure: tabular, rows: 900, labelled: 900}"
    (results / "profile.yaml").write_text(profile)
    printed = (results / "measured.json").read_text("utf-8")
    done = advisor("recommend", "profile.yaml", "--baseline", "-", "--format", "json", stdin=printed)
    answered = json.loads(done.stdout)
    assert answered["confirmation"] == "confirmed"
    done = advisor("check", "-", "--require", "confirmed", "--expect", "classical", stdin=done.stdout)
    assert done.returncode == 0


def test_what_powershell_writes_is_read(advisor, results):
    text = (results / "churn.json").read_text("utf-8")
    for encoding in ("utf-8-sig", "utf-16"):
        (results / "ps.json").write_text(text, encoding=encoding)
        assert advisor("check", "ps.json", "--expect", "ml").returncode == 0


# -- the same answer as before ----------------------------------------------------------------------------


def test_the_same_answer_passes_and_a_changed_one_says_which_rule_did_it(advisor, results):
    profile = "name: tickets\ntask: classification\ndata: {structure: text, labelled: 20000}\n"
    for name, labels in (("old.json", 500), ("new.json", 50_000)):
        text = profile.replace("20000", str(labels))
        (results / name).write_text(advisor("recommend", "-", "--format", "json", stdin=text).stdout, encoding="utf-8")
    same = advisor("check", "old.json", "--same-as", "old.json")
    assert same.returncode == 0
    done = advisor("check", "new.json", "--same-as", "old.json")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "tickets (new.json)",
        "  FAILED     same-as: expected transfer (verdict dl) as in old.json, found",
        "             classical (verdict ml)",
        "             data.labelled: 500 -> 50,000",
    ]
    assert lines[4].startswith("             rule amount-of-text: +")
    assert lines[-1] == "1 of 1 gate failed."


def test_an_earlier_file_must_be_readable_too(advisor, results):
    (results / "old.json").write_text('{"schema_version": "2.0", "approach": null}')
    done = advisor("check", "churn.json", "--same-as", "old.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("old.json: error: schema_version: '2.0' cannot be read by this version")


# -- policies ---------------------------------------------------------------------------------------------


def policy(folder: Path, until: date, text: str = "expect: deep\nmin_probability: 0.5\n") -> None:
    override = f"gate: expect\n    reason: the trial runs until the summer\n    by: Ana\n    until: {until}\n"
    (folder / "policy.yaml").write_text(f"{text}overrides:\n  - {override}")


def test_an_override_excuses_its_gate_until_its_last_day(advisor, results):
    far = date.today() + timedelta(days=400)
    policy(results, far)
    done = advisor("check", "churn.json", "--policy", "policy.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == f"""\
telecom-churn (churn.json)
  overridden expect: expected deep, found classical (verdict ml)
             excused until {far} (Ana): the trial runs until the summer
  ok         min-probability: expected at least 0.5, found 0.870974

All 2 gates passed, 1 excused by an override.
"""
    )


def test_an_override_that_ends_soon_warns(advisor, results):
    policy(results, date.today() + timedelta(days=20))
    done = advisor("check", "churn.json", "--policy", "policy.yaml", "--format", "github")
    assert done.returncode == 0
    assert done.stdout.startswith("::warning file=churn.json,title=telecom-churn%3A expect::")
    assert "; ends in " in done.stdout


def test_an_expired_override_fails_again_and_says_so(advisor, results):
    policy(results, date.today() - timedelta(days=2))
    done = advisor("check", "churn.json", "--policy", "policy.yaml")
    assert done.returncode == 1
    assert "  FAILED     expect: expected deep" in done.stdout
    assert f"the override ended on {date.today() - timedelta(days=2)} (Ana): the trial runs" in done.stdout


def test_options_take_the_place_of_gates_of_the_same_name(advisor, results):
    (results / "policy.yaml").write_text("expect: deep\nmin_probability: 0.5\n")
    done = advisor("check", "churn.json", "--policy", "policy.yaml", "--expect", "classical", "--max-size-mb", "9")
    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("  ok")] == [
        "expect:",
        "min-probability:",
        "max-size-mb:",
    ]


def test_files_that_a_policy_names_lie_beside_it(advisor, results):
    (results / "ci").mkdir()
    shutil.copy(results / "churn.json", results / "ci" / "agreed.json")
    (results / "ci" / "policy.yaml").write_text("same_as: agreed.json")
    assert advisor("check", "churn.json", "--policy", "ci/policy.yaml").returncode == 0


def test_a_broken_policy_is_told_with_its_places(advisor, results):
    (results / "policy.yaml").write_text("expekt: deep\nmin_probability: 60\n")
    done = advisor("check", "churn.json", "--policy", "policy.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == """\
policy.yaml:1:1: error: expekt: unknown key; did you mean 'expect'?
  1 | expekt: deep
    | ^^^^^^
policy.yaml:2:18: error: min_probability: 60 is outside 0 to 1; 60 percent is 0.6
  2 | min_probability: 60
    |                  ^^
"""
    )


# -- formats and files ------------------------------------------------------------------------------------


def test_formats_for_machines(advisor, results, tmp_path):
    gates = ("check", "churn.json", "--expect", "deep")
    schema = json.loads(advisor("schema", "check").stdout)
    jsonschema.validate(json.loads(advisor(*gates, "-f", "json").stdout), schema)
    assert ET.fromstring(advisor(*gates, "-f", "junit").stdout).get("failures") == "1"
    assert advisor(*gates, "-f", "markdown").stdout.startswith("## 1 of 1 gate failed\n")


def test_a_report_in_a_file_leaves_the_failures_to_the_log(advisor, results):
    done = advisor("check", "churn.json", "--expect", "deep", "--format", "junit", "--output", "check.xml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("advisor: gate failed: telecom-churn: expect: expected deep, found classical (verdict ml)\n")
    assert ET.parse(results / "check.xml").getroot().tag == "testsuites"


def test_hostile_names_reach_no_log(advisor, results):
    name = "x\n::error::\x1b[31mno\u202e ##[error]"
    content = json.loads((results / "churn.json").read_text("utf-8"))
    file = changed(results / "churn.json", profile={**content["profile"], "name": name})
    for arguments in ((), ("--format", "github"), ("--output", "report.txt")):
        done = advisor("check", file, "--expect", "deep", *arguments)
        assert done.returncode == 1
        lines = (done.stdout + done.stderr).splitlines()
        assert not [line for line in lines if line.lstrip().startswith("::error::") or "##[" in line or "\x1b" in line]


@pytest.mark.parametrize(
    "arguments",
    [
        ("x\n::error::no ##[error]\x1b[31m.json", "--expect", "ml"),
        ("churn.json", "--expect", "x\n::error::no ##[error]\x1b[31m"),
        ("churn.json", "--policy", "x\n::error::no ##[error]\x1b[31m"),
        ("##[error] x.json", "--expect", "ml"),
    ],
)
def test_hostile_arguments_command_nothing_in_complaints(advisor, results, arguments):
    (results / "##[error] x.json").write_text("{}")
    done = advisor("check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error" in done.stderr
    for line in done.stderr.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert line.isprintable()


# -- mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Missing argument 'RESULT...'"),
        (["churn.json"], "no gates given: use --policy FILE or a gate such as --expect classical"),
        (["missing.json", "--expect", "ml"], "no such file: missing.json"),
        ([".", "--expect", "ml"], ". is a folder, not a result"),
        (["churn.json", "--expect", "clasical"], "unknown value 'clasical'; did you mean 'classical'?"),
        (["churn.json", "--expect", ","], "no value given"),
        (["churn.json", "--forbid-check", "leak"], "unknown value 'leak'; "),
        (["churn.json", "--require", "contradicted"], "unknown value 'contradicted'; one of confirmed"),
        (["churn.json", "--min-probability", "60"], "60.0 is not in the range 0<=x<=1"),
        (["churn.json", "--min-probability", "nan"], "nan is not a number that can be compared"),
        (["churn.json", "--max-p95-ms", "inf"], "inf is not a number that can be compared"),
        (["churn.json", "--min-confidence", "sure"], "'sure' is not one of 'low', 'medium', 'high'"),
        (["churn.json", "--max-p95-ms", "-1"], "-1.0 is not in the range x>=0"),
        (["churn.json", "--rules-sha256", "XYZ"], "'XYZ' is not a SHA-256 hash"),
        (["churn.json", "--same-as", "gone.json"], "no such file: gone.json"),
        (["churn.json", "--policy", "gone.yaml"], "no such file: gone.yaml"),
        (["-", "--same-as", "-"], "standard input (-) can be read only once"),
        (["-", "--policy", "-"], "standard input (-) can be read only once"),
        (["churn.json", "--expect", "ml", "--output", "no/such/file"], "cannot write no/such/file"),
        (["profile.yaml", "--expect", "ml"], "profile.yaml:1:1: error: not JSON: Expecting value"),
        (["cut.json", "--expect", "ml"], "error: not JSON: it ends in the middle, as if it had been cut off; give"),
    ],
)
def test_mistakes_exit_2_with_nothing_on_standard_output(advisor, results, arguments, complaint):
    (results / "profile.yaml").write_text("task: classification\n")
    (results / "cut.json").write_text((results / "churn.json").read_text()[:900])
    done = advisor("check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_the_problems_of_all_files_come_at_once(advisor, results):
    (results / "a.json").write_text("{")
    broken = changed(results / "churn.json", plan=3, stability="high")
    done = advisor("check", "a.json", broken, "--expect", "ml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0].startswith("a.json:1:2: error: not JSON")
    assert done.stderr.splitlines()[-2:] == [
        f"{broken}: error: stability: expected a number, found 'high'",
        f"{broken}: error: plan: expected an array, found 3",
    ]


def test_checking_loads_nothing_heavy(results, environment):
    code = (
        "import sys; from advisor.cli.main import run; "
        "code = run(['check', 'churn.json', '--expect', 'classical', '--format', 'json']); "
        "heavy = {'pandas', 'numpy', 'sklearn', 'torch', 'xgboost', 'jsonschema', 'rich', 'matplotlib', 'jinja2'}; "
        "sys.exit(f'{code} {heavy & set(sys.modules)}' if code or heavy & set(sys.modules) else 0)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=results, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_override_of_a_gate_that_nobody_asks_for_is_told(advisor, tmp_path):
    (tmp_path / "profile.yaml").write_text("task: classification\ndata: {structure: tabular, rows: 5000}\n", "utf-8")
    advisor("recommend", "profile.yaml", "--format", "json", "--output", "result.json")
    (tmp_path / "policy.yaml").write_text(
        "expect: [classical]\noverrides:\n  - {gate: min_probability, reason: soon, until: 2099-01-01}\n", "utf-8"
    )
    done = advisor("check", "result.json", "--policy", "policy.yaml")
    assert (done.returncode, done.stderr) == (
        0,
        "advisor: the policy overrides min-probability, but no such gate is set\n",
    )
