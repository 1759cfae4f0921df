"""Mistakes on the command line: what was probably meant, and the usage line only where the usage is at fault."""

import click
import pytest

from advisor.cli.main import cli

PROFILE = "task: classification\ndata:\n  structure: tabular\n  labelled: 500\n"
TABLE = "size,colour,label\n" + "\n".join(f"{row},{'rg'[row % 2]},{'ab'[row % 3 == 0]}" for row in range(30)) + "\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "profile.yaml").write_text(PROFILE)
    (tmp_path / "table.csv").write_text(TABLE)
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "list.json").write_text("[1, 2]")
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    return tmp_path


def commands(group=cli, words=()):
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


def choices():
    for words, command in commands():
        for parameter in command.params:
            if isinstance(parameter.type, click.Choice):
                yield pytest.param(words, command, parameter, id=f"{' '.join(words)} {parameter.opts[0]}")


@pytest.mark.parametrize(("words", "command", "parameter"), list(choices()))
def test_every_choice_says_which_one_was_probably_meant(words, command, parameter):
    spelled = [str(choice) for choice in parameter.type.choices if str(choice)[:1].isalpha()]
    for word in spelled:
        wrong = word[:-1] + "x" if len(word) < 4 else word[:2] + word[3:]
        with pytest.raises(click.BadParameter) as caught:
            parameter.type.convert(wrong, parameter, click.Context(command))
        assert f"'{wrong}' is not one of '" in caught.value.message
        assert "; did you mean '" in caught.value.message


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (("baseline", "table.csv", "--target", "label", "--task", "regresion"), "'regression'"),
        (("baseline", "table.csv", "--target", "label", "--format", "jsn"), "'json'"),
        (("baseline", "table.csv", "--target", "label", "--expect", "equl"), "'equal'"),
        (("baseline", "table.csv", "--target", "label", "--metric", "log_los"), "'log_loss'"),
        (("baseline", "table.csv", "--target", "label", "--only", "lineer"), "'linear'"),
        (("baseline", "table.csv", "--target", "label", "--kind", "size=numerc"), "'numeric'"),
        (("baseline", "table.csv", "--target", "label", "--data-format", "cvs"), "'csv'"),
        (("baseline", "table.csv", "--target", "lable"), "'label'"),
        (("recommend", "profile.yaml", "--why-not", "clasical"), "'classical'"),
        (("recommend", "profile.yaml", "--expect", "hybrd"), "'hybrid'"),
        (("check", "list.json", "--min-confidence", "hihg"), "'high'"),
        (("check", "list.json", "--forbid-check", "leakge"), "'leakage'"),
        (("check", "list.json", "--require", "confirmd"), "'confirmed'"),
        (("schema", "profil"), "'profile'"),
        (("sweep", "profile.yaml", "data.labeled"), "'data.labelled'"),
        (("examples", "telecom-chrun"), "'telecom-churn'"),
        (("recomend", "profile.yaml"), "'recommend'"),
        (("rules", "lst"), "'list'"),
        (("rules", "show", "small-tables-are-comon"), "'small-tables-are-common'"),
    ],
)
def test_a_misspelled_word_is_answered_by_the_one_that_was_probably_meant(advisor, folder, arguments, suggestion):
    done = advisor(*arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    said = " ".join(done.stderr.split())
    assert "did you mean" in said
    assert suggestion in said[said.index("did you mean") :]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("baseline", "nowhere.csv", "--target", "label"), "Error: nowhere.csv: no such file"),
        (("baseline", "empty.csv", "--target", "label"), "Error: empty.csv: the file is empty"),
        (("baseline", "table.csv", "--target", "lable"), "Error: table.csv: there is no column 'lable'"),
        (
            ("baseline", "table.csv", "--target", "label", "--metric", "rmse"),
            "Error: --metric rmse is for another task",
        ),
        (("baseline", "table.csv", "--target", "label", "--output", "no/where.json"), "Error: cannot write no/where"),
        (("baseline", "table.csv", "--replay", "broken.json"), "broken.json:1:2: error: not JSON"),
        (("baseline", "table.csv", "--replay", "list.json"), "list.json: error: a result must be an object"),
        (("baseline", "table.csv", "--target", "label", "--profile", "nowhere.yaml"), "Error: no such file: nowhere"),
        (("recommend", "nowhere.yaml"), "Error: no such file: nowhere.yaml"),
        (("recommend", "full"), "Error: full is a folder, not a profile"),
        (("recommend", "profile.yaml", "--data", "empty.csv", "--target", "label"), "Error: empty.csv: the file is"),
        (("recommend", "profile.yaml", "--output", "no/where.json"), "Error: cannot write no/where.json"),
        (
            ("init", "--from", "empty.csv", "--target", "label", "--answers", "profile.yaml", "-o", "-"),
            "Error: empty.csv:",
        ),
        (("init", "--answers", "profile.yaml", "--output", "table.csv"), "Error: table.csv already exists"),
        (("init", "--answers", "nowhere.yaml", "-o", "-"), "Error: no such file: nowhere.yaml"),
        (("check", "nowhere.json", "--expect", "ml"), "Error: no such file: nowhere.json"),
        (("compare", "nowhere.yaml", "profile.yaml"), "Error: no such file: nowhere.yaml"),
        (("sweep", "nowhere.yaml", "data.rows"), "Error: no such file: nowhere.yaml"),
        (("rules", "calibrate", "nowhere.csv"), "Error: no such file: nowhere.csv"),
        (("rules", "calibrate", "nowhere.csv", "--overlay", "full"), "Error: cannot write full: the folder must be"),
        (("schema", "profile", "--output", "no/where.json"), "Error: cannot write no/where.json"),
        (("examples", "telecom-churn", "--output", "full"), "Error: cannot write full: it is a folder"),
    ],
)
def test_a_file_that_cannot_be_used_is_no_reason_to_explain_the_usage(advisor, folder, arguments, words):
    done = advisor(*arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" not in done.stderr
    assert "--help" not in done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith(words)], done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("recommend",),
        ("recommend", "profile.yaml", "--dta", "table.csv"),
        ("recommend", "profile.yaml", "--target", "label"),
        ("baseline", "table.csv", "--target", "label", "--budget", "soon"),
        ("baseline", "table.csv", "--replay", "list.json", "--metric", "accuracy"),
        ("check", "list.json"),
        ("schema", "profil"),
        ("rules", "lst"),
    ],
)
def test_a_mistake_in_the_usage_shows_the_usage(advisor, folder, arguments):
    done = advisor(*arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Usage: advisor {arguments[0]}")
