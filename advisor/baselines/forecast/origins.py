"""At which origins forecasts are tested and trained: those of the tests do not overlap, and training ends before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.forecast.panel import Histories, Panel, Traits
from advisor.baselines.forecast.traits import naive_scale, seasons_of, spread_grows, window_length
from advisor.baselines.judging.protocol import LEAST_ORIGINS
from advisor.baselines.structure import Dataset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.baselines.forecast.grid import Grid
    from advisor.baselines.forecast.panel import Series

MOST_ORIGINS = 24
TESTED_SHARE, MOST_TESTED_SHARE = 0.3, 0.5  # of the times: more where there would be too few origins otherwise
MOST_TRAINING_ROWS = 20_000
LEAST_SCORED = 0.5  # of the steps of a tested forecast that must have been observed
LEAST_TRAINED = 10


class Plan(NamedTuple):
    """The positions of the origins that are tested, ascending, and how far they are apart."""

    origins: np.ndarray
    step: int


def usual_horizon(grid: Grid, length: int) -> int:
    """Return the horizon where none was named: the usual season, as far as the series are long enough."""
    season = grid.seasons[0] if grid.unit != "numbers" and grid.seasons else 8
    return max(1, min(season, int(MOST_TESTED_SHARE * length) // LEAST_ORIGINS))


def plan_origins(series: Sequence[Series], horizon: int) -> Plan:
    """Return the origins to test: up to 24 in the last third, up to 8 in the last half where the series are short.

    Raises
    ------
    DataError
        If there is no room for two.
    """
    length = typical_length(series)
    end = int(np.median([one.end for one in series]))
    room = int(TESTED_SHARE * length)
    count = min(MOST_ORIGINS, room // horizon)
    if count < LEAST_ORIGINS:
        room = int(MOST_TESTED_SHARE * length)
        count = min(LEAST_ORIGINS, room // horizon)
        room = count * horizon
    if count < 2:
        raise DataError(
            f"--horizon {horizon}: too far for series of {length:,} times; at most {max(1, length // 4):,} steps "
            f"can be tested, and for an answer {LEAST_ORIGINS} forecasts that do not overlap"
        )
    step = room // count
    return Plan(end - horizon - step * np.arange(count - 1, -1, -1), step)


def typical_length(series: Sequence[Series]) -> int:
    """Return a length that three quarters of the series have."""
    return int(np.quantile([len(one) for one in series], 0.25, method="lower"))


def panel_of(grid: Grid, series: Sequence[Series], horizon: int, first_test: int) -> Panel:
    """Return the series with what they show before the first test; those that never change there are left out.

    Raises
    ------
    DataError
        If none is left.
    """
    before = [one.values[: max(0, first_test - one.start)] for one in series]
    kept = [number for number, values in enumerate(before) if len(values) > 1 and np.ptp(values) > 0]
    if not kept:
        raise DataError("no series changes before the first forecast that is tested, so there is nothing to learn")
    shown = [before[number] for number in kept]
    seasons = seasons_of(shown, grid.seasons, one=grid.unit == "numbers")
    season = seasons[0] if seasons else 1
    length = int(np.quantile([len(values) for values in shown], 0.25, method="lower"))
    traits = Traits(horizon, seasons, window_length(seasons, horizon, length), spread_grows(shown, season))
    scales = np.array([naive_scale(values, season) for values in shown])
    return Panel(grid, tuple(series[number] for number in kept), scales, traits)


def dataset_of(panel: Panel, plan: Plan) -> Dataset:
    """Return a row for each series and origin, in the order of time; a target that was not observed is NaN.

    Rows that are only trained on have no such targets: gaps are filled, as in what models read.

    Raises
    ------
    DataError
        If the first test has too few rows to train on.
    """
    tested = _tested_rows(panel, plan)
    trained = _trained_rows(panel, tested, plan)
    rows = np.concatenate([tested, trained])
    is_tested = np.arange(len(rows)) < len(tested)
    order = np.lexsort((rows[:, 0], rows[:, 1]))
    rows, is_tested = rows[order], is_tested[order]
    horizon = panel.traits.horizon
    known = rows[:, 1] + horizon - 1
    first = int(rows[is_tested, 1].min(initial=np.iinfo(np.int64).max))
    if (known < first).sum() < LEAST_TRAINED:
        raise DataError(
            f"--horizon {horizon}: fewer than {LEAST_TRAINED} forecasts can be trained on before the first one that is "
            "tested; the series are too short for this horizon, name a shorter one"
        )
    return Dataset(
        examples=Histories(panel, rows[:, 0], rows[:, 1]),
        task="forecasting",
        target=_targets(panel, rows, is_tested),
        labels=(),
        groups=rows[:, 1],
        times=rows[:, 1],
        series=rows[:, 0],
        tested=is_tested,
        known=known,
    )


def _tested_rows(panel: Panel, plan: Plan) -> np.ndarray:
    """Return (series, origin) of the tests that have a window before them and values to be compared with."""
    found = []
    for number, one in enumerate(panel.series):
        for origin in plan.origins:
            place = int(origin) - one.start
            scored = one.observed[max(0, place) : place + panel.traits.horizon]
            if place >= panel.traits.window and scored.sum() >= LEAST_SCORED * panel.traits.horizon:
                found.append((number, int(origin)))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _trained_rows(panel: Panel, tested: np.ndarray, plan: Plan) -> np.ndarray:
    """Return (series, origin) of what is trained on, thinned out evenly where there is much."""
    window, horizon = panel.traits.window, panel.traits.horizon
    last = int(plan.origins[-1])
    possible = sum(max(0, len(one) - window - horizon + 1) for one in panel.series)
    stride = max(1, -(-possible // MOST_TRAINING_ROWS))
    taken = set(map(tuple, tested.tolist()))
    found = []
    for number, one in enumerate(panel.series):
        ends = np.cumsum(one.observed)
        for place in range((len(one) - horizon - window) % stride + window, len(one) - horizon + 1, stride):
            observed = ends[place + horizon - 1] - ends[place - 1]
            row = (number, one.start + place)
            if observed >= LEAST_SCORED * horizon and row not in taken and row[1] <= last:
                found.append(row)
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _targets(panel: Panel, rows: np.ndarray, is_tested: np.ndarray) -> np.ndarray:
    steps = np.arange(panel.traits.horizon)
    targets = np.empty((len(rows), len(steps)))
    for number in np.unique(rows[:, 0]):
        one, own = panel.series[number], np.flatnonzero(rows[:, 0] == number)
        places = rows[own, 1][:, None] - one.start + steps
        inside = places < len(one)
        places = places.clip(max=len(one) - 1)
        scored = inside & (one.observed[places] | ~is_tested[own, None])
        targets[own] = np.where(scored, one.values[places] / panel.scales[number], np.nan)
    return targets
