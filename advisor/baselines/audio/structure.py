"""Recordings as a data structure: folders of classes, archives, tables of paths."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.audio.kind import RECORDINGS
from advisor.baselines.audio.models.specs import IMPORTS, MODELS, PACKAGES, users_model
from advisor.baselines.audio.source import AudioSource
from advisor.baselines.digest import file_digest
from advisor.baselines.errors import DataError
from advisor.baselines.media.folders import holds, is_zip
from advisor.baselines.structure import Dataset, Findings, ModelSpec, PretrainedModels
from advisor.baselines.tabular.structure import TABULAR, TableSource

if TYPE_CHECKING:
    from advisor.baselines.options import Options
    from advisor.reports.baseline import DatasetRow

PREDICT_SOURCE = '''\
"""Predict with the saved model: python predict.py NEW... > predictions.csv

NEW is a recording, or a folder with recordings; several are allowed.
The versions in requirements.txt are those that the model was fitted with.
"""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd
from advisor.baselines.audio.new_recordings import new_recordings

here = Path(__file__).parent
about = json.loads((here / "model.json").read_text(encoding="utf-8"))
pipeline = joblib.load(here / "model.joblib")

names, rows = new_recordings([Path(name) for name in sys.argv[1:]], about["sound"])
classes = [about["labels"][code] for code in pipeline.classes_]
predicted = [about["labels"][code] for code in pipeline.predict(rows)]
predictions = pd.DataFrame({"recording": names, "prediction": predicted})
if hasattr(pipeline, "predict_proba"):
    shares = pd.DataFrame(pipeline.predict_proba(rows), columns=[f"p({name})" for name in classes])
    predictions = predictions.join(shares)
predictions.to_csv(sys.stdout, index=False)
'''


class Audio:
    """Recordings in classes."""

    id = "audio"
    tasks = ("binary", "multiclass")
    extra = TABULAR.extra
    reads_with = TABULAR.reads_with
    models: tuple[ModelSpec, ...] = MODELS
    pretrained: PretrainedModels | None = None
    imports = IMPORTS
    packages = PACKAGES

    def recognises(self, path: Path) -> bool:
        """Return whether it is a folder or a zip archive that holds recordings."""
        return holds(path, RECORDINGS)

    def claims(self, table: TableSource, options: "Options") -> AudioSource | None:
        """Return the recordings of a table with a column of paths."""
        from advisor.baselines.audio.table import claimed

        return claimed(table, options, asked=False)

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of the file, or of all names and contents of a folder."""
        from advisor.baselines.folders import digest, opened

        return digest(opened(path)) if path.is_dir() or is_zip(path) else file_digest(path)

    def read(self, path: Path, options: "Options") -> AudioSource:
        """Read a folder or archive of classes, or a table."""
        from advisor.baselines.audio.folder import read_folder
        from advisor.baselines.audio.table import claimed

        if path.is_dir() or is_zip(path):
            return read_folder(path, options)
        found = claimed(TABULAR.read(path, options), options, asked=True)
        if found is None:
            raise DataError(
                f"--structure audio: {path} has no column with paths of recordings; pass a folder with "
                f"{RECORDINGS.expected}"
            )
        return found

    def check(self, source: AudioSource, options: "Options") -> Findings:
        """Return what recordings and their classes are checked for."""
        from advisor.baselines.audio.checks import check_recordings
        from advisor.baselines.tabular.checks.checks import check_target, most_severe_first

        found = [*check_recordings(source, options.seed), *check_target(source.table, source.roles.target, source.task)]
        return Findings(most_severe_first(found, [column.name for column in source.table.columns]), {})

    def prepare(self, source: AudioSource, findings: Findings, options: "Options") -> Dataset:  # noqa: ARG002
        """Return the recordings with a class; those of the same sound stay in one fold."""
        from dataclasses import replace

        from advisor.baselines.audio.examples import AudioExamples
        from advisor.baselines.tabular.preparation import prepare
        from advisor.baselines.tabular.table import TableExamples

        dataset = prepare(source.table, source.task, source.roles, findings.left_out)
        assert isinstance(dataset.examples, TableExamples)  # noqa: S101 - of a table
        places = dataset.examples.frame[source.position].to_numpy().astype(int)
        codes = source.loaded.codes[places]
        repeated = codes if len(set(codes.tolist())) < len(codes) else None
        return replace(dataset, examples=AudioExamples(source.loaded.rows[places]), duplicate_groups=repeated)

    def describe(
        self,
        source: AudioSource,
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

    def users_model(self, name: str) -> ModelSpec:
        """Return the row of a user's own estimator."""
        return users_model(name)

    def saved(
        self,
        source: AudioSource,
        dataset: Dataset,  # noqa: ARG002
        options: "Options",  # noqa: ARG002
    ) -> Mapping[str, Any]:
        """Return the form of the recordings, and what was decided."""
        decisions = {decision.what: decision.value for decision in source.table.decisions}
        return {"sound": source.loaded.form._asdict(), "decisions": decisions}

    def predict_source(self) -> str:
        """Return the script that predicts."""
        return PREDICT_SOURCE


AUDIO = Audio()
