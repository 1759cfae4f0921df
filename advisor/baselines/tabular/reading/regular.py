"""Read a delimited text with one row a line without making an object of each cell.

CPU seconds and MB of memory for 500,000 x 17 short numbers, and for 200,000 x 20 and 1,000,000 x 10 cells of all kinds:

- here 2.0, 1.8, 5.0 s and 366, 360, 758 MB; row by row 7.3, 3.4, 10.2 s;
- where pandas cuts the lines that are kept, 3.3, 1.7, 4.7 s and 652, 344, 708 MB;
- pandas alone 2.0, 1.2, 2.6 s and 631, 348, 725 MB, but it fills up rows that are too short without a word, and has to
  cut every row of a file to sample it, which takes longer than the 8 s that 1.3 GB within 512 MB take here;
- DuckDB 2.2, 1.2, 3.5 s and 952, 610, 1,182 MB, and it reads no encodings but UTF-8, UTF-16 and Latin-1;
- pyarrow and polars are 2 to 3 and 1.2 to 1.8 times as fast, and each would be 170 MB more to install

(`tests/benchmarks/reading.py`).
"""

import csv
import io
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading.categories import Levels, stripped
from advisor.baselines.tabular.reading.cell_offsets import Irregular, Marks, cells_by_row, factorised
from advisor.baselines.tabular.reading.dialect import QUOTES, long_cells, reader
from advisor.baselines.tabular.reading.encodings import Encoding
from advisor.baselines.tabular.reading.files import Source
from advisor.baselines.tabular.reading.lines import opened_text
from advisor.baselines.tabular.reading.rows import Shape, is_blank
from advisor.baselines.tabular.reading.sample import Bounds, Collected, Sample, bytes_of

_BLOCK = 1 << 20  # characters
_LONGEST = 1 << 23  # characters of a line
_LINES = 1 << 13


class Cells(NamedTuple):
    """The columns of the rows that were kept, the count of all that were read, and the share that was kept.

    `cut` is whether reading stopped before the end of the file.
    """

    levels: list[Levels]
    total: int
    share: float
    cut: bool = False


def regular_cells(source: Source, encoding: Encoding, shape: Shape, bounds: Bounds, seed: int) -> Cells | None:
    """Return the columns of a table whose text is regular.

    The result is that of `delimited_rows`, `collect` and `levels_of`, in a fraction of the time: the places of all
    separators are found at once, and a row is cut into cells only if it is kept.

    Returns
    -------
    Cells or None
        None if the text is not that regular, or damaged, or holds no row: if a row has other than `shape.width` cells
        or goes over several lines, if there are comments, or quotes but not around whole cells.
    """
    if not _may_be_regular(shape):
        return None
    try:
        with long_cells():
            kept = _kept_lines(source, encoding, shape, bounds, seed)
        if not kept.total:
            return None
        return Cells(_levels(kept.rows, shape), kept.total, kept.share, kept.cut)
    except (Irregular, DataError):
        # Reading row by row finds the reason, and the line.
        return None


def _may_be_regular(shape: Shape) -> bool:
    simple = shape.separator.isascii() and shape.separator not in " \n\r\0\"'"
    return simple and shape.width > 1 and shape.comment is None


def _marks(shape: Shape) -> Marks:
    quote = QUOTES[shape.quotes]["quotechar"]
    return Marks(ord(shape.separator), None if quote is None else ord(quote), shape.width)


def _kept_lines(source: Source, encoding: Encoding, shape: Shape, bounds: Bounds, seed: int) -> Collected[bytes]:
    """Return the lines that are kept, without their ends, in UTF-8."""
    marks = _marks(shape)
    sample: Sample[bytes] = Sample(bounds, seed, partial(_bytes_of_line, shape=shape))
    read, cut = 0, False
    with opened_text(source, encoding) as text:
        for block in _blocks(text, shape):
            rows, ends = cells_by_row(block, marks)
            count = bounds.allowed(len(ends), read)
            sample.add(count, partial(_line, rows, [-1, *ends[:, -1].tolist()]))
            read += count
            cut = bounds.reached(read)
            if cut:
                break
    return sample.collected(cut=cut)


def _line(text: bytes, ends: list[int], place: int) -> bytes:
    return text[ends[place] + 1 : ends[place + 1]]


def _bytes_of_line(line: bytes, shape: Shape) -> int:
    text = line.decode()
    simple = '"' not in text and "'" not in text and " " not in text
    return bytes_of(text.split(shape.separator) if simple else _row(text, shape))


def _blocks(text: io.TextIOWrapper, shape: Shape) -> Iterator[bytes]:
    """Yield whole lines of the table in UTF-8, without the header; each ends in a line feed."""
    rest = text.readline().removeprefix("\ufeff")
    for _ in range(shape.skip):
        rest = text.readline()
    if shape.header:
        while rest and is_blank(_row(rest, shape)):
            rest = text.readline()
        rest = ""
    while piece := text.read(_BLOCK):
        rest += piece
        end = rest.rfind("\n") + 1
        if end:
            yield _encoded(rest[:end], shape)
            rest = rest[end:]
        elif len(rest) > _LONGEST:
            raise Irregular
    if rest:
        yield _encoded(rest.removesuffix("\n") + "\n", shape)


def _encoded(text: str, shape: Shape) -> bytes:
    if "\0" in text or (shape.quotes == "escaped" and "\\" in text) or (shape.quotes == "loose" and '"' in text):
        raise Irregular
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Irregular from None


def _row(line: str, shape: Shape) -> list[str]:
    """Return the cells of a line, as `csv` has them."""
    if shape.quotes in {"escaped", "loose"} and ('"' in line or "\\" in line):
        raise Irregular
    try:
        return next(iter(reader([line], shape.separator, shape.quotes)), [])
    except csv.Error:
        raise Irregular from None


def _levels(lines: list[bytes], shape: Shape) -> list[Levels]:
    """Return the columns of lines that are regular; `lines` is emptied to free its memory."""
    import numpy as np

    marks = _marks(shape)
    ends = np.empty((len(lines), shape.width), dtype=np.int64)
    offset = 0
    for first in range(0, len(lines), _LINES):
        piece = b"\n".join(lines[first : first + _LINES]) + b"\n"
        ends[first : first + _LINES] = cells_by_row(piece, marks)[1] + offset
        offset += len(piece)
    lines.append(bytes(8))
    text = b"\n".join(lines)
    lines.clear()
    quote = QUOTES[shape.quotes]["quotechar"]
    found = []
    for column in range(shape.width):
        starts = ends[:, column - 1] + 1 if column else np.append(0, ends[:-1, -1] + 1)
        codes, texts = factorised(text, starts, ends[:, column])
        if quote is not None and quote.encode() in text:
            texts = [_unquoted(cell, quote) for cell in texts]
        found.append(stripped(texts, codes))
    return found


def _unquoted(cell: str, quote: str) -> str:
    return cell[1:-1].replace(quote * 2, quote) if cell.startswith(quote) else cell
