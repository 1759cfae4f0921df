"""README, pages and changelog say what the program does."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from advisor.render import View, render
from advisor.reports.reading import read_results

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
COMMAND = "advisor recommend profile.yaml | head -n 20"
CONFIRM = "advisor recommend examples/breast-cancer.yaml --baseline measured.json | head -n 14"
MEASURE = "advisor baseline examples/breast-cancer.csv --target diagnosis --budget 5m | head -n 34"


def block(text: str, name: str) -> str:
    return re.search(rf"<!-- {name}:begin -->\n(.*?)<!-- {name}:end -->", text, re.DOTALL)[1]


def code(text: str) -> str:
    return re.search(r"```\w*\n(.*?)```", text, re.DOTALL)[1]


def check_part(name, expected, update_golden, essence=str):
    """Hold a part of the README against what it should say, or write it anew; `essence` is what has to agree."""
    text = README.read_text("utf-8")
    if update_golden:
        marks = (f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->")
        text = text.split(marks[0])[0] + marks[0] + expected + marks[1] + text.split(marks[1])[1]
        README.write_text(text, encoding="utf-8")
    assert essence(block(text, name)) == essence(expected), "if the change is meant: pytest --update-golden"


@pytest.fixture
def profile(tmp_path):
    (tmp_path / "profile.yaml").write_text(code(block(README.read_text("utf-8"), "profile")))


def test_the_profile_in_the_readme_has_twelve_lines():
    assert len(code(block(README.read_text("utf-8"), "profile")).splitlines()) == 12


def test_the_output_in_the_readme_is_real(advisor, profile, update_golden):
    lines = advisor("recommend", "profile.yaml").stdout.splitlines()[:20]
    shown = "\n".join(line.rstrip() for line in lines)
    expected = f"```console\n$ {COMMAND}\n{shown}\n```\n"
    check_part("output", expected, update_golden)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("sweep", "advisor sweep profile.yaml data.labelled=100..1e6 --set data.rows=1e6 | head -n 30"),
        ("compare", "advisor compare profile.yaml fewer.yaml | head -n 18"),
    ],
)
def test_the_what_if_in_the_readme_is_real(advisor, profile, tmp_path, update_golden, name, command):
    fewer = (tmp_path / "profile.yaml").read_text().replace("20_000", "2_000")
    (tmp_path / "fewer.yaml").write_text(fewer)
    program, _, lines = command.partition(" | head -n ")
    done = advisor(*program.split()[1:])
    assert done.returncode == 0, done.stderr
    shown = "\n".join(done.stdout.splitlines()[: int(lines)])
    expected = f"```console\n$ {command}\n{shown}\n```\n"
    check_part(name, expected, update_golden)


INTERVIEW = "advisor init --from examples/breast-cancer.csv --target diagnosis"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_the_interview_in_the_readme_is_real(environment, tmp_path, update_golden):
    from tests.cli.terminal import talk

    (tmp_path / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "breast-cancer.csv", tmp_path / "examples")
    keys = ["no\n", "\n", "cpu\n", "done\n"]
    seen, code = talk(INTERVIEW.split()[1:], keys, tmp_path, environment)
    assert code == 0
    shown = "\n".join(line.rstrip() for line in seen.rstrip().splitlines())
    expected = f"```console\n$ {INTERVIEW}\n{shown}\n```\n"
    check_part("interview", expected, update_golden)


CALIBRATE = "advisor rules calibrate evidence.csv --anew | head -n 32"
EVIDENCE = ROOT.parent / "shared" / "evidence"


@pytest.mark.skipif(not EVIDENCE.is_dir(), reason="the published results are not here")
def test_the_calibration_in_the_readme_is_real(advisor, tmp_path, update_golden):
    convert = [sys.executable, str(ROOT / "tests" / "benchmarks" / "evidence.py"), str(EVIDENCE)]
    (tmp_path / "evidence.csv").write_bytes(subprocess.run(convert, capture_output=True, check=True).stdout)
    lines = advisor(*CALIBRATE.split(" | ", maxsplit=1)[0].split()[1:]).stdout.splitlines()[:32]
    expected = "\n".join([f"```console\n$ {CALIBRATE}", *lines, "```\n"])
    check_part("calibration", expected, update_golden)


def test_the_table_of_results_in_the_readme_can_be_read(advisor):
    from advisor.calibration.table import read_table

    rows = code(block(README.read_text("utf-8"), "results"))
    assert len(read_table(rows.encode(), "results.csv")) == 3
    shown = " ".join(advisor("rules", "calibrate", "--help").stdout.split())
    for line in rows.splitlines():
        assert line in shown


RECORD = "advisor recommend profile.yaml --format markdown | head -n 37"


def test_the_record_in_the_readme_is_real(advisor, profile, update_golden):
    lines = advisor(*RECORD.split(" | ", maxsplit=1)[0].split()[1:]).stdout.splitlines()[:37]
    expected = "\n".join([f"```console\n$ {RECORD}", *lines, "```\n"])
    check_part("record", expected, update_golden)


def without_times(text):
    """Leave out what differs from run to run: seconds, milliseconds, sizes, and the blanks that align them."""
    text = re.sub(r"\d[\d.]*/\d[\d.]*|\d[\d.]* (?:s|minutes?|kB|MB)\b", "#", text)
    return [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]


@pytest.fixture(scope="module")
def measured(environment, tmp_path_factory):
    """A folder with what the command of the README measures, as measured.json."""
    folder = tmp_path_factory.mktemp("measured")
    arguments = MEASURE.removeprefix("advisor ").split(" | ")[0].split()
    done = subprocess.run(
        [sys.executable, "-m", "advisor", *arguments, "--format", "json"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder / "measured.json").write_text(done.stdout, encoding="utf-8")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


def test_the_measurement_in_the_readme_is_real(measured, update_golden):
    text = (measured / "measured.json").read_text("utf-8")
    (result,) = read_results(text, "measured.json").items
    lines = render("baseline", "text", result, View()).splitlines()[:34]
    check_block("baseline", MEASURE, lines, update_golden)


def test_the_confirmation_in_the_readme_is_real(advisor, measured, update_golden):
    done = advisor(*CONFIRM.split(" | ", maxsplit=1)[0].split()[1:], cwd=measured)
    assert (done.returncode, done.stderr) == (0, "")
    check_block("confirmation", CONFIRM, done.stdout.splitlines()[:14], update_golden)


def check_block(name, command, lines, update_golden):
    shown = "\n".join(line.rstrip() for line in lines)
    expected = f"```console\n$ {command}\n{shown}\n```\n"
    check_part(name, expected, update_golden, without_times)


@pytest.fixture(scope="module")
def figures():
    """The program that prints the figures of the page on how good the advice is."""
    sys.path.append(str(ROOT / "tests" / "benchmarks"))
    import advice

    return advice


def check_rows(name, rows, update_golden):
    expected = "\n".join(rows) + "\n"
    check_part(name, expected, update_golden)


def test_the_figures_on_situations_are_those_of_the_program(figures, update_golden):
    check_rows("situations", figures.situation_rows(), update_golden)


def test_the_figures_on_estimates_are_those_of_the_program(figures, update_golden):
    check_rows("estimators", figures.estimator_rows(), update_golden)


def test_the_figures_on_the_interview_are_those_of_the_program(figures, update_golden):
    check_rows("asked", figures.interview_rows(), update_golden)


def test_the_figures_on_the_gain_are_those_of_the_program(figures, update_golden):
    folder = ROOT.parent / "shared" / "evidence"
    if not folder.is_dir():
        pytest.skip("the published results are not part of the repository")
    check_rows("gains", figures.gain_rows(folder), update_golden)


def test_the_example_data_are_those_of_scikit_learn():
    import pandas as pd
    from sklearn.datasets import load_breast_cancer

    bundled = load_breast_cancer(as_frame=True)
    ours = pd.read_csv(ROOT / "examples" / "breast-cancer.csv")
    pd.testing.assert_frame_equal(ours.drop(columns="diagnosis"), bundled.data)
    assert ours["diagnosis"].tolist() == [bundled.target_names[code] for code in bundled.target]


def test_the_gate_in_the_readme_holds(advisor, profile):
    line = code(block(README.read_text("utf-8"), "gate")).splitlines()[0]
    arguments = line.removeprefix("$ advisor ").split(" | ")[0].split()
    assert advisor(*arguments).returncode == 0


@pytest.fixture
def shell(environment, tmp_path):
    """Run the commands of a block in bash, in the folder of the profile; return what a terminal would show."""
    program = tmp_path / "bin" / "advisor"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m advisor "$@"\n')
    program.chmod(0o755)

    def run(text):
        shown = ""
        for line in [line for line in text.splitlines() if line.startswith("$ ")]:
            done = subprocess.run(
                ["bash", "-c", line.removeprefix("$ ")],
                cwd=tmp_path,
                env={**environment, "PATH": f"{program.parent}:{environment['PATH']}"},
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=True,
            )
            assert done.stderr == ""
            shown += f"{line}\n{done.stdout}"
        return f"```console\n{shown}```\n"

    return run


def test_the_check_in_the_readme_is_real(shell, profile, tmp_path, update_golden):
    text = README.read_text("utf-8")
    (tmp_path / "policy.yaml").write_text(code(block(text, "policy")), encoding="utf-8")
    check_part("check", shell(block(text, "check")), update_golden)


@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq here")
def test_the_line_with_jq_is_real(shell, profile):
    shown = block(README.read_text("utf-8"), "jq")
    assert shell(shown) == shown


def test_action_and_hooks_in_the_readme_exist():
    text = README.read_text("utf-8")
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    _, step = yaml.safe_load(code(block(text, "action")))
    assert set(step["with"]) <= set(action["inputs"])
    (repository,) = yaml.safe_load(code(block(text, "hooks")))["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in hooks]
    assert f"advisor@{repository['rev']}" in step["uses"]


def test_the_python_in_the_readme_runs(profile, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    source = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    exec(compile(source, "README", "exec"), {})
    assert capsys.readouterr().out.split()[0] in ("classical", "hybrid", "transfer")


def test_the_python_that_measures_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    lines = (ROOT / "examples" / "breast-cancer.csv").read_text("utf-8").replace("diagnosis", "y").splitlines()
    Path("data.csv").write_text("\n".join(lines[:101]), encoding="utf-8")
    source = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    exec(compile(source, "README", "exec"), {})
    assert capsys.readouterr().out.split()[0] in ("ml", "dl", "equal", "undecided")


def test_the_page_of_fields_is_current(update_golden):
    from advisor.profile.schema import field_table

    page = ROOT / "examples" / "README.md"
    text = f"{PAGE_HEAD}\n{field_table()}"
    if update_golden:
        page.write_text(text, encoding="utf-8")
    assert page.read_text("utf-8") == text


PAGE_HEAD = """\
# Profiles

Each `.yaml` file here is a profile that `advisor recommend` answers; `advisor examples` lists them. The first
twenty are situations with an agreed answer (their second line says which).

`breast-cancer.csv` is data to try `advisor baseline` on: the Breast Cancer Wisconsin (Diagnostic) set as scikit-learn
bundles it, by W. Wolberg, O. Mangasarian, N. Street and W. Street, UCI Machine Learning Repository, 1993
(https://doi.org/10.24432/C5DW2B), licensed under CC BY 4.0.

## Fields

Only `task` and `data.structure` are required; a field that is left out is unknown, never a default. Numbers accept
`7043`, `1e6` and `1_000_000`; shares are 0 to 1. `advisor schema profile` prints the JSON Schema.
"""


def test_the_changelog_has_a_section_for_rules_under_every_release():
    releases = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert releases
    for release in releases:
        assert "### Rules" in release


def test_no_page_links_to_a_missing_file():
    for page in (README, ROOT / "rules" / "README.md", ROOT / "examples" / "README.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
