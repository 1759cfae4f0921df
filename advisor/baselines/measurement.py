"""One measurement as it grows: the stages of the race, interim analyses, and the result at any time."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.judging.metrics import METRICS
from advisor.baselines.structure import constant_model
from advisor.reports.baseline import (
    LIKELY,
    BaselineResult,
    HybridChance,
    LearningCurve,
    Margin,
    MetricRow,
    Pays,
    ProtocolRow,
    PublishedRow,
    Settles,
)

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.judging.comparison import Contestant, Judgement
    from advisor.baselines.judging.protocol import Protocol
    from advisor.baselines.judging.published import Published
    from advisor.baselines.options import Options
    from advisor.baselines.prepared import Prepared
    from advisor.baselines.running.race import Race
    from advisor.reports.baseline import ModelRow, Pair

NAME = "model-selection-advisor"
# Of the time after the choice: a curve takes two models to half the rows and less, the saved fit is one of dozens.
CURVE_SHARE, SAVE_SHARE = 0.3, 0.15
PROCEDURES = {
    "ml": ("best-classical", "Best classical model of each fold", "the best classical model"),
    "dl": ("best-network", "Best network of each fold", "the best network"),
}


class Counted(NamedTuple):
    """What the comparison rests on: the training rows of each fit, and the (repeat, fold) that both families have."""

    size: int | None
    cells: tuple[tuple[int, int], ...]

    @property
    def repeats(self) -> int:
        """Repeats that they are of."""
        return 1 + max((repeat for repeat, _ in self.cells), default=0)


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
        self._analyse_until_decided()
        race.fill(self.repeats)
        if self.options.curve:
            execution.clock = whole.earlier(SAVE_SHARE * (self.options.save is not None))
            self.curve = self._learning_curve()
        execution.clock = whole
        if self.options.save is not None:
            self._save()

    def _analyse_until_decided(self) -> None:
        from advisor.baselines.judging.comparison import next_analysis
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
            following = next((repeats for repeats in INTERIM_ANALYSES if wanted < repeats <= most), None)
            last = following is None or not whole or not self._time_for(following - wanted)
            self.judgement = self.judge(last=last)
            wanted = None if last else next_analysis(self.judgement, wanted, most)

    def judge(self, *, last: bool) -> "Judgement":
        """Compare the families by what is finished."""
        from advisor.baselines.judging.comparison import compare

        self.race.fall_back()
        counted = self.counted()
        families = self._families(counted)
        constant = self._only(counted, self.race.influence(self._constant, counted.repeats, counted.size))
        titles = [self.prepared.models[name].title for name in self._stopped(("dl",))]
        return compare(
            families.get("ml"),
            families.get("dl"),
            constant,
            self._protocol(counted, last=last),
            self._published(),
            stopped=titles,
            unused_rows_error=self._unused_rows_error(counted),
        )

    def _unused_rows_error(self, counted: Counted) -> float | None:
        """Return how far the difference may be from that on all training rows; None where nobody knows."""
        import math

        from advisor.baselines.judging.comparison import unused_rows_error

        if counted.size is None:
            return 0.0
        grown = self.race.growth()
        missing = math.log2(self.race.folds.least_training_rows() / counted.size)
        if grown is None:
            return None
        return unused_rows_error(*grown, missing, self.race.screening_units())

    @property
    def _constant(self) -> str:
        return constant_model(self.prepared.models)

    def counted(self) -> Counted:
        """Return what the comparison rests on: complete repeats, or of the first the folds that both families have."""
        import numpy as np

        race = self.race
        chosen = {family: [race.choices(family, repeat) for repeat in range(self.repeats)] for family in PROCEDURES}
        both = [
            (repeat, fold)
            for repeat in range(self.repeats)
            for fold in range(race.fold_count(repeat))
            if all(self._scored(chosen[family][repeat][fold], repeat, fold, race.size) for family in PROCEDURES)
        ]
        if both:
            return Counted(race.size, tuple(both))
        # One family has nothing: the other's folds, on the rows that most of its models have.
        sizes = [race.best_size(name) for family in PROCEDURES for name in race.contenders[family]]
        size = max(set(sizes), key=lambda one: (sizes.count(one), np.inf if one is None else one), default=race.size)
        names = [self._constant, *(name for family in PROCEDURES for name in race.contenders[family])]
        cells = {key[1:3] for name in names for key in race.scored_folds(name, size) if key.repeat == 0}
        return Counted(size, tuple(sorted(cells)))

    def _scored(self, model: str | None, repeat: int, fold: int, size: int | None) -> bool:
        import math

        from advisor.baselines.running.outcomes import FitKey

        found = None if model is None else self.race.outcomes.scored(FitKey(model, repeat, fold, size))
        return found is not None and found.score is not None and math.isfinite(found.score)

    def _only(self, counted: Counted, influence: "np.ndarray") -> "np.ndarray":
        """Return what was measured on the folds that count, NaN elsewhere."""
        import numpy as np

        folds = self.race.folds.fold_of_row(counted.repeats)
        kept = np.zeros(folds.shape, dtype=bool)
        for repeat, fold in counted.cells:
            kept[repeat] |= folds[repeat] == fold
        return np.where(kept, influence, np.nan)

    def _families(self, counted: Counted) -> "dict[str, Contestant]":
        """Return what speaks for each family, where it has a score on the folds that count."""
        import numpy as np

        from advisor.baselines.judging.comparison import Contestant

        found = {}
        for family, (procedure, title, rival) in PROCEDURES.items():
            champion = self.race.champion(family)
            if champion is None:
                influence = self.race.family_influence(family, counted.repeats)
            else:
                influence = self.race.influence(champion, counted.repeats, counted.size)
            influence = self._only(counted, influence)
            if np.isfinite(influence).any():
                name = procedure if champion is None else champion
                shown = title if champion is None else self.prepared.models[champion].title
                found[family] = Contestant(name, shown, influence, rival)
        return found

    def _contestants(self, counted: Counted, names: Sequence[str]) -> "list[Contestant]":
        """Return models that were tested on all the folds that count."""
        from advisor.baselines.judging.comparison import Contestant

        return [
            Contestant(name, self.prepared.models[name].title, self._only(counted, influence))
            for name in names
            if name not in self.race.outcomes.left_out
            and all(self._scored(name, *cell, counted.size) for cell in counted.cells)
            and (influence := self.race.influence(name, counted.repeats, counted.size)) is not None
        ]

    def _stopped(self, families: Sequence[str]) -> list[str]:
        return self.race.stopped(families)

    def _protocol(self, counted: Counted, *, last: bool) -> "Protocol":
        """Return what every comparison on these folds depends on."""
        from advisor.baselines.judging.metrics import resolution
        from advisor.baselines.judging.protocol import Protocol

        race, dataset, metric = self.race, self.prepared.dataset, self.prepared.metric
        whole = counted.size is None and len(counted.cells) >= race.fold_count()
        rope = self.rope_used
        return Protocol(
            metric,
            rope,
            self.options.margins.get(metric, rope),
            race.folds.fold_of_row(counted.repeats),
            race.folds.units,
            race.split().test_train_ratio,
            resolution(metric, dataset.target[race.folds.rows]),
            last,
            whole,
            by_time=dataset.times is not None,
        )

    @property
    def rope_used(self) -> float:
        """The smallest difference that matters."""
        import numpy as np

        from advisor.baselines.judging.metrics import rope

        if self.options.rope is not None:
            return self.options.rope
        race = self.race
        scores = [one.score for one in race.outcomes.finished(self._constant) if one.score is not None]
        known = np.array(scores, dtype=float)
        known = known[np.isfinite(known)]
        return rope(self.prepared.metric, float(known.mean()) if len(known) else 1.0, len(race.folds.rows))

    def _published(self) -> "Published | None":
        """Return what is published of networks like the champion."""
        from advisor.baselines.judging.published import published_for

        picked = self.race.picked("dl")
        if self.options.prior == "none" or picked is None:
            return None
        approach = self.prepared.models[picked].approach
        return published_for(self.prepared.structure.id, approach, self.prepared.dataset.task)

    # -- the result ------------------------------------------------------------------------------------------

    def result(self, shown_as: str) -> BaselineResult:
        """Return the current result."""
        from advisor.baselines.model_rows import model_rows, score_checks
        from advisor.version import __version__

        # an interrupted measurement has had its last analysis
        judgement = self.judge(last=True) if self.interrupted or self.judgement is None else self.judgement
        options, prepared, counted = self.options, self.prepared, self.counted()
        protocol = self._protocol(counted, last=True)
        families = self._families(counted)
        models = model_rows(prepared, self.race, counted, families, protocol, options.limits)
        hybrid = self._hybrid(counted, families, protocol)
        answer, verdict, prefer, broken = self._within_limits(judgement, hybrid, models)
        advised = {family: self.race.picked(family) for family in PROCEDURES}
        result = BaselineResult(
            tool={"name": NAME, "version": __version__},
            dataset=prepared.described._replace(path=shown_as),
            checks=(*prepared.checks, *score_checks(prepared, models, judgement)),
            protocol=self._protocol_row(counted),
            models=models,
            comparison=judgement.comparison._replace(
                pairs=self._pairs(counted, families, protocol),
                advised_ml=advised["ml"] if "ml" in families else None,
                advised_dl=advised["dl"] if "dl" in families else None,
            ),
            verdict=verdict,
            verdict_reason="",
            prefer=prefer,
            learning_curve=self.curve,
            elapsed_s=monotonic() - self.began,
            interrupted=self.interrupted,
            saved=self.saved,
            pays=Pays(
                answer,
                judgement.probability,
                judgement.probability_from_data_alone,
                _published_row(judgement),
                Margin(protocol.margin, prepared.metric, "profile" if prepared.metric in options.margins else "rope"),
                None if hybrid is None else HybridChance(hybrid),
                "",
                self._settles(judgement, protocol) if answer == "open" else None,
            ),
        )
        return _with_reason(result, judgement, broken)

    def _protocol_row(self, counted: Counted) -> ProtocolRow:
        race, options, metric = self.race, self.options, METRICS[self.prepared.metric]
        split = race.split()
        notes = tuple(dict.fromkeys((*race.notes, *filter(None, (split.note, self.failure_to_save)))))
        return ProtocolRow(
            metric=MetricRow(metric.name, metric.greater_is_better),
            folds=len(split.folds),
            repeats=counted.repeats if counted.cells else 0,
            split=split.kind,
            seed=options.seed,
            budget_s=options.budget_s,
            rope=self.rope_used,
            jobs=race.execution.runner.slots,
            rows=race.rows_of(counted.size),
            options=options.recorded(),
            plan=race.outcomes.executed_plan(),
            notes=notes,
            precision=race.outcomes.precision,
            screening_rows=len(race.folds.screening),
            training_rows=race.size,
            contenders=race.contenders,
        )

    def _within_limits(
        self, judgement: "Judgement", hybrid: float | None, models: "Sequence[ModelRow]"
    ) -> tuple[str, str, str, str]:
        """Return answer, verdict, preference and the limits that the network breaks: beyond one it does not pay."""
        answer, verdict, prefer, broken = judgement.answer, judgement.verdict, judgement.prefer, ""
        network = next((row for row in models if row.id == judgement.comparison.best_dl), None)
        if network is not None and network.violates and prefer == "dl":
            broken = " and ".join(network.violates)
            answer, verdict, prefer = ("no" if answer == "yes" else answer), "undecided", "ml"
        if hybrid is not None and hybrid >= LIKELY:
            prefer = "hybrid"
        return answer, verdict, prefer, broken

    def _pairs(
        self, counted: Counted, families: "Mapping[str, Contestant]", protocol: "Protocol"
    ) -> "tuple[Pair, ...]":
        from advisor.baselines.judging.pairs import compared_pairs

        models = self.prepared.models.values()
        challengers = [model.id for model in models if model.family == "hybrid" or model.role == "user"]
        simple = [model.id for model in models if model.role in ("constant", "simple")]
        stopped = [*(("dl",) if self._stopped(("dl",)) else ()), *self._stopped(("hybrid",))]
        return compared_pairs(
            families, self._contestants(counted, challengers), self._contestants(counted, simple), protocol, stopped
        )

    def _hybrid(self, counted: Counted, families: "Mapping[str, Contestant]", protocol: "Protocol") -> float | None:
        """Return the probability that the best hybrid is better than both families by more than the margin."""
        from advisor.baselines.judging.pairs import hybrid_chance

        name = self.race.champion("hybrid")
        found = self._contestants(counted, [name] if name else [])
        if not found or set(families) != set(PROCEDURES):
            return None
        return hybrid_chance(found[0], tuple(families.values()), protocol)

    def _settles(self, judgement: "Judgement", protocol: "Protocol") -> Settles | None:
        """Return what would settle an open answer: the time that fits still lacked, or more rows."""
        from advisor.baselines.judging.settling import rows_that_settle

        minutes = self._missing_minutes()
        rows = None
        if judgement.difference is not None and minutes is None:
            expected = None if self.curve is None else self._expected_difference(self.curve)
            rows = rows_that_settle(
                judgement.difference.estimate, len(self.race.folds.rows), protocol, judgement.published, expected
            )
        return None if minutes is None and rows is None else Settles(minutes, rows)

    def _missing_minutes(self) -> float | None:
        """Return the minutes in which what the clock cut would have ended; None where it cut nothing that counts."""
        from advisor.baselines.running.outcomes import missing_seconds

        race = self.race
        missing = 0.0
        stopped = self._stopped(("dl",))
        missing += (
            missing_seconds(one for name in stopped for one in race.outcomes.finished(name))
            / race.execution.runner.slots
        )
        counted = self.counted()
        if race.size is not None or self.judgement is None or self.judgement.difference is None:
            missing += race.expected_repeat_s(race.folds.least_training_rows())
        elif len(counted.cells) < race.fold_count():
            missing += race.expected_repeat_s() * (1 - len(counted.cells) / race.fold_count())
        return None if not missing else max(1.0, missing) / 60

    def _expected_difference(self, curve: LearningCurve) -> "Callable[[float], float] | None":
        """Return the difference to expect at so many times the rows, positive where classical models lead."""
        if not curve.forecast:
            return None
        return partial(_interpolated, curve, 1 if METRICS[self.prepared.metric].greater_is_better else -1)

    def _time_for(self, repeats: int) -> bool:
        return repeats * self.race.expected_repeat_s() < self.race.execution.clock.left()

    def _learning_curve(self) -> LearningCurve | None:
        import numpy as np

        from advisor.baselines.judging.learning_curve import anchors, forecast

        race, judgement = self.race, self.judgement
        if judgement is None or judgement.difference is None:
            return None
        best = [name for family in PROCEDURES if (name := race.picked(family)) is not None]
        folds = race.fold_count()
        train = race.folds.least_training_rows() if race.size is None else race.size
        sizes = anchors(train)
        race.curve(best, sizes[:-1])
        ml, dl = (
            np.stack(
                [race.outcomes.fold_scores(model, size, folds, whole_fits=True) for size in (*sizes[:-1], race.size)]
            )
            for model in best
        )
        return forecast(sizes or (train,), ml, dl, self.prepared.metric, self.rope_used, self.options.seed)

    def _save(self) -> None:
        from advisor.baselines.saving import save_winner

        self.failure_to_save = save_winner(self.prepared, self.race, self.judgement, self.options)
        self.saved = None if self.failure_to_save else self.options.save


def _with_reason(result: BaselineResult, judgement: "Judgement", broken: str) -> BaselineResult:
    """Return the result with the reason of its verdict, in the digits of its table."""
    from advisor.baselines.judging.verdict_reason import reason
    from advisor.reports.digits import digits_of
    from advisor.reports.selection import compared_models

    because = reason(judgement.verdict, judgement.summary, digits_of(compared_models(result)))
    if broken:
        because = f"{because.removesuffix('.')}, but the network breaks {broken} of the profile."
    return result._replace(verdict_reason=because, pays=result.pays and result.pays._replace(because=because))


def _published_row(judgement: "Judgement") -> PublishedRow | None:
    found = judgement.published
    return found and PublishedRow(found.structure, found.approach, found.source, found.data_sets)


def _interpolated(curve: LearningCurve, sign: int, times: float) -> float:
    """Return the difference at so many times the rows of a curve, linear in the logarithm of the rows."""
    import numpy as np

    points = [(1.0, curve.ml[-1], curve.dl[-1])]
    points += [(step["rows"] / curve.sizes[-1], step["ml"], step["dl"]) for step in (curve.forecast or {}).values()]
    known = sorted((np.log(x), sign * (ml - dl)) for x, ml, dl in points if ml is not None and dl is not None)
    return float(np.interp(np.log(times), [x for x, _ in known], [y for _, y in known]))
