"""What a reader should know before following an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.advice.limits import field_of
from advisor.advice.recommendation.appraisal import Appraisal
from advisor.advice.recommendation.candidates import rescuable
from advisor.engine.approaches import FAMILY, Approach, family_scores
from advisor.engine.rulebook import Rule, RuleBook
from advisor.engine.scoring import Scored
from advisor.engine.sensitivity.analysis import Sensitivity
from advisor.profile.facts import Interval, implied
from advisor.profile.fields import SELF_LABELLED_TASKS
from advisor.profile.reader import Profile
from advisor.render.layout.wording import FAMILY_NOUNS, NAMES, NOUNS, joined
from advisor.reports.recommendation import (
    ANSWER_FAMILIES,
    Caution,
)

# Points by which the answer is behind an excluded approach before it is called a fallback: four to one.
FALLBACK = 6.0


def warnings(known: Appraisal) -> list[Caution]:
    """Return the warnings of an answer: of the profile, of limits that clash or leave little, of rules."""
    profile, facts, scored = known.profile, known.facts, known.scored
    found = [Caution(item.id, item.fields, item.message) for item in profile.warnings]
    limits = _limit_fields(profile, scored, known.knowledge.book)
    if scored.approach is None:
        found.append(_infeasible(profile, limits, known.sensitivity))
    else:
        found += _fallback(known, limits)
        sums = family_scores(scored.probabilities)
        leader = max(ANSWER_FAMILIES, key=lambda family: sums[family])
        family = FAMILY[scored.approach.id]
        if leader != family:
            message = (
                f"{FAMILY_NOUNS[leader]} together are more probable ({sums[leader]:.2f}) than "
                f"{NOUNS[scored.approach.id]} alone ({scored.probabilities[scored.approach]:.2f})"
            )
            found.append(Caution("family-outranks-approach", (), message))
        if known.chosen is None:
            message = (
                f"no model of the approach {NAMES[scored.approach.id]} in the catalogue is certain to fit the limits"
            )
            found.append(Caution("no-fitting-model", (), message))
    if facts.get("data.labelled").__class__ is Interval and facts["task"] not in SELF_LABELLED_TASKS:
        message = (
            "how many examples have a label is not given (data.labelled); data.rows is used instead, so the "
            "answer holds if all rows are labelled"
        )
        found.append(Caution("labels-unknown", ("data.labelled",), message))
    found += [Caution(rule.id, _warned(rule), message) for rule in known.fired for message in rule.warnings]
    if known.sensitivity is None:
        message = "what would change the answer, and which unknown fields matter, was not looked for (no sensitivity)"
        found.append(Caution("sensitivity-off", (), message))
    return found


def _warned(rule: Rule) -> tuple[str, ...]:
    """Return the fields that the warning of a rule is about."""
    about = ("interpretability.regulation", "data.minority_share")
    return tuple(path for path in about if path in rule.fields)


def _limit_fields(profile: Profile, scored: Scored, book: RuleBook) -> dict[Approach, list[str]]:
    """Return, for each excluded approach, the fields that the team set and that exclude it."""
    by_id = {rule.id: rule for rule in book.rules}
    follows = implied(profile.values)
    result: dict[Approach, list[str]] = {}
    for approach, rules in scored.excluded.items():
        fields: list[str] = []
        for name in rules:
            rule = by_id[name]
            if rule.limit:
                fields.append(field_of(rule.limit, profile.values["task"]))
            else:
                fields += sorted(path for path in rule.fields if path not in ("task", "data.structure"))
        stated = [given for path in fields for given in (follows[path][1] if path in follows else (path,))]
        result[approach] = [path for path in dict.fromkeys(stated) if path in profile.values]
    return result


def _infeasible(profile: Profile, limits: Mapping[Approach, Sequence[str]], explored: Sensitivity | None) -> Caution:
    fields = tuple(dict.fromkeys(path for approach in sorted(limits) for path in limits[approach]))
    excluded: dict[str, list[str]] = {}
    for approach in sorted(limits):
        excluded.setdefault(_excluding(limits[approach]), []).append(NOUNS[approach.id])
    clash = "; ".join(f"{by} {joined(names)}" for by, names in excluded.items())
    message = f"no approach is feasible: {clash}"
    if explored is not None and explored.counterfactuals:
        nearest = explored.counterfactuals[0]
        steps = " and ".join(
            f"{path} from {_value(profile.values.get(path))} to {_value(value)}" for path, value in nearest.set.items()
        )
        then = f" (then {NOUNS[nearest.approach]})" if nearest.approach else ""
        message += f". Smallest change that helps: {steps}{then}"
    return Caution("limits-clash", fields, message)


def _fallback(known: Appraisal, limits: Mapping[Approach, Sequence[str]]) -> list[Caution]:
    scored, answer = known.scored, known.scored.approach
    assert answer is not None  # noqa: S101 - called for feasible answers only
    lost = [
        approach
        for approach in scored.excluded
        if limits[approach] and scored.points[approach] - scored.points[answer] >= FALLBACK
    ]
    if not lost:
        return []
    best_lost = max(lost, key=lambda approach: (scored.points[approach], -approach))
    name = best_lost.id
    message = (
        f"{NOUNS[answer.id]} is only a fallback here: {_excluding(limits[best_lost])} {NOUNS[name]}, "
        f"which would be far ahead ({scored.points[best_lost]:+.1f} against {scored.points[answer]:+.1f} points)"
    )
    rescue = rescuable(known.fitted, known.facts, name, known.knowledge.catalogue)
    if rescue:
        message += f"; to get under the limit: {rescue[0]}"
    return [Caution("limit-leaves-makeshift", tuple(limits[best_lost]), message)]


def _excluding(fields: Sequence[str]) -> str:
    return f"{joined(fields) or 'the task itself'} {'exclude' if len(fields) > 1 else 'excludes'}"


def _value(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(value) + "]"
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)
