"""Conditions as data, evaluated in Kleene's three-valued logic."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from advisor.profile.facts import DERIVED, Interval
from advisor.profile.fields import FIELD, FIELDS, Kind
from advisor.source.problems import did_you_mean, shorten
from advisor.source.yaml_reader import Path

Facts = Mapping[str, Any]
Test = Callable[[Facts], bool | None]

ORDERED = ("below", "at_most", "above", "at_least")
OPERATORS: Mapping[str, str] = {
    "is": "equals this value; for a field that lists several, holds this one among them",
    "is_not": "is known and differs from this value",
    "in": "equals one of these values",
    "below": "is less than this number",
    "at_most": "is this number or less",
    "above": "is more than this number",
    "at_least": "is this number or more",
    "between": "lies between these two numbers, both included",
    "known": "true: the profile states it; false: the profile leaves it out",
}
CONNECTIVES: Mapping[str, str] = {
    "all": "every one of these conditions holds",
    "any": "at least one of these conditions holds",
    "not": "this condition does not hold",
}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "below": operator.lt,
    "at_most": operator.le,
    "above": operator.gt,
    "at_least": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison of one fact."""

    fact: str
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is true, false when any is false, else unknown."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when any part is true, false when every part is false, else unknown."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: "Condition"


Condition = Leaf | AllOf | AnyOf | Not
ALWAYS = AllOf(())


Mistake = tuple[Path, str, str]  # where, what is wrong, what to do


class ConditionError(Exception):
    """A condition that cannot be used; `mistakes` holds all that is wrong with it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("; ".join(message for _, message, _ in mistakes))
        self.mistakes = mistakes


_PARTS = ("fact", *CONNECTIVES)
NUMERIC_FACTS = (*(field.path for field in FIELDS if field.numeric), *DERIVED)


def parse_condition(data: Any, path: Path = ()) -> Condition:
    """Return the condition that `data` describes.

    Raises
    ------
    ConditionError
        With every mistake, each with the path of its part.

    Examples
    --------
    >>> condition = parse_condition({"all": [{"fact": "data.rows", "below": 100}]})
    >>> compile_condition(condition)({"data.rows": 50}), compile_condition(condition)({})
    (True, None)
    """
    mistakes: list[Mistake] = []
    condition = _parse(data, path, mistakes)
    if mistakes:
        raise ConditionError(mistakes)
    return condition


def _parse(data: Any, path: Path, mistakes: list[Mistake]) -> Condition:
    """Return the condition, without meaning where a mistake is noted."""
    if not isinstance(data, dict):
        mistakes.append((path, f"expected a condition, found {shorten(data)}", ""))
        return ALWAYS
    if "fact" in data:
        return _parse_leaf(data, path, mistakes)
    expected = f"expected one of {', '.join(_PARTS)}"
    unknown = [key for key in data if key not in CONNECTIVES]
    mistakes += [((*path, key), expected, did_you_mean(key, _PARTS)) for key in unknown]
    joined = [_parse_joined(key, content, path, mistakes) for key, content in data.items() if key in CONNECTIVES]
    if len(joined) != 1 and not unknown:
        mistakes.append((path, expected, "put several leaves under all: [...]"))
    return joined[0] if joined else ALWAYS


def _parse_joined(key: str, content: Any, path: Path, mistakes: list[Mistake]) -> Condition:
    if key == "not":
        return Not(_parse(content, (*path, "not"), mistakes))
    if not isinstance(content, list) or not content:
        mistakes.append(((*path, key), f"expected a list of conditions, found {shorten(content)}", ""))
        return ALWAYS
    parts = tuple(_parse(part, (*path, key, index), mistakes) for index, part in enumerate(content))
    return AllOf(parts) if key == "all" else AnyOf(parts)


def _parse_leaf(data: Mapping[str, Any], path: Path, mistakes: list[Mistake]) -> Condition:
    fact = data["fact"]
    known = isinstance(fact, str) and (fact in FIELD or fact in DERIVED)
    if not known:
        near = did_you_mean(str(fact), [*FIELD, *DERIVED]) or "`advisor schema rule` lists the facts"
        mistakes.append(((*path, "fact"), f"unknown fact {shorten(fact)}", near))
    operators = [key for key in data if key in OPERATORS]
    unknown = [key for key in data if key not in OPERATORS and key != "fact"]
    mistakes += [
        (
            (*path, key),
            f"unknown operator {shorten(key)}, not one of {', '.join(OPERATORS)}",
            did_you_mean(key, OPERATORS),
        )
        for key in unknown
    ]
    if len(operators) > 1 or not (operators or unknown):
        mistakes.append((path, f"expected exactly one of {', '.join(OPERATORS)}", ""))
    if known:
        for op in operators:
            mistakes += _mismatches(fact, op, data[op], (*path, op))
    if len(operators) != 1:
        return ALWAYS
    value = data[operators[0]]
    return Leaf(fact, operators[0], tuple(value) if isinstance(value, list) else value)


def _mismatches(fact: str, op: str, value: Any, path: Path) -> Iterator[Mistake]:
    """Yield what keeps operator and value from fitting the fact's kind."""
    if op in ORDERED or op == "between":
        reason = _not_ordered(fact, op, value)
        if reason:
            yield path, reason, ""
        return
    if op == "known":
        if not isinstance(value, bool):
            yield path, f"known takes true or false, found {shorten(value)}", ""
        return
    if op == "in" and (not isinstance(value, list) or not value):
        yield path, f"in takes a list of values, found {shorten(value)}", ""
        return
    for place, item in [((*path, index), item) for index, item in enumerate(value)] if op == "in" else [(path, value)]:
        message, hint = _not_a_value(fact, item)
        if message:
            yield place, message, hint


def _not_ordered(fact: str, op: str, value: Any) -> str:
    if fact not in NUMERIC_FACTS:
        return f"{op} needs a number, but {fact} is not one"
    ends = value if op == "between" else [value]
    if not isinstance(ends, list) or (op == "between" and len(ends) != 2):
        return f"between takes [low, high], found {shorten(value)}"
    if not all(_is_number(end) for end in ends):
        return f"{op} needs numbers, found {shorten(value)}"
    return "between needs low at most high" if op == "between" and ends[0] > ends[1] else ""


def _not_a_value(fact: str, item: Any) -> tuple[str, str]:
    """Return why a fact is never equal to this, and what may have been meant; empty where it can be."""
    if fact in NUMERIC_FACTS:
        return ("", "") if _is_number(item) else (f"{fact} is a number, found {shorten(item)}", "")
    field = FIELD[fact]
    if field.values and item not in field.values:
        message = f"{shorten(item)} is not a value of {fact} ({', '.join(field.values)})"
        return message, did_you_mean(item, field.values) if isinstance(item, str) else ""
    if field.kind is Kind.FLAG and not isinstance(item, bool):
        return f"{fact} is true or false, found {shorten(item)}", ""
    if field.kind is Kind.TEXT and not isinstance(item, str):
        return f"{fact} is text, found {shorten(item)}", ""
    return "", ""


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def compile_condition(condition: Condition) -> Test:
    """Return a function from facts to True, False or None (unknown)."""
    if isinstance(condition, Leaf):
        return _compile_leaf(condition)
    if isinstance(condition, Not):
        return _compile_not(compile_condition(condition.part))
    tests = tuple(compile_condition(part) for part in condition.parts)
    return _compile_all(tests) if isinstance(condition, AllOf) else _compile_any(tests)


def _compile_not(test: Test) -> Test:
    def negate(facts: Facts) -> bool | None:
        result = test(facts)
        return None if result is None else not result

    return negate


def _compile_all(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def conjunction(facts: Facts) -> bool | None:
        result: bool | None = True
        for test in tests:
            value = test(facts)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return conjunction


def _compile_any(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def disjunction(facts: Facts) -> bool | None:
        result: bool | None = False
        for test in tests:
            value = test(facts)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return disjunction


def _compile_leaf(leaf: Leaf) -> Test:
    fact, op, wanted = leaf.fact, leaf.op, leaf.value
    if op == "known":
        return lambda facts: (fact in facts and not isinstance(facts[fact], Interval)) is wanted
    if op in ORDERED:
        return _ordered(fact, _COMPARE[op], wanted)
    if op == "between":
        low, high = wanted
        return _compile_all((_ordered(fact, operator.ge, low), _ordered(fact, operator.le, high)))
    field = FIELD.get(fact)
    if field is not None and field.kind is Kind.CHOICES:
        return _contains(fact, op, frozenset(wanted if op == "in" else (wanted,)))
    return _equals(fact, op, wanted if op == "in" else (wanted,))


def _ordered(fact: str, compare: Callable[[Any, Any], Any], limit: float) -> Test:
    def ordered(facts: Facts) -> bool | None:
        value = facts.get(fact)
        return None if value is None else compare(value, limit)

    return ordered


def _equals(fact: str, op: str, wanted: tuple[Any, ...]) -> Test:
    negated = op == "is_not"

    def equals(facts: Facts) -> bool | None:
        value = facts.get(fact)
        if value is None or value.__class__ is Interval:
            return None
        return (value in wanted) is not negated

    return equals


def _contains(fact: str, op: str, wanted: frozenset[str]) -> Test:
    negated = op == "is_not"

    def contains(facts: Facts) -> bool | None:
        value = facts.get(fact)
        return None if value is None else wanted.isdisjoint(value) is negated

    return contains


_UNDECIDED = Leaf("", "is", None)  # no fact has an empty name


def without_known(condition: Condition) -> Condition:
    """Return the condition with its `known` leaves undecided, for tests under a part of the facts."""
    if isinstance(condition, Leaf):
        return _UNDECIDED if condition.op == "known" else condition
    if isinstance(condition, Not):
        return Not(without_known(condition.part))
    return type(condition)(tuple(without_known(part) for part in condition.parts))


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield every leaf of a condition."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        for part in condition.parts:
            yield from leaves(part)


def fields_of(fact: str) -> tuple[str, ...]:
    """Return the profile fields that a fact is made from (itself for a field)."""
    return DERIVED[fact][0] if fact in DERIVED else (fact,)


def thresholds(condition: Condition) -> Iterator[tuple[str, float]]:
    """Yield (fact, number) for every number that a condition compares a fact with."""
    for leaf in leaves(condition):
        if leaf.op in ORDERED:
            yield leaf.fact, leaf.value
        elif leaf.op == "between":
            yield from ((leaf.fact, end) for end in leaf.value)
