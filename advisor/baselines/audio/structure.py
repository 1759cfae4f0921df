"""Recordings as a data structure: folders of classes, archives, tables of paths."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.audio.kind import RECORDINGS
from advisor.baselines.audio.models.specs import IMPORTS, MODELS, PACKAGES, users_model
from advisor.baselines.audio.source import AudioSource
from advisor.baselines.errors import DataError
from advisor.baselines.media.folders import holds, is_zip
from advisor.baselines.media.shared import FilesOfClasses, predict_script, rows_with_a_class, with_target_checks
from advisor.baselines.structure import Dataset, Findings, ModelSpec, PretrainedModels
from advisor.baselines.tabular.structure import TABULAR, TableSource

if TYPE_CHECKING:
    from advisor.baselines.options import Options


class Audio(FilesOfClasses):
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

        return with_target_checks([*check_recordings(source, options.seed)], source)

    def prepare(self, source: AudioSource, findings: Findings, options: "Options") -> Dataset:  # noqa: ARG002
        """Return the recordings with a class; those of the same sound stay in one fold."""
        from dataclasses import replace

        from advisor.baselines.audio.examples import AudioExamples

        dataset, places = rows_with_a_class(source, findings)
        codes = source.loaded.codes[places]
        repeated = codes if len(set(codes.tolist())) < len(codes) else None
        return replace(dataset, examples=AudioExamples(source.loaded.rows[places]), duplicate_groups=repeated)

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
        return predict_script(
            "a recording, or a folder with recordings",
            "advisor.baselines.audio.new_recordings",
            "rows",
            "sound",
            "recording",
        )


AUDIO = Audio()
