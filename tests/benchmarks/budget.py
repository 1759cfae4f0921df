"""Hold `advisor baseline` against its own budget: `python tests/benchmarks/budget.py [SECONDS ...]`.

The whole process is timed from outside, imports and the reading of the file included, on generated tables of 500,
10,000 and 500,000 rows; what counts is the ratio to the budget, at most 1.1, and when the first row of the table
stands.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = (500, 10_000, 500_000)


def made_table(rows: int, seed: int = 0) -> pd.DataFrame:
    """Return a table with numbers, levels, blanks and a target that depends on some of them."""
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(rows, 15))
    level = rng.integers(0, 12, rows)
    signal = numbers[:, 0] + np.sin(2 * numbers[:, 1]) * numbers[:, 2] + 0.3 * (level % 3)
    table = pd.DataFrame(numbers.round(4), columns=[f"x{place}" for place in range(15)])
    table["level"] = np.char.add("level-", level.astype(str))
    table.loc[rng.random(rows) < 0.1, "x3"] = np.nan
    table["bought"] = np.where(signal + rng.normal(size=rows) > 0.5, "yes", "no")
    return table


def timed(command: list[str]) -> tuple[int, str, float, float | None]:
    """Run a command; return its code and errors, and the seconds to its end and to the first row of the table."""
    began, first, errors = time.perf_counter(), None, []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        for line in process.stderr:
            if " in all folds of " in line and first is None:
                first = time.perf_counter() - began
            errors.append(line)
    return process.returncode, "".join(errors), time.perf_counter() - began, first


def main() -> None:
    budgets = [float(one) for one in sys.argv[1:]] or [10.0, 30.0, 120.0]
    print("    rows  budget  elapsed  ratio  first  peak MB  answer, models with a score, rows compared")
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.csv"
            made_table(size).to_csv(path, index=False)
            for budget in budgets:
                report = Path(folder) / "result.json"
                code, errors, elapsed, first = timed(
                    [
                        *(sys.executable, "-m", "advisor", "baseline", str(path), "--target", "bought"),
                        *("--budget", f"{budget}s", "--output", str(report)),
                    ]
                )
                if code:
                    print(f"{size:>8,} {budget:>7g} failed: {errors}")
                    continue
                result = json.loads(report.read_text("utf-8"))
                scored = sum(row["score"] is not None for row in result["models"])
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
                print(
                    f"{size:>8,} {budget:>7g} {elapsed:>8.1f} {elapsed / budget:>6.2f} {first or float('nan'):>6.1f} "
                    f"{peak:>8.0f}  "
                    f"{result['pays']['answer']}, {scored} of {len(result['models'])}, {result['protocol']['rows']:,}"
                )


if __name__ == "__main__":
    main()
