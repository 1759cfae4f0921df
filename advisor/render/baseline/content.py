"""What the report of a measured baseline says, as sections of plain blocks."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from advisor.render.baseline import pays
from advisor.render.baseline import wording as words
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import (
    Block,
    Chart,
    Document,
    Finding,
    Paragraph,
    Ranked,
    RankedGroup,
    Ranking,
    Section,
    Series,
    Table,
)
from advisor.render.view import View
from advisor.reports.baseline import SEVERITIES, BaselineResult, Check, LearningCurve, ModelRow
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

MOST_ALIKE = 3  # checks of one kind that are shown one by one
MOST_NOTES = 2  # notes that are shown without --explain
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
    return Document(headline(result), tuple(opening(result)), tuple(sections(result, view)), words.provenance(result))


def headline(result: BaselineResult) -> str:
    """Return whether a network pays; the verdict of an older version, which does not say that."""
    return words.answer(result) if result.pays is None else pays.headline(result, result.pays)


def explanation(result: BaselineResult) -> list[str]:
    """Return the reason of the answer, what to do, and how probable it is."""
    if result.pays is not None:
        return list(pays.explanation(result, result.pays))
    reason = words.sentence(result.verdict_reason) if result.verdict_reason else ""
    return [text for text in (reason, words.meanwhile(result), words.chances(result.comparison)) if text]


def opening(result: BaselineResult) -> list[Paragraph]:
    """Return what comes below the verdict: the reason, how sure it is, and what to know before relying on it."""
    blocks = [Paragraph(words.guessed_target(result.dataset))] if result.dataset.target_reason else []
    blocks += [Paragraph(text) for text in explanation(result)]
    if result.recommendation is not None:
        blocks.append(Paragraph(words.against_profile(result.recommendation)))
        blocks += [Paragraph(words.sentence(text), "!") for text in result.recommendation.warnings]
    broken = words.broken_limits(result)
    if broken:
        blocks.append(Paragraph(broken, "!"))
    if result.interrupted:
        after = say.duration(result.elapsed_s * 1000)
        blocks.append(Paragraph(f"Interrupted after {after}: these are the results so far.", "!"))
    named = grave_checks(result)
    if named:
        blocks.append(Paragraph(f"Look at the data first: {named} (see Checks).", "!"))
    return blocks


def grave_checks(result: BaselineResult) -> str:
    """Return the errors that the checks found, each with its columns; an empty string where there are none."""
    errors = [check for check in result.checks if check.severity == "error"]
    return say.joined([_subject(*alike) for alike in _alike(errors, least=1)])


def sections(result: BaselineResult, view: View) -> list[Section]:
    """Return the sections below the verdict, those without content left out."""
    found = [
        Section(_models_title(result), tuple(model_blocks(result)), name="scores"),
        checks_section(result.checks, explain=view.explain),
        Section(f"Learning curve: {_measure(result)} by training rows", tuple(_curve(result)), name="curve"),
        Section("What was done", tuple(_protocol(result)), name="protocol"),
        Section("Next steps", tuple(_hints(result, view)), name="hints"),
    ]
    if view.explain:
        found[3:3] = [
            Section("Time and memory", tuple(_resources(result)), folded=True),
            Section("How the file was read", tuple(_decisions(result)), folded=True),
            Section("Columns", tuple(_columns(result)), folded=True),
        ]
    return [section for section in found if section.blocks]


# -- models ------------------------------------------------------------------------------------------------


def _measure(result: BaselineResult) -> str:
    better = "higher" if result.protocol.metric.greater_is_better else "lower"
    return f"{words.metric(result.protocol.metric)} ({better} is better)"


def _models_title(result: BaselineResult) -> str:
    unit = digits_of(compared_models(result)).unit
    return f"Models by {_measure(result)}{f', {unit}' if unit else ''}"


def model_blocks(result: BaselineResult) -> Iterator[Block]:
    """Yield the ranking of the models and the difference between the families."""
    if not result.models:
        return
    compared = compared_models(result)
    digits = digits_of(compared)
    notes: dict[str, str] = {}
    groups = []
    for family, title in say.FAMILY_TITLES.items():
        members = [row for row in compared if row.family == family]
        members.sort(key=lambda row: (row.role != "champion", better_first(result.protocol.metric)(row)))
        if members:
            groups.append(RankedGroup(title, tuple(_ranked(row, result, digits, notes) for row in members)))
    apart = [row for row in result.models if row not in compared]
    if apart:
        apart.sort(key=better_first(result.protocol.metric))
        groups.append(RankedGroup(_APART, tuple(_apart(row, result, digits, notes) for row in apart), apart=True))
    header = ("Score", "95% interval", "Fit", "p50/p95", "Size")
    best = Ranking._field_defaults["best"] if result.pays is None else _CHAMPION
    footnotes = tuple((mark, text) for text, mark in notes.items())
    yield Ranking(header, tuple(groups), _LEGEND, footnotes, spare=(4, 3, 2), best=best)
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


# -- checks ------------------------------------------------------------------------------------------------


def checks_section(checks: Sequence[Check], *, explain: bool) -> Section:
    """Return the section of what was found in the data, the gravest first; with `explain` each on its own."""
    return Section("Checks", tuple(_checks(checks, explain=explain)), name="checks")


def _checks(checks: Sequence[Check], *, explain: bool) -> Iterator[Block]:
    ordered = sorted(checks, key=lambda check: SEVERITIES.index(check.severity))
    groups = _alike(ordered)
    if explain:
        groups = [[check] for check in ordered]
    notes = [group for group in groups if group[0].severity == "note"]
    hidden = len(notes) if len(notes) > MOST_NOTES and not explain else 0
    for group in groups[: len(groups) - hidden]:
        yield Finding(group[0].severity, _subject(*group), *_finding(group))
    if hidden:
        yield Paragraph(f"{say.counted(hidden, 'more note')} with `--explain`.")
    if not groups:
        yield Paragraph("No problems were found in the data.")


def _alike(checks: Sequence[Check], least: int = MOST_ALIKE + 1) -> list[list[Check]]:
    """Return checks in groups, those of one kind together where there are at least so many."""
    kinds: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        kinds.setdefault((check.severity, check.id), []).append(check)
    return [
        group for kind in kinds.values() for group in ([kind] if len(kind) >= least else [[check] for check in kind])
    ]


def _subject(first: Check, *others: Check) -> str:
    """Return the id of a check with the columns that it concerns."""
    columns = [check.column for check in (first, *others) if check.column is not None]
    if not columns:
        return first.id
    return f"{first.id} in {words.several(columns)}" if others else f"{first.id} in {words.quoted(columns[0])}"


def _finding(group: Sequence[Check]) -> tuple[str, tuple[str, ...]]:
    """Return what a group of checks says and suggests: the first speaks for all."""
    first, text = group[0], words.ended(group[0].message)
    if len(group) > 1 and first.column is not None and not _mentions(first.message, first.column):
        text = f"in {words.quoted(first.column)}, {text}"
    suggestion = words.sentence(first.suggestion) if first.suggestion else ""
    if len({check.suggestion for check in group}) > 1:
        suggestion += " `--explain` lists them all."
    return text, (suggestion.strip(),) if suggestion else ()


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


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
        f"{words.quoted(data.path)}, {shape}; target {words.quoted(data.target)}, treated as {data.task} because it "
        f"{words.ended(data.task_reason)}"
    )
    read = next((one for one in data.decisions if one.what == data.structure), None)
    if read is not None:
        why = "as asked for" if read.why == "given" else f"because it holds {read.why}"
        yield Paragraph(f"Read as {data.structure} ({words.quoted(read.value)}), {why}; {read.flag} changes that.")
    if roles := words.roles(data):
        yield Paragraph(roles)
    used = min(protocol.rows, data.rows_used)
    share = f"all {used:,} rows" if used == data.rows else f"{used:,} of {data.rows:,} rows"
    if data.task == "forecasting":
        share = say.counted(used, "forecast")
    split = "shuffled" if protocol.split == "k-fold" else say.plain(protocol.split.removesuffix("-k-fold"))
    done, planned = common_footing(result).folds, protocol.folds * protocol.repeats
    if 0 < done < planned:
        folds = f"{done:,} of {say.counted(planned, f'{split} fold')}"
    else:
        repeats = f" × {protocol.repeats}" if protocol.repeats > 1 else ""
        folds = f"{say.counted(protocol.folds, f'{split} fold')}{repeats}"
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
    had, settles = result.protocol.budget_s, result.pays.settles if result.pays else None
    if not math.isfinite(had):
        return ""
    if settles is not None and settles.minutes is not None:
        enough = had + 60 * settles.minutes
        asked = f"`--budget {math.ceil(enough / 60 - 1e-9)}m`: may settle the answer."
        return asked if enough <= words.LONGEST_BUDGET else ""
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
