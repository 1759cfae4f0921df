"""Write what was refitted as a folder of rules: only what changed, each with a line on where it comes from."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

import yaml

from advisor.engine.approaches import APPROACHES
from advisor.reports.calibration import Benchmark, PointChange

SOURCE = "calibration"
FOLDER = "calibrated"
_MOST_NAMES = 8  # of benchmarks, in a title
_LONGEST_NAME = 60


class Origin(NamedTuple):
    """Where the figures of an overlay come from."""

    file: str
    date: str
    benchmarks: Sequence[Benchmark]

    def refitted(self, datasets: int) -> str:
        """Return a sentence without its period."""
        when = f", {self.date}" if self.date else ""
        return f"Refitted on {datasets} data sets of {_printable(self.file)}{when}"

    def source(self) -> dict[str, Any]:
        """Return the entry of the catalogue's sources."""
        names = [_printable(one.name) for one in self.benchmarks if one.name]
        rest = len(names) - _MOST_NAMES
        listed = ", ".join(names[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")
        title = f"Calibration on {_printable(self.file)}" + (f" ({listed})" if names else "")
        entry: dict[str, Any] = {"id": SOURCE, "title": title, "where": "own results, advisor rules calibrate"}
        if self.date:
            entry["year"] = int(self.date[:4])
        return entry | {"status": "computed"}


def _printable(text: str) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def overlay_files(
    rules: Mapping[str, Any],
    curves: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    changes: Sequence[PointChange],
    origin: Origin,
) -> dict[str, str]:
    """Return the files of an overlay by their path in it.

    Parameters
    ----------
    rules : mapping
        The rules as plain data by id.
    curves : sequence of (before, after)
        Entries of the catalogue's gains that were refitted.
    changes : sequence of PointChange
    origin : Origin

    Returns
    -------
    dict of str to str
        Rules and catalogue in YAML; empty where nothing changed.
    """
    files: dict[str, str] = {}
    for name in dict.fromkeys(change.rule for change in changes):
        mine = [change for change in changes if change.rule == name]
        files[f"{FOLDER}/{name}.yaml"] = _yaml(_rule(rules[name], mine, origin))
    if curves:
        files["catalogue/gains.yaml"] = _yaml([_curve(before, after, origin) for before, after in curves])
    if files:
        files["catalogue/sources.yaml"] = _yaml([origin.source()])
    return dict(sorted(files.items()))


def _curve(before: Mapping[str, Any], after: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    entry = dict(deepcopy(after))
    entry["because"] = f"{before['because']} {origin.refitted(after['n']['datasets'])}."
    entry["date"] = origin.date or before["date"]
    if SOURCE not in entry["sources"]:
        entry["sources"] = [*entry["sources"], SOURCE]
    return entry


def _rule(data: Mapping[str, Any], changes: Sequence[PointChange], origin: Origin) -> dict[str, Any]:
    rule = dict(deepcopy(data))
    if "points" in rule:
        points = dict(rule["points"]) | {change.approach: _number(change.after) for change in changes}
        rule["points"] = {approach: points[approach] for approach in APPROACHES if approach in points}
    else:
        graded = rule["graded"]
        knots = [float(knot) for knot in graded["at"]]
        points = {approach: list(values) for approach, values in graded["points"].items()}
        for change in changes:
            values = points.setdefault(change.approach, [0] * len(knots))
            values[knots.index(change.knot if change.knot is not None else knots[0])] = _number(change.after)
        graded["points"] = {approach: points[approach] for approach in APPROACHES if approach in points}
    earlier = [entry for entry in rule["evidence"] if entry["source"] != SOURCE]
    claim = f"{origin.refitted(changes[0].datasets)}; before: {_before(changes)}."
    rule["evidence"] = [*earlier, {"source": SOURCE, "claim": claim}]
    return rule


def _before(changes: Sequence[PointChange]) -> str:
    return ", ".join(
        f"{change.approach} {change.before:g}" + (f" at {change.knot:g}" if change.knot is not None else "")
        for change in changes
    )


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _yaml(data: Any) -> str:
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
    return text
