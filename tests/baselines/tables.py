"""Tables for tests, made from columns of plain Python values."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from advisor.baselines.tabular.table import Column, Table


def table(columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, str] | None = None, **details: Any) -> Table:
    """Return a table; numbers are numeric, dates are dates, text is categorical unless `kinds` says otherwise.

    `details` maps a column's name to further fields of its Column.
    """
    frame = pd.DataFrame({name: pd.Series(list(values)) for name, values in columns.items()})
    read = []
    for name in frame.columns:
        values = frame[name]
        kind = (kinds or {}).get(name) or guess(values)
        frame[name] = typed(values, kind)
        facts = details.get(name, {})
        read.append(
            Column(name, kind, "as in the test", float(frame[name].isna().mean()), int(frame[name].nunique()), **facts)
        )
    return Table(frame, tuple(read), (), "data.csv", "", len(frame), False)


def guess(values: pd.Series) -> str:
    if values.isna().all():
        return "empty"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    return "numeric" if pd.api.types.is_numeric_dtype(values) else "categorical"


def typed(values: pd.Series, kind: str) -> pd.Series:
    if kind in ("numeric", "empty"):
        return values.astype(float)
    if kind == "categorical":
        return values.astype("object").map(str, na_action="ignore").astype("category")
    return values


def numbers(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=rows)


def levels(rows: int, words: str, seed: int = 0) -> list[str]:
    return list(np.random.default_rng(seed).choice(words.split(), rows))
