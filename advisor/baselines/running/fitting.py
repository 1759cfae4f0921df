"""One fit: build a model, train it on one fold, score and time it; what happens inside a child process."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.reports.baseline import PredictRow

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.tabular.table import Dataset

WARM_UPS, MOST_SINGLE_ROWS, BATCH_ROWS = 10, 200, 1000


class Job(NamedTuple):
    """One fit to run.

    Attributes
    ----------
    model : str
        An id of the table of models, or `module:Class` for a user's own estimator.
    train, test : numpy.ndarray
        Row positions in the data set; `test` is empty where the model is only to be saved.
    part : int or None
        Rows of `train` where it is a part of the training fold, for a learning curve; None for the whole fold.
    time_limit_s : float or None
        When a network stops with the best weights so far.
    most_steps : int or None
        Optimiser steps after which a network stops, for a replay.
    measure_s : float
        Seconds to spend on timing predictions and weighing the model; 0 leaves that out.
    save : str or None
        File to which the fitted pipeline is written.
    """

    model: str
    repeat: int
    fold: int
    train: "np.ndarray"
    test: "np.ndarray"
    metric: str
    seed: int
    part: int | None = None
    time_limit_s: float | None = None
    most_steps: int | None = None
    measure_s: float = 0.0
    save: str | None = None


class Outcome(NamedTuple):
    """What became of a fit; `status` is one of the contract's, `note` says why it is not ok."""

    status: str
    note: str = ""
    score: float | None = None
    fit_s: float | None = None
    cpu_s: float | None = None
    predict_ms: PredictRow | None = None
    size_mb: float | None = None
    peak_rss_mb: float | None = None
    steps: int | None = None
    stopped_by: str | None = None
    still_improving: bool = False
    full_fit_s: float | None = None
    feature: str | None = None


def run_job(job: Job, dataset: "Dataset") -> Outcome:
    """Run one fit and turn whatever it raises into an outcome with its reason."""
    try:
        return _run(job, dataset)
    except MemoryError as error:
        return Outcome("out-of-memory", f"ran out of memory: {error}" if str(error) else "ran out of memory")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a model may raise anything; it becomes a row
        text = " ".join(str(error).split())
        return Outcome("failed", f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__)


def build_model(name: str, job: Job, dataset: "Dataset") -> Any:
    """Return the unfitted pipeline of a model of the table, or of the user's `module:Class`."""
    if ":" in name:
        return users_pipeline(name, dataset, job.seed)
    from advisor.baselines.tabular.models.specs import Setting, build

    setting = Setting(dataset.task, dataset.kinds, job.metric, job.seed, job.time_limit_s, job.most_steps)
    return build(name, setting)


def users_pipeline(name: str, dataset: "Dataset", seed: int) -> Any:
    """Return the user's estimator behind the preprocessing of a network: dense, scaled, nothing missing.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    """
    from importlib import import_module

    from sklearn.pipeline import Pipeline

    from advisor.baselines.tabular.models.preprocessing import Preparation

    if os.getcwd() not in sys.path:  # noqa: PTH109 - what Python itself would put there
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
    module, _, attribute = name.partition(":")
    estimator = getattr(import_module(module), attribute)()
    with suppress(ValueError, AttributeError):
        estimator.set_params(random_state=seed)
    preparation = Preparation(kinds=dataset.kinds, style="network", task=dataset.task, seed=seed)
    return Pipeline([("preparation", preparation), ("model", estimator)])


def _run(job: Job, dataset: "Dataset") -> Outcome:
    import numpy as np

    from advisor.baselines.judging import metrics

    features, target, weights = dataset.frame, dataset.target, dataset.weights
    pipeline = build_model(job.model, job, dataset)
    fit_options = {} if weights is None else {"model__sample_weight": weights[job.train]}
    wall, cpu = perf_counter(), process_time()
    pipeline.fit(features.iloc[job.train], target[job.train], **fit_options)
    fit_s, cpu_s = perf_counter() - wall, process_time() - cpu
    if job.save is not None:
        import joblib

        joblib.dump(pipeline, job.save, compress=3)
    score = None
    if len(job.test):
        predicted, classes = _predict(pipeline, features.iloc[job.test], dataset.task, job.metric)
        bad = int(np.count_nonzero(~np.isfinite(predicted).reshape(len(job.test), -1).all(axis=1)))
        if bad:
            return Outcome("failed", f"predicted NaN or infinity for {bad:,} of {len(job.test):,} rows")
        score = metrics.score(
            job.metric,
            target[job.test],
            predicted,
            classes,
            len(dataset.labels),
            None if weights is None else weights[job.test],
        )
    network = pipeline[-1]
    outcome = Outcome(
        "ok",
        score=score,
        fit_s=fit_s,
        cpu_s=cpu_s,
        steps=_maybe(network, "steps_", int),
        stopped_by=_maybe(network, "stopped_by_", str),
        still_improving=bool(getattr(network, "still_improving_", False)),
        full_fit_s=_full_fit_seconds(network),
        feature=_maybe(network, "feature_", str),
    )
    if job.measure_s:
        outcome = outcome._replace(
            predict_ms=predict_times(pipeline, features.iloc[job.test], job.measure_s),
            size_mb=pickled_megabytes(pipeline),
        )
    return outcome._replace(peak_rss_mb=_peak_rss_mb())


def _maybe(owner: Any, name: str, kind: Callable[[Any], Any]) -> Any:
    value = getattr(owner, name, None)
    return None if value is None else kind(value)


def _full_fit_seconds(network: Any) -> float | None:
    """Return the seconds that the whole schedule of a network would take."""
    seconds, epochs = getattr(network, "seconds_per_epoch_", None), getattr(network, "planned_epochs_", None)
    return None if seconds is None or epochs is None else float(seconds) * float(epochs)


def _predict(pipeline: Any, rows: Any, task: str, metric: str) -> "tuple[np.ndarray, np.ndarray | None]":
    """Return predictions, or probabilities with the classes that their columns stand for."""
    import numpy as np

    from advisor.baselines.judging.metrics import METRICS

    if task == "regression":
        return np.asarray(pipeline.predict(rows), dtype=float), None
    classes = np.asarray(pipeline.classes_)
    if hasattr(pipeline, "predict_proba"):
        return np.asarray(pipeline.predict_proba(rows), dtype=float), classes
    if METRICS[metric].needs == "probabilities":
        raise TypeError(f"the estimator has no predict_proba, which {metric} needs; choose --metric accuracy")
    chosen = np.asarray(pipeline.predict(rows))
    return (chosen[:, None] == classes[None, :]).astype(float), classes


def predict_times(pipeline: Any, rows: Any, seconds: float, clock: Callable[[], float] = perf_counter) -> PredictRow:
    """Time single rows through the pipeline and through the model alone, and a batch.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted.
    rows : pandas.DataFrame, at least one row
        Different rows are taken in turn, at most `MOST_SINGLE_ROWS`.
    seconds : float
        About how long all of it may take; twenty rows are timed in any case.
    clock : callable
        What tells the seconds; `time.process_time` leaves out what other programs took meanwhile.

    Returns
    -------
    PredictRow
        Milliseconds.

    Notes
    -----
    After scikit-learn's user guide, "Computational performance": atomic and bulk prediction differ, so both are shown.
    """
    import numpy as np

    single = [rows.iloc[[place]] for place in range(min(len(rows), MOST_SINGLE_ROWS))]
    whole = _times(_predictor(pipeline), single, seconds * 0.5, clock)
    before, model = pipeline[:-1], pipeline[-1]
    prepared = [before.transform(row) for row in single[: max(20, len(whole))]] if len(pipeline) > 1 else single
    alone = _times(_predictor(model), prepared, seconds * 0.25, clock)
    batch = rows.iloc[:BATCH_ROWS]
    batches = _times(_predictor(pipeline), [batch] * 5, seconds * 0.25, clock, warm_ups=1)

    def milliseconds(times: list[float], share: float) -> float:
        return float(np.quantile(times, share)) * 1e3

    return PredictRow(
        p50=milliseconds(whole, 0.5),
        p95=milliseconds(whole, 0.95),
        batch_per_row=milliseconds(batches, 0.5) / len(batch),
        model_p50=milliseconds(alone, 0.5),
        model_p95=milliseconds(alone, 0.95),
    )


def _predictor(estimator: Any) -> Callable[[Any], Any]:
    predictor: Callable[[Any], Any] = getattr(estimator, "predict_proba", estimator.predict)
    return predictor


def _times(
    predict: Callable[[Any], Any],
    inputs: list[Any],
    seconds: float,
    clock: Callable[[], float],
    warm_ups: int = WARM_UPS,
) -> list[float]:
    for one in inputs[:warm_ups]:
        predict(one)
    times: list[float] = []
    began = clock()
    for one in inputs:
        before = clock()
        predict(one)
        times.append(clock() - before)
        if clock() - began > seconds and len(times) >= min(20, len(inputs)):
            break
    return times


def pickled_megabytes(pipeline: Any) -> float | None:
    """Return the size of the pipeline as joblib writes it, uncompressed; None where it cannot be written."""
    import joblib

    counter = _Counter()
    try:
        joblib.dump(pipeline, counter)
    except Exception:  # noqa: BLE001 - a user's estimator may raise anything, and its score stands
        return None
    return counter.size / 1e6


class _Counter:
    """A file that only counts what is written."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: Any) -> int:
        length = memoryview(data).nbytes
        self.size += length
        return length

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        pass


def _peak_rss_mb() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
