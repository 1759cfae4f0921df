"""The standard streams, guarded: what cannot be written is an error with a name, and never a traceback."""

import io
import os
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn, TextIO

import click


class _Guarded(io.FileIO):
    """Standard output or standard error.

    A reader that has seen enough (`| head`) is no fault. What else fails is raised once for standard output, and for
    standard error, where nobody could read it, not at all.
    """

    def __init__(self, number: int, *, fails: bool) -> None:
        super().__init__(number, "w", closefd=False)
        self.fails = fails
        self.lost = False

    def write(self, content: Any, /) -> int:
        """Write as much as the system takes."""
        size = len(memoryview(content).cast("B"))
        if self.lost:
            return size
        try:
            return super().write(content)
        except OSError as error:
            self.lost = True
            if self.fails and not isinstance(error, BrokenPipeError):
                reason = error.strerror or error
                raise click.ClickException(f"cannot write to standard output: {reason}") from None
            return size


def guard_streams() -> None:
    """Give the program three streams that it can rely on, also where it was started without one."""
    for number, opened in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            # so that no file of the user's gets the number; writing to what is open for reading fails, as it should
            os.open(os.devnull, opened)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = _guarded(sys.stdout, 1)
    sys.stderr = _guarded(sys.stderr, 2)


def _guarded(stream: TextIO | None, number: int) -> TextIO:
    if sys.platform == "win32" and stream is not None and stream.isatty():
        return stream  # the console has a stream of its own
    encoding = getattr(stream, "encoding", None) or "utf-8"
    errors = getattr(stream, "errors", None) or ("strict" if number == 1 else "backslashreplace")
    buffer = io.BufferedWriter(_Guarded(number, fails=number == 1))
    return io.TextIOWrapper(buffer, encoding=encoding, errors=errors, line_buffering=number == 2)


def flushed() -> bool:
    """Return whether everything that was said has gone out."""
    try:
        sys.stdout.flush()
    except click.ClickException as error:
        sys.stderr.write(f"Error: {error.message}\n")
        return False
    finally:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
    return True


def reader_is_gone() -> bool:
    """Return whether nobody reads standard output any more, so that there is nothing left to do."""
    return bool(getattr(getattr(getattr(sys.stdout, "buffer", None), "raw", None), "lost", False))


def stop_on_termination() -> None:
    """Let SIGTERM and SIGHUP end the program like an exit, so that nothing is left behind."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def _stop(number: int, frame: Any) -> NoReturn:
    del frame
    signal.signal(number, signal.SIG_IGN)  # a second one must not keep the first from tidying up
    raise SystemExit(128 + number)
