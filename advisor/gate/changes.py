"""What changed between two results of the same kind, line by line, the causes after what they did."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.advice.what_if.difference import difference
from advisor.render.layout import wording as say
from advisor.reports.recommendation import Recommendation

if TYPE_CHECKING:
    from advisor.gate.observed import Observed
    from advisor.reports.baseline import BaselineResult
    from advisor.reports.reading import Result

_MOST_RULES = 5
_ARROW = " -> "


def answer_in_words(known: "Observed") -> str:
    """Return approach and verdict, or the verdict of a measurement, and whether a network pays."""
    verdict = f"verdict {known.verdict}{known.pays_in_words}"
    if known.kind == "baseline" and known.approach is None:
        return verdict
    return f"{known.approach or 'no approach'} ({verdict})"


def changes(before: "Result", after: "Result") -> Iterator[str]:
    """Yield what differs: fields of the profile, rules and what they did, or data, plan and scores."""
    if isinstance(before, Recommendation) and isinstance(after, Recommendation):
        yield from _of_recommendations(before, after)
    elif not isinstance(before, Recommendation) and not isinstance(after, Recommendation):
        yield from _of_baselines(before, after)


def _of_recommendations(before: Recommendation, after: Recommendation) -> Iterator[str]:
    found = difference(before, after)
    for field in found.fields:
        yield f"{say.plain(field.field)}: {say.field_value(field.before)}{_ARROW}{say.field_value(field.after)}"
    if found.rules_differ:
        yield f"rules: {_edition(before)}{_ARROW}{_edition(after)}"
    if found.before.measured != found.after.measured:
        yield f"measured verdict: {found.before.measured or 'none'}{_ARROW}{found.after.measured or 'none'}"
    if before.baseline and after.baseline and _pays(before.baseline) != _pays(after.baseline):
        yield f"whether a network pays: {_pays(before.baseline)}{_ARROW}{_pays(after.baseline)}"
    for limit in found.limits:
        if limit.decisive:
            yield f"limit {limit.rule} {'now' if limit.appeared else 'no longer'} excludes {limit.approach}"
    for rule in found.rules[:_MOST_RULES] if found.lead else ():
        gained = f"{say.points(rule.change)} points for {found.lead.of} over {found.lead.over}" if found.lead else ""
        yield f"rule {rule.rule}: {gained} ({say.plain(rule.title)})"
    if len(found.rules) > _MOST_RULES:
        yield f"and {len(found.rules) - _MOST_RULES} more rules, with smaller effects"


def _edition(result: Recommendation) -> str:
    return f"{result.rules.get('version', 'unknown')} ({str(result.rules.get('sha256', ''))[:12]})"


def _of_baselines(before: "BaselineResult", after: "BaselineResult") -> Iterator[str]:
    pairs = [
        ("whether a network pays", *(_pays(result) for result in (before, after))),
        ("data", *(f"sha256 {result.dataset.sha256[:12]}" for result in (before, after))),
        ("rows", *(f"{result.dataset.rows_used:,}" for result in (before, after))),
        ("target", *(result.dataset.target for result in (before, after))),
        ("metric", *(result.protocol.metric.name for result in (before, after))),
        ("folds", *(f"{result.protocol.repeats} x {result.protocol.folds}" for result in (before, after))),
        ("seed", *(str(result.protocol.seed) for result in (before, after))),
        ("best classical model", *(result.comparison.best_ml or "none" for result in (before, after))),
        ("best network", *(result.comparison.best_dl or "none" for result in (before, after))),
        ("in favour of classical", *(_difference(result) for result in (before, after))),
    ]
    for what, earlier, later in pairs:
        if earlier != later:
            yield f"{what}: {say.plain(earlier)}{_ARROW}{say.plain(later)}"


def _pays(result: "BaselineResult") -> str:
    if result.pays is None:
        return "unknown"
    chance = result.pays.probability
    return result.pays.answer if chance is None else f"{result.pays.answer} ({say.frequency(chance)})"


def _difference(result: "BaselineResult") -> str:
    found = result.comparison
    if found.difference is None:
        return "unknown"
    interval = f" ({found.ci95[0]:.3g} to {found.ci95[1]:.3g})" if found.ci95 else ""
    return f"{found.difference:.3g}{interval}"
