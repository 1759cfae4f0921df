"""Check single columns and pairs: constants, numbers of rows, recodings, many categories, odd values, texts."""

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from advisor.baselines.tabular.column_names import named, names_identifier, names_moment
from advisor.reports.baseline import Check

if TYPE_CHECKING:
    from advisor.baselines.tabular.table import Column

_FEWEST_ROWS = 20  # with fewer, that nothing repeats says nothing
_SAMPLE = 5_000
_MANY_LEVELS = 50


class ColumnFinding(NamedTuple):
    """A check and, where the column should be left out of the models, the reason in a few words."""

    check: Check
    reason: str = ""


def check_constant(column: "Column", _values: pd.Series) -> Iterator[ColumnFinding]:
    """Yield a column without two different values; blanks beside one value make two."""
    if column.distinct == 0:
        yield ColumnFinding(
            Check("constant-column", "note", column.name, f"{named(column.name)} has no value in any row", ""), "empty"
        )
    elif column.distinct == 1 and column.missing == 0:
        message = f"{named(column.name)} has the same value in every row"
        yield ColumnFinding(Check("constant-column", "note", column.name, message, ""), "constant")


def check_identifier(column: "Column", values: pd.Series) -> Iterator[ColumnFinding]:
    """Yield a column that numbers or names the rows, from which nothing carries over to other rows."""
    present = values.dropna()
    rows = len(present)
    if rows < _FEWEST_ROWS or column.distinct < 0.9 * rows:
        return
    is_named_so = names_identifier(column.name)
    if column.kind == "categorical" and (is_named_so or column.distinct >= 0.95 * rows):
        why = "hardly any value repeats"
    elif column.kind == "numeric" and not names_moment(column.name) and bool((present == present.round()).all()):
        numbers = present.to_numpy()
        if is_named_so:
            why = "it is named and numbered like an identifier"
        elif column.distinct == rows and _counts(numbers):
            why = "it counts the rows"
        else:
            return
    else:
        return
    found = f"{named(column.name)} has {column.distinct:,} different values in {rows:,} rows"
    message = f"{found}: {why}, so it says nothing about new rows"
    yield ColumnFinding(Check("id-column", "warning", column.name, message, ""), "an identifier")


def _counts(numbers: np.ndarray) -> bool:
    """Whether different whole numbers leave few gaps, or rise or fall by 1 mostly."""
    dense = np.ptp(numbers) + 1 <= 1.1 * len(numbers)
    return bool(dense or (np.abs(np.diff(numbers)) == 1).mean() > 0.5)


def check_levels(column: "Column", values: pd.Series) -> Iterator[ColumnFinding]:
    """Yield a categorical column with many levels."""
    rows = int(values.notna().sum())
    if column.kind == "categorical" and _MANY_LEVELS < column.distinct < 0.9 * rows:
        message = (
            f"{named(column.name)} has {column.distinct:,} categories, {rows / column.distinct:,.1f} rows each "
            f"on average"
        )
        yield ColumnFinding(
            Check(
                "high-cardinality",
                "note",
                column.name,
                message,
                f"--exclude {shlex.quote(column.name)} if new rows will have other categories",
            )
        )


def check_text(column: "Column", _values: pd.Series) -> Iterator[ColumnFinding]:
    """Yield a column of free text."""
    if column.kind == "text":
        message = f"{named(column.name)} is free text ({column.distinct:,} different): the models only see its words"
        yield ColumnFinding(
            Check(
                "text-column",
                "note",
                column.name,
                message,
                "a pretrained language model may do better on it; advisor recommend weighs that",
            )
        )


def check_odd_values(column: "Column", values: pd.Series) -> Iterator[ColumnFinding]:
    """Yield a column with values that do not fit its kind, or numbers that may stand for missing."""
    rows = len(values)
    if column.odd_rows:
        shown = ", ".join(repr(value) for value in column.odd)
        found = f"{named(column.name)} does not hold a {_PLAIN[column.kind]} in {column.odd_rows:,} of {rows:,} rows"
        message = f"{found} ({shown}), which count as missing"
        severity = "warning" if column.odd_rows > 0.01 * rows else "note"
        yield ColumnFinding(
            Check(
                "mixed-types",
                severity,
                column.name,
                message,
                f"--kind {shlex.quote(column.name)}=categorical keeps the values as they are",
            )
        )
    if column.misfits:
        yield ColumnFinding(_misfits(column, rows))
    if column.infinite:
        message = f"{named(column.name)} is infinite in {column.infinite:,} of {rows:,} rows, which count as missing"
        yield ColumnFinding(
            Check(
                "mixed-types",
                "warning" if column.infinite > 0.01 * rows else "note",
                column.name,
                message,
                "find out where they come from, such as a division by 0",
            )
        )
    for mark, count in column.marks:
        message = f"{named(column.name)} is {mark!r} in {count:,} of {rows:,} rows, read as a value like the others"
        yield ColumnFinding(
            Check("mixed-types", "note", column.name, message, f"--missing {shlex.quote(mark)} reads it as missing")
        )
    for code in column.codes:
        count = int((values == code).sum())
        if count:
            message = f"{named(column.name)} is {code:g} in {count:,} of {rows:,} rows, which may mean missing"
            yield ColumnFinding(
                Check("mixed-types", "warning", column.name, message, f"--missing {code:g} reads it as missing")
            )


def _misfits(column: "Column", rows: int) -> Check:
    """Return the warning about a column of numbers or dates that a few other texts make one of categories."""
    shown = " or ".join(repr(text) for text, _ in column.misfits)
    count = sum(count for _, count in column.misfits)
    found = f"{named(column.name)} is {shown} in {count:,} of {rows:,} rows, and a {column.misfit_kind} in the others"
    marks = " ".join(f"--missing {shlex.quote(text)}" for text, _ in column.misfits)
    message = f"{found}; so every value counts as a category of its own"
    return Check("mixed-types", "warning", column.name, message, f"{marks} reads it as missing")


_PLAIN = {"numeric": "number", "date": "date", "categorical": "category", "text": "text", "empty": "value"}
COLUMN_CHECKS = (check_constant, check_identifier, check_levels, check_text, check_odd_values)


def check_duplicates(
    frame: pd.DataFrame, kinds: Mapping[str, str], names: Sequence[str], keep: Collection[str]
) -> Iterator[ColumnFinding]:
    """Yield columns that say the same as another one: equal, in another unit, or with one value for each of its values.

    The first of them in the file stays, or the one that `keep` names.
    """
    step = max(1, len(frame) // _SAMPLE)
    sample = frame[list(names)].iloc[::step]
    order = sorted(names, key=lambda name: name not in keep)
    first_of: dict[bytes, str] = {}
    dropped: set[str] = set()
    for name in order:
        key = _pattern(sample[name])
        kept = first_of.setdefault(key, name) if key else name
        if kept != name and _says_the_same(frame[kept], frame[name]):
            dropped.add(name)
            yield _duplicate(name, kept, "has one value for each value of")
    numeric = [name for name in order if kinds[name] == "numeric" and name not in dropped]
    for name, kept in _rescaled(frame, sample, numeric):
        yield _duplicate(name, kept, "is, except for its unit, the same as")


def _duplicate(name: str, kept: str, relation: str) -> ColumnFinding:
    message = f"{named(name)} {relation} {named(kept)}: one of them is enough"
    return ColumnFinding(Check("duplicate-column", "note", name, message, ""), f"says the same as {named(kept)}")


def _pattern(values: pd.Series) -> bytes:
    """Return what columns share whose values repeat in the same rows, or that are equal; nothing for a constant."""
    codes = pd.factorize(values)[0]
    if int(codes.max(initial=-1)) < 1:
        return b""
    if int(codes.max()) < len(codes) // 2:
        return bytes(codes.astype(np.int32).tobytes())
    hashes: bytes = pd.util.hash_pandas_object(values, index=False).to_numpy().tobytes()
    return hashes


def _says_the_same(left: pd.Series, right: pd.Series) -> bool:
    """Whether each value of a column has its own in the other one; numbers have to keep their distances besides."""
    if left.dtype.kind == right.dtype.kind == "f":
        return _affine(left, right)
    codes, others = pd.factorize(left)[0], pd.factorize(right)[0]
    return bool((codes == others).all())


def _rescaled(frame: pd.DataFrame, sample: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield numeric columns that are another one times a factor plus a constant, with that other one."""
    values = sample[list(names)].to_numpy(float)
    known = ~np.isnan(values)
    spread = np.nanstd(values, axis=0) if len(values) else np.zeros(len(names))
    usable = np.flatnonzero(spread > 0)
    if len(usable) < 2:
        return
    scaled = (values[:, usable] - np.nanmean(values[:, usable], axis=0)) / spread[usable]
    correlation = np.nan_to_num(scaled).T @ np.nan_to_num(scaled) / np.maximum(known[:, usable].sum(axis=0), 1)
    gone: set[int] = set()
    for left, right in np.argwhere(np.triu(np.abs(correlation) > 1 - 1e-9, k=1)):
        kept, name = names[usable[left]], names[usable[right]]
        if left not in gone and right not in gone and _affine(frame[kept], frame[name]):
            gone.add(int(right))
            yield name, kept


def _affine(left_column: pd.Series, right_column: pd.Series) -> bool:
    left, right = left_column.to_numpy(float), right_column.to_numpy(float)
    known = ~np.isnan(left)
    if not bool((known == ~np.isnan(right)).all()) or left[known].std() == 0:
        return False
    slope, offset = np.polyfit(left[known], right[known], 1)
    rest = right[known] - slope * left[known] - offset
    return bool(np.abs(rest).max() <= 1e-6 * right[known].std())
