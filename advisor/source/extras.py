"""Packages that only an extra of the distribution brings."""

from collections.abc import Sequence


class MissingExtraError(ImportError):
    """Packages that are not installed; the message names them and the command that installs them."""


def require(purpose: str, needed: Sequence[str], extra: str) -> None:
    """Make sure that packages are there before work is done for which they are needed.

    Raises
    ------
    MissingExtraError
        With the packages that are missing for the purpose and the extra that installs them.

    Examples
    --------
    >>> require("drawing", ["json", "no_such_package"], "report")  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    advisor.source.extras.MissingExtraError: drawing needs packages that are not installed (no_such_package); in a
    checkout of advisor: pip install ".[report]"
    """
    from importlib.util import find_spec

    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        # Not by the distribution's name: it is not on PyPI, and `advisor` there is somebody else's.
        cuda = "; [baseline] instead brings XGBoost with CUDA" if extra == "baseline-cpu" else ""
        raise MissingExtraError(
            f"{purpose} needs packages that are not installed ({', '.join(missing)}); in a checkout of advisor: "
            f'pip install ".[{extra}]"{cuda}'
        )
