"""Shell completion as a shell asks for it."""

import shutil
import subprocess
import sys

import pytest


def completions(advisor, *words):
    """Return what bash would be offered for the last word."""
    asked = {
        "_ADVISOR_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("advisor", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = advisor(env=asked)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(advisor, shell):
    done = advisor(env={"_ADVISOR_COMPLETE": f"{shell}_source"})
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_ADVISOR_COMPLETE={shell}_complete" in done.stdout


def test_commands_options_and_values_are_offered(advisor):
    assert completions(advisor, "che") == ["plain,check"]
    assert completions(advisor, "check", "r.json", "--min-p") == ["plain,--min-probability"]
    assert completions(advisor, "check", "r.json", "--min-confidence", "me") == ["plain,medium"]
    assert completions(advisor, "check", "r.json", "--format", "j") == ["plain,json", "plain,junit"]


@pytest.mark.parametrize(
    "words",
    [
        ("check", "re"),
        ("check", "--policy", "po"),
        ("check", "--same-as", "ol"),
        ("recommend", "pro"),
        ("recommend", "--output", "re"),
        ("baseline", "da"),
    ],
)
def test_names_of_files_are_left_to_the_shell(advisor, words):
    assert completions(advisor, *words) == [f"file,{words[-1]}"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_completes_with_the_line_of_the_readme(tmp_path, environment):
    program = tmp_path / "advisor"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m advisor "$@"\n')
    program.chmod(0o755)
    script = """
        eval "$(_ADVISOR_COMPLETE=bash_source advisor)"
        COMP_WORDS=(advisor check r.json --min-confidence h) COMP_CWORD=4
        _advisor_completion advisor
        echo "${COMPREPLY[@]}"
        complete -p advisor
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**environment, "PATH": f"{tmp_path}:{environment['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "high\ncomplete -o nosort -F _advisor_completion advisor\n"
