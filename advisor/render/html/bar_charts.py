"""Charts of one row for each thing, its name above: bars, arguments for and against, ranges, dots against a limit."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.render.html.axes import log_axis, number_axis, short
from advisor.render.html.drawing import COLORS, SMALL, WIDTH, canvas, place, svg
from advisor.render.layout.wording import clipped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PITCH = 38.0  # units from one row to the next
_BAR = 0.27  # share of a row that its bar takes
_MIDDLE = 0.7  # where in its row a bar lies
_LONGEST = 46  # characters of a name that fit


class Titled(NamedTuple):
    """What every chart is called in the page: `name` for its ids, title and description for those who do not see it."""

    name: str
    title: str
    description: str


class Bar(NamedTuple):
    """A row: its name, its value, the value as text and the name of its colour."""

    name: str
    value: float
    text: str
    color: str


class Span(NamedTuple):
    """A row from one value to another, with both as text."""

    name: str
    low: float
    high: float
    text: str


class Dot(NamedTuple):
    """A row with one value, or none, with its text; `mark` is a marker of matplotlib, `span` an interval around it."""

    name: str
    value: float | None
    text: str
    color: str
    mark: str = "o"
    span: tuple[float, float] | None = None
    strong: bool = False


def bars(rows: Sequence[Bar], titled: Titled) -> str:
    """Return shares of one as bars."""
    with canvas(len(rows) * _PITCH) as (figure, axes):
        place(axes, 2, 0, 50, 0)
        _rows(axes, [row.name for row in rows])
        axes.set_xlim(0, 1)
        for position, row in enumerate(rows):
            _bar(axes, position, 0, 1, "shade")
            _bar(axes, position, 0, max(row.value, 0.004), row.color)
            axes.text(1.02, position + _MIDDLE, row.text, va="center_baseline")
        return svg(figure, *titled)


def diverging(rows: Sequence[Bar], against: str, towards: str, titled: Titled) -> str:
    """Return points for one of two approaches to the right, for the other to the left."""
    least, most = min(0.0, *(row.value for row in rows)), max(0.0, *(row.value for row in rows))
    room = 0.16 * (most - least)
    with canvas(len(rows) * _PITCH + 26) as (figure, axes):
        place(axes, 2, 0, 2, 26)
        _rows(axes, [row.name for row in rows])
        axes.set_xlim(least - room, most + room)
        axes.axvline(0, color=COLORS["muted"], linewidth=1, ymax=1)
        for position, row in enumerate(rows):
            _bar(axes, position, min(0, row.value), max(0, row.value), row.color)
            ahead = row.value >= 0
            axes.annotate(
                row.text,
                (row.value, position + _MIDDLE),
                (5 if ahead else -5, 0),
                textcoords="offset points",
                ha="left" if ahead else "right",
                va="center_baseline",
                fontsize=SMALL,
            )
        top = figure.get_size_inches()[1] * 72 - 14
        _word(axes, 2, top, f"← {against}", "left")
        _word(axes, WIDTH - 2, top, f"{towards} →", "right")
        return svg(figure, *titled)


def ranges(rows: Sequence[Span], titled: Titled) -> str:
    """Return amounts from low to high on one logarithmic axis; what starts at zero comes in from the left."""
    ends = [value for row in rows for value in (row.low, row.high) if value > 0] or [1.0]
    with canvas(len(rows) * _PITCH + 26) as (figure, axes):
        place(axes, 14, 26, 14, 0)
        _rows(axes, [row.name for row in rows])
        left, _ = log_axis(axes, min(ends), max(ends), lambda usd: f"USD {short(usd)}")
        for position, row in enumerate(rows):
            _value(axes, position, row.text)
            low, high = max(row.low, left), max(row.high, left)
            y = position + _MIDDLE
            axes.plot([low, high], [y, y], color=COLORS["blue"], linewidth=6, solid_capstyle="butt")
            if row.low <= 0:
                axes.plot([left], [y], "<", color=COLORS["blue"], markersize=9, clip_on=False)
            elif high <= low * 1.05:
                axes.plot([low], [y], "D", color=COLORS["blue"], markersize=7, clip_on=False)
        return svg(figure, *titled)


def limit(rows: Sequence[Dot], at: float, words: str, tick: Callable[[float], str], titled: Titled) -> str:
    """Return estimates as dots on a logarithmic axis, with a line at the limit; a cross lies beyond it."""
    values = [row.value for row in rows if row.value is not None and row.value > 0]
    with canvas(len(rows) * _PITCH + 50) as (figure, axes):
        place(axes, 14, 26, 14, 24)
        _rows(axes, [row.name for row in rows])
        left, right = log_axis(axes, min([*values, at]), max([*values, at]), tick)
        axes.axvspan(at, right, color=COLORS["shade"], linewidth=0)
        axes.axvline(at, color=COLORS["ink"], linewidth=1.4, linestyle=(0, (4, 3)))
        beyond = math.log(at / left) > 0.5 * math.log(right / left)
        axes.annotate(
            words,
            (at, 0),
            (-6 if beyond else 6, 8),
            textcoords="offset points",
            ha="right" if beyond else "left",
            fontsize=SMALL,
        )
        for position, row in enumerate(rows):
            value = max(row.value or 0, left)
            _dot(axes, position, row, value)
            right_half = math.log(value / left) > 0.5 * math.log(right / left)
            axes.annotate(
                row.text,
                (value, position + _MIDDLE),
                (-9 if right_half else 9, 0),
                textcoords="offset points",
                ha="right" if right_half else "left",
                va="center_baseline",
                fontsize=SMALL,
                color=COLORS["muted"],
            )
        return svg(figure, *titled)


def intervals(rows: Sequence[Dot], title: str, titled: Titled) -> str:
    """Return scores with their intervals, over which the axis goes; a score off it is an arrow at its edge."""
    ends = [end for row in rows for end in row.span or ()]
    with canvas(len(rows) * _PITCH + 40) as (figure, axes):
        place(axes, 14, 40, 14, 0)
        _rows(axes, [row.name for row in rows], [row.strong for row in rows])
        left, right = number_axis(axes, min(ends), max(ends), title=title)
        for position, row in enumerate(rows):
            _value(axes, position, row.text)
            if row.value is None:
                continue
            y = position + _MIDDLE
            if not left <= row.value <= right:
                edge = left if row.value < left else right
                mark = "<" if row.value < left else ">"
                axes.plot([edge], [y], mark, color=COLORS[row.color], markersize=9, clip_on=False)
                continue
            if row.span:
                axes.plot(row.span, [y, y], color=COLORS[row.color], linewidth=2.2, solid_capstyle="butt")
            _dot(axes, position, row, row.value)
        return svg(figure, *titled)


def _rows(axes: "Axes", names: Sequence[str], strong: Sequence[bool] = ()) -> None:
    axes.set_ylim(len(names), 0)
    inner = axes.get_position().x0 * WIDTH
    for position, name in enumerate(names):
        axes.annotate(
            clipped(name, _LONGEST),
            (0, position + 0.3),
            (2 - inner, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center_baseline",
            fontweight="bold" if any(strong[position : position + 1]) else "normal",
        )


def _bar(axes: "Axes", position: int, low: float, high: float, color: str) -> None:
    axes.barh(position + _MIDDLE, high - low, _BAR, low, color=COLORS[color], linewidth=0)


def _dot(axes: "Axes", position: int, row: Dot, at: float) -> None:
    color = COLORS[row.color]
    axes.plot(
        [at], [position + _MIDDLE], row.mark, color=color, markersize=9, markeredgewidth=2.2, clip_on=False, zorder=3
    )


def _value(axes: "Axes", position: int, text: str) -> None:
    axes.annotate(
        text,
        (1, position + 0.3),
        (axes.get_position().x0 * WIDTH - 2, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
        va="center_baseline",
        fontsize=SMALL,
        color=COLORS["muted"],
    )


def _word(axes: "Axes", x: float, y: float, text: str, side: str) -> None:
    axes.annotate(text, (x, y), xycoords="figure points", ha=side, fontsize=SMALL, color=COLORS["muted"])
