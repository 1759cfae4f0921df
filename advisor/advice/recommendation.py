"""Assemble the recommendation: scores, limits, sensitivity, candidates, costs, plan and warnings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from advisor.advice.candidates import Fitted, candidate, fitted_models, rescuable, rescues, select
from advisor.advice.catalogue import Catalogue, build_catalogue
from advisor.advice.costs import costs
from advisor.advice.gain import gain
from advisor.advice.limits import LIMIT_FIELDS, UNFIT_FACTS, UnfitByTask
from advisor.advice.plan import plan, techniques
from advisor.engine.approaches import APPROACHES, FAMILIES, FAMILY, family_scores
from advisor.engine.library import Library
from advisor.engine.rulebook import Rule, RuleBook
from advisor.engine.scoring import Measured, Scored, UnfitFunction
from advisor.engine.sensitivity import Question, Sensitivity, analyse
from advisor.profile.facts import Interval, derive_facts
from advisor.profile.fields import SELF_LABELLED_TASKS
from advisor.profile.reader import Profile, is_valid
from advisor.reports.recommendation import (
    ApproachRow,
    Caution,
    FlipRow,
    MissingRow,
    Reason,
    Recommendation,
    SourceRow,
    Undecided,
)
from advisor.version import __version__

TOSS_UP = 0.10
HIGH_STABILITY, HIGH_LEAD, LOW_STABILITY = 0.9, 0.25, 0.7
# Points by which the answer lies below an excluded approach before it is called a makeshift: four to one.
MAKESHIFT = 6.0


class Knowledge(NamedTuple):
    """Rules and catalogue, ready for use; `measured` takes the place of what rules say of the same approaches."""

    book: RuleBook
    catalogue: Catalogue
    version: str
    measured: Measured | None = None

    @classmethod
    def of(cls, library: Library, structures: Collection[str] | None = None) -> "Knowledge":
        """Compile a library, or the part of it that matters for some structures."""
        edition = library.catalogue.get("edition", [{"version": "none"}])[0]["version"]
        temperature = library.catalogue.get("calibration", [{"value": 1.0}])[0]["value"]
        book = replace(library.rule_book(structures), temperature=temperature)
        return cls(book, build_catalogue(library.catalogue), edition)

    def described(self) -> dict[str, Any]:
        """Return what a result says about the rules that it rests on."""
        count = self.book.count or len(self.book.rules)
        return {"version": self.version, "sha256": self.book.sha256, "count": count}


def unfit_function(catalogue: Catalogue) -> UnfitFunction:
    """Return the function that tells which approaches the limits leave without a model."""
    return UnfitByTask(catalogue)


def question(profile: Profile, knowledge: Knowledge) -> Question:
    """Return what scoring and sensitivity analysis need for one profile."""
    models = knowledge.catalogue.models(profile.values["task"], profile.values["data.structure"])
    return Question(
        knowledge.book,
        profile.values,
        derive_facts,
        is_valid,
        unfit_function(knowledge.catalogue),
        UNFIT_FACTS.union({"data.classes"}, *(model.reads for model in models)),
        knowledge.measured,
    )


def recommend(profile: Profile, knowledge: Knowledge) -> Recommendation:
    """Return the whole answer to one profile."""
    asked = question(profile, knowledge)
    facts = derive_facts(profile.values)
    scored = asked.score(profile.values)
    sensitivity = analyse(asked, scored)
    approach = None if scored.approach is None else APPROACHES[scored.approach]
    verdict = verdict_of(scored)
    fitted = fitted_models(facts, knowledge.catalogue)
    ranked = [(APPROACHES[i], scored.probabilities[i]) for i in _order(scored) if i not in scored.excluded]
    shown = select(fitted, ranked)
    of_answer = [item for item in shown if item.model.approach == approach]
    chosen = next((item for item in of_answer if item.fits is not False), None)
    fired = _fired(knowledge.book, facts, scored)
    rescuing = [
        found
        for item in shown
        if item.model.approach == approach
        for found in rescues(item, facts, knowledge.catalogue)
    ]
    feasible = approach is not None
    return Recommendation(
        tool={"name": "advisor", "version": __version__},
        rules=knowledge.described(),
        profile=profile.nested(),
        file=profile.file,
        verdict=verdict,
        approach=approach,
        probability=scored.probabilities[scored.approach] if scored.approach is not None else None,
        confidence=_confidence(scored, sensitivity, verdict) if feasible else None,
        stability=sensitivity.stability,
        gain=gain(facts, knowledge.catalogue.gains),
        scores=family_scores(scored.probabilities) if feasible else None,
        approaches=_approach_rows(scored),
        reasons=_reasons(scored),
        undecided=tuple(
            Undecided(rule.id, tuple(sorted(path for path in rule.fields if path not in profile.values)))
            for rule in sorted(scored.undecided, key=lambda rule: rule.id)
        ),
        missing=tuple(
            MissingRow(item.field, item.could_change_approach, item.value, item.shift) for item in sensitivity.missing
        ),
        flips=tuple(FlipRow(flip.set, flip.before, flip.approach) for flip in sensitivity.flips),
        candidates=tuple(candidate(item, facts, knowledge.catalogue) for item in shown),
        techniques=tuple(techniques(chosen, fired, rescuing, facts, knowledge.catalogue)),
        costs=costs(chosen or next(iter(of_answer), None), facts, knowledge.catalogue),
        plan=tuple(plan(chosen, fired, facts, knowledge.catalogue)) if feasible else (),
        warnings=tuple(_warnings(profile, facts, scored, sensitivity, fired, chosen, fitted, knowledge)),
    )


def _order(scored: Scored) -> list[int]:
    return sorted(range(len(APPROACHES)), key=lambda index: (-scored.probabilities[index], index))


def verdict_of(scored: Scored) -> str:
    """Return the family of the answer, or that it is a toss-up or infeasible."""
    if scored.approach is None:
        return "infeasible"
    family = FAMILY[APPROACHES[scored.approach]]
    rival = max((p for i, p in enumerate(scored.probabilities) if FAMILY[APPROACHES[i]] != family), default=0.0)
    return "toss-up" if scored.probabilities[scored.approach] - rival <= TOSS_UP else family


def _confidence(scored: Scored, sensitivity: Sensitivity, verdict: str) -> str:
    first, second = sorted(scored.probabilities, reverse=True)[:2]
    stability = sensitivity.stability or 0.0
    if verdict == "toss-up" or stability < LOW_STABILITY:
        return "low"
    return "high" if stability >= HIGH_STABILITY and first - second >= HIGH_LEAD else "medium"


def _approach_rows(scored: Scored) -> tuple[ApproachRow, ...]:
    return tuple(
        ApproachRow(
            APPROACHES[index],
            FAMILY[APPROACHES[index]],
            scored.probabilities[index],
            scored.points[index],
            index not in scored.excluded,
            tuple(sorted(scored.excluded.get(index, ()))),
        )
        for index in sorted(
            range(len(APPROACHES)),
            key=lambda i: (i in scored.excluded, -scored.probabilities[i], -scored.points[i], i),
        )
    )


def _reasons(scored: Scored) -> tuple[Reason, ...]:
    rows = [
        Reason(
            item.rule.id,
            item.rule.title,
            item.rule.criterion,
            item.rule.group,
            dict(zip(APPROACHES, item.points, strict=True)),
            {name: value for name, value in zip(APPROACHES, item.raw, strict=True) if value},
            item.rule.because,
            item.rule.exceptions,
            tuple(SourceRow(entry.source, entry.claim) for entry in item.rule.evidence),
        )
        for item in scored.contributions
        if any(item.points)
    ]
    rows.sort(key=lambda row: (-round(max(row.points.values()) - min(row.points.values()), 6), row.rule))
    return tuple(rows)


def _fired(book: RuleBook, facts: Mapping[str, Any], scored: Scored) -> list[Rule]:
    """Return the rules with suggestions that fire, those with the strongest points first."""
    strength = {item.rule.id: max(item.points) - min(item.points) for item in scored.contributions}
    suggesting = [
        rule
        for rule in book.relevant(facts).suggesting
        if rule.test(facts) is True and (not rule.scores or rule.id in strength)
    ]
    return sorted(suggesting, key=lambda rule: (-strength.get(rule.id, 0.0), rule.id))


def _warnings(
    profile: Profile,
    facts: Mapping[str, Any],
    scored: Scored,
    sensitivity: Sensitivity,
    fired: Sequence[Rule],
    chosen: Fitted | None,
    fitted: Sequence[Fitted],
    knowledge: Knowledge,
) -> list[Caution]:
    found = [Caution(item.id, item.fields, item.message) for item in profile.warnings]
    limits = _limit_fields(profile, scored, knowledge.book)
    if scored.approach is None:
        found.append(_infeasible(profile, limits, sensitivity))
    else:
        found += _makeshift(facts, scored, limits, fitted, knowledge)
        sums = family_scores(scored.probabilities)
        leader = max(FAMILIES, key=lambda family: sums[family])
        family = FAMILY[APPROACHES[scored.approach]]
        if leader != family:
            message = (
                f"the approaches of family {leader} together are more probable ({sums[leader]:.2f}) than "
                f"{APPROACHES[scored.approach]} alone ({scored.probabilities[scored.approach]:.2f})"
            )
            found.append(Caution("family-outranks-approach", (), message))
        if chosen is None:
            message = (
                f"no model of the approach {APPROACHES[scored.approach]} in the catalogue is sure to fit the limits"
            )
            found.append(Caution("no-fitting-model", (), message))
    if facts.get("data.labelled").__class__ is Interval and facts["task"] not in SELF_LABELLED_TASKS:
        message = (
            "how many examples carry a label is not given (data.labelled); data.rows stands in for it, so the "
            "answer holds if all rows are labelled"
        )
        found.append(Caution("labels-unknown", ("data.labelled",), message))
    found += [
        Caution(rule.id, ("interpretability.regulation",) if "regulation" in str(rule.facts) else (), message)
        for rule in fired
        for message in rule.warnings
    ]
    return found


def _limit_fields(profile: Profile, scored: Scored, book: RuleBook) -> dict[int, list[str]]:
    """Return, for each excluded approach, the fields that the team set and that exclude it."""
    by_id = {rule.id: rule for rule in book.rules}
    result: dict[int, list[str]] = {}
    for index, rules in scored.excluded.items():
        fields: list[str] = []
        for name in rules:
            rule = by_id[name]
            if rule.limit:
                fields.append(LIMIT_FIELDS[rule.limit])
            else:
                fields += sorted(path for path in rule.fields if path not in ("task", "data.structure"))
        result[index] = [path for path in dict.fromkeys(fields) if path in profile.values]
    return result


def _infeasible(profile: Profile, limits: Mapping[int, Sequence[str]], sensitivity: Sensitivity) -> Caution:
    fields = tuple(dict.fromkeys(path for index in sorted(limits) for path in limits[index]))
    clash = "; ".join(
        f"{APPROACHES[index]} by {', '.join(limits[index]) or 'the task itself'}" for index in sorted(limits)
    )
    message = f"no approach is left: {clash}"
    if sensitivity.flips:
        flip = sensitivity.flips[0]
        steps = " and ".join(
            f"{path} from {_value(profile.values.get(path))} to {_value(value)}" for path, value in flip.set.items()
        )
        message += f". Smallest relaxation that helps: {steps} (then {flip.approach})"
    return Caution("limits-clash", fields, message)


def _makeshift(
    facts: Mapping[str, Any],
    scored: Scored,
    limits: Mapping[int, Sequence[str]],
    fitted: Sequence[Fitted],
    knowledge: Knowledge,
) -> list[Caution]:
    answer = scored.approach
    assert answer is not None  # noqa: S101 - called for feasible answers only
    lost = [
        index
        for index in scored.excluded
        if limits[index] and scored.points[index] - scored.points[answer] >= MAKESHIFT
    ]
    if not lost:
        return []
    best_lost = max(lost, key=lambda index: (scored.points[index], -index))
    name = APPROACHES[best_lost]
    message = (
        f"{APPROACHES[answer]} is a makeshift here: {', '.join(limits[best_lost])} excludes {name}, "
        f"which would be far ahead ({scored.points[best_lost]:+.1f} against {scored.points[answer]:+.1f} points)"
    )
    rescue = rescuable(fitted, facts, name, knowledge.catalogue)
    if rescue:
        message += f"; a way under the limit: {rescue[0]}"
    return [Caution("limit-leaves-makeshift", tuple(limits[best_lost]), message)]


def _value(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(value) + "]"
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)
