"""What is checked of pictures before any model is fitted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from advisor.reports.baseline import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from advisor.baselines.images.decoding import FileFacts
    from advisor.baselines.images.source import ImageSource

UNREADABLE_WARNED = 0.01
CONFLICTS_WARNED = 0.02
REPEATS_WARNED = 0.01
STANDARD_ERRORS = 2.0
LEAST_ROWS = 40  # for a check with held-out rows
MOST_ROWS = 3_000
TREES, FOLDS = 60, 5


def alike(pixels: "np.ndarray") -> "npt.NDArray[np.int64]":
    """Return a number for each picture, the same for pictures whose pixels are the same.

    Examples
    --------
    >>> import numpy as np
    >>> alike(np.array([[[[0]]], [[[9]]], [[[0]]]], dtype=np.uint8)).tolist()
    [0, 1, 0]
    """
    import hashlib

    import numpy as np

    seen: dict[bytes, int] = {}
    hashes = (hashlib.blake2b(np.ascontiguousarray(one).data, digest_size=16).digest() for one in pixels)
    return np.fromiter((seen.setdefault(one, len(seen)) for one in hashes), dtype=np.int64, count=len(pixels))


def check_images(source: "ImageSource", seed: int) -> Iterator[Check]:
    """Return files that are no pictures, classes without one, pictures that repeat, and files that tell the class."""
    import pandas as pd

    target = source.roles.target
    known = source.table.frame[target].notna().to_numpy()
    labels = source.table.frame[target].astype(str).to_numpy()[known]
    yield from _check_unreadable(source.unreadable, len(source.pixels))
    if source.empty:
        yield Check(
            "rare-class",
            "note",
            target,
            f"subfolders without a picture: {_listed(source.empty)}",
            "they are not counted as classes; add pictures, or remove them",
        )
    yield from _check_repeats(alike(source.pixels)[known], labels, target)
    if source.files:
        files = [one for one, kept in zip(source.files, known, strict=True) if kept]
        yield from _check_files(files, source.pixels[known], pd.factorize(labels)[0], seed)


def _check_unreadable(unreadable: Mapping[str, str], read: int) -> Iterator[Check]:
    if not unreadable:
        return
    count, total = len(unreadable), len(unreadable) + read
    shown = "; ".join(f"{name} ({why})" for name, why in list(unreadable.items())[:3])
    yield Check(
        "unreadable-files",
        "warning" if count > UNREADABLE_WARNED * total else "note",
        None,
        f"{count:,} of {total:,} files {'is not a picture' if count == 1 else 'are not pictures'} that can be read: "
        f"{shown}{' and more' if count > 3 else ''}",
        "they are left out; replace or remove them",
    )


def _check_repeats(codes: "npt.NDArray[np.int64]", labels: "np.ndarray", target: str) -> Iterator[Check]:
    import numpy as np
    import pandas as pd

    repeats = len(codes) - len(np.unique(codes))
    if not repeats:
        return
    yield Check(
        "duplicate-rows",
        "warning" if repeats > REPEATS_WARNED * len(codes) else "note",
        None,
        f"{repeats:,} of {len(codes):,} pictures {'repeats' if repeats == 1 else 'repeat'} another one, pixel by pixel",
        "equal pictures stay in one fold; remove the copies if they are the same case",
    )
    counts = pd.DataFrame({"picture": codes, "label": labels}).value_counts()
    ceiling = int(counts.groupby(level="picture").max().sum())
    wrong = len(codes) - ceiling
    if wrong:
        yield Check(
            "conflicting-labels",
            "warning" if wrong >= CONFLICTS_WARNED * len(codes) else "note",
            target,
            f"the same picture is in different classes: no model can be right for more than {ceiling:,} of "
            f"{len(codes):,} pictures",
            "look at these pictures, and settle where they belong",
        )


def _check_files(
    files: "Sequence[FileFacts]", pixels: "np.ndarray", codes: "npt.NDArray[np.int64]", seed: int
) -> Iterator[Check]:
    """Check whether files tell the class by their size, format and resolution, and tell more than the pixels explain.

    Pictures with more detail take more bytes. What a class's files are like is a leak where it says more of the class
    than the amount of detail does.
    """
    import numpy as np

    if len(codes) > MOST_ROWS:
        chosen = np.sort(np.random.default_rng(seed).choice(len(codes), MOST_ROWS, replace=False))
        files, pixels, codes = [files[row] for row in chosen], pixels[chosen], codes[chosen]
    about = _of_files(files)
    if len(codes) < LEAST_ROWS or np.bincount(codes).max() < FOLDS or (about == about[0]).all():
        return
    detail = _of_detail(pixels)
    by_files = _held_out_hits(about, codes, seed)
    by_detail = _held_out_hits(detail, codes, seed)
    by_both = _held_out_hits(np.column_stack([about, detail]), codes, seed)
    usual = codes == np.bincount(codes).argmax()
    if _is_ahead(by_files, usual) and _is_ahead(by_both, by_detail):
        yield Check(
            "leakage",
            "warning",
            None,
            f"size, format and resolution of the files alone tell the class of {by_files.mean():.0%} of the pictures "
            f"(always the most frequent class: {usual.mean():.0%})",
            "models may learn how the pictures were stored; store those of all classes in the same way",
        )


def _is_ahead(first: "np.ndarray", second: "np.ndarray") -> bool:
    """Return whether one is right more often than the other on the same pictures, by two standard errors."""
    import numpy as np

    difference = first.astype(float) - second
    return bool(difference.mean() > STANDARD_ERRORS * difference.std() / np.sqrt(len(difference)))


def _held_out_hits(features: "np.ndarray", codes: "npt.NDArray[np.int64]", seed: int) -> "np.ndarray":
    """Return for which pictures trees are right that have not seen them."""
    import warnings

    import numpy as np
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    trees = ExtraTreesClassifier(TREES, min_samples_leaf=5, max_features=None, random_state=seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes with fewer pictures than folds
        return np.asarray(cross_val_predict(trees, features, codes, cv=folds) == codes)


def _of_files(files: "Sequence[FileFacts]") -> "np.ndarray":
    import numpy as np
    import pandas as pd

    numbers = np.array([[one.bytes, one.width, one.height] for one in files], dtype=float)
    formats = pd.factorize(np.array([one.format for one in files]))[0]
    modes = pd.factorize(np.array([one.mode for one in files]))[0]
    per_pixel = numbers[:, 0] / (numbers[:, 1] * numbers[:, 2])
    return np.column_stack([np.log(numbers), np.log(per_pixel), formats, modes])


def _of_detail(pixels: "np.ndarray") -> "np.ndarray":
    """Return how many bytes each picture takes when all are stored alike, and how strongly neighbours differ."""
    import numpy as np

    packed = [[_stored(one, kind) for kind in ("PNG", "JPEG")] for one in pixels]
    down = [np.abs(np.diff(one.astype(np.int16), axis=0)).mean() for one in pixels]
    across = [np.abs(np.diff(one.astype(np.int16), axis=1)).mean() for one in pixels]
    return np.column_stack([packed, down, across])


def _stored(pixels: "np.ndarray", kind: str) -> int:
    import io

    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(stream, kind)
    return stream.tell()


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")
