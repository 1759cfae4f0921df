"""What a data file holds, told without fitting a model."""

from pathlib import Path
from typing import TYPE_CHECKING

from advisor.baselines.options import Options
from advisor.baselines.tabular.prepared import prepared_data
from advisor.reports.baseline import DatasetRow

if TYPE_CHECKING:
    from advisor.baselines.tabular.prepared import Prepared


def describe_data(path: str | Path, options: Options, *, shown_as: str | None = None) -> DatasetRow:
    """Read and check a data file and return what is in it.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, Parquet or JSON lines, also gzipped.
    options : Options
        The request; `Options(target="y")` is enough.
    shown_as : str, optional
        The name of the file in the result.

    Returns
    -------
    DatasetRow
        As in the result of `run_baseline`.

    Raises
    ------
    DataError
        If the data or the request cannot be used.

    Examples
    --------
    >>> from advisor.engine.library import bundled_folder
    >>> found = describe_data(bundled_folder("examples") / "breast-cancer.csv", Options(target="diagnosis"))
    >>> found.rows, found.task, found.classes
    (569, 'binary', ('benign', 'malignant'))
    """
    prepared = prepared_data(Path(path), options, lambda _: None)
    return dataset_row(prepared, options.target, shown_as or str(path))


def dataset_row(prepared: "Prepared", target: str, shown_as: str) -> DatasetRow:
    """Return the row of the report that says what was read."""
    import numpy as np

    table, dataset = prepared.table, prepared.dataset
    labels = dataset.labels
    counts = np.bincount(dataset.target.astype(int), minlength=len(labels)) if labels else np.zeros(0)
    return DatasetRow(
        path=shown_as,
        sha256=table.sha256,
        rows=table.rows,
        rows_used=len(dataset.target),
        columns=len(table.columns),
        target=target,
        task=prepared.task.kind,
        task_reason=prepared.task.why,
        sampled=table.sampled,
        classes=labels,
        class_shares=tuple(float(count) / len(dataset.target) for count in counts),
        positive=labels[1] if prepared.task.kind == "binary" else None,
        decisions=table.decisions,
        columns_read=prepared.columns,
    )
