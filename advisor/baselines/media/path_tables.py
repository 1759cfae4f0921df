"""Tables with a column of paths: which column it is, and a table of the rows whose files were read."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.folders import MOST_BYTES
from advisor.baselines.media.folders import source_decision
from advisor.baselines.media.kinds import Kind
from advisor.baselines.media.sources import SOURCE, source_column, sources_of
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    from collections.abc import Container

    import numpy as np

    from advisor.baselines.options import Options
    from advisor.baselines.roles import Roles
    from advisor.baselines.tabular.structure import TableSource
    from advisor.baselines.tabular.table import Table
    from advisor.baselines.tabular.task import Task

PATHS_SHARE = 0.9  # of a column's values that are names of files of the kind
LOOKED_AT = 200


class Placed(NamedTuple):
    """A table that says which of the examples belongs to a row, the name of that column, its task and its roles."""

    table: "Table"
    position: str
    task: "Task"
    roles: "Roles"


def column_of_paths(source: "TableSource", kind: Kind, options: "Options", *, asked: bool) -> str | None:
    """Return the column whose values name files of a kind, of which some exist unless the kind was asked for.

    It may be the group at the same time, which makes each file its own.
    """
    table = source.table
    taken = source.roles(options).not_features - {options.group}
    base = Path(table.path).parent
    for column in table.columns:
        if column.kind not in ("text", "categorical") or column.name in taken:
            continue
        known = table.frame[column.name].dropna().astype(str)
        some = list(known.sample(min(LOOKED_AT, len(known)), random_state=0))
        if not some or sum(kind.is_one(name) for name in some) < PATHS_SHARE * len(some):
            continue
        if asked or any(_exists(base, name) for name in some):
            return column.name
    return None


def _exists(base: Path, name: str) -> bool:
    try:
        return (base / name).is_file()
    except (OSError, ValueError):
        return False


def usable_rows(source: "TableSource", column: str, most: int, seed: int) -> "np.ndarray":
    """Return the rows with a path and a target, a random sample where there are more than `most`."""
    import numpy as np

    frame = source.table.frame
    usable = np.flatnonzero((frame[column].notna() & frame[source.target].notna()).to_numpy())
    if len(usable) > most:
        usable = np.sort(np.random.default_rng(seed).choice(usable, most, replace=False))
    return usable


def read_beside(base: Path, name: str) -> bytes:
    """Return the content of a file whose name is relative to a folder; raise OSError where that is impossible."""
    path = base / name
    if not path.is_file():
        raise OSError("there is no such file")
    refuse_large(path.stat().st_size)
    return path.read_bytes()


def refuse_large(size: int) -> None:
    """Raise OSError where a file is too large to be read."""
    if size > MOST_BYTES:
        raise OSError(f"larger than {MOST_BYTES / 1e6:.0f} MB")


def placed(
    source: "TableSource",
    rows: "np.ndarray",
    options: "Options",
    decisions: tuple[Decision, ...],
    position: str,
    paths: str | None = None,
) -> Placed:
    """Return some rows of a table: of its columns those with a part, and the place of their examples.

    Where no group was named, a column that its name says is a source becomes one, or else what the names of the files
    in the column `paths` tell.
    """
    import numpy as np
    import pandas as pd

    from advisor.baselines.tabular.table import Column
    from advisor.baselines.tabular.task import class_labels, decide_task

    roles = source.roles(options)._replace(exclude=(), keep=())
    whole = source.table
    told: list[str] | None = None
    if paths is not None and roles.group is None:
        said = source_column(whole, options.roles.not_features | roles.not_features)
        if said is not None:
            count = f"{whole.frame[said].nunique():,} of {said}"
            why = f"what has the same {said} stays in one fold"
            decisions = (*decisions, Decision("groups", count, why, f"--exclude {said}"))
            roles = roles._replace(group=said)
        else:
            names = [str(name) for name in whole.frame[paths].iloc[rows]]
            told = sources_of(names, [str(label) for label in whole.frame[source.target].iloc[rows]])
            if told is not None:
                decisions = (*decisions, source_decision(told, names, f"--group {paths}"))
    parts = [column for column in whole.columns if column.name in roles.named]
    frame = whole.frame[[column.name for column in parts]].iloc[rows].reset_index(drop=True)
    for column in parts:
        if column.kind == "categorical":
            frame[column.name] = frame[column.name].cat.remove_unused_categories()
    if told is not None:
        name = _new_name(SOURCE, whole.frame.columns)
        frame[name] = pd.Categorical(told)
        parts.append(Column(name, "categorical", "parts of the files' names", 0.0, len(set(told))))
        roles = roles._replace(group=name)
    position = _new_name(position, [*whole.frame.columns, *frame.columns])
    frame[position] = np.arange(len(rows), dtype=float)
    columns = (*parts, Column(position, "numeric", "the row's place", 0.0, len(rows)))
    table = whole._replace(frame=frame, columns=columns, decisions=decisions)
    task = source.task
    if class_labels(frame[source.target]) != class_labels(whole.frame[source.target]):  # some have no file
        task = decide_task(table, source.target, options.task, options.positive)
    return Placed(table, position, task, roles)


def _new_name(name: str, names: "Container[str]") -> str:
    while name in names:
        name += "_"
    return name
