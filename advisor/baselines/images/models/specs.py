"""The models of pictures: one row each, and how its pipeline is built."""

from typing import Any

from advisor.baselines.structure import Dataset, ModelSpec, Setting, users_row

_HERE = "advisor.baselines.images.models"
IMPORTS = ("sklearn.pipeline", "sklearn.preprocessing", f"{_HERE}.features", f"{_HERE}.specs")
PACKAGES = ("numpy", "pandas", "pillow", "scikit-learn", "scipy", "joblib")
_NETWORK = ("torch", f"{_HERE}.networks")
STEPS_EXPONENT = 0.2  # a network makes as many steps on few pictures as on many, in smaller batches; measured
STRENGTHS = (1e-4, 1e-3, 1e-2)  # the strongest penalties: thousands of features, scaled, for hundreds of pictures

MODELS: tuple[ModelSpec, ...] = (
    ModelSpec("dummy", "Always the same answer", "none", "advisor.baselines.tabular.models.specs:constant", "constant"),
    ModelSpec(
        "colour",
        "Mean colour only",
        "none",
        f"{_HERE}.specs:mean_colour",
        "simple",
        imports=("sklearn.linear_model",),
    ),
    ModelSpec(
        "hog-linear",
        "Linear model on gradients",
        "classical",
        f"{_HERE}.specs:gradients_linear",
        imports=("advisor.baselines.models.linear", "sklearn.linear_model"),
        strongest=True,
        floor=True,
    ),
    ModelSpec(
        "hog-svm",
        "SVM on gradients",
        "classical",
        f"{_HERE}.specs:gradients_svm",
        imports=("advisor.baselines.models.support_vectors", "sklearn.svm", "sklearn.linear_model"),
        cost_exponent=1.7,
    ),
    ModelSpec(
        "cnn",
        "CNN with augmentation",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        cost_exponent=STEPS_EXPONENT,
        strongest=True,
    ),
    ModelSpec(
        "cnn-plain",
        "CNN without augmentation",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        cost_exponent=STEPS_EXPONENT,
    ),
)


def users_model(name: str) -> ModelSpec:
    """Return the row of a user's own estimator, `module:Class`, which gets the scaled gradients and colours."""
    return users_row(name, f"{_HERE}.specs:users_estimator", MODELS)


def mean_colour(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return a pipeline that looks at brightness and mean colour only."""
    from sklearn.linear_model import LogisticRegression

    from advisor.baselines.images.models.features import MeanColour

    return _pipeline(MeanColour(), True, LogisticRegression(max_iter=300, random_state=setting.seed))


def gradients_linear(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return logistic regression on scaled gradients, patterns and colours; its penalty is chosen inside the fit."""
    from advisor.baselines.images.models.features import ShapeAndColour
    from advisor.baselines.models.linear import LinearClassifier

    return _pipeline(ShapeAndColour(), True, LinearClassifier(strengths=STRENGTHS, many_rows=0, seed=setting.seed))


def gradients_svm(_: ModelSpec, setting: Setting, __: Dataset) -> Any:
    """Return a support vector machine on gradients as they are: their blocks are normalised, and scaling harms it."""
    from advisor.baselines.images.models.features import ShapeAndColour
    from advisor.baselines.models.support_vectors import SupportVectorClassifier

    return _pipeline(ShapeAndColour(), False, SupportVectorClassifier(seed=setting.seed))


def network(spec: ModelSpec, setting: Setting, _: Dataset) -> Any:
    """Return the network of the row's name."""
    from sklearn.pipeline import Pipeline

    from advisor.baselines.images.models.networks import NetworkClassifier

    model = NetworkClassifier(architecture=spec.id, seed=setting.seed, **setting.limits)
    return Pipeline([("model", model)])


def users_estimator(spec: ModelSpec, setting: Setting, _: Dataset) -> Any:
    """Return the user's estimator behind the scaled gradients and colours.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    """
    from advisor.baselines.images.models.features import ShapeAndColour
    from advisor.baselines.models.users import users_class

    return _pipeline(ShapeAndColour(), True, users_class(spec.id, setting.seed))


def _pipeline(features: Any, scaled: bool, model: Any) -> Any:
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    scaling = [("scaling", StandardScaler(copy=False))] if scaled else []
    return Pipeline([("features", features), *scaling, ("model", model)])
