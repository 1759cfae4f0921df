"""Recommendations built by hand, and profiles for real ones."""

from typing import Any

from advisor.reports.recommendation import (
    ApproachRow,
    Candidate,
    Caution,
    CounterfactualRow,
    EstimateRow,
    Gain,
    MissingRow,
    PlanStep,
    PriorAnswer,
    Range,
    Reason,
    Recommendation,
    SourceRow,
    TechniqueRow,
    Undecided,
)
from tests.render import baseline_samples

PROFILES = {
    "table": """
        name: churn
        task: classification
        data: {structure: tabular, rows: 7043, labelled: 7043, features: 19}
        """,
    "images": """
        name: parts
        task: classification
        data: {structure: image, rows: 400, labelled: 400, classes: 4}
        compute: {hardware: cpu}
        latency: {p95_ms: 50}
        """,
    "thin": "{task: regression, data: {structure: tabular}}",
    "lookup": "{task: lookup, data: {structure: tabular, rows: 300, known_rule: true}}",
    "text": """
        name: größe [red]x[/red]
        task: classification
        data: {structure: text, rows: 5574, labelled: 5574, classes: 2}
        interpretability: {need: post-hoc}
        deployment: {target: mobile, predictions_per_day: 1000000}
        value: {error_cost_usd: 2}
        """,
    "impossible": """
        name: cars
        task: object-detection
        data: {structure: video, rows: 900, labelled: 900, known_rule: false}
        interpretability: {need: intrinsic}
        """,
}


def approach_rows(**chances: float) -> tuple[ApproachRow, ...]:
    families = {"none": "none", "classical": "ml", "hybrid": "hybrid", "transfer": "dl", "deep": "dl"}
    rows = [
        ApproachRow(
            name,
            family,
            chances.get(name, 0.0),
            10 * chances.get(name, 0.0) - 2,
            name in chances,
            () if name in chances else ("a-limit", "another-limit"),
        )
        for name, family in families.items()
    ]
    return tuple(sorted(rows, key=lambda row: (not row.feasible, -row.probability)))


def model(approach: str, fits: bool | None = True, **changes: Any) -> Candidate:
    row = Candidate(
        model=f"{approach}-model",
        title=f"Model of the {approach} kind",
        approach=approach,
        library="somelib",
        why="It is the default here.",
        estimate=EstimateRow(0.4612, 0.02, 61.7, 1234.5, 0.1),
        fits=fits,
        violates=("latency.p95_ms",) if fits is False else (),
        unsure=("data.labelled",) if fits is None else (),
        rescued_by=(),
        licence={"code": "MIT", "commercial": True, "weights": None},
        sources=("book-2020",),
    )
    return row._replace(**changes)


def reason(rule: str, because: str = "Because it is so.", **points: float) -> Reason:
    full = dict.fromkeys(("none", "classical", "hybrid", "transfer", "deep"), 0.0) | points
    return Reason(
        rule,
        rule.replace("-", " ").capitalize(),
        "success",
        "structure",
        full,
        points,
        because,
        "Hardly ever.",
        (SourceRow("book-2020", "It says so."),),
    )


def made(**changes: Any) -> Recommendation:
    """Return a small answer for classical learning, with changes."""
    result = Recommendation(
        tool={"name": "advisor", "version": "0.1.0"},
        rules={"version": "2026.11", "sha256": "ab" * 32, "count": 3},
        profile={"name": "churn", "task": "classification", "data": {"structure": "tabular", "rows": 900}},
        file="churn.yaml",
        verdict="ml",
        approach="classical",
        probability=0.8123456789,
        confidence="high",
        stability=0.995,
        gain=Gain(1 / 3, 0.01, "Counted on many data sets."),
        scores={"ml": 0.8123456789, "dl": 0.1, "hybrid": 0.0876543211, "none": 0.0},
        approaches=approach_rows(classical=0.8123456789, transfer=0.1, hybrid=0.0876543211),
        reasons=(
            reason("a-plain-table", classical=7.5, transfer=-1.0, deep=-0.0),
            reason("few-labels", classical=-1.5, transfer=2.0),
        ),
        undecided=(Undecided("noisy-labels", ("data.label_quality",)),),
        missing=(
            MissingRow("data.labelled", True, 0.1234567891, 0.2),
            MissingRow("team.weeks", False, 0.0, 0.01),
        ),
        counterfactuals=(
            CounterfactualRow({"data.rows": 5574}, {"data.rows": 900}, "transfer"),
            CounterfactualRow(
                {"latency.p95_ms": 0.123456789, "team.upkeep": "low"},
                {"latency.p95_ms": None, "team.upkeep": None},
                "none",
            ),
        ),
        candidates=(model("classical"), model("transfer", False, rescued_by=("quantisation: 62 -> 37",))),
        techniques=(TechniqueRow("shap", "SHAP", "Shares it out.", "exact for trees", "No cause.", ("x-1",)),),
        costs={"training_usd": Range(0.5, 1234.4), "energy_kwh": Range(0.02, 0.02)},
        plan=(PlanStep("Fit a dummy.", "It is cheap.", "baseline"), PlanStep("Look.", "It helps.", "data")),
        warnings=(Caution("labels-unknown", ("data.labelled",), "data.labelled is not given"),),
    )
    return result._replace(**changes)


def toss_up() -> Recommendation:
    return made(
        verdict="toss-up",
        approach="hybrid",
        probability=0.49,
        confidence="low",
        approaches=approach_rows(hybrid=0.49, transfer=0.46, classical=0.05),
        candidates=(model("hybrid"), model("transfer")),
    )


def confirmed(**changes: Any) -> Recommendation:
    """Return an answer that a measurement confirmed, with what was measured."""
    measured = made(
        baseline=baseline_samples.made(),
        prior=PriorAnswer("classical", 0.74),
        confirmation="confirmed",
        confirmation_reason="the best network is not better by more than 0.005 with probability above 0.10",
    )
    return measured._replace(**changes)


def infeasible(**changes: Any) -> Recommendation:
    result = made(
        profile={
            "name": "cars",
            "task": "object-detection",
            "data": {"structure": "video"},
            "interpretability": {"need": "intrinsic"},
            "latency": {"p95_ms": 0.5},
        },
        verdict="infeasible",
        approach=None,
        probability=None,
        confidence=None,
        stability=None,
        gain=None,
        scores=None,
        approaches=approach_rows(),
        missing=(),
        counterfactuals=(
            CounterfactualRow({"interpretability.need": "helpful"}, {"interpretability.need": "intrinsic"}, "transfer"),
        ),
        candidates=(),
        techniques=(),
        plan=(),
        warnings=(
            Caution(
                "limits-clash",
                ("interpretability.need", "latency.p95_ms"),
                "no approach is left: all by limits",
            ),
        ),
    )
    return result._replace(**changes)
