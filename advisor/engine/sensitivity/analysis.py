"""Everything that is reported on how sure an answer is."""

from typing import NamedTuple

from advisor.engine.scoring import Scored
from advisor.engine.sensitivity.counterfactuals import Counterfactual, counterfactuals
from advisor.engine.sensitivity.explorer import Explorer
from advisor.engine.sensitivity.question import Question
from advisor.engine.sensitivity.stability import stability
from advisor.engine.sensitivity.value_of_information import Missing, missing


class Sensitivity(NamedTuple):
    """Counterfactuals (nearest first), missing fields (most valuable first) and stability."""

    counterfactuals: tuple[Counterfactual, ...]
    missing: tuple[Missing, ...]
    stability: float | None


def analyse(question: Question, scored: Scored) -> Sensitivity:
    """Return counterfactuals, missing fields and stability around a scored profile."""
    explorer = Explorer(question, scored)
    found = counterfactuals(explorer)
    if scored.approach is None:
        return Sensitivity(found, (), None)
    return Sensitivity(found, missing(explorer), stability(explorer))
