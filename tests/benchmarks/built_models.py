"""Build the models of `advisor baseline` on tables of many shapes and measure them: time, size and memory.

Called by `estimates.py --update`. Times are CPU times of one thread, so that other programs on the machine count
little. About 25 minutes; no network is needed.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is imported

SHAPES = [(rows, columns) for rows in (500, 2_000, 10_000) for columns in (10, 50)]
MIXED_ROWS = (500, 2_000)
BUNDLED = {"breast_cancer": "binary", "wine": "multiclass", "digits": "multiclass", "diabetes": "regression"}
METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}
PREDICTING_S = 1.5
WEIGHED_MB = 1  # smaller models are lost in what a process grows by anyway
HEAD = """\
# Models of `advisor baseline`, really built and measured; written by tests/benchmarks/estimates.py --update.
#
# {when}, {machine}: {versions}.
# CPU seconds of one thread: fit_s of one fit as the baseline makes it, its inner validation included; p50_ms and
# p95_ms of one row through the whole pipeline, model_p50_ms and model_p95_ms through its last step alone. size_mb is
# the pipeline as joblib writes it; memory_mb what a process grows by when it loads the file once more and predicts
# (models above {least} MB).

"""
WEIGH = """\
import joblib, os, sys
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
rows = joblib.load(sys.argv[2])
def load():
    pipeline = joblib.load(sys.argv[1])
    getattr(pipeline, "predict_proba", pipeline.predict)(rows)
    return pipeline
first = load()
before = resident()
second = load()
print(resident() - before)
"""


class Table(NamedTuple):
    """A data set: rows of features (a frame), the kind of each column, and the target."""

    name: str
    task: str
    frame: Any
    kinds: dict[str, str]
    target: Any


def tables() -> Iterator[Table]:
    """Yield made sets of several shapes, sets with categories and gaps, and those that scikit-learn bundles."""
    import numpy as np
    from sklearn import datasets

    for rows, columns in SHAPES:
        features, target = datasets.make_classification(
            rows,
            columns,
            n_informative=6,
            n_redundant=2,
            n_clusters_per_class=3,
            flip_y=0.1,
            random_state=rows + columns,
        )
        yield _table(f"classes-{rows}-{columns}", "binary", features, target)
        features, target = datasets.make_regression(
            rows, columns, n_informative=8, noise=50, random_state=rows + columns
        )
        bent = 50 * np.sin(3 * features[:, 0]) + 30 * features[:, 1] * features[:, 2]
        yield _table(f"numbers-{rows}-{columns}", "regression", features, target + bent)
    for rows in MIXED_ROWS:
        features, target = datasets.make_classification(rows, 20, n_informative=8, flip_y=0.1, random_state=rows)
        yield _with_levels(_table(f"mixed-{rows}-20", "binary", features, target))
    yield from unseen_tables()
    for name, task in BUNDLED.items():
        found = getattr(datasets, f"load_{name}")()
        yield _table(name, task, found.data, found.target)


def unseen_tables() -> Iterator[Table]:
    """Yield made sets by which no figure of the catalogue was set."""
    from sklearn import datasets

    yield _table("unseen-1000-25", "regression", *datasets.make_friedman1(1_000, 25, noise=2, random_state=1))
    features, target = datasets.make_hastie_10_2(4_000, random_state=1)
    yield _table("unseen-4000-10", "binary", features, (target > 0).astype(int))
    features, target = datasets.make_classification(5_000, 30, n_informative=12, class_sep=0.7, random_state=1)
    yield _with_levels(_table("unseen-5000-30", "binary", features, target))


def _table(name: str, task: str, features: Any, target: Any) -> Table:
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame(features, columns=[f"x{place}" for place in range(features.shape[1])])
    kinds = dict.fromkeys(frame, "numeric")
    return Table(name, task, frame, kinds, target.astype(float if task == "regression" else np.int64))


def _with_levels(table: Table) -> Table:
    """Return the table with every second column cut into twelve levels, and a tenth of the other numbers missing."""
    import numpy as np
    import pandas as pd

    frame, kinds = table.frame.copy(), dict(table.kinds)
    draws = np.random.default_rng(len(frame))
    for place, name in enumerate(frame):
        if place % 2:
            levels = pd.qcut(frame[name], 12, labels=[f"level {level}" for level in range(12)])
            frame[name], kinds[name] = levels.astype(str).astype("category"), "categorical"
        else:
            frame.loc[draws.random(len(frame)) < 0.1, name] = np.nan
    return table._replace(frame=frame, kinds=kinds)


def measure(table: Table, model: str, folder: Path) -> dict[str, Any]:
    """Return the row of one model on one table."""
    import joblib

    from advisor.baselines.running import timing
    from advisor.baselines.structure import Dataset, Setting
    from advisor.baselines.tabular.models.specs import MODELS
    from advisor.baselines.tabular.table import TableExamples

    spec = next(row for row in MODELS if row.id == model)
    dataset = Dataset(TableExamples(table.frame, table.kinds), table.task, table.target, ())
    pipeline = spec.build(Setting(METRICS[table.task], 0), dataset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.process_time()
        pipeline.fit(table.frame, table.target)
        seconds = time.process_time() - began
        shuffled = TableExamples(table.frame.sample(frac=1, random_state=0), table.kinds)
        times = timing.predict_times(pipeline, shuffled, PREDICTING_S, time.process_time)
    row = {
        "set": table.name,
        "rows": len(table.frame),
        "columns": table.frame.shape[1],
        "categories": sum(kind == "categorical" for kind in table.kinds.values()),
        "model": model,
        "fit_s": seconds,
        "p50_ms": times.p50,
        "p95_ms": times.p95,
        "model_p50_ms": times.model_p50,
        "model_p95_ms": times.model_p95,
        "size_mb": timing.pickled_megabytes(pipeline),
    }
    if row["size_mb"] >= WEIGHED_MB and Path("/proc/self/statm").exists():
        joblib.dump(pipeline, folder / "model.joblib")
        joblib.dump(shuffled.frame.iloc[:1], folder / "rows.joblib")
        files = [str(folder / name) for name in ("model.joblib", "rows.joblib")]
        done = subprocess.run([sys.executable, "-c", WEIGH, *files], check=True, capture_output=True, text=True)
        row["memory_mb"] = float(done.stdout)
    return row


def line(row: dict[str, Any]) -> str:
    """Return a row as one line of YAML; three figures are enough."""
    values = (
        f"{name}: {float(f'{value:.3g}')!r}" if isinstance(value, float) else f"{name}: {value}"
        for name, value in row.items()
    )
    return f"- {{{', '.join(values)}}}"


def head() -> str:
    """Return the comment above the rows: when, where and with what they were measured."""
    packages = ("scikit-learn", "xgboost-cpu", "torch", "pandas", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    return HEAD.format(when=time.strftime("%Y-%m-%d"), machine=machine, versions=versions, least=WEIGHED_MB)


def measure_all(file: Path, models: tuple[str, ...]) -> None:
    """Measure every model on every table and write the rows to the file."""
    import torch

    torch.set_num_threads(1)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for table in tables():
            for model in models:
                lines.append(line(measure(table, model, Path(folder))))
                print(lines[-1], file=sys.stderr, flush=True)
    file.write_text(head() + "\n".join(lines) + "\n", encoding="utf-8")
