"""What each of several differing fields would do to an answer on its own."""

from collections.abc import Iterator, Sequence
from typing import Any

from advisor.advice.knowledge import Knowledge, question
from advisor.profile.consistency import contradictions
from advisor.profile.reader import Profile, profile_from_values
from advisor.reports.what_if import FieldChange, FieldEffect


def field_effects(profile: Profile, changes: Sequence[FieldChange], knowledge: Knowledge) -> tuple[FieldEffect, ...]:
    """Return the answer to a profile with one field at a time as `changes` has it afterwards.

    Parameters
    ----------
    profile : Profile
        The profile before.
    changes : sequence of FieldChange
        Fields of this version with values that they allow.
    knowledge : Knowledge
        Rules and catalogue of all structures that the changes name.

    Examples
    --------
    >>> from advisor import load_knowledge, read_profile
    >>> profile = read_profile(b"task: classification\\ndata: {structure: text, rows: 500}", "p.yaml")
    >>> changes = [FieldChange("data.rows", 500, 90_000), FieldChange("data.labelled", None, 600)]
    >>> [(row.approach, row.together) for row in field_effects(profile, changes, load_knowledge())]
    [('classical', ()), ('transfer', ('data.rows',))]
    """
    return tuple(_effects(profile, changes, knowledge))


def _effects(profile: Profile, changes: Sequence[FieldChange], knowledge: Knowledge) -> Iterator[FieldEffect]:
    for change in changes:
        together: tuple[str, ...] = ()
        values = _with(profile, [change])
        clashing = {path for finding in contradictions(values) for path in finding.fields}
        if clashing:
            also = [other for other in changes if other.field in clashing and other.field != change.field]
            together = tuple(other.field for other in also)
            values = _with(profile, [change, *also])
        findings = contradictions(values)
        if findings:
            problem = "; ".join(finding.message for finding in findings)
            yield FieldEffect(change.field, None, None, together, problem)
            continue
        changed = profile_from_values(values)
        scored = question(changed, knowledge).score(changed.values)
        approach = None if scored.approach is None else scored.approach.id
        chance = None if scored.approach is None else scored.probabilities[scored.approach]
        yield FieldEffect(change.field, approach, chance, together)


def _with(profile: Profile, changes: Sequence[FieldChange]) -> dict[str, Any]:
    values = {**profile.values, **{change.field: change.after for change in changes}}
    return {path: value for path, value in values.items() if value is not None}
