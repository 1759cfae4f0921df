"""The contract: what editors and CI of users rely on in the schema of a profile. It may grow, and never shrink."""

import copy

import pytest

from advisor.cli.schema import schema_of
from advisor.engine.scoring import priority_factor

SCHEMA = schema_of("profile")
MOST = 10**15  # where no smaller bound is promised
TEXT = {"types": {"string"}}
FLAG = {"types": {"boolean"}}


def number(low=0, high=MOST, kind="number"):
    return {"types": {kind}, "range": (low, high)}


def whole(low=0, high=MOST):
    return number(low, high, "integer")


def choice(values):
    return {"types": {"string"}, "values": set(values.split())}


def choices(values):
    return {"types": {"array"}, "values": set(values.split())}


SHARE = number(0, 1)
PRIORITY = number(0, 5)
# A promise is recorded when it is made; an entry changes only with a major version.
PROMISED = {
    "version": whole(1, 1),
    "name": TEXT,
    "description": TEXT,
    "task": choice(
        "classification regression ranking forecasting recommendation clustering anomaly-detection object-detection "
        "segmentation information-extraction retrieval translation speech-recognition speech-synthesis generation "
        "control lookup"
    ),
    "data.structure": choice("tabular text document image video audio time-series sensor log graph interactions mixed"),
    "data.rows": whole(),
    "data.labelled": whole(),
    "data.unlabelled": whole(),
    "data.features": whole(),
    "data.classes": whole(2, 10**9),
    "data.minority_share": SHARE,
    "data.categorical_share": SHARE,
    "data.missing_share": SHARE,
    "data.max_cardinality": whole(),
    "data.series": whole(1),
    "data.history": whole(),
    "data.horizon": whole(1),
    "data.resolution": whole(1, 100_000),
    "data.length": whole(1, 10_000_000),
    "data.signal": choice("linear mildly-nonlinear complex"),
    "data.label_quality": choice("clean noisy"),
    "data.domain_features": FLAG,
    "data.known_rule": FLAG,
    "data.drift": choice("none slow fast"),
    "labels.cost_usd": number(),
    "labels.budget_usd": number(),
    "interpretability.need": choice("none helpful post-hoc intrinsic"),
    "interpretability.regulation": choices(
        "credit-decision insurance-pricing medical-device hiring bank-model-risk automated-decision high-risk-ai"
    ),
    "latency.p95_ms": number(0.0001),
    "latency.mode": choice("batch online"),
    "compute.hardware": choice("cpu gpu gpu-cluster"),
    "compute.gpu_hours": number(),
    "compute.budget_usd": number(),
    "deployment.target": choice("cloud on-premises edge-cpu edge-gpu mobile browser microcontroller"),
    "deployment.accelerator": FLAG,
    "deployment.memory_mb": number(0.0001),
    "deployment.predictions_per_day": number(),
    "deployment.pretrained_weights": FLAG,
    "deployment.hosted_models": FLAG,
    "deployment.commercial": FLAG,
    "team.deep_learning": choice("none some expert"),
    "team.weeks": number(),
    "team.upkeep": choice("low normal high"),
    "value.error_cost_usd": number(),
    "value.incumbent": choice("none manual rules model"),
    "risk.adversarial": FLAG,
    "risk.safety_critical": FLAG,
    "risk.fairness": FLAG,
    "risk.energy": FLAG,
    "priorities.accuracy": PRIORITY,
    "priorities.interpretability": PRIORITY,
    "priorities.latency": PRIORITY,
    "priorities.cost": PRIORITY,
    "priorities.time": PRIORITY,
    "priorities.upkeep": PRIORITY,
    "priorities.robustness": PRIORITY,
    "priorities.energy": PRIORITY,
}
REQUIRED = {"task", "data.structure"}
PRIORITIES = [path for path in PROMISED if path.startswith("priorities.")]


def fields_of(schema):
    """Return the schema of every field by its dotted name, and the names of those that must be given."""
    fields, required = {}, set()
    for name, part in schema["properties"].items():
        inner = part.get("properties")
        fields |= {name: part} if inner is None else {f"{name}.{key}": value for key, value in inner.items()}
        needed = [] if inner is None else part.get("required", [])
        required |= {f"{name}.{key}" for key in needed}
    return fields, required | (set(schema["required"]) & set(fields))


def broken_promises(schema):
    """Return one line for everything that a valid profile could rely on, and that the schema no longer allows."""
    fields, required = fields_of(schema)
    broken = [f"{path}: gone" for path in PROMISED if path not in fields]
    broken += [f"{path}: required now" for path in sorted(required - REQUIRED)]
    for path in PROMISED.keys() & fields.keys():
        promised, found = PROMISED[path], fields[path]
        types = {found["type"]} if isinstance(found["type"], str) else set(found["type"])
        wanted = promised["types"] | (set() if path in REQUIRED else {"null"})
        widened = types | ({"integer"} if "number" in types else set())
        broken += [f"{path}: no longer {kind}" for kind in sorted(wanted - widened)]
        allowed = found.get("items", found).get("enum")
        if allowed is not None:
            broken += [
                f"{path}: no longer {value}" for value in sorted(promised.get("values", {"free"}) - set(allowed))
            ]
        low, high = promised.get("range", (0, 0))
        if found.get("minimum", low) > low or found.get("maximum", high) < high:
            broken.append(f"{path}: narrower than {low} to {high}")
    return sorted(broken)


def test_the_schema_keeps_every_promise():
    assert broken_promises(SCHEMA) == []


def test_only_task_and_structure_are_required_and_nothing_has_a_default():
    fields, required = fields_of(SCHEMA)
    assert required == REQUIRED
    assert SCHEMA["required"] == ["task", "data"]
    assert [path for path, field in fields.items() if "default" in field] == []


@pytest.mark.parametrize("path", PRIORITIES)
def test_a_priority_that_is_left_out_is_3(path):
    assert fields_of(SCHEMA)[0][path]["description"].endswith(": 0 to 5, 3 if left out")
    criterion = path.partition(".")[2]
    assert priority_factor(criterion, {}) == priority_factor(criterion, {path: 3})


def edited(edit):
    schema = copy.deepcopy(SCHEMA)
    edit(schema["properties"])
    return schema


BREACHES = {
    "data.rows: gone": lambda fields: fields["data"]["properties"].update(
        examples=fields["data"]["properties"].pop("rows")
    ),
    "task: no longer ranking": lambda fields: fields["task"]["enum"].remove("ranking"),
    "interpretability.regulation: no longer hiring": lambda fields: fields["interpretability"]["properties"][
        "regulation"
    ]["items"]["enum"].remove("hiring"),
    "data.missing_share: narrower than 0 to 1": lambda fields: fields["data"]["properties"]["missing_share"].update(
        maximum=0.9
    ),
    "data.classes: narrower than 2 to 1000000000": lambda fields: fields["data"]["properties"]["classes"].update(
        minimum=3
    ),
    "team.weeks: no longer number": lambda fields: fields["team"]["properties"]["weeks"].update(
        type=["integer", "null"]
    ),
    "risk.energy: no longer null": lambda fields: fields["risk"]["properties"]["energy"].update(type="boolean"),
    "name: no longer free": lambda fields: fields["name"].update(enum=["a", "b"]),
    "team.weeks: required now": lambda fields: fields["team"].update(required=["weeks"]),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_promise_that_is_broken_is_noticed(breach):
    assert broken_promises(edited(BREACHES[breach])) == [breach]


def test_a_field_a_choice_and_a_wider_range_may_be_added():
    def grow(fields):
        fields["data"]["properties"]["colour"] = {"type": ["string", "null"]}
        fields["task"]["enum"].append("divination")
        fields["priorities"]["properties"]["cost"]["maximum"] = 10
        fields["data"]["properties"]["rows"]["type"] = ["number", "null"]

    assert broken_promises(edited(grow)) == []
