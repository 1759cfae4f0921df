"""The value of information: what it would be worth to know each unknown field."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from advisor.engine.approaches import best
from advisor.engine.scoring import weighted
from advisor.engine.sensitivity.explorer import Explorer
from advisor.profile.fields import FIELDS, Field

_SURE = 0.65  # an answer this probable where the expectation was not taken holds where it is


class Missing(NamedTuple):
    """An unknown field, whether it could change the approach, the value of knowing it, and its expected shift."""

    field: str
    could_change_approach: bool
    value: float
    shift: float


class Prospect(NamedTuple):
    """What one unknown field could do: its values, (probabilities, weight) for each, expected gain, expected shift."""

    field: Field
    values: Sequence[Any]
    outcomes: Sequence[tuple[tuple[float, ...], float]]
    value: float
    shift: float


def prospects(explorer: Explorer) -> Iterator[Prospect]:
    """Yield what each unknown field could do to the probabilities."""
    for field, options in explorer.unknown:
        outcomes = [
            (explorer.chances_at({} if value is None else {field.path: value}), weight) for value, weight in options
        ]
        mean = weighted(*zip(*outcomes, strict=True))
        gain = max(0.0, sum(max(chances) * weight for chances, weight in outcomes) - max(mean))
        shift = sum(
            weight * sum(abs(chance - average) for chance, average in zip(chances, mean, strict=True)) / 2
            for chances, weight in outcomes
        )
        yield Prospect(field, [value for value, _ in options], outcomes, round(gain, 9), shift)


def missing(explorer: Explorer) -> tuple[Missing, ...]:
    """Return the unknown fields by value: expected gain in the probability of the right choice.

    Fields of equal gain (often none: no single value changes the answer) follow by how far they move the
    probabilities.
    """
    found = []
    for prospect in prospects(explorer):
        if prospect.shift > 1e-9:
            changes = _could_change(explorer, prospect)
            found.append(Missing(prospect.field.path, changes, prospect.value, prospect.shift))
    order = {field.path: index for index, field in enumerate(FIELDS)}
    found.sort(key=lambda item: (-item.value, -round(item.shift, 9), order[item.field]))
    return tuple(found)


def _could_change(explorer: Explorer, prospect: Prospect) -> bool:
    """Return whether a value that the field could take changes the approach, from scratch unless it clearly holds."""
    for value, (chances, _) in zip(prospect.values, prospect.outcomes, strict=True):
        holds = any(chances) and best(chances) == explorer.answer and max(chances) >= _SURE
        if value is None or holds:
            continue
        if explorer.surely_at({prospect.field.path: value}) not in (explorer.answer, None):
            return True
    return False
