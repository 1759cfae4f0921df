"""What the `predict.py` beside a saved model shares: its arguments, and its mistakes in words."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from advisor.baselines.errors import DataError

MISTAKE = 2


def new_data(usage: str, *, several: bool = False) -> list[Path]:
    """Return what the command line names; without a name, or with too many, print the usage and end with exit 2.

    Parameters
    ----------
    usage : str
        The docstring of the script.
    several : bool
        Whether more than one name is allowed.
    """
    names = sys.argv[1:]
    asked = "--help" in names
    if asked or not names or (len(names) > 1 and not several):
        print(usage.strip(), file=sys.stdout if asked else sys.stderr)
        sys.exit(0 if asked else MISTAKE)
    return [Path(name) for name in names]


@contextmanager
def mistakes_in_words() -> Iterator[None]:
    """Print what is wrong with the data instead of a traceback, and end with exit 2."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (DataError, OSError) as error:
        sys.stderr.write(f"{Path(sys.argv[0]).name}: error: {error}\n")
        sys.exit(MISTAKE)
