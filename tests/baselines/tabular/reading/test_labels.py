"""A label is never deleted by a mark of a missing value, whatever the format; spellings of one class are told."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from advisor.baselines.options import Options
from advisor.baselines.prepared import Prepared, prepared_data
from advisor.baselines.tabular.labels import folded, spellings
from advisor.baselines.tabular.reading import ReadOptions, read_table

CASES = Path(__file__).resolve().parents[5] / "shared" / "cases" / "files"
ROWS = [{"x": i * 37 % 101 / 7, "y": ("None", "Insomnia", "Sleep Apnea")[i % 3]} for i in range(90)]


def prepared(path: Path, target: str = "y", **options: object) -> Prepared:
    return prepared_data(path, Options(target=target, **options))  # type: ignore[arg-type]


def written(folder: Path, rows: list[dict[str, object]], form: str) -> Path:
    path = folder / f"data.{form.rsplit(maxsplit=1)[-1]}"
    if form == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    elif form == "parquet":
        frame = pd.DataFrame(rows)
        duckdb.from_df(frame).write_parquet(str(path))
    else:
        pd.DataFrame(rows).to_csv(path, index=False, quoting=1 if "quoted" in form else 0)
    return path


def told(found: Prepared, check: str) -> list[tuple[str, str, str]]:
    return [(one.severity, one.message, one.suggestion) for one in found.checks if one.id == check]


@pytest.mark.parametrize("form", ["csv", "quoted csv", "jsonl", "parquet"])
def test_a_class_called_none_stays(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, ROWS, form)
    found = prepared(path)
    assert found.described.classes == ("Insomnia", "None", "Sleep Apnea")
    assert found.described.rows_used == 90
    assert told(found, "missing-target") == [
        (
            "note",
            "30 of 90 rows have a y that may mean missing ('None' in 30): read as a class, as no label is deleted",
            "--missing None leaves these rows out",
        )
    ]
    left = prepared(path, reading=ReadOptions(missing=("None",)))
    assert left.described.classes == ("Insomnia", "Sleep Apnea")
    assert left.described.rows_used == 60


@pytest.mark.parametrize("form", ["csv", "quoted csv", "jsonl", "parquet"])
def test_an_empty_label_is_missing(tmp_path: Path, form: str) -> None:
    rows = [{**row, "y": None if row["y"] == "None" else row["y"]} for row in ROWS]
    found = prepared(written(tmp_path, rows, form))
    assert found.described.classes == ("Insomnia", "Sleep Apnea")
    assert told(found, "missing-target")[0][:2] == ("warning", "30 of 90 rows have no y")


@pytest.mark.parametrize("words", ["? yes no", "NA DE FR", "N/A low high", "null NULL nan", "-- - ?"])
def test_no_mark_is_stronger_than_a_label(tmp_path: Path, words: str) -> None:
    labels = words.split()
    rows = [{"x": i * 37 % 101 / 7, "y": labels[i % len(labels)]} for i in range(90)]
    assert prepared(written(tmp_path, rows, "csv")).described.classes == tuple(sorted(labels))


def test_a_guessed_target_keeps_its_labels(tmp_path: Path) -> None:
    rows = [{"x": row["x"], "z": i % 7 / 3, "class": row["y"]} for i, row in enumerate(ROWS)]
    found = prepared(written(tmp_path, rows, "csv"), target="")
    assert (found.described.target, found.described.classes) == ("class", ("Insomnia", "None", "Sleep Apnea"))


def test_a_mark_among_numbers_is_missing_and_named(tmp_path: Path) -> None:
    rows = [{"x": i * 37 % 101 / 7, "y": ("0", "1", "NA")[i % 3]} for i in range(90)]
    found = prepared(written(tmp_path, rows, "csv"))
    assert found.described.classes == ("0", "1")
    assert told(found, "missing-target") == [
        (
            "warning",
            "30 of 90 rows have no y ('NA' in 30)",
            "they are left out; label them to use them; --kind y=categorical makes classes of such cells",
        )
    ]
    kept = prepared(written(tmp_path, rows, "csv"), reading=ReadOptions(kinds={"y": "categorical"}))
    assert kept.described.classes == ("0", "1", "NA")


def test_a_code_like_the_others_is_a_category(tmp_path: Path) -> None:
    rows = [
        {"x": i * 37 % 101 / 7, "country": ("NA", "DE", "ZA", "US")[i % 4], "y": ["no", "yes"][i % 2]}
        for i in range(80)
    ]
    found = prepared(written(tmp_path, rows, "csv"))
    assert told(found, "mixed-types") == [
        (
            "note",
            "country is 'NA' in 20 of 80 rows, read as a value like the others",
            "--missing NA reads it as missing",
        )
    ]
    assert found.described.columns_read[1].missing == 0
    values = found.structure.saved(found.source, found.dataset, Options(target="y"))["reading"]["values"]
    assert values["country"] == ["NA"]
    # what a saved model was fitted with holds for new rows, even if nothing else in them says so
    new = written(tmp_path, [{"x": 1, "country": "NA"}], "csv")
    table = read_table(new, ReadOptions(values=values, kinds={"country": "categorical"}))
    assert table.frame["country"].tolist() == ["NA"]


def test_marks_can_be_replaced(tmp_path: Path) -> None:
    rows = [{"grade": ("A", "NA", "none", "?")[i % 4], "y": i % 2} for i in range(40)]
    path = written(tmp_path, rows, "csv")
    usual = read_table(path).frame["grade"]
    only = read_table(path, ReadOptions(missing=("none",), missing_only=True)).frame["grade"]
    assert usual.isna().tolist() == [False, True, False, True] * 10
    assert only.isna().tolist() == [False, False, True, False] * 10


SPELLINGS = [
    ["Yes", "No", "yes ", "YES", "no"],
    ["male", "Male", "female"],
    ["very good", "very\u00a0good", "very  good", "bad"],
    ["yes", "yes\0", "no"],
]


@pytest.mark.parametrize("labels", SPELLINGS)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_spellings_of_one_class_are_told_and_merged(tmp_path: Path, labels: list[str], form: str) -> None:
    rows = [{"x": i * 37 % 101 / 7, "y": labels[i % len(labels)]} for i in range(200)]
    path = written(tmp_path, rows, form)
    found = prepared(path)
    [(severity, message, suggestion)] = told(found, "label-spellings")
    assert severity == "warning"
    assert "in several spellings: " in message
    assert suggestion == "--merge-labels reads each as one class"
    merged = prepared(path, merge_labels=True)
    assert merged.described.task == "binary"
    assert not told(merged, "label-spellings")
    assert "labels merged" in {decision.what for decision in merged.described.decisions}


def test_the_most_frequent_spelling_stays() -> None:
    assert spellings({"yes": 2, "no": 9, "YES": 3}) == (("YES", "yes"),)
    assert spellings({"A": 2, "B": 9, "A+": 3, "1": 3, "1.0": 2}) == ()
    assert folded(" Ye\u200bs\0 ") == "yes"


@pytest.mark.skipif(not CASES.is_dir(), reason="the reported files are not here")
def test_reported_labels() -> None:
    found = prepared(CASES / "label_none.csv", "Sleep Disorder")
    assert (found.described.task, found.described.rows_used) == ("multiclass", 374)
    found = prepared(CASES / "label_spellings.csv")
    assert told(found, "label-spellings")[0][1] == (
        "5 classes of y look like 2 in several spellings: 'no', 'No'; 'YES', 'Yes', 'yes'"
    )
    assert prepared(CASES / "label_spellings.csv", merge_labels=True).described.classes == ("no", "YES")
