"""The answers to a profile at every combination of a few values of the fields that matter most."""

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from advisor.advice.knowledge import Knowledge, question
from advisor.advice.recommendation.assemble import verdict_of
from advisor.advice.recommendation.candidates import fitted_models
from advisor.advice.what_if.sweep import LEAST_MOVE, near
from advisor.advice.what_if.sweep_values import BOUNDS, default_values
from advisor.engine.approaches import APPROACHES, FAMILY
from advisor.engine.sensitivity.explorer import Explorer
from advisor.profile.facts import derive_facts
from advisor.profile.fields import Field, Kind
from advisor.profile.reader import Profile
from advisor.reports.what_if import Control, JointAnswers, JointCell

FIELDS, LEVELS = 5, 5
_MOST_CELLS = 800  # of two milliseconds each
_KINDS = (Kind.CHOICE, Kind.FLAG, Kind.COUNT, Kind.AMOUNT, Kind.SHARE)


def joint_answers(profile: Profile, knowledge: Knowledge) -> JointAnswers:
    """Return the answer at each combination of values of the fields that move it most.

    Parameters
    ----------
    profile : Profile
        The profile that is varied; one of the combinations is the profile itself.
    knowledge : Knowledge
        Rules and catalogue, with the measurement where there is one.

    Returns
    -------
    JointAnswers
        At most five fields that a team can change or does not know yet, with at most five values each. Every cell says
        what `recommend` says of the profile with these values.

    Examples
    --------
    >>> from advisor import load_knowledge, read_profile
    >>> found = joint_answers(read_profile(b"task: retrieval\\ndata: {structure: graph}", "p.yaml"), load_knowledge())
    >>> len(found.controls), found.controls[0].field, found.controls[0].values
    (5, 'deployment.target', (None, 'cloud', 'edge-cpu', 'edge-gpu', 'microcontroller'))
    """
    asked = question(profile, knowledge)
    explorer = Explorer(asked, asked.score(profile.values))
    chosen = _chosen(explorer, profile.values)
    counts = [len(levels) for _, levels in chosen]
    while math.prod(counts) > _MOST_CELLS:
        counts[max(range(len(counts)), key=lambda place: (counts[place], place))] -= 1
    controls = []
    for (field, levels), count in zip(chosen, counts, strict=True):
        kept = _spread(explorer, field, levels, count)
        controls.append(Control(field.path, field.question or field.doc, kept, kept.index(_now(field, profile.values))))
    names = [control.field for control in controls]
    cells = []
    for values in product(*(control.values for control in controls)):
        changed = {**profile.values, **dict(zip(names, values, strict=True))}
        given = {path: value for path, value in changed.items() if value is not None}
        cells.append(_cell(explorer, knowledge, given))
    return JointAnswers(tuple(controls), tuple(cells))


def _now(field: Field, values: Mapping[str, Any]) -> Any:
    return values.get(field.path)


def _chosen(explorer: Explorer, values: Mapping[str, Any]) -> list[tuple[Field, list[Any]]]:
    """Return the fields that move the probabilities most with the values that they may take, the present among them."""
    found: list[tuple[float, Field, list[Any]]] = []
    for field in explorer.used:
        if field.kind not in _KINDS or not (field.changeable or field.path not in values):
            continue
        levels = _levels(explorer, field, values)
        move = max(map(_width, zip(*(_chances(explorer, field, level) for level in levels), strict=True)))
        if move >= LEAST_MOVE:
            found.append((move, field, levels))
    found.sort(key=lambda item: -round(item[0], 9))
    kept: list[tuple[Field, list[Any]]] = []
    for _, field, levels in found:
        # as many labels as rows: with both, half of the combinations would contradict themselves
        bound = any(other.path in BOUNDS.get(field.path, ()) for other, _ in kept)
        if len(kept) < FIELDS and not bound:
            kept.append((field, levels))
    return kept


def _levels(explorer: Explorer, field: Field, values: Mapping[str, Any]) -> list[Any]:
    """Return the values of a field to choose from, ascending or in the order of the field table."""
    now = _now(field, values)
    levels = list(default_values(field, values))
    if field.numeric:
        least, most = near(field, now) if now else (-math.inf, math.inf)
        levels = [level for level in levels if least <= level <= most]
        if len(levels) > LEVELS:
            places = [round(step * (len(levels) - 1) / (LEVELS - 1)) for step in range(LEVELS)]
            if now in levels and levels.index(now) not in places:
                nearest = min(range(LEVELS), key=lambda step: abs(places[step] - levels.index(now)))
                places[nearest] = levels.index(now)
            levels = [levels[place] for place in places]
    levels = [level for level in levels if level == now or explorer.question.valid({**values, field.path: level})]
    return [None, *levels] if now is None else levels


def _spread(explorer: Explorer, field: Field, levels: Sequence[Any], count: int) -> tuple[Any, ...]:
    """Return so many of the values in their order: the present one, and those whose answers differ most from it."""
    kept = [_now(field, explorer.question.values)]
    rest = [level for level in levels if level != kept[0]]
    while rest and len(kept) < min(count, LEVELS):
        far = max(rest, key=lambda level: min(_apart(explorer, field, level, other) for other in kept))
        rest.remove(far)
        kept.append(far)
    return tuple(level for level in levels if level in kept)


def _chances(explorer: Explorer, field: Field, level: Any) -> tuple[float, ...]:
    return explorer.chances_at({} if level is None else {field.path: level})


def _apart(explorer: Explorer, field: Field, one: Any, other: Any) -> float:
    pairs = zip(_chances(explorer, field, one), _chances(explorer, field, other), strict=True)
    return sum(abs(here - there) for here, there in pairs)


def _width(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _cell(explorer: Explorer, knowledge: Knowledge, values: Mapping[str, Any]) -> JointCell | None:
    if not explorer.question.valid(values):
        return None
    scored = explorer.question.score(values)
    verdict, chances = verdict_of(scored), dict(zip(APPROACHES, scored.probabilities, strict=True))
    if scored.approach is None:
        return JointCell(verdict, None, chances)
    approach = scored.approach.id
    rival = max((name for name in APPROACHES if FAMILY[name] != FAMILY[approach]), key=lambda name: chances[name])
    for item in fitted_models(derive_facts(values), knowledge.catalogue):
        if item.model.approach == approach:
            return JointCell(
                verdict, approach, chances, rival, item.model.title, item.model.library, item.fits is not False
            )
    return JointCell(verdict, approach, chances, rival)
