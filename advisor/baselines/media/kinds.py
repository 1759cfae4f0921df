"""What a structure of files calls its files, and how it knows them."""

from typing import NamedTuple

from advisor.baselines.folders import suffix


class Kind(NamedTuple):
    """One kind of files.

    Attributes
    ----------
    one, many : str
        What messages call them, such as picture and pictures.
    endings : frozenset of str
        The endings of their names, in small letters with the dot.
    example : str
        Names in two classes.
    """

    one: str
    many: str
    endings: frozenset[str]
    example: str

    @property
    def expected(self) -> str:
        """How a folder has to look."""
        return f"one subfolder of {self.many} for each class, such as {self.example}"

    def is_one(self, name: str) -> bool:
        """Return whether a file is one by its name."""
        return suffix(name) in self.endings
