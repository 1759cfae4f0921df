"""Read a folder or an archive with a subfolder of pictures for each class."""

from pathlib import Path
from typing import TYPE_CHECKING

from advisor.baselines.folders import Files, opened
from advisor.baselines.images.kind import PICTURES
from advisor.baselines.images.loading import load, most_pictures
from advisor.baselines.images.source import POSITION, ImageSource
from advisor.baselines.media.folders import (
    TARGET,
    Kept,
    layout_decisions,
    refuse_columns,
    refuse_one_class,
    sampled,
    table_of,
)
from advisor.baselines.media.layout import layout
from advisor.baselines.media.path_tables import refuse_large
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    from advisor.baselines.options import Options


def read_folder(path: Path, options: "Options") -> ImageSource:
    """Return the pictures, whose classes are the names of the subfolders.

    Raises
    ------
    DataError
        If there are not two classes with pictures, or something is asked for that a folder does not have.
    """
    from advisor.baselines.tabular.table import Column
    from advisor.baselines.tabular.task import decide_task

    refuse_columns(options, PICTURES)
    files = opened(path)
    found = layout(files.names, str(path), PICTURES)
    count = len(found.files)
    chosen = sampled(count, most_pictures(count, options.memory_mb), options.seed)
    names = [found.files[place] for place in chosen]
    loaded = load(names, lambda name: _read(files, name), str(path))
    labels = [found.labels[chosen[place]] for place in loaded.kept]
    kept = Kept([names[place] for place in loaded.kept], labels, loaded.unreadable)
    refuse_one_class(path, kept, PICTURES)
    before, after = layout_decisions(found, PICTURES)
    decisions = (*before, size_decision(loaded.pixels.shape, loaded.resized), *after)
    position = Column(POSITION, "numeric", "pixels", 0.0, len(labels))
    table, roles = table_of(path, files, kept, position, decisions, options)
    table = table._replace(rows=count, sampled=len(chosen) < count)
    task = decide_task(table, TARGET, options.task, options.positive)
    return ImageSource(loaded.pixels, table, POSITION, task, roles, "", loaded.files, loaded.unreadable, found.empty)


def _read(files: Files, name: str) -> bytes:
    refuse_large(files.size(name))
    return files.read(name)


def size_decision(shape: tuple[int, ...], resized: str) -> Decision:
    """Return what size the models see, and why."""
    _, height, width, channels = shape
    value = f"{height} x {width} px, {'colour' if channels == 3 else 'grey'}"
    return Decision("pixels", value, resized or "the size of all pictures", "")
