"""The Dockerfile: what its RUN steps make, in an environment of their own, and whose rights the program has."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PROFILE = "task: classification\ndata: {structure: tabular, rows: 900, labelled: 900}\n"


def instructions():
    """Yield (stage, word, rest) for each instruction, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    stage = -1
    for line in re.sub(r"\\\n", " ", text).splitlines():
        word, _, rest = line.strip().partition(" ")
        stage += word == "FROM"
        if word:
            yield stage, word, rest.strip()


class Builder:
    """Does what a builder of images does, with folders below one that is empty in place of the image's."""

    def __init__(self, folder, **arguments):
        folder.mkdir()
        self.folder, self.arguments = folder, arguments
        self.variables, self.place = {}, folder

    def build(self):
        for _, word, rest in instructions():
            getattr(self, f"_{word.lower()}", lambda _: None)(rest)

    def _from(self, _):
        self.variables, self.place = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}, self.folder
        self.variables |= {
            name: os.environ[name] for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE") if name in os.environ
        }

    def _arg(self, rest):
        name, _, default = rest.partition("=")
        self.variables[name] = self.arguments.get(name, default)

    def _workdir(self, rest):
        self.place = self.folder / rest.lstrip("/")
        self.place.mkdir(parents=True, exist_ok=True)

    def _copy(self, rest):
        if rest.startswith("--from="):  # of what was built before, which is where it was
            return
        *sources, target = rest.split()
        for source in sources:
            path, to = ROOT / source, self.place / target
            if path.is_dir():
                shutil.copytree(path, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(path, to)

    def _run(self, rest):
        command = ["sh", "-e", "-c", rest]
        subprocess.run(command, cwd=self.place, env=self.variables, check=True, capture_output=True)


def test_the_program_runs_as_nobody_and_nothing_is_fetched_but_packages():
    last = max(stage for stage, _, _ in instructions())
    final = [(word, rest) for stage, word, rest in instructions() if stage == last]
    assert ("USER", "65532:65532") in final
    assert final[-1] == ("ENTRYPOINT", '["advisor"]')
    assert all(rest.startswith("python:${PYTHON}-slim") for _, word, rest in instructions() if word == "FROM")
    assert not [rest for _, word, rest in instructions() if word == "ADD" or "curl" in rest or "wget" in rest]


def test_what_is_copied_is_in_the_context_and_there():
    listed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = {
        source
        for _, word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from=")
        for source in rest.split()[:-1]
    }
    assert {line[1:] for line in listed if line.startswith("!")} == copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the image is of Linux")
def test_the_steps_make_a_program_that_answers(tmp_path):
    prefix = tmp_path / "opt"
    Builder(tmp_path / "image", PREFIX=str(prefix)).build()
    work = tmp_path / "work"
    work.mkdir()
    (work / "profile.yaml").write_text(PROFILE, "utf-8")
    done = subprocess.run(
        [prefix / "bin" / "advisor", "recommend", "profile.yaml", "--expect", "classical"],
        cwd=work,
        env={"HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Use classical learning")
