"""`--format` and `--output` of every command: the registry names the formats, the suffix of the file chooses one."""

import json

import pytest

from advisor.cli.baseline import baseline
from advisor.cli.calibrate import calibrate
from advisor.cli.check import check
from advisor.cli.compare import compare
from advisor.cli.recommend import recommend
from advisor.cli.rules import coverage
from advisor.cli.sweep import sweep
from advisor.render import FORMATS

PROFILE = "task: classification\ndata: {structure: tabular, rows: 900, labelled: 900}\n"
COMMANDS = {
    "recommendation": recommend,
    "baseline": baseline,
    "check": check,
    "sweep": sweep,
    "comparison": compare,
    "calibration": calibrate,
    "coverage": coverage,
}


@pytest.fixture
def profile(tmp_path):
    (tmp_path / "p.yaml").write_text(PROFILE)
    return tmp_path


def test_every_kind_of_the_registry_has_a_command():
    assert set(FORMATS) == set(COMMANDS)


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_command_offers_the_formats_of_the_registry(kind):
    option = next(parameter for parameter in COMMANDS[kind].params if parameter.name == "format_")
    assert list(option.type.choices) == list(FORMATS[kind])


@pytest.mark.parametrize("name", ["report.json", "REPORT.JSON"])
def test_the_suffix_of_the_file_chooses_the_format(advisor, profile, name):
    assert advisor("recommend", "p.yaml", "-o", name).returncode == 0
    assert json.loads((profile / name).read_text())["approach"] == "classical"


@pytest.mark.parametrize(("name", "start"), [("r.md", "# Use "), ("r.txt", "Use "), ("r.log", "Use "), ("r", "Use ")])
def test_an_unknown_suffix_stands_for_text(advisor, profile, name, start):
    assert advisor("recommend", "p.yaml", "-o", name).returncode == 0
    assert (profile / name).read_text().startswith(start)


def test_a_format_that_was_asked_for_comes_before_the_suffix(advisor, profile):
    assert advisor("recommend", "p.yaml", "-o", "r.md", "-f", "json").returncode == 0
    assert json.loads((profile / "r.md").read_text())["verdict"] == "ml"


def test_a_suffix_that_the_command_has_no_format_for_is_refused(advisor, profile):
    result = advisor("sweep", "p.yaml", "data.labelled", "-o", "r.html")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        "Error: r.html: the suffix means html, which this command does not offer; "
        "choose one of text, markdown, json with --format"
    )
    assert not (profile / "r.html").exists()


def test_a_suffix_that_no_format_has_is_refused_unless_a_format_is_named(advisor, profile):
    result = advisor("recommend", "p.yaml", "-o", "r.pdf")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        "Error: r.pdf: no format of this command has the suffix .pdf "
        "(they are .txt, .json, .md, .markdown, .html, .htm); name a format with --format to write it all the same"
    )
    assert not (profile / "r.pdf").exists()
    assert advisor("recommend", "p.yaml", "-o", "r.pdf", "-f", "text").returncode == 0
    assert advisor("recommend", "p.yaml", "-o", "answer.2026").returncode == 0
