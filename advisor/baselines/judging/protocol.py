"""What every comparison on the same folds depends on."""

from typing import NamedTuple


class Protocol(NamedTuple):
    """How scores on the same folds are compared.

    Attributes
    ----------
    metric : str
        The deciding measure.
    test_train_ratio : float
        Test rows over training rows of a fold: 1 / (k - 1) for k folds.
    rope : float
        The smallest difference that matters: half the width of the region of practical equivalence.
    resolution : float
        Standard error to assume where all differences are the same, see `advisor.baselines.judging.metrics.resolution`.
    last : bool
        Whether no interim analysis follows, because the plan or the time is at its end: an earlier one has to be surer.
    by_time : bool
        Whether the folds follow time, which makes intervals approximate.
    """

    metric: str
    test_train_ratio: float
    rope: float
    resolution: float = 0.0
    last: bool = True
    by_time: bool = False
