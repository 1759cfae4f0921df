"""Streams that are full, closed or odd: a clear error with exit code 2, and 1 for gates alone."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.cli.main import run
from advisor.render.layout.json_keys import json_text
from tests.bounds import examples

PROFILE = "task: classification\ndata: {structure: tabular, rows: 900}\n"
FULL = "Error: cannot write to standard output: No space left on device\n"
CLOSED = "Error: cannot write to standard output: Bad file descriptor\n"

unix = pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")


@pytest.fixture
def shell(environment, tmp_path):
    (tmp_path / "p.yaml").write_text(PROFILE)

    def run(command, **variables):
        command = command.replace("advisor", f"{sys.executable} -m advisor", 1)
        return subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@unix
@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        ("advisor recommend p.yaml > /dev/full", 2, FULL),
        ("advisor --help > /dev/full", 2, FULL),
        (
            "advisor recommend p.yaml -f text -o /dev/full",
            2,
            FULL.replace("to standard output", "/dev/full"),
        ),
        ("advisor recommend p.yaml >&-", 2, CLOSED),
        ("advisor --version >&-", 2, CLOSED),
        ("advisor recommend p.yaml --expect deep 2>&-", 1, ""),
        ("advisor recommend nowhere.yaml 2>&-", 2, ""),
        ("advisor recommend nowhere.yaml 2>/dev/full", 2, ""),
        ("advisor recommend p.yaml -o r.txt <&- >&- 2>&-", 0, ""),
        ("advisor recommend - <&-", 2, "<stdin>:1:1: error: the file is empty"),
        ("advisor --help | true", 0, ""),
    ],
)
def test_a_stream_that_takes_or_gives_nothing(shell, command, code, error):
    done = shell(command)
    assert done.returncode == code, done.stderr
    assert done.stderr == error if error.endswith("\n") or not error else error.split(":")[0] in done.stderr


@unix
def test_what_is_no_width_is_none(shell):
    plain = shell("advisor recommend p.yaml", COLUMNS="80").stdout
    for columns in ("²²²", "9" * 5000, "-5", "x"):
        assert shell("advisor recommend p.yaml", COLUMNS=columns).stdout == plain


@pytest.mark.slow
@unix
@pytest.mark.parametrize(
    "command",
    [
        ["check", "FILE", "--expect", "ml"],
        ["check", "r.json", "--policy", "FILE"],
        ["compare", "FILE", "p.yaml"],
        ["baseline", "d.csv", "--replay", "FILE"],
        ["recommend", "FILE"],
        ["recommend", "p.yaml", "--baseline", "FILE"],
        ["rules", "calibrate", "FILE"],
        ["init", "-o", "-", "--answers", "FILE"],
        ["recommend", "p.yaml", "--rules", "pack"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("file", ["/dev/zero", "sparse.yaml"])
def test_a_file_without_an_end_is_not_read_to_it(command, file, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(PROFILE)
    (tmp_path / "r.json").write_text("{}")
    (tmp_path / "pack").mkdir()
    for name in ("sparse.yaml", "pack/sparse.yaml"):
        with (tmp_path / name).open("wb") as sparse:
            sparse.truncate(20 << 30)
    assert run([file if word == "FILE" else word for word in command]) == 2
    assert "larger than" in capsys.readouterr().err or command[1] == "r.json"


ODDITIES = ("²", "9" * 400, "9" * 5000, "nan", "inf", "-1", "1e999", "x" * 5000, "\u202e", "", "٣")
ODD = st.sampled_from(ODDITIES) | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
COMMANDS = [
    ["baseline", "nowhere.csv", "--memory"],
    ["baseline", "nowhere.csv", "--budget"],
    ["baseline", "nowhere.csv", "--horizon"],
    ["baseline", "nowhere.csv", "--skip-rows"],
    ["baseline", "nowhere.csv", "--rope"],
    ["baseline", "nowhere.csv", "--folds"],
    ["baseline", "nowhere.csv", "--kind"],
    ["baseline", "nowhere.csv", "--model"],
    ["baseline", "nowhere.csv", "--replay"],
    ["baseline", "nowhere.csv", "--pretrained"],
    ["recommend", "nowhere.yaml", "--min-probability"],
    ["recommend", "nowhere.yaml", "--rules"],
    ["recommend", "nowhere.yaml", "--set"],
    ["recommend", "nowhere.yaml", "--output"],
    ["recommend"],
    ["check", "nowhere.json", "--max-p95-ms"],
    ["check", "nowhere.json", "--rules-sha256"],
    ["compare", "nowhere.yaml"],
    ["sweep", "nowhere.yaml"],
    ["rules", "show"],
    ["rules", "calibrate"],
    ["init", "--answers"],
    ["init", "-o"],
    ["schema"],
    ["examples"],
]


@examples(1000)
@given(st.sampled_from(COMMANDS), ODD)
def test_whatever_is_typed_is_refused_and_no_fault_of_the_program(capsys, monkeypatch, tmp_path, command, odd):
    monkeypatch.chdir(tmp_path)
    asked = [*command, odd] if not odd.startswith("-") else [*command[:-1], f"{command[-1]}={odd}"]
    # nothing is measured, whatever is asked for, but this is read last
    code = run([*asked, "--prior", "warp"] if command[0] == "baseline" else asked)
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err
    assert not set(said.err) & set("\x1b\u202e\x9b")


@examples(300)
@given(st.text() | st.sampled_from(["a\u202eb", "\x9b31m", "\u2066", "\ud800", "\x1b[0m"]))
def test_no_json_turns_or_commands_what_a_reader_sees(text):
    import json

    shown = json_text({"text": text})
    assert not set(shown) & set("\x1b\x9b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert json.loads(shown) == {"text": text}
    shown.encode()
