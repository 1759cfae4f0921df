"""Rows at the end of a table that sum up the others, or hold a note, change neither task nor columns."""

import json
from pathlib import Path

import pytest

from advisor.baselines.options import Options
from advisor.baselines.prepared import prepared_data
from advisor.baselines.tabular.reading import ReadOptions, read_table
from advisor.baselines.tabular.table import Table

CASES = Path(__file__).resolve().parents[5] / "shared" / "cases" / "files"
NAMES = ["city", "size", "price", "sold"]
ROWS = [[f"Town {i % 7}", str(20 + i % 40), f"{i * 7 % 50}.5", ["yes", "no"][i % 2]] for i in range(60)]
SUM = sum(float(row[1]) for row in ROWS)
MEAN = sum(float(row[2]) for row in ROWS) / 60


def read(folder: Path, rows: list[list[str]], names: list[str] = NAMES, **options: object) -> Table:
    path = folder / "data.csv"
    path.write_text("".join(",".join(row) + "\n" for row in [names, *rows]), "utf-8")
    return read_table(path, ReadOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "footer",
    [
        [["Total", "", "", "60"]],
        [["TOTAL:", f"{SUM:.0f}", "", ""]],
        [["Grand Total", f"{SUM:.0f}", f"{MEAN * 60:.1f}", "60"]],
        [["Total sold", "", "", "30"]],
        [["Average", f"{SUM / 60:.2f}", f"{MEAN:.2f}", ""]],
        [["", "Total", "", "30"]],
        [["Summe", "", "", ""]],
        [["Source: the office of statistics", "", "", ""]],
        [["", "", "* without islands", ""]],
        [["Total", "", "", "60"], ["Source: the office", "", "", ""]],
        [["Sum", f"{SUM:.0f}", "", ""], ["Mean", f"{SUM / 60:.2f}", "", ""]],
    ],
)
def test_what_follows_the_rows_is_left_out_and_said(tmp_path: Path, footer: list[list[str]]) -> None:
    table = read(tmp_path, [*ROWS, *footer])
    assert (table.rows, len(table.frame)) == (60, 60)
    assert [column.kind for column in table.columns] == ["categorical", "numeric", "numeric", "categorical"]
    assert [column.distinct for column in table.columns] == [7, 40, 50, 2]
    title = next(cell for cell in footer[0] if cell)
    what = "1 row sums up the others or holds" if len(footer) == 1 else "2 rows sum up the others or hold"
    assert len(table.left_out) == 1
    assert table.left_out[0].startswith(f"{what} a note ('{title[:25]}")


def test_a_total_above_the_rows_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, [["Total", f"{SUM:.0f}", "", ""], *ROWS]).rows == 60


def test_a_total_of_json_lines_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    rows = [dict(zip(NAMES, row, strict=True)) for row in ROWS] + [{"city": "Total", "size": SUM}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert read_table(path).rows == 60


@pytest.mark.parametrize(
    "last",
    [
        ["Total", "21", "3.5", "yes"],  # a place of that name
        ["Town 3", "", "", ""],
        ["Town 99", "", "3", ""],
        ["", "", "3", ""],
        ["", "", "", "yes"],
    ],
)
def test_a_row_of_data_stays(tmp_path: Path, last: list[str]) -> None:
    assert read(tmp_path, [*ROWS, last]).rows == 61


def test_a_name_that_recurs_is_a_category(tmp_path: Path) -> None:
    assert read(tmp_path, [["Total", "1", "", ""], *ROWS, ["Total", "", "", ""]]).rows == 62


@pytest.mark.parametrize("header", [NAMES, [name.upper() for name in NAMES], [name.title() for name in NAMES]])
def test_a_second_header_in_any_case_is_left_out(tmp_path: Path, header: list[str]) -> None:
    table = read(tmp_path, [*ROWS[:30], header, *ROWS[30:]])
    assert table.rows == 60
    assert [column.kind for column in table.columns] == ["categorical", "numeric", "numeric", "categorical"]


@pytest.mark.skipif(not CASES.is_dir(), reason="the reported files are not here")
def test_a_reported_total() -> None:
    found = prepared_data(CASES / "total_footer.csv", Options(target="y"))
    assert (found.described.task, found.described.classes, found.metric) == ("binary", ("no", "yes"), "roc_auc")
    assert [check.message for check in found.checks] == [
        "1 row sums up the others or holds a note ('Total'): it is left out"
    ]


def test_a_flag_keeps_the_total(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n" + "".join(f"{row}.5,{row % 7},{row % 3}\n" for row in range(40)) + "Total,,\n")
    assert (read_table(path, ReadOptions()).rows, read_table(path, ReadOptions(keep_totals=True)).rows) == (40, 41)
    flags = {one.what: one.flag for one in read_table(path, ReadOptions()).decisions}
    assert flags["lines of totals and notes"] == "--keep-totals"
