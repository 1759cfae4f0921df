"""Markdown for a pull request or a job summary: the answer as heading, tables, details to open."""

from collections.abc import Iterator, Sequence

from advisor.render import View
from advisor.render import wording as say
from advisor.render.content import overview, sections
from advisor.render.markdown_layout import code, escaped, prose, section_lines, table_lines
from advisor.report import Recommendation


def render(results: Sequence[Recommendation], view: View) -> str:
    """Return the report of one result, or a table of several."""
    if len(results) == 1:
        lines = _one(results[0], view)
    else:
        lines = iter(("## Recommendations", "", *table_lines(overview(results))))
    return "\n".join(lines) + "\n"


def _one(result: Recommendation, view: View) -> Iterator[str]:
    yield f"## {prose(say.answer(result))}"
    yield ""
    yield prose(say.certainty(result))
    for section in sections(result, view):
        yield ""
        yield from section_lines(section)
    yield ""
    yield f"<sub>{code(result.name)} · {escaped(say.provenance(result))}</sub>"
