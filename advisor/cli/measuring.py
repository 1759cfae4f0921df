"""Run a measurement for a command: packages, budget, data, progress and Ctrl-C."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from advisor.baselines.allowed import LONGEST_S
from advisor.source.problems import shorten

if TYPE_CHECKING:
    from advisor.advice.knowledge import Knowledge
    from advisor.baselines.options import Options
    from advisor.profile.reader import Profile
    from advisor.reports.baseline import BaselineResult

_BLOCK = 1 << 20
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
    from advisor.baselines.errors import DataError
    from advisor.cli.main import BEGAN
    from advisor.cli.progress import shown_progress
    from advisor.cli.target import say_guess, with_target

    start = BEGAN if began is None else began
    with _local_file(data, start + options.budget_s) as path:

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
            raise click.ClickException(str(error)) from None
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


def _endless(size: int, block: bytes) -> str:
    if not block.strip(b"\0"):
        return "standard input holds zero bytes and no table"
    return f"standard input has not ended within the budget ({size >> 20:,} MB so far); save the data in a file"


@contextmanager
def _local_file(name: str, until: float) -> Iterator[Path]:
    """Yield a file with the data; standard input (`-`) is copied to one, because it is read more than once.

    What has no end, such as /dev/zero, is given up when the time of the monotonic clock is over.
    """
    if name != "-":
        yield Path(name)
        return
    import shutil
    import sys
    import tempfile

    with tempfile.NamedTemporaryFile(prefix="advisor-", suffix=".data") as copy:
        try:
            while block := sys.stdin.buffer.read(_BLOCK):
                copy.write(block)
                if monotonic() > until or not (copy.tell() > len(block) or block.strip(b"\0")):
                    raise click.ClickException(_endless(copy.tell(), block))
                if shutil.disk_usage(copy.name).free < _DISK_KEPT:
                    raise click.ClickException("cannot keep a copy of standard input: the disk is nearly full")
            copy.flush()
        except OSError as error:
            raise click.ClickException(f"cannot keep a copy of standard input: {error.strerror or error}") from None
        yield Path(copy.name)
