"""Run fits in child processes, a few at a time, each under a wall-clock and a memory limit."""

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from advisor.baselines.errors import DataError
from advisor.baselines.running.fitting import Job, Outcome
from advisor.baselines.running.worker import Ended, Preload, Ready, Started, end_group, receive, send

if TYPE_CHECKING:
    from advisor.baselines.structure import Dataset

POLL_SECONDS = 0.05
START_SECONDS = 180.0
STOP_SECONDS = 0.5  # for what is killed to be reported
DIED = "the process that runs the fits was killed; memory may have run out"
SERVE = "from advisor.baselines.running.worker import main; main({modules!r})"
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Finished(NamedTuple):
    """A job with how it ended and the seconds that it took, start and end included."""

    number: int
    job: Job
    outcome: Outcome
    wall_s: float


class _Running(NamedTuple):
    job: Job
    limit_s: float
    started: float
    pid: int
    cause: str


class Runner:
    """Children that are forked from a process with the libraries loaded.

    Parameters
    ----------
    slots : int
        How many fits run at a time, each with one thread.
    memory_mb : float
        How much resident memory a fit may take on top of the libraries.
    modules : sequence of str
        What is imported before the first fit, so that no fit has to.

    Raises
    ------
    DataError
        Where processes cannot be forked.

    Notes
    -----
    Limits are kept from outside: resident memory is watched, because limits of the address space break torch.
    """

    def __init__(self, slots: int, memory_mb: float, modules: Sequence[str]) -> None:
        if not hasattr(os, "fork"):
            raise DataError(
                "advisor baseline forks its fits, which Windows cannot do; run it in WSL, on Linux or on macOS"
            )
        self.slots = slots
        self.memory_mb = memory_mb
        self.dead = False
        self._running: dict[int, _Running] = {}
        self._count = 0
        self._base_mb = 0.0
        environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONWARNINGS": "ignore"}
        self._server = subprocess.Popen(  # noqa: S603 - this very interpreter
            # not -m: the classes of its messages would then belong to __main__
            [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {SERVE.format(modules=tuple(modules))}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C reaches this process alone, which then ends the others
            bufsize=0,
        )
        if self._server.stdin is None or self._server.stdout is None:
            raise RuntimeError("no pipes to the process that runs the fits")
        self._requests: BinaryIO = cast("BinaryIO", self._server.stdin)
        self._answers: BinaryIO = cast("BinaryIO", self._server.stdout)
        # What the server says is read at all times: were it to wait for a reader while this process waits for it to
        # read a job, both would wait for ever.
        self._inbox: queue.SimpleQueue[Ready | Started | Ended | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> "Runner":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self, dataset: "Dataset", seconds: float = START_SECONDS) -> None:
        """Hand over the data set; waits until the libraries are loaded and it has been taken.

        After so many seconds no fit can run any more: `dead` is then true.

        Raises
        ------
        DataError
            If the process that runs the fits died.
        """
        until = monotonic() + min(seconds, START_SECONDS)
        ready = self._is_ready(until)
        if ready:
            handing = threading.Thread(target=self._hand_over, args=(dataset,), daemon=True)
            handing.start()
            ready = self._is_ready(until)
        if ready:
            handing.join()
            self._weigh()
        elif self.dead:
            raise DataError(f"{DIED}; allow more with --memory, or run fewer fits at a time with --jobs 1")
        self.dead = not ready

    def _hand_over(self, dataset: "Dataset") -> None:
        with suppress(OSError, ValueError):  # where the other side is ended before it has read everything
            send(self._requests, dataset)

    def preload(self, modules: Sequence[str]) -> None:
        """Have more libraries loaded before the next fit, while those that run go on."""
        with interrupts_deferred():
            try:
                send(self._requests, Preload(tuple(modules)))
            except BrokenPipeError:
                self.dead = True

    def _weigh(self) -> None:
        """Note what the libraries and the data take, which every fit shares."""
        import psutil

        with suppress(psutil.Error):
            self._base_mb = psutil.Process(self._server.pid).memory_info().rss / 1e6

    def _is_ready(self, until: float) -> bool:
        """Wait for the next message; return whether it came by a reading of the monotonic clock."""
        return isinstance(self._receive(max(0.0, until - monotonic())), Ready)

    @property
    def free(self) -> int:
        """How many more fits can start now."""
        return self.slots - len(self._running)

    @property
    def running(self) -> tuple[Job, ...]:
        """The jobs that are running."""
        return tuple(entry.job for entry in self._running.values())

    def submit(self, job: Job, limit_s: float) -> int:
        """Start a fit that may take `limit_s` seconds; return its number."""
        self._count += 1
        self._running[self._count] = _Running(job, limit_s, monotonic(), 0, "")
        with interrupts_deferred():
            try:
                send(self._requests, (self._count, job))
            except BrokenPipeError:
                self.dead = True
        return self._count

    def wait(self, deadline: float) -> list[Finished]:
        """Return the fits that end next; an empty list when none runs or the deadline has passed.

        At the deadline (a reading of the monotonic clock) what is still running continues; call `stop` to end it.
        """
        while self._running:
            finished = self._poll()
            if finished:
                return finished
            self._watch()
            if monotonic() >= deadline:
                break
        return []

    def stop(self, cause: str) -> list[Finished]:
        """End all running fits; `cause` is the note of their outcomes."""
        for number in list(self._running):
            self._end(number, cause)
        finished: list[Finished] = []
        give_up = monotonic() + STOP_SECONDS
        while any(entry.pid for entry in self._running.values()) and monotonic() < give_up:
            finished += self._poll()
        # The others wait for a process that is loading libraries: what it starts of them is ended at once.
        for number, entry in self._running.items():
            finished.append(Finished(number, entry.job, Outcome("timed-out", cause), monotonic() - entry.started))
        self._running.clear()
        return finished

    def close(self) -> None:
        """End everything that was started here."""
        for number in list(self._running):
            self._end(number, "stopped")
        with suppress(OSError):
            self._requests.close()
        try:
            self._server.wait(0.5 if self._base_mb else 0)  # one that is still loading its libraries does not listen
        except subprocess.TimeoutExpired:
            end_group(self._server.pid)
            self._server.wait()
        self._listener.join(1.0)  # the end of the server is the end of what it says
        self._answers.close()

    def _listen(self) -> None:
        """Put every message into the inbox, and None when no more will come."""
        with suppress(EOFError, OSError, ValueError):
            while True:
                self._inbox.put(receive(self._answers))
        self._inbox.put(None)

    def _receive(self, seconds: float) -> Ready | Started | Ended | None:
        """Return the next message, or None if none comes in time."""
        try:
            message = self._inbox.get(timeout=seconds) if seconds else self._inbox.get_nowait()
        except queue.Empty:
            return None
        if message is None:
            self.dead = True
        return message

    def _poll(self) -> list[Finished]:
        with interrupts_deferred():  # half a message would make all later ones unreadable
            return self._ended()

    def _ended(self) -> list[Finished]:
        finished = []
        message = self._receive(POLL_SECONDS)
        while message is not None:
            if isinstance(message, Started):
                entry = self._running.get(message.job)
                if entry is not None:
                    # from now on: before, the process may have been loading libraries
                    self._running[message.job] = entry._replace(pid=message.pid, started=monotonic())
                if entry is None or entry.cause:  # it was to be ended before it had started
                    end_group(message.pid)
            elif isinstance(message, Ended) and (entry := self._running.pop(message.job, None)) is not None:
                finished.append(Finished(message.job, entry.job, _outcome(message, entry), monotonic() - entry.started))
            elif isinstance(message, Ready):
                self._weigh()
            message = self._receive(0)
        return finished or (self._lost() if self.dead else [])

    def _lost(self) -> list[Finished]:
        """End the running fits and return them as failed: nobody will report them any more."""
        for entry in self._running.values():
            if entry.pid:
                end_group(entry.pid)
        lost = [
            Finished(number, entry.job, Outcome("failed", DIED), monotonic() - entry.started)
            for number, entry in self._running.items()
        ]
        self._running.clear()
        return lost

    def _watch(self) -> None:
        """End the fits that are over a limit."""
        for number, entry in list(self._running.items()):
            if entry.cause:
                continue
            if monotonic() - entry.started > entry.limit_s:
                self._end(number, "timed-out")
            elif entry.pid and _resident_mb(entry.pid) - self._base_mb > self.memory_mb:
                self._end(number, "out-of-memory")

    def _end(self, number: int, cause: str) -> None:
        entry = self._running[number]
        self._running[number] = entry._replace(cause=cause)
        if entry.pid:
            end_group(entry.pid)


def _outcome(message: Ended, entry: _Running) -> Outcome:
    if message.outcome and not entry.cause:
        outcome: Outcome = pickle.loads(message.outcome)  # noqa: S301 - from a child of this process
        return outcome
    if entry.cause == "timed-out":
        return Outcome("timed-out", f"stopped after {entry.limit_s:.3g} s, its share of the budget")
    if entry.cause == "out-of-memory":
        return Outcome("out-of-memory", "took more memory than --memory allows")
    if entry.cause:
        return Outcome("timed-out", entry.cause)
    if message.signal == 9:
        return Outcome("out-of-memory", "killed by the system (signal 9), which happens when memory runs out")
    if message.signal:
        return Outcome("failed", f"died of signal {message.signal} ({signal.Signals(message.signal).name})")
    return Outcome("failed", f"ended the process with exit code {message.exit_code}")


def _resident_mb(pid: int) -> float:
    """Return the resident megabytes of a process and what it started."""
    import psutil

    total = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += one.memory_info().rss / 1e6
    return total


@contextmanager
def interrupts_deferred() -> Iterator[None]:
    """Let Ctrl-C wait until the block is left."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C within the block: the work is being wound up already."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
