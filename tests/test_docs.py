"""Every command in the README and in docs/ is run, and what a page shows is what it prints."""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import click
import pytest
import yaml

from tests.docs.pages import PAGES, README, ROOT, blocks, figures, named, shown_files, without_counts, without_times
from tests.test_action import commit

EVIDENCE = ROOT.parent / "shared" / "evidence"
CONVERT = [sys.executable, str(ROOT / "tests" / "benchmarks" / "evidence.py"), str(EVIDENCE)]
MEASURING = ("measure.md", "tutorial.md")
CONSOLES = [page for page in PAGES if any(block.language == "console" for block in blocks(page))]


@pytest.fixture(scope="module")
def program(environment, tmp_path_factory):
    """The variables of a shell in which `advisor` is this program, and `python` the interpreter that runs it."""
    path = tmp_path_factory.mktemp("bin") / "advisor"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m advisor "$@"\n')
    path.chmod(0o755)
    folders = (path.parent, Path(sys.executable).parent, os.environ["PATH"])
    return {**environment, "PATH": ":".join(map(str, folders))}


def bash(command, folder, variables, **options):
    """Run one line as a person would type it."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
        **options,
    )


@cache
def measured(command, folder, variables):
    """Return what a command that fits models prints; README and pages may show different parts of it."""
    done = bash(command, folder, dict(variables))
    assert done.returncode == 0, done.stderr
    return done.stdout


class Reader:
    """Follows a page from top to bottom in a folder of its own."""

    def __init__(self, page, folder, variables):
        self.page, self.folder, self.variables = page, folder, variables
        shutil.copytree(ROOT / "examples", folder / "examples")

    def shown(self, block):
        """Return the console as a terminal would show it now."""
        if block.kind == "terminal":
            return self._conversation(block)
        text = ""
        for command in block.commands:
            output = self._measured(command) if block.kind == "measured" else self._output(command, block)
            text += f"$ {command}\n" + "".join(f"{line.rstrip()}\n" for line in output.splitlines())
        return text

    def _output(self, command, block):
        last = command == block.commands[-1]
        expected = int(block.argument) if block.kind == "exit" and last else 0
        done = bash(command, self.folder, self.variables)
        assert done.returncode == expected, f"{command}: {done.stderr}"
        if block.kind != "exit":
            assert done.stderr == "", command
        assert done.stderr + done.stdout or re.search(r" > | -o |sed -i", command), f"{command} prints nothing"
        return done.stderr + done.stdout

    def _measured(self, command):
        program, _, rest = command.partition(" | ")
        if " > " in program:
            assert bash(command, self.folder, self.variables).returncode == 0
            return ""
        folder = str(self.folder if "measured.json" in program else ROOT)
        text = measured(program, folder, tuple(sorted(self.variables.items())))
        return bash(rest, self.folder, self.variables, input=text).stdout if rest else text

    def _conversation(self, block):
        from tests.cli.terminal import talk

        (command,) = block.commands
        typed = [line.partition(">")[2].strip() + "\n" for line in block.body.splitlines() if line[:4] == "   >"]
        seen, code = talk(shlex.split(command)[1:], typed, self.folder, self.variables)
        assert code == 0
        return f"$ {command}\n" + "".join(f"{line.rstrip()}\n" for line in seen.rstrip().splitlines())


def measured_at_night(page):
    """Return the page as a parameter; pages that measure wait for the night, but for the one that all read."""
    return pytest.param(page, id=named(page), marks=[pytest.mark.nightly] if page.name in MEASURING else [])


@pytest.mark.skipif(sys.platform == "win32", reason="the pages show the shell of Unix")
@pytest.mark.parametrize("page", [measured_at_night(page) for page in CONSOLES])
def test_what_a_page_shows_is_what_its_commands_print(page, program, tmp_path, update_golden):
    reader = Reader(page, tmp_path, program)
    text = page.read_text("utf-8")
    changes = []
    for block in blocks(page):
        if block.kind == "file":
            target = tmp_path / block.argument
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        if block.kind == "evidence":
            if not EVIDENCE.is_dir():
                continue
            converted = subprocess.run(CONVERT, capture_output=True, check=True).stdout
            (tmp_path / "evidence.csv").write_bytes(converted)
        if block.language != "console" or (" jq " in block.body and shutil.which("jq") is None):
            continue
        shown = reader.shown(block)
        essence = without_times if block.kind == "measured" else without_counts
        if essence(block.body) != essence(shown):
            changes.append((block, shown))
            if not update_golden:
                assert block.body == shown, "if the change is meant: pytest --update-golden tests/test_docs.py"
    for block, shown in reversed(changes):
        text = text[: block.start] + shown + text[block.end :]
    if changes:
        page.write_text(text, encoding="utf-8")


SESSIONS = [page for page in PAGES if any(block.language == "pycon" for block in blocks(page))]


@pytest.mark.slow  # sessions measure
@pytest.mark.parametrize("page", SESSIONS, ids=named)
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for name, body in shown_files(page).items():
        (tmp_path / name).write_text(body, encoding="utf-8")
    sessions = "\n".join(block.body for block in blocks(page) if block.language == "pycon")
    test = doctest.DocTestParser().get_doctest(sessions, {}, named(page), named(page), 0)
    assert test.examples
    report = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert "".join(report) == ""


# -- figures ----------------------------------------------------------------------------------------------

JUDGED = ROOT / "docs" / "explanation" / "how-good-it-is.md"


@pytest.fixture(scope="module")
def advice():
    """The program that prints the figures of the page on how good the advice is."""
    sys.path.append(str(ROOT / "tests" / "benchmarks"))
    import advice

    return advice


@pytest.mark.slow
@pytest.mark.parametrize("name", ["situations", "estimators", "asked", "gains", "published"])
def test_the_figures_of_a_page_are_those_of_the_program(advice, name, update_golden):
    if name in ("gains", "published") and not EVIDENCE.is_dir():
        pytest.skip("the published results are not part of the repository")
    rows = {
        "situations": advice.situation_rows,
        "estimators": advice.estimator_rows,
        "asked": advice.interview_rows,
        "gains": lambda: advice.gain_rows(EVIDENCE),
        "published": lambda: advice.published_differences.rows(EVIDENCE),
    }[name]()
    expected = "\n".join(rows) + "\n"
    text = JUDGED.read_text("utf-8")
    shown, start, end = figures(JUDGED)[name]
    if update_golden:
        JUDGED.write_text(text[:start] + expected + text[end:], encoding="utf-8")
        shown = expected
    assert shown == expected, "if the change is meant: pytest --update-golden tests/test_docs.py"


def test_every_table_of_figures_is_tested():
    assert [name for page in PAGES for name in figures(page)] == list(figures(JUDGED))
    assert set(figures(JUDGED)) == {"situations", "gains", "published", "estimators", "asked"}


# -- what is said without being run -----------------------------------------------------------------------


def commands_of(group, context):
    """Yield every command of a group with its name."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield f"{context.info_name} {name}", command
        if isinstance(command, click.Group):
            yield from commands_of(command, click.Context(command, info_name=f"{context.info_name} {name}"))


def test_every_option_that_a_page_names_exists():
    from advisor.cli.main import cli

    known = {"--anew"}
    for _, command in commands_of(cli, click.Context(cli, info_name="advisor")):
        known |= {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    others = {
        "--help",
        "--version",
        "--wheel",
        "--build-arg",
        "--rm",
        "--tag",
        "--volume",
    }  # of click, build and Docker
    wrong = {
        f"{named(page)}: {option}"
        for page in PAGES
        for option in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+(?=[\s`=,;:.)|\]/]|$)", page.read_text("utf-8"))
        if option not in known | others
    }
    assert wrong == set()


def test_action_and_hooks_on_the_page_exist():
    shown = shown_files(ROOT / "docs" / "how-to" / "ci.md")
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    workflow = yaml.safe_load(shown[".github/workflows/model.yaml"])
    steps = workflow["jobs"]["advisor"]["steps"]
    (step,) = [step for step in steps if step["uses"].startswith("./")]
    assert set(step["with"]) <= set(action["inputs"])
    asked = re.findall(rf"steps\.{step['id']}\.outputs\.(\w+)", shown[".github/workflows/model.yaml"])
    assert set(asked) <= set(action["outputs"])
    assert {"name", "permissions", "jobs"} <= set(workflow)
    (repository,) = yaml.safe_load(shown[".pre-commit-config.yaml"])["repos"]
    shown_hooks = {hook["id"]: hook for hook in repository["hooks"]}
    assert list(shown_hooks) == [hook["id"] for hook in hooks]
    for hook in hooks:
        assert shown_hooks[hook["id"]]["entry"] == hook["entry"]
        assert shown_hooks[hook["id"]]["files"] == hook["files"]


def test_the_hooks_on_the_page_run_in_pre_commit(program, tmp_path):
    for name, body in shown_files(ROOT / "docs" / "how-to" / "ci.md").items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(body, encoding="utf-8")
    shutil.copy(ROOT / "tests" / "golden" / "telecom-churn.json", tmp_path / "advisor-result.json")
    commit(tmp_path)
    command = f'"{sys.executable}" -m pre_commit run --all-files --color never'
    variables = {**program, "PRE_COMMIT_HOME": str(tmp_path / ".home")}
    done = bash(command, tmp_path, variables)
    assert (done.returncode, done.stdout.count("Passed")) == (0, 2), done.stdout + done.stderr
    (tmp_path / "profile.yaml").write_text("task: clasification\n")
    done = bash(command, tmp_path, variables)
    assert (done.returncode, done.stdout.count("Passed")) == (1, 1), done.stdout + done.stderr


def test_a_reader_learns_the_name_of_every_file_before_it_is_shown():
    """The comment that names a file for the tests is invisible."""
    for page in PAGES:
        text, before = page.read_text("utf-8"), 0
        for block in blocks(page):
            if block.kind == "file":
                assert f"`{block.argument}`" in text[before : block.start], f"{named(page)}: {block.argument}"
            before = block.end


def test_the_readme_is_short_and_its_profile_too():
    assert README.stat().st_size <= 9_000
    assert len(shown_files(README)["profile.yaml"].splitlines()) <= 12


def test_no_page_links_to_a_missing_file_or_heading():
    anchors = {page: {_anchor(line) for line in _headings(page)} for page in PAGES}
    wrong = []
    for page in (*PAGES, ROOT / "rules" / "README.md", ROOT / "examples" / "README.md"):
        for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)]+))?\)", _prose(page)):
            file = (page.parent / target).resolve() if target else page
            if not file.exists() or (anchor and anchor not in anchors.get(file, ())):
                wrong.append(f"{named(page)}: {target}#{anchor}")
    assert wrong == []


def _prose(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def _headings(page: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


# -- what belongs to pages beside them --------------------------------------------------------------------


def test_the_example_data_are_those_of_scikit_learn():
    import pandas as pd
    from sklearn.datasets import load_breast_cancer

    bundled = load_breast_cancer(as_frame=True)
    ours = pd.read_csv(ROOT / "examples" / "breast-cancer.csv")
    pd.testing.assert_frame_equal(ours.drop(columns="diagnosis"), bundled.data)
    assert ours["diagnosis"].tolist() == [bundled.target_names[code] for code in bundled.target]


def test_the_table_of_results_can_be_read_and_is_that_of_the_help(advisor):
    from advisor.calibration.table import read_table

    rows = shown_files(ROOT / "docs" / "how-to" / "calibrate.md")["results.csv"]
    assert len(read_table(rows.encode(), "results.csv")) == 3
    shown = " ".join(advisor("rules", "calibrate", "--help").stdout.split())
    for line in rows.splitlines():
        assert line in shown


def test_the_changelog_has_a_section_for_rules_under_every_release():
    releases = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert releases
    for release in releases:
        assert "### Rules" in release
