"""One fit in this process: what is passed to a model, and what its outcome says."""

import numpy as np
import pandas as pd
import pytest

from advisor.baselines.running.fitting import Job, run_job
from tests.baselines.support import SPECS, table_dataset, user

pytestmark = pytest.mark.slow
ROWS = 90


def dataset(**arrays):
    rng = np.random.default_rng(0)
    target = np.arange(ROWS) % 2
    frame = pd.DataFrame({"a": rng.normal(size=ROWS) + target, "b": rng.normal(size=ROWS)})
    return table_dataset(frame, {"a": "numeric", "b": "numeric"}, "binary", target, ("no", "yes"), **arrays)


def fitted(model, data, **changes):
    job = Job(model, 0, 0, np.arange(30, ROWS), np.arange(30), "roc_auc", 0)
    return run_job(job._replace(**changes), data)


def test_a_model_that_takes_no_weights_is_fitted_without_them_and_says_so():
    weighted = dataset(weights=np.linspace(1, 2, ROWS))
    neighbours = user("sklearn.neighbors:KNeighborsClassifier")
    outcome = fitted(neighbours, weighted)
    assert (outcome.status, outcome.note) == ("ok", "fitted without the weights of the rows, which it does not take")
    assert fitted(neighbours, dataset()).note == ""
    assert fitted(user("sklearn.tree:DecisionTreeClassifier"), weighted).note == ""


def test_weights_change_what_a_model_learns():
    heavy = np.where(np.arange(ROWS) < 60, 1e-6, 1.0)
    plain, weighted = (fitted(SPECS["linear"], data) for data in (dataset(), dataset(weights=heavy)))
    assert plain.status == weighted.status == "ok"
    assert plain.score != weighted.score


def test_rows_are_taken_in_the_order_that_is_asked_for():
    data = dataset(weights=np.arange(ROWS, dtype=float))
    turned = data.at(np.arange(ROWS)[::-1])
    assert turned.target.tolist() == data.target[::-1].tolist()
    assert turned.weights[0] == ROWS - 1
    assert turned.examples.take(np.array([0]))["a"].tolist() == data.examples.frame["a"].tolist()[-1:]


def test_what_a_model_raises_becomes_a_reason():
    outcome = fitted(SPECS["linear"], dataset(), train=np.array([0, 2, 4]), metric="no_such_metric")
    assert outcome.status == "failed"
    assert outcome.note.startswith("KeyError")
