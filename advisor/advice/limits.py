"""Which limits of the profile a model meets, breaks, or may break."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from advisor.advice.catalogue import Catalogue, Model
from advisor.advice.estimates import (
    ESTIMATE_FACTS,
    SMALLEST,
    Estimate,
    Setting,
    best_case,
    estimate,
    lower_end,
    remembered,
    typical,
)
from advisor.engine.approaches import APPROACH, Approach
from advisor.engine.scoring import hashable
from advisor.profile.facts import SURE_EXAMPLES, Interval
from advisor.profile.fields import SELF_LABELLED_TASKS

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
# What tells how much there is to learn from, in tasks that do not learn from labels.
_AMOUNT_FIELDS = {"forecasting": "data.history"}
EXISTENCE = "existence"  # the catalogue knows no model of the approach for the task and structure
# The limits whose estimates a technique can bring down, and the estimate that counts.
ESTIMATED = {
    "latency": "p95_ms",
    "memory": "memory_mb",
    "budget": "train_cost_usd",
    "gpu-hours": "gpu_hours",
}
TRIFLING_USD = 0.05  # an hour of one core, the machine on the desk: no budget is too small for it
LONGEST_TRAINING_HOURS = 4 * 168.0  # a training that runs longer on the declared hardware is not practical

UNFIT_FACTS = frozenset(
    {
        *ESTIMATE_FACTS,
        *(field for field in LIMIT_FIELDS.values() if field != "data.rows"),
        "data.labelled",
        "data.classes",
        SURE_EXAMPLES,
        "data.features",
        "data.labels_per_class",
        "data.domain_features",
        "labels.affordable",
        "latency.mode",
    }
)


def field_of(limit: str, task: str) -> str:
    """Return the field of the profile that sets a limit, for a task.

    Examples
    --------
    >>> field_of("labels", "classification"), field_of("labels", "control"), field_of("labels", "forecasting")
    ('data.labelled', 'data.rows', 'data.history')
    """
    if limit == "labels" and task in SELF_LABELLED_TASKS:
        return _AMOUNT_FIELDS.get(task, "data.rows")
    return LIMIT_FIELDS[limit]


def unfit_facts(task: str, models: Iterable[Model]) -> frozenset[str]:
    """Return the facts on which it depends which of the models are left."""
    found = set(UNFIT_FACTS)
    for model in models:
        found |= model.reads
        if model.hosted:
            found.add("deployment.offline")
        if "hours" in model.needs:
            found |= {"data.hours_labelled", "data.hours_unlabelled", "labels.budget_usd", "labels.cost_usd"}
        if "unlabelled" in model.needs:
            found |= {"data.rows", "data.unlabelled"}
    if task == "forecasting":
        found |= {"data.series", "data.history"}
    if task == "control":
        found.add("data.simulator")
    return frozenset(found)


def _target(model: Model, target: str | None, catalogue: Catalogue) -> bool | None:
    """Return whether a model runs on a target: known to, could (nobody says so, but it fits), or too large for it."""
    if target is None or target in model.targets:
        return True
    most = catalogue.targets[target].get("memory_mb")
    if model.hosted or most is None or lower_end(model, SMALLEST, catalogue).memory_mb > most:
        return False
    return None


def _weights(model: Model, allowed: bool | None) -> bool:
    return (
        allowed is not False or model.hosted or not model.third_party_weights
    )  # what is hosted has a field of its own


def _hosted(model: Model, allowed: bool | None) -> bool | None:
    return allowed if model.hosted else True


def _offline(model: Model, offline: bool | None) -> bool:
    return not (model.hosted and offline is True)


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
    ("weights", "deployment.pretrained_weights", _weights),
    ("hosted", "deployment.hosted_models", _hosted),
    ("hosted", "deployment.offline", _offline),
    ("licence", "deployment.commercial", _licence),
    ("explanation", "interpretability.need", _explanation),
)
_AFTER_LABELS: tuple[tuple[str, str, _Verdict], ...] = (
    ("model-limits", SURE_EXAMPLES, _rows),
    ("model-limits", "data.features", _columns),
    ("training", "compute.hardware", _hardware),
)
_ONE_FACT = (*_BEFORE_LABELS, *_AFTER_LABELS)


def verdicts(
    model: Model, facts: Facts, catalogue: Catalogue, around: "Circumstances | None" = None
) -> dict[str, bool | None]:
    """Return, for each limit that the model does not surely meet, False (broken) or None (unknown).

    A limit is broken only if it is broken for every value that the unknown fields could take. Whoever asks for many
    models gives what follows from the facts, `circumstances(facts)`.
    """
    found: dict[str, bool | None] = {}
    for limit, verdict in _checks(model, facts, catalogue, around or circumstances(facts)):
        if verdict is not True and found.get(limit) is not False:
            found[limit] = verdict
    return found


def _checks(
    model: Model, facts: Facts, catalogue: Catalogue, around: "Circumstances"
) -> Iterator[tuple[str, bool | None]]:
    runs = _target(model, facts.get("deployment.target"), catalogue)
    yield "target", runs
    if runs is False:
        return
    for limit, fact, verdict in _BEFORE_LABELS:
        if limit == "explanation" and facts["task"] not in _EXPLAINED_TASKS:
            continue
        yield limit, verdict(model, facts.get(fact))
    needed = _needed(model, facts.get("data.classes"))
    yield "labels", _labels(model, needed, facts, around)
    for limit, fact, verdict in _AFTER_LABELS:
        yield limit, verdict(model, facts.get(fact))
    if around.ceilings:
        best = lower_end(model, around.best, catalogue)
        central = estimate(model, around.typical, catalogue)
        sampled = lower_end(model, _sampled(around.best, needed), catalogue)
    for limit, name, most in around.ceilings:
        broken = (sampled if limit == "training" else best)[name] > most and _sure(limit, facts)
        yield limit, False if broken else None if central[name] > most else True


def _sampled(setting: Setting, needed: "Amounts") -> Setting:
    """Return the setting with the sample to which a training comes down where all examples take too long."""
    most = max(_SAMPLE, _TIMES_NEEDED * needed.examples)
    return setting if setting.examples <= most else setting._replace(examples=most)


_SAMPLE = 1e6  # judgement: nobody turns a million examples down, nor a hundred times what a model needs
_TIMES_NEEDED = 100


# The same by place in Estimate; the estimates are asked for by the hundred.
_CEILINGS = [(limit, Estimate._fields.index(name), LIMIT_FIELDS[limit]) for limit, name in ESTIMATED.items()]
_TRAIN_HOURS = Estimate._fields.index("train_hours")


def _ceilings(facts: Facts) -> list[tuple[str, int, float]]:
    """Return (limit, place in Estimate, most) for each limit on an estimate."""
    get = facts.get
    found = [(limit, name, most) for limit, name, field in _CEILINGS if (most := get(field)) is not None]
    if get("compute.budget_usd") is not None:
        found = [(limit, name, max(most, TRIFLING_USD) if limit == "budget" else most) for limit, name, most in found]
    if get("compute.hardware") is not None:
        found.append(("training", _TRAIN_HOURS, LONGEST_TRAINING_HOURS))
    return found


def _sure(limit: str, facts: Facts) -> bool:
    """Return whether a limit on an estimate can be broken for sure: unknown hardware could be a CPU."""
    return limit != "gpu-hours" or facts.get("compute.hardware") is not None


def _sure_ceilings(facts: Facts) -> list[tuple[str, int, float]]:
    return [entry for entry in _ceilings(facts) if _sure(entry[0], facts)]


def _labels(model: Model, needed: "Amounts", facts: Facts, around: "Circumstances") -> bool | None:
    if _short(needed, around.reach):
        return False
    if any(least > has for least, has in zip(needed, around.at_hand, strict=True) if least):
        return None
    if model.needs.get("domain_features") and facts.get("data.domain_features") is False:
        return None
    return True


class Amounts(NamedTuple):
    """What a model needs, or a project has, to learn from.

    Examples, hours of recordings, points of each series, and examples with or without a label.
    """

    examples: float
    hours: float
    history: float
    seen: float = math.inf


class Circumstances(NamedTuple):
    """What the verdicts on every model of a profile depend on besides single facts."""

    ceilings: Sequence[tuple[str, int, float]]
    best: Setting
    typical: Setting
    reach: Amounts
    at_hand: Amounts


def circumstances(facts: Facts) -> Circumstances:
    """Return what follows from the facts for all models alike."""
    return Circumstances(_ceilings(facts), best_case(facts), typical(facts), _within_reach(facts), _at_hand(facts))


def _short(needed: Amounts, has: Amounts) -> bool:
    """Return whether a project has less than is needed; the comparisons are made by the thousand."""
    return needed[0] > has[0] or needed[1] > has[1] or needed[2] > has[2] or needed[3] > has[3]


def _needed(model: Model, classes: Any) -> Amounts:
    """Return what the model needs; 0 where it says nothing."""
    per_class = model.needs.get("per_class", 0) * classes if isinstance(classes, int) else 0
    return Amounts(
        float(max(model.needs.get("examples", 0), per_class)),
        float(model.needs.get("hours", 0)),
        float(model.needs.get("history", 0)),
        float(model.needs.get("unlabelled", 0)),
    )


def _of_series(facts: Facts) -> bool:
    """Return whether points of series, not rows, count what there is to learn from."""
    return bool(facts["task"] == "forecasting" and facts["data.structure"] not in ("image", "video"))


def _at_hand(facts: Facts) -> Amounts:
    """Return what the project has for sure or can surely buy; nothing where that is unknown."""
    get = facts.get
    if _of_series(facts):
        history = get("data.history", 0.0)
        return Amounts(history * get("data.series", 1), math.inf, history)
    examples, affordable = get("data.examples"), get("labels.affordable")
    if get("data.simulator") is True:
        examples = math.inf
    sure = 0.0 if examples is None else float(examples)
    if affordable is not None and facts["task"] not in SELF_LABELLED_TASKS:
        sure = max(sure, affordable.low if affordable.__class__ is Interval else affordable)
    # Where hours are not counted, the examples decide.
    hours = get("data.hours_labelled", math.inf)
    return Amounts(sure, hours, math.inf, max(sure, _seen(facts, unknown=0.0)))


def _within_reach(facts: Facts) -> Amounts:
    """Return the most that the project could come to, with labels yet to be bought; infinite if unknown."""
    get = facts.get
    if _of_series(facts):
        history, series = get("data.history"), get("data.series")
        points = history * series if history is not None and series is not None else math.inf
        return Amounts(0.0 if history == 0 else points, math.inf, math.inf if history is None else history)
    reach = _examples_within_reach(facts)
    return Amounts(reach, _hours_within_reach(facts), math.inf, max(reach, _seen(facts, unknown=math.inf)))


def _seen(facts: Facts, unknown: float) -> float:
    """Return the examples with or without a label that a project has; further ones may be `unknown`."""
    rows, further = facts.get("data.rows"), facts.get("data.unlabelled")
    if rows is None and facts.get("data.labelled").__class__ is not Interval:
        rows = facts.get("data.labelled")
    return (unknown if rows is None else rows) + (unknown if further is None else further)


def _examples_within_reach(facts: Facts) -> float:
    get = facts.get
    if get("data.simulator") is not False:  # where there may be one, a simulator makes as many as are asked for
        return math.inf
    if get("data.rows") is None and get("data.labelled") is None:
        return math.inf
    examples, affordable = get("data.examples"), get("labels.affordable")
    if examples is None:
        return math.inf
    if facts["task"] in SELF_LABELLED_TASKS:
        return float(examples)
    if affordable is None:  # how many of the rows carry a label is unknown
        further = get("data.unlabelled")
        return math.inf if further is None else float(examples + further)
    return float(max(examples, affordable.high if affordable.__class__ is Interval else affordable))


def _hours_within_reach(facts: Facts) -> float:
    hours, further = facts.get("data.hours_labelled"), facts.get("data.hours_unlabelled")
    if hours is None:
        return math.inf
    if facts.get("labels.budget_usd") == 0 and facts.get("labels.cost_usd") != 0:
        further = 0.0
    return math.inf if further is None else float(hours + further)


def relevant_models(facts: Facts, catalogue: Catalogue) -> tuple[Model, ...]:
    """Return the models for the task and structure whose own condition is not false."""
    models = catalogue.models(facts["task"], facts["data.structure"])
    return tuple(model for model in models if model.applies(facts) is not False)


class UnfitApproaches:
    """Tells which approaches are left without a single model that could meet all limits.

    Made for many profiles of one task and structure: where a few facts decide, it remembers which models they
    rule out (models as bits of a number), and it tries each approach first with the model that fitted last.
    """

    def __init__(self, models: Sequence[Model], catalogue: Catalogue) -> None:
        self._models = models
        self._estimates = [remembered(model, catalogue) for model in models]
        runs: tuple[str, str, _Verdict] = (
            "target",
            "deployment.target",
            lambda model, at: _target(model, at, catalogue),
        )
        self._one_fact: list[tuple[str, str, _Verdict, dict[Any, int]]] = [(*entry, {}) for entry in (runs, *_ONE_FACT)]
        self._needed: dict[Any, list[Amounts]] = {}
        self._conditional: dict[tuple[str, ...], tuple[list[int], dict[tuple[Any, ...], int]]] = {}
        self._approaches = dict.fromkeys(Approach, 0)
        for place, model in enumerate(models):
            self._approaches[APPROACH[model.approach]] |= 1 << place
            if model.reads:
                names = tuple(sorted(model.reads - {"task", "data.structure"}))
                self._conditional.setdefault(names, ([], {}))[0].append(place)
        reads = {"task", *(fact for _, fact, _, _ in self._one_fact)}.union(*self._conditional)
        self._screening = tuple(sorted(reads))
        self._screened: dict[tuple[Any, ...], tuple[int, int, list[tuple[str, int]]]] = {}
        self._fitted = dict.fromkeys(Approach, 0)

    def __call__(self, facts: Facts) -> dict[str, frozenset[Approach]]:
        """Return, by limit, the approaches that it leaves without a model.

        Where one limit alone breaks every model of the approach, that limit is named; otherwise those that the
        model with the fewest broken limits breaks.
        """
        case = self._case(hashable(facts))
        result: dict[str, set[Approach]] = {}
        for approach in Approach:
            if not self._fits(approach, case):
                for limit in self._named(approach, case):
                    result.setdefault(limit, set()).add(approach)
        return {limit: frozenset(found) for limit, found in sorted(result.items())}

    def without_model(
        self, facts: Facts, approaches: Iterable[Approach], enforced: Callable[[str], bool]
    ) -> Iterator[Approach]:
        """Yield those of the approaches that an enforced limit leaves without a model."""
        case = self._case(facts)
        for approach in approaches:
            # Which limit is named matters only where not all of them are enforced.
            if not self._fits(approach, case) and (
                all(map(enforced, self._in_question(approach, case))) or any(map(enforced, self._named(approach, case)))
            ):
                yield approach

    def _case(self, facts: Facts) -> "_Case":
        key = tuple(map(facts.get, self._screening))
        screened = self._screened.get(key)
        if screened is None:
            screened = self._screened[key] = self._screen(facts)
        classes = facts.get("data.classes")
        needed = self._needed.get(classes)
        if needed is None:
            needed = self._needed[classes] = [_needed(model, classes) for model in self._models]
        return _Case(*screened, needed, _within_reach(facts), best_case(facts), _sure_ceilings(facts))

    def _screen(self, facts: Facts) -> tuple[int, int, list[tuple[str, int]]]:
        """Return the relevant models, those left by the limits of one fact, and those that each limit rules out."""
        relevant = (1 << len(self._models)) - 1
        for names, (places, seen) in self._conditional.items():
            key = tuple(map(facts.get, names))
            out = seen.get(key)
            if out is None:
                out = seen[key] = _bits(place for place in places if self._models[place].applies(facts) is False)
            relevant &= ~out
        left = relevant
        broken = []
        for limit, fact, verdict, masks in self._one_fact:
            if limit == "explanation" and facts["task"] not in _EXPLAINED_TASKS:
                continue
            value = facts.get(fact)
            out = masks.get(value)
            if out is None:
                judged = enumerate([verdict(model, value) for model in self._models])
                out = masks[value] = _bits(place for place, meets in judged if meets is False)
            if out:
                left &= ~out
                broken.append((limit, out))
        return relevant, left, broken

    def _fits(self, approach: Approach, case: "_Case") -> bool:
        """Return whether a model of the approach meets all limits; true where the catalogue has none at all."""
        left = self._approaches[approach] & case.left
        if not left:
            return not self._models
        last = self._fitted[approach]
        if left >> last & 1 and self._meets_rest(last, case):
            return True
        for place in _places(left):
            if place != last and self._meets_rest(place, case):
                self._fitted[approach] = place
                return True
        return False

    def _meets_rest(self, place: int, case: "_Case") -> bool:
        """Return whether a model may meet the limits on labels and estimates."""
        if _short(case.needed[place], case.reach):
            return False
        if case.ceilings:
            best = self._estimates[place](case.setting)
            for limit, name, most in case.ceilings:
                if best[name] > most and (limit != "training" or self._sampled_hours(place, case) > most):
                    return False
        return True

    def _sampled_hours(self, place: int, case: "_Case") -> float:
        return self._estimates[place](_sampled(case.setting, case.needed[place])).train_hours

    def _in_question(self, approach: Approach, case: "_Case") -> list[str]:
        """Return the limits that models of the approach break, and perhaps others."""
        models = self._approaches[approach] & case.relevant
        if not models:
            return [EXISTENCE]
        limits = [limit for limit, out in case.broken if models & out]
        limits += [limit for limit, _, _ in case.ceilings]
        return [*limits, "labels"] if any(_short(needed, case.reach) for needed in case.needed) else limits

    def _named(self, approach: Approach, case: "_Case") -> Sequence[str]:
        lists = [self._broken(place, case) for place in _places(self._approaches[approach] & case.relevant)]
        if not lists:
            return (EXISTENCE,)
        shared = [limit for limit in lists[0] if all(limit in broken for broken in lists)]
        # A model that runs on the target says more about what is in the way than one that does not.
        return shared or min(lists, key=lambda broken: ("target" in broken, len(broken)))

    def _broken(self, place: int, case: "_Case") -> list[str]:
        broken = [limit for limit, out in case.broken if out >> place & 1]
        if "target" in broken:
            return ["target"]  # no other limit makes sense where the model does not run
        if _short(case.needed[place], case.reach):
            broken.append("labels")
        if case.ceilings:
            best = self._estimates[place](case.setting)
            broken += [
                limit
                for limit, name, most in case.ceilings
                if best[name] > most and (limit != "training" or self._sampled_hours(place, case) > most)
            ]
        return list(dict.fromkeys(broken))


class _Case(NamedTuple):
    """One profile as `UnfitApproaches` sees it; relevant, left and broken hold models as bits."""

    relevant: int
    left: int
    broken: Sequence[tuple[str, int]]
    needed: Sequence[Amounts]
    reach: Amounts
    setting: Setting
    ceilings: Sequence[tuple[str, int, float]]


def _bits(places: Iterable[int]) -> int:
    return sum(1 << place for place in places)


def _places(bits: int) -> list[int]:
    return [place for place in range(bits.bit_length()) if bits >> place & 1]


class UnfitByTask:
    """`UnfitApproaches` for any task and structure."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._compiled: dict[tuple[str, str], UnfitApproaches] = {}

    def __call__(self, facts: Facts) -> dict[str, frozenset[Approach]]:
        """Return, by limit, the approaches that it leaves without a model."""
        return self._for(facts)(facts)

    def without_model(
        self, facts: Facts, approaches: Iterable[Approach], enforced: Callable[[str], bool]
    ) -> Iterator[Approach]:
        """Yield those of the approaches that an enforced limit leaves without a model."""
        return self._for(facts).without_model(facts, approaches, enforced)

    def _for(self, facts: Facts) -> UnfitApproaches:
        key = (facts["task"], facts["data.structure"])
        if key not in self._compiled:
            self._compiled[key] = UnfitApproaches(self._catalogue.models(*key), self._catalogue)
        return self._compiled[key]
