"""Which limits of the profile a model meets, breaks, or may break."""

from collections.abc import Iterator, Mapping
from typing import Any

from advisor.advice.catalogue import Catalogue, Model
from advisor.advice.estimates import ESTIMATE_FACTS, Estimate, Setting, best_case, estimate, typical
from advisor.engine.approaches import APPROACHES

Facts = Mapping[str, Any]

# limit -> profile field that sets it
LIMIT_FIELDS = {
    "latency": "latency.p95_ms",
    "memory": "deployment.memory_mb",
    "target": "deployment.target",
    "weights": "deployment.pretrained_weights",
    "hosted": "deployment.hosted_models",
    "licence": "deployment.commercial",
    "budget": "compute.budget_usd",
    "gpu-hours": "compute.gpu_hours",
    "training": "compute.hardware",
    "labels": "data.labelled",
    "explanation": "interpretability.need",
    "model-limits": "data.rows",
}
# The limits whose estimates a technique can bring down, and the estimate that counts.
ESTIMATED = {
    "latency": "p95_ms",
    "memory": "memory_mb",
    "budget": "train_cost_usd",
    "gpu-hours": "gpu_hours",
}
LONGEST_TRAINING_WEEKS = 4.0  # a training that runs longer on the declared hardware is not practical

UNFIT_FACTS = frozenset(
    {
        *ESTIMATE_FACTS,
        *(field for field in LIMIT_FIELDS.values() if field != "data.rows"),
        "data.labelled",
        "data.features",
        "data.labels_per_class",
        "data.domain_features",
        "labels.affordable",
        "latency.mode",
    }
)


def verdicts(model: Model, facts: Facts, catalogue: Catalogue) -> dict[str, bool | None]:
    """Return, for each limit that the model does not surely meet, False (broken) or None (cannot be told).

    A limit is broken only if it is broken for every value that the unknown fields could take.
    """
    central = estimate(model, typical(facts), catalogue)
    found: dict[str, bool | None] = {}
    for limit, verdict in _checks(model, facts, catalogue, best_case(facts), central):
        if verdict is not True and found.get(limit) is not False:
            found[limit] = verdict
    return found


def broken(model: Model, facts: Facts, catalogue: Catalogue, best: Setting) -> Iterator[str]:
    """Yield the limits that the model surely breaks, those that need no estimate first."""
    return (limit for limit, verdict in _checks(model, facts, catalogue, best, None) if verdict is False)


def _checks(
    model: Model, facts: Facts, catalogue: Catalogue, setting: Setting, central: Estimate | None
) -> Iterator[tuple[str, bool | None]]:
    get = facts.get
    target = get("deployment.target")
    if target is not None and target not in model.targets:
        yield "target", False
        return  # no estimate makes sense where the model does not run
    if model.third_party_weights and get("deployment.pretrained_weights") is False:
        yield "weights", False
    if model.hosted:
        allowed = get("deployment.hosted_models")
        if get("deployment.pretrained_weights") is False:
            yield "weights", False
        if allowed is not True:
            yield "hosted", allowed
    if not model.commercial and get("deployment.commercial") is not False:
        yield "licence", None if get("deployment.commercial") is None else False
    yield from _explanation(model, get("interpretability.need"))
    if model.needs:
        yield from _needs(model, facts)
    limits = [limit for limit in ESTIMATED if get(LIMIT_FIELDS[limit]) is not None]
    hardware = get("compute.hardware")
    if not limits and hardware is None:
        return
    best = estimate(model, setting, catalogue)
    for limit in limits:
        name, allowed = ESTIMATED[limit], facts[LIMIT_FIELDS[limit]]
        yield limit, _within(best, central or best, name, allowed)
    if hardware is not None and best.train_hours > LONGEST_TRAINING_WEEKS * 168:
        yield "training", False


def _within(best: Estimate, central: Estimate, name: str, allowed: float) -> bool | None:
    if getattr(best, name) > allowed:
        return False
    return None if getattr(central, name) > allowed else True


def _explanation(model: Model, need: str | None) -> Iterator[tuple[str, bool | None]]:
    if (need == "intrinsic" and model.explanation != "intrinsic") or (need == "post-hoc" and model.explanation == "none"):
        yield "explanation", False


def _needs(model: Model, facts: Facts) -> Iterator[tuple[str, bool | None]]:
    needs = model.needs
    if "examples" in needs:
        yield "labels", _enough(facts, needs["examples"])
    if "per_class" in needs and isinstance(facts.get("data.classes"), int):
        yield "labels", _enough(facts, needs["per_class"] * facts["data.classes"])
    for need, fact in (("rows_at_most", "data.examples"), ("features_at_most", "data.features")):
        value = facts.get(fact)
        if need in needs and value is not None and value > needs[need]:
            yield "model-limits", False
    training, hardware = needs.get("training"), facts.get("compute.hardware")
    if training == "gpu" and hardware == "cpu":
        yield "training", False
    if training == "gpu-cluster" and hardware in ("cpu", "gpu"):
        yield "training", False
    if needs.get("domain_features") and facts.get("data.domain_features") is False:
        yield "labels", None


def _enough(facts: Facts, needed: float) -> bool | None:
    examples = facts.get("data.examples")
    if examples is None:
        return None
    if examples >= needed:
        return True
    affordable = facts.get("labels.affordable")
    if affordable is None:
        return None if facts.get("data.labelled") is None else False
    verdict: bool | None = affordable >= needed
    return verdict


def relevant_models(facts: Facts, catalogue: Catalogue) -> tuple[Model, ...]:
    """Return the models for the task and structure whose own condition is not false."""
    models = catalogue.models(facts["task"], facts["data.structure"])
    return tuple(model for model in models if model.applies(facts) is not False)


def unfit_approaches(facts: Facts, catalogue: Catalogue) -> dict[str, frozenset[int]]:
    """Return, by limit, the approaches that are left without a single model that could meet all limits.

    Where one limit alone breaks every model of the approach, that limit is named; otherwise those that the
    model with the fewest broken limits breaks.
    """
    setting = best_case(facts)
    by_approach: dict[str, list[Model]] = {}
    for model in relevant_models(facts, catalogue):
        by_approach.setdefault(model.approach, []).append(model)
    result: dict[str, set[int]] = {}
    for approach, models in by_approach.items():
        if any(next(broken(model, facts, catalogue, setting), None) is None for model in models):
            continue
        lists = [list(broken(model, facts, catalogue, setting)) for model in models]
        shortest = min(lists, key=lambda limits: len(limits))
        for limit in set(lists[0]).intersection(*lists[1:]) or set(shortest):
            result.setdefault(limit, set()).add(APPROACHES.index(approach))
    return {limit: frozenset(found) for limit, found in sorted(result.items())}
