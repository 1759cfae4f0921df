"""Messages whose sender's team can be told from their words."""

import csv
from pathlib import Path

import numpy as np

ABOUT = {
    "billing": "invoice refund charged twice payment card amount bill money subscription price",
    "technical": "crash error screen login password update install slow freeze restart",
}
FILLER = "hello please could you help me with my account since this morning i have the following problem"


def messages(rows: int, seed: int = 0, *, signal: float = 1.0) -> list[tuple[str, str]]:
    """Return (message, team); without a signal the words say nothing."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(rows):
        team = list(ABOUT)[number % 2]
        spoken = team if rng.random() < (1 + signal) / 2 else next(name for name in ABOUT if name != team)
        words = [*rng.choice(FILLER.split(), 9), *rng.choice(ABOUT[spoken].split(), 3)]
        rng.shuffle(words)
        found.append((" ".join(map(str, words)).capitalize() + ".", team))
    return found


def write(path: Path, rows: list[tuple[str, ...]], header: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path
