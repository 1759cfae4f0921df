"""Further comparisons on the folds of the main one: what a judgement on a hybrid or on no learning needs."""

from collections.abc import Collection, Mapping

import numpy as np

from advisor.baselines.judging.comparison import Scores, champions, corrected_t, decided
from advisor.baselines.judging.metrics import METRICS
from advisor.baselines.judging.protocol import Protocol
from advisor.baselines.structure import ModelSpec
from advisor.reports.baseline import Pair

_FAMILIES = ("ml", "dl")


def compared_pairs(
    scores: Scores,
    models: Mapping[str, ModelSpec],
    protocol: Protocol,
    repeats: int,
    stopped: Collection[str],
) -> tuple[Pair, ...]:
    """Compare the hybrid and the user's models with both families, and both families with what needs no learning.

    Parameters
    ----------
    scores : mapping of str to numpy.ndarray of shape (repeats, folds)
        Scores of every model; NaN where a fit gave none.
    models : mapping of str to ModelSpec
        The row of each model.
    protocol : Protocol
        How they are compared.
    repeats : int
        Repeats that the main comparison rests on.
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
    members = {name: {model: whole[model] for model in whole if models[model].family == name} for name in _FAMILIES}
    sides = {name: champions(group, protocol.metric).scores for name, group in members.items() if group}
    challengers = [model for model in whole if models[model].family == "hybrid" or models[model].role == "user"]
    simple = [model.id for model in models.values() if model.role in ("constant", "simple")]  # what needs no learning
    sides |= {model: whole[model] for model in whole if model in (*challengers, *simple)}
    wanted = [(model, family) for model in challengers for family in _FAMILIES]
    wanted += [(family, model) for family in _FAMILIES for model in simple]
    held = {side for model in stopped for side in (model, models[model].family)}
    sign = 1 if METRICS[protocol.metric].greater_is_better else -1
    found = []
    for first, second in wanted:
        if first not in sides or second not in sides:
            continue
        differences = sign * (sides[first] - sides[second])[counted]
        posterior = corrected_t(differences, protocol.test_train_ratio, protocol.rope, protocol.resolution)
        verdict = decided(posterior, repeats, last=protocol.last)
        open_sides = tuple(side for side in (first, second) if side in held)
        winner = {"first": first, "second": second}.get(verdict)
        if any(side != winner for side in open_sides):
            verdict = "undecided"
        found.append(Pair(first, second, *posterior, verdict, open_sides))
    return tuple(found)
