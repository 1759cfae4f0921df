"""Estimates of training, serving, size and energy from the catalogue's figures.

Networks: 6 x multiply-accumulates x examples x epochs floating-point operations for a training (2 per
multiply-accumulate, backward twice forward), 4 x with adapters, 2 x once for a frozen backbone. Tables: seconds
per million cells, one core. Latency: one row or item alone, as Python serves it, the preparation of a table's row
included; operations over the speed of one core.

How far they are off is measured by tests/benchmarks/estimates.py. Factors either way, in what share of the cases:

- training of networks, published runs: within 2 in 90%, 2.7 at worst
- the same, calibrated on other families: within 2 in 90%, 2.8 at worst
- training on tables, a search of at least a minute: within 2 in 90%, 3 at worst
- training on tables, one fit in seconds: within 3 in 80%, 14 at worst
- latency on tables, median: within 2 in 90%, 3 at worst
- latency on tables, p95: within 2 in 85%, 3 at worst
- size on tables: within 2 in 85%, 7.5 at worst
- memory on tables: within 2 in 60%, 7.5 at worst
- unseen tables, one fit in seconds: within 3 in 85%, 4.5 at worst
- unseen tables, latency p95: within 2 in 85%, 3 at worst
- unseen tables, size: within 2 in 90%, 2.5 at worst
- latency of networks for text and images: within 2 in 90%, 2 at worst
- size of networks for text and images: within 2 in 90%, 2 at worst
- price of a label: within 2 in 80%, 3 at worst

No figure was set by the unseen tables; the others were in sight. Nearly every search on the tables ends within its
minute. The largest factors are on ten classes, which the formulas leave out.
"""

import math
from collections.abc import Mapping
from operator import itemgetter
from types import NoneType
from typing import Any, NamedTuple

from advisor.advice.catalogue import Catalogue, Model
from advisor.profile.facts import Interval
from advisor.profile.fields import FIELD, SELF_LABELLED_TASKS

P95_PER_MEDIAN = 1.5  # measured on tables: 1.1 to 1.75 in 80% of the models, 1.36 in the median
CALIBRATION = 1.2  # published trainings took 1.25 times the formula in the geometric mean, 1.1 in the median
ESTIMATE_FACTOR = 2.0  # range of an estimate of time or money: twelve of thirteen published trainings
MEMORY_PER_SIZE = 1.2  # of a model of a table: what a process grows by when it loads the file
MEMORY_LOW = 0.8  # a network's size follows from the number of its parameters and is known better
BATCH_ONE_EFFICIENCY = 0.15  # of an accelerator's speed for single requests: ResNet-50 on a T4 in 10.7 ms
ACCELERATOR_OVERHEAD_MS = 2.0
CPU_CORES = 8
CLUSTER_GPUS = 8
CLUSTER_EFFICIENCY = 0.8
FLOOR_HOURS = 1 / 60  # start-up and reading bound short runs
_MOST_REMEMBERED = 1_000  # lower ends of one model's estimates
_FLOPS_PER_MAC = {"all": 6.0, "adapter": 4.0}


class Setting(NamedTuple):
    """What an estimate depends on; unknown profile fields are filled in by `typical` or `best_case`.

    `categories` is how many of the features are categories, `levels` those of the largest one.
    """

    examples: float
    features: float
    resolution: float | None
    length: float | None
    levels: float
    hardware: str | None
    target: str
    accelerated: bool
    cores: int = CPU_CORES
    categories: float = 0.0


class Estimate(NamedTuple):
    """Central estimates for one model; money and hours of training within a factor of 2.

    `p95_ms` is the 95th percentile of one row or item alone, called from Python, with the preparation of a table's row
    and without a network between; `size_mb` is the saved file.
    """

    train_hours: float
    train_cost_usd: float
    gpu_hours: float
    p95_ms: float
    size_mb: float
    memory_mb: float
    energy_kwh: float

    def scaled(self, factor: Mapping[str, float]) -> "Estimate":
        """Return the estimate with a technique's factors applied."""
        hours, size = factor.get("train_hours", 1.0), factor.get("size_mb", 1.0)
        return Estimate(
            train_hours=self.train_hours * hours,
            train_cost_usd=self.train_cost_usd * hours,
            gpu_hours=self.gpu_hours * hours,
            p95_ms=self.p95_ms * factor.get("p95_ms", 1.0),
            size_mb=self.size_mb * size,
            memory_mb=self.memory_mb * size,
            energy_kwh=self.energy_kwh * factor.get("energy_kwh", hours),
        )


# Fields that the lower end of an estimate reads; the share of categories counts only in Python.
ESTIMATE_FACTS = (
    "data.examples",
    "data.features",
    "data.resolution",
    "data.length",
    "data.max_cardinality",
    "compute.hardware",
    "deployment.target",
    "deployment.accelerator",
)


def _number(facts: Mapping[str, Any], name: str, default: Any) -> Any:
    value = facts.get(name)
    return default if value is None or value.__class__ is Interval else value


def typical(facts: Mapping[str, Any]) -> Setting:
    """Return the setting with unknown fields at ordinary values.

    That is a cloud CPU, 10,000 examples and 20 columns, four of them categories.
    """
    target = facts.get("deployment.target") or "cloud"
    features, share = _number(facts, "data.features", 20), facts.get("data.categorical_share")
    accelerated = facts.get("deployment.accelerator")
    return Setting(
        examples=_number(facts, "data.examples", 10_000),
        features=features,
        resolution=facts.get("data.resolution"),
        length=facts.get("data.length"),
        levels=_number(facts, "data.max_cardinality", 0),
        hardware=facts.get("compute.hardware"),
        target=target,
        accelerated=target == "edge-gpu" if accelerated is None else accelerated,
        categories=min(4.0, features) if share is None else features * share,
    )


_LEAST = {
    path: min(value for value, _ in FIELD[path].prior) for path in ("data.labelled", "data.resolution", "data.length")
}


def best_case(facts: Mapping[str, Any]) -> Setting:
    """Return the setting with unknown fields at the values that make a model cheapest and quickest.

    What an unknown field could take is what its prior holds.
    """
    get = facts.get
    accelerated = get("deployment.accelerator")
    examples = _number(facts, "data.examples", 1)
    if get("data.labelled").__class__ in (Interval, NoneType) and facts["task"] not in SELF_LABELLED_TASKS:
        examples = min(examples, _LEAST["data.labelled"])
    return Setting(
        examples,
        _number(facts, "data.features", 1),
        get("data.resolution", _LEAST["data.resolution"]),
        get("data.length", _LEAST["data.length"]),
        _number(facts, "data.max_cardinality", 0),
        get("compute.hardware"),
        get("deployment.target") or "cloud",
        True if accelerated is None else accelerated,
    )


# What a model takes at the very least depends on nothing that a profile says.
SMALLEST = Setting(1, 1, _LEAST["data.resolution"], _LEAST["data.length"], 0, None, "cloud", True)


def estimate(model: Model, setting: Setting, catalogue: Catalogue) -> Estimate:
    """Return the central estimate of one model in one setting.

    Parameters
    ----------
    model : Model
        An entry of the catalogue.
    setting : Setting
        Size of the data, hardware for training, place of serving.
    catalogue : Catalogue
        Speeds and prices.

    Returns
    -------
    Estimate
        Hours, US dollars, milliseconds, megabytes and kilowatt-hours; measured values where the model was measured.
    """
    kind = model.cost["kind"]
    return _with_measured(_KINDS[kind](model.cost, setting, catalogue), model, setting, catalogue)


def measured_fields(model: Model, setting: Setting, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the names of the estimates that a measured value replaces.

    A size is the same everywhere; a response time that was measured on a processor holds where one like it serves.
    """
    if model.measured is None:
        return ()
    like = catalogue.targets[setting.target]["core"] == 1 and not (
        setting.accelerated and model.cost["kind"] == "network"
    )
    return ("p95_ms", "size_mb", "memory_mb") if like else ("size_mb", "memory_mb")


def _with_measured(estimated: Estimate, model: Model, setting: Setting, catalogue: Catalogue) -> Estimate:
    figures = model.measured
    if figures is None:
        return estimated
    memory = figures.size_mb * model.cost.get("memory_factor", 1.0)
    values = {"p95_ms": figures.p95_ms, "size_mb": figures.size_mb, "memory_mb": memory}
    return estimated._replace(**{name: values[name] for name in measured_fields(model, setting, catalogue)})


def lower_end(model: Model, setting: Setting, catalogue: Catalogue) -> Estimate:
    """Return what a model could come down to: the lower end of its estimate, with standard techniques applied.

    A limit excludes a model only beyond this: an estimate is right within a factor of 2, whoever has to save memory
    or time quantises, and a model of a table can be exported, so that no Python prepares its rows. What was measured is
    what it is.
    """
    return remembered(model, catalogue)(setting)


def remembered(model: Model, catalogue: Catalogue) -> "Remembered":
    """Return the lower ends of a model's estimates, the same ones whoever asks."""
    held = catalogue.for_model.get(id(model))
    if held is None:
        held = catalogue.for_model[id(model)] = model, Remembered(model, catalogue)
    found: Remembered = held[1]
    return found


def _exported(model: Model) -> Model:
    """Return the model as it is served where time is short: compiled, or at least without Python's preparation."""
    if model.cost.get("compiled_ms") is not None:
        return model._replace(
            cost={**model.cost, "prepared": False, "compiled": True, "predict_ms": model.cost["compiled_ms"]}
        )
    if model.cost["kind"] == "fixed":
        return model._replace(cost={**model.cost, "compiled": True})
    return model._replace(cost={**model.cost, "prepared": False}) if model.cost.get("prepared") else model


def _lower_end(model: Model, setting: Setting, catalogue: Catalogue, factors: Mapping[str, float]) -> Estimate:
    lower = estimate(model, setting, catalogue).scaled(factors)
    if model.cost["kind"] in ("network", "language-model"):
        lower = lower._replace(p95_ms=_on_the_quickest(lower.p95_ms, model, setting, catalogue, factors))
    return _with_measured(lower, model, setting, catalogue)


def _on_the_quickest(
    p95_ms: float, model: Model, setting: Setting, catalogue: Catalogue, factors: Mapping[str, float]
) -> float:
    """Return what a network takes on the quickest machine of its place; calling an accelerator takes as long there."""
    times = catalogue.targets[setting.target].get("quickest_accelerated" if setting.accelerated else "quickest")
    if times is None:
        return p95_ms
    call = 0.0
    if setting.accelerated and model.cost["kind"] == "network":
        idle = model._replace(cost={**model.cost, "gmacs": 0.0, "gmacs_per_thousand_rows": 0.0})
        call = estimate(idle, setting, catalogue).scaled(factors).p95_ms
    return float(call + (p95_ms - call) / times)


def _lower_factors(model: Model, catalogue: Catalogue) -> dict[str, float]:
    low = 1 / ESTIMATE_FACTOR
    # Trees and neighbours grow with the data as they like; the parameters of a network are counted.
    size = low if model.cost["kind"] == "table" else MEMORY_LOW
    factors = {"train_hours": low, "p95_ms": low, "size_mb": size}
    for technique in catalogue.techniques.values():
        if technique.standard and technique.suits(model):
            for name, factor in technique.factor.items():
                factors[name] = factors.get(name, 1.0) * factor
    return factors


class Remembered:
    """The lower ends of one model's estimates, remembered by what they depend on."""

    def __init__(self, model: Model, catalogue: Catalogue) -> None:
        self._model, self._catalogue = _exported(model), catalogue
        self._key = itemgetter(*[Setting._fields.index(name) for name in _read(model.cost)])
        self._factors = _lower_factors(model, catalogue)
        self._seen: dict[Any, Estimate] = {}

    def __call__(self, setting: Setting) -> Estimate:
        """Return the same as `lower_end`."""
        key = self._key(setting)
        found = self._seen.get(key)
        if found is None:
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen.clear()
            found = self._seen[key] = _lower_end(self._model, setting, self._catalogue, self._factors)
        return found


def _table(cost: Mapping[str, Any], setting: Setting, catalogue: Catalogue) -> Estimate:
    rows = max(setting.examples, 1)
    cells = rows * cost.get("cells_per_example", max(setting.features, 1)) / 1e6
    growth = (rows / 10_000) ** (cost["rows_power"] - 1)
    core_seconds = cost["seconds_per_million_cells"] * cells * growth * cost["fits"]
    median = cost["predict_ms"] + cost["predict_ms_per_million_cells"] * cells
    place = catalogue.targets[setting.target]
    size = cost["size_mb"] + cost["size_mb_per_million_cells"] * cells
    size = min(size + cost.get("size_mb_per_thousand_rows", 0.0) * rows / 1000, cost.get("size_mb_at_most", math.inf))
    core = catalogue.hardware["cpu-core"]
    hours = max(core_seconds / 3600 / setting.cores, FLOOR_HOURS if core_seconds else 0.0)
    return Estimate(
        train_hours=hours,
        train_cost_usd=hours * setting.cores * _middle(core["usd_per_hour"]),
        gpu_hours=0.0,
        p95_ms=P95_PER_MEDIAN * (median / place["core"] + _call_ms(cost, setting, catalogue)),
        size_mb=size,
        memory_mb=size * cost.get("memory_factor", MEMORY_PER_SIZE),
        energy_kwh=hours * setting.cores * _middle(core["kwh_per_hour"]) * _pue(catalogue),
    )


def _call_ms(cost: Mapping[str, Any], setting: Setting, catalogue: Catalogue) -> float:
    """Return what a call takes besides the model: a table's row is prepared in Python where Python serves it."""
    place = catalogue.targets[setting.target]
    before = 0.0
    if cost.get("prepared") and place.get("python", True):
        figures = catalogue.hardware["cpu-core"]["prepare_ms"]
        before = (figures["row"] + figures["category"] * setting.categories) / place["core"]
    return 0.0 if cost.get("compiled") else float(place["overhead_ms"] + before)


def _network(cost: Mapping[str, Any], setting: Setting, catalogue: Catalogue) -> Estimate:
    gmacs = cost["gmacs"]
    if setting.resolution and cost.get("resolution"):
        gmacs *= (setting.resolution / cost["resolution"]) ** 2
    if setting.length and cost.get("length"):
        gmacs *= setting.length / cost["length"]
    context = cost.get("gmacs_per_thousand_rows", 0.0) * setting.examples / 1000
    params = cost["params_m"] + cost.get("embedding_width", 0) * setting.levels / 1e6
    params += cost.get("input_width", 0) * max(setting.features, 1) / 1e6
    trained = cost["trained"]
    if trained == "none":
        gflop = 0.0
    elif trained == "head":
        gflop = 2 * gmacs * setting.examples
    else:
        gflop = _FLOPS_PER_MAC[trained] * gmacs * setting.examples * cost["epochs"] * cost["fits"]
    size = params * cost["bytes_per_param"]
    # An in-context model reads its whole training set again for a prediction unless it is cached; half is judged.
    latency = _latency(2 * (gmacs + context / 2), cost, setting, catalogue)
    return _trained(
        gflop * CALIBRATION,
        cost["architecture"],
        setting,
        catalogue,
        latency,
        size,
        size + cost["activations_mb"],
    )


def _language_model(cost: Mapping[str, Any], setting: Setting, catalogue: Catalogue) -> Estimate:
    read = cost["tokens_in"]
    if setting.length and cost.get("length"):
        read += max(0.0, setting.length - cost["length"])
    tokens = read + cost["tokens_out"]
    trained = cost["trained"]
    passes = 0.0 if trained == "none" else _FLOPS_PER_MAC[trained] * cost["epochs"] * cost["fits"]
    gflop = passes * cost["params_b"] * tokens * setting.examples * CALIBRATION
    size = cost["params_b"] * 1000 * cost["bytes_per_param"]
    place = catalogue.targets[setting.target]
    core = catalogue.hardware["cpu-core"]
    if setting.accelerated:
        device = catalogue.hardware[place["accelerated"] or "serving-gpu"]
        scale = 1.0 if place["accelerated"] else 0.3
        speed, bandwidth = device["gflops"]["transformer"] * scale, device["bandwidth_gb"] * scale
    else:
        speed = core["gflops"]["transformer"] * CPU_CORES * place["core"]
        bandwidth = core["bandwidth_gb"] * place["core"]
    seconds = 2 * cost["params_b"] * read / speed + cost["tokens_out"] * size / 1000 / bandwidth
    p95 = P95_PER_MEDIAN * (seconds * 1000 + place["overhead_ms"])
    return _trained(gflop, "transformer", setting, catalogue, p95, size, size * 1.2)


def _hosted(cost: Mapping[str, Any], setting: Setting, catalogue: Catalogue) -> Estimate:
    del setting, catalogue
    return Estimate(0.0, 0.0, 0.0, P95_PER_MEDIAN * cost["p50_ms"], 0.0, 0.0, 0.0)


def _fixed(cost: Mapping[str, Any], setting: Setting, catalogue: Catalogue) -> Estimate:
    place = catalogue.targets[setting.target]
    core = catalogue.hardware["cpu-core"]
    hours = cost["train_hours"]
    return Estimate(
        train_hours=hours,
        train_cost_usd=hours * _middle(core["usd_per_hour"]),
        gpu_hours=0.0,
        p95_ms=P95_PER_MEDIAN * (cost["predict_ms"] / place["core"] + _call_ms(cost, setting, catalogue)),
        size_mb=cost["size_mb"],
        memory_mb=cost["size_mb"],
        energy_kwh=hours * _middle(core["kwh_per_hour"]) * _pue(catalogue),
    )


_KINDS = {
    "table": _table,
    "network": _network,
    "language-model": _language_model,
    "hosted": _hosted,
    "fixed": _fixed,
}


def _read(cost: Mapping[str, Any]) -> list[str]:
    """Return the fields of the setting that the estimate of a model with these figures depends on."""
    trained = ["examples", "hardware", "target", "accelerated", "cores"]
    if cost["kind"] == "table":
        return ["examples", "features", "target", "cores"]
    if cost["kind"] == "network":
        scale = {
            "resolution": "resolution",
            "length": "length",
            "levels": "embedding_width",
            "features": "input_width",
        }
        return trained + [field for field, figure in scale.items() if cost.get(figure)]
    if cost["kind"] == "language-model":
        return [*trained, "length"] if cost.get("length") else trained
    return ["target"]


def _latency(gflop: float, cost: Mapping[str, Any], setting: Setting, catalogue: Catalogue) -> float:
    place = catalogue.targets[setting.target]
    architecture = cost["architecture"]
    core = catalogue.hardware["cpu-core"]["gflops"][architecture] * place["core"]
    on_cpu = gflop / core * 1000 + cost["overhead_ms"] / place["core"]
    median = on_cpu
    if setting.accelerated:
        if place["accelerated"]:
            speed = catalogue.hardware[place["accelerated"]]["gflops"][architecture] * BATCH_ONE_EFFICIENCY
        else:
            speed = core * place["speedup"]
        # Small networks stay on the CPU where that is quicker.
        median = min(on_cpu, gflop / speed * 1000 + ACCELERATOR_OVERHEAD_MS)
    return float(P95_PER_MEDIAN * (median + _call_ms(cost, setting, catalogue)))


def _trained(
    gflop: float,
    architecture: str,
    setting: Setting,
    catalogue: Catalogue,
    p95_ms: float,
    size_mb: float,
    memory_mb: float,
) -> Estimate:
    if setting.hardware == "cpu":
        device = catalogue.hardware["cpu-core"]
        count, speedup = setting.cores, float(setting.cores)
    else:
        device = catalogue.hardware["gpu"]
        count = CLUSTER_GPUS if setting.hardware == "gpu-cluster" else 1
        speedup = count * (CLUSTER_EFFICIENCY if count > 1 else 1.0)
    hours = gflop / device["gflops"][architecture] / 3600 / speedup
    if gflop:
        hours = max(hours, FLOOR_HOURS)
    return Estimate(
        train_hours=hours,
        train_cost_usd=hours * count * _middle(device["usd_per_hour"]) * (1 + _middle(_extra(catalogue))),
        gpu_hours=0.0 if setting.hardware == "cpu" else hours * count,
        p95_ms=p95_ms,
        size_mb=size_mb,
        memory_mb=memory_mb,
        energy_kwh=hours * count * _middle(device["kwh_per_hour"]) * _pue(catalogue),
    )


def _middle(ends: Any) -> float:
    return float((ends[0] * ends[1]) ** 0.5)


def _extra(catalogue: Catalogue) -> Any:
    return catalogue.prices["storage-and-egress"]["share"]


def _pue(catalogue: Catalogue) -> float:
    return _middle(catalogue.prices["electricity"]["pue"])
