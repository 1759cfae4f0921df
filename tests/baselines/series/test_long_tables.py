"""Tables with a row for each step."""

import numpy as np
import pandas as pd
import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.options import Options
from advisor.baselines.prepared import prepared_data
from advisor.baselines.series.new_series import read_new_series
from advisor.baselines.series.panel import lengths_of, padded
from tests.baselines.series.made import waves

ASKED = Options(target="kind", structure="time-series", series="run", time="at")


def long_table(tmp_path, **changed):
    """Write a row for each step of 30 series of two channels, in no order."""
    series, classes = waves(30, channels=2)
    parts = [
        pd.DataFrame({"run": f"r{place}", "at": np.arange(one.shape[1]), "x": one[0], "y": one[1]}).assign(
            kind="ab"[kind], person=place % 10
        )
        for place, (one, kind) in enumerate(zip(series, classes, strict=True))
    ]
    frame = pd.concat(parts).sample(frac=1, random_state=0).assign(**changed)
    frame.to_csv(tmp_path / "long.csv", index=False)
    return tmp_path / "long.csv", frame, series, classes


def test_rows_are_put_together_in_the_order_of_time(tmp_path):
    path, frame, series, classes = long_table(tmp_path)
    prepared = prepared_data(path, ASKED._replace(group="person"))
    order = [int(name[1:]) for name in frame["run"].drop_duplicates()]
    taken = prepared.dataset.examples.take(np.arange(30))
    assert np.allclose(taken, padded([series[place] for place in order]), atol=1e-6, equal_nan=True)
    assert prepared.dataset.target.tolist() == classes[order].tolist()
    assert prepared.dataset.times is None
    assert len(set(prepared.dataset.groups)) == 10
    row = prepared.described
    assert (row.structure, row.rows, row.task) == ("time-series", 30, "binary")
    assert {column.name: column.role for column in row.columns_read} == {
        "run": "left-out",
        "kind": "target",
        "person": "group",
        "x": "feature",
        "y": "feature",
    }
    about = {**prepared.structure.saved(prepared.source, prepared.dataset, ASKED)}
    assert np.array_equal(read_new_series(path, about), taken, equal_nan=True)


def test_lengths_are_those_of_the_rows(tmp_path):
    path, _, series, _ = long_table(tmp_path)
    taken = prepared_data(path, ASKED).dataset.examples.take(np.arange(30))
    assert sorted(lengths_of(taken)) == sorted(one.shape[1] for one in series)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"series": "runs"}, "--series runs: the file has no such column; did you mean 'run'"),
        ({"series": "kind"}, "--series kind: the column already has another part"),
        ({"time": "kind"}, "--time kind: the column was read as categorical; times are dates or numbers"),
        ({"exclude": ("x", "y", "person")}, "no column of numbers is left that could be a channel"),
    ],
)
def test_a_request_that_cannot_be_is_refused(tmp_path, asked, message):
    path, *_ = long_table(tmp_path)
    with pytest.raises(DataError) as caught:
        prepared_data(path, ASKED._replace(**asked))
    assert message in str(caught.value)


def test_a_series_of_two_classes_is_refused(tmp_path):
    path, frame, *_ = long_table(tmp_path)
    frame.assign(kind=np.where(frame["at"] > 20, "a", "b")).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"series r\d+ has rows of different kind: one class is predicted"):
        prepared_data(path, ASKED)
