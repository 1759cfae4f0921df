"""Read a Parquet file with DuckDB, numbers and dates as they are stored."""

import json
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading.files import BLOCK, Source, opened
from advisor.baselines.tabular.reading.sample import FEWEST, Bounds

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "UTINYINT",
    "USMALLINT",
)
_MORE_NUMBERS = ("UINTEGER", "UBIGINT", "UHUGEINT")
_BYTES = {"numeric": 8, "date": 8, "text": 120}
_CHUNK = 1 << 16
_LEAST_S = 1.0
_TIMEDELTA = "timedelta64["
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


class StoredColumn(NamedTuple):
    """A column of the file: its name, its type there, and whether it is read as numeric, date or text.

    `per_second` is how many units of a duration, which is stored as a whole number, are a second.
    """

    name: str
    type: str
    read_as: str
    per_second: int = 0

    @property
    def note(self) -> str:
        """What is done to the values, as it follows the type."""
        return ", a duration: in seconds" if self.per_second else ""


class Stored(NamedTuple):
    """The rows that were read: numeric columns as float64, dates as datetime64, all others as text or None."""

    columns: tuple[StoredColumn, ...]
    frame: "pd.DataFrame"
    total: int
    share: float
    cut: bool = False


def read_parquet(source: Source, kinds: Mapping[str, str], bounds: Bounds, seed: int) -> Stored:
    """Read the file, or a random part of its rows that takes about as many bytes as the bounds allow.

    Each row is kept with the same chance; which ones depends on the file, the bounds and the seed only. Where they
    stop reading, it is after as many of the rows that are kept.

    Raises
    ------
    DataError
        If DuckDB cannot read the file.
    """
    import duckdb
    import pandas as pd

    with _on_disk(source) as path, _connected(bounds) as database:
        try:
            file = _pattern(path)
            # Otherwise a folder called year=2020 would be a column.
            database.read_parquet(file, hive_partitioning=False).create_view("file")
            described = database.execute("DESCRIBE file").fetchall()
            durations = _durations(database, file)
            columns = tuple(
                StoredColumn(name, kind, _read_as(kind, kinds.get(name)), durations.get(name, 0) * (kind == "BIGINT"))
                for name, kind, *_ in described
            )
            total = int((database.execute("SELECT count(*) FROM file").fetchone() or (0,))[0])
            wanted = [_selected(index, column) for index, column in enumerate(columns)]
            # The rows are there twice while the frame is put together from its parts.
            size = 2 * (total * sum(_BYTES[column.read_as] for column in columns) + _letters(database, columns))
            share = _share(bounds, size, total)
            # The rows are drawn before they leave DuckDB, which keeps a text once however many rows have it.
            drawn = "" if share == 1 else f" TABLESAMPLE bernoulli({100 * share:.9f}%) REPEATABLE ({seed})"
            found = database.execute(f"SELECT {', '.join(wanted)} FROM file{drawn}")  # noqa: S608 - quoted names
            parts, kept, cut = [], 0, False
            while not cut and len(part := found.fetch_df_chunk(_CHUNK // 2048)):
                parts.append(part[: bounds.allowed(len(part), kept)])
                kept += len(parts[-1])
                cut = bounds.reached(kept)
        except duckdb.InterruptException:
            raise DataError(
                f"{source.path}: the Parquet file cannot be sampled within the budget; pass a larger --budget, or a "
                "file of fewer rows"
            ) from None
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise DataError(f"{source.path}: the Parquet file cannot be read: {reason}") from None
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=range(len(columns)))
    return Stored(columns, frame, total, share, cut)


def _share(bounds: Bounds, size: int, rows: int) -> float:
    """Return the share of the rows that the bounds allow."""
    in_time = max(bounds.time / max(1, size), FEWEST / max(1, rows))
    return min(1.0, bounds.memory / max(1, size), in_time)


@contextmanager
def _on_disk(source: Source) -> Iterator[Path]:
    """Give the path of the file, unpacked to a temporary one where it is gzip."""
    if not source.gzipped:
        yield source.path
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.parquet"
        with opened(source) as packed, path.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, BLOCK)
        yield path


@contextmanager
def _connected(bounds: Bounds) -> "Iterator[duckdb.DuckDBPyConnection]":
    """Connect to DuckDB; what takes twice the time for reading is interrupted."""
    import duckdb

    # One thread keeps the order of the rows; extensions would be fetched from the network.
    settings: dict[str, Any] = {
        "threads": 1,
        "memory_limit": f"{max(256, int(bounds.memory) >> 20)}MB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=settings) as database:
        if bounds.until == inf:
            yield database
            return
        timer = threading.Timer(max(_LEAST_S, 2 * (bounds.until - monotonic())), database.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield database
        finally:
            timer.cancel()
            timer.join()


def _pattern(path: Path) -> str:
    """Return the path with the characters escaped that DuckDB takes for a pattern of several files."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in str(path))


def _letters(database: "duckdb.DuckDBPyConnection", columns: Sequence[StoredColumn]) -> int:
    """Return the bytes of all texts as they are read, which a file of a few kB may hold millions of times."""
    texts = [_quoted(column.name) for column in columns if column.read_as == "text"]
    if not texts:
        return 0
    sums = " + ".join(f"coalesce(sum(strlen(CAST({name} AS VARCHAR))), 0)" for name in texts)
    row = database.execute(f"SELECT {sums} FROM file").fetchone()  # noqa: S608 - quoted names
    return int(row[0]) if row else 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _durations(database: "duckdb.DuckDBPyConnection", file: str) -> dict[str, int]:
    """Return how many units are a second for columns of durations; pandas says so beside the whole numbers."""
    query = "SELECT value FROM parquet_kv_metadata(?) WHERE key = 'pandas'"
    for (value,) in database.execute(query, [file]).fetchall():
        try:
            columns = json.loads(value)["columns"]
            types = {column["field_name"]: str(column["numpy_type"]) for column in columns}
        except (ValueError, KeyError, TypeError, RecursionError):
            return {}
        return {
            name: _PER_SECOND[kind[len(_TIMEDELTA) : -1]]
            for name, kind in types.items()
            if kind.startswith(_TIMEDELTA) and kind[len(_TIMEDELTA) : -1] in _PER_SECOND
        }
    return {}


def _read_as(stored: str, kind: str | None) -> str:
    if kind is not None:
        return "text"
    if stored.startswith((*_NUMBERS, *_MORE_NUMBERS)) and not stored.endswith("]"):
        return "numeric"
    return "date" if stored == "DATE" or (stored.startswith("TIMESTAMP") and not stored.endswith("]")) else "text"


def _selected(index: int, column: StoredColumn) -> str:
    name = _quoted(column.name)
    if column.per_second:
        name = f"(CAST({name} AS DOUBLE) / {column.per_second})"
    if column.read_as == "numeric":
        return f'CAST({name} AS DOUBLE) AS "{index}"'
    if column.type == "TIMESTAMP WITH TIME ZONE":  # a cast would give the time of the zone of this machine
        return f'make_timestamp(epoch_us({name})) AS "{index}"'
    if column.read_as == "date":
        return f'CAST({name} AS TIMESTAMP) AS "{index}"'
    return f'CAST({name} AS VARCHAR) AS "{index}"'
