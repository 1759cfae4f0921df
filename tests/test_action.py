"""The GitHub action and the pre-commit hooks as their runners run them: real shells, real installations."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
STEPS = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{ ([a-z.]+) \}\}")
PROFILE = "name: churn\ntask: classification\ndata: {structure: tabular, rows: 7043, labelled: 7043, features: 20}\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the action is for Linux and macOS"),
]


class Runner:
    """What a runner of GitHub Actions does for a composite action: files, variables, bash."""

    def __init__(self, folder, environment):
        self.workspace, self.temp = folder / "work", folder / "temp dir"
        self.workspace.mkdir()
        self.temp.mkdir()
        self.output, self.summary = folder / "output", folder / "summary.md"
        self.output.touch()
        self.summary.touch()
        self.environment = {name: value for name, value in environment.items() if name != "PYTHONPATH"} | {
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temp),
        }

    @property
    def outputs(self):
        return dict(line.split("=", 1) for line in self.output.read_text("utf-8").splitlines())

    def value(self, text, inputs):
        """Return a value of `env` with its expressions replaced."""

        def known(match):
            kind, *path = match[1].split(".")
            if kind == "inputs":
                return inputs.get(path[0], ACTION["inputs"][path[0]].get("default", ""))
            assert (kind, path[:2]) == ("steps", ["answer", "outputs"])
            return self.outputs.get(path[2], "")

        return EXPRESSION.sub(known, text)

    def run(self, steps, **inputs):
        """Run steps until one fails; return the last one."""
        for step in steps:
            variables = {name: self.value(text, inputs) for name, text in step["env"].items()}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.workspace,
                env={**self.environment, **variables},
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            if done.returncode:
                break
        return done


@pytest.fixture
def runner(tmp_path, environment):
    made = Runner(tmp_path, environment)
    (made.workspace / "profile.yaml").write_text(PROFILE)
    return made


@pytest.fixture
def installed(runner):
    """Stand in for the first step, which has a test of its own: the checkout runs in the tests' Python."""
    binaries = runner.temp / "advisor" / "bin"
    binaries.mkdir(parents=True)
    for name, command in (("python", ""), ("advisor", "-m advisor")):
        script = binaries / name
        script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" {command} "$@"\n')
        script.chmod(0o755)
    return runner


def test_scripts_hold_no_expression_and_every_input_is_used():
    assert [step["name"] for step in STEPS if "${{" in step["run"]] == []
    used = {name for step in STEPS for text in step["env"].values() for name in EXPRESSION.findall(text)}
    assert {name for name in used if name.startswith("inputs.")} == {f"inputs.{name}" for name in ACTION["inputs"]}
    assert all(step["shell"] == "bash" for step in STEPS)


def test_the_action_installs_answers_and_gates(runner):
    done = runner.run(STEPS, profile="profile.yaml", gates="--expect classical,hybrid --min-probability 0.5")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "advisor check: All 2 gates passed.\n"
    result = str(runner.temp / "advisor-result.json")
    assert runner.outputs == {"approach": "classical", "verdict": "ml", "confirmation": "", "result": result}
    summary = runner.summary.read_text("utf-8")
    assert summary.startswith("# Use classical learning")
    assert "\n## All 2 gates passed\n" in summary


def test_a_failing_gate_fails_the_step_with_an_annotation(installed):
    done = installed.run(STEPS[1:], profile="profile.yaml", gates="--expect deep")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=profile.yaml,")  # where a pull request shows it
    assert "title=churn%3A expect::expected deep, found classical (verdict ml)\n" in done.stdout
    assert "## 1 of 1 gate failed" in installed.summary.read_text("utf-8")


def test_a_policy_and_options_of_recommend_are_passed_on(installed):
    (installed.workspace / "policy.yaml").write_text("expect: none\n")
    arguments = "--set task=lookup --set data.known_rule=true"
    done = installed.run(STEPS[1:], profile="profile.yaml", policy="policy.yaml", arguments=arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert installed.outputs["approach"] == "none"


def test_a_broken_profile_fails_with_its_problems(installed):
    (installed.workspace / "profile.yaml").write_text("task: clasification\n")
    done = installed.run(STEPS[1:], profile="profile.yaml", gates="--expect deep")
    assert done.returncode == 2
    assert "profile.yaml:1:7: error: task: 'clasification' is not one of" in done.stderr


def test_inputs_are_data_and_no_script(installed):
    name = "$(touch pwned) `touch pwned`; touch pwned #.yaml"
    (installed.workspace / name).write_text(PROFILE)
    done = installed.run(STEPS[1:], profile=name, gates="--expect ml,$(touch${IFS}pwned)", arguments="*")
    assert done.returncode == 2
    assert not (installed.workspace / "pwned").exists()
    assert "no such file: *" in done.stderr
    assert installed.run(STEPS[1:], profile=name).returncode == 0
    assert not (installed.workspace / "pwned").exists()


def test_data_are_measured_and_the_answer_held_against_them(installed):
    lines = (ROOT / "examples" / "breast-cancer.csv").read_text("utf-8").splitlines()[:201]
    (installed.workspace / "data.csv").write_text("\n".join(lines), encoding="utf-8")
    gates = "--forbid-check leakage --max-size-mb 100"
    inputs = {"profile": "profile.yaml", "data": "data.csv", "target": "diagnosis", "budget": "8s", "gates": gates}
    done = installed.run(STEPS[1:], **inputs)
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(Path(installed.outputs["result"]).read_text("utf-8"))
    assert result["baseline"]["dataset"]["path"] == "data.csv"
    assert installed.outputs["confirmation"] == result["confirmation"] != ""
    (installed.workspace / "measured.json").write_text(json.dumps(result["baseline"]), "utf-8")
    installed.output.write_text("", "utf-8")
    again = installed.run(STEPS[1:], **inputs, replay="measured.json")
    assert (again.returncode, again.stderr) == (0, "")
    replayed = json.loads(Path(installed.outputs["result"]).read_text("utf-8"))["baseline"]
    assert replayed["comparison"] == result["baseline"]["comparison"]
    assert replayed["pays"]["answer"] == result["baseline"]["pays"]["answer"]


# -- pre-commit -------------------------------------------------------------------------------------------


def git(folder, *arguments):
    """Run git in a folder as nobody in particular; return what it prints."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder):
    """Make a folder a repository with one commit; return its hash."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "All")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def checkout(tmp_path):
    """Return a repository with the program, as pre-commit clones it, and its revision."""
    folder = tmp_path / "advisor"
    for name in ("advisor", "rules", "examples"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder / name)
    return folder, commit(folder)


def test_the_hooks_run_in_pre_commit(tmp_path, checkout, environment):
    folder = tmp_path / "work"
    folder.mkdir()
    repository, revision = checkout
    hooks = [{"id": "advisor-check-profile", "args": ["--expect", "classical"]}, {"id": "advisor-check"}]
    config = {"repos": [{"repo": str(repository), "rev": revision, "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (folder / "profile.yaml").write_text(PROFILE)
    (folder / "other.yaml").write_text("no: profile")
    (folder / "advisor-policy.yaml").write_text("expect: deep\n")
    shutil.copy(ROOT / "tests" / "golden" / "telecom-churn.json", folder / "advisor-result.json")
    commit(folder)
    kept = {name: value for name, value in environment.items() if name != "PYTHONPATH"}

    def run():
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"],
            cwd=folder,
            env={**kept, "PRE_COMMIT_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )

    first = run()
    assert first.returncode == 1
    assert re.search(r"answer profiles with advisor\.+Passed\n", first.stdout), first.stdout + first.stderr
    assert re.search(r"hold advisor results against the policy\.+Failed\n- hook id: advisor-check\n", first.stdout)
    assert "  FAILED     expect: expected deep, found classical (verdict ml)\n" in first.stdout
    (folder / "advisor-policy.yaml").write_text("expect: classical\n")
    (folder / "profile.yaml").write_text("task: clasification\n")
    second = run()
    assert second.returncode == 1
    assert re.search(r"advisor\.+Failed\n- hook id: advisor-check-profile\n- exit code: 2\n", second.stdout)
    assert "did you mean 'classification'?" in second.stdout
    assert re.search(r"the policy\.+Passed\n", second.stdout)


@pytest.mark.parametrize(
    ("name", "chosen", "left"),
    [
        ("advisor-check-profile", ["profile.yaml", "a/advisor.yml"], ["my-profile.yaml", "profile.yaml.bak"]),
        ("advisor-check", ["advisor-result.json", "a/advisor-result-2.json"], ["result.json", "advisor-result.txt"]),
    ],
)
def test_hooks_choose_their_files(name, chosen, left):
    pattern = re.compile(HOOKS[name]["files"])
    assert [path for path in [*chosen, *left] if pattern.search(path)] == chosen
