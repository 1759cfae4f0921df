"""What would settle an open answer: how many more rows, if the difference stayed what it is."""

import math
from collections.abc import Callable

from advisor.baselines.judging.comparison import chances
from advisor.baselines.judging.instances import Estimate
from advisor.baselines.judging.protocol import Protocol
from advisor.baselines.judging.published import Published
from advisor.reports.baseline import LIKELY, UNLIKELY

MOST_TIMES = 20  # as many rows as there are: beyond, nobody would wait for them
_STEP = 1.1


def rows_that_settle(
    estimate: Estimate,
    rows: int,
    protocol: Protocol,
    published: Published | None,
    expected: Callable[[float], float] | None = None,
) -> int | None:
    """Return how many more rows are likely to settle the answer; None where twenty times as many would not.

    Parameters
    ----------
    estimate : Estimate
        Of the difference, positive where the classical model is better.
    rows : int
        Rows that it was measured on.
    protocol : Protocol
        With margin and ROPE.
    published : Published or None
        What is taken into account.
    expected : callable, optional
        The difference to expect at so many times the rows, from a learning curve; what was measured without it.

    Examples
    --------
    >>> import numpy as np
    >>> protocol = Protocol("roc_auc", 0.005, 0.005, np.zeros((1, 1), dtype=np.int64))
    >>> rows_that_settle(Estimate(0.001, 0.006, 900.0), 1000, protocol, None)
    780
    """
    if estimate.standard_error is None:
        return None
    times = _STEP
    while times <= MOST_TIMES:
        mean = estimate.mean if expected is None else expected(times)
        later = estimate._replace(mean=mean, standard_error=estimate.standard_error / math.sqrt(times))
        chance = chances(later, protocol, published)
        if chance is not None and not UNLIKELY < chance < LIKELY:
            return _rounded_up((times - 1) * rows)
        times *= _STEP
    return None


def _rounded_up(rows: float) -> int:
    """Return a number of rows with two significant digits.

    >>> _rounded_up(611), _rounded_up(41_300)
    (620, 42000)
    """
    unit = int(10 ** max(0, math.floor(math.log10(max(rows, 1))) - 1))
    return math.ceil(rows / unit) * unit
