"""A table of the files in a folder or an archive with a subfolder for each class."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.folders import MOST_BYTES, Files, counted_by_ending, digest, opened, shown_name
from advisor.baselines.media.kinds import Kind
from advisor.baselines.media.layout import Layout
from advisor.baselines.media.sources import SOURCE, sources_of
from advisor.baselines.roles import Roles
from advisor.reports.baseline import Decision
from advisor.source.problems import near_file

if TYPE_CHECKING:
    from advisor.baselines.options import Options
    from advisor.baselines.tabular.table import Column, Table

TARGET = "folder"
_OF_OFFICE = ("xl/", "word/", "ppt/")


class Kept(NamedTuple):
    """The files of a layout that could be read: their names and classes, and the other ones with the reason."""

    names: Sequence[str]
    labels: Sequence[str]
    unreadable: Mapping[str, str]


def holds(path: Path, kind: Kind) -> bool:
    """Return whether a folder or zip archive holds files of a kind, by their names."""
    if not path.is_dir() and not is_zip(path):
        return False
    try:
        names = opened(path).names
    except (DataError, OSError):
        return False  # reading says why
    office = any(name.startswith(_OF_OFFICE) or name == "mimetype" for name in names)
    return not office and any(kind.is_one(name) for name in names)


def is_zip(path: Path) -> bool:
    """Return whether a path is a zip archive."""
    import zipfile

    try:
        return path.is_file() and zipfile.is_zipfile(path)
    except OSError:
        return False


def new_files(path: Path, kind: Kind) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of a file, or of the files of a kind in a folder or an archive; no more than fits.

    Raises
    ------
    DataError
        Where it does not exist, or cannot be read.
    """
    try:
        if path.is_file() and path.suffix.lower() != ".zip":
            yield str(path), path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
            return
        if not path.exists():
            raise DataError(f"{path}: no such file{near_file(path)}")
        files = opened(path)
        for name in files.names:
            if kind.is_one(name):
                yield f"{path}/{name}", files.read(name) if files.size(name) <= MOST_BYTES else b""
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from None


def refuse_columns(options: "Options", kind: Kind) -> None:
    """Raise DataError where a column is named: a folder has none."""
    named = {"--group": options.group, "--time": options.time, "--weights": options.weights}
    excluded = tuple(name for name in options.exclude if name != SOURCE)
    several = {"--exclude": excluded, "--keep": options.keep, "--text": options.text}
    asked = [flag for flag, value in (named | several).items() if value]
    if options.target not in ("", TARGET):
        asked.insert(0, f"--target {options.target}")
    if asked:
        raise DataError(
            f"{asked[0]}: a folder of {kind.many} has no columns, its subfolders are the classes; "
            "leave it out, or pass a CSV with a column of paths"
        )


def sampled(count: int, most: int, seed: int) -> list[int]:
    """Return the positions of the files that are read: all, or a random sample."""
    if count <= most:
        return list(range(count))
    import random

    return sorted(random.Random(seed).sample(range(count), most))  # noqa: S311 - a sample


def table_of(
    path: Path, files: Files, kept: Kept, position: "Column", decisions: tuple[Decision, ...], options: "Options"
) -> "tuple[Table, Roles]":
    """Return a row for each file: its class, its place among those that were read and, where names tell, its source."""
    import pandas as pd

    from advisor.baselines.tabular.table import Column, Table

    labels = list(kept.labels)
    places = pd.Series(range(len(labels)), dtype=float)
    frame = pd.DataFrame({TARGET: pd.Categorical(labels), position.name: places})
    columns = [Column(TARGET, "categorical", "names of the subfolders", 0.0, len(set(labels))), position]
    sources = None if SOURCE in options.exclude else sources_of(kept.names, labels)
    if sources is not None:
        shown = [shown_name(name) for name in sources]
        frame[SOURCE] = pd.Categorical(shown)
        columns.append(Column(SOURCE, "categorical", "parts of the files' names", 0.0, len(set(shown))))
        decisions = (*decisions, source_decision(shown, kept.names, f"--exclude {SOURCE}"))
    table = Table(frame, tuple(columns), decisions, str(path), digest(files), len(labels), False)
    return table, Roles(TARGET, group=None if sources is None else SOURCE)


def source_decision(sources: Sequence[str], names: Sequence[str], flag: str) -> Decision:
    """Return what is said of sources that the names of files tell."""
    name, source = shown_name(names[0]), shown_name(sources[0])
    why = f"names such as {name} tell a source, {source}; what comes from one source stays in one fold"
    return Decision("groups", f"{len(set(sources)):,} sources", why, flag)


def refuse_one_class(path: Path, kept: Kept, kind: Kind) -> None:
    """Raise DataError where fewer than two classes have a file that can be read."""
    counts = Counter(kept.labels)
    if len(counts) < 2:
        name, why = next(iter(kept.unreadable.items()), ("", ""))
        which = f"only the {kind.many} of one class, {next(iter(counts))}," if counts else f"none of the {kind.many}"
        raise DataError(f"{path}: {which} can be read, see {name}: {why}; expected: {kind.expected}")


def layout_decisions(found: Layout, kind: Kind) -> tuple[tuple[Decision, ...], tuple[Decision, ...]]:
    """Return what is said of a folder before what is said of its files, and after that."""
    classes = f"{len(set(found.labels)):,} subfolders"
    rows = [Decision("classes", classes, f"each holds the {kind.many} of a class", "")]
    if found.splits:
        pooled = " and ".join(found.splits)
        why = f"all {kind.many} are divided into folds anew, whatever folder they lie in"
        rows.append(Decision("split", f"{pooled} are pooled", why, ""))
    ignored = f"{len(found.ignored):,} other files"
    after = (Decision("ignored", ignored, counted_by_ending(found.ignored), ""),) if found.ignored else ()
    return tuple(rows), after
