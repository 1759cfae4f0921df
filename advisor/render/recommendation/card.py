"""The card: what somebody must know who reads nothing else, a line for each question."""

import shlex
from collections.abc import Iterator
from pathlib import PurePath

from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Facts
from advisor.render.recommendation import wording as words
from advisor.reports.measurable import MEASURABLE
from advisor.reports.recommendation import Candidate, Range, Recommendation
from advisor.reports.selection import first_model, rival

_MOST_FOR, _MOST_UNKNOWN = 2, 2
_MONEY = (
    ("labels_usd", "labels", ""),
    ("training_usd", "training", ""),
    ("serving_usd_per_month", "serving", "/month"),
)
# The field that a cost hangs on.
_OPEN = {"labels_usd": "labels.cost_usd", "serving_usd_per_month": "deployment.predictions_per_day"}
MOST_APART = 10  # times between the ends of a cost that still says something
_LIMITS = (
    ("response", "latency.p95_ms", "p95_ms", say.duration),
    ("size", "deployment.memory_mb", "size_mb", say.size),
)
_DATA = {"image": "FOLDER", "audio": "FOLDER", "time-series": "DATA --target COLUMN"}
_FORECAST = "DATA --target COLUMN --time COLUMN --horizon N"


def card(result: Recommendation) -> Facts:
    """Return the facts below the answer, those without content left out."""
    return Facts(tuple((name, text) for name, text in _facts(result) if text))


def _facts(result: Recommendation) -> Iterator[tuple[str, str]]:
    yield ("Predicting", _guess(result))
    if result.approach is None:
        yield ("Way out", words.way_out(result))
    else:
        yield ("How sure", words.certainty(result))
    yield ("Measured", _measured(result))
    yield from _found(result)
    other = rival(result)
    if result.approach is not None and other is not None:
        most = _MOST_FOR if result.baseline is None else 1  # what was measured weighs more
        for item in words.reasons_for(result, result.approach, other)[:most]:
            yield ("For", words.in_one_line(item.reason, say.ONE_LINE))
        for item in words.reasons_for(result, other, result.approach)[:1]:
            yield ("Against", words.in_one_line(item.reason, say.ONE_LINE))
    yield ("Runner-up", _runner_up(result, other) if result.baseline is None else "")
    yield ("Cost (USD)", _cost(result))
    yield ("Limits", _limits(result))
    yield ("Changes", _change(result))
    yield ("Find out", _unknown(result))
    yield ("Next", f"`{next_command(result)}`")


def _guess(result: Recommendation) -> str:
    if result.baseline is None or not result.baseline.dataset.target_reason:
        return ""
    from advisor.render.baseline.wording import guessed_target

    return guessed_target(result.baseline.dataset)


def _measured(result: Recommendation) -> str:
    if result.confirmation is None or result.baseline is None:
        return ""
    first = say.plain(result.confirmation_reason).partition(". ")[0].removesuffix(".")
    if result.confirmation == "inconclusive":
        first = first.partition(": ")[0]  # the scores that follow stand in lines of their own
    data = say.tail(PurePath(result.baseline.dataset.path).name)
    return f"{result.confirmation.capitalize()} on {data}: {say.in_sentence(first)}"


def _found(result: Recommendation) -> Iterator[tuple[str, str]]:
    """Yield the scores of the families, as the card of the measurement has them, and what is wrong with the data."""
    if result.baseline is None:
        return
    from advisor.render.baseline.card import champions
    from advisor.render.baseline.checks import grave_checks

    yield from champions(result.baseline)
    errors = grave_checks(result.baseline.checks)
    yield ("Data", f"look first at {errors}" if errors else "")


def _runner_up(result: Recommendation, other: str | None) -> str:
    """Return the model to try beside the first: the next of the answer's that fits, or the next best approach."""
    first = first_model(result)
    own = [item for item in result.candidates if item.approach == result.approach and item.fits is not False]
    second = next((item for item in own if item is not first), None)
    if second is not None:
        return say.clipped(words.model_name(second), say.ONE_LINE)
    row = next((row for row in result.approaches if row.id == other and row.feasible), None)
    return "" if row is None else f"{say.NAMES[row.id]} ({say.probability(row.probability)})"


def _cost(result: Recommendation) -> str:
    if result.approach is None:
        return ""
    return ", ".join(
        f"{word} unknown" if _is_open(result, name, cost) else f"{word} {_between(cost)}{unit}"
        for name, word, cost, unit in _costs(result)
    )


def _costs(result: Recommendation) -> Iterator[tuple[str, str, Range, str]]:
    """Yield the costs that there are; labels at an unknown price only where some have to be bought."""
    for name, word, unit in _MONEY:
        cost = result.costs.get(name)
        if cost is not None and cost.high > 0 and (name != "labels_usd" or cost.low > 0 or _is_given(result, name)):
            yield name, word, cost, unit


def _is_given(result: Recommendation, name: str) -> bool:
    return name not in _OPEN or words.profile_value(result, _OPEN[name]) is not None


def _is_open(result: Recommendation, name: str, cost: Range) -> bool:
    """Return whether a cost says nothing, for lack of a field."""
    return not _is_given(result, name) and cost.high > MOST_APART * max(cost.low, 1.0)


def _between(cost: Range) -> str:
    low, high = say.amount(cost.low), say.amount(cost.high)
    if low in (high, "<0.01"):
        return high
    return f"up to {high}" if cost.low == 0 else f"{low} to {high}"


def _limits(result: Recommendation) -> str:
    model = first_model(result) or next((one for one in result.candidates if one.approach == result.approach), None)
    if model is None:
        return ""
    held = list(_held_against(result, model))
    given = any(words.profile_value(result, field) is not None for _, field, _, _ in _LIMITS)
    return "; ".join(held) if given else f"{', '.join(held)}; no limit is given"


def _held_against(result: Recommendation, model: Candidate) -> Iterator[str]:
    for word, field, figure, show in _LIMITS:
        value, limit = getattr(model.estimate, figure), words.profile_value(result, field)
        if not value:  # a hosted model has no size of ours
            continue
        doubt = "may break it: " if field in model.unsure else "breaks it: " if field in model.violates else ""
        yield f"{word} {doubt}{show(value)}" + (f" of {show(limit)}" if limit is not None else "")


def _change(result: Recommendation) -> str:
    if not result.counterfactuals:
        return "under no realistic change of one or two fields"
    said = [say.plain(words.change(row)) for row in result.counterfactuals]
    return next((text for text in said if len(text) <= say.ONE_LINE), say.clipped(said[0], say.ONE_LINE))


def _unknown(result: Recommendation) -> str:
    """Return the fields that are not given and could change the answer, then those that a cost hangs on."""
    fields = [row.field for row in result.missing if row.could_change_approach][:_MOST_UNKNOWN]
    if result.approach is not None and result.baseline is None:
        fields += [_OPEN[name] for name, _, cost, _ in _costs(result) if _is_open(result, name, cost)]
    while len(", ".join(fields)) > say.ONE_LINE:
        fields.pop()
    return ", ".join(fields)


def next_command(result: Recommendation) -> str:
    """Return the command that settles most: to measure where such data can be measured, else to read on."""
    file = say.plain(result.file)
    profile = shlex.quote(file) if file and not file.startswith("<") and "`" not in file else "profile.yaml"
    if result.approach is None:
        return f"advisor recommend {profile} --full"
    if result.baseline is not None:
        from advisor.render.baseline.card import next_command as after_measuring

        return after_measuring(result.baseline)
    structure, task = (words.profile_value(result, path) for path in ("data.structure", "task"))
    if (structure, task) not in MEASURABLE:
        return f"advisor recommend {profile} --full"
    data = _FORECAST if task == "forecasting" else _DATA.get(structure, "DATA --target COLUMN")
    return f"advisor baseline {data} --profile {profile}"
