"""Text for a terminal or a log: the answer first, then its reasons; rich lays it out."""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

from advisor.render import View
from advisor.render import wording as say
from advisor.render.content import Argument, Bars, Paragraph, Section, Table, overview, sections
from advisor.report import Recommendation

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod, RenderableType
    from rich.text import Text

_INDENT = 2
_MOST_BAR = 40
_NARROW = 12  # cells up to this length are never broken
_EIGHTHS = " ▏▎▍▌▋▊▉"


def render(results: Sequence[Recommendation], view: View) -> str:
    """Return the report of one result, or a table of several."""
    console, output = _console(view)
    if len(results) == 1:
        _one(results[0], view, console)
    else:
        _several(overview(results), console)
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines()) + "\n"


def _console(view: View) -> "tuple[Console, StringIO]":
    from rich.console import Console

    output = StringIO()
    console = Console(
        file=output,
        width=max(view.width, 20),
        force_terminal=view.color,
        no_color=not view.color,
        color_system="standard" if view.color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    return console, output


def _one(result: Recommendation, view: View, console: "Console") -> None:
    console.print(_text(say.answer(result), "bold"))
    console.print(_text(say.certainty(result)))
    for section in sections(result, view):
        console.print()
        _section(section, console)
    console.print()
    console.print(_text(f"{say.plain(result.name)} · {say.provenance(result)}", "dim"))


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
        grid.add_row(*(_text(cell, "bold" if row is table.header else "") for cell in cells))
        console.print(grid)
        if row is not table.header and change != "-":
            console.print(Padding(_text(f"if {change}", "dim"), (0, 0, 0, _INDENT)))


def _section(section: Section, console: "Console") -> None:
    from rich.padding import Padding

    console.print(_text(section.title, "bold"))
    for block in section.blocks:
        if isinstance(block, Paragraph):
            style = "yellow" if block.mark == "!" else ""
            _hanging(block.mark, style, [_text(block.text), *_details(block.details)], console)
        elif isinstance(block, Argument):
            style = "green" if block.points > 0 else "red" if block.points < 0 else ""
            lines = [_text(block.title, "bold"), _text(block.text), *_details(block.details)]
            _hanging(f"{say.points(block.points):>5}", style, lines, console)
        else:
            shown = _bars(block, console.width - _INDENT) if isinstance(block, Bars) else _table(block)
            console.print(Padding(shown, (0, 0, 0, _INDENT)))
            for mark, note in block.notes if isinstance(block, Table) else ():
                _hanging(mark, "", [_text(note)], console)


def _text(content: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(content, style=style, overflow="fold")


def _details(details: Sequence[str]) -> "list[Text]":
    return [_text(detail, "dim") for detail in details]


def _hanging(mark: str, style: str, lines: "Sequence[Text]", console: "Console") -> None:
    """Print lines beside a mark; what does not fit goes on below them, not below the mark."""
    indent = _INDENT + (len(mark) + 1 if mark else 0)
    pieces = [piece for line in lines for piece in line.wrap(console, console.width - indent)]
    shown = _text(" " * _INDENT).append(f"{mark} " if mark else "", style)
    for place, piece in enumerate(pieces):
        shown.append(f"\n{' ' * indent}" if place else "").append_text(piece)
    console.print(shown, no_wrap=True, crop=False)


def _bars(block: Bars, width: int) -> "RenderableType":
    from rich.table import Table as Grid

    names = max(len(name) for name, _ in block.rows)
    longest = max(4, min(_MOST_BAR, width - names - 9))
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(overflow="fold")
    for place, (name, share) in enumerate(block.rows):
        bar = _bar(share, longest, "green" if place == 0 else "")
        grid.add_row(_text(name), _text(say.probability(share)), bar)
    return grid


def _bar(share: float, longest: int, style: str) -> "Text":
    eighths = max(round(share * longest * 8), 1 if share > 0 else 0)
    return _text("█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else ""), style)


def _table(block: Table) -> "RenderableType":
    from rich.table import Table as Grid

    grid = Grid(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_header=any(block.header))
    for place, name in enumerate(block.header):
        longest = max(len(row[place]) for row in (block.header, *block.rows) if len(row) > 1)
        grid.add_column(
            name,
            justify="right" if place in block.right else "left",
            no_wrap=longest <= _NARROW,
            overflow="fold",
        )
    for row in block.rows:
        grid.add_row(*(_text(cell, "bold" if len(row) == 1 else "") for cell in row))
    return grid
