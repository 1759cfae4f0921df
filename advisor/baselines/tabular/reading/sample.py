"""Keep as many rows as memory allows, every row of the file with the same chance."""

import random
import sys
from collections.abc import Callable, Iterable
from itertools import compress, islice
from typing import Generic, NamedTuple, TypeVar

from advisor.baselines.errors import DataError

Row = TypeVar("Row")

_EACH = 16  # rows of which one is measured
_LESS = 0.8
_BATCH = 64


class Collected(NamedTuple, Generic[Row]):
    """The rows that were kept, in the order of the file; how many there were; the chance with which each was kept."""

    rows: list[Row]
    total: int
    share: float


class Sample(Generic[Row]):
    """Keeps all rows if their texts take at most `limit` bytes, else a random 80% of them, 64%, and so on.

    Each row draws a number; rows whose number is below the share are kept, and the share is lowered when the
    limit is reached (Bernoulli sampling). The sample depends on the rows, the limit and the seed only.

    Parameters
    ----------
    limit : float
        Bytes.
    seed : int
        Seed of the draws.
    size : callable
        Gives the bytes that the texts of a row take.
    """

    def __init__(self, limit: float, seed: int, size: Callable[[Row], int]) -> None:
        self._limit = limit
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
            while self._kept and self._bytes / self._measured * len(self._kept) > self._limit:
                self._keep_less(self._total + place + 1)
        self._total += count

    def collected(self) -> Collected[Row]:
        """Return the rows that were kept.

        Raises
        ------
        DataError
            If there were rows, but all were too large to keep.
        """
        if self._total and not self._kept:
            raise DataError("not one row of the file fits into memory; allow more with --memory")
        return Collected(self._kept, self._total, self._share)

    def _keep_less(self, number: int) -> None:
        if len(self._kept) == 1:
            raise DataError(f"row {number} alone takes {self._bytes >> 20} MB; allow more memory with --memory")
        self._share *= _LESS
        below = [drawn < self._share for drawn in self._draws]
        self._kept, self._draws = list(compress(self._kept, below)), list(compress(self._draws, below))
        sizes = list(map(self._size, self._kept[::_EACH]))
        self._measured, self._bytes = len(sizes), sum(sizes)


def collect(rows: Iterable[list[str]], limit: float, seed: int) -> Collected[list[str]]:
    """Return all rows of texts, or a `Sample` of them that takes at most `limit` bytes.

    Raises
    ------
    DataError
        If a single row is larger than the limit.
    """
    sample: Sample[list[str]] = Sample(limit, seed, bytes_of)
    stream = iter(rows)
    while batch := list(islice(stream, _BATCH)):
        sample.add(len(batch), batch.__getitem__)
    return sample.collected()


def bytes_of(row: list[str]) -> int:
    """Return the memory that a row of texts takes: the list, a pointer a cell, the cells, and what is rounded up."""
    return sum(map(sys.getsizeof, row)) + 20 * len(row) + 96
