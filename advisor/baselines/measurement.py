"""One measurement as it grows: looks, learning curve, the saved winner, and the result at any time."""

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from advisor.baselines.judging.metrics import METRICS
from advisor.baselines.tabular.description import dataset_row
from advisor.reports.baseline import BaselineResult, LearningCurve, MetricRow, ProtocolRow

if TYPE_CHECKING:
    from advisor.baselines.judging.comparison import Judgement
    from advisor.baselines.options import Options
    from advisor.baselines.running.trials import Trials
    from advisor.baselines.tabular.prepared import Prepared
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
        """Run the plan: first fits, looks, learning curve, the fit that is saved."""
        trials, whole = self.trials, self.trials.clock
        trials.first_fits()
        later = CURVE_SHARE * self.options.curve + SAVE_SHARE * (self.options.save is not None)
        trials.clock = whole.earlier(later)
        trials.choose_plan()
        self._look_until_decided()
        if self.options.curve:
            trials.clock = whole.earlier(SAVE_SHARE * (self.options.save is not None))
            self.curve = self._learning_curve()
        trials.clock = whole
        if self.options.save is not None:
            self._save()

    def _look_until_decided(self) -> None:
        from advisor.baselines.judging.comparison import LOOKS, needs_another_look
        from advisor.baselines.running.splits import most_repeats

        most = min(self.options.repeats, most_repeats(self.prepared.dataset, self.options.folds))
        if self.trials.recorded is not None:
            most = self.trials.recorded.repeats
        wanted = LOOKS[0] if most else None
        while wanted is not None:
            whole = all(self.trials.look(repeat) for repeat in range(self.repeats, wanted))
            self.repeats = wanted if whole else max(self.repeats, 1)  # what is beyond the last look does not count
            following = next((look for look in LOOKS if wanted < look <= most), None)
            last = following is None or not whole or not self._time_for(following - wanted)
            self.judgement = self.judge(last=last)
            wanted = None if last else needs_another_look(self.judgement, wanted, most)

    def judge(self, *, last: bool) -> "Judgement":
        """Compare the families by what is finished."""
        from advisor.baselines.judging.comparison import compare

        trials, repeats = self.trials, max(1, self.repeats)
        families = self.prepared.families
        scores = trials.complete_scores(repeats)
        stopped = trials.stopped_while_improving()
        return compare(
            {model: scores[model] for model in scores if families[model] == "ml"},
            {model: scores[model] for model in scores if families[model] == "dl"},
            scores["dummy"],
            self.prepared.metric,
            last=last,
            stopped=tuple(stopped),
            budget_s=self._budget_that_settles(stopped),
            titles=self.prepared.titles,
            by_time=self.prepared.dataset.times is not None,
            **self._terms(scores["dummy"]),
        )

    def _terms(self, dummy: Any) -> dict[str, float]:
        """Return what every comparison on these folds depends on."""
        from advisor.baselines.judging.metrics import resolution

        plan, subsets = self.trials.plan, self.trials.subsets
        return {
            "test_train_ratio": subsets.split(plan.rows, 0).test_train_ratio,
            "rope": self.rope(dummy),
            "resolution": resolution(self.prepared.metric, self.prepared.dataset.target[subsets.rows(plan.rows)]),
        }

    def _pairs(self, judgement: "Judgement") -> "tuple[Pair, ...]":
        """Compare what the main comparison leaves out, on the repeats that it rests on."""
        from advisor.baselines.judging.pairs import compared_pairs

        scores = self.trials.complete_scores(max(1, self.repeats))
        return compared_pairs(
            scores,
            self.prepared.families,
            self.options.extra,
            self.prepared.metric,
            repeats=judgement.repeats,
            last=judgement.last,
            stopped=tuple(self.trials.stopped_while_improving(("dl", "hybrid"))),
            **self._terms(scores["dummy"]),
        )

    def rope(self, dummy: Any) -> float:
        """Return the smallest difference that matters."""
        import numpy as np

        from advisor.baselines.judging.metrics import rope

        if self.options.rope is not None:
            return self.options.rope
        known = dummy[np.isfinite(dummy)]
        return rope(self.prepared.metric, float(known.mean()) if len(known) else 1.0, self.trials.plan.rows)

    def result(self, shown_as: str) -> BaselineResult:
        """Return the result as it stands."""
        from advisor.baselines.model_rows import model_rows, score_checks
        from advisor.version import __version__

        # an interrupted measurement has had its last look
        judgement = self.judge(last=True) if self.interrupted or self.judgement is None else self.judgement
        trials, options, prepared = self.trials, self.options, self.prepared
        split = trials.subsets.split(trials.plan.rows, 0)
        models = model_rows(prepared, trials, max(1, self.repeats), options.limits)
        metric = METRICS[prepared.metric]
        notes = tuple(dict.fromkeys((*trials.plan.notes, *filter(None, (split.note, self.failure_to_save)))))
        return BaselineResult(
            tool={"name": NAME, "version": __version__},
            dataset=dataset_row(prepared, options.target, shown_as),
            checks=(*prepared.checks, *score_checks(prepared, models, judgement)),
            protocol=ProtocolRow(
                metric=MetricRow(metric.name, metric.greater_is_better),
                folds=len(split.folds),
                repeats=judgement.repeats,
                split=split.kind,
                seed=options.seed,
                budget_s=options.budget_s,
                rope=self.rope_used,
                jobs=trials.runner.slots,
                rows=trials.plan.rows,
                options=options.recorded(),
                plan=trials.executed_plan(),
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
        return self.rope(self.trials.complete_scores(max(1, self.repeats))["dummy"])

    def _time_for(self, repeats: int) -> bool:
        return repeats * self.trials.expected_look_s() < self.trials.clock.left()

    def _budget_that_settles(self, stopped: Sequence[str]) -> float | None:
        """Return the seconds in which the stopped networks would have come to their end."""
        if not stopped:
            return None
        return self.options.budget_s + self.trials.missing_seconds(stopped) / self.trials.runner.slots

    def _learning_curve(self) -> LearningCurve | None:
        import numpy as np

        from advisor.baselines.judging.learning_curve import anchors, forecast

        trials, judgement = self.trials, self.judgement
        if judgement is None or judgement.comparison.best_ml is None or judgement.comparison.best_dl is None:
            return None
        best = (judgement.comparison.best_ml, judgement.comparison.best_dl)
        train = min(len(fold.train) for fold in trials.subsets.split(trials.plan.rows, 0).folds)
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
