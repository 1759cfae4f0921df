"""Markdown of a measured baseline: the same content, in which no text of a user becomes markup."""

from collections.abc import Iterator

from advisor.render import View
from advisor.render.baseline import wording as words
from advisor.render.baseline.content import opening, sections
from advisor.render.layout.markdown import escaped, prose, section_lines
from advisor.reports.baseline import BaselineResult


def render(result: BaselineResult, view: View) -> str:
    """Return the report of one result."""
    return "\n".join(_lines(result, view)) + "\n"


def _lines(result: BaselineResult, view: View) -> Iterator[str]:
    yield f"## {prose(words.answer(result))}"
    for block in opening(result):
        yield ""
        yield f"{'> ' if block.mark else ''}{prose(block.text)}"
    for section in sections(result, view):
        yield ""
        yield from section_lines(section)
    yield ""
    yield f"<sub>{escaped(words.provenance(result))}</sub>"
