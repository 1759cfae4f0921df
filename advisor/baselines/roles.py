"""Which part each named column has."""

from typing import NamedTuple


class Roles(NamedTuple):
    """The columns that a user named.

    Attributes
    ----------
    target : str
        The column to predict; empty where none was named.
    group, time, weights : str or None
        Rows of one group stay together; rows are split in the order of time; weight of each row.
    exclude, keep : tuple of str
        Columns left out in any case, and columns that no check leaves out.
    series : str or None
        Which series of a forecast a row is of.
    predictions : tuple of str
        Columns of predictions that were made elsewhere.
    """

    target: str
    group: str | None = None
    time: str | None = None
    weights: str | None = None
    exclude: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    series: str | None = None
    predictions: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """All of them, in the order of the fields."""
        single = (self.target, self.group, self.time, self.weights, self.series)
        return (*(name for name in single if name), *self.exclude, *self.keep, *self.predictions)

    @property
    def not_features(self) -> frozenset[str]:
        """The columns with another part than that of a feature, or with none."""
        return frozenset(self._replace(keep=()).named)
