"""What the tests of engine and advice share: the bundled knowledge and random valid profiles."""

from functools import cache

from hypothesis import strategies as st

from advisor.advice.knowledge import Knowledge, question
from advisor.engine.approaches import APPROACHES
from advisor.engine.library import Library, bundled_folder, load_library
from advisor.engine.scoring import score
from advisor.profile.facts import derive_facts
from advisor.profile.fields import FIELD, FIELDS, STRUCTURES, TASKS, Field, Kind
from advisor.profile.reader import is_valid, profile_from_values

FREE_FIELDS = [field.path for field in FIELDS if not field.required and field.kind is not Kind.TEXT]
LARGEST = 1e9


@cache
def library() -> Library:
    """Return the bundled rules and catalogue as plain data."""
    return load_library([bundled_folder("rules")])


@cache
def knowledge() -> Knowledge:
    """Return the bundled rules and catalogue, compiled."""
    return Knowledge.of(library())


@cache
def served_pairs():
    """Return the (task, structure) pairs that at least five models of the catalogue serve."""
    catalogue = knowledge().catalogue
    pairs = [(task, structure) for task in TASKS for structure in STRUCTURES]
    return [pair for pair in pairs if len(catalogue.models(*pair)) >= 5]


def ask(values):
    """Return the question that `values` put to the bundled knowledge."""
    return question(profile_from_values(values), knowledge())


def score_values(values, book=None):
    """Score profile values by their points alone, limits of the catalogue included."""
    facts = derive_facts(values)
    asked = ask(values)
    return score(book or asked.book, facts, asked.unfit(facts))


def expected_score(values):
    """Score profile values as an answer does: with the probabilities that are expected of them."""
    return ask(values).score(values)


def name_of(scored):
    """Return the approach's id, or None where all are excluded."""
    return None if scored.approach is None else APPROACHES[scored.approach]


def value_of(field: Field):
    """Return a strategy for the values of one field."""
    if field.path.startswith("priorities."):
        return st.sampled_from([0, 0.5, 1, 2, 3, 4, 5])
    if field.kind is Kind.CHOICE:
        return st.sampled_from(field.values)
    if field.kind is Kind.FLAG:
        return st.booleans()
    if field.kind is Kind.CHOICES:
        chosen = st.sets(st.sampled_from(field.values), max_size=2)
        return chosen.map(lambda found: sorted(found, key=field.values.index))
    usual = [value for value, _ in field.prior if value is not None] or [field.minimum]
    if field.kind is Kind.SHARE:
        return st.sampled_from(usual) | st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
    lowest, highest = max(field.minimum, 0), min(field.maximum, LARGEST)
    wide = st.integers(-10, 90).map(lambda tenths: min(max(10 ** (tenths / 10), lowest), highest))
    if field.kind is Kind.COUNT:
        return st.sampled_from(usual) | wide.map(round)
    return st.sampled_from(usual) | wide.map(lambda number: float(f"{number:.4g}"))


def valid(values):
    """Return the values without those that contradict others."""
    for path in ("data.labelled", "data.minority_share"):
        if not is_valid(values):
            values = {name: value for name, value in values.items() if name != path}
    assert is_valid(values)
    return values


@st.composite
def profiles(draw, most_fields=30):
    """Draw the values of a valid profile: any task and structure, any other fields known or not."""
    anything = st.tuples(st.sampled_from(TASKS), st.sampled_from(STRUCTURES))
    task, structure = draw(st.one_of(st.sampled_from(served_pairs()), anything))
    known = draw(st.lists(st.sampled_from(FREE_FIELDS), unique=True, max_size=most_fields))
    values = {path: draw(value_of(FIELD[path])) for path in known}
    values |= {"task": task, "data.structure": structure}
    return dict(profile_from_values(valid(values)).values)


def changes():
    """Return a strategy for new values of one to three fields other than task and structure."""
    paths = [path for path in FREE_FIELDS if path != "version"]
    chosen = st.lists(st.sampled_from(paths), unique=True, min_size=1, max_size=3)
    return chosen.flatmap(lambda found: st.fixed_dictionaries({path: value_of(FIELD[path]) for path in found}))
