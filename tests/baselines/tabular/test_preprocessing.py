"""A table as numbers: the same for one row and for many, and as scikit-learn's own transformers give them."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from advisor.baselines.tabular.models.forest import ForestClassifier, ForestRegressor
from advisor.baselines.tabular.models.preprocessing import Dates, Preparation

KINDS = {
    "size": "numeric",
    "full": "numeric",
    "level": "categorical",
    "city": "categorical",
    "seen": "date",
    "note": "text",
    "code": "text",
    "blank": "empty",
}
TASKS = ("binary", "multiclass", "regression")


def frame(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.normal(size=rows) * 100
    size[rng.random(rows) < 0.2] = np.nan
    size[rng.random(rows) < 0.05] = np.inf
    level = rng.choice(np.array(["low", "middle", "high", None], dtype=object), rows, p=[0.5, 0.3, 0.15, 0.05])
    seen = pd.Series(pd.Timestamp("1968-11-30 07:15") + pd.to_timedelta(rng.integers(0, 9 * 10**7, rows), unit="s"))
    seen[rng.random(rows) < 0.1] = pd.NaT
    note = pd.Series([f"{'good' if one > 0 else 'bad'} case number {place % 7}" for place, one in enumerate(size)])
    return pd.DataFrame(
        {
            "size": size,
            "full": rng.integers(0, 9, rows).astype(float),
            "level": pd.Categorical(level),
            "city": pd.Categorical([f"city {number}" for number in rng.integers(0, 70, rows)]),
            "seen": seen,
            "note": note.where(rng.random(rows) > 0.1, None),
            "code": [f"A{number}-{number % 5}" for number in rng.integers(0, 99, rows)],
            "blank": np.nan,
        }
    )


def target(rows: int, task: str) -> np.ndarray:
    rng = np.random.default_rng(9)
    return rng.normal(size=rows) if task == "regression" else rng.integers(0, 2 if task == "binary" else 3, rows)


def dense(matrix) -> np.ndarray:
    return matrix.toarray() if sparse.issparse(matrix) else matrix


def unseen() -> pd.DataFrame:
    rows = frame(40, seed=1)
    rows["level"] = pd.Categorical(["higher", *rows["level"][1:]])
    rows["city"] = pd.Categorical([None, "nowhere", *rows["city"][2:]])
    rows["code"] = ["", "äöü", *rows["code"][2:]]
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("style", ["linear", "trees", "network"])
def test_one_row_becomes_what_it_becomes_among_others(style, task):
    preparation = Preparation(kinds=KINDS, style=style, task=task).fit(frame(400, seed=0), target(400, task))
    rows = unseen()
    together = dense(preparation.transform(rows))
    alone = np.vstack([dense(preparation.transform(rows.iloc[[place]])) for place in range(len(rows))])
    np.testing.assert_array_equal(alone, together)
    again = pickle.loads(pickle.dumps(preparation))
    np.testing.assert_array_equal(dense(again.transform(rows)), together)


@pytest.mark.parametrize("task", TASKS)
def test_numbers_and_levels_are_those_of_scikit_learn(task):
    columns = ["size", "full", "level", "city"]
    kinds = {name: KINDS[name] for name in columns}
    train, rows, y = frame(400, seed=0)[columns], unseen()[columns], target(400, task)

    def named(part: pd.DataFrame) -> pd.DataFrame:
        levels = {name: part[name].astype(object).fillna("(missing)") for name in ("level", "city")}
        return part.assign(**levels, size=part["size"].replace(np.inf, np.nan))

    scale = [SimpleImputer(strategy="median", add_indicator=True), StandardScaler()]
    means = TargetEncoder(
        target_type="continuous" if task == "regression" else "auto", cv=KFold(5, shuffle=True, random_state=0)
    )
    theirs = ColumnTransformer(
        [
            ("numbers", make_pipeline(*scale), ["size", "full"]),
            (
                "few",
                OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=2, sparse_output=False),
                ["level"],
            ),
            ("many", make_pipeline(means, *scale), ["city"]),
        ]
    )
    ours = Preparation(kinds=kinds, style="linear", task=task)
    np.testing.assert_allclose(ours.fit_transform(train, y), theirs.fit_transform(named(train), y), rtol=0, atol=1e-6)
    np.testing.assert_allclose(ours.transform(rows), theirs.transform(named(rows)), rtol=0, atol=1e-6)


def test_parts_of_dates_are_those_of_pandas():
    dates = frame(300, seed=0)[["seen"]]
    column = dates["seen"]
    expected = pd.DataFrame(
        {
            "days": (column - column.min()).dt.total_seconds() / 86_400,
            "hour": column.dt.hour + column.dt.minute / 60,
            "weekday": column.dt.day_of_week,
            "day": column.dt.day_of_year,
            "month": column.dt.month,
            "year": column.dt.year,
        }
    )
    parts = Dates(style="trees").fit_transform(dates)
    np.testing.assert_allclose(parts, expected.to_numpy(np.float64), rtol=1e-12)
    assert np.isnan(parts).all(axis=1).sum() == column.isna().sum() > 0


def test_many_features_of_a_linear_model_are_sparse_and_few_are_not():
    train, y = frame(400, seed=0), target(400, "binary")
    few = Preparation(kinds=KINDS | {"note": "empty", "code": "empty"}, style="linear", task="binary")
    assert isinstance(few.fit_transform(train, y), np.ndarray)
    train["note"] = [f"word{place} other{place * 7}" for place in np.arange(400) % 390]
    many = Preparation(kinds=KINDS, style="linear", task="binary")
    matrix = many.fit_transform(train, y)
    assert sparse.issparse(matrix)
    assert matrix.shape[1] > 600
    assert sparse.issparse(many.transform(train[:1]))


@pytest.mark.slow
def test_a_forest_gives_the_mean_of_its_trees():
    features = np.random.default_rng(0).normal(size=(200, 5))
    rows = features[:20].astype(np.float32)
    amounts = ForestRegressor().fit(features, features[:, 0] * 3)
    np.testing.assert_allclose(amounts.predict(rows), amounts.model_.predict(rows), rtol=1e-12)
    classes = ForestClassifier().fit(features, np.digitize(features[:, 0], [-0.5, 0.5]))
    blended = (1 - classes.blend_) * classes.model_.predict_proba(rows) + classes.blend_ * classes.prior_
    np.testing.assert_allclose(classes.predict_proba(rows), blended, rtol=1e-12)
