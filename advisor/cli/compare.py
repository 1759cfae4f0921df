"""`advisor compare`: why two answers differ, or agree although the profiles differ."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from advisor.cli.report import Report, report_options
from advisor.cli.streams import (
    FILE,
    cache_folder,
    read_result,
    rules_option,
)

if TYPE_CHECKING:
    from advisor.advice.knowledge import Knowledge
    from advisor.profile.reader import Profile
    from advisor.reports.recommendation import Recommendation


class _Side(NamedTuple):
    """What one file holds: a profile, or a result and its profile where this version can read it."""

    profile: "Profile | None"
    result: "Recommendation | None"


@click.command(short_help="Explain, rule by rule, why two answers differ.")
@click.argument("first", type=FILE, metavar="FIRST")
@click.argument("second", type=FILE, metavar="SECOND")
@report_options("comparison")
@click.option("--explain", is_flag=True, help="Show every rule that moved the lead.")
@rules_option
def compare(
    first: str,
    second: str,
    report: Report,
    explain: bool,
    rule_folders: tuple[str, ...],
) -> None:
    """Explain why the answers to FIRST and SECOND differ, or why they agree.

    Each is a profile or a result printed by `advisor recommend --format json`; one may be `-` for standard input.
    A difference is an answer: the exit code is 0 either way (`advisor check --same-as` is the gate).

    \b
    Examples:
      advisor compare a.yaml b.yaml
      advisor compare last-month.json profile.yaml --format markdown
    """
    from advisor.advice.knowledge import load_knowledge
    from advisor.advice.what_if.difference import difference
    from advisor.advice.what_if.field_effects import field_effects
    from advisor.source.problems import InputError

    report.check()
    if first == second == "-":
        raise click.UsageError("standard input (-) can be read only once")
    sides, problems = [], []
    for name in (first, second):
        try:
            sides.append(_read(name))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    structures = {side.profile.values["data.structure"] for side in sides if side.profile}
    knowledge = load_knowledge([Path(folder) for folder in rule_folders], cache_folder(), structures)
    before, after = (_answered(side, knowledge) for side in sides)
    result = difference(before, after)
    start = sides[0].profile
    rules = {before.rules.get("sha256"), after.rules.get("sha256")}
    measured = before.baseline or after.baseline
    # Only the rules, without the measurement behind the answers, can say what one field does on its own.
    if start and sides[1].profile and rules == {knowledge.book.sha256} and not measured:
        result = result._replace(alone=field_effects(start, result.fields, knowledge))
    report.write(result, explain=explain)


def _answered(side: _Side, knowledge: "Knowledge") -> "Recommendation":
    from advisor.advice.recommend import recommend

    if side.result is not None:
        return side.result
    assert side.profile is not None  # noqa: S101 - a side is a profile or a result
    return recommend(side.profile, knowledge)


def _read(name: str) -> _Side:
    """Return the profile or the result that a file holds."""
    from advisor.profile.reader import read_profile

    text, shown = read_result(name)
    if text.lstrip()[:1] not in ("{", "[") or '"schema_version"' not in text:
        return _Side(read_profile(text.encode(), shown), None)
    result = _result(text, shown)
    return _Side(_profile_of(result), result)


def _result(text: str, shown: str) -> "Recommendation":
    from advisor.reports.reading import read_results
    from advisor.reports.recommendation import APPROACHES, Recommendation
    from advisor.source.problems import InputError, Position, Problem

    items = read_results(text, shown).items
    if len(items) == 1 and isinstance(items[0], Recommendation):
        if sorted(row.id for row in items[0].approaches) != sorted(APPROACHES):
            message = f"expected a row for each of {', '.join(APPROACHES)}"
            raise InputError([Problem(shown, Position(0, 0), "approaches", message)])
        return items[0]
    message, hint = "a result of advisor baseline names no approach", "give a profile or a result of advisor recommend"
    if len(items) > 1:
        message, hint = f"{len(items)} results, but one is needed", "select one with jq '.[0]'"
    raise InputError([Problem(shown, Position(1, 1), "", message, hint)])


def _profile_of(result: "Recommendation") -> "Profile | None":
    """Return the profile in a result; None where it has fields that this version does not know."""
    import json

    from advisor.profile.reader import read_profile
    from advisor.source.problems import InputError

    try:
        return read_profile(json.dumps(result.profile).encode(), result.file)
    except InputError:
        return None
