"""Find a column by the name a user gave, and read what its name says about it."""

import re
import shlex
from typing import TYPE_CHECKING

from advisor.baselines.errors import DataError
from advisor.source.problems import did_you_mean

if TYPE_CHECKING:
    from advisor.baselines.tabular.table import Column, Table

_IDENTIFIERS = frozenset(
    ("id", "ids", "uid", "uuid", "guid", "key", "code", "no", "nr", "number", "index", "idx", "rowid", "serial")
)
_ENTITIES = frozenset(
    (
        *("patient", "subject", "person", "user", "customer", "client", "member", "account", "student", "speaker"),
        *("participant", "respondent", "individual", "household", "family", "session", "visit", "order", "invoice"),
        *("basket", "ticket", "batch", "device", "machine", "sensor"),
    )
)
_COUNTERS = frozenset(("id", "no", "nr", "number", "index", "idx", "row", "rowid", "rownum", "rownames", "unnamed"))
_MOMENTS = frozenset(("date", "datetime", "time", "timestamp", "year", "yr"))
_STAMPS = frozenset(("ts", "epoch", "unix", "utc", "at", "when", "created", "updated", "modified", "start", "end"))


def column_named(table: "Table", name: str, flag: str) -> "Column":
    """Return the column of that name.

    Raises
    ------
    DataError
        If the table has no such column; the message names `flag` and near names.
    """
    for column in table.columns:
        if column.name == name:
            return column
    names = [column.name for column in table.columns]
    meant = did_you_mean(name, names)
    near = f"; {meant}" if meant else "."
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20:,} more" if len(names) > 20 else "")
    raise DataError(f"{flag} {shlex.quote(name)}: the file has no such column{near} Its columns are {shown}")


def named(name: str) -> str:
    """Return a column's name as it stands in a sentence: in quotes if it does not look like a name.

    Examples
    --------
    >>> named("home.dest"), named("Sample Number"), named("2")
    ('home.dest', "'Sample Number'", "'2'")
    """
    return name if re.fullmatch(r"[^\W\d][\w.]*", name) else f"'{name}'"


def words(name: str) -> tuple[str, ...]:
    """Split a column's name into lower-case words.

    Examples
    --------
    >>> words("customerID"), words("Sample Number"), words("order_id"), words("RespondentID")
    (('customer', 'id'), ('sample', 'number'), ('order', 'id'), ('respondent', 'id'))
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(re.findall(r"[^\W\d_]+|\d+", spaced.lower()))


def names_identifier(name: str) -> bool:
    """Whether a column's name says that it numbers things: id, key, no."""
    return any(word in _IDENTIFIERS for word in words(name))


def names_entity(name: str) -> bool:
    """Whether a column's name says that it identifies persons or things.

    Examples
    --------
    >>> [names_entity(name) for name in ("order_id", "Individual ID", "ticket", "order_count", "Sample Number")]
    [True, True, True, False, False]
    """
    parts = words(name)
    if not parts:
        return False
    return parts[-1] in _ENTITIES or "id" in parts or (parts[-1] in _IDENTIFIERS and not _ENTITIES.isdisjoint(parts))


def names_counter(name: str) -> bool:
    """Whether a column's name says that it numbers the rows: No, index, Unnamed: 0, or nothing at all."""
    parts = words(name)
    return not parts or any(word in _COUNTERS for word in parts)


def names_moment(name: str) -> bool:
    """Whether a column's name says that it is a moment in time: a date or a year, not an hour.

    Examples
    --------
    >>> [names_moment(name) for name in ("model_year", "Date", "hour", "runtime")]
    [True, True, False, False]
    """
    return any(word in _MOMENTS for word in words(name))


def names_timestamp(name: str) -> bool:
    """Whether a column's name goes with a count of seconds since 1970, if its numbers may be one.

    Examples
    --------
    >>> [names_timestamp(name) for name in ("created_at", "ts", "eventTime", "unixtime", "user_id", "phone")]
    [True, True, True, True, False, False]
    """
    parts = words(name)
    ends = any(part.endswith(("time", "stamp", "date")) for part in parts)
    return ends or not {*_MOMENTS, *_STAMPS}.isdisjoint(parts)
