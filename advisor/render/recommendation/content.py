"""What a report says, as sections of plain blocks that every format for people lays out in its own way."""

from collections.abc import Callable, Iterator, Sequence

from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Argument, Bars, Block, Document, Paragraph, Section, Table
from advisor.render.recommendation import wording as words
from advisor.render.recommendation.card import card
from advisor.render.view import View
from advisor.reports.recommendation import APPROACHES, Candidate, EstimateRow, Gain, Range, Reason, Recommendation
from advisor.reports.selection import rival

_EVEN = 0.5  # a chance from which a network is said to be likely to score better
MOST_FOR, MOST_AGAINST, MOST_UNKNOWN, MOST_TECHNIQUES, MOST_RESCUES = 4, 3, 4, 5, 2


def document(result: Recommendation, view: View) -> Document:
    """Return the whole report of one result."""
    return Document(
        words.answer(result),
        (card(result),),
        tuple(sections(result, view)),
        words.provenance(result),
        words.short_name(result, say.LONGEST_TITLE),
    )


def sections(result: Recommendation, view: View) -> list[Section]:
    """Return the sections of one result below its answer, those without content left out."""
    found = [
        _measured(result),
        _why_not(result, view.why_not) if view.why_not else None,
        Section("Approaches", tuple(_approaches(result)), name="approaches"),
        *_reasons(result),
        Section("What would change the answer", tuple(_counterfactuals(result)), name="flips"),
        Section("What to find out next", tuple(_missing(result)), name="missing"),
        Section("Warnings", tuple(_warnings(result)), name="warnings"),
        Section("Models", tuple(_models(result)), name="models"),
        Section("Techniques worth knowing", tuple(_techniques(result)), folded=True, name="techniques"),
        Section("Costs", tuple(_costs(result)), folded=True, name="costs"),
        Section("Plan", tuple(_plan(result, view)), folded=True, name="plan"),
    ]
    if view.explain:
        found += [
            Section("How to read this", _LEGEND, folded=True),
            Section("All points", tuple(_all_points(result)), folded=True),
            Section("Why these models", tuple(_why_models(result)), folded=True),
            Section("Rules waiting for unknown fields", tuple(_undecided(result)), folded=True),
        ]
    return [section for section in found if section is not None and section.blocks]


def overview(results: Sequence[Recommendation]) -> Table:
    """Return one row for each of several results."""
    rows = tuple(
        (
            words.short_name(result, 60),
            say.NAMES[result.approach] if result.approach else "no feasible approach",
            words.how_sure(result) if result.approach else "-",
            say.probability(result.probability),
            say.plain(words.change(result.counterfactuals[0])) if result.counterfactuals else "-",
        )
        for result in results
    )
    return Table(("Profile", "Answer", "How sure", "Probability", "Nearest change"), rows, right=(3,), code=(0,))


def _measured(result: Recommendation) -> Section | None:
    """Return what a measurement says of the answer before it, with the models' scores."""
    if result.baseline is None or result.confirmation is None:
        return None
    from advisor.render.baseline.card import how_sure, why
    from advisor.render.baseline.checks import grave_checks
    from advisor.render.baseline.content import headline, model_blocks

    grave = grave_checks(result.baseline.checks)
    blocks: list[Block] = [
        Paragraph(words.confirmed(result)),
        *([Paragraph(f"Look at the data first: {grave}; `advisor baseline` says more.", "!")] if grave else []),
        Paragraph(" ".join(filter(None, (headline(result.baseline), how_sure(result.baseline), why(result.baseline))))),
        *model_blocks(result.baseline),
    ]
    return Section(f"Measured on {say.tail(result.baseline.dataset.path)}", tuple(blocks), name="measured")


def _why_not(result: Recommendation, wanted: str) -> Section:
    title = f"Why not {say.NOUNS[wanted]}?"
    if wanted == result.approach:
        return Section(title, (Paragraph("It is the answer."),), name="why-not")
    blocks: list[Block] = []
    row = next(row for row in result.approaches if row.id == wanted)
    if row.excluded_by:
        blocks.append(
            Paragraph(say.sentence(f"{words.exclusion(row.excluded_by)}: a hard limit cannot be outweighed by points"))
        )
    elif result.approach is not None:
        blocks.append(
            Paragraph(
                f"Its probability is {say.probability(row.probability)} against "
                f"{say.probability(result.probability)} for {say.NOUNS[result.approach]}."
            )
        )
    if result.approach is not None:
        blocks += [
            Argument(
                -item.points,
                say.plain(item.reason.title),
                say.sentence(item.reason.because),
                (_source_names(item.reason),),
            )
            for item in words.weighed_reasons(result, result.approach, wanted)[:MOST_FOR]
        ]
    leading = [row for row in result.counterfactuals if row.approach == wanted]
    if leading:
        blocks.append(Paragraph("It becomes the answer with:"))
        blocks += [Paragraph(words.counterfactual(row), "-") for row in leading]
    else:
        blocks.append(Paragraph("None of the changes found leads to it."))
    return Section(title, tuple(blocks), name="why-not")


def _approaches(result: Recommendation) -> Iterator[Block]:
    if result.approach is not None:
        yield Paragraph(words.figures(result))
    feasible = [row for row in result.approaches if row.feasible]
    if feasible:
        yield Bars(tuple((say.label(row.id), row.probability) for row in feasible))
    excluded: dict[tuple[str, ...], list[str]] = {}
    for row in result.approaches:
        if not row.feasible:
            excluded.setdefault(row.excluded_by, []).append(say.label(row.id))
    for rules, names in excluded.items():
        yield Paragraph(f"{say.joined(names)}: {words.exclusion(rules)}", "-")
    gain = result.gain
    if gain is not None:
        by = say.margin(gain.margin, gain.unit)
        yield Paragraph(f"{say.plain(gain.question)}{by}: {say.chance(gain.p_dl_better)}. {say.sentence(gain.because)}")
    apart = gain and gain.foundation
    if apart is not None:
        said = [say.sentence(text) for text in (apart.because, apart.licence, apart.serving)]
        by = say.margin(apart.margin)
        yield Paragraph(f"{say.plain(apart.question)}{by}: {say.chance(apart.p_better)}. {' '.join(said)}")
    if gain is not None and _seems_to_disagree(result, gain):
        yield Paragraph(
            "These chances compare scores alone. The probability of the approaches also weighs the limits, cost, "
            "response and upkeep, and what a team would try first."
        )


def _seems_to_disagree(result: Recommendation, gain: Gain) -> bool:
    """Return whether a network is likely to score better and unlikely to be chosen."""
    likely = max(gain.p_dl_better, gain.foundation.p_better if gain.foundation else 0.0) >= _EVEN
    return likely and bool(result.scores) and (result.scores or {}).get("dl", 0.0) < _EVEN


def _reasons(result: Recommendation) -> Iterator[Section]:
    other = rival(result)
    if result.approach is None or other is None:
        return
    for title, name, arguments, sign in (
        (
            f"Why {say.NOUNS[result.approach]}",
            "for",
            weighty(words.reasons_for(result, result.approach, other), MOST_FOR),
            1,
        ),
        (
            "What speaks against it",
            "against",
            weighty(words.reasons_for(result, other, result.approach), MOST_AGAINST),
            -1,
        ),
    ):
        blocks: list[Block] = [
            Argument(sign * item.points, say.plain(item.reason.title), say.sentence(item.reason.because))
            for item in arguments
        ]
        if sign > 0:
            meaning = f"Points over {say.NOUNS[other]}, the next best; +10 is ten times the odds."
            blocks.insert(0, Paragraph(meaning))
        yield Section(title, tuple(blocks) or (Paragraph("Nothing significant."),), name=name)


def weighty(found: Sequence[words.WeighedReason], most: int) -> Sequence[words.WeighedReason]:
    """Return the first arguments, and after two only those that move the odds by a quarter or more."""
    return [item for place, item in enumerate(found[:most]) if place < 2 or item.points >= 1]


def _counterfactuals(result: Recommendation) -> Iterator[Block]:
    if not result.counterfactuals and result.approach is not None:
        yield Paragraph("No realistic change to one or two fields.")
    for row in result.counterfactuals:
        yield Paragraph(words.counterfactual(row), "-")


def _missing(result: Recommendation) -> Iterator[Block]:
    if result.approach is None:
        return
    telling = [row.field for row in result.missing if row.could_change_approach]
    if telling:
        shown = telling[:MOST_UNKNOWN]
        rest = f" ({len(telling) - len(shown)} more could)" if len(telling) > len(shown) else ""
        yield Paragraph(f"Not given, and could change the answer: {say.joined(shown)}{rest}.")
    elif result.missing:
        yield Paragraph("None of the fields left out could change the answer on its own.")
    else:
        yield Paragraph("All fields that matter are given.")


def _warnings(result: Recommendation) -> Iterator[Block]:
    for item in result.warnings:
        if item.id != words.INFEASIBLE:  # its answer says the same
            yield Paragraph(say.sentence(item.message), "!")


# limit of the profile -> the column of the models' table that is held against it
_LIMITS: tuple[tuple[str, Callable[[EstimateRow], float], Callable[[float], str]], ...] = (
    ("compute.budget_usd", lambda estimate: estimate.train_cost_usd, lambda usd: f"USD {say.amount(usd)}"),
    ("latency.p95_ms", lambda estimate: estimate.p95_ms, say.duration),
    ("deployment.memory_mb", lambda estimate: estimate.size_mb, say.size),
)


def _models(result: Recommendation) -> Iterator[Block]:
    if not result.candidates:
        return
    notes: dict[str, str] = {}
    rows: list[tuple[str, ...]] = []
    over: list[tuple[int, int]] = []
    doubtful: list[tuple[int, int]] = []
    limits = [words.profile_value(result, field) for field, _, _ in _LIMITS]
    if any(limits):
        shown = (show(at) if at else "-" for at, (_, _, show) in zip(limits, _LIMITS, strict=True))
        rows.append(("Your limits", *shown, ""))
    groups = list(dict.fromkeys(item.approach for item in result.candidates))
    for approach in groups:
        if len(groups) > 1:
            rows.append((say.capital(say.NAMES[approach]),))
        for item in result.candidates:
            if item.approach != approach:
                continue
            for column, (at, (field, figure, _)) in enumerate(zip(limits, _LIMITS, strict=True), 1):
                if field in item.violates or (at and item.violates and figure(item.estimate) > at):
                    over.append((len(rows), column))
                elif field in item.unsure or (at and figure(item.estimate) > at):
                    doubtful.append((len(rows), column))
            rows.append(_model_row(item, notes))
    measured = any(item.measured for item in result.candidates)
    yield Paragraph(
        f"Estimates, {'where not measured' if measured else 'not measurements'}; response is the 95th "
        f"percentile for one "
        "request."
    )
    yield Table(
        ("Model", "Training", "Response", "Size", "Fits"),
        tuple(rows),
        right=(1, 2, 3),
        notes=tuple((mark, text) for text, mark in notes.items()),
        over=tuple(over),
        doubtful=tuple(doubtful),
    )


def _model_row(item: Candidate, notes: dict[str, str]) -> tuple[str, ...]:
    note = _fit_note(item)
    mark = f" {notes.setdefault(note, f'({len(notes) + 1})')}" if note else ""
    verdict = {True: "yes", False: "no", None: "unsure"}[item.fits]
    estimate = item.estimate
    return (words.model_name(item), *(show(figure(estimate)) for _, figure, show in _LIMITS), f"{verdict}{mark}")


_MEASURED = {"p95_ms": "response", "size_mb": "size"}


def _fit_note(item: Candidate) -> str:
    parts = []
    if item.violates:
        parts.append(f"breaks {say.joined(item.violates)}")
    if item.unsure:
        parts.append(f"may break {say.joined(item.unsure)}")
    if item.measured:
        parts.append(f"{say.joined([_MEASURED[name] for name in item.measured])} measured")
    note = ", ".join(parts)
    if item.rescued_by:
        note += f"; helps: {'; '.join(say.plain(text) for text in item.rescued_by[:MOST_RESCUES])}"
    return note


def _techniques(result: Recommendation) -> Iterator[Block]:
    for row in result.techniques[:MOST_TECHNIQUES]:
        yield Paragraph(f"{say.plain(row.title)}: {say.plain(row.effect)}", "-")


_LEGEND = (
    Paragraph("Probability: how likely a panel of raters would be to choose the approach.", "-"),
    Paragraph("Stable: share of random draws of rule weights and unknown fields that leave the answer unchanged.", "-"),
    Paragraph(
        "Points: what a rule adds to each approach, above or below the mean of the five; 10 points are ten "
        "times the odds. The number in front is for the answer.",
        "-",
    ),
    Paragraph("Training: the cost including the hyperparameter search; an estimate, like size and response.", "-"),
    Paragraph("Response: one row or item at a time, served from Python, preprocessing included.", "-"),
    Paragraph(
        "Labels: at the price in the profile, or else from the lowest to the highest published price of a "
        "finished label; a box or a mask counts as one object.",
        "-",
    ),
)
COST_WORDS = {
    "labels_usd": ("labels to buy", "from what is needed to twice as many"),
    "labels_at_hand_usd": ("labels you have", "what they would cost today"),
    "training_usd": ("training", "of the first model, search included"),
    "serving_usd_per_month": ("serving per month", "machines or fees"),
    "operations_usd_per_month": ("operations per month", "storage and traffic"),
    "energy_kwh": ("training energy", ""),
    "errors_usd_per_year": ("errors per year", "if 1 to 10 predictions in 100 are wrong"),
    "one_point_usd_per_year": ("one point per year", "what one percentage point of accuracy is worth"),
}


# Where a prediction is an amount, it is never right to the last digit.
_OF_AMOUNTS = {
    "errors_usd_per_year": ("misses per year", "if 1 to 10 predictions in 100 are too far off"),
    "one_point_usd_per_year": ("one point per year", "what one miss in 100 predictions less is worth"),
}


def _costs(result: Recommendation) -> Iterator[Block]:
    if not result.costs or result.approach is None:
        return
    amounts = words.profile_value(result, "task") in ("regression", "forecasting")
    said = {**COST_WORDS, **(_OF_AMOUNTS if amounts else {})}
    rows = []
    for name, cost in result.costs.items():
        label, meaning = said.get(name, (name.replace("_", " "), ""))
        rows.append((label, cost_range(name, cost), meaning))
    yield Table(("", "", ""), tuple(rows))


def cost_range(name: str, cost: Range) -> str:
    """Return a range of dollars or of kilowatt-hours."""
    show = say.amount if "usd" in name else say.number
    low, high = show(cost.low), show(cost.high)
    between = low if low == high else f"{low.replace('<0.01', '0')} to {high}"
    return f"USD {between}" if "usd" in name else f"{between} kWh"


def _plan(result: Recommendation, view: View) -> Iterator[Block]:
    digits = len(str(len(result.plan)))
    for place, row in enumerate(result.plan, 1):
        yield Paragraph(say.sentence(row.step), f"{place:>{digits}}.", (say.sentence(row.why),) if view.explain else ())


def _all_points(result: Recommendation) -> Iterator[Block]:
    for row in result.reasons:
        each = ", ".join(f"{name} {say.points(row.points.get(name, 0.0))}" for name in APPROACHES)
        strength = max(row.points.values(), default=0.0)
        yield Argument(
            row.points.get(result.approach, 0.0) if result.approach else strength,
            f"{say.plain(row.title)} [{row.rule}]",
            say.sentence(row.because),
            (
                f"Points: {each}; group {row.group}, criterion {row.criterion}.",
                *([f"Exceptions: {say.sentence(row.exceptions)}"] if row.exceptions else []),
                *(f"{source.source}: {say.sentence(source.claim)}" for source in row.sources),
            ),
        )


def _why_models(result: Recommendation) -> Iterator[Block]:
    for item in result.candidates:
        licence = item.licence.get("code")
        details = f"Licence of the code: {licence}. " if licence else ""
        details += f"Sources: {', '.join(item.sources)}." if item.sources else ""
        yield Paragraph(f"{say.plain(item.title)}: {say.sentence(item.why)}", "-", (details.strip(),))


def _undecided(result: Recommendation) -> Iterator[Block]:
    waiting: dict[tuple[str, ...], list[str]] = {}
    for row in result.undecided:
        waiting.setdefault(row.needs, []).append(row.rule)
    for needs, rules in sorted(waiting.items()):
        yield Paragraph(f"{say.joined(needs)}: {', '.join(rules)}", "-")


def _source_names(reason: Reason) -> str:
    return f"Sources: {', '.join(source.source for source in reason.sources)}."
