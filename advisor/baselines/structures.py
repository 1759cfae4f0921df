"""The data structures that can be measured: one line for each."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.structure import Structure

if TYPE_CHECKING:
    from advisor.baselines.options import Options

# By `module:name`, so that one structure does not load what another needs.
STRUCTURES: dict[str, str] = {
    "tabular": "advisor.baselines.tabular.structure:TABULAR",
    "forecast": "advisor.baselines.forecast.structure:FORECAST",
    "text": "advisor.baselines.text.structure:TEXT",
    "time-series": "advisor.baselines.series.structure:TIME_SERIES",
    "image": "advisor.baselines.images.structure:IMAGES",
    "audio": "advisor.baselines.audio.structure:AUDIO",
}
TABLE = "tabular"  # almost any file can be read as a table


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


def structure_of(path: Path, asked: str | None = None) -> Structure:
    """Return the structure that was asked for, or that recognises a file or folder.

    A table where no other does: reading it tells what it holds, or why it is none.
    """
    if asked is not None:
        return structure(asked)
    others = (structure(name) for name in STRUCTURES if name != TABLE)
    return next((one for one in others if one.recognises(path)), structure(TABLE))


def read(path: Path, options: "Options") -> tuple[Structure, Any]:
    """Read data and return their structure with what it read.

    Where nothing was asked for, a table is handed to the structure that claims it, such as one with a column of text.

    Raises
    ------
    DataError
        If data or request cannot be used.
    """
    found = structure_of(path, options.structure)
    source = found.read(path, options)
    if found.id == TABLE and options.structure is None:
        for name in STRUCTURES:
            claimed = structure(name).claims(source, options) if name != TABLE else None
            if claimed is not None:
                return structure(name), claimed
    return found, source
