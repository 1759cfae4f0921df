"""Rows that describe the columns, below the header or in the middle of a file, are no data."""

import json
from pathlib import Path

import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading import ReadOptions, read_table
from advisor.baselines.tabular.table import Table

NAMES = ["age", "height", "colour", "kind"]
ROWS = [
    [str(20 + i % 40), f"{150 + i * 7 % 50}.5", ["red", "green"][i % 2], ["cat", "dog"][i % 3 == 0]] for i in range(60)
]
REPEATED = "lines that repeat the names of the columns"
DESCRIBED = "lines that describe the columns"


def read(tmp_path: Path, rows: list[list[str]], name: str = "data.csv", **options: object) -> Table:
    path = tmp_path / name
    path.write_text("".join(",".join(row) + "\n" for row in rows))
    return read_table(path, ReadOptions(**options))  # type: ignore[arg-type]


def decided(table: Table) -> dict[str, str]:
    return {decision.what: decision.value for decision in table.decisions}


def expect_the_usual_rows(table: Table) -> None:
    kinds = ["numeric", "numeric", "categorical", "categorical"]
    assert [(column.name, column.kind) for column in table.columns] == list(zip(NAMES, kinds, strict=True))
    assert table.rows == len(table.frame) == 60
    assert table.frame["age"].tolist() == [float(row[0]) for row in ROWS]
    assert table.frame["kind"].tolist() == [row[3] for row in ROWS]
    assert list(table.frame["kind"].cat.categories) == ["cat", "dog"]
    assert all(column.odd_rows == 0 and column.missing == 0 for column in table.columns)
    assert [column.distinct for column in table.columns] == [40, 50, 2, 2]


@pytest.mark.parametrize("places", [[30], [0], [60], [10, 10, 50]])
def test_a_header_that_is_repeated_by_joining_files_is_left_out(tmp_path: Path, places: list[int]) -> None:
    rows = list(ROWS)
    for place in reversed(places):
        rows.insert(place, NAMES)
    table = read(tmp_path, [NAMES, *rows])
    expect_the_usual_rows(table)
    assert decided(table)[REPEATED] == str(len(places))
    one = "1 row repeats the names of the columns, as in files that were joined: it is left out"
    many = "3 rows repeat the names of the columns, as in files that were joined: they are left out"
    assert table.left_out == (one if len(places) == 1 else many,)


def test_a_repeated_header_is_seen_among_texts_alone(tmp_path: Path) -> None:
    rows = [[row[2], row[3]] for row in ROWS]
    table = read(tmp_path, [NAMES[2:], *rows[:30], NAMES[2:], *rows[30:]])
    assert [column.name for column in table.columns] == ["colour", "kind"]
    assert [column.distinct for column in table.columns] == [2, 2]
    assert table.rows == 60


def test_a_repeated_header_is_seen_where_a_name_occurs_twice(tmp_path: Path) -> None:
    names = ["age", "height", "colour", "colour", "kind"]
    rows = [[*row[:3], row[2], row[3]] for row in ROWS]
    table = read(tmp_path, [names, *rows, names])
    assert [column.name for column in table.columns] == ["age", "height", "colour", "colour_2", "kind"]
    assert table.rows == 60


@pytest.mark.parametrize(
    ("below", "shown"),
    [
        ([["years", "cm", "", ""]], "years, cm"),
        ([["years", "cm", "name", "class"]], "years, cm, name, class"),
        ([["[a]", "[cm]", "-", "-"]], "[a], [cm]"),
        ([["int", "float", "string", "string"]], "int, float, string, string"),
        (
            [["continuous", "continuous", "discrete", "discrete"], ["", "", "", "class"]],
            "continuous, continuous, discrete, discrete",
        ),
        ([["c", "c", "d", "d"], ["", "", "meta", "class"]], "c, c, d, d"),
        (
            [["How old are you?", "How tall?", "Which colour?", "What kind?"], ["Q1_1", "Q1_2", "Q2_1", "Q2_2"]],
            "How old are you?, How tall?, Which colour?, What kind?",
        ),
    ],
)
def test_units_types_and_questions_below_the_header_are_left_out(
    tmp_path: Path, below: list[list[str]], shown: str
) -> None:
    table = read(tmp_path, [NAMES, *below, *ROWS])
    expect_the_usual_rows(table)
    assert decided(table)[DESCRIBED] == str(len(below))
    what = "1 row below the header describes" if len(below) == 1 else f"{len(below)} rows below the header describe"
    which = "it is" if len(below) == 1 else "they are"
    assert table.left_out == (
        f"{what} the columns and {'holds' if len(below) == 1 else 'hold'} no values ({shown}): {which} left out",
    )


@pytest.mark.parametrize(
    "first",
    [
        ["20", "tall", "red", "cat"],  # one odd value
        ["unknown", "unknown", "red", "cat"],  # a colour and a kind that other rows have
        ["n.a.", "n.a.", "blue", "cow"],  # missing numbers
        ["", "", "blue", "cow"],
        ["20", "170.5", "colour", "kind"],  # texts alone
        ["age", "170.5", "red", "cat"],
    ],
)
def test_a_first_row_of_odd_values_stays(tmp_path: Path, first: list[str]) -> None:
    table = read(tmp_path, [NAMES, first, *ROWS])
    assert table.rows == 61
    assert table.left_out == ()
    assert not {REPEATED, DESCRIBED} & set(decided(table))


def test_words_in_the_middle_of_a_file_are_odd_values_and_no_header(tmp_path: Path) -> None:
    table = read(tmp_path, [NAMES, *ROWS[:30], ["years", "cm", "", ""], *ROWS[30:]])
    assert table.rows == 61
    assert [column.odd for column in table.columns] == [("years",), ("cm",), (), ()]


def test_without_a_header_nothing_is_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, [NAMES, ["years", "cm", "", ""], *ROWS], header=False)
    assert (table.rows, table.left_out) == (62, ())


def test_a_repeated_header_in_json_lines_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    lines = [dict(zip(NAMES, row, strict=True)) for row in [*ROWS[:30], NAMES, *ROWS[30:]]]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    expect_the_usual_rows(read_table(path))


def test_a_file_of_headers_alone_holds_no_rows(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the file holds only its header"):
        read(tmp_path, [NAMES, NAMES, NAMES], header=True)
