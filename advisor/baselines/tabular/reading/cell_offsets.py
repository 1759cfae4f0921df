"""Find the cells of a regular text, and the different ones among them, by array operations."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LINE_FEED = 10
_WORD = 8  # bytes
_MOST_WORDS = 8


class Irregular(Exception):  # noqa: N818 - no error: the text has to be read in another way
    """The text has not one row a line with the same number of cells."""


class Marks(NamedTuple):
    """The byte between cells, the byte around them or None, and the number of cells in a row."""

    separator: int
    quote: int | None
    width: int


def cells_by_row(text: bytes, marks: Marks) -> "tuple[bytes, NDArray[np.int64]]":
    r"""Return the text without blank lines, and the place of the mark that ends each cell, one row a line.

    Raises
    ------
    Irregular
        If a line has more or fewer cells, or a quote is not at the start or end of a cell.

    Examples
    --------
    >>> cells_by_row(b'1,"a,b"\n\n20,c\n', Marks(ord(","), ord('"'), 2))
    (b'1,"a,b"\n20,c\n', array([[ 1,  7],
           [10, 12]]))
    """
    ends = _ends(text, marks)
    if ends is None:
        text = _without_blank_lines(text, marks)
        ends = _ends(text, marks)
    if ends is None:
        raise Irregular
    return text, ends


def _ends(text: bytes, marks: Marks) -> "NDArray[np.int64] | None":
    import numpy as np

    data = np.frombuffer(text, dtype=np.uint8)
    places = np.flatnonzero((data == marks.separator) | (data == _LINE_FEED))
    if marks.quote is not None and marks.quote in text:
        places = _outside_quotes(data, places, marks)
    if len(places) % marks.width:
        return None
    is_last = (data[places] == _LINE_FEED).reshape(-1, marks.width)
    return None if is_last[:, :-1].any() or not is_last[:, -1].all() else places.reshape(-1, marks.width)


def _outside_quotes(data: "NDArray[np.uint8]", places: "NDArray[np.int64]", marks: Marks) -> "NDArray[np.int64]":
    """Return the places that are not within quotes: those after an even number of quotes."""
    import numpy as np

    quotes = np.flatnonzero(data == marks.quote)
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) != len(closing):
        raise Irregular
    # A quote within quotes is written twice, so it closes and opens at once.
    border = (data == marks.separator) | (data == marks.quote) | (data == _LINE_FEED)
    if not border[opening[opening > 0] - 1].all() or not border[closing + 1].all():
        raise Irregular
    inside: NDArray[np.bool_] = np.searchsorted(quotes, places) % 2 == 1
    if (data[places[inside]] == _LINE_FEED).any():
        raise Irregular
    return places[~inside]


def _without_blank_lines(text: bytes, marks: Marks) -> bytes:
    separator = bytes([marks.separator])
    return b"".join(line for line in text.splitlines(keepends=True) if line.strip() or separator in line)


def factorised(
    text: bytes, starts: "NDArray[np.int64]", ends: "NDArray[np.int64]"
) -> "tuple[NDArray[np.int32], list[str]]":
    """Return the position of each cell among the different ones, and these in the order in which they first occur.

    Cells are compared eight bytes at a time, as whole numbers. Cells must not hold a zero byte, and eight bytes must
    follow the last of them.

    Examples
    --------
    >>> import numpy as np
    >>> text = b"one,two,a third one,one" + bytes(8)
    >>> codes, texts = factorised(text, np.array([0, 4, 8, 20]), np.array([3, 7, 19, 23]))
    >>> codes.tolist(), texts
    ([0, 1, 2, 0], ['one', 'two', 'a third one'])
    """
    import numpy as np
    import pandas as pd

    lengths = ends - starts
    words = -(-int(lengths.max(initial=0)) // _WORD)
    if words > _MOST_WORDS:
        cells = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        codes, uniques = pd.factorize(np.array(cells, dtype=object))
        return codes.astype(np.int32), [cell.decode() for cell in uniques]
    codes = np.zeros(len(starts), dtype=np.int64)
    for word in range(max(1, words)):
        values, distinct = pd.factorize(_word(text, starts + _WORD * word, lengths - _WORD * word))
        codes = values if not word else pd.factorize(codes * len(distinct) + values)[0]
    first = np.empty(codes.max(initial=-1) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # the last assignment counts
    found = zip(starts[first].tolist(), ends[first].tolist(), strict=True)
    return codes.astype(np.int32), [text[start:end].decode() for start, end in found]


def _word(text: bytes, starts: "NDArray[np.int64]", lengths: "NDArray[np.int64]") -> "NDArray[np.uint64]":
    """Return up to eight bytes from each start as a whole number, zero where the cell is over."""
    import numpy as np

    every = np.ndarray((len(text) - _WORD + 1,), dtype="<u8", buffer=text, strides=(1,))
    masks = np.array([(1 << 8 * length) - 1 for length in range(_WORD + 1)], dtype=np.uint64)
    words: NDArray[np.uint64] = every[np.minimum(starts, len(every) - 1)] & masks[lengths.clip(0, _WORD)]
    return words
