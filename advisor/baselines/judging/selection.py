"""Choose a model without the rows that will judge it."""

from collections.abc import Mapping

import numpy as np

from advisor.baselines.judging.instances import paired_estimate, probabilities
from advisor.baselines.judging.metrics import sign

CLEARLY = 0.95  # how probable it must be that a candidate is worse before more rows are not tried


def clearly_worse(
    influence: Mapping[str, np.ndarray], metric: str, units: np.ndarray | None, surely: float = CLEARLY
) -> set[str]:
    """Return the candidates that are worse than the best of them by more than chance explains.

    Parameters
    ----------
    influence : mapping of str to numpy.ndarray of shape (rows,)
        What each screening row contributes to the score of a candidate, which is the mean.
    metric : str
        The metric.
    units : numpy.ndarray of shape (rows,) or None
        Which rows belong together.
    surely : float
        Least probability of being worse.
    """
    if len(influence) < 2:
        return set()
    best = max(influence, key=lambda name: sign(metric) * float(influence[name].mean()))
    worse = set()
    for name, values in influence.items():
        lead = sign(metric) * (influence[best] - values)[None]
        estimate = paired_estimate(lead, np.zeros(lead.shape, dtype=np.int64), units, 0.0)
        chance = probabilities(estimate, 0.0)[0]
        if name != best and chance is not None and chance >= surely:
            worse.add(name)
    return worse


def fold_choices(scores: Mapping[str, np.ndarray], metric: str, usual: str) -> list[str]:
    """Return the best model for each fold by scores that the fold itself has no part in.

    Parameters
    ----------
    scores : mapping of str to numpy.ndarray of shape (folds, others)
        For each fold (row) the scores of a model elsewhere, simple models first: they win ties. NaN where there is
        none; only what all models have counts.
    metric : str
        The metric.
    usual : str
        The choice where nothing is known.

    Examples
    --------
    >>> known = {"linear": np.array([[np.nan, 0.9], [0.7, np.nan]]), "forest": np.array([[np.nan, 0.8], [0.8, np.nan]])}
    >>> fold_choices(known, "accuracy", "forest")
    ['linear', 'forest']
    """
    names = list(scores)
    table = sign(metric) * np.stack([scores[name] for name in names])
    known = np.isfinite(table).all(axis=0)
    sums = np.where(known[None], table, 0.0).sum(axis=2)
    return [names[int(sums[:, fold].argmax())] if known[fold].any() else usual for fold in range(table.shape[1])]
