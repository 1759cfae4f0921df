"""Pictures and labels in IDX files, the format of MNIST."""

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.baselines.errors import DataError
from advisor.baselines.folders import opened

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.images.source import ImageSource
    from advisor.baselines.options import Options

TARGET = "label"
UNSIGNED_BYTES = 8
MOST_BYTES = 2_000_000_000
_IMAGES = re.compile(r"^(?P<part>.*?)(?:images?|data|patterns)[-._]idx[34][-._]ubyte(?:\.gz)?$")


def pairs(folder: Path) -> tuple[tuple[Path, Path], ...]:
    """Return the files of pictures below a folder's top, each with that of their labels."""
    found = []
    for images in sorted(folder.iterdir()):
        named = _IMAGES.match(images.name)
        if named is None:
            continue
        likely = re.compile(re.escape(named["part"]) + r"labels?[-._]idx1[-._]ubyte(?:\.gz)?$")
        labels = next((one for one in sorted(folder.iterdir()) if likely.match(one.name)), None)
        if labels is not None:
            found.append((images, labels))
    return tuple(found)


def read_idx(path: Path) -> "np.ndarray":
    """Return the array of an IDX file of bytes.

    Raises
    ------
    DataError
        If it is none, or cut off.
    """
    import numpy as np

    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(path) as packed:
                raw = packed.read(MOST_BYTES)
    except (OSError, EOFError) as error:
        raise DataError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) < 8 or raw[:2] != b"\0\0" or raw[2] != UNSIGNED_BYTES:
        raise DataError(f"{path}: this is not an IDX file of bytes, which begins with 0, 0, 8 and the dimensions")
    dimensions = raw[3]
    shape = tuple(int.from_bytes(raw[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(dimensions))
    start = 4 + 4 * dimensions
    expected = int(np.prod(shape, dtype=np.int64))
    if len(raw) - start != expected:
        raise DataError(
            f"{path}: the IDX file holds {len(raw) - start:,} bytes where its header says {expected:,} "
            f"({' x '.join(map(str, shape))}); copy or download it again"
        )
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def pictures_of(values: "np.ndarray", path: Path) -> "np.ndarray":
    """Return an IDX array as pictures of shape (rows, height, width, channels).

    Raises
    ------
    DataError
        If it has other dimensions.
    """
    if values.ndim == 3:
        return values[..., None]
    if values.ndim == 4 and values.shape[3] in (1, 3):
        return values
    found = " x ".join(map(str, values.shape))
    raise DataError(f"{path}: the IDX file holds {found} values; expected: rows x height x width")


def read_folder_of_idx(path: Path, options: "Options") -> "ImageSource":
    """Return the pictures of all pairs of files in a folder.

    Raises
    ------
    DataError
        If a file is damaged, or pictures and labels do not match.
    """
    import numpy as np
    import pandas as pd

    from advisor.baselines.folders import digest
    from advisor.baselines.images.folder import size_decision
    from advisor.baselines.images.kind import PICTURES
    from advisor.baselines.images.loading import MEMORY_SHARE, in_fewest_channels
    from advisor.baselines.images.source import POSITION, ImageSource
    from advisor.baselines.media.folders import refuse_columns
    from advisor.baselines.roles import Roles
    from advisor.baselines.tabular.table import Column, Table
    from advisor.baselines.tabular.task import decide_task
    from advisor.reports.baseline import Decision

    asked = options if options.target != TARGET else options._replace(target="")
    refuse_columns(asked, PICTURES)
    parts, labels = [], []
    found = pairs(path)
    for images, of_them in found:
        parts.append(pictures_of(read_idx(images), images))
        labels.append(read_idx(of_them).ravel())
        if len(parts[-1]) != len(labels[-1]):
            raise DataError(
                f"{path}: {images.name} holds {len(parts[-1]):,} pictures and {of_them.name} {len(labels[-1]):,} labels"
            )
        if parts[-1].shape[1:] != parts[0].shape[1:]:
            raise DataError(f"{path}: {found[0][0].name} and {images.name} hold pictures of different sizes")
    pixels, target = np.concatenate(parts), np.concatenate(labels)
    rows = len(pixels)
    most = max(100, int(options.memory_mb * 1e6 * MEMORY_SHARE / pixels[0].nbytes))
    if rows > most:
        chosen = np.sort(np.random.default_rng(options.seed).choice(rows, most, replace=False))
        pixels, target = pixels[chosen], target[chosen]
    names = pd.Series(target).astype(str)
    frame = pd.DataFrame({TARGET: pd.Categorical(names), POSITION: np.arange(len(target), dtype=float)})
    files = ", ".join(images.name for images, _ in found)
    decisions = (
        Decision("format", "IDX", f"pictures of {files} with their labels", ""),
        size_decision(pixels.shape, ""),
    )
    columns = (
        Column(TARGET, "categorical", "labels of the pictures", 0.0, names.nunique()),
        Column(POSITION, "numeric", "pixels", 0.0, len(target)),
    )
    table = Table(frame, columns, decisions, str(path), digest(opened(path)), rows, rows > most)
    task = decide_task(table, TARGET, options.task, options.positive)
    roles = Roles(TARGET)
    return ImageSource(in_fewest_channels(pixels) if pixels.shape[3] == 3 else pixels, table, POSITION, task, roles)
