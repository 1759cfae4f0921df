"""Pictures as a data structure: folders of classes, archives, tables of paths or of pixels, IDX files."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.errors import DataError
from advisor.baselines.images.models.specs import IMPORTS, MODELS, PACKAGES, users_model
from advisor.baselines.images.source import ImageSource
from advisor.baselines.media.folders import holds, is_zip
from advisor.baselines.media.shared import FilesOfClasses, predict_script, rows_with_a_class, with_target_checks
from advisor.baselines.structure import Dataset, Findings, ModelSpec, PretrainedModels
from advisor.baselines.tabular.structure import TABULAR, TableSource

if TYPE_CHECKING:
    from advisor.baselines.options import Options


class Images(FilesOfClasses):
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

        return with_target_checks([*check_images(source, options.seed)], source)

    def prepare(self, source: ImageSource, findings: Findings, options: "Options") -> Dataset:  # noqa: ARG002
        """Return the pictures with a class; those with the same pixels stay in one fold."""
        from dataclasses import replace

        from advisor.baselines.images.examples import ImageExamples
        from advisor.baselines.media.checks import alike

        dataset, places = rows_with_a_class(source, findings)
        pixels = source.pixels if len(places) == len(source.pixels) else source.pixels[places]
        groups = alike(pixels)
        repeated = groups if int(groups.max()) + 1 < len(groups) else None
        return replace(dataset, examples=ImageExamples(pixels), duplicate_groups=repeated)

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
        return predict_script(
            "a picture, a folder with pictures, or a file of the kind that the model was fitted on",
            "advisor.baselines.images.new_pictures",
            "pixels",
            "pictures",
            "picture",
        )


def is_folder_of_pictures(path: Path) -> bool:
    """Return whether a folder or zip archive holds pictures, by the names of its files."""
    from advisor.baselines.images.idx import pairs
    from advisor.baselines.images.kind import PICTURES

    try:
        return holds(path, PICTURES) or (path.is_dir() and bool(pairs(path)))
    except OSError:
        return False  # reading says why


IMAGES = Images()
