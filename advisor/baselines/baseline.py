"""From a data file to a verdict: read, check, fit under the budget, compare, report."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, NamedTuple

from advisor.baselines.bounds import latest, with_time_to_read, within
from advisor.baselines.frames import data_file
from advisor.baselines.measurement import Measurement
from advisor.baselines.options import Options
from advisor.baselines.prepared import prepared_data
from advisor.baselines.pretrained.weights import pretrained_rows, refuse_other_weights, with_pretrained
from advisor.baselines.running.clock import Clock, Progress
from advisor.baselines.running.execution import Execution
from advisor.baselines.running.jobs import Design
from advisor.baselines.running.race import Race
from advisor.baselines.running.replay import (
    recorded_result,
    refuse_other_code,
    refuse_other_data,
    refuse_other_models,
    replay_options,
)
from advisor.baselines.running.runner import Runner, interrupts_ignored
from advisor.baselines.saving import check_folder
from advisor.baselines.structure import Examples, ModelSpec, Structure, libraries
from advisor.baselines.structures import structure_of
from advisor.reports.baseline import BaselineResult, DatasetRow
from advisor.source.extras import require

# What comes after the last fit: the figures, the report and the end of the processes.
RESERVE_S, RESERVE_SHARE = 1.5, 0.1
LIBRARIES_MB, LEAST_FIT_MB = 700, 300  # resident in the two long-lived processes, and what a fit needs; measured
FRAME_COPIES = 6  # that a fit makes of its data, with encodings


def run_baseline(
    data: Any,
    options: Options = Options(),  # noqa: B008 - frozen
    *,
    shown_as: str | None = None,
    report: Callable[[Progress], None] | None = None,
    began: float | None = None,
    replayed: Mapping[str, Any] | None = None,
    on_read: Callable[[DatasetRow], None] | None = None,
) -> BaselineResult:
    """Measure classical and neural baselines on a data file, or on data in memory.

    Parameters
    ----------
    data : str, Path, data frame, Arrow table, array, or a pair of inputs and target
        A file (CSV, TSV, Parquet or JSON lines, also gzipped), or a folder of pictures or recordings. A frame of pandas
        or polars, a table of pyarrow, and whatever else has `__arrow_c_stream__`; a named index is a column. A pair
        `(X, y)` of arrays, the columns of X are called x0, x1 and so on, or of a frame and its target.
    options : Options, optional
        The request, `Options(target="y")` is enough, and none where the target can be guessed or is given; of a replay
        only what the record does not decide: models of your own, jobs, limits and where to save.
    shown_as : str, optional
        The name of the data in the result.
    report : callable, optional
        Called with `Progress`.
    began : float, optional
        Reading of the monotonic clock from which the budget counts; now if not given.
    replayed : mapping, optional
        An earlier result, as read from its JSON: its plan is run without a clock.
    on_read : callable, optional
        Called with what the data hold, before the first fit.

    Returns
    -------
    BaselineResult
        Scores in the unit of `protocol.metric`, one fold score for each of `protocol.folds` x `protocol.repeats`
        fits; times in seconds and milliseconds, sizes in megabytes. Every model that was asked for has a row. Also
        after Ctrl-C, with what was finished and `interrupted` set, once the first fits have begun.

    Raises
    ------
    DataError
        If the data or the request cannot be used.
    advisor.InputError
        If the earlier result cannot be used.
    KeyboardInterrupt
        On Ctrl-C before the first fit.
    MissingExtraError
        If packages of an extra such as `baseline-cpu` are not installed; it is an ImportError.

    Examples
    --------
    >>> from advisor import Options
    >>> from advisor.engine.library import bundled_folder
    >>> options = Options(target="diagnosis", models=("linear", "mlp"), repeats=1)
    >>> result = run_baseline(bundled_folder("examples") / "breast-cancer.csv", options)  # doctest: +SKIP
    >>> result.verdict, result.prefer  # doctest: +SKIP
    ('equal', 'ml')
    """
    began = monotonic() if began is None else began
    with data_file(data, options) as (path, asked, name):
        expected = structure_of(path, asked.structure)
        require("measuring on data", libraries(expected), expected.extra)
        progress = report or (lambda _: None)
        return _measured(path, asked, shown_as or name, progress, began, replayed, on_read)


def _measured(
    path: Path,
    options: Options,
    name: str,
    report: Callable[[Progress], None],
    began: float,
    replayed: Mapping[str, Any] | None,
    on_read: Callable[[DatasetRow], None] | None,
) -> BaselineResult:
    """Return the result of a measurement on a file; see `run_baseline`."""
    recorded = None if replayed is None else recorded_result(replayed)
    if recorded is not None:
        refuse_other_code(options, recorded)
        refuse_other_data(path, structure_of(path, recorded.structure).digest(path), recorded)
        options = replay_options(options, recorded)._replace(
            pretrained=options.pretrained, commercial=options.commercial, structure=recorded.structure
        )
    if options.save is not None:
        check_folder(options.save)
    reserve = min(RESERVE_S, RESERVE_SHARE * options.budget_s)
    clock = Clock(float("inf") if recorded is not None else began + options.budget_s - reserve)
    resources, expected = _Resources.of(options), structure_of(path, options.structure)
    report(clock.progress("reading"))
    first = _first_modules(expected, expected.models)
    until = float("inf")
    if recorded is None:
        options, until = with_time_to_read(options, clock.deadline), latest(began, options.budget_s)
    with _scratch(options) as scratch, Runner(resources.slots, resources.memory_mb, first) as runner:
        with within(until, options.memory_mb, name):
            prepared = prepared_data(path, options, lambda: report(clock.progress("checking"))).with_scratch(scratch)
        structure, models = prepared.structure, prepared.models
        if structure.id != expected.id:
            runner.preload(_first_modules(structure, models.values()))
        options = prepared.asked(options)
        if on_read is not None:
            on_read(prepared.described)
        weights = pretrained_rows(models, prepared.dataset.task)
        if replayed is not None:
            refuse_other_weights(weights, replayed)
        if recorded is not None:
            refuse_other_models(recorded, models)
        report(clock.progress("loading libraries"))
        runner.load(prepared.dataset, clock.left())
        design = Design(
            prepared.metric, options.folds, options.seed, options.budget_s, resources.rows(prepared.dataset.examples)
        )
        race = Race(Execution(runner, clock, report), prepared.dataset, models, design, recorded)
        for model, reason in prepared.refused().items():
            race.outcomes.leave_out(model, reason)
        measured = Measurement(prepared, options, race, began)
        try:
            measured.run(lambda: runner.preload(_modules(structure, models.values())))
        except KeyboardInterrupt:
            with interrupts_ignored():
                race.interrupt()
                measured.interrupted = True
                return with_pretrained(measured.result(name), weights, models)
        return with_pretrained(measured.result(name), weights, models)


@contextmanager
def _scratch(options: Options) -> Iterator[str]:
    """Give a folder for what pretrained weights make of the data; none is needed where there are no weights."""
    if not options.pretrained:
        yield ""
        return
    with TemporaryDirectory(prefix="advisor-") as folder:
        yield folder


def _modules(structure: Structure, models: Iterable[ModelSpec]) -> tuple[str, ...]:
    """Return what the fits import, so that it is imported once."""
    return tuple(dict.fromkeys((*structure.imports, *(name for model in models for name in model.imports))))


def _first_modules(structure: Structure, models: Iterable[ModelSpec]) -> tuple[str, ...]:
    """Return what the fits of the floor import."""
    return _modules(structure, [model for model in models if model.role in ("constant", "simple") or model.floor])


class _Resources(NamedTuple):
    """How many fits run at a time, and the megabytes that each may take, so that all together keep to --memory."""

    slots: int
    memory_mb: float

    @classmethod
    def of(cls, options: Options) -> "_Resources":
        import joblib

        left = max(LEAST_FIT_MB, options.memory_mb - LIBRARIES_MB)
        slots = max(1, min(options.jobs or joblib.cpu_count(), int(left // LEAST_FIT_MB)))
        return cls(slots, left / slots)

    def rows(self, examples: Examples) -> int:
        """Return how many of the examples a fit has memory for."""
        row = examples.bytes_per_row()
        return min(len(examples), max(100, int(self.memory_mb * 1e6 / (FRAME_COPIES * row))))
