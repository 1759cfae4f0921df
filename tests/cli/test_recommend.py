"""`advisor recommend` as a user meets it: streams, exit codes, gates, files, mistakes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CHURN = """\
name: churn
task: classification
data:
  structure: tabular
  rows: 7043
  labelled: 7043
  features: 20
interpretability:
  need: post-hoc
compute:
  hardware: cpu
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile.yaml"
    path.write_text(CHURN)
    return path


def test_answers_in_the_first_line(advisor, profile):
    result = advisor("recommend", "profile.yaml")
    assert (result.returncode, result.stderr) == (0, "")
    assert "classical learning" in "\n".join(result.stdout.splitlines()[:3])


def test_json_is_one_object_and_an_array_on_request(advisor, profile):
    single = json.loads(advisor("recommend", "profile.yaml", "--format", "json").stdout)
    array = json.loads(advisor("recommend", "profile.yaml", "--format", "json", "--array").stdout)
    pair = json.loads(advisor("recommend", "profile.yaml", "profile.yaml", "-f", "json").stdout)
    assert single["approach"] == "classical"
    assert array == [single]
    assert pair == [single, single]


def test_reads_standard_input_and_json(advisor):
    content = json.dumps({"task": "lookup", "data": {"structure": "tabular", "known_rule": True}})
    result = advisor("recommend", "-", "--format", "json", stdin=content)
    assert json.loads(result.stdout)["verdict"] == "none"


def test_set_changes_a_field_for_one_call(advisor, profile):
    before = json.loads(advisor("recommend", "profile.yaml", "-f", "json").stdout)
    after = json.loads(
        advisor(
            "recommend",
            "profile.yaml",
            "-f",
            "json",
            "--set",
            "data.labelled=0",
            "--set",
            "data.features=null",
        ).stdout
    )
    assert before["profile"]["data"]["labelled"] == 7043
    assert after["profile"]["data"] == {"structure": "tabular", "rows": 7043, "labelled": 0}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--expect", "classical"], 0),
        (["--expect", "ml"], 0),
        (["--expect", "deep,classical"], 0),
        (["--expect", "none,toss-up"], 1),
        (["--min-probability", "0.5"], 0),
        (["--min-probability", "1"], 1),
    ],
)
def test_gates_decide_the_exit_code_and_never_the_report(advisor, profile, arguments, code):
    plain = advisor("recommend", "profile.yaml", "--format", "json")
    gated = advisor("recommend", "profile.yaml", "--format", "json", *arguments)
    assert gated.returncode == code
    assert gated.stdout == plain.stdout
    assert ("gate failed" in gated.stderr) is (code == 1)


def test_an_infeasible_answer_is_an_answer(advisor):
    content = """
task: classification
data: {structure: image, rows: 5000, labelled: 5000, domain_features: false, known_rule: false}
interpretability: {need: intrinsic}
"""
    result = advisor("recommend", "-", "--format", "json", stdin=content)
    answer = json.loads(result.stdout)
    assert result.returncode == 0
    assert answer["verdict"] == "infeasible"
    assert [answer[key] for key in ("approach", "probability", "confidence", "scores")] == [None] * 4
    clash = next(item for item in answer["warnings"] if item["id"] == "limits-clash")
    assert "interpretability.need" in clash["fields"]
    assert "Smallest change that helps" in clash["message"]
    assert advisor("recommend", "-", "--expect", "infeasible", stdin=content).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recommend", "nosuch.yaml"], "no such file: nosuch.yaml"),
        (["recommend", "profil.yaml"], "no such file: profil.yaml; did you mean profile.yaml?"),
        (["recommend", "."], "is a folder"),
        (["recommend"], "Missing argument"),
        (["recommend", "profile.yaml", "--format", "yaml"], "'yaml' is not one of"),
        (["recommend", "profile.yaml", "--expect", "clasical"], "did you mean 'classical'?"),
        (["recommend", "profile.yaml", "--expect", ""], "no value given"),
        (["recommend", "profile.yaml", "--min-probability", "2"], "not in the range"),
        (["recommend", "profile.yaml", "--rules", "nosuch"], "no such rules folder"),
        (["recommend", "profile.yaml", "--output", "no/such/file"], "no such folder"),
        (["recommend", "profile.yaml", "--set", "data.rws=5"], "did you mean 'data.rows'?"),
        (["recommend", "profile.yaml", "--set", "data.rows"], "is not field=value"),
        (["recommend", "-", "-"], "only once"),
        (["recomend", "profile.yaml"], "did you mean 'recommend'?"),
        (["profile.yaml"], "advisor recommend profile.yaml"),
        (["examples", "telecom"], "did you mean 'telecom-churn'?"),
        (["rules", "show", "table-of-colums"], "did you mean 'table-of-columns'?"),
    ],
)
def test_mistakes_are_exit_2_with_an_empty_stdout_and_a_way_on(advisor, profile, arguments, words):
    result = advisor(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_all_problems_of_all_profiles_are_told_at_once(advisor, tmp_path):
    (tmp_path / "one.yaml").write_text("task: clasification\ndata: {structure: tabular, rows: -1}\n")
    (tmp_path / "two.yaml").write_text("task: regression\ndata: {structure: table}\n")
    result = advisor("recommend", "one.yaml", "two.yaml", "--format", "json")
    assert (result.returncode, result.stdout) == (2, "")
    assert [line.split(": error")[0] for line in result.stderr.splitlines() if ": error: " in line] == [
        "one.yaml:1:7",
        "one.yaml:2:34",
        "two.yaml:2:19",
    ]


def test_output_is_written_whole_or_not_at_all(advisor, profile, tmp_path):
    advisor("recommend", "profile.yaml", "--format", "json", "--output", "out.json")
    assert json.loads((tmp_path / "out.json").read_text())["approach"] == "classical"
    (tmp_path / "bad.yaml").write_text("task: nope\n")
    assert advisor("recommend", "bad.yaml", "--output", "out.json").returncode == 2
    assert json.loads((tmp_path / "out.json").read_text())["approach"] == "classical"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.yaml", "out.json", "profile.yaml"]


def test_json_is_byte_identical_across_runs_hash_seeds_and_key_orders(advisor, tmp_path):
    shuffled = """\
compute: {hardware: cpu}
interpretability: {need: post-hoc}
data: {features: 20, labelled: 7043, rows: 7043, structure: tabular}
task: classification
name: churn
"""
    (tmp_path / "profile.yaml").write_text(CHURN)
    outputs = [
        advisor("recommend", "profile.yaml", "-f", "json", env={"PYTHONHASHSEED": seed}).stdout for seed in "012"
    ]
    (tmp_path / "profile.yaml").write_text(shuffled)
    outputs.append(advisor("recommend", "profile.yaml", "-f", "json").stdout)
    assert len(set(outputs)) == 1


def test_colour_is_an_extra_that_no_color_takes_away(advisor, profile):
    assert "\x1b[" not in advisor("recommend", "profile.yaml").stdout
    assert "\x1b[" in advisor("recommend", "profile.yaml", "--color", "always").stdout
    assert "\x1b[" in advisor("recommend", "profile.yaml", env={"FORCE_COLOR": "1", "TERM": "xterm"}).stdout
    both = advisor("recommend", "profile.yaml", env={"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm"})
    assert "\x1b[" not in both.stdout
    assert "\x1b" not in advisor("recommend", "profile.yaml", "-f", "json", "--color", "always").stdout


def test_a_closed_pipe_ends_without_a_word(environment, profile):
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "recommend", str(profile), "--explain"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 0


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_is_exit_130(environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "recommend", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    time.sleep(1.5)  # it now waits for standard input
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in error


def test_a_read_only_home_does_no_harm(advisor, profile):
    result = advisor("recommend", "profile.yaml", "-f", "json", env={"ADVISOR_CACHE_DIR": "/proc/none"})
    assert (result.returncode, result.stderr) == (0, "")


def test_heavy_modules_stay_out_of_start_up(environment, profile):
    heavy = "pandas numpy sklearn torch xgboost scipy matplotlib jinja2 jsonschema importlib.metadata rich"
    script = (
        "import sys; from advisor.cli.main import run; "
        f"code = run(['recommend', {str(profile)!r}, '--format', 'json']); "
        f"found = sorted(set({heavy.split()!r}) & set(sys.modules)); "
        "print(code, found, file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "0 []"


def test_own_rules_override_and_add(advisor, profile, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "groups.yaml").write_text("- {id: house, title: House rules, criterion: success, cap: 60}\n")
    (folder / "we-want-networks.yaml").write_text("""\
id: we-want-networks
title: We want networks
criterion: success
group: house
when: {fact: data.structure, is: tabular}
points: {deep: 50}
because: The team says so.
exceptions: Never.
evidence:
  - {source: judgement, claim: The team says so.}
tests:
  fires: [{data.structure: tabular}]
  silent: [{data.structure: image}]
""")
    answer = json.loads(advisor("recommend", "profile.yaml", "-f", "json", "--rules", "own").stdout)
    plain = json.loads(advisor("recommend", "profile.yaml", "-f", "json").stdout)
    assert (plain["approach"], answer["approach"]) == ("classical", "deep")
    assert answer["rules"]["count"] == plain["rules"]["count"] + 1
    assert answer["rules"]["sha256"] != plain["rules"]["sha256"]


def test_bad_rules_are_exit_2_with_place_and_reason(advisor, profile, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "odd.yaml").write_text("id: other\ntitle: Odd\nwhen: {fact: data.rws, above: 3}\npoints: {dep: 3}\n")
    result = advisor("recommend", "profile.yaml", "--rules", "own")
    assert (result.returncode, result.stdout) == (2, "")
    for words in ("odd.yaml:1:5", "did you mean 'data.rows'?", "did you mean 'deep'?", "missing: criterion"):
        assert words in result.stderr


def test_why_not_names_what_speaks_against_an_approach(advisor, profile):
    result = advisor("recommend", "profile.yaml", "--why-not", "deep")
    assert result.returncode == 0
    assert "Why not" in result.stdout


def test_help_and_version(advisor):
    assert advisor("--version").stdout == "advisor 0.1.0\n"
    for arguments in (["--help"], ["recommend", "-h"], ["rules", "--help"], ["schema", "--help"]):
        result = advisor(*arguments)
        assert (result.returncode, result.stderr) == (0, "")
        assert "Usage: advisor" in result.stdout
    assert "130  interrupted" in advisor("--help").stdout
