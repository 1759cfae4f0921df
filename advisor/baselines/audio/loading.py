"""Describe many files in one form."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.audio.decoding import FileFacts, NoRecordingError, decoded, facts
from advisor.baselines.errors import DataError
from advisor.baselines.folders import shown_name

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.audio.features import Format

HIGHEST_RATE = 16_000  # holds what tells speech and most sounds apart
LONGEST_S = 30.0  # of a recording
USUAL_SHARE = 0.95  # of the recordings fit into the picture
HEADERS_READ = 500
MEMORY_SHARE = 1 / 8  # of --memory: the descriptions are held in the process that reads and in the one that fits
BYTES_OF_ONE = 20_000  # of a description

Read = Callable[[str], bytes]


class Loaded(NamedTuple):
    """Described recordings, and which of the asked files they are of.

    Attributes
    ----------
    rows : numpy.ndarray
        Of the type `Format.row`, one for each recording.
    form : Format
        How they were brought to one form.
    codes : numpy.ndarray
        A number for each, the same for those with the same sound.
    kept : tuple of int
        The position of each recording among the files.
    files : tuple of FileFacts
        What is known of each.
    unreadable : dict of str to str
        The other files, with the reason.
    """

    rows: "np.ndarray"
    form: "Format"
    codes: "np.ndarray"
    kept: tuple[int, ...]
    files: tuple[FileFacts, ...]
    unreadable: dict[str, str]


def most_recordings(memory_mb: float) -> int:
    """Return how many recordings there is memory for."""
    return max(100, int(memory_mb * 1e6 * MEMORY_SHARE / BYTES_OF_ONE))


def load(names: Sequence[str], read: Read, shown: str) -> Loaded:
    """Return the descriptions of files.

    Raises
    ------
    DataError
        If no file can be used.
    """
    import numpy as np

    from advisor.baselines.audio.features import described
    from advisor.baselines.media.checks import alike

    form = _form(names, read, shown)
    rows = np.empty(len(names), dtype=form.row)
    found: dict[int, FileFacts] = {}
    unreadable: dict[str, str] = {}

    def sounds() -> "Iterator[np.ndarray]":
        for place, name in enumerate(names):
            try:
                samples, about = sound_of(_content(name, read), form)
            except NoRecordingError as error:
                unreadable[shown_name(name)] = str(error)
                continue
            row = len(found)
            rows[row]["statistics"], rows[row]["mel"] = described(samples, form)
            found[place] = about
            yield np.round(samples * 32_767).astype(np.int16)

    codes = alike(sounds())
    if not found:
        name, why = next(iter(unreadable.items()))
        raise DataError(f"{shown}: none of the {len(names):,} files is a recording that can be read; {name}: {why}")
    return Loaded(rows[: len(found)].copy(), form, codes, tuple(found), tuple(found.values()), unreadable)


def sound_of(content: bytes, form: "Format") -> "tuple[np.ndarray, FileFacts]":
    """Return the samples of a file's content as models read them.

    Raises
    ------
    NoRecordingError
        If it cannot be used.
    """
    from advisor.baselines.audio.features import resampled

    samples, about = decoded(content)
    return resampled(samples[: round(form.longest_s * about.rate)], about.rate, form.rate), about


def _content(name: str, read: Read) -> bytes:
    try:
        return read(name)
    except (OSError, ValueError) as error:
        raise NoRecordingError(getattr(error, "strerror", None) or str(error)) from None


def _form(names: Sequence[str], read: Read, shown: str) -> "Format":
    """Return rate and length for all, after the headers of some."""
    import random

    import numpy as np

    from advisor.baselines.audio.features import Format, hop_for

    found: list[FileFacts] = []
    why = ""
    order = list(names)
    random.Random(0).shuffle(order)  # noqa: S311 - a sample
    for name in order:
        try:
            found.append(facts(_content(name, read)))
        except NoRecordingError as error:
            why = f"{shown_name(name)}: {error}"
        if len(found) == HEADERS_READ:
            break
    if not found:
        raise DataError(f"{shown}: none of the {len(names):,} files is a recording that can be read; {why}")
    counts = Counter(one.rate for one in found)
    usual = max(counts, key=lambda rate: (counts[rate], rate))
    seconds = [min(one.seconds, LONGEST_S) for one in found]
    frames, hop = hop_for(float(np.quantile(seconds, USUAL_SHARE)))
    return Format(min(HIGHEST_RATE, usual), frames, hop, LONGEST_S)
