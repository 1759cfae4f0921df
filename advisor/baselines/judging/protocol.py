"""What every comparison on the same folds depends on."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

LEAST_ORIGINS = 8  # of forecasts that do not overlap: fewer give an estimate and no answer
INTERIM_ANALYSES = (1, 2, 5)  # the data are analysed after so many repeats (a group-sequential design)


class Protocol(NamedTuple):
    """How scores on the same folds are compared.

    Attributes
    ----------
    metric : str
        The deciding measure.
    rope : float
        The smallest difference that matters: half the width of the region of practical equivalence.
    margin : float
        By how much a network has to be better to pay; the ROPE where no profile says otherwise.
    folds : numpy.ndarray of shape (repeats, rows)
        The fold that tests each row, -1 where none does.
    units : numpy.ndarray of shape (rows,) or None
        Which rows belong together.
    test_train_ratio : float
        Test rows over training rows of a fold: 1 / (k - 1) for k folds.
    resolution : float
        Standard error to assume where all differences are the same, see `advisor.baselines.judging.metrics.resolution`.
    last : bool
        Whether no interim analysis follows, because the plan or the time is at its end: an earlier one has to be surer.
    whole : bool
        Whether all folds are tested and all rows at hand were trained on: only then can nothing be found.
    by_time : bool
        Whether tests of rows follow time, which makes intervals approximate.
    by_origin : bool
        Whether each unit is an origin of forecasts, which do not overlap: then they are independent observations.
    """

    metric: str
    rope: float
    margin: float
    folds: "np.ndarray"
    units: "np.ndarray | None" = None
    test_train_ratio: float = 0.25
    resolution: float = 0.0
    last: bool = True
    whole: bool = True
    by_time: bool = False
    by_origin: bool = False
