"""The question that a profile puts to the rules: what the analysis varies."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from advisor.engine.approaches import Approach
from advisor.engine.rulebook import RuleBook
from advisor.engine.scoring import Measured, RulesInPlay, Scored, UnfitByLimit, hashable, score
from advisor.engine.sensitivity.expectation import Drawn, Expectation, Expected, expected

Values = Mapping[str, Any]
Derive = Callable[[Values], dict[str, Any]]
Valid = Callable[[Values], bool]
Expectations = dict[tuple[Any, Any], Expectation]  # by task and structure


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that sensitivity analysis varies around one profile."""

    book: RuleBook
    values: Values
    derive: Derive
    valid: Valid
    unfit: UnfitByLimit
    unfit_facts: frozenset[str]
    measured: Measured | None = None
    expectations: Expectations = field(default_factory=dict, repr=False, compare=False)

    def score(self, values: Values) -> Scored:
        """Score a full profile from scratch, with the probabilities that are expected of it."""
        facts = self.derive(values)
        scored = score(self.book, facts, self.unfit(facts), self.measured)
        if scored.approach is None:
            return scored
        found = self.expected(values, scored)
        if found is None:
            return scored._replace(stability=0.0)
        return scored._replace(probabilities=found.probabilities, stability=found.stability)

    def expected(self, values: Values, scored: Scored) -> Expected | None:
        """Return what is expected over the draws of what these values leave unknown."""
        return expected(self.drawn(values, scored.excluded), scored.excluded, self.book.temperature)

    def drawn(self, values: Values, always: Collection[Approach] = ()) -> Drawn:
        """Return points and exclusions in each draw of what these values leave unknown; see `Expectation.drawn`."""
        values = hashable(values)
        facts = self.derive(values)
        return self.expectation(facts).drawn(values, facts, always)

    def expectation(self, facts: Values) -> Expectation:
        """Return what takes the expectation for the facts' task and structure, made once."""
        key = (facts.get("task"), facts.get("data.structure"))
        if key not in self.expectations:
            rules = RulesInPlay(self.book, facts, self.unfit, self.unfit_facts, self.measured)
            self.expectations[key] = Expectation(rules, self.derive, self.valid)
        return self.expectations[key]
