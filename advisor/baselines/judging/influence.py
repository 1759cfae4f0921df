"""How much each row of a test fold contributes to its score: what an interval by instance is made of."""

from typing import TYPE_CHECKING

from advisor.baselines.judging.metrics import METRICS, align, clip_probabilities, mean_errors, score

if TYPE_CHECKING:
    import numpy as np


def influences(
    metric: str,
    y_true: "np.ndarray",
    prediction: "np.ndarray",
    classes_seen: "np.ndarray | None" = None,
    n_classes: int = 0,
    weights: "np.ndarray | None" = None,
) -> "np.ndarray":
    """Return the influence values of the rows of one test fold, whose plain mean is the fold's score.

    A value is the score plus the score's derivative by the row's share of the weight (the infinitesimal jackknife), so
    that the variance of a score, or of the difference of two scores on the same rows, is the variance of the mean of
    these values. For accuracy they are the hits, for log loss the losses; for ROC AUC they come from the placements of
    DeLong et al. (Biometrics 1988).

    Parameters
    ----------
    metric : str
        The metric.
    y_true, prediction, classes_seen, n_classes, weights
        As `advisor.baselines.judging.metrics.score` takes them.

    Returns
    -------
    numpy.ndarray of shape (rows,)
        All NaN where the score is undefined.

    Raises
    ------
    ValueError
        As the score does.

    Examples
    --------
    >>> import numpy as np
    >>> influences("accuracy", np.array([0, 1, 1]), np.array([0, 1, 0]), n_classes=2).round(6).tolist()
    [1.0, 1.0, 0.0]
    >>> influences("rmse", np.array([0.0, 0.0]), np.array([1.0, 7.0])).round(6).tolist()
    [2.6, 7.4]
    """
    import numpy as np

    value = score(metric, y_true, prediction, classes_seen, n_classes, weights)
    rows = len(y_true)
    if np.isnan(value):
        return np.full(rows, np.nan)
    prediction = np.asarray(prediction, dtype=np.float64)
    share = np.ones(rows) if weights is None else np.asarray(weights, dtype=np.float64)
    needs = METRICS[metric].needs
    if needs == "values":
        derivative = _by_value(metric, np.asarray(y_true, dtype=np.float64), prediction, share)
    else:
        if prediction.ndim == 2:
            prediction = align(prediction, classes_seen, n_classes)
        if needs == "classes":
            predicted = prediction.argmax(axis=1) if prediction.ndim == 2 else prediction.astype(np.int64)
            derivative = _by_class(metric, y_true, predicted, n_classes, share)
        else:
            derivative = _by_probability(metric, y_true, prediction, share)
    return np.asarray(value + rows * share * derivative)


# Each of the following returns the derivative of the score by the weight of each row.


def _by_value(metric: str, y_true: "np.ndarray", predicted: "np.ndarray", weights: "np.ndarray") -> "np.ndarray":
    import numpy as np

    if metric == "mase":
        return _of_mean(mean_errors(y_true, predicted), weights)
    if metric == "mae":
        return _of_mean(np.abs(y_true - predicted), weights)
    squares = (y_true - predicted) ** 2
    if metric == "rmse":
        root = np.sqrt(np.average(squares, weights=weights))
        return np.asarray(_of_mean(squares, weights) / (2 * root)) if root > 0 else np.zeros(len(squares))
    around_mean = (y_true - np.average(y_true, weights=weights)) ** 2
    total = np.sum(weights * around_mean)
    return np.asarray((np.sum(weights * squares) / total * around_mean - squares) / total)


def _by_class(
    metric: str, y_true: "np.ndarray", predicted: "np.ndarray", n_classes: int, weights: "np.ndarray"
) -> "np.ndarray":
    import numpy as np

    if metric == "accuracy":
        return _of_mean((y_true == predicted).astype(np.float64), weights)
    classes = [1] if metric == "f1" and n_classes == 2 else np.unique(y_true)
    of_class = _of_f1 if metric == "f1" else _of_recall
    return np.asarray(np.mean([of_class(y_true == c, predicted == c, weights) for c in classes], axis=0))


def _by_probability(
    metric: str, y_true: "np.ndarray", probabilities: "np.ndarray", weights: "np.ndarray"
) -> "np.ndarray":
    import numpy as np

    if metric == "log_loss":
        of_truth = clip_probabilities(probabilities)[np.arange(len(y_true)), y_true]
        return _of_mean(-np.log(of_truth), weights)
    present = np.unique(y_true)
    classes = present[1:] if probabilities.shape[1] == 2 else present
    of_class = _of_roc_auc if metric == "roc_auc" else _of_average_precision
    return np.asarray(np.mean([of_class(y_true == c, probabilities[:, c], weights) for c in classes], axis=0))


def _of_mean(values: "np.ndarray", weights: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return np.asarray((values - np.average(values, weights=weights)) / weights.sum())


def _of_recall(is_class: "np.ndarray", said: "np.ndarray", weights: "np.ndarray") -> "np.ndarray":
    import numpy as np

    derivative = np.zeros(len(weights))
    if weights[is_class].sum() > 0:
        derivative[is_class] = _of_mean(said[is_class].astype(np.float64), weights[is_class])
    return derivative


def _of_f1(is_class: "np.ndarray", said: "np.ndarray", weights: "np.ndarray") -> "np.ndarray":
    import numpy as np

    both, either = (is_class & said).astype(np.float64), is_class.astype(np.float64) + said
    total = np.sum(weights * either)
    if total == 0:
        return np.zeros(len(weights))
    f1 = 2 * np.sum(weights * both) / total
    return np.asarray((2 * both - f1 * either) / total)


def _of_roc_auc(positive: "np.ndarray", values: "np.ndarray", weights: "np.ndarray") -> "np.ndarray":
    """Of the share of pairs of a positive and a negative row that are in the right order, ties counting half."""
    import numpy as np

    group = np.unique(values, return_inverse=True)[1]
    placements = np.empty(len(weights))
    for own, sign in ((positive, 1), (~positive, -1)):
        of_others = np.bincount(group, np.where(own, 0.0, weights))
        below = np.cumsum(of_others) - of_others / 2
        share = below[group[own]] / of_others.sum()
        placements[own] = share if sign == 1 else 1 - share
    derivative = np.empty(len(weights))
    for own in (positive, ~positive):
        derivative[own] = _of_mean(placements[own], weights[own])
    return derivative


def _of_average_precision(positive: "np.ndarray", values: "np.ndarray", weights: "np.ndarray") -> "np.ndarray":
    """Of the mean, over the positive rows, of the precision among the rows that are ranked as high or higher."""
    import numpy as np

    group = np.unique(-values, return_inverse=True)[1]
    found = np.bincount(group, np.where(positive, weights, 0.0))
    found_so_far, rows_so_far = np.cumsum(found), np.cumsum(np.bincount(group, weights))
    # a leading group without weight has no precision, and no weight to multiply it by
    rows_so_far = np.where(rows_so_far > 0, rows_so_far, 1.0)
    precision = found_so_far / rows_so_far
    one_more_found = found * (1 - precision) / rows_so_far
    one_more_false = -found * precision / rows_so_far
    for_positive, for_negative = (np.cumsum(change[::-1])[::-1] for change in (one_more_found, one_more_false))
    total = found.sum()
    average = np.sum(found * precision) / total
    return np.asarray(np.where(positive, precision[group] - average + for_positive[group], for_negative[group]) / total)
