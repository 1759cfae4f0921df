"""Read small files as users have them: separators, quotes, encodings, headers, formats, samples."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading import ReadOptions, lines, read_table
from advisor.baselines.tabular.table import Table

ROOT = Path(__file__).resolve().parents[4]
NAMES = ["id", "price", "colour", "sold"]
ROWS = [[str(i), f"{i * 7 % 100 + 0.25}", ["red", "green", "blue"][i % 3], ["yes", "no"][i % 2]] for i in range(50)]


def joined(rows: list[list[str]], separator: str = ",", end: str = "\n") -> str:
    return "".join(separator.join(row) + end for row in rows)


def read(tmp_path: Path, text: str | bytes, name: str = "data.csv", **options: object) -> Table:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, ReadOptions(**options))  # type: ignore[arg-type]


def decided(table: Table) -> dict[str, str]:
    return {decision.what: decision.value for decision in table.decisions}


def expect_the_usual_table(table: Table) -> None:
    assert [(column.name, column.kind) for column in table.columns] == list(
        zip(NAMES, ["numeric", "numeric", "categorical", "categorical"], strict=True)
    )
    assert table.rows == 50
    assert table.frame["id"].tolist() == list(range(50))
    assert table.frame["price"].tolist() == [i * 7 % 100 + 0.25 for i in range(50)]
    assert table.frame["colour"].tolist() == [row[2] for row in ROWS]


@pytest.mark.parametrize(
    ("separator", "spoken"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe"), (" ", "blank")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_separators_and_line_ends(tmp_path: Path, separator: str, spoken: str, end: str) -> None:
    table = read(tmp_path, joined([NAMES, *ROWS], separator, end))
    expect_the_usual_table(table)
    assert decided(table)["separator"] == spoken


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(joined([NAMES, *ROWS], ", "), id="a blank after the comma"),
        pytest.param(
            joined([[f'"{cell}"' for cell in row] for row in [NAMES, *ROWS]], ", "), id="quotes after a blank"
        ),
        pytest.param(joined([[f'"{cell}"' for cell in row] for row in [NAMES, *ROWS]], " , "), id="blanks around"),
        pytest.param("# by hand\n# for you, and me\n" + joined([NAMES, *ROWS]), id="comments above"),
        pytest.param("Sales of May\n\n" + joined([NAMES, *ROWS]), id="a title above"),
        pytest.param("Sales,,,\n,,,\n" + joined([NAMES, *ROWS]), id="a title from a spreadsheet"),
        pytest.param(joined([NAMES, *[[*row, ""] for row in ROWS]]), id="a separator ends each row"),
        pytest.param(joined([[*NAMES, ""], *[[*row, ""] for row in ROWS]]), id="a separator ends each line"),
        pytest.param("# a\n#id\tprice\tcolour\tsold\n" + joined(ROWS, "\t"), id="names in a comment"),
        pytest.param("\n\n" + joined([NAMES, *ROWS]) + "  \n", id="blank lines around"),
        pytest.param("\ufeff" + joined([NAMES, *ROWS]), id="byte-order mark"),
        pytest.param("sep=;\n" + joined([NAMES, *ROWS], ";"), id="a note of the separator for Excel"),
    ],
)
def test_layouts_that_hold_the_same_table(tmp_path: Path, text: str) -> None:
    expect_the_usual_table(read(tmp_path, text))


def test_every_decision_is_named_with_its_reason_and_flag(tmp_path: Path) -> None:
    table = read(tmp_path, "# note\nt;x;x;\nb;1,5;?;\nc;2,5;3;\n", skip_rows=0, kinds={"t": "text"})
    assert [tuple(decision) for decision in table.decisions] == [
        ("format", "csv", "the file is a text of rows and cells", "--data-format"),
        ("encoding", "utf-8", "every byte of the file fits", "--encoding"),
        ("separator", "semicolon", "100% of the first rows then have 4 cells", "--separator"),
        ("quote", '"', "a quote within a quoted cell is written twice", "--quote"),
        ("header", "first row", "the first row differs from the values below it in 2 of 3 columns", "--no-header"),
        ("lines before the table", "0", "given", "--skip-rows"),
        ("comments", "#", "lines that begin with '#' do not belong to the table; 1 line left out", "--comment"),
        ("column names", "x_2", "their names are empty or occur twice", "--no-header"),
        ("decimal mark", ",", "columns that hold numbers such as 1,5: 1", "--decimal"),
        ("missing values", "'?'", "cells with these marks: 1", "--missing"),
        ("kinds", "t=text", "given", "--kind"),
    ]


def test_the_bytes_are_identified(tmp_path: Path) -> None:
    packed = gzip.compress(joined([NAMES, *ROWS]).encode())
    table = read(tmp_path, packed, "data.csv.gz")
    expect_the_usual_table(table)
    assert table.sha256 == hashlib.sha256(packed).hexdigest()
    assert table.path == str(tmp_path / "data.csv.gz")
    assert table.decisions[0].why == "the file is a text of rows and cells; packed with gzip"


# Quotes


def test_quoted_cells_hold_separators_lines_and_quotes(tmp_path: Path) -> None:
    text = 'n,t\n1,"a, b"\n2,"two\nlines"\n3,"say ""x"" now"\n4,5" pipe\n'
    table = read(tmp_path, text, kinds={"t": "text"})
    assert table.frame["t"].tolist() == ["a, b", "two\nlines", 'say "x" now', '5" pipe']


def test_one_column_may_hold_separators_in_its_quotes(tmp_path: Path) -> None:
    table = read(tmp_path, 'message\n"Hello, I was charged twice; please help"\nthanks\n"no, really"\n')
    assert [column.name for column in table.columns] == ["message"]
    assert table.frame["message"].tolist() == ["Hello, I was charged twice; please help", "thanks", "no, really"]


def test_quotes_after_a_backslash(tmp_path: Path) -> None:
    rows = "".join(f'{i},"he said \\"{i}, or more\\", and left"\n' for i in range(10))
    table = read(tmp_path, "n,t\n" + rows, kinds={"t": "text"})
    assert table.frame["t"][3] == 'he said "3, or more", and left'
    assert {d.what: d.why for d in table.decisions}["quote"] == "a quote within a quoted cell follows a backslash"


@pytest.mark.parametrize("at", [5, 5000], ids=["within the first lines", "far down"])
def test_unbalanced_quotes_do_not_run_rows_together(tmp_path: Path, at: int) -> None:
    rows = [f"{'ham' if i % 3 else 'spam'}\tmessage number {i}" for i in range(at + 40)]
    rows[at] = 'ham\t"Hey, a quote that nobody closes'
    rows[at + 20] = 'ham\tand a "word" in quotes'
    table = read(tmp_path, "\n".join(rows) + "\n", "sms.tsv")
    assert table.rows == at + 40
    assert table.frame["1"][at] == '"Hey, a quote that nobody closes'
    assert decided(table)["quote"] == "none"


def test_rows_that_quotes_run_together_unseen_are_told_apart(tmp_path: Path) -> None:
    # The quote of row 5000 is closed at the end of row 5001, as if one message had two lines and a tab.
    rows = [f"{'ham' if i % 3 else 'spam'}\tmessage number {i}" for i in range(5003)]
    rows[5000], rows[5001] = 'ham\t"open', 'spam\tclosed"'
    table = read(tmp_path, "\n".join(rows) + "\n")
    assert table.rows == 5003
    assert table.frame["0"][5001] == "spam"


def test_single_quotes_only_where_they_hold_separators(tmp_path: Path) -> None:
    table = read(tmp_path, "n,t\n" + "".join(f"{i},'a, {i}'\n" for i in range(9)))
    assert (decided(table)["quote"], table.frame["t"][0]) == ("'", "a, 0")
    table = read(tmp_path, "n,t\n" + "".join(f"{i},'{i % 2}'\n" for i in range(9)))
    assert (decided(table)["quote"], table.frame["t"][0]) == ('"', "'0'")


# Separators that are hard to tell


@pytest.mark.parametrize(
    ("text", "separator", "columns"),
    [
        ("a;b;c\n" + "1,5;2,5;3,5\n" * 9, "semicolon", 3),
        ("1,5;2,5;3,5\n" * 9, "semicolon", 3),
        ("hello, red world, nice; ok\tyes\n" * 9, "tab", 2),
        ("who|where\n" + "red street; 5, town|x\n" * 9, "pipe", 2),
        ("id,genre,score\n" + "".join(f"{i},Action|Comedy,{i}.5\n" for i in range(9)), "comma", 3),
        ('n,list\n1,"[1; 2, 3]"\n2,"[4; 5, 6]"\n', "comma", 2),
        ("when,x\n2020-01-01 10:00:00,1\n2020-01-02 10:00:00,2\n", "comma", 2),
        ("text\nred\nblue\nred\n", "comma", 1),
    ],
)
def test_the_separator_is_the_one_that_gives_clean_cells(
    tmp_path: Path, text: str, separator: str, columns: int
) -> None:
    table = read(tmp_path, text)
    assert (decided(table)["separator"], len(table.columns)) == (separator, columns)


def test_a_separator_that_is_given(tmp_path: Path) -> None:
    table = read(tmp_path, joined([NAMES, *ROWS], "^"), separator="^")
    expect_the_usual_table(table)
    assert table.decisions[2] == ("separator", "^", "given", "--separator")
    expect_the_usual_table(read(tmp_path, joined([NAMES, *ROWS], "\t"), separator="tab"))
    expect_the_usual_table(read(tmp_path, joined([NAMES, *ROWS], "\t"), format="tsv"))


# Headers


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (joined([NAMES, *ROWS]), True),
        (joined(ROWS), False),
        ("colour,sold\n" + "red,yes\ngreen,no\n" * 9, True),
        ("red,yes\ngreen,no\n" * 9, False),
        ("3.5,2\n" * 9, False),
        ("country,2019,2020,2021\n" + "".join(f"c{i},{i}.5,{i}.25,{i}\n" for i in range(9)), True),
        ("0,1,2,3\n" + "5.5,6.5,7.5,8.5\n" * 9, True),
        ("ham\tsee you there\nspam\tyou won a prize\nham\tok then\n" * 9, False),
        (",name\n0,ab\n1,cd\n2,ef\n", True),
        ("first,last\nAda,Lovelace\nAlan,Turing\nGrace,Hopper\n", True),
        ("5,?,gas\n6,7,gas\n8,?,diesel\n", False),
    ],
)
def test_whether_the_first_row_holds_names(tmp_path: Path, text: str, header: bool) -> None:
    table = read(tmp_path, text)
    assert (decided(table)["header"] == "first row") is header
    assert table.rows == text.count("\n") - header
    if not header:
        assert list(table.frame.columns) == [str(i) for i in range(len(table.columns))]


def test_a_header_can_be_stated(tmp_path: Path) -> None:
    assert read(tmp_path, joined([NAMES, *ROWS]), header=False).rows == 51
    assert list(read(tmp_path, joined(ROWS), header=True).frame.columns) == ROWS[0]


def test_names_are_made_unique_and_this_is_said(tmp_path: Path) -> None:
    table = read(tmp_path, "a,a,,b , a_2\n1,2,3,4,5\n6,7,8,9,10\n")
    assert list(table.frame.columns) == ["a", "a_3", "column_2", "b", "a_2"]
    assert decided(table)["column names"] == "a_3, column_2"


def test_row_names_of_r(tmp_path: Path) -> None:
    table = read(tmp_path, "a\tb\n" + "".join(f"r{i}\t{i}\t{i % 3}\n" for i in range(9)))
    assert list(table.frame.columns) == ["column_0", "a", "b"]
    assert table.frame["a"].tolist() == list(range(9))


def test_lines_before_the_table_and_comments_within(tmp_path: Path) -> None:
    text = "x,y,z\nnote\n" + joined([NAMES, *ROWS[:20]]) + "// half\n" + joined(ROWS[20:])
    table = read(tmp_path, text, skip_rows=2, comment="//")
    expect_the_usual_table(table)
    assert table.decisions[6].why == "given; 1 line left out"


def test_notes_of_several_cells_above_the_table_may_be_long(tmp_path: Path) -> None:
    text = "".join(f"{i},started\n" for i in range(220)) + joined([NAMES, *ROWS * 6])
    table = read(tmp_path, text)
    assert (table.rows, list(table.frame.columns)) == (300, NAMES)
    assert decided(table)["lines before the table"] == "220"


def test_comments_within_the_table_and_rows_that_begin_with_the_mark(tmp_path: Path) -> None:
    text = joined([NAMES, *ROWS[:20]]) + "# half of it, so far\n" + joined(ROWS[20:])
    expect_the_usual_table(read(tmp_path, text))
    colours = read(tmp_path, "colour,n\n" + "".join(f"#{i:06x},{i}\n" for i in range(30)))
    assert (colours.rows, colours.frame["colour"][29]) == (30, "#00001d")
    assert "comments" not in decided(colours)


def test_a_comment_mark_within_a_quoted_cell_is_text(tmp_path: Path) -> None:
    table = read(tmp_path, '# note\nn,t\n1,"a\n# b"\n2,c\n', kinds={"t": "text"})
    assert table.frame["t"].tolist() == ["a\n# b", "c"]


# Encodings

GERMAN = "Stadt,Größe\n" + "Köln,groß\nDüsseldorf,mittel\nTübingen,klein\n" * 5
FRENCH = "ville,état\n" + "Orléans,été\nBesançon,forêt\nAngoulême,là-bas\n" * 5
KOREAN = "구,동\n" + "종로구,사직동\n중구,소공동\n용산구,후암동\n" * 5
JAPANESE = "都市,会員\n" + "とうきょう,はい\n大阪府,いいえ\n京都府,はい\n" * 5
RUSSIAN = "город,цена\n" + "Москва,высокая\nПетербург,низкая\nКазань,средняя\n" * 5
CZECH = "město,kraj\n" + "Plzeň,Plzeňský\nTřebíč,Vysočina\nČeské Budějovice,Jihočeský\nÚstí nad Labem,Ústecký\n" * 5
HUNGARIAN = (
    "város,megye\n" + "Győr,Győr-Moson-Sopron\nPécs,Baranya\nHódmezővásárhely,Csongrád\nNyíregyháza,Szabolcs\n" * 5
)
TAIWANESE = "科目,部門\n" + "體育,教育部\n家政,教育局\n公民教育,教務處\n" * 5
CHINESE = "城市,性别\n" + "北京市,男性\n上海市,女性\n广州市,男性\n" * 5


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, "utf-8") for text in (GERMAN, FRENCH, KOREAN, JAPANESE, RUSSIAN, CHINESE)),
        *((text, "utf-16") for text in (GERMAN, KOREAN)),
        *((text, "utf-8-sig") for text in (GERMAN, KOREAN)),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "cp1252"),
        (FRENCH, "latin-1"),
        (FRENCH, "mac-roman"),
        (KOREAN, "cp949"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc-jp"),
        *((text, encoding) for text in (CZECH, HUNGARIAN) for encoding in ("cp1250", "iso-8859-2")),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (CHINESE, "gb18030"),
        (TAIWANESE, "big5"),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    table = read(tmp_path, text.encode(encoding))
    names, first = (line.split(",") for line in text.splitlines()[:2])
    assert list(table.frame.columns) == names
    assert table.frame.iloc[0].tolist() == first


def test_a_single_accented_word_far_down_is_enough(tmp_path: Path) -> None:
    text = "city,n\n" + "Bonn,1\n" * 200_000 + "Málaga,2\n"
    table = read(tmp_path, text.encode("cp1252"))
    assert (decided(table)["encoding"], table.frame["city"].iloc[-1]) == ("cp1252", "Málaga")


@pytest.mark.slow
@pytest.mark.parametrize("indent", range(4))
@pytest.mark.parametrize("encoding", ["cp949", "euc-jp", "gb18030", "big5"])
def test_letters_of_two_bytes_in_a_long_file(tmp_path: Path, encoding: str, indent: int) -> None:
    words = {
        "cp949": "서울부산대구인천",
        "euc-jp": "とうきょう大阪府",
        "gb18030": "北京市上海市",
        "big5": "公民教務處體育",
    }
    word = words[encoding]
    cells = [" " * indent + word[i % 5 :] + word[: i % 7] + str(i) for i in range(9_000)]
    table = read(tmp_path, "".join(f"{i},{cell}\n" for i, cell in enumerate(cells)).encode(encoding), header=False)
    assert [str(cell) for cell in table.frame["1"]] == [cell.strip() for cell in cells]


def test_an_encoding_that_is_given(tmp_path: Path) -> None:
    table = read(tmp_path, GERMAN.encode("cp850"), encoding="cp850")
    assert table.frame["Größe"][0] == "groß"
    assert table.decisions[1] == ("encoding", "cp850", "given", "--encoding")


# JSON lines and Parquet


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "user": {"age": 30, "name": "Ada"}, "ok": True, "tags": ["a", "b"], "x": "1.5"},
        {"id": 2, "user": {"age": None}, "ok": False, "extra": 2.5e3, "x": 2},
    ]
    table = read(tmp_path, "\n".join(json.dumps(line) for line in lines) + "\n\n", "data.jsonl")
    assert [(c.name, c.kind) for c in table.columns] == [
        ("id", "numeric"),
        ("user.age", "numeric"),
        ("user.name", "categorical"),
        ("ok", "categorical"),
        ("tags", "categorical"),
        ("x", "numeric"),
        ("extra", "numeric"),
    ]
    assert table.frame["ok"].tolist() == ["true", "false"]
    assert table.frame["tags"][0] == '["a", "b"]'
    assert table.frame["x"].tolist() == [1.5, 2.0]
    assert np.isnan(table.frame["extra"][0])
    assert decided(table)["format"] == "jsonl"


def test_json_lines_are_known_by_their_content_and_unpacked(tmp_path: Path) -> None:
    table = read(tmp_path, gzip.compress(b'{"a": 1}\n{"a": 2}\n'), "data.txt.gz")
    assert (decided(table)["format"], table.rows) == ("jsonl", 2)


def parquet(tmp_path: Path, query: str, name: str = "data.parquet") -> Path:
    path = tmp_path / name
    with duckdb.connect() as database:
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


QUERY = """
SELECT i AS n, i / 4 AS x, CASE WHEN i % 5 = 0 THEN NULL ELSE 'c' || (i % 3) END AS c, i % 2 = 0 AS flag,
DATE '2020-01-01' + i::INT AS day, TIMESTAMPTZ '2020-01-01 10:00:00+02' AS moment, (i + 1) || ' kg' AS weight,
CAST(i AS DECIMAL(9, 2)) AS money, [i] AS list, NULL::INT AS nothing FROM range(40) AS t(i)
"""


def test_parquet_keeps_its_types_and_its_texts_are_decided(tmp_path: Path) -> None:
    table = read_table(parquet(tmp_path, QUERY))
    assert [(c.name, c.kind, c.missing) for c in table.columns] == [
        ("n", "numeric", 0.0),
        ("x", "numeric", 0.0),
        ("c", "categorical", 0.2),
        ("flag", "categorical", 0.0),
        ("day", "date", 0.0),
        ("moment", "date", 0.0),
        ("weight", "numeric", 0.0),
        ("money", "numeric", 0.0),
        ("list.0", "numeric", 0.0),
        ("nothing", "empty", 1.0),
    ]
    assert table.frame["x"].tolist() == [i / 4 for i in range(40)]
    assert table.frame["flag"][0] == "true"
    assert table.frame["day"][39] == pd.Timestamp("2020-02-09")
    assert table.frame["moment"][0] == pd.Timestamp("2020-01-01 08:00")
    assert table.columns[0].why == "stored as BIGINT"


def test_parquet_with_stated_kinds_in_gzip_and_with_a_name_like_a_pattern(tmp_path: Path) -> None:
    plain = parquet(tmp_path, QUERY, "data [1].parquet")
    packed = tmp_path / "data.parquet.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, packed):
        table = read_table(path, ReadOptions(kinds={"n": "categorical"}))
        assert table.rows == 40
        assert table.frame["n"].cat.categories.tolist() == sorted(str(i) for i in range(40))


def test_large_parquet_is_sampled_reproducibly(tmp_path: Path) -> None:
    path = parquet(tmp_path, "SELECT i AS n, i % 7 AS c FROM range(40000) AS t(i)")
    first, again = (read_table(path, ReadOptions(memory_mb=1)) for _ in range(2))
    assert (first.rows, first.sampled) == (40_000, True)
    assert 2_000 < len(first.frame) < 20_000
    assert first.frame["n"].is_monotonic_increasing
    pd.testing.assert_frame_equal(first.frame, again.frame)


# Files larger than the memory that reading may take


def test_a_large_file_is_sampled_reproducibly(tmp_path: Path) -> None:
    text = "n,c\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(30_000))
    first = read(tmp_path, text, memory_mb=1)
    assert (first.rows, first.sampled) == (30_000, True)
    kept = len(first.frame)
    assert 300 < kept < 5_000
    assert first.frame["n"].is_monotonic_increasing
    assert abs(first.frame["n"].mean() - 15_000) < 4 * 8_660 / kept**0.5
    assert first.decisions[-1] == (
        "sample",
        f"{kept:,} rows",
        f"all 30,000 rows do not fit into 1 MB; a random {kept:,} of them were read",
        "--memory",
    )
    pd.testing.assert_frame_equal(first.frame, read(tmp_path, text, memory_mb=1).frame)
    assert not first.frame.equals(read(tmp_path, text, memory_mb=1, seed=1).frame)
    objects = "".join(f'{{"n": {i}, "c": "{"ab"[i % 2]}"}}\n' for i in range(30_000))
    pd.testing.assert_frame_equal(first.frame, read(tmp_path, objects, "data.jsonl", memory_mb=1).frame)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_memory_that_reading_takes_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    row = ",".join(f"{value:.4f}" for value in np.random.default_rng(0).normal(size=20)) + "\n"
    path.write_text(",".join(f"c{i}" for i in range(20)) + "\n" + row * 150_000)
    # All of its cells would take about 250 MB.
    code = (
        "import re, sys; from pathlib import Path\n"
        "from advisor.baselines.tabular.reading import ReadOptions, read_table\n"
        "table = read_table(Path(sys.argv[1]), ReadOptions(memory_mb=160))\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]\n"
        "print(table.rows, table.sampled, int(peak) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    rows, sampled, peak = done.stdout.split()
    assert (rows, sampled) == ("150000", "True")
    assert int(peak) < 160


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ('{"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}', "an object for each column or row"),
        ('{"0": {"a": 1, "b": 3}, "1": {"a": 2, "b": 4}}\n', "an object for each column or row"),
        ('{"a": [1, 2], "b": [3, 4]}\n\n', "a list for each column"),
        ('{"columns": ["a", "b"], "index": [0, 1], "data": [[1, 3], [2, 4]]}', "the rows of a table"),
    ],
)
def test_a_table_within_one_object_is_told(tmp_path: Path, text: str, how: str) -> None:
    with pytest.raises(DataError) as error:
        read(tmp_path, text, "data.json")
    assert str(error.value) == (
        f"{tmp_path / 'data.json'}: this is one JSON object that holds {how}, not one object per row; write the rows "
        "as JSON lines; in pandas: frame.to_json(PATH, orient='records', lines=True)"
    )


def test_a_single_row_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, '{"user": {"age": 3, "name": "Ada"}, "at": [1, 2]}\n', "data.jsonl").rows == 1


def test_the_name_of_a_folder_is_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "year=2020"
    folder.mkdir()
    table = read_table(parquet(folder, "SELECT i AS n FROM range(5) AS t(i)"))
    assert [column.name for column in table.columns] == ["n"]


def test_a_text_that_many_rows_share_counts_for_each(tmp_path: Path) -> None:
    path = parquet(tmp_path, "SELECT repeat('x', 100000) || (i % 2) AS c FROM range(400) AS t(i)")
    assert path.stat().st_size < 20_000
    table = read_table(path, ReadOptions(memory_mb=16))
    assert (table.rows, table.sampled) == (400, True)
    assert len(table.frame) < 200


@pytest.mark.parametrize("name", ["data.csv", "data.jsonl"])
def test_a_line_without_an_end_is_not_kept(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 1 << 21)
    start = b'{"a": "x' if "json" in name else b"a,b\n1,"
    packed = gzip.compress(start + b"7" * (1 << 23), 1)
    assert len(packed) < 1 << 18
    with pytest.raises(DataError, match="a line is longer than 2 MB; one row"):
        read(tmp_path, packed, f"{name}.gz")
