"""Rules and groups as data: every kind of problem has a message with its path, and all come at once."""

import copy

import pytest

from advisor.engine.approaches import APPROACHES
from advisor.engine.rule_parser import RuleError, parse_groups, parse_rule
from advisor.engine.rulebook import Group, RuleBook, failing_tests
from advisor.profile.facts import derive_facts
from tests.engine.support import knowledge

GROUPS = {
    "labels": Group("labels", "Labels", "success", 20),
    "money": Group("money", "Money", "cost", 9),
}
RULE = {
    "id": "few-labelled-rows",
    "title": "Few labelled rows in a table",
    "criterion": "success",
    "group": "labels",
    "when": {
        "all": [{"fact": "data.structure", "is": "tabular"}, {"fact": "data.labelled", "below": 3000}],
    },
    "points": {"deep": -4, "classical": 2},
    "because": "Networks need more.",
    "exceptions": "None.",
    "evidence": [{"source": "judgement", "claim": "So it seems."}],
    "tests": {
        "fires": [{"data.structure": "tabular", "data.labelled": 900}],
        "silent": [{"data.structure": "tabular", "data.labelled": 40_000}],
    },
}
GRADED = {
    "fact": "data.labelled",
    "scale": "log",
    "at": [10, 100, 1000],
    "points": {"deep": [-4, -2, 0], "classical": [2, 1, 0]},
}
GONE = object()
# Keys that stand behind each other in a rule, so that a test may add one without breaking the order.
ORDER = (
    *("id", "title", "criterion", "group", "when", "points", "graded", "excludes", "suggests"),
    *("because", "exceptions", "evidence", "tests"),
)


def changed(*edits):
    """Return the sample rule with values replaced, added or (GONE) removed at the given paths."""
    rule = copy.deepcopy(RULE)
    for path, value in edits:
        place = rule
        for part in path[:-1]:
            place = place[part]
        if value is GONE:
            del place[path[-1]]
        else:
            place[path[-1]] = copy.deepcopy(value)
    known = {key: rule[key] for key in ORDER if key in rule}
    return known | {key: value for key, value in rule.items() if key not in ORDER}


def graded(*edits):
    grade = copy.deepcopy(GRADED)
    for key, value in edits:
        if value is GONE:
            del grade[key]
        else:
            grade[key] = value
    return changed((("points",), GONE), (("graded",), grade))


def with_effect(key, value):
    return changed((("points",), GONE), (("group",), GONE), ((key,), value))


def problems_of(data, stem="few-labelled-rows"):
    with pytest.raises(RuleError) as caught:
        parse_rule(data, GROUPS, stem)
    return caught.value.problems


STEP = {"topic": "data", "step": "Look at the data.", "why": "It helps."}

PROBLEMS = {
    "a rule that is a list": (["few"], (), "a rule must be a mapping, not a list", ""),
    "an empty file": (None, (), "a rule must be a mapping, not nothing", ""),
    "a misspelt key": (
        changed((("becuase",), "x")),
        ("becuase",),
        "unknown key 'becuase'",
        "did you mean 'because'?",
    ),
    "a missing key": (changed((("exceptions",), GONE)), (), "missing: exceptions", ""),
    "keys in another order": (
        dict(reversed(RULE.items())),
        (),
        "keys must be in the order id, title, criterion",
        "",
    ),
    "another id than the file": (
        changed((("id",), "many-rows")),
        ("id",),
        "the id must be the file's name, 'few-labelled-rows'",
        "",
    ),
    "a title that is a number": (changed((("title",), 3)), ("title",), "expected text, found 3", ""),
    "a because that is a list": (changed((("because",), ["x"])), ("because",), "expected text", ""),
    "exceptions left empty": (changed((("exceptions",), None)), ("exceptions",), "found nothing", ""),
    "a misspelt criterion": (
        with_effect("excludes", ["deep"]) | {"criterion": "sucess"},
        ("criterion",),
        "'sucess' is not one of success, accuracy, interpretability, latency, cost, time, upkeep, robustness, energy",
        "did you mean 'success'?",
    ),
    "points without a group": (changed((("group",), GONE)), (), "a rule with points needs a group", ""),
    "an unknown group": (
        changed((("group",), "label")),
        ("group",),
        "unknown group 'label'; declare a group of your own in groups.yaml",
        "did you mean 'labels'?",
    ),
    "a group like no other": (
        changed((("group",), "phone")),
        ("group",),
        "unknown group 'phone'; declare a group of your own in groups.yaml",
        "known: labels, money",
    ),
    "a group that is a list": (changed((("group",), ["labels"])), ("group",), "unknown group a list", ""),
    "a group of another criterion": (
        changed((("group",), "money")),
        ("criterion",),
        "group money speaks to cost",
        "",
    ),
    "a condition with a fault": (
        changed((("when", "all", 1, "below"), "many")),
        ("when", "all", 1, "below"),
        "needs numbers, found 'many'",
        "",
    ),
    "two effects": (changed((("graded",), GRADED)), ("graded",), "one of points, graded and excludes", ""),
    "no effect": (changed((("points",), GONE)), (), "points, graded, excludes or suggests", ""),
    "points that are a number": (changed((("points",), 3)), ("points",), "expected points by approach", ""),
    "no points at all": (changed((("points",), {})), ("points",), "expected points by approach", ""),
    "points of a misspelt approach": (
        changed((("points",), {"classic": 2})),
        ("points", "classic"),
        "unknown approach 'classic', not one of none, classical, hybrid, transfer, deep",
        "did you mean 'classical'?",
    ),
    "points of a family": (
        changed((("points",), {"ml": 2})),
        ("points", "ml"),
        "unknown approach 'ml', not one of none, classical, hybrid, transfer, deep",
        "",
    ),
    "points that are a word": (
        changed((("points", "deep"), "four")),
        ("points", "deep"),
        "expected a number from -100 to 100, found 'four'",
        "",
    ),
    "points that are true": (changed((("points", "deep"), True)), ("points", "deep"), "found true", ""),
    "points beyond reason": (changed((("points", "deep"), 101)), ("points", "deep"), "from -100 to 100", ""),
    "points that are no number": (
        changed((("points", "deep"), float("nan"))),
        ("points", "deep"),
        "from -100 to 100",
        "",
    ),
    "a grade that is a list": (
        changed((("points",), GONE), (("graded",), [1])),
        ("graded",),
        "graded must have exactly fact, scale, at and points",
        "",
    ),
    "a grade without a scale": (graded(("scale", GONE)), ("graded",), "graded must have exactly", ""),
    "a grade of a misspelt fact": (
        graded(("fact", "data.labeled")),
        ("graded", "fact"),
        "'data.labeled' is not a numeric fact",
        "did you mean 'data.labelled'?",
    ),
    "a grade of a choice": (graded(("fact", "task")), ("graded", "fact"), "is not a numeric fact", ""),
    "a grade on an unknown scale": (graded(("scale", "ln")), ("graded", "scale"), "log or linear", ""),
    "one knot": (graded(("at", [10])), ("graded", "at"), "at least two rising numbers", ""),
    "falling knots": (graded(("at", [10, 5, 20])), ("graded", "at"), "at least two rising numbers", ""),
    "a knot twice": (graded(("at", [10, 10, 20])), ("graded", "at"), "at least two rising numbers", ""),
    "a knot that is a word": (graded(("at", [10, "x", 20])), ("graded", "at"), "rising numbers", ""),
    "a log scale from 0": (graded(("at", [0, 10, 20])), ("graded", "at"), "above 0 on a log scale", ""),
    "a grade without points": (graded(("points", {})), ("graded", "points"), "a list of points", ""),
    "a grade for a misspelt approach": (
        graded(("points", {"deeep": [1, 2, 3]})),
        ("graded", "points", "deeep"),
        "unknown approach 'deeep'",
        "did you mean 'deep'?",
    ),
    "fewer points than knots": (
        graded(("points", {"deep": [1, 2]})),
        ("graded", "points", "deep"),
        "expected 3 numbers, one for each knot of at",
        "",
    ),
    "graded points that are a number": (
        graded(("points", {"deep": 3})),
        ("graded", "points", "deep"),
        "expected 3 numbers",
        "",
    ),
    "graded points beyond reason": (
        graded(("points", {"deep": [1, 2, 300]})),
        ("graded", "points", "deep"),
        "expected numbers from -100 to 100",
        "",
    ),
    "excludes nothing": (with_effect("excludes", []), ("excludes",), "a list of approaches", ""),
    "excludes a family": (
        with_effect("excludes", ["deep", "ml"]),
        ("excludes", 1),
        "unknown approach 'ml', not one of none, classical, hybrid, transfer, deep",
        "",
    ),
    "excludes a word": (with_effect("excludes", "deep"), ("excludes",), "a list of approaches", ""),
    "an unknown limit": (
        with_effect("excludes", {"unless_a_model_meets": "speed"}),
        ("excludes",),
        "unless_a_model_meets: one of latency, memory",
        "",
    ),
    "a limit with company": (
        with_effect("excludes", {"unless_a_model_meets": "latency", "for": "deep"}),
        ("excludes",),
        "unless_a_model_meets: one of",
        "",
    ),
    "suggestions in a list": (
        with_effect("suggests", ["scaling"]),
        ("suggests",),
        "expected techniques, plan and/or warnings",
        "",
    ),
    "suggestions of another kind": (
        with_effect("suggests", {"ideas": ["x"]}),
        ("suggests",),
        "expected techniques, plan and/or warnings",
        "",
    ),
    "a plan step that is a word": (
        with_effect("suggests", {"plan": [STEP, "then rest"]}),
        ("suggests", "plan", 1),
        "a plan step must have exactly topic, step and why",
        "",
    ),
    "a plan step without a reason": (
        with_effect("suggests", {"plan": [{"topic": "data", "step": "x"}]}),
        ("suggests", "plan", 0),
        "a plan step must have exactly topic, step and why",
        "",
    ),
    "a plan step on an unknown topic": (
        with_effect("suggests", {"plan": [STEP | {"topic": "luck"}]}),
        ("suggests", "plan", 0, "topic"),
        "expected one of data, compute",
        "",
    ),
    "a technique outside a list": (
        with_effect("suggests", {"techniques": "scaling"}),
        ("suggests", "techniques"),
        "",
        "",
    ),
    "a warning outside a list": (
        with_effect("suggests", {"warnings": "Mind the gap."}),
        ("suggests", "warnings"),
        "",
        "",
    ),
    "a plan that is a word": (with_effect("suggests", {"plan": "first"}), ("suggests", "plan"), "", ""),
    "no evidence": (changed((("evidence",), [])), ("evidence",), "at least one {source, claim}", ""),
    "evidence that is a word": (changed((("evidence",), "x")), ("evidence",), "at least one", ""),
    "evidence without a claim": (
        changed((("evidence",), [RULE["evidence"][0], {"source": "judgement"}])),
        ("evidence", 1),
        "evidence must have exactly source and claim",
        "",
    ),
    "tests without silent": (
        changed((("tests", "silent"), GONE)),
        ("tests",),
        "tests must have exactly fires and silent",
        "",
    ),
    "no example that fires": (
        changed((("tests", "fires"), [])),
        ("tests", "fires"),
        "expected at least one example",
        "",
    ),
    "an example that is a word": (
        changed((("tests", "silent"), ["table"])),
        ("tests", "silent", 0),
        "expected fields and values, found 'table'",
        "",
    ),
    "an example with a misspelt field": (
        changed((("tests", "fires", 0), {"data.rowz": 3})),
        ("tests", "fires", 0, "data.rowz"),
        "unknown field 'data.rowz'",
        "did you mean 'data.rows'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_rule_with_one_fault_is_refused_with_one_message_at_its_path(name):
    data, path, message, hint = PROBLEMS[name]
    ((found_path, found_message, found_hint),) = problems_of(data)
    assert found_path == path
    assert message in found_message
    assert hint in found_hint


JUNK = (None, True, -1, 2.5, float("nan"), float("inf"), "junk", "", [], {}, [[]], [{}], {"junk": []})


def paths_of(data, path=()):
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from paths_of(value, (*path, key))


SAMPLES = {
    "points": RULE,
    "graded": graded(),
    "excludes": with_effect("excludes", ["transfer"]),
    "limit": with_effect("excludes", {"unless_a_model_meets": "latency"}),
    "suggests": with_effect("suggests", {"techniques": ["scaling"], "plan": [STEP], "warnings": ["Mind the gap."]}),
}


def breaks(rule):
    """Return what a rule does to the parser and to its own examples, if it is not refused in good order."""
    try:
        failing_tests(parse_rule(rule, GROUPS, "few-labelled-rows"), derive_facts)
    except RuleError as error:
        return "" if error.problems else "refused without a message"
    except Exception as error:  # noqa: BLE001 - any other error is what is looked for
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("kind", SAMPLES)
def test_junk_anywhere_in_a_rule_is_refused_or_works_but_never_breaks_the_parser(kind):
    found = {}
    for path in paths_of(SAMPLES[kind]):
        for junk in JUNK if path else ():
            rule = copy.deepcopy(SAMPLES[kind])
            place = rule
            for part in path[:-1]:
                place = place[part]
            place[path[-1]] = junk
            broken = breaks(rule)
            if broken:
                found[".".join(map(str, path))] = f"{junk!r}: {broken}"
    assert not found, "\n".join(f"{path}: {broken}" for path, broken in found.items())


def test_all_faults_of_a_rule_are_told_at_once():
    broken = changed(
        (("titel",), "x"),
        (("exceptions",), GONE),
        (("id",), "other"),
        (("because",), 3),
        (("criterion",), "luck"),
        (("group",), "nowhere"),
        (("when", "all", 0, "is"), "tubular"),
        (("when", "all", 1), {"fact": "data.labelled", "less_than": 3000}),
        (("points",), {"deeep": 1, "classical": "x"}),
        (("suggests",), {"ideas": [], "plan": [STEP | {"topic": "luck"}], "warnings": "none"}),
        (("evidence",), [{"source": 3}]),
        (("tests", "fires", 0), {"data.rowz": 3}),
        (("tests", "silent"), []),
    )
    assert [path for path, _, _ in problems_of(broken)] == [
        ("titel",),
        (),
        ("id",),
        ("because",),
        ("criterion",),
        ("group",),
        ("when", "all", 0, "is"),
        ("when", "all", 1, "less_than"),
        ("points", "deeep"),
        ("points", "classical"),
        ("suggests",),
        ("suggests", "warnings"),
        ("suggests", "plan", 0, "topic"),
        ("evidence", 0),
        ("evidence", 0, "source"),
        ("tests", "fires", 0, "data.rowz"),
        ("tests", "silent"),
    ]


def test_all_faults_of_a_grade_are_told_at_once():
    broken = graded(("fact", "task"), ("scale", "ln"), ("points", {"deeep": [1], "deep": [1], "none": 3}))
    assert [path for path, _, _ in problems_of(broken)] == [
        ("graded", "fact"),
        ("graded", "scale"),
        ("graded", "points", "deeep"),
        ("graded", "points", "deep"),
        ("graded", "points", "none"),
    ]


def test_a_grade_that_lacks_a_key_is_looked_at_all_the_same():
    broken = graded(("scale", GONE), ("fact", "task"), ("at", [3]), ("points", {"deeep": [1], "deep": ["x"]}))
    assert [path for path, _, _ in problems_of(broken)] == [
        ("graded",),
        ("graded", "fact"),
        ("graded", "at"),
        ("graded", "points", "deeep"),
        ("graded", "points", "deep"),
    ]


def test_what_is_missing_is_told_once():
    assert problems_of({"title": "A rule", "excludes": ["deep"]}) == [
        ((), "missing: id, criterion, when, because, exceptions, evidence, tests", "")
    ]


def test_a_rule_becomes_a_vector_over_the_approaches():
    rule = parse_rule(RULE, GROUPS, "few-labelled-rows")
    assert dict(zip(APPROACHES, rule.points, strict=True)) == {
        "none": 0,
        "classical": 2,
        "hybrid": 0,
        "transfer": 0,
        "deep": -4,
    }
    assert rule.facts == {"data.structure", "data.labelled"}
    assert rule.scores


def test_a_rule_on_a_derived_fact_depends_on_the_fields_behind_it():
    data = changed((("when",), {"fact": "data.labels_per_class", "below": 10}))
    rule = parse_rule(data, GROUPS, "few-labelled-rows")
    assert rule.fields == {"data.labelled", "data.rows", "data.classes"}


def test_a_rule_that_only_suggests_needs_no_group_and_gives_no_points():
    data = with_effect("suggests", {"techniques": ["scaling"], "plan": [STEP], "warnings": ["Mind the gap."]})
    rule = parse_rule(data, GROUPS, "few-labelled-rows")
    assert not rule.scores
    assert (rule.techniques, rule.plan, rule.warnings) == (("scaling",), (STEP,), ("Mind the gap.",))


def test_a_rule_may_give_points_and_suggest():
    data = changed((("suggests",), {"techniques": ["class-weights"]}))
    rule = parse_rule(data, GROUPS, "few-labelled-rows")
    assert rule.scores
    assert rule.techniques == ("class-weights",)


def test_a_limit_names_approaches_or_what_models_must_meet():
    named = parse_rule(with_effect("excludes", ["transfer"]), GROUPS, "few-labelled-rows")
    assert named.excludes == ("transfer",)
    judged = parse_rule(with_effect("excludes", {"unless_a_model_meets": "latency"}), GROUPS, "few-labelled-rows")
    assert judged.limit == "latency"
    assert not judged.scores


def test_the_examples_of_a_rule_are_checked_against_its_condition():
    good = parse_rule(RULE, GROUPS, "few-labelled-rows")
    assert failing_tests(good, derive_facts) == []
    swapped = changed((("tests",), {"fires": RULE["tests"]["silent"], "silent": RULE["tests"]["fires"]}))
    found = failing_tests(parse_rule(swapped, GROUPS, "few-labelled-rows"), derive_facts)
    assert len(found) == 2
    assert "should fire on" in found[0]
    assert "should stay silent on" in found[1]


def test_a_graded_rule_whose_fact_is_unknown_does_not_fire_on_its_example():
    data = graded() | {"when": {"fact": "data.structure", "is": "tabular"}}
    data["tests"] = {"fires": [{"data.structure": "tabular"}], "silent": [{"data.structure": "text"}]}
    rule = parse_rule(data, GROUPS, "few-labelled-rows")
    assert len(failing_tests(rule, derive_facts)) == 1


GROUP = {"id": "labels", "title": "Labels", "criterion": "success", "cap": 20}


@pytest.mark.parametrize(
    ("entry", "path", "message"),
    [
        ("labels", (1,), "expected a mapping with id, title, criterion and cap, found 'labels'"),
        ({"id": "x", "title": "X", "cap": 3}, (1,), "a group must have exactly id, title, criterion and cap"),
        (GROUP | {"weight": 3}, (1,), "a group must have exactly id, title, criterion and cap"),
        (GROUP | {"criterion": "luck"}, (1, "criterion"), "'luck' is not one of success, accuracy, interpretability, "),
        (GROUP | {"cap": 0}, (1, "cap"), "expected a number above 0"),
        (GROUP | {"cap": "high"}, (1, "cap"), "expected a number above 0"),
        (GROUP | {"cap": True}, (1, "cap"), "expected a number above 0"),
        (GROUP | {"measured": "no"}, (1, "measured"), "expected true or false"),
        (GROUP | {"criterion": "cost", "measured": True}, (1, "measured"), "a preference cannot be measured"),
    ],
    ids=["word", "missing", "extra", "criterion", "zero", "text", "flag", "measured-word", "measured-preference"],
)
def test_a_group_with_a_fault_is_refused_with_its_path(entry, path, message):
    with pytest.raises(RuleError) as caught:
        parse_groups([GROUP, entry])
    ((found_path, found_message, _),) = caught.value.problems
    assert found_path == path
    assert message in found_message


def test_groups_that_are_no_list_are_refused():
    with pytest.raises(RuleError):
        parse_groups({"labels": 20})


def test_all_faults_of_the_groups_are_told_at_once():
    with pytest.raises(RuleError) as caught:
        parse_groups(["x", GROUP | {"criterion": "luck", "cap": -1}, GROUP, {}, {"id": 3, "cap": 0}])
    assert [path for path, _, _ in caught.value.problems] == [
        (0,),
        (1, "criterion"),
        (1, "cap"),
        (3,),
        (4,),
        (4, "id"),
        (4, "cap"),
    ]


def test_only_the_rules_that_can_fire_for_a_task_and_a_structure_are_looked_at():
    data = RULE | {"when": {"fact": "data.structure", "is": "tabular"}}
    table = parse_rule(data, GROUPS, "few-labelled-rows")
    text = parse_rule(data | {"id": "text", "when": {"fact": "data.structure", "is": "text"}}, GROUPS, "text")
    book = RuleBook((table, text), GROUPS, "0")
    facts = {"task": "classification", "data.structure": "tabular"}
    assert book.relevant(facts).scoring == (table,)
    assert book.relevant({"task": "classification"}).scoring == (table, text)


def test_no_bundled_rule_reads_a_fact_without_being_found_by_it():
    book = knowledge().book
    relevant = book.relevant({"task": "classification", "data.structure": "tabular"})
    for index, rule in enumerate(relevant.scoring):
        assert all(index in relevant.by_fact[fact] for fact in rule.facts)
