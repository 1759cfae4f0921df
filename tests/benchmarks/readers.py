"""What each library says of files, in a process of its own: `python readers.py TASK READER`, paths as JSON on stdin.

Prints the answers, the CPU seconds that they took, and those of the imports, as JSON. An answer is null where the
reader raised.
"""

import csv
import gzip
import io
import json
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SAMPLE = 300_000  # characters, as the advisor looks at; clevercsv takes minutes for as many, and gets a tenth
Answer = Callable[[str], Any]


def _bytes(path: str) -> bytes:
    content = Path(path).read_bytes()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def _beginning(path: str, size: int = SAMPLE) -> str:
    text = Path(path).read_text("utf-8")
    return text if len(text) <= size else text[: text.rfind("\n", 0, size) + 1] or text[:size]


# In which encoding a file is written


def encoding_advisor() -> Answer:
    import chardet  # noqa: F401 - counts as an import

    from advisor.baselines.tabular.reading.encodings import decide_encoding
    from advisor.baselines.tabular.reading.files import find

    return lambda path: decide_encoding(find(Path(path)), None).name


def encoding_chardet() -> Answer:
    import chardet

    return lambda path: chardet.detect(_bytes(path), compat_names=False)["encoding"]


def encoding_chardet_common() -> Answer:
    import chardet

    from advisor.baselines.tabular.reading.encodings import COMMON

    allowed = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", *COMMON)
    return lambda path: chardet.detect(_bytes(path), include_encodings=allowed, compat_names=False)["encoding"]


def encoding_chardet_common_cells() -> Answer:
    import chardet

    from advisor.baselines.tabular.reading.encodings import COMMON, _evidence, decide_encoding
    from advisor.baselines.tabular.reading.files import find

    def answer(path: str) -> str | None:
        source = find(Path(path))
        name, why = decide_encoding(source, None)
        if "not UTF-8" not in why:
            return name
        return chardet.detect(_evidence(source), include_encodings=COMMON, compat_names=False)["encoding"]

    return answer


def encoding_charset_normalizer() -> Answer:
    from charset_normalizer import from_bytes

    def answer(path: str) -> str | None:
        best = from_bytes(_bytes(path)).best()
        return best and best.encoding

    return answer


# Which separator, and whether there is a header: the files are UTF-8 without a mark


def layout_advisor() -> Answer:
    from advisor.baselines.tabular.reading import ReadOptions, delimited
    from advisor.baselines.tabular.reading.encodings import Encoding
    from advisor.baselines.tabular.reading.files import find
    from advisor.baselines.tabular.reading.header import lay_out

    nothing = ReadOptions()

    def answer(path: str) -> tuple[str | None, bool]:
        beginning, dialect = delimited._begun(find(Path(path)), Encoding("utf-8", ""), nothing)
        rows = delimited.parse(beginning.lines, dialect.separator, dialect.quotes)
        rows = rows or delimited.parse(beginning.lines, dialect.separator, "none")
        layout = lay_out(rows, dialect.width or len(rows[0].cells), None, False)
        named = delimited._names_in_comment(beginning, layout, dialect, nothing)
        return dialect.separator if layout.width > 1 else None, layout.header or named is not None

    return answer


def layout_csv_sniffer() -> Answer:
    def answer(path: str) -> tuple[str | None, bool | None]:
        text = _beginning(path)
        try:
            header = csv.Sniffer().has_header(text)
        except csv.Error:
            header = None
        return csv.Sniffer().sniff(text).delimiter, header

    return answer


def layout_duckdb() -> Answer:
    import duckdb

    database = duckdb.connect(config={"threads": 1})

    def answer(path: str) -> tuple[str | None, bool]:
        query = "SELECT Delimiter, HasHeader, len(Columns) FROM sniff_csv(?)"
        separator, header, columns = database.execute(query, [path]).fetchone() or ()
        return separator if columns > 1 else None, header

    return answer


def layout_clevercsv() -> Answer:
    import clevercsv

    def answer(path: str) -> tuple[str | None, bool | None]:
        text = _beginning(path, SAMPLE // 10)
        try:
            header = clevercsv.Sniffer().has_header(text)
        except clevercsv.Error:
            header = None
        return clevercsv.Sniffer().sniff(text).delimiter, header

    return answer


# How many rows and columns a file has, nothing stated


def table_advisor() -> Answer:
    import pandas as pd  # noqa: F401 - counts as an import

    from advisor.baselines.tabular.reading import ReadOptions
    from advisor.baselines.tabular.reading.delimited import read_delimited
    from advisor.baselines.tabular.reading.encodings import Encoding
    from advisor.baselines.tabular.reading.files import find
    from advisor.baselines.tabular.reading.sample import Bounds

    def answer(path: str) -> tuple[int, int]:
        read = read_delimited(find(Path(path)), Encoding("utf-8", ""), ReadOptions(), lambda *_: None, Bounds(1e10))
        return read.total, len(read.names)

    return answer


def table_duckdb() -> Answer:
    import duckdb

    database = duckdb.connect(config={"threads": 1})

    def answer(path: str) -> tuple[int, int]:
        found = database.execute("SELECT * FROM read_csv(?, all_varchar=true)", [path]).fetchnumpy()
        return len(next(iter(found.values()))), len(found)

    return answer


def table_pandas() -> Answer:
    import pandas as pd

    def answer(path: str) -> tuple[int, int]:
        rows, columns = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False).shape
        return rows, columns

    return answer


# Reading a regular file, its layout known, into the different texts of each column and a code for each cell


def _width(path: str) -> int:
    with Path(path).open() as file:
        return len(file.readline().split(","))


def regular_advisor() -> Answer:
    import pandas as pd  # noqa: F401 - counts as an import

    from advisor.baselines.tabular.reading.encodings import Encoding
    from advisor.baselines.tabular.reading.files import find
    from advisor.baselines.tabular.reading.regular import regular_cells
    from advisor.baselines.tabular.reading.rows import Shape
    from advisor.baselines.tabular.reading.sample import Bounds

    def answer(path: str) -> tuple[int, int]:
        shape = Shape(",", "doubled", 0, None, True, _width(path), False)
        cells = regular_cells(find(Path(path)), Encoding("utf-8", ""), shape, Bounds(1e12), 0)
        assert cells is not None
        return cells.total, len(cells.levels)

    return answer


def regular_lines_cut_by_pandas() -> Answer:
    """Read as the advisor does, but let pandas cut the lines that are kept."""
    import numpy as np
    import pandas as pd

    from advisor.baselines.tabular.reading import regular
    from advisor.baselines.tabular.reading.categories import levels_of_all

    def levels(lines: list[bytes], shape: Any) -> list[Any]:
        pieces = []
        while lines:
            text = io.BytesIO(b"\n".join(lines[-8192:]))
            del lines[-8192:]
            frame = pd.read_csv(
                text, sep=shape.separator, header=None, dtype=object, na_filter=False, skip_blank_lines=False
            )
            pieces.append(frame.to_numpy())
        cells = np.concatenate(pieces[::-1])
        pieces.clear()
        return levels_of_all(list(cells.T))

    regular._levels = levels
    return regular_advisor()


def regular_row_by_row() -> Answer:
    import pandas as pd  # noqa: F401 - counts as an import

    from advisor.baselines.tabular.reading.categories import levels_of_all
    from advisor.baselines.tabular.reading.encodings import Encoding
    from advisor.baselines.tabular.reading.files import find
    from advisor.baselines.tabular.reading.rows import Shape, delimited_rows
    from advisor.baselines.tabular.reading.sample import Bounds, collect

    def answer(path: str) -> tuple[int, int]:
        shape = Shape(",", "doubled", 0, None, True, _width(path), False)
        rows, total, *_ = collect(
            delimited_rows(find(Path(path)), Encoding("utf-8", ""), shape, lambda _: None), Bounds(1e12), 0
        )
        columns: list[Any] = list(zip(*rows, strict=True))
        rows.clear()
        return total, len(levels_of_all(columns))

    return answer


def _pandas(**how: Any) -> Answer:
    import pandas as pd

    def answer(path: str) -> tuple[int, int]:
        frame = pd.read_csv(path, **how)
        return len(frame), len([pd.factorize(frame[name]) for name in frame])

    return answer


def regular_pandas_c() -> Answer:
    return _pandas(dtype=object, na_filter=False)


def regular_pandas_pyarrow() -> Answer:
    import pyarrow as pa

    pa.set_cpu_count(1)
    return _pandas(dtype=str, engine="pyarrow")


def regular_duckdb() -> Answer:
    import duckdb
    import pandas as pd

    database = duckdb.connect(config={"threads": 1})

    def answer(path: str) -> tuple[int, int]:
        columns = {f"c{place}": "VARCHAR" for place in range(_width(path))}
        query = f"SELECT * FROM read_csv(?, auto_detect=false, header=true, delim=',', columns={columns})"
        frame = database.execute(query, [path]).df()
        return len(frame), len([pd.factorize(frame[name]) for name in frame])

    return answer


def regular_polars() -> Answer:
    import polars as pl

    def answer(path: str) -> tuple[int, int]:
        frame = pl.read_csv(path, infer_schema=False, empty_string_is_null=False)
        texts = [column.unique(maintain_order=True) for column in frame]
        found = [column.cast(pl.Enum(one)).to_physical() for column, one in zip(frame, texts, strict=True)]
        return len(frame), len([(codes.to_numpy(), one.to_list()) for codes, one in zip(found, texts, strict=True)])

    return answer


def peak_mb() -> float:
    """Return the most memory that this process has held; what getrusage says may be its parent's."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+)", status.read_text())):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def readers(task: str) -> list[str]:
    """Return the names of the readers of a task, the advisor's first."""
    return [name.removeprefix(f"{task}_") for name in globals() if name.startswith(f"{task}_")]


def main() -> None:
    task, reader = sys.argv[1:]
    paths = json.load(sys.stdin)
    began = time.process_time()
    answer = globals()[f"{task}_{reader}"]()
    imported = time.process_time()
    answers = []
    for path in paths:
        try:
            answers.append(answer(path))
        except Exception:  # noqa: BLE001 - whatever a library raises is no answer
            answers.append(None)
    seconds = time.process_time() - imported
    print(json.dumps({"answers": answers, "seconds": seconds, "imports": imported - began, "peak": peak_mb()}))


if __name__ == "__main__":
    main()
