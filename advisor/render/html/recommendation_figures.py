"""Figures of a recommendation: what weighs, what it costs, which models meet the limits."""

from collections.abc import Callable, Iterator

from advisor.render.html.bar_charts import Bar, Dot, Span, Titled, bars, diverging, limit, ranges
from advisor.render.html.figures import Figure
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Bars, Table
from advisor.render.recommendation import wording as words
from advisor.render.recommendation.content import COST_WORDS, cost_range
from advisor.reports.recommendation import Candidate, Recommendation
from advisor.reports.selection import rival

MOST_RULES = 12


def _usd(value: float) -> str:
    return f"USD {say.amount(value)}"


# limit of the profile -> what is compared with it
_LIMITS: tuple[tuple[str, str, Callable[[Candidate], float], Callable[[float], str]], ...] = (
    ("latency.p95_ms", "Response, 95th percentile", lambda row: row.estimate.p95_ms, say.duration),
    ("deployment.memory_mb", "Size of the weights (more in use)", lambda row: row.estimate.size_mb, say.size),
    (
        "compute.budget_usd",
        "Training cost",
        lambda row: row.estimate.train_cost_usd,
        _usd,
    ),
)


def figures(result: Recommendation, prefix: str) -> dict[str, tuple[Figure, ...]]:
    """Return the figures of each section, by the name of the section."""
    return {
        "for": tuple(_contributions(result, prefix)),
        "models": tuple(_limits(result, prefix)),
        "costs": tuple(_costs(result, prefix)),
    }


def approaches(block: Bars, prefix: str) -> Figure:
    """Return the probabilities of the approaches as bars, the answer in colour."""
    rows = [
        Bar(name, share, say.probability(share), "blue" if place == 0 else "gray")
        for place, (name, share) in enumerate(block.rows)
    ]
    caption = "Probability that a panel of raters would choose the approach"
    told = "; ".join(f"{row.name} {row.text}" for row in rows)
    drawn = bars(rows, Titled(f"{prefix}approaches", caption, f"{told}."))
    table = Table(("Approach", "Probability"), tuple((row.name, row.text) for row in rows), right=(1,))
    return Figure(f"{prefix}approaches", caption, drawn, table)


def _contributions(result: Recommendation, prefix: str) -> Iterator[Figure]:
    other = rival(result)
    if result.approach is None or other is None:
        return
    points = [(row.title, row.points.get(result.approach, 0.0) - row.points.get(other, 0.0)) for row in result.reasons]
    points.sort(key=lambda item: (-abs(round(item[1], 6)), item[0]))
    points = [(title, value) for title, value in points if say.points(value) != "0.0"]
    shown, rest = points[:MOST_RULES], points[MOST_RULES:]
    if not shown:
        return
    shown.sort(key=lambda item: -item[1])
    if rest:
        shown.append((f"{len(rest)} more rules together", sum(value for _, value in rest)))
    rows = [Bar(title, value, _signed(value), "blue" if value >= 0 else "orange") for title, value in shown]
    answer, against = say.NOUNS[result.approach], say.NOUNS[other]
    caption = f"Points of each rule for {answer} (right) or for {against} (left)"
    told = f"{rows[0].name} {rows[0].text} is the strongest of {len(points)} rules."
    drawn = diverging(rows, against, answer, Titled(f"{prefix}rules", caption, told))
    all_rows = tuple((say.plain(title), _signed(value)) for title, value in points)
    table = Table(("Rule", f"Points for {answer} over {against}"), all_rows, right=(1,))
    yield Figure(f"{prefix}rules", caption, drawn, table)


def _signed(value: float) -> str:
    return say.points(value).replace("-", "−")


def _limits(result: Recommendation, prefix: str) -> Iterator[Figure]:
    for field, quantity, estimate, show in _LIMITS:
        at = words.profile_value(result, field)
        if not at or not result.candidates:
            continue
        rows = [_against_limit(item, estimate(item), at, field, show) for item in result.candidates]
        title = f"{quantity} of the models against the limit of {show(at)}"
        name = f"{prefix}{field.replace('.', '-').replace('_', '-')}"
        caption = f"{title} (`{field}`); a cross is over it, a diamond may be"
        fitting = sum(row.mark == "o" for row in rows)
        told = f"{fitting} of {len(rows)} models are certain to be within the limit."
        drawn = limit(rows, at, f"limit {show(at)}", show, Titled(name, title, told))
        table = Table(("Model", quantity), tuple((row.name, row.text) for row in rows), right=(1,))
        yield Figure(name, caption, drawn, table)


def _against_limit(item: Candidate, value: float, at: float, field: str, show: Callable[[float], str]) -> Dot:
    """Return an estimate as a dot; where a model is out for another reason, this limit was not looked at before."""
    name = words.model_name(item)
    if field in item.violates or (item.violates and value > at):
        return Dot(name, value, f"{show(value)} · over the limit", "orange", "X")
    if field in item.unsure or value > at:
        return Dot(name, value, f"{show(value)} · may be over", "purple", "d")
    return Dot(name, value, f"{show(value)} · fits", "blue")


def _costs(result: Recommendation, prefix: str) -> Iterator[Figure]:
    rows = [
        Span(COST_WORDS.get(name, (name.replace("_", " "), ""))[0], cost.low, cost.high, cost_range(name, cost))
        for name, cost in result.costs.items()
        if "usd" in name and cost.high > 0
    ]
    if not rows or result.approach is None:
        return
    caption = "Costs in US dollars on a logarithmic scale"
    told = "; ".join(f"{row.name} {row.text}" for row in rows)
    drawn = ranges(rows, Titled(f"{prefix}costs", caption, f"{told}."))
    table = Table(("Cost", "Range"), tuple((row.name, row.text) for row in rows))
    yield Figure(f"{prefix}costs", caption, drawn, table)
