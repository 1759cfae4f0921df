"""Checks on a finished result: what a team's CI asks of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.engine.approaches import APPROACHES
from advisor.report import Recommendation

if TYPE_CHECKING:
    from advisor.baseline_report import BaselineResult

VERDICTS = ("ml", "dl", "toss-up", "infeasible", "equal", "undecided")
EXPECTABLE = (*APPROACHES, *VERDICTS)


def expectation_failure(result: Recommendation, expected: Sequence[str]) -> str:
    """Return why the result is none of the expected values, or an empty string.

    Approach ids are compared with `approach` (so `none` and `hybrid` mean the approach), the others with
    `verdict`.
    """
    for value in expected:
        if value in APPROACHES and result.approach == value:
            return ""
        if value in VERDICTS and result.verdict == value:
            return ""
    answer = f"verdict {result.verdict}, approach {result.approach or 'null'}"
    return f"{result.name}: expected {' or '.join(expected)}, got {answer}"


def probability_failure(result: Recommendation, least: float) -> str:
    """Return why the probability of the answer is too low, or an empty string."""
    if result.probability is not None and result.probability >= least:
        return ""
    shown = "none" if result.probability is None else f"{result.probability:.3g}"
    return f"{result.name}: expected a probability of at least {least:g}, got {shown}"


def verdict_failure(result: "BaselineResult", expected: Sequence[str]) -> str:
    """Return why the measured verdict is none of the expected ones, or an empty string."""
    if result.verdict in expected:
        return ""
    return f"{result.dataset.path}: expected {' or '.join(expected)}, got {result.verdict}"
