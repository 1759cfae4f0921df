"""Read new pictures in the way of those that a saved model was fitted on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.errors import DataError
from advisor.baselines.images.decoding import NoPictureError, Shape
from advisor.baselines.images.kind import PICTURES
from advisor.baselines.images.loading import load_as
from advisor.baselines.media.folders import new_files

if TYPE_CHECKING:
    import numpy as np


def new_pictures(paths: Sequence[Path], about: Mapping[str, Any]) -> "tuple[list[str], np.ndarray]":
    """Return the names of new pictures and their pixels, as the saved model takes them.

    Parameters
    ----------
    paths : sequence of Path
        Pictures, folders with pictures at any depth, IDX files, or tables of pixels if the model was fitted on one.
    about : mapping
        What was saved beside the model: `height`, `width`, `channels`, and `columns` of a table of pixels.

    Raises
    ------
    DataError
        If nothing can be read. Single files that are no pictures are named on standard error.
    """
    import sys

    import numpy as np

    shape = Shape(about["height"], about["width"], about["channels"])
    if about.get("columns"):
        parts = [_of_table(path, about, shape) for path in paths]
        pixels = np.concatenate(parts)
        return [str(row) for row in range(len(pixels))], pixels
    names: list[str] = []
    found: list[np.ndarray] = []
    for path in paths:
        if path.is_file() and _is_idx(path):
            pixels = _of_idx(path, shape)
            names += [f"{path}:{row}" for row in range(len(pixels))]
            found += list(pixels)
            continue
        for name, content in new_files(path, PICTURES):
            try:
                found.append(load_as(name, lambda _, content=content: content, shape))  # type: ignore[misc]
                names.append(name)
            except NoPictureError as error:
                sys.stderr.write(f"{name}: left out, {error}\n")
    if not found:
        raise DataError(f"{', '.join(map(str, paths))}: no picture was found that can be read")
    return names, np.stack(found)


def _is_idx(path: Path) -> bool:
    return "ubyte" in path.name and not PICTURES.is_one(path.name)


def _of_idx(path: Path, shape: Shape) -> "np.ndarray":
    from advisor.baselines.images.idx import pictures_of, read_idx

    pixels = pictures_of(read_idx(path), path)
    if pixels.shape[1:] != tuple(shape):
        raise DataError(f"{path}: the pictures are {pixels.shape[1:]}; the model was fitted on {tuple(shape)}")
    return pixels


def _of_table(path: Path, about: Mapping[str, Any], shape: Shape) -> "np.ndarray":
    from advisor.baselines.images.table import PixelColumns, pixels_of
    from advisor.baselines.tabular.reading import ReadOptions, read_table

    columns = tuple(about["columns"])
    table = read_table(path, ReadOptions(**about["reading"], needed=columns))
    return pixels_of(table.frame, PixelColumns(columns, shape, about["highest"], about["planes"]))
