"""Lists of equally many numbers become numbers, and durations seconds."""

import csv
import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from advisor.baselines.tabular.reading import ReadOptions, read_table

CASES = Path(__file__).resolve().parents[5] / "shared" / "cases" / "files"
LISTS = [[i / 4, i * 7 % 13, -i] for i in range(40)]


def written(folder: Path, lists: list[list[float] | None], form: str) -> Path:
    path = folder / f"data.{form}"
    if form == "jsonl":
        path.write_text("".join(json.dumps({"n": i, "at": item}) + "\n" for i, item in enumerate(lists)))
    elif form == "csv":
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows(
                [["n", "at"], *([i, item and json.dumps(item)] for i, item in enumerate(lists))]
            )
    else:
        frame = pd.DataFrame({"n": range(len(lists)), "at": lists})
        duckdb.from_df(frame).write_parquet(str(path))
    return path


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_list_of_three_numbers_is_three_numbers(tmp_path: Path, form: str) -> None:
    table = read_table(written(tmp_path, [None, *LISTS], form))
    assert [(column.name, column.kind) for column in table.columns] == [
        *[("n", "numeric"), ("at.0", "numeric"), ("at.1", "numeric"), ("at.2", "numeric")]
    ]
    assert table.frame.iloc[1:, 1:].to_numpy().tolist() == LISTS
    assert table.frame.iloc[0, 1:].isna().all()
    [said] = [decision for decision in table.decisions if decision.what == "list"]
    assert said.why == "its cells are lists of 3 numbers: read as at.0 to at.2"


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_model_names_the_places_of_a_list(tmp_path: Path, form: str) -> None:
    options = ReadOptions(needed=("at.1", "at.0"), kinds={"at.0": "numeric", "at.1": "numeric"})
    assert read_table(written(tmp_path, LISTS, form), options).frame["at.1"].tolist() == [item[1] for item in LISTS]


@pytest.mark.parametrize("lists", [[[1, 2], [1]], [[], []]])
def test_lists_of_other_lengths_stay_text(tmp_path: Path, lists: list[list[float]]) -> None:
    assert [column.name for column in read_table(written(tmp_path, lists * 5, "jsonl")).columns] == ["n", "at"]


def test_a_column_that_is_named_stays_whole(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, LISTS, "jsonl"), ReadOptions(needed=("at",)))
    assert [column.name for column in table.columns] == ["n", "at"]


@pytest.mark.skipif(not CASES.is_dir(), reason="the reported files are not here")
@pytest.mark.parametrize("kinds", [{}, {"dur": "numeric"}])
def test_a_duration_is_in_seconds(kinds: dict[str, str]) -> None:
    table = read_table(CASES / "typed_columns.parquet", ReadOptions(kinds=kinds))
    kinds = {column.name: column.kind for column in table.columns}
    assert [kinds[name] for name in ("dur", "tz", "lst.0", "e", "price")] == [
        *("numeric", "date", "numeric", "categorical", "numeric")
    ]
    assert table.frame["dur"][:3].tolist() == [2217.0, 8570.0, 3433.0]
