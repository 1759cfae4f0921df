"""Count the questions that lead to the approach of full profiles: `python tests/benchmarks/interview.py [--all]`.

The user is played from a full profile: fields that it lacks are answered "don't know". Without `--all` the bundled
examples; with it the situations of the tests too, and the cases in ../shared where they are.
"""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import yaml  # noqa: E402

from advisor.advice.interview.questions import next_question  # noqa: E402
from advisor.advice.knowledge import Knowledge, load_knowledge, question  # noqa: E402
from advisor.engine.approaches import APPROACHES  # noqa: E402
from advisor.engine.library import bundled_examples  # noqa: E402
from advisor.profile.fields import FIELDS  # noqa: E402
from advisor.profile.reader import profile_from_values, read_profile  # noqa: E402

ASKABLE = [field.path for field in FIELDS if field.question]


class Interview(NamedTuple):
    """One interview: how many questions it took, how many of them were answered, and what came out."""

    fields: int
    asked: list[str]
    answered: int
    reached: str | None
    wanted: str | None
    slowest_ms: float


def full_profiles(everything: bool) -> dict[str, dict[str, Any]]:
    found = {path.stem: dict(read_profile(path.read_bytes(), path.name).values) for path in bundled_examples()}
    files = [ROOT / "tests" / "situations" / name for name in ("agreed.yaml", "situations.yaml")]
    files.append(ROOT.parent / "shared" / "cases" / "cases.yaml")
    for file in [path for path in files if everything and path.is_file()]:
        for entry in yaml.safe_load(file.read_text("utf-8")):
            raw = json.dumps(entry["profile"]).encode()
            found[f"{file.stem} {entry['id']}"] = dict(read_profile(raw, file.name).values)
    return found


def approach_of(values: dict[str, Any], knowledge: Knowledge) -> str | None:
    asked = question(profile_from_values(values), knowledge)
    approach = asked.score(asked.values).approach
    return None if approach is None else APPROACHES[approach]


def interview(full: dict[str, Any], knowledge: Knowledge) -> Interview:
    values: dict[str, Any] = {}
    asked: list[str] = []
    slowest = 0.0
    while True:
        start = time.process_time()
        item = next_question(values, [path for path in asked if path not in values], knowledge)
        slowest = max(slowest, time.process_time() - start)
        if item is None:
            break
        asked.append(item.field.path)
        if item.field.path in full:
            values[item.field.path] = full[item.field.path]
    fields = sum(path in ASKABLE for path in full)
    reached, wanted = approach_of(values, knowledge), approach_of(full, knowledge)
    return Interview(fields, asked, len(values), reached, wanted, slowest * 1000)


def main() -> None:
    knowledge = load_knowledge()
    found = {name: interview(full, knowledge) for name, full in full_profiles("--all" in sys.argv).items()}
    print(f"{'profile':<32}{'fields':>7}{'asked':>7}{'known':>7}  reached")
    for name, item in found.items():
        mark = "" if item.reached == item.wanted else f", but the full profile says {item.wanted}"
        print(f"{name:<32}{item.fields:>7}{len(item.asked):>7}{item.answered:>7}  {item.reached}{mark}")
    rows = list(found.values())
    print(
        f"\nreached {sum(row.reached == row.wanted for row in rows)} of {len(rows)}; at the median "
        f"{statistics.median(len(row.asked) for row in rows):g} questions (task and structure included), of them "
        f"{statistics.median(row.answered for row in rows):g} answered\n"
        f"  by fields of the profile {statistics.median(len(row.asked) / row.fields for row in rows):.2f}, "
        f"answered ones {statistics.median(row.answered / row.fields for row in rows):.2f}; "
        f"by the {len(ASKABLE)} fields that can be asked for "
        f"{statistics.median(len(row.asked) for row in rows) / len(ASKABLE):.2f}\n"
        f"slowest question {max(row.slowest_ms for row in rows):.0f} ms of processor time"
    )


if __name__ == "__main__":
    main()
