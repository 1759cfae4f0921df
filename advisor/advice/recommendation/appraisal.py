"""What is known of one profile before the answer is put into rows: scores, sensitivity, models and rules that fired."""

from functools import cached_property

from advisor.advice.knowledge import Knowledge, question
from advisor.advice.recommendation.candidates import Fitted, fitted_models, select
from advisor.engine.approaches import Approach
from advisor.engine.rulebook import Rule
from advisor.engine.sensitivity.analysis import analyse
from advisor.profile.facts import derive_facts
from advisor.profile.reader import Profile


class Appraisal:
    """One profile, scored and explored, with the models of the catalogue checked against its limits."""

    def __init__(self, profile: Profile, knowledge: Knowledge, *, sensitivity: bool = True) -> None:
        self.profile = profile
        self.knowledge = knowledge
        asked = question(profile, knowledge)
        self.facts = derive_facts(profile.values)
        self.scored = asked.score(profile.values)
        self.sensitivity = analyse(asked, self.scored) if sensitivity else None
        self.fitted = fitted_models(self.facts, knowledge.catalogue)

    @cached_property
    def shown(self) -> list[Fitted]:
        """The models to show, those of the answer first."""
        scored = self.scored
        order = sorted(Approach, key=lambda approach: (-scored.probabilities[approach], approach))
        feasible = [approach for approach in order if approach not in scored.excluded]
        return select(self.fitted, [(approach.id, scored.probabilities[approach]) for approach in feasible])

    @cached_property
    def of_answer(self) -> list[Fitted]:
        """Those of the approach that is the answer, best first; none where no approach is left."""
        answer = self.scored.approach
        return [] if answer is None else [item for item in self.shown if item.model.approach == answer.id]

    @property
    def chosen(self) -> Fitted | None:
        """The model that the plan is made for, if one may meet the limits."""
        return next((item for item in self.of_answer if item.fits is not False), None)

    @cached_property
    def fired(self) -> list[Rule]:
        """The rules with suggestions that fire, those with the strongest points first."""
        strength = {item.rule.id: max(item.points) - min(item.points) for item in self.scored.contributions}
        suggesting = [
            rule
            for rule in self.knowledge.book.relevant(self.facts).suggesting
            if rule.test(self.facts) is True and (not rule.scores or rule.id in strength)
        ]
        return sorted(suggesting, key=lambda rule: (-strength.get(rule.id, 0.0), rule.id))
