"""Text for a terminal or a log: the answer first, then its reasons; rich lays it out."""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

from advisor.render import View
from advisor.render import wording as say
from advisor.render.content import Argument, Bars, Block, Paragraph, Section, Table, overview, sections
from advisor.report import Recommendation

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
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
        console.print(_table(overview(results)))
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
    console.print(_text(say.provenance(result), "dim"))


def _section(section: Section, console: "Console") -> None:
    from rich.padding import Padding

    console.print(_text(section.title, "bold"))
    for block in section.blocks:
        console.print(Padding(_block(block, console.width - _INDENT), (0, 0, 0, _INDENT)))


def _block(block: Block, width: int) -> "RenderableType":
    if isinstance(block, Paragraph):
        return _paragraph(block)
    if isinstance(block, Argument):
        return _argument(block)
    if isinstance(block, Bars):
        return _bars(block, width)
    return _table(block)


def _text(content: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(content, style=style, overflow="fold")


def _paragraph(block: Paragraph) -> "RenderableType":
    if not block.mark:
        return _text(block.text)
    lines = [_text(block.text), *(_text(detail, "dim") for detail in block.details)]
    return _hanging(_text(block.mark, "yellow" if block.mark == "!" else ""), len(block.mark), lines)


def _argument(block: Argument) -> "RenderableType":
    style = "green" if block.points > 0 else "red" if block.points < 0 else ""
    lines = [_text(block.title, "bold"), _text(block.text), *(_text(detail, "dim") for detail in block.details)]
    return _hanging(_text(f"{say.points(block.points):>5}", style), 5, lines)


def _hanging(mark: "Text", width: int, lines: "Sequence[Text]") -> "RenderableType":
    from rich.table import Table as Grid

    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=width, no_wrap=True)
    grid.add_column(overflow="fold")
    for place, line in enumerate(lines):
        grid.add_row(mark if place == 0 else "", line)
    return grid


def _bars(block: Bars, width: int) -> "RenderableType":
    from rich.table import Table as Grid

    names = max(len(name) for name, _, _ in block.rows)
    longest = max(4, min(_MOST_BAR, width - names - 9))
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(overflow="fold")
    for place, (name, share, note) in enumerate(block.rows):
        shown = _text(note, "dim") if share is None else _bar(share, longest, "green" if place == 0 else "")
        grid.add_row(_text(name), _text("-" if share is None else say.probability(share)), shown)
    return grid


def _bar(share: float, longest: int, style: str) -> "Text":
    eighths = max(round(share * longest * 8), 1 if share > 0 else 0)
    return _text("█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else ""), style)


def _table(block: Table) -> "RenderableType":
    from rich.console import Group
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
        grid.add_row(*(_text(cell) for cell in row))
    notes = [_hanging(_text(mark), len(mark), [_text(note)]) for mark, note in block.notes]
    return Group(grid, *notes)
