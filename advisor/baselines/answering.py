"""The result of a measurement: its rows, its answer, and what would settle an open one."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.judging.metrics import METRICS, sign
from advisor.baselines.standing import PROCEDURES
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
    from advisor.baselines.judging.comparison import Judgement
    from advisor.baselines.judging.protocol import Protocol
    from advisor.baselines.standing import Standing
    from advisor.reports.baseline import ModelRow, Pair

NAME = "model-selection-advisor"


class Ending(NamedTuple):
    """How a measurement ended, beside its fits."""

    curve: LearningCurve | None
    elapsed_s: float
    interrupted: bool
    saved: str | None
    failure_to_save: str


class _Answer(NamedTuple):
    """Answer, verdict and preference, and the limits of the profile that the network breaks."""

    pays: str
    verdict: str
    prefer: str
    broken: str


def result_of(standing: "Standing", judgement: "Judgement", ending: Ending, shown_as: str) -> BaselineResult:
    """Return the result of a measurement.

    Parameters
    ----------
    standing : Standing
        What is finished.
    judgement : Judgement
        Of that.
    ending : Ending
        How it ended.
    shown_as : str
        The name of the data.
    """
    from advisor.baselines.model_rows import model_rows, score_checks
    from advisor.version import __version__

    prepared, options, families = standing.prepared, standing.options, standing.families
    protocol = standing.protocol(last=True)
    models = model_rows(standing, protocol)
    hybrid = _hybrid(standing, protocol)
    answer = _within_limits(judgement, hybrid, models)
    advised = {family: standing.contest.picked(family) if family in families else None for family in PROCEDURES}
    result = BaselineResult(
        tool={"name": NAME, "version": __version__},
        dataset=prepared.described._replace(path=shown_as),
        checks=(*prepared.checks, *score_checks(prepared, models, judgement)),
        protocol=_protocol_row(standing, ending),
        models=models,
        comparison=judgement.comparison._replace(
            pairs=_pairs(standing, protocol), advised_ml=advised["ml"], advised_dl=advised["dl"]
        ),
        verdict=answer.verdict,
        verdict_reason="",
        prefer=answer.prefer,
        learning_curve=ending.curve,
        elapsed_s=ending.elapsed_s,
        interrupted=ending.interrupted,
        saved=ending.saved,
        pays=Pays(
            answer.pays,
            judgement.probability,
            judgement.probability_from_data_alone,
            _published_row(judgement),
            Margin(protocol.margin, prepared.metric, "profile" if prepared.metric in options.margins else "rope"),
            None if hybrid is None else HybridChance(hybrid),
            "",
            _settles(standing, judgement, protocol, ending.curve) if answer.pays == "open" else None,
        ),
    )
    return _with_reason(result, judgement, answer.broken)


def _protocol_row(standing: "Standing", ending: Ending) -> ProtocolRow:
    race, options, counted = standing.race, standing.options, standing.counted
    metric, split = METRICS[standing.prepared.metric], race.folds.split()
    return ProtocolRow(
        metric=MetricRow(metric.name, metric.greater_is_better),
        folds=len(split.folds),
        repeats=counted.repeats if counted.cells else 0,
        split=split.kind,
        seed=options.seed,
        budget_s=options.budget_s,
        rope=standing.rope,
        jobs=race.execution.runner.slots,
        rows=race.folds.used_rows(counted.size),
        options=options.recorded(),
        plan=race.outcomes.executed_plan(),
        notes=tuple(dict.fromkeys((*race.notes, *filter(None, (split.note, ending.failure_to_save))))),
        precision=race.outcomes.precision,
        screening_rows=len(race.folds.screening),
        training_rows=standing.contest.size,
        contenders=standing.contest.contenders,
    )


def _within_limits(judgement: "Judgement", hybrid: float | None, models: "Sequence[ModelRow]") -> _Answer:
    """Return the answer within the limits of the profile: a network beyond one does not pay."""
    found = _Answer(judgement.answer, judgement.verdict, judgement.prefer, "")
    network = next((row for row in models if row.id == judgement.comparison.best_dl), None)
    if network is not None and network.violates and found.prefer == "dl":
        pays = "no" if found.pays == "yes" else found.pays
        found = _Answer(pays, "undecided", "ml", " and ".join(network.violates))
    broken = any(row.family == "hybrid" and row.violates for row in models)
    return found if hybrid is None or hybrid < LIKELY or broken else found._replace(prefer="hybrid")


def _pairs(standing: "Standing", protocol: "Protocol") -> "tuple[Pair, ...]":
    from advisor.baselines.judging.pairs import compared_pairs

    models = standing.prepared.models.values()
    challengers = [model.id for model in models if model.family == "hybrid" or model.role == "user"]
    simple = [model.id for model in models if model.role in ("constant", "simple")]
    stopped = [*(("dl",) if standing.contest.stopped(("dl",)) else ()), *standing.contest.stopped(("hybrid",))]
    return compared_pairs(
        standing.families, standing.contestants(challengers), standing.contestants(simple), protocol, stopped
    )


def _hybrid(standing: "Standing", protocol: "Protocol") -> float | None:
    """Return the probability that the hybrid is better than both families by more than the margin."""
    from advisor.baselines.judging.pairs import hybrid_chance

    name = standing.contest.champion("hybrid")
    found = standing.contestants([name] if name else [])
    if not found or set(standing.families) != set(PROCEDURES):
        return None
    return hybrid_chance(found[0], tuple(standing.families.values()), protocol)


def _settles(
    standing: "Standing", judgement: "Judgement", protocol: "Protocol", curve: LearningCurve | None
) -> Settles | None:
    """Return what would settle an open answer: the time that fits still lacked, or more rows."""
    from advisor.baselines.judging.settling import rows_that_settle

    minutes, rows = _missing_minutes(standing, judgement), None
    if judgement.difference is not None and minutes is None and not protocol.by_origin:
        expected = None if curve is None else _expected_difference(curve, protocol.metric)
        used = len(standing.race.folds.rows)
        rows = rows_that_settle(judgement.difference.estimate, used, protocol, judgement.published, expected)
    if protocol.too_few:
        minutes, dataset = None, standing.prepared.dataset  # time alone settles nothing then
        missing = dataset.least_to_answer - len(dataset) if dataset.groups is None else 0
        rows = max(rows, missing) if rows is not None and missing > 0 else None  # rows do not make up for groups
    return None if minutes is None and rows is None else Settles(minutes, rows)


def _missing_minutes(standing: "Standing", judgement: "Judgement") -> float | None:
    """Return the minutes in which what the clock cut would have ended; None where it cut nothing that counts."""
    from advisor.baselines.running.outcomes import missing_seconds

    race, contest, cells = standing.race, standing.contest, standing.counted.cells
    stopped = contest.stopped(("dl",))
    missing = missing_seconds(one for name in stopped for one in race.outcomes.finished(name))
    missing /= race.execution.runner.slots
    missing += race.missing_strongest_s()
    if any(not contest.has_contender(family) for family in PROCEDURES):
        return None  # no time would bring a model that was not asked for, or that failed
    if contest.size is not None or judgement.difference is None:
        missing += race.expected_repeat_s(race.folds.least_training_rows())
    elif contest.lacks_fits():
        missing += race.expected_repeat_s() * max(0.0, 1 - len(cells) / race.folds.count())
    return max(1.0, missing) / 60 if missing else None


def _expected_difference(curve: LearningCurve, metric: str) -> Callable[[float], float] | None:
    """Return the difference to expect at so many times the rows, positive where classical models lead."""
    if not curve.forecast:
        return None
    return partial(_interpolated, curve, curve.forecast, sign(metric))


def _interpolated(curve: LearningCurve, forecast: Mapping[str, Mapping[str, float]], turn: int, times: float) -> float:
    """Return the difference at so many times the rows of a curve, linear in the logarithm of the rows."""
    import numpy as np

    points = [(1.0, curve.ml[-1], curve.dl[-1])]
    points += [(step["rows"] / curve.sizes[-1], step["ml"], step["dl"]) for step in forecast.values()]
    known = sorted((np.log(x), turn * (ml - dl)) for x, ml, dl in points if ml is not None and dl is not None)
    return float(np.interp(np.log(times), [x for x, _ in known], [y for _, y in known]))


def _published_row(judgement: "Judgement") -> PublishedRow | None:
    found = judgement.published
    return found and PublishedRow(found.structure, found.approach, found.source, found.data_sets)


def _with_reason(result: BaselineResult, judgement: "Judgement", broken: str) -> BaselineResult:
    """Return the result with the reason of its verdict, in the digits of its table."""
    from advisor.baselines.judging.verdict_reason import reason
    from advisor.reports.digits import digits_of
    from advisor.reports.selection import compared_models

    pays = result.pays
    unlikely = pays.margin.value if pays is not None and pays.answer == "no" else None
    summary = judgement.summary._replace(unlikely=unlikely)
    because = reason(judgement.verdict, summary, digits_of(compared_models(result)))
    if broken:
        because = f"{because.removesuffix('.')}, but the network breaks {broken} of the profile."
    return result._replace(verdict_reason=because, pays=pays and pays._replace(because=because))
