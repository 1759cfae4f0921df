"""Axes with few, round marks."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from advisor.render.html.drawing import COLORS, SMALL
from advisor.render.layout.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_MARKS = 5
_EDGE = 0.035  # share of an axis at either end without marks, because their labels would be cut off


def log_axis(
    axes: "Axes", low: float, high: float, tick: Callable[[float], str], title: str = "", *, tight: bool = False
) -> tuple[float, float]:
    """Put a logarithmic x axis below axes and return its ends, some way beyond both values unless it is tight."""
    room = 0.0 if tight else max(0.08 * math.log(high / low), 0.3)
    left, right = low / math.exp(room), high * math.exp(room)
    axes.set_xscale("log")
    axes.set_xlim(left, right)
    edge = math.exp(_EDGE * math.log(right / left))
    marks = log_marks(left * edge, right / edge)
    _show_x(axes, marks, [tick(mark) for mark in marks], title)
    return left, right


def number_axis(axes: "Axes", low: float, high: float, title: str = "", *, tight: bool = False) -> tuple[float, float]:
    """Put an x axis below axes, its title beneath, and return its ends, beyond both values unless it is tight."""
    left, right = (low, high) if tight else _beyond(low, high)
    axes.set_xlim(left, right)
    edge = _EDGE * (right - left)
    marks = round_marks(left + edge, right - edge)
    _show_x(axes, marks, same_decimals(marks), title)
    return left, right


def value_axis(axes: "Axes", low: float, high: float) -> None:
    """Put a y axis to the left of axes that reaches a little beyond both values."""
    bottom, top = _beyond(low, high)
    axes.set_ylim(bottom, top)
    marks = round_marks(bottom, top)
    axes.set_yticks(marks, same_decimals(marks))
    axes.grid(axis="y", color=COLORS["line"], linewidth=1)


def _beyond(low: float, high: float) -> tuple[float, float]:
    size = max(abs(low), abs(high))
    room = 0.06 * (high - low) if high - low > 1e-9 * size else 0.05 * size or 1.0
    return low - room, high + room


def _show_x(axes: "Axes", marks: Sequence[float], labels: Sequence[str], title: str) -> None:
    axes.set_axis_on()
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.minorticks_off()
    axes.set_xticks(marks, labels)
    axes.set_yticks([])
    axes.tick_params(which="both", length=0, labelsize=SMALL, labelcolor=COLORS["muted"], pad=6)
    axes.grid(axis="x", color=COLORS["line"], linewidth=1)
    axes.set_axisbelow(True)
    axes.set_xlabel(title, fontsize=SMALL, color=COLORS["muted"], labelpad=5)


def log_marks(low: float, high: float) -> list[float]:
    """Return powers of ten between two values, with halves and fifths where there are few; two at least.

    Examples
    --------
    >>> log_marks(0.005, 200), log_marks(3, 30), log_marks(6, 12)
    ([0.01, 0.1, 1.0, 10.0, 100.0], [5.0, 10.0, 20.0], [6.0, 8.0, 10.0, 12.0])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for parts in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        marks = [part * 10.0**power for power in range(first, last + 1) for part in parts]
        marks = [mark for mark in marks if low <= mark <= high]
        if len(marks) < 2:
            return round_marks(low, high)
        if len(marks) <= _MOST_MARKS:
            return marks
    return marks[:: math.ceil(len(marks) / _MOST_MARKS)]


def round_marks(low: float, high: float) -> list[float]:
    """Return at most six round numbers between two values.

    Examples
    --------
    >>> round_marks(0.81, 0.86)
    [0.81, 0.82, 0.83, 0.84, 0.85, 0.86]
    """
    power = 10.0 ** math.floor(math.log10(high - low))
    step = next(power * part for part in (0.1, 0.2, 0.5, 1, 2, 5) if (high - low) / (power * part) <= _MOST_MARKS)
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return [round(place * step, 12) for place in places]


def same_decimals(marks: Sequence[float]) -> list[str]:
    """Return numbers with the decimals that all of them need.

    Examples
    --------
    >>> same_decimals([0.8, 0.85, 0.9]), same_decimals([5000.0, 10000.0])
    (['0.80', '0.85', '0.90'], ['5,000', '10,000'])
    """
    for decimals in range(10):
        if all(abs(round(mark, decimals) - mark) < 1e-9 * max(1.0, abs(mark)) for mark in marks):
            break
    return [f"{mark:,.{decimals}f}" for mark in marks]


def short(value: float) -> str:
    """Return a number of any size in a few characters.

    Examples
    --------
    >>> [short(value) for value in (0.05, 20, 5000, 1e6, 2e9)]
    ['0.05', '20', '5k', '1M', '2G']
    """
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{number(value / size)}{unit}"
    return number(value)
