"""`advisor try`: one command from a data file to a measured answer, on a terminal and without one."""

import json
import sys

import pytest

from advisor.cli.main import run
from advisor.profile.reader import read_profile

CHURN = "size,colour,churn\n" + "".join(
    f"{row * 7 % 40 + 0.5},{'rgb'[row % 3]},{'yn'[(row * 7 % 40 > 20) ^ (row % 11 == 0)]}\n" for row in range(300)
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "churn.csv").write_text(CHURN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_on_a_terminal_it_asks_what_matters_and_keeps_what_it_found(folder, environment, advisor):
    from tests.cli.terminal import talk

    keys = ["no\n", "\n", "?\n", "\n", "\n"]
    seen, code = talk(
        ["try", "churn.csv", "--budget", "6s", "--output-dir", "out/new", "--quiet"], keys, folder, environment
    )
    assert code == 0, seen
    assert seen.startswith("Up to 3 questions, the most important first. Press Enter to skip one")
    assert "Filled in from the data: task, data.structure, data.rows, data.labelled" in " ".join(seen.split())
    assert "\n3. " in seen
    assert "\n4. " not in seen
    kept = folder / "out" / "new"
    assert sorted(path.name for path in kept.iterdir()) == ["page.html", "profile.yaml", "result.json"]
    assert "Kept profile.yaml, result.json and page.html in out/new." in seen
    values = read_profile((kept / "profile.yaml").read_bytes(), "profile.yaml").values
    assert values["data.rows"] == 300
    assert False in values.values()  # the answer to the first question
    card = seen[seen.index("Kept ") :].partition("\n")[2]
    result = json.loads((kept / "result.json").read_text())
    assert result["confirmation"] in card.lower()
    assert [line.split()[0] for line in card.splitlines() if line[:3].strip()].count("Next") == 1
    again = advisor("recommend", "out/new/profile.yaml", "--baseline", "out/new/result.json", cwd=folder)
    assert again.stdout == card
    assert "<h1" in (kept / "page.html").read_text()


def test_without_a_terminal_it_asks_nothing_and_the_json_is_that_of_recommend(folder, advisor):
    done = advisor("try", "churn.csv", "--budget", "6s", "--format", "json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("advisor: predicting churn: it is the last column, named after an outcome") == 1
    result = json.loads(done.stdout)
    assert result["profile"]["data"]["rows"] == 300
    assert result["baseline"]["dataset"]["target_reason"]
    assert result["confirmation"]
    assert sorted(path.name for path in folder.iterdir()) == ["churn.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "advisor try reads the data twice; save them in a file instead of piping them"),
        (["missing.csv"], "missing.csv"),
        (["churn.csv", "--output-dir", "."], "--output-dir .: the folder is not empty; name a new one"),
        (["churn.csv", "--output-dir", "churn.csv"], "--output-dir churn.csv: File exists"),
        (["churn.csv", "--target", "price"], "price"),
        (["churn.csv", "--budget", "soon"], "'soon' is not a time between 1 second and a week"),
        (["churn.csv", "--output", "."], "cannot write .: it is a folder"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_fitted(folder, capsys, arguments, said):
    assert run(["try", *arguments]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert "Traceback" not in complaint
