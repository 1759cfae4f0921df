"""The options that say what is asked of data, shared by the commands that measure."""

from collections.abc import Callable
from typing import Any

import click

from advisor.baselines.allowed import FOLDS, MOST_ROWS, REPEATS
from advisor.cli.choices import Choice, whole
from advisor.cli.streams import known_words
from advisor.source.problems import shorten

target_option = click.option(
    "--target", metavar="COLUMN", help="The column to predict; without it, it is guessed where name and place agree."
)
QUESTION = ("metric", "group", "time", "horizon", "structure", "text", "series")


def _structure(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from advisor.baselines.structures import STRUCTURES

    found = known_words(ctx, parameter, value, list(STRUCTURES), "structure", "structures:")
    if len(found) > 1:
        raise click.BadParameter("data are of one structure", ctx, parameter)
    return found[0] if found else None


def _horizon(ctx: click.Context, parameter: click.Parameter, value: str | None) -> int | str | None:
    if value is None or value == "auto":
        return value
    if not (value.isdecimal() and len(value) <= len(str(MOST_ROWS)) and int(value) >= 1):
        raise click.BadParameter(f"{shorten(value)} is neither a number of steps, from 1 on, nor auto", ctx, parameter)
    return int(value)


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `QUESTION`."""
    options = (
        click.option("--metric", metavar="NAME", help="The metric that decides: roc_auc, log_loss, rmse, ..."),
        click.option(
            "--group", metavar="COLUMN", help="Column of groups: rows of a group stay on one side of every split."
        ),
        click.option("--time", metavar="COLUMN", help="Time column: train on earlier rows, test on later ones."),
        click.option(
            "--horizon",
            callback=_horizon,
            metavar="N",
            help="Forecast the next N steps of the target in the order of --time, or auto.",
        ),
        click.option(
            "--series",
            metavar="COLUMN",
            help="Column that tells series apart where each step is a row, as in forecasts; --time orders the steps.",
        ),
        click.option(
            "--structure",
            callback=_structure,
            metavar="NAME",
            help="The kind of data, if not the one that is recognised: tabular, text, time-series, image, audio, "
            "forecast.",
        ),
        click.option(
            "--text",
            multiple=True,
            metavar="COLUMN",
            help="Read a column as running text, and the data as texts; repeatable.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def fold_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how often everything is fitted."""
    options = (
        click.option("--folds", type=whole(FOLDS), default=5, show_default=True, metavar="N", help="Number of folds."),
        click.option(
            "--repeats",
            type=Choice(REPEATS),
            default=5,
            show_default=True,
            help="Maximum number of repeats of the folds; the verdict is checked after 1, 2 and 5.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
