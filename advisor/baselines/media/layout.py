"""Which classes a folder of files has: those of its subfolders."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.folders import counted_by_ending, shown_name
from advisor.baselines.media.kinds import Kind

SPLITS = frozenset({"train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval"})


class Layout(NamedTuple):
    """What lies where.

    Attributes
    ----------
    files, labels : tuple of str
        The name of each file of the kind, and its class.
    splits : tuple of str
        Folders such as train and test whose files were pooled.
    empty : tuple of str
        Classes without a file.
    ignored : tuple of str
        Files of another kind by their names, or in no class.
    """

    files: tuple[str, ...]
    labels: tuple[str, ...]
    splits: tuple[str, ...]
    empty: tuple[str, ...]
    ignored: tuple[str, ...]


def layout(names: Sequence[str], shown: str, kind: Kind) -> Layout:
    """Return the classes of the files; `shown` is what messages call the folder.

    Raises
    ------
    DataError
        If there are not two classes with files of the kind.

    Examples
    --------
    >>> pictures = Kind("picture", "pictures", frozenset({".png"}), "cats/1.png and dogs/1.png")
    >>> names = ["set/train/", "set/train/a/1.png", "set/train/b/1.png", "set/test/a/2.png"]
    >>> found = layout(names, "set.zip", pictures)
    >>> found.labels, found.splits
    (('a', 'a', 'b'), ('test', 'train'))
    """
    wanted = [PurePosixPath(name) for name in names if kind.is_one(name)]
    if not wanted:
        raise DataError(f"{shown}: no {kind.one} was found ({counted_by_ending(names)}); expected: {kind.expected}")
    depth, splits = _depth_of_classes([one.parts for one in wanted])
    files = {str(one): shown_name(one.parts[depth]) for one in wanted if len(one.parts) > depth + 1}
    counts = Counter(files.values())
    if len(counts) < 2:
        raise DataError(f"{shown}: {_why_too_few(counts, len(wanted), names, kind)}; expected: {kind.expected}")
    folders = {shown_name(parts[depth]) for parts in _folders(names) if _is_of_a_class(parts, depth, splits)}
    ordered = sorted(files, key=lambda name: (files[name], name))
    ignored = [name for name in names if not name.endswith("/") and name not in files]
    empty = sorted(folders - set(counts))
    return Layout(tuple(ordered), tuple(files[name] for name in ordered), tuple(splits), tuple(empty), tuple(ignored))


def _depth_of_classes(parts: Sequence[tuple[str, ...]]) -> tuple[int, list[str]]:
    """Return how many folders lie above those of the classes, and the folders of a split among them."""
    depth = 0
    while True:
        tops = {one[depth] for one in parts if len(one) > depth + 1}
        if not tops or not any(len(one) > depth + 2 for one in parts):
            return depth, []
        if all(top.lower() in SPLITS for top in tops):
            return depth + 1, sorted(tops)
        if len(tops) > 1:
            return depth, []
        depth += 1


def _folders(names: Iterable[str]) -> list[tuple[str, ...]]:
    return [PurePosixPath(name).parts for name in names if name.endswith("/")]


def _is_of_a_class(parts: tuple[str, ...], depth: int, splits: Sequence[str]) -> bool:
    """Return whether a folder lies where those of the classes do."""
    return len(parts) == depth + 1 and (not splits or parts[depth - 1] in splits)


def _why_too_few(counts: Counter[str], found: int, names: Sequence[str], kind: Kind) -> str:
    if counts:
        label, count = counts.most_common(1)[0]
        return f"only one subfolder holds {kind.many}, {label} with {count:,}"
    folders = sum(name.endswith("/") for name in names)
    also = f", none in its {folders:,} subfolders" if folders else ", which has no subfolders"
    return f"the {found:,} {kind.many} lie in the folder itself{also}"
