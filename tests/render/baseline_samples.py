"""Results of `advisor baseline` as they come from real files, one for every situation that a report must tell."""

import math
from statistics import mean, stdev
from typing import Any

from advisor.reports.baseline import (
    BaselineResult,
    Check,
    ColumnRow,
    Comparison,
    DatasetRow,
    Decision,
    FitRow,
    HybridChance,
    LearningCurve,
    Margin,
    MetricRow,
    ModelRow,
    Pays,
    PredictRow,
    ProfileAnswer,
    ProtocolRow,
    PublishedRow,
    Settles,
)

T95 = {2: 12.706, 3: 4.303, 5: 2.776, 10: 2.262, 25: 2.064}  # two-sided Student t by number of fold scores, less one
TITLES = {
    "dummy": ("Always the same answer", "reference"),
    "one-rule": ("Rule on one column", "reference"),
    "tree": ("Readable tree", "reference"),
    "linear": ("Regularised linear model", "ml"),
    "forest": ("Random forest", "ml"),
    "xgboost": ("XGBoost", "ml"),
    "mlp": ("Plain network (MLP)", "dl"),
    "realmlp": ("RealMLP-style network", "dl"),
    "tabm": ("TabM-mini network", "dl"),
    "hybrid": ("Network features, XGBoost on top", "hybrid"),
}
ROLES = {"dummy": "constant", "one-rule": "simple"}
APPROACHES = {"ml": "classical", "dl": "deep", "hybrid": "hybrid"}
# One row p50, p95, a row of a batch, the model alone p50, p95 (ms); fit (s), size and peak memory (MB).
MEASURES = {
    "dummy": (0.21, 0.3, 0.0004, 0.02, 0.03, 0.004, 0.0011, 148.0),
    "one-rule": (1.13, 1.4, 0.0011, 0.11, 0.15, 0.031, 0.0021, 151.0),
    "tree": (3.62, 4.2, 0.0014, 0.16, 0.21, 0.082, 0.0121, 153.0),
    "linear": (3.81, 4.6, 0.0019, 0.1, 0.14, 0.14, 0.0083, 156.0),
    "forest": (18.4, 22.7, 0.041, 14.4, 17.9, 1.62, 18.9, 243.0),
    "xgboost": (4.42, 5.3, 0.008, 0.49, 0.62, 0.94, 0.826, 171.0),
    "mlp": (4.61, 5.5, 0.0094, 0.62, 0.8, 6.31, 0.274, 402.0),
    "realmlp": (4.89, 6.1, 0.013, 0.84, 1.02, 13.2, 0.677, 418.0),
    "tabm": (5.13, 6.4, 0.021, 1.13, 1.4, 11.97, 0.219, 431.0),
    "hybrid": (9.71, 11.8, 0.037, 1.73, 2.11, 13.4, 1.12, 436.0),
}
WAVE = (-1.2, 0.4, 0.9, -0.6, 0.5, 1.1, -0.9, -0.2, 0.7, -0.7)
RED = "\x1b[31mred\x1b[0m"


def fold_scores(score: float, spread: float, folds: int) -> tuple[float, ...]:
    """Return scores with about this mean and standard deviation."""
    centre = mean(WAVE[:folds])
    return tuple(round(score + spread * (step - centre), 6) for step in WAVE[:folds])


def interval(scores: tuple[float, ...], folds: int) -> tuple[float, float]:
    """Return the corrected t interval over the scores of repeated folds (Nadeau and Bengio 2003)."""
    m = len(scores)
    half = T95[m] * stdev(scores) * math.sqrt(1 / m + 1 / (folds - 1))
    return mean(scores) - half, mean(scores) + half


def scored(model: str, score: float, spread: float, *, folds: int = 5, slower: float = 1.0, **changes: Any) -> ModelRow:
    """Return the row of a model that was measured."""
    title, family = TITLES.get(model, (model, "ml"))
    p50, p95, batch, model_p50, model_p95, fit, size, memory = MEASURES.get(model, MEASURES["xgboost"])
    scores = fold_scores(score, spread, folds)
    row = ModelRow(
        id=model,
        title=title,
        family=family,
        status="ok",
        score=mean(scores),
        ci95=interval(scores, folds),
        fold_scores=scores,
        fit_s=fit * slower,
        predict_ms=PredictRow(p50, p95, batch, model_p50, model_p95),
        size_mb=size,
        peak_rss_mb=memory,
        violates=(),
        note="",
        approach=approach(model, family),
        role=ROLES.get(model, ""),
    )
    return row._replace(**changes)


def approach(model: str, family: str) -> str:
    return "none" if model in ROLES else APPROACHES.get(family, "classical")


def lost(model: str, status: str, note: str, fold_scores: tuple[float | None, ...] = ()) -> ModelRow:
    """Return the row of a model that did not get a score."""
    title, family = TITLES.get(model, (model, "ml"))
    nothing = (None, None, fold_scores, None, None, None, None, ())
    return ModelRow(model, title, family, status, *nothing, note, approach(model, family), ROLES.get(model, ""))


def column(
    name: str,
    kind: str = "numeric",
    role: str = "feature",
    why: str = "every value is a number",
    missing: float = 0.0,
    distinct: int = 100,
) -> ColumnRow:
    return ColumnRow(name, kind, role, why, missing, distinct)


FILE = (
    Decision("format", "CSV", "the name ends in .csv", "--input-format"),
    Decision("encoding", "UTF-8", "every byte sequence is valid", "--encoding"),
    Decision("separator", ",", "the same count in every line", "--separator"),
    Decision("header", "first line", "its cells are text above columns of numbers", "--no-header"),
    Decision("missing marks", "?, NA", "no other value in their columns is text", "--missing"),
)
CHURN_COLUMNS = (
    column("customerID", "text", "left-out", "a different value in every row", 0.0, 7043),
    column("gender", "categorical", why="2 different values", distinct=2),
    column("SeniorCitizen", "categorical", why="numbers, but only 0 and 1", distinct=2),
    column("tenure", distinct=73),
    column("Contract", "categorical", why="3 different values", distinct=3),
    column("MonthlyCharges", distinct=1585),
    column("TotalCharges", why="numbers beside blanks, which count as missing", missing=0.0016, distinct=6530),
    column("Churn", "categorical", "target", "2 different values", distinct=2),
)


def plan(models: tuple[ModelRow, ...], folds: int, repeats: int) -> tuple[FitRow, ...]:
    return tuple(
        FitRow(row.id, repeat, fold, None, 740 if row.status == "timed-out" else None, row.status)
        for repeat in range(repeats)
        for fold in range(folds)
        for row in models
        if row.status != "skipped"
    )


def churn_models(best: str = "linear") -> tuple[ModelRow, ...]:
    ahead = 0.004 if best == "linear" else 0.0
    return (
        scored("dummy", 0.5, 0.0),
        scored("one-rule", 0.7371, 0.009),
        scored("tree", 0.8243, 0.009),
        scored("linear", 0.8459 + ahead, 0.0071),
        scored("forest", 0.8442, 0.0068),
        scored("xgboost", 0.8478, 0.0069),
        scored("mlp", 0.8337, 0.0081),
        scored("realmlp", 0.8391, 0.0073),
        scored("tabm", 0.8438, 0.0072),
        scored("hybrid", 0.8421, 0.0076),
    )


def made(**changes: Any) -> BaselineResult:
    """Return a plain win of classical learning on customer data, with changes."""
    models = changes.pop("models", churn_models())
    folds, repeats = changes.pop("folds", 5), changes.pop("repeats", 1)
    result = BaselineResult(
        tool={"name": "advisor", "version": "0.1.0"},
        dataset=DatasetRow(
            path="churn.csv",
            sha256="3f" * 32,
            rows=7043,
            rows_used=7043,
            columns=8,
            target="Churn",
            task="binary",
            task_reason="has two values, No, Yes; positive is Yes, the rarer one (26.5% of the rows)",
            sampled=False,
            classes=("No", "Yes"),
            class_shares=(0.735, 0.265),
            positive="Yes",
            decisions=FILE,
            columns_read=CHURN_COLUMNS,
        ),
        checks=(
            Check(
                "id-column",
                "warning",
                "customerID",
                "every row has a value of its own, so that a model could only learn rows by heart; it is left out",
                "If it carries meaning, `--keep customerID` brings it back.",
            ),
            Check("imbalance", "note", None, "26% of the rows are `Yes`", ""),
        ),
        protocol=ProtocolRow(
            metric=MetricRow("roc_auc", True),
            folds=folds,
            repeats=repeats,
            split="stratified-k-fold",
            seed=0,
            budget_s=120.0,
            rope=0.005,
            jobs=2,
            rows=7043,
            options={"target": "Churn", "budget": "2m"},
            plan=plan(models, folds, repeats),
            notes=(),
        ),
        models=models,
        comparison=Comparison("linear", "tabm", 0.0061, (0.0012, 0.011), 0.9312, 0.0685, 0.0003, True),
        verdict="ml",
        verdict_reason=(
            "Regularised linear model leads TabM-mini network by 0.0061 ROC AUC (95% interval 0.0012 to 0.0110), "
            "more than the 0.005 that count as equal, with probability 0.93"
        ),
        prefer="ml",
        learning_curve=None,
        elapsed_s=97.3124,
        interrupted=False,
        saved=None,
    )
    return result._replace(**changes)


def changed(result: BaselineResult, part: str, **values: Any) -> BaselineResult:
    """Return a result with other values in its dataset, protocol or comparison."""
    return result._replace(**{part: getattr(result, part)._replace(**values)})


def network_win() -> BaselineResult:
    """Diamonds: a smooth price, on which networks lead; saved, with a learning curve in RMSE."""
    models = (
        scored("dummy", 3989.2, 31.0),
        scored("one-rule", 1548.6, 22.0),
        scored("tree", 1104.3, 30.0),
        scored("linear", 1122.4, 41.0),
        scored("forest", 603.6, 16.0),
        scored("xgboost", 588.1, 14.0),
        scored("mlp", 585.9, 17.0),
        scored("realmlp", 561.0, 15.0),
        scored("tabm", 534.1, 11.0, note="stopped by its clock while still improving in 2 of 5 folds"),
        scored("hybrid", 571.8, 14.0),
    )
    result = made(
        models=models,
        checks=(),
        comparison=Comparison("xgboost", "tabm", -54.0, (-68.2, -39.8), 0.0, 0.02, 0.98, True),
        verdict="dl",
        verdict_reason=(
            "TabM-mini network has a lower RMSE than XGBoost by 54 (95% interval 40 to 68), more than the 40 that "
            "count as equal, with probability 0.98"
        ),
        prefer="dl",
        learning_curve=LearningCurve(
            (500, 1000, 2000, 4000, 8000),
            (1003.0, 842.0, 741.0, 655.0, 588.1),
            (1254.0, 861.0, 702.0, 601.0, 534.1),
            {
                "2x": {"rows": 16000, "ml": 541.0, "dl": 497.0, "p_flip": 0.04},
                "4x": {"rows": 32000, "ml": 509.0, "dl": 472.0, "p_flip": 0.09},
            },
            "No flip is expected up to four times the data",
        ),
        saved="winner",
        elapsed_s=118.9,
    )
    result = changed(result, "protocol", metric=MetricRow("rmse", False), rope=39.9, split="k-fold", rows=10000)
    return changed(
        result,
        "dataset",
        path="diamonds.csv",
        rows=53940,
        rows_used=10000,
        columns=10,
        target="price",
        task="regression",
        task_reason="holds 11,602 different whole numbers",
        classes=(),
        class_shares=(),
        positive=None,
        columns_read=(column("carat", distinct=273), column("price", role="target", distinct=11602)),
    )


def equal() -> BaselineResult:
    """Digits: everything is near perfect; ten classes, two looks."""
    models = (
        scored("dummy", 2.3028, 0.0001),
        scored("one-rule", 1.9731, 0.011),
        scored("tree", 0.9023, 0.061),
        scored("linear", 0.1248, 0.021),
        scored("forest", 0.3026, 0.017),
        scored("xgboost", 0.1213, 0.019),
        scored("mlp", 0.1392, 0.022),
        scored("realmlp", 0.1192, 0.02),
        scored("tabm", 0.1207, 0.018),
        scored("hybrid", 0.1302, 0.02),
    )
    result = made(
        models=models,
        repeats=2,
        checks=(Check("tiny-data", "note", None, "1,797 rows are few for ten classes", "More rows narrow intervals."),),
        comparison=Comparison("xgboost", "realmlp", -0.0011, (-0.0081, 0.0059), 0.003, 0.992, 0.005, True),
        verdict="equal",
        verdict_reason=(
            "The best of both families differ by 0.0011 log loss, within the 0.046 that count as equal with "
            "probability 0.99"
        ),
        prefer="ml",
        elapsed_s=88.0,
    )
    result = changed(result, "protocol", metric=MetricRow("log_loss", False), rope=0.046)
    return changed(
        result,
        "dataset",
        path="digits.parquet",
        rows=1797,
        rows_used=1797,
        columns=65,
        target="digit",
        task="multiclass",
        task_reason="has ten values, 0 to 9",
        classes=tuple("0123456789"),
        class_shares=(0.1,) * 10,
        positive=None,
    )


def undecided() -> BaselineResult:
    """A large file sampled for memory: every network was cut off by the clock."""
    models = (
        scored("dummy", 0.5, 0.0, folds=3),
        scored("one-rule", 0.7133, 0.004, folds=3),
        scored("tree", 0.8511, 0.005, folds=3),
        scored("linear", 0.9032, 0.0027, folds=3, slower=19),
        lost("forest", "skipped", "the weakest of its family after the first fold, left out to close the budget"),
        scored("xgboost", 0.9203, 0.0024, folds=3, slower=8),
        lost("mlp", "skipped", "the weakest of its family after the first fold, left out to close the budget"),
        scored("realmlp", 0.9127, 0.0025, folds=3, note="stopped by its clock while still improving in 3 of 3 folds"),
        scored("tabm", 0.9176, 0.0027, folds=3, note="stopped by its clock while still improving in 3 of 3 folds"),
        lost("hybrid", "timed-out", "a fit took longer than its 24 s"),
    )
    result = made(
        models=models,
        folds=3,
        checks=(
            Check(
                "duplicate-rows",
                "warning",
                None,
                "1,204 rows (2.4%) appear more than once; copies stay in one fold",
                "If they are errors, remove them; if they are counts, `--weights` takes a column of counts.",
            ),
        ),
        comparison=Comparison("xgboost", "tabm", 0.0027, (-0.0021, 0.0075), 0.1322, 0.8581, 0.0097, True),
        verdict="undecided",
        verdict_reason=(
            "XGBoost leads TabM-mini network by 0.0027 ROC AUC, but the network was stopped by its clock while still "
            "improving; `--budget 8m` would let it finish"
        ),
        prefer="ml",
        elapsed_s=119.2,
    )
    result = changed(
        result,
        "protocol",
        rows=40000,
        notes=(
            "Random forest and Plain network (MLP) were left out to close the budget",
            "compared on 40,000 of 48,842 rows: the verdict holds for that size",
        ),
    )
    return changed(
        result,
        "dataset",
        path="adult.csv.gz",
        rows=5_600_000,
        rows_used=48842,
        columns=15,
        target="class",
        sampled=True,
        task_reason="has two values, <=50K, >50K; positive is >50K, the rarer one (24.8% of the rows)",
        classes=("<=50K", ">50K"),
        class_shares=(0.761, 0.239),
        positive=">50K",
    )


def no_signal() -> BaselineResult:
    """Coin flips: nothing beats the dummy."""
    models = (
        scored("dummy", 0.5, 0.0),
        scored("one-rule", 0.4981, 0.02),
        scored("tree", 0.4902, 0.031),
        scored("linear", 0.4944, 0.036),
        scored("forest", 0.5103, 0.033),
        scored("xgboost", 0.5062, 0.029),
        scored("mlp", 0.4899, 0.034),
        scored("realmlp", 0.5021, 0.03),
        scored("tabm", 0.5048, 0.035),
        scored("hybrid", 0.4977, 0.031),
    )
    result = made(
        models=models,
        checks=(
            Check(
                "no-signal",
                "warning",
                None,
                "no model is better than always giving the same answer",
                "Look for columns that could know the answer, or for an error in how target and columns were joined.",
            ),
        ),
        comparison=Comparison("forest", "tabm", 0.0055, (-0.041, 0.052), 0.42, 0.21, 0.37, False),
        verdict="undecided",
        verdict_reason="The best model scores 0.510 ROC AUC, which luck explains: the dummy scores 0.500",
        prefer="none",
        elapsed_s=41.7,
    )
    return changed(
        result,
        "dataset",
        path="coins.tsv",
        rows=600,
        rows_used=600,
        target="heads",
        classes=("0", "1"),
        class_shares=(0.5, 0.5),
        positive="1",
        task_reason="has two values, 0, 1; positive is 1",
    )


def failures() -> BaselineResult:
    """A model for every way to fail, one of them the user's own; a column that leaks."""
    models = (
        scored("dummy", 0.5, 0.0),
        scored("one-rule", 0.7371, 0.009),
        lost("tree", "failed", "ValueError: Input X contains infinity or a value too large for dtype('float32')."),
        lost("linear", "failed", "the score is not a number in 2 of 5 folds", (0.84, math.nan, 0.83, math.nan, 0.85)),
        lost("forest", "out-of-memory", "took more than its 1.5 GB in fold 1; `--memory` raises the limit"),
        scored("xgboost", 0.8478, 0.0069),
        scored("my_models:Ensemble", 0.8485, 0.0071, title="my_models:Ensemble"),
        lost("mlp", "failed", "killed by signal 11 (segmentation fault) in fold 3"),
        lost("realmlp", "timed-out", "a fit took longer than its 24 s and was killed"),
        lost("tabm", "timed-out", "a fit took longer than its 24 s and was killed"),
        lost("hybrid", "skipped", "its network did not finish"),
    )
    return made(
        models=models,
        checks=(
            Check("imbalance", "note", None, "26% of the rows are `Yes`", ""),
            Check(
                "leakage",
                "error",
                "cancellation_date",
                "whether `cancellation_date` is filled in tells the target in 98% of the rows; it is left out",
                "If it is known before the outcome, `--keep cancellation_date` brings it back.",
            ),
            Check(
                "missing-target",
                "error",
                "Churn",
                "11 rows have no value in `Churn` and were dropped",
                "If blank means No, fill it in.",
            ),
        ),
        comparison=Comparison("my_models:Ensemble", None, None, None, None, None, None, True),
        verdict="undecided",
        verdict_reason="No network finished, so that there is nothing to compare with",
        prefer="ml",
        elapsed_s=126.0,
    )


def interrupted() -> BaselineResult:
    """Stopped by the user after two folds of most models."""
    stopped = "interrupted before it had a score"
    models = (
        scored("dummy", 0.5, 0.0, folds=2),
        scored("one-rule", 0.7371, 0.009, folds=2),
        scored("tree", 0.8243, 0.009, folds=2),
        scored("linear", 0.8459, 0.0071, folds=2),
        scored("forest", 0.8442, 0.0068, folds=2),
        scored("xgboost", 0.8478, 0.0069, folds=2),
        scored("mlp", 0.8337, 0.0081, folds=2),
        *(lost(model, "skipped", stopped) for model in ("realmlp", "tabm", "hybrid")),
    )
    models = tuple(row._replace(ci95=None) for row in models)
    return made(
        models=models,
        comparison=Comparison("xgboost", "mlp", 0.0141, None, None, None, None, True),
        verdict="undecided",
        verdict_reason="Two folds do not suffice for a comparison",
        prefer="ml",
        interrupted=True,
        elapsed_s=36.8,
    )


HOSTILE = (
    f"{RED}\nPlan",
    "a|b\\|c",
    "<img src=x onerror=alert(1)>",
    "@octocat #1 https://example.org",
    "`rm -rf`",
    "**bold** _it_ [link](http://x.y)",
    "\u202egnirts\u202c",
    "größe (m²) 😀",
    "温度センサー",
    "x" * 300,
    "",
    "\ud800half",
)


def hostile() -> BaselineResult:
    """Names that would break a terminal, a table or a page."""
    checks = tuple(
        Check("leakage", "error", name, f"{name} alone tells the target; it is left out", f"`--keep {name}`")
        for name in HOSTILE[:3]
    )
    checks += tuple(
        Check("constant-column", "warning", name, f"{name} has one value", f"`--exclude {name}`") for name in HOSTILE
    )
    models = (
        *churn_models()[:6],
        scored("x|y:<b>Model</b>", 0.84, 0.007, title=f"x|y:<b>Model</b>{RED}"),
        lost("tabm", "failed", f"ValueError: {RED}\n| <script> @octocat `x` could not be converted"),
    )
    result = made(
        models=models,
        checks=checks,
        verdict_reason=f"Column {HOSTILE[2]} | {RED}\n@octocat decides",
        saved="a\nb|c",
    )
    result = changed(result, "comparison", best_dl=None)
    return changed(
        result,
        "dataset",
        path=f"{RED}\n<b>.csv",
        target=HOSTILE[3],
        task_reason=f"has two values, {HOSTILE[5]} and {HOSTILE[0]}",
        classes=(HOSTILE[5], HOSTILE[0]),
        class_shares=(0.6, 0.4),
        positive=HOSTILE[0],
        decisions=(Decision("separator", "|\t", f"{RED} <i>", "--separator"),),
        columns_read=tuple(column(name, "categorical", why=f"{name}?") for name in HOSTILE),
    )


def wide() -> BaselineResult:
    """Sixty columns, many with the same trouble; a few notes too many."""
    names = [f"sensor_{place:02d}_{part}" for place in range(20) for part in ("mean", "max", "spread")]
    checks = (
        *(
            Check("constant-column", "warning", name, f"`{name}` has the same value in every row", "Nothing to do.")
            for name in names[:14]
        ),
        *(
            Check(
                "high-cardinality",
                "warning",
                name,
                f"`{name}` has more than 1,000 different texts",
                f"`--exclude {name}` if it is a name.",
            )
            for name in names[20:25]
        ),
        *(
            Check("duplicate-column", "note", name, f"`{name}` repeats another column; it is left out", "")
            for name in names[30:33]
        ),
        Check("mixed-types", "note", names[40], f"`{names[40]}` holds 3 texts among numbers", "Look at them."),
    )
    rows = tuple(
        column(name, missing=(place % 7) / 10 if place % 3 == 0 else 0.0, distinct=17 * place * place + 1)
        for place, name in enumerate(names)
    )
    result = changed(made(checks=checks), "dataset", columns=61, path="press/2026-03.csv")
    return changed(result, "dataset", columns_read=(*rows, column("Churn", "categorical", "target", "2 values")))


def limits() -> BaselineResult:
    """A profile's limits: half of the models are too slow or too large."""
    slow, large = ("latency.p95_ms",), ("latency.p95_ms", "deployment.memory_mb")
    broken = {"forest": large, "realmlp": slow, "tabm": slow, "hybrid": slow}
    models = tuple(row._replace(violates=broken.get(row.id, ())) for row in churn_models())
    models = tuple(scored("forest", 0.852, 0.0068, violates=large) if row.id == "forest" else row for row in models)
    result = made(models=models)
    return changed(result, "comparison", best_ml="forest")


PUBLISHED = PublishedRow("tabular", "deep", "TabArena 0.1", 342)


def told(answer: str, probability: float | None, because: str, **changes: Any) -> Pays:
    """Return an answer with published differences behind it, with changes."""
    alone = None if probability is None else round(0.02 + 0.96 * probability, 4)
    margin = Margin(0.005, "roc_auc", "rope")
    return Pays(answer, probability, alone, PUBLISHED, margin, None, because, None)._replace(**changes)


def on(models: tuple[ModelRow, ...], rows: int, tested: int, folds: int) -> tuple[ModelRow, ...]:
    """Return models that were all tested on the same rows and folds."""
    return tuple(
        row._replace(rows=rows, rows_tested=tested, folds=folds if row.status == "ok" else 0) for row in models
    )


def champions(models: tuple[ModelRow, ...], *ids: str) -> tuple[ModelRow, ...]:
    return tuple(row._replace(role="champion") if row.id in ids else row for row in models)


def unlikely() -> BaselineResult:
    """A small table, on which the selection procedure of each family is judged in a row of its own."""
    models = (
        scored("dummy", 0.5, 0.0),
        scored("one-rule", 0.9341, 0.019),
        scored("tree", 0.9562, 0.017),
        procedure("best-classical", "Best classical model", "ml", 0.9944, "linear in 4 folds, XGBoost in 1"),
        scored("linear", 0.9951, 0.0042),
        scored("forest", 0.9897, 0.0061),
        scored("xgboost", 0.9929, 0.0054),
        procedure("best-network", "Best network", "dl", 0.9938, "TabM-mini in 3 folds, RealMLP-style in 2"),
        scored("mlp", 0.9921, 0.0056),
        scored("realmlp", 0.9946, 0.0045),
        scored("tabm", 0.9942, 0.0047),
        scored("hybrid", 0.9911, 0.0059),
    )
    result = made(
        models=on(models, 569, 569, 5),
        checks=(),
        comparison=Comparison(
            "best-classical", "best-network", 0.0006, (-0.0021, 0.0033), 0.012, 0.971, 0.017, True,
            advised_ml="linear", advised_dl="tabm",
        ),
        verdict="equal",
        verdict_reason="The best of both families differ by 0.0006 ROC AUC, within what counts as equal",
        prefer="ml",
        elapsed_s=61.0,
        pays=told(
            "no",
            0.0162,
            "the best network scores 0.9938 ROC AUC against 0.9944 of the best classical model, and is hardly ever "
            "better by an amount that matters",
        ),
    )  # fmt: skip
    result = changed(result, "protocol", rows=569)
    return changed(
        result,
        "dataset",
        path="breast-cancer.csv",
        rows=569,
        rows_used=569,
        columns=31,
        target="diagnosis",
        task_reason="has two values, benign, malignant; positive is malignant, the rarer one (37.3% of the rows)",
        classes=("benign", "malignant"),
        class_shares=(0.627, 0.373),
        positive="malignant",
    )


def procedure(model: str, title: str, family: str, score: float, note: str) -> ModelRow:
    """Return the row of a family's selection procedure, which has no fitted model of its own to time."""
    row = scored(model, score, 0.0044, title=title, family=family, role="champion", note=f"chose {note}")
    return row._replace(approach=approach(model, family), predict_ms=None, size_mb=None, peak_rss_mb=None)


def likely() -> BaselineResult:
    """Diamonds: a network pays, on all rows; nothing published was taken into account."""
    rows, tested = 53940, 43152
    models = champions(on(network_win().models, rows, tested, 5), "xgboost", "tabm")
    models = tuple(row._replace(note="") for row in models)
    slow = "stopped by its clock while still improving in 2 of 5 folds"
    models = tuple(row._replace(note=slow) if row.id == "realmlp" else row for row in models)
    result = network_win()._replace(
        models=models,
        learning_curve=None,
        pays=told(
            "yes",
            0.953,
            "TabM-mini network has an RMSE of 534.1 against 588.1 of XGBoost",
            published=None,
            probability_from_data_alone=0.953,
            margin=Margin(39.9, "rmse", "rope"),
            hybrid=HybridChance(0.021),
        ),
    )
    result = changed(
        result, "protocol", rows=rows, screening_rows=4000, contenders={"ml": ("xgboost",), "dl": ("tabm",)}
    )
    result = changed(result, "comparison", advised_ml="xgboost", advised_dl="tabm")
    return changed(result, "dataset", rows_used=rows)


def open_answer() -> BaselineResult:
    """A large file: the duel had all rows, the fill ran out of time, and the margin comes from a profile."""
    rows, tested = 48842, 44842
    full = on(undecided().models, rows, tested, 3)
    short = {"linear": (20000, 20000, 3), "realmlp": (rows, tested // 3, 1), "tree": (20000, 6667, 1)}
    models = tuple(
        row._replace(rows=had[0], rows_tested=had[1], folds=had[2]) if (had := short.get(row.id)) else row
        for row in champions(full, "xgboost", "tabm")
    )
    models = tuple(row._replace(note="") if row.status == "ok" else row for row in models)
    result = undecided()._replace(
        models=models,
        verdict_reason="The difference of 0.0027 may be chance",
        pays=told(
            "open",
            0.31,
            "XGBoost leads TabM-mini network by 0.0027 ROC AUC, but the interval reaches differences that would pay",
            margin=Margin(0.0021, "roc_auc", "profile"),
            settles=Settles(11.2, 8732),
        ),
    )
    result = changed(result, "comparison", advised_ml="xgboost", advised_dl="tabm")
    return changed(
        result,
        "protocol",
        rows=rows,
        screening_rows=4000,
        contenders={"ml": ("xgboost",), "dl": ("tabm",)},
        notes=("Random forest and Plain network (MLP) were not reached",),
    )


def hybrid_win() -> BaselineResult:
    """A hybrid is better than both families."""
    result = likely()
    models = champions(result.models, "hybrid")
    models = tuple(
        on((scored("hybrid", 471.2, 12.0, role="champion"),), row.rows, row.rows_tested, row.folds)[0]
        if row.id == "hybrid"
        else row
        for row in models
    )
    pays = told(
        "yes",
        0.953,
        "Network features, XGBoost on top has an RMSE of 471.2 against 534.1 of TabM-mini network and 588.1 of XGBoost",
        margin=Margin(39.9, "rmse", "rope"),
        hybrid=HybridChance(0.967),
    )
    return result._replace(models=models, pays=pays, prefer="hybrid", saved=None)


def signal_free() -> BaselineResult:
    """Coin flips, with all folds at all rows: that nothing beats a constant answer is a finding."""
    result = no_signal()
    return changed(
        result._replace(
            models=champions(on(result.models, 600, 600, 5), "forest", "tabm"),
            pays=told("no", 0.031, "the best model scores 0.510 ROC AUC, a constant answer 0.500"),
        ),
        "protocol",
        rows=600,
    )


def stopped_early() -> BaselineResult:
    """Interrupted in the duel, with two of five folds of most models and one of the network."""
    result = interrupted()
    models = champions(on(result.models, 7043, 2817, 2), "xgboost")
    models = tuple(
        row._replace(score=0.8312, fold_scores=(0.8312,), rows_tested=1409, folds=1) if row.id == "mlp" else row
        for row in models
    )
    return changed(
        result._replace(models=models, pays=told("open", None, "no network has a score on the folds that finished")),
        "comparison",
        best_dl=None,
        difference=None,
    )


def against_profile() -> BaselineResult:
    """A network pays, which contradicts the profile; its limits are held by one model and broken by another."""
    result = changed(likely()._replace(saved=None), "protocol", options={"metric": "rmse", "folds": 5, "seed": 7})
    broken = {"forest": ("latency.p95_ms",)}
    models = tuple(row._replace(violates=broken.get(row.id, ())) for row in result.models)
    answer = ProfileAnswer(
        profile="diamond-prices",
        prior_approach="classical",
        prior_probability=0.81,
        approach="deep",
        verdict="dl",
        probability=0.88,
        confirmation="contradicted",
        confirmation_reason="A network is likely to pay (19 in 20 that one is better by more than 39.9 RMSE).",
        warnings=("data.features is 12 in the profile, but the data have 9",),
        limits={"latency.p95_ms": 20.0, "deployment.memory_mb": 512.0},
        path="my profiles/diamonds.yaml",
    )
    return result._replace(models=models, recommendation=answer)


SAMPLES = {
    "classical-win": made,
    "network-win": network_win,
    "equal": equal,
    "undecided": undecided,
    "no-signal": no_signal,
    "failures": failures,
    "interrupted": interrupted,
    "hostile-names": hostile,
    "sixty-columns": wide,
    "limits": limits,
    "pays-no": unlikely,
    "pays-yes": likely,
    "pays-open": open_answer,
    "pays-hybrid": hybrid_win,
    "pays-no-signal": signal_free,
    "pays-interrupted": stopped_early,
    "pays-profile": against_profile,
}
