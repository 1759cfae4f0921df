"""`advisor rules calibrate` as a user meets it."""

import json
from pathlib import Path

import click
import jsonschema
import pytest
import yaml

from advisor.cli.calibrate import _write
from advisor.cli.schema import schema_of
from tests.calibration.support import results

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def past(tmp_path):
    (tmp_path / "past.csv").write_bytes(results(25, 15))
    return "past.csv"


def test_the_report_says_how_good_the_refit_is(advisor, past):
    result = advisor("rules", "calibrate", past)
    assert (result.returncode, result.stderr) == (0, "")
    for text in (
        "Refitted 1 gain curve and the points of ",
        "past.csv: 40 rows, 40 data sets in 2 benchmarks (one 20 and two 20).",
        "Judged on one held-out benchmark after another",
        "Networks on tables",
        "always classical",
        "above 10,000 rows",
        "● observed, by forecast of the refit",
        "Largest changes",
    ):
        assert text in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_curve_that_has_one_benchmark_says_how_it_was_judged(advisor, tmp_path):
    series = (
        results(12, 8, benchmarks=("three",)).replace(b",tabular,", b",time-series,").replace(b",three,d", b",three,s")
    )
    (tmp_path / "past.csv").write_bytes(results(12, 8) + series.split(b"\n", 1)[1])
    answer = json.loads(advisor("rules", "calibrate", "past.csv", "--format", "json").stdout)
    told = {curve["id"]: curve["judged"]["validation"] for curve in answer["curves"] if curve["judged"]}
    assert told == {"networks-on-tables": "benchmarks", "networks-on-series": "10 folds"}
    said = " ".join(advisor("rules", "calibrate", "past.csv").stdout.split())
    assert said.count("There is only one benchmark: judged in 10 folds on data sets that the fit had not seen.") == 1


def test_long_names_stay_short_in_the_overlay(advisor, tmp_path):
    names = [f"{place}{'long' * 500}" for place in range(12)]
    (tmp_path / "past.csv").write_bytes(results(25, 15, benchmarks=names))
    assert advisor("rules", "calibrate", "past.csv", "--overlay", "own").returncode == 0
    (source,) = yaml.safe_load((tmp_path / "own" / "catalogue" / "sources.yaml").read_text("utf-8"))
    assert len(source["title"]) < 600
    assert source["title"].endswith("… and 4 more)")


def test_the_overlay_is_used_with_rules_and_passes_lint(advisor, past, tmp_path):
    result = advisor("rules", "calibrate", past, "--overlay", "own", "--date", "2026-11")
    assert result.returncode == 0
    files = sorted(path.relative_to(tmp_path / "own").as_posix() for path in (tmp_path / "own").rglob("*.yaml"))
    assert f"wrote {len(files)} files to own; use them with --rules own" in result.stderr
    moved = yaml.safe_load((tmp_path / "own" / "calibrated" / "table-of-columns.yaml").read_text("utf-8"))
    before = yaml.safe_load((ROOT / "rules" / "structure" / "table-of-columns.yaml").read_text("utf-8"))
    *earlier, last = moved["evidence"]
    assert earlier == before["evidence"]
    assert last["source"] == "calibration"
    assert last["claim"].startswith("Refitted on 40 data sets of past.csv, 2026-11; before: classical 7.5")
    assert moved["points"]["deep"] > before["points"]["deep"]
    assert {key: moved[key] for key in before if key not in ("points", "evidence")} == {
        key: before[key] for key in before if key not in ("points", "evidence")
    }
    assert advisor("rules", "lint", "--rules", "own").stdout.startswith("0 findings")
    assert advisor("rules", "test", "--rules", "own").returncode == 0
    profile = "task: classification\ndata: {structure: tabular, rows: 5000}\n"
    plain, own = (
        json.loads(advisor("recommend", "-", "--format", "json", *more, stdin=profile).stdout)
        for more in ((), ("--rules", "own"))
    )
    assert own["gain"]["p_dl_better"] > plain["gain"]["p_dl_better"]
    assert "Refitted on 40 data sets of past.csv." in own["gain"]["because"].replace(", 2026-11", "")
    deep = [next(row["probability"] for row in answer["approaches"] if row["id"] == "deep") for answer in (plain, own)]
    assert deep[1] > deep[0]


def test_the_same_table_gives_the_same_bytes(advisor, past, tmp_path):
    said = [
        advisor("rules", "calibrate", past, "--overlay", name, "--format", "json").stdout for name in ("one", "two")
    ]
    assert said[0] == said[1]
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.yaml")}
        for name in ("one", "two")
    )
    assert one == two
    assert one


def test_the_json_fits_its_schema(advisor, past):
    answer = json.loads(advisor("rules", "calibrate", past, "--format", "json").stdout)
    jsonschema.validate(answer, schema_of("calibrate"))
    assert answer["schema_version"] == "1.0"
    assert [row["forecaster"] for row in answer["points"]["scores"]] == [
        "refitted", "current", "base rate", "always simpler", "above 10,000 rows",
    ]  # fmt: skip
    schema = json.loads(advisor("schema", "calibrate").stdout)
    assert schema == schema_of("calibrate")


def test_markdown_has_the_same_sections(advisor, past):
    said = advisor("rules", "calibrate", past, "--format", "markdown").stdout
    assert said.startswith("## Refitted 1 gain curve")
    assert "### Networks on tables" in said
    assert "| refitted | " in said


def test_with_one_benchmark_it_is_judged_by_data_sets(advisor, tmp_path):
    (tmp_path / "past.csv").write_bytes(results(25, 15, benchmarks=("all",)))
    said = advisor("rules", "calibrate", "past.csv").stdout
    assert "There is only one benchmark: judged in 10 folds on data sets that the fit had not seen" in " ".join(
        said.split()
    )


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        (results(5, 4), (), "past.csv: the table holds 9 data sets or projects; at least 10 are needed"),
        (results(12, 0), (), "the heavier approach won in every row; a refit needs rows of both kinds"),
        (results(6, 6).replace(b",0.1,", b",0.001,"), (), "past.csv: every row is a tie, or a win by less than pays"),
        (results(6, 6).replace(b"better", b"bettr"), (), "past.csv:1:31: error: bettr: unknown column; did you mean"),
        (results(6, 6), ("--date", "yesterday"), "'yesterday' is not a date such as 2026-11"),
        (results(6, 6), ("--overlay", "."), "cannot write .: the folder must be new or empty"),
        (results(6, 6), ("--sd", "0"), "--sd"),
    ],
)
def test_what_cannot_be_used_is_exit_2(advisor, tmp_path, table, options, message):
    (tmp_path / "past.csv").write_bytes(table)
    result = advisor("rules", "calibrate", "past.csv", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_file_is_exit_2(advisor):
    result = advisor("rules", "calibrate", "nowhere.csv")
    assert (result.returncode, result.stdout) == (2, "")
    assert "no such file: nowhere.csv" in result.stderr


HOSTILE = "=cmd|' /C calc'!A0 \x1b[31m<script>alert(1)</script> [red]::error::`x` \u202e| x"


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_names_do_no_harm(advisor, tmp_path, format_):
    hostile = HOSTILE.replace('"', "")
    raw = results(25, 15).decode().replace(",one,", f',"{hostile}",').replace(",d1\n", f',"{hostile}"\n')
    result = advisor("rules", "calibrate", "-", "--overlay", "own", "--format", format_, stdin=raw)
    assert result.returncode == 0, result.stderr
    if format_ != "json":
        assert "\x1b" not in result.stdout
        assert "\u202e" not in result.stdout
        assert "\n::" not in result.stdout
    if format_ == "markdown":
        assert "<script>" not in result.stdout.replace("\\<script>", "")
    if format_ == "json":  # the overlay is the same in every format
        assert advisor("rules", "lint", "--rules", "own").returncode == 0
    assert "\x1b" not in (tmp_path / "own" / "catalogue" / "sources.yaml").read_text("utf-8")


def test_without_numpy_the_message_names_the_command(advisor, past, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['numpy'] = None\n")
    result = advisor("rules", "calibrate", past, env={"PYTHONPATH": f"{tmp_path}:{ROOT}"})
    assert (result.returncode, result.stdout) == (2, "")
    assert 'pip install ".[baseline]"' in result.stderr


def test_the_report_goes_to_a_file(advisor, past, tmp_path):
    done = advisor("rules", "calibrate", past, "--format", "markdown", "-o", "report.md")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "report.md").read_text("utf-8") == advisor(
        "rules", "calibrate", past, "--format", "markdown"
    ).stdout


def test_an_overlay_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    written = Path.write_text

    def fill(path, *rest):
        if path.name == "b.yaml":
            raise OSError(28, "No space left on device")
        return written(path, *rest)

    monkeypatch.setattr(Path, "write_text", fill)
    with pytest.raises(click.ClickException, match="No space left on device"):
        _write(tmp_path / "own", {"rules/a.yaml": "a", "rules/b.yaml": "b"})
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
