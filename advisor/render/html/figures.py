"""What a figure of the page consists of: the drawing, its words, and the same figures as a table."""

from typing import NamedTuple

from advisor.render.layout.blocks import Table


class Figure(NamedTuple):
    """A drawing as SVG with a caption, a key to its numbers, and its figures as a table."""

    name: str
    caption: str
    svg: str
    table: Table
    key: tuple[str, ...] = ()
