"""Which field of a profile to ask for next, and when to stop asking."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from advisor.advice.knowledge import Knowledge, bundled_knowledge, question
from advisor.advice.limits import field_of
from advisor.engine.approaches import APPROACH, ZERO, Approach, best
from advisor.engine.rulebook import Rule
from advisor.engine.sensitivity.explorer import Explorer
from advisor.engine.sensitivity.question import Question
from advisor.engine.sensitivity.value_of_information import Prospect, prospects
from advisor.profile.consistency import suspicions
from advisor.profile.fields import FIELDS, Field
from advisor.profile.reader import profile_from_values

# Where no single answer changes the approach, one that moves the probabilities by this much may do so with others.
NOTICEABLE_SHIFT = 0.03
# How much data there is decides nearly everywhere, mostly together with another answer: it is asked before the rest.
SIZE = "data.rows"

Values = Mapping[str, Any]


class NextQuestion(NamedTuple):
    """What to ask next, and why.

    Attributes
    ----------
    field : Field
        The field to ask for.
    approach : str or None
        The current approach; None before task and structure are known, and where all are excluded.
    could_become : tuple of str
        Approaches that a single answer could make the most probable, the likeliest first.
    rule : str
        Title of the rule by which the field moves the answer most; empty where there is none.
    """

    field: Field
    approach: str | None = None
    could_become: tuple[str, ...] = ()
    rule: str = ""


def next_question(
    values: Values, skipped: Collection[str] = (), knowledge: Knowledge | None = None
) -> NextQuestion | None:
    """Return the open question whose answer is worth most now, None where no open question is worth asking.

    Task and structure come first, then how many examples there are. Each next field is the one with the highest
    expected gain in the probability of the right choice, by expected shift of the probabilities among equals, of
    those with an answer that would change the approach, or that is expected to move the probabilities by at least
    0.03. A field is not asked for where another field makes it pointless.

    Parameters
    ----------
    values : mapping of str to object
        Answers so far, by dotted path, in the units of the contract.
    skipped : collection of str, optional
        Fields whose answer is not known; they are not asked for again.
    knowledge : Knowledge, optional
        From `load_knowledge`; the bundled rules and catalogue if not given.

    Examples
    --------
    >>> next_question({}).field.path
    'task'
    >>> known = {"task": "classification", "data.structure": "image"}
    >>> next_question(known).field.path
    'data.rows'
    >>> found = next_question(known, ["data.rows"])
    >>> found.field.path, found.approach, found.could_become
    ('deployment.pretrained_weights', 'transfer', ('hybrid',))
    """
    for field in FIELDS:
        if field.required and field.path not in values:
            return NextQuestion(field)
    known = bundled_knowledge() if knowledge is None else knowledge
    asked = question(profile_from_values(values), known)
    scored = asked.score(asked.values)
    if scored.approach is None:
        return None  # a limit excludes only where no answer could help
    open_ones = [
        prospect
        for prospect in prospects(Explorer(asked, scored))
        if prospect.field.path not in skipped and prospect.field.question and not _pointless(prospect.field, values)
    ]
    chosen = next((prospect for prospect in open_ones if prospect.field.path == SIZE), None)
    if chosen is None:
        weighing = [
            prospect
            for prospect in open_ones
            if prospect.shift >= NOTICEABLE_SHIFT or _becoming(prospect, scored.approach)
        ]
        if not weighing:
            return None
        chosen = max(weighing, key=lambda prospect: (prospect.value, round(prospect.shift, 9)))
    becoming = _becoming(chosen, scored.approach)
    return NextQuestion(chosen.field, scored.approach.id, becoming, _rule(chosen, asked, scored.approach, becoming))


def answer_so_far(values: Values, knowledge: Knowledge) -> tuple[str | None, float | None]:
    """Return the approach that the answers so far lead to, None where all are excluded, and its probability.

    Parameters
    ----------
    values : mapping of str to object
        Answers so far, by dotted path; task and structure among them.
    knowledge : Knowledge
        Rules and catalogue.
    """
    asked = question(profile_from_values(values), knowledge)
    scored = asked.score(asked.values)
    if scored.approach is None:
        return None, None
    return scored.approach.id, scored.probabilities[scored.approach]


def _pointless(field: Field, values: Values) -> bool:
    """Return whether every usual answer would look like a slip given the answers so far."""
    before = {finding.id for finding in suspicions(values)}

    def doubtful(value: Any) -> bool:
        found = suspicions({**values, field.path: value})
        return any(field.path in finding.fields and finding.id not in before for finding in found)

    return all(doubtful(value) for value, _ in field.prior if value is not None)


def _becoming(prospect: Prospect, answer: Approach) -> tuple[str, ...]:
    """Return the approaches that an answer would make the most probable; `infeasible` where it would exclude all."""
    weights: dict[str, float] = {}
    for chances, weight in prospect.outcomes:
        outcome = best(chances).id if any(chances) else "infeasible"
        if outcome != answer.id:
            weights[outcome] = weights.get(outcome, 0.0) + weight
    return tuple(sorted(weights, key=lambda name: (-weights[name], name)))


def _rule(prospect: Prospect, asked: Question, answer: Approach, becoming: Sequence[str]) -> str:
    """Return the title of the rule by which the field moves the answer most: a limit where it can exclude it."""
    path = prospect.field.path
    options = [asked.derive({**asked.values, path: value}) for value, _ in prospect.field.prior if value is not None]
    relevant = asked.book.relevant(options[0])
    if any(chances[answer] == 0 for chances, _ in prospect.outcomes):
        for rule in sorted(relevant.limits, key=lambda rule: bool(rule.limit)):
            limits_it = rule.limit and field_of(rule.limit, asked.values["task"]) == path
            hangs_on_it = limits_it or path in rule.fields
            if hangs_on_it and any(rule.test(facts) is True for facts in options):
                return rule.title
    rivals = [APPROACH[name] for name in becoming if name in APPROACH] or list(Approach)
    moves = [(_move(rule, options, answer, rivals), rule.title) for rule in relevant.scoring if path in rule.fields]
    strength, title = max(moves, default=(0.0, ""))
    return title if strength else ""


def _move(rule: Rule, options: Sequence[Values], answer: Approach, rivals: Sequence[Approach]) -> float:
    """Return by how many points a rule can move the answer against a rival."""
    vectors = [(rule.vector(facts) if rule.test(facts) is True else None) or ZERO for facts in options]
    leads = [[vector[answer] - vector[rival] for vector in vectors] for rival in rivals]
    return max(max(lead) - min(lead) for lead in leads)
