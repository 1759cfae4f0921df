"""What an earlier result recorded of its plan, so that it can be run again without a clock.

A result is data: what it records is checked like the words of the command line, and code runs only where the user
names it now.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from advisor.baselines.allowed import JOBS, LONGEST_S, MOST_ROWS, REPEATS
from advisor.baselines.errors import DataError
from advisor.baselines.options import NOT_RECORDED, Options, option_problems
from advisor.reports.baseline import BaselineResult, FitRow, ProtocolRow
from advisor.reports.reading import read_result, read_row
from advisor.source.problems import InputError, Position, Problem, shorten
from advisor.source.yaml_reader import Path as Place
from advisor.source.yaml_reader import dotted

PRECISIONS = ("float32", "bfloat16")
_OPTIONS = ("protocol", "options")


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
    reasons: Mapping[str, str]  # why a model has no score


def recorded_result(content: Any, name: str = "the recorded result") -> Recorded:
    """Return what a result, as read from its JSON, recorded.

    Raises
    ------
    InputError
        If it is not the result of a baseline, or something in it is missing or of another kind; with every problem.
    """
    result = read_result(content, name)
    if not isinstance(result, BaselineResult):
        raise _error(name, [((), "not a result of advisor baseline --format json")])
    protocol = result.protocol
    options = read_row(protocol.options, Options, name, _OPTIONS, closed=True)
    wrong: list[tuple[Place, str]] = [
        ((*_OPTIONS, key), "a result cannot decide this") for key in NOT_RECORDED if key in protocol.options
    ]
    wrong += [((*_OPTIONS, *path), message) for path, message in option_problems(options)]
    wrong += [(("protocol", *path), message) for path, message in _protocol_problems(protocol, options)]
    if wrong:
        raise _error(name, wrong)
    return Recorded(
        sha256=result.dataset.sha256,
        structure=result.dataset.structure,
        options=options._replace(budget_s=protocol.budget_s, jobs=protocol.jobs),
        fits=protocol.plan,
        size=protocol.training_rows,
        contenders=protocol.contenders,
        repeats=protocol.repeats,
        precision=protocol.precision,
        notes=protocol.notes,
        reasons={row.id: row.note for row in result.models if row.status != "ok" and row.note},
    )


def _error(name: str, wrong: Sequence[tuple[Place, str]]) -> InputError:
    return InputError([Problem(name, Position(0, 0), dotted(path), message) for path, message in wrong])


def _protocol_problems(protocol: ProtocolRow, options: Options) -> Iterator[tuple[Place, str]]:
    if not (math.isfinite(protocol.budget_s) and 0 < protocol.budget_s <= LONGEST_S):
        yield ("budget_s",), f"{shorten(protocol.budget_s)} is not a time of at most a week"
    if protocol.precision not in PRECISIONS:
        yield ("precision",), f"{shorten(protocol.precision)} is not one of {', '.join(PRECISIONS)}"
    yield from _out_of(protocol.jobs, JOBS, ("jobs",))
    yield from _out_of(protocol.repeats, range(max(REPEATS) + 1), ("repeats",))
    if protocol.training_rows is not None:
        yield from _out_of(protocol.training_rows, range(1, MOST_ROWS), ("training_rows",))
    for place, fit in enumerate(protocol.plan):
        where = ("plan", place)
        yield from _out_of(fit.repeat, range(max(REPEATS)), (*where, "repeat"))
        yield from _out_of(fit.fold, range(options.folds), (*where, "fold"))
        if fit.rows is not None or fit.stage == "screen":
            yield from _out_of(fit.rows, range(1, MOST_ROWS), (*where, "rows"))
        if fit.steps is not None:
            yield from _out_of(fit.steps, range(MOST_ROWS), (*where, "steps"))
        if fit.second_fold is not None or fit.stage == "inner":
            yield from _out_of(fit.second_fold, range(options.folds), (*where, "second_fold"))
            if fit.second_fold == fit.fold:
                yield (*where, "second_fold"), "is the same fold"


def _out_of(number: int | None, within: range, path: Place) -> Iterator[tuple[Place, str]]:
    if number is None or number not in within:  # looking for what is no integer walks through the whole range
        yield path, f"{shorten(number)} is not a whole number from {within.start} to {within.stop - 1}"


def refuse_other_data(path: Path, found: str, recorded: Recorded) -> None:
    """Raise DataError if the data, whose digest was found, are not those that were measured."""
    if found != recorded.sha256:
        raise DataError(
            f"{path} is not the file that was measured (its sha256 begins with {found[:12]}, the recorded one with "
            f"{recorded.sha256[:12]}); measure it again without --replay"
        )


def refuse_other_code(options: Options, recorded: Recorded) -> None:
    """Raise DataError unless the user names now the very models of their own that were measured."""
    wanted = recorded.options.extra
    if options.extra == wanted:
        return
    if not wanted:
        raise DataError("--model: the recorded result was measured without models of your own; leave the flag out")
    named = " ".join(f"--model {name}" for name in wanted)
    raise DataError(
        f"the recorded result was measured with code of the user's own, which runs only where it is named: give {named}"
    )


def refuse_other_models(recorded: Recorded, known: Mapping[str, object]) -> None:
    """Raise DataError if the plan has models that there are not."""
    named = [
        *(fit.model for fit in recorded.fits),
        *(one for members in recorded.contenders.values() for one in members),
    ]
    unknown = [shorten(name) for name in dict.fromkeys(named) if name not in known]
    if unknown:
        raise DataError(f"the recorded plan has models that are not to be had here: {', '.join(unknown[:10])}")


def replay_options(options: Options, recorded: Recorded) -> Options:
    """Return the recorded request with what is the reader's own now: code, fits at a time, limits, where to save."""
    kept = recorded.options
    return kept._replace(extra=options.extra, jobs=options.jobs or kept.jobs, limits=options.limits, save=options.save)
