"""Put the pieces of reading together: from a path to a Table."""

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from math import inf
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from advisor.baselines.digest import file_digest
from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading.categories import Levels, levels_of_all
from advisor.baselines.tabular.reading.columns import (
    Rules,
    Typed,
    decide_column,
    decide_decimal,
    typed_dates,
    typed_numbers,
)
from advisor.baselines.tabular.reading.delimited import read_delimited
from advisor.baselines.tabular.reading.encodings import Encoding, decide_encoding
from advisor.baselines.tabular.reading.files import Source, find, refuse_what_is_no_table
from advisor.baselines.tabular.reading.header import unique_names
from advisor.baselines.tabular.reading.header_rows import find_header_rows, without_rows
from advisor.baselines.tabular.reading.jsonl import JsonRows
from advisor.baselines.tabular.reading.lists import apart
from advisor.baselines.tabular.reading.missing import MISSING, marks_decision
from advisor.baselines.tabular.reading.options import ReadOptions, checked
from advisor.baselines.tabular.reading.parquet import read_parquet
from advisor.baselines.tabular.reading.sample import Bounds, collect
from advisor.baselines.tabular.table import Table
from advisor.reports.baseline import Decision
from advisor.source.problems import did_you_mean, shorten

_NO_OPTIONS = ReadOptions()
# What the texts of the rows may take of the memory; the typed columns and the libraries need the rest.
_SHARE_FOR_ROWS = 0.6
_LIBRARIES_MB = 100
_SHARE_FOR_ENCODING = 0.3  # of the time for reading


class _Read(NamedTuple):
    """Typed columns of the rows that were kept, the count of all rows, and the share that was kept.

    `stopped_after` counts the rows after which reading stopped, None where it came to the end of the file.
    """

    typed: list[Typed]
    total: int
    share: float
    decisions: list[Decision]
    left_out: tuple[str, ...] = ()
    stopped_after: int | None = None


def read_table(path: Path, options: ReadOptions = _NO_OPTIONS) -> Table:
    """Read a data file into typed columns.

    Parameters
    ----------
    path : Path
        A CSV, TSV, Parquet or JSON lines file, also packed with gzip.
    options : ReadOptions
        What is stated instead of decided.

    Returns
    -------
    Table
        At least one row and one column. `decisions` names everything that was decided about the file with the flag
        that changes it; each column has its kind and the reason.

    Raises
    ------
    DataError
        If the file is missing, damaged, no table, or does not fit the options.
    """
    import pandas as pd

    options = checked(options)
    source = find(Path(path))
    state = _state(source.path)
    form = _format(source, options)
    if source.gzipped:
        form = form._replace(why=f"{form.why}; packed with gzip")
    if form.value == "parquet":
        read = _from_parquet(source, options)
    else:
        refuse_what_is_no_table(source)
        encoding = decide_encoding(source, options.encoding, _time_for_encoding(options.until))
        read = (_from_json_lines if form.value == "jsonl" else _from_delimited)(source, encoding, options, form.value)
    decisions = [form, *read.decisions]
    if options.kinds:
        given = ", ".join(f"{column}={kind}" for column, kind in options.kinds.items())
        decisions.append(Decision("kinds", given, "given", "--kind"))
    decisions += _what_was_read(read, options)
    sha256 = file_digest(source.path)
    if _state(source.path) != state:
        raise DataError(
            f"{source.path}: the file has changed while it was read; measure on a copy that nobody writes to"
        )
    return Table(
        frame=pd.DataFrame({item.column.name: item.values for item in read.typed}, copy=False),
        columns=tuple(item.column for item in read.typed),
        decisions=tuple(decisions),
        path=str(path),
        sha256=sha256,
        rows=read.total,
        sampled=read.share < 1 or read.stopped_after is not None,
        stopped_after=read.stopped_after,
        left_out=read.left_out,
        labels={item.column.name: item.labels for item in read.typed if item.labels is not None},
    )


def _state(path: Path) -> tuple[int, int, int] | None:
    """Return what differs once a file has been written to or replaced, None where it has gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _format(source: Source, options: ReadOptions) -> Decision:
    parquet = source.head.startswith(b"PAR1")
    if options.format is not None:
        if (options.format == "parquet") != parquet:
            what = "a Parquet file" if parquet else "not a Parquet file"
            raise DataError(f"{source.path}: this is {what}; leave --data-format out, or change it")
        return Decision("format", options.format, "given", "--data-format")
    if parquet:
        return Decision("format", "parquet", "the file begins with PAR1", "--data-format")
    suffixes = [suffix.lower() for suffix in source.path.suffixes if suffix.lower() != ".gz"]
    suffix = suffixes[-1] if suffixes else ""
    if suffix == ".parquet":
        raise DataError(f"{source.path}: this is not a Parquet file, or it is damaged: its first bytes are not PAR1")
    if suffix in {".jsonl", ".ndjson", ".json"}:
        return Decision("format", "jsonl", f"the file is called {suffix}", "--data-format")
    if source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[{")):
        return Decision("format", "jsonl", "the file begins with a brace", "--data-format")
    if suffix in {".tsv", ".tab"}:
        return Decision("format", "tsv", f"the file is called {suffix}", "--data-format")
    return Decision("format", "csv", "the file is a text of rows and cells", "--data-format")


def _bounds(options: ReadOptions) -> Bounds:
    """Return how much of the file is kept, and when reading it ends."""
    memory_mb = max(options.memory_mb * 0.1, (options.memory_mb - _LIBRARIES_MB) * _SHARE_FOR_ROWS)
    time_mb = inf if options.most_mb is None else options.most_mb
    rows = inf if options.most_rows is None else options.most_rows
    return Bounds(memory_mb * (1 << 20), time_mb * (1 << 20), options.until, rows)


def _stop(read: int, cut: bool, options: ReadOptions) -> int | None:
    """Return the rows after which reading stopped, None where it came to the end."""
    return read if cut or options.partial else None


def _time_for_encoding(until: float) -> float:
    """Return when to stop looking for the encoding, so that time is left for the rows."""
    return until - (1 - _SHARE_FOR_ENCODING) * max(0.0, until - monotonic()) if until < inf else inf


def _what_was_read(read: _Read, options: ReadOptions) -> Iterator[Decision]:
    """Yield which rows were read, where not all were."""
    if read.stopped_after is not None:
        why = "there was no time for those that follow"
        yield Decision("rows read", f"the first {read.stopped_after:,}", why, "--budget")
    if read.share < 1:
        kept, bounds = len(read.typed[0].values), _bounds(options)
        which = f"a random {kept:,} of them were read"
        if bounds.time < bounds.memory:
            why, flag = f"all {read.total:,} rows would take too long; {which}", "--budget"
        else:
            why, flag = f"all {read.total:,} rows do not fit into {options.memory_mb:,} MB; {which}", "--memory"
        yield Decision("sample", f"{kept:,} rows", why, flag)


def _from_delimited(source: Source, encoding: Encoding, options: ReadOptions, form: str) -> _Read:
    if form == "tsv" and options.format == "tsv" and options.separator is None:
        options = options._replace(separator="\t")
    read = read_delimited(source, encoding, options, _checker(source, options), _bounds(options))
    rows = _data_rows(source, read.names, read.levels, read.header, options)
    total = read.total - rows.dropped
    typed, decisions = _typed(read.names, rows.levels, options)
    decisions = [_encoded(encoding), *read.decisions, *rows.decisions, *decisions]
    return _Read(typed, total, read.share, decisions, rows.notes, _stop(read.total, read.cut, options))


def _from_json_lines(source: Source, encoding: Encoding, options: ReadOptions, form: str) -> _Read:
    del form
    rows = JsonRows(source, encoding)
    collected = collect(rows, _bounds(options), options.seed)
    if not collected.total:
        raise DataError(f"{source.path}: the file holds no rows, only blank lines")
    if not rows.names:
        raise DataError(f"{source.path}: the objects of the file are empty")
    names, renamed = unique_names(list(rows.names))
    _checker(source, options)(names, True)
    columns: list[Sequence[str]] = list(zip_longest(*collected.rows, fillvalue=""))
    kept = len(collected.rows)
    collected.rows.clear()
    columns += [("",) * kept] * (len(names) - len(columns))
    rows_left = _data_rows(source, names, levels_of_all(columns), False, options)
    typed, decisions = _typed(names, rows_left.levels, options)
    decisions = [_encoded(encoding), *rows_left.decisions, *decisions]
    if renamed:
        decisions.append(
            Decision("column names", ", ".join(renamed), "their names are empty or blank", "--data-format")
        )
    total, stop = collected.total - rows_left.dropped, _stop(collected.total, collected.cut, options)
    return _Read(typed, total, collected.share, decisions, rows_left.notes, stop)


def _from_parquet(source: Source, options: ReadOptions) -> _Read:
    stored = read_parquet(source, options.kinds, _bounds(options), options.seed)
    names, _ = unique_names([column.name for column in stored.columns])
    _checker(source, options)(names, True)
    if not stored.total or not names:
        raise DataError(f"{source.path}: the Parquet file holds no rows" if names else f"{source.path}: no columns")
    texts = {
        index: ["" if cell is None or cell != cell else str(cell) for cell in stored.frame[str(index)]]  # noqa: PLR0124
        for index, column in enumerate(stored.columns)
        if column.read_as == "text"
    }
    as_text, decisions = _typed([names[index] for index in texts], levels_of_all(list(texts.values())), options)
    decided = _by_origin(as_text, [names[index] for index in texts])
    typed = []
    for index, column in enumerate(stored.columns):
        if column.read_as == "text":
            typed += decided[names[index]]
        else:
            build = typed_numbers if column.read_as == "numeric" else typed_dates
            typed.append(build(names[index], stored.frame[str(index)], f"stored as {column.type}{column.note}"))
    stop = _stop(len(stored.frame), stored.cut, options)
    return _Read(typed, stored.total, stored.share, decisions if texts else [], stopped_after=stop)


def _by_origin(typed: Sequence[Typed], names: Sequence[str]) -> dict[str, list[Typed]]:
    """Return the columns that each column of the file was read as, one unless it held lists."""
    found: dict[str, list[Typed]] = {name: [] for name in names}
    for item in typed:
        name = item.column.name
        found[name if name in found else name.rpartition(".")[0]].append(item)
    return found


class _DataRows(NamedTuple):
    """The columns without rows that are no data, how many those were, and what is said of them."""

    levels: list[Levels]
    dropped: int
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...]


def _data_rows(
    source: Source, names: Sequence[str], levels: list[Levels], header: bool, options: ReadOptions
) -> _DataRows:
    found = find_header_rows(names, levels, header, totals=options.keep_totals)
    if found is None:
        return _DataRows(levels, 0, (), ())
    if not found.data.any():
        raise DataError(f"{source.path}: the file holds only its header, more than once")
    left = [without_rows(column, found.data) for column in levels]
    return _DataRows(left, int((~found.data).sum()), found.decisions, found.notes)


def _typed(names: Sequence[str], levels: list[Levels], options: ReadOptions) -> tuple[list[Typed], list[Decision]]:
    """Return typed columns and what was decided about all of them; `levels` is emptied to free its memory."""
    names, levels, lists = apart(names, levels, {*options.needed, *options.kinds})
    decimal, why = (options.decimal, "given") if options.decimal else decide_decimal(levels)
    stated = frozenset(text.strip() for text in options.missing)
    marks = stated | {""} if options.missing_only else stated | MISSING
    rules = Rules(marks, decimal, options.decimal is not None, stated, options.values)
    levels.reverse()
    typed = [decide_column(name, levels.pop(), rules, options.kinds.get(name)) for name in names]
    marked = marks_decision(item.column for item in typed)
    return typed, [*lists, Decision("decimal mark", decimal, why, "--decimal"), marked]


def _encoded(encoding: Encoding) -> Decision:
    return Decision("encoding", encoding.name, encoding.why, "--encoding")


def _checker(source: Source, options: ReadOptions) -> Callable[[tuple[str, ...], bool], None]:
    """Return a function that raises a DataError for columns that were named but do not exist."""

    def check(names: tuple[str, ...], header: bool) -> None:
        for column, flag in [*((name, "") for name in options.needed), *((name, "--kind: ") for name in options.kinds)]:
            if column in names or _is_place(column, names):
                continue
            hint = did_you_mean(column, names)
            shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
            message = f"{source.path}: {flag}there is no column {shorten(column)}"
            if len(names) == 1:
                message += f"; the file was read as the one column {shorten(names[0])}: is --separator right?"
            elif hint:
                message += f"; {hint}"
            elif header:
                message += f"; the columns are: {shown}"
            else:
                message += (
                    f"; the file has no header, so its columns are called {shown} (--header if the first row has names)"
                )
            raise DataError(message)

    return check


def _is_place(column: str, names: Sequence[str]) -> bool:
    """Whether a column is one place of another that holds lists."""
    name, _, place = column.rpartition(".")
    return place.isdecimal() and name in names
