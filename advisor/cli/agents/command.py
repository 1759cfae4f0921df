"""Run a command of the program in a process of its own, and take what it prints.

So a tool says exactly what the command line says, a measurement can be ended, and nothing but the protocol reaches the
server's own standard output.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import anyio
from anyio.abc import ByteReceiveStream, Process
from anyio.streams.text import TextReceiveStream

MOST_CHARACTERS = 64_000_000  # as much as a result that is read may hold
GRACE_S = 5.0  # to tidy up, before the process is killed
_PROGRESS = "advisor: "


class Printed(NamedTuple):
    """What a command left: its exit code, standard output, and the lines of standard error that are no progress."""

    code: int
    output: str
    errors: str


class CommandError(Exception):
    """The command could not do what was asked; the message is what it said."""


async def run_command(
    arguments: Sequence[str],
    folder: str,
    content: str = "",
    progress: Callable[[str], Awaitable[None]] | None = None,
) -> Printed:
    """Run `advisor` with these arguments in a folder; cancelled, it ends the process with all its children.

    Parameters
    ----------
    arguments : sequence of str
        The command and its arguments.
    folder : str
        The working folder.
    content : str, optional
        Standard input.
    progress : callable, optional
        Called with each line of progress.

    Raises
    ------
    CommandError
        Where the exit code says that nothing was answered.
    """
    # Nothing in the user's folder is imported, as Python would from the working folder.
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    pipe = subprocess.PIPE
    process = await anyio.open_process(
        [sys.executable, "-m", "advisor", *arguments],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    output: list[str] = []
    errors: list[str] = []
    try:
        async with process, anyio.create_task_group() as tasks:
            tasks.start_soon(_feed, process, content)
            tasks.start_soon(_collect, process.stdout, output)
            tasks.start_soon(_listen, process.stderr, errors, progress)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await _end(process)
        raise
    printed = Printed(await process.wait(), "".join(output), "\n".join(errors))
    if printed.code not in (0, 1):
        raise CommandError(_without_usage(printed.errors) or f"the command ended with exit code {printed.code}")
    return printed


async def _feed(process: Process, content: str) -> None:
    assert process.stdin is not None  # noqa: S101 - a pipe
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        if content:
            await process.stdin.send(content.encode())
        await process.stdin.aclose()


async def _collect(stream: ByteReceiveStream | None, output: list[str]) -> None:
    assert stream is not None  # noqa: S101 - a pipe
    size = 0
    async for text in TextReceiveStream(stream):
        size += len(text)
        if size > MOST_CHARACTERS:
            raise CommandError(f"the result is larger than {MOST_CHARACTERS:,} characters")
        output.append(text)


async def _listen(
    stream: ByteReceiveStream | None, errors: list[str], progress: Callable[[str], Awaitable[None]] | None
) -> None:
    assert stream is not None  # noqa: S101 - a pipe
    rest = ""
    async for text in TextReceiveStream(stream, errors="replace"):
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            if not line.startswith(_PROGRESS) or line.startswith(f"{_PROGRESS}internal error"):
                errors.append(line)
            elif progress is not None:
                await progress(line.removeprefix(_PROGRESS))
    if rest:
        errors.append(rest)


async def _end(process: Process) -> None:
    """End a process and its children: they are asked to tidy up, and then killed."""
    for number, patience in ((signal.SIGTERM, GRACE_S), (getattr(signal, "SIGKILL", signal.SIGTERM), GRACE_S)):
        with suppress(ProcessLookupError):
            if sys.platform == "win32":
                process.terminate()
            else:
                os.killpg(process.pid, number)
        with anyio.move_on_after(patience):
            await process.wait()
            return


def _without_usage(text: str) -> str:
    """Return a message without the lines that tell a person at a terminal where to find help."""
    lines = [line for line in text.split("\n") if not line.startswith(("Usage: ", "Try 'advisor"))]
    return "\n".join(lines).strip().removeprefix("Error: ")
