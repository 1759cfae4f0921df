"""How sections of blocks become parts of a page: blocks of one kind go together, charts become figures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from advisor.render.html.baseline_figures import learning_curve
from advisor.render.html.figures import Figure
from advisor.render.html.recommendation_figures import approaches
from advisor.render.layout.blocks import Argument, Bars, Block, Chart, Finding, Paragraph, Ranking, Section, Table
from advisor.render.layout.wording import plain

if TYPE_CHECKING:
    from markupsafe import Markup

_CODE = re.compile(r"`([^`]+)`")
_KINDS = {Argument: "arguments", Finding: "findings", Table: "table", Ranking: "ranking", Figure: "figure"}


class BlockGroup(NamedTuple):
    """Neighbouring blocks of one kind: text, list, steps, cautions, arguments, findings, table, ranking or figure."""

    kind: str
    items: tuple[Block | Figure, ...]


class PageSection(NamedTuple):
    """A section ready for the template; `id` is unique on the page."""

    id: str
    title: str
    folded: bool
    groups: tuple[BlockGroup, ...]


def page_section(section: Section, figures: Mapping[str, Sequence[Figure]], prefix: str, place: int) -> PageSection:
    """Return a section with its figures, which come before the first argument, table or ranking."""
    items: list[Block | Figure] = []
    waiting = list(figures.get(section.name, ()))
    for block in section.blocks:
        if waiting and not isinstance(block, Paragraph):
            items += waiting
            waiting = []
        items.append(_drawn(block, prefix))
    groups = [BlockGroup(kind, tuple(members)) for kind, members in groupby([*items, *waiting], _kind)]
    return PageSection(f"{prefix}{section.name or f'section-{place}'}", section.title, section.folded, tuple(groups))


def _drawn(block: Block, prefix: str) -> Block | Figure:
    if isinstance(block, Bars):
        return approaches(block, prefix)
    if isinstance(block, Chart):
        return learning_curve(block, prefix)
    return block


def _kind(block: Block | Figure) -> str:
    if isinstance(block, Paragraph):
        mark = block.mark.strip()
        return {"": "text", "-": "list", "!": "cautions"}.get(mark, "steps")
    return _KINDS[type(block)]


def prose(text: str) -> "Markup":
    """Return text of the program or of the rules as HTML, in which a pair of backticks means code.

    Examples
    --------
    >>> print(prose("run `a<b` & wait"))
    run <code dir="auto">a&lt;b</code> &amp; wait
    """
    from markupsafe import Markup, escape

    parts: Iterator[Markup] = (
        Markup('<code dir="auto">{}</code>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(_CODE.split(plain(text)))
    )
    return Markup("").join(parts)
