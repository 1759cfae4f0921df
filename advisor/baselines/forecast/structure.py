"""Forecasting as a data structure: a table with a column of times, a column of numbers, and maybe one of series."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.forecast.models.specs import IMPORTS, MODELS, PACKAGES
from advisor.baselines.structure import Dataset, Findings, ModelSpec, PretrainedModels
from advisor.baselines.tabular.structure import TABULAR, TableSource
from advisor.reports.baseline import Check, Decision

if TYPE_CHECKING:
    from advisor.baselines.forecast.origins import Plan
    from advisor.baselines.forecast.panel import Panel
    from advisor.baselines.forecast.reading import Read
    from advisor.baselines.options import Options
    from advisor.baselines.tabular.table import Table
    from advisor.reports.baseline import DatasetRow

PREDICT_SOURCE = '''\
"""Forecast with the saved model: python predict.py DATA > forecast.csv

DATA has the columns of time, value and, where there are several, series that the model was fitted on. The forecast
begins where each series ends. The versions in requirements.txt are those that the model was fitted with.

model.skops is data; model.joblib is a pickle, and loading one runs code that it holds. A file whose sha256 is not that
in model.json is not loaded; against somebody who can change both, compare it with the one that was printed when the
model was saved.
"""

import json
import sys
from pathlib import Path

from advisor.baselines.forecast.predicting import forecast
from advisor.baselines.model_files import load_model
from advisor.baselines.predict_scripts import mistakes_in_words, new_data

(data,) = new_data(__doc__)
with mistakes_in_words():
    here = Path(__file__).parent
    about = json.loads((here / "model.json").read_text(encoding="utf-8"))
    pipeline = load_model(here, about)  # refuses another file than the one that was saved
    forecast(pipeline, about, data).to_csv(sys.stdout, index=False)
'''


class ForecastSource(NamedTuple):
    """A table that was read, its series, and at which origins their forecasts are tested."""

    read: TableSource
    found: "Read"
    panel: "Panel"
    plan: "Plan"

    @property
    def horizon(self) -> int:
        """Steps that are forecast."""
        return self.panel.traits.horizon


class Forecast:
    """Series: tables of a kind that `Tabular` reads, of which a user asks for the next values."""

    id = "forecast"
    tasks = ("forecasting",)
    extra = TABULAR.extra
    reads_with = TABULAR.reads_with
    models: tuple[ModelSpec, ...] = MODELS
    pretrained: PretrainedModels | None = None
    imports = IMPORTS
    packages = PACKAGES

    def recognises(self, path: Path) -> bool:  # noqa: ARG002
        """Return False: a horizon makes a forecast, which no file shows."""
        return False

    def claims(self, table: TableSource, options: "Options") -> ForecastSource | None:
        """Return the series of the table where the user names a horizon."""
        if options.horizon is None:
            if options.series is not None:
                raise DataError("--series: only forecasts have series; add --horizon N, the steps to forecast, or auto")
            return None
        return _series_of(table, options)

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of the file."""
        return TABULAR.digest(path)

    def read(self, path: Path, options: "Options") -> ForecastSource:
        """Read the file as a table, and its series."""
        if options.horizon is None:
            raise DataError("--structure forecast: name the steps to forecast, --horizon N, or --horizon auto")
        return _series_of(TABULAR.read(path, options), options)

    def check(self, source: ForecastSource, options: "Options") -> Findings:  # noqa: ARG002
        """Return what is missing in the series, and whether they are long enough for an answer."""
        return Findings(tuple(_checks(source)), {})

    def prepare(self, source: ForecastSource, findings: Findings, options: "Options") -> Dataset:  # noqa: ARG002
        """Return a row for each series and origin."""
        from advisor.baselines.forecast.origins import dataset_of

        return dataset_of(source.panel, source.plan)

    def describe(
        self,
        source: ForecastSource,
        findings: Findings,  # noqa: ARG002
        dataset: Dataset,
        options: "Options",
    ) -> "DatasetRow":
        """Return the row of the report that says what was read."""
        from advisor.baselines.tabular.description import dataset_row
        from advisor.baselines.tabular.task import Task

        table, roles = source.read.table, source.read.roles(options)._replace(group=options.series)
        others = {column.name: "not known ahead of time" for column in table.columns}
        task = Task("forecasting", _task_reason(source), ())
        row = dataset_row(table, task, dataset, Findings((), others), roles, source.read.target_reason)
        columns = tuple(
            column._replace(why="as requested with --series") if column.role == "group" else column
            for column in row.columns_read
        )
        decisions = (*_decisions(source, dataset, options), *row.decisions)
        return row._replace(decisions=decisions, columns_read=columns)

    def users_model(self, name: str) -> ModelSpec:
        """Refuse a user's own estimator."""
        raise DataError(f"--model {name}: forecasts cannot be made with models of your own yet")

    def saved(self, source: ForecastSource, dataset: Dataset, options: "Options") -> Mapping[str, Any]:  # noqa: ARG002
        """Return how the file is read, its grid of time and what models know of the series."""
        traits, table = source.panel.traits, source.read.table
        reading = options.reading.for_other_files()
        named = (source.read.target, options.time, options.series)
        kinds = {column.name: column.kind for column in table.columns if column.name in named}
        return {
            "time": options.time,
            "series": options.series,
            "grid": source.panel.grid._asdict(),
            "traits": {
                "horizon": traits.horizon,
                "seasons": list(traits.seasons),
                "window": traits.window,
                "logged": traits.logged,
            },
            "reading": {**reading, "kinds": kinds},
            "decisions": {decision.what: decision.value for decision in table.decisions},
        }

    def predict_source(self) -> str:
        """Return the script that forecasts."""
        return PREDICT_SOURCE


FORECAST = Forecast()
"""The models that forecast."""


def _series_of(source: TableSource, options: "Options") -> ForecastSource:
    from advisor.baselines.forecast.origins import panel_of, plan_origins, typical_length, usual_horizon
    from advisor.baselines.forecast.reading import read_series

    _refuse_options(options)
    if source.table.sampled:
        raise DataError(_why_sampled(source.table))
    assert options.time is not None  # noqa: S101 - refused above
    found = read_series(source.table, source.target, options.time, options.series)
    horizon = options.horizon
    if not isinstance(horizon, int):
        horizon = usual_horizon(found.grid, typical_length(found.series))
    plan = plan_origins(found.series, horizon)
    panel = panel_of(found.grid, found.series, horizon, int(plan.origins[0]))
    return ForecastSource(source, found, panel, plan)


def _why_sampled(table: "Table") -> str:
    if any(decision.flag == "--memory" and decision.what == "sample" for decision in table.decisions):
        return (
            f"--memory: only a sample of the {table.rows:,} rows fits, and a forecast needs all of them; give more, "
            "such as --memory 4GB"
        )
    return "--budget: reading all rows takes too long, and a forecast needs them; give more, such as --budget 10m"


def _refuse_options(options: "Options") -> None:
    if options.time is None:
        raise DataError("--horizon: a forecast needs the column of times, --time COLUMN")
    if options.horizon != "auto" and not (isinstance(options.horizon, int) and options.horizon >= 1):
        raise DataError(f"--horizon {options.horizon}: a number of steps of at least 1, or auto")
    for flag, given in (("group", options.group), ("weights", options.weights), ("text", options.text)):
        if given:
            raise DataError(f"--{flag}: not for forecasts; leave it out, or --horizon")
    if options.task not in (None, "forecasting"):
        raise DataError(f"--task {options.task}: --horizon asks for a forecast; leave one of the two out")


def _checks(source: ForecastSource) -> list[Check]:
    from advisor.baselines.judging.protocol import LEAST_ORIGINS

    found, checks, target = source.found, [], source.read.target
    origins, horizon = len(source.plan.origins), source.horizon
    if origins < LEAST_ORIGINS:
        shorter = max(1, source.plan.step * origins // LEAST_ORIGINS)
        checks.append(
            Check(
                "tiny-data",
                "warning",
                None,
                f"only {origins} forecasts of {horizon} steps can be tested without overlap: the scores are estimates, "
                "and no answer follows from them",
                f"collect more, or forecast fewer steps: --horizon {shorter}",
            )
        )
    if found.gaps:
        total = sum(len(one) for one in found.series)
        checks.append(
            Check(
                "missing-target",
                "note",
                target,
                f"{found.gaps:,} of {total:,} times have no value: models read them interpolated, and no score counts "
                "them",
                "",
            )
        )
    if found.short:
        several = "series was" if len(found.short) == 1 else "series were"
        named = ", ".join(found.short[:3]) + (", ..." if len(found.short) > 3 else "")
        checks.append(
            Check(
                "tiny-data",
                "note",
                None,
                f"{len(found.short):,} {several} left out for being too short or mostly gaps: {named}",
                "",
            )
        )
    return checks


def _task_reason(source: ForecastSource) -> str:
    panel, number = source.panel, len(source.panel.series)
    lengths = sorted(len(one) for one in panel.series)
    held = f"{lengths[0]:,} values" if number == 1 else f"{number:,} series of {lengths[number // 2]:,} values"
    season = f"a season of {panel.traits.season} steps" if panel.traits.season > 1 else "no season"
    return f"holds {held}, one a {panel.grid.name}, with {season}, and the next {source.horizon} are to be forecast"


def _decisions(source: ForecastSource, dataset: Dataset, options: "Options") -> list[Decision]:
    panel, plan, found = source.panel, source.plan, source.found
    traits, grid = panel.traits, panel.grid
    why = "given" if options.horizon != "auto" else "the usual season of such times"
    assert dataset.tested is not None  # noqa: S101 - from `prepare`
    span = f"{grid.time_at(int(plan.origins[0]))} to {grid.time_at(int(plan.origins[-1]))}"
    shown = " and ".join(map(str, traits.seasons)) or "none"
    tested = " and ".join(map(str, grid.seasons)) or "no length"
    decisions = [
        Decision("forecast", f"{source.horizon} steps ahead", "given", "leaving out --horizon"),
        Decision("horizon", f"{source.horizon}", why, "--horizon N"),
        Decision("spacing", f"one {grid.name}", "the commonest distance of times", "--time COLUMN"),
        Decision("season", shown, f"by autocorrelation before the first test, of {tested}", "--time COLUMN"),
        Decision(
            "origins", f"{len(plan.origins)}", f"{span}, {plan.step} steps apart, so that none overlap", "--horizon N"
        ),
    ]
    if traits.logged:
        decisions.append(Decision("logarithm", "yes", "higher stretches vary more", "--target COLUMN"))
    if found.repeated:
        decisions.append(
            Decision("repeated times", f"{found.repeated:,}", "their values were averaged", "--series COLUMN")
        )
    return decisions
