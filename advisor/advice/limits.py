"""Which limits of the profile a model meets, breaks, or may break."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.advice.catalogue import Catalogue, Model
from advisor.advice.estimates import (
    ESTIMATE_FACTS,
    Estimate,
    Remembered,
    Setting,
    best_case,
    estimate,
    lower_end,
    typical,
)
from advisor.engine.approaches import APPROACHES
from advisor.profile.facts import SURE_EXAMPLES, Interval
from advisor.profile.fields import SELF_LABELLED_TASKS

if TYPE_CHECKING:
    from advisor.engine.conditions import Condition, Test

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
    "existence": "task",
}
EXISTENCE = "existence"  # the catalogue knows no model of the approach for the task and structure
# The limits whose estimates a technique can bring down, and the estimate that counts.
ESTIMATED = {
    "latency": "p95_ms",
    "memory": "memory_mb",
    "budget": "train_cost_usd",
    "gpu-hours": "gpu_hours",
}
LONGEST_TRAINING_HOURS = 4 * 168.0  # a training that runs longer on the declared hardware is not practical

UNFIT_FACTS = frozenset(
    {
        *ESTIMATE_FACTS,
        *(field for field in LIMIT_FIELDS.values() if field != "data.rows"),
        "data.labelled",
        SURE_EXAMPLES,
        "data.features",
        "data.labels_per_class",
        "data.domain_features",
        "labels.affordable",
        "latency.mode",
    }
)


def _target(model: Model, target: str | None) -> bool:
    return target is None or target in model.targets


def _weights(model: Model, allowed: bool | None) -> bool:
    return allowed is not False or not (model.third_party_weights or model.hosted)


def _hosted(model: Model, allowed: bool | None) -> bool | None:
    return allowed if model.hosted else True


def _licence(model: Model, commercial: bool | None) -> bool | None:
    return True if model.commercial else None if commercial is None else not commercial


# Tasks whose single outputs are decisions that can be explained; a text, a voice or a move explains itself or nothing.
_EXPLAINED_TASKS = (
    "classification",
    "regression",
    "ranking",
    "forecasting",
    "anomaly-detection",
    "recommendation",
    "clustering",
    "object-detection",
    "segmentation",
)


def _explanation(model: Model, need: str | None) -> bool:
    enough = {"intrinsic": ("intrinsic",), "post-hoc": ("intrinsic", "post-hoc")}
    return need not in enough or model.explanation in enough[need]


def _rows(model: Model, examples: float | None) -> bool:
    return examples is None or not examples > model.needs.get("rows_at_most", math.inf)


def _columns(model: Model, features: float | None) -> bool:
    return features is None or not features > model.needs.get("features_at_most", math.inf)


def _hardware(model: Model, hardware: str | None) -> bool:
    too_small = {"gpu": ("cpu",), "gpu-cluster": ("cpu", "gpu")}
    return hardware not in too_small.get(model.needs.get("training", ""), ())


# Limits that one fact decides: (limit, fact, verdict from model and value). Where a model does not run, no other
# limit makes sense, so the target comes first.
_Verdict = Callable[[Model, Any], bool | None]
_BEFORE_LABELS: tuple[tuple[str, str, _Verdict], ...] = (
    ("target", "deployment.target", _target),
    ("weights", "deployment.pretrained_weights", _weights),
    ("hosted", "deployment.hosted_models", _hosted),
    ("licence", "deployment.commercial", _licence),
    ("explanation", "interpretability.need", _explanation),
)
_AFTER_LABELS: tuple[tuple[str, str, _Verdict], ...] = (
    ("model-limits", SURE_EXAMPLES, _rows),
    ("model-limits", "data.features", _columns),
    ("training", "compute.hardware", _hardware),
)
_ONE_FACT = (*_BEFORE_LABELS, *_AFTER_LABELS)


def verdicts(model: Model, facts: Facts, catalogue: Catalogue) -> dict[str, bool | None]:
    """Return, for each limit that the model does not surely meet, False (broken) or None (cannot be told).

    A limit is broken only if it is broken for every value that the unknown fields could take.
    """
    found: dict[str, bool | None] = {}
    for limit, verdict in _checks(model, facts, catalogue):
        if verdict is not True and found.get(limit) is not False:
            found[limit] = verdict
    return found


def _checks(model: Model, facts: Facts, catalogue: Catalogue) -> Iterator[tuple[str, bool | None]]:
    for limit, fact, verdict in _BEFORE_LABELS:
        if limit == "explanation" and facts["task"] not in _EXPLAINED_TASKS:
            continue
        yield limit, verdict(model, facts.get(fact))
        if limit == "target" and not _target(model, facts.get(fact)):
            return
    yield "labels", _labels(model, facts)
    for limit, fact, verdict in _AFTER_LABELS:
        yield limit, verdict(model, facts.get(fact))
    ceilings = _ceilings(facts)
    if ceilings:
        best = lower_end(model, best_case(facts), catalogue)
        central = estimate(model, typical(facts), catalogue)
    sure = _sure_ceilings(facts)
    for limit, name, most in ceilings:
        broken = best[name] > most and (limit, name, most) in sure
        yield limit, False if broken else None if central[name] > most else True


# The same by place in Estimate; the estimates are asked for by the hundred.
_CEILINGS = [(limit, Estimate._fields.index(name), LIMIT_FIELDS[limit]) for limit, name in ESTIMATED.items()]
_TRAIN_HOURS = Estimate._fields.index("train_hours")


def _ceilings(facts: Facts) -> list[tuple[str, int, float]]:
    """Return (limit, place in Estimate, most) for each limit on an estimate."""
    get = facts.get
    found = [(limit, name, most) for limit, name, field in _CEILINGS if (most := get(field)) is not None]
    if get("compute.hardware") is not None:
        found.append(("training", _TRAIN_HOURS, LONGEST_TRAINING_HOURS))
    return found


def _sure_ceilings(facts: Facts) -> list[tuple[str, int, float]]:
    """Return the ceilings that can be broken for sure: where the hardware is unknown it could be a CPU."""
    known = facts.get("compute.hardware") is not None
    return [entry for entry in _ceilings(facts) if known or entry[0] != "gpu-hours"]


def _labels(model: Model, facts: Facts) -> bool | None:
    enough = _enough(facts, _needed(model, facts.get("data.classes")))
    if enough and model.needs.get("domain_features") and facts.get("data.domain_features") is False:
        return None
    return enough


def _needed(model: Model, classes: Any) -> float:
    """Return how many examples the model needs; 0 if it says nothing."""
    per_class = model.needs.get("per_class", 0) * classes if isinstance(classes, int) else 0
    return float(max(model.needs.get("examples", 0), per_class))


def _enough(facts: Facts, needed: float) -> bool | None:
    if not needed:
        return True
    if needed > _within_reach(facts):
        return False
    examples, affordable = facts.get("data.examples"), facts.get("labels.affordable")
    sure = examples is not None and (examples >= needed or (affordable is not None and affordable >= needed))
    return True if sure else None


def _within_reach(facts: Facts) -> float:
    """Return the most examples that the project could come to, with labels yet to be bought; infinite if unknown."""
    examples, affordable = facts.get("data.examples"), facts.get("labels.affordable")
    if examples is None:
        return math.inf
    if facts["task"] in SELF_LABELLED_TASKS:
        return float(examples)
    if affordable is None:  # how many of the rows carry a label is unknown
        further = facts.get("data.unlabelled")
        return math.inf if further is None else float(examples + further)
    return float(max(examples, affordable.high if affordable.__class__ is Interval else affordable))


def relevant_models(facts: Facts, catalogue: Catalogue) -> tuple[Model, ...]:
    """Return the models for the task and structure whose own condition is not false."""
    models = catalogue.models(facts["task"], facts["data.structure"])
    return tuple(model for model in models if model.applies(facts) is not False)


class UnfitApproaches:
    """Tells which approaches are left without a single model that could meet all limits.

    Made for many profiles of one task and structure: for the limits that one fact decides it remembers the models
    that meet them (bit masks), and it tries each approach first with the model that fitted last.
    """

    def __init__(self, models: Sequence[Model], catalogue: Catalogue) -> None:
        self._models = models
        self._estimates = [Remembered(model, catalogue) for model in models]
        self._one_fact: list[tuple[str, str, _Verdict, dict[Any, int]]] = [(*entry, {}) for entry in _ONE_FACT]
        self._needed: dict[Any, list[float]] = {}
        self._conditions: dict[Condition, tuple[Test, int]] = {}
        self._approaches: dict[int, int] = {}
        for place, model in enumerate(models):
            approach = APPROACHES.index(model.approach)
            self._approaches[approach] = self._approaches.get(approach, 0) | 1 << place
            if model.reads:
                mask = self._conditions.get(model.when, (model.applies, 0))[1]
                self._conditions[model.when] = (model.applies, mask | 1 << place)
        self._fitted = {approach: _places(mask)[0] for approach, mask in self._approaches.items()}

    def __call__(self, facts: Facts) -> dict[str, frozenset[int]]:
        """Return, by limit, the approaches that it leaves without a model.

        Where one limit alone breaks every model of the approach, that limit is named; otherwise those that the
        model with the fewest broken limits breaks.
        """
        case = self._case(facts)
        unknown = range(len(APPROACHES)) if self._models else ()
        result = {EXISTENCE: {approach for approach in unknown if approach not in self._approaches}}
        for approach, models in self._approaches.items():
            left = models & case.left
            if not (left and self._fits(approach, left, case)):
                for limit in self._named(models & case.relevant, case):
                    result.setdefault(limit, set()).add(approach)
        return {limit: frozenset(found) for limit, found in sorted(result.items()) if found}

    def _case(self, facts: Facts) -> "_Case":
        relevant = (1 << len(self._models)) - 1
        for applies, models in self._conditions.values():
            if applies(facts) is False:
                relevant &= ~models
        left = relevant
        meeting = []
        for limit, fact, verdict, masks in self._one_fact:
            if limit == "explanation" and facts["task"] not in _EXPLAINED_TASKS:
                continue
            value = facts.get(fact)
            mask = masks.get(value)
            if mask is None:
                fine = [verdict(model, value) is not False for model in self._models]
                mask = masks[value] = sum(1 << place for place, meets in enumerate(fine) if meets)
            left &= mask
            meeting.append((limit, mask))
        classes = facts.get("data.classes")
        needed = self._needed.get(classes)
        if needed is None:
            needed = self._needed[classes] = [_needed(model, classes) for model in self._models]
        return _Case(relevant, left, meeting, needed, _within_reach(facts), best_case(facts), _sure_ceilings(facts))

    def _fits(self, approach: int, left: int, case: "_Case") -> bool:
        """Return whether one of these models meets the limits on labels and estimates too."""
        last = self._fitted[approach]
        if left >> last & 1 and self._meets_rest(last, case):
            return True
        for place in _places(left):
            if place != last and self._meets_rest(place, case):
                self._fitted[approach] = place
                return True
        return False

    def _meets_rest(self, place: int, case: "_Case") -> bool:
        if case.needed[place] > case.reach:
            return False
        if case.ceilings:
            best = self._estimates[place](case.setting)
            for _, name, most in case.ceilings:
                if best[name] > most:
                    return False
        return True

    def _named(self, models: int, case: "_Case") -> Sequence[str]:
        if not models:
            return (EXISTENCE,)
        places = _places(models)
        shared = self._broken_by_all(places, models, case)
        if shared:
            return shared
        # A model that runs on the target says more about what stands in the way than one that does not.
        lists = [self._broken(place, case) for place in places]
        return min(lists, key=lambda broken: ("target" in broken, len(broken)))

    def _broken_by_all(self, places: Sequence[int], models: int, case: "_Case") -> list[str]:
        target = case.meeting[0][1]
        if models & ~target:
            return [] if models & target else ["target"]  # no other limit makes sense where a model does not run
        meeting: dict[str, int] = {}
        for limit, mask in case.meeting:
            if models & ~mask:
                meeting[limit] = meeting.get(limit, models) & mask
        shared = [limit for limit, mask in meeting.items() if not mask]
        for place in places:
            if case.needed[place] <= case.reach:
                break
        else:
            shared.append("labels")
        for limit, name, most in case.ceilings:
            met = meeting.get(limit, models)
            for place in places:
                if met >> place & 1 and self._estimates[place](case.setting)[name] <= most:
                    break
            else:
                shared.append(limit)
        return shared

    def _broken(self, place: int, case: "_Case") -> list[str]:
        broken = [limit for limit, mask in case.meeting if not mask >> place & 1]
        if "target" in broken:
            return ["target"]  # no other limit makes sense where the model does not run
        if case.needed[place] > case.reach:
            broken.append("labels")
        if case.ceilings:
            best = self._estimates[place](case.setting)
            broken += [limit for limit, name, most in case.ceilings if best[name] > most]
        return list(dict.fromkeys(broken))


class _Case(NamedTuple):
    """One profile as `UnfitApproaches` sees it: models that meet the limits of one fact (bit masks), the others."""

    relevant: int
    left: int
    meeting: Sequence[tuple[str, int]]
    needed: Sequence[float]
    reach: float
    setting: Setting
    ceilings: Sequence[tuple[str, int, float]]


def _places(mask: int) -> list[int]:
    return [place for place in range(mask.bit_length()) if mask >> place & 1]
