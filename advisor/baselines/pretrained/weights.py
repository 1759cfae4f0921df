"""Pretrained weights on disk: which model they are of, under which licence, and on which data it can be used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.pretrained.checkpoints import SUFFIXES, Checkpoint, read_checkpoint
from advisor.baselines.pretrained.licences import Licence, stated_licence
from advisor.reports.baseline import BaselineResult, ModelRow, PretrainedRow

if TYPE_CHECKING:
    from advisor.baselines.options import Options
    from advisor.baselines.structure import Dataset, ModelSpec

MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class Release:
    """A published model.

    Attributes
    ----------
    kind : str
        The id of its rows: tabicl or tabpfn.
    title : str
        The name that people read.
    library : str
        The package that runs it.
    licence : Licence
        As its publisher states it, for a folder that states none.
    extra : str
        The extra that installs the package.
    rows, columns, cells : int or None
        The largest table that its publisher recommends.
    """

    kind: str
    title: str
    library: str
    licence: Licence
    extra: str
    rows: int | None = None
    columns: int | None = None
    cells: int | None = None


class Recognised(NamedTuple):
    """What a checkpoint was recognised as; `tasks` are classification and regression, `classes` the most of them."""

    release: Release
    tasks: tuple[str, ...]
    classes: int


Recogniser = Callable[[Checkpoint], Recognised | None]


class File(NamedTuple):
    """A recognised file; it is loaded from `path`."""

    path: Path
    parameters: int
    classes: int


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder of weights: the file for each task, by classification and regression.

    `cache` is a folder for what this run computes with them once, empty where there is none.
    """

    folder: str
    release: Release
    licence: Licence
    files: Mapping[str, File]
    cache: str = ""

    def file(self, task: str) -> File | None:
        """Return the file for a task of a data set, None where the folder has none."""
        return self.files.get("regression" if task == "regression" else "classification")

    def refusal(self, dataset: "Dataset", columns: int) -> str:
        """Return why the model cannot be used on a data set of so many columns, or an empty string."""
        release, file, rows = self.release, self.file(dataset.task), len(dataset)
        if file is None:
            only = " and ".join(self.files)
            return f"the weights in {self.folder} are for {only} only"
        limits = (
            (release.rows, rows, "rows"),
            (release.columns, columns, "columns"),
            (release.cells, rows * columns, "cells"),
            (file.classes, len(dataset.labels), "classes"),
        )
        for most, found, what in limits:
            if most is not None and found > most:
                return f"{release.title} takes up to {most:,} {what}, these data have {found:,}"
        return ""


def read_weights(folder: str, recogniser: Recogniser, *, supported: str) -> Weights:
    """Return what lies in a folder of weights.

    Parameters
    ----------
    folder : str
        As the user gave it.
    recogniser : callable
        Tells what a checkpoint is, None where it is nothing that the data structure can load.
    supported : str
        What it can load, for the message.

    Raises
    ------
    DataError
        If there is no such folder, nothing in it is recognised, a file is damaged, or two files serve the same task.
    """
    path = Path(folder).expanduser().resolve()
    if not path.is_dir():
        kind = "is a file; name the folder that it lies in" if path.exists() else "no such folder"
        raise DataError(f"--pretrained {folder}: {kind}")
    candidates = sorted(entry for entry in path.iterdir() if entry.suffix in SUFFIXES and entry.is_file())
    if not candidates:
        raise DataError(
            f"--pretrained {folder}: the folder holds no file of weights ({', '.join(SUFFIXES)}); {supported}"
        )
    if len(candidates) > MOST_FILES:
        raise DataError(f"--pretrained {folder}: {len(candidates)} files of weights; name a folder with one model")
    found = [(one, recognised) for one in map(read_checkpoint, candidates) if (recognised := recogniser(one))]
    if not found:
        names = ", ".join(entry.name for entry in candidates)
        raise DataError(f"--pretrained {folder}: nothing that can be loaded here ({names}); {supported}")
    return _weights(folder, path, found)


def _weights(folder: str, path: Path, found: Sequence[tuple[Checkpoint, Recognised]]) -> Weights:
    release = found[0][1].release
    files: dict[str, File] = {}
    for checkpoint, recognised in found:
        if recognised.release != release:
            raise DataError(
                f"--pretrained {folder}: the folder holds {release.title} and {recognised.release.title}; "
                "give each a folder of its own"
            )
        for task in recognised.tasks:
            if task in files:
                raise DataError(
                    f"--pretrained {folder}: {files[task].path.name} and {checkpoint.path.name} are both for {task}; "
                    "leave one of them in the folder"
                )
            files[task] = File(checkpoint.path, checkpoint.parameters, recognised.classes)
    _require(release, folder)
    licence = stated_licence(path) or release.licence
    if licence.non_commercial is None:
        licence = licence._replace(non_commercial=release.licence.non_commercial)
    return Weights(folder, release, licence, files)


def _require(release: Release, folder: str) -> None:
    from importlib.util import find_spec

    if find_spec(release.library) is None:
        raise DataError(
            f"--pretrained {folder}: {release.title} needs the package {release.library}, which is not installed; in a "
            f'checkout of advisor: pip install ".[{release.extra}]"'
        )


def refuse_licence(weights: Weights, options: "Options") -> None:
    """Raise DataError if a profile rules the licence of the weights out."""
    if options.commercial and weights.licence.non_commercial:
        raise DataError(
            f"--pretrained {weights.folder}: {weights.release.title} may not be used commercially "
            f"({weights.licence.name}), and the profile says deployment.commercial: true"
        )


def pretrained_rows(models: Mapping[str, "ModelSpec"], task: str) -> tuple[PretrainedRow, ...]:
    """Return a row for each folder of weights, of the file that serves the task."""
    folders = {model.weights.folder: model.weights for model in models.values() if model.weights is not None}
    return tuple(_row(weights, task) for weights in folders.values())


def _row(weights: Weights, task: str) -> PretrainedRow:
    from advisor.baselines.digest import file_digest

    file = weights.file(task) or next(iter(weights.files.values()))
    release = weights.release
    return PretrainedRow(
        path=weights.folder,
        kind=release.kind,
        title=release.title,
        parameters=file.parameters,
        licence=weights.licence.name,
        sha256=file_digest(file.path),
    )


def refuse_other_weights(rows: Sequence[PretrainedRow], replayed: Mapping[str, Any]) -> None:
    """Raise DataError if a recorded result was measured with other weights than are given now."""
    recorded = replayed.get("pretrained")
    wanted = [row for row in recorded if isinstance(row, dict)] if isinstance(recorded, list) else []
    digests = [str(row.get("sha256")) for row in wanted]
    if digests == [row.sha256 for row in rows]:
        return
    if not wanted:
        raise DataError("--pretrained: the recorded result was measured without pretrained weights; leave the flag out")
    named = ", ".join(f"{row.get('title')} (its sha256 begins with {str(row.get('sha256'))[:12]})" for row in wanted)
    raise DataError(f"the recorded result was measured with {named}; name the same weights with --pretrained, in order")


def with_pretrained(
    result: BaselineResult, rows: tuple[PretrainedRow, ...], models: Mapping[str, "ModelSpec"]
) -> BaselineResult:
    """Return a result that names the weights, also in the notes of their models."""
    by_folder = {row.path: _note(row) for row in rows}
    notes = {model.id: by_folder[model.weights.folder] for model in models.values() if model.weights is not None}

    def told(model: ModelRow) -> ModelRow:
        note = notes.get(model.id)
        known = note is None or model.note.endswith(note)  # a replay has the note of the model that failed
        return model if known else model._replace(note="; ".join(filter(None, (model.note, note))))

    return result._replace(models=tuple(map(told, result.models)), pretrained=rows)


def _note(row: PretrainedRow) -> str:
    return f"pretrained, {row.parameters:,} parameters, licence {row.licence}"
