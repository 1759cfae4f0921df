"""Known series: every model scores about what is published for it on the same origins."""

import csv
from pathlib import Path

import numpy as np
import pytest

from advisor.baselines.forecast.models.specs import MODELS
from advisor.baselines.forecast.origins import Plan, dataset_of, panel_of
from advisor.baselines.forecast.reading import read_series
from advisor.baselines.structure import Setting
from advisor.baselines.tabular.reading import ReadOptions, read_table

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs the development sets in ../shared"),
]

# File, target, time, horizon, origins, step, and the MASE of each model; airline passengers have overlapping origins.
SETS = {
    "airline": (
        *("airline_passengers.csv", "Passengers", "Month", 12, 8, 1),
        {"last-value": 2.805, "seasonal-naive": 1.798, "theta": 0.814, "lag-ridge": 0.655},
    ),
    "temperatures": (
        *("daily_min_temperatures.csv", "Temp", "Date", 28, 10, 45),
        {"last-value": 0.887, "seasonal-naive": 0.915, "theta": 0.738, "lag-ridge": 0.654, "nhits": 0.669},
    ),
    "etth1": (
        *("ETTh1.csv", "OT", "date", 24, 16, 173),
        {"last-value": 0.578, "seasonal-naive": 0.599, "theta": 0.560, "lag-ridge": 0.501, "nhits": 0.497},
    ),
    "pm25": (
        *("beijing_pm25_hourly.csv", "pm2.5", "time", 24, 16, 197),
        {"last-value": 0.635, "seasonal-naive": 1.072, "lag-ridge": 0.698, "nhits": 0.600},
    ),
}


def with_times(path: Path, to: Path) -> Path:
    """Write the file with one column of times instead of four."""
    with path.open(encoding="utf-8") as source, to.open("w", newline="", encoding="utf-8") as target:
        rows = csv.DictReader(source)
        writer = csv.writer(target)
        writer.writerow(("time", "pm2.5"))
        for row in rows:
            day = f"{row['year']}-{int(row['month']):02}-{int(row['day']):02}"
            writer.writerow((f"{day} {int(row['hour']):02}:00", row["pm2.5"]))
    return to


@pytest.mark.parametrize("name", SETS)
def test_real_series_score_what_is_published(name, tmp_path):
    file, target, time, horizon, count, step, expected = SETS[name]
    path = with_times(DATA / file, tmp_path / file) if name == "pm25" else DATA / file
    read = read_series(read_table(path, ReadOptions(needed=(target, time))), target, time, None)
    first = read.series[0].end - horizon - step * (count - 1)
    plan = Plan(first + step * np.arange(count), step)
    data = dataset_of(panel_of(read.grid, read.series, horizon, first), plan)
    train, test = np.flatnonzero(data.known < first), np.flatnonzero(data.tested)
    for model in MODELS:
        if model.id in expected:
            pipeline = model.build(Setting("mase", 0), data)
            pipeline.fit(data.examples.take(train), data.target[train])
            errors = np.abs(pipeline.predict(data.examples.take(test)) - data.target[test])
            found = float(np.nanmean(np.nanmean(errors, axis=1)))
            # noise between ways to train a network, and of the filling of gaps
            near = {"rel": 0.01} if model.role and name != "pm25" else {"abs": 0.07}
            assert found == pytest.approx(expected[model.id], **near), model.id
