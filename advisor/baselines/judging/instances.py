"""What the rows of a table say of a mean difference, whatever folds they were tested in."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

ALLOWANCE = 0.3


class Estimate(NamedTuple):
    """A mean with its standard error and the degrees of freedom of Student's t; None where nothing is known."""

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
    """Temporary."""
    known = np.isfinite(differences)
    if not known.any():
        return Estimate(math.nan, None, None)
    cells, sizes = [], []
    for repeat in range(len(differences)):
        for fold in np.unique(folds[repeat][known[repeat]]):
            rows = known[repeat] & (folds[repeat] == fold)
            cells.append(differences[repeat][rows].mean())
            sizes.append(rows.sum())
    tested = known.any(axis=0)
    row = np.nanmean(differences[:, tested], axis=0)
    row = row - row.mean()
    if units is not None:
        row = np.bincount(np.unique(units[tested], return_inverse=True)[1], weights=row)
    n = len(row)
    se = math.sqrt((row**2).sum() * n / max(n - 1, 1)) / tested.sum()
    se = max(se * (1 + ALLOWANCE), resolution if se == 0 else 0)
    return Estimate(float(np.mean(cells)), se, float(max(n - 1, 1)))


def probabilities(estimate: Estimate, margin: float) -> tuple[float | None, float | None, float | None]:
    """Temporary."""
    se, df = estimate.standard_error, estimate.degrees_of_freedom
    if se is None or df is None or math.isnan(estimate.mean):
        return None, None, None
    if se == 0:
        better, worse = float(estimate.mean > margin), float(estimate.mean < -margin)
    else:
        better = float(stdtr(df, (estimate.mean - margin) / se))
        worse = float(stdtr(df, (-margin - estimate.mean) / se))
    return better, max(0.0, 1 - better - worse), worse


def interval(estimate: Estimate, level: float = 0.95) -> tuple[float, float] | None:
    """Temporary."""
    if estimate.standard_error is None or estimate.degrees_of_freedom is None:
        return None
    half = float(stdtrit(estimate.degrees_of_freedom, (1 + level) / 2)) * estimate.standard_error
    return estimate.mean - half, estimate.mean + half
