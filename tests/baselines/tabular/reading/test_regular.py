"""Regular files are read in bulk: the same table, sample and refusal as row by row."""

import gzip
import io
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading import ReadOptions, read_table
from advisor.baselines.tabular.reading.cell_offsets import factorised
from advisor.baselines.tabular.reading.delimited import Delimited, read_delimited
from advisor.baselines.tabular.reading.encodings import decide_encoding
from advisor.baselines.tabular.reading.files import find
from advisor.baselines.tabular.reading.regular import Cells, regular_cells
from advisor.baselines.tabular.reading.rows import Shape
from advisor.baselines.tabular.reading.sample import Bounds
from tests.bounds import examples

BULK = "advisor.baselines.tabular.reading.delimited.regular_cells"


def outcome(path: Path, options: ReadOptions, limit: float) -> tuple[object, ...]:
    try:
        source = find(path)
        read: Delimited = read_delimited(source, decide_encoding(source, None), options, lambda *_: None, Bounds(limit))
    except DataError as error:
        return (str(error),)
    levels = [(column.texts, column.codes.tolist(), column.counts.tolist()) for column in read.levels]
    return (read.names, levels, read.total, read.share, read.decisions)


def expect_the_same_row_by_row(content: bytes, options: ReadOptions, limit: float = np.inf) -> bool:
    """Return whether the file was read in bulk."""
    in_bulk: list[Cells | None] = []

    def watched(*arguments: object) -> Cells | None:
        in_bulk.append(regular_cells(*arguments))  # type: ignore[arg-type]
        return in_bulk[-1]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        path.write_bytes(content)
        with mock.patch(BULK, watched):
            found = outcome(path, options, limit)
        with mock.patch(BULK, return_value=None):
            assert found == outcome(path, options, limit)
    return bool(in_bulk) and in_bulk[-1] is not None


PLAIN = st.one_of(
    st.sampled_from(
        ["", "1", "2.5", "yes", "no", "NA", " a", "b ", "12345678", "123456789", "x" * 70, "é", "한국어", "-"]
    ),
    st.text(alphabet="ab1.- \t;é", max_size=18),
)
QUOTED = st.text(alphabet='ab1,; "\n', max_size=6).map(lambda text: '"' + text.replace('"', '""') + '"')
ODD = st.one_of(
    st.text(alphabet="ab ,;\t\"'\\#\n\r\0\ufeff\u2028\x0b\x1c\x85", max_size=6),
    st.sampled_from(['"a', 'a"b', '"a"b', ' "a"', '"a" ', '\\"', "'a,b'", "#", '""', '"', '"a\nb"', '"1,2\n3,4"']),
)
BETWEEN = st.sampled_from(
    ["\n", "\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\n", "\n \n", "\n\t\n", ",\n", '\n""\n', "\n\x1c\n"]
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Draw a file of equally long rows with some of what makes files hard to read."""
    width = draw(st.integers(1, 4))
    cells = draw(st.sampled_from([PLAIN, PLAIN | QUOTED, PLAIN | QUOTED | ODD]))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=12))
    separator = draw(st.sampled_from([",", ",", ";", "\t", "|", ", "]))
    ends = draw(st.sampled_from([st.just("\n"), st.just("\r\n"), BETWEEN]))
    text = draw(st.sampled_from(["", "", "\ufeff", "# note\n", "\n", "title\n"]))
    if draw(st.booleans()):
        text += separator.join(["first", "second", "third", "fourth"][:width]) + draw(ends)
    text += "".join(separator.join(row) + draw(ends) for row in rows)
    if draw(st.booleans()):
        text = text[:-1]
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16", "cp949"])), "replace")


OPTIONS = st.builds(
    ReadOptions,
    separator=st.sampled_from([None, None, ",", ";", "a"]),
    quote=st.sampled_from([None, None, '"', "'", "none"]),
    header=st.sampled_from([None, True, False]),
    skip_rows=st.sampled_from([None, None, 0, 1]),
    comment=st.sampled_from([None, None, "#"]),
    seed=st.integers(0, 3),
)


@pytest.mark.slow
@examples(400)
@given(files(), OPTIONS, st.sampled_from([np.inf, np.inf, 700.0, 2000.0]), st.sampled_from([1, 7, 1 << 20]))
@example(b'a,b\n1,"x\n', ReadOptions(quote='"'), np.inf, 1 << 20)
@example(b'a,b\n1,"x"y\n', ReadOptions(quote='"'), np.inf, 1 << 20)
@example(b'a,b\n"""",1\n"x""y",2\n"","3"\n', ReadOptions(quote='"'), np.inf, 7)
@example(b"a,b\r1,2\r\n3,4\r\r", ReadOptions(), np.inf, 1)
@example(b"a,b\n\xef\xbb\xbfx,1\ny,2\n", ReadOptions(), np.inf, 1 << 20)
def test_the_same_as_row_by_row(content: bytes, options: ReadOptions, limit: float, block: int) -> None:
    with mock.patch("advisor.baselines.tabular.reading.regular._BLOCK", block):
        expect_the_same_row_by_row(content, options, limit)


ROWS = "".join(f"{row % 7},level {row % 3},{row / 8}\n" for row in range(200))


@pytest.mark.parametrize(
    ("content", "in_bulk"),
    [
        ("a,b,c\n" + ROWS, True),
        ("a,b,c\n" + ROWS.replace("\n", "\r\n"), True),
        ("\ufeffa,b,c\n" + ROWS.removesuffix("\n"), True),
        ("a,b,c\n\n" + ROWS + "\n \n", True),
        ("a;b;c\n" + ROWS.replace(",", ";"), True),
        ("a\tb\tc\n" + ROWS.replace(",", "\t"), True),
        ("a\tb\tc\n" + ROWS.replace(",", "\t") + "\t\t\n\n", True),
        ("a,b,c\n" + ROWS.replace("level", "étage"), True),
        ('"a","b","c"\n' + ROWS.replace("level 1", '"of ""1"", or 2"'), True),
        ("a,b,c\n" + ROWS.replace("level 1", '"of \\"1\\", or 2"'), False),
        ("a,b,c\n" + ROWS + '1,"two\nlines",3\n', False),
        ("a,b,c\n" + ROWS + '1, "quoted, later",3\n', False),
        ("a,b,c\n" + ROWS + "1,nul\0,3\n", False),
        ("a,b,c\n" + ROWS + "1,2\n", False),
        ("a,b,c\n" + ROWS + '1,"never closed,2\n', False),
        ("# note\na,b,c\n" + ROWS, False),
        ("a,b,c,\n" + ROWS.replace("\n", ",\n"), False),
        ("a b c\n" + ROWS.replace(" ", "").replace(",", " "), False),
        ("a\n" + "1\n2\n" * 20, False),
    ],
)
@pytest.mark.parametrize("limit", [np.inf, 20_000.0])
def test_which_files_are_read_in_bulk(content: str, in_bulk: bool, limit: float) -> None:
    assert expect_the_same_row_by_row(content.encode(), ReadOptions(), limit) == in_bulk


@pytest.mark.parametrize(("quotes", "in_bulk"), [("doubled", True), ("escaped", False)])
def test_a_backslash_is_text_only_where_quotes_are_doubled(tmp_path: Path, quotes: str, in_bulk: bool) -> None:
    path = tmp_path / "data.csv"
    path.write_text("1,C:\\data\n2,D:\\data\n")
    source, shape = find(path), Shape(",", quotes, 0, None, False, 2, False)
    assert (regular_cells(source, decide_encoding(source, None), shape, Bounds(np.inf), 0) is not None) == in_bulk


@pytest.mark.parametrize("encoding", ["utf-16", "cp949", "latin-1"])
def test_other_encodings_and_gzip_are_read_in_bulk(encoding: str) -> None:
    accented = "한국" if encoding == "cp949" else "étage"
    content = ("a,b,c\n" + ROWS.replace("level", accented)).encode(encoding)
    assert expect_the_same_row_by_row(content, ReadOptions())
    assert expect_the_same_row_by_row(gzip.compress(content), ReadOptions())


@pytest.mark.slow
def test_a_large_table_is_read_in_bulk_in_several_blocks(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    numbers, names = rng.normal(size=(60_000, 2)), rng.integers(0, 5_000, 60_000)
    written = io.StringIO()
    written.write("x,y,name\n")
    written.writelines(
        f"{x:.6f},{y!r},customer {name:05}\n" for (x, y), name in zip(numbers.tolist(), names, strict=True)
    )
    path = tmp_path / "data.csv"
    path.write_text(written.getvalue())
    table = read_table(path)
    assert table.rows == 60_000
    assert table.frame["x"].tolist() == [float(f"{x:.6f}") for x in numbers[:, 0]]
    assert table.frame["y"].to_numpy() == pytest.approx(numbers[:, 1], rel=1e-14)
    assert table.frame["name"].tolist() == [f"customer {name:05}" for name in names]


@given(
    st.lists(
        st.text(alphabet="ab\xe9\ud55c", max_size=12) | st.text(alphabet="a", min_size=60, max_size=70), max_size=30
    )
)
def test_cells_are_told_apart_at_any_length(cells: list[str]) -> None:
    encoded = [cell.encode() for cell in cells]
    ends = np.cumsum([len(cell) + 1 for cell in encoded], dtype=np.int64) - 1
    starts = np.append(0, ends + 1)[: len(cells)]
    codes, texts = factorised(b",".join(encoded) + bytes(8), starts, ends)
    assert texts == list(dict.fromkeys(cells))
    assert [texts[code] for code in codes] == cells
