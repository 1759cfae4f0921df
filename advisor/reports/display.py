"""What every result offers to notebooks and other programs.

How a result is shown is the business of the rooms above, which are named here and not imported.
"""

from importlib import import_module
from typing import Any


def shown(how: str, result: Any) -> Any:
    """Return a result as `how` of `advisor.render.objects` makes it."""
    return getattr(import_module("advisor.render.objects"), how)(result)
