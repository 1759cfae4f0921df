"""Described recordings, held once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class AudioExamples:
    """A structured array with the fields `statistics` and `mel`, one row for each recording."""

    rows: "np.ndarray"

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, rows: "np.ndarray") -> "np.ndarray":
        """Return the descriptions of some recordings."""
        taken: np.ndarray = self.rows[rows]
        return taken

    def bytes_per_row(self) -> float:
        """Return the memory that a description takes as a network reads it."""
        return float(self.rows.dtype.itemsize * 2)
