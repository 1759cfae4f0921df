"""What reading pictures gives, wherever they came from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.images.decoding import FileFacts
    from advisor.baselines.roles import Roles
    from advisor.baselines.tabular.table import Table
    from advisor.baselines.tabular.task import Task

POSITION = "picture"  # the column of a source's table that says which of the pixels belong to a row


class ImageSource(NamedTuple):
    """Pictures with their classes.

    Attributes
    ----------
    pixels : numpy.ndarray
        uint8, shape (pictures, height, width, channels).
    table : Table
        A row for each picture: the column to predict, others with a part, and `position` with the row's place in
        `pixels`.
    position : str
        The name of that column.
    task : Task
        What the target makes.
    roles : Roles
        The columns with a part.
    target_reason : str
        Why the target was guessed; empty where it was not.
    files : tuple of FileFacts
        What is known of each picture's file; empty where they were no files.
    unreadable : mapping of str to str
        Files that could not be used, with the reason.
    empty : tuple of str
        Classes without a picture.
    columns : int
        Columns of the file; 0 of a folder.
    saved : mapping of str to Any
        How new pictures are read like these, as plain data.
    """

    pixels: "np.ndarray"
    table: "Table"
    position: str
    task: "Task"
    roles: "Roles"
    target_reason: str = ""
    files: "tuple[FileFacts, ...]" = ()
    unreadable: Mapping[str, str] = {}
    empty: tuple[str, ...] = ()
    columns: int = 0
    saved: Mapping[str, Any] = {}
