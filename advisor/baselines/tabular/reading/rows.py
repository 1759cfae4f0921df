"""Stream the rows of a delimited text, and say where one does not fit."""

import csv
from collections.abc import Callable, Iterator
from typing import NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading.dialect import long_cells, reader
from advisor.baselines.tabular.reading.encodings import Encoding
from advisor.baselines.tabular.reading.files import Source
from advisor.baselines.tabular.reading.lines import Lines, text_of


class RowsError(DataError):
    """Rows that do not fit the layout: other quotes may help, unless the file is `cut_off` within its last line."""

    def __init__(self, message: str, cut_off: bool = False) -> None:
        super().__init__(message)
        self.cut_off = cut_off


class Shape(NamedTuple):
    """How to cut a text into rows; `skip` counts the lines before the first row, its header included."""

    separator: str
    quotes: str
    skip: int
    comment: str | None
    header: bool
    width: int
    spare: bool


class Notes(NamedTuple):
    """What was seen on the way: lines left out as comments, and rows that may be several rows run together."""

    comments: int
    suspicious: int


def delimited_rows(
    source: Source, encoding: Encoding, shape: Shape, done: Callable[[Notes], None]
) -> Iterator[list[str]]:
    """Yield the cells of each row of the table, without the header; call `done` at the end.

    Raises
    ------
    RowsError
        If a row has more or fewer cells, or a quote is not closed; all rows are read before, to say how many.
    """
    ragged = _Ragged(source, shape)
    width, several_lines = shape.width, 0
    with long_cells(), text_of(source, encoding) as text:
        lines = Lines(text, shape.comment)
        lines.skip(shape.skip)
        # Without comments the lines are read by the csv module itself, which takes half the time.
        rows = reader(lines if shape.comment else text, shape.separator, shape.quotes)
        header, before = shape.header, 0
        try:
            for row in rows:
                lines.at_start = True
                start, before = before, rows.line_num
                if header:
                    header = is_blank(row)
                    continue
                if len(row) != width:
                    if shape.spare and len(row) == width + 1 and not row[-1].strip():
                        del row[-1]
                    else:
                        if not is_blank(row):
                            ragged.add(lines.number_of(before), len(row))
                        continue
                ragged.good += 1
                if before - start > 1:
                    several_lines += _run_together(row, shape)
                if not ragged.count:
                    yield row
        except csv.Error as error:
            start, end = lines.number_of(before) + 1, lines.number_of(rows.line_num)
            cut_off = "unexpected end" in str(error) and start == end
            raise RowsError(_unparsable(source, shape, start, end, error), cut_off) from None
    if ragged.count:
        raise RowsError(ragged.message())
    done(Notes(lines.comments, several_lines))


def is_blank(row: list[str]) -> bool:
    """Whether a row has no cell, or only a blank one."""
    return not row or (len(row) == 1 and not row[0].strip())


def _run_together(row: list[str], shape: Shape) -> bool:
    """Whether a row over several lines would also be several whole rows, if quotes did not count."""
    lines = sum(cell.count("\n") for cell in row) + 1
    separators = sum(cell.count(shape.separator) for cell in row) + shape.width - 1
    return shape.width > 1 and lines > 1 and separators == lines * (shape.width - 1)


class _Ragged:
    """Counts rows of another width, and remembers the first."""

    def __init__(self, source: Source, shape: Shape) -> None:
        self._source = source
        self._shape = shape
        self.good = 0
        self.count = 0
        self.first = (0, 0, 0)

    def add(self, line: int, cells: int) -> None:
        if not self.count:
            self.first = (line, cells, self.good)
        self.count += 1

    def message(self) -> str:
        line, cells, before = self.first
        path, width = self._source.path, self._shape.width
        found = f"line {line} has {cells} cell{'s' * (cells != 1)} where {width} are expected"
        if self.count == 1 and cells < width and before == self.good and before:
            return (
                f"{path}: {found}, and it is the last: the file seems to be cut off; copy or download it again, or "
                "delete that line"
            )
        more = f" ({self.count:,} of {self.good + self.count:,} rows have another number of cells)"
        return (
            f"{path}: {found}{more if self.count > 1 else ''}; fix the line, or describe the layout with --separator, "
            "--quote, --skip-rows or --comment"
        )


def _unparsable(source: Source, shape: Shape, start: int, end: int, error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"{source.path}: line {start}: a cell is longer than 64 MB; is {shape.separator!r} the --separator?"
    if "unexpected end" in str(error):
        return (
            f"{source.path}: line {start}: a quote is opened and never closed: the file seems to be cut off; copy or "
            "download it again, or pass --quote none if quotes are part of the text"
        )
    return (
        f"{source.path}: line {end}: text follows a closing quote; write a quote within a quoted cell twice, or pass "
        "--quote none if quotes are part of the text"
    )
