"""The models of texts: one row each, and how its pipeline is built."""

from typing import TYPE_CHECKING, Any

from advisor.baselines.structure import Dataset, ModelSpec, Setting, users_row

if TYPE_CHECKING:
    from advisor.baselines.text.examples import TextExamples
    from advisor.baselines.text.models.vectors import TextVectors

_HERE = "advisor.baselines.text.models"
IMPORTS = ("pandas", "sklearn.pipeline", "sklearn.feature_extraction.text", f"{_HERE}.vectors", f"{_HERE}.specs")
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "duckdb", "joblib")
_NETWORK = ("torch", f"{_HERE}.networks")
CLASSES = ("binary", "multiclass")
STRENGTHS = (0.1, 1.0, 10.0)
EMBEDDING_STRENGTHS = (0.001, 0.01, 0.1, 1.0)

MODELS: tuple[ModelSpec, ...] = (
    ModelSpec("dummy", "Always the same answer", "none", "advisor.baselines.tabular.models.specs:constant", "constant"),
    ModelSpec("one-word", "Rule on one word", "none", f"{_HERE}.specs:one_word", "simple", imports=("sklearn.tree",)),
    ModelSpec(
        "tfidf-linear",
        "Linear model on TF-IDF",
        "classical",
        f"{_HERE}.specs:tfidf_linear",
        imports=("advisor.baselines.models.linear", "sklearn.linear_model"),
        strongest=True,
        floor=True,
    ),
    ModelSpec(
        "nb-linear",
        "Naive Bayes weights, linear",
        "classical",
        f"{_HERE}.specs:naive_bayes_linear",
        imports=(f"{_HERE}.naive_bayes", "sklearn.linear_model"),
        tasks=CLASSES,
        floor=True,
    ),
    ModelSpec(
        "word-linear",
        "Linear model on words",
        "classical",
        f"{_HERE}.specs:word_linear",
        imports=("advisor.baselines.models.linear", "sklearn.linear_model"),
        tasks=("regression",),
        floor=True,
    ),
    ModelSpec(
        "ngram-bag",
        "N-gram network (fastText)",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
    ),
    ModelSpec(
        "wide-mlp",
        "Wide network on TF-IDF",
        "deep",
        f"{_HERE}.specs:network",
        imports=_NETWORK,
        packages=("torch",),
        strongest=True,
    ),
)


def users_model(name: str) -> ModelSpec:
    """Return the row of a user's own estimator, `module:Class`, which gets the sparse TF-IDF of words."""
    return users_row(name, f"{_HERE}.specs:users_estimator", MODELS)


def one_word(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a pipeline that asks for one word only."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    stump = DecisionTreeRegressor if dataset.task == "regression" else DecisionTreeClassifier
    return _on_vectors("presence", stump(max_depth=1, min_samples_leaf=3, random_state=setting.seed), setting, dataset)


def tfidf_linear(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a linear model on the TF-IDF of words, pairs of words and pieces of words."""
    return _on_vectors("terms", _linear(setting, dataset), setting, dataset)


def word_linear(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a linear model on the TF-IDF of words and pairs of words."""
    return _on_vectors("words", _linear(setting, dataset), setting, dataset)


def naive_bayes_linear(_: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a linear model on terms weighted by their naive Bayes log ratio."""
    from advisor.baselines.text.models.naive_bayes import NaiveBayesLinearClassifier

    return _on_vectors("presence", NaiveBayesLinearClassifier(seed=setting.seed), setting, dataset)


def network(spec: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return the network of the row's name."""
    from advisor.baselines.text.models.networks import NetworkClassifier, NetworkRegressor

    style = "bag" if spec.id == "ngram-bag" else "words"
    if dataset.task != "regression":
        model: Any = NetworkClassifier(architecture=spec.id, seed=setting.seed, **setting.limits)
    else:
        model = NetworkRegressor(
            architecture=spec.id, loss=_loss(setting, dataset), seed=setting.seed, **setting.limits
        )
    return _on_vectors(style, model, setting, dataset)


def on_embeddings(spec: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return a linear model on the embeddings of the encoder that the row names, beside words where it is a hybrid."""
    from sklearn.pipeline import Pipeline

    from advisor.baselines.text.models.embedding import TextEmbeddings

    weights = spec.weights
    assert weights is not None  # noqa: S101 - rows without weights have another builder
    file = weights.file(dataset.task)
    assert file is not None  # noqa: S101 - an encoder is for every task
    beside = _vectors("terms" if spec.approach == "hybrid" else "none", setting, dataset)
    embeddings = TextEmbeddings(
        path=str(file.path), beside=beside, cache=weights.cache, time_limit_s=setting.time_limit_s
    )
    strengths = STRENGTHS if spec.approach == "hybrid" else EMBEDDING_STRENGTHS
    return Pipeline([("preprocessing", embeddings), ("model", _linear(setting, dataset, strengths))])


def users_estimator(spec: ModelSpec, setting: Setting, dataset: Dataset) -> Any:
    """Return the user's estimator behind the TF-IDF of words and pairs of words.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    """
    from advisor.baselines.models.users import users_class

    return _on_vectors("words", users_class(spec.id, setting.seed), setting, dataset)


def _linear(setting: Setting, dataset: Dataset, strengths: tuple[float, ...] = STRENGTHS) -> Any:
    from advisor.baselines.models.linear import LinearClassifier, LinearRegressor

    chosen: dict[str, Any] = {"strengths": strengths, "many_rows": 0, "seed": setting.seed}
    if dataset.task != "regression":
        return LinearClassifier(**chosen)
    return LinearRegressor(loss=_loss(setting, dataset), **chosen)


def _loss(setting: Setting, dataset: Dataset) -> str:
    from advisor.baselines.models.validation import loss_name

    return loss_name(dataset.task, setting.metric)


def _on_vectors(style: str, model: Any, setting: Setting, dataset: Dataset) -> Any:
    from sklearn.pipeline import Pipeline

    return Pipeline([("preprocessing", _vectors(style, setting, dataset)), ("model", model)])


def _vectors(style: str, setting: Setting, dataset: Dataset) -> "TextVectors":
    from advisor.baselines.text.models.vectors import TextVectors

    examples = _texts(dataset)
    return TextVectors(
        texts=examples.texts, kinds=examples.table.kinds, style=style, task=dataset.task, seed=setting.seed
    )


def _texts(dataset: Dataset) -> "TextExamples":
    from advisor.baselines.text.examples import TextExamples

    assert isinstance(dataset.examples, TextExamples)  # noqa: S101 - these are models of texts
    return dataset.examples
