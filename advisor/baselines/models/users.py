"""The user's own estimators."""

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any


def users_class(name: str, seed: int) -> Any:
    """Return an estimator of the class that `module:Class` names, with the seed if it takes one.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    """
    if os.getcwd() not in sys.path:  # noqa: PTH109 - what Python itself would put there
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
    module, _, attribute = name.partition(":")
    estimator = getattr(import_module(module), attribute)()
    with suppress(ValueError, AttributeError):
        estimator.set_params(random_state=seed)
    return estimator
