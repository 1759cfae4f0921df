"""How stable the answer is: the share of draws of group weights and unknown fields that keep it."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

from advisor.engine.approaches import Vector
from advisor.engine.scoring import weighted
from advisor.engine.sensitivity.explorer import Explorer
from advisor.engine.sensitivity.question import Values

DRAWS = 100
SEED = 20_261_122
GROUP_WEIGHT_SIGMA = 0.3
_CONTRADICTABLE = ("data.rows", "data.labelled", "data.classes", "data.minority_share")


def stability(explorer: Explorer) -> float:
    """Return the share of draws of group weights and unknown fields that keep the approach."""
    groups = explorer.variation.groups
    weights, shares = _random_numbers(len(groups), len(explorer.unknown))
    drawn = [explorer.question.derive(values) for values in _drawn(explorer, shares)]
    points = zip(*[_points_of(explorer, place, drawn) for place in range(len(groups))], strict=True)
    answers = map(explorer.variation.answer, drawn, map(weighted, points, weights))
    return sum(answer == explorer.answer for answer in answers) / DRAWS


def _drawn(explorer: Explorer, shares: Sequence[Sequence[float]]) -> Iterator[dict[str, Any]]:
    """Yield values for all fields: those that are known as they are, the others from their priors."""
    paths = [field.path for field, _ in explorer.unknown]
    columns = []
    for (_, options), column in zip(explorer.unknown, shares, strict=True):
        choices, cumulative = [value for value, _ in options], _cumulative(options)
        columns.append([choices[place] for place in map(bisect_left, repeat(cumulative), column)])
    doubtful = [path for path in paths if path in _CONTRADICTABLE]
    for row in zip(*columns, strict=True) if columns else repeat((), DRAWS):
        found = {path: value for path, value in zip(paths, row, strict=True) if value is not None}
        values = {**explorer.values, **found}
        for path in doubtful:
            values.pop(path, None)
        for path in doubtful:
            if path in found:
                values[path] = found[path]
                if not explorer.question.valid(values):
                    del values[path]
        yield values


def _points_of(explorer: Explorer, place: int, drawn: Sequence[Values]) -> list[Vector]:
    """Return a group's points for each draw."""
    group = explorer.variation.groups[place]
    names = [name for name in group.reads if name not in explorer.values]  # the profile's own values are given
    if not names:
        return [explorer.variation.points[place]] * DRAWS
    keys = list(zip(*[[facts.get(name) for facts in drawn] for name in names], strict=True))
    points = {key: group(facts) for key, facts in dict(zip(keys, drawn, strict=True)).items()}
    return [points[key] for key in keys]


@lru_cache(maxsize=32)
def _random_numbers(groups: int, fields: int) -> tuple[list[list[float]], list[tuple[float, ...]]]:
    """Return the weights of the groups for each draw, and for each unknown field a number from 0 to 1 for each draw."""
    import random

    generator = random.Random(SEED)  # noqa: S311 - a fixed seed is what makes the result repeatable
    weights, shares = [], []
    for _ in range(DRAWS):
        weights.append([math.exp(generator.gauss(0.0, GROUP_WEIGHT_SIGMA)) for _ in range(groups)])
        shares.append([generator.random() for _ in range(fields)])
    return weights, list(zip(*shares, strict=True))


def _cumulative(options: Sequence[tuple[Any, float]]) -> list[float]:
    sums, total = [], 0.0
    for _, weight in options:
        total += weight
        sums.append(total)
    sums[-1] = 1.0
    return sums
