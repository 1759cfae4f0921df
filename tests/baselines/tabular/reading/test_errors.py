"""What cannot be read is refused with the cause and the flag that helps, never with a traceback."""

import gzip
import struct
import zipfile
from pathlib import Path

import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading import ReadOptions, read_table

TABLE = "age,job,sold\n" + "".join(f"{20 + i},{['clerk', 'nurse'][i % 2]},{i / 7:.2f}\n" for i in range(100))


def refusal(path: Path, content: str | bytes | None = None, **options: object) -> str:
    """Return the message without the folder."""
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError) as caught:
        read_table(path, ReadOptions(**options))  # type: ignore[arg-type]
    return str(caught.value).replace(f"{path}:", f"{path.name}:").replace(f"{path.parent}/", "")


def test_no_such_file_folder_or_device(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(TABLE)
    assert refusal(tmp_path / "sale.csv") == "sale.csv: no such file; did you mean sales.csv?"
    assert refusal(tmp_path / "x" / "y.csv") == "y.csv: no such file"
    assert refusal(tmp_path).endswith(": this is a folder without pictures (it holds 1 .csv); pass one data file")
    assert (
        refusal(Path("/dev/null"))
        == "null: this is not a regular file; save the data in one, because it is read more than once"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("\n \n\n", "the file holds only blank lines"),
        ("# a\n# b\n", "the file holds only lines that begin with '#'; set another --comment if they are rows"),
        ("a,b\n", "the file holds only its header; pass --no-header if the first row is data"),
        (
            b"\x89PNG\r\n\x1a\n....",
            "this is a PNG image; pass the folder that holds a subfolder of pictures for each class, or a table of "
            "paths and labels",
        ),
        (
            b"RIFF....WAVEfmt ",
            "this is a WAV audio recording; pass the folder that holds a subfolder of recordings for each class, or a "
            "table of paths and labels",
        ),
        (
            b"\0\0\x08\x03" + struct.pack(">3I", 10, 28, 28) + bytes(7840),
            "this is an IDX array of 10 x 28 x 28 (such as MNIST's images or labels), not a table; pass the "
            "folder that holds it beside the array of the labels",
        ),
        (b"PK\x03\x04....", "this is a damaged zip archive; copy or download it again"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "this is an old Excel or other Office document; save the table as CSV and pass that file",
        ),
        (b"BZh91AY&SY", "this is a bzip2 archive; unpack it and pass the table inside"),
        ("<!DOCTYPE html>\n<html>", "this is a web page, perhaps in place of a download; save the data file itself"),
        ("% iris\n@relation iris\n@data\n1,2\n", "this is an ARFF file; save the table as CSV and pass that file"),
        (
            "#x\n@problemName Gun\n@data\n1,2:1\n",
            "this is a .ts file of time series; save the table as CSV and pass that file",
        ),
        ("version https://git-lfs.github.com/spec/v1\n", "this is a Git LFS pointer, not the data; run git lfs pull"),
        (
            bytes(range(256)) * 20,
            "this is a binary file, not a text table; pass a CSV, TSV, Parquet or JSON lines file, or its "
            "--encoding if "
            "it is text",
        ),
        (
            "Dear all,\nmy text, as you see, is, well, no table\nat all\nbut, say, prose\n" * 5,
            "no separator (comma, semicolon, tab, pipe) gives rows of equal length; describe the layout with "
            "--separator, "
            "--quote, --skip-rows or --comment",
        ),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert refusal(tmp_path / "data.csv", content) == f"data.csv: {message}"


def test_workbooks_and_archives_are_told_apart(tmp_path: Path) -> None:
    for name, inside in (("book.xlsx", "xl/workbook.xml"), ("text.docx", "word/document.xml"), ("z.zip", "data.csv")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(inside, TABLE)
    assert (
        refusal(tmp_path / "book.xlsx")
        == "book.xlsx: this is an Excel workbook; save the table as CSV and pass that file"
    )
    assert (
        refusal(tmp_path / "text.docx")
        == "text.docx: this is an Office document; save the table as CSV and pass that file"
    )
    assert (
        refusal(tmp_path / "z.zip")
        == "z.zip: this is a zip archive with 'data.csv'; unpack it and pass the table inside"
    )


def test_damaged_gzip(tmp_path: Path) -> None:
    packed = gzip.compress((TABLE * 100).encode())
    cut_off = "the gzip file is cut off: it ends before its content does; copy or download it again"
    assert refusal(tmp_path / "a.csv.gz", packed[: len(packed) // 2]) == f"a.csv.gz: {cut_off}"
    assert refusal(tmp_path / "a.csv.gz", packed[:-4]) == f"a.csv.gz: {cut_off}"
    damaged = packed[:100] + b"xxxx" + packed[104:]
    assert refusal(tmp_path / "b.csv.gz", damaged).startswith("b.csv.gz: the gzip file is damaged (")
    assert refusal(tmp_path / "c.csv.gz", gzip.compress(b"")) == "c.csv.gz: the file is empty once it is unpacked"


def test_rows_of_another_width(tmp_path: Path) -> None:
    flags = "fix the line, or describe the layout with --separator, --quote, --skip-rows or --comment"
    path = tmp_path / "data.csv"
    text = TABLE.replace("\n70,", "\n70,x,")
    assert refusal(path, text) == f"data.csv: line 52 has 4 cells where 3 are expected; {flags}"
    text = text.replace("\n80,clerk", "\n80")
    assert refusal(path, text) == (
        f"data.csv: line 52 has 4 cells where 3 are expected (2 of 100 rows have another number of cells); {flags}"
    )
    assert refusal(path, "# note\n" + text).startswith("data.csv: line 53 has 4 cells")
    assert refusal(path, "a title\n" + text).startswith("data.csv: line 53 has 4 cells")


def test_a_stated_first_row_of_another_width(tmp_path: Path) -> None:
    content = "title\n9,2,3\n" + "4,5\n" * 5
    assert refusal(tmp_path / "a.csv", content, skip_rows=1) == (
        "a.csv: line 3 has 2 cells where 3 are expected (5 of 5 rows have another number of cells); fix the line, or "
        "describe the layout with --separator, --quote, --skip-rows or --comment"
    )


def test_a_file_cut_off_in_a_row_or_in_a_quoted_cell(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.csv", TABLE + "120,cl") == (
        "a.csv: line 102 has 2 cells where 3 are expected, and it is the last: the file seems to be cut off; copy or "
        "download it again, or delete that line"
    )
    text = "n,t\n" + "".join(f'{i},"a text, number {i}"\n' for i in range(6000))
    never_closed = (
        "a quote is opened and never closed: the file seems to be cut off; copy or download it again, or pass --quote "
        "none if quotes are part of the text"
    )
    assert refusal(tmp_path / "b.csv", text[:-4]) == f"b.csv: line 6001: {never_closed}"
    assert refusal(tmp_path / "b.csv", text[:300]) == f"b.csv: line 15: {never_closed}"
    text = "n,t\n" + "".join(f'{i},"a text,\nnumber {i}"\n' for i in range(6000))
    assert refusal(tmp_path / "c.csv", text[:-4]) == f"c.csv: line 12000: {never_closed}"


def test_text_after_a_closing_quote(tmp_path: Path) -> None:
    text = "n,t\n" + "".join(f'{i},"a, {i}"\n' for i in range(6000)) + '6000,"b, "c" d"\n'
    assert refusal(tmp_path / "a.csv", text, quote='"') == (
        "a.csv: line 6002: text follows a closing quote; write a quote within a quoted cell twice, or pass --quote "
        "none if quotes are part of the text"
    )


def test_encodings_that_are_unknown_or_wrong(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    latin = TABLE.replace("clerk", "Käufer").encode("cp1252")
    assert (
        refusal(path, TABLE, encoding="utf-9")
        == "--encoding: 'utf-9' is not an encoding that Python knows; did you mean 'utf-8'?"
    )
    assert refusal(path, TABLE, encoding="zlib").startswith("--encoding: 'zlib' is not an encoding that Python knows")
    assert refusal(path, latin, encoding="utf-8") == (
        "a.csv: the file is not written in utf-8 (byte 0xe4); it looks like cp1252: change --encoding"
    )
    assert refusal(path, TABLE, encoding="utf-16") == (
        "a.csv: the file is not written in utf-16; it looks like utf-8: change --encoding"
    )


def test_columns_that_do_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert refusal(path, TABLE, needed=("jobs",)) == "a.csv: there is no column 'jobs'; did you mean 'job'?"
    assert refusal(path, TABLE, needed=("y",)) == "a.csv: there is no column 'y'; the columns are: age, job, sold"
    assert refusal(path, TABLE, kinds={"Age": "text"}) == "a.csv: --kind: there is no column 'Age'; did you mean 'age'?"
    assert refusal(path, TABLE, header=False, needed=("xyz",)) == (
        "a.csv: there is no column 'xyz'; the file has no header, so its columns are called 0, 1, 2 "
        "(--header if the first row has names)"
    )
    assert refusal(path, TABLE.replace(",", "^"), needed=("job",)) == (
        "a.csv: there is no column 'job'; the file was read as the one column 'age^job^sold': is --separator right?"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "xlsx"}, "--data-format: 'csv', 'tsv', 'parquet' or 'jsonl' is allowed, not 'xlsx'"),
        ({"separator": ";;"}, "--separator: one character is allowed, or tab, not ';;'"),
        ({"separator": ",", "decimal": ","}, "--separator and --decimal cannot both be ','"),
        ({"separator": ";"}, "a.csv: --separator: ';' does not separate the cells; the file looks as if ',' does"),
        ({"quote": "`"}, "--quote: '\"', ''' or 'none' is allowed, not '`'"),
        ({"skip_rows": -1}, "--skip-rows: a count of lines is allowed, not -1"),
        ({"skip_rows": 500}, "a.csv: the file holds no lines"),
        ({"comment": ""}, "--comment: the characters that begin a comment are missing"),
        ({"memory_mb": 0}, "--memory: at least 1 MB is needed, not 0"),
        (
            {"kinds": {"age": "number"}},
            "--kind age: 'numeric', 'categorical', 'text' or 'date' is allowed, not 'number'; did you mean 'numeric'?",
        ),
        (
            {"kinds": {"job": "numeric"}},
            "--kind job=numeric: no value of the column is a number (the first is 'clerk'); choose categorical or text",
        ),
        (
            {"kinds": {"job": "date"}},
            "--kind job=date: no value of the column is a date (the first is 'clerk'); choose categorical or text",
        ),
        ({"format": "parquet"}, "a.csv: this is not a Parquet file; leave --data-format out, or change it"),
    ],
)
def test_options_that_do_not_fit(tmp_path: Path, options: dict[str, object], message: str) -> None:
    assert refusal(tmp_path / "a.csv", TABLE, **options) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '[{"a": 1}]',
            "this is one JSON list over the whole file, not JSON lines; write one object per line "
            "(jq -c '.[]' data.json > data.jsonl)",
        ),
        (
            '{\n "a": 1\n}',
            "this is one JSON object over the whole file, not JSON lines; write one object per line "
            "(jq -c '.[]' data.json > data.jsonl)",
        ),
        (
            '{"a": 1}\n{"a": 2',
            "line 2 is not valid JSON (Expecting ',' delimiter): the file seems to be cut off; fix or delete it",
        ),
        ('{"a": 1}\n7\n', 'line 2 is not a JSON object such as {"age": 39, "job": "clerk"}; write one per line'),
        ('{"a": ' + "[" * 100_000 + "\n", "line 1 is not valid JSON (it is nested too deeply); fix or delete it"),
        ("\n\n", "the file holds no rows, only blank lines"),
        ("{}\n{}\n", "the objects of the file are empty"),
    ],
)
def test_json_that_is_no_json_lines(tmp_path: Path, content: str, message: str) -> None:
    assert refusal(tmp_path / "a.jsonl", content) == f"a.jsonl: {message}"


def test_damaged_parquet(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.parquet", b"PAR1....PAR1").startswith("a.parquet: the Parquet file cannot be read: ")
    assert refusal(tmp_path / "b.parquet", TABLE) == (
        "b.parquet: this is not a Parquet file, or it is damaged: its first bytes are not PAR1"
    )


def test_a_row_that_does_not_fit_into_memory(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.csv", "a,b\n" + "x" * 3_000_000 + ",1\n", memory_mb=1) == (
        "row 1 alone takes 2 MB; allow more memory with --memory"
    )
