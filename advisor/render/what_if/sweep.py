"""What the report of a sweep says, as sections of plain blocks."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Block, Chart, Document, Paragraph, Section, Series, Table
from advisor.render.view import View
from advisor.render.what_if import wording as words
from advisor.reports.recommendation import APPROACHES
from advisor.reports.what_if import AnswerChange, Sweep, SweepPoint

MOST_RULES = 3  # shown for each change
_MARKS = {"none": "N", "classical": "C", "hybrid": "H", "transfer": "T", "deep": "D"}
_LEAST_DRAWN = 0.05  # lines that stay below it would only cover each other
_LEAST_CHART = 9  # for fewer values a table says more than a chart


def document(result: Sweep, view: View) -> Document:
    """Return the whole report."""
    del view  # it has no more to explain
    footer = say.origin(result.tool, result.rules)
    return Document(headline(result), tuple(opening(result)), tuple(sections(result)), footer, result.name)


def headline(result: Sweep) -> str:
    """Return how the answer moves, as one sentence; one point at least must contradict nothing."""
    points = valid(result)
    if result.scale == "choice":
        answers = dict.fromkeys(point.approach for point in points)
        if len(answers) == 1 < len(points):
            return f"By {result.field}: {words.noun(points[0].approach)} for every value."
        return f"By {result.field}: {'; '.join(_choices(points, answer) for answer in answers)}."
    low, high = points[0].value, points[-1].value
    where = (
        f"By {result.field} from {_value(low)} to {_value(high)}" if low != high else f"At {result.field} {_value(low)}"
    )
    if not result.changes:
        throughout = " throughout" if low != high else ""
        return f"{where}: {words.noun(points[0].approach)}{throughout}."
    parts = [f"{words.noun(change.before)} up to {_value(change.low)}" for change in result.changes]
    return f"{where}: {', then '.join([*parts, words.noun(result.changes[-1].after)])}."


def opening(result: Sweep) -> list[Paragraph]:
    """Return what comes below the headline: the present answer, where it is a toss-up, what was left out."""
    now = result.current
    chance = say.probability(now.probabilities[now.approach]) if now.approach else ""
    given = "leaves it unknown" if now.value is None else f"says {_value(now.value)}"
    answer = f"{words.noun(now.approach)}{f' ({chance})' if chance else ''}"
    blocks = [Paragraph(f"The profile {given}: {answer}.")]
    close = list(_runs(result, lambda point: point.verdict == "toss-up"))
    if close:
        blocks.append(Paragraph(f"A toss-up between two families: {say.joined(close)}."))
    left_out = [point for point in result.points if point.problem]
    if left_out:
        blocks.append(_left_out(result, left_out))
    return blocks


def sections(result: Sweep) -> list[Section]:
    """Return the sections below the opening, those without content left out."""
    points = valid(result)
    drawn = result.scale != "choice" and len(points) >= _LEAST_CHART
    shown = tuple(_chart(result)) if drawn else (_table(result, points),)
    title = f"Probability by {result.field}" if drawn else "Answers"
    found = [Section(title, shown), Section("Where the answer changes", tuple(_changes(result)))]
    return [section for section in found if section.blocks]


def valid(result: Sweep) -> list[SweepPoint]:
    """Return the points that contradict nothing."""
    return [point for point in result.points if not point.problem]


def _value(value: object) -> str:
    return say.field_value(value)


def _choices(points: Sequence[SweepPoint], answer: str | None) -> str:
    values = [_value(point.value) for point in points if point.approach == answer]
    return f"{words.noun(answer)} for {say.joined(values)}"


def _runs(result: Sweep, wanted: Callable[[SweepPoint], bool]) -> Iterator[str]:
    """Yield runs of neighbouring points as `100 to 500`; choices one by one."""
    for found, run in groupby(result.points, wanted):
        values = [_value(point.value) for point in run] if found else []
        if values and (result.scale == "choice" or len(values) == 1):
            yield from values
        elif values:
            yield f"{values[0]} to {values[-1]}"


def _left_out(result: Sweep, points: Sequence[SweepPoint]) -> Paragraph:
    where = say.joined(list(_runs(result, lambda point: bool(point.problem))))
    count = f"{len(points)} of {len(result.points)} values"
    text = f"{count} left out ({where}): {say.sentence(points[0].problem)}"
    freeing = " ".join(
        f"--set {path}=null" for path in dict.fromkeys(path for point in points for path in point.clashes)
    )
    return Paragraph(f"{text} `{freeing}` includes them." if freeing else text, "!")


# -- chart and table ---------------------------------------------------------------------------------------


def _chart(result: Sweep) -> Iterator[Block]:
    """Yield the chart of a sweep, with the values beside a change among the others: limits make cliffs there."""
    beside = [point for change in result.changes for point in change.points]
    points = list({point.value: point for point in (*valid(result), *beside)}.values())
    points.sort(key=lambda point: point.value)
    x = tuple(float(point.value) for point in points)
    peaks = {name: max(point.probabilities[name] for point in points) for name in APPROACHES}
    drawn = [name for name in APPROACHES if peaks[name] >= _LEAST_DRAWN]
    series = tuple(
        Series(words.name(name), _MARKS[name], "·", tuple(point.probabilities[name] for point in points))
        for name in drawn
    )
    now = result.current.value
    yield Chart(
        x,
        series,
        len(x),
        linear=result.scale == "linear",
        ticks=ticks(x[0], x[-1], log=result.scale == "log"),
        borders=tuple(change.high for change in result.changes),
        here=now if now is not None and x[0] <= now <= x[-1] else None,
        y=(0.0, 1.0),
        rows=11,
    )
    hidden = [words.noun(name) for name in APPROACHES if name not in drawn]
    if hidden:
        yield Paragraph(f"Not drawn because below {_LEAST_DRAWN} everywhere: {say.joined(hidden)}.")


def ticks(low: float, high: float, *, log: bool) -> tuple[float, ...]:
    """Return round numbers from `low` to `high`: powers of ten on a logarithmic axis, more of them on a short one.

    Examples
    --------
    >>> ticks(70, 7000, log=True)
    (100, 1000)
    >>> ticks(0.0, 1.0, log=False)
    (0, 0.2, 0.4, 0.6, 0.8, 1)
    """
    if not log:
        power = 10.0 ** math.floor(math.log10(high - low))
        step = next(power * part for part in (0.2, 0.5, 1, 2) if (high - low) / (power * part) <= 6)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        return tuple(_plain(place * step) for place in range(first, last + 1))
    zero = (0.0,) if low == 0 else ()
    least = low or high / 1e6
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(high)) + 1)
    for parts in ((1,), (1, 2, 5), range(1, 10)):
        found = tuple(_plain(part * 10.0**power) for power in powers for part in parts)
        found = tuple(value for value in found if max(low, least) <= value <= high)
        if len(found) >= 2:
            return (*map(_plain, zero), *found)
    return (_plain(low), _plain(high))


def _plain(value: float) -> float:
    value = float(f"{value:.12g}")
    return int(value) if value.is_integer() else value


def _table(result: Sweep, points: Sequence[SweepPoint]) -> Table:
    rows = []
    for point in points:
        ranked = sorted(APPROACHES, key=lambda name: -point.probabilities[name])
        second = f"{words.name(ranked[1])} {say.probability(point.probabilities[ranked[1]])}"
        if point.approach is None or not point.probabilities[ranked[1]]:
            second = "-"
        chance = say.probability(point.probabilities[point.approach]) if point.approach else "-"
        toss_up = " (toss-up)" if point.verdict == "toss-up" else ""
        rows.append((_value(point.value), f"{words.name(point.approach)}{toss_up}", chance, second))
    right = (2,) if result.scale == "choice" else (0, 2)
    return Table((result.field.rpartition(".")[2], "Answer", "Prob.", "Next best"), tuple(rows), right)


# -- changes -----------------------------------------------------------------------------------------------


def _changes(result: Sweep) -> Iterator[Block]:
    for change in result.changes:
        yield Paragraph(_change(change), "-", tuple(_causes(change)))
    if any(change.lead and not _decisive(change) for change in result.changes):
        yield Paragraph("Points for the new answer over the old one; +10 is ten times the odds.")


def _change(change: AnswerChange) -> str:
    where = f"Between {_value(change.low)} and {_value(change.high)}"
    return f"{where}: from {words.noun(change.before)} to {words.noun(change.after)}."


def _decisive(change: AnswerChange) -> list[str]:
    return list(words.limits(change.limits, f"up to {_value(change.low)}", f"from {_value(change.high)} on"))


def _causes(change: AnswerChange) -> Iterator[str]:
    decided = _decisive(change)
    yield from decided
    if decided or change.lead is None:
        return  # a limit is never traded for points
    shown, others = words.told(change.rules, MOST_RULES)
    for rule in shown:
        yield f"{say.points(rule.change)} {say.plain(rule.title)} ({words.identity(rule.rule)})"
    if words.rest(others):
        yield words.rest(others)
    lead = change.lead
    before, after = (f"{say.points(value)}" for value in (lead.before, lead.after))
    first, last = map(_value, change.between)
    yield f"In total {say.points(lead.change)}: from {before} at {first} to {after} at {last}."
