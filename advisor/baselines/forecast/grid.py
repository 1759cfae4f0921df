"""The regular grid of times that series are put on, and the seasons that its spacing suggests."""

from typing import NamedTuple

import numpy as np

from advisor.baselines.errors import DataError

_DAY = 86_400 * 10**9
_NAMES = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}
_FIXED_NAMES = {60 * 10**9: "minute", 3600 * 10**9: "hour", _DAY: "day", 7 * _DAY: "week"}
# Where times are mere numbers: minutes of an hour, hours of a day, days of a week, weeks or months of a year, ...
_SEASONS_OF_NUMBERS = (4, 5, 7, 12, 24, 48, 52, 96, 144, 168, 288, 336, 365)
LEAST_REGULAR = 0.5  # of the distances between neighbours that have to be the commonest one


class Grid(NamedTuple):
    """Equidistant times, each with a whole number as its position.

    Attributes
    ----------
    unit : str
        months, business-days, nanoseconds, or numbers for times without a unit.
    step : float
        Distance of neighbours in that unit.
    start : float
        The time at position 0, in that unit: less than a step.
    """

    unit: str
    step: float
    start: float

    @property
    def name(self) -> str:
        """One step in words, such as day or 30 minutes."""
        if self.unit == "months":
            return _NAMES.get(int(self.step), f"{self.step:.0f} months")
        if self.unit == "business-days":
            return "business day"
        if self.unit == "numbers":
            return f"step of {self.step:g}"
        if self.step in _FIXED_NAMES:
            return _FIXED_NAMES[int(self.step)]
        for size, plural in ((_DAY, "days"), (3600 * 10**9, "hours"), (60 * 10**9, "minutes"), (10**9, "seconds")):
            if self.step % size == 0:
                return f"{self.step / size:.0f} {plural}"
        return f"{self.step / 1e9:g} seconds"

    @property
    def seasons(self) -> tuple[int, ...]:
        """The lengths of the seasons that times so far apart may have, the usual one first.

        Examples
        --------
        >>> Grid("months", 1, 0).seasons, Grid("nanoseconds", 3600 * 10**9, 0).seasons
        ((12,), (24, 168))
        """
        if self.unit == "months":
            return (int(12 // self.step),) if self.step < 12 else ()
        if self.unit == "business-days":
            return (5,)
        if self.unit == "numbers":
            return _SEASONS_OF_NUMBERS
        if self.step == _DAY:
            return (7, 365)
        if self.step == 7 * _DAY:
            return (52,)
        lengths = (_DAY / self.step, 7 * _DAY / self.step)
        return tuple(int(length) for length in lengths if length >= 2 and length == int(length))

    def positions(self, times: np.ndarray) -> np.ndarray:
        """Return the nearest position of each time."""
        return np.rint((_in_unit(times, self.unit) - self.start) / self.step).astype(np.int64)

    def time_at(self, position: int) -> str:
        """Return the time of a position as text."""
        value = self.start + position * self.step
        if self.unit == "numbers":
            return f"{value:.15g}"
        if self.unit == "months":
            return str(np.datetime64(int(value), "M")) + "-01"
        if self.unit == "business-days":
            return str(np.busday_offset(np.datetime64("1970-01-01"), int(value)))
        moment = np.datetime64(int(value), "ns")
        whole = moment.astype("datetime64[D]")
        return str(whole) if self.step % _DAY == 0 and moment == whole else str(moment.astype("datetime64[s]"))


def _in_unit(times: np.ndarray, unit: str) -> np.ndarray:
    if unit == "numbers":
        return np.asarray(times, dtype=np.float64)
    if unit == "months":
        return times.astype("datetime64[M]").astype(np.float64)
    if unit == "business-days":
        return np.busday_count("1970-01-01", times.astype("datetime64[D]")).astype(np.float64)
    return times.astype("datetime64[ns]").astype(np.int64).astype(np.float64)


def grid_of(times: list[np.ndarray], column: str) -> Grid:
    """Return the grid by the commonest distance of neighbouring times.

    Parameters
    ----------
    times : list of numpy.ndarray
        Of each series, ascending and without repetition: dates or numbers.
    column : str
        Where they stand, for messages.

    Raises
    ------
    DataError
        If there are too few times, or their distances differ too much.
    """
    dates = times[0].dtype.kind == "M"
    found = [_in_unit(series, "nanoseconds" if dates else "numbers") for series in times]
    distances = np.concatenate([np.diff(series) for series in found])
    if not len(distances):
        raise DataError(f"--time {column}: no series has two times; a series needs many")
    sizes, counts = np.unique(distances, return_counts=True)
    commonest = float(sizes[counts.argmax()])
    unit, step = "nanoseconds" if dates else "numbers", commonest
    regular = float(counts.max() / counts.sum())
    if dates and commonest >= 28 * _DAY:
        months = np.concatenate([np.diff(_in_unit(series, "months")) for series in times])
        steps, counts = np.unique(months, return_counts=True)
        if steps[counts.argmax()] >= 1:
            unit, step, regular = "months", float(steps[counts.argmax()]), float(counts.max() / counts.sum())
    elif dates and commonest == _DAY and _no_weekend(times):
        unit, step = "business-days", 1.0
    if regular < LEAST_REGULAR:
        raise DataError(
            f"--time {column}: the times are irregular; only {regular:.0%} of neighbours are as far apart as the "
            "commonest ones. Put the data on a regular grid first, such as one row a day"
        )
    earliest = min(float(_in_unit(series[:1], unit)[0]) for series in times)
    return Grid(unit, step, earliest % step)  # so that later data of the same kind have the same positions


def _no_weekend(times: list[np.ndarray]) -> bool:
    days = np.concatenate([series.astype("datetime64[D]") for series in times])
    return len(days) > 14 and bool(np.is_busday(days).all())
