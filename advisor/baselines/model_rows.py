"""Rows of the report from the outcomes of fits, and checks that need scores."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from advisor.baselines.judging.metrics import METRICS, error
from advisor.reports.baseline import Check, ModelRow, PredictRow

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.judging.comparison import Contestant, Judgement
    from advisor.baselines.judging.protocol import Protocol
    from advisor.baselines.prepared import Prepared
    from advisor.baselines.running.fitting import Outcome
    from advisor.baselines.running.outcomes import FitKey
    from advisor.baselines.standing import Standing

NEARLY_PERFECT = 0.99  # of the way from the constant answer to perfect


def model_rows(standing: "Standing", protocol: "Protocol") -> tuple[ModelRow, ...]:
    """Return a row for every model that was asked for, and for what speaks for a family where it is not a model."""
    table, families = _Table(standing, protocol), standing.families
    champions = {side.id for side in families.values()}
    rows = [table.row(model, champions) for model in standing.prepared.models]
    for family, side in families.items():
        if side.id not in standing.prepared.models:
            rows.insert(_first_of(rows, family), table.procedure(family, side))
    return tuple(rows)


def _first_of(rows: Sequence[ModelRow], family: str) -> int:
    return next((place for place, row in enumerate(rows) if row.family == family), len(rows))


class _Table:
    """Makes rows of one measurement."""

    def __init__(self, standing: "Standing", protocol: "Protocol") -> None:
        self.prepared = standing.prepared
        self.race, self.contest = standing.race, standing.contest
        self.counted = standing.counted
        self.protocol = protocol
        self.limits = standing.options.limits

    def row(self, model: str, champions: set[str]) -> ModelRow:
        """Return the row of a model: on the folds that count if it has them all, else on what it has."""
        import numpy as np

        spec, race = self.prepared.models[model], self.race
        size, cells = self._shown(model)
        found = {key: one for key, one in self.contest.scored_folds(model, size).items() if key[1:3] in cells}
        status, note = self._status(model, found)
        if model in race.outcomes.left_out:
            found = {}
        scores = [one.score for one in found.values() if one.score is not None]
        known = [score for score in scores if np.isfinite(score)]
        latency, megabytes = self._measured(model)
        influence = self._influence(model, size, cells)
        return ModelRow(
            id=model,
            title=spec.title,
            family=spec.family,
            status=status,
            score=float(np.mean(known)) if known else None,
            ci95=self._interval(influence) if known else None,
            fold_scores=tuple(score if np.isfinite(score) else None for score in scores) if known else (),
            fit_s=self._median_seconds(found),
            predict_ms=latency,
            size_mb=megabytes,
            peak_rss_mb=self._peak(model),
            violates=self._violates(latency, megabytes),
            note=note,
            approach=spec.approach,
            role=self._role(model, champions),
            rows=race.folds.used_rows(size) if known else 0,
            rows_tested=int(np.isfinite(influence).any(axis=0).sum()) if known else 0,
            folds=len(known),
        )

    def procedure(self, family: str, side: "Contestant") -> ModelRow:
        """Return the row of a family's choice within each fold; its times and size are those of the model advised."""
        import numpy as np

        race, cells = self.race, self.counted.cells
        chosen = [self.contest.choices(family, repeat)[fold] for repeat, fold in cells]
        found: dict[FitKey, Outcome] = {}
        for (repeat, fold), name in zip(cells, chosen, strict=True):
            found |= {
                key: one
                for key, one in self.contest.scored_folds(str(name), self.contest.size).items()
                if key[1:3] == (repeat, fold)
            }
        scores = [float(one.score) for one in found.values() if one.score is not None]
        picked = self.contest.picked(family)
        latency, megabytes = self._measured(str(picked))
        approach = "" if picked is None else self.prepared.models[picked].approach
        return ModelRow(
            id=side.id,
            title=side.title,
            family=family,
            status="ok",
            score=float(np.mean(scores)),
            ci95=self._interval(side.influence),
            fold_scores=tuple(scores),
            fit_s=self._median_seconds(found),
            predict_ms=latency,
            size_mb=megabytes,
            peak_rss_mb=None if picked is None else self._peak(picked),
            violates=self._violates(latency, megabytes),
            note=self._chosen_note(chosen, picked),
            approach=approach,
            role="champion",
            rows=race.folds.used_rows(self.contest.size),
            rows_tested=int(np.isfinite(side.influence).any(axis=0).sum()),
            folds=len(scores),
        )

    def _chosen_note(self, chosen: "Sequence[str | None]", picked: str | None) -> str:
        titles = {name: self.prepared.models[name].title for name in chosen if name is not None}
        counts = Counter(name for name in chosen if name is not None)
        shares = ", ".join(f"{titles[name]} in {count} of {len(chosen)} folds" for name, count in counts.most_common())
        on_all = "" if picked is None else f"; on all rows {self.prepared.models[picked].title}"
        return f"chosen without the fold: {shares}{on_all}"

    def _shown(self, model: str) -> "tuple[int | None, set[tuple[int, int]]]":
        """Return the training rows and the folds that a model is shown by."""
        has = {key[1:3] for key in self.contest.scored_folds(model, self.counted.size)}
        if self.counted.cells and has >= set(self.counted.cells):
            return self.counted.size, set(self.counted.cells)
        size = self.contest.best_size(model)
        return size, {key[1:3] for key in self.contest.scored_folds(model, size)}

    def _influence(self, model: str, size: int | None, cells: set[tuple[int, int]]) -> "np.ndarray":
        repeats = 1 + max((repeat for repeat, _ in cells), default=0)
        return self.race.folds.only(self.contest.influence(model, repeats, size), cells)

    def _interval(self, influence: "np.ndarray") -> tuple[float, float] | None:
        from advisor.baselines.judging.comparison import score_interval

        folds = self.race.folds.fold_of_row(len(influence))
        return score_interval(influence, self.protocol._replace(folds=folds))

    def _measured(self, model: str) -> "tuple[PredictRow | None, float | None]":
        first = next((one for one in self.race.outcomes.finished(model) if one.predict_ms is not None), None)
        return (None, None) if first is None else (first.predict_ms, first.size_mb)

    def _peak(self, model: str) -> float | None:
        peaks = (one.peak_rss_mb for one in self.race.outcomes.finished(model))
        return max((peak for peak in peaks if peak is not None), default=None)

    @staticmethod
    def _median_seconds(found: "Mapping[FitKey, Outcome]") -> float | None:
        seconds = [one.fit_s for one in found.values() if one.fit_s is not None]
        return median(seconds) if seconds else None

    def _violates(self, latency: "PredictRow | None", megabytes: float | None) -> tuple[str, ...]:
        measured = {"latency.p95_ms": None if latency is None else latency.p95, "deployment.memory_mb": megabytes}
        return tuple(field for field, most in self.limits.items() if (measured.get(field) or 0.0) > most)

    def _role(self, model: str, champions: set[str]) -> str:
        role = self.prepared.models[model].role
        return "champion" if model in champions else role if role in ("constant", "simple") else ""

    def _status(self, model: str, found: "Mapping[FitKey, Outcome]") -> tuple[str, str]:
        """Return status and note of a row."""
        race = self.race
        failed = race.outcomes.left_out.get(model)
        if failed is not None:
            return failed.status, failed.note
        if not found:
            return "skipped", self._why_skipped(model)
        notes = []
        undefined = sum(one.score is not None and math.isnan(one.score) for one in found.values())
        if undefined:
            notes.append(f"its score is undefined in {undefined} of {len(found)} folds")
        if self.prepared.models[model].family in ("dl", "hybrid") and self.contest.was_stopped(model):
            notes.append("stopped by its share of the budget while it was still improving")
        feature = next((one.feature for one in found.values() if one.feature), None)
        if feature is not None:
            notes.append(f"uses only {feature}")
        notes += dict.fromkeys(one.note for one in found.values() if one.note)
        return "ok", "; ".join(notes)

    def _why_skipped(self, model: str) -> str:
        family = self.prepared.models[model].family
        champion = self.contest.champion(family) if family in self.contest.contenders else None
        if len(self.race.folds.screening) and champion not in (None, model) and self.contest.was_screened(model):
            return "not chosen on the screening rows; its folds did not fit into the time left"
        return "its folds did not fit into the time left"


def score_checks(prepared: "Prepared", models: Sequence[ModelRow], judgement: "Judgement") -> tuple[Check, ...]:
    """Return the checks that only scores can tell: no signal, and scores that are too good."""
    if judgement.comparison.beats_dummy is False:
        if prepared.dataset.task == "forecasting":
            message = "no model is reliably better than repeating the last value or season"
            return (Check("no-signal", "warning", None, message, "repeat it, and look for what drives the target"),)
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
    if constant is None:
        return ()
    given = _nearly_perfect_predictions(prepared, models, constant)
    best = _best(models, prepared.metric)
    if best is None or best.score is None or _closed(prepared.metric, constant, best.score) < NEARLY_PERFECT:
        return given
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
        *given,
    )


def _nearly_perfect_predictions(prepared: "Prepared", models: Sequence[ModelRow], constant: float) -> tuple[Check, ...]:
    scored = [(prepared.models[row.id].given, row) for row in models if row.id in prepared.models]
    return tuple(
        Check(
            "suspicious-score",
            "warning",
            column,
            f"{row.title} are nearly perfect ({METRICS[prepared.metric].title} {row.score:.4g}), as they are where a "
            "model has seen the rows that it predicts",
            "give predictions that were made without the row that each is for, such as those of a cross-validation",
        )
        for column, row in scored
        if column and row.score is not None and _closed(prepared.metric, constant, row.score) >= NEARLY_PERFECT
    )


def _best(models: Sequence[ModelRow], metric: str) -> ModelRow | None:
    scored = [row for row in models if row.score is not None and row.family != "reference"]
    return min(scored, key=lambda row: error(metric, row.score or 0.0)) if scored else None


def _closed(metric: str, constant: float, score: float) -> float:
    """Return what share of the way from the constant answer to a perfect score was closed."""
    start = error(metric, constant)
    return (start - error(metric, score)) / start if start > 0 else 0.0
