"""Assemble the recommendation: scores, limits, sensitivity, candidates, costs, plan and warnings."""

from advisor.advice.gain import gain
from advisor.advice.knowledge import Knowledge
from advisor.advice.recommendation.appraisal import Appraisal
from advisor.advice.recommendation.candidates import candidate, rescues
from advisor.advice.recommendation.costs import costs
from advisor.advice.recommendation.plan import plan, techniques
from advisor.advice.recommendation.warnings import warnings
from advisor.engine.approaches import APPROACHES, FAMILY, Approach, family_scores
from advisor.engine.scoring import Scored
from advisor.engine.sensitivity.analysis import Sensitivity
from advisor.profile.reader import Profile
from advisor.reports.recommendation import (
    ApproachRow,
    CounterfactualRow,
    MissingRow,
    Reason,
    Recommendation,
    SourceRow,
    Undecided,
)
from advisor.version import __version__

TOSS_UP = 0.10
HIGH_PROBABILITY, HIGH_LEAD, LOW_PROBABILITY = 0.80, 0.25, 0.50


def assemble(profile: Profile, knowledge: Knowledge, *, sensitivity: bool = True) -> Recommendation:
    """Return the answer to one profile by rules and estimates, without flips and missing fields on request."""
    known = Appraisal(profile, knowledge, sensitivity=sensitivity)
    facts, scored, catalogue = known.facts, known.scored, knowledge.catalogue
    explored = known.sensitivity or Sensitivity((), ())
    verdict = verdict_of(scored)
    feasible = scored.approach is not None
    rescuing = [found for item in known.of_answer for found in rescues(item, facts, catalogue)]
    return Recommendation(
        tool={"name": "advisor", "version": __version__},
        rules=knowledge.described(),
        profile=profile.nested(),
        file=profile.file,
        verdict=verdict,
        approach=scored.approach.id if scored.approach is not None else None,
        probability=scored.probabilities[scored.approach] if scored.approach is not None else None,
        confidence=_confidence(scored, verdict) if feasible else None,
        stability=scored.stability,
        gain=gain(facts, catalogue.gains),
        scores=family_scores(scored.probabilities) if feasible else None,
        approaches=_approach_rows(scored),
        reasons=_reasons(scored),
        undecided=_undecided(profile, scored),
        missing=tuple(
            MissingRow(item.field, item.could_change_approach, item.value, item.shift) for item in explored.missing
        ),
        counterfactuals=tuple(
            CounterfactualRow(item.set, item.before, item.approach) for item in explored.counterfactuals
        ),
        candidates=tuple(candidate(item, facts, catalogue) for item in known.shown),
        techniques=tuple(techniques(known.chosen, known.fired, rescuing, facts, catalogue)),
        costs=costs(known.chosen or next(iter(known.of_answer), None), facts, catalogue),
        plan=()
        if scored.approach is None
        else tuple(plan(scored.approach.id, known.chosen, known.fired, facts, catalogue)),
        warnings=tuple(warnings(known)),
    )


def verdict_of(scored: Scored) -> str:
    """Return the family of the answer, or that it is a toss-up or infeasible."""
    if scored.approach is None:
        return "infeasible"
    family = FAMILY[scored.approach.id]
    rival = max(scored.probabilities[approach] for approach in Approach if FAMILY[approach.id] != family)
    return "toss-up" if scored.probabilities[scored.approach] - rival <= TOSS_UP else family


def _confidence(scored: Scored, verdict: str) -> str:
    first, second = sorted(scored.probabilities, reverse=True)[:2]
    if verdict == "toss-up" or first < LOW_PROBABILITY:
        return "low"
    return "high" if first >= HIGH_PROBABILITY and first - second >= HIGH_LEAD else "medium"


def _approach_rows(scored: Scored) -> tuple[ApproachRow, ...]:
    return tuple(
        ApproachRow(
            approach.id,
            FAMILY[approach.id],
            scored.probabilities[approach],
            scored.points[approach],
            approach not in scored.excluded,
            tuple(sorted(scored.excluded.get(approach, ()))),
        )
        for approach in sorted(
            Approach,
            key=lambda item: (item in scored.excluded, -scored.probabilities[item], -scored.points[item], item),
        )
    )


def _undecided(profile: Profile, scored: Scored) -> tuple[Undecided, ...]:
    return tuple(
        Undecided(rule.id, tuple(sorted(path for path in rule.fields if path not in profile.values)))
        for rule in sorted(scored.undecided, key=lambda rule: rule.id)
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
