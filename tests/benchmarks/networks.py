"""Hold the network fits against the published recipe: `python tests/benchmarks/networks.py [DATA_FOLDER]`.

The recipe is TabM-mini with piecewise-linear embeddings under AdamW at a constant rate (batch 512, rate 3e-3,
patience 16, at most 200 epochs). Each line is one set of at most 10,000 rows, trained on four fifths with one
thread: score and CPU seconds of the recipe and of each network, and their ratios in this run. Without a folder,
generated sets stand in.
"""

import os
import sys
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 - after the threads are set
import torch  # noqa: E402
from sklearn.datasets import make_classification, make_friedman1  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402

from advisor.baselines.judging import metrics  # noqa: E402
from advisor.baselines.networks.training import Recipe  # noqa: E402
from advisor.baselines.tabular.models.specs import (  # noqa: E402
    Setting,
    architectures,
    build,
)

ROWS = 10_000
SETS = {
    "california_housing.csv": "median_house_value",
    "diamonds.csv": "price",
    "adult_income_noheader.csv": "14",
    "telco_churn.csv": "Churn",
    "spambase.csv": "type",
}
RECIPE = Recipe(epochs=200, batch=512, rate=3e-3, decay=3e-4, patience=16, schedule="constant")


def sets(folder: Path | None):
    """Yield name, task, metric, features, kinds and target."""
    if folder is None:
        import pandas as pd

        X, y = make_friedman1(ROWS, 12, noise=1.0, random_state=0)
        frame = pd.DataFrame(X, columns=[f"x{place}" for place in range(12)])
        yield "friedman", "regression", "rmse", frame, dict.fromkeys(frame, "numeric"), y
        X, y = make_classification(ROWS, 20, n_informative=8, n_clusters_per_class=4, flip_y=0.1, random_state=0)
        frame = pd.DataFrame(X, columns=[f"x{place}" for place in range(20)])
        yield "clusters", "binary", "roc_auc", frame, dict.fromkeys(frame, "numeric"), y
        return
    from advisor.baselines.tabular.checks.checks import check_table
    from advisor.baselines.tabular.preparation import prepare
    from advisor.baselines.tabular.reading import read_table
    from advisor.baselines.tabular.task import decide_task

    for file, target in SETS.items():
        table = read_table(folder / file)
        task = decide_task(table, target)
        dataset, _ = prepare(table, target, task, left_out=check_table(table, target, task).left_out)
        metric, _ = metrics.default_metric(task.kind, dataset.target, dataset.labels)
        chosen = np.sort(np.random.default_rng(0).permutation(len(dataset.target))[:ROWS])
        yield file, task.kind, metric, dataset.frame.iloc[chosen], dataset.kinds, dataset.target[chosen]


def fitted(model: str, task: str, metric: str, kinds, parts, recipe: Recipe | None = None) -> tuple[float, float]:
    """Return score and CPU seconds of one fit."""
    train, test, y_train, y_test = parts
    pipeline = build(model, Setting(task, kinds, metric, 0))
    ours = architectures.EnsembleNetwork.groups
    if recipe is not None:
        pipeline.set_params(model__recipe=recipe)
        architectures.EnsembleNetwork.groups = lambda network: [architectures.Group(list(network.parameters()))]
    began = time.process_time()
    try:
        pipeline.fit(train, y_train)
    finally:
        architectures.EnsembleNetwork.groups = ours
    seconds = time.process_time() - began
    predicted = pipeline.predict(test) if task == "regression" else pipeline.predict_proba(test)
    return metrics.score(metric, y_test, predicted), seconds


def main() -> None:
    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print(f"{'set':26} {'metric':8} {'recipe':>16}   tabm, realmlp, mlp, xgboost: score, CPU s, share of the recipe's")
    for name, task, metric, frame, kinds, target in sets(folder):
        parts = train_test_split(frame, target, test_size=0.2, random_state=0)
        score, seconds = fitted("tabm", task, metric, kinds, parts, RECIPE)
        line = f"{name[:26]:26} {metric[:8]:8} {score:9.5g} {seconds:5.1f} s  "
        for model in ("tabm", "realmlp", "mlp", "xgboost"):
            own, took = fitted(model, task, metric, kinds, parts)
            line += f" {own:9.5g} {took:5.1f} s {took / seconds:4.2f} |"
        print(line, flush=True)


if __name__ == "__main__":
    main()
