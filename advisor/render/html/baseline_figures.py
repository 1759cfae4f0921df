"""Figures of a measured baseline: scores with intervals, latency against score, the learning curve."""

import math
from collections.abc import Iterator

from advisor.render.baseline import wording as words
from advisor.render.html.drawing import Titled
from advisor.render.html.figures import BarList, BarRow, Figure
from advisor.render.html.line_charts import Line, Point, curve, points
from advisor.render.layout.blocks import Chart, Table
from advisor.reports.baseline import BaselineResult, ModelRow
from advisor.reports.digits import Digits, digits_of
from advisor.reports.selection import better_first, compared_models, is_champion

# The marker of each family, and its colour where a model does not say its approach.
_MARKS = {"ml": "o", "dl": "s", "hybrid": "^", "reference": "D"}
_COLORS = {"ml": "classical", "dl": "deep", "hybrid": "hybrid", "reference": "none"}
_SHAPES = "● classical models   ■ networks   ▲ hybrids"


def figures(result: BaselineResult, prefix: str) -> dict[str, tuple[BarList | Figure, ...]]:
    """Return the figures of each section, by the name of the section."""
    return {"scores": (*_scores(result), *_latency(result, prefix))}


def _measured(result: BaselineResult) -> list[ModelRow]:
    """Return the models that are compared by their scores, the best first."""
    rows = [row for row in compared_models(result) if row.status == "ok" and row.score is not None]
    rows = [row for row in rows if row.score is not None and math.isfinite(row.score)]
    return sorted(rows, key=better_first(result.protocol.metric))


def _color(row: ModelRow) -> str:
    """Return the colour of a model's approach; what is measured for reference alone stays grey."""
    return (row.family != "reference" and row.approach) or _COLORS[row.family]


def _scores(result: BaselineResult) -> Iterator[BarList]:
    measured = _measured(result)
    rivals = [row for row in measured if row.family != "reference"] or measured
    spans = {row.id: span for row in rivals if (span := _span(row)) is not None}
    if not spans:
        return
    low, high = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    width = high - low or 1.0
    digits = digits_of(compared_models(result))

    def share(value: float) -> float:
        return (value - low) / width

    rows = []
    for row in measured:
        score = row.score or 0.0
        span = spans.get(row.id)
        ends = (share(span[0]), share(span[1])) if span else (0.0, 0.0)
        dot = share(score) if low <= score <= high else None
        beyond = "" if dot is not None else "off the scale"
        rows.append(
            BarRow(
                words.clipped(row.title),
                digits.score(score),
                *ends,
                _color(row),
                dot,
                beyond=beyond,
                strong=is_champion(row, result),
            )
        )
    yield BarList(f"Scores with 95% intervals: {_metric(result)}", tuple(rows), (digits.score(low), digits.score(high)))


def _span(row: ModelRow) -> tuple[float, float] | None:
    """Return the interval of a score, the score itself where it has none."""
    if row.ci95 is not None and all(map(math.isfinite, row.ci95)):
        return row.ci95
    return None if row.score is None else (row.score, row.score)


def _metric(result: BaselineResult) -> str:
    better = "higher" if result.protocol.metric.greater_is_better else "lower"
    return f"{words.metric(result.protocol.metric)} ({better} is better)"


def _latency(result: BaselineResult, prefix: str) -> Iterator[Figure]:
    rows = [
        (row, row.score, row.predict_ms.p95)
        for row in _measured(result)
        if row.family != "reference" and row.score is not None and row.predict_ms and row.predict_ms.p95 > 0
    ]
    if len(rows) < 2:
        return
    digits = digits_of(compared_models(result))
    marks = [
        Point(number, latency, score, _color(row), _MARKS[row.family])
        for number, (row, score, latency) in enumerate(rows, 1)
    ]
    metric = _metric(result)
    caption = f"Time to predict one row against score. {_SHAPES}"
    told = "; ".join(f"{words.clipped(row.title)}: {words.milliseconds(p95)} ms" for row, _, p95 in rows)
    drawn = points(
        marks,
        "milliseconds for one row, 95th percentile",
        metric,
        Titled(f"{prefix}latency", caption, f"{told}."),
    )
    table = Table(
        ("Model", "Milliseconds", "Score"),
        tuple((words.clipped(row.title), words.milliseconds(p95), digits.score(score)) for row, score, p95 in rows),
        right=(1, 2),
    )
    yield Figure(f"{prefix}latency", caption, drawn, table, key=tuple(words.clipped(row.title) for row, _, _ in rows))


def learning_curve(block: Chart, prefix: str) -> Figure:
    """Return the learning curve as lines, its forecast dashed."""
    colors = (("classical", "o"), ("deep", "s"))
    lines = [Line(series.name, series.values, *look) for series, look in zip(block.series, colors, strict=False)]
    names = "   ".join(f"{mark} {line.name}" for mark, line in zip("●■", lines, strict=False))
    forecast = "; open marks on dashed lines are a forecast" if block.measured < len(block.x) else ""
    caption = f"Score by training rows. {names}{forecast}"
    digits = Digits.of([(value, None) for line in lines for value in line.values])
    rows = tuple(
        (
            f"{rows:,}{'' if place < block.measured else ' (forecast)'}",
            *(digits.score(line.values[place]) for line in lines),
        )
        for place, rows in enumerate(block.x)
    )
    table = Table(("Rows", *(line.name for line in lines)), rows, right=tuple(range(1, len(lines) + 1)))
    told = f"From {block.x[0]:,} to {block.x[-1]:,} rows."
    drawn = curve(block.x, lines, block.measured, "training rows", Titled(f"{prefix}curve", caption, told))
    return Figure(f"{prefix}curve", caption, drawn, table)
