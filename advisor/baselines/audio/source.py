"""What reading recordings gives, wherever they came from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from advisor.baselines.audio.loading import Loaded
    from advisor.baselines.roles import Roles
    from advisor.baselines.tabular.table import Table
    from advisor.baselines.tabular.task import Task
    from advisor.reports.baseline import Decision

POSITION = "recording"  # the column of a source's table that says which of the descriptions belongs to a row


class AudioSource(NamedTuple):
    """Recordings with their classes.

    Attributes
    ----------
    loaded : Loaded
        The recordings.
    table : Table
        A row for each: the column to predict, others with a part, and `position` with the row's place in `loaded`.
    position : str
        The name of that column.
    task : Task
        What the target makes.
    roles : Roles
        The columns with a part.
    target_reason : str
        Why the target was guessed; empty where it was not.
    empty : tuple of str
        Classes without a recording.
    columns : int
        Columns of the file; 0 of a folder.
    """

    loaded: "Loaded"
    table: "Table"
    position: str
    task: "Task"
    roles: "Roles"
    target_reason: str = ""
    empty: tuple[str, ...] = ()
    columns: int = 0

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Files that could not be used, with the reason."""
        return self.loaded.unreadable


def sound_decision(loaded: "Loaded") -> "Decision":
    """Return what form all recordings were brought to, and which they had."""
    from advisor.reports.baseline import Decision

    rates = sorted({one.rate for one in loaded.files})
    seconds = [one.seconds for one in loaded.files]
    of_rates = f"{rates[0]:,} Hz" if len(rates) == 1 else f"{rates[0]:,} to {rates[-1]:,} Hz"
    channels = "several channels" if any(one.channels > 1 for one in loaded.files) else "one channel"
    why = f"recorded at {of_rates} in {channels}, {min(seconds):.2g} to {max(seconds):.2g} s"
    if max(seconds) > loaded.form.longest_s:
        why += f"; the first {loaded.form.longest_s:g} s are read"
    return Decision("sound", f"{loaded.form.rate:,} Hz, one channel", why, "")
