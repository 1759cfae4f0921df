"""`advisor rules calibrate`: refit gain and points on a table of past projects or published results."""

import re
from contextlib import suppress
from pathlib import Path

import click

from advisor.cli.choices import Number
from advisor.cli.report import Report, report_options
from advisor.cli.streams import (
    FILE,
    cache_folder,
    read_file,
    rules_option,
)


@click.command(short_help="Refit gain and points on past projects or published results.")
@click.argument("results", metavar="RESULTS.csv", type=FILE)
@click.option(
    "--overlay", metavar="DIR", help="Write the refitted rules to this new folder, for use with `--rules DIR`."
)
@click.option(
    "--sd",
    type=Number(0.01, 50),
    default=2.0,
    show_default=True,
    help="How far a rule may move from the experts' points: one standard deviation, in points.",
)
@click.option(
    "--anew",
    is_flag=True,
    help="Fit the curves of the gain from this table alone, ignoring the current ones: for tables that share data sets "
    "with those that the current curves were fitted on.",
)
@click.option("--date", default="", metavar="YYYY-MM", help="Date of the results; recorded in the overlay.")
@report_options("calibration")
@rules_option
def calibrate(
    results: str,
    overlay: str | None,
    report: Report,
    sd: float,
    anew: bool,
    date: str,
    rule_folders: tuple[str, ...],
) -> None:
    """Refit the gain and the points of success rules on RESULTS.csv (`-` for standard input).

    The table has a row for each comparison of two approaches on one project or data set. Columns are fields of the
    profile by their dotted path (task, data.structure, data.rows, ...; an empty cell is unknown) and:

    \b
    better     none, classical, hybrid, transfer, deep, or ml, dl, or tie
    against    what it was compared with; left out: classical, or deep where
               classical was better
    margin     by which share its error was lower, 0 to 1; less than 0.05 below
               3,000 rows and less than 0.01 above counts as a tie
    benchmark  one is left out at a time to judge the refit (a benchmark, a
               department, a year)
    dataset    rows of the same data set have one vote together (or: project)
    weight     how much a row counts in the fit, 1 where it is left out

    task, data.structure and better are required. Of ten data sets at least. For example:

    \b
    task,data.structure,data.rows,data.features,better,margin,benchmark,project
    classification,tabular,7043,19,classical,0.03,2024,churn
    regression,tabular,120000,40,deep,0.06,2025,delivery-times
    classification,text,2000,,transfer,0.2,2025,tickets

    The points move from what experts wrote only as far as the results speak; rules that never fire stay as they are.
    """
    from advisor.cli.streams import require_packages

    require_packages("`advisor rules calibrate`", ("numpy",), "baseline")
    from advisor.advice.knowledge import load_rules
    from advisor.calibration import calibration
    from advisor.calibration.table import read_table

    if date and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", date):
        raise click.BadParameter(f"{date[:40]!r} is not a date such as 2026-11", param_hint="--date")
    report.check()
    _check_folder(overlay)
    raw, shown = read_file(results, "a table of results")
    library = load_rules([Path(folder) for folder in rule_folders], cache_folder())
    try:
        found = calibration.calibrate(read_table(raw, shown), shown, library, sd=sd, date=date, anew=anew)
    except calibration.TooFewError as error:
        raise click.ClickException(f"{shown}: {error}") from None
    if overlay is not None:
        _write(Path(overlay), found.files)
    report.write(found.report)
    if overlay is not None:
        from advisor.render.layout.wording import counted

        files = counted(len(found.files), "file")
        click.echo(f"wrote {files} to {overlay}; use them with --rules {overlay}", err=True)


def _check_folder(overlay: str | None) -> None:
    """Raise an error where the overlay could not be written, before work is done for it."""
    if overlay is None:
        return
    folder = Path(overlay)
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"cannot write {overlay}: {getattr(error, 'strerror', None) or error}") from None
    if taken:
        raise click.ClickException(f"cannot write {overlay}: the folder must be new or empty")


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write all files, or leave none of them behind."""
    try:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
    except BaseException as error:
        for name in files:
            with suppress(OSError):
                (folder / name).unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise click.ClickException(f"cannot write {folder}: {error.strerror or error}") from None
