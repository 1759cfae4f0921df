"""Further comparisons on the folds of the main one: what a judgement on a hybrid or on no learning needs."""

from collections.abc import Collection, Mapping

import numpy as np

from advisor.baselines.judging.comparison import Scores, champions, corrected_t, decided
from advisor.baselines.judging.metrics import METRICS
from advisor.reports.baseline import Pair

SIMPLE = ("dummy", "one-feature")  # what needs no learning
_FAMILIES = ("ml", "dl")


def compared_pairs(
    scores: Scores,
    families: Mapping[str, str],
    users: Collection[str],
    metric: str,
    *,
    repeats: int,
    last: bool,
    test_train_ratio: float,
    rope: float,
    resolution: float,
    stopped: Collection[str],
) -> tuple[Pair, ...]:
    """Compare the hybrid and the user's models with both families, and both families with what needs no learning.

    Parameters
    ----------
    scores : mapping of str to numpy.ndarray of shape (repeats, folds)
        Scores of every model; NaN where a fit gave none.
    families : mapping of str to str
        The family of each model.
    users : collection of str
        The user's own models.
    metric : str
        The metric.
    repeats : int
        Repeats that the main comparison rests on.
    last : bool
        Whether that was judged as the last look: an early look needs more.
    test_train_ratio, rope, resolution : float
        See `advisor.baselines.judging.comparison.corrected_t`.
    stopped : collection of str
        Networks and hybrids that their time limit stopped while they were still improving: their side cannot lose.

    Returns
    -------
    tuple of Pair
        Without the pairs of which one side lacks a score in a fold that others have.
    """
    kept = {model: np.asarray(table[:repeats], dtype=np.float64) for model, table in scores.items()}
    if not kept or not repeats:
        return ()
    counted = np.isfinite(np.stack(list(kept.values()))).any(axis=0)
    whole = {model: table for model, table in kept.items() if np.isfinite(table[counted]).all()}
    members = {name: {model: whole[model] for model in whole if families[model] == name} for name in _FAMILIES}
    sides = {name: champions(group, metric).scores for name, group in members.items() if group}
    sides |= {model: whole[model] for model in whole if families[model] == "hybrid" or model in (*users, *SIMPLE)}
    challengers = [model for model in sides if families.get(model) == "hybrid" or model in users]
    wanted = [(model, family) for model in challengers for family in _FAMILIES]
    wanted += [(family, simple) for family in _FAMILIES for simple in SIMPLE]
    held = {side for model in stopped for side in (model, families[model])}
    sign = 1 if METRICS[metric].greater_is_better else -1
    found = []
    for first, second in wanted:
        if first not in sides or second not in sides:
            continue
        posterior = corrected_t(sign * (sides[first] - sides[second])[counted], test_train_ratio, rope, resolution)
        verdict = decided(posterior, repeats, last=last)
        open_sides = tuple(side for side in (first, second) if side in held)
        winner = {"first": first, "second": second}.get(verdict)
        if any(side != winner for side in open_sides):
            verdict = "undecided"
        found.append(Pair(first, second, *posterior, verdict, open_sides))
    return tuple(found)
