"""Figures of a measured baseline: scores with intervals, latency against score, the learning curve."""

import math
from collections.abc import Iterator

from advisor.render.baseline import wording as words
from advisor.render.html.bar_charts import Dot, Titled, intervals
from advisor.render.html.figures import Figure
from advisor.render.html.line_charts import Line, Point, curve, points
from advisor.render.layout.blocks import Chart, Table
from advisor.reports.baseline import BaselineResult, ModelRow
from advisor.reports.digits import Digits, digits_of
from advisor.reports.selection import better_first, compared_models, is_champion

# family -> colour and marker
_MARKS = {"ml": ("blue", "o"), "dl": ("orange", "s"), "hybrid": ("green", "^"), "reference": ("gray", "D")}
_SHAPES = "● classical models   ■ networks   ▲ hybrids"


def figures(result: BaselineResult, prefix: str) -> dict[str, tuple[Figure, ...]]:
    """Return the figures of each section, by the name of the section."""
    return {"scores": (*_scores(result, prefix), *_latency(result, prefix))}


def _measured(result: BaselineResult) -> list[ModelRow]:
    """Return the models that are compared by their scores, the best first."""
    rows = [row for row in compared_models(result) if row.status == "ok" and row.score is not None]
    rows = [row for row in rows if row.score is not None and math.isfinite(row.score)]
    return sorted(rows, key=better_first(result.protocol.metric))


def _scores(result: BaselineResult, prefix: str) -> Iterator[Figure]:
    measured = _measured(result)
    if not measured:
        return
    digits = digits_of(compared_models(result))
    rivals = [row for row in measured if row.family != "reference"] or measured
    rows = [
        Dot(
            row.title,
            row.score,
            digits.score(row.score),
            *_MARKS[row.family],
            span=_span(row) if row in rivals else None,
            strong=is_champion(row, result),
        )
        for row in measured
    ]
    metric = _metric(result)
    caption = (
        f"Scores with 95% intervals: {metric}. {_SHAPES}   ◆ for reference; an arrow points to a value beyond the edge"
    )
    told = f"Best: {words.clipped(measured[0].title)} with {digits.score(measured[0].score)}."
    table = Table(
        ("Model", "Score", "95% interval"),
        tuple((words.clipped(row.title), digits.score(row.score), digits.interval(row.ci95)) for row in measured),
        right=(1, 2),
    )
    drawn = intervals(rows, metric, Titled(f"{prefix}scores", caption, told))
    yield Figure(f"{prefix}scores", caption, drawn, table)


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
    marks = [Point(number, latency, score, *_MARKS[row.family]) for number, (row, score, latency) in enumerate(rows, 1)]
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
    colors = (("blue", "o"), ("orange", "s"))
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
