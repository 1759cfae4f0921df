"""How far do the answers agree with blind raters: situations and pairs of profiles that differ in one field.

    python tests/benchmarks/panels.py [FOLDER] [--misses]

FOLDER is the folder of rated cases (../shared/cases if not given) with cases.yaml, situations2.yaml and pairs2.yaml.
An answer is acceptable if the first rater accepts it, the first choice if that is one of his; `infeasible` is an
answer. A pair agrees if both sides do what the rater says, exclusions included.
"""

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]

import yaml  # noqa: E402

from advisor.advice.knowledge import bundled_knowledge  # noqa: E402
from advisor.advice.recommend import recommend  # noqa: E402
from advisor.profile.reader import read_profile  # noqa: E402
from advisor.reports.recommendation import Recommendation  # noqa: E402

CASES = ROOT.parent / "shared" / "cases"
KINDS = ("flip", "direction", "infeasible", "stay")


def main(arguments: list[str]) -> None:
    """Print the share of agreement for each file and kind."""
    folders = [Path(argument) for argument in arguments if not argument.startswith("--")]
    folder = folders[0] if folders else CASES
    told = "--misses" in arguments
    for name in ("cases", "situations2"):
        entries = yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))
        judged = [(entry, answer(entry["profile"])) for entry in entries]
        acceptable = [(entry, found) for entry, found in judged if found.name in entry["expected"]["acceptable"]]
        first = [(entry, found) for entry, found in judged if found.name in first_choices(entry["expected"])]
        print(f"{name}: {len(acceptable)} of {len(judged)} acceptable, {len(first)} the first choice")
        missed = [(entry, found) for entry, found in judged if found.name not in first_choices(entry["expected"])]
        for entry, found in missed if told else ():
            wanted, others = first_choices(entry["expected"]), entry["expected"]["acceptable"]
            print(f"  {entry['id']} {entry['title']}: {found}; first {wanted}, acceptable {others}")
    pairs = yaml.safe_load((folder / "pairs2.yaml").read_text("utf-8"))
    for kind in KINDS:
        of_kind = [entry for entry in pairs if entry["kind"] == kind]
        missed = [entry for entry in of_kind if not agrees(entry)]
        print(f"pairs2, {kind}: {len(of_kind) - len(missed)} of {len(of_kind)}")
        for entry in missed if told else ():
            print(f"  {entry['id']}: a {answer(entry['a'])}; b {answer(entry['b'])}; expected {entry['expect']}")


class Answer:
    """The answer to one profile."""

    def __init__(self, result: Recommendation) -> None:
        self.name = result.approach or "infeasible"
        self.probability = {row.id: row.probability for row in result.approaches}
        self.points = {row.id: row.points for row in result.approaches}
        self.excluded = {row.id: row.excluded_by for row in result.approaches if not row.feasible}

    def __str__(self) -> str:
        rows = [
            f"{name} {chance:.3f}" + (f" excluded by {', '.join(self.excluded[name])}" if name in self.excluded else "")
            for name, chance in self.probability.items()
        ]
        return f"{self.name} ({'; '.join(rows)})"


def answer(nested: Mapping[str, Any]) -> Answer:
    """Return the answer to a profile as nested mappings."""
    return _answer(json.dumps(nested))


@cache
def _answer(text: str) -> Answer:
    return Answer(recommend(read_profile(text.encode(), "profile.json"), bundled_knowledge()))


def first_choices(expected: Mapping[str, Any]) -> list[str]:
    """Return the rater's first choices."""
    return list(expected.get("first_choices") or [expected["approach"]])


def agrees(entry: Mapping[str, Any]) -> bool:
    """Return whether both sides of a pair, and what lies between them, are as the rater says."""
    expect = entry["expect"]
    sides = {side: answer(entry[side]) for side in ("a", "b")}
    if any(found.name not in expect[side] for side, found in sides.items() if side in expect):
        return False
    excluded = expect.get("infeasible", {})
    if any(name not in sides[side].excluded for side, names in excluded.items() for name in names):
        return False
    if entry["kind"] == "stay" and sides["a"].name != sides["b"].name:
        return False
    direction = expect.get("direction")
    return direction is None or _moves(sides["a"], sides["b"], direction["approach"]) == direction["a_to_b"]


def _moves(before: Answer, after: Answer, approach: str) -> str:
    change = after.probability[approach] - before.probability[approach]
    if abs(change) < 1e-6 and approach not in before.excluded and approach not in after.excluded:
        change = after.points[approach] - before.points[approach]
    return "rises" if change > 0 else "falls" if change < 0 else "stays"


if __name__ == "__main__":
    main(sys.argv[1:])
