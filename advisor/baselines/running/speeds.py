"""How long a fit will take, from the seconds that earlier fits of its model took."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import NamedTuple

from advisor.baselines.running.fitting import Job
from advisor.baselines.structure import ModelSpec

LEAST_SECONDS = 0.05  # of a fit: starting it
FAR_APART, LEAST_OF_EXPONENT = 2, 0.5
NEAR = 0.5  # a fit on at least this share of the rows tells their seconds well


class Timing(NamedTuple):
    """Seconds that one fit took on so many training rows."""

    rows: int
    seconds: float


class Speeds:
    """The fits that were timed, by model.

    Parameters
    ----------
    models : mapping of str to ModelSpec
        The models that were asked for.
    """

    def __init__(self, models: Mapping[str, ModelSpec]) -> None:
        self.models = models
        self._timings: dict[str, list[Timing]] = {}

    def __contains__(self, model: str) -> bool:
        return model in self._timings

    def note(self, model: str, rows: int, seconds: float) -> None:
        """Keep what a fit took."""
        self._timings.setdefault(model, []).append(Timing(rows, seconds))

    def known_near(self, model: str, rows: int) -> bool:
        """Return whether a model was timed on nearly as many rows."""
        return any(one.rows >= NEAR * rows for one in self._timings.get(model, ()))

    def seconds(self, model: str, rows: int) -> float | None:
        """Return the expected seconds of a fit on so many training rows, None where the model was not timed."""
        timings = self._timings.get(model)
        return seconds_at(self.models[model], timings, rows) if timings else None

    def of_job(self, job: Job) -> float | None:
        """Return the expected seconds of a job."""
        return self.seconds(job.model.id, len(job.train))

    def mean_seconds(self, model: str, sizes: Sequence[int]) -> float | None:
        """Return the expected seconds of a fit, the mean over several numbers of training rows."""
        known = [seconds for rows in sizes if (seconds := self.seconds(model, rows)) is not None]
        return fmean(known) if known else None

    def slowest(self, rows: int) -> float:
        """Return the expected seconds of the slowest model that was timed."""
        return max((self.seconds(model, rows) or 0.0 for model in self._timings), default=0.0)

    def slowest_first(self, models: Iterable[str], rows: int) -> list[str]:
        """Return models in the order in which they fill several slots best; the unknown ones come first."""
        return sorted(models, key=lambda model: -(self.seconds(model, rows) or math.inf))


def seconds_at(model: ModelSpec, timings: Sequence[Timing], rows: int) -> float:
    """Return the expected seconds of a fit on so many training rows.

    Parameters
    ----------
    model : ModelSpec
        With the exponent by which its time grows where only one number of rows was timed.
    timings : sequence of Timing
        At least one. With two that are far apart, how the time grew from one to the other tells more, down to half that
        exponent: a schedule of a fixed number of steps ends sooner on more rows than a few of them tell.
    rows : int
        Training rows.

    Examples
    --------
    >>> network = ModelSpec("mlp", "Network", "deep", "a.module:function")
    >>> seconds_at(network, [Timing(rows=1000, seconds=2.0)], 4000)
    8.0
    >>> seconds_at(network, [Timing(rows=1000, seconds=2.0), Timing(rows=4000, seconds=4.0)], 16_000)
    8.0
    """
    last = _middle(timings, max(one.rows for one in timings))
    exponent = model.cost_exponent
    fewer = [one.rows for one in timings if one.rows * FAR_APART <= last.rows]
    earlier = _middle(timings, max(fewer)) if fewer else None
    if earlier is not None:
        grown = math.log(last.seconds / earlier.seconds) / math.log(last.rows / earlier.rows)
        exponent = min(max(grown, LEAST_OF_EXPONENT * exponent), exponent)
    return max(LEAST_SECONDS, last.seconds * math.pow(rows / last.rows, exponent))


def _middle(timings: Sequence[Timing], rows: int) -> Timing:
    """Return the median of the fits on so many rows."""
    return Timing(rows, median(one.seconds for one in timings if one.rows == rows))
