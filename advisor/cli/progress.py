"""Show on standard error how far long work has come: a bar on a terminal, plain lines elsewhere."""

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from advisor.baselines.running.clock import Progress

LINE_EVERY_SECONDS = 10.0


@contextmanager
def shown_progress(quiet: bool) -> "Iterator[Callable[[Progress], None]]":
    """Yield the function that takes progress; the bar is gone when the work is done."""
    if quiet:
        yield _nothing
    elif sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _Lines()


def _nothing(progress: "Progress") -> None:
    del progress


class _Lines:
    """A line when a stage begins, and one now and then."""

    def __init__(self) -> None:
        self._stage = ""
        self._said = 0.0

    def __call__(self, progress: "Progress") -> None:
        if progress.news:
            click.echo(f"advisor: {progress.news}", err=True)
        now = monotonic()
        if progress.stage == self._stage and now - self._said < LINE_EVERY_SECONDS:
            return
        self._stage, self._said = progress.stage, now
        click.echo(f"advisor: {_text(progress)}", err=True)


def _text(progress: "Progress") -> str:
    count = f" {progress.done}/{progress.total}" if progress.total else ""
    left = f", at most {progress.left_s:.0f} s left" if progress.left_s is not None else ""
    return f"{progress.stage}{count}{left}"


@contextmanager
def _bar() -> "Iterator[Callable[[Progress], None]]":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, left="")

        def report(progress: "Progress") -> None:
            if progress.news:
                bar.console.print(progress.news, highlight=False, markup=False)
            left = "" if progress.left_s is None else f"at most {progress.left_s:.0f} s left"
            bar.update(
                task,
                description=progress.stage,
                completed=progress.done,
                total=progress.total or None,
                left=left,
            )

        yield report
