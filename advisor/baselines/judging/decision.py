"""When a difference between a network and a classical model is large and certain enough for an answer."""

from collections.abc import Callable
from typing import NamedTuple

from advisor.reports.baseline import LIKELY, UNLIKELY


class Demands(NamedTuple):
    """What an analysis demands of the data alone, whatever is published.

    An interval much wider than the margin would decide one time in ten by chance, and what is published would outvote
    a real difference.

    Attributes
    ----------
    overlooked : float
        Most probability that the network is better by two margins, for "no".
    better : float
        Least probability that the winner is better at all, for "yes" and for a winning classical model.
    equal : float
        Least probability of a difference within the margin, for "equal".
    """

    overlooked: float
    better: float
    equal: float


# While another analysis can follow, and in the last one: set on seeds 0 to 599 of tests/benchmarks/answers.py.
EARLY = Demands(overlooked=0.02, better=0.99, equal=0.975)
LAST = Demands(overlooked=0.035, better=0.98, equal=0.90)
NOT_YET_NO, NOT_YET_YES = 0.11, 0.89  # where a probability stops that the data do not bear out

# The probability that the true difference, network less classical model, exceeds a value.
Above = Callable[[float], float]


def chance_to_pay(above: Above, margin: float, alone: Above | None = None, *, last: bool = True) -> float:
    """Return the probability that a network is better by more than the margin, as far as the data bear it out.

    Until the data alone meet the demands of an answer, it stops just short of that.

    Parameters
    ----------
    above : callable
        The probability that the true difference, network less classical model, exceeds a value.
    margin : float
        The smallest difference that matters.
    alone : callable, optional
        The same from the data alone, where `above` takes into account what is published.
    last : bool
        Whether no further analysis of more repeats can follow.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> [round(float(chance_to_pay(norm(mean, 0.02).sf, 0.01)), 3) for mean in (0.07, 0.04, 0.01, -0.02, -0.05)]
    [0.999, 0.89, 0.5, 0.067, 0.001]
    >>> prior_and_data, data = norm(0.002, 0.005).sf, norm(0.01, 0.01).sf
    >>> [round(float(chance_to_pay(prior_and_data, 0.01, one)), 3) for one in (None, data)]
    [0.055, 0.11]
    """
    alone, needed = alone or above, LAST if last else EARLY
    low = min(UNLIKELY / needed.overlooked * alone(2 * margin), NOT_YET_NO)
    high = max(1 - (1 - LIKELY) / (1 - needed.better) * (1 - alone(0)), NOT_YET_YES)
    return min(max(above(margin), low), high)


def answer(chance: float | None) -> str:
    """Return whether a network pays: yes, no or open.

    Examples
    --------
    >>> answer(0.92), answer(0.5), answer(0.03), answer(None)
    ('yes', 'open', 'no', 'open')
    """
    if chance is None:
        return "open"
    return "yes" if chance >= LIKELY else "no" if chance <= UNLIKELY else "open"


def winner(pays: str, alone: Above, margin: float, *, last: bool) -> str:
    """Return the family that is better by the data alone: dl or ml, or equal or undecided.

    "dl" is said where, and only where, the answer is "yes"; "ml" and "equal" only where it is "no".

    >>> from scipy.stats import norm
    >>> [winner("no", norm(mean, 0.01).sf, 0.01, last=True) for mean in (-0.03, -0.01)]
    ['ml', 'undecided']
    >>> winner("no", norm(0.001, 0.004).sf, 0.01, last=True), winner("yes", norm(0.03, 0.01).sf, 0.01, last=True)
    ('equal', 'dl')
    """
    needed = LAST if last else EARLY
    if pays != "no":
        return "dl" if pays == "yes" else "undecided"
    loses = 1 - alone(-margin)
    if loses >= LIKELY and 1 - alone(0) >= needed.better:
        return "ml"
    return "equal" if 1 - alone(margin) - loses >= needed.equal else "undecided"
