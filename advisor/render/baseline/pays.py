"""The answer whether a network pays, in plain words."""

import math

from advisor.render.baseline import wording as words
from advisor.render.layout import wording as say
from advisor.reports.baseline import LIKELY, UNLIKELY, BaselineResult, Margin, Pays, Settles
from advisor.reports.selection import advised_model

NOTEWORTHY = 0.05  # a chance below it is no news
_ANSWERS = {"yes": "Yes: a network is likely to pay here", "no": "No: a network is unlikely to pay here"}
_MARGINS = {"rope": "less counts as equal", "profile": "less does not earn its cost, by the profile"}


def headline(result: BaselineResult, pays: Pays) -> str:
    """Return the answer as one sentence for a reader who has never heard of folds.

    That nothing beats a constant answer comes before everything else: then the choice between families is idle.
    """
    if nothing_pays(result):
        return f"No model: nothing beats {words.reference(result.dataset)} here."
    model = _advised(result)
    start = f"; start with {model}" if model else ""
    if _hybrid(result, pays):
        return f"A hybrid is likely to pay here, more than classical models and networks alone{start}."
    if pays.answer == "no" and _beyond_a_limit(pays):
        return f"No: a network may be better here, but breaks a limit of the profile{start}."
    if pays.answer in _ANSWERS:
        return f"{_ANSWERS[pays.answer]}{start}."
    open_ = _why_unknown(result) if _unknown(pays.probability) else "not settled whether a network pays here"
    return f"Open: {open_}{start}."


def certainty(result: BaselineResult, pays: Pays) -> str:
    """Return how sure the answer is, in words with the figure; empty where no probability speaks for it."""
    if nothing_pays(result):
        return ""
    if _hybrid(result, pays) and pays.hybrid is not None:
        chance = pays.hybrid.probability
        return f"{_sure(chance)}: {say.frequency(chance)} that it leads both by over {margin(pays.margin)}."
    if _unknown(pays.probability):
        return ""
    chance = pays.probability or 0.0
    told = f"{say.frequency(chance)} that a network leads by over {margin(pays.margin)}."
    if pays.answer == "no" and _beyond_a_limit(pays):
        return f"The limit decides: {told}"
    return f"{'Open' if pays.answer == 'open' else _sure(max(chance, 1 - chance))}: {told}"


def _sure(chance: float) -> str:
    """Return a high probability in the words of every card."""
    return "Very likely" if chance < say.NEARLY_CERTAIN else "Nearly certain"


def _hybrid(result: BaselineResult, pays: Pays) -> bool:
    return result.prefer == "hybrid" and pays.hybrid is not None and pays.hybrid.probability >= LIKELY


def _beyond_a_limit(pays: Pays) -> bool:
    return not _unknown(pays.probability) and (pays.probability or 0.0) > UNLIKELY


def probabilities(result: BaselineResult, pays: Pays) -> str:
    """Return both probabilities with the margin and where it comes from; empty where none is known."""
    unknown = _unknown(pays.probability) and _unknown(pays.probability_from_data_alone)
    return "" if unknown or nothing_pays(result) else _probabilities(pays)


def nothing_pays(result: BaselineResult) -> bool:
    """Return whether the models were found to learn nothing; a budget that was too short finds no such thing."""
    return result.prefer == "none" and any(check.id == "no-signal" for check in result.checks)


def _advised(result: BaselineResult) -> str:
    model = advised_model(result)
    return say.in_sentence(words.clipped(model.title)) if model else ""


def _why_unknown(result: BaselineResult) -> str:
    if result.interrupted:
        return "stopped before there was an answer"
    classical, neural = result.comparison.best_ml, result.comparison.best_dl
    if classical is None and neural is None:
        return "no model finished"
    if classical is None or neural is None:
        return f"no {'classical model' if classical is None else 'network'} finished"
    return "too short to say whether a network pays"


def settled(settles: Settles) -> str:
    """Return what may settle an open answer; empty where nothing is known to."""
    parts = []
    if settles.minutes is not None and math.isfinite(settles.minutes):
        parts.append(more_minutes(settles.minutes))
    if settles.rows is not None:
        parts.append(f"{_rounded_up(settles.rows):,} more rows")
    return f"{' or '.join(parts)} may do" if parts else ""


def more_minutes(minutes: float) -> str:
    """Return a time that is still needed, rounded up as one would say it.

    Examples
    --------
    >>> [more_minutes(minutes) for minutes in (0.2, 11.2, 43, 101, 2000)]
    ['1 more minute', '12 more minutes', '45 more minutes', '2 more hours', '34 more hours']
    """
    whole = max(1, math.ceil(minutes - 1e-9))
    if whole > 20:
        whole = 5 * math.ceil(whole / 5)
    hours = whole > 90
    count = math.ceil(whole / 60) if hours else whole
    return f"{count:,} more {'hour' if hours else 'minute'}{'' if count == 1 else 's'}"


def longer_budget(result: BaselineResult) -> str:
    """Return the budget that may settle an open answer, as `--budget` takes it; empty where none would."""
    had, settles = result.protocol.budget_s, result.pays.settles if result.pays else None
    if not math.isfinite(had) or settles is None or settles.minutes is None:
        return ""
    enough = had + 60 * settles.minutes
    return f"{math.ceil(enough / 60 - 1e-9)}m" if enough <= words.LONGEST_BUDGET else ""


def _rounded_up(rows: int) -> int:
    step = int(10 ** max(0, len(str(rows)) - 2))
    return math.ceil(rows / step) * step


def _probabilities(pays: Pays) -> str:
    better = f"Probability that a network is better by more than {margin(pays.margin)}"
    less = _MARGINS.get(pays.margin.origin)
    alone = f"{say.probability(pays.probability_from_data_alone)} from these data alone"
    if pays.published is None:
        told = f"{alone}; nothing published was taken into account"
    else:
        source = f" ({words.clipped(pays.published.source, say.LONGEST_TITLE)})" if pays.published.source else ""
        published = f"{say.counted(pays.published.data_sets, 'data set')}{source}"
        told = f"{say.probability(pays.probability)} with published differences on {published}, {alone}"
    text = f"{better}{f' ({less})' if less else ''}: {told}."
    if pays.hybrid is not None and pays.hybrid.probability >= NOTEWORTHY:
        text += f" That a hybrid is better than both: {say.probability(pays.hybrid.probability)}."
    return text


def margin(row: Margin) -> str:
    """Return the smallest difference that pays with its unit."""
    return f"{words.rounded(row.value)} {words.metric_name(row.unit)}".rstrip()


def _unknown(probability: float | None) -> bool:
    return probability is None or not math.isfinite(probability)
