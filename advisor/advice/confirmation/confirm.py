"""Compare a recommendation with a measured baseline: confirmed, contradicted or inconclusive."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from advisor.advice.confirmation.measurement import (
    against_no_learning,
    hybrid_against,
    learning_pays,
    measured_evidence,
    measured_models,
    network_approach,
    network_pays,
    pair,
    why_not_measured,
)
from advisor.advice.knowledge import Knowledge
from advisor.advice.recommendation.assemble import assemble
from advisor.profile.agreement import disagreements
from advisor.profile.drafting import fields_from_data
from advisor.profile.reader import Profile
from advisor.render.baseline.pays import margin
from advisor.render.baseline.wording import metric
from advisor.render.layout.wording import NOUNS, capital, frequency, joined, sentence
from advisor.render.layout.wording import probability as shown
from advisor.reports.baseline import LIKELY, UNLIKELY, BaselineResult, Pays, ProfileAnswer
from advisor.reports.measurable import measurable_limits
from advisor.reports.recommendation import Candidate, Caution, Gain, PriorAnswer, Recommendation

# Share of the rows below which a measurement is called one on a sample.
_SAMPLE = 0.5


class Confirmation(NamedTuple):
    """What a measurement says of an answer: confirmed, contradicted or inconclusive, with one plain sentence."""

    confirmation: str
    reason: str


def confirm(
    profile: Profile, knowledge: Knowledge, baseline: BaselineResult, *, sensitivity: bool = True
) -> Recommendation:
    """Return the answer to a profile after a measurement on its data, with what that says of the answer before.

    The measured difference replaces what the rules say of the success of the measured approaches, measured response
    times and sizes replace the estimates, and differences between profile and data become warnings.

    Parameters
    ----------
    profile : Profile
        As read.
    knowledge : Knowledge
        Rules and catalogue.
    baseline : BaselineResult
        The measurement, fresh or read back from its JSON.
    sensitivity : bool, optional
        Whether to look for flips and missing fields.

    Returns
    -------
    Recommendation
        With `baseline`, `prior`, `confirmation` and `confirmation_reason`.
    """
    before = assemble(profile, knowledge, sensitivity=False)
    told = fields_from_data(baseline.dataset)
    judged = judge(before, profile.values, baseline)
    apt = not why_not_measured(profile.values, baseline)
    after = assemble(profile, measured_knowledge(profile, knowledge, baseline), sensitivity=sensitivity)
    differing = disagreements(profile.values, told)
    but = f" But the profile and the data differ in {joined([field for item in differing for field in item.fields])}."
    warnings = [Caution(item.id, item.fields, item.message) for item in differing]
    warnings += _about_the_measurement(profile.values, baseline) if apt else []
    return after._replace(
        gain=(_measured_gain(baseline, after.gain) if apt else None) or after.gain,
        warnings=(*after.warnings, *warnings),
        baseline=baseline,
        prior=PriorAnswer(before.approach, before.probability),
        confirmation=judged.confirmation,
        confirmation_reason=judged.reason + (but if differing and judged.confirmation != "inconclusive" else ""),
    )


def measured_knowledge(profile: Profile, knowledge: Knowledge, baseline: BaselineResult) -> Knowledge:
    """Return the knowledge with what was measured on the profile's data in place of rules and estimates."""
    if why_not_measured(profile.values, baseline):
        return knowledge
    return knowledge._replace(
        catalogue=knowledge.catalogue.with_measured(measured_models(baseline)),
        measured=measured_evidence(profile.values, baseline),
        expectations=None,
        unfit=None,
    )


def profile_answer(answer: Recommendation, limits: Mapping[str, float] = MappingProxyType({})) -> ProfileAnswer:
    """Return what a confirmed answer says, with the limits of the profile, as a baseline's own result holds it."""
    prior = answer.prior or PriorAnswer(None, None)
    differing = [item.message for item in answer.warnings if item.id in _OF_THE_MEASUREMENT]
    return ProfileAnswer(
        answer.name,
        prior.approach,
        prior.probability,
        answer.approach,
        answer.verdict,
        answer.probability,
        str(answer.confirmation),
        answer.confirmation_reason,
        tuple(differing),
        limits,
        answer.file,
    )


def against_profile(result: BaselineResult, profile: Profile, knowledge: Knowledge) -> BaselineResult:
    """Return a measured baseline with what it says of the answer to a profile, in `recommendation`."""
    answer = confirm(profile, knowledge, result)
    return result._replace(recommendation=profile_answer(answer, measurable_limits(profile.values)))


def judge(before: Recommendation, values: Mapping[str, Any], baseline: BaselineResult) -> Confirmation:
    """Return what the measurement says of the answer before it, by the table of the contract (section 5b)."""
    unfit = why_not_measured(values, baseline)
    if before.approach is None:
        return Confirmation("inconclusive", "The profile leaves no feasible approach to confirm.")
    if unfit:
        return Confirmation("inconclusive", sentence(unfit))
    if baseline.interrupted:
        return Confirmation("inconclusive", "The measurement was interrupted.")
    judged = _JUDGES[before.approach](baseline, before.candidates)
    if before.approach == "none" and values.get("data.known_rule") is True and judged.confirmation != "inconclusive":
        return judged._replace(reason=f"{judged.reason} The rule that a person can write down was not measured.")
    return judged


def _classical(baseline: BaselineResult, _: Sequence[Candidate]) -> Confirmation:
    found, pays = baseline.comparison, baseline.pays
    if pays is not None and pays.answer == "no":
        useless = " But no model clearly beats a constant answer." if found.beats_dummy is False else ""
        return Confirmation("confirmed", f"A network is unlikely to pay{_chance(pays)}.{useless}")
    if pays is not None and pays.answer == "yes":
        return Confirmation("contradicted", f"A network is likely to pay{_chance(pays)}.")
    if pays is not None:
        return Confirmation("inconclusive", _still_open(pays))
    if baseline.verdict == "dl":
        return Confirmation("contradicted", f"A network is better by more than {_rope(baseline)}.")
    if found.p_dl_better is None:
        return Confirmation("inconclusive", "Classical models and networks could not be compared.")
    if found.beats_dummy is False:
        return Confirmation("inconclusive", "No model clearly beats a constant answer, so the data support none yet.")
    if found.stopped:
        return Confirmation("inconclusive", "The budget stopped networks that were still improving; give more time.")
    if found.p_dl_better <= UNLIKELY:
        return Confirmation(
            "confirmed",
            f"The probability that a network is better by more than {_rope(baseline)} is "
            f"{shown(found.p_dl_better)}; the simplest wins a tie.",
        )
    return Confirmation(
        "inconclusive",
        f"A network may be better by more than {_rope(baseline)}: probability {shown(found.p_dl_better)}.",
    )


def _deep(baseline: BaselineResult, _: Sequence[Candidate]) -> Confirmation:
    if baseline.pays is not None:
        return _network(baseline, baseline.pays, "deep")
    if baseline.verdict == "dl":
        return Confirmation("confirmed", f"A network is better by more than {_rope(baseline)}.")
    if baseline.verdict == "ml":
        return Confirmation("contradicted", f"Classical models are better by more than {_rope(baseline)}.")
    if baseline.verdict == "equal":
        return Confirmation("contradicted", f"No family is ahead by more than {_rope(baseline)}: the simpler one wins.")
    return Confirmation("inconclusive", "The measurement speaks neither for nor against a network.")


def _network(baseline: BaselineResult, pays: Pays, approach: str) -> Confirmation:
    """Judge a kind of network by whether one pays, and by which kind that is."""
    if pays.answer == "open":
        return Confirmation("inconclusive", _still_open(pays))
    noun = NOUNS[approach]
    if pays.answer == "yes":
        champion = network_approach(baseline)
        if champion == approach:
            return Confirmation("confirmed", f"{capital(noun)} is likely to pay{_chance(pays)}.")
        better = f", but the best one is {NOUNS[champion]}" if champion else ""
        return Confirmation("inconclusive", f"A network is likely to pay{_chance(pays)}{better}.")
    if any(row.status == "ok" and row.approach == approach for row in baseline.models):
        return Confirmation("contradicted", f"{capital(noun)} is unlikely to pay{_chance(pays)}.")
    return Confirmation("inconclusive", f"The networks that were measured do not pay, but none was {noun}.")


def _hybrid(baseline: BaselineResult, _: Sequence[Candidate]) -> Confirmation:
    classical, deep = hybrid_against(baseline, "ml"), hybrid_against(baseline, "dl")
    chance = baseline.pays.hybrid.probability if baseline.pays and baseline.pays.hybrid else None
    if chance is not None and chance >= LIKELY:
        return Confirmation(
            "confirmed", f"The hybrid is better than both families by more than {_margin(baseline)}: {shown(chance)}."
        )
    if chance is not None and chance <= UNLIKELY and (classical is None or deep is None):
        return Confirmation(
            "contradicted", f"The hybrid is unlikely to be better by more than {_margin(baseline)}: {shown(chance)}."
        )
    if classical is None or deep is None:
        return Confirmation("inconclusive", "The hybrid has no score that could be compared with both families.")
    if classical.verdict in ("second", "equal"):
        how = "worse than" if classical.verdict == "second" else "no better than"
        return Confirmation("contradicted", f"The hybrid is {how} the simpler classical models.")
    if deep.verdict == "second":
        return Confirmation(
            "contradicted", f"A network alone is better than the hybrid by more than {_rope(baseline)}."
        )
    stopped = bool(baseline.comparison.stopped)
    if classical.verdict == "first" and not stopped and _at_most(deep.p_second_better, UNLIKELY):
        return Confirmation(
            "confirmed",
            f"The hybrid beats the classical models by more than {_rope(baseline)}, and no network is better.",
        )
    return Confirmation("inconclusive", "The hybrid is neither clearly ahead of both families nor behind one.")


def _none(baseline: BaselineResult, _: Sequence[Candidate]) -> Confirmation:
    found, pays = baseline.comparison, learning_pays(baseline)
    if found.stopped and found.beats_dummy is not True:
        return Confirmation("inconclusive", "The budget stopped networks that were still improving; give more time.")
    if found.beats_dummy is False:
        return Confirmation("confirmed", "No model clearly beats a constant answer.")
    if any(
        all(row is not None and row.verdict == "first" for row in against_no_learning(baseline, family))
        for family in ("ml", "dl")
    ):
        return Confirmation("contradicted", f"Models beat the rule on one column by more than {_rope(baseline)}.")
    if pays is not None and pays <= UNLIKELY and not found.stopped:
        return Confirmation("confirmed", "No model is better than the rule on one column by an amount that matters.")
    return Confirmation(
        "inconclusive", "It is open whether models beat a rule on one column by an amount that matters."
    )


def _transfer(baseline: BaselineResult, candidates: Sequence[Candidate]) -> Confirmation:
    """Judge a pretrained network by the user's own row that is made by the library of a candidate."""
    if baseline.pays is not None and _pretrained_ran(baseline):
        return _network(baseline, baseline.pays, "transfer")
    libraries = {item.library.lower() for item in candidates if item.approach == "transfer"}
    own = [
        row.id
        for row in baseline.models
        if row.status == "ok" and row.id.partition(".")[0].partition(":")[0] in libraries
    ]
    judged = [found for name in own if (found := pair(baseline, name, "ml")) is not None]
    if not judged and baseline.pays is not None:
        return _network(baseline, baseline.pays, "transfer")
    if not judged:
        return Confirmation(
            "inconclusive",
            "No pretrained network was measured; `advisor baseline --model MODULE:CLASS` adds one as a row.",
        )
    if any(row.verdict == "first" for row in judged):
        return Confirmation(
            "confirmed", f"The pretrained network beats the classical models by more than {_rope(baseline)}."
        )
    if all(row.verdict in ("second", "equal") for row in judged):
        return Confirmation("contradicted", "The pretrained network is no better than the simpler classical models.")
    return Confirmation("inconclusive", "The measurement speaks neither for nor against the pretrained network.")


def _pretrained_ran(baseline: BaselineResult) -> bool:
    return any(row.status == "ok" and row.approach == "transfer" for row in baseline.models)


_JUDGES: Mapping[str, Callable[[BaselineResult, Sequence[Candidate]], Confirmation]] = {
    "classical": _classical,
    "deep": _deep,
    "hybrid": _hybrid,
    "none": _none,
    "transfer": _transfer,
}
_OF_THE_MEASUREMENT = ("profile-differs-from-data", "measured-on-a-sample", "known-rule-not-measured")


def _about_the_measurement(values: Mapping[str, Any], baseline: BaselineResult) -> list[Caution]:
    found = []
    rows, data = baseline.protocol.rows, baseline.dataset
    if rows < _SAMPLE * data.rows:
        message = (
            f"the models were compared on {rows:,} of {data.rows:,} rows; with more rows networks tend to gain, so "
            "a longer --budget may change the measurement"
        )
        found.append(Caution("measured-on-a-sample", ("data.rows",), message))
    if values.get("data.known_rule") is True:
        message = (
            "no learning was measured by a rule on one column; the rule that a person can write down (data.known_rule) "
            "was not measured"
        )
        found.append(Caution("known-rule-not-measured", ("data.known_rule",), message))
    return found


def _measured_gain(baseline: BaselineResult, published: Gain | None) -> Gain | None:
    pays = baseline.pays
    chance = network_pays(baseline) if pays else baseline.comparison.p_dl_better
    if chance is None or (pays is None and baseline.comparison.stopped and baseline.verdict != "dl"):
        return None
    least = pays.margin.value if pays else baseline.protocol.rope
    rows = min(baseline.protocol.rows, baseline.dataset.rows_used)
    unit = metric(baseline.protocol.metric)
    # no foundation model was measured, so what is published about them still holds
    apart = published.foundation if published else None
    return Gain(chance, least, f"Measured on {rows:,} rows in {unit}.", unit=unit, foundation=apart)


def _at_most(probability: float | None, most: float) -> bool:
    return probability is not None and probability <= most


def _chance(pays: Pays) -> str:
    known = "" if pays.probability is None else f"{frequency(pays.probability)} that one "
    return f" ({known}is better by more than {margin(pays.margin)})" if known else ""


def _still_open(pays: Pays) -> str:
    because = f": {pays.because.rstrip('.')}" if pays.because else ""
    return f"It is open whether a network pays{because}."


def _margin(baseline: BaselineResult) -> str:
    return margin(baseline.pays.margin) if baseline.pays else _rope(baseline)


def _rope(baseline: BaselineResult) -> str:
    return f"{baseline.protocol.rope:.3g} {metric(baseline.protocol.metric)}"
