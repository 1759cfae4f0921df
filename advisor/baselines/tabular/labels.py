"""Read a column as the classes to predict: marks of missing values are classes, spellings may be merged."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from advisor.baselines.tabular.reading.missing import marks_decision
from advisor.reports.baseline import Decision

if TYPE_CHECKING:
    import pandas as pd

    from advisor.baselines.tabular.table import Table


def as_target(table: "Table", target: str, *, merge: bool = False) -> "Table":
    """Return the table with its target as classes, if that is no number.

    A label is never deleted by a mark of a missing value: None or NA is a class, and only an empty cell is missing, or
    one with a mark that the user named. With `merge`, spellings of one class become the most frequent of them.
    """
    if target in table.labels:
        table = _with_every_label(table, target)
    return _merged(table, target) if merge else table


def spellings(counts: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Return the labels that are one class in several spellings, in groups, the most frequent spelling first.

    They differ in case, blanks or characters that nobody sees alone.

    Examples
    --------
    >>> spellings({"yes": 2, "no": 9, "YES": 3, "yes\u00a0": 1})
    (('YES', 'yes', 'yes\\xa0'),)
    """
    alike: dict[str, list[str]] = {}
    for label in sorted(counts, key=lambda label: (-counts[label], label)):
        alike.setdefault(folded(label), []).append(label)
    return tuple(tuple(labels) for labels in alike.values() if len(labels) > 1)


def folded(label: str) -> str:
    r"""Return a label in small letters with single blanks, without characters that nobody sees.

    Examples
    --------
    >>> folded("Very\u00a0 Good\0"), folded("STRASSE") == folded("Straße")
    ('very good', True)
    """
    text = " ".join(unicodedata.normalize("NFKC", label).split())
    seen = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf"))
    return seen.strip().casefold()


def _with_every_label(table: "Table", target: str) -> "Table":
    labels = table.labels[target]
    counts = labels.value_counts()
    columns = []
    for column in table.columns:
        if column.name == target:
            absent = tuple((text, count) for text, count in column.absent if text not in counts.index)
            kept = tuple((text, count) for text, count in column.absent if text in counts.index)
            column = column._replace(  # noqa: PLW2901
                kind="categorical" if column.kind == "empty" else column.kind,
                missing=float(labels.isna().mean()),
                distinct=int((counts > 0).sum()),
                absent=absent,
                marks=(*column.marks, *kept),
            )
        columns.append(column)
    decisions = tuple(
        marks_decision(columns) if decision.what == "missing values" else decision for decision in table.decisions
    )
    frame = table.frame.assign(**{target: labels})
    return table._replace(frame=frame, columns=tuple(columns), decisions=decisions)


def _merged(table: "Table", target: str) -> "Table":
    values = table.frame[target]
    if values.dtype.kind in "fM":
        return table
    groups = spellings(_counts(values))
    if not groups:
        return table
    one = {label: labels[0] for labels in groups for label in labels}
    merged = values.astype("object").map(lambda label: one.get(label, label), na_action="ignore").astype("category")
    columns = tuple(
        column._replace(distinct=int(merged.nunique())) if column.name == target else column for column in table.columns
    )
    why = f"given; one class each: {'; '.join(', '.join(map(repr, labels)) for labels in groups[:5])}"
    decision = Decision("labels merged", f"{sum(map(len, groups))} into {len(groups)}", why, "--merge-labels")
    decisions = (*table.decisions, decision)
    return table._replace(frame=table.frame.assign(**{target: merged}), columns=columns, decisions=decisions)


def _counts(values: "pd.Series") -> dict[str, int]:
    return {str(label): int(count) for label, count in values.value_counts().items() if count}


def split_labels(values: "pd.Series") -> Sequence[tuple[str, ...]]:
    """Return the spellings of the classes in a column of labels; none where it holds numbers."""
    return () if values.dtype.kind in "fM" else spellings(_counts(values))
