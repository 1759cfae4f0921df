"""Guess which column of a table is to be predicted, where its name and its place agree."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import Candidate
from advisor.baselines.tabular.checks.column_checks import check_constant, check_identifier
from advisor.baselines.tabular.column_names import names_identifier, words

if TYPE_CHECKING:
    from advisor.baselines.tabular.table import Column, Table

_TARGETS = frozenset(
    ("target", "targets", "label", "labels", "class", "classes", "y", "outcome", "outcomes", "response", "dependent")
)
_BESIDE = frozenset(("variable", "var", "column", "col", "value", "label", "class", "target"))
# What is asked about persons and things, with a few answers.
_OUTCOMES = frozenset(
    (
        *("churn", "churned", "attrition", "exited", "survived", "survival", "died", "deceased", "diagnosis"),
        *("fraud", "fraudulent", "spam", "default", "defaulted", "converted", "conversion", "purchased", "bought"),
        *("subscribed", "approved", "readmitted", "clicked", "malignant", "outbreak", "accepted", "hired"),
    )
)
# What is often predicted, but as often known: these count in the last column only, and some as the whole name only.
_CLASSES = frozenset(("species", "type", "status", "result", "disease", "risk", "quality", "grade", "sentiment"))
_AMOUNTS = frozenset(("price", "rating", "sales", "salary", "charges", "revenue", "profit"))
_WHOLE_AMOUNTS = frozenset(("count", "cnt", "score", "demand", "quality", "value", "strength", "wage"))
_FEW_VALUES = 50
_MOST_CANDIDATES = 5
_MOST_MISSING = 0.5


class Guess(NamedTuple):
    """The target with the reason, or an empty name and the columns that are likely, the likeliest first."""

    target: str
    why: str
    candidates: tuple[Candidate, ...]


def guess_target(table: "Table", others: Collection[str] = ()) -> Guess:
    """Return the target that name and place agree on, or what comes into question.

    Names of targets (target, label, class, y) and of outcomes (churn, survived) count in the first column, identifiers
    left aside, and in the last; names of what may be a feature as well (price, type) in the last only. Dates, texts,
    identifiers, constants and columns that are mostly blank are no targets, and `others` have another part.

    Parameters
    ----------
    table : Table
        The file that was read.
    others : collection of str
        Columns that the user gave another part, or left out.
    """
    present = [column for column in table.columns if column.kind != "empty" and column.name not in others]
    columns = [column for column in present if _may_be_target(column, table)]
    first, last = _edges(present, table)
    named = {column.name: _name_of_target(column, table) for column in columns}
    for kind in ("target", "outcome"):
        found = [column for column in columns if named[column.name] == kind]
        if len(found) == 1 and found[0].name in (first, last):
            return Guess(found[0].name, _why(found[0].name, named, first, last), ())
        if found:
            return Guess("", "", _candidates(columns, named, first, last))
    common = [name for name, kind in named.items() if kind == "amount"]
    if named.get(last) in ("amount", "class") and set(common) <= {last}:
        return Guess(last, _why(last, named, first, last), ())
    return Guess("", "", _candidates(columns, named, first, last))


def _may_be_target(column: "Column", table: "Table") -> bool:
    values = table.frame[column.name]
    if column.kind not in ("numeric", "categorical") or column.missing > _MOST_MISSING or names_identifier(column.name):
        return False
    if any(finding.reason for check in (check_constant, check_identifier) for finding in check(column, values)):
        return False
    present = int(values.notna().sum())
    return column.distinct > 1 and (column.kind == "numeric" or column.distinct <= max(20, present // 2))


def _edges(columns: Sequence["Column"], table: "Table") -> tuple[str, str]:
    """Return the first column that is no identifier, and the last one."""
    first = next(
        (
            column.name
            for column in columns
            if not names_identifier(column.name) and not [*check_identifier(column, table.frame[column.name])]
        ),
        "",
    )
    return first, columns[-1].name if columns else ""


def _name_of_target(column: "Column", table: "Table") -> str:
    """Return what a column's name says: target, outcome, class, amount, or nothing."""
    parts = words(column.name)
    if not parts:
        return ""
    few = column.kind == "categorical" or column.distinct <= _FEW_VALUES
    own = [part for part in parts if part not in ("is", "has", "was", "flag", "the", "final")]
    if _TARGETS.intersection(parts) and set(parts) <= _TARGETS | _BESIDE and not _is_coordinate(column.name, table):
        return "target"
    if few and len(own) == 1 and own[0] in _OUTCOMES:
        return "outcome"
    whole = parts[0] if len(parts) == 1 else ""
    if few and whole in _CLASSES:
        return "class"
    return "amount" if column.kind == "numeric" and (parts[-1] in _AMOUNTS or whole in _WHOLE_AMOUNTS) else ""


def _is_coordinate(name: str, table: "Table") -> bool:
    """Whether y is a place beside x, and not what is to be predicted from it."""
    names = {column.name.lower() for column in table.columns}
    return name.lower() == "y" and "x" in names and len(names) > 2


def _candidates(columns: Sequence["Column"], named: Mapping[str, str], first: str, last: str) -> tuple[Candidate, ...]:
    order = {"target": 0, "outcome": 1, "amount": 3, "class": 4}
    likely = [column.name for column in columns if named[column.name] or column.name in (first, last)]
    likely.sort(key=lambda name: (min(order.get(named[name], 5), 2 if name == last else 5), name != last))
    return tuple(Candidate(name, _why(name, named, first, last)) for name in likely[:_MOST_CANDIDATES])


def _why(name: str, named: Mapping[str, str], first: str, last: str) -> str:
    place = "the last column" if name == last else "the first column" if name == first else ""
    said = {
        "target": "named as targets are",
        "outcome": "named after an outcome",
        "class": "named after classes that are often predicted",
        "amount": "named after an amount that is often predicted",
    }.get(named[name], "")
    return ", ".join(part for part in (place, said) if part)
