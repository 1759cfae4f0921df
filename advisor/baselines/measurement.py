"""One measurement as it grows: the stages of the race and its interim analyses."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from advisor.baselines.answering import Ending, result_of
from advisor.baselines.standing import PROCEDURES, Standing
from advisor.reports.baseline import BaselineResult, LearningCurve

if TYPE_CHECKING:
    from advisor.baselines.judging.comparison import Judgement
    from advisor.baselines.options import Options
    from advisor.baselines.prepared import Prepared
    from advisor.baselines.running.race import Race

# Of the time after the floor: a curve takes two models to half the rows and less, the saved fit is one of dozens.
CURVE_SHARE, SAVE_SHARE = 0.3, 0.15


class Measurement:
    """The comparison as it grows; `result` can be taken of it at any time."""

    def __init__(self, prepared: "Prepared", options: "Options", race: "Race", began: float) -> None:
        self.prepared = prepared
        self.options = options
        self.race = race
        self.began = began
        self.interrupted = False
        self.saved: str | None = None
        self.failure_to_save = ""
        self.curve: LearningCurve | None = None
        self.repeats = 1
        self.judgement: Judgement | None = None

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Run the stages; `ready` is called when the first models are done and the others' libraries are needed."""
        race, execution = self.race, self.race.execution
        whole = execution.clock
        race.floor()
        ready()
        later = CURVE_SHARE * self.options.curve + SAVE_SHARE * (self.options.save is not None)
        execution.clock = whole.earlier(later)
        race.choose()
        self.analyse_until_decided()
        race.fill(self.repeats)
        if self.options.curve:
            execution.clock = whole.earlier(SAVE_SHARE * (self.options.save is not None))
            self.curve = self._learning_curve()
        execution.clock = whole
        if self.options.save is not None:
            self._save()

    def analyse_until_decided(self) -> None:
        """Run repeat after repeat of the duel, and judge after those that an analysis follows."""
        from advisor.baselines.judging.protocol import INTERIM_ANALYSES
        from advisor.baselines.running.splits import most_repeats

        race = self.race
        most = min(self.options.repeats, most_repeats(self.prepared.dataset, self.options.folds))
        if race.recorded is not None:
            most = race.recorded.repeats
        done, wanted = 0, INTERIM_ANALYSES[0] if most else None
        while wanted is not None:
            whole = all(race.duel(repeat) for repeat in range(done, wanted))
            done = wanted if whole else done  # what is beyond the last analysis does not count
            self.repeats = max(done, 1)
            following = self._repeats_that_fit(
                next((one for one in (*INTERIM_ANALYSES, most) if wanted < one <= most), wanted)
            )
            last = following <= wanted or not whole
            self.judgement = self._standing().judge(last=last)
            wanted = None if last or self.judgement.settled else following

    def _standing(self) -> Standing:
        return Standing(self.prepared, self.options, self.race, self.repeats)

    def result(self, shown_as: str) -> BaselineResult:
        """Return the current result: whatever it was that ended the race, no analysis follows."""
        standing = self._standing()
        elapsed = monotonic() - self.began
        ending = Ending(self.curve, elapsed, self.interrupted, self.saved, self.failure_to_save)
        return result_of(standing, standing.judge(last=True), ending, shown_as)

    def _repeats_that_fit(self, wanted: int) -> int:
        """Return the repeats of the next analysis: those that are wanted, or as many as there is time for."""
        left, one = self.race.execution.clock.left(), self.race.expected_repeat_s()
        more = wanted if self.race.execution.clock.endless else self.repeats + int(left / max(one, 1e-9))
        return min(wanted, more)

    def _learning_curve(self) -> LearningCurve | None:
        import numpy as np

        from advisor.baselines.judging.learning_curve import anchors, forecast

        race, judgement, rope = self.race, self.judgement, self._standing().rope
        if judgement is None or judgement.difference is None:
            return None
        best = [name for family in PROCEDURES if (name := race.contest.picked(family)) is not None]
        folds = race.folds.count()
        train = race.folds.least_training_rows() if race.contest.size is None else race.contest.size
        sizes = anchors(train)
        race.curve(best, sizes[:-1])
        ml, dl = (
            np.stack(
                [
                    race.outcomes.fold_scores(model, size, folds, whole_fits=True)
                    for size in (*sizes[:-1], race.contest.size)
                ]
            )
            for model in best
        )
        return forecast(sizes or (train,), ml, dl, self.prepared.metric, rope, self.options.seed)

    def _save(self) -> None:
        from advisor.baselines.saving import save_winner

        self.failure_to_save = save_winner(self.prepared, self.race, self.result(""), self.options)
        self.saved = None if self.failure_to_save else self.options.save
