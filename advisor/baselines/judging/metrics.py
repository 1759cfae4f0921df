"""The measures that models are scored by, the one that decides by default, and the smallest difference that matters."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TypeVar

    import numpy as np

    _Number = TypeVar("_Number", float, np.ndarray)

CLASSIFICATION = ("binary", "multiclass")
# One row that is sure and wrong would otherwise decide the mean log loss of thousands.
LEAST_PROBABILITY = 1e-6
RARE_MINORITY = 0.10
# A log-normal target of sigma 1 has 0.49 here, an exponential one 0.22, a normal one 0.08.
HEAVY_TAIL = 0.5


class Metric(NamedTuple):
    """A measure.

    Attributes
    ----------
    name, title : str
        The name in options and JSON, and in a sentence.
    greater_is_better : bool
        The direction.
    tasks : tuple of str
        Tasks that it serves.
    needs : str
        "probabilities" of the classes, "classes", or the "values" of a regression or a forecast.
    lowest, highest : float
        The range of possible scores.
    rope : float
        The smallest difference that matters: in the metric's own unit, or where `rope_of_dummy` as a share of the
        dummy's score.
    rope_of_dummy : bool
        See `rope`.
    """

    name: str
    title: str
    greater_is_better: bool
    tasks: tuple[str, ...]
    needs: str
    lowest: float
    highest: float
    rope: float
    rope_of_dummy: bool = False


_INFINITE = float("inf")
METRICS = {
    metric.name: metric
    for metric in (
        Metric("roc_auc", "ROC AUC", True, CLASSIFICATION, "probabilities", 0, 1, 0.005),
        Metric("average_precision", "average precision", True, CLASSIFICATION, "probabilities", 0, 1, 0.01),
        Metric("log_loss", "log loss", False, CLASSIFICATION, "probabilities", 0, _INFINITE, 0.02, rope_of_dummy=True),
        Metric("balanced_accuracy", "balanced accuracy", True, CLASSIFICATION, "classes", 0, 1, 0.01),
        Metric("accuracy", "accuracy", True, CLASSIFICATION, "classes", 0, 1, 0.01),
        Metric("f1", "F1", True, CLASSIFICATION, "classes", 0, 1, 0.01),
        Metric("rmse", "RMSE", False, ("regression",), "values", 0, _INFINITE, 0.01, rope_of_dummy=True),
        Metric("mae", "MAE", False, ("regression",), "values", 0, _INFINITE, 0.01, rope_of_dummy=True),
        Metric("mase", "MASE", False, ("forecasting",), "values", 0, _INFINITE, 0.02, rope_of_dummy=True),
        Metric("r2", "R²", True, ("regression",), "values", -_INFINITE, 1, 0.01),
    )
}


def metrics_for(task: str) -> tuple[str, ...]:
    """Return the names of the metrics that serve a task.

    >>> metrics_for("regression")
    ('rmse', 'mae', 'r2')
    """
    return tuple(metric.name for metric in METRICS.values() if task in metric.tasks)


def default_metric(task: str, target: "np.ndarray", labels: Sequence[str]) -> tuple[str, str]:
    """Return the metric that decides when the user names none, and why.

    Parameters
    ----------
    task : str
        binary, multiclass or regression.
    target : numpy.ndarray of shape (rows,)
        Values of a regression, or positions in `labels`.
    labels : sequence of str
        Classes; the second of two is the positive one.

    Examples
    --------
    >>> import numpy as np
    >>> default_metric("binary", np.array([0, 0, 1, 1]), ("no", "yes"))
    ('roc_auc', 'ROC AUC ranks both classes fairly and needs no threshold')
    """
    import numpy as np

    if task == "forecasting":
        return "mase", "MASE compares series of any scale with the error of a naive forecast"
    if task == "multiclass":
        return "log_loss", "log loss judges the probabilities of all classes"
    if task == "binary":
        share = float(np.mean(target == 1))
        if share < RARE_MINORITY:
            return "average_precision", (
                f"only {share:.1%} of the rows are '{labels[1]}', "
                "and average precision looks at how well these few are found"
            )
        return "roc_auc", "ROC AUC ranks both classes fairly and needs no threshold"
    share = extreme_share(target)
    if share > HEAVY_TAIL:
        return "mae", (
            f"the 1% of rows farthest from the mean hold {share:.0%} of the squared deviation "
            "and would decide RMSE alone"
        )
    return "rmse", "RMSE is the usual error of a regression, and it is not decided by a few rows here"


def extreme_share(values: "np.ndarray") -> float:
    """Return what share of the squared deviation from the mean the most extreme 1% of values hold.

    Skewness would say the same less directly: what matters is whether a few rows decide the squared error.

    >>> import numpy as np
    >>> extreme_share(np.r_[np.zeros(99), 100.0])
    0.99
    """
    import numpy as np

    squares = np.sort((values - values.mean()) ** 2)[::-1]
    total = squares.sum()
    return float(squares[: -(-len(squares) // 100)].sum() / total) if total > 0 else 0.0


def rope(name: str, dummy_score: float, n_rows: int) -> float:
    """Return the smallest difference that matters (half the region of practical equivalence).

    The figures for accuracy are those of Benavoli et al., "Time for a Change" (JMLR 2017); the others are of the
    same order on the metric's own scale.

    Parameters
    ----------
    name : str
        The metric.
    dummy_score : float
        Mean score of the dummy, the yardstick of log loss, RMSE and MAE.
    n_rows : int
        Rows of the data set.

    Raises
    ------
    ValueError
        Where the metric needs the dummy's score, and it is not a finite number.

    Examples
    --------
    >>> rope("roc_auc", 0.5, 5000), rope("roc_auc", 0.5, 500), rope("rmse", 40.0, 500)
    (0.005, 0.01, 0.4)
    """
    import math

    metric = METRICS[name]
    if metric.rope_of_dummy:
        if not math.isfinite(dummy_score):
            raise ValueError(f"the smallest difference in {metric.title} that matters needs the dummy's score")
        return metric.rope * dummy_score
    if name == "roc_auc" and n_rows < 1000:
        return 0.01  # finer differences are beyond what so few rows can show
    return metric.rope


def resolution(name: str, target: "np.ndarray") -> float:
    """Return how much one row can move the score, for metrics that count rows or rank them; 0 for the others.

    It bounds what can be known where two models never differ: both perfect on 20 rows says little.

    >>> import numpy as np
    >>> resolution("accuracy", np.array([0, 0, 0, 1])), resolution("roc_auc", np.array([0, 0, 0, 1]))
    (0.25, 1.0)
    """
    import numpy as np

    if METRICS[name].needs == "values" or name == "log_loss":
        return 0.0
    if name == "accuracy":
        return 1 / len(target)
    return float(1 / np.unique(target, return_counts=True)[1].min())


def sign(name: str) -> int:
    """Return 1 where greater is better, else -1: what turns a score so that more of it is better.

    >>> sign("roc_auc"), sign("rmse")
    (1, -1)
    """
    return 1 if METRICS[name].greater_is_better else -1


def error(name: str, score: "_Number") -> "_Number":
    """Return a score as an error, 0 for perfect: 1 minus what is better when greater, else the score itself.

    The function is its own inverse.

    >>> error("roc_auc", 0.75), error("rmse", 3.0)
    (0.25, 3.0)
    """
    return 1 - score if METRICS[name].greater_is_better else score


def score(
    name: str,
    y_true: "np.ndarray",
    prediction: "np.ndarray",
    classes_seen: "np.ndarray | None" = None,
    n_classes: int = 0,
    weights: "np.ndarray | None" = None,
) -> float:
    """Score predictions of one test fold.

    Parameters
    ----------
    name : str
        The metric.
    y_true : numpy.ndarray of shape (rows,)
        Values of a regression, or class positions 0 ... n_classes - 1.
    prediction : numpy.ndarray of shape (rows,) or (rows, classes_seen)
        Values or class positions; or probabilities of the classes in `classes_seen`, whose most probable class is
        taken where the metric needs classes.
    classes_seen : numpy.ndarray, optional
        Class positions of the columns of probabilities: those of the training fold. Default: all.
    n_classes : int
        Classes of the data set.
    weights : numpy.ndarray of shape (rows,), optional
        Weight of each row.

    Returns
    -------
    float
        The score; NaN where this fold leaves it undefined, such as ROC AUC with one class only. F1 of two classes is
        that of the second; ROC AUC, average precision and F1 of more are the plain mean over the fold's classes.

    Raises
    ------
    ValueError
        Where a prediction is missing or infinite, or a metric of probabilities gets none.

    Examples
    --------
    >>> import numpy as np
    >>> score("accuracy", np.array([0, 2, 2]), np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]]), np.array([0, 2]), 3)
    0.6666666666666666
    """
    import numpy as np

    prediction = np.asarray(prediction, dtype=np.float64)
    if not np.isfinite(prediction).all():
        raise ValueError(f"{np.mean(~np.isfinite(prediction)):.0%} of the predictions are missing or infinite")
    if len(y_true) == 0 or (weights is not None and not np.sum(weights) > 0):
        return float("nan")
    needs = METRICS[name].needs
    if needs == "values":
        return _VALUE_SCORES[name](y_true, prediction, weights)
    if prediction.ndim == 2:
        prediction = align(prediction, classes_seen, n_classes)
    if needs == "classes":
        predicted = prediction.argmax(axis=1) if prediction.ndim == 2 else prediction.astype(np.int64)
        return _class_score(name, y_true, predicted, n_classes, weights)
    if prediction.ndim != 2:
        raise ValueError(f"{METRICS[name].title} needs probabilities, and the model gives none")
    return _probability_score(name, y_true, prediction, weights)


def align(probabilities: "np.ndarray", classes_seen: "np.ndarray | None", n_classes: int) -> "np.ndarray":
    """Give every class of the data set a column; those that the training fold lacked have probability 0."""
    import numpy as np

    if classes_seen is None:
        return probabilities
    aligned = np.zeros((len(probabilities), n_classes))
    aligned[:, np.asarray(classes_seen, dtype=np.int64)] = probabilities
    return aligned


def clip_probabilities(probabilities: "np.ndarray") -> "np.ndarray":
    """Give every class at least the least probability that log loss counts; the rows sum to 1."""
    import numpy as np

    clipped = np.clip(probabilities, LEAST_PROBABILITY, 1)
    return np.asarray(clipped / clipped.sum(axis=1, keepdims=True))


def _probability_score(
    name: str, y_true: "np.ndarray", probabilities: "np.ndarray", weights: "np.ndarray | None"
) -> float:
    import numpy as np
    from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

    if name == "log_loss":
        clipped = clip_probabilities(probabilities)
        return float(log_loss(y_true, clipped, labels=np.arange(clipped.shape[1]), sample_weight=weights))
    # scikit-learn's own averages warn or give NaN where a fold lacks a class, so each class is scored against the rest
    present = np.unique(y_true)
    if len(present) < 2:
        return float("nan")
    one_class: Callable[..., float] = roc_auc_score if name == "roc_auc" else average_precision_score
    classes = present[1:] if probabilities.shape[1] == 2 else present
    return float(np.mean([one_class(y_true == c, probabilities[:, c], sample_weight=weights) for c in classes]))


def _class_score(
    name: str, y_true: "np.ndarray", predicted: "np.ndarray", n_classes: int, weights: "np.ndarray | None"
) -> float:
    import numpy as np
    from sklearn.metrics import accuracy_score, f1_score, recall_score

    if name == "accuracy":
        return float(accuracy_score(y_true, predicted, sample_weight=weights))
    present = np.unique(y_true)
    if name == "balanced_accuracy":  # the mean recall of the fold's classes; scikit-learn's own warns of absent ones
        return float(recall_score(y_true, predicted, labels=present, average="macro", sample_weight=weights))
    if n_classes == 2:
        if 1 not in present:
            return float("nan")
        return float(f1_score(y_true, predicted, zero_division=0, sample_weight=weights))
    return float(f1_score(y_true, predicted, labels=present, average="macro", zero_division=0, sample_weight=weights))


def _rmse(y_true: "np.ndarray", predicted: "np.ndarray", weights: "np.ndarray | None") -> float:
    from sklearn.metrics import root_mean_squared_error

    return float(root_mean_squared_error(y_true, predicted, sample_weight=weights))


def _mae(y_true: "np.ndarray", predicted: "np.ndarray", weights: "np.ndarray | None") -> float:
    from sklearn.metrics import mean_absolute_error

    return float(mean_absolute_error(y_true, predicted, sample_weight=weights))


def _r2(y_true: "np.ndarray", predicted: "np.ndarray", weights: "np.ndarray | None") -> float:
    from sklearn.metrics import r2_score

    if (y_true == y_true[0]).all():  # nothing to explain
        return float("nan")
    return float(r2_score(y_true, predicted, sample_weight=weights))


def _mase(y_true: "np.ndarray", predicted: "np.ndarray", weights: "np.ndarray | None") -> float:
    import numpy as np

    return float(np.average(mean_errors(y_true, predicted), weights=weights))


def mean_errors(y_true: "np.ndarray", predicted: "np.ndarray") -> "np.ndarray":
    """Return the mean absolute error of each row over the steps of its forecast that were observed.

    >>> import numpy as np
    >>> mean_errors(np.array([[1.0, np.nan], [0.0, 4.0]]), np.array([[2.0, 9.0], [0.0, 1.0]])).tolist()
    [1.0, 1.5]
    """
    import numpy as np

    return np.asarray(np.nanmean(np.abs(y_true - predicted), axis=1))


_VALUE_SCORES = {"rmse": _rmse, "mae": _mae, "r2": _r2, "mase": _mase}
