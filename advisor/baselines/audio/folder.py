"""Read a folder or an archive with a subfolder of recordings for each class."""

from pathlib import Path
from typing import TYPE_CHECKING

from advisor.baselines.audio.kind import RECORDINGS
from advisor.baselines.audio.loading import load, most_recordings
from advisor.baselines.audio.source import POSITION, AudioSource, sound_decision
from advisor.baselines.errors import DataError
from advisor.baselines.folders import Files, opened
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

if TYPE_CHECKING:
    from advisor.baselines.options import Options


def read_folder(path: Path, options: "Options") -> AudioSource:
    """Return the recordings, whose classes are the names of the subfolders.

    Raises
    ------
    DataError
        If there are not two classes with recordings, or something is asked for that a folder does not have.
    """
    from advisor.baselines.tabular.table import Column
    from advisor.baselines.tabular.task import decide_task

    refuse_columns(options, RECORDINGS)
    files = opened(path)
    try:
        found = layout(files.names, str(path), RECORDINGS)
    except DataError as error:
        tables = [name for name in files.names if name.lower().endswith((".csv", ".tsv"))]
        also = f"; the folder holds {tables[0]}: pass that file if it has a column of paths" if tables else ""
        raise DataError(f"{error}{also}") from None
    count = len(found.files)
    chosen = sampled(count, most_recordings(options.memory_mb), options.seed)
    names = [found.files[place] for place in chosen]
    loaded = load(names, lambda name: _read(files, name), str(path))
    labels = [found.labels[chosen[place]] for place in loaded.kept]
    kept = Kept([names[place] for place in loaded.kept], labels, loaded.unreadable)
    refuse_one_class(path, kept, RECORDINGS)
    before, after = layout_decisions(found, RECORDINGS)
    position = Column(POSITION, "numeric", "the row's place", 0.0, len(labels))
    table, roles = table_of(path, files, kept, position, (*before, sound_decision(loaded), *after), options)
    table = table._replace(rows=count, sampled=len(chosen) < count)
    task = decide_task(table, TARGET, options.task, options.positive)
    return AudioSource(loaded, table, POSITION, task, roles, "", found.empty)


def _read(files: Files, name: str) -> bytes:
    refuse_large(files.size(name))
    return files.read(name)
