"""Run `advisor baseline` on every table of a folder: `python tests/benchmarks/datasets.py FOLDER [BUDGET [NAME ...]]`.

The folder has a datasets.yaml that names files and targets. Each line is one command as a user would type it:
exit code, seconds, verdict, best models with their scores, and the checks.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent


def arguments(entry: dict, folder: Path) -> list[str]:
    """Return what a user would type for an entry of datasets.yaml."""
    file, target = str(entry["file"]), str(entry["target"])
    if "converted:" in file:
        file, target = file.split("converted:")[1].strip(), "label"
    if entry["name"] == "mnist_t10k":
        file = "mnist_t10k/t10k-images-idx3-ubyte.gz"
    if entry["name"] == "fsdd_audio":
        file = "fsdd/0_george_0.wav"
    return [str(folder / file), "--target", target]


def run(entry: dict, folder: Path, budget: str) -> str:
    command = arguments(entry, folder)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "baseline", *command, "--budget", budget, "--format", "json", "--quiet"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    elapsed = time.perf_counter() - began
    head = f"{entry['name'][:24]:24} {done.returncode} {elapsed:6.1f} s "
    if done.returncode:
        return head + " ".join(done.stderr.split())[-230:]
    result = json.loads(done.stdout)
    compared = result["comparison"]
    scores = {row["id"]: row["score"] for row in result["models"]}
    best = " ".join(
        f"{name} {scores[name]:.4g}" for name in (compared["best_ml"], compared["best_dl"]) if name and scores.get(name)
    )
    checks = ", ".join(
        sorted({f"{row['id']}({row['column']})" if row["column"] else row["id"] for row in result["checks"]})
    )
    plan, pays, rows = result["protocol"], result["pays"], result["dataset"]["rows_used"]
    scored = sum(row["score"] is not None for row in result["models"])
    tested = next((row["rows_tested"] for row in result["models"] if row["role"] == "champion"), 0)
    return (
        f"{head}{pays['answer']:4} {_share(pays['probability'])} alone {_share(pays['probability_from_data_alone'])} "
        f"{result['verdict']:9} prefer {result['prefer']:6} {result['dataset']['task']:10} {plan['metric']['name']:8} "
        f"{plan['repeats']}x{plan['folds']} trained on {plan['training_rows'] or 'all'} of {rows:,} "
        f"tested {tested:,}, {scored} scored, {best} settles {pays['settles']}  [{checks}]"
    )


def _share(probability: float | None) -> str:
    return "  -  " if probability is None else f"{probability:5.3f}"


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    budget = sys.argv[2] if len(sys.argv) > 2 else "30s"
    wanted = set(sys.argv[3:])
    for entry in yaml.safe_load((folder / "datasets.yaml").read_text("utf-8")):
        if not wanted or entry["name"] in wanted:
            print(run(entry, folder, budget), flush=True)


if __name__ == "__main__":
    main()
