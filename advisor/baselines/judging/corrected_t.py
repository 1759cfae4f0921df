"""The corrected resampled t-test, for scores of folds where the rows behind them are not at hand."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit


class Posterior(NamedTuple):
    """What is known of a mean difference; all but the mean are None where nothing is.

    `p_better`, `p_equal` and `p_worse` are the probabilities that it is above the ROPE, within it, below it.
    """

    mean: float
    ci95: tuple[float, float] | None
    p_better: float | None
    p_equal: float | None
    p_worse: float | None


def corrected_t(differences: np.ndarray, test_train_ratio: float, rope: float, resolution: float = 0.0) -> Posterior:
    """Return what the scores of overlapping folds say about a mean difference.

    The corrected resampled t-test (Nadeau & Bengio, "Inference for the Generalization Error", Machine Learning 2003)
    read as a posterior with a flat prior (Corani & Benavoli, "A Bayesian approach for comparing cross-validated
    algorithms on multiple data sets", Machine Learning 2015): Student's t with m - 1 degrees of freedom around the
    mean, of variance s² (1/m + test rows / training rows).

    Parameters
    ----------
    differences : numpy.ndarray of shape (m,)
        One difference for each fold of all repeats.
    test_train_ratio : float
        Test rows over training rows of a fold: 1 / (k - 1) for k folds.
    rope : float
        Half the width of the region of practical equivalence, at least 0.
    resolution : float
        Standard error to assume where all differences are the same, see `advisor.baselines.judging.metrics.resolution`.

    Returns
    -------
    Posterior
        Without interval and probabilities where one fold, or two that agree, leave the variance unknown.

    Examples
    --------
    >>> known = corrected_t(np.array([0.01, 0.02, 0.03, 0.02, 0.01]), 0.25, 0.005)
    >>> f"{known.mean:.3f}, 95% CI {known.ci95[0]:.4f} to {known.ci95[1]:.4f}"
    '0.018, 95% CI 0.0024 to 0.0336'
    """
    differences = np.asarray(differences, dtype=np.float64)
    m = len(differences)
    if m == 0:
        return Posterior(math.nan, None, None, None, None)
    mean = float(differences.mean())
    same = bool((differences == differences[0]).all())
    if m == 1 or (m == 2 and same):
        return Posterior(mean, None, None, None, None)
    standard_error = float(differences.std(ddof=1)) * math.sqrt(1 / m + test_train_ratio)
    if same:
        standard_error = resolution
    if standard_error == 0:
        better, worse = float(mean > rope), float(mean < -rope)
        return Posterior(mean, (mean, mean), better, 1 - better - worse, worse)
    half = float(stdtrit(m - 1, 0.975)) * standard_error
    better = float(stdtr(m - 1, (mean - rope) / standard_error))
    worse = float(stdtr(m - 1, (-rope - mean) / standard_error))
    return Posterior(mean, (mean - half, mean + half), better, max(0.0, 1 - better - worse), worse)
