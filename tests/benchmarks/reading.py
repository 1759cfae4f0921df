"""Measure the reading of large CSV files: `python tests/benchmarks/reading.py [MEGABYTES]`.

CPU seconds and peak memory of whole processes, imports left out of the seconds, and the ratio to pandas.read_csv
with its own types on the same file in the same run. With MEGABYTES a generated file of that size is read, too, within
512 MB, so that its rows are sampled.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from budget import made_table

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = 500_000
READ = """
import json, resource, sys, time
from pathlib import Path
import duckdb, numpy, pandas
from advisor.baselines.tabular.reading import ReadOptions, read_table

path, memory = Path(sys.argv[1]), int(sys.argv[2])
began = time.process_time()
if memory:
    table = read_table(path, ReadOptions(memory_mb=memory))
    rows = f"{len(table.frame):,} of {table.rows:,}"
else:
    rows = f"{len(pandas.read_csv(path)):,}"
seconds = time.process_time() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": rows, "seconds": seconds, "peak": peak}))
"""


def measured(path: Path, memory: int) -> dict[str, float]:
    """Read a file in a process of its own: with `memory` MB, or with pandas if that is 0."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(memory)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return json.loads(done.stdout)


def compare(path: Path, memory: int) -> None:
    pandas, own = measured(path, 0), measured(path, memory)
    size = path.stat().st_size / 1e6
    for name, found in (("pandas.read_csv", pandas), (f"read_table, {memory:,} MB", own)):
        ratio = found["seconds"] / pandas["seconds"]
        print(f"{size:>8,.0f} {name:<22} {found['seconds']:>8.2f} {ratio:>6.2f} {found['peak']:>8.0f}  {found['rows']}")


def main() -> None:
    print(f"{'MB':>8} {'':<22} {'CPU s':>8} {'ratio':>6} {'peak MB':>8}  rows kept")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        made_table(ROWS).to_csv(path, index=False)
        compare(path, 2048)
        if len(sys.argv) > 1:
            header, _, body = path.read_bytes().partition(b"\n")
            with path.open("wb") as file:
                file.write(header + b"\n")
                while file.tell() < float(sys.argv[1]) * 1e6:
                    file.write(body)
            del body
            compare(path, 512)


if __name__ == "__main__":
    main()
