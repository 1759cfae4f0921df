"""Say which target was guessed; where none can be, ask for it on a terminal, else say what to type."""

import os
import shlex
import sys
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from advisor.baselines.errors import Candidate, NoTargetError
    from advisor.baselines.options import Options
    from advisor.reports.baseline import DatasetRow

Done = TypeVar("Done")
_TOLD = "advisor.guesses"


def say_guess(data: "DatasetRow") -> None:
    """Say on standard error which target was guessed, if it was and the command has not said it yet."""
    from advisor.render.layout.wording import plain

    context = click.get_current_context(silent=True)
    told: set[str] = set() if context is None else context.meta.setdefault(_TOLD, set())
    if data.target_reason and data.target not in told:
        told.add(data.target)
        said = f"predicting {data.target}: it is {data.target_reason}; --target COLUMN predicts another"
        sys.stderr.write(f"advisor: {plain(said)}\n")  # through what a bar put in place of the stream


def with_target(work: "Callable[[Options], Done]", options: "Options", data: str) -> Done:
    """Do the work with the options, or with the target that the user names when asked.

    Raises
    ------
    click.ClickException
        Where no target was named, none can be guessed, and nobody can be asked.
    """
    from advisor.baselines.errors import NoTargetError

    try:
        return work(options)
    except NoTargetError as error:
        if data == "-" or not somebody_is_there():
            raise click.ClickException(_which(error, data)) from None
        target = _asked(error, data)
    return work(options._replace(target=target))


def somebody_is_there() -> bool:
    """Return whether a person sits at a terminal, who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty() and not os.environ.get("CI")


def _which(error: "NoTargetError", data: str) -> str:
    """Return the likely columns with the command that names the first of them."""
    typed = click.get_current_context().find_root().obj
    names = [candidate.name for candidate in error.candidates]
    command = shlex.join(["advisor", *typed, "--target", names[0] if names else "COLUMN"])
    if not names:
        return f"which column of {data} should be predicted? None looks like a target. Name it: {command}"
    lines = "\n".join(f"  {line}" for line in _listed(error.candidates))
    return f"which column of {data} should be predicted? Likely ones:\n{lines}\nFor {names[0]}: {command}"


def _listed(candidates: "Sequence[Candidate]") -> list[str]:
    from advisor.render.layout.wording import plain

    width = max((len(plain(candidate.name)) for candidate in candidates), default=0)
    return [f"{plain(candidate.name):<{width}}  {candidate.why}" for candidate in candidates]


def _asked(error: "NoTargetError", data: str) -> str:
    """Ask until a column is named."""
    from advisor.render.layout.wording import plain
    from advisor.source.problems import did_you_mean

    first = error.candidates[0].name if error.candidates else ""
    click.echo(f"Which column of {plain(data)} should be predicted?", err=True)
    for line in _listed(error.candidates):
        click.echo(f"   {line}", err=True)
    takes = f"Enter takes {plain(first)}, " if first else ""
    click.echo(f"Type a name; {takes}? lists all columns.", err=True)
    while True:
        click.echo("   > ", nl=False, err=True)
        line = sys.stdin.buffer.readline().decode("utf-8", "replace")
        name = line.strip()
        if not line:
            click.echo("", err=True)
            raise click.ClickException(_which(error, data))
        if name in error.names:
            return name
        if not name and first:
            return first
        if name == "?":
            click.echo(f"   {plain(', '.join(error.names))}", err=True)
        else:
            near = did_you_mean(name, error.names) or "? lists all columns"
            click.echo(f"   There is no such column; {plain(near)}", err=True)
