"""What published results say of the difference between families, and what that makes of a measured one."""

import math
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.judging.metrics import CLASSIFICATION

if TYPE_CHECKING:
    import numpy as np


class Published(NamedTuple):
    """The distribution of the true difference, best network minus best classical model, in units of the ROPE.

    Attributes
    ----------
    structure : str
        The data structure, as in `data.structure` of a profile.
    approach : str
        The approach of the network: deep or transfer.
    location, scale, degrees_of_freedom : float
        Student's t; positive where the network is better.
    source : str
        What it was fitted on, for a reader.
    data_sets : int
        Distinct data sets behind it, near-duplicates counted as one.
    """

    structure: str
    approach: str
    location: float
    scale: float
    degrees_of_freedom: float
    source: str
    data_sets: int


class Probabilities(NamedTuple):
    """How likely the best network is better by more than the margin, neither is, the best classical model is."""

    network: float
    equal: float
    classical: float


def published_for(structure: str, approach: str, task: str | None = None) -> Published | None:
    """Return what is published on networks of one approach against classical models; None where nothing is.

    Parameters
    ----------
    structure : str
        The data structure, as in `data.structure` of a profile.
    approach : str
        The approach of the network: deep or transfer.
    task : str, optional
        binary, multiclass or regression; without it, any task counts.

    Examples
    --------
    >>> published_for("tabular", "deep").data_sets
    262
    >>> published_for("time-series", "deep", "regression") is published_for("image", "transfer") is None
    True
    """
    kind = "classification" if task in CLASSIFICATION else task
    for entry in _entries():
        if structure in entry["structures"] and approach == entry["network"] and kind in (None, *entry["tasks"]):
            return Published(
                structure=structure,
                approach=approach,
                location=entry["location"],
                scale=entry["scale"] * entry["widening"],
                degrees_of_freedom=entry["degrees_of_freedom"],
                source=entry["source"],
                data_sets=entry["n"]["distinct"],
            )
    return None


@cache
def _entries() -> list[dict[str, Any]]:
    from advisor.source.bundled import bundled_folder
    from advisor.source.yaml_reader import read_yaml

    path = bundled_folder("rules") / "catalogue" / "published.yaml"
    entries: list[dict[str, Any]] = read_yaml(path.read_bytes(), str(path)).data
    return entries


def posterior(
    published: Published | None,
    estimate: float,
    standard_error: float,
    degrees_of_freedom: float,
    margin: float = 1.0,
) -> Probabilities:
    """Return how likely each answer is, given a measured difference and what is published.

    Corani, Benavoli, Demšar, Mangili & Zaffalon, "Statistical comparison of classifiers through Bayesian hierarchical
    modelling" (Machine Learning 2017) infer the distribution of the true differences, a Student's t, together with the
    difference on each data set, which it shrinks. Here that distribution is known beforehand, from data sets that
    others have published, and one data set is measured: its difference is shrunk alike, by numerical integration
    instead of sampling. Where they have each fold's difference, here the sampling noise of the published ones is
    estimated from the number of rows tested. And their region of practical equivalence is one of accuracy, while
    here all is in units of each metric's own, so that one distribution serves all metrics.

    Parameters
    ----------
    published : Published or None
        The prior; None for a flat one, which leaves what the data alone say.
    estimate : float
        The measured difference, best network minus best classical model, in units of the ROPE; positive where the
        network is better.
    standard_error : float
        Of the estimate, in the same units: 0 where nothing is uncertain, infinite where nothing was measured.
    degrees_of_freedom : float
        Of the estimate's Student's t; infinite for a normal likelihood.
    margin : float
        The smallest difference that matters, in units of the ROPE.

    Returns
    -------
    Probabilities
        They sum to 1.

    Raises
    ------
    ValueError
        For an estimate that is not finite, a negative margin or standard error, no degrees of freedom, and where
        neither prior nor data say anything.

    Examples
    --------
    >>> tables = Published("tabular", "deep", -0.1, 1.2, 1.0, "", 262)
    >>> [round(p, 3) for p in posterior(tables, estimate=0.8, standard_error=0.5, degrees_of_freedom=20)]
    [0.223, 0.776, 0.001]
    >>> [round(p, 3) for p in posterior(None, estimate=0.8, standard_error=0.5, degrees_of_freedom=20)]
    [0.347, 0.652, 0.001]
    """
    _check(published, estimate, standard_error, degrees_of_freedom, margin)
    if standard_error == 0:
        return Probabilities(float(estimate > margin), float(abs(estimate) <= margin), float(estimate < -margin))
    if published is None:
        return _shares(_T(estimate, standard_error, degrees_of_freedom), margin)
    prior = _T(published.location, published.scale, published.degrees_of_freedom)
    if math.isinf(standard_error):
        return _shares(prior, margin)
    return _product_shares(prior, _T(estimate, standard_error, degrees_of_freedom), margin)


def _check(
    published: Published | None, estimate: float, standard_error: float, degrees_of_freedom: float, margin: float
) -> None:
    if not math.isfinite(estimate):
        raise ValueError(f"the estimate must be a finite number, not {estimate}")
    if not standard_error >= 0:
        raise ValueError(f"the standard error must be at least 0, not {standard_error}")
    if not degrees_of_freedom > 0:
        raise ValueError(f"the degrees of freedom must be above 0, not {degrees_of_freedom}")
    if not 0 <= margin < math.inf:
        raise ValueError(f"the margin must be finite and at least 0, not {margin}")
    if published is None and math.isinf(standard_error):
        raise ValueError("with an infinite standard error and no prior nothing is known")


class _T(NamedTuple):
    """A Student's t, or a normal where the degrees of freedom are infinite."""

    location: float
    scale: float
    degrees_of_freedom: float

    def log_kernel(self, at: "np.ndarray") -> "np.ndarray":
        """Return the logarithm of the density but for a constant."""
        import numpy as np

        with np.errstate(over="ignore"):  # infinitely far away is impossible, as it should be
            z = (at - self.location) / self.scale
            if math.isinf(self.degrees_of_freedom):
                return -(z**2) / 2
        return -(self.degrees_of_freedom + 1) * np.log(np.hypot(1, z / math.sqrt(self.degrees_of_freedom)))

    def below(self, value: float) -> float:
        """Return the probability of less than a value."""
        from scipy.special import ndtr, stdtr

        z = (value - self.location) / self.scale
        return float(ndtr(z) if math.isinf(self.degrees_of_freedom) else stdtr(self.degrees_of_freedom, z))

    def restoring(self, unit: float) -> tuple["np.ndarray", "np.ndarray"]:
        """Return two polynomials, of the lowest power first, whose quotient is minus the slope of the log kernel.

        In units that keep squares of very large and very small numbers within what a float can hold.
        """
        import numpy as np

        share = 0.0 if math.isinf(self.degrees_of_freedom) else 1 / (self.degrees_of_freedom + 1)
        away = np.array([-self.location / unit, 1.0])
        spread = (self.scale / unit) ** 2 * (1 - share)
        return away, np.polynomial.polynomial.polyadd([spread], share * np.convolve(away, away))


def _shares(distribution: _T, margin: float) -> Probabilities:
    classical = distribution.below(-margin)
    mirrored = distribution._replace(location=-distribution.location)
    network = mirrored.below(-margin)
    return Probabilities(network, max(0.0, 1 - network - classical), classical)


# Each piece of the line is integrated by Gauss-Legendre, and pieces double in width away from every mode, until they
# reach so many doublings beyond all that matters.
_NODES = 12
_DOUBLINGS = 44


def _product_shares(prior: _T, likelihood: _T, margin: float) -> Probabilities:
    """Return how the product of two distributions is shared out, by integration piece by piece."""
    import numpy as np

    smallest, centre = min((prior.scale, prior.location), (likelihood.scale, likelihood.location))
    # around the narrower one, so that it is not lost in rounding
    prior, likelihood = (one._replace(location=one.location - centre) for one in (prior, likelihood))
    largest = max(prior.scale, likelihood.scale, abs(prior.location), abs(likelihood.location))
    reach = min(math.log2(largest) + _DOUBLINGS, 1000)
    steps = np.concatenate([[0.0], np.exp2(np.arange(math.log2(smallest) - 2, reach))])
    limits = (-margin - centre, margin - centre)
    places = [mode + side * steps for mode in _modes(prior, likelihood, largest) for side in (-1, 1)]
    edges = np.unique(np.concatenate([limits, *places]))
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    at = middle[:, None] + half[:, None] * nodes
    log_density = prior.log_kernel(at) + likelihood.log_kernel(at)
    mass = half * (np.exp(log_density - log_density.max()) @ weights)
    classical, network = mass[middle < limits[0]].sum(), mass[middle > limits[1]].sum()
    equal = mass[(middle > limits[0]) & (middle < limits[1])].sum()
    total = classical + equal + network
    return Probabilities(float(network / total), float(equal / total), float(classical / total))


def _modes(prior: _T, likelihood: _T, unit: float) -> list[float]:
    """Return where the product of two distributions may change fastest.

    Two heavy-tailed ones far apart have a mode near each of their centres, two light-tailed ones a single one between:
    all are roots of one cubic.
    """
    import numpy as np

    (away, across), (other_away, other_across) = prior.restoring(unit), likelihood.restoring(unit)
    slope: np.ndarray = np.polynomial.polynomial.polyadd(
        np.convolve(away, other_across), np.convolve(other_away, across)
    )
    return [likelihood.location, prior.location, *(unit * np.polynomial.polynomial.polyroots(slope).real)]
