"""The table of baseline models: what each is called, its family, and how it is built."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Setting(NamedTuple):
    """What a model is built for.

    `metric` is the deciding measure's name: roc_auc, average_precision, log_loss, balanced_accuracy, accuracy,
    rmse, mae or r2. `time_limit_s` is when a network has to stop with the best weights so far; `most_steps` stops
    it after so many optimiser steps instead, which a replay needs.
    """

    task: str
    kinds: Mapping[str, str]
    metric: str
    seed: int
    time_limit_s: float | None = None
    most_steps: int | None = None


class Model(NamedTuple):
    """A row of the table, the models of a family from simple to elaborate."""

    id: str
    title: str
    family: str


MODELS: tuple[Model, ...] = (
    Model("dummy", "Always the same answer", "reference"),
    Model("one-feature", "Rule on one column", "reference"),
    Model("tree", "Readable tree", "reference"),
    Model("linear", "Regularised linear model", "ml"),
    Model("forest", "Random forest", "ml"),
    Model("xgboost", "XGBoost", "ml"),
    Model("mlp", "Plain network (MLP)", "dl"),
    Model("realmlp", "RealMLP-style network", "dl"),
    Model("tabm", "TabM-mini network", "dl"),
    Model("hybrid", "Network features, XGBoost on top", "hybrid"),
)


def build(model: str, setting: Setting) -> Any:
    """Return the unfitted scikit-learn pipeline of a model; its last step is named `model`.

    The pipeline takes a typed frame and the target, int64 classes or float64 values, and
    `fit(X, y, model__sample_weight=weights)` weights the rows. Only what the model needs is imported.

    Raises
    ------
    KeyError
        If `model` is not an id of `MODELS`.
    """
    from sklearn.pipeline import Pipeline

    builder, style = _BUILDERS[model]
    steps = [] if style is None else [("preprocessing", _preprocessing(style, setting))]
    return Pipeline([*steps, ("model", builder(model, setting))])


def _preprocessing(style: str, setting: Setting) -> Any:
    from advisor.baselines.tabular.models.preprocessing import Preparation
    from advisor.baselines.tabular.models.reference import OneNumberPerColumn

    if style == "rule":
        return OneNumberPerColumn(kinds=setting.kinds, task=setting.task)
    return Preparation(kinds=setting.kinds, style=style, task=setting.task, seed=setting.seed)


def _loss(setting: Setting) -> str:
    from advisor.baselines.tabular.models.validation import loss_name

    return loss_name(setting.task, setting.metric)


def _dummy(_: str, setting: Setting) -> Any:
    from sklearn.dummy import DummyClassifier, DummyRegressor

    if setting.task != "regression":
        return DummyClassifier(strategy="prior")
    return DummyRegressor(strategy="median" if _loss(setting) == "mae" else "mean")


def _of_task(module: str, classifier: str, regressor: str, setting: Setting, **options: Any) -> Any:
    """Return the classifier or regressor of a module of this package; a regressor is told the loss."""
    from importlib import import_module

    found = import_module(f"advisor.baselines.tabular.models.{module}")
    if setting.task != "regression":
        return getattr(found, classifier)(seed=setting.seed, **options)
    return getattr(found, regressor)(seed=setting.seed, loss=_loss(setting), **options)


def _one_feature(_: str, setting: Setting) -> Any:
    return _of_task("reference", "OneFeatureClassifier", "OneFeatureRegressor", setting)


def _tree(_: str, setting: Setting) -> Any:
    return _of_task("reference", "ReadableTreeClassifier", "ReadableTreeRegressor", setting)


def _linear(_: str, setting: Setting) -> Any:
    return _of_task("linear", "LinearClassifier", "LinearRegressor", setting)


def _forest(_: str, setting: Setting) -> Any:
    return _of_task("trees", "ForestClassifier", "ForestRegressor", setting)


def _xgboost(_: str, setting: Setting) -> Any:
    return _of_task("trees", "BoostedClassifier", "BoostedRegressor", setting)


def _network(model: str, setting: Setting) -> Any:
    limits = {"time_limit_s": setting.time_limit_s, "most_steps": setting.most_steps}
    return _of_task("networks", "NetworkClassifier", "NetworkRegressor", setting, architecture=model, **limits)


def _hybrid(_: str, setting: Setting) -> Any:
    limits = {"time_limit_s": setting.time_limit_s, "most_steps": setting.most_steps}
    return _of_task("hybrid", "HybridClassifier", "HybridRegressor", setting, **limits)


_BUILDERS: Mapping[str, tuple[Callable[[str, Setting], Any], str | None]] = {
    "dummy": (_dummy, None),
    "one-feature": (_one_feature, "rule"),
    "tree": (_tree, "trees"),
    "linear": (_linear, "linear"),
    "forest": (_forest, "trees"),
    "xgboost": (_xgboost, "trees"),
    "mlp": (_network, "network"),
    "realmlp": (_network, "network"),
    "tabm": (_network, "network"),
    "hybrid": (_hybrid, "network"),
}
