"""Conditions: what the parser refuses, and three-valued evaluation against tables of its own."""

import itertools
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.conditions import (
    ALWAYS,
    OPERATORS,
    AllOf,
    AnyOf,
    ConditionError,
    Leaf,
    Not,
    compile_condition,
    fields_of,
    leaves,
    parse_condition,
    thresholds,
    without_known,
)
from advisor.profile.facts import DERIVED, Interval, derive_facts
from advisor.profile.fields import FIELD
from tests.bounds import examples

ROWS_BELOW_10 = {"fact": "data.rows", "below": 10}

REFUSED = [
    ("a number", 3, (), "expected a condition, found 3", ""),
    ("nothing", None, (), "expected a condition, found nothing", ""),
    ("a list", [ROWS_BELOW_10], (), "expected a condition, found a list", ""),
    ("an empty mapping", {}, (), "expected one of fact, all, any, not", "all: [...]"),
    ("two combinators", {"all": [ROWS_BELOW_10], "any": [ROWS_BELOW_10]}, (), "expected one of fact", ""),
    ("a misspelt combinator", {"alll": []}, ("alll",), "expected one of fact", "did you mean 'all'?"),
    ("an empty all", {"all": []}, ("all",), "expected a list of conditions", ""),
    ("an any that is a mapping", {"any": ROWS_BELOW_10}, ("any",), "found a mapping", ""),
    ("a part that is a word", {"all": [ROWS_BELOW_10, "rows"]}, ("all", 1), "found 'rows'", ""),
    ("a not that is a list", {"not": [ROWS_BELOW_10]}, ("not",), "found a list", ""),
    ("a fact like no other", {"fact": "xyzzy", "is": 2}, ("fact",), "unknown fact 'xyzzy'", "`advisor schema rule`"),
    ("a fact that is no word", {"fact": [1], "is": 2}, ("fact",), "unknown fact a list", ""),
    (
        "a misspelt fact",
        {"fact": "data.row", "below": 3},
        ("fact",),
        "unknown fact 'data.row'",
        "did you mean 'data.rows'?",
    ),
    ("no operator", {"fact": "data.rows"}, (), "expected exactly one of is, is_not", ""),
    ("two operators", {"fact": "data.rows", "below": 3, "above": 1}, (), "expected exactly one of", ""),
    (
        "a misspelt operator",
        {"fact": "data.rows", "bellow": 3},
        ("bellow",),
        "unknown operator 'bellow', not one of is, is_not, in, below, at_most, above, at_least, between, known",
        "did you mean 'below'?",
    ),
    ("known with a word", {"fact": "data.rows", "known": "yes"}, ("known",), "known takes true or false", ""),
    ("an order on a choice", {"fact": "task", "above": 3}, ("above",), "above needs a number, but task", ""),
    ("an order on a flag", {"fact": "data.known_rule", "at_least": 1}, ("at_least",), "is not one", ""),
    ("a range on a choice", {"fact": "task", "between": [1, 2]}, ("between",), "between needs a number", ""),
    ("below a word", {"fact": "data.rows", "below": "ten"}, ("below",), "needs numbers, found 'ten'", ""),
    ("below true", {"fact": "data.rows", "below": True}, ("below",), "needs numbers, found true", ""),
    ("below a list", {"fact": "data.rows", "below": [1, 2]}, ("below",), "needs numbers", ""),
    ("between one number", {"fact": "data.rows", "between": 3}, ("between",), "takes [low, high]", ""),
    ("between three", {"fact": "data.rows", "between": [1, 2, 3]}, ("between",), "takes [low, high]", ""),
    ("between words", {"fact": "data.rows", "between": ["a", 2]}, ("between",), "needs numbers", ""),
    ("between the wrong way", {"fact": "data.rows", "between": [5, 2]}, ("between",), "low at most high", ""),
    ("in a single value", {"fact": "task", "in": "ranking"}, ("in",), "in takes a list of values", ""),
    ("in nothing", {"fact": "task", "in": []}, ("in",), "in takes a list of values", ""),
    (
        "a value that the field never takes",
        {"fact": "task", "is": "clasification"},
        ("is",),
        "'clasification' is not a value of task (classification, regression, ranking, ",
        "did you mean 'classification'?",
    ),
    (
        "one dead value among live ones",
        {"fact": "interpretability.regulation", "in": ["hiring", "firing"]},
        ("in", 1),
        "'firing' is not a value of interpretability.regulation",
        "",
    ),
    ("a dead is_not", {"fact": "task", "is_not": "x"}, ("is_not",), "'x' is not a value of task", ""),
    (
        "a flag in quotes",
        {"fact": "risk.energy", "is": "true"},
        ("is",),
        "is true or false, found 'true'",
        "",
    ),
    (
        "a fault deep inside",
        {"all": [ROWS_BELOW_10, {"any": [{"not": {"fact": "data.rows", "below": "x"}}]}]},
        ("all", 1, "any", 0, "not", "below"),
        "needs numbers",
        "",
    ),
]


@pytest.mark.parametrize(
    ("data", "path", "message", "hint"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_condition_that_cannot_be_used_is_refused_with_its_path(data, path, message, hint):
    with pytest.raises(ConditionError) as caught:
        parse_condition(data)
    ((found_path, found_message, found_hint),) = caught.value.mistakes
    assert found_path == path
    assert message in found_message
    assert hint in found_hint


def test_the_path_of_a_fault_starts_where_the_caller_says():
    with pytest.raises(ConditionError) as caught:
        parse_condition({"not": 3}, ("when",))
    assert [path for path, _, _ in caught.value.mistakes] == [("when", "not")]


def test_all_mistakes_of_a_condition_are_told_at_once():
    data = {
        "all": [
            {"fact": "deployment.target", "is": "phone"},
            {"fact": "data.rows", "less_than": 5},
            {"not": {"any": [{"fact": "data.structur", "is": "phone"}, {"fact": "task", "in": ["x", "ranking", "y"]}]}},
            {"fact": "risk.energy", "is": "yes", "equals": True},
        ],
        "any": 3,
        "some": [],
    }
    with pytest.raises(ConditionError) as caught:
        parse_condition(data)
    assert [path for path, _, _ in caught.value.mistakes] == [
        ("some",),
        ("all", 0, "is"),
        ("all", 1, "less_than"),
        ("all", 2, "not", "any", 0, "fact"),
        ("all", 2, "not", "any", 1, "in", 0),
        ("all", 2, "not", "any", 1, "in", 2),
        ("all", 3, "equals"),
        ("all", 3, "is"),
        ("any",),
    ]


def test_a_condition_is_parsed_into_its_parts():
    parsed = parse_condition({"all": [ROWS_BELOW_10, {"not": {"fact": "task", "in": ["lookup", "control"]}}]})
    rows = Leaf("data.rows", "below", 10)
    task = Leaf("task", "in", ("lookup", "control"))
    assert parsed == AllOf((rows, Not(task)))
    assert list(leaves(parsed)) == [rows, task]


def test_thresholds_are_the_numbers_that_facts_are_compared_with():
    parsed = parse_condition(
        {
            "any": [
                ROWS_BELOW_10,
                {"not": {"fact": "data.examples", "between": [3, 30]}},
                {"fact": "task", "is": "lookup"},
                {"fact": "data.features", "known": True},
            ]
        }
    )
    assert list(thresholds(parsed)) == [("data.rows", 10), ("data.examples", 3), ("data.examples", 30)]


def test_a_derived_fact_stands_for_the_fields_that_it_is_made_from():
    assert fields_of("data.rows") == ("data.rows",)
    for name in DERIVED:
        assert all(path in FIELD for path in fields_of(name))


def test_the_condition_without_parts_always_holds():
    assert compile_condition(ALWAYS)({}) is True


# -- evaluation against independent tables ---------------------------------------------------------------

# Domains small enough to try every value: the regulation list is cut to two of its values.
NUMBERS = range(7)
DOMAINS = {
    "data.known_rule": [False, True],
    "risk.energy": [False, True],
    "data.signal": ["linear", "mildly-nonlinear", "complex"],
    "interpretability.regulation": [[], ["hiring"], ["medical-device"], ["medical-device", "hiring"]],
    "data.rows": list(NUMBERS),
    "data.features": list(NUMBERS),
}
NUMERIC = ["data.rows", "data.features"]
ORDERS = {"below": operator.lt, "at_most": operator.le, "above": operator.gt, "at_least": operator.ge}
# Truth as a number: false 0, true 2, unknown 1 in between; so "all" is the least and "any" the greatest.
FALSE, UNKNOWN, TRUE = 0, 1, 2
MEANING = {FALSE: False, UNKNOWN: None, TRUE: True}


def numeric_leaves():
    fact = st.sampled_from(NUMERIC)
    number = st.integers(-1, 7)
    ends = st.tuples(number, number).map(sorted)
    return st.one_of(
        st.tuples(fact, st.sampled_from(sorted(ORDERS)), number),
        st.tuples(fact, st.just("between"), ends),
        st.tuples(fact, st.sampled_from(["is", "is_not"]), number),
        st.tuples(fact, st.just("in"), st.lists(number, min_size=1, max_size=3)),
    )


def word_leaves():
    def of(fact):
        values = DOMAINS[fact] if fact != "interpretability.regulation" else ["hiring", "medical-device"]
        one, several = st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=3)
        equal = st.tuples(st.just(fact), st.sampled_from(["is", "is_not"]), one)
        return equal | st.tuples(st.just(fact), st.just("in"), several)

    return st.sampled_from([fact for fact in DOMAINS if fact not in NUMERIC]).flatmap(of)


def known_leaves():
    return st.tuples(st.sampled_from(sorted(DOMAINS)), st.just("known"), st.booleans())


def trees(leaf):
    leaf = leaf.map(lambda parts: {"fact": parts[0], parts[1]: parts[2]})
    return st.recursive(
        leaf,
        lambda parts: st.one_of(
            st.lists(parts, min_size=1, max_size=3).map(lambda items: {"all": items}),
            st.lists(parts, min_size=1, max_size=3).map(lambda items: {"any": items}),
            parts.map(lambda item: {"not": item}),
        ),
        max_leaves=8,
    )


def partial_facts():
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in DOMAINS.items()})


def by_tables(data, facts):
    """Evaluate the plain data of a condition leaf by leaf in tables, knowing nothing of the compiler."""
    if "all" in data:
        return min(by_tables(part, facts) for part in data["all"])
    if "any" in data:
        return max(by_tables(part, facts) for part in data["any"])
    if "not" in data:
        return {FALSE: TRUE, UNKNOWN: UNKNOWN, TRUE: FALSE}[by_tables(data["not"], facts)]
    (fact, name), (op, wanted) = data.items()
    assert fact == "fact"
    value = facts.get(name)
    if op == "known":
        return TRUE if (value is not None) == wanted else FALSE
    if value is None:
        return UNKNOWN
    return TRUE if holds(value, op, wanted) else FALSE


def holds(value, op, wanted):
    if op in ORDERS:
        return ORDERS[op](value, wanted)
    if op == "between":
        return value in range(wanted[0], wanted[1] + 1)
    values = value if isinstance(value, list) else [value]
    hit = any(item in (wanted if op == "in" else [wanted]) for item in values)
    return not hit if op == "is_not" else hit


@given(trees(numeric_leaves() | word_leaves() | known_leaves()), partial_facts())
@examples(400)
def test_the_compiled_condition_agrees_with_the_tables(data, facts):
    compiled = compile_condition(parse_condition(data))
    assert compiled(facts) is MEANING[by_tables(data, facts)]


@given(trees(numeric_leaves() | word_leaves()), partial_facts())
@examples(150)
def test_an_answer_despite_unknown_facts_holds_for_every_value_they_could_take(data, facts):
    compiled = compile_condition(parse_condition(data))
    answer = compiled(facts)
    unknown = [name for name in {leaf.fact for leaf in leaves(parse_condition(data))} if name not in facts]
    completions = itertools.product(*(DOMAINS[name] for name in unknown))
    outcomes = {compiled({**facts, **dict(zip(unknown, chosen, strict=True))}) for chosen in completions}
    assert None not in outcomes
    if answer is not None:
        assert outcomes == {answer}


@given(trees(numeric_leaves() | word_leaves() | known_leaves()), partial_facts(), st.data())
@examples(300)
def test_without_its_known_leaves_a_condition_is_false_only_if_no_further_fact_could_make_it_true(data, facts, more):
    condition = parse_condition(data)
    if compile_condition(without_known(condition))(facts) is False:
        further = more.draw(partial_facts())
        assert compile_condition(condition)({**further, **facts}) is not True


@given(trees(numeric_leaves() | word_leaves()), partial_facts())
@examples(100)
def test_a_condition_that_asks_for_nothing_known_stays_as_it_is(data, facts):
    condition = parse_condition(data)
    assert compile_condition(without_known(condition))(facts) is compile_condition(condition)(facts)


@given(trees(numeric_leaves()), st.integers(0, 6), st.integers(0, 6), st.none() | st.sampled_from(NUMBERS))
@examples(300)
def test_an_answer_from_bounds_holds_for_every_number_between_them(data, one, other, features):
    low, high = sorted((one, other))
    known = {} if features is None else {"data.features": features}
    compiled = compile_condition(parse_condition(data))
    answer = compiled({"data.rows": Interval(low, high), **known})
    inside = itertools.product(range(low, high + 1), NUMBERS if features is None else [features])
    outcomes = {compiled({"data.rows": rows, "data.features": count}) for rows, count in inside}
    if answer is not None:
        assert outcomes == {answer}


@given(st.sampled_from(sorted(ORDERS)), st.integers(0, 6), st.integers(0, 6), st.integers(-1, 7))
@examples(200)
def test_bounds_answer_an_order_as_soon_as_all_numbers_between_them_agree(op, one, other, limit):
    low, high = sorted((one, other))
    outcomes = {ORDERS[op](number, limit) for number in range(low, high + 1)}
    expected = outcomes.pop() if len(outcomes) == 1 else None
    compiled = compile_condition(Leaf("data.rows", op, limit))
    assert compiled({"data.rows": Interval(low, high)}) is expected


def test_a_fact_of_which_only_bounds_are_known_is_not_known():
    facts = derive_facts({"data.rows": 500})
    known = compile_condition(parse_condition({"fact": "data.labelled", "known": True}))
    assert known(facts) is False
    assert compile_condition(parse_condition({"fact": "data.labelled", "at_most": 500}))(facts) is True
    assert compile_condition(parse_condition({"fact": "data.labelled", "below": 500}))(facts) is None
    assert compile_condition(parse_condition({"fact": "data.labelled", "is": 0}))(facts) is None


def test_every_operator_is_tried_by_the_tables():
    assert {*ORDERS, "between", "is", "is_not", "in", "known"} == set(OPERATORS)


@pytest.mark.parametrize(
    ("combine", "table"),
    [
        (AllOf, {(True, True): True, (True, None): None, (True, False): False, (None, None): None,
               (None, False): False, (False, False): False}),
        (AnyOf, {(True, True): True, (True, None): True, (True, False): True, (None, None): None,
                (None, False): None, (False, False): False}),
    ],
    ids=["all", "any"],
)  # fmt: skip
def test_all_and_any_follow_the_tables_of_kleene_in_either_order(combine, table):
    facts = {"data.known_rule": True, "risk.energy": False}
    leaf = {
        True: Leaf("data.known_rule", "is", True),
        False: Leaf("risk.energy", "is", True),
        None: Leaf("data.drift", "is", "none"),
    }
    for parts, expected in table.items():
        for order in (parts, parts[::-1]):
            assert compile_condition(combine(tuple(leaf[part] for part in order)))(facts) is expected
