"""By how much a network has to be better to pay for itself, where a profile says what an error costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.advice.catalogue import Catalogue
from advisor.advice.knowledge import Knowledge
from advisor.advice.recommendation.candidates import Fitted, fitted_models
from advisor.advice.recommendation.costs import costs
from advisor.profile.facts import ERROR_SHARE, derive_facts
from advisor.profile.reader import Profile
from advisor.reports.recommendation import Range

ERROR_RATES = ("accuracy",)  # metrics of which a difference is a share of predictions that are right or wrong
RETRAININGS = {"none": 1, "slow": 2, "fast": 12}  # a year, by drift; judgement
MONTHS = 12


def paying_margins(profile: Profile, knowledge: Knowledge) -> dict[str, float]:
    """Return by metric the difference at which a network earns what it costs more; empty where that is not known.

    A network costs more to serve, to operate and to train again as the data drift; each error that it saves is worth
    `value.error_cost_usd`. Costs are the geometric means of their ranges. People are not counted.

    Parameters
    ----------
    profile : Profile
        As read; with `value.error_cost_usd` and `deployment.predictions_per_day`.
    knowledge : Knowledge
        With the catalogue's models and prices.
    """
    facts = derive_facts(profile.values)
    point = facts.get("value.yearly_error_cost_usd")
    if not isinstance(point, (int, float)) or point <= 0:
        return {}
    fitted = fitted_models(facts, knowledge.catalogue)
    classical, network = _first(fitted, ("classical",)), _first(fitted, ("deep", "transfer"))
    if classical is None or network is None:
        return {}
    extra = _yearly(network, facts, knowledge.catalogue) - _yearly(classical, facts, knowledge.catalogue)
    return dict.fromkeys(ERROR_RATES, max(0.0, extra) / point * ERROR_SHARE)


def _first(fitted: Sequence[Fitted], approaches: Sequence[str]) -> Fitted | None:
    return next((item for item in fitted if item.model.approach in approaches and item.fits is not False), None)


def _yearly(model: Fitted, facts: Mapping[str, Any], catalogue: Catalogue) -> float:
    lines = costs(model, facts, catalogue)
    monthly = _middle(lines["serving_usd_per_month"]) + _middle(lines["operations_usd_per_month"])
    return MONTHS * monthly + RETRAININGS.get(facts.get("data.drift", "none"), 1) * _middle(lines["training_usd"])


def _middle(ends: Range) -> float:
    return float((ends.low * ends.high) ** 0.5) if ends.low > 0 else (ends.low + ends.high) / 2
