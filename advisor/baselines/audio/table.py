"""Recordings in a table: a column of paths."""

from pathlib import Path
from typing import TYPE_CHECKING

from advisor.baselines.audio.kind import RECORDINGS
from advisor.baselines.audio.loading import load, most_recordings
from advisor.baselines.audio.source import POSITION, AudioSource, sound_decision
from advisor.baselines.errors import DataError
from advisor.baselines.media.path_tables import column_of_paths, placed, read_beside, usable_rows
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    from advisor.baselines.options import Options
    from advisor.baselines.tabular.structure import TableSource


def claimed(source: "TableSource", options: "Options", *, asked: bool) -> AudioSource | None:
    """Return the recordings of a table, None where it has none, or what is predicted is an amount.

    Raises
    ------
    DataError
        If recordings were asked for, and amounts are to be predicted of them; or if no file can be read.
    """
    column = column_of_paths(source, RECORDINGS, options, asked=asked)
    if column is None:
        return None
    if source.task.kind == "regression":
        if not asked:
            return None
        raise DataError(
            f"--structure audio: the target {source.target} {source.task.why}; of recordings only classes are predicted"
        )
    table = source.table
    base = Path(table.path).parent
    most = most_recordings(options.memory_mb)
    usable = usable_rows(source, column, most, options.seed)
    names = [str(value) for value in table.frame[column].iloc[usable]]
    if not names:
        raise DataError(f"{table.path}: no row has both a path in {column} and a {source.target}")
    loaded = load(names, lambda name: read_beside(base, name), table.path)
    decisions = (
        *table.decisions,
        Decision("audio", column, "paths of recordings", "--structure tabular"),
        sound_decision(loaded),
    )
    found = placed(source, usable[list(loaded.kept)], options, decisions, POSITION, column)
    whole = found.table._replace(sampled=table.sampled or len(usable) == most)
    return AudioSource(
        loaded, whole, found.position, found.task, found.roles, source.target_reason, columns=len(table.columns)
    )
