"""`advisor try`: from a data file to an answer that is measured, in one command."""

import os
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.interview import FROM_DATA, Draft, ask, prepared_for, say
from advisor.cli.measuring import budget_seconds
from advisor.cli.question_options import QUESTION, fold_options, question_options, target_option
from advisor.cli.report import Report, report_options
from advisor.cli.streams import FILE, OUTPUT, require_packages, rules_option, write_report

if TYPE_CHECKING:
    from advisor.reports.recommendation import Recommendation

MOST_QUESTIONS = 3
PROFILE, RESULT, PAGE = "profile.yaml", "result.json", "page.html"


@click.command(name="try", short_help="Answer for a data file: profile, recommendation and measurement in one.")
@click.argument("data", type=FILE, metavar="DATA")
@target_option
@question_options
@report_options("recommendation")
@click.option(
    "--budget",
    "budget_s",
    default="2m",
    show_default=True,
    callback=budget_seconds,
    metavar="TIME",
    help="Time budget for reading and measuring: 90, 90s, 2m, 1h. The time for your answers does not count.",
)
@fold_options
@click.option("--yes", "-y", is_flag=True, help="Ask nothing, also on a terminal.")
@click.option(
    "--output-dir",
    type=OUTPUT,
    metavar="DIR",
    help=f"Keep {PROFILE}, {RESULT} and {PAGE} in this new or empty folder.",
)
@click.option("--full", is_flag=True, help="Text: show the whole report below the card.")
@click.option("--explain", is_flag=True, help="Show every reason with its points and sources.")
@click.option("--quiet", "-q", is_flag=True, help="Do not show progress on standard error.")
@rules_option
def try_(
    data: str,
    report: Report,
    rule_folders: tuple[str, ...],
    yes: bool,
    output_dir: str | None,
    **options: Any,
) -> int:
    """Read DATA, draft a project profile from it, recommend, measure within the budget, and say what to do.

    On a terminal, up to three questions are asked: those whose answers may change most. DATA is as for `advisor
    baseline`, but no standard input.

    \b
    Examples:
      advisor try churn.csv
      advisor try churn.csv --target Churn --budget 5m --output-dir churn
      advisor try photos/ --yes
    """
    from advisor.advice.recommend import recommend
    from advisor.baselines.options import Options
    from advisor.cli.main import BEGAN
    from advisor.cli.measuring import demands, measure
    from advisor.cli.recommend import varied
    from advisor.profile.drafting import fields_from_data

    _check(data, report, output_dir)
    asked = {name: options[name] for name in QUESTION if options[name]}
    request = Options(
        target=options["target"] or "",
        **asked,
        budget_s=options["budget_s"],
        folds=options["folds"],
        repeats=options["repeats"],
    )
    found = prepared_for(data, request, "measuring on data", fits=True, quiet=options["quiet"])
    draft = Draft(rule_folders)
    draft.fill(fields_from_data(found.described), FROM_DATA)
    read_s = monotonic() - BEGAN
    if not yes:
        _ask(draft)
    profile, known = draft.profile(str(Path(output_dir or "") / PROFILE)), draft.known()
    if not found.described.target_reason and found.described.columns:
        request = request._replace(target=found.described.target)  # it is asked for only once
    request = request._replace(**demands(profile, known))
    measured = measure(data, request, quiet=options["quiet"], began=monotonic() - read_s)
    result = recommend(profile, known, measured)
    page = varied([profile], known, measured, joint=False) if output_dir or report.format == "html" else {}
    if output_dir:
        _keep(Path(output_dir), draft, result, page)
    report.write([result], full=options["full"], explain=options["explain"], **page)
    return 130 if measured.interrupted else 0


def _check(data: str, report: Report, output_dir: str | None) -> None:
    """Raise an error, before anything is read, where the data or the outputs cannot be what they should."""
    if data == "-":
        raise click.UsageError("advisor try reads the data twice; save them in a file instead of piping them")
    report.check()
    if output_dir is None:
        return
    require_packages("--output-dir", ("jinja2", "matplotlib"), "report")
    folder = Path(output_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        filled = any(folder.iterdir())
    except OSError as error:
        raise click.ClickException(f"--output-dir {output_dir}: {error.strerror or error}") from None
    if filled:
        raise click.ClickException(f"--output-dir {output_dir}: the folder is not empty; name a new one")
    if not os.access(folder, os.W_OK):
        raise click.ClickException(f"--output-dir {output_dir}: the folder cannot be written to")


def _ask(draft: Draft) -> None:
    """Ask the few questions that may change most, where somebody can answer them."""
    from advisor.cli.target import somebody_is_there

    if somebody_is_there():
        ask(draft, MOST_QUESTIONS)
        say("")


def _keep(folder: Path, draft: Draft, result: "Recommendation", page: Mapping[str, Any]) -> None:
    """Write the profile, the result and the page into the folder."""
    from advisor.render.formats import render
    from advisor.render.view import View

    files = {
        PROFILE: draft.text(),
        RESULT: render("recommendation", "json", [result]),
        PAGE: render("recommendation", "html", [result], View(**page)),
    }
    for name, text in files.items():
        write_report(text, str(folder / name))
    say(f"Kept {PROFILE}, {RESULT} and {PAGE} in {folder}.")
