"""What a decision record says: context, decision, evidence, alternatives, consequences, what would change it.

The headings follow MADR 4.0 (https://adr.github.io/madr), so that the record fits among those that a team keeps.
"""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from advisor.render.baseline import content
from advisor.render.baseline import wording as measured
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Argument, Block, Paragraph, Section, Table
from advisor.render.recommendation import wording as words
from advisor.render.recommendation.content import MOST_AGAINST, MOST_FOR, sections, weighty
from advisor.render.view import View
from advisor.reports.recommendation import ApproachRow, Reason, Recommendation
from advisor.reports.selection import first_model, rival

_MOST_SAID = 3  # rules named for or against an alternative
_LONGEST_VALUE = 200  # characters of a value of the profile
_STATUS = {
    "confirmed": "proposed, confirmed by a measurement",
    "contradicted": "proposed after a measurement that contradicted the rules",
    "inconclusive": "proposed; a measurement was inconclusive",
}


class Part(NamedTuple):
    """A heading of the record with the blocks right below it and its sections."""

    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]


def status(result: Recommendation) -> str:
    """Return how far the decision is; a team that has agreed writes `accepted` instead."""
    if result.approach is None:
        return "open: no approach meets the limits"
    return _STATUS.get(result.confirmation or "", "proposed")


def record(result: Recommendation, view: View) -> list[Part]:
    """Return the parts of the record in their order, those without content left out."""
    all_sections = sections(result, view)
    named = {section.name: section for section in all_sections}

    def these(*names: str) -> tuple[Section, ...]:
        return tuple(named[name] for name in names if name in named)

    def blocks(*names: str) -> tuple[Block, ...]:
        return tuple(block for section in these(*names) for block in section.blocks)

    parts = (
        Part("Context", tuple(_context(result)) + blocks("missing"), ()),
        Part("Decision", (*_decision(result), *filter(_not_excluding, blocks("approaches"))), ()),
        Part("Evidence", (), (*these("measured"), *_measuring(result, view), *_evidence(result), *these("why-not"))),
        Part("Alternatives considered", tuple(_alternatives(result)), these("models")),
        Part("Consequences", tuple(_consequences(result)), (*these("warnings", "costs"), *_watching(result))),
        Part("What would change the decision", blocks("flips"), ()),
        Part("Next steps", (), (*these("plan", "techniques"), *(item for item in all_sections if not item.name))),
        Part("Provenance", tuple(_provenance(result)), ()),
    )
    return [part for part in parts if part.blocks or part.sections]


# -- context and decision ----------------------------------------------------------------------------------


def profile_table(result: Recommendation) -> Table:
    """Return every field that the profile gives, with its value."""
    rows = tuple(
        (path, measured.clipped(say.field_value(value), _LONGEST_VALUE))
        for path, value in _flat(result.profile)
        if path not in ("version", "name", "description")
    )
    return Table(("Field", "Value"), rows, code=(0, 1))


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _context(result: Recommendation) -> Iterator[Block]:
    yield Paragraph(
        f"Which kind of model does {measured.quoted(result.name)} need? The project, as described in its profile:"
    )
    description = str(result.profile.get("description") or "")
    if description.strip():
        yield Paragraph(measured.clipped(description, measured.LONGEST_TEXT))
    yield profile_table(result)


def _not_excluding(block: Block) -> bool:
    """Return whether a block stays in the decision; what is excluded is among the alternatives."""
    return not (isinstance(block, Paragraph) and block.mark)


def _decision(result: Recommendation) -> Iterator[Block]:
    if result.approach is None:
        yield Paragraph(words.way_out(result))
        return
    figures = words.figures(result)
    yield Paragraph(say.sentence(f"{say.capital(say.label(result.approach))}: {figures[:1].lower()}{figures[1:]}"))


# -- evidence and alternatives -----------------------------------------------------------------------------


def _evidence(result: Recommendation) -> Iterator[Section]:
    """Yield what weighs for and against the answer, with the rules' names and sources."""
    other = rival(result)
    if result.approach is None or other is None:
        return
    ahead = weighty(words.reasons_for(result, result.approach, other), MOST_FOR)
    behind = weighty(words.reasons_for(result, other, result.approach), MOST_AGAINST)
    meaning = f"Points over {say.NOUNS[other]}, the next best; +10 is ten times the odds."
    yield Section(
        f"For {say.NOUNS[result.approach]}",
        (Paragraph(meaning), *(_argument(item.reason, item.points) for item in ahead)),
    )
    against = tuple(_argument(item.reason, -item.points) for item in behind)
    yield Section("Against it", against or (Paragraph("Nothing significant."),))


def _measuring(result: Recommendation, view: View) -> Iterator[Section]:
    """Yield how the measurement was done and what was found in the data, to be opened on demand."""
    if result.baseline is not None:
        for section in content.sections(result.baseline, view):
            if section.name in ("checks", "curve", "protocol"):
                yield section._replace(folded=True)


def _argument(reason: Reason, points: float) -> Argument:
    sources = f"; sources: {', '.join(source.source for source in reason.sources)}" if reason.sources else ""
    details = [f"Rule `{reason.rule}`{sources}."]
    if reason.exceptions:
        details.append(f"Exceptions: {say.sentence(reason.exceptions)}")
    return Argument(points, say.plain(reason.title), say.sentence(reason.because), tuple(details))


def _alternatives(result: Recommendation) -> Iterator[Block]:
    for row in result.approaches:
        if row.id != result.approach:
            yield Paragraph(_alternative(row), "-", tuple(_said(result, row.id)) if row.feasible else ())


def _alternative(row: ApproachRow) -> str:
    name = say.label(row.id)
    return f"{say.capital(name)}: " + (
        f"probability {say.probability(row.probability)}." if row.feasible else f"{words.exclusion(row.excluded_by)}."
    )


def _said(result: Recommendation, approach: str) -> Iterator[str]:
    """Yield what speaks against an alternative and for it, each by its strongest rules."""
    if result.approach is None:
        return
    for title, found in (
        ("Points against it", words.weighed_reasons(result, result.approach, approach)),
        ("Points for it", words.weighed_reasons(result, approach, result.approach)),
    ):
        named = [f"{say.plain(item.reason.title)} {item.points:.1f}" for item in found[:_MOST_SAID]]
        if named:
            yield f"{title}: {'; '.join(named)}."


# -- consequences ------------------------------------------------------------------------------------------


def _consequences(result: Recommendation) -> Iterator[Block]:
    model = first_model(result)
    if model is None:
        return
    estimate = model.estimate
    limits = f"may break {say.joined(model.unsure)}" if model.unsure else "meets every limit of the profile"
    yield Paragraph(
        f"{words.model_name(model)} {limits}: training USD {say.amount(estimate.train_cost_usd)}, response "
        f"{say.duration(estimate.p95_ms)} (95th percentile), size {say.size(estimate.size_mb)}."
    )


def _watching(result: Recommendation) -> Iterator[Section]:
    watched = [row for row in result.plan if row.topic in ("operation", "decision")]
    if watched:
        yield Section("What to watch", tuple(Paragraph(say.sentence(row.step), "-") for row in watched))


def _provenance(result: Recommendation) -> Iterator[Block]:
    rules = result.rules
    yield Paragraph(f"Rules {rules.get('version')}, {rules.get('count')} of them, SHA-256 `{rules.get('sha256')}`", "-")
    yield Paragraph(f"{result.tool.get('name')} {result.tool.get('version')}", "-")
    if result.baseline is not None:
        data = result.baseline.dataset
        yield Paragraph(f"Data {measured.quoted(say.tail(data.path))}, SHA-256 `{data.sha256}`", "-")
    file = say.plain(result.file)
    if result.approach is not None and not file.startswith("<") and "`" not in file and len(file) <= _LONGEST_VALUE:
        command = f"advisor recommend {shlex.quote(file)} --expect {result.approach}"
        yield Paragraph(f"In CI, this command fails when the answer changes: `{command}`", "-")
