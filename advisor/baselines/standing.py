"""What is finished of a race, as it is compared: which fits count, and what speaks for each family."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.structure import constant_model

if TYPE_CHECKING:
    import numpy as np

    from advisor.baselines.judging.comparison import Contestant, Judgement
    from advisor.baselines.judging.protocol import Protocol
    from advisor.baselines.judging.published import Published
    from advisor.baselines.options import Options
    from advisor.baselines.prepared import Prepared
    from advisor.baselines.running.contest import Contest
    from advisor.baselines.running.race import Race

# By family: the row of its selection procedure where that is judged, its title, and what it is called beside another.
PROCEDURES = {
    "ml": ("best-classical", "Best classical model of each fold", "the best classical model"),
    "dl": ("best-network", "Best network of each fold", "the best network"),
}


class Counted(NamedTuple):
    """What the comparison rests on: the training rows of each fit, and the (repeat, fold) that its families have.

    `families` is a single one, or none, where nothing can be compared.
    """

    size: int | None
    cells: tuple[tuple[int, int], ...]
    families: tuple[str, ...]

    @property
    def repeats(self) -> int:
        """Repeats that they are of."""
        return 1 + max((repeat for repeat, _ in self.cells), default=0)


class Standing:
    """One moment of a race.

    Parameters
    ----------
    prepared : Prepared
        Data, models and metric.
    options : Options
        The request.
    race : Race
        With the fits that are finished.
    repeats : int
        Complete repeats of the duel, or 1.
    """

    def __init__(self, prepared: "Prepared", options: "Options", race: "Race", repeats: int) -> None:
        self.prepared = prepared
        self.options = options
        self.race = race
        self.repeats = repeats
        self.contest.fall_back()

    @property
    def contest(self) -> "Contest":
        """Who speaks for each family in the race, and what the fits say."""
        return self.race.contest

    @cached_property
    def counted(self) -> Counted:
        """What the comparison rests on: complete repeats, or of the first the folds that both families have."""
        race, contest = self.race, self.contest
        chosen = {family: [contest.choices(family, repeat) for repeat in range(self.repeats)] for family in PROCEDURES}
        both = [
            (repeat, fold)
            for repeat in range(self.repeats)
            for fold in range(race.folds.count(repeat))
            if all(self._scored(chosen[family][repeat][fold], repeat, fold, contest.size) for family in PROCEDURES)
        ]
        return Counted(contest.size, tuple(both), tuple(PROCEDURES)) if both else self._counted_of_one_family()

    def _counted_of_one_family(self) -> Counted:
        """Return the folds of the family that has the most, those of the constant answer where neither has any."""
        contest, folds, found = self.contest, self.race.folds.count(), []
        for family in PROCEDURES:
            champion = contest.champion(family)
            size = contest.size if champion is None else contest.best_size(champion)
            chosen = contest.choices(family, 0) if champion is None else [champion] * folds
            found.append(Counted(size, self._cells(chosen, size), (family,)))
        if any(one.cells for one in found):
            return max(found, key=lambda one: len(one.cells))
        size = contest.best_size(self._constant)
        return Counted(size, self._cells([self._constant] * folds, size), ())

    def _cells(self, models: Sequence[str | None], size: int | None) -> tuple[tuple[int, int], ...]:
        """Return the folds of the first repeat in which the model of each has a score on training rows of some size."""
        return tuple((0, fold) for fold, name in enumerate(models) if self._scored(name, 0, fold, size))

    def _scored(self, model: str | None, repeat: int, fold: int, size: int | None) -> bool:
        from advisor.baselines.running.outcomes import FitKey

        found = None if model is None else self.race.outcomes.scored(FitKey(model, repeat, fold, size))
        return found is not None and found.score is not None and math.isfinite(found.score)

    @cached_property
    def families(self) -> "dict[str, Contestant]":
        """What speaks for each family, where it has a score on the folds that count."""
        import numpy as np

        from advisor.baselines.judging.comparison import Contestant

        contest, counted, found = self.contest, self.counted, {}
        stand_ins = contest.stand_ins()
        for family in counted.families:
            procedure, title, rival = PROCEDURES[family]
            champion = contest.champion(family)
            if champion is None:
                influence = self._only(contest.family_influence(family, counted.repeats))
            else:
                influence = self._only(contest.influence(champion, counted.repeats, counted.size))
            if np.isfinite(influence).any():
                shown = title if champion is None else self.prepared.models[champion].title
                row = procedure if champion is None else champion
                found[family] = Contestant(row, shown, influence, rival, family in stand_ins)
        return found

    def contestants(self, names: Sequence[str]) -> "list[Contestant]":
        """Return models that were tested on all the folds that count."""
        from advisor.baselines.judging.comparison import Contestant

        counted, race = self.counted, self.race
        whole = [
            name
            for name in names
            if name not in race.outcomes.left_out
            and all(self._scored(name, *cell, counted.size) for cell in counted.cells)
        ]
        return [
            Contestant(
                name,
                self.prepared.models[name].title,
                self._only(self.contest.influence(name, counted.repeats, counted.size)),
            )
            for name in whole
        ]

    def _only(self, influence: "np.ndarray") -> "np.ndarray":
        """Return what was measured on the folds that count, NaN elsewhere."""
        return self.race.folds.only(influence, self.counted.cells)

    @cached_property
    def _folds(self) -> "np.ndarray":
        return self.race.folds.fold_of_row(self.counted.repeats)

    @property
    def _constant(self) -> str:
        return constant_model(self.prepared.models)

    def protocol(self, *, last: bool) -> "Protocol":
        """Return what every comparison on these folds depends on."""
        from advisor.baselines.judging.metrics import resolution
        from advisor.baselines.judging.protocol import Protocol, too_few

        race, dataset, metric, counted = self.race, self.prepared.dataset, self.prepared.metric, self.counted
        return Protocol(
            metric,
            self.rope,
            self.options.margins.get(metric, self.rope),
            self._folds,
            race.folds.units,
            race.folds.split().test_train_ratio,
            resolution(metric, dataset.target[race.folds.rows]),
            last,
            whole=counted.size is None and len(counted.cells) >= race.folds.count(),
            by_time=dataset.times is not None and dataset.tested is None,
            by_origin=dataset.tested is not None,
            too_few=too_few(dataset),
        )

    @cached_property
    def rope(self) -> float:
        """The smallest difference that matters."""
        import numpy as np

        from advisor.baselines.judging.metrics import rope

        if self.options.rope is not None:
            return self.options.rope
        scores = [one.score for one in self.race.outcomes.finished(self._constant) if one.score is not None]
        known = np.array([score for score in scores if math.isfinite(score)])
        return rope(self.prepared.metric, float(known.mean()) if len(known) else 1.0, len(self.race.folds.rows))

    def judge(self, *, last: bool) -> "Judgement":
        """Compare the families by what is finished."""
        from advisor.baselines.judging.comparison import compare

        counted, families = self.counted, self.families
        return compare(
            families.get("ml"),
            families.get("dl"),
            self._only(self.contest.influence(self._constant, counted.repeats, counted.size)),
            self.protocol(last=last),
            self._published(),
            stopped=[self.prepared.models[name].title for name in self.contest.stopped(("dl",))],
            unused_rows_error=self._unused_rows_error(),
        )

    def _unused_rows_error(self) -> float | None:
        """Return how far the difference may be from that on all training rows; None where nobody knows."""
        from advisor.baselines.judging.comparison import unused_rows_error

        size = self.counted.size
        if size is None:
            return 0.0
        grown = self.contest.growth()
        missing = math.log2(self.race.folds.least_training_rows() / size)
        return None if grown is None else unused_rows_error(*grown, missing, self.race.folds.screening_units)

    def _published(self) -> "Published | None":
        """Return what is published of networks like the champion."""
        from advisor.baselines.judging.published import published_for

        picked = self.contest.picked("dl")
        if self.options.prior == "none" or picked is None:
            return None
        approach = self.prepared.models[picked].approach
        return published_for(self.prepared.structure.id, approach, self.prepared.dataset.task)
