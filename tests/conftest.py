"""Fixtures that run the program as a user does: real processes, real files, a clean environment."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

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

Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


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
