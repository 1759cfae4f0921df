"""When a difference between a network and a classical model is large and certain enough for an answer."""

from collections.abc import Callable
from typing import NamedTuple


class Certainty(NamedTuple):
    """What a look at the data demands of the probabilities.

    Whether a network is better by more than the margin decides, with what is published where that is used. The data
    alone guard it: an interval much wider than the margin would decide one look in ten by chance, and what is published
    would outvote a real difference.

    Attributes
    ----------
    winner : float
        Least probability, from the data alone, that the winner is better at all, for "yes" and a winning family.
    overlooked : float
        Most probability, from the data alone, that the network is better by two margins, for "no".
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


def answer(above: Above, margin: float, *, alone: Above | None = None, last: bool) -> str:
    """Return whether a network pays: yes, no or open.

    Parameters
    ----------
    above : callable
        The probability that the true difference, network less classical model, exceeds a value.
    margin : float
        The smallest difference that matters.
    alone : callable, optional
        The same from the data alone, where `above` takes into account what is published.
    last : bool
        Whether no further look at more repeats can follow.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> [answer(norm(mean, 0.01).sf, 0.01, last=True) for mean in (0.03, 0.02, -0.01)]
    ['yes', 'open', 'no']
    >>> prior_and_data, data = norm(0.002, 0.005).sf, norm(0.01, 0.01).sf
    >>> answer(prior_and_data, 0.01, last=True), answer(prior_and_data, 0.01, alone=data, last=True)
    ('no', 'open')
    """
    needed, alone = LAST if last else EARLY, alone or above
    pays = above(margin)
    if pays >= PAYS and alone(0) >= needed.winner:
        return "yes"
    return "no" if pays <= PAYS_NOT and alone(2 * margin) <= needed.overlooked else "open"


def winner(above: Above, margin: float, *, alone: Above | None = None, last: bool) -> str:
    """Return the family that is better, dl or ml, or equal or undecided; parameters as of `answer`.

    "dl" is said where, and only where, the answer is "yes"; "ml" and "equal" only where it is "no".

    >>> from scipy.stats import norm
    >>> [winner(norm(mean, 0.01).sf, 0.01, last=True) for mean in (0.03, 0.02, -0.03)]
    ['dl', 'undecided', 'ml']
    >>> winner(norm(0.001, 0.004).sf, 0.01, last=True)
    'equal'
    """
    needed, alone = LAST if last else EARLY, alone or above
    pays = answer(above, margin, alone=alone, last=last)
    if pays != "no":
        return "dl" if pays == "yes" else "undecided"
    loses = 1 - above(-margin)
    if loses >= PAYS and 1 - alone(0) >= needed.winner:
        return "ml"
    return "equal" if 1 - above(margin) - loses >= needed.equal else "undecided"
