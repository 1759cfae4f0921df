"""Decode many files into one array of pixels."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.folders import shown_name
from advisor.baselines.images.decoding import FileFacts, NoPictureError, Shape, decoded, facts, with_channels

if TYPE_CHECKING:
    import numpy as np

LEAST_SIDE = 8
# A network's time for a step grows with the pixels, and few pictures leave time for more of them.
SIDES = ((1_000, 64), (4_000, 48))
SIDE_OF_MANY = 32
HEADERS_READ = 300
MEMORY_SHARE = 1 / 8  # of --memory: the pixels are held in the process that reads and in the one that fits
COLOURED, COLOURED_SHARE = 24, 0.01  # levels between channels; of the pixels, more than what compression adds
COLOURED_PICTURES = 0.01

Read = Callable[[str], bytes]


class Loaded(NamedTuple):
    """Pixels, and which of the asked files they are of.

    Attributes
    ----------
    pixels : numpy.ndarray
        uint8, shape (pictures, height, width, channels).
    kept : tuple of int
        The position of each picture among the files.
    files : tuple of FileFacts
        What is known of each.
    unreadable : dict of str to str
        The other files, with the reason.
    resized : str
        How the pictures were brought to one size, or an empty string.
    """

    pixels: "np.ndarray"
    kept: tuple[int, ...]
    files: tuple[FileFacts, ...]
    unreadable: dict[str, str]
    resized: str


def most_pictures(count: int, memory_mb: float) -> int:
    """Return how many of so many pictures there is memory for."""
    side = _side_for(count)
    return max(100, int(memory_mb * 1e6 * MEMORY_SHARE / (side * side * 3)))


def load(names: Sequence[str], read: Read, shown: str) -> Loaded:
    """Return the pixels of files, all of one size, in as many channels as they need.

    Raises
    ------
    DataError
        If no file can be used.
    """
    import numpy as np

    height, width, resized = _size(names, read, shown)
    pixels = np.empty((len(names), height, width, 3), dtype=np.uint8)
    outcomes = _all_decoded(names, read, pixels)
    found = {place: outcome for place, outcome in enumerate(outcomes) if isinstance(outcome, FileFacts)}
    unreadable = {
        shown_name(names[place]): outcome for place, outcome in enumerate(outcomes) if isinstance(outcome, str)
    }
    kept = tuple(found)
    usable = pixels if len(kept) == len(pixels) else pixels[list(kept)]
    return Loaded(in_fewest_channels(usable), kept, tuple(found.values()), unreadable, resized)


def load_as(name: str, read: Read, shape: Shape) -> "np.ndarray":
    """Return the pixels of one file in a shape.

    Raises
    ------
    NoPictureError
        If it cannot be used.
    """
    return with_channels(decoded(_content(name, read), shape.height, shape.width)[0], shape.channels)


def in_fewest_channels(pixels: "np.ndarray") -> "np.ndarray":
    """Return pixels of three channels, or their mean in one where no more than stray pictures have a colour."""
    coloured = 0
    for picture in pixels:
        levels = picture.max(axis=-1).astype(int) - picture.min(axis=-1)
        coloured += (levels > COLOURED).mean() > COLOURED_SHARE
    return pixels if coloured > COLOURED_PICTURES * len(pixels) else with_channels(pixels, 1)


def _all_decoded(names: Sequence[str], read: Read, pixels: "np.ndarray") -> list[FileFacts | str]:
    """Fill in the pixels of each file, and return what is known of it, or why it cannot be used."""
    import os
    from concurrent.futures import ThreadPoolExecutor

    def one(place: int) -> FileFacts | str:
        try:
            pixels[place], found = decoded(_content(names[place], read), *pixels.shape[1:3])
        except NoPictureError as error:
            return str(error)
        return found

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:  # decoders work outside Python's lock
        return list(pool.map(one, range(len(names))))


def _content(name: str, read: Read) -> bytes:
    try:
        return read(name)
    except (OSError, ValueError) as error:
        raise NoPictureError(getattr(error, "strerror", None) or str(error)) from None


def _size(names: Sequence[str], read: Read, shown: str) -> tuple[int, int, str]:
    """Return height and width for all, and how pictures are brought to it."""
    import random
    from statistics import median

    sizes, why = [], ""
    order = list(names)
    random.Random(0).shuffle(order)  # noqa: S311 - a sample
    for name in order:
        try:
            found = facts(_content(name, read))
        except NoPictureError as error:
            why = f"{name}: {error}"
            continue
        sizes.append((found.height, found.width))
        if len(sizes) == HEADERS_READ:
            break
    if not sizes:
        raise DataError(f"{shown}: none of the {len(names):,} files is a picture that can be read; {why}")
    most = _side_for(len(names))
    shorter = int(median(min(size) for size in sizes))
    if len(set(sizes)) == 1 and shorter >= LEAST_SIDE and max(sizes[0]) <= most:
        return *sizes[0], ""
    side = max(LEAST_SIDE, min(most, shorter))
    low, high = min(min(size) for size in sizes), max(max(size) for size in sizes)
    return side, side, f"sides are {low:,} to {high:,} px: the shorter one is fitted, the longer one cropped"


def _side_for(count: int) -> int:
    return next((side for most, side in SIDES if count <= most), SIDE_OF_MANY)
