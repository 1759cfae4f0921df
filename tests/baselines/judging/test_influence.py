"""Influence values against what they stand for: their mean is the score, their spread its variance."""

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.judging.influence import influences
from advisor.baselines.judging.metrics import METRICS, metrics_for, score
from tests.bounds import examples

quick = examples(60)
EVERY = [(task, metric) for task in ("binary", "multiclass", "regression") for metric in metrics_for(task)]


def fold(task: str, seed: int, rows: int, *, weighted: bool) -> tuple[np.ndarray, np.ndarray, int, np.ndarray | None]:
    """Return truth, prediction with many ties, number of classes and weights."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.2, 3, rows) if weighted else None
    if task == "regression":
        y = rng.normal(size=rows)
        return y, (y + rng.normal(size=rows)).round(1), 0, weights
    n_classes = 2 if task == "binary" else 4
    y = rng.integers(0, n_classes, rows)
    probabilities = rng.dirichlet(np.ones(n_classes), rows).round(1) + 0.01
    return y, probabilities / probabilities.sum(axis=1, keepdims=True), n_classes, weights


@quick
@given(st.sampled_from(EVERY), st.integers(0, 2**32 - 1), st.integers(1, 40), st.booleans())
def test_their_mean_is_the_score(what, seed, rows, weighted):
    task, metric = what
    y, prediction, n_classes, weights = fold(task, seed, rows, weighted=weighted)
    values = influences(metric, y, prediction, None, n_classes, weights)
    expected = score(metric, y, prediction, None, n_classes, weights)
    assert values.shape == (rows,)
    assert values.dtype == np.float64
    if math.isnan(expected):
        assert np.isnan(values).all()
    else:
        assert values.mean() == pytest.approx(expected, abs=1e-9)


@pytest.mark.slow
@quick
@given(st.sampled_from(EVERY), st.integers(0, 2**32 - 1), st.booleans())
def test_a_little_more_weight_moves_the_score_as_they_say(what, seed, weighted):
    task, metric = what
    rows, step = 25, 1e-5
    y, prediction, n_classes, weights = fold(task, seed, rows, weighted=weighted)
    before = np.ones(rows) if weights is None else weights
    centre = score(metric, y, prediction, None, n_classes, weights)
    for row, value in enumerate(influences(metric, y, prediction, None, n_classes, weights)):
        more, less = before.copy(), before.copy()
        more[row] += step
        less[row] -= step
        change = score(metric, y, prediction, None, n_classes, more) - score(
            metric, y, prediction, None, n_classes, less
        )
        assert value - centre == pytest.approx(rows * before[row] * change / (2 * step), abs=1e-5)


@pytest.mark.parametrize(
    ("metric", "truth", "prediction", "expected"),
    [
        ("accuracy", [0, 1, 1, 0], [0, 1, 0, 0], [1, 1, 0, 1]),
        ("mae", [0.0, 0.0, 1.0], [1.0, 3.0, 3.0], [1, 3, 2]),
        # recall 1 of class 0 and 1/2 of class 1: a hit more in class 1 is worth half of four rows over two
        ("balanced_accuracy", [0, 0, 1, 1], [0, 0, 1, 0], [0.75, 0.75, 1.25, 0.25]),
        # three of four pairs are in order; a row in order with both others is worth two quarters above that
        ("roc_auc", [0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9], [1.25, 0.25, 0.25, 1.25]),
        ("roc_auc", [0, 1], [0.5, 0.5], [0.5, 0.5]),
    ],
)
def test_by_hand(metric, truth, prediction, expected):
    prediction = np.array(prediction)
    if METRICS[metric].needs == "probabilities":
        prediction = np.column_stack([1 - prediction, prediction])
    n_classes = 0 if METRICS[metric].needs == "values" else 2
    assert influences(metric, np.array(truth), prediction, n_classes=n_classes).tolist() == pytest.approx(expected)


@pytest.mark.parametrize(("task", "metric"), EVERY)
def test_a_perfect_prediction_has_no_spread(task, metric):
    y = np.array([0.0, 1.0, 2.0, 1.0]) if task == "regression" else np.array([0, 1, 0, 1])
    prediction = y if task == "regression" else np.eye(2)[y]
    values = influences(metric, y, prediction, None, 2)
    assert values == pytest.approx(np.full(4, score(metric, y, prediction, None, 2)), abs=1e-9)


def test_a_class_that_training_lacked_takes_part():
    y, prediction, seen = np.array([0, 1, 2, 2]), np.array([[0.9, 0.1], [0.5, 0.5], [0.4, 0.6], [0.2, 0.8]]), [0, 2]
    for metric in metrics_for("multiclass"):
        values = influences(metric, y, prediction, np.array(seen), 3)
        assert values.mean() == pytest.approx(score(metric, y, prediction, np.array(seen), 3))


@pytest.mark.parametrize(("metric", "rows"), [("average_precision", 20), ("roc_auc", 20)])
def test_a_fold_of_one_class_has_none(metric, rows):
    values = influences(metric, np.zeros(rows, dtype=int), np.full((rows, 2), 0.5), None, 2)
    assert np.isnan(values).all()


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["roc_auc", "average_precision", "log_loss", "accuracy", "f1", "rmse", "r2"])
def test_their_variance_is_that_of_the_score_over_samples(metric):
    rng = np.random.default_rng(1)
    scores, deviations = [], []
    for _ in range(400):
        y = (rng.random(500) < 0.3).astype(np.int64)
        value = y + rng.normal(size=500)
        probability = 1 / (1 + np.exp(1.3 - value))
        prediction = value if METRICS[metric].needs == "values" else np.column_stack([1 - probability, probability])
        truth = y.astype(float) if METRICS[metric].needs == "values" else y
        values = influences(metric, truth, prediction, None, 2)
        scores.append(values.mean())
        deviations.append(values.std(ddof=1) / math.sqrt(500))
    assert np.mean(deviations) == pytest.approx(np.std(scores), rel=0.12)


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
def test_a_hundred_thousand_rows_take_no_square_of_them(metric):
    rng = np.random.default_rng(0)
    probability = rng.random(100_000)
    y = (rng.random(100_000) < probability).astype(np.int64)
    start = time.process_time()
    influences(metric, y, np.column_stack([1 - probability, probability]), None, 2)
    assert time.process_time() - start < 5


def test_a_prediction_that_cannot_be_scored_is_refused_in_the_same_words():
    with pytest.raises(ValueError, match="50% of the predictions are missing or infinite"):
        influences("rmse", np.array([1.0, 2.0]), np.array([1.0, math.nan]))
