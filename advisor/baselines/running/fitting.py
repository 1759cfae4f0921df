"""One fit: build a model, train it on one fold, score and time it; what happens inside a child process."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.baselines.running.timing import peak_rss_mb, pickled_megabytes, predict_times
from advisor.baselines.structure import ExamplesAt, Setting
from advisor.reports.baseline import PredictRow

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.structure import Dataset, ModelSpec


class UnusablePredictionError(ArithmeticError):
    """A model predicted what no metric can score."""


class Job(NamedTuple):
    """One fit to run.

    Attributes
    ----------
    model : ModelSpec
        The row of the model.
    repeat, fold : int
        What is tested; a fold of the first repeat where the stage has none.
    train, test : numpy.ndarray
        Row positions in the data set; `test` is empty where the model is only to be saved.
    stage : str
        "outer", "screen" or "inner", see `advisor.reports.baseline.FitRow`.
    second_fold : int or None
        The other fold that an inner fit leaves out.
    second_test : numpy.ndarray or None
        Its rows, which are scored apart.
    part : int or None
        Rows of `train` where it is a part of what it could be; None for all.
    time_limit_s : float or None
        When a network stops with the best weights so far.
    most_steps : int or None
        Optimiser steps after which a network stops, for a replay.
    precision : str or None
        Of a network's arithmetic, for a replay; what this processor is quickest in where it is None.
    measure_s : float
        Seconds to spend on timing predictions and weighing the model; 0 leaves that out.
    save : str or None
        File to which the fitted pipeline is written.
    """

    model: "ModelSpec"
    repeat: int
    fold: int
    train: "np.ndarray"
    test: "np.ndarray"
    metric: str
    seed: int
    stage: str = "outer"
    second_fold: int | None = None
    second_test: "np.ndarray | None" = None
    part: int | None = None
    time_limit_s: float | None = None
    most_steps: int | None = None
    precision: str | None = None
    measure_s: float = 0.0
    save: str | None = None


class Outcome(NamedTuple):
    """How a fit ended; `status` is one of the contract's, `note` says why it is not ok.

    `influence` has an entry for each test row, whose mean is the score.
    """

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
    influence: "np.ndarray | None" = None
    second_score: float | None = None
    precision: str | None = None


def run_job(job: Job, dataset: "Dataset") -> Outcome:
    """Run one fit and turn whatever it raises into an outcome with its reason."""
    try:
        return _run(job, dataset)
    except UnusablePredictionError as error:
        return Outcome("failed", str(error))
    except MemoryError as error:
        return Outcome("out-of-memory", f"ran out of memory: {error}" if str(error) else "ran out of memory")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a model may raise anything; it becomes a row
        text = " ".join(str(error).split())
        return Outcome("failed", f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__)


def _run(job: Job, dataset: "Dataset") -> Outcome:
    if job.model.given:
        return _given(job, dataset)
    setting = Setting(job.metric, job.seed, job.time_limit_s, job.most_steps, job.precision)
    pipeline = job.model.build(setting, dataset)
    fit_options, weights_note = {}, ""
    if dataset.weights is not None:
        if _takes_weights(job.model, pipeline[-1]):
            fit_options = {"model__sample_weight": dataset.weights[job.train]}
        else:
            weights_note = "fitted without the weights of the rows, which it does not take"
    inputs = dataset.examples.take(job.train)
    wall, cpu = perf_counter(), process_time()
    pipeline.fit(inputs, dataset.target[job.train], **fit_options)
    fit_s, cpu_s = perf_counter() - wall, process_time() - cpu
    if job.save is not None:
        from advisor.baselines.model_files import write_model

        write_model(pipeline, Path(job.save))
    network = pipeline[-1]
    influence = _influence(pipeline, job, job.test, dataset) if len(job.test) else None
    second = None if job.second_test is None else _influence(pipeline, job, job.second_test, dataset)
    outcome = Outcome(
        "ok",
        weights_note,
        score=None if influence is None else float(influence.mean()),
        fit_s=fit_s,
        cpu_s=cpu_s,
        steps=_maybe(network, "steps_", int),
        stopped_by=_maybe(network, "stopped_by_", str),
        still_improving=bool(getattr(network, "still_improving_", False)),
        full_fit_s=_full_fit_seconds(network),
        feature=_maybe(network, "feature_", str),
        precision=_maybe(network, "precision_", str),
        influence=influence,
        second_score=None if second is None else float(second.mean()),
    )
    if job.measure_s:
        outcome = outcome._replace(
            predict_ms=_predict_times(pipeline, ExamplesAt(dataset.examples, job.test), job.measure_s),
            size_mb=_megabytes(pipeline),
        )
    return outcome._replace(peak_rss_mb=peak_rss_mb())


def _given(job: Job, dataset: "Dataset") -> Outcome:
    """Score predictions that were made elsewhere, on the rows of a fold."""
    import numpy as np

    from advisor.baselines.judging.metrics import METRICS

    predicted = dataset.given[job.model.given]
    classes = np.arange(len(dataset.labels)) if dataset.labels else None
    if classes is not None and predicted.ndim == 1:
        predicted = np.eye(len(classes))[predicted]
        if METRICS[job.metric].needs == "probabilities":
            why = f"classes without probabilities, which {job.metric} needs; choose --metric accuracy"
            raise UnusablePredictionError(why)

    influence = _contributions(job, job.test, dataset, predicted[job.test], classes)
    second = None
    if job.second_test is not None:
        second = float(_contributions(job, job.second_test, dataset, predicted[job.second_test], classes).mean())
    return Outcome("ok", score=float(influence.mean()), influence=influence, second_score=second)


def _predict_times(pipeline: Any, examples: ExamplesAt, seconds: float) -> PredictRow:
    from advisor.baselines.pretrained.embeddings import nothing_remembered

    with nothing_remembered():
        return predict_times(pipeline, examples, seconds)


def _megabytes(pipeline: Any) -> float | None:
    """Return the size of a fitted pipeline with the pretrained weights that it loads from their own file."""
    own = pickled_megabytes(pipeline)
    external = sum(float(getattr(step, "external_megabytes_", 0.0)) for _, step in pipeline.steps)
    return None if own is None else own + external


def _takes_weights(model: "ModelSpec", estimator: Any) -> bool:
    if model.takes_weights is not None:
        return model.takes_weights
    from sklearn.utils.validation import has_fit_parameter

    return bool(has_fit_parameter(estimator, "sample_weight"))


def _influence(pipeline: Any, job: Job, rows: "np.ndarray", dataset: "Dataset") -> "np.ndarray":
    """Return what each test row contributes to the score, which is the mean.

    Raises
    ------
    UnusablePredictionError
        If a prediction is not finite.
    """
    import numpy as np

    predicted, classes = _predict(pipeline, dataset.examples.take(rows), job.metric)
    bad = int(np.count_nonzero(~np.isfinite(predicted).reshape(len(rows), -1).all(axis=1)))
    if bad:
        raise UnusablePredictionError(f"predicted NaN or infinity for {bad:,} of {len(rows):,} rows")
    return _contributions(job, rows, dataset, predicted, classes)


def _contributions(
    job: Job, rows: "np.ndarray", dataset: "Dataset", predicted: "np.ndarray", classes: "np.ndarray | None"
) -> "np.ndarray":
    """Return what the prediction of each of these rows contributes to the score."""
    from advisor.baselines.judging.influence import influences

    weights = None if dataset.weights is None else dataset.weights[rows]
    return influences(job.metric, dataset.target[rows], predicted, classes, len(dataset.labels), weights)


def _maybe(owner: Any, name: str, kind: Callable[[Any], Any]) -> Any:
    value = getattr(owner, name, None)
    return None if value is None else kind(value)


def _full_fit_seconds(network: Any) -> float | None:
    """Return the seconds that the whole schedule of a network would take."""
    seconds, epochs = getattr(network, "seconds_per_epoch_", None), getattr(network, "planned_epochs_", None)
    return None if seconds is None or epochs is None else float(seconds) * float(epochs)


def _predict(pipeline: Any, rows: Any, metric: str) -> "tuple[np.ndarray, np.ndarray | None]":
    """Return predictions, or probabilities with the classes that their columns stand for."""
    import numpy as np

    from advisor.baselines.judging.metrics import METRICS

    if METRICS[metric].needs == "values":
        return np.asarray(pipeline.predict(rows), dtype=float), None
    classes = np.asarray(pipeline.classes_)
    if hasattr(pipeline, "predict_proba"):
        return np.asarray(pipeline.predict_proba(rows), dtype=float), classes
    if METRICS[metric].needs == "probabilities":
        raise TypeError(f"the estimator has no predict_proba, which {metric} needs; choose --metric accuracy")
    chosen = np.asarray(pipeline.predict(rows))
    return (chosen[:, None] == classes[None, :]).astype(float), classes
