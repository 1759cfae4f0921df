"""Tables as a data structure."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.digest import file_digest
from advisor.baselines.errors import NoTargetError
from advisor.baselines.structure import Dataset, Findings, ModelSpec, PretrainedModels
from advisor.baselines.tabular.models.foundation import FOUNDATION_MODELS
from advisor.baselines.tabular.models.specs import IMPORTS, MODELS, PACKAGES, users_model

if TYPE_CHECKING:
    from advisor.baselines.options import Options
    from advisor.baselines.roles import Roles
    from advisor.baselines.tabular.table import Table
    from advisor.baselines.tabular.task import Task
    from advisor.reports.baseline import DatasetRow

PREDICT_SOURCE = '''\
"""Predict with the saved model: python predict.py NEW_DATA > predictions.csv

NEW_DATA has the columns of the data that the model was fitted on; the target may be missing.
The versions in requirements.txt are those that the model was fitted with.

model.skops is data; model.joblib is a pickle, and loading one runs code that it holds. A file whose sha256 is not that
in model.json is not loaded; against somebody who can change both, compare it with the one that was printed when the
model was saved.
"""

import json
import sys
from pathlib import Path

import pandas as pd
from advisor.baselines.model_files import load_model
from advisor.baselines.predict_scripts import mistakes_in_words, new_data
from advisor.baselines.tabular.reading import ReadOptions, read_table

(data,) = new_data(__doc__)
with mistakes_in_words():
    here = Path(__file__).parent
    about = json.loads((here / "model.json").read_text(encoding="utf-8"))
    pipeline = load_model(here, about)  # refuses another file than the one that was saved

    table = read_table(data, ReadOptions(**about["reading"], needed=tuple(about["features"])))
    rows = table.frame[about["features"]]
    predictions = pd.DataFrame({"prediction": pipeline.predict(rows)})
    if about["labels"]:
        names = [about["labels"][code] for code in pipeline.classes_]
        predictions["prediction"] = [about["labels"][code] for code in predictions["prediction"]]
        if hasattr(pipeline, "predict_proba"):
            shares = pd.DataFrame(pipeline.predict_proba(rows), columns=[f"p({name})" for name in names])
            predictions = predictions.join(shares)
    predictions.to_csv(sys.stdout, index=False)
'''


class TableSource(NamedTuple):
    """A table that was read, its target with the reason if that was guessed, and the task that it makes."""

    table: "Table"
    task: "Task"
    target: str
    target_reason: str = ""

    def roles(self, options: "Options") -> "Roles":
        """Return the columns with another part than that of a feature."""
        return options.roles._replace(target=self.target)


class Tabular:
    """Tables: CSV, TSV, Parquet or JSON lines, also gzipped."""

    id = "tabular"
    tasks = ("binary", "multiclass", "regression")
    extra = "baseline-cpu"
    reads_with = ("pandas", "sklearn", "duckdb", "chardet")
    models: tuple[ModelSpec, ...] = MODELS
    pretrained: PretrainedModels | None = FOUNDATION_MODELS
    imports = IMPORTS
    packages = PACKAGES

    def recognises(self, path: Path) -> bool:
        """Return whether it is a file: reading says why one is not a table."""
        return path.is_file()

    def claims(self, table: TableSource, options: "Options") -> TableSource | None:  # noqa: ARG002
        """Return the table."""
        return table

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of the file."""
        return file_digest(path)

    def read(self, path: Path, options: "Options") -> TableSource:
        """Read the file, guess the target where none was named, and decide the task."""
        from advisor.baselines.tabular.labels import as_target
        from advisor.baselines.tabular.reading import read_table
        from advisor.baselines.tabular.target_guess import guess_target
        from advisor.baselines.tabular.task import decide_task

        reading = options.reading._replace(needed=options.roles.named, memory_mb=options.memory_mb, seed=options.seed)
        table = read_table(path, reading)
        target, why = options.target, ""
        if not target:
            guess = guess_target(table, options.roles.not_features)
            if not guess.target:
                raise NoTargetError(tuple(column.name for column in table.columns), guess.candidates)
            target, why = guess.target, guess.why
        table = as_target(table, target, merge=options.merge_labels)
        return TableSource(table, decide_task(table, target, options.task, options.positive), target, why)

    def check(self, source: TableSource, options: "Options") -> Findings:
        """Return leaks, dependent rows and odd columns."""
        from advisor.baselines.tabular.checks.checks import check_table

        return check_table(source.table, source.task, source.roles(options), options.seed)

    def prepare(self, source: TableSource, findings: Findings, options: "Options") -> Dataset:
        """Return the rows with a target and the columns that models may see."""
        from advisor.baselines.tabular.preparation import prepare

        return prepare(source.table, source.task, source.roles(options), findings.left_out)

    def describe(self, source: TableSource, findings: Findings, dataset: Dataset, options: "Options") -> "DatasetRow":
        """Return the row of the report that says what was read."""
        from advisor.baselines.tabular.description import dataset_row

        roles = source.roles(options)
        return dataset_row(source.table, source.task, dataset, findings, roles, source.target_reason)

    def users_model(self, name: str) -> ModelSpec:
        """Return the row of a user's own estimator."""
        return users_model(name)

    def saved(self, source: TableSource, dataset: Dataset, options: "Options") -> Mapping[str, Any]:
        """Return the features, how their file is read, and what was decided about it."""
        from advisor.baselines.tabular.table import TableExamples

        assert isinstance(dataset.examples, TableExamples)  # noqa: S101 - from `prepare`
        features = list(dataset.examples.frame.columns)
        reading = options.reading.for_other_files()
        decisions = {decision.what: decision.value for decision in source.table.decisions}
        return {
            "features": features,
            "reading": {
                **reading,
                "kinds": {name: dataset.examples.kinds[name] for name in features},
                "values": {column.name: [mark for mark, _ in column.marks] for column in source.table.columns},
            },
            "decisions": decisions,
        }

    def predict_source(self) -> str:
        """Return the script that predicts."""
        return PREDICT_SOURCE


TABULAR = Tabular()
