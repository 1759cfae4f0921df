"""A line chart in characters: series over a logarithmic or linear axis, the forecast apart."""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise

from advisor.render.layout.blocks import Chart, Series

BOTH = "◉"  # where the marks of two series meet
_BORDER = "┊"  # between what was measured and the forecast, and where the chart asks for it
_HERE = "▲"
_NOTHING = 1e-9  # values below it are drawn as zero
_MOST_WIDE = 72
_MARGIN = 3  # columns left free on either side, for half a label
_BESIDE = 0.08  # how far a zero is from the rest of a logarithmic axis, as a share of it


def drawn(chart: Chart, width: int) -> list[str]:
    """Return the lines of a chart at most `width` wide, a legend below; none where there is nothing to draw."""
    values = [value for series in chart.series for value in series.values if value is not None]
    if not values or len(set(chart.x)) < 2:
        return []
    low, high = chart.y or (min(values), max(values))
    size = max(abs(low), abs(high))
    if high - low <= 1e-9 * size or size < _NOTHING:  # a flat line in the middle
        room = size / 10 if size >= _NOTHING else 1.0
        low, high = low - room, high + room
    ticks = {_row(tick, low, high, chart.rows): label for tick, label in _ticks(low, high).items()}
    left = max(map(len, ticks.values()))
    canvas = _Canvas(chart, low, high, max(12, min(width, _MOST_WIDE) - left - 2))
    canvas.border()
    for series in chart.series:
        canvas.trace(series)
    for series in chart.series:
        canvas.marks(series)
    lines = [
        f"{ticks.get(place, ''):>{left}} {'┤' if place in ticks else '│'}{''.join(row)}"
        for place, row in enumerate(canvas.cells)
    ]
    lines += [f"{'':>{left}} {line}" for line in canvas.axis()]
    return [line.rstrip() for line in lines + _legend(chart, canvas, width)]


class _Canvas:
    """Characters in rows and columns onto which a chart is put."""

    def __init__(self, chart: Chart, low: float, high: float, width: int) -> None:
        self.chart, self.low, self.high, self.width = chart, low, high, width
        self.cells = [[" "] * width for _ in range(chart.rows)]
        self.place = _places(chart)
        self.columns = [self.column(x) for x in chart.x]
        self.met = False

    def column(self, x: float) -> int:
        """Return the column in which an x lies."""
        return _MARGIN + round((self.width - 1 - 2 * _MARGIN) * self.place(x))

    def border(self) -> None:
        """Draw the line between what was measured and the forecast, and those that the chart asks for."""
        columns = [self.column(x) for x in self.chart.borders]
        if 0 < self.chart.measured < len(self.chart.x):
            columns.append(sum(self.columns[self.chart.measured - 1 : self.chart.measured + 1]) // 2)
        for column in columns:
            for row in self.cells:
                row[column] = _BORDER

    def trace(self, series: Series) -> None:
        """Draw dots between the values of a series, behind whatever is there."""
        points = [(x, y) for x, y in zip(self.columns, series.values, strict=True) if y is not None]
        for (x1, y1), (x2, y2) in pairwise(points):
            for column in range(x1 + 1, x2):
                row = _row(y1 + (y2 - y1) * (column - x1) / (x2 - x1), self.low, self.high, self.chart.rows)
                if self.cells[row][column] == " ":
                    self.cells[row][column] = series.trace

    def marks(self, series: Series) -> None:
        """Draw the values of a series in front of whatever is there."""
        others = {other.mark for other in self.chart.series} - {series.mark}
        for column, value in zip(self.columns, series.values, strict=True):
            if value is not None:
                row = self.cells[_row(value, self.low, self.high, self.chart.rows)]
                meets = row[column] in others
                self.met |= meets
                row[column] = BOTH if meets else series.mark

    def axis(self) -> list[str]:
        """Return the axis and its labels; a label that would touch the one before it is left out."""
        line, labels = ["─"] * self.width, ""
        for x in self.chart.ticks or self.chart.x:
            column = self.column(x)
            line[column] = "┴"
            label = f"{x:,}"
            start = min(max(0, column - len(label) // 2), self.width - len(label))
            if start >= 0 and (not labels or start > len(labels)):
                labels = f"{labels:<{start}}{label}"
        if self.chart.here is not None:
            line[self.column(self.chart.here)] = _HERE
        return [f"└{''.join(line)}", f" {labels} "]


def _places(chart: Chart) -> Callable[[float], float]:
    """Return the function from an x to its place between 0 and 1."""
    # a zero on a logarithmic axis is a little to the left of what is above it
    least = min(x for x in chart.x if x > 0)
    beside = math.log(least) - _BESIDE * (math.log(chart.x[-1]) - math.log(least) or 1.0)

    def along(x: float) -> float:
        return x if chart.linear else math.log(x) if x >= least else beside

    start, end = along(chart.x[0]), along(chart.x[-1])
    width = end - start or 1.0  # logarithms of great numbers that hardly differ are equal
    return lambda x: min(1.0, max(0.0, (along(x) - start) / width))


def _row(value: float, low: float, high: float, rows: int) -> int:
    return round((high - value) / (high - low) * (rows - 1))


def _ticks(low: float, high: float) -> Mapping[float, str]:
    """Return round numbers between two values, at least one, with their labels."""
    power = 10.0 ** math.floor(math.log10(high - low))
    step = next(power * part for part in (0.2, 0.5, 1, 2, 5) if (high - low) / (power * part) <= 5)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return {place * step: f"{place * step:,.{decimals}f}" for place in places}


def _legend(chart: Chart, canvas: _Canvas, width: int) -> list[str]:
    parts = [f"{series.mark} {series.name}" for series in chart.series]
    if canvas.met:
        parts.append(f"{BOTH} {'both' if len(chart.series) == 2 else 'several'}")
    if chart.measured < len(chart.x):
        parts.append(f"{_BORDER} forecast")
    if chart.borders:
        parts.append(f"{_BORDER} the answer changes")
    if chart.here is not None:
        parts.append(f"{_HERE} now")
    lines = parts[:1]
    for part in parts[1:]:
        longer = f"{lines[-1]}   {part}"
        if len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return ["", *lines]
