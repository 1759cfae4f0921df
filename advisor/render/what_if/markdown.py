"""Sweeps and comparisons as Markdown for a pull request or a job summary."""

from collections.abc import Iterator, Sequence

from advisor.render import View
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Paragraph, Section
from advisor.render.layout.markdown import code, escaped, prose, section_lines
from advisor.render.what_if import difference, sweep
from advisor.reports.what_if import Difference, Sweep


def render_sweep(result: Sweep, view: View) -> str:
    """Return the report of a sweep."""
    del view  # width and colour concern text
    footer = f"{code(result.name)} · {escaped(say.origin(result.tool, result.rules))}"
    return report(sweep.headline(result), sweep.opening(result), sweep.sections(result), footer)


def render_difference(result: Difference, view: View) -> str:
    """Return why two answers differ."""
    return report(
        difference.headline(result),
        difference.opening(result),
        difference.sections(result, view),
        escaped(difference.footer(result)),
    )


def report(headline: str, opening: Sequence[Paragraph], found: Sequence[Section], footer: str) -> str:
    """Return a headline, what stands below it, sections and a footer."""
    return "\n".join(_lines(headline, opening, found, footer)) + "\n"


def _lines(headline: str, opening: Sequence[Paragraph], found: Sequence[Section], footer: str) -> Iterator[str]:
    yield f"## {prose(headline)}"
    for block in opening:
        yield ""
        yield f"- {prose(block.text)}" if block.mark else prose(block.text)
    for section in found:
        yield ""
        yield from section_lines(section)
    yield ""
    yield f"<sub>{footer}</sub>"
