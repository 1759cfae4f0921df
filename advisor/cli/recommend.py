"""`advisor recommend`: answer one or more profiles."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from advisor.cli.choices import Choice, Number
from advisor.cli.question_options import QUESTION, question_options
from advisor.cli.report import Report, report_options
from advisor.cli.streams import (
    FILE,
    cache_folder,
    known_words,
    read_input,
    rules_option,
)
from advisor.engine.approaches import APPROACHES

if TYPE_CHECKING:
    from advisor.advice.knowledge import Knowledge
    from advisor.gate.gates import Gates
    from advisor.profile.reader import Profile
    from advisor.reports.baseline import BaselineResult


BUDGET_S = 120.0


class _Measuring(NamedTuple):
    """The options for a measurement, new or earlier."""

    data: str | None
    target: str | None
    question: Mapping[str, Any]
    budget_s: float | None
    baseline: str | None
    quiet: bool


def _expectations(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    if value is None:
        return ()
    from advisor.gate.gates import EXPECTABLE

    return known_words(ctx, parameter, value, EXPECTABLE)


def _seconds(ctx: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    from advisor.cli.measuring import budget_seconds

    return budget_seconds(ctx, parameter, value)


@click.command(short_help="Recommend a kind of model for a project profile.")
@click.argument("profiles", nargs=-1, type=FILE, metavar="PROFILE...")
@report_options("recommendation")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Override a field of the profile for this run (null = unknown); repeatable.",
)
@click.option("--data", type=FILE, metavar="FILE", help="Test the answer by measuring on this data file.")
@click.option(
    "--target",
    metavar="COLUMN",
    help="The column of --data to predict; without it, it is guessed where name and place agree.",
)
@question_options
@click.option(
    "--budget",
    "budget_s",
    callback=_seconds,
    metavar="TIME",
    help="Time budget for the measurement: 90, 90s, 2m (the default), 1h.",
)
@click.option(
    "--baseline",
    type=FILE,
    metavar="RESULT.json",
    help="Test the answer against an earlier `advisor baseline --format json` instead of measuring.",
)
@click.option("--full", is_flag=True, help="Text: show the whole report below the card.")
@click.option("--explain", is_flag=True, help="Show all points with their sources.")
@click.option(
    "--why-not",
    type=Choice(APPROACHES),
    help="Show why an approach is not the answer and what would have to change.",
)
@click.option(
    "--expect",
    callback=_expectations,
    metavar="VALUE[,VALUE]",
    help="Gate: exit 1 unless the answer is one of these approaches or verdicts.",
)
@click.option(
    "--min-probability",
    type=Number(0, 1),
    help="Gate: exit 1 if the probability of the answer is lower.",
)
@click.option(
    "--interactive",
    is_flag=True,
    help="HTML: add a part in which the fields that matter most can be changed; works it out beforehand, 1 to 3 s.",
)
@click.option(
    "--jsonl",
    is_flag=True,
    help="Read JSON lines, one profile a line (standard input, if no file is named), and write one answer a line.",
)
@click.option(
    "--no-sensitivity",
    is_flag=True,
    help="With JSON: leave out what would change the answer and what is missing, which takes most of the time.",
)
@click.option("--array", is_flag=True, help="With JSON: print an array even for one profile.")
@click.option("--quiet", "-q", is_flag=True, help="Do not show the progress of a measurement on standard error.")
@rules_option
def recommend(
    profiles: tuple[str, ...],
    report: Report,
    assignments: tuple[str, ...],
    rule_folders: tuple[str, ...],
    **options: Any,
) -> int:
    """Recommend an approach for each PROFILE (a YAML or JSON file, `-` for standard input).

    \b
    Examples:
      advisor recommend profile.yaml
      advisor recommend profile.yaml --set data.labelled=50000 --set latency.p95_ms=null
      advisor recommend profile.yaml --format json | jq .approach
      advisor recommend profile.yaml --format html --output report.html
      advisor recommend profile.yaml --expect classical,hybrid --min-probability 0.6
      advisor recommend profile.yaml --data churn.csv --target Churn
      advisor recommend profile.yaml --data sales.csv --target sold --time day --horizon 14
      advisor recommend --jsonl --no-sensitivity < profiles.jsonl > answers.jsonl
    """
    from advisor.advice import recommend as answering
    from advisor.advice.knowledge import load_knowledge
    from advisor.profile.reader import read_profile
    from advisor.source.problems import InputError

    given = click.get_current_context()
    if not profiles and not options["jsonl"]:
        raise click.MissingParameter(ctx=given, param=given.command.params[0])
    report.check()
    if options["interactive"] and report.format != "html":
        raise click.UsageError("--interactive adds to a page: give --format html too")
    gates = _gates(options["expect"], options["min_probability"])
    sensitivity = not options["no_sensitivity"]
    if options["jsonl"]:
        from advisor.cli.profile_lines import Asked, answer_lines, refuse_options_of_one

        refuse_options_of_one(options, given.params["format_"], report)
        return answer_lines(profiles, report, rule_folders, Asked(assignments, sensitivity, gates))
    if not sensitivity and report.format != "json":
        raise click.UsageError("--no-sensitivity leaves out half of a report for people: use it with --format json")
    question = {name: options[name] for name in QUESTION if options[name]}
    measuring = _Measuring(question=question, **{name: options[name] for name in _Measuring._fields if name in options})
    if [*profiles, measuring.data, measuring.baseline].count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    _refuse_odd_measurement(profiles, measuring)
    read, problems = [], []
    for name in profiles:
        raw, shown = read_input(name)
        try:
            read.append(read_profile(raw, shown, assignments))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    structures = {profile.values["data.structure"] for profile in read}
    knowledge = load_knowledge([Path(folder) for folder in rule_folders], cache_folder(), structures)
    measured = _measured(read[0], knowledge, measuring)
    results = [answering.recommend(profile, knowledge, measured, sensitivity=sensitivity) for profile in read]
    report.write(
        results,
        full=options["full"],
        explain=options["explain"],
        array=options["array"],
        why_not=options["why_not"],
        **(varied(read, knowledge, measured, joint=options["interactive"]) if report.format == "html" else {}),
    )
    if measured is not None and measured.interrupted:
        return 130
    if gates is None:
        return 0
    from advisor.gate.checking import failures, judge

    failed = [failure for result in results for failure in failures(result.name, judge(result, gates))]
    for failure in failed:
        click.echo(f"advisor: gate failed: {failure}", err=True)
    return 1 if failed else 0


def _gates(expect: tuple[str, ...], min_probability: float | None) -> "Gates | None":
    """Return the gates that are asked for, None where none is."""
    if not expect and min_probability is None:
        return None
    from advisor.gate.gates import Gates

    return Gates(expect=expect, min_probability=min_probability)


def _refuse_odd_measurement(profiles: tuple[str, ...], asked: _Measuring) -> None:
    data, target = asked.data, asked.target
    if data and asked.baseline:
        raise click.UsageError("--data takes a new measurement, --baseline uses an earlier one: give only one of them")
    if data and len(profiles) > 1:
        raise click.UsageError(
            "--data measures for one profile; for several, measure once with `advisor baseline --format json` and "
            "give the result as --baseline"
        )
    if target and not data:
        raise click.UsageError("--target names a column of a data file: give --data FILE too")
    if asked.question and not data:
        given = ", ".join(f"--{name}" for name in asked.question)
        raise click.UsageError(f"{given} say what is asked of a data file: give --data FILE too")
    if asked.budget_s is not None and not data:
        raise click.UsageError("--budget is the time for measuring on a data file: give --data FILE too")


def _measured(profile: "Profile", knowledge: "Knowledge", asked: _Measuring) -> "BaselineResult | None":
    """Return the measurement that was asked for: a new one, an earlier one, or none."""
    if asked.baseline:
        return _earlier(asked.baseline)
    if not asked.data:
        return None
    from advisor.advice.confirmation.measurement import why_not_measurable
    from advisor.cli.measuring import demands, measure, require_libraries

    unfit = why_not_measurable(profile.values)
    if unfit:
        raise click.ClickException(f"--data cannot be used here: {unfit}")
    require_libraries("measuring on data", str(asked.data))
    from advisor.baselines.options import Options

    options = Options(
        target=asked.target or "",
        **asked.question,
        budget_s=BUDGET_S if asked.budget_s is None else asked.budget_s,
        **demands(profile, knowledge),
    )
    return measure(asked.data, options, quiet=asked.quiet)


def varied(
    profiles: "Sequence[Profile]", knowledge: "Knowledge", measured: "BaselineResult | None", *, joint: bool
) -> dict[str, tuple[Any, ...]]:
    """Return what a page shows of profiles that are a little different."""
    from advisor.advice.what_if.joint import joint_answers
    from advisor.advice.what_if.sweep import numeric_sweeps

    known = [knowledge] * len(profiles)
    if measured is not None:
        from advisor.advice.confirmation.confirm import measured_knowledge

        known = [measured_knowledge(profile, knowledge, measured) for profile in profiles]
    each = list(zip(profiles, known, strict=True))
    return {
        "sweeps": tuple(numeric_sweeps(*one) for one in each),
        "joints": tuple(joint_answers(*one) for one in each) if joint else (),
    }


def _earlier(name: str) -> "BaselineResult":
    from advisor.cli.streams import read_result
    from advisor.reports.baseline import BaselineResult
    from advisor.reports.reading import read_results
    from advisor.reports.recommendation import Recommendation

    results = read_results(*read_result(name))
    found = results.items[0]
    if isinstance(found, Recommendation) and found.baseline is not None:
        found = found.baseline  # what a measured recommendation holds
    if len(results.items) > 1 or not isinstance(found, BaselineResult):
        raise click.ClickException(f"{name} is not a result of `advisor baseline --format json`")
    return found
