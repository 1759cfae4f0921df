"""Markdown for a pull request or a job summary: the answer as heading, tables, details to open."""

import re
from collections.abc import Iterator, Sequence

from advisor.render import View
from advisor.render import wording as say
from advisor.render.content import Argument, Bars, Block, Paragraph, Section, Table, overview, sections
from advisor.report import Recommendation

# What would be markup, an HTML tag, the border of a table or, at the start, a list or a quotation.
_SPECIAL = re.compile(r"([\\`*\[\]<|~#&$]|(?<!\w)_|_(?!\w)|^[-+>])")
_CODE = re.compile(r"(`[^`]+`)")
_FULL = 20  # blocks of a bar at probability 1


def render(results: Sequence[Recommendation], view: View) -> str:
    """Return the report of one result, or a table of several."""
    if len(results) == 1:
        lines = _one(results[0], view)
    else:
        lines = iter(("## Recommendations", "", *_table(overview(results), user_cells=(0,))))
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    r"""Return any text on one line, with nothing left that Markdown would take for markup.

    Examples
    --------
    >>> print(escaped("a|b <i>\n*x* a_b"))
    a\|b \<i> \*x\* a_b
    """
    return _SPECIAL.sub(r"\\\1", say.plain(text))


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
            parts[place] = _SPECIAL.sub(r"\\\1", part)
        elif in_table:
            parts[place] = part.replace("|", r"\|")
    return "".join(parts)


def code(text: str) -> str:
    """Return a user's text as code, where it can neither mark up nor mention anybody."""
    text = say.plain(text) or "-"
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    gap = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def _one(result: Recommendation, view: View) -> Iterator[str]:
    yield f"## {prose(say.answer(result))}"
    yield ""
    yield prose(say.certainty(result))
    for section in sections(result, view):
        yield ""
        yield from _section(section)
    yield ""
    yield f"<sub>{code(result.name)} · {escaped(say.provenance(result))}</sub>"


def _section(section: Section) -> Iterator[str]:
    if section.folded:
        yield f"<details><summary>{section.title}</summary>"  # titles of folded sections are fixed words
    else:
        yield f"### {escaped(section.title)}"
    yield ""
    yield from _blocks(section.blocks)
    if section.folded:
        yield ""
        yield "</details>"


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    before: Block | None = None
    for block in blocks:
        # A list or a table goes on; anything else starts after an empty line.
        goes_on = type(before) is type(block) and not (isinstance(block, Paragraph) and not block.mark)
        if before is not None and not goes_on:
            yield ""
        if isinstance(block, Paragraph):
            yield from _paragraph(block)
        elif isinstance(block, Argument):
            yield from _argument(block)
        else:
            yield from _table(block if isinstance(block, Table) else _bars(block))
        before = block


def _paragraph(block: Paragraph) -> Iterator[str]:
    mark = block.mark.strip()
    bullet = {"": "", "!": "- ", "-": "- "}.get(mark, f"{mark} ")
    yield f"{bullet}{prose(block.text)}"
    for detail in block.details:
        yield f"{' ' * len(bullet)}- {prose(detail)}"


def _argument(block: Argument) -> Iterator[str]:
    yield f"- **{say.points(block.points)} {escaped(block.title)}.** {prose(block.text)}"
    for detail in block.details:
        yield f"  - {prose(detail)}"


def _bars(block: Bars) -> Table:
    rows = tuple((name, say.probability(share), "█" * max(1, round(share * _FULL))) for name, share in block.rows)
    return Table(("Approach", "Probability", ""), rows, right=(1,))


def _table(block: Table, user_cells: Sequence[int] = ()) -> Iterator[str]:
    yield _row(block.header)
    yield _row(tuple("--:" if place in block.right else "---" for place in range(len(block.header))))
    for row in block.rows:
        if len(row) == 1:
            yield _row((f"**{escaped(row[0])}**", *[""] * (len(block.header) - 1)))
        else:
            yield _row(
                tuple(
                    code(cell).replace("|", r"\|") if place in user_cells else prose(cell, in_table=True)
                    for place, cell in enumerate(row)
                )
            )
    if block.notes:
        yield ""
        for mark, note in block.notes:
            yield f"- {mark} {prose(note)}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
