"""Penalised logistic regression: coefficients that stay where they were unless the data speak."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_MOST_STEPS = 100
_ENOUGH = 1e-12  # the largest step, in coefficients, at which the fit has arrived


class NormalPrior(NamedTuple):
    """What is believed of each coefficient before the data: independent normal distributions."""

    mean: Numbers
    sd: Numbers


def fit_logistic(
    design: Numbers, wins: Numbers, weights: Numbers, prior: NormalPrior, offset: Numbers | None = None
) -> Numbers:
    """Return the coefficients of highest posterior probability.

    Parameters
    ----------
    design : array of shape (n, k)
        One row for each vote, one column for each coefficient.
    wins : array of shape (n,)
        1 for a win, 0 for a loss, 0.5 for a tie: half a vote for either side.
    weights : array of shape (n,)
        How many votes a row stands for, at least 0.
    prior : NormalPrior
        Of `k` coefficients; a coefficient whose column is zero in every row keeps its mean exactly.
    offset : array of shape (n,), optional
        Log-odds that are not fitted.

    Returns
    -------
    array of shape (k,)

    Notes
    -----
    Newton's method on the log-likelihood less the penalty, halving a step that does not help; the target is
    strictly concave, so that there is one maximum and the answer does not depend on a start or a seed.
    """
    fixed = np.zeros(len(wins)) if offset is None else offset
    precision = 1 / prior.sd**2
    moving = np.any(design != 0, axis=0)
    columns = design[:, moving]
    step_mean, step_precision = prior.mean[moving].astype(float), precision[moving]
    values = step_mean.copy()

    def target(candidate: Numbers) -> float:
        logits = fixed + columns @ candidate
        likelihood = weights @ (wins * logits - np.logaddexp(0, logits))
        return float(likelihood - 0.5 * step_precision @ (candidate - step_mean) ** 2)

    reached = target(values)
    for _ in range(_MOST_STEPS):
        chances = sigmoid(fixed + columns @ values)
        slope = columns.T @ (weights * (wins - chances)) - step_precision * (values - step_mean)
        spread = weights * chances * (1 - chances)
        curvature = (columns.T * spread) @ columns + np.diag(step_precision)
        step = np.linalg.solve(curvature, slope)
        while (after := target(values + step)) < reached and np.abs(step).max() > _ENOUGH:
            step = step / 2
        if np.abs(step).max(initial=0.0) <= _ENOUGH:
            break
        values, reached = values + step, after
    result: Numbers = prior.mean.astype(float)
    result[moving] = values
    return result


def sigmoid(logits: Numbers) -> Numbers:
    """Return the probability of each log-odds, without overflow."""
    # tanh saturates where exp would overflow
    chances: Numbers = 0.5 * (1 + np.tanh(0.5 * logits))
    return chances
