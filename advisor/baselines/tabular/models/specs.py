"""The models of tables: one row each, and how its pipeline is built."""

from typing import TYPE_CHECKING, Any

from advisor.baselines.structure import Dataset, ModelSpec, Setting, users_row

if TYPE_CHECKING:
    from advisor.baselines.tabular.table import TableExamples

_HERE = "advisor.baselines.tabular.models"
IMPORTS = ("pandas", "sklearn.pipeline", f"{_HERE}.preprocessing", f"{_HERE}.specs")
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "duckdb", "joblib")
_TREES = ("sklearn.ensemble", f"{_HERE}.forest")
_BOOSTING, _BOOSTING_PACKAGES = ("xgboost", f"{_HERE}.boosting"), ("xgboost", "xgboost-cpu")
_NETWORK = ("torch", f"{_HERE}.networks")

MODELS: tuple[ModelSpec, ...] = (
    ModelSpec("dummy", "Always the same answer", "none", f"{_HERE}.specs:constant", "constant"),
    ModelSpec("one-rule", "Rule on one column", "none", f"{_HERE}.specs:one_rule", "simple", cost_exponent=1.1),
    ModelSpec("tree", "Readable tree", "classical", f"{_HERE}.specs:readable_tree", "reference", cost_exponent=1.1),
    ModelSpec(
        "linear",
        "Regularised linear model",
        "classical",
        f"{_HERE}.specs:linear",
        imports=("sklearn.linear_model",),
        cost_exponent=1.1,
        floor=True,
    ),
    ModelSpec(
        "forest", "Random forest", "classical", f"{_HERE}.specs:forest", imports=_TREES, cost_exponent=1.15
    ),  # it sorts, the others pass over the rows
    ModelSpec(
        "xgboost",
        "XGBoost",
        "classical",
        f"{_HERE}.specs:boosted_trees",
        imports=_BOOSTING,
        packages=_BOOSTING_PACKAGES,
        strongest=True,
        floor=True,
    ),
    ModelSpec(
        "lightgbm",
        "LightGBM",
        "classical",
        f"{_HERE}.specs:boosted_trees",
        imports=("lightgbm", f"{_HERE}.boosting"),
        packages=("lightgbm",),
    ),
    ModelSpec(
        "catboost",
        "CatBoost",
        "classical",
        f"{_HERE}.specs:boosted_trees",
        imports=("catboost", f"{_HERE}.boosting"),
        packages=("catboost",),
        where_installed="catboost",
    ),
    ModelSpec("mlp", "Plain network (MLP)", "deep", f"{_HERE}.specs:network", imports=_NETWORK, packages=("torch",)),
    ModelSpec(
        "realmlp", "RealMLP-style network", "deep", f"{_HERE}.specs:network", imports=_NETWORK, packages=("torch",)
    ),
    ModelSpec(
        "tabm",
        "TabM-mini network",
        "deep",
        f"{_HERE}.specs:network",
        imports=(*_NETWORK, "tabm"),
        packages=("torch", "tabm"),
        strongest=True,
    ),
    ModelSpec(
        "hybrid",
        "Network features, XGBoost on top",
        "hybrid",
        f"{_HERE}.specs:hybrid",
        imports=(*_NETWORK, *_BOOSTING, f"{_HERE}.hybrid"),
        packages=("torch", *_BOOSTING_PACKAGES),
    ),
)


def users_model(name: str) -> ModelSpec:
    """Return the row of a user's own estimator, `module:Class`."""
    return users_row(name, f"{_HERE}.specs:users_estimator", MODELS)


def constant(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a pipeline that always gives the same answer."""
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.pipeline import Pipeline

    if dataset.task != "regression":
        return Pipeline([("model", DummyClassifier(strategy="prior"))])
    strategy = "median" if _loss(setting, dataset) == "mae" else "mean"
    return Pipeline([("model", DummyRegressor(strategy=strategy))])


def one_rule(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a pipeline that uses only the most predictive column."""
    from sklearn.pipeline import Pipeline

    from advisor.baselines.tabular.models.reference import OneNumberPerColumn

    model = _of_task("reference", "OneRuleClassifier", "OneRuleRegressor", setting, dataset)
    numbers = OneNumberPerColumn(kinds=_table(dataset).kinds, task=dataset.task)
    return Pipeline([("preprocessing", numbers), ("model", model)])


def readable_tree(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a tree that fits on a page."""
    model = _of_task("reference", "ReadableTreeClassifier", "ReadableTreeRegressor", setting, dataset)
    return _prepared("trees", model, setting, dataset)


def linear(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a linear or logistic model whose strength of regularisation is chosen inside the fit."""
    model = _of_task("advisor.baselines.models.linear", "LinearClassifier", "LinearRegressor", setting, dataset)
    return _prepared("linear", model, setting, dataset)


def forest(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a random forest."""
    model = _of_task("forest", "ForestClassifier", "ForestRegressor", setting, dataset)
    return _prepared("trees", model, setting, dataset)


def boosted_trees(spec: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return the boosted trees of the library that the row is named after."""
    model = _of_task("boosting", "BoostedClassifier", "BoostedRegressor", setting, dataset, library=spec.id)
    return _prepared("trees", model, setting, dataset)


def network(spec: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return the network of the row's name."""
    model = _of_task(
        "networks", "NetworkClassifier", "NetworkRegressor", setting, dataset, architecture=spec.id, **setting.limits
    )
    return _prepared("network", model, setting, dataset)


def hybrid(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return XGBoost on the columns and the features of a network."""
    model = _of_task("hybrid", "HybridClassifier", "HybridRegressor", setting, dataset, **setting.limits)
    return _prepared("network", model, setting, dataset)


def in_context(spec: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return the foundation model whose weights the row names, on numbers as they are and levels as codes."""
    file = None if spec.weights is None else spec.weights.file(dataset.task)
    assert spec.weights is not None  # noqa: S101 - rows without weights have another builder
    assert file is not None  # noqa: S101 - `refusal` has looked
    own = {"library": spec.weights.release.library, "checkpoint": str(file.path)}
    model = _of_task("in_context", "InContextClassifier", "InContextRegressor", setting, dataset, **own)
    return _prepared("in-context", model, setting, dataset)


def users_estimator(spec: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return the user's estimator behind the preprocessing of a network: dense, scaled, nothing missing.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    """
    from advisor.baselines.models.users import users_class

    return _prepared("network", users_class(spec.id, setting.seed), setting, dataset)


def _prepared(style: str, model: Any, setting: Setting, dataset: Dataset) -> Any:
    from sklearn.pipeline import Pipeline

    from advisor.baselines.tabular.models.preprocessing import Preparation

    kinds = _table(dataset).kinds
    preparation = Preparation(kinds=kinds, style=style, task=dataset.task, seed=setting.seed)
    return Pipeline([("preprocessing", preparation), ("model", model)])


def _of_task(module: str, classifier: str, regressor: str, setting: Setting, dataset: Dataset, **options: Any) -> Any:
    """Return the classifier or regressor of a module of this package; a regressor is given the loss."""
    from importlib import import_module

    found = import_module(module if "." in module else f"{_HERE}.{module}")
    if dataset.task != "regression":
        return getattr(found, classifier)(seed=setting.seed, **options)
    return getattr(found, regressor)(seed=setting.seed, loss=_loss(setting, dataset), **options)


def _loss(setting: Setting, dataset: Dataset) -> str:
    from advisor.baselines.models.validation import loss_name

    return loss_name(dataset.task, setting.metric)


def _table(dataset: Dataset) -> "TableExamples":
    from advisor.baselines.tabular.table import TableExamples

    assert isinstance(dataset.examples, TableExamples)  # noqa: S101 - these are models of tables
    return dataset.examples
