"""Pictures as a data structure: folders of classes, archives, tables of paths or of pixels, IDX files."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.digest import file_digest
from advisor.baselines.errors import DataError
from advisor.baselines.images.models.specs import IMPORTS, MODELS, PACKAGES, users_model
from advisor.baselines.images.source import ImageSource
from advisor.baselines.media.folders import holds, is_zip
from advisor.baselines.structure import Dataset, Findings, ModelSpec, PretrainedModels
from advisor.baselines.tabular.structure import TABULAR, TableSource

if TYPE_CHECKING:
    from advisor.baselines.options import Options
    from advisor.reports.baseline import DatasetRow

PREDICT_SOURCE = '''\
"""Predict with the saved model: python predict.py NEW... > predictions.csv

NEW is a picture, a folder with pictures, or a file of the kind that the model was fitted on; several are allowed.
The versions in requirements.txt are those that the model was fitted with.
"""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd
from advisor.baselines.images.new_pictures import new_pictures

here = Path(__file__).parent
about = json.loads((here / "model.json").read_text(encoding="utf-8"))
pipeline = joblib.load(here / "model.joblib")

names, pixels = new_pictures([Path(name) for name in sys.argv[1:]], about["pictures"])
classes = [about["labels"][code] for code in pipeline.classes_]
predicted = [about["labels"][code] for code in pipeline.predict(pixels)]
predictions = pd.DataFrame({"picture": names, "prediction": predicted})
if hasattr(pipeline, "predict_proba"):
    shares = pd.DataFrame(pipeline.predict_proba(pixels), columns=[f"p({name})" for name in classes])
    predictions = predictions.join(shares)
predictions.to_csv(sys.stdout, index=False)
'''


class Images:
    """Pictures in classes."""

    id = "image"
    tasks = ("binary", "multiclass")
    extra = TABULAR.extra
    reads_with = ("PIL", *TABULAR.reads_with)
    models: tuple[ModelSpec, ...] = MODELS
    pretrained: PretrainedModels | None = None
    imports = IMPORTS
    packages = PACKAGES

    def recognises(self, path: Path) -> bool:
        """Return whether it is a folder or a zip archive that holds pictures, or a folder of IDX files."""
        return is_folder_of_pictures(path)

    def claims(self, table: TableSource, options: "Options") -> ImageSource | None:
        """Return the pictures of a table with a column of paths, or with columns that are pixels."""
        from advisor.baselines.images.table import claimed

        return claimed(table, options, asked=False)

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of the file, or of all names and contents of a folder."""
        from advisor.baselines.folders import digest, opened

        return digest(opened(path)) if path.is_dir() or is_zip(path) else file_digest(path)

    def read(self, path: Path, options: "Options") -> ImageSource:
        """Read a folder or archive of classes, IDX files, or a table."""
        from advisor.baselines.images.folder import read_folder
        from advisor.baselines.images.idx import pairs, read_folder_of_idx
        from advisor.baselines.images.table import claimed

        if path.is_dir() and pairs(path):
            return read_folder_of_idx(path, options)
        if path.is_dir() or is_zip(path):
            return read_folder(path, options)
        found = claimed(TABULAR.read(path, options), options, asked=True)
        if found is None:
            raise DataError(
                f"--structure image: {path} has no column with paths of pictures and no square of pixel columns "
                "(64, 784, 3072, ...); pass a folder with one subfolder of pictures for each class"
            )
        return found

    def check(self, source: ImageSource, options: "Options") -> Findings:
        """Return what pictures and their classes are checked for."""
        from advisor.baselines.images.checks import check_images
        from advisor.baselines.tabular.checks.checks import check_target, most_severe_first

        found = [*check_images(source, options.seed), *check_target(source.table, source.roles.target, source.task)]
        return Findings(most_severe_first(found, [column.name for column in source.table.columns]), {})

    def prepare(self, source: ImageSource, findings: Findings, options: "Options") -> Dataset:  # noqa: ARG002
        """Return the pictures with a class; those with the same pixels stay in one fold."""
        from dataclasses import replace

        from advisor.baselines.images.examples import ImageExamples
        from advisor.baselines.media.checks import alike
        from advisor.baselines.tabular.preparation import prepare
        from advisor.baselines.tabular.table import TableExamples

        dataset = prepare(source.table, source.task, source.roles, findings.left_out)
        assert isinstance(dataset.examples, TableExamples)  # noqa: S101 - of a table
        places = dataset.examples.frame[source.position].to_numpy().astype(int)
        pixels = source.pixels if len(places) == len(source.pixels) else source.pixels[places]
        groups = alike(pixels)
        repeated = groups if int(groups.max()) + 1 < len(groups) else None
        return replace(dataset, examples=ImageExamples(pixels), duplicate_groups=repeated)

    def describe(
        self,
        source: ImageSource,
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
        source: ImageSource,
        dataset: Dataset,  # noqa: ARG002
        options: "Options",  # noqa: ARG002
    ) -> Mapping[str, Any]:
        """Return the shape of the pictures, how a table of pixels is read, and what was decided."""
        _, height, width, channels = source.pixels.shape
        decisions = {decision.what: decision.value for decision in source.table.decisions}
        pictures = {"height": height, "width": width, "channels": channels, **source.saved}
        return {"pictures": pictures, "decisions": decisions}

    def predict_source(self) -> str:
        """Return the script that predicts."""
        return PREDICT_SOURCE


def is_folder_of_pictures(path: Path) -> bool:
    """Return whether a folder or zip archive holds pictures, by the names of its files."""
    from advisor.baselines.images.idx import pairs
    from advisor.baselines.images.kind import PICTURES

    try:
        return holds(path, PICTURES) or (path.is_dir() and bool(pairs(path)))
    except OSError:
        return False  # reading says why


IMAGES = Images()
