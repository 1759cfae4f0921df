"""A data file as typed columns, and the features of it that models see."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KINDS = ("numeric", "categorical", "text", "date", "empty")


class Column(NamedTuple):
    """One column: its kind with the reason, the share of missing values, the count of distinct ones.

    `odd` holds up to five values that did not fit the kind and were read as missing, `odd_rows` how many rows have
    such a value; `codes` are numbers that may stand for missing (-999, 99999), kept as they are. `absent` are the texts
    that were read as missing, each with its rows, `marks` those that usually mean missing but are values here, and
    `infinite` counts the infinite numbers, which are missing as well. `misfits` are the few texts, each with its rows,
    that keep a column from being the numbers or dates (`misfit_kind`) that its other rows hold.
    """

    name: str
    kind: str
    why: str
    missing: float
    distinct: int
    odd: tuple[str, ...] = ()
    odd_rows: int = 0
    codes: tuple[float, ...] = ()
    absent: tuple[tuple[str, int], ...] = ()
    marks: tuple[tuple[str, int], ...] = ()
    infinite: int = 0
    misfits: tuple[tuple[str, int], ...] = ()
    misfit_kind: str = ""


class Table(NamedTuple):
    """A file that was read.

    Attributes
    ----------
    frame : pandas.DataFrame
        One column for each of `columns`: numeric as float64, categorical as `Categorical` of text, text as text,
        date as datetime64 without zone, empty as float64; missing values as pandas has them.
    rows : int
        Rows in the file, also where fewer were read.
    sampled : bool
        Whether not all rows were read, for lack of memory or time: a random sample or the first ones.
    stopped_after : int or None
        Rows after which reading stopped, for lack of time; `rows` is then what is known of them.
    decisions : tuple of Decision
        What was decided about the file: format, encoding, separator, header, and so on.
    left_out : tuple of str
        A sentence on each kind of rows that were left out because they are no data.
    labels : mapping of str to pandas.Series
        Columns of labels with the marks of missing values as categories, for one that becomes the target.
    """

    frame: "pd.DataFrame"
    columns: tuple[Column, ...]
    decisions: tuple[Decision, ...]
    path: str
    sha256: str
    rows: int
    sampled: bool
    left_out: tuple[str, ...] = ()
    labels: "Mapping[str, pd.Series]" = MappingProxyType({})
    stopped_after: int | None = None


@dataclass(frozen=True, slots=True)
class TableExamples:
    """The features of a table, typed as in `Table`, with the kind of each."""

    frame: "pd.DataFrame"
    kinds: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.frame)

    def take(self, rows: "np.ndarray") -> "pd.DataFrame":
        """Return the frame of some rows."""
        return self.frame.iloc[rows]

    def bytes_per_row(self) -> float:
        """Return the mean memory of a row."""
        return float(self.frame.memory_usage(index=False, deep=True).sum()) / max(1, len(self.frame))
