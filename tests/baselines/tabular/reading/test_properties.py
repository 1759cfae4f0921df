"""Whatever the bytes are: a table that describes itself, or a DataError; and what was written is read back."""

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading import ReadOptions, read_table
from advisor.baselines.tabular.reading.missing import MISSING
from tests.bounds import examples

CELLS = st.one_of(
    st.text(alphabet="ab1 .,-/:$€%\"'\t;|\n\\#?é한\0\ufeff²", max_size=8),
    st.sampled_from(
        [
            "1",
            "2.5",
            "1,5",
            "1.234,5",
            "12 kg",
            "$3",
            "5%",
            "1:30",
            "NA",
            "-",
            "2020-01-02",
            "1/2/2020",
            "20200102",
            "inf",
        ]
    ),
    st.sampled_from(
        ["1e400", "0e400", "007", "-999", '"a', 'a"b', "12:61", "31.02.2020", "Jan-18", "٣", "(5)", "3 days 01:02"]
    ),
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=25)
DELIMITED = st.tuples(ROWS, st.sampled_from(",;\t| "), st.sampled_from(["utf-8", "utf-16", "cp949", "latin-1"])).map(
    lambda drawn: "\n".join(drawn[1].join(row) for row in drawn[0]).encode(drawn[2], "replace")
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
)
JSON_LINES = st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=3), max_size=5).map(
    lambda lines: "\n".join(map(json.dumps, lines)).encode()
)
OPTIONS = st.builds(
    ReadOptions,
    format=st.sampled_from([None, None, None, "csv", "tsv", "jsonl", "parquet"]),
    encoding=st.sampled_from([None, None, None, "utf-8", "cp949", "utf-16"]),
    separator=st.sampled_from([None, None, None, ",", ";"]),
    quote=st.sampled_from([None, None, None, '"', "'", "none"]),
    decimal=st.sampled_from([None, None, ".", ","]),
    header=st.sampled_from([None, None, True, False]),
    skip_rows=st.sampled_from([None, None, None, 0, 1]),
    comment=st.sampled_from([None, None, None, "#"]),
)
DTYPES = {
    "numeric": {"float64"},
    "empty": {"float64"},
    "categorical": {"category"},
    "date": {"datetime64[us]"},
    "text": {"str", "object"},
}


@examples(300)
@given(st.one_of(st.binary(max_size=400), DELIMITED, JSON_LINES), OPTIONS)
def test_any_bytes_give_a_table_or_a_data_error(content: bytes, options: ReadOptions) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        path.write_bytes(content)
        try:
            table = read_table(path, options)
        except DataError as error:
            assert str(error)  # noqa: PT017 - either outcome is right, a traceback is not
            return
    assert table.frame.shape == (table.rows, len(table.columns))
    assert table.rows > 0
    assert table.columns
    assert list(table.frame.columns) == [column.name for column in table.columns]
    for column in table.columns:
        values = table.frame[column.name]
        assert str(values.dtype) in DTYPES[column.kind]
        assert (column.missing, column.distinct) == (values.isna().mean(), values.nunique())


@examples(150)
@given(
    st.lists(
        st.tuples(*[st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)] * 3),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_cells_written_by_a_csv_writer_are_read_back(
    rows: list[tuple[str, str, str]], separator: str, end: str, encoding: str, quoting: int
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerow(["first", "second", "third"])
    writer.writerows(rows)
    kinds = dict.fromkeys(["first", "second", "third"], "text")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        path.write_bytes(written.getvalue().encode(encoding))
        table = read_table(path, ReadOptions(separator=separator, quote='"', header=True, skip_rows=0, kinds=kinds))
    assert table.rows == len(rows)
    for index, name in enumerate(kinds):
        cells = [row[index].strip() for row in rows]
        absent = MISSING - {"-"} if "+" in cells else MISSING
        expected = [None if cell in absent else cell for cell in cells]
        assert [None if value != value else value for value in table.frame[name]] == expected
