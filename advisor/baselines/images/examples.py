"""Pictures of one size, held once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

FEATURE_BYTES = 3_000 * 4  # of the gradients of a picture, whose cells grow with it
FLOAT_BYTES = 4


@dataclass(frozen=True, slots=True)
class ImageExamples:
    """The pixels of pictures: uint8, shape (rows, height, width, channels)."""

    pixels: "np.ndarray"

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, rows: "np.ndarray") -> "np.ndarray":
        """Return the pixels of some rows."""
        taken: np.ndarray = self.pixels[rows]
        return taken

    def bytes_per_row(self) -> float:
        """Return the memory that a picture takes with its features, which are not copied as often as a table is."""
        return float(self.pixels[0].nbytes * FLOAT_BYTES + FEATURE_BYTES) / 2
