"""`advisor baseline`: measure classical models and networks on a data file."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from advisor.baselines.allowed import (
    DECIMALS,
    FORMATS,
    JOBS,
    LEAST_MEMORY_MB,
    MOST_MEMORY_MB,
    MOST_ROWS,
    PRIORS,
    SEEDS,
    TASKS,
)
from advisor.cli.choices import Choice, Number, whole
from advisor.cli.measuring import budget_seconds, demands, measure, require_libraries
from advisor.cli.question_options import fold_options, question_options, target_option
from advisor.cli.report import Report, report_options
from advisor.cli.streams import (
    FILE,
    cache_folder,
    known_words,
    read_input,
)
from advisor.source.problems import shorten

if TYPE_CHECKING:
    from advisor.baselines.options import Options

_SIZES = {"": 1, "mb": 1, "m": 1, "gb": 1000, "g": 1000}


def _megabytes(ctx: click.Context, parameter: click.Parameter, value: str) -> int:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(gb?|mb?|)\s*", value.lower())
    size = float(found[1]) * _SIZES[found[2]] if found else 0.0
    if not LEAST_MEMORY_MB <= size <= MOST_MEMORY_MB:
        raise click.BadParameter(
            f"{shorten(value)} is not a size between {LEAST_MEMORY_MB} MB and {MOST_MEMORY_MB // 1000:,} GB; "
            "write 512MB, 2GB or 2000",
            ctx,
            parameter,
        )
    return int(size)


def _kinds(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    from advisor.baselines.tabular.table import KINDS
    from advisor.source.problems import did_you_mean

    kinds = {}
    for value in values:
        column, _, kind = value.rpartition("=")
        if not column:
            raise click.BadParameter(f"'{value}' is not COLUMN=KIND", ctx, parameter)
        if kind not in KINDS[:-1]:
            near = did_you_mean(kind, KINDS[:-1]) or f"kinds: {', '.join(KINDS[:-1])}"
            raise click.BadParameter(f"unknown kind '{kind}'; {near}", ctx, parameter)
        kinds[column] = kind
    return kinds


def _expectations(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    from advisor.gate.gates import PAYS
    from advisor.reports.baseline import BASELINE_VERDICTS

    return known_words(ctx, parameter, value, (*PAYS, *BASELINE_VERDICTS))


def _only(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    from advisor.baselines.structures import STRUCTURES, structure

    known = dict.fromkeys(model.id for name in STRUCTURES for model in structure(name).models)
    loaded = (structure(name).pretrained for name in STRUCTURES)
    known |= dict.fromkeys(model for one in loaded if one is not None for model in one.ids)
    return known_words(ctx, parameter, value, list(known), "model", "models:")


def _users_model(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", value):
            raise click.BadParameter(f"'{value}' is not module:Class", ctx, parameter)
    return values


def _file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that override what was decided about the file and its columns."""
    options = (
        click.option("--data-format", "format", type=Choice(FORMATS), help="Format of the file."),
        click.option("--encoding", metavar="NAME", help="Encoding of the text, such as utf-8 or cp949."),
        click.option("--separator", metavar="TEXT", help="Field separator: ',', ';', 'tab', '|', ..."),
        click.option("--quote", metavar="CHAR", help="Quote character: '\"', \"'\", or none."),
        click.option("--decimal", type=Choice(DECIMALS), help="Decimal mark."),
        click.option(
            "--header/--no-header",
            default=None,
            help="Whether the first line holds the column names (if not: 0, 1, ...).",
        ),
        click.option(
            "--skip-rows", type=whole(range(MOST_ROWS)), metavar="N", help="Number of lines to skip before the table."
        ),
        click.option("--comment", metavar="TEXT", help="Prefix of comment lines, such as '#'."),
        click.option("--missing", multiple=True, metavar="TEXT", help="Another text that means missing; repeatable."),
        click.option(
            "--missing-only",
            is_flag=True,
            help="No text means missing but those of --missing: an empty cell, but not NA, None or ?.",
        ),
        click.option(
            "--keep-totals",
            is_flag=True,
            help="Keep rows at the end of the table that sum up the others or hold a note.",
        ),
        click.option(
            "--kind",
            "kinds",
            multiple=True,
            callback=_kinds,
            metavar="COLUMN=KIND",
            help="Read a column as numeric, categorical, text or date; repeatable.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(short_help="Measure classical models and networks on a data file.")
@click.argument("data", type=FILE, metavar="DATA")
@target_option
@report_options("baseline")
@click.option(
    "--budget",
    "budget_s",
    default="2m",
    show_default=True,
    callback=budget_seconds,
    metavar="TIME",
    help="Time budget for the whole run: 90, 90s, 2m, 1h.",
)
@click.option(
    "--task",
    type=Choice(TASKS),
    help="Task, if not the one that the target suggests.",
)
@click.option("--positive", metavar="VALUE", help="The positive class of a binary target.")
@click.option(
    "--merge-labels", is_flag=True, help="Read classes that differ in case or blanks alone as one: Yes, yes, YES."
)
@question_options
@click.option("--weights", metavar="COLUMN", help="Column of row weights.")
@click.option(
    "--predictions",
    multiple=True,
    metavar="COLUMN",
    help="Score the predictions of a model that runs elsewhere, made without the row that they are for; repeatable.",
)
@click.option("--exclude", multiple=True, metavar="COLUMN", help="Leave a column out; repeatable.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="Keep a column that a check would leave out; repeatable.")
@click.option("--only", "models", callback=_only, metavar="MODEL[,MODEL]", help="Run only these models.")
@click.option(
    "--model",
    "extra",
    multiple=True,
    callback=_users_model,
    metavar="MODULE:CLASS",
    help="Add your own scikit-learn estimator as another row; repeatable.",
)
@click.option(
    "--pretrained",
    type=FILE,
    multiple=True,
    metavar="DIR",
    help="Add models on the pretrained weights in a folder: TabICL, TabPFN, text encoders; repeatable.",
)
@click.option(
    "--profile",
    type=FILE,
    metavar="FILE",
    help="Say whether the measurement confirms what this profile recommends, and check the models against its limits.",
)
@click.option("--curve", is_flag=True, help="Learning curve: would more data change the verdict?")
@click.option("--save", metavar="DIR", help="Save the fitted winner, the package versions and a script that predicts.")
@click.option(
    "--replay", type=FILE, metavar="RESULT.json", help="Rerun the plan of an earlier result, without a time limit."
)
@click.option(
    "--expect",
    callback=_expectations,
    metavar="VALUE[,VALUE]",
    help="Gate: exit 1 unless one of these is the answer: pays:yes, pays:no, pays:open, ml, dl, equal, undecided.",
)
@click.option(
    "--rope",
    type=Number(min=0),
    metavar="X",
    help="Differences up to X count as equal (default: depends on the metric).",
)
@click.option(
    "--prior",
    type=Choice(PRIORS),
    default="published",
    show_default=True,
    help="Take published differences between networks and classical models into account, or the data alone.",
)
@fold_options
@click.option("--seed", type=whole(SEEDS), default=0, show_default=True, metavar="N")
@click.option(
    "--jobs",
    type=whole(JOBS),
    metavar="N",
    help="Number of fits to run in parallel (default: one per processor).",
)
@click.option(
    "--memory",
    "memory_mb",
    default="2GB",
    show_default=True,
    callback=_megabytes,
    metavar="SIZE",
    help="Memory for the whole run; a larger file is sampled.",
)
@click.option("--full", is_flag=True, help="Text: show the whole report below the card.")
@click.option("--explain", is_flag=True, help="Show what was decided about the file and each column, and why.")
@click.option("--quiet", "-q", is_flag=True, help="Do not show progress on standard error.")
@_file_options
def baseline(
    data: str,
    report: Report,
    replay: str | None,
    profile: str | None,
    expect: tuple[str, ...],
    **asked: Any,
) -> int:
    """Measure classical models and networks on DATA and say whether deep learning is worth it there.

    DATA is CSV, TSV, Parquet or JSON lines, also gzipped (`-` reads standard input); a .ts file of time series or a
    folder of one; a folder or zip archive with a subfolder of pictures or recordings for each class.

    \b
    Examples:
      advisor baseline churn.csv
      advisor baseline churn.csv --target Churn
      advisor baseline photos/
      advisor baseline churn.csv --target Churn --budget 10m --curve --save winner
      advisor baseline churn.csv --target Churn --profile profile.yaml
      advisor baseline sales.csv --target sold --time day --series shop --horizon 14
      advisor baseline churn.csv --target Churn --format json > result.json
      advisor baseline churn.csv --replay result.json --expect pays:no
    """
    from advisor.gate.checking import failures, judge
    from advisor.gate.gates import Gates
    from advisor.profile.reader import read_profile

    require_libraries("measuring on data", data)
    report.check()
    replayed = None
    if replay is not None:
        _refuse_what_a_replay_decides(click.get_current_context())
        replayed = _read_result(replay)
    described = knowledge = None
    if profile is not None:
        from advisor.advice.knowledge import load_knowledge

        described, knowledge = read_profile(*read_input(profile)), load_knowledge(cache=cache_folder())
    demanded = demands(described, knowledge, str(profile), asked["pretrained"]) if described and knowledge else {}
    options = _options(asked, demanded)
    result = measure(data, options, quiet=asked["quiet"], replayed=replayed)
    if described and knowledge:
        from advisor.advice.confirmation.confirm import against_profile

        result = against_profile(result, described, knowledge)
    report.write(result, full=asked["full"], explain=asked["explain"])
    if result.saved:
        from advisor.baselines.saving import saved_file

        name, sha256 = saved_file(result.saved)
        click.echo(f"advisor: saved {name}, sha256 {sha256}", err=True)
    if result.interrupted:
        return 130
    failed = failures(result.dataset.path, judge(result, Gates(expect=expect)))
    for failure in failed:
        click.echo(f"advisor: gate failed: {failure}", err=True)
    return 1 if failed else 0


def _refuse_what_a_replay_decides(ctx: click.Context) -> None:
    from click.core import ParameterSource

    shown = {"data", "format_", "output", "color", "expect", "full", "explain", "quiet"}
    free = shown | {"replay", "profile", "jobs", "save", "pretrained", "extra"}
    given = [
        parameter.opts[0]
        for parameter in ctx.command.params
        if parameter.name not in free and ctx.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(
            f"--replay runs the recorded plan as it is; it cannot be combined with {', '.join(given)}"
        )


def _read_result(name: str) -> Any:
    from advisor.baselines.running.replay import recorded_result
    from advisor.cli.streams import read_result
    from advisor.reports.reading import parsed_json

    text, shown = read_result(name)
    content = parsed_json(text, shown)
    recorded_result(content, shown)  # what is wrong with it is said with the name of the file
    return content


def _options(asked: dict[str, Any], demanded: dict[str, Any]) -> "Options":
    from advisor.baselines.options import Options
    from advisor.baselines.tabular.reading import ReadOptions

    reading = ReadOptions(**{name: asked[name] for name in ReadOptions._fields if name in asked})
    own = {name: asked[name] for name in Options._fields if name in asked}
    return Options(**{**own, "target": asked["target"] or "", **demanded, "reading": reading})
