"""What a table holds, as a row of the report."""

from typing import TYPE_CHECKING

from advisor.reports.baseline import DatasetRow

if TYPE_CHECKING:
    from advisor.baselines.roles import Roles
    from advisor.baselines.structure import Dataset, Findings
    from advisor.baselines.tabular.table import Table
    from advisor.baselines.tabular.task import Task


def dataset_row(
    table: "Table", task: "Task", dataset: "Dataset", findings: "Findings", roles: "Roles", target_reason: str = ""
) -> DatasetRow:
    """Return the row of the report that says what was read; its path is left empty."""
    import numpy as np

    from advisor.baselines.tabular.preparation import column_rows

    labels = dataset.labels
    counts = np.bincount(dataset.target.astype(int), minlength=len(labels)) if labels else np.zeros(0)
    return DatasetRow(
        path="",
        sha256=table.sha256,
        rows=table.rows,
        rows_used=len(dataset),
        columns=len(table.columns),
        target=roles.target,
        task=task.kind,
        task_reason=task.why,
        sampled=table.sampled,
        classes=labels,
        class_shares=tuple(float(count) / len(dataset) for count in counts),
        positive=labels[1] if task.kind == "binary" else None,
        decisions=table.decisions,
        columns_read=column_rows(table, task, roles, findings.left_out),
        target_reason=target_reason,
        stopped_after=table.stopped_after,
    )
