"""Forecast how both families' scores grow with more rows, at most to four times the data at hand."""

from collections.abc import Mapping, Sequence

import numpy as np

from advisor.baselines.judging.corrected_t import corrected_t
from advisor.baselines.judging.metrics import METRICS, error
from advisor.reports.baseline import LearningCurve

FEWEST_ROWS = 100
FEWEST_SIZES = 3
HORIZONS = (2, 4)
LIKELY, POSSIBLE = 0.8, 0.3
# Mean relative error of the error forecast at both horizons, measured on five data sets with known continuations.
EXPECTED_ERROR = {2: 0.04, 4: 0.07}

_FAMILIES = ("classical models", "networks")
_DRAWS = 200
_EXPONENTS = np.linspace(0.1, 1.0, 91)


def anchors(n: int) -> tuple[int, ...]:
    """Return the numbers of training rows to measure at: n/16, n/8, ... n, none below 100; empty for fewer than three.

    >>> anchors(1600), anchors(500), anchors(300)
    ((100, 200, 400, 800, 1600), (125, 250, 500), ())
    """
    sizes = tuple(n // part for part in (16, 8, 4, 2, 1) if n // part >= FEWEST_ROWS)
    return sizes if len(sizes) >= FEWEST_SIZES else ()


def forecast(
    sizes: Sequence[int], ml: np.ndarray, dl: np.ndarray, metric: str, rope: float, seed: int
) -> LearningCurve:
    """Extrapolate both families' learning curves.

    A forecast is the mean of two: the slope of the last three sizes on log-log scales through the last point, and
    error = c + a n^-b with a, c >= 0 by weighted least squares. It is drawn 200 times from resampled folds. The answer
    today is the family ahead by more than `rope`, otherwise the simpler classical one; it flips where the other
    family is ahead by more than `rope`. The two curve families are among those compared by Viering & Loog, "The Shape
    of Learning Curves: A Review" (IEEE TPAMI 2023).

    Parameters
    ----------
    sizes : sequence of int
        Training rows, ascending; the last is all that there are.
    ml, dl : numpy.ndarray of shape (sizes, folds)
        Scores of each family's best on the same test folds; NaN where there is none. Folds with a gap are left out.
    metric : str
        The metric.
    rope : float
        The smallest difference that matters.
    seed : int
        Seed of the resampling.

    Returns
    -------
    LearningCurve
        Without forecast where sizes or folds are too few, or where an error clearly rises with more rows.
    """
    sizes = tuple(sizes)
    measured = LearningCurve(sizes, _means(ml), _means(dl), None, "")
    complete = np.isfinite(ml).all(axis=0) & np.isfinite(dl).all(axis=0)
    errors = error(metric, np.stack([ml[:, complete], dl[:, complete]]))
    refusal = _refusal(sizes, errors)
    if refusal:
        return measured._replace(note=refusal)
    point = _extrapolate(sizes, errors.mean(axis=2))
    rng = np.random.default_rng(seed)
    folds = errors.shape[2]
    drawn = rng.integers(folds, size=(_DRAWS, folds))
    draws = _extrapolate(sizes, errors[:, :, drawn].mean(axis=3).transpose(2, 0, 1))
    lead = errors[1, -1].mean() - errors[0, -1].mean()  # positive: classical is ahead
    leads = draws[:, 1] - draws[:, 0]
    flips = leads > rope if lead < -rope else leads < -rope
    table = {
        f"{horizon}x": {
            "rows": sizes[-1] * horizon,
            "ml": float(error(metric, point[0, column])),
            "dl": float(error(metric, point[1, column])),
            "p_flip": float(flips[:, column].mean()),
        }
        for column, horizon in enumerate(HORIZONS)
    }
    return measured._replace(forecast=table, note=_note(metric, table, float(flips.any(axis=1).mean()), lead < -rope))


def _means(scores: np.ndarray) -> tuple[float | None, ...]:
    known = np.isfinite(scores)
    return tuple(float(row[there].mean()) if there.any() else None for row, there in zip(scores, known, strict=True))


def _refusal(sizes: tuple[int, ...], errors: np.ndarray) -> str:
    """Return why there can be no forecast, or nothing."""
    folds = errors.shape[2]
    if len(sizes) < FEWEST_SIZES:
        return f"No forecast: it needs {FEWEST_SIZES} sizes of at least {FEWEST_ROWS} training rows."
    if folds < 2:
        return "No forecast: fewer than two folds have a score of both families at every size."
    for family, title in zip(errors, _FAMILIES, strict=True):
        for size, larger, rise in zip(sizes, sizes[1:], np.diff(family, axis=0), strict=False):
            interval = corrected_t(rise, 1 / (folds - 1), 0.0).ci95
            if interval is not None and interval[0] > 0:
                return (
                    f"No forecast: the curve of the {title} is not well-behaved, "
                    f"it gets worse from {size:,} to {larger:,} rows by more than chance explains."
                )
    return ""


def _extrapolate(sizes: tuple[int, ...], errors: np.ndarray) -> np.ndarray:
    """Return the errors forecast at `HORIZONS`, shape (..., horizons), from errors of shape (..., sizes)."""
    rows = np.array(sizes, dtype=np.float64) / sizes[-1]
    horizons = np.array(HORIZONS, dtype=np.float64)
    return np.asarray((_by_slope(rows, errors, horizons) + _by_power_law(rows, errors, horizons)) / 2)


def _by_slope(rows: np.ndarray, errors: np.ndarray, horizons: np.ndarray) -> np.ndarray:
    """Continue the slope of the last three points on log-log scales through the last one; more data never harm."""
    last = errors[..., -1:]
    x = np.log(rows[-3:]) - np.log(rows[-3:]).mean()
    y = np.log(np.maximum(errors[..., -3:], np.maximum(1e-6 * last, 1e-300)))
    slope = np.minimum((y * x).sum(axis=-1, keepdims=True) / (x * x).sum(), 0)
    return np.asarray(last * horizons**slope)


def _by_power_law(rows: np.ndarray, errors: np.ndarray, horizons: np.ndarray) -> np.ndarray:
    """Fit c + a n^-b with a, c >= 0 and b from a grid, weighing the residuals by sqrt(n).

    With two unknowns, non-negative least squares has a closed form: where one comes out negative, it is 0.
    """
    weights = rows / rows.sum()
    mean = (weights * errors).sum(axis=-1)
    best_misfit = np.full(mean.shape, np.inf)
    best = np.empty((*mean.shape, len(horizons)))
    for exponent in _EXPONENTS:
        x = rows**-exponent
        centred = x - (weights * x).sum()
        height = np.maximum((weights * centred * errors).sum(axis=-1) / (weights * centred**2).sum(), 0)
        floor = mean - height * (weights * x).sum()
        height = np.where(floor < 0, (weights * x * errors).sum(axis=-1) / (weights * x**2).sum(), height)
        floor = np.maximum(floor, 0)
        misfit = (weights * (errors - floor[..., None] - height[..., None] * x) ** 2).sum(axis=-1)
        nearer = misfit < best_misfit
        best_misfit = np.where(nearer, misfit, best_misfit)
        best[nearer] = (floor[..., None] + height[..., None] * horizons**-exponent)[nearer]
    return best


def _note(metric: str, table: Mapping[str, Mapping[str, float]], p_flip: float, networks_lead: bool) -> str:
    challenger = _FAMILIES[0 if networks_lead else 1]
    if p_flip > LIKELY:
        start = f"A flip is likely: with up to four times the data the {challenger} take the lead"
    elif p_flip >= POSSIBLE:
        start = f"A flip is possible: with up to four times the data the {challenger} may take the lead"
    else:
        start = "No flip is expected up to four times the data"
    far = table[f"{HORIZONS[-1]}x"]
    return (
        f"{start} (probability {p_flip:.0%}); the forecast for {far['rows']:,} rows is {METRICS[metric].title} "
        f"{far['ml']:.4g} for classical models and {far['dl']:.4g} for networks, give or take "
        f"{EXPECTED_ERROR[4]:.0%} of the distance to a perfect score ({EXPECTED_ERROR[2]:.0%} at twice the data)."
    )
