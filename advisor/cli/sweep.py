"""`advisor sweep`: how the answer moves along one field of a profile."""

from pathlib import Path

import click

from advisor.cli.report import Report, report_options
from advisor.cli.streams import (
    FILE,
    cache_folder,
    read_input,
    rules_option,
)


@click.command(short_help="Show how the answer changes with one field of a profile.")
@click.argument("profile", type=FILE, metavar="PROFILE")
@click.argument("field", metavar="FIELD[=VALUES]")
@click.option(
    "--steps",
    type=click.IntRange(2, 200),
    default=25,
    show_default=True,
    help="Number of values in a range.",
)
@report_options("sweep")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Override another field of the profile for this run (null = unknown); repeatable.",
)
@rules_option
def sweep(
    profile: str,
    field: str,
    steps: int,
    report: Report,
    assignments: tuple[str, ...],
    rule_folders: tuple[str, ...],
) -> None:
    """Vary one FIELD of a PROFILE (a YAML or JSON file, `-` for standard input).

    \b
    FIELD=LOW..HIGH     a range: in even ratios for counts and amounts, in even steps
                        for shares and priorities
    FIELD=VALUE,VALUE   these values, choices and true,false as well
    FIELD               two decades around the present value, the whole range of a
                        share or a priority, or all choices

    \b
    Examples:
      advisor sweep profile.yaml data.labelled=100..1e6
      advisor sweep profile.yaml latency.p95_ms=1,10,100 --set deployment.accelerator=true
      advisor sweep profile.yaml interpretability.need
    """
    from advisor.advice.knowledge import load_knowledge
    from advisor.advice.what_if import sweep as sweeping
    from advisor.advice.what_if.request import all_contradictory, read_request
    from advisor.profile.reader import read_profile
    from advisor.source.problems import InputError

    report.check()
    raw, shown = read_input(profile)
    problems, request, read = [], None, None
    try:
        request = read_request(field)
    except InputError as error:
        problems += error.problems
    try:
        read = read_profile(raw, shown, assignments)
    except InputError as error:
        problems = error.problems + problems
    if read is None or request is None:
        raise InputError(problems)
    values = request.values_for(read.values, steps)
    structures = None if request.field.required else {read.values["data.structure"]}
    knowledge = load_knowledge([Path(folder) for folder in rule_folders], cache_folder(), structures)
    result = sweeping.sweep(read, request.field.path, values, knowledge)
    if all(point.problem for point in result.points):
        raise InputError([all_contradictory(field, result.points[0])])
    report.write(result)
