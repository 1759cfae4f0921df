"""What an answer says in plain words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from advisor.render.layout import wording as say
from advisor.reports.recommendation import Candidate, CounterfactualRow, Reason, Recommendation
from advisor.reports.selection import first_model, rival

_ADVICE: Mapping[str, str] = {
    "none": "No learning",
    "classical": "Use classical learning",
    "hybrid": "Use the features of a network with a classical model on top (hybrid)",
    "transfer": "Use a pretrained network",
    "deep": "Train a network on your own data",
}


# Points below which a reason makes no difference that a reader should weigh: an eighth more in the odds.
_LEAST_POINTS = 0.5
INFEASIBLE = "limits-clash"  # the warning that names the limits behind an infeasible profile


class WeighedReason(NamedTuple):
    """A rule and by how many points it favours one approach over another."""

    reason: Reason
    points: float


def profile_value(result: Recommendation, path: str) -> Any:
    """Return the value of a dotted field of the profile, None where it is not given."""
    value: Any = result.profile
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def short_name(result: Recommendation, most: int) -> str:
    """Return the name of a profile in so many characters: of a file that stands for one, the end."""
    return say.tail(result.name, most) if result.name == result.file else say.clipped(result.name, most)


def model_name(candidate: Candidate) -> str:
    """Return a model's title with the library that offers it, unless the title says so."""
    return say.with_library(say.plain(candidate.title), say.plain(candidate.library))


def answer(result: Recommendation) -> str:
    """Return the answer as one sentence."""
    if result.approach is None:
        return _infeasible(result)
    between: list[str] = []
    if result.verdict == "toss-up":
        second = rival(result, other_family=True) or result.approach
        chances = {row.id: say.probability(row.probability) for row in result.approaches}
        between = [f"{say.NOUNS[name]} ({chances[name]})" for name in (result.approach, second)]
    model = first_model(result)
    shown = model or next((item for item in result.candidates if item.approach == result.approach), None)
    return advised(result.approach, between, model_name(shown) if shown else "", certain=model is not None)


def advised(approach: str, between: Sequence[str], model: str, *, certain: bool) -> str:
    """Return an answer as one sentence: the approach or those between which it is open, and the model to start with.

    The model may be one that is not `certain` to fit the limits, or none.
    """
    advice = f"Toss-up between {say.joined(between)}: compare them" if between else _ADVICE[approach]
    if not model:
        return f"{advice}."
    if certain:
        return f"{advice}{', starting with' if between else ': start with'} {say.in_sentence(model)}."
    return f"{advice}, but no known model is certain to fit the limits; the closest is {say.in_sentence(model)}."


def _infeasible(result: Recommendation) -> str:
    fields = next((item.fields for item in result.warnings if item.id == INFEASIBLE), ())
    if not fields:
        return "No approach is feasible for this task."
    limits = [f"{path} {say.field_value(profile_value(result, path))}" for path in fields]
    together = " together" if len(limits) > 1 else ""
    return f"No approach is feasible: nothing meets {say.joined(limits)}{together}."


def how_sure(result: Recommendation) -> str:
    """Return how sure the answer is in one of five words, which refine `confidence`.

    Low is open; medium is more likely than not below 0.65, likely above; high is very likely, and nearly certain from
    0.95 on. They go by the two digits that are shown elsewhere.
    """
    p = round(result.probability or 0.0, 2)
    if result.probability is None or result.confidence in (None, "low"):
        return "open"
    if result.confidence == "medium":
        return "more likely than not" if p < say.LIKELY else "likely"
    return "very likely" if p < say.NEARLY_CERTAIN else "nearly certain"


def certainty(result: Recommendation) -> str:
    """Return how sure the answer is, in words with the figure."""
    p = result.probability or 0.0
    share = f"about {round(100 * round(p, 2))}" if p < 0.995 else "more than 99"
    return say.sentence(f"{how_sure(result)}: right in {share} of 100 similar projects")


def figures(result: Recommendation) -> str:
    """Return how sure the answer is in figures."""
    stable = "" if result.stability is None else f" · stable in {say.percent(result.stability)} of draws"
    return f"Probability {say.probability(result.probability)} · confidence {result.confidence}{stable}"


def way_out(result: Recommendation) -> str:
    """Return what would make an infeasible profile feasible."""
    if result.counterfactuals:
        return f"Smallest change that helps: {say.plain(counterfactual(result.counterfactuals[0]))}."
    return "No realistic change to one or two fields would help."


def counterfactual(row: CounterfactualRow) -> str:
    """Return a counterfactual as `data.labelled 5,574 -> 200: hybrid`, more fields each on a line after `and`."""
    changes = "\nand ".join(
        f"{path} {say.field_value(row.before.get(path))} -> {say.field_value(value)}" for path, value in row.set.items()
    )
    return f"{changes}: {say.NAMES[row.approach] if row.approach else 'no feasible approach'}"


def confirmed(result: Recommendation) -> str:
    """Return what a measurement says of the answer before it, in one or two sentences."""
    prior = result.prior
    if prior is None or result.confirmation is None:
        return ""
    before = f"{say.NOUNS[prior.approach]} ({say.probability(prior.probability)})" if prior.approach else "no approach"
    confirmation = f"{result.confirmation.capitalize()}: {say.sentence(result.confirmation_reason)}"
    text = f"{confirmation} The profile alone says {before}"
    if result.approach is None:
        return f"{text}; with the measurement, no approach is feasible."
    return f"{text}; with the measurement, {say.NOUNS[result.approach]} ({say.probability(result.probability)})."


def weighed_reasons(result: Recommendation, approach: str, against: str) -> list[WeighedReason]:
    """Return the rules that favour one approach over another, the strongest first."""
    found = [WeighedReason(row, row.points.get(approach, 0.0) - row.points.get(against, 0.0)) for row in result.reasons]
    kept = [item for item in found if item.points >= _LEAST_POINTS]
    return sorted(kept, key=lambda item: (-round(item.points, 6), item.reason.rule))


def reasons_for(result: Recommendation, approach: str, against: str) -> list[WeighedReason]:
    """Return the rules that favour one approach over another and speak for it.

    A rule that puts an approach below the mean of the five speaks against it, even where the other comes off worse.
    """
    found = weighed_reasons(result, approach, against)
    return [item for item in found if item.reason.points.get(approach, 0.0) > 0]


def in_one_line(reason: Reason, most: int) -> str:
    """Return a rule as its title with the first words of why it holds, or what of both fits: the words say more.

    The words end at a stop, a colon or a semicolon.
    """
    title = say.plain(reason.title)
    clause = re.split(r"[.;:](?= |$)", say.plain(reason.because), maxsplit=1)[0]
    both = f"{title}: {say.in_sentence(clause)}"
    return next(text for text in (both, clause, say.clipped(title, most)) if len(text) <= most)


def change(row: CounterfactualRow) -> str:
    """Return a counterfactual as `to no learning if data.rows = 40, now 80,000`."""

    def told(path: str) -> str:
        before = row.before.get(path)
        now = "" if before is None or isinstance(before, bool) else f", now {say.field_value(before)}"
        return f"{path} = {say.field_value(row.set[path])}{now}"

    other = say.NAMES[row.approach] if row.approach else "no feasible approach"
    return f"to {other} if {' and '.join(told(path) for path in row.set)}"


def exclusion(rules: Sequence[str]) -> str:
    """Return why an approach is out, by the names of the rules."""
    return f"excluded by {say.joined(list(rules))}"


def provenance(result: Recommendation) -> str:
    """Return where the answer comes from: rules and program."""
    return say.origin(result.tool, result.rules)
