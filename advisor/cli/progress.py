"""Show on standard error how far long work has come: one live line on a terminal, plain lines elsewhere."""

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
    """Yield the function that takes progress; the live line is gone when the work is done."""
    if quiet:
        yield _nothing
    elif sys.stderr.isatty():
        with _live() as report:
            yield report
    else:
        yield _Lines()


def _nothing(progress: "Progress") -> None:
    del progress


class _Lines:
    """A line when a stage begins or a model has come to its score, and one now and then."""

    def __init__(self) -> None:
        self._stage, self._best = "", ""
        self._said = 0.0

    def __call__(self, progress: "Progress") -> None:
        self._best = progress.news.best or self._best
        if progress.news.text:
            click.echo(f"advisor: {_plain(progress.news.text)}", err=True)
        now = monotonic()
        if progress.stage == self._stage and now - self._said < LINE_EVERY_SECONDS:
            return
        self._stage, self._said = progress.stage, now
        parts = [_counted(progress), *_state(progress, self._best), _left(progress.left_s)]
        click.echo(f"advisor: {', '.join(filter(None, parts))}", err=True)


def _counted(progress: "Progress") -> str:
    return f"{progress.stage} {progress.done}/{progress.total}" if progress.total else progress.stage


def _state(progress: "Progress", best: str) -> "Iterator[str]":
    """Yield what is being fitted, and the best score so far."""
    if progress.fitting:
        yield f"fitting {_plain(' and '.join(progress.fitting))}"
    if best:
        yield f"best so far {_plain(best)}"


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f"at most {max(0.0, seconds):.0f} s left"


def _plain(text: str) -> str:
    from advisor.render.layout.wording import plain

    return plain(text)


@contextmanager
def _live() -> "Iterator[Callable[[Progress], None]]":
    """Yield what keeps one line up to date, whose clock runs on while nothing is reported."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(stderr=True)
    last: list[tuple[Progress, float]] = []
    best = ""

    def line() -> Text:
        if not last:
            return Text()
        progress, at = last[0]
        left = None if progress.left_s is None else progress.left_s - (monotonic() - at)
        parts = [_counted(progress), _left(left), *_state(progress, best)]
        return Text(" · ".join(filter(None, parts)), no_wrap=True, overflow="ellipsis")

    with Live(console=console, transient=True, get_renderable=line, refresh_per_second=2) as live:

        def report(progress: "Progress") -> None:
            nonlocal best
            best = progress.news.best or best
            last[:] = [(progress, monotonic())]
            if progress.news.text:
                console.print(_plain(progress.news.text), highlight=False, markup=False)
            live.refresh()

        yield report
