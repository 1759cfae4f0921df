"""Read a folder or an archive with a subfolder of pictures for each class."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.baselines.errors import DataError
from advisor.baselines.folders import Files, counted_by_ending, digest, opened, shown_name
from advisor.baselines.images.layout import EXPECTED, Layout, layout
from advisor.baselines.images.loading import load, most_pictures, refuse_large
from advisor.baselines.images.source import POSITION, ImageSource
from advisor.baselines.images.sources import SOURCE, sources_of
from advisor.baselines.roles import Roles
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    from advisor.baselines.options import Options

TARGET = "folder"


def read_folder(path: Path, options: "Options") -> ImageSource:
    """Return the pictures, whose classes are the names of the subfolders.

    Raises
    ------
    DataError
        If there are not two classes with pictures, or something is asked for that a folder does not have.
    """
    import pandas as pd

    from advisor.baselines.tabular.table import Column, Table
    from advisor.baselines.tabular.task import decide_task

    refuse_columns(options)
    files = opened(path)
    found = layout(files.names, str(path))
    chosen = _sampled(len(found.files), most_pictures(len(found.files), options.memory_mb), options.seed)
    names = [found.files[place] for place in chosen]
    loaded = load(names, lambda name: _read(files, name), str(path))
    labels = [found.labels[chosen[place]] for place in loaded.kept]
    _refuse_one_class(path, labels, loaded.unreadable)
    frame = pd.DataFrame({TARGET: pd.Categorical(labels), POSITION: pd.Series(range(len(labels)), dtype=float)})
    columns = [
        Column(TARGET, "categorical", "names of the subfolders", 0.0, len(set(labels))),
        Column(POSITION, "numeric", "pixels", 0.0, len(labels)),
    ]
    decisions = _decisions(found, loaded.pixels.shape, loaded.resized)
    kept = [names[place] for place in loaded.kept]
    sources = None if SOURCE in options.exclude else sources_of(kept, len(set(labels)))
    if sources is not None:
        count = len(set(sources))
        frame[SOURCE] = pd.Categorical([shown_name(name) for name in sources])
        columns.append(Column(SOURCE, "categorical", "beginnings of the files' names", 0.0, count))
        why = (
            f"names such as {shown_name(kept[0])} have a source before a running number; its pictures stay in one fold"
        )
        decisions = (*decisions, Decision("groups", f"{count:,} sources", why, f"--exclude {SOURCE}"))
    table = Table(
        frame,
        tuple(columns),
        decisions,
        str(path),
        digest(files),
        len(found.files),
        len(chosen) < len(found.files),
    )
    task = decide_task(table, TARGET, options.task, options.positive)
    roles = Roles(TARGET, group=None if sources is None else SOURCE)
    return ImageSource(loaded.pixels, table, POSITION, task, roles, "", loaded.files, loaded.unreadable, found.empty)


def refuse_columns(options: "Options") -> None:
    """Raise DataError where a column is named: a folder has none."""
    named = {"--group": options.group, "--time": options.time, "--weights": options.weights}
    excluded = tuple(name for name in options.exclude if name != SOURCE)
    several = {"--exclude": excluded, "--keep": options.keep, "--text": options.text}
    asked = [flag for flag, value in (named | several).items() if value]
    if options.target not in ("", TARGET):
        asked.insert(0, f"--target {options.target}")
    if asked:
        raise DataError(
            f"{asked[0]}: a folder of pictures has no columns, its subfolders are the classes; "
            "leave it out, or pass a CSV with a column of paths"
        )


def _sampled(count: int, most: int, seed: int) -> list[int]:
    """Return the positions of the pictures that are read: all, or a random sample."""
    if count <= most:
        return list(range(count))
    import random

    return sorted(random.Random(seed).sample(range(count), most))  # noqa: S311 - a sample


def _read(files: Files, name: str) -> bytes:
    refuse_large(files.size(name))
    return files.read(name)


def _refuse_one_class(path: Path, labels: list[str], unreadable: dict[str, str]) -> None:
    counts = Counter(labels)
    if len(counts) < 2:
        name, why = next(iter(unreadable.items()), ("", ""))
        which = f"only the pictures of one class, {next(iter(counts))}," if counts else "none of the pictures"
        raise DataError(f"{path}: {which} can be read, see {name}: {why}; expected: {EXPECTED}")


def _decisions(found: Layout, shape: tuple[int, ...], resized: str) -> tuple[Decision, ...]:
    classes = f"{len(set(found.labels)):,} subfolders"
    rows = [Decision("classes", classes, "each holds the pictures of a class", "")]
    if found.splits:
        pooled = " and ".join(found.splits)
        why = "all pictures are divided into folds anew, whatever folder they lie in"
        rows.append(Decision("split", f"{pooled} are pooled", why, ""))
    rows.append(size_decision(shape, resized))
    if found.ignored:
        rows.append(Decision("ignored", f"{len(found.ignored):,} other files", counted_by_ending(found.ignored), ""))
    return tuple(rows)


def size_decision(shape: tuple[int, ...], resized: str) -> Decision:
    """Return what size the models see, and why."""
    _, height, width, channels = shape
    value = f"{height} x {width} px, {'colour' if channels == 3 else 'grey'}"
    return Decision("pixels", value, resized or "the size of all pictures", "")
