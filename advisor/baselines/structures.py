"""The data structures that can be measured: one line for each."""

from importlib import import_module
from pathlib import Path

from advisor.baselines.structure import Structure

# By `module:name`, so that one structure does not load what another needs.
STRUCTURES: dict[str, str] = {
    "tabular": "advisor.baselines.tabular.structure:TABULAR",
}
FALLBACK = "tabular"  # almost any file can be read as a table


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
    """Return the structure that recognises a file or folder; a table where no other does, which may say why not."""
    others = (structure(name) for name in STRUCTURES if name != FALLBACK)
    return next((one for one in others if one.recognises(path)), structure(FALLBACK))
