"""The table of profile fields: single source of checker, JSON Schema, documentation and interview."""

from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What a field's value looks like."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    FLAG = "flag"
    COUNT = "count"
    AMOUNT = "amount"
    SHARE = "share"


Prior = tuple[tuple[Any, float], ...]


class Field(NamedTuple):
    """One field of the profile.

    `prior` holds values and weights that the field would take in projects that leave it out: judgement,
    used for unknowns only. None among them stands for a limit that the project does not have.
    `changeable` says whether a team could change it (labels, budget, latency) or not (task), `effort` how hard
    one step of it is beside the others. An unknown field is not asked for where another has the value that
    `unless` names.
    """

    path: str
    kind: Kind
    doc: str
    question: str = ""
    values: tuple[str, ...] = ()
    minimum: float = 0
    maximum: float = 1e15
    required: bool = False
    changeable: bool = False
    prior: Prior = ()
    effort: float = 1.0
    unless: tuple[str, str] | None = None

    @property
    def numeric(self) -> bool:
        """Whether values are numbers that can be ordered."""
        return self.kind in (Kind.COUNT, Kind.AMOUNT, Kind.SHARE)

    @property
    def choices(self) -> tuple[Any, ...]:
        """Every value of a field that is not a number; one at a time of those that may be listed together."""
        if self.kind is Kind.FLAG:
            return (False, True)
        return tuple([value] for value in self.values) if self.kind is Kind.CHOICES else self.values


TASKS = (
    "classification",
    "regression",
    "ranking",
    "forecasting",
    "recommendation",
    "clustering",
    "anomaly-detection",
    "object-detection",
    "segmentation",
    "information-extraction",
    "retrieval",
    "translation",
    "speech-recognition",
    "speech-synthesis",
    "generation",
    "control",
    "lookup",
)
STRUCTURES = (
    "tabular",
    "text",
    "document",
    "image",
    "video",
    "audio",
    "time-series",
    "sensor",
    "log",
    "graph",
    "interactions",
    "mixed",
)
REGULATIONS = (
    "credit-decision",
    "insurance-pricing",
    "medical-device",
    "hiring",
    "bank-model-risk",
    "automated-decision",
    "high-risk-ai",
)
CRITERIA = ("accuracy", "interpretability", "latency", "cost", "time", "upkeep", "robustness", "energy")
DEFAULT_PRIORITY = 3.0


def _even(*values: Any) -> Prior:
    return tuple((value, 1.0) for value in values)


def _flag(share_true: float) -> Prior:
    return ((False, 1.0 - share_true), (True, share_true))


_SIZES: Prior = ((300, 1), (3_000, 2), (10_000, 2), (30_000, 2), (300_000, 2), (10_000_000, 1))

_CRITERION_DOCS = {
    "accuracy": "what the last points of accuracy are worth",
    "interpretability": "how much it matters that people can see why",
    "latency": "how much low latency matters",
    "cost": "how much money for labels, training and serving matters",
    "time": "how much an early first model matters",
    "upkeep": "how much low maintenance after the launch matters",
    "robustness": "how much robustness to unusual input matters",
    "energy": "how much low energy use matters",
}

FIELDS: tuple[Field, ...] = (
    Field("version", Kind.COUNT, "version of the profile format", minimum=1, maximum=1),
    Field("name", Kind.TEXT, "a short name for reports"),
    Field("description", Kind.TEXT, "what the project is about"),
    Field("task", Kind.CHOICE, "what the model must do", "What must the model do?", TASKS, required=True),
    Field(
        "data.structure",
        Kind.CHOICE,
        "what one example looks like",
        "What does one example look like?",
        STRUCTURES,
        required=True,
    ),
    Field(
        "data.rows",
        Kind.COUNT,
        "examples at hand (rows, documents, images, clips, series windows, nodes)",
        "How many examples do you have?",
        changeable=True,
        prior=_SIZES,
    ),
    Field(
        "data.labelled",
        Kind.COUNT,
        "how many of these have a label (0 = none)",
        "How many of the examples have a label?",
        changeable=True,
        prior=_SIZES,
    ),
    Field(
        "data.unlabelled",
        Kind.COUNT,
        "further examples without a label",
        "How many more examples could you get without labels?",
        changeable=True,
        prior=((0, 3), (10_000, 2), (1_000_000, 1)),
    ),
    Field(
        "data.hours_labelled",
        Kind.AMOUNT,
        "audio and video: hours with labels or transcripts",
        "How many hours of recordings have labels or transcripts?",
        changeable=True,
        prior=((1.0, 1), (10.0, 2), (100.0, 2), (1_000.0, 0.5)),
    ),
    Field(
        "data.hours_unlabelled",
        Kind.AMOUNT,
        "audio and video: further hours without labels",
        "How many more hours of recordings could you get without labels?",
        changeable=True,
        prior=((0.0, 3), (100.0, 2), (10_000.0, 1)),
    ),
    Field(
        "data.simulator",
        Kind.FLAG,
        "whether a simulator, or the rules of a game, make as many examples as are asked for",
        "Is there a simulator that makes as many examples as you ask for?",
        changeable=True,
        effort=2,
        prior=_flag(0.1),
    ),
    Field(
        "data.features",
        Kind.COUNT,
        "columns, or hand-made features per example",
        "How many columns or hand-made features does an example have?",
        prior=((8, 1), (20, 3), (60, 3), (300, 1), (2_000, 0.5)),
    ),
    Field(
        "data.classes",
        Kind.COUNT,
        "classes of a classification",
        "How many classes are there?",
        minimum=2,
        maximum=1e9,
        prior=((2, 5), (5, 2), (20, 2), (200, 1)),
    ),
    Field(
        "data.minority_share",
        Kind.SHARE,
        "share of the rarest class that matters",
        "What share of the examples is in the rarest class that matters?",
        maximum=1,
        prior=((0.3, 4), (0.1, 3), (0.02, 2), (0.002, 1)),
    ),
    Field(
        "data.categorical_share",
        Kind.SHARE,
        "share of columns that hold categories",
        "What share of the columns holds categories?",
        maximum=1,
        prior=_even(0.0, 0.2, 0.5, 0.8),
    ),
    Field(
        "data.missing_share",
        Kind.SHARE,
        "share of cells that are empty",
        "What share of the cells is empty?",
        maximum=1,
        changeable=True,
        prior=((0.0, 4), (0.05, 4), (0.2, 1), (0.4, 0.5)),
    ),
    Field(
        "data.max_cardinality",
        Kind.COUNT,
        "categories in the largest categorical column",
        "How many categories does the largest categorical column have?",
        prior=((10, 4), (100, 3), (5_000, 1.5), (1_000_000, 0.5)),
    ),
    Field(
        "data.series",
        Kind.COUNT,
        "forecasting: number of series",
        "How many series should be forecast?",
        minimum=1,
        prior=((1, 2), (30, 2), (1_000, 3), (50_000, 1)),
    ),
    Field(
        "data.history",
        Kind.COUNT,
        "forecasting: points per series",
        "How many past points does a series have?",
        changeable=True,
        prior=((40, 2), (150, 3), (1_000, 3), (10_000, 1)),
    ),
    Field(
        "data.horizon",
        Kind.COUNT,
        "forecasting: steps ahead",
        "How many steps ahead should be forecast?",
        minimum=1,
        prior=((1, 1), (12, 3), (30, 2), (300, 0.5)),
    ),
    Field(
        "data.resolution",
        Kind.COUNT,
        "pixels of the shorter side of an image, frame or page",
        "How many pixels does the shorter side of an image have?",
        minimum=1,
        maximum=100_000,
        changeable=True,
        prior=((128, 1), (224, 3), (640, 1)),
    ),
    Field(
        "data.length",
        Kind.COUNT,
        "tokens of a text, steps of a series window",
        "How long is one example (tokens of a text, steps of a series)?",
        minimum=1,
        maximum=10_000_000,
        prior=((40, 1), (150, 3), (1_000, 1)),
    ),
    Field(
        "data.signal",
        Kind.CHOICE,
        "how the target depends on the features",
        "How does the target depend on the features, as far as you know?",
        ("linear", "mildly-nonlinear", "complex"),
        prior=(("linear", 1), ("mildly-nonlinear", 2), ("complex", 1)),
    ),
    Field(
        "data.label_quality",
        Kind.CHOICE,
        "whether labels can be trusted",
        "Can the labels be trusted?",
        ("clean", "noisy"),
        changeable=True,
        prior=(("clean", 2), ("noisy", 1)),
    ),
    Field(
        "data.domain_features",
        Kind.FLAG,
        "whether good hand-made features exist (HOG, MFCC, ratios, physics)",
        "Do good hand-made features exist (HOG, MFCC, ratios, physics)?",
        changeable=True,
        prior=_flag(0.3),
    ),
    Field(
        "data.known_rule",
        Kind.FLAG,
        "whether a person can write the rule down",
        "Could a person write the rule down?",
        prior=_flag(0.05),
    ),
    Field(
        "data.drift",
        Kind.CHOICE,
        "how fast the world behind the data changes",
        "How fast does the world behind the data change?",
        ("none", "slow", "fast"),
        prior=(("none", 1), ("slow", 3), ("fast", 1)),
    ),
    Field(
        "labels.cost_usd",
        Kind.AMOUNT,
        "cost of one label",
        "What does one label cost (USD)?",
        changeable=True,
        prior=((0.05, 2), (0.5, 3), (5.0, 2), (100.0, 1)),
    ),
    Field(
        "labels.budget_usd",
        Kind.AMOUNT,
        "total budget for labels",
        "What is the total budget for labels (USD)?",
        changeable=True,
        prior=((0.0, 2), (1_000.0, 2), (10_000.0, 2), (100_000.0, 1)),
    ),
    Field(
        "interpretability.need",
        Kind.CHOICE,
        "what must be explained: post-hoc accepts explanations made afterwards, intrinsic wants a readable model",
        "Must the model be explained?",
        ("none", "helpful", "post-hoc", "intrinsic"),
        changeable=True,
        effort=1.5,
        prior=(("none", 3), ("helpful", 4), ("post-hoc", 2), ("intrinsic", 0.5)),
    ),
    Field(
        "interpretability.regulation",
        Kind.CHOICES,
        "regulations that apply to the use",
        "Does a regulation apply?",
        REGULATIONS,
        prior=(([], 12), (["automated-decision"], 1), (["medical-device"], 0.5), (["high-risk-ai"], 0.5)),
    ),
    Field(
        "latency.p95_ms",
        Kind.AMOUNT,
        "limit for one prediction, as served, in milliseconds (95th percentile)",
        "Within how many milliseconds must a prediction be served (95th percentile)?",
        minimum=0.0001,
        changeable=True,
        prior=((20.0, 0.5), (100.0, 1.5), (500.0, 2), (5_000.0, 1), (None, 5)),
        unless=("latency.mode", "batch"),
    ),
    Field(
        "latency.mode",
        Kind.CHOICE,
        "predictions in batches or one by one",
        "Are predictions made in batches or one by one?",
        ("batch", "online"),
        changeable=True,
        prior=_even("batch", "online"),
    ),
    Field(
        "compute.hardware",
        Kind.CHOICE,
        "hardware for training only",
        "What hardware is available for training?",
        ("cpu", "gpu", "gpu-cluster"),
        changeable=True,
        prior=(("cpu", 3), ("gpu", 4), ("gpu-cluster", 0.5)),
    ),
    Field(
        "compute.gpu_hours",
        Kind.AMOUNT,
        "GPU-hours for training, including the search",
        "How many GPU-hours are available for training, including the search?",
        changeable=True,
        prior=((10.0, 1), (100.0, 1.5), (1_000.0, 1), (None, 5)),
    ),
    Field(
        "compute.budget_usd",
        Kind.AMOUNT,
        "budget for training, including the search",
        "What is the budget for training, including the search (USD)?",
        changeable=True,
        prior=((100.0, 0.5), (1_000.0, 1.5), (10_000.0, 1.5), (100_000.0, 0.5), (None, 4)),
    ),
    Field(
        "deployment.target",
        Kind.CHOICE,
        "where the model is served",
        "Where will the model be served?",
        ("cloud", "on-premises", "edge-cpu", "edge-gpu", "mobile", "browser", "microcontroller"),
        changeable=True,
        prior=(
            ("cloud", 12),
            ("on-premises", 4),
            ("edge-cpu", 1),
            ("edge-gpu", 1),
            ("mobile", 1),
            ("browser", 0.5),
            ("microcontroller", 0.1),
        ),
        effort=3,
    ),
    Field(
        "deployment.accelerator",
        Kind.FLAG,
        "whether there is a GPU or NPU at serving time",
        "Is there a GPU or NPU at serving time?",
        changeable=True,
        prior=_flag(0.5),
    ),
    Field(
        "deployment.memory_mb",
        Kind.AMOUNT,
        "what the model may take when served: weights and activations, without the interpreter",
        "How much memory may the model take when served (MB)?",
        minimum=0.0001,
        changeable=True,
        prior=((500.0, 0.5), (4_000.0, 1.5), (32_000.0, 1), (None, 6)),
    ),
    Field(
        "deployment.predictions_per_day",
        Kind.AMOUNT,
        "predictions served per day",
        "How many predictions will be served per day?",
        changeable=True,
        prior=((100.0, 1), (10_000.0, 3), (1_000_000.0, 2), (50_000_000.0, 0.5)),
    ),
    Field(
        "deployment.pretrained_weights",
        Kind.FLAG,
        "whether third-party weights may be used",
        "May weights trained by others be used?",
        changeable=True,
        prior=_flag(0.93),
    ),
    Field(
        "deployment.hosted_models",
        Kind.FLAG,
        "whether data may be sent to a hosted model",
        "May data be sent to a hosted model?",
        changeable=True,
        prior=_flag(0.5),
    ),
    Field(
        "deployment.offline",
        Kind.FLAG,
        "whether the model must work without a network",
        "Must the model work without a network?",
        changeable=True,
        prior=_flag(0.1),
    ),
    Field(
        "deployment.data_residency",
        Kind.FLAG,
        "whether the data must stay within the organisation or its country",
        "Must the data stay within the organisation or its country?",
        prior=_flag(0.2),
    ),
    Field(
        "deployment.commercial",
        Kind.FLAG,
        "whether the use is commercial",
        "Is the use commercial?",
        prior=_flag(0.8),
    ),
    Field(
        "team.deep_learning",
        Kind.CHOICE,
        "experience of the team",
        "How much experience with deep learning does the team have?",
        ("none", "some", "expert"),
        changeable=True,
        prior=(("none", 1), ("some", 3), ("expert", 1)),
    ),
    Field(
        "team.weeks",
        Kind.AMOUNT,
        "weeks to the first model in use",
        "How many weeks until the first model is in use?",
        changeable=True,
        prior=((2.0, 1), (8.0, 3), (26.0, 3)),
    ),
    Field(
        "team.upkeep",
        Kind.CHOICE,
        "capacity to monitor and retrain",
        "How much capacity is there to monitor and retrain?",
        ("low", "normal", "high"),
        changeable=True,
        prior=(("low", 1), ("normal", 3), ("high", 1)),
    ),
    Field(
        "value.error_cost_usd",
        Kind.AMOUNT,
        "what one wrong prediction costs",
        "What does one wrong prediction cost (USD)?",
        prior=((0.01, 2), (1.0, 3), (50.0, 2)),
    ),
    Field(
        "value.incumbent",
        Kind.CHOICE,
        "what does the job today",
        "What does the job today?",
        ("none", "manual", "rules", "model"),
        prior=(("none", 2), ("manual", 3), ("rules", 2), ("model", 1)),
    ),
    Field(
        "risk.adversarial",
        Kind.FLAG,
        "whether somebody gains by fooling the model",
        "Does somebody gain by fooling the model?",
        prior=_flag(0.1),
    ),
    Field(
        "risk.safety_critical",
        Kind.FLAG,
        "whether an error can hurt people",
        "Can an error hurt people?",
        prior=_flag(0.1),
    ),
    Field(
        "risk.fairness",
        Kind.FLAG,
        "whether decisions about people must be fair across groups",
        "Must decisions be fair across groups of people?",
        prior=_flag(0.2),
    ),
    Field(
        "risk.energy",
        Kind.FLAG,
        "whether energy use matters (a battery, a climate goal)",
        "Does energy use matter (a battery, a climate goal)?",
        prior=_flag(0.1),
    ),
    *(
        Field(
            f"priorities.{criterion}",
            Kind.AMOUNT,
            f"{_CRITERION_DOCS[criterion]}: 0 to 5, 3 if left out",
            minimum=0,
            maximum=5,
            changeable=True,
        )
        for criterion in CRITERIA
    ),
)

FIELD: dict[str, Field] = {field.path: field for field in FIELDS}
SECTIONS: tuple[str, ...] = tuple(dict.fromkeys(field.path.partition(".")[0] for field in FIELDS if "." in field.path))

# Tasks whose examples carry their own answer (the next point, the next click) or that learn from raw data.
SELF_LABELLED_TASKS = (
    "forecasting",
    "recommendation",
    "clustering",
    "lookup",
    "anomaly-detection",
    "retrieval",
    "control",
    "generation",
)
