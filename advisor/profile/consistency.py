"""Contradictions (errors) and suspicious but possible combinations (warnings) between profile fields."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from advisor.profile.fields import SELF_LABELLED_TASKS

Values = Mapping[str, Any]


class Inconsistency(NamedTuple):
    """Fields that do not go together; the first one is where a message points."""

    id: str
    fields: tuple[str, ...]
    message: str


# Fields that can contradict each other, in the order in which one that does gives way.
CONTRADICTABLE = ("data.rows", "data.labelled", "data.classes", "data.minority_share")


def contradictions(values: Values) -> list[Inconsistency]:
    """Return the combinations that cannot be true of any project."""
    found = []
    rows, labelled = values.get("data.rows"), values.get("data.labelled")
    if rows is not None and labelled is not None and labelled > rows:
        found.append(
            Inconsistency(
                "more-labels-than-rows",
                ("data.labelled", "data.rows"),
                f"{labelled} labelled examples, but data.rows has only {rows}; "
                "data.rows counts all examples at hand, data.labelled those of them with a label",
            )
        )
    share, classes = values.get("data.minority_share"), values.get("data.classes")
    if classes is None and values.get("task") == "classification":
        classes = 2  # the fewest that there can be
    if share is not None and classes is not None and share > 1 / classes and not _rounded(share, classes):
        found.append(
            Inconsistency(
                "minority-is-majority",
                ("data.minority_share", "data.classes"),
                f"the rarest of {classes} classes cannot hold more than 1 / {classes} = {1 / classes:.3g} "
                f"of the examples, {share:g} was given",
            )
        )
    return found


def _rounded(share: float, classes: int) -> bool:
    """Return whether the share is 1 / classes rounded up, as 0.17 or 0.1667 for a sixth."""
    return any(share == float(f"{1 / classes:.{digits}g}") for digits in range(2, 16))


def suspicions(values: Values) -> list[Inconsistency]:
    """Return the combinations that are possible but usually a slip."""
    return [
        Inconsistency(name, tuple(field for field in fields if field in values), message)
        for name, fields, doubtful, message in _SUSPICIONS
        if doubtful(values.get) and any(field in values for field in fields)
    ]


_Get = Callable[..., Any]
_SENSES = ("image", "video", "audio")
_FORECAST_FIELDS = ("data.series", "data.history", "data.horizon")


def _over(get: _Get, upper: str, lower: str) -> bool:
    high, low = get(upper), get(lower)
    return high is not None and low is not None and high > low


def _series_disagree_with_rows(get: _Get) -> bool:
    rows, series, history = get("data.rows"), get("data.series"), get("data.history")
    if None in (rows, series, history) or get("task") != "forecasting":
        return False
    return not series / 10 <= rows <= series * history * 10


_INPUT_OF_TASK = {
    "speech-recognition": ("audio", "video", "mixed"),
    "speech-synthesis": ("text", "audio", "document", "mixed"),
    "translation": ("text", "document", "audio", "image", "video", "mixed"),
    "object-detection": ("image", "video", "document", "sensor", "audio", "mixed"),
    "segmentation": ("image", "video", "document", "sensor", "audio", "time-series", "text", "mixed"),
    "information-extraction": ("text", "document", "image", "log", "audio", "video", "graph", "mixed"),
}

_Suspicion = tuple[str, tuple[str, ...], Callable[[_Get], bool], str]
_SUSPICIONS: tuple[_Suspicion, ...] = (
    (
        "task-without-its-input",
        ("task", "data.structure"),
        lambda get: (
            get("data.structure") not in (None, *_INPUT_OF_TASK.get(get("task"), (None,)))
            and get("task") in _INPUT_OF_TASK
        ),
        "this task is unusual on this kind of data; check that data.structure describes one example",
    ),
    (
        "more-classes-than-labels",
        ("data.classes", "data.labelled"),
        lambda get: (get("data.labelled") or 0) > 0 and _over(get, "data.classes", "data.labelled"),
        "there are more classes than labelled examples: some classes have no example at all",
    ),
    (
        "budget-below-one-label",
        ("labels.budget_usd", "labels.cost_usd"),
        lambda get: (get("labels.budget_usd") or 0) > 0 and _over(get, "labels.cost_usd", "labels.budget_usd"),
        "the label budget does not cover a single label",
    ),
    (
        "forecast-fields-unused",
        _FORECAST_FIELDS,
        lambda get: get("task") not in ("forecasting", "anomaly-detection", None),
        "these fields describe a forecast and are not used for this task",
    ),
    (
        "horizon-beyond-history",
        ("data.horizon", "data.history"),
        lambda get: _over(get, "data.horizon", "data.history"),
        "the horizon is longer than the history; no method can be checked on that",
    ),
    (
        "rows-disagree-with-series",
        ("data.rows", "data.series", "data.history"),
        _series_disagree_with_rows,
        "data.rows differs widely from data.series times data.history",
    ),
    (
        "hours-unused",
        ("data.hours_labelled", "data.hours_unlabelled"),
        lambda get: get("data.structure") not in ("audio", "video", "mixed", None),
        "hours count recordings of sound or video and are not used for this kind of data",
    ),
    (
        "classes-unused",
        ("data.classes",),
        lambda get: get("task") in ("regression", "forecasting"),
        "data.classes is not used for this task",
    ),
    (
        "levels-without-categories",
        ("data.max_cardinality", "data.categorical_share"),
        lambda get: get("data.categorical_share") == 0 and (get("data.max_cardinality") or 0) > 0,
        "a largest categorical column is given, but the share of categorical columns is 0",
    ),
    (
        "limit-on-a-batch",
        ("latency.p95_ms", "latency.mode"),
        lambda get: get("latency.mode") == "batch" and (get("latency.p95_ms") or 1e9) < 1_000,
        "a limit below one second for a single prediction is unusual for batch serving; it is enforced all the same",
    ),
    (
        "gpu-hours-on-cpu",
        ("compute.gpu_hours", "compute.hardware"),
        lambda get: get("compute.hardware") == "cpu" and (get("compute.gpu_hours") or 0) > 0,
        "GPU-hours are given, but the hardware for training is cpu; training is estimated on a CPU",
    ),
    (
        "hosted-without-weights",
        ("deployment.hosted_models", "deployment.pretrained_weights"),
        lambda get: get("deployment.hosted_models") is True and get("deployment.pretrained_weights") is False,
        "a hosted model is a pretrained model: with pretrained_weights false it is excluded as well",
    ),
    (
        "hosted-without-a-network",
        ("deployment.hosted_models", "deployment.offline"),
        lambda get: get("deployment.hosted_models") is True and get("deployment.offline") is True,
        "a hosted model cannot be reached where the model must work without a network; hosted models are excluded",
    ),
    (
        "large-memory-on-microcontroller",
        ("deployment.memory_mb", "deployment.target"),
        lambda get: get("deployment.target") == "microcontroller" and (get("deployment.memory_mb") or 0) > 64,
        "microcontrollers have kilobytes to a few megabytes; check the unit of deployment.memory_mb",
    ),
    (
        "rule-for-the-senses",
        ("data.known_rule", "data.structure"),
        lambda get: (
            get("data.known_rule") is True
            and get("data.structure") in _SENSES
            and get("task") not in ("information-extraction", "lookup", "anomaly-detection")
        ),
        "a rule that a person could write down on raw images, video or sound is very rare",
    ),
    (
        "look-up-without-rule",
        ("data.known_rule", "task"),
        lambda get: get("task") == "lookup" and get("data.known_rule") is False,
        "a look-up whose rule nobody knows is a classification or a regression",
    ),
    (
        "regulated-but-no-need",
        ("interpretability.need", "interpretability.regulation"),
        lambda get: get("interpretability.need") == "none" and bool(get("interpretability.regulation")),
        "a regulation applies, but no explanation is needed; check with whoever answers for it",
    ),
    (
        "labels-not-needed",
        ("data.labelled",),
        lambda get: get("task") in SELF_LABELLED_TASKS and get("data.labelled") == 0,
        "this task does not learn from labels; data.labelled: 0 is not counted against it",
    ),
)
