"""Candidates: models of the feasible approaches, ranked, with estimates and limits."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from advisor.advice.catalogue import Catalogue, Model, Technique
from advisor.advice.estimates import Estimate, estimate, measured_fields, typical
from advisor.advice.limits import ESTIMATED, LIMIT_FIELDS, circumstances, field_of, relevant_models, verdicts
from advisor.reports.recommendation import Candidate, EstimateRow

Facts = Mapping[str, Any]

_PER_APPROACH = (4, 2, 2, 1, 1)
_LEAST_PROBABILITY = 0.03
_UNTOLD = 4
_LEADS = 20  # no judged rank outweighs the best score on the project's own data


class Fitted(NamedTuple):
    """A model with its estimate and how it fits the limits."""

    model: Model
    estimate: Estimate
    broken: tuple[str, ...]
    unsure: tuple[str, ...]
    rank: float

    @property
    def fits(self) -> bool | None:
        """True if every limit is met, False if one is surely broken, None if that is unknown."""
        return False if self.broken else None if self.unsure else True


def fitted_models(facts: Facts, catalogue: Catalogue) -> list[Fitted]:
    """Return every model for this task and structure, best first within its approach."""
    around = circumstances(facts)
    fitted = []
    for model in relevant_models(facts, catalogue):
        verdict = verdicts(model, facts, catalogue, around)
        fitted.append(
            Fitted(
                model,
                estimate(model, around.typical, catalogue),
                tuple(limit for limit, value in verdict.items() if value is False),
                tuple(limit for limit, value in verdict.items() if value is None),
                _rank(model, facts),
            )
        )
    order = {True: 0, None: 1, False: 2}
    # A limit that cannot be judged costs two ranks, so that an unknown budget does not turn the order round.
    fitted.sort(key=lambda item: (order[item.fits] == 2, -item.rank + 2 * len(item.unsure), item.model.id))
    return fitted


def _rank(model: Model, facts: Facts) -> float:
    """Return the model's rank here; one whose own condition is unknown comes after the others."""
    rank = model.rank + sum(bonus for test, bonus in model.better if test(facts) is True)
    if model.measured is not None and model.measured.leads:
        rank += _LEADS
    return rank if model.applies(facts) else rank - _UNTOLD


def select(fitted: Sequence[Fitted], approaches: Sequence[tuple[str, float]]) -> list[Fitted]:
    """Return the candidates to show: several of the best approach, fewer of the next ones.

    The best measured model of the answer is shown also where it breaks a limit: whoever saw it win asks for it.
    """
    chosen: list[Fitted] = []
    for place, (approach, probability) in enumerate(approaches):
        if place > 0 and probability < _LEAST_PROBABILITY:
            break
        of_approach = [item for item in fitted if item.model.approach == approach]
        most = _PER_APPROACH[min(place, len(_PER_APPROACH) - 1)]
        chosen += of_approach[:most]
        chosen += [
            item for item in of_approach[most:] if place == 0 and item.model.measured and item.model.measured.leads
        ]
    return chosen


def candidate(item: Fitted, facts: Facts, catalogue: Catalogue) -> Candidate:
    """Return the output row of one fitted model."""
    return Candidate(
        model=item.model.id,
        title=item.model.title,
        approach=item.model.approach,
        library=item.model.library,
        why=item.model.why,
        estimate=EstimateRow(
            item.estimate.train_cost_usd,
            item.estimate.train_hours,
            item.estimate.p95_ms,
            item.estimate.size_mb,
            item.estimate.energy_kwh,
        ),
        fits=item.fits,
        violates=tuple(dict.fromkeys(field_of(limit, facts["task"]) for limit in item.broken)),
        unsure=tuple(dict.fromkeys(field_of(limit, facts["task"]) for limit in item.unsure)),
        rescued_by=tuple(text for _, text in rescues(item, facts, catalogue)),
        licence=item.model.licence,
        sources=item.model.sources,
        measured=tuple(
            name for name in measured_fields(item.model, typical(facts), catalogue) if name in EstimateRow._fields
        ),
    )


def rescues(item: Fitted, facts: Facts, catalogue: Catalogue) -> list[tuple[Technique, str]]:
    """Return techniques that bring a model under the estimated limits it misses, with the new estimate."""
    missed = [limit for limit in (*item.broken, *item.unsure) if limit in ESTIMATED]
    others = [limit for limit in item.broken if limit not in ESTIMATED]
    if not missed or others:
        return []
    found = []
    for technique in catalogue.techniques.values():
        if not (technique.factor and technique.suits(item.model) and technique.possible(facts)):
            continue
        after = item.estimate.scaled(technique.factor)
        if all(getattr(after, ESTIMATED[limit]) <= facts[LIMIT_FIELDS[limit]] for limit in missed):
            changes = ", ".join(
                f"{LIMIT_FIELDS[limit]} {_short(getattr(item.estimate, ESTIMATED[limit]))} -> "
                f"{_short(getattr(after, ESTIMATED[limit]))} (limit {_short(facts[LIMIT_FIELDS[limit]])})"
                for limit in missed
            )
            found.append((technique, f"{technique.id}: {changes}"))
    return found


def rescuable(fitted: Sequence[Fitted], facts: Facts, approach: str, catalogue: Catalogue) -> list[str]:
    """Return how models of an excluded approach could be brought under the limits that exclude it."""
    texts = []
    for item in fitted:
        if item.model.approach == approach and item.broken:
            texts += [f"{item.model.title} with {text}" for _, text in rescues(item, facts, catalogue)]
    return texts


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}"
