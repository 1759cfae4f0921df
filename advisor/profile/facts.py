"""Facts for the rules: the profile's values and what follows from them."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from advisor.profile.fields import SELF_LABELLED_TASKS

Facts = dict[str, Any]

_LABELS = (
    "data.labelled",
    "data.rows",
    "data.unlabelled",
    "data.hours_unlabelled",
    "labels.cost_usd",
    "labels.budget_usd",
    "data.simulator",
)
_EXAMPLES = ("task", *_LABELS, "data.hours_labelled")

# fact -> (profile fields it is made from, what it means)
DERIVED: dict[str, tuple[tuple[str, ...], str]] = {
    "data.examples": (
        _EXAMPLES,
        "examples to learn from: labels.assured where data.labelled is known and the task learns from labels, "
        "else data.rows, else clips of ten seconds in data.hours_labelled; a simulator makes "
        "100,000 at least, but for control",
    ),
    "data.points": (
        ("data.series", "data.history", "data.rows"),
        "points of all series: data.series times data.history, else data.rows",
    ),
    "data.rows_per_feature": (
        (*_EXAMPLES, "data.features"),
        "data.examples / data.features",
    ),
    "data.labels_per_class": (
        ("data.labelled", "data.rows", "data.classes"),
        "data.labelled / data.classes; unknown where labels are only to be bought",
    ),
    "data.minority_labels": (
        ("data.labelled", "data.rows", "data.minority_share"),
        "data.labelled times data.minority_share; unknown where labels are only to be bought",
    ),
    "labels.affordable": (
        _LABELS,
        "data.labelled and what the label budget buys of the examples without a label",
    ),
    "labels.assured": (
        _LABELS,
        "the least that labels.affordable can be: data.labelled and the labels whose price and budget are known",
    ),
    "value.yearly_error_cost_usd": (
        ("value.error_cost_usd", "deployment.predictions_per_day"),
        "what one wrong prediction in a hundred costs in a year",
    ),
}

# field -> (fields it follows from where the profile does not give it, what follows)
IMPLIED: dict[str, tuple[tuple[str, ...], str]] = {
    "deployment.accelerator": (("deployment.target",), "true on an edge-gpu"),
    "deployment.hosted_models": (
        (
            "deployment.memory_mb",
            "deployment.target",
            "deployment.offline",
            "deployment.data_residency",
            "risk.energy",
            "deployment.pretrained_weights",
        ),
        "false where memory, energy, a device as target, or data or a device without a network set limits that a "
        "model somewhere else does not meet, and where weights that others trained are barred",
    ),
    "data.simulator": (("task",), "false for tasks other than control"),
    "data.rows": (
        ("data.unlabelled", "data.hours_unlabelled", "data.structure", "task"),
        "data.unlabelled in generation, which learns without labels",
    ),
    "data.labelled": (
        ("data.hours_labelled", "data.rows", "data.structure"),
        "of sound and video: clips of ten seconds in those hours, at most data.rows",
    ),
    "data.unlabelled": (
        ("data.hours_unlabelled", "data.structure"),
        "of sound and video: clips of ten seconds in those hours",
    ),
    "data.hours_labelled": (("data.labelled", "data.structure"), "of sound and video: at ten seconds a clip"),
    "data.hours_unlabelled": (("data.unlabelled", "data.structure"), "of sound and video: at ten seconds a clip"),
}

SURE_EXAMPLES = "data.sure_examples"  # data.examples where data.rows does not stand in for unknown labels
CLIPS_PER_HOUR = 360  # clips of ten seconds, to which the catalogue's models of sound and video refer
SIMULATED = 100_000  # judgement: examples that are made where a simulator makes as many as are asked for
ERROR_SHARE = 0.01  # the yearly error cost is stated for one wrong prediction in a hundred


class Interval:
    """A number of which only bounds are known; comparisons answer True, False or None (unknown)."""

    __slots__ = ("high", "low")

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def __lt__(self, other: float) -> bool | None:
        return True if self.high < other else False if self.low >= other else None

    def __le__(self, other: float) -> bool | None:
        return True if self.high <= other else False if self.low > other else None

    def __gt__(self, other: float) -> bool | None:
        return True if self.low > other else False if self.high <= other else None

    def __ge__(self, other: float) -> bool | None:
        return True if self.low >= other else False if self.high < other else None

    def __repr__(self) -> str:
        return f"Interval({self.low:g}, {self.high:g})"


def derive_facts(values: Mapping[str, Any]) -> Facts:
    """Return the known facts of a profile: its values, derived values, and bounds of unknown numbers.

    Examples
    --------
    >>> facts = derive_facts({"task": "classification", "data.rows": 500, "data.classes": 5})
    >>> facts["data.examples"], facts["data.labelled"]
    (500, Interval(0, 500))
    """
    follows = {path: value for path, (value, _) in implied(values).items()}
    facts: Facts = {**values, **follows}
    get = facts.get
    if get("data.simulator") is True and get("task") not in (None, "control"):
        facts |= {path: max(get(path) or 0, SIMULATED) for path in ("data.rows", "data.labelled")}
    rows, labelled = get("data.rows"), get("data.labelled")
    self_labelled = get("task") in SELF_LABELLED_TASKS
    counted = 0 if labelled is None and rows == 0 else labelled
    if counted is not None:
        affordable = _affordable(facts, counted)
        facts["labels.affordable"] = affordable
        facts["labels.assured"] = affordable.low if affordable.__class__ is Interval else affordable
    examples = rows if labelled is None or self_labelled else max(labelled, facts["labels.assured"])
    if examples is not None:
        facts["data.examples"] = examples
        if labelled is not None or self_labelled:
            facts[SURE_EXAMPLES] = examples
        if get("data.features"):
            facts["data.rows_per_feature"] = examples / values["data.features"]
    series, history = get("data.series"), get("data.history")
    if series is not None and history is not None:
        facts["data.points"] = series * history
    elif rows is not None:
        facts["data.points"] = rows
    if labelled is None and rows is not None:
        facts["data.labelled"] = Interval(0, rows)
    if counted or (counted == 0 and not facts["labels.assured"]):
        _label_facts(facts, counted, get("data.classes"), get("data.minority_share"))
    elif labelled is None and rows is not None and get("data.minority_share") is not None:
        facts["data.minority_labels"] = Interval(0, rows * facts["data.minority_share"])
    cost, volume = get("value.error_cost_usd"), get("deployment.predictions_per_day")
    if cost is not None and volume is not None:
        facts["value.yearly_error_cost_usd"] = cost * volume * 365 * ERROR_SHARE
    return facts


def implied(values: Mapping[str, Any]) -> dict[str, tuple[Any, tuple[str, ...]]]:
    """Return what follows for fields that the profile does not give, and from which fields; see `IMPLIED`.

    Examples
    --------
    >>> implied({"task": "control", "deployment.target": "mobile"})
    {'deployment.hosted_models': (False, ('deployment.target',))}
    """
    get = values.get
    found: dict[str, tuple[Any, tuple[str, ...]]] = {}
    if get("deployment.target") == "edge-gpu":
        found["deployment.accelerator"] = True, ("deployment.target",)  # that is what an edge GPU is
    ruling_out = [path for path, holds in _RULES_OUT_HOSTED.items() if get(path) is not None and holds(get(path))]
    if ruling_out:
        found["deployment.hosted_models"] = False, tuple(ruling_out)
    if get("data.structure") in ("audio", "video"):
        if get("data.hours_unlabelled") is not None:
            clips = round(values["data.hours_unlabelled"] * CLIPS_PER_HOUR)
            found["data.unlabelled"] = clips, ("data.hours_unlabelled",)
        if get("data.hours_labelled") is not None:
            clips = round(values["data.hours_labelled"] * CLIPS_PER_HOUR)
            rows = clips if get("data.rows") is None else get("data.rows")
            found["data.labelled"] = min(clips, rows), ("data.hours_labelled",)
        for kind in ("labelled", "unlabelled"):
            if get(f"data.{kind}") is not None:
                hours = values[f"data.{kind}"] / CLIPS_PER_HOUR
                found[f"data.hours_{kind}"] = hours, (f"data.{kind}", "data.structure")
    if get("task") not in (None, "control"):
        found["data.simulator"] = False, ("task",)
    further = get("data.unlabelled", found.get("data.unlabelled", (None,))[0])
    if get("task") == "generation" and get("data.labelled") is None and further is not None:
        found["data.rows"] = further, ("data.unlabelled", "task")
    return {path: follows for path, follows in found.items() if get(path) is None}


_RULES_OUT_HOSTED: dict[str, Callable[[Any], bool]] = {
    "deployment.memory_mb": lambda _: True,
    "deployment.target": lambda target: target not in ("cloud", "on-premises"),
    "deployment.offline": bool,
    "deployment.data_residency": bool,
    "risk.energy": bool,
    "deployment.pretrained_weights": lambda allowed: allowed is False,
}


def _label_facts(facts: Facts, labelled: float, classes: int | None, share: float | None) -> None:
    if classes is not None:
        facts["data.labels_per_class"] = labelled / classes
    if share is not None:
        facts["data.minority_labels"] = labelled * share


def _affordable(values: Mapping[str, Any], labelled: float) -> float | Interval:
    rows, further = values.get("data.rows"), values.get("data.unlabelled")
    fewest = max(0, (rows or 0) - labelled) + (further or 0)
    most = float("inf") if rows is None or further is None else fewest
    bought = _bought(values.get("labels.cost_usd"), values.get("labels.budget_usd"))
    low = labelled + (0 if bought is None else min(fewest, bought))
    high = labelled + (most if bought is None else min(most, bought))
    return low if low == high else Interval(low, high)


def _bought(cost: float | None, budget: float | None) -> float | None:
    """Return how many labels the budget buys, None where that is unknown."""
    if cost == 0:
        return float("inf")
    if budget == 0:
        return 0
    if cost is None or budget is None:
        return None
    labels = budget / cost * (1 + 1e-12)  # 1,000 at 0.1 each buys 10,000, not 9,999
    return math.floor(labels) if math.isfinite(labels) else labels
