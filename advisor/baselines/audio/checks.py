"""What is checked of recordings before any model is fitted."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from advisor.baselines.audio.kind import RECORDINGS
from advisor.baselines.media.checks import (
    can_be_told,
    check_empty_classes,
    check_files_read,
    check_repeats,
    held_out_hits,
    is_ahead,
    rows_looked_at,
)
from advisor.reports.baseline import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from advisor.baselines.audio.decoding import FileFacts
    from advisor.baselines.audio.source import AudioSource

TOLD_BY_DURATION = 0.9  # of the recordings: words and calls differ in length, but seldom by so much


def check_recordings(source: "AudioSource", seed: int) -> Iterator[Check]:
    """Return files that are no recordings, classes without one, sounds that repeat, and files that tell the class."""
    import pandas as pd

    target, loaded = source.roles.target, source.loaded
    known = source.table.frame[target].notna().to_numpy()
    labels = source.table.frame[target].astype(str).to_numpy()[known]
    yield from check_files_read(source.unreadable, len(loaded.rows), RECORDINGS)
    yield from check_empty_classes(source.empty, target, RECORDINGS)
    yield from check_repeats(loaded.codes[known], labels, target, RECORDINGS, "sample by sample")
    files = [one for one, kept in zip(loaded.files, known, strict=True) if kept]
    yield from _check_files(files, pd.factorize(labels)[0], seed)


def _check_files(files: "Sequence[FileFacts]", codes: "npt.NDArray[np.int64]", seed: int) -> Iterator[Check]:
    """Check whether the class is told by how files were stored, or by how long they are."""
    import numpy as np

    chosen = rows_looked_at(len(codes), seed)
    files, codes = [files[row] for row in chosen], codes[chosen]
    usual = codes == np.bincount(codes).argmax()
    stored = _storage(files)
    if can_be_told(stored, codes):
        hits = held_out_hits(stored, codes, seed)
        if is_ahead(hits, usual):
            yield _leak(
                f"sampling rate, channels and format of the files alone tell the class of {hits.mean():.0%} of the "
                f"recordings (always the most frequent class: {usual.mean():.0%})",
                "models may learn how the sounds were recorded; record those of all classes in the same way",
            )
    seconds = np.array([[one.seconds] for one in files])
    if can_be_told(seconds, codes):
        hits = held_out_hits(seconds, codes, seed)
        if hits.mean() >= TOLD_BY_DURATION and is_ahead(hits, usual):
            yield _leak(
                f"the duration of the files alone tells the class of {hits.mean():.0%} of the recordings "
                f"(always the most frequent class: {usual.mean():.0%})",
                "models may learn how the sounds were cut; cut those of all classes in the same way",
            )


def _leak(message: str, suggestion: str) -> Check:
    return Check("leakage", "warning", None, message, suggestion)


def _storage(files: "Sequence[FileFacts]") -> "np.ndarray":
    import numpy as np
    import pandas as pd

    encodings = pd.factorize(np.array([one.encoding for one in files]))[0]
    return np.array([[one.rate, one.channels, code] for one, code in zip(files, encodings, strict=True)], dtype=float)
