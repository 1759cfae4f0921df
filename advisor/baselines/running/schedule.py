"""What fits into the time left: on how many rows, with which models, from the seconds that earlier fits took."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

from advisor.baselines.structure import ModelSpec

LEAST_ROWS = 500
SAVES_LITTLE = 0.5  # the exponent by which costs grow with the rows
PACKING = 0.85  # of the slots' time that fits of unlike length can fill


class Procedure(NamedTuple):
    """The models among which each family chooses, and the pairs of folds whose fits choose for either of the two."""

    contenders: Mapping[str, tuple[str, ...]]
    pairs: tuple[tuple[int, int], ...]


def rungs(most: int) -> tuple[int, ...]:
    """Return the growing numbers of training rows on which candidates are screened.

    Each is four times the one before, as in successive halving; the last is all that there are, at least twice as many.

    Examples
    --------
    >>> rungs(16_000), rungs(4_100), rungs(2_500), rungs(700)
    ((1000, 4000, 16000), (1000, 4100), (1000, 2500), (700,))
    """
    sizes = [1000]
    while 8 * sizes[-1] <= most:
        sizes.append(4 * sizes[-1])
    return (*sizes, most) if most >= 2 * sizes[-1] else (most,)


def most_rows(cost: Callable[[int], float], seconds: float, least: int, most: int) -> int:
    """Return the largest round number of rows that the seconds pay for, at least `least`.

    All of them where even the fewest cost too much and save little, as with networks that make the same number of steps
    on few rows as on many: the clock ends their fits in either case.

    Examples
    --------
    >>> most_rows(lambda rows: rows / 100, 57.0, 500, 20_000)
    5600
    >>> most_rows(lambda rows: 100 + rows / 1000, 57.0, 500, 20_000)
    20000
    """
    if cost(most) <= seconds or (cost(least) > seconds and _saves_little(cost, least, most)):
        return most
    low, high = min(least, most), most
    while high - low > max(1, low // 50):
        middle = (low + high) // 2
        low, high = (middle, high) if cost(middle) <= seconds else (low, middle)
    unit = int(math.pow(10, max(0, len(str(low)) - 2)))
    return max(min(least, most), low // unit * unit)


def _saves_little(cost: Callable[[int], float], least: int, most: int) -> bool:
    return least < most and math.log(cost(most) / cost(least)) < SAVES_LITTLE * math.log(most / least)


def affordable_procedure(
    families: Mapping[str, Sequence[ModelSpec]],
    seconds: Mapping[str, float],
    folds: int,
    available: float,
    *,
    in_order: bool,
    done: Mapping[str, int] = MappingProxyType({}),
) -> Procedure:
    """Return the most thorough choice within each fold that the time pays for.

    A fit that leaves out two folds tells for either which model is best on the other, so ten fits a model choose in
    five folds by all four others, and five fits by two of them. In the order of time the earlier folds choose, which
    takes no further fit. Families lose models alike, and what is the best of its family over many data sets stays.
    Where time is shortest, the classical models, whose fits are cheap, keep one more, and a family whose best would
    not finish is represented by its fastest.

    Parameters
    ----------
    families : mapping of str to sequence of ModelSpec
        The candidates, simple ones first.
    seconds : mapping of str to float
        Of one fit of each.
    folds : int
        Folds of a repeat.
    available : float
        Processor seconds for the first repeat, all slots together.
    in_order : bool
        Whether rows are tested in the order of time.
    done : mapping of str to int
        Folds on which a candidate was fitted already.
    """
    every = () if in_order else tuple(combinations(range(folds), 2))
    ring = () if in_order else tuple(sorted({(min(one, next_), max(one, next_)) for one, next_ in _neighbours(folds)}))
    largest = max((len(members) for members in families.values()), default=0)
    plans: list[tuple[tuple[tuple[int, int], ...], dict[str, int]]] = [(every, {}), (ring, {})]
    plans += [(ring, dict.fromkeys(families, count)) for count in range(largest - 1, 1, -1)]
    plans += [(ring, dict.fromkeys(families, 1) | {"ml": 2})]  # fits of theirs cost next to nothing
    for pairs, counts in plans:
        chosen = {family: _kept(members, seconds, counts.get(family)) for family, members in families.items()}
        inner = {family: len(pairs) if len(members) > 1 else 0 for family, members in chosen.items()}
        cost = sum(
            (folds - done.get(name, 0) + inner[family]) * seconds[name] for family in chosen for name in chosen[family]
        )
        if cost <= PACKING * available:
            return Procedure(chosen, pairs)
    single = {family: _kept(members, seconds, 1) for family, members in families.items()}
    for family, members in families.items():
        left = {member.id: (folds - done.get(member.id, 0)) * seconds[member.id] for member in members}
        if len(members) > 1 and left[single[family][0]] > PACKING * available:
            single[family] = (min(members, key=lambda member: left[member.id]).id,)
    return Procedure(single, ())


def _neighbours(folds: int) -> Iterator[tuple[int, int]]:
    return ((fold, (fold + 1) % folds) for fold in range(folds))


def _kept(members: Sequence[ModelSpec], seconds: Mapping[str, float], count: int | None) -> tuple[str, ...]:
    """Return the strongest and the cheapest others, in the order of the table."""
    if count is None:
        return tuple(member.id for member in members)
    ranked = sorted(members, key=lambda member: (not member.strongest, seconds[member.id]))
    kept = {member.id for member in ranked[:count]}
    return tuple(member.id for member in members if member.id in kept)
