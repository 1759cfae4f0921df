"""How a report is to be shown."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from advisor.reports.what_if import JointAnswers, Sweep


class View(NamedTuple):
    """How a report is shown.

    `width`, `color` and `full` concern text alone, `full` being the whole report instead of the card; `array` asks JSON
    for an array even of one result; `why_not` is the approach that the reader would have expected; `sweeps` and
    `joints` are those of each result, for HTML alone.
    """

    width: int = 80
    color: bool = False
    full: bool = False
    explain: bool = False
    array: bool = False
    why_not: str | None = None
    sweeps: "tuple[tuple[Sweep, ...], ...]" = ()
    joints: "tuple[JointAnswers, ...]" = ()
