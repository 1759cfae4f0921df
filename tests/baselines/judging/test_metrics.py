import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from advisor.baselines.judging import metrics
from tests.bounds import examples

RNG = np.random.default_rng(0)
quick = examples(100)


def probabilities(rows: int, classes: int) -> np.ndarray:
    return RNG.dirichlet(np.ones(classes), rows)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("roc_auc", lambda y, p, w: sk.roc_auc_score(y, p[:, 1], sample_weight=w)),
        ("average_precision", lambda y, p, w: sk.average_precision_score(y, p[:, 1], sample_weight=w)),
        ("log_loss", lambda y, p, w: sk.log_loss(y, p, sample_weight=w)),
        ("balanced_accuracy", lambda y, p, w: sk.balanced_accuracy_score(y, p.argmax(1), sample_weight=w)),
        ("accuracy", lambda y, p, w: sk.accuracy_score(y, p.argmax(1), sample_weight=w)),
        ("f1", lambda y, p, w: sk.f1_score(y, p.argmax(1), sample_weight=w)),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_two_classes_score_as_in_scikit_learn(name, expected, weighted):
    y, p = RNG.integers(0, 2, 60), probabilities(60, 2)
    weights = RNG.random(60) if weighted else None
    assert metrics.score(name, y, p, np.array([0, 1]), 2, weights) == pytest.approx(expected(y, p, weights))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("roc_auc", lambda y, p: sk.roc_auc_score(y, p, multi_class="ovr")),
        ("average_precision", sk.average_precision_score),
        ("log_loss", sk.log_loss),
        ("balanced_accuracy", lambda y, p: sk.balanced_accuracy_score(y, p.argmax(1))),
        ("f1", lambda y, p: sk.f1_score(y, p.argmax(1), average="macro")),
    ],
)
def test_several_classes_score_as_in_scikit_learn(name, expected):
    y, p = RNG.integers(0, 4, 90), probabilities(90, 4)
    assert metrics.score(name, y, p, None, 4) == pytest.approx(expected(y, p))


def test_regression_scores_by_hand():
    y, predicted = np.array([0.0, 0.0, 4.0]), np.array([0.0, 1.0, 3.0])
    assert metrics.score("rmse", y, predicted) == pytest.approx(math.sqrt(2 / 3))
    assert metrics.score("mae", y, predicted) == pytest.approx(2 / 3)
    assert metrics.score("r2", y, predicted) == pytest.approx(1 - 2 / (32 / 3))
    assert metrics.score("mae", y, predicted, weights=np.array([1.0, 1.0, 2.0])) == pytest.approx(3 / 4)


@pytest.mark.parametrize("name", metrics.metrics_for("binary"))
@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_fold_of_one_class_neither_crashes_nor_warns(name, n_classes):
    undefined = {"roc_auc", "average_precision"} | ({"f1"} if n_classes == 2 else set())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        score = metrics.score(name, np.zeros(5, dtype=int), probabilities(5, n_classes), None, n_classes)
    assert math.isnan(score) == (name in undefined)


@pytest.mark.parametrize("name", metrics.metrics_for("regression"))
def test_a_fold_of_one_row_neither_crashes_nor_warns(name):
    score = metrics.score(name, np.array([1.0]), np.array([3.0]))
    assert math.isnan(score) if name == "r2" else score == 2


def test_a_class_that_the_training_fold_lacked_costs_what_the_least_probability_costs():
    # The model knows classes 0 and 2 only; the one row is of class 1.
    score = metrics.score("log_loss", np.array([1]), np.array([[0.5, 0.5]]), np.array([0, 2]), 3)
    assert score == pytest.approx(-math.log(1e-6 / (1 + 1e-6)))


def test_a_certain_mistake_costs_no_more_than_the_least_probability():
    score = metrics.score("log_loss", np.array([1]), np.array([[1.0, 0.0]]), np.array([0, 1]), 2)
    assert score == pytest.approx(-math.log(1e-6 / (1 + 1e-6)))


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_missing_predictions_are_refused(wrong):
    with pytest.raises(ValueError, match="50% of the predictions are missing or infinite"):
        metrics.score("rmse", np.array([1.0, 2.0]), np.array([1.0, wrong]))


def test_classes_cannot_be_ranked():
    with pytest.raises(ValueError, match="ROC AUC needs probabilities"):
        metrics.score("roc_auc", np.array([0, 1]), np.array([0, 1]), n_classes=2)


def test_predicted_classes_will_do_for_accuracy():
    assert metrics.score("accuracy", np.array([0, 1]), np.array([1, 1]), n_classes=2) == 0.5


@quick
@given(st.integers(0, 2**32 - 1), st.sampled_from(metrics.metrics_for("multiclass")))
def test_the_order_of_the_rows_does_not_matter(seed, name):
    rng = np.random.default_rng(seed)
    y, p, order = rng.integers(0, 3, 12), rng.dirichlet(np.ones(3), 12), rng.permutation(12)
    scores = [metrics.score(name, y, p, None, 3), metrics.score(name, y[order], p[order], None, 3)]
    assert scores[0] == pytest.approx(scores[1], nan_ok=True)


@pytest.mark.parametrize(
    ("task", "target", "labels", "metric", "why"),
    [
        ("binary", [0] * 90 + [1] * 10, ("no", "yes"), "roc_auc", "ROC AUC ranks both classes"),
        ("binary", [0] * 91 + [1] * 9, ("no", "yes"), "average_precision", "only 9.0% of the rows are 'yes'"),
        ("binary", [0] * 5 + [1] * 95, ("no", "yes"), "roc_auc", "ROC AUC ranks both classes"),
        ("multiclass", [0, 1, 2], ("a", "b", "c"), "log_loss", "all classes"),
        ("regression", list(range(100)), (), "rmse", "not decided by a few rows"),
        ("regression", [*range(100), 5000], (), "mae", "hold 99% of the squared deviation"),
        ("regression", [1.0] * 10, (), "rmse", "not decided by a few rows"),
    ],
)
def test_default_metric(task, target, labels, metric, why):
    chosen, reason = metrics.default_metric(task, np.array(target), labels)
    assert chosen == metric
    assert why in reason


def test_a_skewed_target_keeps_rmse_and_a_heavy_tail_does_not():
    normal = np.random.default_rng(0).standard_normal(20_000)
    assert metrics.default_metric("regression", np.exp(0.7 * normal), ())[0] == "rmse"
    assert metrics.default_metric("regression", np.exp(1.5 * normal), ())[0] == "mae"


@pytest.mark.parametrize(
    ("name", "dummy", "rows", "expected"),
    [
        ("roc_auc", 0.5, 999, 0.01),
        ("roc_auc", 0.5, 1000, 0.005),
        ("average_precision", 0.02, 5000, 0.01),
        ("log_loss", 0.65, 5000, 0.013),
        ("balanced_accuracy", 0.5, 5000, 0.01),
        ("accuracy", 0.5, 5000, 0.01),
        ("f1", 0.0, 5000, 0.01),
        ("rmse", 250.0, 5000, 2.5),
        ("mae", 200.0, 5000, 2.0),
        ("r2", 0.0, 5000, 0.01),
    ],
)
def test_rope(name, dummy, rows, expected):
    assert metrics.rope(name, dummy, rows) == pytest.approx(expected)


def test_a_rope_of_the_dummy_needs_the_dummy():
    with pytest.raises(ValueError, match="in RMSE that matters needs the dummy's score"):
        metrics.rope("rmse", math.nan, 100)


@pytest.mark.parametrize("name", metrics.METRICS)
def test_sign_and_error_agree(name):
    assert (metrics.sign(name) * 0.2 > metrics.sign(name) * 0.7) == (
        metrics.error(name, 0.2) < metrics.error(name, 0.7)
    )
    assert metrics.error(name, metrics.error(name, 0.3)) == pytest.approx(0.3)


def test_resolution_is_one_row_of_what_the_metric_averages_over():
    target = np.array([0] * 8 + [1] * 2)
    assert metrics.resolution("accuracy", target) == 0.1
    assert metrics.resolution("balanced_accuracy", target) == 0.5
    assert metrics.resolution("log_loss", target) == 0
    assert metrics.resolution("rmse", target) == 0
