"""How sections of blocks become parts of a page: blocks of one kind go together, charts become figures."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from advisor.render.html.baseline_figures import learning_curve
from advisor.render.html.figures import BarList, Figure
from advisor.render.layout.blocks import Argument, Block, Chart, Facts, Finding, Paragraph, Ranking, Table
from advisor.render.layout.wording import plain

if TYPE_CHECKING:
    from markupsafe import Markup

_CODE = re.compile(r"`([^`]+)`")
_KINDS = {
    Argument: "arguments",
    Facts: "facts",
    Finding: "findings",
    Table: "table",
    Ranking: "ranking",
    Figure: "figure",
    BarList: "bars",
}
Item = Block | Figure | BarList


class BlockGroup(NamedTuple):
    """Neighbouring items of one kind, a text being text, list, steps or cautions; the others are in `_KINDS`."""

    kind: str
    items: tuple[Item, ...]


class PageSection(NamedTuple):
    """A section ready for the template; `id` is unique on the page, `name` is what its style goes by."""

    id: str
    name: str
    title: str
    groups: tuple[BlockGroup, ...]


def page_section(title: str, items: Sequence[Item], name: str, prefix: str) -> PageSection:
    """Return a section of blocks and figures, charts drawn."""
    drawn = (learning_curve(item, prefix) if isinstance(item, Chart) else item for item in items)
    groups = [BlockGroup(kind, tuple(members)) for kind, members in groupby(drawn, _kind)]
    return PageSection(f"{prefix}{name}", name, title, tuple(groups))


def _kind(block: Item) -> str:
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
