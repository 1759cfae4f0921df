"""Time series to classify as a data structure: `.ts` files, and tables with a row for each series."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.series.models.specs import IMPORTS, MODELS, PACKAGES, users_model
from advisor.baselines.series.ts_files import SUFFIX, looks_like_ts, read_ts, ts_files
from advisor.baselines.structure import Dataset, Findings, ModelSpec, PretrainedModels
from advisor.baselines.tabular.structure import TABULAR, TableSource
from advisor.reports.baseline import ColumnRow, Decision

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from advisor.baselines.options import Options
    from advisor.baselines.roles import Roles
    from advisor.baselines.series.long_tables import LongColumns
    from advisor.baselines.series.steps import Steps
    from advisor.reports.baseline import DatasetRow

TARGET = "class"  # what the label of a .ts file is called
LEAST_TO_ANSWER = 100
_NUMBER = "number of the series"

PREDICT_SOURCE = '''\
"""Predict with the saved model: python predict.py NEW_DATA > predictions.csv

NEW_DATA is a .ts file, or a folder of one, or a table with the columns of the one that the model was fitted on; labels
may be missing. The versions in requirements.txt are those that the model was fitted with.

model.skops is data; model.joblib is a pickle, and loading one runs code that it holds. A file whose sha256 is not that
in model.json is not loaded; against somebody who can change both, compare it with the one that was printed when the
model was saved.
"""

import json
import sys
from pathlib import Path

import pandas as pd
from advisor.baselines.model_files import load_model
from advisor.baselines.predict_scripts import mistakes_in_words, new_data
from advisor.baselines.series.new_series import read_new_series

(data,) = new_data(__doc__)
with mistakes_in_words():
    here = Path(__file__).parent
    about = json.loads((here / "model.json").read_text(encoding="utf-8"))
    pipeline = load_model(here, about)  # refuses another file than the one that was saved

    series = read_new_series(data, about)
    names = [about["labels"][code] for code in pipeline.classes_]
    predictions = pd.DataFrame({"prediction": [about["labels"][code] for code in pipeline.predict(series)]})
    if hasattr(pipeline, "predict_proba"):
        shares = pd.DataFrame(pipeline.predict_proba(series), columns=[f"p({name})" for name in names])
        predictions = predictions.join(shares)
    predictions.to_csv(sys.stdout, index=False)
'''


class SeriesSource(NamedTuple):
    """Series that were read.

    Attributes
    ----------
    about : TableSource
        A table with a row for each series: its label, whatever stands beside its steps, and its number.
    values : numpy.ndarray of shape (series, channels, steps)
        NaN behind the end of each.
    channels : mapping of str to tuple of str
        The columns of each channel; none of a `.ts` file.
    decisions : tuple of Decision
        How they were read.
    long : LongColumns or None
        The columns of a table with a row for each step.
    """

    about: TableSource
    values: "npt.NDArray[np.float32]"
    channels: Mapping[str, tuple[str, ...]]
    decisions: tuple[Decision, ...]
    long: "LongColumns | None" = None


class TimeSeries:
    """Series of one or more channels, of the same or different lengths, each with a class."""

    id = "time-series"
    tasks = ("binary", "multiclass")
    extra = TABULAR.extra
    reads_with = TABULAR.reads_with
    models: tuple[ModelSpec, ...] = MODELS
    pretrained: PretrainedModels | None = None
    imports = IMPORTS
    packages = PACKAGES

    def recognises(self, path: Path) -> bool:
        """Return whether it is a `.ts` file, or a folder of them."""
        return looks_like_ts(path)

    def claims(self, table: TableSource, options: "Options") -> SeriesSource | None:
        """Return the table as series where its columns are clearly steps in order, and classes are predicted."""
        from advisor.baselines.series.steps import find_steps

        if table.task.kind not in self.tasks:
            return None
        steps = find_steps(table.table, table.roles(options).not_features)
        return None if steps is None else _of_table(table, steps)

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of the file, or of the names and contents of those in the folder."""
        from advisor.baselines.digest import file_digest

        if not path.is_dir():
            return file_digest(path)
        import hashlib

        listed = "".join(f"{file_digest(one)}  {one.name}\n" for one in ts_files(path))
        return hashlib.sha256(listed.encode()).hexdigest()

    def read(self, path: Path, options: "Options") -> SeriesSource:
        """Read `.ts` files, or a table whose columns are steps."""
        from advisor.baselines.series.steps import asked_for_steps, find_steps

        if looks_like_ts(path):
            return self._read_ts(path, options)
        table = TABULAR.read(path, _without_time(options))
        if table.task.kind not in self.tasks:
            raise DataError(
                f"--structure {self.id}: the target {table.target} {table.task.why}, and only classes of series are "
                "predicted; name a column of classes with --target, or add --task classification"
            )
        others = table.roles(options)._replace(series=None).not_features
        if options.series is not None:
            return _of_long_table(table, options)
        steps = find_steps(table.table, others) or asked_for_steps(table.table, others)
        if steps is None:
            raise DataError(f"--structure {self.id}: no column of numbers is left that could be a step of a series")
        return _of_table(table, steps)

    def _read_ts(self, path: Path, options: "Options") -> SeriesSource:
        from advisor.baselines.series.panel import lengths_of, padded

        _refuse_columns(options)
        files = ts_files(path)
        read = [read_ts(one) for one in files]
        channels = {len(one.series[0]) for one in read}
        if len(channels) > 1:
            counts = " and ".join(f"{len(one.series[0])} in {file.name}" for one, file in zip(read, files, strict=True))
            raise DataError(f"{path}: the files differ in their channels, {counts}; pass one of them")
        values = padded([series for one in read for series in one.series])
        labels = [label for one in read for label in one.labels]
        about = _labels_as_table(path, labels, self.digest(path), options)
        decisions = [Decision("format", SUFFIX.removeprefix("."), "as its name or its first line says", "--structure")]
        if len(files) > 1:
            parts = " and ".join(f"{len(one.labels):,} in {file.name}" for one, file in zip(read, files, strict=True))
            decisions.append(Decision("parts", "pooled", f"{parts}; all series take part in the folds", "DATA"))
        decisions += _shape(values, lengths_of(values), sum(one.gaps for one in read))
        return SeriesSource(about, values, {}, tuple(decisions))

    def check(self, source: SeriesSource, options: "Options") -> Findings:
        """Return series that repeat or contradict each other, lengths that tell the class, and what labels show."""
        from advisor.baselines.series.checks import check_series
        from advisor.baselines.tabular.checks.checks import check_target, most_severe_first

        about = source.about
        labels = about.table.frame[about.target]
        known = labels.notna().to_numpy()
        found = [
            *check_series(source.values[known], labels[known].astype(str).to_numpy()),
            *check_target(about.table, about.target, about.task),
        ]
        beside = _beside(source, about.roles(_without_time(options)))
        return Findings(most_severe_first(found, [about.target]), dict.fromkeys(beside, "no step of the series"))

    def prepare(self, source: SeriesSource, findings: Findings, options: "Options") -> Dataset:
        """Return the series with a label; those that are alike stay in one fold."""
        from dataclasses import replace

        from advisor.baselines.series.checks import same_series
        from advisor.baselines.series.panel import SeriesExamples
        from advisor.baselines.tabular.table import TableExamples

        dataset = TABULAR.prepare(source.about, findings, _without_time(options))
        assert isinstance(dataset.examples, TableExamples)  # noqa: S101 - of a table
        values = source.values[dataset.examples.frame[_NUMBER].to_numpy(int)]
        same = same_series(values)
        return replace(
            dataset,
            examples=SeriesExamples(values),
            duplicate_groups=same if int(same.max()) + 1 < len(same) else None,
            least_to_answer=LEAST_TO_ANSWER,
        )

    def describe(self, source: SeriesSource, findings: Findings, dataset: Dataset, options: "Options") -> "DatasetRow":
        """Return the row of the report that says what was read."""
        about = source.about
        row = TABULAR.describe(about, findings, dataset, _without_time(options))
        columns = tuple(column for column in row.columns_read if column.name != _NUMBER)
        return row._replace(
            columns=source.values.shape[1] * source.values.shape[2] + len(columns),
            decisions=(*source.decisions, *about.table.decisions),
            columns_read=(*columns, *_channel_rows(source)),
        )

    def users_model(self, name: str) -> ModelSpec:
        """Return the row of a user's own estimator."""
        return users_model(name)

    def saved(self, source: SeriesSource, dataset: Dataset, options: "Options") -> Mapping[str, Any]:  # noqa: ARG002
        """Return how many channels there are, and how a table of them is read."""
        from advisor.baselines.series.long_tables import saved_columns

        reading = options.reading.for_other_files()
        del reading["kinds"]
        return {
            "channels": {name: list(columns) for name, columns in source.channels.items()},
            "channel_count": source.values.shape[1],
            "long": saved_columns(source.long),
            "reading": reading,
            "decisions": {decision.what: decision.value for decision in source.decisions},
        }

    def predict_source(self) -> str:
        """Return the script that predicts."""
        return PREDICT_SOURCE


def _refuse_columns(options: "Options") -> None:
    """Raise DataError where the user names columns: a `.ts` file has none."""
    named = {
        "--target": options.target if options.target != TARGET else "",
        "--group": options.group,
        "--time": options.time,
        "--series": options.series,
        "--weights": options.weights,
        "--exclude": options.exclude,
        "--keep": options.keep,
    }
    flag = next((flag for flag, value in named.items() if value), None)
    if flag is not None:
        raise DataError(
            f"{flag}: a .ts file has no columns, only series and their labels, which are predicted; leave {flag} out, "
            "or pass a table with a row for each series"
        )


def _labels_as_table(path: Path, labels: list[str], sha256: str, options: "Options") -> TableSource:

    import pandas as pd

    from advisor.baselines.tabular.table import Column, Table
    from advisor.baselines.tabular.task import decide_task

    frame = pd.DataFrame({TARGET: pd.Categorical(labels)})
    column = Column(TARGET, "categorical", "the label behind the last colon", 0.0, len(set(labels)))
    table = _with_numbers(Table(frame, (column,), (), str(path), sha256, len(labels), False))
    return TableSource(table, decide_task(table, TARGET, options.task, options.positive), TARGET)


def _with_numbers(table: Any) -> Any:
    """Return the table with the number of each row, by which its series is found again."""
    import numpy as np

    from advisor.baselines.tabular.table import Column

    count = len(table.frame)
    column = Column(_NUMBER, "numeric", "counts the series", 0.0, count)
    frame = table.frame.assign(**{_NUMBER: np.arange(count, dtype=float)})
    return table._replace(frame=frame, columns=(*table.columns, column))


def _of_table(source: TableSource, steps: "Steps") -> SeriesSource:
    """Return a table as series, its other columns beside them."""
    from advisor.baselines.series.panel import lengths_of
    from advisor.baselines.series.steps import series_of_rows

    table = source.table
    values, empty, gaps = series_of_rows(table.frame, steps.channels)
    labelled = table.frame[source.target].notna().to_numpy()
    if (empty & labelled).any():
        raise DataError(
            f"row {int((empty & labelled).argmax()) + 1:,} has a {source.target} but no value in any step "
            f"({int((empty & labelled).sum()):,} such rows); delete these rows, or leave the columns to --structure "
            "tabular"
        )
    own = set(steps.columns)
    frame = table.frame[[name for name in table.frame.columns if name not in own]]
    columns = tuple(column for column in table.columns if column.name not in own)
    about = source._replace(table=_with_numbers(table._replace(frame=frame, columns=columns)))
    read_as = Decision("series", f"{len(values):,} of a row each", steps.why, "--structure tabular")
    decisions = (read_as, *_shape(values, lengths_of(values), gaps))
    return SeriesSource(about, values, steps.channels, decisions)


def _without_time(options: "Options") -> "Options":
    """Return the options without the time column of a long table, which orders steps, not series."""
    return options if options.series is None else options._replace(time=None, series=None)


def _of_long_table(source: TableSource, options: "Options") -> SeriesSource:
    """Return a table with many rows for each series."""
    from advisor.baselines.series.long_tables import long_columns, refuse_labels_that_change, series_of_long
    from advisor.baselines.series.panel import lengths_of
    from advisor.baselines.tabular.task import decide_task

    table = source.table
    columns = long_columns(table, options, source.roles(options)._replace(series=None).not_features)
    refuse_labels_that_change(table.frame, columns.series, source.target)
    values, first, gaps = series_of_long(table.frame, columns)
    own = {columns.time, *columns.channels}
    kept = [column for column in table.columns if column.name not in own]
    frame = table.frame.iloc[first][[column.name for column in kept]].reset_index(drop=True)
    of_series = _with_numbers(table._replace(frame=frame, columns=tuple(kept), rows=len(frame)))
    about = TableSource(
        of_series,
        decide_task(of_series, source.target, options.task, options.positive),
        source.target,
        source.target_reason,
    )
    order = f"in the order of {columns.time}" if columns.time else "in the order of the file; --time names another"
    read_as = Decision("series", f"{len(values):,} by {columns.series}", order, "--series")
    decisions = (read_as, *_shape(values, lengths_of(values), gaps))
    return SeriesSource(about, values, {name: (name,) for name in columns.channels}, decisions, columns)


def _shape(values: "np.ndarray", lengths: "np.ndarray", gaps: int) -> list[Decision]:
    """Return what the series look like."""
    shortest, longest = int(lengths.min()), int(lengths.max())
    steps = f"{longest:,} each" if shortest == longest else f"{shortest:,} to {longest:,}"
    found = [
        Decision("channels", f"{values.shape[1]:,}", "as the first series has", "DATA"),
        Decision("steps", steps, "up to the last value of each series", "DATA"),
    ]
    if gaps:
        found.append(Decision("missing steps", f"{gaps:,}", "interpolated in each channel", "DATA"))
    return found


def _beside(source: SeriesSource, roles: "Roles") -> tuple[str, ...]:
    """Return the columns with no part: neither steps, nor named by the user."""
    names = (column.name for column in source.about.table.columns)
    return tuple(name for name in names if name != _NUMBER and name not in roles.not_features)


def _channel_rows(source: SeriesSource) -> tuple[ColumnRow, ...]:
    import numpy as np

    names = list(source.channels) or [f"channel {number}" for number in range(1, source.values.shape[1] + 1)]
    columns = list(source.channels.values())
    rows = []
    for place, name in enumerate(names):
        values = source.values[:, place]
        why = f"{columns[place][0]} to {columns[place][-1]}" if columns else f"channel {place + 1} of the file"
        why = "a step in each row" if source.long else why
        distinct = len(np.unique(values[~np.isnan(values)]))
        rows.append(ColumnRow(name or "series", "numeric", "feature", why, 0.0, distinct))
    return tuple(rows)


TIME_SERIES = TimeSeries()
