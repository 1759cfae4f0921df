"""What is wrong with a user's data or request, with the way out."""

from typing import NamedTuple


class DataError(Exception):
    """Data or a request that cannot be used; the message names the cause and the flag that helps."""


class Candidate(NamedTuple):
    """A column that may be the one to predict, and why."""

    name: str
    why: str


class NoTargetError(DataError):
    """No target was named and none can be guessed; `candidates` are likely among the columns called `names`."""

    def __init__(self, names: tuple[str, ...], candidates: tuple[Candidate, ...]) -> None:
        likely = "; ".join(f"{candidate.name} ({candidate.why})" for candidate in candidates)
        super().__init__(f"no target was named{f'; likely ones are: {likely}' if likely else ''}")
        self.names = names
        self.candidates = candidates
