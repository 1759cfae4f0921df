"""Find rules that cannot be right: unsatisfiable, always true, duplicate, unused, off-centre."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from advisor.engine.approaches import Approach
from advisor.engine.conditions import ALWAYS, Condition, compile_condition, leaves, thresholds
from advisor.engine.rulebook import Rule, RuleBook
from advisor.engine.scoring import hashable
from advisor.profile.facts import DERIVED, derive_facts, implied
from advisor.profile.fields import FIELD, FIELDS, Field, Kind
from advisor.profile.reader import is_valid

MOST_CASES = 20_000
# Points that the rules of a fact may shift an approach by, on average over its prior.
OFF_CENTRE = 2.5
_FREE_FIELDS = ("version", "name", "description")


def lint(book: RuleBook, known_sources: Mapping[str, str], known_techniques: Collection[str]) -> list[str]:
    """Return one sentence for every finding, sorted; `known_sources` holds the status of each source by id."""
    findings = [
        *(finding for rule in book.rules for finding in _rule_findings(rule, known_sources, known_techniques)),
        *_duplicates(book),
        *_unused(book),
        *_off_centre(book),
    ]
    return sorted(findings)


def _rule_findings(rule: Rule, sources: Mapping[str, str], techniques: Collection[str]) -> Iterator[str]:
    truths = set(truth_values(rule.when))
    if True not in truths:
        yield f"{rule.id}: the condition can never hold"
    elif truths == {True}:
        yield f"{rule.id}: the condition always holds"
    for name in ("because", "exceptions"):
        if not getattr(rule, name).rstrip().endswith("."):
            yield f"{rule.id}: {name} must end with a period"
    for entry in rule.evidence:
        known = entry.source in sources or entry.source == "judgement"
        if not known:
            yield f"{rule.id}: unknown source {entry.source}"
        if sources.get(entry.source) == "recalled" and "recalled" not in entry.claim:
            yield f"{rule.id}: the claim of {entry.source} must say that it is recalled"
    for technique in rule.techniques:
        if technique not in techniques:
            yield f"{rule.id}: unknown technique {technique}"
    if rule.points is not None and len(set(rule.points)) == 1:
        yield f"{rule.id}: the points are the same for every approach and change nothing"


def truth_values(condition: Condition) -> Iterator[bool | None]:
    """Yield the condition's value for one representative of every cell of its facts (or for many of them)."""
    facts = sorted({leaf.fact for leaf in leaves(condition)})
    options = [_representatives(fact, condition) for fact in facts]
    test = compile_condition(condition)
    if condition == ALWAYS:
        yield True
        return
    # Far more cells than a rule of a person's making has: then every k-th of them.
    step = max(1, prod(len(values) for values in options) // MOST_CASES)
    for index, values in enumerate(product(*options)):
        if index % step == 0:
            yield test({fact: value for fact, value in zip(facts, values, strict=True) if value is not _UNKNOWN})


_UNKNOWN = object()


def _representatives(fact: str, condition: Condition) -> list[Any]:
    field = FIELD.get(fact)
    asks_known = any(leaf.fact == fact and leaf.op == "known" for leaf in leaves(condition))
    unknown = [_UNKNOWN] if asks_known else []
    if field is not None and field.kind is Kind.CHOICE:
        return [*field.values, *unknown]
    if field is not None and field.kind is Kind.FLAG:
        return [False, True, *unknown]
    if field is not None and field.kind is Kind.CHOICES:
        return [[], *([value] for value in field.values), *unknown]
    if field is not None and field.kind is Kind.TEXT:
        named = [leaf.value for leaf in leaves(condition) if leaf.fact == fact and leaf.op != "known"]
        return ["some other text", *named, *unknown]
    numbers = sorted({number for name, number in thresholds(condition) if name == fact} | _equal_to(fact, condition))
    cells: set[float] = set()
    for number in numbers:
        cells.update((number, number - _step(number), number + _step(number)))
    low = field.minimum if field else 0.0
    high = (1.0 if field.kind is Kind.SHARE else field.maximum) if field else float("inf")
    return [*sorted(cell for cell in cells | {low} if low <= cell <= high), *unknown]


def _equal_to(fact: str, condition: Condition) -> set[float]:
    found: set[float] = set()
    for leaf in leaves(condition):
        if leaf.fact == fact and leaf.op in ("is", "is_not", "in"):
            values = leaf.value if leaf.op == "in" else (leaf.value,)
            found.update(value for value in values if isinstance(value, (int, float)))
    return found


def _step(number: float) -> float:
    return max(abs(number) * 1e-6, 1e-9)


def _duplicates(book: RuleBook) -> Iterator[str]:
    seen: dict[Any, str] = {}
    for rule in book.rules:
        key = (
            rule.when,
            rule.group,
            rule.points,
            rule.graded,
            rule.excludes,
            rule.limit,
            rule.techniques,
            rule.warnings,
            str(rule.plan),
        )
        if key in seen:
            yield f"{rule.id}: duplicates {seen[key]}"
        seen.setdefault(key, rule.id)


def _unused(book: RuleBook) -> Iterator[str]:
    read = {path for rule in book.rules for path in rule.fields}
    read |= {f"priorities.{group.criterion}" for group in book.groups.values()}
    for field in FIELDS:
        if field.path not in read and field.path not in _FREE_FIELDS:
            yield f"field {field.path}: no rule reads it"
    facts = {fact for rule in book.rules for fact in rule.facts}
    yield from (f"fact {fact}: no rule reads it" for fact in DERIVED if fact not in facts)
    for field in FIELDS:
        if field.kind is Kind.CHOICE:
            named = {value for rule in book.rules for value in _named_values(rule, field)}
            compared = any(fact == field.path for rule in book.rules for fact in rule.facts)
            dead = [value for value in field.values if value not in named]
            # Values that no rule names behave alike; one such value is the field's neutral one.
            if compared and len(dead) > 2:
                yield f"field {field.path}: no rule tells {', '.join(dead)} apart"
    used = {rule.group for rule in book.rules if rule.group}
    yield from (f"group {name}: no rule is in it" for name in book.groups if name not in used)


def _named_values(rule: Rule, field: Field) -> Iterator[Any]:
    for leaf in leaves(rule.when):
        if leaf.fact == field.path:
            yield from leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)


def _off_centre(book: RuleBook) -> Iterator[str]:
    """Rules that read one unknown fact must on average shift nothing, or not knowing would be evidence."""
    totals: dict[tuple[str, str, str], list[float]] = {}
    for rule in book.rules:
        facts = sorted(rule.facts - {"task", "data.structure"})
        if not rule.scores or len(facts) != 1:
            continue
        for task, structure in _situations(rule):
            mean = expected_points(rule, {"task": task, "data.structure": structure})
            total = totals.setdefault((facts[0], task, structure), [0.0] * len(Approach))
            for approach in Approach:
                total[approach] += mean[approach]
    worst: dict[str, tuple[float, str]] = {}
    for (fact, task, structure), total in totals.items():
        centre = sum(total) / len(total)
        furthest = max(Approach, key=lambda approach: abs(total[approach] - centre))
        shift = total[furthest] - centre
        if abs(shift) > max(OFF_CENTRE, abs(worst.get(fact, (0.0, ""))[0])):
            worst[fact] = (shift, f"{furthest.id} on {task} of {structure}")
    for fact, (shift, where) in sorted(worst.items()):
        yield f"fact {fact}: its rules shift {where} by {shift:+.1f} points on average over the prior"


def _situations(rule: Rule) -> Iterator[tuple[str, str]]:
    for structure in FIELD["data.structure"].values:
        for task in ("classification", "forecasting", "recommendation"):
            if rule.test({"task": task, "data.structure": structure}) is not False:
                yield task, structure


def expected_points(rule: Rule, known: Mapping[str, Any]) -> list[float]:
    """Return the rule's expected points over the priors of the unknown fields that it reads."""
    totals, weights = [0.0] * len(Approach), 0.0
    read = tuple(sorted(rule.facts))
    settled = {*known, *implied(known)}
    unknown = tuple(path for path in sorted(rule.fields) if path not in settled and FIELD[path].prior)
    for values, weight in _distribution(read, unknown, tuple(known.items())).items():
        weights += weight
        facts = {name: value for name, value in zip(read, values, strict=True) if value is not None}
        vector = rule.vector(facts) if rule.test(facts) is True else None
        if vector is not None:
            totals = [total + weight * value for total, value in zip(totals, vector, strict=True)]
    return [total / weights for total in totals] if weights else totals


@lru_cache(maxsize=1024)
def _distribution(
    read: Sequence[str], unknown: Sequence[str], known: Sequence[tuple[str, Any]]
) -> dict[tuple[Any, ...], float]:
    """Return how probable the values of these facts are over the priors of the unknown fields, up to a factor."""
    found: dict[tuple[Any, ...], float] = defaultdict(float)
    for options in product(*[FIELD[path].prior for path in unknown]):
        values = dict(known)
        weight = 1.0
        for path, (value, share) in zip(unknown, options, strict=True):
            weight *= share
            if value is not None:
                values[path] = value
        if is_valid(values):
            facts = hashable(derive_facts(values))
            found[tuple([facts.get(name) for name in read])] += weight
    return found
