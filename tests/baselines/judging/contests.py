"""Two sides that were tested on the same rows, with a lead that is known."""

from typing import Any

import numpy as np

from advisor.baselines.judging.comparison import Contestant, Judgement, compare
from advisor.baselines.judging.protocol import Protocol

FOLDS = 5


def protocol(rows: int = 1000, repeats: int = 1, **changes: Any) -> Protocol:
    """Return five folds that are dealt anew in each repeat."""
    rng = np.random.default_rng(7)
    folds = np.stack([rng.permutation(np.arange(rows) % FOLDS) for _ in range(repeats)])
    return Protocol(**{"metric": "accuracy", "rope": 0.01, "margin": 0.01, "folds": folds, **changes})


def rows_of(score: float, shape: tuple[int, int], seed: int, noise: float = 0.1) -> np.ndarray:
    """Return contributions of rows that are noisy in themselves and whose mean is the score."""
    own = noise * np.random.default_rng(seed).standard_normal(shape)
    return score + own - own.mean()


def sides(
    ml: float | None, dl: float | None, known: Protocol, *, noise: float = 0.1
) -> tuple[Contestant | None, Contestant | None]:
    shape = known.folds.shape
    first = (
        None
        if ml is None
        else Contestant("xgboost", "XGBoost", rows_of(ml, shape, 1, noise), "the best classical model")
    )
    second = None if dl is None else Contestant("tabm", "TabM", rows_of(dl, shape, 2, noise), "the best network")
    return first, second


def judged(
    ml: float | None,
    dl: float | None,
    *,
    constant: float = 0.5,
    rows: int = 1000,
    repeats: int = 1,
    noise: float = 0.1,
    published: Any = None,
    stopped: tuple[str, ...] = (),
    stand_ins: tuple[str, ...] = (),
    **changes: Any,
) -> Judgement:
    known = protocol(rows, repeats, **changes)
    return compare(
        *(one and one._replace(stands_in=one.title in stand_ins) for one in sides(ml, dl, known, noise=noise)),
        np.full(known.folds.shape, constant),
        known,
        published,
        stopped=stopped,
    )
