"""The models of series: one row each, and how its pipeline is built."""

from typing import Any

from advisor.baselines.structure import Dataset, ModelSpec, Setting, users_row

_HERE = "advisor.baselines.series.models"
IMPORTS = ("pandas", "sklearn.pipeline", f"{_HERE}.channels", f"{_HERE}.specs")
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "duckdb", "joblib")
_NETWORK = ("torch", f"{_HERE}.networks")
STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1)
MANY_SERIES = 500  # from here on one inner fold chooses the strength

MODELS: tuple[ModelSpec, ...] = (
    ModelSpec("dummy", "Always the same answer", "none", "advisor.baselines.tabular.models.specs:constant", "constant"),
    ModelSpec(
        "statistics",
        "Level, spread and roughness",
        "none",
        f"{_HERE}.specs:statistics",
        "simple",
        imports=("advisor.baselines.models.linear", "sklearn.linear_model", "sklearn.preprocessing"),
    ),
    ModelSpec(
        "quant",
        "Quantiles, extra trees",
        "classical",
        f"{_HERE}.specs:quant",
        imports=(f"{_HERE}.quant", "sklearn.ensemble"),
        floor=True,
    ),
    ModelSpec(
        "minirocket",
        "MiniRocket, linear model",
        "classical",
        f"{_HERE}.specs:minirocket",
        imports=(f"{_HERE}.minirocket", f"{_HERE}.wide_linear", "sklearn.linear_model", "sklearn.preprocessing"),
        strongest=True,
        floor=True,
    ),
    ModelSpec(
        "fcn",
        "Convolutional network (FCN)",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        cost_exponent=0.8,
    ),
    ModelSpec(
        "lite",
        "Inception network (LITE)",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        cost_exponent=0.8,
        strongest=True,
    ),
)


def users_model(name: str) -> ModelSpec:
    """Return the row of a user's own estimator, `module:Class`, which gets the values one after the other."""
    return users_row(name, f"{_HERE}.specs:users_estimator", MODELS)


def statistics(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return a logistic regression on level, spread and roughness of each channel."""
    from sklearn.preprocessing import StandardScaler

    from advisor.baselines.models.linear import LinearClassifier
    from advisor.baselines.series.models.channels import Statistics

    return _pipeline(Statistics(), StandardScaler(), LinearClassifier(seed=setting.seed))


def quant(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return extra trees on quantiles of intervals."""
    from advisor.baselines.series.models.quant import ExtraTrees, Quant

    return _pipeline(Quant(), ExtraTrees(seed=setting.seed))


def minirocket(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return a linear model on MiniRocket's features."""
    from sklearn.preprocessing import StandardScaler

    from advisor.baselines.series.models.channels import SameScale
    from advisor.baselines.series.models.minirocket import MiniRocket
    from advisor.baselines.series.models.wide_linear import WideLinearClassifier

    model = WideLinearClassifier(strengths=STRENGTHS, many_rows=MANY_SERIES, seed=setting.seed)
    return _pipeline(SameScale(), MiniRocket(seed=setting.seed), StandardScaler(), model)


def network(spec: ModelSpec, setting: Setting, _: Dataset) -> Any:
    """Return the network of the row's name."""
    from advisor.baselines.series.models.channels import SameScale
    from advisor.baselines.series.models.networks import NetworkClassifier

    model = NetworkClassifier(architecture=spec.id, seed=setting.seed, **setting.limits)
    return _pipeline(SameScale(), model)


def users_estimator(spec: ModelSpec, setting: Setting, _: Dataset) -> Any:
    """Return the user's estimator behind the scaled values of all channels, one after the other.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    """
    from advisor.baselines.models.users import users_class
    from advisor.baselines.series.models.channels import Flat, SameScale

    return _pipeline(SameScale(), Flat(), users_class(spec.id, setting.seed))


def _pipeline(*steps: Any) -> Any:
    from sklearn.pipeline import Pipeline

    *before, model = steps
    return Pipeline([*((type(step).__name__.lower(), step) for step in before), ("model", model)])
