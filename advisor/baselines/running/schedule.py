"""Fit a plan to the budget: which models, on how many rows, from the time that a first fit of each took."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

# How the time of a fit grows with its rows: t ~ rows ** exponent. Judgement; forests sort, the others pass over rows.
EXPONENTS: Mapping[str, float] = {"forest": 1.15, "linear": 1.1, "tree": 1.1, "one-feature": 1.1}
LEAST_ROWS = 500
FEWEST = 2  # of a family: one model each would be judged by how well it happens to suit the data
# The best of each family over many sets stay to the last: a first fit on few rows says little about many, and a
# network that only ever met weak opponents would win for the wrong reason.
STRONGEST = ("xgboost", "tabm")
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


def seconds_at(model: str, timing: Timing, rows: int) -> float:
    """Return the expected seconds of a fit on so many training rows.

    Examples
    --------
    >>> seconds_at("mlp", Timing(rows=1000, seconds=2.0, score=0.9), 4000)
    8.0
    """
    growth = math.pow(rows / timing.rows, EXPONENTS.get(model, 1.0))
    return max(0.05, timing.seconds * growth)


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
    families: Mapping[str, str],
    rows: int,
    folds: int,
    seconds: float,
    tried: int,
) -> Plan:
    """Choose models and rows whose first look fits into the time.

    Parameters
    ----------
    timings : mapping of str to Timing
        What the first fit of each model took; models that failed are not in it.
    families : mapping of str to str
        Family of each of these models.
    rows, folds : int
        Rows of the data set; each fit trains on (folds - 1) / folds of them.
    seconds : float
        Processor seconds at hand, all slots together.
    tried : int
        Rows of which a first fold is done for each model already; a plan on so many rows goes on from there.

    Returns
    -------
    Plan
        The most that fits, in this order: everything; without the hybrid; without the weakest of both families, down
        to two each; two each on fewer rows; at the least what was tried.
    """
    if not timings:
        return Plan((), rows, ())
    seconds *= PACKING

    def cost(models: Sequence[str], size: int) -> float:
        training = max(1, size * (folds - 1) // folds)
        return (folds - (size == tried)) * sum(seconds_at(model, timings[model], training) for model in models)

    smaller = _smaller_and_smaller(timings, families)
    for models, note in smaller:
        if models and cost(models, rows) <= seconds:
            return Plan(models, rows, (note,) if note else ())
    models, note = smaller[-1]
    size = _most_rows(partial(cost, models), seconds, tried, rows)
    if size is not None:
        why = f"the verdict holds at {size:,} of {rows:,} rows: all of them do not fit into the budget"
        return Plan(models, size, (*((note,) if note else ()), why))
    why = f"the budget is too short for {folds} folds, even on {tried:,} of {rows:,} rows"
    return Plan(models, tried, (*((note,) if note else ()), why))


def _smaller_and_smaller(
    timings: Mapping[str, Timing], families: Mapping[str, str]
) -> list[tuple[tuple[str, ...], str]]:
    """Return the sets of models from all to two of each family, each with the note of what was left out."""
    chosen = list(timings)
    sets = [(tuple(chosen), "")]
    left_out: list[str] = []
    if "hybrid" in chosen:
        chosen.remove("hybrid")
        left_out.append("hybrid")
        sets.append((tuple(chosen), _left_out(left_out)))
    both = {families[model] for model in chosen} >= {"ml", "dl"}
    while both and _largest_family(chosen, families) > FEWEST:
        largest = _largest_family(chosen, families)
        for family in ("ml", "dl"):
            members = [model for model in chosen if families[model] == family]
            if len(members) == largest:
                others = [model for model in members if model not in STRONGEST] or members
                weakest = min(others, key=lambda model: timings[model].score)
                chosen.remove(weakest)
                left_out.append(weakest)
        sets.append((tuple(chosen), _left_out(left_out)))
    return sets


def _left_out(models: Sequence[str]) -> str:
    return f"left out to fit the budget, the weaker ones in a first fit: {', '.join(models)}"


def _largest_family(models: Sequence[str], families: Mapping[str, str]) -> int:
    return max(sum(families[model] == family for model in models) for family in ("ml", "dl"))


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
