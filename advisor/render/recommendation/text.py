"""Text for a terminal or a log: the answer first, then its reasons; rich lays it out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.render import View
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Table
from advisor.render.layout.text import INDENT, open_console, print_section, printed, styled
from advisor.render.recommendation.content import overview, sections
from advisor.reports.recommendation import Recommendation

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod


def render(results: Sequence[Recommendation], view: View) -> str:
    """Return the report of one result, or a table of several."""
    console, output = open_console(view)
    if len(results) == 1:
        _one(results[0], view, console)
    else:
        _several(overview(results), console)
    return printed(output)


def _one(result: Recommendation, view: View, console: "Console") -> None:
    console.print(styled(say.answer(result), "bold"))
    console.print(styled(say.certainty(result)))
    for section in sections(result, view):
        console.print()
        print_section(section, console)
    console.print()
    console.print(styled(f"{say.clipped(result.name, say.LONGEST_TITLE)} · {say.provenance(result)}", "dim"))


def _several(table: Table, console: "Console") -> None:
    """Print a row for each result, its nearest change on a line of its own below."""
    from rich.padding import Padding
    from rich.table import Table as Grid

    *others, _ = (max(map(len, column)) for column in zip(table.header, *table.rows, strict=True))
    others[0] = max(10, min(others[0], console.width - sum(others[1:]) - 2 * len(others[1:])))
    for row in (table.header, *table.rows):
        *cells, change = row
        grid = Grid.grid(padding=(0, 2, 0, 0))
        for place, width in enumerate(others):
            justify: JustifyMethod = "right" if place in table.right else "left"
            grid.add_column(width=width, justify=justify, overflow="fold")
        grid.add_row(*(styled(cell, "bold" if row is table.header else "") for cell in cells))
        console.print(grid)
        if row is not table.header and change != "-":
            console.print(Padding(styled(f"if {change}", "dim"), (0, 0, 0, INDENT)))
