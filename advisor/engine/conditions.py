"""Conditions as data, evaluated in Kleene's three-valued logic."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from advisor.profile.facts import DERIVED, Interval
from advisor.profile.fields import FIELD, Kind
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


class ConditionError(Exception):
    """A condition that cannot be used; says which part and why."""

    def __init__(self, path: Path, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.path, self.message, self.hint = path, message, hint


_PARTS = ", ".join(["fact", *CONNECTIVES])


def parse_condition(data: Any, path: Path = ()) -> Condition:
    """Return the condition that `data` describes.

    Raises
    ------
    ConditionError
        With the path of the part that is wrong.

    Examples
    --------
    >>> condition = parse_condition({"all": [{"fact": "data.rows", "below": 100}]})
    >>> compile_condition(condition)({"data.rows": 50}), compile_condition(condition)({})
    (True, None)
    """
    if not isinstance(data, dict):
        raise ConditionError(path, f"expected a condition, found {shorten(data)}")
    if "fact" in data:
        return _parse_leaf(data, path)
    if len(data) != 1:
        raise ConditionError(path, f"expected one of {_PARTS}", "put several leaves under all: [...]")
    key, content = next(iter(data.items()))
    if key == "not":
        return Not(parse_condition(content, (*path, "not")))
    if key not in CONNECTIVES:
        hint = did_you_mean(key, [*CONNECTIVES, "fact"])
        raise ConditionError((*path, key), f"expected one of {_PARTS}", hint)
    if not isinstance(content, list) or not content:
        raise ConditionError((*path, key), f"expected a list of conditions, found {shorten(content)}")
    parts = tuple(parse_condition(part, (*path, key, index)) for index, part in enumerate(content))
    return AllOf(parts) if key == "all" else AnyOf(parts)


def _parse_leaf(data: Mapping[str, Any], path: Path) -> Leaf:
    fact = data["fact"]
    if not isinstance(fact, str) or not (fact in FIELD or fact in DERIVED):
        near = did_you_mean(str(fact), [*FIELD, *DERIVED])
        raise ConditionError((*path, "fact"), f"unknown fact {shorten(fact)}", near)
    rest = [key for key in data if key != "fact"]
    if len(rest) != 1 or rest[0] not in OPERATORS:
        unknown = next((key for key in rest if key not in OPERATORS), "")
        near = did_you_mean(unknown, OPERATORS) if unknown else ""
        raise ConditionError(path, f"expected exactly one of {', '.join(OPERATORS)}", near)
    op = rest[0]
    reason = _mismatch(fact, op, data[op])
    if reason:
        raise ConditionError((*path, op), reason)
    value = tuple(data[op]) if isinstance(data[op], list) else data[op]
    return Leaf(fact, op, value)


def _mismatch(fact: str, op: str, value: Any) -> str:
    """Return why operator and value do not fit the fact's kind, or an empty string."""
    if op == "known":
        return "" if isinstance(value, bool) else "known takes true or false"
    field = FIELD.get(fact)
    numeric = fact in DERIVED or (field is not None and field.numeric)
    if op in ORDERED or op == "between":
        if not numeric:
            return f"{op} needs a number, but {fact} is not one"
        ends = value if op == "between" else [value]
        if not isinstance(ends, list) or (op == "between" and len(ends) != 2):
            return "between takes [low, high]"
        if not all(_is_number(end) for end in ends):
            return f"{op} needs numbers, found {shorten(value)}"
        return "between needs low at most high" if op == "between" and ends[0] > ends[1] else ""
    values = value if op == "in" else [value]
    if not isinstance(values, list) or not values:
        return "in takes a list of values"
    if field is not None and field.kind in (Kind.CHOICE, Kind.CHOICES):
        dead = [item for item in values if item not in field.values]
        if dead:
            near = did_you_mean(str(dead[0]), field.values)
            return f"{shorten(dead[0])} is not a value of {fact}" + (f"; {near}" if near else "")
    if field is not None and field.kind is Kind.FLAG and not all(isinstance(item, bool) for item in values):
        return f"{fact} is true or false, found {shorten(value)}"
    if numeric and not all(_is_number(item) for item in values):
        return f"{fact} is a number, found {shorten(value)}"
    if field is not None and field.kind is Kind.TEXT and not all(isinstance(item, str) for item in values):
        return f"{fact} is text, found {shorten(value)}"
    return ""


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
