"""Hold the reading of files against libraries: `python tests/benchmarks/reading.py [--tables FOLDER ...]`.

Right answers and CPU seconds (user and system, imports left out, median of five processes) of the advisor and of
chardet, charset-normalizer, csv.Sniffer, clevercsv, DuckDB, pandas, pyarrow and polars; a library that is not installed
is left out. First in which encoding, with which separator and whether with a header the tables are written, and how
many rows and columns they have:

- those that the tests of reading read;
- `--tables FOLDER`: those that its datasets.yaml describes, or without one all its CSV files, which are plain;
- `--survey FOLDER`: `survey_sample` of the Pollock benchmark (HPI-Information-Systems/Pollock), real files that nobody
  has tuned the advisor on;
- names of countries, languages and months in old encodings, if Babel is installed.

Then the reading of three large regular files whose layout is known, and of the first as a whole beside
pandas.read_csv with its own types. With `--megabytes N` a file of that size is read within 512 MB, so that its rows are
sampled.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from budget import made_table
from readers import readers
from reading_cases import Case, content, described, names_of_places, of_the_tests, survey

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NEEDS = {
    "charset_normalizer": "charset_normalizer",
    "clevercsv": "clevercsv",
    "pandas_pyarrow": "pyarrow",
    "polars": "polars",
}
REPEATS = 5
READ = """
import json, sys, time
from pathlib import Path
import duckdb, numpy, pandas
from readers import peak_mb
from advisor.baselines.tabular.reading import ReadOptions, read_table

path, memory = Path(sys.argv[1]), int(sys.argv[2])
began = time.process_time()
if memory:
    table = read_table(path, ReadOptions(memory_mb=memory))
    rows = f"{len(table.frame):,} of {table.rows:,}"
else:
    rows = f"{len(pandas.read_csv(path)):,}"
seconds = time.process_time() - began
print(json.dumps({"rows": rows, "seconds": seconds, "peak": peak_mb()}))
"""


def run(command: Sequence[str], given: str = "") -> dict[str, Any]:
    # One thread, for those that would take more.
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}",
        "POLARS_MAX_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, *command], input=given, capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def asked(task: str, reader: str, paths: Sequence[Path]) -> dict[str, Any]:
    """Return what a reader answers, and the medians of what that takes."""
    program = str(HERE / "readers.py")
    found = [run([program, task, reader], json.dumps([str(path) for path in paths])) for _ in range(REPEATS)]
    medians = {key: statistics.median(one[key] for one in found) for key in ("seconds", "imports", "peak")}
    return {**found[0], **medians}


def installed(task: str) -> list[str]:
    return [name for name in readers(task) if importlib.util.find_spec(NEEDS.get(name, "csv")) is not None]


def same_text(case: Case, encoding: str | None) -> bool:
    """Whether the file reads the same in an encoding as in its own."""
    try:
        found = content(case).decode(encoding or "ascii").removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        return False
    return found == content(case).decode(case.encoding).removeprefix("\ufeff")


def compare(
    task: str, cases: Sequence[Case], paths: Sequence[Path], facts: dict[str, Callable[[Case, Any], Any]]
) -> None:
    """Print how many answers of each reader are right: each fact gives True, False, or None where it is not known."""
    for reader in installed(task):
        found = asked(task, reader, paths)
        cells = []
        for name, is_right in facts.items():
            judged = [is_right(case, answer) for case, answer in zip(cases, found["answers"], strict=True)]
            known = [one for one in judged if one is not None]
            cells.append(f"{name} {sum(known):>3} of {len(known):<3}")
        print(
            f"  {reader:20} {'  '.join(cells)}  {found['seconds']:>7.3f} s, imports {found['imports']:.3f} s",
            flush=True,
        )


def compare_answers(source: str, cases: Sequence[Case], folder: Path) -> None:
    print(f"\n{source}: {len(cases)} files, CPU s for all")
    old = [not same_text(case, "utf-8") for case in cases]
    is_old = dict(zip((case.path for case in cases), old, strict=True))
    compare(
        "encoding",
        cases,
        [case.path for case in cases],
        {
            "encodings": same_text,
            "not UTF-8": lambda case, answer: same_text(case, answer) if is_old[case.path] else None,
        },
    )
    if all(case.header is None for case in cases):
        return
    paths = [folder / f"{place}.csv" for place in range(len(cases))]
    for case, path in zip(cases, paths, strict=True):
        path.write_bytes(content(case).decode(case.encoding).removeprefix("\ufeff").encode())
    compare(
        "layout",
        cases,
        paths,
        {
            "separators": lambda case, answer: (answer or [""])[0] == case.separator if case.separator else None,
            "headers": lambda case, answer: (
                (answer or [None, None])[1] == case.header if case.header is not None else None
            ),
        },
    )
    if any(case.rows is not None for case in cases):
        compare("table", cases, paths, {"rows and columns": lambda case, answer: answer == [case.rows, case.columns]})


def mixed(rows: int, columns: int) -> pd.DataFrame:
    """Return a table of numbers of several lengths, words and names."""
    rng = np.random.default_rng(0)
    kinds: list[Callable[[], Any]] = [
        lambda: rng.normal(size=rows).round(6),
        lambda: rng.integers(0, 1000, rows),
        lambda: rng.choice(["red", "green", "blue", "dark yellow"], rows),
        lambda: rng.random(rows),
        lambda: np.char.add("customer ", rng.integers(0, 5000, rows).astype(str)),
    ]
    return pd.DataFrame({f"c{place}": kinds[place % len(kinds)]() for place in range(columns)})


def compare_regular(folder: Path) -> None:
    path = folder / "regular.csv"
    for table in (made_table(500_000), mixed(200_000, 20), mixed(1_000_000, 10)):
        table.to_csv(path, index=False)
        rows, columns = table.shape
        print(f"\nA regular file of {rows:,} x {columns} into codes and texts, {path.stat().st_size / 1e6:.0f} MB")
        for reader in installed("regular"):
            found = asked("regular", reader, [path])
            right = "" if found["answers"] == [[rows, columns]] else f"  wrong: {found['answers']}"
            print(f"  {reader:20} {found['seconds']:>7.2f} CPU s {found['peak']:>6,.0f} MB{right}", flush=True)


def compare_whole(path: Path, memory: int) -> None:
    """Print what reading into typed columns takes, and the ratio to pandas.read_csv with its own types."""
    whole = [("pandas.read_csv", 0), (f"read_table, {memory:,} MB", memory)]
    found = [(name, run(["-c", READ, str(path), str(limit)])) for name, limit in whole]
    size, first = path.stat().st_size / 1e6, found[0][1]["seconds"]
    for name, one in found:
        ratio = one["seconds"] / first
        print(f"{size:>8,.0f} {name:<22} {one['seconds']:>8.2f} {ratio:>6.2f} {one['peak']:>8.0f}  {one['rows']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, nargs="*", default=[], metavar="FOLDER")
    parser.add_argument("--survey", type=Path, metavar="FOLDER")
    parser.add_argument("--megabytes", type=float, default=0, metavar="N")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies = folder / "copies"
        copies.mkdir()
        if given.tables:
            compare_answers("Tables", [case for one in given.tables for case in described(one)], copies)
        own = folder / "tests"
        own.mkdir()
        compare_answers("Tables of the tests", of_the_tests(own), copies)
        if given.survey:
            compare_answers("Survey", survey(given.survey), copies)
        words = folder / "words"
        words.mkdir()
        if names := names_of_places(words):
            compare_answers("Names in old encodings", names, copies)
        compare_regular(folder)
        path = folder / "table.csv"
        made_table(500_000).to_csv(path, index=False)
        print(f"\n{'MB':>8} {'':<22} {'CPU s':>8} {'ratio':>6} {'peak MB':>8}  rows kept")
        compare_whole(path, 2048)
        if given.megabytes:
            header, _, body = path.read_bytes().partition(b"\n")
            with path.open("wb") as file:
                file.write(header + b"\n")
                while file.tell() < given.megabytes * 1e6:
                    file.write(body)
            del body
            compare_whole(path, 512)


if __name__ == "__main__":
    main()
