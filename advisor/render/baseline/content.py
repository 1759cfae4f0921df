"""What the report of a measured baseline says, as sections of plain blocks."""

import math
from collections.abc import Iterator, Mapping, Sequence

from advisor.render.baseline import pays
from advisor.render.baseline import wording as words
from advisor.render.baseline.card import card
from advisor.render.baseline.checks import checks_section
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import (
    Block,
    Chart,
    Document,
    Paragraph,
    Ranked,
    RankedGroup,
    Ranking,
    Section,
    Series,
    Table,
)
from advisor.render.view import View
from advisor.reports.baseline import BaselineResult, LearningCurve, ModelRow
from advisor.reports.digits import Digits, digits_of
from advisor.reports.selection import (
    Footing,
    advised_model,
    better_first,
    common_footing,
    compared_models,
    footing_of,
    is_champion,
    is_procedure,
)

MOST_SHORT = 6  # models up to which the short table is the whole one
_MARKS = "¹²³⁴⁵⁶⁷⁸⁹"
_CHAMPION = "speaks for its family"
_APART = "Not compared: other rows or folds"
_LEGEND = "p50/p95 in milliseconds: one row, whole pipeline"
_ROLES = {
    "target": "Target",
    "weight": "Weight",
    "group": "Group",
    "time": "Time",
    "prediction": "Predictions made elsewhere",
    "feature": "Features",
    "left-out": "Left out",
}
_MARKS_OF = {"ml": ("●", "∙"), "dl": ("○", "·")}


def document(result: BaselineResult, view: View) -> Document:
    """Return the whole report."""
    return Document(headline(result), (card(result),), tuple(sections(result, view)), words.provenance(result))


def headline(result: BaselineResult) -> str:
    """Return whether a network pays; the verdict of an older version, which does not say that."""
    return words.answer(result) if result.pays is None else pays.headline(result, result.pays)


def sections(result: BaselineResult, view: View) -> list[Section]:
    """Return the sections below the card, those without content left out."""
    found = [
        Section(_models_title(result), tuple(model_blocks(result)), name="scores"),
        Section("How sure", tuple(_how_sure(result)), name="sureness"),
        Section("The profile", tuple(_profile(result)), name="profile"),
        checks_section(result.checks, explain=view.explain),
        Section(f"Learning curve: {_measure(result)} by training rows", tuple(_curve(result)), name="curve"),
        Section("What was done", tuple(_protocol(result)), name="protocol"),
        Section("Next steps", tuple(_hints(result, view)), name="hints"),
    ]
    if view.explain:
        found[5:5] = [
            Section("Time and memory", tuple(_resources(result)), folded=True),
            Section("How the file was read", tuple(_decisions(result)), folded=True),
            Section("Columns", tuple(_columns(result)), folded=True),
        ]
    return [section for section in found if section.blocks]


def short_sections(result: BaselineResult) -> list[Section]:
    """Return the best models alone: who looks for more asks for the whole report."""
    section = Section(_models_title(result), tuple(model_blocks(result, best=True)), name="scores")
    return [section] if section.blocks else []


def _how_sure(result: BaselineResult) -> Iterator[Block]:
    if result.pays is not None:
        told = pays.probabilities(result, result.pays)
        if told:
            yield Paragraph(told)


def _profile(result: BaselineResult) -> Iterator[Block]:
    if result.recommendation is not None:
        yield Paragraph(words.against_profile(result.recommendation))
        for text in result.recommendation.warnings:
            yield Paragraph(words.sentence(text), "!")


# -- models ------------------------------------------------------------------------------------------------


def _measure(result: BaselineResult) -> str:
    better = "higher" if result.protocol.metric.greater_is_better else "lower"
    return f"{words.metric(result.protocol.metric)} ({better} is better)"


def _models_title(result: BaselineResult) -> str:
    unit = digits_of(compared_models(result)).unit
    return f"Models by {_measure(result)}{f', {unit}' if unit else ''}"


def model_blocks(result: BaselineResult, *, best: bool = False) -> Iterator[Block]:
    """Yield the ranking of the models and the difference between the families; of the best alone without it."""
    if not result.models:
        return
    compared = compared_models(result)
    digits = digits_of(compared)
    notes: dict[str, str] = {}
    groups = []
    shown = _best(result) if best else result.models
    for family, title in say.FAMILY_TITLES.items():
        members = [row for row in compared if row.family == family and row in shown]
        members.sort(key=lambda row: (row.role != "champion", better_first(result.protocol.metric)(row)))
        if members:
            groups.append(RankedGroup(title, tuple(_ranked(row, result, digits, notes) for row in members)))
    apart = [row for row in shown if row not in compared]
    if apart:
        apart.sort(key=better_first(result.protocol.metric))
        groups.append(RankedGroup(_APART, tuple(_apart(row, result, digits, notes) for row in apart), apart=True))
    header = ("Score", "95% interval", "Fit", "p50/p95", "Size")
    star = Ranking._field_defaults["best"] if result.pays is None else _CHAMPION
    footnotes = tuple((mark, text) for text, mark in notes.items())
    yield Ranking(header, tuple(groups), _LEGEND, footnotes, spare=(4, 3, 2), best=star)
    if len(shown) < len(result.models):
        yield Paragraph(f"{say.counted(len(result.models) - len(shown), 'more model')} with `--full`.")
    if not best:
        yield from _ahead(result, digits)


def _best(result: BaselineResult) -> "Sequence[ModelRow]":
    """Return the models that the card is about, the best of each family, and what needs no learning.

    Where a family has no score, its first model says why; a short table is shown whole.
    """
    if len(result.models) <= MOST_SHORT:
        return result.models
    compared = sorted(compared_models(result), key=better_first(result.protocol.metric))
    kept = [row for row in compared if is_champion(row, result) or row.role == "constant"]
    kept += [row for family in ("ml", "dl", "hybrid") if (row := advised_model(result, family)) is not None]
    for family in say.FAMILY_TITLES:
        own = [row for row in compared if row.family == family and row.role != "constant"]
        if own and not any(row.family == family and row.role != "constant" for row in kept):
            kept.append(own[0])
    return [row for row in result.models if row in kept]


def _ahead(result: BaselineResult, digits: Digits) -> Iterator[Block]:
    compared = compared_models(result)
    champions = [row for row in compared if row.id in (result.comparison.best_ml, result.comparison.best_dl)]
    ahead = (
        words.difference_alone(result.comparison, result.protocol.rope)
        if result.pays is None
        else words.difference(result.comparison, digits)
    )
    if ahead and len(champions) == 2:
        yield Paragraph(ahead)
    for text in words.users_models(result, digits):
        yield Paragraph(text)


def _ranked(row: ModelRow, result: BaselineResult, digits: Digits, notes: dict[str, str]) -> Ranked:
    name = words.clipped(row.title)
    if row.status != "ok":
        return Ranked(name, status=row.status.replace("-", " "), reason=words.clipped(row.note, words.LONGEST_NOTE))
    said = [f"breaks {say.joined(row.violates)} of the profile"] if row.violates else []
    said += [words.clipped(row.note, words.LONGEST_NOTE)] if row.note else []
    if said:
        place = len(notes)
        name += notes.setdefault("; ".join(said), _MARKS[place] if place < len(_MARKS) else f"({place + 1})")
    figures = (
        digits.score(row.score),
        digits.interval(row.ci95),
        words.seconds(row.fit_s),
        words.milliseconds(row.predict_ms.p50, row.predict_ms.p95, decimals=2) if row.predict_ms else "-",
        words.megabytes(row.size_mb),
    )
    return Ranked(name, figures, best=is_champion(row, result))


def _apart(row: ModelRow, result: BaselineResult, digits: Digits, notes: dict[str, str]) -> Ranked:
    """Return the line of a model that is not compared: with what it had, and never the best."""
    line = _ranked(row, result, digits, notes)
    return line._replace(name=f"{line.name}, {_had(footing_of(row), common_footing(result))}", best=False)


def _had(own: Footing, common: Footing) -> str:
    """Return on how much of what the champions had a model was tested."""
    parts = []
    if own.folds != common.folds:
        parts.append(f"{own.folds:,} of {common.folds:,} folds" if own.folds < common.folds else f"{own.folds:,} folds")
    if own.rows != common.rows:
        parts.append(f"on {own.rows:,} of {common.rows:,} rows" if own.rows < common.rows else f"on {own.rows:,} rows")
    return " ".join(parts) or f"tested on {own.rows_tested:,} rows"


def _resources(result: BaselineResult) -> Iterator[Block]:
    measured = [row for row in result.models if row.status == "ok" and row.predict_ms is not None]
    if not measured:
        return
    yield Paragraph("Milliseconds to predict one row: by the model alone (p50/p95), and per row of a batch.")
    rows = tuple(
        (
            words.clipped(row.title),
            words.milliseconds(row.predict_ms.model_p50, row.predict_ms.model_p95) if row.predict_ms else "-",
            words.milliseconds(row.predict_ms.batch_per_row) if row.predict_ms else "-",
            words.megabytes(row.peak_rss_mb),
        )
        for row in measured
    )
    yield Table(("Model", "Alone", "In a batch", "Peak memory"), rows, right=(1, 2, 3))


# -- learning curve ----------------------------------------------------------------------------------------


def _curve(result: BaselineResult) -> Iterator[Block]:
    curve = result.learning_curve
    if curve is None:
        return
    forecast = _forecast(curve)
    sizes = (*curve.sizes, *(int(step["rows"]) for step in forecast))
    series = []
    for family, measured in (("ml", curve.ml), ("dl", curve.dl)):
        values = (*measured, *(step.get(family) for step in forecast))
        if any(_finite(value) is not None for value in values):
            name, (mark, trace) = say.FAMILY_NOUNS[family], _MARKS_OF[family]
            model = advised_model(result, family)
            name += f" ({words.clipped(model.title)})" if model else ""
            series.append(Series(name, mark, trace, tuple(map(_finite, values))))
    if series and len(sizes) > 1:
        yield Chart(sizes, tuple(series), len(curve.sizes))
    chances = [
        f"{say.probability(step['p_flip'])} at {int(step['rows']):,} rows" for step in forecast if "p_flip" in step
    ]
    if chances:
        yield Paragraph(f"Chance that the other family leads with more data: {say.joined(chances)}.")
    if curve.note:
        yield Paragraph(words.sentence(curve.note))


def _forecast(curve: LearningCurve) -> list[Mapping[str, float]]:
    """Return the steps of a forecast beyond what was measured, by rows."""
    steps = sorted((curve.forecast or {}).values(), key=lambda step: step["rows"])
    return [step for step in steps if not curve.sizes or step["rows"] > curve.sizes[-1]]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


# -- what was done, what to do -------------------------------------------------------------------------------


def _protocol(result: BaselineResult) -> Iterator[Block]:
    data, protocol = result.dataset, result.protocol
    columns = f", {say.counted(data.columns, 'column')}" if data.columns else ""  # a folder has none
    shape = f"{say.counted(data.rows, 'row')}{columns}"
    yield Paragraph(
        f"{words.quoted(say.tail(data.path))}, {shape}; target {words.quoted(data.target)}, treated as {data.task} "
        f"because it {words.ended(data.task_reason)}"
    )
    read = next((one for one in data.decisions if one.what == data.structure), None)
    if read is not None:
        why = "as asked for" if read.why == "given" else f"because it holds {read.why}"
        yield Paragraph(f"Read as {data.structure} ({words.quoted(read.value)}), {why}; {read.flag} changes that.")
    if roles := words.roles(data):
        yield Paragraph(roles)
    folds, share = words.folds_done(result, common_footing(result).folds), words.rows_done(result)
    spent = say.duration(result.elapsed_s * 1000)
    if math.isfinite(protocol.budget_s) and protocol.budget_s > 0:
        spent += f" of a budget of {say.duration(protocol.budget_s * 1000)}"
    yield Paragraph(
        f"{say.capital(words.metric(protocol.metric))} over {folds} of {share}, "
        f"seed {protocol.seed}; {spent}, {say.counted(protocol.jobs, 'fit')} at a time."
    )
    chosen = _choice(result)
    if chosen:
        yield Paragraph(chosen)
    for note in protocol.notes:
        yield Paragraph(words.sentence(note), "-")


def _choice(result: BaselineResult) -> str:
    """Return how the champions were chosen; empty where that is not known."""
    if any(is_procedure(row, result) for row in result.models):
        return "Each family is judged by its own choice of a model in each fold, made without the rows that test it."
    rows = result.protocol.screening_rows
    return f"The champions were chosen on {say.counted(rows, 'row')} that no fold tests." if rows else ""


def _hints(result: BaselineResult, view: View) -> Iterator[Block]:
    signal = result.comparison.beats_dummy is not False
    longer = _longer_budget(result)
    if signal and longer:
        yield Paragraph(longer, "-")
    if result.protocol.split == "time-ordered" and result.dataset.task == "regression":
        yield Paragraph("`--horizon N`: forecast the next values from their own past.", "-")
    if result.learning_curve is None and not result.interrupted:
        yield Paragraph("`--curve`: would more data change the answer?", "-")
    if result.saved:
        yield Paragraph(f"{words.quoted(result.saved)} holds the fitted winner and a script that predicts.", "-")
    elif signal and any(row.status == "ok" for row in result.models):
        yield Paragraph("`--save DIR`: the fitted winner, with a script that loads it and predicts.", "-")
    if not view.explain:
        yield Paragraph("`--explain`: how the file and its columns were read, and how to override that.", "-")


def _longer_budget(result: BaselineResult) -> str:
    """Return which budget would help and how; empty where none would, or the reason names one."""
    longer = pays.longer_budget(result)
    if longer:
        return f"`--budget {longer}`: may settle the answer."
    had, settles = result.protocol.budget_s, result.pays.settles if result.pays else None
    if not math.isfinite(had) or (settles is not None and settles.minutes is not None):
        return ""
    unfinished = any(row.status in ("timed-out", "skipped") for row in result.models)
    unfinished = unfinished or (result.verdict == "undecided" and result.pays is None)
    if not unfinished or "--budget" in result.verdict_reason or 4 * had > words.LONGEST_BUDGET:
        return ""
    return f"`--budget {words.budget(4 * had)}`: more repeats, and time for every model."


# -- with --explain ------------------------------------------------------------------------------------------


def _decisions(result: BaselineResult) -> Iterator[Block]:
    rows = tuple(
        (
            say.plain(row.what),
            words.clipped(row.value),
            words.clipped(row.why, words.LONGEST_NOTE),
            say.plain(row.flag),
        )
        for row in result.dataset.decisions
    )
    if rows:
        yield Table(("What", "Value", "Why", "Override with"), rows, code=(1,))


def _columns(result: BaselineResult) -> Iterator[Block]:
    rows: list[tuple[str, ...]] = []
    for role, title in _ROLES.items():
        members = [row for row in result.dataset.columns_read if row.role == role]
        if members:
            rows.append((title,))
        rows += [
            (
                words.named(row.name),
                row.kind,
                _missing(row.missing),
                f"{row.distinct:,}",
                words.clipped(row.why, words.LONGEST_NOTE),
            )
            for row in members
        ]
    if rows:
        yield Table(("Column", "Kind", "Missing", "Distinct", "Why"), tuple(rows), right=(2, 3), code=(0,))


def _missing(share: float) -> str:
    if not share or not math.isfinite(share):
        return "-"
    return "<1%" if share < 0.01 else say.percent(share)
