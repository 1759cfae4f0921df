"""What the rows of overlapping test folds say of a mean difference: an interval by instance."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

# What training on another sample would change and neither the rows nor the folds show, as a share of the variance that
# rows explain: it falls with the number of independent rows, and rises with the inverse of the rows of the least class,
# where a score such as average precision is far from linear in its rows. Set on seeds 0 to 599 of
# tests/benchmarks/answers.py, and judged on others.
SHARED_TRAINING = 3.0
SHARED_TRAINING_EXPONENT = -1 / 3
FEW_OF_A_CLASS = 25.0
# How much of Nadeau & Bengio's correction is kept: all of it would charge networks for the luck of single fits, which
# averages out, as if all fits had it in common.
CORRECTION_KEPT = 0.25
# The variance between fits, as a share of the variance that the rows of one fold explain, while one fold is all.
UNSEEN_FITS = 0.5


class Estimate(NamedTuple):
    """A mean difference, and how well it is known: a Student's t; None where that cannot be said.

    Examples
    --------
    >>> Estimate(0.02, 0.005, 40.0).mean
    0.02
    """

    mean: float
    standard_error: float | None
    degrees_of_freedom: float | None


def paired_estimate(
    differences: np.ndarray,
    folds: np.ndarray,
    units: np.ndarray | None,
    test_train_ratio: float,
    resolution: float = 0.0,
) -> Estimate:
    """Return the mean difference of two models over the rows that both predicted out of sample.

    The variance has three parts. The first is that of the rows, averaged over the repeats. The second is that of the
    fits: by how much the variance between folds exceeds what rows and chance explain, over the number of fits, with a
    share of the correction of Nadeau & Bengio ("Inference for the Generalization Error", Machine Learning 2003). The
    third is an allowance for what all fits share, since they are trained on overlapping rows; it cannot be seen in one
    data set and was set by simulation. The degrees of freedom are Satterthwaite's, those of the rows from the fourth
    moment, so that a difference that rests on few rows has few.

    Parameters
    ----------
    differences : numpy.ndarray of shape (repeats, rows)
        Influence of each tested row on the first model's score less that on the second's, see
        `advisor.baselines.judging.influence.influences`; NaN where a row was not tested, or the score is undefined.
    folds : numpy.ndarray of shape (repeats, rows)
        The fold that tested the row, -1 for none.
    units : numpy.ndarray of shape (rows,), optional
        Rows with the same number, such as those of a group or duplicates, are not independent. None: all are.
    test_train_ratio : float
        Test rows over training rows of a fold.
    resolution : float
        How much one row can move the score, see `advisor.baselines.judging.metrics.resolution`: the standard error
        where all differences are the same.

    Returns
    -------
    Estimate
        Without standard error where less than two independent rows, or a single unit a fold, were tested.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> folds = np.arange(500)[None] % 5
    >>> found = paired_estimate(rng.normal(0.1, 1.0, (1, 500)), folds, None, 0.25)
    >>> f"{found.mean:.2f} ± {found.standard_error:.3f}"
    '0.07 ± 0.068'
    """
    cells = _Cells.of(differences, folds, units)
    if cells is None:
        return Estimate(math.nan, None, None)
    of_units = np.bincount(cells.unit, cells.deviations / (cells.number * cells.rows[cells.cell]))
    independent = int((np.bincount(cells.unit) > 0).sum())
    spare = independent - cells.number / cells.repeats
    if spare < 1:
        return Estimate(cells.mean, None, None)
    by_rows = float(np.sum(of_units**2)) * independent / spare
    if by_rows == 0:
        return Estimate(cells.mean, resolution, max(1.0, cells.number - 1))
    explained = cells.variance_by_rows()
    between, freedom = cells.variance_between()
    # chance alone takes it one standard error beyond what the rows explain
    expected = explained * (1 + math.sqrt(2 / freedom)) if freedom else 0.0
    unexplained = max(0.0, between - expected) if freedom else UNSEEN_FITS * explained
    allowance = SHARED_TRAINING * independent**SHARED_TRAINING_EXPONENT + FEW_OF_A_CLASS * resolution
    first = by_rows * (1 + allowance)
    second = unexplained * (1 / cells.number + CORRECTION_KEPT * test_train_ratio)
    fourth = float(np.sum(of_units**4)) / float(np.sum(of_units**2)) ** 2 - 1 / independent
    of_rows = min(2 / fourth, spare) if fourth > 0 else spare
    variance = first + second
    degrees = variance**2 / (first**2 / max(of_rows, 1.0) + second**2 / max(freedom, 1))
    return Estimate(cells.mean, math.sqrt(variance), degrees)


def origins_estimate(differences: np.ndarray, folds: np.ndarray, units: np.ndarray | None) -> Estimate:
    """Return the mean difference of two models over forecasts at origins that do not overlap.

    A Student's t over the origins: their forecasts share neither targets nor, mostly, errors, and each has the mean of
    its series. Type I errors of overlapping forecasts would be many times too frequent.

    Parameters
    ----------
    differences, folds, units
        As of `paired_estimate`; the units are the origins.

    Returns
    -------
    Estimate
        Without standard error where less than two origins were tested.

    Examples
    --------
    >>> found = origins_estimate(np.array([[1.0, 2.0, 3.0, 2.0]]), np.array([[0, 0, 1, 1]]), None)
    >>> f"{found.mean:.2f} ± {found.standard_error:.3f}, {found.degrees_of_freedom:.0f} degrees of freedom"
    '2.00 ± 0.408, 3 degrees of freedom'
    """
    cells = _Cells.of(differences, folds, units)
    if cells is None:
        return Estimate(math.nan, None, None)
    around_mean = cells.deviations + cells.means[cells.cell] - cells.mean
    of_units = np.bincount(cells.unit, around_mean / (cells.number * cells.rows[cells.cell]))
    origins = int((np.bincount(cells.unit) > 0).sum())
    if origins < 2:
        return Estimate(cells.mean, None, None)
    variance = float(np.sum(of_units**2)) * origins / (origins - 1)
    return Estimate(cells.mean, math.sqrt(variance), float(origins - 1))


class _Cells(NamedTuple):
    """The differences of all tested rows, by fold of a repeat.

    Attributes
    ----------
    deviations, cell, unit : numpy.ndarray of shape (tested,)
        Difference less the mean of its fold, the number of the fold, the number of the independent unit.
    means, rows, repeat : numpy.ndarray of shape (folds,)
        Of each fold: mean difference, rows, repeat.
    """

    deviations: np.ndarray
    cell: np.ndarray
    unit: np.ndarray
    means: np.ndarray
    rows: np.ndarray
    repeat: np.ndarray

    @classmethod
    def of(cls, differences: np.ndarray, folds: np.ndarray, units: np.ndarray | None) -> "_Cells | None":
        differences, folds = np.asarray(differences, dtype=np.float64), np.asarray(folds)
        repeat, row = np.nonzero((folds >= 0) & np.isfinite(differences))
        if len(row) == 0:
            return None
        values = differences[repeat, row]
        wide = int(folds.max()) + 1
        code = repeat * wide + folds[repeat, row]
        codes = np.flatnonzero(np.bincount(code))
        cell = np.searchsorted(codes, code)
        rows = np.bincount(cell)
        # a mean of equal differences is one of them, without rounding
        first = np.empty(len(codes))
        first[cell[::-1]] = values[::-1]
        means = first + np.bincount(cell, values - first[cell]) / rows
        unit = row if units is None else np.unique(units, return_inverse=True)[1][row]
        return cls(values - means[cell], cell, unit, means, rows, codes // wide)

    @property
    def mean(self) -> float:
        return float(self.means.mean())

    @property
    def number(self) -> int:
        return len(self.means)

    @property
    def repeats(self) -> int:
        return len(np.unique(self.repeat))

    def variance_by_rows(self) -> float:
        """Return the variance of one fold's mean that its rows explain, averaged over the folds."""
        shape = (self.number, int(self.unit.max()) + 1)
        of_unit = self.cell * shape[1] + self.unit
        size = shape[0] * shape[1]
        sums = np.bincount(of_unit, self.deviations, size).reshape(shape)
        units = (np.bincount(of_unit, minlength=size).reshape(shape) > 0).sum(axis=1)
        squares = np.sum(sums**2, axis=1) / self.rows**2
        known = units > 1
        return float(np.mean(squares[known] * units[known] / (units[known] - 1))) if known.any() else 0.0

    def variance_between(self) -> tuple[float, int]:
        """Return the variance of the folds' means around that of their repeat, and its degrees of freedom."""
        folds = np.bincount(self.repeat)
        of_repeat = np.bincount(self.repeat, self.means) / np.maximum(folds, 1)
        freedom = int(np.maximum(folds - 1, 0).sum())
        squares = float(np.sum((self.means - of_repeat[self.repeat]) ** 2))
        return (squares / freedom, freedom) if freedom else (0.0, 0)


def probability_above(estimate: Estimate, value: float) -> float | None:
    """Return how likely the true difference is to exceed a value; None where nothing is known of its error.

    >>> probability_above(Estimate(0.02, 0.01, 1e6), 0.02)
    0.5
    """
    if estimate.standard_error is None or estimate.degrees_of_freedom is None or math.isnan(estimate.mean):
        return None
    if estimate.standard_error == 0:
        return float(estimate.mean > value)
    return float(stdtr(estimate.degrees_of_freedom, (estimate.mean - value) / estimate.standard_error))


def probabilities(estimate: Estimate, margin: float) -> tuple[float | None, float | None, float | None]:
    """Return how likely the first is better by more than the margin, neither is, the second is; None where unknown.

    >>> [round(p, 3) for p in probabilities(Estimate(0.02, 0.01, 1e6), 0.01)]
    [0.841, 0.157, 0.001]
    """
    better = probability_above(estimate, margin)
    worse = probability_above(estimate._replace(mean=-estimate.mean), margin)
    if better is None or worse is None:
        return None, None, None
    return better, max(0.0, 1 - better - worse), worse


def interval(estimate: Estimate, level: float = 0.95) -> tuple[float, float] | None:
    """Return the interval around the mean that holds the true difference with that probability; None where unknown.

    >>> [round(limit, 4) for limit in interval(Estimate(0.02, 0.01, 1e6))]
    [0.0004, 0.0396]
    """
    if estimate.standard_error is None or estimate.degrees_of_freedom is None:
        return None
    half = float(stdtrit(estimate.degrees_of_freedom, (1 + level) / 2)) * estimate.standard_error
    return estimate.mean - half, estimate.mean + half
