"""Further comparisons on the folds of the main one: what a judgement on a hybrid or on no learning needs."""

from collections.abc import Collection, Mapping, Sequence

from advisor.baselines.judging.comparison import Contestant, chances, decided, difference
from advisor.baselines.judging.protocol import Protocol
from advisor.reports.baseline import Pair


def compared_pairs(
    families: Mapping[str, Contestant],
    challengers: Sequence[Contestant],
    simple: Sequence[Contestant],
    protocol: Protocol,
    stopped: Collection[str],
) -> tuple[Pair, ...]:
    """Compare hybrids and the user's models with both families, and both families with what needs no learning.

    Parameters
    ----------
    families : mapping of str to Contestant
        What speaks for `ml` and `dl`, where it has a score.
    challengers : sequence of Contestant
        Hybrids and the user's models that were tested on the same folds.
    simple : sequence of Contestant
        The same of what needs no learning.
    protocol : Protocol
        How they are compared.
    stopped : collection of str
        Sides that their time limit stopped while they were still improving: they cannot lose.
    """
    wanted = [(one.id, one, family, side) for one in challengers for family, side in families.items()]
    wanted += [(family, side, one.id, one) for family, side in families.items() for one in simple]
    return tuple(_pair(*pair, protocol, stopped) for pair in wanted)


def hybrid_chance(hybrid: Contestant, families: Sequence[Contestant], protocol: Protocol) -> float | None:
    """Return at least how probable it is that a hybrid is better than every family by more than the margin.

    Both may be true or false together, so that only the least probability of both at once is known (Bonferroni).
    """
    missed = 0.0
    for family in families:
        chance = chances(difference(family.influence, hybrid.influence, protocol).estimate, protocol, None)
        if chance is None:
            return None
        missed += 1 - chance
    return max(0.0, 1 - missed) if families else None


def _pair(
    first: str, one: Contestant, second: str, other: Contestant, protocol: Protocol, stopped: Collection[str]
) -> Pair:
    found = difference(one.influence, other.influence, protocol)
    verdict = decided(found)
    open_sides = tuple(side for side in (first, second) if side in stopped)
    winner = {"first": first, "second": second}.get(verdict)
    if any(side != winner for side in open_sides):
        verdict = "undecided"
    figures = (found.estimate.mean, found.ci95, found.p_first, found.p_equal, found.p_second)
    return Pair(first, second, *figures, verdict, open_sides)
