"""`advisor recommend --jsonl`: one profile a line in, one answer a line out, for as many as come."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from advisor.cli.main import run
from advisor.cli.schema import schema_of

CHURN = '{"name": "churn", "task": "classification", "data": {"structure": "tabular", "rows": 7043, "labelled": 7043}}'
PICTURES = '{"name": "pictures", "task": "classification", "data": {"structure": "image", "rows": 300, "classes": 4}}'
BAD = '{"task": "clasification", "data": {"structure": "tabular", "rowz": 1, "rows": -1}}'


@pytest.fixture
def advise(capsys, monkeypatch, tmp_path):
    """Run `advisor recommend` in this process in an empty folder; return exit code, lines read as JSON, errors."""
    monkeypatch.chdir(tmp_path)

    def advise(*arguments, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = run(["recommend", *arguments])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()] if "--jsonl" in arguments else out, err

    return advise


@pytest.mark.slow
def test_every_line_has_the_answer_that_the_profile_alone_has(advise, tmp_path):
    code, answers, err = advise("--jsonl", stdin=f"{CHURN}\n{PICTURES}")
    assert (code, err, [answer.pop("line") for answer in answers]) == (0, "", [1, 2])
    for answer, profile in zip(answers, (CHURN, PICTURES), strict=True):
        (tmp_path / "profile.json").write_text(profile, "utf-8")
        assert answer == json.loads(advise("profile.json", "--format", "json")[1])


def test_a_bad_line_is_one_object_with_all_its_problems_and_exit_code_2(advise):
    code, lines, err = advise("--jsonl", "--no-sensitivity", stdin=f"\n{CHURN}\n{BAD}\n  \nnot a profile\n{PICTURES}\n")
    assert code == 2
    assert [line["line"] for line in lines] == [2, 3, 5, 6]
    assert [line.get("approach") is not None for line in lines] == [True, False, False, True]
    assert [(row["field"], row["column"]) for row in lines[1]["problems"]] == [
        ("task", 10),
        ("data.rowz", 60),
        ("data.rows", 79),
    ]
    assert "<stdin>:3:10: error: task: 'clasification' is not one of" in lines[1]["error"]
    assert lines[2]["problems"][0]["message"] == "a profile must be a mapping of fields, not 'not a profile'"
    assert err == "advisor: 2 lines are not profiles and have an error instead of an answer (key `error`)\n"
    for line in lines:
        jsonschema.validate(line, schema_of("bad-line" if "error" in line else "result"))


@pytest.mark.slow
def test_without_sensitivity_the_answer_and_its_probability_are_the_same(advise):
    whole = advise("--jsonl", stdin=f"{CHURN}\n{PICTURES}\n")[1]
    quick = advise("--jsonl", "--no-sensitivity", stdin=f"{CHURN}\n{PICTURES}\n")[1]
    for with_it, without in zip(whole, quick, strict=True):
        assert with_it["missing"]
        assert (without["missing"], without["flips"]) == ([], [])
        assert without["warnings"].pop()["id"] == "sensitivity-off"
        left_out = ("missing", "flips")
        assert {k: v for k, v in with_it.items() if k not in left_out} == {
            k: v for k, v in without.items() if k not in left_out
        }


@pytest.mark.slow
def test_files_follow_each_other_and_set_and_rules_hold_for_all(advise, tmp_path):
    (tmp_path / "one.jsonl").write_text(CHURN + "\n", "utf-8")
    (tmp_path / "two.jsonl").write_text(PICTURES + "\r\n" + BAD, "utf-8")
    code, lines, _ = advise("--jsonl", "one.jsonl", "two.jsonl", "--set", "data.rows=9000", "--no-sensitivity")
    assert code == 2
    assert [line["profile"]["data"]["rows"] for line in lines[:2]] == [9000, 9000]
    assert (lines[2]["file"], lines[2]["line"]) == ("two.jsonl", 2)


@pytest.mark.slow
def test_gates_hold_for_every_line_and_a_bad_line_weighs_more(advise):
    gate = ("--jsonl", "--no-sensitivity", "--expect", "classical")
    assert advise(*gate, stdin=CHURN)[0] == 0
    code, lines, err = advise(*gate, stdin=f"{CHURN}\n{PICTURES}\n")
    assert (code, len(lines)) == (1, 2)
    assert err.startswith("advisor: gate failed: line 2: pictures: ")
    assert advise(*gate, stdin=f"{PICTURES}\n{BAD}\n")[0] == 2


@pytest.mark.slow
def test_a_file_appears_when_all_lines_are_answered(advise, tmp_path):
    code, lines, _ = advise("--jsonl", "--output", "answers.jsonl", stdin=f"{CHURN}\n{BAD}\n")
    assert (code, lines) == (2, [])
    written = (tmp_path / "answers.jsonl").read_text("utf-8").splitlines()
    assert [sorted({"error", "approach"} & set(json.loads(line))) for line in written] == [["approach"], ["error"]]


@pytest.mark.slow
def test_a_line_that_is_too_long_is_refused_without_reading_on_in_its_middle(advise):
    code, lines, _ = advise("--jsonl", "--no-sensitivity", stdin=f'{{"name": "{"x" * 2_500_000}"}}\n{CHURN}\n')
    assert code == 2
    assert (lines[0]["line"], lines[0]["problems"][0]["message"]) == (1, "the file is larger than 1,000,000 bytes")
    assert (lines[1]["line"], lines[1]["approach"]) == (2, "classical")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--jsonl", "--data", "x.csv"), "--data is for one profile; --jsonl answers one a line"),
        (("--jsonl", "--budget", "2m"), "--budget is for one profile"),
        (("--jsonl", "--why-not", "deep"), "--why-not is for one profile"),
        (("--jsonl", "--format", "text"), "--jsonl writes JSON lines, no other format"),
        (("--jsonl", "--output", "page.html"), "--jsonl writes JSON lines, no other format"),
        (("--jsonl", "-", "-"), "only once"),
        (("--jsonl", "nosuch.jsonl"), "no such file: nosuch.jsonl"),
        (("--jsonl", "."), ". is a folder, not a file of profiles"),
        (("--jsonl", "--set", "data.rowz=1"), "--set:1:1: error: data.rowz: unknown field; did you mean 'data.rows'?"),
        (("-", "--no-sensitivity"), "use it with --format json"),
    ],
)
def test_mistakes_are_told_once_before_any_answer(advise, arguments, words):
    code, out, err = advise(*arguments, stdin=f"{CHURN}\n{CHURN}\n")
    assert (code, out) == (2, [] if "--jsonl" in arguments else "")
    assert err.count(words) == 1


@pytest.mark.slow
def test_an_answer_comes_before_the_next_line_is_asked_for_and_a_closed_pipe_ends_it_quietly(environment, tmp_path):
    command = [sys.executable, "-m", "advisor", "recommend", "--jsonl", "--no-sensitivity"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=tmp_path) as process:
        for profile in (CHURN, PICTURES):
            process.stdin.write(profile.encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert answer["profile"]["name"] == json.loads(profile)["name"]
        process.stdout.close()
        process.stdin.write(f"{CHURN}\n".encode() * 3)  # the input stays open: it is not read to its end
        process.stdin.flush()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


@pytest.mark.nightly
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux how much memory was taken at most")
def test_memory_does_not_grow_with_the_number_of_lines(environment, tmp_path):
    def most(lines):
        # a child's peak also counts what its parent had in memory when it forked, which a small parent keeps low
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        file = tmp_path / f"{lines}.jsonl"
        unlike = ({"structure": "tabular", "rows": 100 + 7 * i, "features": 3 + i % 300} for i in range(lines))
        file.write_text("\n".join(json.dumps({"task": "regression", "data": data}) for data in unlike), "utf-8")
        command = [sys.executable, "-m", "advisor", "recommend", "--jsonl", "--no-sensitivity", os.fspath(file)]
        done = subprocess.run([sys.executable, "-c", code, *command], env=environment, capture_output=True, check=True)
        return int(done.stdout)

    assert most(1_250) < 1.15 * most(750)
