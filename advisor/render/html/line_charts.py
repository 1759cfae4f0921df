"""Charts of values over another: lines with a forecast, probabilities along a field, points with numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from advisor.render.baseline.wording import milliseconds
from advisor.render.html.axes import log_axis, number_axis, short, value_axis
from advisor.render.html.drawing import COLORS, SMALL, WIDTH, Titled, canvas, place, svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import LineStyleType

_HEIGHT = 230.0


class Line(NamedTuple):
    """A line through values, null where there is none; `mark` is a marker of matplotlib or a key of `DASHES`."""

    name: str
    values: tuple[float | None, ...]
    color: str
    mark: str


class Point(NamedTuple):
    """A point with its number."""

    number: int
    x: float
    y: float
    color: str
    mark: str


def curve(x: Sequence[float], lines: Sequence[Line], measured: int, title: str, titled: Titled) -> str:
    """Return lines over a logarithmic x; those from place `measured` on are a forecast, dashed and shaded."""
    values = [value for line in lines for value in line.values if value is not None]
    with canvas(_HEIGHT) as (figure, axes):
        place(axes, 52, 44, 14, 12)
        _, right = log_axis(axes, x[0], x[-1], lambda rows: f"{rows:,.0f}", title)
        value_axis(axes, min(values), max(values))
        if 0 < measured < len(x):
            border = math.sqrt(x[measured - 1] * x[measured])
            axes.axvspan(border, right, color=COLORS["shade"], linewidth=0)
            axes.annotate(
                "forecast",
                (border, 1),
                (6, -12),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                fontsize=SMALL,
                color=COLORS["muted"],
            )
        for line in lines:
            shown = [(at, value) for at, value in zip(x, line.values, strict=True) if value is not None]
            for part, style in ((shown[:measured], "-"), (shown[max(0, measured - 1) :], (0, (4, 3)))):
                if part:
                    axes.plot(*zip(*part, strict=True), color=COLORS[line.color], linestyle=style, linewidth=2.2)
            for place_, (at, value) in enumerate(shown):
                filled = COLORS[line.color] if place_ < measured else COLORS["paper"]
                axes.plot([at], [value], line.mark, color=COLORS[line.color], markerfacecolor=filled, markersize=7)
        return svg(figure, *titled)


def points(rows: Sequence[Point], x_title: str, y_title: str, titled: Titled) -> str:
    """Return numbered points over a logarithmic x; the number of each is placed where it hides no other."""
    with canvas(_HEIGHT + 30) as (figure, axes):
        place(axes, 52, 44, 14, 22)
        log_axis(axes, min(row.x for row in rows), max(row.x for row in rows), milliseconds, x_title)
        value_axis(axes, min(row.y for row in rows), max(row.y for row in rows))
        axes.annotate(
            y_title,
            (0, 1),
            (-48, 9),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=SMALL,
            color=COLORS["muted"],
        )
        for row in rows:
            axes.plot([row.x], [row.y], row.mark, color=COLORS[row.color], markersize=9, clip_on=False)
        at = [tuple(axes.transData.transform((row.x, row.y))) for row in rows]
        taken: list[tuple[float, float]] = list(at)
        for row, (x, y) in zip(rows, at, strict=True):
            spots = [(x + dx, y + dy) for dx, dy in _SPOTS]
            spot = max(spots, key=lambda spot: min(math.dist(spot, other) for other in taken if other != (x, y)) // 6)
            taken.append(spot)
            axes.annotate(
                str(row.number),
                (row.x, row.y),
                (spot[0] - x, spot[1] - y),
                textcoords="offset points",
                ha="center",
                va="center",
                fontsize=SMALL,
            )
        return svg(figure, *titled)


_SPOTS = ((12, 0), (0, 12), (-12, 0), (0, -12), (11, 10), (-11, 10), (11, -10), (-11, -10))


class Mark(NamedTuple):
    """A vertical line at a value with words above it; a solid one is where the profile is."""

    at: float
    words: str
    solid: bool = False


# Dashes by name, in multiples of the width of the line.
DASHES: "Mapping[str, LineStyleType]" = {
    "solid": "-",
    "long": (0, (5, 1.5)),
    "short": (0, (2, 1.2)),
    "dots": (0, (1, 1.2)),
    "mixed": (0, (4, 1.2, 1, 1.2)),
}
_ROW = 15.0  # units between rows of words


def along(x: Sequence[float], lines: Sequence[Line], marks: Sequence[Mark], log: bool, titled: Titled) -> str:
    """Return probabilities along one field, with vertical lines at marks and the names of the lines below."""
    shares = [_share(mark.at, x, log) for mark in marks]
    rows = _rows([mark.words for mark in marks], shares)
    names = math.ceil(len(lines) / 2)
    with canvas(150 + _ROW * (max(rows, default=0) + 1) + 17 * names) as (figure, axes):
        place(axes, 34, 32 + 17 * names, 14, 4 + _ROW * (max(rows, default=0) + 1))
        if log:
            log_axis(axes, x[0], x[-1], short, tight=True)
        else:
            number_axis(axes, x[0], x[-1], tight=True)
        axes.set_ylim(-0.03, 1.03)
        axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        axes.grid(axis="y", color=COLORS["line"], linewidth=1)
        for mark, share, row in zip(marks, shares, rows, strict=True):
            _vertical(axes, mark, share, 4 + _ROW * row)
        for line in lines:
            known = [value if value is not None else math.nan for value in line.values]
            axes.plot(x, known, color=COLORS[line.color], linestyle=DASHES[line.mark], linewidth=2.4, label=line.name)
        axes.legend(
            loc="upper left",
            bbox_to_anchor=(0, -22 / 150),
            ncols=2,
            frameon=False,
            fontsize=SMALL,
            handlelength=3,
            borderaxespad=0,
            borderpad=0.4,
        )
        return svg(figure, *titled)


def _share(value: float, x: Sequence[float], log: bool) -> float:
    """Return how far along an axis a value lies."""
    scale = math.log if log else float
    return (scale(value) - scale(x[0])) / (scale(x[-1]) - scale(x[0]))


def _rows(words: Sequence[str], shares: Sequence[float]) -> list[int]:
    """Return the row above the axes of each text, so that none covers another."""
    taken: list[tuple[int, float, float]] = []
    for text, share in zip(words, shares, strict=True):
        wide = 6.5 * len(text) / WIDTH
        left = share - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[_side(share)]
        row = 0
        while any(at == row and left < right_ and left_ < left + wide for at, left_, right_ in taken):
            row += 1
        taken.append((row, left, left + wide))
    return [row for row, _, _ in taken]


def _vertical(axes: "Axes", mark: Mark, share: float, above: float) -> None:
    axes.axvline(mark.at, color=COLORS["ink"], linewidth=1.2, linestyle="-" if mark.solid else (0, (3, 2)))
    axes.annotate(
        mark.words,
        (mark.at, 1),
        (0, above),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha=_side(share),
        fontsize=SMALL,
    )


def _side(share: float) -> Literal["left", "center", "right"]:
    """Return how words are aligned so far along an axis that they stay on the figure."""
    return "left" if share < 0.3 else "right" if share > 0.7 else "center"
