"""Which pictures come from one source, such as a patient or a recording, by the names of their files."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

SOURCE = "source"
NAMED_ALIKE = 0.9  # of the files
FEWEST_SOURCES = 6
MOST_SOURCES_SHARE = 0.5  # of the files: more are numbers of the files themselves

_RUNNING = re.compile(r"^(?P<source>.*\d.*?)(?<!\d)\d+\)?$")


def sources_of(names: Sequence[str], classes: int) -> list[str] | None:
    """Return the source of each file, None where names tell none.

    A source is what stands before a running number and has a number itself. One for each class is a name of the class.

    Examples
    --------
    >>> names = [f"ill/patient{number}_{take}.png" for number in range(8) for take in range(3)]
    >>> sources_of(names, 2)[:4]
    ['patient0', 'patient0', 'patient0', 'patient1']
    >>> sources_of([f"cat/IMG_{number}.jpg" for number in range(20)], 2)
    """
    stems = [PurePosixPath(name).stem for name in names]
    found = [_RUNNING.match(stem) for stem in stems]
    if sum(one is not None for one in found) < NAMED_ALIKE * len(names):
        return None
    sources = [stem if one is None else one["source"].rstrip("-_. (") for one, stem in zip(found, stems, strict=True)]
    different = len(set(sources))
    if not max(FEWEST_SOURCES, 2 * classes + 1) <= different <= MOST_SOURCES_SHARE * len(names):
        return None
    return sources
