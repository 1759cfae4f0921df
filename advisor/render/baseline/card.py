"""The card of a measurement: what somebody must know who reads nothing else, a line for each question."""

import math
import re
from collections.abc import Iterator, Mapping

from advisor.render.baseline import pays
from advisor.render.baseline import wording as words
from advisor.render.baseline.checks import grave_checks, subject
from advisor.render.baseline.command import command, typed
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Facts
from advisor.reports.baseline import BaselineResult, ModelRow
from advisor.reports.digits import digits_of
from advisor.reports.selection import advised_model, common_footing, compared_models, is_champion

_FAMILIES = {"ml": "Classical", "dl": "Network", "hybrid": "Hybrid"}
_TWO_LINES = 2 * say.ONE_LINE - 12  # words do not break
_TOLD = ("no-signal",)  # checks that the answer itself says
_JUDGED = "; the difference of "  # in a reason, what comes before it are the scores


def card(result: BaselineResult) -> Facts:
    """Return the facts below the answer, those without content left out."""
    return Facts(tuple((name, text) for name, text in _facts(result) if text))


def _facts(result: BaselineResult) -> Iterator[tuple[str, str]]:
    yield ("Predicting", words.guessed_target(result.dataset) if result.dataset.target_reason else "")
    yield ("How sure", how_sure(result))
    scores = list(champions(result))
    yield ("Why", why(result, told=len(scores) > 1))
    yield from scores
    yield from (("Yours", text) for text in words.users_models(result, digits_of(compared_models(result))))
    yield ("Meanwhile", words.meanwhile(result) if result.pays is None else "")
    yield ("Measured", _measured(result))
    yield ("Limits", _limits(result))
    yield ("Profile", _profile(result))
    yield ("Data", _data(result))
    yield ("To settle", pays.settled(result.pays.settles) if result.pays and result.pays.settles else "")
    yield ("Next", f"`{next_command(result)}`")


def how_sure(result: BaselineResult) -> str:
    """Return how sure the answer is in words with the figure; the probabilities of an older version's verdict."""
    if result.pays is not None:
        return pays.certainty(result, result.pays)
    return say.capital(words.chances(result.comparison))


def why(result: BaselineResult, *, told: bool = False) -> str:
    """Return the reason of the answer, without the scores where these are `told` beside it."""
    reason = result.verdict_reason if result.pays is None else result.pays.because
    _, found, judged = reason.partition(_JUDGED)
    return words.sentence(f"{_JUDGED[2:]}{judged}" if told and found else reason) if reason else ""


def champions(result: BaselineResult) -> Iterator[tuple[str, str]]:
    """Yield the score of what speaks for each family, as the table has it; of hybrids where one is the answer."""
    compared = compared_models(result)
    digits, metric = digits_of(compared), words.metric(result.protocol.metric)
    unit = f" {digits.unit}" if digits.unit else ""
    for family, name in _FAMILIES.items():
        own = [row for row in compared if row.family == family and row.status == "ok" and is_champion(row, result)]
        if not own or (family == "hybrid" and result.prefer != "hybrid"):
            continue
        between = digits.interval(own[0].ci95)
        interval = "" if between == "-" else f" ({between})"
        yield name, f"{words.clipped(own[0].title)}: {digits.score(own[0].score)} {metric}{unit}{interval}"


def _measured(result: BaselineResult) -> str:
    spent = say.duration(result.elapsed_s * 1000)
    if not any(row.status == "ok" for row in result.models):
        return f"interrupted after {spent}" if result.interrupted else ""
    told = f"{words.folds_done(result, common_footing(result).folds)} of {words.rows_done(result)}"
    return f"interrupted after {spent}: {told}" if result.interrupted else f"{told}, in {spent}"


def _limits(result: BaselineResult) -> str:
    """Return response and size of the model to start with against the limits, or which one breaks them."""
    broken, model = words.broken_limits(result), advised_model(result)
    if broken or model is None or result.prefer == "none":
        return broken
    given = {} if result.recommendation is None else result.recommendation.limits
    held = ", ".join(_held(model, given))
    return f"{held}; no limit is given" if held and not given else held


def _held(model: ModelRow, given: Mapping[str, float]) -> Iterator[str]:
    if model.predict_ms is not None and math.isfinite(model.predict_ms.p95):
        limit = f" of {say.duration(given['latency.p95_ms'])}" if "latency.p95_ms" in given else ""
        yield f"response {words.milliseconds(model.predict_ms.p95, decimals=2)} ms{limit}"
    if model.size_mb is not None and math.isfinite(model.size_mb):
        limit = f" of {say.size(given['deployment.memory_mb'])}" if "deployment.memory_mb" in given else ""
        yield f"size {words.megabytes(model.size_mb)}{limit}"


def _profile(result: BaselineResult) -> str:
    answer = result.recommendation
    if answer is None:
        return ""
    before = say.NOUNS[answer.prior_approach] if answer.prior_approach else "nothing"
    after = say.NOUNS[answer.approach] if answer.approach else "nothing"
    now = f", the measurement {after}" if after != before else ""
    doubts = f"; {say.counted(len(answer.warnings), 'warning')}" if answer.warnings else ""
    return f"{answer.confirmation}: it says {before}{now}{doubts}"


def _data(result: BaselineResult) -> str:
    """Return the gravest of what was found in the data: all errors, or the first warning."""
    errors = grave_checks(result.checks)
    if errors:
        return f"look first at {errors}"
    warned = [check for check in result.checks if check.severity == "warning" and check.id not in _TOLD]
    if not warned:
        return ""
    more = f"; {say.counted(len(warned) - 1, 'more warning')}" if len(warned) > 1 else ""
    first = re.split(r"[;:] ", say.plain(warned[0].message), maxsplit=1)[0]
    return f"{words.clipped(f'{subject(warned[0])}: {first}', _TWO_LINES - len(more))}{more}"


def _no_signal(result: BaselineResult) -> bool:
    return pays.nothing_pays(result) or (result.pays is None and result.comparison.beats_dummy is False)


def _for_every_family(result: BaselineResult) -> str:
    """Return a budget in which a family whose models ran out of time may have a score; empty where none did."""
    had, found = result.protocol.budget_s, result.comparison
    late = {row.family for row in result.models if row.status in ("timed-out", "skipped")}
    lacking = {family for family, best in (("ml", found.best_ml), ("dl", found.best_dl)) if best is None}
    return words.budget(4 * had) if late & lacking and 4 * had <= words.LONGEST_BUDGET else ""


def next_command(result: BaselineResult) -> str:
    """Return the command that settles most: more time, more data, a look at the data, or the model itself."""
    if result.interrupted:
        return command(result)
    if _no_signal(result):
        return command(result, "--explain")
    longer = pays.longer_budget(result) or _for_every_family(result)
    if longer:
        return command(result, "--budget", longer)
    if result.pays is not None and result.pays.answer == "open" and result.learning_curve is None:
        return command(result, "--curve")
    if result.saved:
        return f"python {typed(result.saved.rstrip('/') + '/predict.py')} DATA"
    scored = any(row.status == "ok" for row in result.models)
    return command(result, "--save", "winner") if scored else command(result, "--explain")
