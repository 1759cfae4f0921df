"""From a data file to a verdict: read, check, fit under the budget, compare, report."""

from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.measurement import Measurement
from advisor.baselines.options import Options
from advisor.baselines.running.replay import recorded_result, refuse_other_data, replay_options
from advisor.baselines.running.runner import Runner, interrupts_ignored
from advisor.baselines.running.trials import Clock, Progress, Trials
from advisor.baselines.saving import check_folder
from advisor.baselines.tabular.prepared import prepared_data
from advisor.reports.baseline import BaselineResult

if TYPE_CHECKING:
    from advisor.baselines.tabular.table import Dataset

# What comes after the last fit: the figures, the report and the end of the processes.
RESERVE_S, RESERVE_SHARE = 1.5, 0.1
LIBRARIES_MB, LEAST_FIT_MB = 700, 300  # resident in the two long-lived processes, and what a fit needs; measured
FRAME_COPIES = 6  # that a fit makes of its data, with encodings


def run_baseline(
    path: str | Path,
    options: Options,
    *,
    shown_as: str | None = None,
    report: Callable[[Progress], None] | None = None,
    began: float | None = None,
    replayed: Mapping[str, Any] | None = None,
) -> BaselineResult:
    """Measure classical and neural baselines on a data file.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, Parquet or JSON lines, also gzipped.
    options : Options
        The request, `Options(target="y")` is enough; of a replay only what the record does not decide: jobs, memory,
        limits and where to save.
    shown_as : str, optional
        The name of the file in the result.
    report : callable, optional
        Called with `Progress`.
    began : float, optional
        Reading of the monotonic clock from which the budget counts; now if not given.
    replayed : mapping, optional
        An earlier result, as read from its JSON: its plan is run without a clock.

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
    KeyboardInterrupt
        On Ctrl-C before the first fit.
    ImportError
        If the packages of the extra `baseline` or `baseline-cpu` are not installed.

    Examples
    --------
    >>> from advisor import Options
    >>> from advisor.engine.library import bundled_folder
    >>> options = Options(target="diagnosis", models=("linear", "mlp"), repeats=1)
    >>> result = run_baseline(bundled_folder("examples") / "breast-cancer.csv", options)  # doctest: +SKIP
    >>> result.verdict, result.prefer  # doctest: +SKIP
    ('equal', 'ml')
    """
    path, report = Path(path), report or (lambda _: None)
    began = monotonic() if began is None else began
    recorded = None if replayed is None else recorded_result(replayed)
    if recorded is not None:
        refuse_other_data(path, recorded)
        options = replay_options(options, recorded)
    endless = recorded is not None
    if options.save is not None:
        check_folder(options.save)
    reserve = min(RESERVE_S, RESERVE_SHARE * options.budget_s)
    clock = Clock(float("inf") if endless else began + options.budget_s - reserve)
    resources = _Resources.of(options)
    report(Progress("reading", 0, 0, None if endless else clock.left()))
    with Runner(resources.slots, resources.memory_mb) as runner:
        prepared = prepared_data(path, options, report)
        report(Progress("loading libraries", 0, 0, None if endless else clock.left()))
        runner.load(prepared.dataset)
        trials = Trials(
            runner,
            prepared.dataset,
            prepared.families,
            metric=prepared.metric,
            folds=options.folds,
            seed=options.seed,
            clock=clock,
            budget_s=options.budget_s,
            most_rows=resources.rows(prepared.dataset),
            report=report,
            recorded=recorded,
        )
        measured = Measurement(prepared, options, trials, began)
        try:
            measured.run()
        except KeyboardInterrupt:
            with interrupts_ignored():
                trials.interrupt()
                measured.interrupted = True
                return measured.result(shown_as or str(path))
        return measured.result(shown_as or str(path))


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

    def rows(self, dataset: "Dataset") -> int:
        """Return how many rows of the data set a fit has memory for."""
        count = len(dataset.target)
        row = float(dataset.frame.memory_usage(index=False, deep=True).sum()) / count
        return min(count, max(100, int(self.memory_mb * 1e6 / (FRAME_COPIES * row))))
