"""Text of a measured baseline: the verdict first, then the table, then what to know about the data."""

from advisor.render import View
from advisor.render.baseline import wording as words
from advisor.render.baseline.content import opening, sections
from advisor.render.layout.text import open_console, print_section, printed, styled
from advisor.reports.baseline import BaselineResult


def render(result: BaselineResult, view: View) -> str:
    """Return the report of one result."""
    console, output = open_console(view)
    console.print(styled(words.answer(result), "bold"))
    for block in opening(result):
        text, style = (f"{block.mark} {block.text}", "yellow") if block.mark else (block.text, "")
        console.print(styled(text, style))
    for section in sections(result, view):
        console.print()
        print_section(section, console)
    console.print()
    console.print(styled(words.provenance(result), "dim"))
    return printed(output)
