"""Time predictions and weigh a fitted model."""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from advisor.baselines.structure import Examples
from advisor.reports.baseline import PredictRow

WARM_UPS, MOST_SINGLE_ROWS, BATCH_ROWS = 10, 200, 1000


def predict_times(
    pipeline: Any, examples: Examples, seconds: float, clock: Callable[[], float] = perf_counter
) -> PredictRow:
    """Time single rows through the pipeline and through the model alone, and a batch.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted.
    examples : Examples, at least one
        Different ones are taken in turn, at most `MOST_SINGLE_ROWS`.
    seconds : float
        About how long all of it may take; twenty rows are timed in any case.
    clock : callable
        What measures the seconds; `time.process_time` leaves out what other programs took meanwhile.

    Returns
    -------
    PredictRow
        Milliseconds.

    Notes
    -----
    After scikit-learn's user guide, "Computational performance": atomic and bulk prediction differ, so both are shown.
    """
    import numpy as np

    single = [examples.take(np.array([row])) for row in range(min(len(examples), MOST_SINGLE_ROWS))]
    whole = _times(_predictor(pipeline), single, seconds * 0.5, clock)
    before, model = pipeline[:-1], pipeline[-1]
    prepared = [before.transform(row) for row in single[: max(20, len(whole))]] if len(pipeline) > 1 else single
    alone = _times(_predictor(model), prepared, seconds * 0.25, clock)
    rows = min(len(examples), BATCH_ROWS)
    batch = examples.take(np.arange(rows))
    batches = _times(_predictor(pipeline), [batch] * 5, seconds * 0.25, clock, warm_ups=1)

    def milliseconds(times: list[float], share: float) -> float:
        return float(np.quantile(times, share)) * 1e3

    return PredictRow(
        p50=milliseconds(whole, 0.5),
        p95=milliseconds(whole, 0.95),
        batch_per_row=milliseconds(batches, 0.5) / rows,
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


def peak_rss_mb() -> float | None:
    """Return the most memory that this process has held; None where the system does not report it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
