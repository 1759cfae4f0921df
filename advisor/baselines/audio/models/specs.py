"""The models of recordings: one row each, and how its pipeline is built."""

from typing import TYPE_CHECKING, Any

from advisor.baselines.structure import Dataset, ModelSpec, Setting, users_row

if TYPE_CHECKING:
    import numpy as np

_HERE = "advisor.baselines.audio.models"
IMPORTS = ("sklearn.pipeline", "sklearn.preprocessing", f"{_HERE}.specs")
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "joblib")
_NETWORK = ("torch", f"{_HERE}.networks")
STEPS_EXPONENT = 0.2  # a network makes as many steps on few recordings as on many, as for pictures
STRENGTHS = (1e-3, 1e-2, 1e-1)  # the strongest penalties: hundreds of features, scaled, for hundreds of recordings
SVM_STRENGTH = 10.0

MODELS: tuple[ModelSpec, ...] = (
    ModelSpec("dummy", "Always the same answer", "none", "advisor.baselines.tabular.models.specs:constant", "constant"),
    ModelSpec(
        "duration",
        "Duration and loudness only",
        "none",
        f"{_HERE}.specs:duration",
        "simple",
        imports=("sklearn.linear_model",),
    ),
    ModelSpec(
        "mfcc-linear",
        "Linear model on MFCC statistics",
        "classical",
        f"{_HERE}.specs:statistics_linear",
        imports=("advisor.baselines.models.linear", "sklearn.linear_model"),
        strongest=True,
        floor=True,
    ),
    ModelSpec(
        "mfcc-svm",
        "SVM on MFCC statistics",
        "classical",
        f"{_HERE}.specs:statistics_svm",
        imports=("advisor.baselines.models.support_vectors", "sklearn.svm"),
        cost_exponent=1.7,
    ),
    ModelSpec(
        "mel-cnn",
        "CNN on log-mel with augmentation",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        cost_exponent=STEPS_EXPONENT,
        strongest=True,
    ),
    ModelSpec(
        "mel-cnn-plain",
        "CNN on log-mel without augmentation",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        cost_exponent=STEPS_EXPONENT,
    ),
)


def users_model(name: str) -> ModelSpec:
    """Return the row of a user's own estimator, `module:Class`, which gets the scaled statistics."""
    return users_row(name, f"{_HERE}.specs:users_estimator", MODELS)


def duration(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return a pipeline that looks at duration and loudness only."""
    from sklearn.linear_model import LogisticRegression

    return _pipeline(duration_and_loudness, LogisticRegression(max_iter=300, random_state=setting.seed))


def statistics_linear(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return logistic regression on scaled statistics; its penalty is chosen inside the fit."""
    from advisor.baselines.models.linear import LinearClassifier

    return _pipeline(statistics, LinearClassifier(strengths=STRENGTHS, many_rows=0, seed=setting.seed))


def statistics_svm(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return a support vector machine on scaled statistics."""
    from advisor.baselines.models.support_vectors import SupportVectorClassifier

    return _pipeline(statistics, SupportVectorClassifier(strength=SVM_STRENGTH, seed=setting.seed))


def network(spec: ModelSpec, setting: Setting, _: Dataset) -> Any:
    """Return the network of the row's name."""
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    from advisor.baselines.audio.models.networks import NetworkClassifier

    model = NetworkClassifier(architecture=spec.id, seed=setting.seed, **setting.limits)
    return Pipeline([("features", FunctionTransformer(spectrograms)), ("model", model)])


def users_estimator(spec: ModelSpec, setting: Setting, _: Dataset) -> Any:
    """Return the user's estimator behind the scaled statistics.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    """
    from advisor.baselines.models.users import users_class

    return _pipeline(statistics, users_class(spec.id, setting.seed))


def statistics(rows: "np.ndarray") -> "np.ndarray":
    """Return the statistics of described recordings."""
    return rows["statistics"]


def duration_and_loudness(rows: "np.ndarray") -> "np.ndarray":
    """Return the first two of them."""
    return rows["statistics"][:, :2]


def spectrograms(rows: "np.ndarray") -> "np.ndarray":
    """Return the log-mel bands of described recordings, shape (rows, bands, frames)."""
    return rows["mel"]


def _pipeline(features: Any, model: Any) -> Any:
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    return Pipeline([("features", FunctionTransformer(features)), ("scaling", StandardScaler()), ("model", model)])
