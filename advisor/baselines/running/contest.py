"""Who speaks for each family, on which rows, and what the fits that are finished say of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from advisor.baselines.judging.metrics import sign
from advisor.baselines.judging.selection import clearly_worse, fold_choices
from advisor.baselines.running.fitting import Outcome
from advisor.baselines.running.folds import Folds
from advisor.baselines.running.outcomes import OUT_OF_TIME, FitKey, Outcomes, was_cut_short
from advisor.baselines.running.schedule import rungs
from advisor.baselines.running.splits import can_train
from advisor.baselines.structure import ModelSpec

FAMILIES = ("ml", "dl", "hybrid")


class Contest:
    """The contenders of a race and their scores; the race sets who they are, on which rows they are trained, and how.

    Parameters
    ----------
    models : mapping of str to ModelSpec
        The models that were asked for, in the order of the table.
    folds : Folds
        The rows.
    metric : str
        The deciding measure.
    outcomes : Outcomes
        The fits so far.

    Attributes
    ----------
    contenders : dict of str to tuple of str
        By family, the champion, or the models among which a choice is made in each fold.
    size : int or None
        Training rows of each fit of the duel; None for whole training parts.
    pairs : tuple of (int, int)
        The pairs of folds whose fits leave out both, and choose for either.
    """

    def __init__(self, models: Mapping[str, ModelSpec], folds: Folds, metric: str, outcomes: Outcomes) -> None:
        self.models = models
        self.folds = folds
        self.metric = metric
        self.outcomes = outcomes
        self.contenders = {family: self.members(family) for family in FAMILIES}
        self.size: int | None = None
        self.pairs: tuple[tuple[int, int], ...] = ()

    def members(self, family: str) -> tuple[str, ...]:
        """Return all models of a family that were asked for."""
        return tuple(model.id for model in self.models.values() if model.family == family)

    def names(self, families: Iterable[str] = FAMILIES) -> list[str]:
        """Return the contenders of these families."""
        return [name for family in families for name in self.contenders[family]]

    # -- who speaks for a family -----------------------------------------------------------------------------

    def champion(self, family: str) -> str | None:
        """Return the model that speaks for a family where it is a single one."""
        members = self.contenders[family]
        return members[0] if len(members) == 1 else None

    def choices(self, family: str, repeat: int) -> list[str | None]:
        """Return the model that a family chose in each fold of a repeat; None where none was tested there."""
        members, folds = self._in_contention(family), self.folds.count(repeat)
        if len(members) <= 1:
            return [*members, None][:1] * folds
        known = self._earlier_scores if self.folds.in_order else self._inner_scores
        chosen = fold_choices({name: known(name, repeat) for name in members}, self.metric, self.usual(members))
        tested = [self.outcomes.scored(FitKey(name, repeat, fold, self.size)) for fold, name in enumerate(chosen)]
        return [chosen[fold] if tested[fold] is not None else None for fold in range(folds)]

    def picked(self, family: str) -> str | None:
        """Return the model that a family's choice comes down to on all rows: the best over the folds that all have."""
        members, folds = self._in_contention(family), self.folds.count()
        if len(members) <= 1:
            return next(iter(members), None)
        rows = {name: self.outcomes.fold_scores(name, self.size, folds)[None] for name in members}
        return fold_choices(rows, self.metric, self.usual(members))[0]

    def usual(self, members: Sequence[str]) -> str:
        """Return the model that is best on most data sets."""
        return next((name for name in members if self.models[name].strongest), members[-1])

    def able(self, family: str) -> tuple[str, ...]:
        """Return the models of a family that were asked for and have not failed."""
        return tuple(name for name in self.members(family) if name not in self.outcomes.left_out)

    def stand_ins(self) -> dict[str, str]:
        """Return, by family, the single model that speaks for it though nothing chose it and another is its strongest.

        It stands where there was no time for more, and says little of what the family can do.
        """
        found = {}
        for family in ("ml", "dl"):
            able, champion = self.able(family), self.champion(family)
            chosen = champion is not None and self.was_screened(champion)
            if champion in able and len(able) > 1 and not chosen and champion != self.usual(able):
                found[family] = champion
        return found

    def has_contender(self, family: str) -> bool:
        """Return whether a family has a model that was asked for and has not failed."""
        return bool(self._in_contention(family))

    def _in_contention(self, family: str) -> list[str]:
        return [name for name in self.contenders[family] if name not in self.outcomes.left_out]

    def inner_pairs(self, repeat: int) -> Iterator[tuple[int, int]]:
        """Return the pairs of folds of a repeat that a fit can leave out."""
        folds = self.folds.count(repeat)
        for first, second in self.pairs:
            if max(first, second) < folds and can_train(self.folds.dataset, self.folds.inner(repeat, first, second)):
                yield first, second

    def _inner_scores(self, name: str, repeat: int) -> np.ndarray:
        """Return the score on one fold (column) of a fit that also left out another (row), NaN where there is none."""
        folds = self.folds.count(repeat)
        table = np.full((folds, folds), np.nan)
        for first, second in self.inner_pairs(repeat):
            found = self.outcomes.scored(FitKey(name, repeat, first, None, "inner", second))
            if found is not None and found.second_score is not None:
                table[second, first], table[first, second] = found.score, found.second_score
        return table

    def _earlier_scores(self, name: str, repeat: int) -> np.ndarray:
        """Return the scores on earlier folds (columns) that each fold (row) may know of."""
        folds = self.folds.count(repeat)
        scores = self.outcomes.fold_scores(name, self.size, folds)
        return np.where(np.tri(folds, k=-1, dtype=bool), scores[None, :], np.nan)

    # -- on the screening rows -------------------------------------------------------------------------------

    def screened(self, name: str, size: int) -> Outcome | None:
        """Return a model's fit on so many rows that the screening rows judge, where it has a score."""
        return self.outcomes.scored(FitKey(name, 0, 0, size, "screen"))

    def was_screened(self, model: str) -> bool:
        """Return whether a model has a score on the screening rows."""
        return any(self.screened(model, size) is not None for size in self.rungs)

    @property
    def rungs(self) -> tuple[int, ...]:
        """The numbers of training rows on which candidates are screened; none where no rows are kept for that."""
        return rungs(len(self.folds.screened(None))) if len(self.folds.screening) else ()

    def survivors(self, names: Sequence[str], size: int) -> list[str]:
        """Return the candidates that are not clearly worse than the best on a rung; a fit cut short proves nothing."""
        scored = {name: self.screened(name, size) for name in names}
        known = {
            name: one.influence
            for name, one in scored.items()
            if one is not None and one.influence is not None and not was_cut_short(one)
        }
        worse = clearly_worse(known, self.metric, self.folds.screening_units)
        return [name for name in names if name not in self.outcomes.left_out and name not in worse]

    def ranked(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return candidates that have not failed, the best first, by the most rows on which all of them have scores."""
        names = [name for name in names if name not in self.outcomes.left_out]
        usual = sorted(names, key=lambda name: not self.models[name].strongest)
        found = {size: {name: one for name in usual if (one := self.screened(name, size))} for size in self.rungs}
        shared = max((size for size, scored in found.items() if len(scored) == len(usual)), default=None)
        if shared is None:
            return tuple(usual)
        return tuple(sorted(usual, key=lambda name: -sign(self.metric) * (found[shared][name].score or 0.0)))

    def growth(self) -> tuple[np.ndarray, float] | None:
        """Return by how much each screening row raised the classical champion's lead, and in how many doublings.

        Of the training rows, between the last two rungs that both champions finished; None where they have not two.
        """
        names = [name for family in ("ml", "dl") if (name := self.champion(family)) is not None]
        leads = []
        for size in self.rungs if len(names) == 2 else ():
            found = [self.screened(name, size) for name in names]
            values = [
                one.influence
                for one in found
                if one is not None and one.influence is not None and not was_cut_short(one)
            ]
            if len(values) == 2:
                leads.append((size, sign(self.metric) * (values[0] - values[1])))
        if len(leads) < 2:
            return None
        (fewer, before), (more, after) = leads[-2:]
        return after - before, float(np.log2(more / fewer))

    # -- on the folds ----------------------------------------------------------------------------------------

    def scored_folds(self, model: str, size: int | None) -> dict[FitKey, Outcome]:
        """Return the scored fits of a model on folds, at one size."""
        return {key: one for key, one in self.outcomes.outer(model).items() if key.rows == size}

    def best_size(self, model: str) -> int | None:
        """Return the training rows by which a model is shown: the duel's if it has them, else those of most folds."""
        sizes = [key.rows for key in self.outcomes.outer(model)]
        if not sizes or sizes.count(self.size) >= self.folds.count():
            return self.size
        return max(sizes, key=lambda size: (sizes.count(size), np.inf if size is None else size))

    def influence(self, model: str, repeats: int, size: int | None = None) -> np.ndarray:
        """Return what each row adds to a model's score, of shape (repeats, rows); NaN where it was not tested."""
        return self._influence(repeats, lambda repeat: [model] * self.folds.count(repeat), size)

    def family_influence(self, family: str, repeats: int) -> np.ndarray:
        """Return the same of what speaks for a family in the duel."""
        return self._influence(repeats, lambda repeat: self.choices(family, repeat), self.size)

    def _influence(self, repeats: int, models: Callable[[int], Sequence[str | None]], size: int | None) -> np.ndarray:
        table = np.full((repeats, len(self.folds.dataset)), np.nan)
        for repeat in range(repeats):
            for fold, model in enumerate(models(repeat)):
                found = None if model is None else self.outcomes.scored(FitKey(model, repeat, fold, size))
                if found is not None and found.influence is not None:
                    table[repeat, self.folds.split(repeat).folds[fold].test] = found.influence
        return table

    def stopped(self, families: Iterable[str]) -> list[str]:
        """Return the contenders of these families that a time limit stopped while they were still improving."""
        return [name for name in self.names(families) if self.was_stopped(name)]

    def was_stopped(self, model: str) -> bool:
        """Return whether a time limit stopped a model in the duel while it was still improving, or before its end."""
        if model in self.outcomes.left_out:
            return self.outcomes.left_out[model].status == "timed-out"
        return any(map(was_cut_short, self.scored_folds(model, self.size).values()))

    def lacks_fits(self) -> bool:
        """Return whether a contender has not been fitted in every fold of the first repeat."""
        return any(
            (found := self.outcomes.get(FitKey(name, 0, fold, self.size))) is None or found.note == OUT_OF_TIME
            for family in ("ml", "dl")
            for name in self._in_contention(family)
            for fold in range(self.folds.count())
        )

    # -- changes ---------------------------------------------------------------------------------------------

    def drop_failed(self) -> None:
        """Let those that failed contend no longer."""
        self.contenders = {family: tuple(self._in_contention(family)) for family in FAMILIES}

    def replace_failed(self) -> bool:
        """Let the next of a family step in for a champion that failed; return whether there is one."""
        replaced = False
        for family in ("ml", "dl"):
            champion = self.champion(family)
            if champion is not None and champion in self.outcomes.left_out:
                self.contenders[family] = self.ranked(self.members(family))[:1]
                replaced = replaced or bool(self.contenders[family])
        return replaced

    def fall_back(self) -> None:
        """Let a family whose contenders came to no score be represented by one of its models that did."""
        for family in ("ml", "dl"):
            if any(self.outcomes.outer(name) for name in self.contenders[family]):
                continue
            scored = [name for name in self.members(family) if self.outcomes.outer(name)]
            if scored:
                self.contenders[family] = (min(scored, key=lambda name: not self.models[name].strongest),)

    def settle_for_finished(self, size: int | None) -> None:
        """Let one model with a score on a fold speak for each family, where the race ended before its choice."""
        self.size = size
        for family in FAMILIES:
            scored = [name for name in self.contenders[family] if self.outcomes.outer(name)]
            self.contenders[family] = self.ranked(scored or self.contenders[family])[:1]
