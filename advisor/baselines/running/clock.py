"""How much time is left, and how far the work has come."""

from time import monotonic
from typing import NamedTuple


class News(NamedTuple):
    """What a fit that has ended brings: a sentence, and the best model so far with its score, both empty if none."""

    text: str = ""
    best: str = ""


NO_NEWS = News()


class Progress(NamedTuple):
    """How far the work has come; `left_s` is the time until everything must be done, None without a clock.

    `fitting` names the models that are being fitted; `news` is of what has just been finished.
    """

    stage: str
    done: int
    total: int
    left_s: float | None
    fitting: tuple[str, ...] = ()
    news: News = NO_NEWS


class Clock(NamedTuple):
    """When the work has to be done: a reading of the monotonic clock, infinite for a replay."""

    deadline: float

    def left(self) -> float:
        """Return the seconds until the deadline, at least 0."""
        return max(0.0, self.deadline - monotonic())

    def earlier(self, share: float) -> "Clock":
        """Return a clock that leaves a share of the time from now on for what comes later."""
        return self if self.endless else Clock(self.deadline - share * self.left())

    @property
    def endless(self) -> bool:
        """Whether there is no deadline."""
        return self.deadline == float("inf")

    def progress(
        self, stage: str, done: int = 0, total: int = 0, fitting: tuple[str, ...] = (), news: News = NO_NEWS
    ) -> Progress:
        """Return how far the work has come now."""
        return Progress(stage, done, total, None if self.endless else self.left(), fitting, news)
