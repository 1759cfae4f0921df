"""No forecast is tested twice, and nothing trains on what is tested."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.errors import DataError
from advisor.baselines.forecast.grid import Grid
from advisor.baselines.forecast.origins import dataset_of, panel_of, plan_origins
from advisor.baselines.forecast.panel import Histories, Panel, Series
from advisor.baselines.judging.instances import origins_estimate
from advisor.baselines.running.folds import Folds
from advisor.baselines.running.splits import make_folds
from tests.baselines.forecast.files import daily_file, read, scores, weekly
from tests.bounds import examples

HOURS = Grid("nanoseconds", 3600e9, 0.0)


def series_of(lengths, starts, seed):
    rng = np.random.default_rng(seed)
    return [
        Series(str(number), start, np.cumsum(rng.normal(size=length)), rng.random(length) > 0.05)
        for number, (length, start) in enumerate(zip(lengths, starts, strict=True))
    ]


@examples(60)
@given(
    lengths=st.lists(st.integers(40, 400), min_size=1, max_size=5),
    starts=st.lists(st.integers(0, 60), min_size=5, max_size=5),
    horizon=st.integers(1, 30),
    folds=st.integers(2, 6),
    seed=st.integers(0, 10),
)
def test_training_ends_before_the_tested_stretch_begins(lengths, starts, horizon, folds, seed):
    series = series_of(lengths, starts[: len(lengths)], seed)
    try:
        plan = plan_origins(series, horizon)
        dataset = dataset_of(panel_of(HOURS, series, horizon, int(plan.origins[0])), plan)
    except DataError:
        return
    split = make_folds(dataset, folds, 0, 0)
    assert split.kind == "rolling-origin"
    assert (np.diff(plan.origins) >= horizon).all()
    tested = np.concatenate([fold.test for fold in split.folds])
    assert len(np.unique(tested)) == len(tested)
    for fold in split.folds:
        first = dataset.times[fold.test].min()
        assert (dataset.times[fold.train] + horizon - 1 < first).all()
        assert dataset.tested[fold.test].all()
        assert np.isfinite(dataset.target[fold.test]).any(axis=1).all()
    assert len(Folds(dataset, folds, 0, len(dataset)).screening) == 0


def test_a_sample_for_lack_of_memory_keeps_the_tests(tmp_path):
    dataset = read(daily_file(tmp_path / "d.csv", weekly(2_000))).dataset
    folds = Folds(dataset, 5, 0, 800)
    assert sum(len(fold.test) for fold in folds.split().folds) == 24
    assert len(folds.rows) == 800


def test_there_are_at_most_24_origins_and_few_for_short_series():
    def count(length, horizon):
        return len(plan_origins(series_of([length], [0], 0), horizon).origins)

    assert (count(5_000, 24), count(400, 7), count(144, 12), count(144, 6)) == (24, 17, 6, 8)


def changed_after(panel: Panel, origin: int) -> Panel:
    """Return the same series, with nonsense from an origin on."""
    series = []
    for one in panel.series:
        values = one.values.copy()
        values[max(0, origin - one.start) :] = 1e6
        series.append(Series(one.name, one.start, values, one.observed))
    return Panel(panel.grid, tuple(series), panel.scales, panel.traits)


@pytest.mark.slow
@pytest.mark.parametrize(
    "model", ["naive", "last-value", "seasonal-naive", "theta", "lag-ridge", "lag-boosting", "dlinear", "nhits"]
)
def test_no_forecast_depends_on_what_follows_its_origin(tmp_path, model):
    """Neither through training nor through what is predicted from."""
    prepared = read(daily_file(tmp_path / "d.csv", weekly(250)))
    data = prepared.dataset
    fold = make_folds(data, 3, 0, 0).folds[-1]
    first = int(data.times[fold.test].min())

    def predicted(panel):
        from advisor.baselines.structure import Setting

        histories = Histories(panel, data.series, data.times)
        pipeline = prepared.models[model].build(Setting("mase", 0), data)
        pipeline.fit(histories.take(fold.train), data.target[fold.train])
        return pipeline.predict(histories.take(fold.test[:1]))

    panel = prepared.source.panel
    np.testing.assert_array_equal(predicted(panel), predicted(changed_after(panel, first)))


def test_origins_are_the_observations_of_a_panel():
    """Two series that say the same are no more than one."""
    rng = np.random.default_rng(0)
    one = rng.normal(0.2, 1.0, 20)
    alone = origins_estimate(one[None], np.repeat(np.arange(5), 4)[None], np.arange(20))
    both = origins_estimate(np.repeat(one, 2)[None], np.repeat(np.arange(5), 8)[None], np.repeat(np.arange(20), 2))
    assert both.mean == pytest.approx(alone.mean) == pytest.approx(one.mean())
    assert both.standard_error == pytest.approx(alone.standard_error)
    assert alone.standard_error == pytest.approx(one.std(ddof=1) / np.sqrt(20))
    assert alone.degrees_of_freedom == both.degrees_of_freedom == 19


def test_the_scale_makes_the_seasonal_naive_forecast_about_one(tmp_path):
    prepared = read(daily_file(tmp_path / "d.csv", weekly(1_500)))
    assert scores(prepared, "seasonal-naive")["seasonal-naive"] == pytest.approx(1, abs=0.12)
    times_ten = read(daily_file(tmp_path / "t.csv", 10 * weekly(1_500)))
    assert scores(times_ten, "seasonal-naive") == pytest.approx(scores(prepared, "seasonal-naive"), rel=1e-4)
