"""Hold a column as its different texts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Levels(NamedTuple):
    """The different texts of a column, stripped, in the order in which they first occur.

    `codes` holds the position in `texts` of each row's text, `counts` the rows of each text.
    """

    texts: list[str]
    codes: "NDArray[np.int32]"
    counts: "NDArray[np.int64]"


def levels_of(cells: Sequence[str]) -> Levels:
    """Return the different texts of a column with their counts."""
    import numpy as np
    import pandas as pd

    codes, uniques = pd.factorize(np.array(cells, dtype=object))
    return stripped(list(uniques), codes.astype(np.int32))


def levels_of_all(columns: list[Sequence[str]]) -> list[Levels]:
    """Return the levels of each column; `columns` is emptied to free its memory."""
    columns.reverse()
    levels = []
    while columns:
        levels.append(levels_of(columns.pop()))
    return levels


def stripped(texts: list[str], codes: "NDArray[np.int32]") -> Levels:
    """Return the levels of texts that differ, but may be alike without the blanks around them."""
    import numpy as np
    import pandas as pd

    texts = [text.strip() for text in texts]
    if len(set(texts)) < len(texts):
        merged, distinct = pd.factorize(np.array(texts, dtype=object))
        codes, texts = merged.astype(np.int32)[codes], list(distinct)
    return Levels(texts, codes, np.bincount(codes, minlength=len(texts)))
