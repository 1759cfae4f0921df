"""Sentences and numbers of a measured baseline in plain words."""

import math
from collections.abc import Iterator, Sequence

from advisor.render.layout import wording as say
from advisor.reports.baseline import BaselineResult, Comparison, DatasetRow, MetricRow, Pair, ProfileAnswer
from advisor.reports.digits import Digits
from advisor.reports.selection import advised_model, better_first, compared_models, is_procedure

_METRICS = {
    "roc_auc": "ROC AUC",
    "log_loss": "log loss",
    "rmse": "RMSE",
    "mae": "mean absolute error",
    "r2": "R²",
    "mase": "MASE",
}
_VERDICTS = {
    "ml": "Classical learning is enough here.",
    "dl": "A network is worth it here.",
    "equal": "Equal: take the simpler, classical model.",
}
_MEANWHILE = {"ml": "classical learning", "dl": "a network", "hybrid": "a hybrid", "none": "no model"}
LONGEST_NOTE = 200  # of a text in a table, such as another library's error
LONGEST_TEXT = 600  # of a sentence
LONGEST_BUDGET = 86_400  # seconds that a hint proposes
_MOST_NAMES = 6
clipped = say.clipped


def answer(result: BaselineResult) -> str:
    """Return the verdict as one sentence for a reader who has never heard of folds.

    That no family beats the dummy comes before everything else: then the choice between them is idle.
    """
    if result.comparison.beats_dummy is False:
        return "Neither family beats guessing."
    if result.verdict in _VERDICTS:
        return _VERDICTS[result.verdict]
    if result.interrupted:
        return "Undecided: stopped before there was an answer."
    classical, neural = result.comparison.best_ml, result.comparison.best_dl
    if classical is None and neural is None:
        return "Undecided: no model finished."
    if classical is None or neural is None:
        return f"Undecided: no {'classical model' if classical is None else 'network'} finished."
    return "Undecided: neither family is clearly ahead."


def guessed_target(data: DatasetRow) -> str:
    """Return which target was guessed, why, and how to name another."""
    return f"{quoted(data.target)}: {clipped(data.target_reason, LONGEST_TEXT)}; else `--target`"


def roles(data: DatasetRow) -> str:
    """Return what the columns do that the user named beside the target; an empty string where there are none."""
    says = {
        "weight": "the rows are weighted by {}",
        "group": "rows with the same {} stay in one fold",
        "time": "the rows are in the order of {}",
    }
    parts = [says[row.role].format(quoted(row.name)) for row in data.columns_read if row.role in says]
    return f"{say.capital('; '.join(parts))}." if parts else ""


def against_profile(answer: ProfileAnswer) -> str:
    """Return what the measurement says of what a profile recommends."""
    before, after = (
        f"{say.NOUNS[approach]} ({say.probability(chance)})" if approach else "nothing"
        for approach, chance in (
            (answer.prior_approach, answer.prior_probability),
            (answer.approach, answer.probability),
        )
    )
    return (
        f"Profile {quoted(answer.profile)}: {answer.confirmation}. {sentence(answer.confirmation_reason)} It "
        f"recommends {before}; with the measurement, {after}."
    )


def meanwhile(result: BaselineResult) -> str:
    """Return what to do until an undecided comparison is settled; empty where there is a verdict."""
    if result.verdict != "undecided":
        return ""
    best = advised_model(result)
    model = f" ({say.in_sentence(say.plain(best.title))})" if best else ""
    return f"use {_MEANWHILE[result.prefer]}{model}"


def chances(comparison: Comparison) -> str:
    """Return the probabilities behind the verdict; empty where there is nothing to compare."""
    ml, equal, dl = comparison.p_ml_better, comparison.p_equal, comparison.p_dl_better
    if ml is None or equal is None or dl is None or comparison.beats_dummy is False:
        return ""
    return (
        f"classical models better {say.probability(ml)} · equal {say.probability(equal)} · "
        f"networks better {say.probability(dl)}"
    )


def rows_done(result: BaselineResult) -> str:
    """Return on how many of the rows the models were compared."""
    used = min(result.protocol.rows, result.dataset.rows_used)
    if result.dataset.task == "forecasting":
        return say.counted(used, "forecast")
    return f"all {used:,} rows" if used == result.dataset.rows else f"{used:,} of {result.dataset.rows:,} rows"


def folds_done(result: BaselineResult, done: int) -> str:
    """Return how many of the planned folds, and of which kind, the champions were tested in."""
    protocol = result.protocol
    split = "shuffled" if protocol.split == "k-fold" else say.plain(protocol.split.removesuffix("-k-fold"))
    if 0 < done < protocol.folds * protocol.repeats:
        return f"{done:,} of {say.counted(protocol.folds * protocol.repeats, f'{split} fold')}"
    repeats = f" × {protocol.repeats}" if protocol.repeats > 1 else ""
    return f"{say.counted(protocol.folds, f'{split} fold')}{repeats}"


def difference(comparison: Comparison, digits: Digits) -> str:
    """Return by how much a family is ahead, in the digits of the table that it stands below."""
    ahead, ci = _towards_the_leader(comparison)
    if ahead is None:
        return ""
    interval = f" (95% interval {digits.score(ci[0])} to {digits.score(ci[1])})" if ci else ""
    return f"Difference: {digits.score(ahead)} in favour of {_leader(comparison)}{interval}."


_BESIDE = {
    "first": "better than",
    "second": "worse than",
    "equal": "as good as",
    "undecided": "not clearly different from",
}
_BEST_OF = {"ml": "the best classical model", "dl": "the best network"}


def users_models(result: BaselineResult, digits: Digits) -> Iterator[str]:
    """Yield how each model of the user's stands beside the best of both families, in the digits of the table."""
    titles = {row.id: clipped(row.title) for row in result.models if row.family == "reference" and not row.role}
    for name, title in titles.items():
        found = [pair for pair in result.comparison.pairs if pair.first == name and pair.second in _BEST_OF]
        said = [_beside(pair, digits) for pair in found if math.isfinite(pair.difference)]
        if said:
            yield f"{title}: {'; '.join(said)}."


def _beside(pair: Pair, digits: Digits) -> str:
    ahead = pair.difference >= 0
    ci = pair.ci95
    if ci is not None and not ahead:
        ci = (-ci[1], -ci[0])
    interval = f" (95% interval {digits.score(ci[0])} to {digits.score(ci[1])})" if ci else ""
    side = "" if pair.verdict in ("first", "second") else ", ahead" if ahead else ", behind"
    by = f"{side} by {digits.score(abs(pair.difference))}{interval}"
    return f"{_BESIDE[pair.verdict]} {_BEST_OF[pair.second]}{by}"


def difference_alone(comparison: Comparison, rope: float) -> str:
    """Return by how much a family is ahead, and what would count as equal."""
    ahead, ci = _towards_the_leader(comparison)
    if ahead is None:
        return ""
    digits = Digits.of([(ahead, ci)])
    between = digits.interval(ci)
    interval = "" if between == "-" else f" (95% interval {between})"
    unit = f" {digits.unit}" if digits.unit else ""
    equal = f"; up to {rounded(rope)} counts as equal"
    return f"Difference: {digits.score(ahead)}{unit} in favour of {_leader(comparison)}{interval}{equal}."


def _leader(comparison: Comparison) -> str:
    return say.FAMILY_NOUNS["ml" if (comparison.difference or 0.0) >= 0 else "dl"]


def _towards_the_leader(comparison: Comparison) -> tuple[float | None, tuple[float, float] | None]:
    """Return the difference and its interval as the family that leads sees them; None where they are not known."""
    ahead, ci = comparison.difference, comparison.ci95
    if ahead is None or not math.isfinite(ahead):
        return None, None
    if ci is not None and not all(map(math.isfinite, ci)):
        ci = None
    return (ahead, ci) if ahead >= 0 else (-ahead, (-ci[1], -ci[0]) if ci else None)


def broken_limits(result: BaselineResult) -> str:
    """Return that the model to take breaks a limit of the profile, and which one of its family does not."""
    family = {"ml": "ml", "equal": "ml", "dl": "dl"}.get(result.verdict, result.prefer)
    family = "hybrid" if result.prefer == "hybrid" else family
    chosen = advised_model(result, family)
    if chosen is None or not chosen.violates:
        return ""
    others = [
        row
        for row in compared_models(result)
        if row.family == family and row.status == "ok" and not row.violates and not is_procedure(row, result)
    ]
    others.sort(key=better_first(result.protocol.metric))
    instead = (
        f"best within the limits: {say.in_sentence(clipped(others[0].title))}"
        if others
        else "so does every model of its family"
    )
    return f"{clipped(chosen.title)} breaks {say.joined(chosen.violates)} of the profile; {instead}."


def reference(data: DatasetRow) -> str:
    """Return what needs no learning and has to be beaten."""
    return "a naive forecast" if data.task == "forecasting" else "a constant answer"


def metric(row: MetricRow) -> str:
    """Return the name of a metric.

    Examples
    --------
    >>> [metric(MetricRow(name, True)) for name in ("roc_auc", "balanced_accuracy")]
    ['ROC AUC', 'balanced accuracy']
    """
    return metric_name(row.name)


def metric_name(name: str) -> str:
    """Return the name of a metric by its id, or the name of another unit."""
    return _METRICS.get(name, say.plain(name.replace("_", " ")))


def rounded(value: float) -> str:
    """Return an amount in a metric's own unit with three digits, whole from a thousand on."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def named(text: str) -> str:
    """Return the name of a column, a substitute where nothing of it is visible."""
    return clipped(text) or "(no name)"


def quoted(text: str) -> str:
    """Return a user's text in backticks, which Markdown shows as code.

    Examples
    --------
    >>> quoted("price"), quoted("a`b")
    ('`price`', "`a'b`")
    """
    return f"`{named(text).replace('`', chr(39))}`"


def several(names: Sequence[str]) -> str:
    """Return names in backticks, after the first few only how many more there are."""
    shown = [quoted(name) for name in names[:_MOST_NAMES]]
    rest = len(names) - len(shown)
    return say.joined([*shown, f"{rest} more"]) if rest else say.joined(shown)


def provenance(result: BaselineResult) -> str:
    """Return where the answer comes from: the file and the program."""
    data = result.dataset
    return f"{say.tail(data.path)} {data.sha256[:12]} · {result.tool.get('name')} {result.tool.get('version')}"


def ended(text: str) -> str:
    """Return text that continues after a colon, with a full stop."""
    text = clipped(text, LONGEST_TEXT)
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def sentence(text: str) -> str:
    """Return text as a sentence of its own, with a capital and a full stop."""
    text = ended(text)
    return say.capital(text)


# -- numbers ---------------------------------------------------------------------------------------------


def seconds(value: float | None) -> str:
    """Return a time in seconds with two significant digits, hundredths at the finest.

    Examples
    --------
    >>> seconds(0.0046), seconds(0.1234), seconds(123.4), seconds(None)
    ('<0.01 s', '0.12 s', '123 s', '-')
    """
    if value is None or not math.isfinite(value):
        return "-"
    return f"{say.number(round(value, 2))} s" if value >= 0.01 else "<0.01 s"


def milliseconds(*values: float, decimals: int = 6) -> str:
    """Return times in milliseconds beside each other, without their unit, with two significant digits each.

    Examples
    --------
    >>> milliseconds(4.12, 61.7), milliseconds(0.0432), milliseconds(float("nan"))
    ('4.1/62', '0.043', '-')
    >>> milliseconds(0.0346, 0.0012, decimals=2)
    '0.03/<0.01'
    """
    least = 10**-decimals
    shown = (f"<{least:g}" if value < least else say.number(round(value, decimals)) for value in values)
    return "/".join(text if math.isfinite(value) else "-" for value, text in zip(values, shown, strict=True))


def megabytes(value: float | None) -> str:
    """Return a size in the unit that suits it, a dash where there is none."""
    return "-" if value is None or not math.isfinite(value) else say.size(value)


def budget(wanted: float) -> str:
    """Return a budget of at least so many seconds as `--budget` takes it.

    Examples
    --------
    >>> budget(30), budget(480), budget(9000), budget(1e6)
    ('1m', '10m', '4h', '24h')
    """
    for text, size in (("1m", 60), ("2m", 120), ("5m", 300), ("10m", 600), ("30m", 1800), ("1h", 3600), ("4h", 14400)):
        if wanted <= size:
            return text
    return "24h"
