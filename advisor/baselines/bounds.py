"""Hold what comes before the first fit to the budget and to the memory: reading, checking, handing over."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

from advisor.baselines.errors import DataError

if TYPE_CHECKING:
    from advisor.baselines.options import Options

READING_SHARE = 0.3  # of the time that is left when reading begins: typing, checks and fits need the rest
MB_A_SECOND = 18  # of texts of rows: what is read beyond that cannot be typed, checked and fitted in the budget
LIBRARIES_MB = 150  # resident once what reading needs is imported
LATEST_S, LATEST_SHARE = 0.8, 0.05  # beyond the budget: checks without a fit are better than nothing
_TICK_S, _PAUSE_S = 0.1, 2.0


def with_time_to_read(options: "Options", deadline: float) -> "Options":
    """Return the options with how much of a file there is time to read until a reading of the monotonic clock."""
    until = monotonic() + READING_SHARE * max(0.0, deadline - monotonic())
    most_mb = max(1, round(MB_A_SECOND * options.budget_s))
    return options._replace(reading=options.reading._replace(most_mb=most_mb, until=until))


class _EndedError(BaseException):
    """The time is up or the memory full; no error that something on the way could take for its own."""


def latest(began: float, budget_s: float) -> float:
    """Return the reading of the monotonic clock at which what comes before the fits has to be done."""
    return began + budget_s + max(LATEST_S, LATEST_SHARE * budget_s)


@contextmanager
def within(deadline: float, memory_mb: float, name: str) -> Iterator[None]:
    """Raise DataError in the block when the time is up or this process takes more memory than it may.

    What can be sampled ends before by itself. This ends the rest, such as a table of 100,000 columns, wherever it is:
    by a timer that interrupts, as Ctrl-C does. In other threads than the main one there is none.

    Parameters
    ----------
    deadline : float
        Reading of the monotonic clock, or infinity.
    memory_mb : float
        Resident megabytes, beside those of the libraries and of what the process held before, as a notebook does.
    name : str
        What is read, for the message.
    """
    if not _can_be_interrupted():
        yield
        return
    import psutil

    process = psutil.Process()
    most = max(process.memory_info().rss, LIBRARIES_MB * 1e6) + memory_mb * 1e6
    ended: list[str] = []

    def look(number: int, frame: Any) -> None:
        del number, frame
        if monotonic() >= deadline:
            ended.append(_OUT_OF_TIME.format(name=name))
        elif process.memory_info().rss > most:
            ended.append(_OUT_OF_MEMORY.format(name=name, memory=f"{memory_mb:,.0f} MB"))
        else:
            return
        signal.setitimer(signal.ITIMER_REAL, _PAUSE_S, _PAUSE_S)  # time to tidy up, and again where that was not heard
        raise _EndedError

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _TICK_S, _TICK_S)
    try:
        yield
    except (_EndedError, RuntimeError):
        if not ended:
            raise
        raise DataError(ended[-1]) from None  # DuckDB has words of its own for being interrupted
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_OUT_OF_TIME = (
    "{name}: reading and checking the data takes longer than the budget; pass a larger --budget, a part of the rows, "
    "or fewer columns"
)
_OUT_OF_MEMORY = (
    "{name}: reading and checking the data takes more than {memory} of memory; allow more with --memory, or pass a "
    "part of the rows or fewer columns"
)


def _can_be_interrupted() -> bool:
    """Return whether this is the main thread of a system with timers, and nobody else uses its timer."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    return signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0) and signal.getsignal(signal.SIGALRM) in (
        signal.SIG_DFL,
        signal.SIG_IGN,
    )
