"""The models that forecast: one row each, and how its pipeline is built."""

from typing import Any

from advisor.baselines.structure import Dataset, ModelSpec, Setting

_HERE = "advisor.baselines.forecast.models"
IMPORTS = ("pandas", "sklearn.pipeline", f"{_HERE}.naive", f"{_HERE}.specs")
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "duckdb", "joblib")
_NETWORK = ("torch", f"{_HERE}.networks")

MODELS: tuple[ModelSpec, ...] = (
    ModelSpec(
        "naive",
        "Last value or last season",
        "none",
        f"{_HERE}.specs:naive",
        "constant",
        takes_weights=False,
    ),
    ModelSpec("last-value", "Last value", "none", f"{_HERE}.specs:naive", "simple", takes_weights=False),
    ModelSpec("seasonal-naive", "Last season", "none", f"{_HERE}.specs:naive", "simple", takes_weights=False),
    ModelSpec(
        "theta",
        "Theta method",
        "classical",
        f"{_HERE}.specs:theta",
        imports=(f"{_HERE}.theta",),
        takes_weights=False,
        floor=True,
    ),
    ModelSpec(
        "lag-ridge",
        "Ridge on the last values",
        "classical",
        f"{_HERE}.specs:lag_ridge",
        imports=(f"{_HERE}.ridge",),
        takes_weights=False,
        strongest=True,
        floor=True,
    ),
    ModelSpec(
        "lag-boosting",
        "XGBoost on the last values",
        "classical",
        f"{_HERE}.specs:lag_boosting",
        imports=("xgboost", f"{_HERE}.boosting"),
        packages=("xgboost-cpu", "xgboost"),
        takes_weights=False,
    ),
    ModelSpec(
        "dlinear",
        "DLinear",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        takes_weights=False,
    ),
    ModelSpec(
        "nhits",
        "N-HiTS, median of three",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        takes_weights=False,
        strongest=True,
    ),
)
_REPEATS = {"naive": "better", "last-value": "last", "seasonal-naive": "season"}


def naive(spec: ModelSpec, _: Setting, __: Dataset) -> Any:
    """Return a pipeline that repeats what was."""
    from advisor.baselines.forecast.models.naive import NaiveForecaster

    return _pipeline(NaiveForecaster(repeats=_REPEATS[spec.id]))


def theta(_: ModelSpec, __: Setting, ___: Dataset) -> Any:
    """Return the Theta method."""
    from advisor.baselines.forecast.models.theta import ThetaForecaster

    return _pipeline(ThetaForecaster())


def lag_ridge(_: ModelSpec, __: Setting, ___: Dataset) -> Any:
    """Return ridge regression on windows."""
    from advisor.baselines.forecast.models.ridge import LagRidgeForecaster

    return _pipeline(LagRidgeForecaster())


def lag_boosting(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return boosted trees on lags."""
    from advisor.baselines.forecast.models.boosting import LagBoostingForecaster

    return _pipeline(LagBoostingForecaster(seed=setting.seed))


def network(spec: ModelSpec, setting: Setting, _: Dataset) -> Any:
    """Return the network of the row's name."""
    from advisor.baselines.forecast.models.networks import NetworkForecaster

    return _pipeline(
        NetworkForecaster(
            architecture=spec.id,
            seed=setting.seed,
            time_limit_s=setting.time_limit_s,
            most_steps=setting.most_steps,
        )
    )


def _pipeline(model: Any) -> Any:
    from sklearn.pipeline import Pipeline

    return Pipeline([("model", model)])
