"""`advisor baseline --pretrained DIR` from end to end, on tiny random weights made here."""

import csv
import hashlib
import importlib.util
import json
import os
import random
import subprocess
import sys

import pytest

from tests.baselines.pretrained import tiny_weights

# What any attempt to reach another machine leaves behind: a line in a file, and an error.
NO_NETWORK = """
import os, socket
def refuse(self, address, *rest):
    with open(os.environ["ATTEMPTS"], "a") as file:
        print(address, file=file)
    raise OSError("no network in this test")
if os.environ.get("ATTEMPTS"):
    socket.socket.connect = refuse
    socket.socket.connect_ex = refuse
"""

needs = {
    name: pytest.mark.skipif(importlib.util.find_spec(name) is None, reason=f"needs {name}")
    for name in ("tabicl", "tabpfn")
}
ROWS = 60


def write_table(path):
    """Write a table with numbers, levels, dates and gaps, whose target is a class or an amount."""
    chance = random.Random(0)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["size", "colour", "day", "amount", "kind"])
        for row in range(ROWS):
            size = "" if row % 11 == 0 else f"{chance.gauss(0, 1):.4f}"
            colour = chance.choice(["red", "green", ""])
            day = f"2024-{1 + row % 12:02d}-{1 + row % 28:02d}"
            out.writerow([size, colour, day, f"{chance.gauss(50, 9):.3f}", "abc"[row % 3]])


class Desk:
    """A folder with a small table, weights, and a witness of every attempt to use the network."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.attempts = folder / "attempts"
        self.environment = {
            **environment,
            "PYTHONPATH": os.pathsep.join((environment["PYTHONPATH"], str(folder))),
            "ATTEMPTS": str(self.attempts),
        }
        (folder / "sitecustomize.py").write_text(NO_NETWORK)
        write_table(folder / "small.csv")

    def baseline(self, *arguments):
        """Run `advisor baseline` on the table."""
        return self.python("-m", "advisor", "baseline", "small.csv", *arguments)

    def measured(self, *arguments, target="kind"):
        """Return the result of a short measurement."""
        short = ("--only", "linear", "--folds", "2", "--repeats", "1", "--budget", "100s", "--quiet")
        done = self.baseline("--target", target, *short, "--format", "json", *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *arguments):
        """Return the message of a usage error."""
        done = self.baseline("--target", "kind", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        return done.stderr

    def python(self, *arguments):
        """Run a script in the folder."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


@pytest.fixture(scope="module")
def desk(environment, tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("desk"), environment)


def rows_of(result):
    """Return the rows of the table of models by their id."""
    return {row["id"]: row for row in result["models"]}


@pytest.mark.parametrize(
    ("library", "target", "title", "licence"),
    [
        pytest.param("tabicl", "amount", "TabICL v2", "BSD-3-Clause", marks=needs["tabicl"]),
        pytest.param("tabpfn", "amount", "TabPFN v2", "Prior Labs License", marks=needs["tabpfn"]),
        pytest.param("tabpfn", "kind", "TabPFN v2", "Prior Labs License", marks=needs["tabpfn"]),
    ],
)
def test_weights_on_disk_are_a_row_of_the_table(desk, library, target, title, licence):
    folder = desk.folder / library
    write = getattr(tiny_weights, library)
    files = {"kind": write(folder, classes=3), "amount": write(folder, classes=0)}
    result = desk.measured("--pretrained", library, target=target)
    row, [stated] = rows_of(result)[library], result["pretrained"]
    assert (row["family"], row["approach"], row["status"]) == ("dl", "transfer", "ok"), row["note"]
    assert row["predict_ms"]["p50"] > 0
    assert row["size_mb"] * 1e6 > stated["parameters"] * 4  # the weights are a part of what is saved
    assert row["note"] == f"pretrained, {stated['parameters']:,} parameters, licence {licence}"
    digest = hashlib.sha256(files[target].read_bytes()).hexdigest()
    assert stated == {
        "path": library,
        "kind": library,
        "title": title,
        "parameters": stated["parameters"],
        "licence": licence,
        "sha256": digest,
    }
    assert not desk.attempts.exists()


@pytest.fixture(scope="module")
def several(desk):
    """Return a result with weights that serve, weights that do not fit their configuration, and too few classes."""
    import torch

    good = tiny_weights.tabicl(desk.folder / "good", classes=4)
    content = torch.load(good, weights_only=True)
    wrong = {**content, "config": {**content["config"], "embed_dim": 32}}
    tiny_weights.saved(desk.folder / "wrong" / "model.ckpt", wrong)
    tiny_weights.tabicl(desk.folder / "narrow", classes=2)
    folders = [part for name in ("good", "wrong", "narrow") for part in ("--pretrained", name)]
    result = desk.measured(*folders, "--save", "winner", "--only", "tabicl")
    (desk.folder / "result.json").write_text(json.dumps(result))
    return result


@needs["tabicl"]
def test_every_folder_has_a_row_however_it_ends(several):
    rows = rows_of(several)
    assert set(rows) == {"dummy", "tabicl", "tabicl-2", "tabicl-3"}
    assert rows["tabicl"]["status"] == "ok"
    assert rows["tabicl-2"]["status"] == "failed"
    assert "size mismatch" in rows["tabicl-2"]["note"]
    assert rows["tabicl-3"]["status"] == "skipped"
    assert rows["tabicl-3"]["note"].startswith("TabICL v2 takes up to 2 classes, these data have 3; pretrained, ")
    assert [row["path"] for row in several["pretrained"]] == ["good", "wrong", "narrow"]


@needs["tabicl"]
def test_the_result_keeps_its_schema_and_names_no_folder_to_load_from(several, advisor):
    import jsonschema

    jsonschema.validate(several, json.loads(advisor("schema", "baseline").stdout))
    assert "pretrained" not in several["protocol"]["options"]


@needs["tabicl"]
def test_a_saved_winner_predicts_without_the_folder_of_weights(desk, several):
    assert json.loads((desk.folder / "winner" / "model.json").read_text())["model"] == "tabicl"
    (desk.folder / "good").rename(desk.folder / "elsewhere")
    predicted = desk.python("winner/predict.py", "small.csv")
    (desk.folder / "elsewhere").rename(desk.folder / "good")
    assert predicted.returncode == 0, predicted.stderr
    assert len(predicted.stdout.splitlines()) == ROWS + 1
    assert not desk.attempts.exists()


@needs["tabicl"]
def test_a_replay_wants_the_same_weights(desk, several):
    replay = ("--replay", "result.json", "--quiet", "--format", "json")
    again = desk.baseline(*replay, "--pretrained", "good", "--pretrained", "wrong", "--pretrained", "narrow")
    assert again.returncode == 0, again.stderr
    replayed, measured = rows_of(json.loads(again.stdout)), rows_of(several)
    assert replayed["tabicl"]["fold_scores"] == measured["tabicl"]["fold_scores"]
    assert replayed["tabicl-2"]["note"] == measured["tabicl-2"]["note"]  # the fit that failed is not tried again
    without = desk.baseline(*replay)
    assert (without.returncode, without.stdout) == (2, "")
    assert "--only tabicl: name the folder with its weights, --pretrained DIR" in without.stderr
    other = desk.baseline(*replay, "--pretrained", "narrow")
    assert (other.returncode, other.stdout) == (2, "")
    digest = several["pretrained"][0]["sha256"][:12]
    assert f"was measured with TabICL v2 (its sha256 begins with {digest})" in other.stderr


@needs["tabpfn"]
@pytest.mark.parametrize(
    ("deployment", "message"),
    [
        (
            "{commercial: true}",
            "--pretrained licensed: TabPFN v2 may not be used commercially (Research terms v1), and the profile says "
            "deployment.commercial: true",
        ),
        (
            "{pretrained_weights: false}",
            "--pretrained cannot be used with profile.yaml, which says deployment.pretrained_weights: false",
        ),
    ],
)
def test_a_profile_rules_weights_out_by_their_licence_or_altogether(desk, deployment, message):
    tiny_weights.tabpfn(desk.folder / "licensed")
    (desk.folder / "licensed" / "LICENSE").write_text("Research terms v1\n\nNon-commercial use only.\n")
    profile = f"task: classification\ndata: {{structure: tabular}}\ndeployment: {deployment}\n"
    (desk.folder / "profile.yaml").write_text(profile)
    assert message in desk.refused("--pretrained", "licensed", "--profile", "profile.yaml")


def test_mistakes_are_usage_errors(desk):
    assert "--pretrained nowhere: no such folder" in desk.refused("--pretrained", "nowhere")
    assert "--only tabicl: name the folder with its weights, --pretrained DIR" in desk.refused("--only", "tabicl")
