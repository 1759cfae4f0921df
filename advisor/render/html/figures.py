"""What the figures of the page consist of: drawings with the same figures as a table, and bars beside their labels."""

from typing import NamedTuple

from advisor.render.layout.blocks import Table


class Figure(NamedTuple):
    """A drawing as SVG with a caption, a key to its numbers, and its figures as a table."""

    name: str
    caption: str
    svg: str
    table: Table
    key: tuple[str, ...] = ()


class BarRow(NamedTuple):
    """A label, its value as text, and a bar between two shares of its track.

    `color` names a colour of the style sheet, `dot` the share at which a dot lies; `note` is said below,
    `beyond` in place of a bar that its track does not hold; `term` is a word of the glossary that the label leads to.
    """

    label: str
    text: str
    low: float
    high: float
    color: str
    dot: float | None = None
    note: str = ""
    beyond: str = ""
    term: str = ""
    strong: bool = False


class BarList(NamedTuple):
    """Rows of labels with their bars; the caption says what they show, `ends` what both ends of the track are."""

    caption: str
    rows: tuple[BarRow, ...]
    ends: tuple[str, str] = ("", "")
