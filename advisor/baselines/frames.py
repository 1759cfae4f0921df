"""Data that are in memory already - data frames, Arrow tables, arrays - as a file that is read like any other.

DuckDB, which reads the files, writes it: it takes pandas' frames as they are and every other table by the Arrow
PyCapsule protocol, so that no package is needed besides the one that made the table.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.address import local_path
from advisor.baselines.errors import DataError
from advisor.source.extras import require

if TYPE_CHECKING:
    from advisor.baselines.options import Options

_TARGET = "y"  # of arrays without a name


class DataFile(NamedTuple):
    """A file with the data, what is asked of them, and the name that reports show."""

    path: Path
    options: "Options"
    name: str


@contextmanager
def data_file(data: Any, options: "Options") -> Iterator[DataFile]:
    """Yield a file with the data: the one that is named, or one that lasts as long as it is needed.

    Parameters
    ----------
    data : str, Path, data frame, Arrow table, array, or a pair of inputs and target
        A pandas frame, anything with `__arrow_c_stream__` (polars, pyarrow and others), or an array of two dimensions,
        whose columns are called x0, x1 and so on. A named index is a column. Of a pair, the second is the column to
        predict.
    options : Options
        The request; it gets the target of a pair.

    Raises
    ------
    DataError
        If the data cannot be read, with the way out.
    MissingExtraError
        If the packages that read them are not installed.
    """
    if isinstance(data, (str, os.PathLike)):
        path = local_path(data if isinstance(data, str) else Path(data))
        yield DataFile(path, options, str(path))
        return
    require("measuring on data in memory", ("duckdb", "pandas"), "baseline-cpu")
    inputs, target = data if isinstance(data, tuple) and len(data) == 2 else (data, None)
    if target is not None:
        if options.target:
            raise DataError(f"the target is given twice: as the second of a pair and as {options.target!r}")
        target = _target(target)
        options = options._replace(target=str(target.name))
    with TemporaryDirectory(prefix="advisor-") as folder:
        path = Path(folder) / "data.parquet"
        _write(_table(inputs, options.target if target is not None else ""), target, path)
        yield DataFile(path, options, f"<{type(inputs).__name__}>")


def _table(inputs: Any, target: str) -> Any:
    """Return what DuckDB takes; `target` is the name of the column that is added to it."""
    import pandas as pd

    if hasattr(inputs, "collect") and hasattr(inputs, "lazy"):  # of polars, whose plans are carried out first
        inputs = inputs.collect()
    if isinstance(inputs, pd.Series):
        inputs = inputs.to_frame()
    if not isinstance(inputs, pd.DataFrame) and hasattr(inputs, "__arrow_c_stream__"):
        return _Stream(inputs)
    frame = inputs if isinstance(inputs, pd.DataFrame) else _of_array(inputs)
    named = [name for name in frame.index.names if name is not None]
    frame = frame.reset_index(named) if named else frame
    frame = frame.reset_index(drop=True).set_axis([str(name) for name in frame.columns], axis=1)
    taken = [*frame.columns, *([target] if target else [])]
    twice = sorted({name for name in taken if taken.count(name) > 1})
    if twice:
        raise DataError(f"columns of the same name: {', '.join(twice)}; rename them")
    for name, kind in frame.dtypes.items():  # what DuckDB does not know
        if isinstance(kind, pd.PeriodDtype):
            frame[name] = frame[name].dt.to_timestamp()
        elif isinstance(kind, pd.IntervalDtype):
            frame[name] = frame[name].astype(str)
    return frame.copy()  # it does not take views that run backwards either


def _of_array(inputs: Any) -> Any:
    import numpy as np
    import pandas as pd

    if hasattr(inputs, "toarray"):
        raise DataError("a sparse matrix cannot be measured; give inputs.toarray() if it fits into memory")
    try:
        array = np.asarray(inputs)
    except ValueError as error:
        raise DataError(f"the data are not a table: {error}") from None
    if array.dtype.names:
        return pd.DataFrame(array)
    if array.ndim == 1 and array.dtype.kind in "OUT" and len(array):
        return pd.DataFrame({"text": array})
    if array.ndim != 2:
        shape = " x ".join(map(str, array.shape)) or "a single value"
        raise DataError(
            f"the inputs must be a table with a row for each example, found {type(inputs).__name__} ({shape}); "
            "pictures and recordings are measured from a folder with a subfolder for each class"
        )
    return pd.DataFrame(array, columns=[f"x{place}" for place in range(array.shape[1])])


def _target(values: Any) -> Any:
    """Return the values to predict as a series with a name."""
    import numpy as np
    import pandas as pd

    name = getattr(values, "name", None)
    array = values if isinstance(values, pd.Series) else np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(f"the target must have one value for each example, found the shape {array.shape}")
    return pd.Series(array, name=str(name) if name else _TARGET).reset_index(drop=True)


class _Stream:
    """A table of any library, of which DuckDB sees the Arrow stream only: otherwise it wants pyarrow for some."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


def _write(table: Any, target: Any, path: Path) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET threads = 1").fetchall()  # the same table gives the same bytes, which a replay asks for
        try:
            connection.register("inputs", table)
            found = "inputs"
            if target is not None:
                _refuse_other_length(connection, target)
                connection.register("target", target.to_frame())
                found = "inputs POSITIONAL JOIN target"
            file = str(path).replace("'", "''")
            connection.execute(f"COPY (SELECT * FROM {found}) TO '{file}' (FORMAT parquet)").fetchall()  # noqa: S608
        except duckdb.Error as error:
            raise DataError(f"the data cannot be read as a table: {error}") from None


def _refuse_other_length(connection: Any, target: Any) -> None:
    rows = connection.execute("SELECT count(*) FROM inputs").fetchall()[0][0]
    if rows != len(target):
        raise DataError(f"the inputs have {rows:,} rows and the target has {len(target):,}")
