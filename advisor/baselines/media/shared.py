"""What structures of files have in common: digest, rows with a class, row of the report, script that predicts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from advisor.baselines.digest import file_digest
from advisor.baselines.media.folders import is_zip
from advisor.baselines.structure import Dataset, Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from advisor.baselines.options import Options
    from advisor.baselines.roles import Roles
    from advisor.baselines.tabular.table import Table
    from advisor.baselines.tabular.task import Task
    from advisor.reports.baseline import Check, DatasetRow

_PREDICT_SOURCE = '''\
"""Predict with the saved model: python predict.py NEW... > predictions.csv

NEW is {new}; several are allowed.
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
from {module} import {reader}

data = new_data(__doc__, several=True)
with mistakes_in_words():
    here = Path(__file__).parent
    about = json.loads((here / "model.json").read_text(encoding="utf-8"))
    pipeline = load_model(here, about)  # refuses another file than the one that was saved

    names, {rows} = {reader}(data, about["{form}"])
    classes = [about["labels"][code] for code in pipeline.classes_]
    predicted = [about["labels"][code] for code in pipeline.predict({rows})]
    predictions = pd.DataFrame({{"{one}": names, "prediction": predicted}})
    if hasattr(pipeline, "predict_proba"):
        shares = pd.DataFrame(pipeline.predict_proba({rows}), columns=[f"p({{name}})" for name in classes])
        predictions = predictions.join(shares)
    predictions.to_csv(sys.stdout, index=False)
'''


class Source(Protocol):
    """What is read: a table with a row for each file, whose column `position` tells the file's place."""

    @property
    def table(self) -> "Table":
        """A row for each file: the column to predict, others with a part, and `position`."""

    @property
    def position(self) -> str:
        """The name of the column with the places."""

    @property
    def task(self) -> "Task":
        """What the target makes."""

    @property
    def roles(self) -> "Roles":
        """The columns with a part."""

    @property
    def target_reason(self) -> str:
        """Why the target was guessed; empty where it was not."""

    @property
    def columns(self) -> int:
        """Columns of the file; 0 of a folder."""


class FilesOfClasses:
    """What a structure of files need not say itself."""

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of the file, or of all names and contents of a folder."""
        from advisor.baselines.folders import digest, opened

        return digest(opened(path)) if path.is_dir() or is_zip(path) else file_digest(path)

    def describe(
        self,
        source: Source,
        findings: Findings,
        dataset: Dataset,
        options: "Options",  # noqa: ARG002
    ) -> "DatasetRow":
        """Return the row of the report that says what was read."""
        from advisor.baselines.tabular.description import dataset_row

        row = dataset_row(source.table, source.task, dataset, findings, source.roles, source.target_reason)
        return row._replace(
            columns=source.columns,
            columns_read=tuple(column for column in row.columns_read if column.name != source.position),
        )


def with_target_checks(found: "Sequence[Check]", source: Source) -> Findings:
    """Return what was found in the files and in their classes, the most severe first."""
    from advisor.baselines.tabular.checks.checks import check_target, most_severe_first

    checks = [*found, *check_target(source.table, source.roles.target, source.task)]
    return Findings(most_severe_first(checks, [column.name for column in source.table.columns]), {})


def rows_with_a_class(source: Source, findings: Findings) -> "tuple[Dataset, np.ndarray]":
    """Return the data set of the table, whose examples are not yet the files, and the places of its files."""
    from advisor.baselines.tabular.preparation import prepare
    from advisor.baselines.tabular.table import TableExamples

    dataset = prepare(source.table, source.task, source.roles, findings.left_out)
    assert isinstance(dataset.examples, TableExamples)  # noqa: S101 - of a table
    places: Any = dataset.examples.frame[source.position].to_numpy().astype(int)
    return dataset, places


def predict_script(new: str, module: str, rows: str, form: str, one: str) -> str:
    """Return the script that predicts.

    Parameters
    ----------
    new : str
        What may be given to it, for its first lines.
    module : str
        The module that reads new files, by a function of its name.
    rows : str
        What the function returns beside the names, as a variable.
    form : str
        The key under which what it needs was saved.
    one : str
        The heading of the column of names.
    """
    reader = module.rpartition(".")[2]
    return _PREDICT_SOURCE.format(new=new, module=module, reader=reader, rows=rows, form=form, one=one)
