"""How blocks are laid out as text for a terminal or a log, by rich."""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

from advisor.render.layout import wording as say
from advisor.render.layout.blocks import (
    Argument,
    Bars,
    Block,
    Chart,
    Document,
    Facts,
    Finding,
    Paragraph,
    Ranked,
    Ranking,
    Section,
    Table,
)
from advisor.render.layout.chart import drawn
from advisor.render.view import View

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

INDENT = 2
_MOST_BAR = 40
_NARROW = 12  # cells up to this length are never broken
_EIGHTHS = " ▏▎▍▌▋▊▉"
_SEVERITIES = {"error": "bold red", "warning": "yellow", "note": "dim"}
_SERIES = ("green", "cyan", "magenta", "yellow", "blue")
_BEST = "*"
_GAP = 2  # columns between figures
_LEAST_NAME, _MOST_NAME = 20, 40  # room for the names of a ranking


def document(content: Document, view: View) -> str:
    """Return a report as text."""
    console, output = open_console(view)
    console.print(styled(content.headline, "bold"))
    for block in content.opening:
        if isinstance(block, Facts):
            _print_facts(block, console)
            continue
        text, style = (f"{block.mark} {block.text}", "yellow") if block.mark else (block.text, "")
        console.print(styled(text, style))
    for section in content.sections:
        console.print()
        print_section(section, console)
    console.print()
    name = f"{say.clipped(content.name, say.LONGEST_TITLE)} · " if content.name else ""
    console.print(styled(f"{name}{content.footer}", "dim"))
    return printed(output)


def open_console(view: View) -> "tuple[Console, StringIO]":
    """Return a console that prints as the view asks, whatever the environment says, and what it prints to."""
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


def printed(output: StringIO) -> str:
    """Return what was printed, without spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines()) + "\n"


def print_section(section: Section, console: "Console") -> None:
    """Print a heading and its blocks."""
    console.print(styled(section.title, "bold"))
    for block in section.blocks:
        _print_block(block, console)


def _print_block(block: Block, console: "Console") -> None:
    from rich.padding import Padding

    if isinstance(block, Paragraph):
        style = "yellow" if block.mark == "!" else ""
        print_hanging(block.mark, style, [styled(block.text), *_details(block.details)], console)
    elif isinstance(block, Argument):
        style = "green" if block.points > 0 else "red" if block.points < 0 else ""
        lines = [styled(block.title, "bold"), styled(block.text), *_details(block.details)]
        print_hanging(f"{say.points(block.points):>5}", style, lines, console)
    elif isinstance(block, Finding):
        line = styled("").append(block.title, "bold").append(f": {block.text}")
        print_hanging(f"{block.severity:<7}", _SEVERITIES[block.severity], [line, *_details(block.details)], console)
    elif isinstance(block, Facts):
        _print_facts(block, console)
    elif isinstance(block, Ranking):
        _print_ranking(block, console)
    elif isinstance(block, Chart):
        for drawing in drawn(block, console.width - INDENT):
            line = styled(f"{' ' * INDENT}{drawing}")
            traces = [series.trace for series in block.series]
            for series, style in zip(block.series, _SERIES, strict=False):
                own = series.trace if traces.count(series.trace) == 1 else ""
                line.highlight_regex(f"[{series.mark}{own}]+", style)
            console.print(line, no_wrap=True, overflow="crop")
    elif isinstance(block, Table) and _narrowest(block) > console.width - INDENT:
        _print_stacked(block, console)
    else:
        shown = _bars(block, console.width - INDENT) if isinstance(block, Bars) else _table(block)
        console.print(Padding(shown, (0, 0, 0, INDENT)))
        for mark, note in block.notes if isinstance(block, Table) else ():
            print_hanging(mark, "", [styled(note)], console)


def styled(content: str, style: str = "") -> "Text":
    """Return text that is shown as it is, in a style."""
    from rich.text import Text

    return Text(content, style=style, overflow="fold")


def _details(details: Sequence[str]) -> "list[Text]":
    return [styled(detail, "dim") for detail in details]


def print_hanging(mark: str, style: str, lines: "Sequence[Text]", console: "Console") -> None:
    """Print lines beside a mark; what does not fit continues below them, not below the mark."""
    indent = INDENT + (len(mark) + 1 if mark else 0)
    pieces = [piece for line in lines for piece in line.wrap(console, console.width - indent)]
    shown = styled(" " * INDENT).append(f"{mark} " if mark else "", style)
    for place, piece in enumerate(pieces):
        shown.append(f"\n{' ' * indent}" if place else "").append_text(piece)
    console.print(shown, no_wrap=True, crop=False)


def _print_facts(block: Facts, console: "Console") -> None:
    """Print names on the left, each once, and what they are beside them."""
    width = max((len(name) for name, _ in block.rows), default=0) + 1
    before = ""
    for name, text in block.rows:
        label = "" if name == before else name
        print_hanging(f"{label:<{width}}", "dim", [styled(text.replace("`", ""))], console)
        before = name


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
        grid.add_row(styled(name), styled(say.probability(share)), bar)
    return grid


def _bar(share: float, longest: int, style: str) -> "Text":
    eighths = max(round(share * longest * 8), 1 if share > 0 else 0)
    return styled("█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else ""), style)


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
        grid.add_row(*(styled(cell, "bold" if len(row) == 1 else "") for cell in row))
    return grid


def _narrowest(block: Table) -> int:
    """Return the columns that a table needs at least so that no word in it is broken."""
    from rich.cells import cell_len

    rows = [row for row in (block.header, *block.rows) if len(row) > 1]
    needed = 0
    for cells in zip(*rows, strict=True):
        longest = max(map(len, cells))
        words = [word for cell in cells for word in ([cell] if longest <= _NARROW else cell.split())]
        # what is longer than a name is a user's own text, and broken wherever it is
        needed += min(max(map(cell_len, words), default=0), _LEAST_NAME) + _GAP
    return needed - _GAP


def _print_stacked(block: Table, console: "Console") -> None:
    """Print each row below the one before, its cells below its first one, where the width is too small for a table."""
    for row in block.rows:
        print_hanging("", "", [styled(row[0], "bold")], console)
        for name, cell in zip(block.header[1:], row[1:], strict=True) if len(row) > 1 else ():
            print_hanging(" ", "", [styled(f"{name}: {cell}" if name else cell)], console)
    for mark, note in block.notes:
        print_hanging(mark, "", [styled(note)], console)


def _print_ranking(block: Ranking, console: "Console") -> None:
    """Print names on the left, figures on the right; what replaces figures spans all of them."""
    from rich.cells import cell_len

    lines = [line for group in block.groups for line in group.lines]
    longest = min(max((cell_len(line.name) for line in lines), default=0), _MOST_NAME)
    rows = [block.header, *(line.figures for line in lines if line.figures)]
    columns = [(place, max(len(row[place]) for row in rows)) for place in range(len(block.header))]
    for spare in block.spare:
        if _room(columns, console) >= min(longest, _LEAST_NAME):
            break
        columns = [column for column in columns if column[0] != spare]
    names = max(8, min(longest, _room(columns, console)))
    _print_ranked(Ranked("", block.header), names, columns, console, "bold")
    for group in block.groups:
        if group.apart:
            across = INDENT + names + sum(wide + _GAP for _, wide in columns)
            console.print(styled(f"{' ' * INDENT}{'─' * min(across, console.width - INDENT)}", "dim"), no_wrap=True)
        console.print(styled(f"{' ' * INDENT}{group.title}", "bold"))
        for line in group.lines:
            _print_ranked(line, names, columns, console)
    missing = [block.header[place] for place in block.spare if place not in dict(columns)]
    legend = f"not shown for lack of width: {', '.join(missing[::-1])}" if missing else block.legend
    best = f"{_BEST} {block.best} · " if any(line.best for line in lines) else ""
    print_hanging("", "", [styled(f"{best}{legend}", "dim")], console)
    for mark, note in block.notes:
        print_hanging(mark, "dim", [styled(note, "dim")], console)


def _room(columns: Sequence[tuple[int, int]], console: "Console") -> int:
    return console.width - 2 * INDENT - sum(wide + _GAP for _, wide in columns)


def _print_ranked(
    line: Ranked, names: int, columns: Sequence[tuple[int, int]], console: "Console", style: str = ""
) -> None:
    left = styled(line.name, "bold" if line.best else style).wrap(console, names)
    if line.figures:
        right = [styled("".join(f"{line.figures[place]:>{wide + _GAP}}" for place, wide in columns), style)]
    else:
        text = styled("").append(line.status, "yellow").append(f": {line.reason}" if line.reason else "")
        pieces = text.wrap(console, max(10, console.width - 2 * INDENT - names - _GAP))
        right = [styled(" " * _GAP).append_text(piece) for piece in pieces]
    for place in range(max(len(left), len(right))):
        mark = _BEST if line.best and place == 0 else ""
        shown = styled(" " * INDENT).append(f"{mark:<{INDENT}}", "green" if mark else "")
        name = left[place] if place < len(left) else styled("")
        name.align("left", names)
        shown.append_text(name).append_text(right[place] if place < len(right) else styled(""))
        console.print(shown, no_wrap=True, overflow="crop")
