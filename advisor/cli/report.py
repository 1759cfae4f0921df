"""How a command shows its result: `--format`, `--output` and `--color`, and the report that they ask for."""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from typing import Any, NamedTuple

import click

from advisor.cli.choices import Choice
from advisor.cli.streams import OUTPUT, check_output, require_packages, text_width, use_color, write_report
from advisor.render.formats import FORMATS, SUFFIXES, format_of, render
from advisor.render.view import View


class Report(NamedTuple):
    """Where a result of some kind is shown, and in which format."""

    kind: str
    format: str
    output: str | None
    color: str

    def check(self) -> None:
        """Raise an error where the report could not be made or written, before work is done for it."""
        if self.format == "html":
            require_packages("--format html", ("jinja2", "matplotlib"), "report")
            import logging

            # It would report on its own cache, such as one that a read-only home does not allow.
            logging.getLogger("matplotlib").setLevel(logging.ERROR)
        check_output(self.output)

    def write(self, result: Any, **view: Any) -> None:
        """Write the report of a result; `view` holds further fields of `View`."""
        shown = View(width=text_width(self.output), color=use_color(self.color, self.output), **view)
        write_report(render(self.kind, self.format, result, shown), self.output)

    @property
    def to_stdout(self) -> bool:
        """Whether the report goes to standard output."""
        return self.output in (None, "-")


def report_options(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds the options of a report to a command, which takes them together as `report`."""
    names = tuple(FORMATS[kind])

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_report(*arguments: Any, format_: str | None, output: str | None, color: str, **others: Any) -> Any:
            report = Report(kind, format_ or _format_by_suffix(output, names), output, color)
            return command(*arguments, report=report, **others)

        options = (
            click.option(
                "-f",
                "--format",
                "format_",
                type=Choice(names),
                help=f"Default: by the suffix of --output, else {names[0]}.",
            ),
            output_option,
            click.option(
                "--color",
                type=Choice(["auto", "always", "never"]),
                default="auto",
                help="Whether to colour text output.",
            ),
        )
        decorated: Callable[..., Any] = with_report
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return add


def output_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--output FILE`."""
    return click.option(
        "-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file instead of standard output."
    )(command)


def _format_by_suffix(output: str | None, names: tuple[str, ...]) -> str:
    """Return the format that the name of the file asks for, the first where it asks for none.

    Raises
    ------
    click.UsageError
        Where the suffix asks for a format that the command does not have, or that no command has: text in a file that
        is called a page would only be found out later.
    """
    if output in (None, "-"):
        return names[0]
    wanted = format_of(str(output))
    if wanted is None:
        suffix = PurePath(str(output)).suffix
        if _means_another_kind(suffix):
            known = ", ".join(suffix for suffix, name in SUFFIXES.items() if name in names)
            raise click.UsageError(
                f"{output}: no format of this command has the suffix {suffix} (they are {known}); "
                f"name a format with --format to write it all the same"
            )
        return names[0]
    if wanted not in names:
        raise click.UsageError(
            f"{output}: the suffix means {wanted}, which this command does not offer; "
            f"choose one of {', '.join(names)} with --format"
        )
    return wanted


def _means_another_kind(suffix: str) -> bool:
    """Return whether a suffix is known for files that are no plain text, such as .pdf; .log and none at all are not."""
    from mimetypes import MimeTypes

    kind, _ = MimeTypes().guess_type(f"report{suffix}")  # its own table, whatever this machine has registered
    return kind is not None and kind != "text/plain"
