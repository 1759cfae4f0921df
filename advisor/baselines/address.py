"""Tell the path of a file from the address of one elsewhere."""

import re
from pathlib import Path

from advisor.baselines.errors import DataError
from advisor.source.problems import shorten

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def local_path(name: str | Path) -> Path:
    """Return the path of data on this machine.

    Raises
    ------
    DataError
        If it is the address of data elsewhere: nothing is fetched.

    Examples
    --------
    >>> local_path("https://example.org/a.csv")
    Traceback (most recent call last):
    advisor.baselines.errors.DataError: https://example.org/a.csv: nothing is fetched from an address; download it first
    """
    if isinstance(name, str) and _ADDRESS.match(name):
        shown = name if name.isprintable() and len(name) <= 300 else shorten(name)
        raise DataError(f"{shown}: nothing is fetched from an address; download it first")
    return Path(name)
