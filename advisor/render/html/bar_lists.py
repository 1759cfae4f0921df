"""Lists of bars: probabilities, points of rules, scores with their intervals."""

from collections.abc import Sequence

from advisor.render.html.figures import BarList, BarRow
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Argument
from advisor.reports.recommendation import Recommendation
from advisor.reports.selection import rival

_LEAST = 0.004  # share of its track that the smallest bar takes


def approaches(result: Recommendation) -> BarList:
    """Return the probability of each feasible approach, each in its colour."""
    rows = tuple(
        BarRow(
            say.NAMES[row.id],
            say.probability(row.probability),
            0.0,
            max(row.probability, _LEAST),
            row.id,
            term=row.id,
            strong=row.id == result.approach,
        )
        for row in result.approaches
        if row.feasible
    )
    return BarList("Probability that a panel of raters would choose the approach", rows)


def arguments(result: Recommendation, shown: Sequence[Argument], *, against: bool) -> BarList:
    """Return the points of the rules for the answer, or for its rival, as bars; those not told come last in one.

    Both lists of a page have one scale, so that a weak objection looks weak beside a strong reason.
    """
    answer, other = str(result.approach), str(rival(result))
    first, second = (other, answer) if against else (answer, other)
    points = [row.points.get(first, 0.0) - row.points.get(second, 0.0) for row in result.reasons]
    most = max((abs(value) for value in points), default=1.0) or 1.0
    rows = [
        BarRow(block.title, say.points(abs(block.points)), 0.0, abs(block.points) / most, first, note=block.text)
        for block in shown
    ]
    told = {block.title for block in shown}
    rest = [
        value
        for row, value in zip(result.reasons, points, strict=True)
        if value > 0 and say.plain(row.title) not in told and say.points(value) != "0.0"
    ]
    if rest:
        rows.append(
            BarRow(
                say.counted(len(rest), "other rule") + (" together" if len(rest) > 1 else ""),
                say.points(sum(rest)),
                0.0,
                min(sum(rest) / most, 1.0),
                first,
            )
        )
    return BarList(f"Points for {say.NOUNS[first]} over {say.NOUNS[second]}", tuple(rows))
