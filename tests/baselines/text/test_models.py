"""The models of texts: they learn words, bear every kind of row, and give the same in every run."""

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from advisor.baselines.options import Options
from advisor.baselines.prepared import prepared_data
from advisor.baselines.running.splits import make_folds
from advisor.baselines.structure import Dataset, Setting
from advisor.baselines.tabular.table import TableExamples
from advisor.baselines.text.examples import TextExamples
from advisor.baselines.text.models.naive_bayes import log_ratio
from advisor.baselines.text.models.specs import MODELS
from tests.baselines.text.messages import messages

pytestmark = pytest.mark.slow
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
SPECS = {model.id: model for model in MODELS}
KINDS = {"message": "text", "size": "numeric", "city": "categorical"}


def texts(rows: int = 240, seed: int = 0, *, signal: float = 1.0) -> Dataset:
    rng = np.random.default_rng(seed)
    told = messages(rows, seed, signal=signal)
    frame = pd.DataFrame(
        {
            "message": [message for message, _ in told],
            "size": rng.normal(size=rows),
            "city": pd.Categorical(rng.choice(["Rome", "Oslo"], rows)),
        }
    )
    target = np.array([team == "technical" for _, team in told], dtype=np.int64)
    examples = TextExamples(TableExamples(frame, KINDS), ("message",))
    return Dataset(examples, "binary", target, ("billing", "technical"))


def amounts(dataset: Dataset) -> Dataset:
    return replace(dataset, task="regression", target=100 + 10.0 * dataset.target, labels=())


def built(model: str, dataset: Dataset, **options):
    metric = "rmse" if dataset.task == "regression" else "log_loss"
    return SPECS[model].build(Setting(metric, seed=0, **options), dataset)


def of_task(task: str) -> list[str]:
    return [model.id for model in MODELS if (not model.tasks or task in model.tasks) and not model.role]


@pytest.mark.parametrize("model", of_task("binary"))
def test_every_model_learns_classes_from_words_and_survives_a_pickle(model):
    dataset = texts()
    pipeline = built(model, dataset)
    pipeline.fit(dataset.examples.take(np.arange(200)), dataset.target[:200])
    rows = dataset.examples.take(np.arange(200, 240))
    predicted = pipeline.predict_proba(rows)
    assert (predicted.argmax(axis=1) == dataset.target[200:]).mean() > 0.9
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(pipeline)).predict_proba(rows), predicted)
    one_by_one = np.vstack([pipeline.predict_proba(rows.iloc[place : place + 1]) for place in range(5)])
    np.testing.assert_allclose(one_by_one, predicted[:5], atol=1e-5)


@pytest.mark.parametrize("model", of_task("regression"))
def test_every_model_learns_amounts_from_words(model):
    dataset = amounts(texts())
    pipeline = built(model, dataset)
    pipeline.fit(dataset.examples.take(np.arange(200)), dataset.target[:200])
    errors = np.abs(pipeline.predict(dataset.examples.take(np.arange(200, 240))) - dataset.target[200:])
    assert errors.mean() < 2.5


@pytest.mark.parametrize("model", of_task("binary"))
def test_columns_beside_the_text_are_features(model):
    dataset = texts(600, signal=0.0)
    dataset = replace(dataset, target=(dataset.examples.table.frame["size"] > 0).to_numpy(np.int64))
    pipeline = built(model, dataset)
    pipeline.fit(dataset.examples.take(np.arange(500)), dataset.target[:500])
    predicted = pipeline.predict_proba(dataset.examples.take(np.arange(500, 600))).argmax(axis=1)
    assert (predicted == dataset.target[500:]).mean() > 0.7


@pytest.mark.parametrize("model", of_task("binary"))
def test_words_that_say_nothing_are_not_believed(model):
    """With a penalty that is not chosen, linear models are far worse than the constant answer here."""
    dataset = texts(900, signal=0.0)
    pipeline = built(model, dataset)
    pipeline.fit(dataset.examples.take(np.arange(600)), dataset.target[:600])
    predicted = pipeline.predict_proba(dataset.examples.take(np.arange(600, 900)))
    assert log_loss(dataset.target[600:], predicted, labels=[0, 1]) < np.log(2) + 0.03


@pytest.mark.parametrize("model", of_task("binary"))
def test_empty_new_and_missing_texts_are_answered(model):
    dataset = texts(60)
    pipeline = built(model, dataset)
    pipeline.fit(dataset.examples.take(np.arange(60)), dataset.target)
    odd = dataset.examples.take(np.arange(4)).copy()
    odd["message"] = ["", None, "зовсім інша мова", "!!! ??? 😀"]
    predicted = pipeline.predict_proba(odd)
    assert np.isfinite(predicted).all()
    np.testing.assert_allclose(predicted.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("model", of_task("binary"))
def test_texts_without_words_say_so(model):
    dataset = texts(40)
    dataset.examples.table.frame["message"] = " "
    with pytest.raises(ValueError, match=r"^the 40 training texts have no words to learn from"):
        built(model, dataset).fit(dataset.examples.take(np.arange(40)), dataset.target)


@pytest.mark.parametrize("model", ["ngram-bag", "wide-mlp"])
def test_a_replay_by_steps_gives_the_same_network(model):
    dataset = texts()
    rows = dataset.examples.take(np.arange(240))
    first = built(model, dataset, time_limit_s=0.3).fit(rows, dataset.target)
    again = built(model, dataset, most_steps=first[-1].steps_).fit(rows, dataset.target)
    np.testing.assert_array_equal(first.predict_proba(rows), again.predict_proba(rows))


def test_the_log_ratio_is_the_published_one():
    from scipy.sparse import csr_matrix

    presence = csr_matrix(np.array([[1, 0], [1, 1], [0, 1]], dtype=np.float32))
    of_class = np.array([True, True, False])
    inside, outside = np.array([3.0, 2.0]), np.array([1.0, 2.0])
    expected = np.log((inside / inside.sum()) / (outside / outside.sum()))
    np.testing.assert_allclose(log_ratio(presence, of_class, None), expected, rtol=1e-6)


# Accuracy and log loss of the recipes, mean of two folds (standard error about 0.008 of accuracy and 0.015 of loss).
PUBLISHED = {
    ("ag_news_7600_noheader.csv", "0"): {
        "tfidf-linear": (0.882, 0.364),
        "nb-linear": (0.878, 0.377),
        "wide-mlp": (0.880, 0.367),
        "ngram-bag": (0.873, 0.382),
    },
    ("sst2_6920_noheader.tsv", "1"): {
        "tfidf-linear": (0.798, 0.441),
        "nb-linear": (0.789, 0.460),
        "wide-mlp": (0.777, 0.481),
        "ngram-bag": (0.770, 0.514),
    },
}


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the development sets in ../shared")
@pytest.mark.parametrize(
    ("file", "target"),
    [
        pytest.param(*names, marks=[pytest.mark.nightly] if names[0].startswith("ag_news") else [])
        for names in PUBLISHED
    ],
)
@pytest.mark.parametrize("model", ["tfidf-linear", "nb-linear", "wide-mlp", "ngram-bag"])
def test_models_reach_the_scores_of_their_recipes(file, target, model):
    dataset = prepared_data(DATA / file, Options(target)).dataset
    fold = make_folds(dataset, 5, 0, 0).folds[0]
    pipeline = built(model, dataset).fit(dataset.examples.take(fold.train), dataset.target[fold.train])
    predicted, truth = pipeline.predict_proba(dataset.examples.take(fold.test)), dataset.target[fold.test]
    accuracy, loss = PUBLISHED[file, target][model]
    assert (predicted.argmax(axis=1) == truth).mean() > accuracy - 0.02
    assert log_loss(truth, predicted, labels=range(len(dataset.labels))) < loss + 0.04
