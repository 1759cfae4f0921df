"""The rows that `advisor rules coverage` gives out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carrier:
    """Something that names a row as its source, and an example whose output contains it."""

    kind: str
    id: str
    example: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One row of what the advisor must know."""

    id: str
    claim: str
    carriers: tuple[Carrier, ...]

    @property
    def live(self) -> bool:
        """Whether the output of some example contains a carrier of the row."""
        return any(carrier.example for carrier in self.carriers)
