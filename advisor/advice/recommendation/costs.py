"""Costs as ranges: labels, training, serving, operations, energy, and what errors cost besides."""

from collections.abc import Mapping
from typing import Any

from advisor.advice.catalogue import Catalogue, Model
from advisor.advice.estimates import ESTIMATE_FACTOR, typical
from advisor.advice.recommendation.candidates import Fitted
from advisor.profile.facts import ERROR_SHARE
from advisor.profile.fields import SELF_LABELLED_TASKS
from advisor.reports.recommendation import Range

Facts = Mapping[str, Any]

_HOURS_PER_MONTH = 730
_DAYS_PER_MONTH = 30
_UTILISATION = (0.2, 0.7)  # judgement: share of a paid machine that does useful work
_ASSUMED_VOLUME = (100.0, 100_000.0)  # predictions a day where the profile does not say
_MOST_ERRORS = 0.10
_JUDGED_BY_EYE_OR_EAR = ("image", "video", "audio", "text", "document")
_FIRST_LABELS = 1_000.0  # judgement: what a first round of labelling comes to


def costs(chosen: Fitted | None, facts: Facts, catalogue: Catalogue) -> dict[str, Range]:
    """Return the cost lines of the best candidate, in US dollars and kilowatt-hours."""
    lines: dict[str, Range] = {}
    price = _label_price(facts, catalogue)
    if price is not None:
        lines["labels_usd"] = _labels_to_buy(chosen, facts, price)
        labelled = facts.get("data.labelled")
        if isinstance(labelled, (int, float)) and labelled > 0:
            lines["labels_at_hand_usd"] = Range(labelled * price.low, labelled * price.high)
    if chosen is not None:
        cost, energy = chosen.estimate.train_cost_usd, chosen.estimate.energy_kwh
        lines["training_usd"] = Range(cost / ESTIMATE_FACTOR, cost * ESTIMATE_FACTOR)
        serving = _serving(chosen, facts, catalogue)
        lines["serving_usd_per_month"] = serving
        share = catalogue.prices["storage-and-egress"]["share"]
        lines["operations_usd_per_month"] = Range(serving.low * share[0], serving.high * share[1])
        lines["energy_kwh"] = Range(energy / ESTIMATE_FACTOR, energy * ESTIMATE_FACTOR)
    point = facts.get("value.yearly_error_cost_usd")
    if point is not None:
        lines["errors_usd_per_year"] = Range(point, point * _MOST_ERRORS / ERROR_SHARE)
        lines["one_point_usd_per_year"] = Range(point, point)
    return lines


def _label_price(facts: Facts, catalogue: Catalogue) -> Range | None:
    if facts["task"] in SELF_LABELLED_TASKS:
        return None
    cost = facts.get("labels.cost_usd")
    if cost is not None:
        return Range(float(cost), float(cost))
    if facts["task"] == "regression" and facts["data.structure"] not in _JUDGED_BY_EYE_OR_EAR:
        return None  # such amounts are recorded or measured, and what that costs is published nowhere
    kinds = {"object-detection": "label-box", "segmentation": "label-mask"}
    name = kinds.get(facts["task"], "label-crowd")
    if "medical-device" in facts.get("interpretability.regulation", ()):
        name = "label-expert"
    low, high = catalogue.prices[name]["usd"]
    return Range(low, high)


def _labels_to_buy(chosen: Fitted | None, facts: Facts, price: Range) -> Range:
    """From the labels that the model still needs to those that double the labels, at least a thousand."""
    labelled = facts.get("data.labelled")
    at_hand = labelled if isinstance(labelled, (int, float)) else 0
    needed = _needed(chosen.model, facts) if chosen else 0
    low = max(0.0, needed - at_hand)
    high = max(low, at_hand, _FIRST_LABELS)
    unlabelled = facts.get("data.unlabelled")
    rows = facts.get("data.rows")
    if unlabelled is not None:
        pool = unlabelled + max(0, (rows or at_hand) - at_hand)
        high = max(low, min(high, pool))
    cheapest, dearest = low * price.low, high * price.high
    budget = facts.get("labels.budget_usd")
    return Range(cheapest, dearest if budget is None else max(cheapest, min(dearest, budget)))


def _needed(model: Model, facts: Facts) -> float:
    needed = float(model.needs.get("examples", 0))
    classes = facts.get("data.classes")
    if classes and "per_class" in model.needs:
        needed = max(needed, model.needs["per_class"] * classes)
    return needed


def _serving(chosen: Fitted, facts: Facts, catalogue: Catalogue) -> Range:
    volume = facts.get("deployment.predictions_per_day")
    low_volume, high_volume = (volume, volume) if volume is not None else _ASSUMED_VOLUME
    low_monthly, high_monthly = low_volume * _DAYS_PER_MONTH, high_volume * _DAYS_PER_MONTH
    cost = chosen.model.cost
    if cost["kind"] == "hosted":
        price = catalogue.prices[cost["price"]]
        per_low, per_high = (
            (cost["tokens_in"] * price["in"][end] + cost["tokens_out"] * price["out"][end]) / 1e6 for end in (0, 1)
        )
        return Range(low_monthly * per_low, high_monthly * per_high)
    setting = typical(facts)
    place = catalogue.targets[setting.target]
    if not place["standing"]:
        return Range(0.0, 0.0)  # the user brings the device
    networks = cost["kind"] in ("network", "language-model")
    device = "serving-gpu" if setting.accelerated and networks else "cpu-core"
    hourly = catalogue.hardware[device]["usd_per_hour"]
    hours = chosen.estimate.p95_ms / 1000 / 3600
    low = low_monthly * hours * hourly[0] / _UTILISATION[1]
    high = high_monthly * hours * hourly[1] / _UTILISATION[0]
    if facts.get("latency.mode") != "batch":  # a machine has to be running
        high = max(high, _HOURS_PER_MONTH * hourly[1])
    if facts.get("latency.mode") == "online":
        low = max(low, _HOURS_PER_MONTH * hourly[0])
    return Range(low, max(low, high))
