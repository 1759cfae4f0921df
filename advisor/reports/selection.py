"""What a finished result comes down to: the model to start with, the next best approach, the rows it compares."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from advisor.reports.baseline import BaselineResult, MetricRow, ModelRow
    from advisor.reports.recommendation import Candidate, Recommendation

# -- recommendations -------------------------------------------------------------------------------------


def first_model(result: "Recommendation") -> "Candidate | None":
    """Return the first candidate of the answer that breaks no limit for sure."""
    own = [item for item in result.candidates if item.approach == result.approach]
    return next((item for item in own if item.fits is not False), None)


def rival(result: "Recommendation", *, other_family: bool = False) -> str | None:
    """Return the best approach besides the answer, a feasible one where there is one."""
    family = next((row.family for row in result.approaches if row.id == result.approach), None)
    others = [
        row for row in result.approaches if row.id != result.approach and not (other_family and row.family == family)
    ]
    others.sort(key=lambda row: (not row.feasible, -row.probability, -row.points))
    return others[0].id if others else None


# -- measurements ----------------------------------------------------------------------------------------


class Footing(NamedTuple):
    """The rows and fits that a score comes from: only scores that agree in all three can be compared."""

    rows: int
    rows_tested: int
    folds: int


def footing_of(row: "ModelRow") -> Footing:
    """Return what a model's score comes from; zeros in a result of an older version."""
    return Footing(row.rows, row.rows_tested, row.folds)


def common_footing(result: "BaselineResult") -> Footing:
    """Return the footing that the champions share; without champions, that of the model that got furthest."""
    scored = [row for row in result.models if row.status == "ok" and row.score is not None]
    for champion in (result.comparison.best_ml, result.comparison.best_dl):
        own = next((row for row in scored if row.id == champion), None)
        if own is not None:
            return footing_of(own)
    return max((footing_of(row) for row in scored), default=Footing(0, 0, 0), key=lambda found: found[::-1])


def compared_models(result: "BaselineResult") -> "list[ModelRow]":
    """Return the models that stand beside the champions: those on their footing, and those without a score."""
    common = common_footing(result)
    return [row for row in result.models if row.status != "ok" or row.score is None or footing_of(row) == common]


def is_champion(row: "ModelRow", result: "BaselineResult") -> bool:
    """Return whether a model speaks for its family."""
    return row.role == "champion" or row.id in (result.comparison.best_ml, result.comparison.best_dl)


def is_procedure(row: "ModelRow", result: "BaselineResult") -> bool:
    """Return whether a row is the selection procedure of a family, which comes down to another model on all rows."""
    found = result.comparison
    advised = {found.best_ml: found.advised_ml, found.best_dl: found.advised_dl}.get(row.id)
    return advised is not None and advised != row.id


def advised_model(result: "BaselineResult", family: str = "") -> "ModelRow | None":
    """Return the model to take of a family, of the preferred one where none is named; None where there is none.

    Where the selection procedure of a family was judged, that is the model which the procedure picks on all rows.
    """
    family = family or result.prefer
    found = result.comparison
    ids = {"ml": (found.advised_ml, found.best_ml), "dl": (found.advised_dl, found.best_dl)}
    if family == "hybrid":
        return _best_hybrid(result)
    rows = {row.id: row for row in result.models}
    return next((rows[name] for name in ids.get(family, ()) if name in rows), None)


def _best_hybrid(result: "BaselineResult") -> "ModelRow | None":
    hybrids = [row for row in result.models if row.family == "hybrid" and row.status == "ok" and row.score is not None]
    chosen = result.protocol.contenders.get("hybrid", ())
    better = better_first(result.protocol.metric)
    return min(hybrids, key=lambda row: (row.id not in chosen, row.role != "champion", better(row)), default=None)


def better_first(metric: "MetricRow") -> Callable[["ModelRow"], tuple[bool, float]]:
    """Return the key by which models are sorted: the better score first, those without one last."""

    def key(model: "ModelRow") -> tuple[bool, float]:
        if model.status != "ok" or model.score is None or not math.isfinite(model.score):
            return True, 0.0
        return False, -model.score if metric.greater_is_better else model.score

    return key
