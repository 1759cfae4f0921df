"""Pictures in a table: a column of paths, or one column for each pixel."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.images.decoding import Shape
from advisor.baselines.images.kind import PICTURES
from advisor.baselines.images.source import POSITION, ImageSource
from advisor.baselines.media.path_tables import Placed, column_of_paths, placed, read_beside, usable_rows
from advisor.baselines.tabular.structure import TableSource
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    import numpy as np
    import pandas as pd

    from advisor.baselines.options import Options
    from advisor.baselines.tabular.table import Table

LEAST_SIDE = 8  # fewer columns are a table's
# Neighbours in a picture are alike across rows too; far pixels are less so. Correlations, measured on digits.
LEAST_ALIKE, AHEAD = 0.2, 0.05
HIGHEST = (1, 16, 255)  # of a pixel
ROWS_LOOKED_AT = 2_000

_OF_PIXELS = re.compile(r"^(?:pixel|pix|px|p|v|x|f|input|attr|feature|col|column)?[-_. ]?\d+$", re.IGNORECASE)
_OF_PLACES = re.compile(r"^\D*(\d+)[x_, -](\d+)$")
_SAYS_PIXEL = re.compile(r"^(?:pixel|pix|px)", re.IGNORECASE)


class PixelColumns(NamedTuple):
    """Columns that are pixels: their names in order, the shape, the highest value, and whether colours are planes."""

    names: tuple[str, ...]
    shape: Shape
    highest: int
    planes: bool


def claimed(source: TableSource, options: "Options", *, asked: bool) -> ImageSource | None:
    """Return the pictures of a table, None where it has none, or what is predicted is an amount.

    Raises
    ------
    DataError
        If pictures were asked for, and amounts are to be predicted of them; or if no file of a column can be read.
    """
    not_features = source.roles(options).not_features
    paths = column_of_paths(source, PICTURES, options, asked=asked)
    pixels = None if paths else _pixel_columns(source.table, not_features, asked=asked)
    if paths is None and pixels is None:
        return None
    if source.task.kind == "regression":
        if not asked:
            return None
        raise DataError(
            f"--structure image: the target {source.target} {source.task.why}; of pictures only classes are predicted"
        )
    if paths is not None:
        return _of_paths(source, paths, options)
    assert pixels is not None  # noqa: S101 - one of the two
    return _of_pixels(source, pixels, options)


def pixels_of(frame: "pd.DataFrame", found: PixelColumns) -> "np.ndarray":
    """Return the pixels of rows as uint8, shape (rows, height, width, channels)."""
    import numpy as np

    values = frame[list(found.names)].to_numpy(dtype=np.float32)
    scaled = np.clip(np.nan_to_num(values) * (255 / found.highest) + 0.5, 0, 255).astype(np.uint8)
    height, width, channels = found.shape
    if found.planes:
        return np.ascontiguousarray(scaled.reshape(-1, channels, height, width).transpose(0, 2, 3, 1))
    return np.asarray(scaled.reshape(-1, height, width, channels))


def _of_pixels(source: TableSource, found: PixelColumns, options: "Options") -> ImageSource:
    import numpy as np

    from advisor.baselines.images.folder import size_decision

    pixels = pixels_of(source.table.frame, found)
    first, last = found.names[0], found.names[-1]
    reason = f"pixels from 0 to {found.highest}"
    decisions = (
        *source.table.decisions,
        Decision("image", f"{first} to {last}", reason, "--structure tabular"),
        size_decision(pixels.shape, ""),
    )
    saved = {
        "columns": list(found.names),
        "highest": found.highest,
        "planes": found.planes,
        "reading": _reading(options),
    }
    found_rows = placed(source, np.arange(len(pixels)), options, decisions, POSITION)
    return _source(source, pixels, found_rows)._replace(saved=saved)


def _of_paths(source: TableSource, column: str, options: "Options") -> ImageSource:
    from advisor.baselines.images.folder import size_decision
    from advisor.baselines.images.loading import load, most_pictures

    table = source.table
    base = Path(table.path).parent
    most = most_pictures(len(table.frame), options.memory_mb)
    usable = usable_rows(source, column, most, options.seed)
    names = [str(value) for value in table.frame[column].iloc[usable]]
    loaded = load(names, lambda name: read_beside(base, name), table.path)
    if not loaded.kept:
        name, why = next(iter(loaded.unreadable.items()))
        raise DataError(f"{table.path}: no picture of the column {column} can be read, such as {name}: {why}")
    decisions = (
        *table.decisions,
        Decision("image", column, "paths of pictures", "--structure tabular"),
        size_decision(loaded.pixels.shape, loaded.resized),
    )
    found = placed(source, usable[list(loaded.kept)], options, decisions, POSITION, column)
    made = _source(source, loaded.pixels, found)._replace(files=loaded.files, unreadable=loaded.unreadable)
    return made._replace(table=made.table._replace(sampled=table.sampled or len(usable) == most))


def _source(source: TableSource, pixels: "np.ndarray", found: Placed) -> ImageSource:
    columns = len(source.table.columns)
    return ImageSource(
        pixels, found.table, found.position, found.task, found.roles, source.target_reason, columns=columns
    )


def _reading(options: "Options") -> dict[str, object]:
    return options.reading.for_other_files()


# -- a column for each pixel ---------------------------------------------------------------------------------


def _pixel_columns(table: "Table", not_features: "Container[str]", *, asked: bool) -> PixelColumns | None:
    names = [
        column.name
        for column in table.columns
        if column.kind in ("numeric", "categorical")
        and column.name not in not_features
        and _may_be_a_pixel(column.name)
    ]
    numeric = {column.name for column in table.columns if column.kind == "numeric"}
    if len(names) < LEAST_SIDE**2 or not set(names) <= numeric or table.frame[names].isna().any(axis=None):
        return None
    shape = _shape(names)
    if shape is None:
        return None
    low, high = float(table.frame[names].min(axis=None)), float(table.frame[names].max(axis=None))
    highest = next((one for one in HIGHEST if high <= one), None)
    if low < 0 or high <= 0 or highest is None:
        return None
    said = sum(bool(_SAYS_PIXEL.match(name)) for name in names) > len(names) / 2
    alike = _Likeness(table.frame[names], shape)
    if not (asked or said or alike.like_a_picture()):
        return None
    return PixelColumns(tuple(names), shape, highest, alike.in_planes())


def _may_be_a_pixel(name: str) -> bool:
    return bool(_OF_PIXELS.match(name) or _OF_PLACES.match(name))


def _shape(names: "Sequence[str]") -> Shape | None:
    """Return the shape that the columns' names tell, or else their number: a square in one channel or three."""
    places = [_OF_PLACES.match(name) for name in names]
    if all(places):
        found = [(int(place[1]), int(place[2])) for place in places if place]
        down, across = ({place[axis] for place in found} for axis in (0, 1))
        if len(down) * len(across) == len(names) and found == sorted(found) and min(len(down), len(across)) >= 4:
            return Shape(len(down), len(across), 1)
    for channels in (1, 3):
        side = round((len(names) / channels) ** 0.5)
        if side >= LEAST_SIDE and channels * side * side == len(names):
            return Shape(side, side, channels)
    return None


class _Likeness:
    """How much pixels at some distance are alike: the mean correlation of columns so many places apart."""

    def __init__(self, frame: "pd.DataFrame", shape: Shape) -> None:
        import numpy as np

        values = frame.iloc[:ROWS_LOOKED_AT].to_numpy(dtype=np.float32)
        if len(frame) > ROWS_LOOKED_AT:  # rows may be sorted by class
            values = frame.sample(ROWS_LOOKED_AT, random_state=0).to_numpy(dtype=np.float32)
        spread = values.std(axis=0)
        self._varying = spread > 0
        self._scaled = (values - values.mean(axis=0)) / np.where(self._varying, spread, 1)
        self._shape = shape

    def at(self, places: int) -> float:
        """Return the mean correlation of pixels that vary."""
        both = self._varying[places:] & self._varying[: len(self._varying) - places]
        if not both.any():
            return 0.0
        first, second = self._scaled[:, places:], self._scaled[:, : self._scaled.shape[1] - places]
        return float((first * second).mean(axis=0)[both].mean())

    def in_planes(self) -> bool:
        """Return whether the values of each channel stand together, rather than those of each pixel."""
        size = self._shape.height * self._shape.width
        return self._shape.channels == 3 and self.at(size) > self.at(size // 2)

    def like_a_picture(self) -> bool:
        """Return whether pixels are like their neighbours in the row and in the column, and less like farther ones."""
        step = 1 if self._shape.channels == 1 or self.in_planes() else 3
        below = self._shape.width * step
        far = self.at(below // 2)
        return self.at(step) >= LEAST_ALIKE and self.at(below) >= max(LEAST_ALIKE, far + AHEAD)
