"""When a difference between a network and a classical model is large and certain enough for an answer."""

from collections.abc import Callable
from typing import NamedTuple


class Certainty(NamedTuple):
    """What a look at the data demands of the probabilities.

    A network that pays is better by more than the margin; the other conditions keep an interval that is much wider than
    the margin from deciding, in which one look in ten would.

    Attributes
    ----------
    winner : float
        Least probability that the winner is better at all, for "yes" and a winning family.
    overlooked : float
        Most probability that the network is better by two margins, for "no".
    equal : float
        Least probability of a difference within the margin, for "equal".
    """

    winner: float
    overlooked: float
    equal: float


PAYS = 0.90  # least probability of a difference above the margin for "yes", and for a winning family
PAYS_NOT = 0.10  # most probability of one for "no"
# While another look can follow, and in the last one: set on seeds 0 to 599 of tests/benchmarks/answers.py.
EARLY = Certainty(winner=0.99, overlooked=0.02, equal=0.975)
LAST = Certainty(winner=0.98, overlooked=0.035, equal=0.90)

# The probability that the true difference, network less classical model, exceeds a value.
Above = Callable[[float], float]


def answer(above: Above, margin: float, *, last: bool) -> str:
    """Return whether a network pays: yes, no or open.

    Parameters
    ----------
    above : callable
        The probability that the true difference, network less classical model, exceeds a value: what the data say,
        alone or with a prior.
    margin : float
        The smallest difference that matters.
    last : bool
        Whether no further look at more repeats can follow.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> [answer(norm(mean, 0.01).sf, 0.01, last=True) for mean in (0.03, 0.02, -0.01)]
    ['yes', 'open', 'no']
    """
    needed = LAST if last else EARLY
    pays = above(margin)
    if pays >= PAYS and above(0) >= needed.winner:
        return "yes"
    return "no" if pays <= PAYS_NOT and above(2 * margin) <= needed.overlooked else "open"


def winner(above: Above, margin: float, *, last: bool) -> str:
    """Return the family that is better, dl or ml, or equal or undecided; parameters as of `answer`.

    "dl" is said where, and only where, the answer is "yes".

    >>> from scipy.stats import norm
    >>> [winner(norm(mean, 0.01).sf, 0.01, last=True) for mean in (0.03, 0.02, -0.03)]
    ['dl', 'undecided', 'ml']
    >>> winner(norm(0.001, 0.004).sf, 0.01, last=True)
    'equal'
    """
    needed = LAST if last else EARLY
    if answer(above, margin, last=last) == "yes":
        return "dl"
    loses = 1 - above(-margin)
    if loses >= PAYS and 1 - above(0) >= needed.winner:
        return "ml"
    return "equal" if 1 - above(margin) - loses >= needed.equal else "undecided"
