"""The five approaches, their families and the nested logit over them."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from advisor.reports.recommendation import ANSWER_FAMILIES, APPROACHES, Approach

FAMILY: Mapping[str, str] = {
    "none": "none",
    "classical": "ml",
    "hybrid": "hybrid",
    "transfer": "dl",
    "deep": "dl",
}
APPROACH: Mapping[str, Approach] = {approach.id: approach for approach in Approach}
_IN_ORDER = tuple(Approach)
Vector = tuple[float, float, float, float, float]
ZERO: Vector = (0.0, 0.0, 0.0, 0.0, 0.0)

POINTS_PER_NAT = 10 / math.log(10)  # +10 points = ten times the odds
DISSIMILARITY = 0.5
_SHARED_NESTS = ((Approach.HYBRID, Approach.TRANSFER),)  # each other approach is a nest of its own


def as_vector(values: Iterable[float]) -> Vector:
    """Return five numbers, one for each approach in order, as a vector."""
    none, classical, hybrid, transfer, deep = values
    return none, classical, hybrid, transfer, deep


def probabilities(
    points: Sequence[float], excluded: Collection[Approach] = (), temperature: float = 1.0
) -> tuple[float, ...]:
    """Return the choice probability of each approach by a nested logit.

    Parameters
    ----------
    points : sequence of float
        One score per approach; 10 points are a factor of ten in the odds.
    excluded : collection of Approach
        Approaches that cannot be chosen.
    temperature : float, optional
        What the points are divided by: above 1 the probabilities are less sure than the points say.

    Returns
    -------
    tuple of float
        Sums to 1; zeros for excluded approaches, all zeros when none is left.

    Notes
    -----
    Nests {none}, {classical}, {hybrid, transfer}, {deep} with one dissimilarity of 0.5: hybrid and transfer
    resemble each other, so an exclusion within their nest mostly benefits the other (McFadden 1978).

    Examples
    --------
    >>> [round(p, 2) for p in probabilities((0, 10, 0, 0, 0), excluded=(Approach.NONE, Approach.DEEP))]
    [0.0, 0.88, 0.06, 0.06, 0.0]
    """
    left = [index for index in range(len(points)) if index not in excluded]
    if not left:
        return ZERO
    shift = max([points[index] for index in left])
    scale = POINTS_PER_NAT * temperature
    odds = [0.0] * len(points)
    for index in left:
        odds[index] = math.exp((points[index] - shift) / scale)
    for nest in _SHARED_NESTS:
        weights = [odds[index] ** (1 / DISSIMILARITY) for index in nest]
        inside = sum(weights)
        if inside > 0.0:
            for index, weight in zip(nest, weights, strict=True):
                odds[index] = weight * inside ** (DISSIMILARITY - 1)
    total = sum(odds)
    return tuple([value / total for value in odds])


def points_behind(chances: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Return the points that lead to these probabilities, all of them above zero, up to a constant.

    Examples
    --------
    >>> [round(points, 6) + 0.0 for points in points_behind(probabilities((0.0, 3.0, 0.0, 0.0, 0.0)))]
    [0.0, 3.0, 0.0, 0.0, 0.0]
    """
    odds = list(chances)
    for nest in _SHARED_NESTS:
        inside = sum(chances[index] for index in nest)
        for index in nest:
            odds[index] = inside * (chances[index] / inside) ** DISSIMILARITY
    scale = POINTS_PER_NAT * temperature
    return [scale * math.log(value / odds[0]) for value in odds]


def best(chances: Sequence[float]) -> Approach:
    """Return the most probable approach; the simplest wins a tie."""
    return _IN_ORDER[chances.index(max(chances))]


def family_scores(chances: Sequence[float]) -> dict[str, float]:
    """Return the probability of each family, the sum over its approaches."""
    scores = dict.fromkeys(ANSWER_FAMILIES, 0.0)
    for approach, chance in zip(APPROACHES, chances, strict=True):
        scores[FAMILY[approach]] += chance
    return scores


__all__ = [
    "APPROACH",
    "APPROACHES",
    "DISSIMILARITY",
    "FAMILY",
    "POINTS_PER_NAT",
    "ZERO",
    "Approach",
    "Vector",
    "as_vector",
    "best",
    "family_scores",
    "points_behind",
    "probabilities",
]
