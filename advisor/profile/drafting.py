"""The profile fields that can be filled in from a data file."""

from statistics import fmean
from typing import Any

from advisor.reports.baseline import DatasetRow


def fields_from_data(dataset: DatasetRow) -> dict[str, Any]:
    """Return the values of the profile fields that can be read off a data file, by dotted path.

    Shares carry three significant digits. Columns count as features only if a model would see them: no target, id,
    constant or leaking column.

    Parameters
    ----------
    dataset : DatasetRow
        As in a measured baseline, or from `advisor.baselines.prepared.describe_data`.
    """
    if dataset.task == "forecasting":
        return {"task": "forecasting", "data.structure": "time-series", "data.rows": dataset.rows}
    features = [row for row in dataset.columns_read if row.role == "feature"]
    only_texts = bool(features) and all(row.kind == "text" for row in features)
    values: dict[str, Any] = {
        "task": "regression" if dataset.task == "regression" else "classification",
        "data.structure": "text" if dataset.structure == "tabular" and only_texts else dataset.structure,
        "data.rows": dataset.rows,
        "data.labelled": _labelled(dataset),
    }
    if dataset.columns_read and dataset.structure in ("tabular", "text"):  # results of other versions may lack them
        values["data.features"] = len(features)
    if dataset.classes:
        values["data.classes"] = len(dataset.classes)
    if dataset.class_shares:
        values["data.minority_share"] = _share(min(dataset.class_shares))
    if features and values["data.structure"] == "tabular":
        categorical = [row for row in features if row.kind == "categorical"]
        values["data.categorical_share"] = _share(len(categorical) / len(features))
        values["data.missing_share"] = _share(fmean(row.missing for row in features))
        if categorical:
            values["data.max_cardinality"] = max(row.distinct for row in categorical)
    return values


def _labelled(dataset: DatasetRow) -> int:
    missing = next((row.missing for row in dataset.columns_read if row.role == "target"), 0.0)
    return round(dataset.rows * (1 - missing))


def _share(value: float) -> float:
    return float(f"{value:.3g}")
