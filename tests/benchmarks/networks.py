"""Hold the network fits against the published recipe: `python tests/benchmarks/networks.py [DATA_FOLDER]`.

The recipe is TabM-mini with piecewise-linear embeddings under AdamW at a constant rate (batch 512, rate 3e-3,
patience 16, at most 200 epochs) in float32. Each line is one set of at most 10,000 rows, trained on four fifths with
one thread: score and CPU seconds of the recipe and of each network, and their ratios in this run. Without a folder,
generated sets stand in.
"""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 - after the threads are set
import torch  # noqa: E402
from sklearn.datasets import make_classification, make_friedman1  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402

from advisor.baselines.judging import metrics  # noqa: E402
from advisor.baselines.networks.training import Recipe  # noqa: E402
from advisor.baselines.structure import Dataset, Setting  # noqa: E402
from advisor.baselines.tabular.models.specs import MODELS  # noqa: E402
from advisor.baselines.tabular.table import TableExamples  # noqa: E402

SPECS = {model.id: model for model in MODELS}
ROWS = 10_000
SETS = {
    "california_housing.csv": "median_house_value",
    "diamonds.csv": "price",
    "adult_income_noheader.csv": "14",
    "telco_churn.csv": "Churn",
    "spambase.csv": "type",
}
RECIPE = Recipe(epochs=200, batch=512, rate=3e-3, decay=3e-4, patience=16, schedule="constant")


def made(X, y, task: str) -> Dataset:
    """Return arrays as a data set of numeric columns."""
    import pandas as pd

    frame = pd.DataFrame(X, columns=[f"x{place}" for place in range(X.shape[1])])
    return Dataset(TableExamples(frame, dict.fromkeys(frame, "numeric")), task, y, ())


def sets(folder: Path | None):
    """Yield name, metric and data set."""
    if folder is None:
        X, y = make_friedman1(ROWS, 12, noise=1.0, random_state=0)
        yield "friedman", "rmse", made(X, y, "regression")
        X, y = make_classification(ROWS, 20, n_informative=8, n_clusters_per_class=4, flip_y=0.1, random_state=0)
        yield "clusters", "roc_auc", made(X, y, "binary")
        return
    from advisor.baselines.roles import Roles
    from advisor.baselines.tabular.checks.checks import check_table
    from advisor.baselines.tabular.preparation import prepare
    from advisor.baselines.tabular.reading import read_table
    from advisor.baselines.tabular.task import decide_task

    for file, target in SETS.items():
        table = read_table(folder / file)
        task = decide_task(table, target)
        roles = Roles(target)
        dataset = prepare(table, task, roles, check_table(table, task, roles).left_out)
        metric, _ = metrics.default_metric(task.kind, dataset.target, dataset.labels)
        chosen = np.sort(np.random.default_rng(0).permutation(len(dataset.target))[:ROWS])
        examples = TableExamples(dataset.examples.take(chosen), dataset.examples.kinds)
        yield file, metric, replace(dataset, examples=examples, target=dataset.target[chosen])


def fitted(model: str, metric: str, dataset: Dataset, recipe: Recipe | None = None) -> tuple[float, float]:
    """Return score and CPU seconds of one fit on four fifths of the rows."""
    rows, test_rows = train_test_split(np.arange(len(dataset)), test_size=0.2, random_state=0)
    train, test = dataset.examples.take(rows), dataset.examples.take(test_rows)
    pipeline = SPECS[model].build(Setting(metric, 0), dataset)
    if recipe is not None:
        pipeline.set_params(model__recipe=recipe, model__precision="float32")
    began = time.process_time()
    pipeline.fit(train, dataset.target[rows])
    seconds = time.process_time() - began
    predicted = pipeline.predict(test) if dataset.task == "regression" else pipeline.predict_proba(test)
    return metrics.score(metric, dataset.target[test_rows], predicted), seconds


def main() -> None:
    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print(f"{'set':26} {'metric':8} {'recipe':>16}   tabm, realmlp, mlp, xgboost: score, CPU s, share of the recipe's")
    for name, metric, dataset in sets(folder):
        score, seconds = fitted("tabm", metric, dataset, RECIPE)
        line = f"{name[:26]:26} {metric[:8]:8} {score:9.5g} {seconds:5.1f} s  "
        for model in ("tabm", "realmlp", "mlp", "xgboost"):
            own, took = fitted(model, metric, dataset)
            line += f" {own:9.5g} {took:5.1f} s {took / seconds:4.2f} |"
        print(line, flush=True)


if __name__ == "__main__":
    main()
