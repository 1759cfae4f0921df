"""Figures of sweeps: the probability of each approach along a number of the profile, with the flips marked."""

from collections.abc import Iterator, Sequence

from advisor.render.html.drawing import Titled
from advisor.render.html.figures import Figure
from advisor.render.html.line_charts import Line, Mark, along
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Table
from advisor.reports.recommendation import APPROACHES
from advisor.reports.what_if import AnswerChange, Sweep, SweepPoint

MOST_CHANGES = 3
_LEAST = 0.05  # an approach that never reaches this probability is left to the table
# The dashes of each approach; its colour has its name.
_DASHES = {"none": "dots", "classical": "solid", "hybrid": "short", "transfer": "long", "deep": "mixed"}


def figures(sweeps: Sequence[Sweep], prefix: str) -> tuple[Figure, ...]:
    """Return a figure for each sweep over a number with at least two values that can be drawn."""
    return tuple(figure for sweep in sweeps for figure in _figure(sweep, prefix))


def unchanging(sweeps: Sequence[Sweep]) -> str:
    """Return the ranges over which the answer stays the same as one sentence, which takes the place of a chart."""
    ranges = [
        f"`{sweep.field}` from {say.field_value(valid[0])} to {say.field_value(valid[-1])}"
        for sweep in sweeps
        if len(valid := [point.value for point in sweep.points if not point.problem]) > 1
    ]
    return f"It stays the same, each on its own, for {say.joined(ranges)}." if ranges else ""


def _figure(sweep: Sweep, prefix: str) -> Iterator[Figure]:
    log = sweep.scale == "log"
    points = [point for point in sweep.points if point.value > 0 or not log]
    if len(points) < 2 or sweep.scale == "choice":
        return
    lines = [
        Line(say.NAMES[name], tuple(point.probabilities.get(name) for point in points), name, _DASHES[name])
        for name in APPROACHES
        if max((point.probabilities.get(name, 0.0) for point in points), default=0.0) >= _LEAST
    ]
    name = f"{prefix}along-{sweep.field.replace('.', '-').replace('_', '-')}"
    told = "; ".join(_change(change) for change in sweep.changes) or "the answer stays the same"
    title = f"Probability of each approach along {sweep.field}"
    drawn = along([point.value for point in points], lines, _marks(sweep), log, Titled(name, title, say.sentence(told)))
    yield Figure(name, f"Along `{sweep.field}`: {told}.", drawn, _table(sweep))


def _marks(sweep: Sweep) -> list[Mark]:
    low, high = sweep.points[0].value, sweep.points[-1].value
    marks = [Mark(change.high, f"changes at {say.field_value(change.high)}") for change in sweep.changes[:MOST_CHANGES]]
    now = sweep.current.value
    if now is not None and low <= now <= high and (now > 0 or sweep.scale != "log"):
        marks.append(Mark(now, f"now {say.field_value(now)}", solid=True))
    return marks


def _change(change: AnswerChange) -> str:
    after, before = (say.NOUNS[name] if name else "nothing" for name in (change.after, change.before))
    return f"from {say.field_value(change.high)} on {after} instead of {before}"


def _answer(approach: str | None) -> str:
    return say.NAMES[approach] if approach else "nothing"


def _table(sweep: Sweep) -> Table:
    header = (sweep.field, "Answer", *(say.NAMES[name] for name in APPROACHES))
    rows = tuple((say.field_value(point.value), *_cells(point)) for point in sweep.points)
    return Table(header, rows, right=(0, *range(2, len(header))))


def _cells(point: SweepPoint) -> tuple[str, ...]:
    if point.problem:
        return (f"not allowed: {say.plain(point.problem)}", *["-"] * len(APPROACHES))
    return (_answer(point.approach), *(say.probability(point.probabilities.get(name)) for name in APPROACHES))
