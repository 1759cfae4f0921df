"""Sweeps and comparisons as text for a terminal or a log."""

from collections.abc import Sequence

from advisor.render import View
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Paragraph, Section
from advisor.render.layout.text import open_console, print_hanging, print_section, printed, styled
from advisor.render.what_if import difference, sweep
from advisor.reports.what_if import Difference, Sweep


def render_sweep(result: Sweep, view: View) -> str:
    """Return the report of a sweep."""
    footer = f"{say.clipped(result.name, say.LONGEST_TITLE)} · {say.origin(result.tool, result.rules)}"
    return report(sweep.headline(result), sweep.opening(result), sweep.sections(result), footer, view)


def render_difference(result: Difference, view: View) -> str:
    """Return why two answers differ."""
    return report(
        difference.headline(result),
        difference.opening(result),
        difference.sections(result, view),
        difference.footer(result),
        view,
    )


def report(headline: str, opening: Sequence[Paragraph], found: Sequence[Section], footer: str, view: View) -> str:
    """Return a headline, what stands below it, sections and a footer."""
    console, output = open_console(view)
    console.print(styled(headline, "bold"))
    for block in opening:
        if block.mark:
            print_hanging(block.mark, "yellow", [styled(block.text)], console)
        else:
            console.print(styled(block.text))
    for section in found:
        console.print()
        print_section(section, console)
    console.print()
    console.print(styled(footer, "dim"))
    return printed(output)
