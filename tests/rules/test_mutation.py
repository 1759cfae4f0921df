"""Every rule pulls where the record says: a rule that is turned round, weakened or lost is noticed.

`expected_directions.yaml` stands beside the rules as a second record of what each of them is for. An entry
holds, on the rule's first `fires` example: the approaches that gain and lose most (`points`), those that gain
and lose most from the first knot of a grade to its last (`more`), the approaches excluded and the limit that
models must meet, and the techniques, topics of the plan and number of warnings.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from advisor.advice.limits import UnfitByTask
from advisor.engine.approaches import APPROACHES
from advisor.engine.rule_parser import LIMITS
from advisor.engine.rulebook import RuleBook
from advisor.engine.scoring import score
from advisor.profile.facts import derive_facts
from advisor.profile.fields import STRUCTURES, TASKS
from advisor.render.layout.wording import ONE_LINE, clipped
from advisor.render.recommendation.wording import in_one_line
from tests.engine.support import knowledge

RECORD = Path(__file__).with_name("expected_directions.yaml")
BOOK = knowledge().book
RULES = {rule.id: rule for rule in BOOK.rules}
UNFIT = UnfitByTask(knowledge().catalogue)


@cache
def recorded():
    return yaml.safe_load(RECORD.read_text(encoding="utf-8"))


def signs(vector):
    """Return '+' for the approaches that lie highest above the mean and '-' for those lowest below it."""
    low, high = min(vector), max(vector)
    if high - low < 1e-9:
        return {}
    highest = {name: "+" for name, value in zip(APPROACHES, vector, strict=True) if high - value < 1e-9}
    return highest | {name: "-" for name, value in zip(APPROACHES, vector, strict=True) if value - low < 1e-9}


def situation(rule):
    """Return the facts of the rule's first example, completed by a task and a structure if need be."""
    example = rule.fires[0]
    tasks = [example["task"]] if "task" in example else TASKS
    structures = [example["data.structure"]] if "data.structure" in example else STRUCTURES
    for task in tasks:
        for structure in structures:
            facts = derive_facts({"task": task, "data.structure": structure, **example})
            if rule.test(facts) is True:
                return facts
    raise AssertionError(f"{rule.id} does not fire on its own example")


def effect(book, rule):
    """Return what a rule does on its example within a book, in the form of the record."""
    facts = situation(rule)
    scored = score(book, facts, UNFIT(facts))
    found = {}
    for item in scored.contributions:
        if item.rule.id == rule.id:
            found["points"] = signs(item.points)
    if rule.graded:
        found["more"] = signs([b - a for a, b in zip(rule.graded.points[0], rule.graded.points[-1], strict=True)])
    excluded = sorted(index for index, names in scored.excluded.items() if rule.id in names)
    if rule.excludes or rule.limit:
        found["excludes"] = [APPROACHES[index] for index in excluded]
    if rule.limit:
        found["limit"] = rule.limit
    if rule in book.relevant(facts).suggesting:
        found["techniques"] = list(rule.techniques)
        found["plan"] = [step["topic"] for step in rule.plan]
        found["warnings"] = len(rule.warnings)
    return {key: value for key, value in found.items() if value or key in ("points", "excludes", "more")}


def mismatches(book):
    """Return the ids of rules that do not do what the record says, are missing, or are not recorded."""
    rules = {rule.id: rule for rule in book.rules}
    wrong = {name for name, rule in rules.items() if effect(book, rule) != recorded().get(name)}
    return wrong | (recorded().keys() - rules.keys())


def test_every_rule_has_a_record_and_every_record_a_rule():
    assert recorded().keys() - RULES.keys() == set(), "recorded, but no rule"
    lacking = {name: effect(BOOK, RULES[name]) for name in RULES if name not in recorded()}
    told = yaml.safe_dump(lacking, sort_keys=True, default_flow_style=None, width=1000)
    assert not lacking, f"add to {RECORD.name}, after checking that it is what the rules are meant to do:\n{told}"


def test_records_stand_in_the_order_of_their_names():
    assert list(recorded()) == sorted(recorded())


@pytest.mark.parametrize("name", RULES)
def test_a_rule_pulls_where_the_record_says(name):
    assert effect(BOOK, RULES[name]) == recorded().get(name)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.scores])
def test_a_rule_that_gives_points_moves_something_on_its_example(name):
    assert recorded()[name]["points"]


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.scores])
def test_the_card_has_room_for_why_a_rule_holds(name):
    rule = RULES[name]
    shown = in_one_line(rule, ONE_LINE)
    assert shown != clipped(rule.title, ONE_LINE), "begin `because` with the reason in one line"
    assert shown.count("(") == shown.count(")"), "the card ends it within a bracket"


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.excludes])
def test_a_rule_that_excludes_does_so_on_its_example(name):
    assert set(recorded()[name]["excludes"]) == set(RULES[name].excludes)


# -- the check notices -----------------------------------------------------------------------------------


def with_rule(mutant):
    """Return the book with one rule exchanged for its mutant of the same id."""
    rules = tuple(mutant if rule.id == mutant.id else rule for rule in BOOK.rules)
    return RuleBook(rules, BOOK.groups, BOOK.sha256)


def negative(vector):
    return tuple(-value for value in vector)


def mutants(rule):
    """Yield (what was done, the rule after it) for every way of spoiling a rule."""
    if rule.points:
        yield "negated", replace(rule, points=negative(rule.points))
        yield "emptied", replace(rule, points=(0.0,) * 5)
    if rule.graded:
        turned = tuple(negative(vector) for vector in rule.graded.points)
        yield "negated", replace(rule, graded=rule.graded._replace(points=turned))
        yield "run backwards", replace(rule, graded=rule.graded._replace(points=rule.graded.points[::-1]))
        yield "emptied", replace(rule, graded=rule.graded._replace(points=((0.0,) * 5,) * len(turned)))
    for name in rule.excludes:
        yield f"without {name}", replace(rule, excludes=tuple(each for each in rule.excludes if each != name))
    if rule.limit:
        yield "under another limit", replace(rule, limit=next(name for name in LIMITS if name != rule.limit))
    for name in rule.techniques:
        yield (
            f"without {name}",
            replace(rule, techniques=tuple(each for each in rule.techniques if each != name)),
        )
    if rule.plan:
        yield "without its plan", replace(rule, plan=())
    if rule.warnings:
        yield "without its warnings", replace(rule, warnings=())


@pytest.mark.parametrize("name", RULES)
def test_spoiling_a_rule_is_noticed(name):
    assert effect(BOOK, RULES[name]) == recorded()[name]
    tried = list(mutants(RULES[name]))
    assert tried, "there must be something to spoil"
    for done, mutant in tried:
        assert effect(with_rule(mutant), mutant) != recorded()[name], f"{name} {done} goes unnoticed"


def test_the_whole_check_passes_for_the_rules_as_they_are_and_names_the_one_that_is_spoilt():
    assert mismatches(BOOK) == set()
    rule = next(rule for rule in BOOK.rules if rule.points)
    assert mismatches(with_rule(replace(rule, points=negative(rule.points)))) == {rule.id}
