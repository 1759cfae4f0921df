"""Charts of values over another: lines with a forecast, probabilities along a field, points with numbers."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from advisor.render.baseline_wording import milliseconds
from advisor.render.html.axes import log_axis, value_axis
from advisor.render.html.bar_charts import Titled
from advisor.render.html.drawing import COLORS, SMALL, canvas, place, svg

_HEIGHT = 230.0


class Line(NamedTuple):
    """A line through values, null where there is none; `mark` is a marker of matplotlib."""

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
    """Return numbered points over a logarithmic x; the number of each stands where it hides no other."""
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
