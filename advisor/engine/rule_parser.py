"""Read rules and groups from plain data, with all of their problems at once."""

from collections.abc import Mapping
from typing import Any

from advisor.engine.approaches import APPROACHES, ZERO, Vector, as_vector
from advisor.engine.conditions import (
    ALWAYS,
    Condition,
    ConditionError,
    compile_condition,
    parse_condition,
)
from advisor.engine.rulebook import Evidence, Graded, Group, Rule
from advisor.profile.facts import DERIVED
from advisor.profile.fields import CRITERIA, FIELD
from advisor.profile.values import BadValueError, checked
from advisor.source.problems import did_you_mean, shorten
from advisor.source.yaml_reader import Path

KEYS = (
    "id",
    "title",
    "criterion",
    "group",
    "when",
    "points",
    "graded",
    "excludes",
    "suggests",
    "because",
    "exceptions",
    "evidence",
    "tests",
)
REQUIRED_KEYS = ("id", "title", "criterion", "when", "because", "exceptions", "evidence", "tests")
# A limit that the catalogue judges: an approach is excluded when none of its models meets it.
LIMITS = ("latency", "memory", "target", "weights", "hosted", "licence", "budget", "gpu-hours", "labels",
          "explanation", "training", "model-limits", "existence")  # fmt: skip


class RuleError(Exception):
    """All problems of one rule: (path, message, hint)."""

    def __init__(self, problems: list[tuple[Path, str, str]]) -> None:
        super().__init__("; ".join(message for _, message, _ in problems))
        self.problems = problems


def parse_groups(data: Any) -> dict[str, Group]:
    """Return the groups of a groups.yaml file.

    Raises
    ------
    RuleError
        With every problem.
    """
    problems: list[tuple[Path, str, str]] = []
    groups: dict[str, Group] = {}
    for index, entry in enumerate(data if isinstance(data, list) else [None]):
        if not isinstance(entry, dict) or set(entry) - {"measured"} != {"id", "title", "criterion", "cap"}:
            problems.append(((index,), "a group has exactly id, title, criterion and cap, perhaps measured", ""))
            continue
        if entry["criterion"] not in ("success", *CRITERIA):
            problems.append(((index, "criterion"), "expected success or a criterion of priorities", ""))
        if isinstance(entry["cap"], bool) or not isinstance(entry["cap"], (int, float)) or entry["cap"] <= 0:
            problems.append(((index, "cap"), "expected a number above 0", ""))
        if not isinstance(entry.get("measured", False), bool):
            problems.append(((index, "measured"), "expected true or false", ""))
        elif entry.get("measured") and entry["criterion"] != "success":
            problems.append(((index, "measured"), "a preference cannot be measured, only success", ""))
        groups[str(entry["id"])] = Group(**entry)
    if problems:
        raise RuleError(problems)
    return groups


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
        self.problems: list[tuple[Path, str, str]] = []

    def note(self, path: Path, message: str, hint: str = "") -> None:
        self.problems.append((path, message, hint))

    def parse(self, data: Any, stem: str) -> Rule | None:
        if not isinstance(data, dict):
            self.note((), f"a rule is a mapping, this is {shorten(data)}")
            return None
        for key in data:
            if key not in KEYS:
                self.note((key,), f"unknown key {shorten(key)}", did_you_mean(key, KEYS))
        missing = [key for key in REQUIRED_KEYS if key not in data]
        if missing:
            self.note((), f"missing: {', '.join(missing)}")
        order = [key for key in KEYS if key in data]
        if not self.problems and list(data) != order:
            self.note((), f"keys must stand in the order {', '.join(order)}")
        if data.get("id") != stem:
            self.note(("id",), f"the id must be the file's name, '{stem}'")
        for key in ("title", "because", "exceptions"):
            if key in data and not isinstance(data[key], str):
                self.note((key,), f"expected text, found {shorten(data[key])}")
        criterion = data.get("criterion")
        if "criterion" in data and criterion not in ("success", *CRITERIA):
            near = did_you_mean(str(criterion), ["success", *CRITERIA])
            self.note(("criterion",), f"{shorten(criterion)} is neither success nor a priority", near)
        self._group(data)
        when = self._when(data.get("when"))
        effects = self._effects(data)
        evidence = self._evidence(data.get("evidence"))
        fires, silent = self._tests(data.get("tests"))
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

    def _group(self, data: Mapping[str, Any]) -> None:
        gives_points = "points" in data or "graded" in data
        group = data.get("group")
        if gives_points and group is None:
            self.note((), "a rule with points needs a group")
        if group is None:
            return
        known = self.groups.get(group) if isinstance(group, str) else None
        if known is None:
            near = did_you_mean(str(group), list(self.groups))
            self.note(("group",), f"unknown group {shorten(group)}; its cap stands in groups.yaml", near)
        elif known.criterion != data.get("criterion"):
            self.note(("criterion",), f"group {group} speaks to {known.criterion}, this rule to another")

    def _when(self, data: Any) -> Condition:
        try:
            return parse_condition(data, ("when",))
        except ConditionError as error:
            self.note(error.path, error.message, error.hint)
            return ALWAYS

    def _effects(self, data: Mapping[str, Any]) -> dict[str, Any]:
        main = [key for key in ("points", "graded", "excludes") if key in data]
        if len(main) > 1:
            self.note((main[1],), f"a rule has one of points, graded and excludes, not {' and '.join(main)}")
        if not main and "suggests" not in data:
            self.note((), "a rule gives points, graded, excludes or suggests")
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
            if approach not in APPROACHES:
                self.note((*path, approach), f"unknown approach '{approach}'", did_you_mean(approach, APPROACHES))
            elif isinstance(value, bool) or not isinstance(value, (int, float)) or not -100 <= value <= 100:
                self.note((*path, approach), f"expected a number from -100 to 100, found {shorten(value)}")
        if self.problems:
            return ZERO
        return as_vector(float(data.get(approach, 0.0)) for approach in APPROACHES)

    def _graded(self, data: Any) -> Graded | None:
        path: Path = ("graded",)
        if not isinstance(data, dict) or set(data) != {"fact", "scale", "at", "points"}:
            self.note(path, "graded has exactly fact, scale, at and points")
            return None
        fact, at, points = data["fact"], data["at"], data["points"]
        known = isinstance(fact, str) and (fact in DERIVED or (fact in FIELD and FIELD[fact].numeric))
        if not known:
            near = did_you_mean(str(fact), [*FIELD, *DERIVED])
            self.note((*path, "fact"), f"{shorten(fact)} is not a numeric fact", near)
        if data["scale"] not in ("log", "linear"):
            self.note((*path, "scale"), "expected log or linear")
        numbers = isinstance(at, list) and all(type(knot) in (int, float) for knot in at)
        if not numbers or len(at) < 2 or sorted(set(at)) != at or (data["scale"] == "log" and at[0] <= 0):
            self.note((*path, "at"), "expected at least two rising numbers (above 0 on a log scale)")
            return None
        if not isinstance(points, dict) or not points:
            self.note((*path, "points"), "expected a list of points by approach")
            return None
        for approach, values in points.items():
            place: Path = (*path, "points", approach)
            if approach not in APPROACHES:
                self.note(place, f"unknown approach '{approach}'", did_you_mean(approach, APPROACHES))
            elif not isinstance(values, list) or len(values) != len(at):
                self.note(place, f"expected {len(at)} numbers, one for each knot of at")
            elif not all(type(value) in (int, float) and -100 <= value <= 100 for value in values):
                self.note(place, "expected numbers from -100 to 100")
        if self.problems:
            return None
        vectors = tuple(
            as_vector(float(points[name][index]) if name in points else 0.0 for name in APPROACHES)
            for index in range(len(at))
        )
        return Graded(fact, data["scale"] == "log", tuple(float(knot) for knot in at), vectors)

    def _excludes(self, data: Any) -> dict[str, Any]:
        path: Path = ("excludes",)
        if isinstance(data, dict):
            limit = data.get("unless_a_model_meets")
            if set(data) != {"unless_a_model_meets"} or limit not in LIMITS:
                self.note(path, f"expected unless_a_model_meets: one of {', '.join(LIMITS)}")
            return {"limit": limit}
        if not isinstance(data, list) or not data or any(name not in APPROACHES for name in data):
            self.note(path, f"expected a list of approaches ({', '.join(APPROACHES)})")
            return {}
        return {"excludes": tuple(data)}

    def _suggests(self, data: Any) -> dict[str, Any]:
        path: Path = ("suggests",)
        if not isinstance(data, dict) or not data or set(data) - {"techniques", "plan", "warnings"}:
            self.note(path, "expected techniques, plan and/or warnings")
            return {}
        plan = data.get("plan", [])
        topics = ("data", "compute", "interpretability", "latency", "operation")
        for name, entries in data.items():
            if not isinstance(entries, list) or not entries:
                self.note((*path, name), "expected a list")
            elif name != "plan" and not all(isinstance(entry, str) for entry in entries):
                self.note((*path, name), "expected a list of texts")
        if self.problems:
            return {}
        for index, step in enumerate(plan):
            if not isinstance(step, dict) or set(step) != {"topic", "step", "why"}:
                self.note((*path, "plan", index), "a plan step has exactly topic, step and why")
            elif step["topic"] not in topics:
                self.note((*path, "plan", index, "topic"), f"expected one of {', '.join(topics)}")
        return {
            "techniques": tuple(data.get("techniques", [])),
            "plan": tuple(plan),
            "warnings": tuple(data.get("warnings", [])),
        }

    def _evidence(self, data: Any) -> tuple[Evidence, ...]:
        if not isinstance(data, list) or not data:
            self.note(("evidence",), "expected at least one {source, claim}; `source: judgement` is allowed")
            return ()
        found = []
        for index, entry in enumerate(data):
            if not isinstance(entry, dict) or set(entry) != {"source", "claim"}:
                self.note(("evidence", index), "evidence has exactly source and claim")
            else:
                found.append(Evidence(str(entry["source"]), str(entry["claim"])))
        return tuple(found)

    def _tests(self, data: Any) -> tuple[tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...]]:
        if not isinstance(data, dict) or set(data) != {"fires", "silent"}:
            self.note(("tests",), "tests has exactly fires and silent")
            return (), ()
        for name in ("fires", "silent"):
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
                self.note((*path, name), f"unknown field {shorten(name)}", did_you_mean(name, list(FIELD)))
                continue
            try:
                checked(FIELD[name], example[name])
            except BadValueError as bad:
                for fault in bad.faults:
                    self.note((*path, name), fault.message, fault.hint)
