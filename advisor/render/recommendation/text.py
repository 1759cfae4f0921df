"""Text for a terminal or a log: the answer first, then its reasons; rich lays it out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.render.layout import text
from advisor.render.layout.blocks import Paragraph, Table
from advisor.render.layout.text import INDENT, styled
from advisor.render.recommendation.content import document, overview
from advisor.render.view import View
from advisor.reports.recommendation import Recommendation

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod


_REST = "--full shows the whole report, --explain every point with its source."


def render(results: Sequence[Recommendation], view: View) -> str:
    """Return the report of one result, or a table of several."""
    if len(results) == 1:
        shown = document(results[0], view)
        if not (view.full or view.explain or view.why_not):
            shown = shown._replace(opening=(*shown.opening, Paragraph(_REST)), sections=())
        return text.document(shown, view)
    console, output = text.open_console(view)
    _several(overview(results), console)
    return text.printed(output)


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
            console.print(Padding(styled(f"Changes {change}", "dim"), (0, 0, 0, INDENT)))
