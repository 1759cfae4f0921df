"""What a caller may state about a data file instead of letting it be decided."""

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple

from advisor.baselines.allowed import FORMATS
from advisor.baselines.errors import DataError
from advisor.baselines.tabular.table import KINDS
from advisor.source.problems import did_you_mean, either, shorten

SEPARATOR_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}


class ReadOptions(NamedTuple):
    """How to read a file; None (or empty) means that it is decided from the file.

    Attributes
    ----------
    format : str or None
        csv, tsv, parquet or jsonl.
    encoding : str or None
        A name that Python knows: utf-8, cp1252, cp949.
    separator : str or None
        The one character between cells.
    quote : str or None
        `"`, `'` or `none`.
    decimal : str or None
        `.` or `,`.
    header : bool or None
        Whether the first row holds the names of the columns.
    skip_rows : int or None
        Lines before the table.
    comment : str or None
        Lines that begin with this are left out.
    missing : tuple of str
        Further texts that mean a missing value.
    missing_only : bool
        Whether these texts and empty cells alone mean a missing value.
    keep_totals : bool
        Whether rows that sum up the others, or hold a note, are rows like them.
    kinds : mapping of str to str
        Column name to numeric, categorical, text or date.
    values : mapping of str to sequence of str, or None
        Marks of missing values that are values of a column, as a model was fitted with; decided where None.
    memory_mb : int
        What reading may take; the rows of a larger file are sampled.
    most_mb : int or None
        What of it the rows may take, where there is time for fewer; 2,000 of them in any case.
    most_rows : int or None
        Rows after which reading stops, as it did when the time for it was up.
    partial : bool
        Whether the file is only the beginning of what was to be read.
    until : float
        Reading of the monotonic clock at which reading stops.
    seed : int
        Seed of that sample.
    needed : tuple of str
        Columns whose absence is an error.
    """

    format: str | None = None
    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    decimal: str | None = None
    header: bool | None = None
    skip_rows: int | None = None
    comment: str | None = None
    missing: tuple[str, ...] = ()
    missing_only: bool = False
    keep_totals: bool = False
    kinds: Mapping[str, str] = MappingProxyType({})
    values: Mapping[str, tuple[str, ...]] | None = None
    memory_mb: int = 2048
    most_mb: int | None = None
    most_rows: int | None = None
    partial: bool = False
    until: float = inf
    seed: int = 0
    needed: tuple[str, ...] = ()

    def for_other_files(self) -> dict[str, Any]:
        """Return what also holds for files of new rows that a saved model predicts: how they are written."""
        left = ("needed", "most_mb", "most_rows", "partial", "until")
        return {name: value for name, value in self._asdict().items() if name not in left}


def checked(options: ReadOptions) -> ReadOptions:
    """Return the options with the separator as a character.

    Raises
    ------
    DataError
        For a value that no file could be read with.
    """
    _one_of("--data-format", options.format, FORMATS)
    _one_of("--quote", options.quote, ('"', "'", "none"))
    _one_of("--decimal", options.decimal, (".", ","))
    separator = options.separator
    if separator is not None:
        separator = SEPARATOR_NAMES.get(separator.lower(), separator)
        if len(separator) != 1 or separator in "\r\n\"'\\":
            raise DataError(f"--separator: one character is allowed, or tab, not {shorten(options.separator)}")
        if options.decimal == separator:
            raise DataError(f"--separator and --decimal cannot both be {shorten(separator)}")
    if options.skip_rows is not None and options.skip_rows < 0:
        raise DataError(f"--skip-rows: a count of lines is allowed, not {options.skip_rows}")
    if options.comment == "":
        raise DataError("--comment: the characters that begin a comment are missing")
    if options.memory_mb < 1:
        raise DataError(f"--memory: at least 1 MB is needed, not {options.memory_mb}")
    for column, kind in options.kinds.items():
        _one_of(f"--kind {column}", kind, tuple(kind for kind in KINDS if kind != "empty"))
    return options._replace(separator=separator)


def _one_of(flag: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        hint = did_you_mean(value, allowed)
        raise DataError(f"{flag}: {either(allowed)} is allowed, not {shorten(value)}" + (f"; {hint}" if hint else ""))
