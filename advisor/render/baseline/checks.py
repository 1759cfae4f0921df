"""What was found in the data, as every report shows it."""

import re
from collections.abc import Iterator, Sequence

from advisor.render.baseline import wording as words
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Block, Finding, Paragraph, Section
from advisor.render.view import View
from advisor.reports.baseline import SEVERITIES, Check

MOST_ALIKE = 3  # checks of one kind that are shown one by one
MOST_NOTES = 2  # notes that are shown without --explain


def listed_checks(checks: Sequence[Check], width: int) -> str:
    """Return all checks as text, as a measurement shows them, for what reads data without measuring."""
    from advisor.render.layout import text

    console, output = text.open_console(View(width=width))
    text.print_section(checks_section(checks, explain=True), console)
    return text.printed(output)


def grave_checks(checks: Sequence[Check]) -> str:
    """Return the errors that the checks found, each with its columns; an empty string where there are none."""
    errors = [check for check in checks if check.severity == "error"]
    return say.joined([subject(*alike) for alike in _alike(errors, least=1)])


def checks_section(checks: Sequence[Check], *, explain: bool) -> Section:
    """Return the section of what was found in the data, the gravest first; with `explain` each on its own."""
    return Section("Checks", tuple(_checks(checks, explain=explain)), name="checks")


def _checks(checks: Sequence[Check], *, explain: bool) -> Iterator[Block]:
    ordered = sorted(map(_named_once, checks), key=lambda check: SEVERITIES.index(check.severity))
    groups = _alike(ordered)
    if explain:
        groups = [[check] for check in ordered]
    notes = [group for group in groups if group[0].severity == "note"]
    hidden = len(notes) if len(notes) > MOST_NOTES and not explain else 0
    for group in groups[: len(groups) - hidden]:
        yield Finding(group[0].severity, subject(*group), *_finding(group))
    if hidden:
        yield Paragraph(f"{say.counted(hidden, 'more note')} with `--explain`.")
    if not groups:
        yield Paragraph("No problems were found in the data.")


def _named_once(check: Check) -> Check:
    """Return a check that says a long name once in full, in what is to be typed where it stands there, else short."""
    name = check.column or ""
    if len(say.plain(name)) <= say.LONGEST_NAME:
        return check
    first = 0 if name in check.suggestion else check.message.find(name) + len(name)
    message = check.message[:first] + check.message[first:].replace(name, words.named(name))
    typed = check.suggestion.find(name) + len(name)
    suggestion = check.suggestion[:typed] + check.suggestion[typed:].replace(name, words.named(name))
    return check._replace(message=message, suggestion=suggestion)


def _alike(checks: Sequence[Check], least: int = MOST_ALIKE + 1) -> list[list[Check]]:
    """Return checks in groups, those of one kind together where there are at least so many."""
    kinds: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        kinds.setdefault((check.severity, check.id), []).append(check)
    return [
        group for kind in kinds.values() for group in ([kind] if len(kind) >= least else [[check] for check in kind])
    ]


def subject(first: Check, *others: Check) -> str:
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
