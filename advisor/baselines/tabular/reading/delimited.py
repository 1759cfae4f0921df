"""Read a delimited text: look at its beginning, decide the layout, then stream the whole file."""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading.categories import Levels, levels_of_all
from advisor.baselines.tabular.reading.dialect import Dialect, Row, parse, quotes_allowed, sniff
from advisor.baselines.tabular.reading.encodings import Encoding
from advisor.baselines.tabular.reading.files import Source, opened
from advisor.baselines.tabular.reading.header import Layout, lay_out, unique_names
from advisor.baselines.tabular.reading.lines import text_of
from advisor.baselines.tabular.reading.options import ReadOptions
from advisor.baselines.tabular.reading.regular import Cells, regular_cells
from advisor.baselines.tabular.reading.rows import Notes, RowsError, Shape, delimited_rows
from advisor.baselines.tabular.reading.sample import Bounds, collect
from advisor.reports.baseline import Decision

_SAMPLE_LINES = 4000
_SAMPLE_CHARACTERS = 300_000
_EXCEL = re.compile(r"\"?sep=.\"?\s*", re.IGNORECASE)  # a note of the separator for Excel
_SPOKEN = {"\t": "tab", " ": "blank", ",": "comma", ";": "semicolon", "|": "pipe"}
_QUOTED = {
    "doubled": ('"', "a quote within a quoted cell is written twice"),
    "escaped": ('"', "a quote within a quoted cell follows a backslash"),
    "none": ("none", "the quotes of the file are part of its text: read as quotes they would run rows together"),
    "single": ("'", "only this way do the rows have the same number of cells"),
    "loose": ('"', "some quoted cells continue after the closing quote"),
}


class Delimited(NamedTuple):
    """The columns, the count of all rows that were read, the share that was kept, and what was decided.

    `names` and `levels` are those of the columns, `header` is whether the names stand above the rows, `cut` whether
    reading stopped before the end of the file.
    """

    names: tuple[str, ...]
    header: bool
    levels: list[Levels]
    total: int
    share: float
    decisions: tuple[Decision, ...]
    cut: bool = False


class _Beginning(NamedTuple):
    """The first lines without comments; `numbers` are their places in the file, counted from 1.

    `skip` counts the lines that are known not to be the table's, `names_line` is the comment right above it, and
    `inside` are the comments below its first line.
    """

    lines: list[str]
    numbers: list[int]
    comment: str | None
    skip: int
    names_line: str
    inside: list[str]


def read_delimited(
    source: Source,
    encoding: Encoding,
    options: ReadOptions,
    named: Callable[[tuple[str, ...], bool], None],
    bounds: Bounds,
) -> Delimited:
    """Return the rows of the table, sampled if their texts take more than the bounds allow.

    `named` is called with the names of the columns, and whether the file has them, before the rows are read.

    Raises
    ------
    DataError
        If the file has no rows, or its rows do not fit one layout.
    """
    beginning, dialect = _begun(source, encoding, options)
    rows = parse(beginning.lines, dialect.separator, dialect.quotes)
    rows = rows or parse(beginning.lines, dialect.separator, "none")
    if not rows:
        raise DataError(f"{source.path}: the file holds no rows, only blank lines")
    layout = lay_out(rows, dialect.width or len(rows[0].cells), options.header, options.skip_rows is not None)
    skip = beginning.numbers[rows[layout.first - 1].line - 1] if layout.first else beginning.skip
    if named_comment := _names_in_comment(beginning, layout, dialect, options):
        layout, skip = named_comment
        beginning = beginning._replace(comment=None)
    named(layout.names, layout.header)
    shape = Shape(dialect.separator, dialect.quotes, skip, beginning.comment, layout.header, layout.width, layout.spare)
    cells, shape, notes = _collect(source, encoding, shape, options, bounds)
    if not cells.total:
        what = "only its header" if layout.header else "no rows"
        raise DataError(f"{source.path}: the file holds {what}; pass --no-header if the first row is data")
    decisions = _decisions(layout, dialect, shape, notes, options)
    return Delimited(layout.names, layout.header, cells.levels, cells.total, cells.share, tuple(decisions), cells.cut)


def _beginning(source: Source, encoding: Encoding, options: ReadOptions, comment: str | None) -> _Beginning:
    lines: list[str] = []
    numbers: list[int] = []
    inside: list[str] = []
    names_line = ""
    size = comments = count = 0
    within_quotes = False
    skip = options.skip_rows or 0
    with text_of(source, encoding) as text:
        for number, line in enumerate(islice(text, skip, None), skip + 1):
            count += 1
            if count == 1 and options.skip_rows is None and _EXCEL.fullmatch(line):
                skip = 1
            elif comment is not None and line.startswith(comment) and not within_quotes:
                comments += 1
                if lines:
                    inside.append(line)
                else:
                    names_line = line
            elif not lines and not line.strip():
                names_line = ""
            else:
                within_quotes ^= line.count('"') % 2 == 1
                lines.append(line)
                numbers.append(number)
                size += len(line)
            if len(lines) >= _SAMPLE_LINES or size >= _SAMPLE_CHARACTERS:
                break
    if not lines:
        reason = (
            f"only lines that begin with {comment!r}; set another --comment if they are rows"
            if comments
            else "only blank lines"
            if count
            else "no lines"
        )
        raise DataError(f"{source.path}: the file holds {reason}")
    return _Beginning(lines, numbers, comment if comments or options.comment else None, skip, names_line, inside)


def _begun(source: Source, encoding: Encoding, options: ReadOptions) -> tuple[_Beginning, Dialect]:
    """Return the first lines and their dialect; lines that begin with `#` are comments, unless they are rows, too."""
    beginning = _beginning(source, encoding, options, options.comment or "#")
    dialect = _sniffed(source, beginning, options)
    if beginning.inside and options.comment is None:
        rows = parse(beginning.inside, dialect.separator, dialect.quotes) or []
        alike = sum(len(row.cells) == dialect.width for row in rows)
        if dialect.width > 1 and 2 * alike > len(rows):
            beginning = _beginning(source, encoding, options, None)
            dialect = _sniffed(source, beginning, options)
    return beginning, dialect


def _sniffed(source: Source, beginning: _Beginning, options: ReadOptions) -> Dialect:
    try:
        return sniff(beginning.lines, options.separator, options.quote)
    except DataError as error:
        raise DataError(f"{source.path}: {error}") from None


def _names_in_comment(
    beginning: _Beginning, layout: Layout, dialect: Dialect, options: ReadOptions
) -> tuple[Layout, int] | None:
    """Return the layout with the names of the last `#` line above the table, where only that can hold names."""
    line = beginning.names_line
    if layout.header or layout.first or not line or options.header is not None or options.comment is not None:
        return None
    cells = (parse([line[1:]], dialect.separator, dialect.quotes) or [Row([], 1)])[0].cells
    if len(cells) != layout.width or layout.width < 2 or not all(cell.strip() for cell in cells):
        return None
    names, renamed = unique_names(cells)
    why = "the line above the first row begins with '#' and has a name for each column"
    # The names are read as the first row, so that what precedes them is skipped.
    return layout._replace(header=True, why=why, names=names, renamed=renamed), beginning.numbers[0] - 2


def _collect(
    source: Source, encoding: Encoding, shape: Shape, options: ReadOptions, bounds: Bounds
) -> tuple[Cells, Shape, Notes]:
    """Read all rows; where that fails, or rows may have been run together, try the other ways to quote."""
    try:
        cells, notes = _read(source, encoding, shape, options, bounds)
    except RowsError as error:
        if error.cut_off or not _has_quotes(source):
            raise
        for quotes in quotes_allowed(options.quote):
            if quotes not in {shape.quotes, "single", "loose"}:
                try:
                    other = shape._replace(quotes=quotes)
                    cells, notes = _read(source, encoding, other, options, bounds)
                except RowsError:
                    continue
                return cells, other, notes
        raise
    if notes.suspicious and "none" in quotes_allowed(options.quote):
        try:
            other = shape._replace(quotes="none")
            cells, notes = _read(source, encoding, other, options, bounds)
        except RowsError:
            return cells, shape, notes
        return cells, other, notes
    return cells, shape, notes


def _read(
    source: Source, encoding: Encoding, shape: Shape, options: ReadOptions, bounds: Bounds
) -> tuple[Cells, Notes]:
    if (cells := regular_cells(source, encoding, shape, bounds, options.seed)) is not None:
        return cells, Notes(0, 0)
    notes: list[Notes] = []
    rows, total, share, cut = collect(delimited_rows(source, encoding, shape, notes.append), bounds, options.seed)
    columns: list[Sequence[str]] = list(zip(*rows, strict=True))
    rows.clear()
    return Cells(levels_of_all(columns), total, share, cut), notes[0] if notes else Notes(0, 0)


def _has_quotes(source: Source) -> bool:
    with opened(source) as stream:
        return any(b'"' in block for block in iter(lambda: stream.read(1 << 20), b""))


def _decisions(layout: Layout, dialect: Dialect, shape: Shape, notes: Notes, options: ReadOptions) -> list[Decision]:
    separator = _SPOKEN.get(shape.separator, shape.separator)
    if layout.width == 1 and options.separator is None:
        why = "no line holds a separator"
    else:
        why = f"{dialect.share:.0%} of the first rows then have {dialect.width} cells"
    quote, how = _QUOTED[shape.quotes]
    decisions = [
        Decision("separator", separator, "given" if options.separator else why, "--separator"),
        Decision("quote", quote, "given" if options.quote else how, "--quote"),
        Decision(
            "header",
            "first row" if layout.header else "none",
            layout.why,
            "--no-header" if layout.header else "--header",
        ),
    ]
    if shape.skip or options.skip_rows is not None:
        why = "given" if options.skip_rows is not None else "they are not as wide as the table"
        decisions.append(Decision("lines before the table", str(shape.skip), why, "--skip-rows"))
    if shape.comment:
        lines = f"{notes.comments:,} line{'s' * (notes.comments != 1)} left out"
        why = "given" if options.comment else f"lines that begin with {shape.comment!r} do not belong to the table"
        decisions.append(Decision("comments", shape.comment, f"{why}; {lines}", "--comment"))
    if layout.renamed:
        names = ", ".join(layout.renamed[:5]) + (", ..." if len(layout.renamed) > 5 else "")
        decisions.append(Decision("column names", names, "their names are empty or occur twice", "--no-header"))
    return decisions
