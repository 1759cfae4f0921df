"""Blocks that a report consists of; every format for people lays them out in its own way.

Named tuples, since a dataclass costs every start half a millisecond.
"""

from typing import NamedTuple


class Paragraph(NamedTuple):
    """A text, with a mark before it where it is one of several: `!`, `-` or a number."""

    text: str
    mark: str = ""
    details: tuple[str, ...] = ()


class Facts(NamedTuple):
    """Short facts, each under its name; facts of one name follow each other."""

    rows: tuple[tuple[str, str], ...]


class Bars(NamedTuple):
    """Probabilities to be drawn, each with its name."""

    rows: tuple[tuple[str, float], ...]


class Argument(NamedTuple):
    """A reason with its points, its text and, below it, details such as sources."""

    points: float
    title: str
    text: str
    details: tuple[str, ...] = ()


class Table(NamedTuple):
    """Rows under a header; a row of one cell names the group of those after it.

    The columns in `right` hold numbers, those in `code` a user's own text; `notes` follow with their marks. Cells,
    by row and column, are `over` a limit or `doubtful`.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    code: tuple[int, ...] = ()
    over: tuple[tuple[int, int], ...] = ()
    doubtful: tuple[tuple[int, int], ...] = ()


class Finding(NamedTuple):
    """Something found, `severity` being error, warning or note, with what to do about it below."""

    severity: str
    title: str
    text: str
    details: tuple[str, ...] = ()


class Ranked(NamedTuple):
    """A line of a ranking: figures under the header or, where there are none, a status and its reason."""

    name: str
    figures: tuple[str, ...] = ()
    status: str = ""
    reason: str = ""
    best: bool = False


class RankedGroup(NamedTuple):
    """Lines of a ranking under their title; a line is drawn above those that stand `apart` from the others."""

    title: str
    lines: tuple[Ranked, ...]
    apart: bool = False


class Ranking(NamedTuple):
    """Named lines of figures in titled groups, the best of a group marked.

    The header names the figures, the legend explains it, `best` what the mark means; figures at the places in `spare`
    go first where the width does not suffice.
    """

    header: tuple[str, ...]
    groups: tuple[RankedGroup, ...]
    legend: str
    notes: tuple[tuple[str, str], ...] = ()
    spare: tuple[int, ...] = ()
    best: str = "best of its family"


class Series(NamedTuple):
    """A line of a chart: a value for each x, null where there is none."""

    name: str
    mark: str
    trace: str
    values: tuple[float | None, ...]


class Chart(NamedTuple):
    """Lines over a logarithmic or linear x; the x from place `measured` on are a forecast.

    The axis is labelled at `ticks`, at each x where there are none; `borders` are drawn from top to bottom, `here`
    below the axis; `y` holds the ends of the other axis where the values do not decide.
    """

    x: tuple[float, ...]
    series: tuple[Series, ...]
    measured: int
    linear: bool = False
    ticks: tuple[float, ...] = ()
    borders: tuple[float, ...] = ()
    here: float | None = None
    y: tuple[float, float] | None = None
    rows: int = 9


Block = Paragraph | Facts | Bars | Argument | Table | Finding | Ranking | Chart


class Section(NamedTuple):
    """A heading with blocks; a folded section is opened on demand where the format can fold.

    By its `name` a format finds the section that it rearranges or adds a figure to.
    """

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False
    name: str = ""


class Document(NamedTuple):
    """A whole report: the answer as a headline, what comes right below it, sections, and where it comes from.

    `name` is a user's own text that comes before the footer.
    """

    headline: str
    opening: tuple[Paragraph | Facts, ...]
    sections: tuple[Section, ...]
    footer: str
    name: str = ""
