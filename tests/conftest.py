"""Fixtures that run the program as a user does, and the marks that sort quick tests from slow ones."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.bounds import NIGHTLY, ORDINARY, QUICK

# one thread a fit, as the program has it: two threads on two busy cores are many times slower
os.environ.setdefault("OMP_NUM_THREADS", "1")

collect_ignore = ["benchmarks"]  # programs to be run by hand, with arguments of their own
ROOT = Path(__file__).resolve().parent.parent
SCRUBBED = (
    "PYTHONDONTWRITEBYTECODE",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
    "LINES",
    "CI",
    "TERM",
    "ADVISOR_DEBUG",
    "PYTHONHASHSEED",
)

# What takes longest begins first, lest one process of a run waits for the other at the end (--no-loadscope-reorder).
LONGEST_FIRST = (
    "tests/test_docs.py",
    "tests/cli/test_baseline.py",
    "tests/cli/test_confirmation.py",
    "tests/baselines/series/test_measured.py",
    "tests/baselines/forecast/test_structure.py",
    "tests/cli/test_pretrained.py",
    "tests/cli/test_calibrate.py",
    "tests/test_action.py",
    "tests/cli/test_rules.py",
    "tests/baselines/images/test_run.py",
)

# A test that uses one of these starts a process.
PROCESS_FIXTURES = {"environment", "browser"}
PROCESS_EVENTS = {"os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"}
# Libraries ask these once for what they then keep in a file; whichever test comes first pays for it.
ONCE_PER_MACHINE = {"fc-list"}

Run = Callable[..., subprocess.CompletedProcess[str]]

# A shell starts its background jobs with SIGINT ignored, and their children inherit that, so that no test could
# interrupt the program. Unlike a signal that is ignored, one that is handled has its default in new processes.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, lambda *_: None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--nightly", action="store_true", help="run the nightly tests too, and all with more examples")


def pytest_configure(config: pytest.Config) -> None:
    quick = "not slow" in str(config.getoption("markexpr"))
    settings.load_profile(NIGHTLY if config.getoption("--nightly") else QUICK if quick else ORDINARY)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as slow what starts a process by a fixture, and leave out the nightly tests unless they are asked for."""
    left_out = []
    for item in items:
        nightly = item.get_closest_marker("nightly") is not None
        if nightly or PROCESS_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
        if nightly and not config.getoption("--nightly"):
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    first = {ROOT / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: first.get(item.path, len(first)))


class QuickTest:
    """The test that runs, if it is not marked as slow: it may start no process."""

    name: str | None = None

    def refuse(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.name is None or event not in PROCESS_EVENTS:
            return
        if event == "subprocess.Popen" and Path(arguments[0]).name in ONCE_PER_MACHINE:
            return
        pytest.fail(f"{self.name} starts a process ({event}): mark it with @pytest.mark.slow")


quick_test = QuickTest()
sys.addaudithook(quick_test.refuse)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    quick_test.name = None if item.get_closest_marker("slow") else item.nodeid
    try:
        return (yield)
    finally:
        quick_test.name = None


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in SCRUBBED and not name.startswith("GITHUB_")
    }
    cache = tmp_path_factory.mktemp("cache")
    return {
        **kept,
        "TERM": "dumb",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "ADVISOR_CACHE_DIR": str(cache),
        "PYTHONPYCACHEPREFIX": str(cache / "bytecode"),
    }


@pytest.fixture
def advisor(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run `advisor` in an empty folder; keyword `stdin` is the input, `env` adds variables."""

    def run(
        *arguments: str,
        stdin: str = "",
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "advisor", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=cwd or tmp_path,
            env={**environment, **(env or {})},
            timeout=timeout,
            check=False,
        )

    return run


def pytest_collection_finish() -> None:
    """Keep the thousands of collected tests out of every later search for garbage."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()
