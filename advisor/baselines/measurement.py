"""One measurement as it grows: looks, learning curve, the saved winner, and the result at any time."""

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from advisor.baselines.judging.metrics import METRICS
from advisor.baselines.structure import constant_model
from advisor.reports.baseline import BaselineResult, LearningCurve, MetricRow, ProtocolRow

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.judging.comparison import Judgement
    from advisor.baselines.judging.protocol import Protocol
    from advisor.baselines.options import Options
    from advisor.baselines.prepared import Prepared
    from advisor.baselines.running.trials import Trials
    from advisor.reports.baseline import Pair

NAME = "model-selection-advisor"
# Of the time after the first fits: a curve takes two models to half the rows and less, the saved fit is one of dozens.
CURVE_SHARE, SAVE_SHARE = 0.3, 0.15


class Measurement:
    """The comparison as it grows; `result` can be taken of it at any time."""

    def __init__(self, prepared: "Prepared", options: "Options", trials: "Trials", began: float) -> None:
        self.prepared = prepared
        self.options = options
        self.trials = trials
        self.began = began
        self.interrupted = False
        self.saved: str | None = None
        self.failure_to_save = ""
        self.curve: LearningCurve | None = None
        self.repeats = 0
        self.judgement: Judgement | None = None

    def run(self) -> None:
        """Run the plan: first fits, interim analyses, learning curve, the fit that is saved."""
        trials, execution = self.trials, self.trials.execution
        whole = execution.clock
        trials.first_fits()
        later = CURVE_SHARE * self.options.curve + SAVE_SHARE * (self.options.save is not None)
        execution.clock = whole.earlier(later)
        trials.choose_plan()
        self._analyse_until_decided()
        if self.options.curve:
            execution.clock = whole.earlier(SAVE_SHARE * (self.options.save is not None))
            self.curve = self._learning_curve()
        execution.clock = whole
        if self.options.save is not None:
            self._save()

    def _analyse_until_decided(self) -> None:
        from advisor.baselines.judging.comparison import INTERIM_ANALYSES, next_analysis
        from advisor.baselines.running.splits import most_repeats

        most = min(self.options.repeats, most_repeats(self.prepared.dataset, self.options.folds))
        if self.trials.recorded is not None:
            most = self.trials.recorded.repeats
        wanted = INTERIM_ANALYSES[0] if most else None
        while wanted is not None:
            whole = all(self.trials.analyse(repeat) for repeat in range(self.repeats, wanted))
            # what is beyond the last analysis does not count
            self.repeats = wanted if whole else max(self.repeats, 1)
            following = next((repeats for repeats in INTERIM_ANALYSES if wanted < repeats <= most), None)
            last = following is None or not whole or not self._time_for(following - wanted)
            self.judgement = self.judge(last=last)
            wanted = None if last else next_analysis(self.judgement, wanted, most)

    def judge(self, *, last: bool) -> "Judgement":
        """Compare the families by what is finished."""
        from advisor.baselines.judging.comparison import compare

        models = self.prepared.models
        scores = self.trials.complete_scores(max(1, self.repeats))
        stopped = self._stopped()
        return compare(
            {model: scores[model] for model in scores if models[model].family == "ml"},
            {model: scores[model] for model in scores if models[model].family == "dl"},
            scores[constant_model(models)],
            self._protocol(scores, last=last),
            stopped=tuple(stopped),
            budget_s=self._budget_that_settles(stopped),
            titles={model.id: model.title for model in models.values()},
        )

    def _stopped(self, families: Sequence[str] = ("dl",)) -> list[str]:
        return self.trials.outcomes.stopped_while_improving(self.trials.plan.models, families)

    def _protocol(self, scores: "Mapping[str, np.ndarray]", *, last: bool) -> "Protocol":
        """Return what every comparison on these folds depends on."""
        from advisor.baselines.judging.metrics import resolution
        from advisor.baselines.judging.protocol import Protocol

        trials, dataset, metric = self.trials, self.prepared.dataset, self.prepared.metric
        return Protocol(
            metric,
            trials.split().test_train_ratio,
            self._rope(scores[constant_model(self.prepared.models)]),
            resolution(metric, dataset.target[trials.subsets.rows(trials.plan.rows)]),
            last,
            by_time=dataset.times is not None,
        )

    def _pairs(self, judgement: "Judgement") -> "tuple[Pair, ...]":
        """Compare what the main comparison leaves out, on the repeats that it rests on."""
        from advisor.baselines.judging.pairs import compared_pairs

        scores = self.trials.complete_scores(max(1, self.repeats))
        protocol = self._protocol(scores, last=judgement.last)
        stopped = self._stopped(("dl", "hybrid"))
        return compared_pairs(scores, self.prepared.models, protocol, judgement.repeats, stopped)

    def _rope(self, constant: "np.ndarray") -> float:
        """Return the smallest difference that matters."""
        import numpy as np

        from advisor.baselines.judging.metrics import rope

        if self.options.rope is not None:
            return self.options.rope
        known = constant[np.isfinite(constant)]
        return rope(self.prepared.metric, float(known.mean()) if len(known) else 1.0, self.trials.plan.rows)

    def result(self, shown_as: str) -> BaselineResult:
        """Return the current result."""
        from advisor.baselines.model_rows import model_rows, score_checks
        from advisor.version import __version__

        # an interrupted measurement has had its last analysis
        judgement = self.judge(last=True) if self.interrupted or self.judgement is None else self.judgement
        trials, options, prepared = self.trials, self.options, self.prepared
        split = trials.split()
        models = model_rows(prepared, trials, max(1, self.repeats), options.limits)
        metric = METRICS[prepared.metric]
        notes = tuple(dict.fromkeys((*trials.plan.notes, *filter(None, (split.note, self.failure_to_save)))))
        return BaselineResult(
            tool={"name": NAME, "version": __version__},
            dataset=prepared.described._replace(path=shown_as),
            checks=(*prepared.checks, *score_checks(prepared, models, judgement)),
            protocol=ProtocolRow(
                metric=MetricRow(metric.name, metric.greater_is_better),
                folds=len(split.folds),
                repeats=judgement.repeats,
                split=split.kind,
                seed=options.seed,
                budget_s=options.budget_s,
                rope=self.rope_used,
                jobs=trials.execution.runner.slots,
                rows=trials.plan.rows,
                options=options.recorded(),
                plan=trials.outcomes.executed_plan(trials.plan.models),
                notes=notes,
            ),
            models=models,
            comparison=judgement.comparison._replace(pairs=self._pairs(judgement)),
            verdict=judgement.verdict,
            verdict_reason=judgement.verdict_reason,
            prefer=judgement.prefer,
            learning_curve=self.curve,
            elapsed_s=monotonic() - self.began,
            interrupted=self.interrupted,
            saved=self.saved,
        )

    @property
    def rope_used(self) -> float:
        """The smallest difference that matters, as the judgement had it."""
        scores = self.trials.complete_scores(max(1, self.repeats))
        return self._rope(scores[constant_model(self.prepared.models)])

    def _time_for(self, repeats: int) -> bool:
        return repeats * self.trials.expected_analysis_s() < self.trials.execution.clock.left()

    def _budget_that_settles(self, stopped: Sequence[str]) -> float | None:
        """Return the seconds in which the stopped networks would have come to their end."""
        if not stopped:
            return None
        missing = self.trials.outcomes.missing_seconds(stopped)
        return self.options.budget_s + missing / self.trials.execution.runner.slots

    def _learning_curve(self) -> LearningCurve | None:
        import numpy as np

        from advisor.baselines.judging.learning_curve import anchors, forecast

        trials, judgement = self.trials, self.judgement
        if judgement is None or judgement.comparison.best_ml is None or judgement.comparison.best_dl is None:
            return None
        best = (judgement.comparison.best_ml, judgement.comparison.best_dl)
        train = min(len(fold.train) for fold in trials.split().folds)
        sizes = anchors(train)
        trials.curve(best, sizes[:-1])
        ml, dl = (
            np.stack([*(trials.curve_scores(model, size) for size in sizes[:-1]), trials.scores(model, 1)[0]])
            for model in best
        )
        return forecast(sizes or (train,), ml, dl, self.prepared.metric, self.rope_used, self.options.seed)

    def _save(self) -> None:
        from advisor.baselines.saving import save_winner

        self.failure_to_save = save_winner(self.prepared, self.trials, self.judgement, self.options)
        self.saved = None if self.failure_to_save else self.options.save
