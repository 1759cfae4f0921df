"""What a measured baseline says of the approaches and of the catalogue's models."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from advisor.advice.catalogue import MeasuredModel
from advisor.engine.approaches import Approach
from advisor.engine.conditions import ALWAYS
from advisor.engine.rulebook import Evidence, Rule
from advisor.engine.scoring import Measured
from advisor.render.layout.wording import probability as shown
from advisor.render.layout.wording import sentence
from advisor.reports.baseline import BaselineResult, Pair
from advisor.reports.measurable import MEASURABLE
from advisor.reports.selection import advised_model
from advisor.source.problems import either

MEASURED_RULE = "measured-on-your-data"
# Judgement: one data set and one protocol never make an approach surer than a hundred to one.
LEAST_PROBABILITY = 0.01


def why_not_measurable(values: Mapping[str, Any]) -> str:
    """Return why no baseline can measure the approaches of this profile, or an empty string."""
    task, structure = values["task"], values["data.structure"]
    if (structure, task) in MEASURABLE:
        return ""
    structures = dict.fromkeys(name for name, _ in MEASURABLE)
    if structure not in structures:
        return f"the baseline measures {either(list(structures))} data, but the profile describes {structure} data"
    tasks = [name for own, name in MEASURABLE if own == structure]
    return f"the baseline measures {either(tasks)} of {structure} data, but the task in the profile is {task}"


def why_not_measured(values: Mapping[str, Any], baseline: BaselineResult) -> str:
    """Return why this baseline does not measure the approaches of this profile, or an empty string."""
    task = baseline.dataset.task
    measured = task if task in ("regression", "forecasting") else "classification"
    if values["task"] in ("classification", "regression", "forecasting") and values["task"] != measured:
        return f"the profile's task is {values['task']}, but the target was measured as {measured}"
    why = why_not_measurable(values)
    if not why and baseline.dataset.structure != MEASURABLE[values["data.structure"], values["task"]]:
        why = f"the profile is about {values['data.structure']} data, {baseline.dataset.structure} data were measured"
    return why


def pair(baseline: BaselineResult, first: str, second: str) -> Pair | None:
    """Return the comparison of two sides, None where there was none."""
    return next((row for row in baseline.comparison.pairs if (row.first, row.second) == (first, second)), None)


def hybrid_against(baseline: BaselineResult, family: str) -> Pair | None:
    """Return the comparison of the best hybrid with a family, None where there was none."""
    scored = [row for row in baseline.models if row.family == "hybrid" and row.score is not None]
    sign = 1 if baseline.protocol.metric.greater_is_better else -1
    best = max(scored, key=lambda row: sign * (row.score or 0.0), default=None)
    return None if best is None else pair(baseline, best.id, family)


def against_no_learning(baseline: BaselineResult, family: str) -> list[Pair | None]:
    """Return the comparisons of a family with the constant answer and with what else needs no learning."""
    return [pair(baseline, family, row.id) for row in baseline.models if row.role in ("constant", "simple")]


def network_approach(baseline: BaselineResult) -> str | None:
    """Return the approach of the network that speaks for its family, by the model that it comes down to on all rows."""
    champion = advised_model(baseline, "dl")
    return None if champion is None else champion.approach or Approach.DEEP.id


def measured_evidence(values: Mapping[str, Any], baseline: BaselineResult) -> Measured | None:
    """Return the points that stand in for what the rules say of the measured approaches.

    An approach is ahead of the simpler reference, classical learning, by ten times the decimal logarithm of the odds
    that it is better by more than the region of practical equivalence: the simplest wins a tie. Networks and hybrids
    that a budget stopped while they still improved cannot lose, and no learning is measured by the rule on one column
    only where no person can write the rule down.

    Parameters
    ----------
    values : mapping
        The profile's fields by dotted path.
    baseline : BaselineResult
        What was measured.

    Returns
    -------
    Measured or None
        None where the baseline does not measure the profile's approaches, or compared nothing.
    """
    if why_not_measured(values, baseline) or baseline.comparison.best_ml is None:
        return None
    ahead = dict(_ahead(values, baseline))
    if not ahead:
        return None
    return Measured(_rule(baseline, ahead), Approach.CLASSICAL, {Approach.CLASSICAL: 0.0, **ahead})


def _ahead(values: Mapping[str, Any], baseline: BaselineResult) -> Iterator[tuple[Approach, float]]:
    comparison = baseline.comparison
    hybrid, pays = hybrid_against(baseline, "ml"), learning_pays(baseline)
    network = network_pays(baseline)
    if network is not None:
        transfer = network_approach(baseline) == Approach.TRANSFER.id
        yield Approach.TRANSFER if transfer else Approach.DEEP, log_odds(network)
    if hybrid is not None and hybrid.p_first_better is not None and _settled(hybrid.p_first_better, hybrid.stopped):
        yield Approach.HYBRID, log_odds(hybrid.p_first_better)
    if pays is not None and _settled(pays, comparison.stopped) and values.get("data.known_rule") is not True:
        yield Approach.NONE, -log_odds(pays)


def network_pays(baseline: BaselineResult) -> float | None:
    """Return the probability that a network is better than the best classical model by an amount that matters.

    None where that is unknown, as while the budget stopped networks that still improved and may yet win.
    """
    comparison, pays = baseline.comparison, baseline.pays
    if pays is None:
        chance, open_ = comparison.p_dl_better, True
    else:
        chance, open_ = pays.probability, pays.answer == "open"
    known = chance is not None and (not open_ or _settled(chance, comparison.stopped))
    return chance if known else None


def _settled(chance: float, stopped: Sequence[str]) -> bool:
    """Return whether the chance that a side is better counts: one that was stopped may win, but cannot lose."""
    return chance > 0.5 or not stopped


def learning_pays(baseline: BaselineResult) -> float | None:
    """Return the probability that a family beats, by more than the ROPE, all that needs no learning; None if unknown.

    That is the constant answer and the rule on one column.
    """
    chances = []
    for family in ("ml", "dl"):
        against = against_no_learning(baseline, family)
        known = [row.p_first_better for row in against if row is not None and row.p_first_better is not None]
        if known:
            chances.append(min(known))
    return max(chances, default=None)


def log_odds(probability: float) -> float:
    """Return the points of a probability: ten for odds of ten to one, none for even odds.

    Examples
    --------
    >>> [round(log_odds(p), 1) for p in (0.5, 10 / 11, 0.0, 1.0)]
    [0.0, 10.0, -20.0, 20.0]
    """
    bounded = min(max(probability, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)
    return 10 * math.log10(bounded / (1 - bounded))


def _rule(baseline: BaselineResult, ahead: Mapping[Approach, float]) -> Rule:
    data, protocol = baseline.dataset, baseline.protocol
    chances = ", ".join(f"{name} {chance:.3f}" for name, chance in _chances(baseline) if chance is not None)
    rows = min(protocol.rows, data.rows_used)
    claim = f"{protocol.folds} folds, {protocol.repeats} repeats of {rows:,} of {data.rows:,} rows; {chances}"
    return Rule(
        id=MEASURED_RULE,
        title=_title(ahead),
        criterion="success",
        group="measurement",
        when=ALWAYS,
        because=" ".join([_reason(baseline), *_further(baseline, ahead)]),
        exceptions="The measurement holds for these rows, columns and default settings.",
        evidence=(Evidence("baseline", claim),),
    )


def _title(ahead: Mapping[Approach, float]) -> str:
    """Return what was measured: only of learning at all, where no network was."""
    if set(ahead) != {Approach.NONE}:
        return "Measured on your data"
    better = ahead[Approach.NONE] < 0
    return f"On your data a rule on one column {'is no match for models' if better else 'does as well as models'}"


def _chances(baseline: BaselineResult) -> list[tuple[str, float | None]]:
    found, pays = baseline.comparison, baseline.pays
    if pays is None:
        return [
            ("classical better", found.p_ml_better),
            ("equal", found.p_equal),
            ("network better", found.p_dl_better),
        ]
    return [("a network pays", pays.probability), ("from these data alone", pays.probability_from_data_alone)]


def _reason(baseline: BaselineResult) -> str:
    return sentence(baseline.pays.because) if baseline.pays and baseline.pays.because else baseline.verdict_reason


def _further(baseline: BaselineResult, ahead: Mapping[Approach, float]) -> Iterator[str]:
    """Yield a sentence on each measured approach of which the verdict says nothing."""
    rope = f"{baseline.protocol.rope:.3g}"
    pays, hybrid = learning_pays(baseline), hybrid_against(baseline, "ml")
    if Approach.NONE in ahead and pays is not None:
        yield f"Models beat a rule on one column by more than {rope} with a probability of {shown(pays)}."
    if Approach.HYBRID in ahead and hybrid is not None and hybrid.p_first_better is not None:
        chance = shown(hybrid.p_first_better)
        yield f"The hybrid beats classical models by more than {rope} with a probability of {chance}."


def measured_models(baseline: BaselineResult) -> dict[str, MeasuredModel]:
    """Return response time and size of each model that was fitted, by its id in the baseline."""
    leading = [row.id for family in ("ml", "dl") if (row := advised_model(baseline, family)) is not None]
    return {
        row.id: MeasuredModel(row.predict_ms.p95, row.size_mb, row.id in leading)
        for row in baseline.models
        if row.status == "ok" and row.predict_ms is not None and row.size_mb is not None
    }
