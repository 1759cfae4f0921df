"""Keep as many rows as memory and time allow, every row that is read with the same chance."""

import random
import sys
from collections.abc import Callable, Iterable
from itertools import compress, islice
from math import inf
from time import monotonic
from typing import Generic, NamedTuple, TypeVar

from advisor.baselines.errors import DataError

Row = TypeVar("Row")

_EACH = 16  # rows of which one is measured
_LESS = 0.8
_BATCH = 64
FEWEST = 2_000  # rows that are read, and kept, however long they take


class Bounds(NamedTuple):
    """How much of a file is kept, and when reading it ends.

    Attributes
    ----------
    memory : float
        Bytes that the texts of the rows may take.
    time : float
        Bytes of them that there is time to work on; 2,000 rows are kept in any case.
    until : float
        Reading of the monotonic clock at which reading stops, 2,000 rows at the earliest.
    rows : float
        Rows after which it stops, as an earlier reading did.
    """

    memory: float
    time: float = inf
    until: float = inf
    rows: float = inf

    def reached(self, read: int) -> bool:
        """Return whether reading stops after so many rows."""
        return read >= self.rows or (read >= FEWEST and monotonic() >= self.until)

    def allowed(self, more: int, read: int) -> int:
        """Return how many of the next rows may be read."""
        return int(min(more, self.rows - read))


class Collected(NamedTuple, Generic[Row]):
    """The rows that were kept, in the order of the file; how many were read; the chance with which each was kept.

    `cut` is whether reading stopped before the end of the file.
    """

    rows: list[Row]
    total: int
    share: float
    cut: bool = False


class Sample(Generic[Row]):
    """Keeps all rows if their texts take no more than the bounds allow, else a random 80% of them, 64%, and so on.

    Each row draws a number; rows whose number is below the share are kept, and the share is lowered when the
    limit is reached (Bernoulli sampling). The sample depends on the rows, the bounds and the seed only.

    Parameters
    ----------
    bounds : Bounds
        What may be kept.
    seed : int
        Seed of the draws.
    size : callable
        Gives the bytes that the texts of a row take.
    """

    def __init__(self, bounds: Bounds, seed: int, size: Callable[[Row], int]) -> None:
        self._bounds = bounds
        self._size = size
        self._draw = random.Random(seed).random  # noqa: S311 - a sample, no secret
        self._kept: list[Row] = []
        self._draws: list[float] = []
        self._share = 1.0
        self._total = self._measured = self._bytes = 0

    def add(self, count: int, row: Callable[[int], Row]) -> None:
        """Let the next `count` rows draw; `row` gives one by its place among them, if it may be kept.

        Raises
        ------
        DataError
            If a single row is larger than the limit.
        """
        for place in range(count):
            drawn = self._draw()
            if drawn >= self._share:
                continue
            found = row(place)
            if len(self._kept) % _EACH == 0:
                self._measured += 1
                self._bytes += self._size(found)
            self._kept.append(found)
            self._draws.append(drawn)
            while self._kept and self._is_too_much():
                self._keep_less(self._total + place + 1)
        self._total += count

    def _is_too_much(self) -> bool:
        size = self._bytes / self._measured * len(self._kept)
        return size > self._bounds.memory or (size > self._bounds.time and len(self._kept) > FEWEST)

    def collected(self, *, cut: bool = False) -> Collected[Row]:
        """Return the rows that were kept.

        Raises
        ------
        DataError
            If there were rows, but all were too large to keep.
        """
        if self._total and not self._kept:
            raise DataError("not one row of the file fits into memory; allow more with --memory")
        return Collected(self._kept, self._total, self._share, cut)

    def _keep_less(self, number: int) -> None:
        if len(self._kept) == 1:
            raise DataError(f"row {number} alone takes {self._bytes >> 20} MB; allow more memory with --memory")
        self._share *= _LESS
        below = [drawn < self._share for drawn in self._draws]
        self._kept, self._draws = list(compress(self._kept, below)), list(compress(self._draws, below))
        sizes = list(map(self._size, self._kept[::_EACH]))
        self._measured, self._bytes = len(sizes), sum(sizes)


def collect(rows: Iterable[list[str]], bounds: Bounds, seed: int) -> Collected[list[str]]:
    """Return all rows of texts, or a `Sample` of those that are read within the bounds.

    Raises
    ------
    DataError
        If a single row is larger than the limit.
    """
    sample: Sample[list[str]] = Sample(bounds, seed, bytes_of)
    stream, read, cut = iter(rows), 0, False
    while not cut and (batch := list(islice(stream, bounds.allowed(_BATCH, read)))):
        sample.add(len(batch), batch.__getitem__)
        read += len(batch)
        cut = bounds.reached(read)
    return sample.collected(cut=cut)


def bytes_of(row: list[str]) -> int:
    """Return the memory that a row of texts takes: the list, a pointer a cell, the cells, and what is rounded up."""
    return sum(map(sys.getsizeof, row)) + 20 * len(row) + 96
