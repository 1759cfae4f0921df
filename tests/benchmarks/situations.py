"""How well do the probabilities fit the agreed situations: the one temperature, and the error that is left.

    python tests/benchmarks/situations.py

The temperature is fitted by log loss on the first choices, each situation judged by the temperature that the others
give (leave-one-out). The rules were tuned on these situations, so this is an upper bound of what to expect on new
ones; the README names the figures of the first contact with situations that nobody had tuned on.
"""

import math
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]

from advisor.advice.knowledge import Knowledge, question  # noqa: E402
from advisor.engine.approaches import APPROACHES  # noqa: E402
from advisor.engine.library import bundled_folder, load_library  # noqa: E402
from advisor.engine.sensitivity.expectation import Drawn, expected  # noqa: E402
from advisor.profile.reader import read_profile  # noqa: E402

FLOOR = 1.0
SETS = ("agreed", "situations")
BINS = 5


class Case(NamedTuple):
    """Draws and exclusions of a situation, the approach that was agreed and those that are acceptable."""

    drawn: Drawn
    excluded: frozenset[int]
    agreed: int
    acceptable: frozenset[int]


class Figures(NamedTuple):
    """What is left of error: `right` of `n` first choices, each mean with its 95% interval."""

    n: int
    right: int
    right_interval: tuple[float, float]
    acceptable: int
    stated: float
    log_loss: float
    brier: float
    calibration_error: float
    temperature: float
    fitted: float


def cases(names: tuple[str, ...] = SETS) -> list[Case]:
    """Return the situations of the files under tests/situations."""
    import json

    import yaml

    knowledge = Knowledge.of(load_library([bundled_folder("rules")]))
    found = []
    for name in names:
        for entry in yaml.safe_load((ROOT / "tests" / "situations" / f"{name}.yaml").read_text("utf-8")):
            profile = read_profile(json.dumps(entry["profile"]).encode(), entry["id"])
            asked = question(profile, knowledge)
            scored = asked.score(profile.values)
            acceptable = frozenset(APPROACHES.index(approach) for approach in entry["expected"]["acceptable"])
            agreed = APPROACHES.index(entry["expected"]["approach"])
            found.append(Case(asked.drawn(profile.values), frozenset(scored.excluded), agreed, acceptable))
    return found


def log_loss(found: list[Case], temperature: float) -> float:
    """Return the mean negative log-probability of the agreed approaches."""
    return math.fsum(-math.log(max(chances(case, temperature)[case.agreed], 1e-9)) for case in found) / len(found)


def chances(case: Case, temperature: float) -> tuple[float, ...]:
    """Return the probabilities of a case."""
    row = expected(case.drawn, case.excluded, temperature)
    assert row is not None
    return row.probabilities


TEMPERATURES = [math.exp(step / 50) for step in range(-100, 76)]


def losses(found: list[Case]) -> list[list[float]]:
    """Return the loss of each case at each temperature."""
    return [[log_loss([case], temperature) for temperature in TEMPERATURES] for case in found]


def fitted_temperature(rows: list[list[float]]) -> float:
    """Return the temperature with the least log loss over the rows of `losses`, to 2%."""
    sums = [math.fsum(column) for column in zip(*rows, strict=True)]
    return TEMPERATURES[sums.index(min(sums))]


def figures(found: list[Case], fitted_on: list[Case] | None = None) -> Figures:
    """Return the error that is left with the temperature, each case judged by the temperature of the others.

    The others are those of `fitted_on`, which holds the same objects, else of `found`.
    """
    fitted_on = fitted_on or found
    rows = losses(fitted_on)
    stated, right, losing, briers = [], [], [], []
    for case in found:
        others = [loss for loss, other in zip(rows, fitted_on, strict=True) if other is not case]
        row = chances(case, max(FLOOR, fitted_temperature(others)))
        best = row.index(max(row))
        stated.append(max(row))
        right.append(best == case.agreed)
        losing.append(-math.log(max(row[case.agreed], 1e-9)))
        briers.append(math.fsum((chance - (index == case.agreed)) ** 2 for index, chance in enumerate(row)))
    n = len(found)
    fitted = fitted_temperature(rows)
    at_one = [chances(case, 1.0) for case in found]
    return Figures(
        n,
        sum(right),
        wilson(sum(right), n),
        sum(row.index(max(row)) in case.acceptable for row, case in zip(at_one, found, strict=True)),
        math.fsum(stated) / n,
        math.fsum(losing) / n,
        math.fsum(briers) / n,
        calibration_error(stated, right),
        max(FLOOR, fitted),
        fitted,
    )


def wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson 1927)."""
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return centre - half, centre + half


def calibration_error(stated: list[float], right: list[bool]) -> float:
    """Return the expected calibration error over bins of equal count (Naeini et al. 2015)."""
    pairs = sorted(zip(stated, right, strict=True), key=lambda pair: pair[0])
    size = math.ceil(len(pairs) / BINS)
    gaps = []
    for start in range(0, len(pairs), size):
        part = pairs[start : start + size]
        gaps.append(abs(math.fsum(chance - hit for chance, hit in part)))
    return math.fsum(gaps) / len(pairs)


if __name__ == "__main__":
    for names in (("agreed",), ("situations",), SETS):
        row = figures(cases(names))
        low, high = row.right_interval
        print(
            f"{'+'.join(names)}: {row.right} of {row.n} first choices right ({low:.2f} to {high:.2f}), "
            f"{row.acceptable} acceptable; stated {row.stated:.3f}, log loss {row.log_loss:.3f}, "
            f"Brier {row.brier:.3f}, calibration error {row.calibration_error:.3f}; "
            f"temperature {row.fitted:.3f} fitted, {row.temperature:.3f} used (floor {FLOOR})"
        )
