"""`--target` left out: what is guessed is said, what cannot be is asked for."""

import json

import pytest

from tests.cli.terminal import talk

CHURN = "size,colour,churn\n" + "".join(
    f"{row * 7 % 40 + 0.5},{'rgb'[row % 3]},{'yn'[row * 7 % 40 > 20]}\n" for row in range(80)
)
DOUBTFUL = CHURN.replace("size,colour,churn", "size,survived,alone")
PROFILE = "task: classification\ndata:\n  structure: tabular\n  labelled: 80\n"
QUICK = ("--only", "linear,tree", "--repeats", "1", "--budget", "60s")
WHY = "the last column, named after an outcome"
LIKELY = """\
Error: which column of doubtful.csv should be predicted? Likely ones:
  survived  named after an outcome
  alone     the last column
  size      the first column
For survived: advisor {arguments} --target survived
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "churn.csv").write_text(CHURN)
    (tmp_path / "doubtful.csv").write_text(DOUBTFUL)
    (tmp_path / "profile.yaml").write_text(PROFILE)
    return tmp_path


def test_a_guessed_target_is_said_in_the_first_lines_and_in_the_result(advisor, folder):
    done = advisor("baseline", "churn.csv", *QUICK, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert f"advisor: predicting churn: it is {WHY}; --target COLUMN predicts another\n" in done.stderr
    opening = " ".join(done.stdout.split("\n\n")[0].split())
    assert f"Predicting churn: {WHY}; else --target " in opening
    printed = advisor("baseline", "churn.csv", *QUICK, "--format", "json", "--quiet", cwd=folder)
    assert printed.stderr == ""
    result = json.loads(printed.stdout)
    assert (result["dataset"]["target"], result["dataset"]["target_reason"]) == ("churn", WHY)
    assert result["protocol"]["options"]["target"] == "churn"
    (folder / "result.json").write_text(printed.stdout)
    again = advisor("baseline", "churn.csv", "--replay", "result.json", "--format", "json", cwd=folder)
    assert json.loads(again.stdout)["dataset"]["target"] == "churn"


def test_a_target_that_was_named_is_not_talked_about(advisor, folder):
    done = advisor("baseline", "churn.csv", "--target", "churn", *QUICK, "--format", "json", cwd=folder)
    assert "predicting" not in done.stderr
    assert json.loads(done.stdout)["dataset"]["target_reason"] == ""


@pytest.mark.parametrize(
    "arguments",
    [
        "baseline doubtful.csv --budget 10s",
        "recommend profile.yaml --data doubtful.csv",
        "init --from doubtful.csv --answers profile.yaml -o -",
    ],
)
def test_where_nothing_can_be_guessed_the_command_to_type_is_named(advisor, folder, arguments):
    done = advisor(*arguments.split(), cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    said = done.stderr[done.stderr.index("Error") :]
    assert said == LIKELY.format(arguments=arguments)


def test_a_profile_is_drafted_from_a_guessed_target(advisor, folder):
    done = advisor("init", "--from", "churn.csv", "--answers", "-", "-o", "new.yaml", cwd=folder, stdin="{}")
    assert done.returncode == 0, done.stderr
    assert f"advisor: predicting churn: it is {WHY}; --target COLUMN predicts another\n" in done.stderr


def test_a_recommendation_is_tested_on_a_guessed_target(advisor, folder):
    done = advisor(
        "recommend", "profile.yaml", "--data", "churn.csv", "--budget", "10s", "--format", "json", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["baseline"]["dataset"]["target_reason"] == WHY


def test_on_a_terminal_the_target_is_asked_for(folder, environment):
    typed = ["survivd\n", "?\n", "survived\n"]
    shown, code = talk(["baseline", "doubtful.csv", *QUICK], typed, folder, environment)
    assert code == 0, shown
    assert "Which column of doubtful.csv should be predicted?\n   survived  named after an outcome\n" in shown
    assert "Type a name; Enter takes survived, ? lists all columns.\n" in shown
    assert "There is no such column; did you mean 'survived'?" in shown
    assert "   size, survived, alone\n" in shown


def test_a_guess_stays_on_the_terminal_above_the_bar(folder, environment):
    with (folder / "report.txt").open("w") as report:
        shown, code = talk(["baseline", "churn.csv", *QUICK], [], folder, {**environment, "TERM": "xterm"}, report)
    assert code == 0, shown
    assert f"advisor: predicting churn: it is {WHY}; --target" in " ".join(shown.split())


def test_enter_takes_the_likeliest_column(folder, environment):
    shown, code = talk(["init", "--from", "doubtful.csv", "-o", "-"], ["\n", "done\n"], folder, environment)
    assert "Filled in from the data: task," in shown.replace("\n", " ")
    assert code == 0, shown


def test_the_end_of_the_input_and_a_ci_get_the_command(folder, environment):
    shown, code = talk(["baseline", "doubtful.csv"], ["\x04"], folder, environment)
    assert (code, shown.endswith(LIKELY.format(arguments="baseline doubtful.csv"))) == (2, True)
    shown, code = talk(["baseline", "doubtful.csv"], [], folder, {**environment, "CI": "true"})
    assert (code, "Which column" in shown) == (2, False)
