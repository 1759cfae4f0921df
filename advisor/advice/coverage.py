"""Which rule, model, technique, cost line or first step carries each row of what the advisor must know."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from advisor.advice.knowledge import Knowledge
from advisor.advice.recommend import recommend
from advisor.advice.recommendation.plan import first_step
from advisor.profile.facts import derive_facts
from advisor.profile.reader import Profile
from advisor.reports.coverage import Carrier, CoverageRow

if TYPE_CHECKING:
    from advisor.advice.catalogue import Catalogue


def coverage(knowledge: Knowledge, profiles: Sequence[tuple[str, Profile]]) -> list[CoverageRow]:
    """Return every row with its carriers; `profiles` are the examples by name."""
    shown: dict[tuple[str, str], str] = {}
    for name, profile in profiles:
        for key in _contents(profile, knowledge):
            shown.setdefault(key, name)
    carriers: dict[str, list[Carrier]] = {}
    for kind, name, sources in _sourced(knowledge):
        for source in dict.fromkeys(sources):
            carriers.setdefault(source, []).append(Carrier(kind, name, shown.get((kind, name), "")))
    return [
        CoverageRow(
            row["id"],
            row["claim"],
            tuple(sorted(carriers.get(row["id"], ()), key=lambda item: (not item.example, item.kind, item.id))),
        )
        for row in knowledge.catalogue.data["knowledge"]
    ]


def _contents(profile: Profile, knowledge: Knowledge) -> list[tuple[str, str]]:
    result = recommend(profile, knowledge)
    steps = {step.step for step in result.plan}
    warnings = {warning.message for warning in result.warnings}
    facts = derive_facts(profile.values)
    contents = [("rule", reason.rule) for reason in result.reasons]
    contents += [("rule", name) for row in result.approaches for name in row.excluded_by]
    contents += [
        ("rule", rule.id)
        for rule in knowledge.book.rules
        if any(step["step"] in steps for step in rule.plan) or any(text in warnings for text in rule.warnings)
    ]
    contents += [("model", item.model) for item in result.candidates]
    contents += [("technique", item.id) for item in result.techniques]
    contents += [("cost", name) for name in result.costs]
    contents += [
        ("step", entry["id"])
        for entry in knowledge.catalogue.data["first_steps"]
        if result.plan and entry["step"] == first_step(facts, knowledge.catalogue).step
    ]
    return contents


def _sourced(knowledge: Knowledge) -> list[tuple[str, str, Sequence[str]]]:
    catalogue: Catalogue = knowledge.catalogue
    data: Mapping[str, Sequence[Mapping[str, Sequence[str]]]] = catalogue.data
    return [
        *(("rule", rule.id, [entry.source for entry in rule.evidence]) for rule in knowledge.book.rules),
        *(("model", str(entry["id"]), entry["sources"]) for entry in catalogue.entries()),
        *(("technique", item.id, item.sources) for item in catalogue.techniques.values()),
        *(("cost", str(entry["id"]), entry["sources"]) for entry in data["costs"]),
        *(("step", str(entry["id"]), entry["sources"]) for entry in data["first_steps"]),
    ]
