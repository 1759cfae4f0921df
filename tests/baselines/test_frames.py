"""Data in memory: frames, Arrow tables and arrays are measured as the same table in a file is."""

import pickle
from importlib import util

import duckdb
import numpy as np
import pandas as pd
import pytest

from advisor import DataError, MissingExtraError, Options, describe_data, read_results, recommend, run_baseline
from advisor.profile.reader import read_profile

ROWS = 240


@pytest.fixture
def frame():
    generator = np.random.default_rng(0)
    size = generator.normal(size=ROWS)
    return pd.DataFrame(
        {
            "size": size,
            "count": pd.array([None, *range(1, ROWS)], dtype="Int64"),
            "colour": pd.Categorical(generator.choice(["red", "green"], ROWS)),
            "day": pd.date_range("2026-01-01", periods=ROWS),
            "new": generator.random(ROWS) > 0.5,
            "bought": np.where(size + generator.normal(size=ROWS) > 0, "yes", "no"),
        }
    )


def told(data, options=Options(target="bought")):  # noqa: B008 - frozen
    """Return what is found in the data, without where they came from."""
    return describe_data(data, options)._replace(path="")


def test_a_frame_is_read_as_the_file_with_its_table(frame, tmp_path):
    found = describe_data(frame, Options(target="bought"))
    assert (found.path, found.rows, found.columns, found.task) == ("<DataFrame>", ROWS, 6, "binary")
    with duckdb.connect() as connection:
        connection.register("inputs", frame)
        connection.execute(f"COPY inputs TO '{tmp_path / 'same.parquet'}' (FORMAT parquet)").fetchall()
    assert told(frame)._replace(sha256="") == told(tmp_path / "same.parquet")._replace(sha256="")


def test_the_same_frame_has_the_same_digest_and_another_order_of_rows_another(frame):
    assert told(frame).sha256 == told(frame.copy()).sha256
    assert told(frame).sha256 != told(frame[::-1]).sha256


def test_a_named_index_is_a_column_and_one_without_a_name_is_none(frame):
    assert told(frame.set_index("day")).columns == 6
    assert told(frame.set_axis(range(7, 7 + ROWS))).columns == 6
    assert told(frame.drop(columns="day").set_axis(range(7, 7 + ROWS))).columns == 5


def test_periods_and_intervals_are_read_as_dates_and_categories(frame):
    frame["month"] = pd.period_range("2000-01", periods=ROWS, freq="M")
    frame["band"] = pd.cut(frame["size"], 4).astype(pd.IntervalDtype("float64"))
    found = {row.name: row.kind for row in told(frame).columns_read}
    assert (found["month"], found["band"]) == ("date", "categorical")


def test_an_arrow_table_is_read_without_pyarrow(frame):
    """Nanoarrow stands for every library that offers its tables by the Arrow PyCapsule protocol."""
    nanoarrow = pytest.importorskip("nanoarrow")

    class Table:
        def __arrow_c_stream__(self, requested_schema=None):
            columns = {"size": nanoarrow.float64(), "bought": nanoarrow.string()}
            children = [
                nanoarrow.c_array([value.item() if hasattr(value, "item") else value for value in frame[name]], kind)
                for name, kind in columns.items()
            ]
            schema = nanoarrow.struct(columns)
            array = nanoarrow.c_array_from_buffers(schema, ROWS, [None], children=children)
            return nanoarrow.c_array_stream(array).__arrow_c_stream__()

    found = describe_data(Table(), Options(target="bought"))
    assert (found.path, found.rows, found.columns, found.task) == ("<Table>", ROWS, 2, "binary")
    assert told(Table())._replace(sha256="") == told(frame[["size", "bought"]])._replace(sha256="")


def test_a_frame_of_polars_is_read_as_that_of_pandas(frame):
    polars = pytest.importorskip("polars")
    own = polars.DataFrame({name: frame[name].to_list() for name in ("size", "new", "bought")})
    expected = told(frame[["size", "new", "bought"]])
    assert told(own) == told(own.lazy()) == expected
    assert told((own.drop("bought"), own["bought"]), Options()) == expected


def test_arrays_name_their_columns_and_the_pair_names_the_target(frame):
    inputs, target = frame[["size", "new"]].to_numpy(dtype=float), frame["bought"].to_numpy()
    found = describe_data((inputs, target), Options())
    assert (found.path, found.rows, found.columns, found.target, found.task) == ("<ndarray>", ROWS, 3, "y", "binary")
    assert found == describe_data((inputs.tolist(), target), Options())._replace(path="<ndarray>")
    assert told((frame.drop(columns="bought"), frame["bought"]), Options()) == told(frame)
    named = np.rec.fromarrays([inputs[:, 0], target], names="size,bought")
    assert told(named)._replace(sha256="") == told(frame[["size", "bought"]])._replace(sha256="")


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (([[1.0], [2.0]], ["a"]), Options(), "the inputs have 2 rows and the target has 1"),
        (
            ([[1.0], [2.0]], [["a", "b"], ["c", "d"]]),
            Options(),
            r"one value for each example, found the shape \(2, 2\)",
        ),
        (([[1.0], [2.0]], ["a", "b"]), Options(target="x0"), "the target is given twice"),
        (
            np.zeros((4, 8, 8)),
            Options(),
            r"found ndarray \(4 x 8 x 8\); pictures and recordings are measured from a fo",
        ),
        (5, Options(), r"found int \(a single value\)"),
        ([[1, 2], [3]], Options(), "the data are not a table"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), Options(target="a"), "columns of the same name: a; rename them"),
    ],
)
def test_what_is_no_table_is_told_with_the_way_out(data, options, words):
    with pytest.raises(DataError, match=words):
        describe_data(data, options)


def test_a_sparse_matrix_is_refused_by_name():
    scipy = pytest.importorskip("scipy.sparse")
    with pytest.raises(DataError, match=r"inputs.toarray\(\)"):
        describe_data((scipy.eye(4).tocsr(), [0, 1, 0, 1]), Options())


def test_a_missing_extra_is_an_error_of_our_own_that_names_the_command(frame, tmp_path, monkeypatch):
    found = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name, *rest: None if name == "duckdb" else found(name, *rest))
    (tmp_path / "data.csv").write_text("a,b\n1,2\n", "utf-8")
    for function in (describe_data, run_baseline):
        for data in (frame, tmp_path / "data.csv"):
            with pytest.raises(MissingExtraError, match=r'not installed \(duckdb\).*pip install "\.\[baseline-cpu\]"'):
                function(data, Options(target="b"))
    assert issubclass(MissingExtraError, ImportError)


@pytest.mark.slow
def test_a_measurement_of_arrays_is_shown_and_handed_on(frame):
    inputs = frame[["size", "new"]].to_numpy(dtype=float)
    asked = Options(models=("linear",), repeats=1, folds=2, budget_s=15)
    result = run_baseline((inputs, frame["bought"]), asked)
    assert (result.dataset.path, result.dataset.target) == ("<ndarray>", "bought")
    (again,) = read_results(result.to_json(), "result.json").items
    assert again.to_dict() == result.to_dict()
    table = result.to_frame()
    assert table.loc["linear", "score"] == pytest.approx(result.to_dict()["models"][1]["score"])
    assert list(table.index)[:2] == ["dummy", "linear"]
    shown = result._repr_html_()
    assert "&lt;ndarray&gt;" in shown
    assert pickle.loads(pickle.dumps(result)).to_dict() == result.to_dict()
    replayed = run_baseline((inputs, frame["bought"]), Options(), replayed=result.to_dict())
    assert [row.fold_scores for row in replayed.models] == [row.fold_scores for row in result.models]
    profile = read_profile(b"task: classification\ndata: {structure: tabular, rows: 240}", "p.yaml")
    assert recommend(profile, baseline=result).confirmation in ("confirmed", "contradicted", "inconclusive")
