"""No report replaces what the command reads; what it replaces it replaces whole, through links, with the mode kept."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from advisor.cli.main import run
from tests.bounds import examples

PROFILE = "task: classification\ndata: {structure: tabular, rows: 900}\n"
RULE = """\
id: few-rows
title: Few rows
criterion: success
group: data-size
when: {fact: data.rows, below: 1000}
points: {deep: -1}
because: Few rows are few.
exceptions: None.
evidence: [{source: judgement, claim: Few rows are few.}]
tests: {fires: [{data.rows: 9}], silent: [{data.rows: 9000}]}
"""
POLICY = "expect: [classical]\n"
# command, what it reads
READING = [
    (["recommend", "p.yaml"], "p.yaml"),
    (["recommend", "p.yaml", "--rules", "pack"], "pack/few-rows.yaml"),
    (["sweep", "p.yaml", "data.rows"], "p.yaml"),
    (["compare", "p.yaml", "r.json"], "r.json"),
    (["check", "r.json", "--expect", "classical"], "r.json"),
    (["check", "r.json", "--policy", "policy.yaml"], "policy.yaml"),
    (["check", "r.json", "--policy", "same.yaml"], "old.json"),
    (["init", "--answers", "p.yaml", "--force"], "p.yaml"),
    (["rules", "docs", "--rules", "pack"], "pack/few-rows.yaml"),
    (["baseline", "d.csv", "--target", "y"], "d.csv"),
    (["recommend", "p.yaml", "--data", "d.csv"], "d.csv"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    (folder / "pack").mkdir()
    files = {
        "p.yaml": PROFILE,
        "pack/few-rows.yaml": RULE,
        "policy.yaml": POLICY,
        "same.yaml": "same_as: old.json\n",
        "d.csv": "a,y\n" + "1,no\n2,yes\n" * 20,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    before = os.environ.get("ADVISOR_CACHE_DIR"), Path.cwd()
    os.environ["ADVISOR_CACHE_DIR"] = str(folder / "cache")
    os.chdir(folder)
    for name in ("r.json", "old.json"):
        assert run(["recommend", "p.yaml", "-o", name]) == 0
    yield folder
    os.chdir(before[1])
    os.environ.pop("ADVISOR_CACHE_DIR")
    if before[0] is not None:
        os.environ["ADVISOR_CACHE_DIR"] = before[0]


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts}


@examples(200)
@given(
    st.sampled_from(READING),
    st.sampled_from(["as it is", "by another way", "absolute", "through a link", "through two links", "hard link"]),
    st.sampled_from([(), ("--format", "json"), ("-f", "markdown")]),
)
def test_no_report_replaces_what_the_command_reads(folder, reading, how, form):
    arguments, read = reading
    assume(how != "hard link" or "/" not in read)  # a report under the other name leaves the rule's file as it is
    links = [folder / "link", folder / "second", folder / "hard"]
    for link in links:
        link.unlink(missing_ok=True)
    links[0].symlink_to(folder / read)
    links[1].symlink_to(links[0])
    links[2].hardlink_to(folder / read)
    named = {
        "as it is": read,
        "by another way": f"pack/../{read}",
        "absolute": str(folder / read),
        "through a link": "link",
        "through two links": "second",
        "hard link": "hard",
    }[how]
    before = contents(folder)
    form = () if arguments[0] in ("init", "rules") else form or ("-f", "text")
    assert run([*arguments, *form, "-o", named]) == 2
    assert contents(folder) == before
    assert links[0].is_symlink()


def test_a_link_is_written_through_and_the_mode_stays(folder, capsys):
    real, link = folder / "real.txt", folder / "to-real.txt"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    assert run(["recommend", "p.yaml", "-o", "to-real.txt"]) == 0
    assert link.is_symlink()
    assert real.read_text().startswith("Use classical learning")
    assert real.stat().st_mode & 0o777 == 0o640
    lost = folder / "lost.txt"
    lost.symlink_to(folder / "nowhere" / "x")
    assert run(["recommend", "p.yaml", "-o", "lost.txt"]) == 2
    assert "no such folder" in capsys.readouterr().err
    assert lost.is_symlink()


def test_a_report_may_be_renewed_in_a_folder_that_is_read(folder):
    for _ in range(2):
        assert run(["recommend", "p.yaml", "--rules", "pack", "-o", "pack/report.md"]) == 0
    (folder / "pack" / "report.md").unlink()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no limits there")
def test_nothing_is_left_behind_at_a_limit_of_size(environment, tmp_path):
    (tmp_path / "p.yaml").write_text(PROFILE)
    (tmp_path / "out").mkdir()
    command = f"ulimit -f 1; {sys.executable} -m advisor recommend p.yaml -f json -o out/r.json"
    cache = {"ADVISOR_CACHE_DIR": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env={**environment, **cache}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, b"Error: cannot write out/r.json: File too large\n")
    assert [*(tmp_path / "out").iterdir()] == []
    assert [path.name for path in (tmp_path / "cache").glob("*") if path.name.endswith(".part")] == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a copy without a name, as /proc shows it")
@pytest.mark.parametrize(("signalled", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)])
def test_termination_leaves_no_copy_of_standard_input(environment, tmp_path, signalled, code):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "baseline", "-", "--target", "y", "-q"],
        stdin=subprocess.PIPE,
        env={**environment, "TMPDIR": str(scratch)},
    )
    process.stdin.write(b"a,y\n1,no\n")  # and there it stays open
    process.stdin.flush()
    opened, until = Path(f"/proc/{process.pid}/fd"), time.monotonic() + 60

    def is_copied():
        return any(str(link.readlink()).startswith(str(scratch)) for link in opened.iterdir())

    while not is_copied() and time.monotonic() < until:
        time.sleep(0.05)
    assert is_copied()
    process.send_signal(signalled)
    assert process.wait(30) == code
    process.stdin.close()
    assert [*scratch.iterdir()] == []
