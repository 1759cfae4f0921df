"""The process that has the libraries loaded and forks one child a fit; the runner starts it.

It speaks pickled messages over its standard input and output. Importing scikit-learn, XGBoost and torch takes
seconds; a fork takes milliseconds, and the data set is shared by it without a copy. Each child leads a process
group of its own, so that whatever it starts can be ended with it.
"""

import os
import pickle
import select
import signal
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple

SIZE = struct.Struct(">Q")
POLL_SECONDS = 0.01
_OWN_MODULES = ("advisor.baselines.judging.metrics", "advisor.baselines.running.fitting")


class Started(NamedTuple):
    """A child has started."""

    job: int
    pid: int


class Ended(NamedTuple):
    """A child has ended; `outcome` is its pickled outcome, empty if it died before it had one."""

    job: int
    outcome: bytes
    signal: int
    exit_code: int


class Ready(NamedTuple):
    """The libraries are loaded, and the second time the data set, too; each later time, what was asked for."""


class Preload(NamedTuple):
    """Load more libraries before the next fit."""

    modules: tuple[str, ...]


def send(stream: BinaryIO, message: Any) -> None:
    """Write one message; arrays go from memory into the stream without a copy (PEP 574)."""
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append)
    parts = [memoryview(body), *(buffer.raw() for buffer in buffers)]
    sizes = b"".join(SIZE.pack(len(part)) for part in parts)
    for part in (memoryview(SIZE.pack(len(parts)) + sizes), *parts):
        rest = part
        while rest:  # an unbuffered pipe may take a part only
            rest = rest[stream.write(rest) :]
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read one message; raise EOFError when the other side has gone."""
    count = SIZE.unpack(_exactly(stream, SIZE.size))[0]
    sizes = [SIZE.unpack(_exactly(stream, SIZE.size))[0] for _ in range(count)]
    body, *buffers = (_exactly(stream, size) for size in sizes)
    return pickle.loads(body, buffers=buffers)  # noqa: S301 - from the process at the other end


def _exactly(stream: BinaryIO, size: int) -> bytearray:
    content = bytearray(size)
    rest = memoryview(content)
    while rest:
        read = stream.readinto(rest)  # type: ignore[attr-defined] # both ends are raw or buffered binary streams
        if not read:
            raise EOFError
        rest = rest[read:]
    return content


def preload(modules: Sequence[str]) -> None:
    """Import what the fits need; a fit that lacks a package says so itself."""
    import importlib
    import tempfile

    try:
        tempfile.gettempdir()
    except FileNotFoundError:  # the disk is full; torch asks for the name of a folder in which it then writes nothing
        tempfile.tempdir = "/tmp"  # noqa: S108
    for name in (*modules, *_OWN_MODULES):
        with suppress(ImportError):
            importlib.import_module(name)


def _load_more(modules: Sequence[str]) -> None:
    import gc

    preload(modules)
    gc.collect()
    gc.freeze()


class _Child(NamedTuple):
    job: int
    pid: int
    pipe: int
    parts: list[bytes]


def serve(requests: BinaryIO, answers: BinaryIO, modules: Sequence[str]) -> None:
    """Load modules, fork a child for each request until the other side closes, then end them all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _adopt_orphans()
    preload(modules)
    send(answers, Ready())
    dataset = receive(requests)
    while isinstance(dataset, Preload):  # the data turned out to be of another structure than was expected
        preload(dataset.modules)
        dataset = receive(requests)
    import gc

    gc.collect()
    gc.freeze()  # what is shared with the children stays shared
    send(answers, Ready())
    children: dict[int, _Child] = {}
    try:
        while True:
            waiting = [requests.fileno(), *(child.pipe for child in children.values())]
            readable, _, _ = select.select(waiting, [], [], POLL_SECONDS)
            for child in children.values():
                if child.pipe in readable:
                    child.parts.append(os.read(child.pipe, 1 << 16))
            if requests.fileno() in readable:
                request = receive(requests)
                if isinstance(request, Preload):
                    _load_more(request.modules)
                    send(answers, Ready())
                    continue
                number, job = request
                child = _fork(number, job, dataset, [requests, answers])
                children[child.pid] = child
                send(answers, Started(number, child.pid))
            _reap(children, answers)
    except (EOFError, BrokenPipeError):
        pass
    finally:
        for pid in children:
            end_group(pid)
        _end_orphans(set())


def _adopt_orphans() -> None:
    """Ask Linux to hand over what children leave behind, so that it can be ended."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError, AttributeError):
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _fork(number: int, job: Any, dataset: Any, streams: list[BinaryIO]) -> _Child:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        os.set_blocking(reading, False)
        return _Child(number, pid, reading, [])
    code = 1
    try:
        os.setsid()
        os.close(reading)
        for stream in streams:
            stream.close()
        silence()
        body = run_alone(job, dataset)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(body)
        code = 0
    finally:
        os._exit(code)  # whatever a model registered for the end of the process is not run
    raise AssertionError


def silence() -> None:
    """Send what a model prints nowhere: standard output belongs to the report."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def run_alone(job: Any, dataset: Any) -> bytes:
    """Run one job in this process, one thread, and return its pickled outcome."""
    import resource
    import warnings

    from advisor.baselines.running.fitting import run_job

    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    return pickle.dumps(run_job(job, dataset))


def _reap(children: dict[int, _Child], answers: BinaryIO) -> None:
    """Report the children that have ended, after ending whatever they left behind."""
    for pid, child in list(children.items()):
        status = _status(pid)
        if status is None:
            continue
        del children[pid]
        _end_orphans(set(children))
        body = b"".join([*child.parts, *_rest(child.pipe)])
        os.close(child.pipe)
        died = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        send(answers, Ended(child.job, body, died, 0 if died else os.waitstatus_to_exitcode(status)))


def _status(pid: int) -> int | None:
    """Return the status of a child that has ended, after ending its group; None while it runs."""
    if hasattr(os, "waitid"):
        # The group ends before its leader is reaped: until then nobody else can have its number.
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        end_group(pid)
        return os.waitpid(pid, 0)[1]
    ended, status = os.waitpid(pid, os.WNOHANG)  # macOS before Python 3.13
    if not ended:
        return None
    end_group(pid)
    return status


def _rest(pipe: int) -> list[bytes]:
    parts = []
    with suppress(BlockingIOError):
        while part := os.read(pipe, 1 << 16):
            parts.append(part)
    return parts


def end_group(pid: int) -> None:
    """Kill a process group; nothing happens where there is none."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _end_orphans(running: set[int]) -> None:
    """Kill what children left behind in groups of its own; Linux made it a child of this process."""
    import psutil

    for process in psutil.Process().children():
        if process.pid not in running:
            with suppress(psutil.Error):
                for descendant in process.children(recursive=True):
                    descendant.kill()
                process.kill()
                process.wait(1)


def main(modules: Sequence[str]) -> None:
    """Serve over the streams of this process; whatever is printed by mistake goes nowhere."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb")
    silence()
    serve(requests, answers, modules)
    os._exit(0)
