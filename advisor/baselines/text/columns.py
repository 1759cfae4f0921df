"""Which columns of a table hold texts that a model can read, rather than names, numbers or addresses."""

import re
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.column_names import column_named, named

if TYPE_CHECKING:
    import pandas as pd

    from advisor.baselines.tabular.table import Table

LEAST_WORDS = 5.0  # fewer are a name, a title or an address: a table treats them as well
LEAST_CHARACTERS = 2 * LEAST_WORDS  # also of a script without spaces
LEAST_DISTINCT = 0.3
ROWS_LOOKED_AT = 2_000
# With more columns beside it, a text is one feature of a table, unless the user says otherwise.
MOST_COLUMNS_BESIDE = 5

_WORD = re.compile(r"[^\W\d_]{2,}")
_LINK = re.compile(r"^\s*(?:https?://|www\.)\S+\s*$")
_LIST = re.compile(r"^\s*[\[{]")


class TextColumn(NamedTuple):
    """A column with its mean number of words and its share of different values."""

    name: str
    words: float
    distinct: float


def text_columns(table: "Table", not_features: Container[str]) -> tuple[TextColumn, ...]:
    """Return the columns of running text in the order of the file."""
    found = []
    for column in table.columns:
        if column.kind in ("text", "categorical") and column.name not in not_features:
            described = _described(column.name, table.frame[column.name])
            if described is not None:
                found.append(described)
    return tuple(found)


def _described(name: str, values: "pd.Series") -> TextColumn | None:
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype) and len(values.cat.categories) < LEAST_DISTINCT * values.count():
        return None
    known = values.dropna()
    if len(known) > ROWS_LOOKED_AT:
        known = known.sample(ROWS_LOOKED_AT, random_state=0)
    texts = known.astype(str)
    if texts.empty or not texts.str.len().mean() > LEAST_CHARACTERS:
        return None
    if texts.str.match(_LINK).mean() > 0.5 or texts.str.match(_LIST).mean() > 0.5:
        return None
    words = float(texts.map(_word_count).mean())
    distinct = texts.nunique() / len(texts)
    return TextColumn(name, words, distinct) if words >= LEAST_WORDS and distinct >= LEAST_DISTINCT else None


def _word_count(text: str) -> int:
    """Return the words of a text, or two for each character of a script that has no spaces between them."""
    words = _WORD.findall(text)
    return max(len(words), sum(len(word) for word in words if _is_unspaced(word)) // 2)


def _is_unspaced(word: str) -> bool:
    return "\u3040" <= word[0] <= "\u9fff" or "\u0e00" <= word[0] <= "\u0e7f"


def named_text_columns(table: "Table", names: Sequence[str], not_features: Container[str]) -> tuple[TextColumn, ...]:
    """Return the columns that the user named with --text.

    Raises
    ------
    DataError
        If one does not exist, holds no text, or has another part.
    """
    found = []
    for name in names:
        column = column_named(table, name, "--text")
        if name in not_features:
            raise DataError(f"--text {named(name)}: the column already has another part; name another one")
        if column.kind not in ("text", "categorical"):
            raise DataError(
                f"--text {named(name)}: the column was read as {column.kind}; if it holds text, say so with "
                f"--kind {name}=text"
            )
        texts = table.frame[name].dropna().astype(str)
        words = float(texts.map(_word_count).mean()) if len(texts) else 0.0
        found.append(TextColumn(name, words, texts.nunique() / max(1, len(texts))))
    return tuple(found)
