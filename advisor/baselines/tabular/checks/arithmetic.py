"""Find columns from which the target follows by arithmetic: a sum, a product, a factor for each category."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from advisor.baselines.tabular.checks.predictive_power import standardised
from advisor.baselines.tabular.column_names import named

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_EXACT = 1e-4  # of the variance may be left, by rounding
_EXACT_MEDIAN = 0.01  # of the median distance from the median, so that a few huge values do not decide
_FACTORS_LEAVE = 0.005  # of the variance of the logarithms
_FEWEST_ROWS = 50
_MOST_TERMS = 4
_MOST_LEVELS = 200


class Formula(NamedTuple):
    """Columns from which the target follows.

    `plain` says whether a person could have computed the target so; otherwise it is a sum of many terms with
    different weights, as simulated data have.
    """

    columns: tuple[str, ...]
    plain: bool
    message: str


def find_formulas(frame: pd.DataFrame, kinds: Mapping[str, str], values: "Floats", target: str) -> tuple[Formula, ...]:
    """Return the columns from which the target follows as a sum, a product, or by a factor for each category.

    Parameters
    ----------
    frame : pandas.DataFrame
        The columns.
    kinds : mapping of str to str
        The kind of each column.
    values : numpy.ndarray of shape (rows,)
        The target.
    target : str
        Its name.
    """
    numeric = [column for column in frame.columns if kinds[column] == "numeric"]
    found = [
        _sum(terms, weights, target) for terms, weights in _exact_sums(frame[numeric].to_numpy(float), values, numeric)
    ]
    if (values > 0).mean() < 0.95:
        return tuple(found)
    logs = _logarithms(values)
    used = {column for formula in found for column in formula.columns}
    positive = [column for column in numeric if column not in used and (frame[column] > 0).mean() >= 0.95]
    for terms, powers in _exact_sums(_logarithms(frame[positive].to_numpy(float)), logs, positive):
        if 1 < len(terms) <= _MOST_TERMS:
            used |= set(terms)
            found.append(_product(terms, powers, target))
    for column in positive:
        if column not in used:
            found += _factors(frame, kinds, column, logs, target)
    return tuple(found)


def _sum(terms: Sequence[str], weights: Sequence[float], target: str) -> Formula:
    parts = [
        f"{'-' if weight < 0 else '+'} {_times(abs(weight), name)}" for weight, name in zip(weights, terms, strict=True)
    ]
    first = parts[0].removeprefix("+ ").replace("- ", "-", 1)
    even = np.ptp(np.abs(weights)) < 1e-3 * np.abs(weights).max()
    formula = f"{named(target)} is {' '.join([first, *parts[1:]])}"
    message = f"{formula}, except for a constant and rounding: arithmetic, not prediction"
    return Formula(tuple(terms), bool(len(terms) <= _MOST_TERMS or even), message)


def _times(weight: float, name: str) -> str:
    return named(name) if abs(weight - 1) < 1e-3 else f"{weight:.4g} × {named(name)}"


def _product(terms: Sequence[str], powers: Sequence[float], target: str) -> Formula:
    factors = zip(powers, terms, strict=True)
    parts = [named(name) if abs(power - 1) < 1e-3 else f"{named(name)}^{power:.3g}" for power, name in factors]
    message = f"{named(target)} is proportional to {' × '.join(parts)}: arithmetic, not prediction"
    return Formula(tuple(terms), True, message)


def _logarithms(values: "Floats") -> "Floats":
    return np.log(np.where(values > 0, values, np.nan))


def _exact_sums(values: "Floats", target: "Floats", names: Sequence[str]) -> Iterator[tuple[list[str], list[float]]]:
    """Yield columns and weights of sums that give the target but for rounding, until there are no more."""
    left = list(range(values.shape[1]))
    for _ in range(3):
        if not left:
            return
        rows = np.isfinite(target) & np.isfinite(values[:, left]).all(axis=1)
        if rows.sum() < max(_FEWEST_ROWS, 4 * len(left)):
            return
        found = _exact_sum(values[rows][:, left], target[rows])
        if found is None:
            return
        terms, weights = found
        yield [names[left[term]] for term in terms], weights
        left = [column for place, column in enumerate(left) if place not in terms]


def _exact_sum(values: "Floats", target: "Floats") -> tuple[list[int], list[float]] | None:
    """Return the columns and weights of one exact sum, or None.

    Columns are found by orthogonal matching pursuit (Pati, Rezaiifar and Krishnaprasad 1993); fitted on half of the
    rows, the sum has to hold on the other half.
    """
    usable = np.flatnonzero(values.std(axis=0) > 0)
    if not len(usable) or target.std() == 0:
        return None
    scaled = np.column_stack([standardised(values[:, column]) for column in usable])
    wanted = standardised(target)
    error, rest = _left_over(scaled, wanted)
    typical = float(np.median(np.abs(wanted - np.median(wanted))))
    if error > _EXACT or np.median(np.abs(rest)) > _EXACT_MEDIAN * typical:
        return None
    chosen: list[int] = []
    rest = wanted
    error = 1.0
    while error > _EXACT and len(chosen) < len(usable):
        gain = np.abs(scaled.T @ rest)
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        error, rest = _left_over(scaled[:, chosen], wanted)
    for column in list(chosen):  # what came first may have stood in for what came later
        fewer = [other for other in chosen if other != column]
        if fewer and _left_over(scaled[:, fewer], wanted)[0] <= _EXACT:
            chosen = fewer
    terms = [int(usable[column]) for column in chosen]
    weights = np.linalg.lstsq(np.column_stack([values[:, terms], np.ones(len(target))]), target, rcond=None)[0]
    return terms, [float(weight) for weight in weights[:-1]]


def _left_over(scaled: "Floats", wanted: "Floats") -> "tuple[float, Floats]":
    """Return the variance that a sum fitted on every other row leaves in the rows between, and what is left of all."""
    weights = np.linalg.lstsq(scaled[::2], wanted[::2], rcond=None)[0]
    rest: Floats = wanted - scaled @ weights
    return float((rest[1::2] ** 2).mean()), rest


def _factors(
    frame: pd.DataFrame, kinds: Mapping[str, str], column: str, target_logs: "Floats", target: str
) -> Iterator[Formula]:
    """Yield the column if the target is the column times a factor for each category of another, as of a currency."""
    ratio = target_logs - _logarithms(frame[column].to_numpy(float))
    rows = np.isfinite(ratio)
    total = float(target_logs[rows].var()) if rows.sum() >= _FEWEST_ROWS else 0.0
    if total == 0 or float(ratio[rows].var()) / total <= _FACTORS_LEAVE:
        return
    for other in frame.columns:
        if other == column or kinds[other] != "categorical":
            continue
        left = _left_within(pd.factorize(frame[other][rows], use_na_sentinel=False)[0], ratio[rows]) / total
        if left <= _FACTORS_LEAVE:
            message = f"{named(target)} is {named(column)} times a factor for each {named(other)}"
            yield Formula((column,), True, f"{message}: that explains {1 - left:.1%} of it")
            return


def _left_within(codes: "npt.NDArray[np.int64]", values: "Floats") -> float:
    """Return the mean square that each level's mean over its other rows leaves; infinite where levels are too rare."""
    counts = np.bincount(codes)
    seen = counts[codes] > 1
    if not 2 <= len(counts) <= min(_MOST_LEVELS, len(codes) // 5) or seen.mean() < 0.9:
        return np.inf
    sums = np.bincount(codes, weights=values)
    others = (sums[codes] - values)[seen] / (counts[codes] - 1)[seen]
    return float(((values[seen] - others) ** 2).mean())
