"""What an earlier result recorded of its plan, so that it can be run again without a clock."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.options import Options, recorded_options
from advisor.reports.baseline import FitRow


class Recorded(NamedTuple):
    """The plan of a result: its fits, the rows and contenders of its duel, and the request that led to it."""

    sha256: str
    structure: str
    options: Options
    fits: tuple[FitRow, ...]
    size: int | None
    contenders: Mapping[str, tuple[str, ...]]
    repeats: int
    precision: str
    notes: tuple[str, ...]


def recorded_result(content: Mapping[str, Any]) -> Recorded:
    """Return what a result, as read from its JSON, recorded.

    Raises
    ------
    DataError
        If something is missing or of another kind.
    """
    try:
        protocol = content["protocol"]
        options = recorded_options(protocol["options"])
        return Recorded(
            sha256=str(content["dataset"]["sha256"]),
            structure=str(content["dataset"]["structure"]),
            options=options._replace(budget_s=float(protocol["budget_s"]), jobs=int(protocol["jobs"])),
            fits=tuple(FitRow(**fit) for fit in protocol["plan"]),
            size=None if protocol["training_rows"] is None else int(protocol["training_rows"]),
            contenders={str(name): tuple(map(str, members)) for name, members in protocol["contenders"].items()},
            repeats=int(protocol["repeats"]),
            precision=str(protocol["precision"]),
            notes=tuple(map(str, protocol["notes"])),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"the recorded result is incomplete, or from another version of advisor ({error!r})") from None


def refuse_other_data(path: Path, found: str, recorded: Recorded) -> None:
    """Raise DataError if the data, whose digest was found, are not those that were measured."""
    if found != recorded.sha256:
        raise DataError(
            f"{path} is not the file that was measured (its sha256 begins with {found[:12]}, the recorded one with "
            f"{recorded.sha256[:12]}); measure it again without --replay"
        )


def replay_options(options: Options, recorded: Recorded) -> Options:
    """Return the recorded request with what is the reader's own now: fits at a time, limits, where to save."""
    kept = recorded.options
    return kept._replace(jobs=options.jobs or kept.jobs, limits=options.limits, save=options.save)
