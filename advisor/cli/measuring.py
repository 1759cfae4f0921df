"""Run a measurement for a command: packages, budget, data, progress and Ctrl-C."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Any

import click

from advisor.baselines.allowed import LONGEST_S
from advisor.source.problems import shorten

if TYPE_CHECKING:
    from advisor.advice.knowledge import Knowledge
    from advisor.baselines.options import Options
    from advisor.profile.reader import Profile
    from advisor.reports.baseline import BaselineResult

_BLOCK = 1 << 20
_CHECKED = 1 << 24  # bytes after which the disk is looked at again
_LONGEST_LINE = 1 << 24
_DISK_KEPT = 1 << 28  # bytes
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def budget_seconds(ctx: click.Context, parameter: click.Parameter, value: str) -> float:
    """Return the seconds of `90`, `90s`, `2m` or `1h`."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|)\s*", value.lower())
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 1 <= seconds <= LONGEST_S:
        raise click.BadParameter(
            f"{shorten(value)} is not a time between 1 second and a week; write 90, 90s, 2m or 1h", ctx, parameter
        )
    return seconds


def measure(
    data: str,
    options: "Options",
    *,
    quiet: bool,
    replayed: Mapping[str, Any] | None = None,
    began: float | None = None,
) -> "BaselineResult":
    """Measure on a data file (`-` for standard input) with progress on standard error.

    The budget counts from the start of the program, or from another reading of the monotonic clock.

    Raises
    ------
    click.ClickException
        Where the data or what is asked of them cannot be used.
    """
    from advisor.baselines.baseline import run_baseline
    from advisor.baselines.bounds import READING_SHARE
    from advisor.baselines.errors import DataError
    from advisor.cli.main import BEGAN
    from advisor.cli.progress import shown_progress
    from advisor.cli.target import say_guess, with_target

    start = BEGAN if began is None else began
    with _local_file(data, start + READING_SHARE * options.budget_s) as (path, partial):
        options = options._replace(reading=options.reading._replace(partial=partial))

        def run(asked: "Options") -> "BaselineResult":
            began = start if asked is options else monotonic()  # the time of a question does not count
            on_read = None if quiet else say_guess
            with shown_progress(quiet) as report:
                return run_baseline(
                    path, asked, shown_as=data, report=report, began=began, replayed=replayed, on_read=on_read
                )

        try:
            result = with_target(run, options, data)
        except DataError as error:
            raise click.ClickException(_of_input(str(error), path, data)) from None
    if result.interrupted:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not take the report
    return result


def demands(profile: "Profile", knowledge: "Knowledge", name: str = "", folders: Sequence[str] = ()) -> dict[str, Any]:
    """Return the options by which a profile holds measured models to its limits, its costs and its use.

    Raises
    ------
    UsageError
        If folders of pretrained weights are given and the profile allows none.
    """
    from advisor.advice.confirmation.margin import paying_margins
    from advisor.reports.measurable import measurable_limits

    if folders and profile.values.get("deployment.pretrained_weights") is False:
        raise click.UsageError(
            f"--pretrained cannot be used with {name}, which says deployment.pretrained_weights: false"
        )
    commercial = profile.values.get("deployment.commercial") is True
    return {
        "limits": measurable_limits(profile.values),
        "margins": paying_margins(profile, knowledge),
        "commercial": commercial,
    }


def require_libraries(purpose: str, data: str, *, fits: bool = True) -> None:
    """Raise an error with the pip command where a library for reading or measuring these data is missing."""
    from advisor.baselines.address import local_path
    from advisor.baselines.errors import DataError
    from advisor.baselines.structure import libraries
    from advisor.baselines.structures import structure_of
    from advisor.cli.streams import require_packages

    try:
        found = structure_of(local_path(data))
    except DataError as error:
        raise click.ClickException(str(error)) from None
    require_packages(purpose, libraries(found, fits=fits), found.extra)


def _of_input(message: str, path: Path, name: str) -> str:
    """Return a message with the words for standard input in place of its copy's name."""
    return message if name != "-" else message.replace(str(path), "standard input")


@contextmanager
def _local_file(name: str, until: float) -> Iterator[tuple[Path, bool]]:
    """Yield a file with the data, and whether there was only time for their beginning.

    Standard input (`-`) is copied to a file, because it is read more than once. What has not ended when the time of the
    monotonic clock is over is used as far as its last whole line.
    """
    if name != "-":
        yield Path(name), False
        return
    with _nameless_file() as (copy, path):
        try:
            partial = _copied(copy, until)
        except OSError as error:
            raise click.ClickException(f"cannot keep a copy of standard input: {error.strerror or error}") from None
        yield path, partial


@contextmanager
def _nameless_file() -> Iterator[tuple[IO[bytes], Path]]:
    """Yield a file and a path by which this process opens it; where the system allows it, it has no name to be left."""
    import sys
    import tempfile

    if sys.platform == "linux":
        with tempfile.TemporaryFile(prefix="advisor-") as file:
            yield file, Path(f"/proc/self/fd/{file.fileno()}")
        return
    with tempfile.NamedTemporaryFile(prefix="advisor-", suffix=".data") as named:
        yield named, Path(named.name)


def _copied(copy: IO[bytes], until: float) -> bool:
    """Copy standard input; return whether only its beginning was there in time.

    Raises
    ------
    click.ClickException
        If nothing of it can be used, or the disk has no room.
    """
    import shutil

    ended = False
    for block in _arriving(until):
        ended = not block
        copy.write(block)
        if not (copy.tell() > len(block) or block.strip(b"\0") or ended):
            raise click.ClickException("standard input holds zero bytes and no table")
        if copy.tell() % _CHECKED < len(block) and shutil.disk_usage(_temporary_folder()).free < _DISK_KEPT:
            raise click.ClickException("cannot keep a copy of standard input: the disk is nearly full")
    copy.flush()
    if not ended:
        copy.truncate(_end_of_lines(copy))
    return not ended


def _temporary_folder() -> str:
    import tempfile

    return tempfile.gettempdir()


def _arriving(until: float) -> Iterator[bytes]:
    """Yield what comes by standard input, and an empty block at its end; nothing more when the time is over."""
    import select
    import sys

    try:
        number = sys.stdin.fileno()
    except (OSError, ValueError):  # in memory, where nothing is waited for
        yield from (sys.stdin.buffer.read(), b"")
        return
    block = b"-"
    while block and (left := until - monotonic()) > 0:
        if select.select([number], [], [], left)[0]:
            block = os.read(number, _BLOCK)
            yield block


def _end_of_lines(copy: IO[bytes]) -> int:
    """Return where the last whole line of an unfinished copy ends.

    Raises
    ------
    click.ClickException
        If there is none, or the file is packed or stored in a way that needs its end.
    """
    size = copy.tell()
    copy.seek(0)
    whole = not copy.read(4).startswith((b"PAR1", b"\x1f\x8b"))
    start = max(0, size - _LONGEST_LINE)
    copy.seek(start)
    end = start + copy.read().rfind(b"\n") + 1
    if not whole or end == start:
        raise click.ClickException(
            f"standard input has not ended within its share of the budget ({size >> 20:,} MB so far); save the data in "
            "a file, or pass a larger --budget"
        )
    return end
