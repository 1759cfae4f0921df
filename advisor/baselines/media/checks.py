"""Checks that pictures and recordings share: files that cannot be read, that repeat, or that tell the class."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from advisor.baselines.media.kinds import Kind
from advisor.reports.baseline import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

UNREADABLE_WARNED = 0.01
CONFLICTS_WARNED = 0.02
REPEATS_WARNED = 0.01
STANDARD_ERRORS = 2.0
LEAST_ROWS = 40  # for a check with held-out rows
MOST_ROWS = 3_000
TREES, FOLDS = 60, 5


def alike(contents: "Iterable[np.ndarray]") -> "npt.NDArray[np.int64]":
    """Return a number for each example, the same for those whose arrays are the same.

    Examples
    --------
    >>> import numpy as np
    >>> alike(np.array([[[[0]]], [[[9]]], [[[0]]]], dtype=np.uint8)).tolist()
    [0, 1, 0]
    """
    import hashlib

    import numpy as np

    seen: dict[bytes, int] = {}
    hashes = (hashlib.blake2b(np.ascontiguousarray(one).data, digest_size=16).digest() for one in contents)
    return np.array([seen.setdefault(one, len(seen)) for one in hashes], dtype=np.int64)


def check_files_read(unreadable: Mapping[str, str], read: int, kind: Kind) -> Iterator[Check]:
    """Return which files are none of the kind that can be read."""
    if not unreadable:
        return
    count, total = len(unreadable), len(unreadable) + read
    shown = "; ".join(f"{name} ({why})" for name, why in list(unreadable.items())[:3])
    yield Check(
        "unreadable-files",
        "warning" if count > UNREADABLE_WARNED * total else "note",
        None,
        f"{count:,} of {total:,} files {f'is not a {kind.one}' if count == 1 else f'are not {kind.many}'} that can be "
        f"read: {shown}{' and more' if count > 3 else ''}",
        "they are left out; replace or remove them",
    )


def check_empty_classes(empty: Sequence[str], target: str, kind: Kind) -> Iterator[Check]:
    """Return the subfolders that hold no file of the kind."""
    if empty:
        shown = ", ".join(empty[:5]) + (f" and {len(empty) - 5:,} more" if len(empty) > 5 else "")
        yield Check(
            "rare-class",
            "note",
            target,
            f"subfolders without a {kind.one}: {shown}",
            f"they are not counted as classes; add {kind.many}, or remove them",
        )


def check_repeats(
    codes: "npt.NDArray[np.int64]", labels: "np.ndarray", target: str, kind: Kind, how: str
) -> Iterator[Check]:
    """Return files that repeat another one, and those of them that are in two classes."""
    import numpy as np
    import pandas as pd

    repeats = len(codes) - len(np.unique(codes))
    if not repeats:
        return
    yield Check(
        "duplicate-rows",
        "warning" if repeats > REPEATS_WARNED * len(codes) else "note",
        None,
        f"{repeats:,} of {len(codes):,} {kind.many} {'repeats' if repeats == 1 else 'repeat'} another one, {how}",
        f"equal {kind.many} stay in one fold; remove the copies if they are the same case",
    )
    counts = pd.DataFrame({"file": codes, "label": labels}).value_counts()
    ceiling = int(counts.groupby(level="file").max().sum())
    wrong = len(codes) - ceiling
    if wrong:
        yield Check(
            "conflicting-labels",
            "warning" if wrong >= CONFLICTS_WARNED * len(codes) else "note",
            target,
            f"the same {kind.one} is in different classes: no model can be right for more than {ceiling:,} of "
            f"{len(codes):,} {kind.many}",
            f"look at these {kind.many}, and settle where they belong",
        )


def rows_looked_at(count: int, seed: int) -> "npt.NDArray[np.int64]":
    """Return the positions of all of so many rows, or of a random sample."""
    import numpy as np

    if count <= MOST_ROWS:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, MOST_ROWS, replace=False))


def can_be_told(about: "np.ndarray", codes: "npt.NDArray[np.int64]") -> bool:
    """Return whether there are rows enough, and differences between them, to ask whether these tell the class."""
    import numpy as np

    return len(codes) >= LEAST_ROWS and bool(np.bincount(codes).max() >= FOLDS) and bool((about != about[0]).any())


def is_ahead(first: "np.ndarray", second: "np.ndarray") -> bool:
    """Return whether one is right more often than the other on the same rows, by two standard errors."""
    import numpy as np

    difference = first.astype(float) - second
    return bool(difference.mean() > STANDARD_ERRORS * difference.std() / np.sqrt(len(difference)))


def held_out_hits(features: "np.ndarray", codes: "npt.NDArray[np.int64]", seed: int) -> "np.ndarray":
    """Return for which rows trees are right that have not seen them."""
    import warnings

    import numpy as np
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    trees = ExtraTreesClassifier(TREES, min_samples_leaf=5, max_features=None, random_state=seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes with fewer rows than folds
        return np.asarray(cross_val_predict(trees, features, codes, cv=folds) == codes)
