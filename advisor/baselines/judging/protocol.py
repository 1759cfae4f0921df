"""What every comparison on the same folds depends on."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.structure import Dataset

LEAST_GROUPS = 6  # fewer say little of others, and their folds differ by chance more than any interval shows
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
    too_few : str
        Why the data are too few for an answer, see `too_few`; empty where they are not.
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
    too_few: str = ""
    by_origin: bool = False


def too_few(dataset: "Dataset") -> str:
    """Return why a difference on these data is an estimate and no answer, or an empty string.

    Independent groups count where there are any, since rows of one group are much alike.
    """
    import numpy as np

    groups = LEAST_GROUPS if dataset.groups is None else len(np.unique(dataset.groups))
    if groups < LEAST_GROUPS:
        return f"{groups} groups are too few for an answer, which takes {LEAST_GROUPS}"
    if dataset.tested is not None and dataset.times is not None:
        origins = len(np.unique(dataset.times[dataset.tested]))
        if origins < LEAST_ORIGINS:
            return f"{origins} origins that do not overlap are too few for an answer, which takes {LEAST_ORIGINS}"
    if len(dataset) < dataset.least_to_answer:
        return f"{len(dataset):,} examples are too few for an answer, which takes {dataset.least_to_answer:,}"
    return ""
