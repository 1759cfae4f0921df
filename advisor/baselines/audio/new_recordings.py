"""Read new recordings in the way of those that a saved model was fitted on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.audio.decoding import NoRecordingError
from advisor.baselines.audio.kind import RECORDINGS
from advisor.baselines.audio.loading import sound_of
from advisor.baselines.errors import DataError
from advisor.baselines.media.folders import new_files

if TYPE_CHECKING:
    import numpy as np


def new_recordings(paths: Sequence[Path], about: Mapping[str, Any]) -> "tuple[list[str], np.ndarray]":
    """Return the names of new recordings and their descriptions, as the saved model takes them.

    Parameters
    ----------
    paths : sequence of Path
        Recordings, or folders and zip archives with recordings at any depth.
    about : mapping
        What was saved beside the model: the fields of `Format`.

    Raises
    ------
    DataError
        If nothing can be read. Single files that are no recordings are named on standard error.
    """
    import sys

    import numpy as np

    from advisor.baselines.audio.features import Format, described

    form = Format(**about)
    names: list[str] = []
    found: list[Any] = []
    for path in paths:
        for name, content in new_files(path, RECORDINGS):
            try:
                samples, _ = sound_of(content, form)
            except NoRecordingError as error:
                sys.stderr.write(f"{name}: left out, {error}\n")
                continue
            found.append(described(samples, form))
            names.append(name)
    if not found:
        raise DataError(f"{', '.join(map(str, paths))}: no recording was found that can be read")
    rows = np.empty(len(found), dtype=form.row)
    rows["statistics"] = [one[0] for one in found]
    rows["mel"] = [one[1] for one in found]
    return names, rows
