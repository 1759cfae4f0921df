"""Why two answers differ: fields, rules and limits that account for it, in points that sum exactly."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from advisor.profile.fields import FIELDS
from advisor.reports.recommendation import Recommendation
from advisor.reports.what_if import Answer, Difference, FieldChange, Lead, LimitChange, RuleChange
from advisor.version import __version__

_STEP = 1000  # points come in thousandths, so that contributions sum exactly
_ORDER = {field.path: place for place, field in enumerate(FIELDS)}
_WITHOUT_EFFECT = ("version", "name", "description")


class Cause(NamedTuple):
    """A rule that gave points, with the points of each approach."""

    rule: str
    title: str
    because: str
    points: Mapping[str, float]


def difference(before: Recommendation, after: Recommendation) -> Difference:
    """Return what accounts for the difference between two answers.

    Parameters
    ----------
    before, after : Recommendation
        Two results, also of different rules or versions, for any two profiles.

    Returns
    -------
    Difference
        Points are those of the new answer over the old one (over its nearest rival where the answer is the
        same), in thousandths: the changes of the rules and the remainder add up to the change of the lead. Where
        an answer is infeasible there is no lead, and the limits are all there is to say.

    Examples
    --------
    >>> from advisor import load_knowledge, read_profile, recommend
    >>> knowledge = load_knowledge()
    >>> text = b"task: classification\\ndata: {structure: text, labelled: 20000}"
    >>> few, many = (
    ...     recommend(read_profile(text, "p.yaml", [f"data.labelled={count}"]), knowledge) for count in (500, 50_000)
    ... )
    >>> found = difference(few, many)
    >>> found.before.approach, found.after.approach, found.rules[0].rule
    ('transfer', 'classical', 'amount-of-text')
    >>> round(sum(rule.change for rule in found.rules) - found.lead.change, 9)
    0.0
    """
    new, old = _compared(before, after)
    pairs = (_causes(before), _causes(after))
    rules = rule_changes(*pairs, new, old) if new and old else ()
    return Difference(
        {"name": "advisor", "version": __version__},
        _answer(before),
        _answer(after),
        tuple(_field_changes(before.profile, after.profile)),
        _lead(before, after, new, old, rules) if new and old else None,
        rules,
        limit_changes(
            {row.id: row.excluded_by for row in before.approaches},
            {row.id: row.excluded_by for row in after.approaches},
        ),
    )


def rule_changes(before: Iterable[Cause], after: Iterable[Cause], new: str, old: str) -> tuple[RuleChange, ...]:
    """Return the rules that change the lead of one approach over another, the strongest first."""
    earlier, later = {cause.rule: cause for cause in before}, {cause.rule: cause for cause in after}
    found = []
    for name in {**earlier, **later}:
        cause = later.get(name) or earlier[name]
        was, now = (_over(causes[name].points, new, old) if name in causes else 0 for causes in (earlier, later))
        if was != now:
            counted = "both" if name in earlier and name in later else "after" if name in later else "before"
            found.append(
                RuleChange(name, cause.title, cause.because, was / _STEP, now / _STEP, (now - was) / _STEP, counted)
            )
    return tuple(sorted(found, key=lambda row: (-abs(row.change), row.rule)))


def limit_changes(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> tuple[LimitChange, ...]:
    """Return the rules that exclude an approach on one side only, those that change what is feasible first."""
    found = [
        LimitChange(approach, rule, rule in after[approach], bool(before[approach]) != bool(after[approach]))
        for approach in after
        if approach in before
        for rule in sorted(set(before[approach]) ^ set(after[approach]))
    ]
    return tuple(sorted(found, key=lambda row: (not row.decisive, row.approach, row.rule)))


def _compared(before: Recommendation, after: Recommendation) -> tuple[str | None, str | None]:
    """Return the approach whose lead is explained, and the one that it is ahead of."""
    if before.approach != after.approach or after.approach is None:
        return after.approach, before.approach
    others = [row for row in after.approaches if row.id != after.approach]
    return after.approach, max(others, key=lambda row: (row.feasible, row.probability, row.points)).id


def _causes(result: Recommendation) -> Iterator[Cause]:
    return (Cause(row.rule, row.title, row.because, row.points) for row in result.reasons)


def _over(points: Mapping[str, float], new: str, old: str) -> int:
    return round(points.get(new, 0.0) * _STEP) - round(points.get(old, 0.0) * _STEP)


def _lead(before: Recommendation, after: Recommendation, new: str, old: str, rules: Sequence[RuleChange]) -> Lead:
    was, now = (_over({row.id: row.points for row in result.approaches}, new, old) for result in (before, after))
    accounted = sum(round(row.change * _STEP) for row in rules)
    return Lead(new, old, was / _STEP, now / _STEP, (now - was) / _STEP, (now - was - accounted) / _STEP)


def _answer(result: Recommendation) -> Answer:
    return Answer(
        result.name,
        result.file,
        result.approach,
        result.verdict,
        result.probability,
        str(result.rules.get("version", "")),
        str(result.rules.get("sha256", "")),
        result.baseline.verdict if result.baseline else None,
        result.confirmation,
    )


def _field_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Yield the fields that differ, in the order of the field table; those of other versions come last."""
    earlier, later = dict(_flat(before)), dict(_flat(after))
    for path in sorted({*earlier, *later}, key=lambda path: (_ORDER.get(path, len(_ORDER)), path)):
        if earlier.get(path) != later.get(path) and path not in _WITHOUT_EFFECT:
            yield FieldChange(path, earlier.get(path), later.get(path))


def _flat(profile: Mapping[str, Any], section: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in profile.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{section}{name}.")
        else:
            yield f"{section}{name}", value
