"""The answers to the bundled examples, each worked out once in a run of tests."""

from functools import cache
from pathlib import Path

from advisor import read_profile, recommend
from advisor.advice.knowledge import bundled_knowledge
from advisor.reports.recommendation import Recommendation


@cache
def answer_to(path: Path) -> Recommendation:
    """Return the answer to a profile in a file, by the bundled knowledge alone."""
    return recommend(read_profile(path.read_bytes(), path.name), bundled_knowledge())
