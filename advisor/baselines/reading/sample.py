"""Keep as many rows as memory allows, every row of the file with the same chance."""

import random
import sys
from collections.abc import Iterable
from itertools import compress
from typing import NamedTuple

from advisor.baselines.errors import DataError

_EACH = 16  # rows of which one is measured
_LESS = 0.8


class Collected(NamedTuple):
    """The rows that were kept, in the order of the file; how many there were; the chance with which each was kept."""

    rows: list[list[str]]
    total: int
    share: float


def collect(rows: Iterable[list[str]], limit: float, seed: int) -> Collected:
    """Keep the rows if their texts take at most `limit` bytes, else a random 80 % of them, 64 %, and so on.

    Each row draws a number; rows whose number is below the share are kept, and the share is lowered when the
    limit is reached (Bernoulli sampling). The sample depends on the rows, the limit and the seed only.

    Raises
    ------
    DataError
        If a single row is larger than the limit.
    """
    draw = random.Random(seed).random  # noqa: S311 - a sample, no secret
    kept: list[list[str]] = []
    draws: list[float] = []
    share, total, measured, size = 1.0, 0, 0, 0
    for total, row in enumerate(rows, 1):
        drawn = draw()
        if drawn >= share:
            continue
        if len(kept) % _EACH == 0:
            measured += 1
            size += _bytes(row)
        kept.append(row)
        draws.append(drawn)
        while kept and size / measured * len(kept) > limit:
            if len(kept) == 1:
                raise DataError(f"row {total} alone takes {size >> 20} MB; allow more memory with --memory")
            share *= _LESS
            below = [number < share for number in draws]
            kept, draws = list(compress(kept, below)), list(compress(draws, below))
            sizes = list(map(_bytes, kept[::_EACH]))
            measured, size = len(sizes), sum(sizes)
    if total and not kept:
        raise DataError("the memory holds no row of the file; allow more with --memory")
    return Collected(kept, total, share)


def _bytes(row: list[str]) -> int:
    # The list, a pointer a cell, the cells, and what the allocator rounds up.
    return sum(map(sys.getsizeof, row)) + 20 * len(row) + 96
