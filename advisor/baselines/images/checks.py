"""What is checked of pictures before any model is fitted."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from advisor.baselines.images.kind import PICTURES
from advisor.baselines.media.checks import (
    alike,
    can_be_told,
    check_empty_classes,
    check_files_read,
    check_repeats,
    held_out_hits,
    is_ahead,
    rows_looked_at,
)
from advisor.reports.baseline import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from advisor.baselines.images.decoding import FileFacts
    from advisor.baselines.images.source import ImageSource


def check_images(source: "ImageSource", seed: int) -> Iterator[Check]:
    """Return files that are no pictures, classes without one, pictures that repeat, and files that tell the class."""
    import pandas as pd

    target = source.roles.target
    known = source.table.frame[target].notna().to_numpy()
    labels = source.table.frame[target].astype(str).to_numpy()[known]
    yield from check_files_read(source.unreadable, len(source.pixels), PICTURES)
    yield from check_empty_classes(source.empty, target, PICTURES)
    yield from check_repeats(alike(source.pixels)[known], labels, target, PICTURES, "pixel by pixel")
    if source.files:
        files = [one for one, kept in zip(source.files, known, strict=True) if kept]
        yield from _check_files(files, source.pixels[known], pd.factorize(labels)[0], seed)


def _check_files(
    files: "Sequence[FileFacts]", pixels: "np.ndarray", codes: "npt.NDArray[np.int64]", seed: int
) -> Iterator[Check]:
    """Check whether files tell the class by their size, format and resolution, and tell more than the pixels explain.

    Pictures with more detail take more bytes. What a class's files are like is a leak where it says more of the class
    than the amount of detail does.
    """
    import numpy as np

    chosen = rows_looked_at(len(codes), seed)
    files, pixels, codes = [files[row] for row in chosen], pixels[chosen], codes[chosen]
    about = _of_files(files)
    if not can_be_told(about, codes):
        return
    detail = _of_detail(pixels)
    by_files = held_out_hits(about, codes, seed)
    by_detail = held_out_hits(detail, codes, seed)
    by_both = held_out_hits(np.column_stack([about, detail]), codes, seed)
    usual = codes == np.bincount(codes).argmax()
    if is_ahead(by_files, usual) and is_ahead(by_both, by_detail):
        yield Check(
            "leakage",
            "warning",
            None,
            f"size, format and resolution of the files alone tell the class of {by_files.mean():.0%} of the pictures "
            f"(always the most frequent class: {usual.mean():.0%})",
            "models may learn how the pictures were stored; store those of all classes in the same way",
        )


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
