"""What comes before the first fit keeps to the budget and to the memory, and says what it left out."""

import gzip
import signal
from contextlib import suppress
from math import inf
from time import monotonic, sleep

import numpy as np
import pandas as pd
import pytest

from advisor import DataError, Options
from advisor.baselines.bounds import latest, with_time_to_read, within
from advisor.baselines.prepared import describe_data, prepared_data
from advisor.baselines.tabular.reading import ReadOptions, read_table
from advisor.baselines.tabular.reading.delimited import read_delimited

ROWS = 4_000


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(0)
    made = pd.DataFrame(rng.normal(size=(ROWS, 3)).round(3), columns=list("abc"))
    return made.assign(k=rng.choice(["red", "green"], ROWS), y=rng.choice(["no", "yes"], ROWS))


def write(frame, path):
    if path.suffix == ".parquet":
        import duckdb

        duckdb.from_df(frame).write_parquet(str(path))
    elif path.suffix == ".jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_csv(path, index=False)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "quoted.csv", "t.jsonl", "t.parquet"])
def test_where_the_time_is_up_the_first_rows_are_read(frame, tmp_path, name):
    if name == "quoted.csv":  # a row over two lines is read row by row
        frame = frame.assign(k=["two\nlines", *frame["k"][1:]])
    table = read_table(write(frame, tmp_path / name), ReadOptions(until=monotonic() - 1))
    assert 2_000 <= table.stopped_after < ROWS + 1
    assert table.sampled
    assert len(table.frame) == table.stopped_after
    assert table.frame["a"].tolist() == frame["a"].tolist()[: table.stopped_after]
    said = next(one for one in table.decisions if one.what == "rows read")
    assert said.value == f"the first {table.stopped_after:,}"
    assert said.flag == "--budget"
    again = read_table(tmp_path / name, ReadOptions(most_rows=table.stopped_after))
    pd.testing.assert_frame_equal(again.frame, table.frame)
    assert again.stopped_after == table.stopped_after


@pytest.mark.slow
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
def test_more_than_there_is_time_for_is_sampled(frame, tmp_path, name):
    wide = pd.concat([frame.add_prefix(f"{place}") for place in range(8)], axis=1)
    table = read_table(write(wide, tmp_path / name), ReadOptions(most_mb=1))
    assert 1_500 < len(table.frame) < 2_600  # 2,000 are kept in any case
    assert (table.rows, table.sampled, table.stopped_after) == (ROWS, True, None)
    said = next(one for one in table.decisions if one.what == "sample")
    assert "all 4,000 rows would take too long" in said.why
    assert said.flag == "--budget"


def test_a_part_is_a_check_and_stands_in_the_record(frame, tmp_path):
    path = write(frame, tmp_path / "t.csv")
    options = Options("y", reading=ReadOptions(until=monotonic() - 1))
    found = prepared_data(path, options)
    check = next(one for one in found.checks if one.id == "part-read")
    stopped = found.described.stopped_after
    assert check.severity == "warning"
    assert check.message.startswith(f"only the first {stopped:,} rows were read, for lack of time")
    recorded = found.asked(options).recorded()["reading"]
    assert recorded["most_rows"] == stopped
    assert "until" not in recorded


def test_encoding_is_decided_by_what_there_was_time_for(tmp_path):
    text = "a,y\n" + "1,2\n" * 400_000
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(text.encode() + b"\xff,1\n", 1))
    table = read_table(path, ReadOptions(until=monotonic() - 1))
    assert next(one.why for one in table.decisions if one.what == "encoding") == (
        "every byte fits that there was time to look at"
    )
    assert table.stopped_after < 400_000


def test_what_cannot_be_sampled_in_time_is_refused():
    before = signal.getsignal(signal.SIGALRM)

    def read_in_another_way():
        while True:
            with suppress(Exception):
                sum(range(1000))

    with pytest.raises(DataError) as error, within(monotonic() + 0.1, inf, "wide.csv"):
        read_in_another_way()
    assert str(error.value) == (
        "wide.csv: reading and checking the data takes longer than the budget; pass a larger --budget, a part of the "
        "rows, or fewer columns"
    )
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.slow
def test_a_parquet_file_that_cannot_be_sampled_in_time_is_refused(frame, tmp_path, monkeypatch):
    def count(database, columns):
        database.execute("SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(100000) b").fetchone()

    monkeypatch.setattr("advisor.baselines.tabular.reading.parquet._letters", count)
    began = monotonic()
    with pytest.raises(DataError, match=r"t\.parquet: the Parquet file cannot be sampled within the budget"):
        read_table(write(frame, tmp_path / "t.parquet"), ReadOptions(until=monotonic() + 0.1))
    assert monotonic() - began < 10


def test_more_memory_than_allowed_is_refused():
    def fill(most):
        blocks = []
        while len(blocks) < most:
            blocks.append(np.ones(10_000_000, dtype=np.int8))

    with pytest.raises(DataError, match="more than 100 MB of memory"), within(inf, 100, "t"):
        fill(2_000)


@pytest.mark.slow
def test_what_the_process_held_before_does_not_count():
    held = np.ones(400_000_000, dtype=np.int8)
    with within(inf, 50, "t"):
        sleep(0.4)
    assert held[-1] == 1


def test_a_timer_of_somebody_else_is_left_alone():
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        signal.setitimer(signal.ITIMER_REAL, 60)
        with within(monotonic() - 1, 0, "t"):
            pass
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_describing_keeps_to_the_budget(tmp_path):
    path = tmp_path / "wide.csv"
    header = ",".join(f"x{place}" for place in range(4_000))
    path.write_text(f"{header},y\n" + "".join(f"{'0.5,' * 4_000}{row % 2}\n" for row in range(30)))
    with pytest.raises(DataError, match=r"wide\.csv: reading and checking the data takes longer than the budget"):
        describe_data(path, Options("y", budget_s=0.1))


def test_time_is_divided():
    now = monotonic()
    reading = with_time_to_read(Options("y", budget_s=10.0), now + 10).reading
    assert reading.until == pytest.approx(now + 3, abs=0.5)
    assert reading.most_mb == 180
    assert latest(0.0, 4.0) == pytest.approx(4.8)
    assert latest(0.0, 100.0) == pytest.approx(105.0)


@pytest.mark.parametrize("change", ["append", "replace"])
def test_a_file_that_changes_while_it_is_read_is_refused(frame, tmp_path, monkeypatch, change):
    path = write(frame, tmp_path / "t.csv")
    reading = "advisor.baselines.tabular.reading.tables.read_delimited"

    def read(*arguments):
        found = read_delimited(*arguments)
        if change == "append":
            with path.open("a") as file:
                file.write("1,2,3,red,yes\n")
        else:
            write(frame, tmp_path / "new.csv").replace(path)
        return found

    monkeypatch.setattr(reading, read)
    with pytest.raises(DataError, match=r"t\.csv: the file has changed while it was read; measure on a copy"):
        read_table(path, ReadOptions())
