"""`advisor init` as a user meets it: on a terminal, with a file of answers, from data, and with mistakes."""

import json
import sys
from pathlib import Path

import pytest

from advisor.profile.reader import read_profile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
if sys.platform != "win32":
    from tests.cli.terminal import talk

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "interview"
SESSION = ["?\n", "clasification\n", "class\n", "text\n", "20k\n", "b\n", "20_000\n", "\n", "maybe\n", "no\n", "done\n"]
ANSWERS = "task: classification\ndata: {structure: text, rows: 20_000}\nrisk.energy: false\n"


@pytest.fixture
def on_terminal(environment, tmp_path):
    def run(*arguments, keys, stdout=None):
        return talk(["init", *arguments], keys, tmp_path, environment, stdout)

    return run


def values_of(path):
    return dict(read_profile(path.read_bytes(), path.name).values)


def golden(name, text, update):
    path = GOLDEN / name
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text("utf-8")


# -- on a terminal ---------------------------------------------------------------------------------------


def test_a_conversation_and_its_profile(on_terminal, advisor, tmp_path, update_golden):
    seen, code = on_terminal(keys=SESSION)
    assert code == 0
    assert seen == golden("terminal.txt", seen, update_golden), "if the change is meant: pytest --update-golden"
    written = (tmp_path / "profile.yaml").read_text("utf-8")
    assert written == golden("profile.yaml", written, update_golden)
    assert advisor("recommend", "profile.yaml").returncode == 0


def test_the_questions_end_by_themselves(on_terminal, tmp_path):
    seen, code = on_terminal(keys=["regr\n", "tab\n", "7043\n", *["\n"] * 46])
    assert code == 0
    assert "That is enough: none of the remaining questions alone could change the answer." in seen
    assert seen.rstrip().endswith("Next: advisor recommend profile.yaml")
    assert values_of(tmp_path / "profile.yaml") == {
        "task": "regression",
        "data.structure": "tabular",
        "data.rows": 7043,
    }


def test_ctrl_c_keeps_what_was_answered(on_terminal, tmp_path):
    seen, code = on_terminal(keys=["class\n", "image\n", "500\n", "\x03"])
    assert code == 130
    assert "Stopped.\nWrote profile.yaml: 3 fields." in seen
    assert values_of(tmp_path / "profile.yaml")["data.rows"] == 500


def test_ctrl_c_before_there_is_a_profile_writes_nothing(on_terminal, tmp_path):
    seen, code = on_terminal(keys=["class\n", "\x03"])
    assert code == 130
    assert "no file was written" in seen
    assert list(tmp_path.iterdir()) == []


def test_ctrl_d_ends_the_conversation(on_terminal, tmp_path):
    _, code = on_terminal(keys=["class\n", "image\n", "\x04"])
    assert code == 0
    assert values_of(tmp_path / "profile.yaml") == {"task": "classification", "data.structure": "image"}
    seen, code = on_terminal("-o", "other.yaml", keys=["\x04"])
    assert code == 2
    assert "a profile needs task and data.structure; nothing was written" in seen


def test_the_profile_alone_goes_to_standard_output(on_terminal, tmp_path):
    with (tmp_path / "out").open("wb") as out:
        seen, code = on_terminal("-o", "-", keys=["class\n", "image\n", "done\n"], stdout=out)
    assert code == 0
    assert values_of(tmp_path / "out") == {"task": "classification", "data.structure": "image"}
    assert "1. What must the model do?" in seen
    assert "# Profile" not in seen
    assert not (tmp_path / "profile.yaml").exists()


def test_answers_are_taken_back_one_after_another(on_terminal, tmp_path):
    keys = ["b\n", "class\n", "image\n", "\n", "back\n", "back\n", "text\n", "10\n", "done\n"]
    seen, code = on_terminal(keys=keys)
    assert code == 0
    assert "There is no answer to undo." in seen
    assert values_of(tmp_path / "profile.yaml") == {
        "task": "classification",
        "data.structure": "text",
        "data.rows": 10,
    }


def test_what_is_required_cannot_be_skipped(on_terminal):
    seen, code = on_terminal(keys=["\n", "done\n", "class\n", "image\n", "done\n"])
    assert code == 0
    assert seen.count("This one is required; ? explains the values.") == 2


def test_an_answer_that_contradicts_an_earlier_one_is_asked_again(on_terminal, tmp_path):
    keys = ["class\n", "text\n", "10000\n", "\n", "30k\n", "5000\n", "done\n"]
    seen, code = on_terminal(keys=keys)
    assert code == 0
    assert "30000 labelled examples, but data.rows has only 10000" in " ".join(seen.split())
    assert values_of(tmp_path / "profile.yaml")["data.labelled"] == 5000


def test_a_doubtful_answer_is_taken_with_a_note(on_terminal):
    seen, _ = on_terminal(keys=["translation\n", "tab\n", "done\n"])
    assert "Note: this task is unusual on this kind of data" in " ".join(seen.split())


def test_control_sequences_and_broken_text_do_no_harm(on_terminal):
    escape = b"\x16\x1b"  # Ctrl-V lets the terminal take the next key as it is
    seen, code = on_terminal(keys=[escape + b"[31mred\n", b"\xe9\xff\n", b"x" * 3000 + b"\n", "\x03"])
    assert code == 130
    replies = [part.partition("\n")[2] for part in seen.split("> ")[1:]]
    assert replies[0].startswith("   '\\x1b[31mred' is not one of classification")
    assert replies[1].startswith("   '\ufffd\ufffd' is not one of classification")
    assert "x..." in replies[2]
    assert all("\x1b" not in reply for reply in replies)


# -- with a file of answers ------------------------------------------------------------------------------


def test_a_file_of_answers_asks_nothing(advisor, tmp_path):
    (tmp_path / "answers.yaml").write_text(ANSWERS)
    done = advisor("init", "--answers", "answers.yaml")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("Next: advisor recommend profile.yaml\n")
    assert values_of(tmp_path / "profile.yaml") == {
        "task": "classification",
        "data.structure": "text",
        "data.rows": 20_000,
        "risk.energy": False,
    }
    assert "  # labelled:  # skipped" in (tmp_path / "profile.yaml").read_text()
    assert advisor("recommend", "profile.yaml").returncode == 0


def test_answers_come_from_standard_input_and_go_to_standard_output(advisor):
    answers = {"task": "lookup", "data.structure": "tabular", "name": "a: 'b'\n# \x1b[31m no"}
    done = advisor("init", "--answers", "-", "--output", "-", stdin=json.dumps(answers))
    assert (done.returncode, done.stderr) == (0, "")
    assert dict(read_profile(done.stdout.encode(), "out").values) == {
        "name": answers["name"],
        "task": "lookup",
        "data.structure": "tabular",
    }
    assert advisor("recommend", "-", stdin=done.stdout).returncode == 0


def test_every_problem_of_the_answers_is_told(advisor, tmp_path):
    done = advisor("init", "--answers", "-", stdin="task: clasification\ndata.row: 5\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean 'classification'?" in done.stderr
    assert "<stdin>:2:1: error: data.row: unknown field; did you mean 'data.rows'?" in done.stderr
    assert "data.structure: missing, but required" in done.stderr
    assert list(tmp_path.iterdir()) == []


# -- usage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "asks its questions on a terminal, and standard input is not one; give the answers with --answers FILE"),
        (["--target", "y"], "--target names a column of a data file: give --from DATA too"),
        (["--answers", "none.yaml"], "no such file: none.yaml"),
        (["--answers", "-", "-o", "none/profile.yaml"], "no such folder none"),
        (["--answers", "-", "--from", "none.csv", "--target", "y"], "none.csv"),
    ],
)
def test_usage_errors(advisor, arguments, words):
    done = advisor("init", *arguments, stdin="classification\ntext\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in " ".join(done.stderr.split())


def test_a_profile_is_not_overwritten_unless_asked_to(advisor, tmp_path):
    profile = tmp_path / "profile.yaml"
    profile.write_text("mine")
    done = advisor("init", "--answers", "-", stdin=ANSWERS)
    assert (done.returncode, profile.read_text()) == (2, "mine")
    assert "profile.yaml already exists; use --force to overwrite it or -o FILE to write another file" in done.stderr
    assert advisor("init", "--answers", "-", "--force", stdin=ANSWERS).returncode == 0
    assert values_of(profile)["data.rows"] == 20_000


# -- from data -------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path):
    lines = [
        f"{index % 7},{'ab'[index % 2]},{index * 37 % 11},{'yes' if index * 5 % 3 else 'no'}" for index in range(90)
    ]
    path = tmp_path / "data.csv"
    path.write_text("\n".join(["x,kind,z,bought", *lines]) + "\n")
    return path


def test_data_fill_in_what_they_tell_and_the_rest_is_asked(on_terminal, data, tmp_path):
    seen, code = on_terminal("--from", "data.csv", "--target", "bought", keys=["no\n", *["\n"] * 46])
    assert code == 0
    assert "Filled in from the data: task, data.structure, data.rows, data.labelled" in " ".join(seen.split())
    assert "What must the model do?" not in seen
    found = values_of(tmp_path / "profile.yaml")
    assert found["data.rows"] == found["data.labelled"] == 90
    assert found["data.known_rule"] is False
    written = (tmp_path / "profile.yaml").read_text()
    assert "  rows: 90  # from the data" in written
    assert "  known_rule: false  # answered" in written


def test_answers_go_before_what_the_data_tell(advisor, data, tmp_path):
    arguments = ["--from", "data.csv", "--target", "bought", "--answers", "-"]
    done = advisor("init", *arguments, stdin="data.rows: 1000\nteam.weeks: 8\n")
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "profile.yaml").read_text()
    assert "  rows: 1000  # answered" in written
    assert "  labelled: 90  # from the data" in written
    assert values_of(tmp_path / "profile.yaml")["team.weeks"] == 8


def test_a_wrong_target_says_which_columns_there_are(advisor, data):
    done = advisor("init", "--from", "data.csv", "--target", "bougth", "--answers", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean 'bought'?" in done.stderr


@pytest.mark.slow
def test_what_the_checks_found_is_said(advisor, tmp_path):
    rows = [f"{i * 37 % 101 / 7},{i},{('None', 'Insomnia', 'sleep apnea', 'Sleep Apnea')[i % 4]}" for i in range(240)]
    (tmp_path / "data.csv").write_text("\n".join(["steps,id,disorder", *rows]) + "\n")
    done = advisor("init", "--from", "data.csv", "--target", "disorder", "--answers", "-", stdin="team.weeks: 8\n")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert "warning id-column in `id`: id has 240 different values in 240 rows" in said
    assert "warning label-spellings in `disorder`: 2 classes of disorder look like 1 in several spellings" in said
    assert "note missing-target in `disorder`: 60 of 240 rows have a disorder that may mean missing" in said
    assert values_of(tmp_path / "profile.yaml")["data.classes"] == 4


@pytest.mark.slow
@pytest.mark.parametrize("command", [["baseline"], ["init", "--answers", "-", "--from"]])
def test_an_address_is_no_file(advisor, command):
    done = advisor(*command, "https://example.org/a/churn.csv", "--target", "y", stdin="")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: https://example.org/a/churn.csv: nothing is fetched from an address; download it first\n"
    )
