"""Keep libraries that can fetch weights from doing so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TABPFN_NO_BROWSER": "1",
}


def stay_offline() -> None:
    """Forbid the hub's clients to fetch anything; they look when they are imported."""
    os.environ.update(OFFLINE)


@contextmanager
def weights_only() -> Iterator[None]:
    """Let torch load nothing but weights within the block, whatever a library or the user's environment asks for."""
    names = ("TORCH_FORCE_WEIGHTS_ONLY_LOAD", "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ[names[0]] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
