"""Rows of the report from the outcomes of fits, and checks that need scores."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from advisor.baselines.judging.metrics import METRICS, error
from advisor.baselines.running.fitting import Outcome
from advisor.reports.baseline import Check, ModelRow

if TYPE_CHECKING:
    from advisor.baselines.judging.comparison import Judgement
    from advisor.baselines.prepared import Prepared
    from advisor.baselines.running.trials import Trials

NEARLY_PERFECT = 0.99  # of the way from the constant answer to perfect


def model_rows(
    prepared: "Prepared", trials: "Trials", repeats: int, limits: Mapping[str, float]
) -> tuple[ModelRow, ...]:
    """Return a row for every model that was asked for."""
    return tuple(_model_row(model, prepared, trials, repeats, limits) for model in prepared.models)


def _model_row(
    model: str, prepared: "Prepared", trials: "Trials", repeats: int, limits: Mapping[str, float]
) -> ModelRow:
    import numpy as np

    from advisor.baselines.judging.comparison import score_interval

    scores = trials.scores(model, repeats)
    known = scores[np.isfinite(scores)]
    done = trials.outcomes.finished(model)
    first = next((outcome for outcome in done if outcome.predict_ms is not None), None)
    spec, failed = prepared.models[model], trials.outcomes.left_out.get(model)
    ratio = trials.split().test_train_ratio
    latency = None if first is None else first.predict_ms
    size = None if first is None else first.size_mb
    measured = {"latency.p95_ms": None if latency is None else latency.p95, "deployment.memory_mb": size}
    status, note = _status(model, trials, failed, len(known), scores.size)
    return ModelRow(
        id=model,
        title=spec.title,
        family=spec.family,
        status=status,
        score=float(known.mean()) if len(known) else None,
        ci95=score_interval(known, ratio, prepared.metric) if len(known) else None,
        fold_scores=tuple(None if np.isnan(one) else float(one) for one in scores.ravel()) if len(known) else (),
        fit_s=median(outcome.fit_s for outcome in done if outcome.fit_s is not None) if done else None,
        predict_ms=latency,
        size_mb=size,
        peak_rss_mb=max((outcome.peak_rss_mb for outcome in done if outcome.peak_rss_mb is not None), default=None),
        violates=tuple(field for field, most in limits.items() if (measured.get(field) or 0.0) > most),
        note=note,
        approach=spec.approach,
        role=spec.role if spec.role in ("constant", "simple") else "",
    )


def _status(model: str, trials: "Trials", failed: Outcome | None, known: int, wanted: int) -> tuple[str, str]:
    """Return status and note of a row."""
    if failed is not None:
        return failed.status, failed.note
    if not known:
        return "skipped", "the budget ended before its first fit"
    notes = []
    finished = len(trials.outcomes.finished(model))
    if finished < wanted:
        notes.append(f"{finished} of {wanted} fits finished within the budget")
    elif known < wanted:
        notes.append(f"its score is undefined in {wanted - known} of {wanted} folds")
    if model in trials.outcomes.stopped_while_improving(trials.plan.models, ("dl", "hybrid")):
        notes.append("stopped by its share of the budget while it was still improving")
    feature = next((outcome.feature for outcome in trials.outcomes.finished(model) if outcome.feature), None)
    if feature is not None:
        notes.append(f"uses only {feature}")
    notes += dict.fromkeys(outcome.note for outcome in trials.outcomes.finished(model) if outcome.note)
    return "ok", "; ".join(notes)


def score_checks(prepared: "Prepared", models: Sequence[ModelRow], judgement: "Judgement") -> tuple[Check, ...]:
    """Return the checks that only scores can tell: no signal, and scores that are too good."""
    if judgement.comparison.beats_dummy is False:
        return (
            Check(
                "no-signal",
                "warning",
                None,
                "no model is reliably better than always giving the same answer",
                "check that the columns can predict the target at all; get more rows or better columns before "
                "more models",
            ),
        )
    constant = next((row.score for row in models if row.role == "constant"), None)
    best = _best(models, prepared.metric)
    if constant is None or best is None or best.score is None:
        return ()
    closed = _closed(prepared.metric, constant, best.score)
    if closed < NEARLY_PERFECT:
        return ()
    title = METRICS[prepared.metric].title
    return (
        Check(
            "suspicious-score",
            "warning",
            None,
            f"{best.title} is nearly perfect ({title} {best.score:.4g}): either the task is easy, or a column tells "
            "what will not be known when predicting",
            "ask of every column whether it is known when predicting; leave one out with --exclude COLUMN",
        ),
    )


def _best(models: Sequence[ModelRow], metric: str) -> ModelRow | None:
    scored = [row for row in models if row.score is not None and row.family != "reference"]
    return min(scored, key=lambda row: error(metric, row.score or 0.0)) if scored else None


def _closed(metric: str, constant: float, score: float) -> float:
    """Return what share of the way from the constant answer to a perfect score was closed."""
    start = error(metric, constant)
    return (start - error(metric, score)) / start if start > 0 else 0.0
