"""The plan: a cheap baseline, data, compute, interpretability, latency, operation, the stop rule."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from advisor.advice.catalogue import Catalogue, Technique
from advisor.advice.recommendation.candidates import Fitted
from advisor.engine.conditions import Test, compile_condition, parse_condition
from advisor.engine.rulebook import Rule
from advisor.render.layout.wording import counted, in_sentence, with_library
from advisor.reports.recommendation import PlanStep, TechniqueRow
from advisor.source.problems import InputError, Position, Problem

Facts = Mapping[str, Any]
TOPICS = ("baseline", "data", "compute", "interpretability", "latency", "operation", "decision")


def plan(
    approach: str, chosen: Fitted | None, fired: Sequence[Rule], facts: Facts, catalogue: Catalogue
) -> list[PlanStep]:
    """Return the steps in their order; rules contribute those that suit the answer, sorted by topic."""
    steps = [first_step(facts, catalogue)]
    steps += [
        PlanStep(step["step"], step["why"], step["topic"])
        for rule in fired
        for step in rule.plan
        if approach in step.get("approaches", (approach,))
    ]
    if chosen is not None and chosen.model.approach != "none":
        steps.append(_training_step(chosen))
    steps.append(_stop_rule(facts))
    return sorted(steps, key=lambda step: TOPICS.index(step.topic))


def first_step(facts: Facts, catalogue: Catalogue) -> PlanStep:
    """Return the cheapest baseline for this kind of data."""
    for entry in catalogue.data["first_steps"]:
        if _holds(json.dumps(entry["when"]))(facts) is True:
            return PlanStep(entry["step"], entry["why"], "baseline")
    message = f"no first step is for this {facts['task']}; let the last one hold for every task"
    raise InputError([Problem("catalogue/first_steps.yaml", Position(0, 0), "", message)])


@lru_cache(maxsize=256)
def _holds(when: str) -> Test:
    return compile_condition(parse_condition(json.loads(when)))


def _training_step(chosen: Fitted) -> PlanStep:
    hours = chosen.estimate.train_hours
    duration = counted(round(hours * 60), "minute") if hours < 2 else counted(round(hours), "hour")
    model = in_sentence(with_library(chosen.model.title, chosen.model.library))
    if chosen.estimate.train_hours == 0:
        return PlanStep(
            f"Use {model} as it is.",
            f"{chosen.model.why} It needs no training.",
            "compute",
        )
    return PlanStep(
        f"Train {model} on the same folds as the baseline.",
        f"{chosen.model.why} With the search, it takes about {duration}, within a factor of 2.",
        "compute",
    )


def _stop_rule(facts: Facts) -> PlanStep:
    point = facts.get("value.yearly_error_cost_usd")
    worth = f" One percentage point is worth about USD {point:,.0f} a year here." if point else ""
    return PlanStep(
        "Stop at the simplest model whose measured score is within the difference that matters; escalate only if "
        "the measured gain on the same folds pays for labels, compute and upkeep.",
        f"Extra complexity costs money every month; a gain within the noise earns none.{worth}",
        "decision",
    )


def techniques(
    chosen: Fitted | None,
    fired: Sequence[Rule],
    rescuing: Sequence[tuple[Technique, str]],
    facts: Facts,
    catalogue: Catalogue,
) -> list[TechniqueRow]:
    """Return the techniques that fired rules suggest and that apply to the chosen model, rescues first."""
    rows: dict[str, TechniqueRow] = {}
    for technique, text in rescuing:
        rows.setdefault(technique.id, _row(technique, text.removeprefix(f"{technique.id}: ")))
    if chosen is not None:
        for name in dict.fromkeys(name for rule in fired for name in rule.techniques):
            found = catalogue.techniques.get(name)
            if found is not None and found.suits(chosen.model) and found.possible(facts):
                rows.setdefault(name, _row(found, found.effect))
    return list(rows.values())


def _row(technique: Technique, effect: str) -> TechniqueRow:
    return TechniqueRow(technique.id, technique.title, technique.why, effect, technique.caution, technique.sources)
