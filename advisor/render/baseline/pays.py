"""The answer whether a network pays, in plain words."""

import math
from collections.abc import Iterator

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
    if result.prefer == "hybrid" and pays.hybrid is not None and pays.hybrid.probability >= LIKELY:
        chance = say.frequency(pays.hybrid.probability)
        return f"A hybrid is likely to pay here: better than classical models and networks alone ({chance})."
    chance = "" if _unknown(pays.probability) else say.frequency(pays.probability or 0.0)
    if pays.answer == "no" and not _unknown(pays.probability) and (pays.probability or 0.0) > UNLIKELY:
        return f"No: a network may be better here, but breaks a limit of the profile ({chance} that it is better)."
    if pays.answer in _ANSWERS:
        return f"{_ANSWERS[pays.answer]}{f' ({chance})' if chance else ''}."
    parts = [f"Open: {f'{chance} that a network pays' if chance else _why_unknown(result)}"]
    model = _advised(result)
    parts += [f"start with {model}"] if model else []
    settled = _settled(pays.settles) if pays.settles else ""
    parts += [settled] if settled else []
    return f"{'; '.join(parts)}."


def explanation(result: BaselineResult, pays: Pays) -> Iterator[str]:
    """Yield what comes right below the headline: the reason, the model to start with, the probabilities."""
    if pays.because:
        yield words.sentence(pays.because)
    if nothing_pays(result):
        return
    model = _advised(result)
    if model and model not in headline(result, pays):
        yield f"Start with {model}."
    if not (_unknown(pays.probability) and _unknown(pays.probability_from_data_alone)):
        yield _probabilities(pays)


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


def _settled(settles: Settles) -> str:
    parts = []
    if settles.minutes is not None and math.isfinite(settles.minutes):
        parts.append(more_minutes(settles.minutes))
    if settles.rows is not None:
        parts.append(f"{_rounded_up(settles.rows):,} more rows")
    return f"{' or '.join(parts)} may settle it" if parts else ""


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
