"""`advisor check`: check finished results against the gates of a team."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.choices import Choice, Number
from advisor.cli.report import Report, report_options
from advisor.cli.streams import (
    FILE,
    known_words,
    read_input,
    read_result,
)
from advisor.gate.gates import EXPECTABLE, REQUIRABLE, SHA256, Gates, Policy, combined
from advisor.reports.baseline import CHECKS
from advisor.reports.recommendation import CONFIDENCES

if TYPE_CHECKING:
    from advisor.reports.reading import Results


def _words(allowed: tuple[str, ...]) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Return what reads the comma-separated words of a repeatable option."""

    def read(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(known_words(ctx, parameter, ",".join(values) if values else None, allowed)))

    return read


def _digest(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not SHA256.fullmatch(value):
        raise click.BadParameter(f"'{value}' is not a SHA-256 hash: 12 to 64 hexadecimal digits", ctx, parameter)
    return value


def _gate_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each gate, named like the field of `Gates`."""
    options = (
        click.option(
            "--expect",
            multiple=True,
            callback=_words(EXPECTABLE),
            metavar="VALUE[,VALUE]",
            help="The answer is one of these approaches, verdicts or answers such as pays:no.",
        ),
        click.option(
            "--min-probability",
            type=Number(0, 1),
            help="Minimum probability of the answer.",
        ),
        click.option("--min-confidence", type=Choice(CONFIDENCES), help="Minimum confidence of the answer."),
        click.option(
            "--max-p95-ms",
            type=Number(min=0),
            metavar="MS",
            help="Maximum milliseconds per prediction: measured if there is a measurement, else estimated.",
        ),
        click.option(
            "--max-size-mb",
            type=Number(min=0),
            metavar="MB",
            help="Maximum size of the model in megabytes: measured if there is a measurement, else estimated.",
        ),
        click.option(
            "--require",
            multiple=True,
            callback=_words(REQUIRABLE),
            metavar="VALUE[,VALUE]",
            help="A measurement found this: confirmed, pays:yes, pays:no, pays:open.",
        ),
        click.option(
            "--forbid-check",
            multiple=True,
            callback=_words(CHECKS),
            metavar="ID[,ID]",
            help="None of these checks, such as leakage, was raised on the data; repeatable.",
        ),
        click.option(
            "--same-as",
            type=FILE,
            metavar="OLD.json",
            help="Approach, verdict and whether a network pays are the same as in an earlier result.",
        ),
        click.option(
            "--rules-sha256", callback=_digest, metavar="HASH", help="The answer was computed with these rules."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(short_help="Check results against gates, for CI.")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="RESULT...")
@_gate_options
@click.option(
    "--policy", type=FILE, metavar="FILE", help="Read gates and overrides from a YAML file; options take precedence."
)
@click.option(
    "--shown-as", metavar="FILE", help="Name this file, such as the profile, in the report instead of RESULT."
)
@report_options("check")
def check(files: tuple[str, ...], policy: str | None, shown_as: str | None, report: Report, **asked: Any) -> int:
    """Check each RESULT (what `--format json` printed, `-` for standard input) against gates; exit 1 if one fails.

    Every gate is judged and reported. A gate that the result has no value for fails.

    \b
    Examples:
      advisor check result.json --expect classical,hybrid --min-probability 0.6
      advisor check result.json --same-as last-release.json --format github --shown-as profile.yaml
      advisor recommend profile.yaml --format json | advisor check - --policy policy.yaml
    """
    from datetime import date

    from advisor.gate.checking import check_results, failures

    report.check()
    if [*files, asked["same_as"], policy].count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    agreed = _policy(policy, Gates(**asked))
    results, earlier = _read(files, agreed.gates.same_as)
    for idle in dict.fromkeys(item.gate for item in agreed.overrides if item.gate not in agreed.gates.asked_for):
        click.echo(f"advisor: the policy overrides {idle}, but no such gate is set", err=True)
    judged = check_results(results, agreed, date.today(), earlier)
    if shown_as is not None:
        judged = judged._replace(results=tuple(row._replace(file=shown_as) for row in judged.results))
    report.write(judged)
    if not report.to_stdout:  # so that the log says why the job failed
        for result in judged.results:
            for failure in failures(result.name, result.gates):
                click.echo(f"advisor: gate failed: {failure}", err=True)
    return 0 if judged.passed else 1


def _policy(name: str | None, asked: Gates) -> Policy:
    """Return the gates of the policy and of the options, the paths of the former beside the policy's file."""
    if name is None:
        if not asked.asked_for:
            raise click.UsageError(
                "no gates given: use --policy FILE or a gate such as --expect classical (see --help)"
            )
        return Policy("", asked)
    from advisor.gate.policy import read_policy

    policy = read_policy(*read_input(name))
    gates = policy.gates
    if gates.same_as is not None:
        gates = gates._replace(same_as=str(Path(name).parent / gates.same_as))
    return policy._replace(gates=combined(gates, asked))


def _read(files: tuple[str, ...], same_as: str | None) -> "tuple[list[Results], Results | None]":
    """Return the results of all files and the earlier ones, or raise with the problems of all files."""
    from advisor.reports.reading import read_results
    from advisor.source.problems import InputError

    read, problems = [], []
    for name in (*files, *([same_as] if same_as else [])):
        try:
            read.append(read_results(*read_result(name)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return (read[:-1], read[-1]) if same_as else (read, None)
