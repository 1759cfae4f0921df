"""From files in any order to series on a grid."""

from pathlib import Path

import numpy as np
import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.forecast.grid import grid_of
from tests.baselines.forecast.files import daily_file, days, read, weekly, write

VALUES = weekly()


def same(first, second):
    a, b = first.source.panel, second.source.panel
    assert a.grid == b.grid
    assert a.traits == b.traits
    for one, other in zip(a.series, b.series, strict=True):
        assert (one.name, one.start) == (other.name, other.start)
        np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_array_equal(first.dataset.target, second.dataset.target)
    np.testing.assert_array_equal(first.dataset.times, second.dataset.times)


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    ordered = read(daily_file(tmp_path / "ordered.csv", VALUES))
    newest_first = read(daily_file(tmp_path / "newest.csv", VALUES, order=np.arange(len(VALUES))[::-1]))
    shuffled = read(
        daily_file(tmp_path / "shuffled.csv", VALUES, order=np.random.default_rng(0).permutation(len(VALUES)))
    )
    same(ordered, newest_first)
    same(ordered, shuffled)
    assert ordered.source.panel.traits.seasons == (7,)


@pytest.mark.parametrize(
    ("first", "step", "name", "seasons"),
    [
        ("2020-01-01", np.timedelta64(1, "D"), "day", (7, 365)),
        ("2020-01-01T00:00", np.timedelta64(1, "h"), "hour", (24, 168)),
        ("2020-01-01T00:00", np.timedelta64(30, "m"), "30 minutes", (48, 336)),
        ("2020-01-06", np.timedelta64(7, "D"), "week", (52,)),
    ],
)
def test_the_spacing_is_the_commonest_distance_and_suggests_seasons(first, step, name, seasons):
    times = (np.datetime64(first) + step * np.arange(60)).astype("datetime64[us]")
    grid = grid_of([np.delete(times, [7, 8, 30])], "time")
    assert (grid.name, grid.seasons) == (name, seasons)
    places = grid.positions(times)
    assert np.diff(places).tolist() == [1] * 59
    assert grid.time_at(int(places[0])).startswith(first[:10])


@pytest.mark.parametrize(("months", "name", "seasons"), [(1, "month", (12,)), (3, "quarter", (4,)), (12, "year", ())])
def test_months_and_quarters_have_unequal_days(months, name, seasons):
    times = (np.datetime64("1990-02") + months * np.arange(40)).astype("datetime64[us]")
    grid = grid_of([times], "time")
    assert (grid.name, grid.seasons) == (name, seasons)
    assert np.diff(grid.positions(times)).tolist() == [1] * 39
    assert grid.time_at(int(grid.positions(times)[3])) == str(times[3])[:10]


def test_days_without_weekends_have_a_week_of_five():
    times = np.busday_offset(np.datetime64("2024-01-01"), np.arange(60)).astype("datetime64[us]")
    grid = grid_of([times], "time")
    assert (grid.name, grid.seasons) == ("business day", (5,))
    assert np.diff(grid.positions(times)).tolist() == [1] * 59
    assert grid.time_at(int(grid.positions(times)[9])) == str(times[9])[:10]


def test_a_month_is_at_the_same_position_in_a_later_file():
    earlier, later = (
        (np.datetime64(first) + np.arange(30)).astype("datetime64[us]") for first in ("2001-03", "2010-11")
    )
    assert grid_of([earlier], "time") == grid_of([later], "time")


def test_missing_days_are_filled_for_models_and_never_scored(tmp_path):
    missing = [100, 350, 352, 390]
    prepared = read(daily_file(tmp_path / "d.csv", VALUES, keep=np.delete(np.arange(len(VALUES)), missing)))
    (series,) = prepared.source.panel.series
    assert np.flatnonzero(~series.observed).tolist() == missing
    assert series.values[100] == pytest.approx((series.values[99] + series.values[101]) / 2)
    data = prepared.dataset
    tested = data.times[data.tested, None] - series.start + np.arange(7)
    np.testing.assert_array_equal(np.isnan(data.target[data.tested]), np.isin(tested, missing))
    assert np.isin(tested, missing).sum() == 3
    assert not np.isnan(data.target[~data.tested]).any()
    (note,) = prepared.checks
    assert (note.id, note.severity) == ("missing-target", "note")
    assert note.message.startswith("4 of 400 times have no value")


def test_a_clock_set_back_repeats_a_time_which_is_averaged(tmp_path):
    rows = [(day, f"{value:.4f}") for day, value in zip(days(400), VALUES, strict=True)]
    prepared = read(write(tmp_path / "d.csv", [*rows, (rows[50][0], f"{VALUES[50] + 2:.4f}")]))
    assert prepared.source.panel.series[0].values[50] == pytest.approx(VALUES[50] + 1, abs=1e-3)
    decision = next(one for one in prepared.described.decisions if one.what == "repeated times")
    assert (decision.value, decision.why) == ("1", "their values were averaged")


def test_a_panel_leaves_out_an_id_that_is_too_short(tmp_path):
    rows = [
        (day, shop, f"{value:.4f}")
        for shop, seed in (("north", 1), ("south", 2), ("7", 3))
        for day, value in zip(days(300), weekly(300, seed), strict=True)
    ]
    new = [(day, "new", "5") for day in days(5)]
    prepared = read(write(tmp_path / "d.csv", [*new, *rows[::-1]], ("day", "shop", "sold")), series="shop")
    assert [one.name for one in prepared.source.panel.series] == ["7", "north", "south"]
    assert [check.message for check in prepared.checks] == [
        "1 series was left out for being too short or mostly gaps: new"
    ]
    assert prepared.described.task_reason == (
        "holds 3 series of 300 values, one a day, with a season of 7 steps, and the next 7 are to be forecast"
    )
    roles = {row.name: row.role for row in prepared.described.columns_read}
    assert roles == {"day": "time", "shop": "group", "sold": "target"}
    assert {row.name: row.why for row in prepared.described.columns_read}["shop"] == "as requested with --series"


def refused(path: Path, **options) -> str:
    with pytest.raises(DataError) as error:
        read(path, **options)
    return str(error.value)


def test_several_series_in_one_column_are_refused_with_the_way_out(tmp_path):
    rows = [(day, shop, "1" if shop == "a" else day[-1]) for day in days(100) for shop in "ab"]
    path = write(tmp_path / "d.csv", rows, ("day", "shop", "sold"))
    assert refused(path) == (
        "--time day: 100 of 200 rows have the time of another row; if the file holds several series, name the column "
        "that tells them apart: --series COLUMN"
    )


def test_irregular_times_are_refused(tmp_path):
    rng = np.random.default_rng(0)
    seconds = np.cumsum(rng.integers(1, 10_000, 300)).astype("timedelta64[s]")
    rows = [(str(np.datetime64("2024-01-01T00:00:00") + gap).replace("T", " "), rng.normal()) for gap in seconds]
    assert "the times are irregular; only" in refused(write(tmp_path / "d.csv", rows))


def test_requests_that_no_series_can_meet_are_refused(tmp_path):
    path = daily_file(tmp_path / "d.csv", VALUES)
    assert refused(path, horizon=150).startswith("--horizon 150: too far for series of 400 times; at most 100 steps")
    assert refused(path, time=None) == "--horizon: a forecast needs the column of times, --time COLUMN"
    assert refused(path, group="day").startswith("--group: not for forecasts")
    assert refused(path, task="regression").startswith("--task regression: --horizon asks for a forecast")
    assert refused(path, horizon=None, series="day").startswith("--series: only forecasts have series; add --horizon N")
    assert refused(path, horizon=None, structure="forecast").startswith("--structure forecast: name the steps")
    text = write(tmp_path / "t.csv", [(day, "high" if n % 3 else "low") for n, day in enumerate(days(100))])
    assert refused(text).startswith("--target sold: the column was read as categorical, and only numbers")
    short = daily_file(tmp_path / "s.csv", VALUES[:15])
    assert refused(short).startswith("no series has 20 times with a value and few gaps; the longest has 15")
    flat = daily_file(tmp_path / "f.csv", [*np.full(390, 5.0), *np.arange(10)])
    assert "nothing to learn" in refused(flat)


def test_without_a_horizon_time_only_orders_the_rows(tmp_path):
    prepared = read(daily_file(tmp_path / "d.csv", VALUES), horizon=None)
    assert (prepared.structure.id, prepared.dataset.task) == ("tabular", "regression")


def test_the_horizon_may_be_left_to_the_season(tmp_path):
    prepared = read(daily_file(tmp_path / "d.csv", VALUES), horizon="auto")
    assert prepared.source.horizon == 7
    decisions = {one.what: (one.value, one.why) for one in prepared.described.decisions}
    assert decisions["horizon"] == ("7", "the usual season of such times")
    assert decisions["origins"] == ("17", "2023-10-09 to 2024-01-29, 7 steps apart, so that none overlap")
    assert decisions["season"] == ("7", "by autocorrelation before the first test, of 7 and 365")
