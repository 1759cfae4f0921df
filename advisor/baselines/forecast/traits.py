"""What series show before the first test: seasons, a spread that grows with the level, the scale of their errors."""

from collections.abc import Sequence

import numpy as np

MOST_WINDOW, LEAST_WINDOW = 512, 4
SEASONS_NEEDED = 3  # before the first test, to tell a season from chance
_SERIES_LOOKED_AT = 200
_ONE_SIDED = 1.645  # 90%, as the M4 competition tests
_STRONG = 0.2
_GROWS = 0.6


def autocorrelations(values: np.ndarray, most: int) -> np.ndarray:
    """Return the autocorrelations at the lags 1 to `most`.

    Examples
    --------
    >>> autocorrelations(np.tile([1.0, -1.0], 50), 2).round(2).tolist()
    [-0.99, 0.98]
    """
    centred = values - values.mean()
    power = np.abs(np.fft.rfft(centred, 2 * len(centred))) ** 2
    found = np.fft.irfft(power)[: most + 1]
    return np.asarray(found[1:] / found[0]) if found[0] > 1e-12 * len(values) else np.zeros(most)


def is_seasonal(values: np.ndarray, season: int) -> bool:
    """Return whether the autocorrelation at a season is beyond chance, by the test of the M4 competition.

    Examples
    --------
    >>> months = np.arange(120)
    >>> is_seasonal(np.sin(2 * np.pi * months / 12), 12), is_seasonal(np.sin(2 * np.pi * months / 12), 7)
    (True, False)
    """
    if season < 2 or len(values) < SEASONS_NEEDED * season:
        return False
    found = autocorrelations(values, season)
    error = np.sqrt((1 + 2 * np.sum(found[:-1] ** 2)) / len(values))
    return bool(found[-1] > _ONE_SIDED * error)


def seasons_of(series: Sequence[np.ndarray], candidates: Sequence[int], *, one: bool) -> tuple[int, ...]:
    """Return the seasons that at least half of the series show; where `one` is asked for, the strongest if strong.

    Among many candidates, which times without a unit have, some look like a season by chance.
    """
    looked_at = series[:: max(1, len(series) // _SERIES_LOOKED_AT)]
    shown = [
        season
        for season in candidates
        if 2 * sum(is_seasonal(_without_trend(values), season) for values in looked_at) >= len(looked_at)
    ]
    if not one or not shown:
        return tuple(shown)

    def strength(season: int) -> float:
        return float(np.median([autocorrelations(np.diff(values), season)[-1] for values in looked_at]))

    found = {season: strength(season) for season in shown}
    strongest = max(found.values())
    return (next(season for season in shown if found[season] >= 0.9 * strongest),) if strongest >= _STRONG else ()


def _without_trend(values: np.ndarray) -> np.ndarray:
    steps = np.arange(len(values))
    return np.asarray(values - np.polyval(np.polyfit(steps, values, 1), steps))


def naive_scale(values: np.ndarray, season: int) -> float:
    """Return the mean absolute error of repeating the last season; without a season, the last value.

    Where that is 0, of repeating the last value, and then the standard deviation; 0 for a series that never changes.

    Examples
    --------
    >>> naive_scale(np.array([1.0, 3.0, 2.0, 4.0]), 2), naive_scale(np.ones(9), 3)
    (1.0, 0.0)
    """
    for lag in (season, 1):
        if len(values) > lag and (found := float(np.abs(values[lag:] - values[:-lag]).mean())) > 0:
            return found
    return float(values.std()) if len(values) else 0.0


def spread_grows(series: Sequence[np.ndarray], season: int) -> bool:
    """Return whether series have no negative value and vary more where they are higher, so that logarithms fit."""
    from scipy.stats import spearmanr

    if any(values.min(initial=0.0) < 0 for values in series):
        return False
    found = []
    for values in series[:: max(1, len(series) // _SERIES_LOOKED_AT)]:
        size = max(season, 8) if season > 1 else 12
        blocks = values[len(values) % size :].reshape(-1, size)
        means, spreads = blocks.mean(axis=1), blocks.std(axis=1)
        if len(blocks) >= 4 and np.ptp(means) > 0 and np.ptp(spreads) > 0:
            found.append(float(spearmanr(means, spreads).statistic))
    return bool(found) and float(np.median(found)) > _GROWS


def window_length(seasons: Sequence[int], horizon: int, length: int) -> int:
    """Return how many values before an origin models read: two seasons or horizons, a third of a short series at most.

    Examples
    --------
    >>> window_length((12,), 12, 96), window_length((24, 168), 24, 10_000)
    (24, 336)
    """
    wanted = max(2 * max(seasons, default=1), 2 * horizon, LEAST_WINDOW)
    return max(min(wanted, MOST_WINDOW, length // 3), LEAST_WINDOW)
