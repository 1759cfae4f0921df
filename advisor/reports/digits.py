"""How exactly scores are written: the same digits in a table and in the sentences about it."""

import math
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.reports.baseline import ModelRow

_MOST_DECIMALS = 6
_LEAST, _MOST = 1e-5, 1e6  # scores between them are shown in the metric's own unit


class Digits(NamedTuple):
    """How exactly scores are shown: `decimals` of an interval's ends, a score has one more; both in 10 ** `power`."""

    decimals: int
    power: int

    @classmethod
    def of(cls, measured: "Sequence[tuple[float | None, tuple[float, float] | None]]") -> "Digits":
        """Return digits that suit scores with their intervals: those that the interval leaves meaningful."""
        scores = [score for score, _ in measured if score is not None and math.isfinite(score)]
        intervals = [ci for _, ci in measured if ci is not None and math.isfinite(ci[1] - ci[0])]
        largest = max((abs(value) for values in (scores, *intervals) for value in values), default=0.0)
        power = 3 * (math.floor(math.log10(largest)) // 3) if largest and not _LEAST <= largest < _MOST else 0
        halves = [(high - low) / 2 for low, high in intervals if high > low]
        if not halves:  # four digits of the largest score
            return cls(2 - math.floor(math.log10(largest / 10**power)) if largest else 3, power)
        # By a third, so that 0.010 is still shown with three decimals: with two, half of it could be rounding.
        return cls(min(-math.floor(math.log10(median(halves) / 3 / 10**power)), _MOST_DECIMALS), power)

    def score(self, value: float | None) -> str:
        """Return a score, a dash where there is none."""
        return self._number(value, self.decimals + 1)

    def interval(self, ci: tuple[float, float] | None) -> str:
        """Return both ends of an interval, a dash where there is none."""
        if ci is None or not all(math.isfinite(end) for end in ci):
            return "-"
        return " to ".join(self._number(end, self.decimals) for end in ci)

    @property
    def unit(self) -> str:
        """The unit of what is shown where it is not the metric's own."""
        return f"in units of 1e{self.power}" if self.power else ""

    def _number(self, value: float | None, decimals: int) -> str:
        if value is None or not math.isfinite(value):
            return "-"
        text = f"{round(value / 10**self.power, decimals) + 0.0:,.{max(0, decimals)}f}"
        return text.removeprefix("-") if not text.strip("-0.,") else text


def digits_of(models: "Sequence[ModelRow]") -> Digits:
    """Return the digits for a table of models, whose intervals decide, those of the references aside."""
    rivals = [row for row in models if row.family != "reference" and row.score is not None] or models
    return Digits.of([(row.score, row.ci95) for row in rivals])
