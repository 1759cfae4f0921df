"""What a comparison of two answers says, as sections of plain blocks."""

from collections.abc import Iterable, Iterator

from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Argument, Block, Document, Paragraph, Section, Table
from advisor.render.view import View
from advisor.render.what_if import wording as words
from advisor.reports.what_if import Answer, Difference, FieldEffect

MOST_RULES = 5
_LONGEST = 24  # of a file's name in a sentence or a header


def document(result: Difference, view: View) -> Document:
    """Return the whole report."""
    return Document(headline(result), tuple(opening(result)), tuple(sections(result, view)), footer(result))


def headline(result: Difference) -> str:
    """Return whether the answers differ, as one sentence."""
    first, second = labels(result)
    before, after = result.before, result.after
    if result.approach_differs:
        return f"The answers differ: {_answer(before)} for {first}, {_answer(after)} for {second}."
    count = len(result.fields)
    fields = f"{count} fields" if count > 1 else "one field" if count else "no field"
    though = f", though {fields} of the profiles {'differs' if count == 1 else 'differ'}" if count else ""
    if before.approach is None:
        return f"No approach is feasible for either{though}."
    chances = [say.probability(side.probability) for side in (before, after)]
    return f"Both answers are {words.noun(before.approach)} ({chances[0]} and {chances[1]}){though}."


def opening(result: Difference) -> list[Paragraph]:
    """Return what comes below the headline: the verdicts, other rules, what was measured."""
    blocks = []
    first, second = labels(result)
    before, after = result.before, result.after
    if before.verdict != after.verdict and not result.approach_differs:
        blocks.append(Paragraph(f"The verdicts differ: {before.verdict} for {first}, {after.verdict} for {second}."))
    if result.rules_differ:
        text = (
            f"The answers were computed with different rules: {_rules(before)} for {first}, {_rules(after)} "
            f"for {second}."
        )
        blocks.append(Paragraph(text, "!"))
    if before.measured or after.measured:
        blocks.append(Paragraph(f"Measured: {_measured(before)} for {first}, {_measured(after)} for {second}."))
    return blocks


def sections(result: Difference, view: View) -> list[Section]:
    """Return the sections below the opening, those without content left out."""
    why = "Why the answers differ" if result.approach_differs else "What moved the lead"
    found = [
        Section("What differs in the profiles", tuple(_fields(result))),
        Section("Limits", tuple(_limits(result))),
        Section(why, tuple(_rules_of(result, view))),
    ]
    return [section for section in found if section.blocks]


def footer(result: Difference) -> str:
    """Return where the answers come from."""
    before, after = result.before, result.after
    names = " and ".join(dict.fromkeys(say.plain(side.name) for side in (before, after)))
    tool = f"{result.tool.get('name')} {result.tool.get('version')}"
    return f"{names} · {tool}" if result.rules_differ else f"{names} · rules {_rules(after)} · {tool}"


def labels(result: Difference) -> tuple[str, str]:
    """Return what the two sides are called: their files, where these can be told apart."""
    first, second = (_tail(side.file) for side in (result.before, result.after))
    return (first, second) if first and second and first != second else ("the first", "the second")


def _tail(file: str) -> str:
    return say.tail(file.replace("`", "'"), _LONGEST)


def _answer(side: Answer) -> str:
    if side.approach is None:
        return words.noun(None)
    toss_up = ", a toss-up" if side.verdict == "toss-up" else ""
    return f"{words.noun(side.approach)} ({say.probability(side.probability)}{toss_up})"


def _rules(side: Answer) -> str:
    return f"{say.plain(side.rules_version)} ({say.plain(side.rules_sha256)[:12]})"


def _measured(side: Answer) -> str:
    if side.measured is None:
        return "nothing"
    return f"{say.plain(side.measured)}{f' ({say.plain(side.confirmation)})' if side.confirmation else ''}"


# -- fields ------------------------------------------------------------------------------------------------


def _fields(result: Difference) -> Iterator[Block]:
    if not result.fields:
        return
    first, second = labels(result)
    alone = {row.field: row for row in result.alone or ()}
    header = ("Field", first, second)
    rows = [(say.plain(row.field), say.field_value(row.before), say.field_value(row.after)) for row in result.fields]
    if result.alone is None:
        yield Table(header, tuple(rows))
        return
    effects = [_effect(alone.get(row.field), result) for row in result.fields]
    yield Table((*header, "Alone"), tuple((*row, effect) for row, effect in zip(rows, effects, strict=True)))
    yield Paragraph(_alone(result, alone.values()))


def _effect(row: FieldEffect | None, result: Difference) -> str:
    if row is None or row.problem:
        return "-"
    effect = "no change" if row.approach == result.before.approach else words.name(row.approach)
    return f"{effect}, with {say.joined(row.together)}" if row.together else effect


def _alone(result: Difference, effects: Iterable[FieldEffect]) -> str:
    first, second = labels(result)
    changing = [row for row in effects if not row.problem and row.approach != result.before.approach]
    alone = {row.field for row in changing if not row.together}
    changing = [row for row in changing if alone.isdisjoint(row.together)]
    if changing:
        named = [f"{row.field}{f' with {say.joined(row.together)}' if row.together else ''}" for row in changing]
        each = f"each of {say.joined(named)}" if len(named) > 1 else named[0]
        each += "" if any(row.together for row in changing) else " alone"
        return f"Taken from {second}, {each} changes the answer for {first}."
    several = ": it takes several together" if result.approach_differs else ""
    return f"No single field taken from {second} changes the answer for {first}{several}."


# -- limits and rules --------------------------------------------------------------------------------------


def _limits(result: Difference) -> Iterator[Block]:
    first, second = labels(result)
    for text in words.limits(result.limits, f"for {first} only", f"for {second} only"):
        yield Paragraph(text, "-")


def _rules_of(result: Difference, view: View) -> Iterator[Block]:
    lead = result.lead
    if lead is None or not (result.rules or lead.change):
        return
    first, second = labels(result)
    yield Paragraph(words.lead(lead, f"for {first}", f"for {second}"))
    shown, others = words.told(result.rules, len(result.rules) if view.explain else MOST_RULES)
    for rule in shown:
        sides = {
            "both": f"{say.points(rule.before)} for {first}, {say.points(rule.after)} for {second}",
            "before": f"counts for {first} only",
            "after": f"counts for {second} only",
        }[rule.counted]
        because = say.sentence(rule.because) if rule.because else ""
        yield Argument(rule.change, say.plain(rule.title), because, (f"{words.identity(rule.rule)}: {sides}.",))
    rest = [words.rest(others)] if words.rest(others) else []
    if abs(lead.remainder) >= words.LEAST:
        rest.append(f"what no listed rule accounts for: {say.points(lead.remainder)}")
    if rest:
        yield Paragraph(f"{say.capital('; '.join(rest))}. In total {say.points(lead.change)}.")
    else:
        yield Paragraph(f"In total {say.points(lead.change)}; +10 is ten times the odds.")
