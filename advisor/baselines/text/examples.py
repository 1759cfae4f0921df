"""Texts with the columns that stand beside them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.baselines.tabular.table import TableExamples

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

VECTOR_BYTES = 12  # of an entry of a sparse matrix: a float and two integers
ENTRIES_PER_CHARACTER = 5  # pieces of two to five characters, and the words


@dataclass(frozen=True, slots=True)
class TextExamples:
    """The features of a table whose columns `texts` are read as texts."""

    table: TableExamples
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.table)

    def take(self, rows: "np.ndarray") -> "pd.DataFrame":
        """Return the frame of some rows."""
        return self.table.take(rows)

    def bytes_per_row(self) -> float:
        """Return the mean memory of a row with its vector."""
        characters = sum(self.table.frame[name].astype(str).str.len().mean() for name in self.texts)
        return self.table.bytes_per_row() + float(characters) * ENTRIES_PER_CHARACTER * VECTOR_BYTES / 6
