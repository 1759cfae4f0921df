"""Fit a plan to the budget: which models, on how many rows, from the time that a first fit of each took."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from advisor.baselines.structure import ModelSpec

LEAST_ROWS = 500
FEWEST = 2  # of a family: one model each would be judged by how well it happens to suit the data
PACKING = 0.85  # of the slots' time that fits of unlike length can fill


class Timing(NamedTuple):
    """Seconds that one fit took on so many training rows; `score` is better where it is greater."""

    rows: int
    seconds: float
    score: float


class Plan(NamedTuple):
    """The models that are compared, on how many rows of the data set, and why it is not all of them."""

    models: tuple[str, ...]
    rows: int
    notes: tuple[str, ...]


def seconds_at(model: ModelSpec, timing: Timing, rows: int) -> float:
    """Return the expected seconds of a fit on so many training rows.

    Examples
    --------
    >>> network = ModelSpec("mlp", "Network", "deep", "a.module:function")
    >>> seconds_at(network, Timing(rows=1000, seconds=2.0, score=0.9), 4000)
    8.0
    """
    return max(0.05, timing.seconds * math.pow(rows / timing.rows, model.cost_exponent))


def probe_rows(left_s: float, rows: int) -> int:
    """Return on how many rows each model is tried first: all where that is cheap against the time left.

    A try of all models takes about 6 seconds of processor time a thousand rows; a tenth of the time pays for it.

    Examples
    --------
    >>> probe_rows(120, 3000), probe_rows(120, 50_000), probe_rows(10, 50_000)
    (3000, 4000, 500)
    """
    affordable = int(min(max(LEAST_ROWS, left_s * 100 / 3), 20_000))
    return rows if rows <= 1.5 * affordable else affordable


def choose_plan(
    timings: Mapping[str, Timing],
    models: Mapping[str, ModelSpec],
    rows: int,
    folds: int,
    seconds: float,
    tried: int,
) -> Plan:
    """Choose models and rows whose first analysis fits into the time.

    Parameters
    ----------
    timings : mapping of str to Timing
        What the first fit of each model took; models that failed are not in it.
    models : mapping of str to ModelSpec
        The rows of these models, perhaps of more.
    rows, folds : int
        Rows of the data set; each fit trains on (folds - 1) / folds of them.
    seconds : float
        Processor seconds at hand, all slots together.
    tried : int
        Rows of which a first fold is done for each model already; a plan on so many rows continues from there.

    Returns
    -------
    Plan
        The most that fits, in this order: everything; without the hybrid; without the weakest of both families, down
        to two each; two each on fewer rows; at the least what was tried.
    """
    if not timings:
        return Plan((), rows, ())
    seconds *= PACKING

    def cost(chosen: Sequence[str], size: int) -> float:
        training = max(1, size * (folds - 1) // folds)
        return (folds - (size == tried)) * sum(seconds_at(models[name], timings[name], training) for name in chosen)

    smaller = _smaller_and_smaller(timings, models)
    for chosen, note in smaller:
        if chosen and cost(chosen, rows) <= seconds:
            return Plan(chosen, rows, (note,) if note else ())
    chosen, note = smaller[-1]
    size = _most_rows(partial(cost, chosen), seconds, tried, rows)
    if size is not None:
        why = f"the verdict holds at {size:,} of {rows:,} rows: all of them do not fit into the budget"
        return Plan(chosen, size, (*((note,) if note else ()), why))
    why = f"the budget is too short for {folds} folds, even on {tried:,} of {rows:,} rows"
    return Plan(chosen, tried, (*((note,) if note else ()), why))


def _smaller_and_smaller(
    timings: Mapping[str, Timing], models: Mapping[str, ModelSpec]
) -> list[tuple[tuple[str, ...], str]]:
    """Return the sets of models from all to two of each family, each with the note of what was left out."""
    chosen = [models[name] for name in timings]
    sets = [(tuple(timings), "")]
    left_out: list[str] = []
    if any(model.family == "hybrid" for model in chosen):
        left_out += [model.id for model in chosen if model.family == "hybrid"]
        chosen = [model for model in chosen if model.family != "hybrid"]
        sets.append((tuple(model.id for model in chosen), _left_out(left_out)))
    both = {model.family for model in chosen} >= {"ml", "dl"}
    while both and _largest_family(chosen) > FEWEST:
        largest = _largest_family(chosen)
        for family in ("ml", "dl"):
            members = [model for model in chosen if model.family == family]
            if len(members) == largest:
                others = [model for model in members if not model.strongest] or members
                weakest = min(others, key=lambda model: timings[model.id].score)
                chosen.remove(weakest)
                left_out.append(weakest.id)
        sets.append((tuple(model.id for model in chosen), _left_out(left_out)))
    return sets


def _left_out(models: Sequence[str]) -> str:
    return f"left out to fit the budget, the weaker ones in a first fit: {', '.join(models)}"


def _largest_family(models: Sequence[ModelSpec]) -> int:
    return max(sum(model.family == family for model in models) for family in ("ml", "dl"))


def _most_rows(cost: Callable[[int], float], seconds: float, least: int, most: int) -> int | None:
    """Return the largest round number of rows that the seconds pay for, None where not even the least is."""
    if cost(least) > seconds:
        return None
    if cost(most) <= seconds:
        return most
    low, high = least, most
    while high - low > max(1, low // 50):
        middle = (low + high) // 2
        low, high = (middle, high) if cost(middle) <= seconds else (low, middle)
    unit = int(math.pow(10, max(0, len(str(low)) - 2)))
    return max(least, low // unit * unit)
