"""The question that a profile puts to the rules: what the analysis varies."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from advisor.engine.rulebook import RuleBook
from advisor.engine.scoring import Measured, Scored, UnfitByLimit, score

Values = Mapping[str, Any]
Derive = Callable[[Values], dict[str, Any]]
Valid = Callable[[Values], bool]


class Question(NamedTuple):
    """Everything that sensitivity analysis varies around one profile."""

    book: RuleBook
    values: Values
    derive: Derive
    valid: Valid
    unfit: UnfitByLimit
    unfit_facts: frozenset[str]
    measured: Measured | None = None

    def score(self, values: Values) -> Scored:
        """Score a full profile from scratch."""
        facts = self.derive(values)
        return score(self.book, facts, self.unfit(facts), self.measured)
