"""`advisor recommend`: answer one or more profiles."""

from pathlib import Path

import click

from advisor.cli.streams import (
    cache_folder,
    known_words,
    output_option,
    read_input,
    require_format,
    rules_option,
    text_width,
    use_color,
    write_report,
)
from advisor.engine.approaches import APPROACHES


def _expectations(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    from advisor.gate.gates import EXPECTABLE

    return known_words(ctx, parameter, value, EXPECTABLE)


@click.command(short_help="Recommend a kind of model for a project profile.")
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown", "html"]),
    default="text",
    show_default=True,
)
@output_option
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Change a field of the profile for this call (null = unknown); repeatable.",
)
@click.option("--explain", is_flag=True, help="Show every point with its sources.")
@click.option(
    "--why-not",
    type=click.Choice(APPROACHES),
    help="Show what speaks against an approach and what would have to change.",
)
@click.option(
    "--expect",
    callback=_expectations,
    metavar="VALUE[,VALUE]",
    help="Gate: exit 1 unless the answer is one of these approaches or verdicts.",
)
@click.option(
    "--min-probability",
    type=click.FloatRange(0, 1),
    help="Gate: exit 1 if the probability of the answer is lower.",
)
@click.option("--array", is_flag=True, help="JSON: an array even for one profile.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour of text output.")
@rules_option
def recommend(
    profiles: tuple[str, ...],
    format_: str,
    output: str | None,
    assignments: tuple[str, ...],
    explain: bool,
    why_not: str | None,
    expect: tuple[str, ...],
    min_probability: float | None,
    array: bool,
    color: str,
    rule_folders: tuple[str, ...],
) -> int:
    """Answer each PROFILE (a YAML or JSON file, `-` for standard input).

    \b
    Examples:
      advisor recommend profile.yaml
      advisor recommend profile.yaml --set data.labelled=50000 --set latency.p95_ms=null
      advisor recommend profile.yaml --format json | jq .approach
      advisor recommend profile.yaml --format html --output report.html
      advisor recommend profile.yaml --expect classical,hybrid --min-probability 0.6
    """
    from advisor import api
    from advisor.render import View, render_recommendations
    from advisor.source.problems import InputError

    require_format(format_)
    if profiles.count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    read, problems = [], []
    for name in profiles:
        raw, shown = read_input(name)
        try:
            read.append(api.read_profile(raw, shown, assignments))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    structures = {profile.values["data.structure"] for profile in read}
    knowledge = api.load_knowledge([Path(folder) for folder in rule_folders], cache_folder(), structures)
    results = [api.recommend(profile, knowledge) for profile in read]
    view = View(
        width=text_width(output),
        color=use_color(color, output),
        explain=explain,
        array=array,
        why_not=why_not,
        sweeps=tuple(api.numeric_sweeps(profile, knowledge) for profile in read) if format_ == "html" else (),
    )
    write_report(render_recommendations(format_, results, view), output)
    if not expect and min_probability is None:
        return 0
    from advisor.gate.gates import Gates
    from advisor.gate.judging import failures, judge

    gates = Gates(expect=expect, min_probability=min_probability)
    failed = [failure for result in results for failure in failures(result.name, judge(result, gates))]
    for failure in failed:
        click.echo(f"advisor: gate failed: {failure}", err=True)
    return 1 if failed else 0
