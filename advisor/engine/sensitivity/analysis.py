"""Everything that is reported on how sure an answer is."""

from typing import NamedTuple

from advisor.engine.scoring import Scored
from advisor.engine.sensitivity.counterfactuals import Counterfactual, counterfactuals
from advisor.engine.sensitivity.explorer import Explorer
from advisor.engine.sensitivity.question import Question
from advisor.engine.sensitivity.value_of_information import Missing, missing


class Sensitivity(NamedTuple):
    """Counterfactuals (nearest first) and missing fields (most valuable first)."""

    counterfactuals: tuple[Counterfactual, ...]
    missing: tuple[Missing, ...]


def analyse(question: Question, scored: Scored) -> Sensitivity:
    """Return counterfactuals and missing fields around a scored profile."""
    explorer = Explorer(question, scored)
    return Sensitivity(counterfactuals(explorer), () if scored.approach is None else missing(explorer))
