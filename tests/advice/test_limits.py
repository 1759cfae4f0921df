"""Limits: what a model breaks, and that nothing is excluded while an unknown field could save it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.advice.catalogue import parse_model
from advisor.advice.estimates import estimate, typical
from advisor.advice.limits import (
    ESTIMATED,
    EXISTENCE,
    LIMIT_FIELDS,
    TRIFLING_USD,
    UnfitApproaches,
    UnfitByTask,
    verdicts,
)
from advisor.engine.approaches import APPROACHES
from advisor.engine.rule_parser import LIMITS
from advisor.profile.facts import derive_facts, implied
from advisor.profile.fields import FIELD, FIELDS
from advisor.profile.reader import is_valid
from tests.bounds import examples
from tests.engine.support import ask, knowledge, profiles, score_values, served_pairs

CATALOGUE = knowledge().catalogue
BY_ID = {model.id: model for model in CATALOGUE.all_models()}
PRIORS = {field.path: [value for value, _ in field.prior if value is not None] for field in FIELDS if field.prior}
TABLE = {"task": "classification", "data.structure": "tabular"}
IMAGE = {"task": "classification", "data.structure": "image"}
TEXT = {"task": "classification", "data.structure": "text"}
AT_HOME = {"deployment.hosted_models": False}
SLOW = AT_HOME | {"deployment.accelerator": False}
MILLION = {"data.labelled": 1_000_000, "compute.hardware": "gpu"}
BOUGHT = {"labels.budget_usd": 10_000, "labels.cost_usd": 0.1, "data.unlabelled": 50_000}


def verdict(name, values):
    return verdicts(BY_ID[name], derive_facts(values), CATALOGUE)


def excluded(values):
    return {APPROACHES[index]: set(rules) for index, rules in score_values(values).excluded.items()}


# -- one limit at a time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "values", "limit", "expected"),
    [
        ("bert-base-fine-tuned", TEXT | SLOW | {"latency.p95_ms": 20}, "latency", False),
        ("bert-base-fine-tuned", TEXT | {"latency.p95_ms": 60}, "latency", None),
        ("bert-base-fine-tuned", TEXT | {"latency.p95_ms": 2000}, "latency", True),
        ("bert-base-fine-tuned", TEXT | {"deployment.memory_mb": 100}, "memory", False),
        ("bert-base-fine-tuned", TEXT | {"deployment.memory_mb": 8000}, "memory", True),
        ("bert-base-fine-tuned", TEXT | {"deployment.target": "microcontroller"}, "target", False),
        ("bert-base-fine-tuned", TEXT | {"deployment.pretrained_weights": False}, "weights", False),
        ("bert-base-fine-tuned", TEXT | {"deployment.pretrained_weights": True}, "weights", True),
        ("bert-base-fine-tuned", TEXT, "weights", True),
        ("llm-hosted-small", TEXT | {"deployment.hosted_models": False}, "hosted", False),
        ("llm-hosted-small", TEXT | {"deployment.hosted_models": True}, "hosted", True),
        ("llm-hosted-small", TEXT, "hosted", None),
        ("llm-hosted-small", TEXT | {"deployment.pretrained_weights": False}, "hosted", False),
        (
            "llm-hosted-small",
            TEXT | {"deployment.pretrained_weights": False, "deployment.hosted_models": True},
            "weights",
            True,
        ),
        ("tabpfn-3", TABLE | {"deployment.commercial": True}, "licence", False),
        ("tabpfn-3", TABLE | {"deployment.commercial": False}, "licence", True),
        ("tabpfn-3", TABLE, "licence", None),
        ("gradient-boosted-trees", TABLE | {"interpretability.need": "intrinsic"}, "explanation", False),
        ("gradient-boosted-trees", TABLE | {"interpretability.need": "post-hoc"}, "explanation", True),
        ("explainable-boosting", TABLE | {"interpretability.need": "intrinsic"}, "explanation", True),
        ("gradient-boosted-trees", TABLE | {"data.labelled": 10}, "labels", None),
        ("gradient-boosted-trees", TABLE | {"data.labelled": 10, "labels.budget_usd": 0}, "labels", False),
        ("gradient-boosted-trees", TABLE | {"data.labelled": 10_000}, "labels", True),
        ("gradient-boosted-trees", TABLE, "labels", None),
        ("resnet-50-scratch", IMAGE | MILLION | {"compute.gpu_hours": 0.5}, "gpu-hours", False),
        ("llm-open-lora", TEXT | {"data.labelled": 300_000, "compute.gpu_hours": 10}, "gpu-hours", None),
        ("resnet-50-scratch", IMAGE | MILLION | {"compute.budget_usd": 1}, "budget", False),
        ("resnet-50-scratch", IMAGE | {"data.labelled": 10**9, "compute.hardware": "cpu"}, "training", False),
    ],
)
def test_a_model_meets_breaks_or_may_break_a_limit(model, values, limit, expected):
    assert verdict(model, values).get(limit, True) is expected


def test_every_limit_of_the_rules_has_a_field_and_the_other_way_round():
    assert LIMIT_FIELDS.keys() == set(LIMITS)
    assert all(path in FIELD for path in LIMIT_FIELDS.values())
    assert {rule.limit for rule in knowledge().book.rules if rule.limit} == set(LIMITS)


@pytest.mark.parametrize(
    ("values", "approach", "rule"),
    [
        (TEXT | SLOW | {"latency.p95_ms": 5}, "transfer", "no-model-is-quick-enough"),
        (IMAGE | AT_HOME | {"deployment.memory_mb": 0.5}, "transfer", "no-model-is-small-enough"),
        (TEXT | {"deployment.target": "microcontroller"}, "transfer", "no-model-runs-there"),
        (IMAGE | {"deployment.pretrained_weights": False}, "transfer", "third-party-weights-forbidden"),
        (IMAGE | {"interpretability.need": "intrinsic"}, "deep", "a-readable-model-is-required"),
        (
            IMAGE | {"interpretability.need": "intrinsic", "data.domain_features": False},
            "classical",
            "raw-input-cannot-be-read",
        ),
        (TABLE | {"data.known_rule": False, "data.labelled": 1000}, "none", "nobody-knows-the-rule"),
        ({"task": "translation", "data.structure": "text"}, "none", "no-rule-transcribes-or-translates"),
    ],
)
def test_hard_limits_exclude_and_say_by_which_rule(values, approach, rule):
    assert rule in excluded(values)[approach]


# A situation for each limit in which it leaves an approach without a model. That on licences has none yet:
# each approach that has a model with weights for research only has a free one that is as near to fitting.
BITING = {
    "latency": ({"task": "classification", "data.structure": "mixed", "latency.p95_ms": 0.2}, "hybrid"),
    "memory": (TABLE | {"deployment.memory_mb": 0.1}, "hybrid"),
    "target": (IMAGE | {"deployment.target": "microcontroller"}, "transfer"),
    "model-limits": (TABLE | {"data.features": 100_000}, "transfer"),
    "explanation": (IMAGE | {"interpretability.need": "intrinsic"}, "hybrid"),
    "hosted": (
        {"task": "control", "data.structure": "graph", "deployment.target": "browser"} | AT_HOME,
        "transfer",
    ),
    "training": ({"task": "speech-synthesis", "data.structure": "text", "compute.hardware": "cpu"}, "deep"),
    "labels": (
        {"task": "information-extraction", "data.structure": "audio"} | {"data.labelled": 20, "labels.budget_usd": 0},
        "hybrid",
    ),
    "existence": ({"task": "classification", "data.structure": "interactions"}, "transfer"),
    "budget": (TABLE | {"data.labelled": 10**9, "compute.budget_usd": 0.05}, "deep"),
    "gpu-hours": (IMAGE | MILLION | {"compute.gpu_hours": 0.1}, "deep"),
    "weights": (IMAGE | {"deployment.pretrained_weights": False}, "transfer"),
}


@pytest.mark.parametrize("limit", BITING)
def test_each_limit_excludes_by_its_rule_where_no_model_meets_it(limit):
    values, approach = BITING[limit]
    rule = next(rule for rule in knowledge().book.rules if rule.limit == limit)
    assert rule.id in excluded(values)[approach]


def test_every_limit_has_a_situation_in_which_it_excludes():
    assert BITING.keys() == set(LIMITS) - {"licence"}


def test_no_points_buy_an_excluded_approach_back():
    text = TEXT | {"data.labelled": 100, "data.classes": 2, "deployment.pretrained_weights": False}
    scored = score_values(text)
    transfer = APPROACHES.index("transfer")
    assert scored.points[transfer] == max(scored.points)
    assert scored.probabilities[transfer] == 0


def named(unfit):
    """Return the limits by approach."""
    found = {}
    for limit, approaches in unfit.items():
        for index in approaches:
            found.setdefault(APPROACHES[index], set()).add(limit)
    return found


@given(profiles())
@examples(200)
def test_an_approach_is_unfit_exactly_if_each_of_its_models_surely_breaks_a_limit(values):
    facts = derive_facts(values)
    unfit = named(UnfitByTask(CATALOGUE)(facts))
    models = CATALOGUE.models(facts["task"], facts["data.structure"])
    for approach in APPROACHES if models else ():
        present = [item for item in models if item.approach == approach and item.applies(facts) is not False]
        broken = [
            {limit for limit, verdict in verdicts(item, facts, CATALOGUE).items() if verdict is False}
            for item in present
        ]
        assert (approach in unfit) == all(broken)
        if all(broken):
            shared = set.intersection(*broken) if broken else {EXISTENCE}
            assert unfit[approach] == (shared or unfit[approach])
            assert shared or unfit[approach] in broken


@given(st.lists(profiles(most_fields=12), min_size=2, max_size=6))
@examples(60)
def test_remembering_earlier_profiles_does_not_change_what_is_unfit(several):
    used = UnfitByTask(CATALOGUE)
    for values in [*several, *several]:
        facts = derive_facts(values)
        assert used(facts) == UnfitByTask(CATALOGUE)(facts)


@given(profiles())
@examples(100)
def test_the_central_estimate_of_a_model_that_meets_its_limits_lies_within_them(values):
    facts = derive_facts(values)
    for model in CATALOGUE.models(facts["task"], facts["data.structure"]):
        found = verdicts(model, facts, CATALOGUE)
        target = facts.get("deployment.target")
        if found.get("target") is False:
            assert target not in model.targets
            assert found == {"target": False}
            continue
        assert (found.get("target", True) is None) == (target is not None and target not in model.targets)
        central = estimate(model, typical(facts), CATALOGUE)
        for limit, name in ESTIMATED.items():
            allowed = facts.get(LIMIT_FIELDS[limit])
            if allowed is not None:
                most = max(allowed, TRIFLING_USD) if limit == "budget" else allowed
                assert (limit not in found) == (getattr(central, name) <= most)


# -- unknown fields ----------------------------------------------------------------------------------------


@st.composite
def profiles_with_limits(draw):
    """Draw a thin profile with one or two limits that bite."""
    values = draw(profiles(most_fields=8))
    biting = {
        "latency.p95_ms": [0.5, 2, 10, 60],
        "deployment.memory_mb": [0.1, 5, 50, 500],
        "compute.gpu_hours": [0.1, 1, 10],
        "compute.budget_usd": [0.05, 1, 20],
        "deployment.target": ["microcontroller", "browser", "mobile", "edge-cpu"],
        "interpretability.need": ["intrinsic", "post-hoc"],
        "data.labelled": [0, 20, 200],
        "data.rows": [50, 10**7],
        "deployment.pretrained_weights": [False],
        "deployment.commercial": [True],
        "compute.hardware": ["cpu"],
    }
    for path in draw(st.lists(st.sampled_from(sorted(biting)), unique=True, min_size=1, max_size=3)):
        values[path] = draw(st.sampled_from(biting[path]))
    return values if is_valid(values) else {name: values[name] for name in ("task", "data.structure")}


@st.composite
def completions(draw):
    """Draw a profile and the same profile with every unknown field that it can have set from its prior."""
    values = draw(profiles_with_limits())
    full = dict(values)
    for path in draw(st.permutations(sorted(PRIORS))):
        if path not in full and path not in implied(values):
            options = [value for value in PRIORS[path] if is_valid(full | {path: value})]
            if options:
                full[path] = draw(st.sampled_from(options))
    return values, full


@given(completions())
@examples(250)
def test_an_excluded_approach_stays_excluded_whatever_the_unknown_fields_turn_out_to_be(case):
    values, full = case
    before, after = excluded(values), excluded(full)
    assert before.keys() <= after.keys(), f"{before.keys() - after.keys()} come back with {full}"


@given(profiles_with_limits())
@examples(40)
def test_one_more_known_field_never_brings_an_excluded_approach_back(values):
    before = excluded(values)
    for path in PRIORS.keys() - values.keys() - implied(values).keys() if before else ():
        for value in PRIORS[path]:
            known = values | {path: value}
            if is_valid(known):
                back = {name: before[name] for name in before.keys() - excluded(known).keys()}
                assert not back, f"{back} come back when {path} turns out to be {value}"


# Unknown fields that could save the approach, so that it must not be excluded yet.
SAVED = [
    ("labels to be bought", TABLE | {"data.labelled": 5}, BOUGHT),
    ("an accelerator", TEXT | AT_HOME | {"latency.p95_ms": 30}, {"deployment.accelerator": True}),
    (
        "a hosted model",
        {"task": "generation", "data.structure": "image", "compute.hardware": "cpu", "compute.budget_usd": 0.01},
        {"deployment.hosted_models": True},
    ),
    ("a simulator", {"task": "control", "data.structure": "sensor", "data.rows": 0}, {"data.simulator": True}),
    (
        "hours yet to be transcribed",
        {"task": "speech-recognition", "data.structure": "audio", "data.hours_labelled": 2},
        {"data.hours_unlabelled": 500},
    ),
    ("non-commercial use", TABLE | {"data.labelled": 200_000}, {"deployment.commercial": False}),
    (
        "labels on a few of the rows",
        TABLE | {"data.rows": 10**7, "compute.budget_usd": 1},
        {"data.labelled": 300},
    ),
    (
        "smaller images",
        {"task": "retrieval", "data.structure": "image", "latency.p95_ms": 2},
        {"data.resolution": 128},
    ),
    (
        "shorter texts",
        {"task": "information-extraction", "data.structure": "text", "latency.p95_ms": 2},
        {"data.length": 40},
    ),
    (
        "training on a CPU",
        {"task": "retrieval", "data.structure": "log", "data.rows": 10**7, "compute.gpu_hours": 1},
        {"compute.hardware": "cpu"},
    ),
    (
        "more rows than labels",
        {"task": "generation", "data.structure": "audio", "data.labelled": 5000, "labels.budget_usd": 0},
        {"data.rows": 300_000},
    ),
    (
        "people who do the job today",
        {"task": "control", "data.structure": "log", "deployment.memory_mb": 0.1},
        {"value.incumbent": "manual"},
    ),
    (
        "an explanation that is asked for",
        {"task": "control", "data.structure": "graph", "data.rows": 50, "deployment.memory_mb": 5} | AT_HOME,
        {"interpretability.need": "post-hoc"},
    ),
    (
        "another limit that is named first",
        {"task": "clustering", "data.structure": "sensor", "data.rows": 50, "data.known_rule": False}
        | {"deployment.pretrained_weights": False, "deployment.target": "edge-cpu"},
        {"data.classes": 20},
    ),
    ("a cluster", IMAGE | {"data.labelled": 10**9}, {"compute.hardware": "gpu-cluster"}),
    ("features of one's own", IMAGE | {"interpretability.need": "intrinsic"}, {"data.domain_features": True}),
]


@pytest.mark.parametrize(("values", "saving"), [case[1:] for case in SAVED], ids=[case[0] for case in SAVED])
def test_what_an_unknown_field_could_save_is_not_excluded_yet(values, saving):
    assert excluded(values).keys() <= excluded(values | saving).keys()


def test_the_question_names_every_fact_on_which_the_fit_of_a_model_depends():
    for task, structure in served_pairs():
        asked = ask({"task": task, "data.structure": structure})
        read = {fact for model in CATALOGUE.models(task, structure) for fact in model.reads}
        assert read - {"task", "data.structure"} <= asked.unfit_facts


# -- a catalogue of one's own ------------------------------------------------------------------------------


def hand_made(approach, **changed):
    entry = next(item for item in CATALOGUE.entries() if item["id"] == "gradient-boosted-trees")
    return parse_model(dict(entry) | {"id": f"own-{approach}", "approach": approach} | changed)


def test_a_new_model_takes_part_without_any_change_of_the_code():
    unfit = UnfitApproaches([hand_made("deep", targets=["microcontroller"]), hand_made("classical")], CATALOGUE)
    found = named(unfit(derive_facts(TABLE | {"deployment.target": "microcontroller"})))
    assert found == {
        "classical": {"target"},
        "none": {EXISTENCE},
        "hybrid": {EXISTENCE},
        "transfer": {EXISTENCE},
    }


def test_a_catalogue_without_any_model_for_the_task_excludes_nothing():
    assert UnfitApproaches([], CATALOGUE)(derive_facts(TABLE)) == {}
