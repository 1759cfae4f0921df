"""How blocks are laid out as Markdown, in which no text of a user or a rule becomes markup."""

import re
from collections.abc import Iterator, Sequence

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

# What would be markup, an HTML tag, the border of a table or, at the start, a list or a quotation.
_SPECIAL = re.compile(r"([\\`*\[\]<|~#&$]|(?<!\w)_|_(?!\w)|^[-+>])")
_CODE = re.compile(r"(`[^`]+`)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_WIDE = 76  # columns of a drawing
_FULL = 20  # blocks of a bar at probability 1


def escaped(text: str) -> str:
    r"""Return any text on one line, with nothing left that Markdown would take for markup.

    Examples
    --------
    >>> print(escaped("a|b <i>\n*x* a_b"))
    a\|b \<i> \*x\* a_b
    """
    return _inert(say.plain(text))


def prose(text: str, *, in_table: bool = False) -> str:
    r"""Return text of the rules, in which a pair of backticks means code.

    Examples
    --------
    >>> print(prose("run `a_b` for p95_ms, *now*"))
    run `a_b` for p95_ms, \*now\*
    """
    parts = _CODE.split(say.plain(text))
    for place, part in enumerate(parts):
        if place % 2 == 0:
            parts[place] = _inert(part)
        elif in_table:
            parts[place] = part.replace("|", r"\|")
    return "".join(parts)


def _inert(text: str) -> str:
    """Return text that neither marks up nor, for the space of no width in it, mentions anybody."""
    return _MENTION.sub("@&#8203;", _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text)))


def code(text: str) -> str:
    """Return a user's text as code, where it can neither mark up nor mention anybody."""
    text = say.plain(text) or "-"
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    gap = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def document(content: Document, view: View) -> str:
    """Return a report as Markdown."""
    del view  # width and colour concern text
    return "\n".join(_document_lines(content)) + "\n"


def _document_lines(content: Document) -> Iterator[str]:
    yield f"## {prose(content.headline)}"
    for block in content.opening:
        yield ""
        if isinstance(block, Facts):
            yield from _facts(block)
        else:
            yield f"{'> ' if block.mark else ''}{prose(block.text)}"
    for section in content.sections:
        yield ""
        yield from section_lines(section)
    yield ""
    name = f"{code(content.name)} · " if content.name else ""
    yield f"<sub>{name}{escaped(content.footer)}</sub>"


def section_lines(section: Section, level: int = 3) -> Iterator[str]:
    """Yield the lines of a heading and its blocks; a folded section opens by a click."""
    if section.folded:
        yield f"<details><summary>{section.title}</summary>"  # titles of folded sections are fixed words
    else:
        yield f"{'#' * level} {escaped(section.title)}"
    yield ""
    yield from block_lines(section.blocks)
    if section.folded:
        yield ""
        yield "</details>"


def block_lines(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the lines of blocks, with empty ones where Markdown needs them."""
    before: Block | None = None
    for block in blocks:
        # A list or a table continues; anything else starts after an empty line.
        goes_on = type(before) is type(block) and not (isinstance(block, Paragraph) and not block.mark)
        if before is not None and not goes_on:
            yield ""
        if isinstance(block, Paragraph):
            yield from _paragraph(block)
        elif isinstance(block, Argument):
            yield from _argument(block)
        elif isinstance(block, Finding):
            yield from _finding(block)
        elif isinstance(block, Facts):
            yield from _facts(block)
        elif isinstance(block, Ranking):
            yield from _ranking(block)
        elif isinstance(block, Chart):
            yield from ("```text", *drawn(block, _WIDE), "```")
        else:
            yield from table_lines(block if isinstance(block, Table) else _bars(block))
        before = block


def _paragraph(block: Paragraph) -> Iterator[str]:
    mark = block.mark.strip()
    bullet = {"": "", "!": "- ", "-": "- "}.get(mark, f"{mark} ")
    yield f"{bullet}{prose(block.text)}"
    for detail in block.details:
        yield f"{' ' * len(bullet)}- {prose(detail)}"


def _facts(block: Facts) -> Iterator[str]:
    for name, text in block.rows:
        yield f"- **{escaped(name)}:** {prose(text)}"


def _argument(block: Argument) -> Iterator[str]:
    yield f"- **{say.points(block.points)} {escaped(block.title)}.** {prose(block.text)}"
    for detail in block.details:
        yield f"  - {prose(detail)}"


def _finding(block: Finding) -> Iterator[str]:
    yield f"- **{block.severity}** {prose(block.title)}: {prose(block.text)}"
    for detail in block.details:
        yield f"  - {prose(detail)}"


def _ranking(block: Ranking) -> Iterator[str]:
    yield row_line(("", *block.header))
    yield row_line(("---", *["--:"] * len(block.header)))
    best = any(line.best for group in block.groups for line in group.lines)
    notes = [(f"Bold: {block.best}." if best else "", block.legend), *block.notes]
    for group in block.groups:
        yield row_line((f"**{escaped(group.title)}**", *[""] * len(block.header)))
        for line in group.lines:
            yield row_line(_ranked(line, len(block.header)))
            if line.reason:
                notes.append((f"{escaped(line.name)}:", line.reason))
    yield ""
    for mark, note in notes:
        yield f"- {f'{mark} ' if mark else ''}{prose(note)}"


def _ranked(line: Ranked, figures: int) -> tuple[str, ...]:
    name = f"**{escaped(line.name)}**" if line.best else escaped(line.name)
    if line.figures:
        return (name, *(prose(figure, in_table=True) for figure in line.figures))
    return (name, f"*{escaped(line.status)}*", *[""] * (figures - 1))


def _bars(block: Bars) -> Table:
    rows = tuple((name, say.probability(share), "█" * max(1, round(share * _FULL))) for name, share in block.rows)
    return Table(("Approach", "Probability", ""), rows, right=(1,))


def table_lines(block: Table) -> Iterator[str]:
    """Yield the lines of a table and of the notes below it."""
    yield row_line(block.header)
    yield row_line(tuple("--:" if place in block.right else "---" for place in range(len(block.header))))
    for row in block.rows:
        if len(row) == 1:
            yield row_line((f"**{escaped(row[0])}**", *[""] * (len(block.header) - 1)))
        else:
            yield row_line(
                tuple(
                    code(cell).replace("|", r"\|") if place in block.code else prose(cell, in_table=True)
                    for place, cell in enumerate(row)
                )
            )
    if block.notes:
        yield ""
        for mark, note in block.notes:
            yield f"- {mark} {prose(note)}"


def row_line(cells: Sequence[str]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cells)} |"
