"""Read rules and groups from plain data, with all of their problems at once."""

import math
from collections.abc import Collection, Mapping
from typing import Any

from advisor.engine.approaches import APPROACHES, ZERO, Vector, as_vector
from advisor.engine.conditions import (
    ALWAYS,
    NUMERIC_FACTS,
    Condition,
    ConditionError,
    Mistake,
    compile_condition,
    parse_condition,
)
from advisor.engine.rulebook import Evidence, Graded, Group, Rule
from advisor.profile.fields import CRITERIA, FIELD
from advisor.profile.values import BadValueError, checked
from advisor.source.problems import did_you_mean, meant_or_known, shorten
from advisor.source.yaml_reader import Path

# The keys of a rule in the order of its file, and what each says; checker, schema and documentation read these tables.
KEYS: Mapping[str, str] = {
    "id": 'the file\'s name without its ending; names the situation and reads well in "because of <id>"',
    "title": "the situation, as reports name it",
    "criterion": "`success` if the rule says whether an approach can work, else the priority to which it speaks",
    "group": "the group in `groups.yaml` whose cap it shares; needed by rules that give points",
    "when": "the condition on the profile",
    "points": "what each approach gains or loses: +10 is ten times the odds, +3 double; an approach left out gets 0",
    "graded": "points that depend on one number, linear between the knots and constant beyond the outer ones",
    "excludes": "a hard limit: these approaches, or those without a model that meets a limit, cannot be chosen",
    "suggests": "techniques, steps of the plan and warnings for the report",
    "because": "the reason, in one or two sentences with figures, ending in a period; up to the first stop, colon or "
    "semicolon it is what the card shows, if that fits a line",
    "exceptions": "when the rule is wrong, ending in a period",
    "evidence": "what it rests on: sources and what each of them says; `judgement` is a source, and shown as such",
    "tests": "profiles on which it has to fire and on which it has to stay silent",
}
EFFECTS = ("points", "graded", "excludes")  # a rule has one of these at most, or suggests alone
OPTIONAL_KEYS = ("group", *EFFECTS, "suggests")
REQUIRED_KEYS = tuple(key for key in KEYS if key not in OPTIONAL_KEYS)
CRITERION_VALUES = ("success", *CRITERIA)
MOST_POINTS = 100
_POINTS = f"-{MOST_POINTS} to {MOST_POINTS}"
GRADED_KEYS: Mapping[str, str] = {
    "fact": "the number that decides",
    "scale": "how to interpolate between knots: `log` for counts and amounts, `linear` for shares",
    "at": "the knots, rising",
    "points": "for each approach one value for each knot",
}
SCALES = ("log", "linear")
# A limit that the catalogue judges: an approach is excluded when none of its models meets it.
UNLESS = "unless_a_model_meets"
LIMITS = ("latency", "memory", "target", "weights", "hosted", "licence", "budget", "gpu-hours", "labels",
          "explanation", "training", "model-limits", "existence")  # fmt: skip
SUGGESTION_KEYS: Mapping[str, str] = {
    "techniques": "ids from `catalogue/techniques.yaml`",
    "plan": "steps for the plan",
    "warnings": "sentences for the report's warnings",
}
STEP_KEYS: Mapping[str, str] = {
    "topic": "where in the plan it stands",
    "step": "what to do, in one sentence",
    "why": "the reason, in one sentence",
    "approaches": "the answers in whose plan it stands; all if left out",
}
STEP_OPTIONAL = ("approaches",)
TOPICS = ("data", "compute", "interpretability", "latency", "operation")
EVIDENCE_KEYS: Mapping[str, str] = {
    "source": "an id from `catalogue/sources.yaml`, or `judgement`",
    "claim": "what the source says, in one sentence",
}
TEST_KEYS: Mapping[str, str] = {
    "fires": "parts of profiles on which the condition must hold",
    "silent": "parts of profiles on which it must not hold, or must be unknown",
}
GROUP_KEYS: Mapping[str, str] = {
    "id": "the name that rules give as `group`",
    "title": "the group as reports name it",
    "criterion": "that of its rules",
    "cap": "how far apart, in points, the group may put two approaches",
    "measured": "true: what the group says about approaches that were measured gives way to the measurement",
}
OPTIONAL_GROUP_KEYS = ("measured",)
_GROUP_NEEDS = tuple(key for key in GROUP_KEYS if key not in OPTIONAL_GROUP_KEYS)


class RuleError(Exception):
    """All problems of one rule, or of the groups."""

    def __init__(self, problems: list[Mistake]) -> None:
        super().__init__("; ".join(message for _, message, _ in problems))
        self.problems = problems


def parse_groups(data: Any) -> dict[str, Group]:
    """Return the groups of a groups.yaml file.

    Raises
    ------
    RuleError
        With every problem.
    """
    if not isinstance(data, list):
        raise RuleError([((), f"expected a list of groups, found {shorten(data)}", "")])
    problems: list[Mistake] = []
    groups: dict[str, Group] = {}
    for index, entry in enumerate(data):
        wrong = _group_mistakes(entry, (index,))
        problems += wrong
        if not wrong:
            groups[entry["id"]] = Group(**entry)
    if problems:
        raise RuleError(problems)
    return groups


def _group_mistakes(entry: Any, path: Path) -> list[Mistake]:
    if not isinstance(entry, dict):
        return [(path, f"expected a mapping with {_and(_GROUP_NEEDS)}, found {shorten(entry)}", "")]
    wrong: list[Mistake] = []
    if {*entry, *OPTIONAL_GROUP_KEYS} != {*GROUP_KEYS}:
        wrong.append((path, f"a group must have exactly {_and(_GROUP_NEEDS)}, and may have measured", ""))
    wrong += [
        ((*path, key), f"expected text, found {shorten(entry[key])}", "")
        for key in ("id", "title")
        if key in entry and not isinstance(entry[key], str)
    ]
    criterion, cap, measured = entry.get("criterion", "success"), entry.get("cap", 1), entry.get("measured", False)
    if criterion not in CRITERION_VALUES:
        wrong.append(((*path, "criterion"), *_no_criterion(criterion)))
    if isinstance(cap, bool) or not isinstance(cap, (int, float)) or not cap > 0:
        wrong.append(((*path, "cap"), f"expected a number above 0, found {shorten(cap)}", ""))
    if not isinstance(measured, bool):
        wrong.append(((*path, "measured"), f"expected true or false, found {shorten(measured)}", ""))
    elif measured and criterion != "success":
        wrong.append(((*path, "measured"), "a preference cannot be measured, only success", ""))
    return wrong


def _no_criterion(word: Any) -> tuple[str, str]:
    message = f"{shorten(word)} is not one of {', '.join(CRITERION_VALUES)}"
    return message, did_you_mean(str(word), CRITERION_VALUES)


def _and(words: Collection[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}"


def parse_rule(data: Any, groups: Mapping[str, Group], stem: str) -> Rule:
    """Return the rule that one file describes.

    Raises
    ------
    RuleError
        With every problem of the rule.
    """
    parser = _RuleParser(groups)
    rule = parser.parse(data, stem)
    if parser.problems or rule is None:
        raise RuleError(parser.problems)
    return rule


class _RuleParser:
    """Collects the problems of one rule while reading it."""

    def __init__(self, groups: Mapping[str, Group]) -> None:
        self.groups = groups
        self.problems: list[Mistake] = []

    def note(self, path: Path, message: str, hint: str = "") -> None:
        self.problems.append((path, message, hint))

    def parse(self, data: Any, stem: str) -> Rule | None:
        if not isinstance(data, dict):
            self.note((), f"a rule must be a mapping, not {shorten(data)}")
            return None
        for key in data:
            if key not in KEYS:
                self.note((key,), f"unknown key {shorten(key)}", meant_or_known(key, KEYS))
        missing = [key for key in REQUIRED_KEYS if key not in data]
        if missing:
            self.note((), f"missing: {', '.join(missing)}")
        order = [key for key in KEYS if key in data]
        if [key for key in data if key in KEYS] != order:
            self.note((), f"keys must be in the order {', '.join(order)}")
        if data.get("id", stem) != stem:
            self.note(("id",), f"the id must be the file's name, '{stem}'")
        self._texts({key: data[key] for key in ("title", "because", "exceptions") if key in data}, ())
        if data.get("criterion", "success") not in CRITERION_VALUES:
            self.note(("criterion",), *_no_criterion(data["criterion"]))
        self._group(data)
        when = self._when(data["when"]) if "when" in data else ALWAYS
        effects = self._effects(data)
        evidence = self._evidence(data["evidence"]) if "evidence" in data else ()
        fires, silent = self._tests(data["tests"]) if "tests" in data else ((), ())
        if self.problems:
            return None
        return Rule(
            id=data["id"],
            title=data["title"],
            criterion=data["criterion"],
            group=data.get("group", ""),
            when=when,
            because=data["because"],
            exceptions=data["exceptions"],
            evidence=evidence,
            fires=fires,
            silent=silent,
            test=compile_condition(when),
            **effects,
        )

    def _exactly(self, data: Any, keys: Collection[str], path: Path, what: str) -> bool:
        """Note what has not exactly these keys; return whether it is a mapping, whose keys can be looked at."""
        if not isinstance(data, dict) or set(data) != {*keys}:
            self.note(path, f"{what} must have exactly {_and(keys)}")
        return isinstance(data, dict)

    def _approach(self, name: Any, path: Path) -> bool:
        """Return whether this is an approach, and note it if not."""
        if name in APPROACHES:
            return True
        message = f"unknown approach {shorten(name)}, not one of {', '.join(APPROACHES)}"
        self.note(path, message, did_you_mean(str(name), APPROACHES))
        return False

    def _texts(self, data: Mapping[str, Any], path: Path) -> None:
        for key, value in data.items():
            if not isinstance(value, str):
                self.note((*path, key), f"expected text, found {shorten(value)}")

    def _group(self, data: Mapping[str, Any]) -> None:
        gives_points = "points" in data or "graded" in data
        group = data.get("group")
        if gives_points and group is None:
            self.note((), "a rule with points needs a group")
        if "group" not in data:
            return
        known = self.groups.get(group) if isinstance(group, str) else None
        if known is None:
            near = meant_or_known(str(group), self.groups)
            self.note(("group",), f"unknown group {shorten(group)}; declare a group of your own in groups.yaml", near)
        elif data.get("criterion", known.criterion) != known.criterion:
            self.note(("criterion",), f"group {group} speaks to {known.criterion}, this rule to another")

    def _when(self, data: Any) -> Condition:
        try:
            return parse_condition(data, ("when",))
        except ConditionError as error:
            self.problems += error.mistakes
            return ALWAYS

    def _effects(self, data: Mapping[str, Any]) -> dict[str, Any]:
        main = [key for key in EFFECTS if key in data]
        if len(main) > 1:
            self.note((main[1],), f"a rule can have only one of points, graded and excludes, not {' and '.join(main)}")
        if not main and "suggests" not in data:
            self.note((), "a rule must have points, graded, excludes or suggests")
        effects: dict[str, Any] = {}
        if "points" in data:
            effects["points"] = self._points(data["points"], ("points",))
        if "graded" in data:
            effects["graded"] = self._graded(data["graded"])
        if "excludes" in data:
            effects |= self._excludes(data["excludes"])
        if "suggests" in data:
            effects |= self._suggests(data["suggests"])
        return effects

    def _points(self, data: Any, path: Path) -> Vector:
        if not isinstance(data, dict) or not data:
            self.note(path, "expected points by approach, such as {deep: -4, classical: 2}")
            return ZERO
        for approach, value in data.items():
            if self._approach(approach, (*path, approach)) and not _are_points(value):
                self.note((*path, approach), f"expected a number from {_POINTS}, found {shorten(value)}")
        if self.problems:
            return ZERO
        return as_vector(float(data.get(approach, 0.0)) for approach in APPROACHES)

    def _graded(self, data: Any) -> Graded | None:
        path: Path = ("graded",)
        if not self._exactly(data, GRADED_KEYS, path, "graded"):
            return None
        fact, scale, at, points = (data.get(key) for key in GRADED_KEYS)
        if "fact" in data and fact not in NUMERIC_FACTS:
            near = did_you_mean(str(fact), NUMERIC_FACTS) or "`advisor schema rule` lists them"
            self.note((*path, "fact"), f"{shorten(fact)} is not a numeric fact", near)
        if "scale" in data and scale not in SCALES:
            self.note((*path, "scale"), f"expected log or linear, found {shorten(scale)}")
        knots = at if isinstance(at, list) and all(map(_is_finite, at)) else []
        if "at" in data and (len(knots) < 2 or sorted(set(knots)) != knots or (scale == "log" and knots[0] <= 0)):
            self.note((*path, "at"), "expected at least two rising numbers (above 0 on a log scale)")
            knots = []
        if "points" in data and (not isinstance(points, dict) or not points):
            self.note((*path, "points"), "expected a list of points by approach, such as {deep: [-4, 0]}")
        for approach, values in points.items() if isinstance(points, dict) else ():
            place: Path = (*path, "points", approach)
            if not self._approach(approach, place):
                continue
            if not isinstance(values, list) or (knots and len(values) != len(knots)):
                self.note(place, f"expected {len(knots) or 'as many'} numbers, one for each knot of at")
            elif not all(map(_are_points, values)):
                self.note(place, f"expected numbers from {_POINTS}")
        if self.problems:
            return None
        vectors = tuple(
            as_vector(float(points[name][index]) if name in points else 0.0 for name in APPROACHES)
            for index in range(len(at))
        )
        return Graded(fact, scale == "log", tuple(float(knot) for knot in at), vectors)

    def _excludes(self, data: Any) -> dict[str, Any]:
        path: Path = ("excludes",)
        if isinstance(data, dict):
            limit = data.get(UNLESS)
            if set(data) != {UNLESS} or limit not in LIMITS:
                self.note(path, f"expected {UNLESS}: one of {', '.join(LIMITS)}")
            return {"limit": limit}
        if not isinstance(data, list) or not data:
            self.note(path, f"expected a list of approaches ({', '.join(APPROACHES)}), found {shorten(data)}")
            return {}
        for index, name in enumerate(data):
            self._approach(name, (*path, index))
        return {"excludes": tuple(data)}

    def _suggests(self, data: Any) -> dict[str, Any]:
        path: Path = ("suggests",)
        if not isinstance(data, dict) or not data or set(data) - {*SUGGESTION_KEYS}:
            self.note(path, "expected techniques, plan and/or warnings")
        lists: dict[str, tuple[Any, ...]] = {}
        for name in [key for key in SUGGESTION_KEYS if isinstance(data, dict) and key in data]:
            entries = data[name]
            lists[name] = tuple(entries) if isinstance(entries, list) else ()
            if not lists[name]:
                self.note((*path, name), f"expected a list, found {shorten(entries)}")
            elif name != "plan" and not all(isinstance(entry, str) for entry in entries):
                self.note((*path, name), "expected a list of texts")
        for index, step in enumerate(lists.get("plan", ())):
            place: Path = (*path, "plan", index)
            required = [key for key in STEP_KEYS if key not in STEP_OPTIONAL]
            present = [key for key in STEP_OPTIONAL if isinstance(step, dict) and key in step]
            if not self._exactly(step, [*required, *present], place, "a plan step"):
                continue
            approaches = step.get("approaches", ["none"])
            if not isinstance(approaches, list) or not approaches:
                self.note((*place, "approaches"), f"expected a list of approaches, found {shorten(approaches)}")
            else:
                for at, name in enumerate(approaches):
                    self._approach(name, (*place, "approaches", at))
            if step.get("topic", TOPICS[0]) not in TOPICS:
                self.note((*place, "topic"), f"expected one of {', '.join(TOPICS)}, found {shorten(step['topic'])}")
            self._texts({key: step[key] for key in ("step", "why") if key in step}, place)
        return lists

    def _evidence(self, data: Any) -> tuple[Evidence, ...]:
        if not isinstance(data, list) or not data:
            self.note(("evidence",), "expected at least one {source, claim}; `source: judgement` is allowed")
            return ()
        found = []
        for index, entry in enumerate(data):
            if self._exactly(entry, EVIDENCE_KEYS, ("evidence", index), "evidence"):
                self._texts({key: entry[key] for key in EVIDENCE_KEYS if key in entry}, ("evidence", index))
                found.append(Evidence(str(entry.get("source")), str(entry.get("claim"))))
        return tuple(found)

    def _tests(self, data: Any) -> tuple[tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...]]:
        if not self._exactly(data, TEST_KEYS, ("tests",), "tests"):
            return (), ()
        for name in [key for key in TEST_KEYS if key in data]:
            entries = data[name]
            if not isinstance(entries, list) or not entries:
                self.note(("tests", name), "expected at least one example of field: value")
                continue
            for index, example in enumerate(entries):
                self._example(example, ("tests", name, index))
        if self.problems:
            return (), ()
        return tuple(data["fires"]), tuple(data["silent"])

    def _example(self, example: Any, path: Path) -> None:
        if not isinstance(example, dict):
            self.note(path, f"expected fields and values, found {shorten(example)}")
            return
        for name in example:
            if name not in FIELD:
                near = did_you_mean(name, FIELD) or "`advisor schema profile` lists the fields"
                self.note((*path, name), f"unknown field {shorten(name)}", near)
                continue
            try:
                checked(FIELD[name], example[name])
            except BadValueError as bad:
                for fault in bad.faults:
                    self.note((*path, name), fault.message, fault.hint)


def _are_points(value: Any) -> bool:
    return type(value) in (int, float) and -MOST_POINTS <= value <= MOST_POINTS


def _is_finite(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
