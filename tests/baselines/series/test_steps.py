"""Tables with a row for each series, and tables that are none."""

import numpy as np
import pandas as pd
import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.options import Options
from advisor.baselines.prepared import describe_data, prepared_data
from tests.baselines.series.made import waves, write_wide


def structure_of(path, **asked):
    return describe_data(path, Options(**asked)).structure


def test_a_row_for_each_series_is_read_as_series(tmp_path):
    series, classes = waves(40)
    path = write_wide(tmp_path / "wide.csv", series, classes, beside="id")
    prepared = prepared_data(path, Options())
    row = prepared.described
    assert (row.structure, row.target, row.task) == ("time-series", "label", "binary")
    lengths = [int(np.isfinite(one[0]).sum()) for one in prepared.dataset.examples.take(np.arange(40))]
    assert lengths == [one.shape[1] for one in series]
    assert {column.name: column.role for column in row.columns_read} == {
        "id": "left-out",
        "label": "target",
        "t": "feature",
    }


def test_channels_are_told_by_what_stands_before_the_step(tmp_path):
    series, classes = waves(40, channels=2)
    frame = pd.DataFrame(
        {
            f"{name}_t{step}": [one[place, step] for one in series]
            for place, name in enumerate("xy")
            for step in range(30)
        }
    ).assign(label=classes)
    frame.to_csv(tmp_path / "wide.csv", index=False)
    row = describe_data(tmp_path / "wide.csv", Options())
    assert row.structure == "time-series"
    assert [column.name for column in row.columns_read if column.role == "feature"] == ["x", "y"]


def made(tmp_path, values, names, **options):
    frame = pd.DataFrame(values, columns=names).assign(label=np.arange(len(values)) % 2)
    frame.to_csv(tmp_path / "table.csv", index=False, **options)
    return tmp_path / "table.csv"


RNG = np.random.default_rng(0)
SMOOTH = np.cumsum(RNG.normal(size=(60, 30)), axis=1)
FACTOR = RNG.normal(size=(60, 1)) + 0.5 * RNG.normal(size=(60, 30))


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (RNG.normal(size=(60, 30)), [f"V{place}" for place in range(1, 31)]),
        (FACTOR, [f"x{place}" for place in range(1, 31)]),
        (SMOOTH, [f"question{place}" for place in range(1, 31)]),
        (SMOOTH[:, :10], [f"t{place}" for place in range(10)]),
        (np.clip(SMOOTH * 20 + 100, 0, 255).round(), [f"x{place}" for place in range(30)]),
    ],
    ids=["unrelated columns", "one common factor", "other names", "too few steps", "pixels"],
)
def test_other_tables_stay_tables(tmp_path, values, names):
    assert structure_of(made(tmp_path, values, names)) == "tabular"


def test_columns_without_names_stay_a_table_unless_asked(tmp_path):
    path = made(tmp_path, SMOOTH, range(30), header=False)
    assert structure_of(path, target="30", task="classification") == "tabular"
    assert structure_of(path, target="30", structure="time-series") == "time-series"


def test_numbered_columns_that_change_little_from_one_to_the_next_are_series(tmp_path):
    assert structure_of(made(tmp_path, SMOOTH, [f"x{place}" for place in range(1, 31)])) == "time-series"
    assert structure_of(tmp_path / "table.csv", structure="tabular") == "tabular"


def test_amounts_are_not_predicted(tmp_path):
    frame = pd.DataFrame(SMOOTH, columns=[f"t{place}" for place in range(30)]).assign(y=SMOOTH.mean(axis=1))
    frame.to_csv(tmp_path / "table.csv", index=False)
    assert structure_of(tmp_path / "table.csv", target="y") == "tabular"
    with pytest.raises(DataError, match=r"--structure time-series: the target y .*, and only classes of series are"):
        structure_of(tmp_path / "table.csv", target="y", structure="time-series")


def test_a_row_without_any_step_is_named(tmp_path):
    values = SMOOTH.copy()
    values[3] = np.nan
    path = made(tmp_path, values, [f"t{place}" for place in range(30)])
    with pytest.raises(DataError, match="row 4 has a label but no value in any step"):
        structure_of(path)
