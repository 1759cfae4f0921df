"""The data structures that can be measured: one line for each."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from advisor.baselines.structure import Structure

# By `module:name`, so that one structure does not load what another needs.
STRUCTURES: Mapping[str, str] = {
    "tabular": "advisor.baselines.tabular.structure:TABULAR",
}


def structure(name: str) -> Structure:
    """Return a structure by its id.

    Examples
    --------
    >>> structure("tabular").id
    'tabular'
    """
    module, _, attribute = STRUCTURES[name].partition(":")
    found: Structure = getattr(import_module(module), attribute)
    return found


def structure_of(path: Path) -> Structure:
    """Return the first structure that recognises a file or folder; a table where none does, which then says why."""
    candidates = (structure(name) for name in STRUCTURES)
    return next((one for one in candidates if one.recognises(path)), structure("tabular"))
