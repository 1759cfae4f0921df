"""A data file as typed columns, and the data set that models are fitted on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KINDS = ("numeric", "categorical", "text", "date", "empty")


class Column(NamedTuple):
    """One column: its kind with the reason, the share of missing values, the count of distinct ones.

    `odd` holds up to five values that did not fit the kind and were read as missing, `odd_rows` how many rows have
    such a value; `codes` are numbers that may stand for missing (-999, 99999), kept as they are.
    """

    name: str
    kind: str
    why: str
    missing: float
    distinct: int
    odd: tuple[str, ...] = ()
    odd_rows: int = 0
    codes: tuple[float, ...] = ()


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
        Whether only a random sample of the rows was read, for lack of memory.
    decisions : tuple of Decision
        What was decided about the file: format, encoding, separator, header, and so on.
    """

    frame: "pd.DataFrame"
    columns: tuple[Column, ...]
    decisions: tuple[Decision, ...]
    path: str
    sha256: str
    rows: int
    sampled: bool


class Dataset(NamedTuple):
    """What models are fitted on; all arrays have one entry a row of `frame`.

    Attributes
    ----------
    frame : pandas.DataFrame
        The features, typed as in `Table`.
    kinds : mapping of str to str
        The kind of each feature.
    task : str
        binary, multiclass or regression.
    target : numpy.ndarray
        Float64 values of a regression, or int64 positions in `labels`.
    labels : tuple of str
        Classes; the second of two is the positive one. Empty for a regression.
    weights : numpy.ndarray or None
        Weight of each row.
    groups : numpy.ndarray or None
        Rows of one group stay in one fold.
    times : numpy.ndarray or None
        Rows are split in the order of these.
    twins : numpy.ndarray or None
        Rows with the same features and target share a number and stay in one fold.
    """

    frame: "pd.DataFrame"
    kinds: Mapping[str, str]
    task: str
    target: "np.ndarray"
    labels: tuple[str, ...]
    weights: "np.ndarray | None" = None
    groups: "np.ndarray | None" = None
    times: "np.ndarray | None" = None
    twins: "np.ndarray | None" = None
