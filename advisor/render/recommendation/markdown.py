"""Markdown for a pull request, a job summary or a team's records: one result as decision record, several as table."""

from collections.abc import Iterator, Sequence

from advisor.render.layout.markdown import block_lines, prose, section_lines, table_lines
from advisor.render.recommendation import wording as words
from advisor.render.recommendation.card import card
from advisor.render.recommendation.content import overview
from advisor.render.recommendation.record import record, status
from advisor.render.view import View
from advisor.reports.recommendation import Recommendation


def render(results: Sequence[Recommendation], view: View) -> str:
    """Return the record of one result, or a table of several."""
    if len(results) == 1:
        lines = _one(results[0], view)
    else:
        lines = iter(("## Recommendations", "", *table_lines(overview(results))))
    return "\n".join(lines) + "\n"


def _one(result: Recommendation, view: View) -> Iterator[str]:
    yield f"# {prose(words.answer(result))}"
    yield ""
    yield f"Status: {prose(status(result))}"
    yield ""
    yield from block_lines([card(result)])
    for part in record(result, view):
        yield ""
        yield f"## {part.title}"  # fixed words
        if part.blocks:
            yield ""
            yield from block_lines(part.blocks)
        for section in part.sections:
            yield ""
            yield from section_lines(section)
