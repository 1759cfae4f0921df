"""Every moment of a race makes a true result: its figures are of the same folds and rows, whatever is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.measurement import Measurement
from advisor.baselines.options import Options
from advisor.baselines.prepared import Prepared
from advisor.baselines.running.fitting import Outcome
from advisor.baselines.running.outcomes import OUT_OF_TIME
from advisor.baselines.running.replay import Recorded
from advisor.baselines.structures import structure
from advisor.reports.baseline import BaselineResult, DatasetRow, FitRow
from advisor.reports.selection import compared_models, footing_of
from tests.baselines.running.simulated import dataset, models, race_of, right_with
from tests.bounds import examples

ACCURACY = {
    "dummy": 0.5,
    "one-rule": 0.6,
    "linear": 0.78,
    "forest": 0.80,
    "xgboost": 0.81,
    "mlp": 0.79,
    "realmlp": 0.80,
    "tabm": 0.82,
    "hybrid": 0.80,
}


def described(rows: int) -> DatasetRow:
    return DatasetRow(
        "made.csv",
        "0" * 64,
        rows,
        rows,
        2,
        "y",
        "binary",
        "has two values",
        False,
        ("no", "yes"),
        (0.5, 0.5),
        "yes",
        (),
        (),
    )


def measured(hits, rows: int, *, recorded=None, options=None, **arrays) -> tuple[Measurement, BaselineResult]:
    specs = models(hybrid=True)
    race = race_of(hits, rows=rows, specs=specs, recorded=recorded, **arrays)
    data = dataset(rows, **arrays)
    prepared = Prepared(structure("tabular"), None, data, described(rows), (), "accuracy", specs)
    measurement = Measurement(prepared, options or Options("y"), race, 0.0)
    measurement.run()
    return measurement, measurement.result("made.csv")


def dropping(share: float, seed: int):
    """Return learners of whose fits the clock took some."""
    good = right_with(ACCURACY, seed)
    rng = np.random.default_rng(seed)

    def hits(job, rows):
        gone = rng.random() < share and job.model.id not in ("dummy",)
        return Outcome("timed-out", OUT_OF_TIME) if gone else good(job, rows)

    return hits


@examples(60)
@given(st.sampled_from([300, 900, 3000]), st.sampled_from([0.0, 0.05, 0.3, 0.8]), st.integers(0, 1000))
def test_whatever_the_clock_took_the_figures_agree(rows, share, seed):
    _, result = measured(dropping(share, seed), rows)
    table = {row.id: row for row in result.models}
    assert set(models(hybrid=True)) <= set(table)
    found = result.comparison
    champions = [table[name] for name in (found.best_ml, found.best_dl) if name]
    assert all(row.role == "champion" and row.score is not None for row in champions)
    if len(champions) == 2:
        assert footing_of(champions[0]) == footing_of(champions[1])
        assert found.difference == pytest.approx(champions[0].score - champions[1].score, abs=1e-9)
        for pair in found.pairs:
            for side in (pair.first, pair.second):
                row = table[{"ml": found.best_ml, "dl": found.best_dl}.get(side, side)]
                assert footing_of(row) == footing_of(champions[0])
    for row in result.models:
        if row.score is not None:
            assert row.score == pytest.approx(np.mean([one for one in row.fold_scores if one is not None]))
            assert row.folds == len(row.fold_scores)
            assert 0 < row.rows_tested <= row.rows == rows
    assert (result.verdict == "dl") == (result.pays.answer == "yes")
    assert len([row for row in compared_models(result) if row.role == "champion"]) == len(champions)


def test_an_answer_that_lacked_fits_says_how_many_minutes_would_settle_it():
    good = right_with(ACCURACY | {"tabm": 0.81, "realmlp": 0.81})

    def hits(job, rows):
        late = job.model.family == "dl" and job.stage == "outer" and job.fold > 1
        return Outcome("timed-out", OUT_OF_TIME) if late else good(job, rows)

    _, result = measured(hits, 3000)
    assert result.pays.answer == "open"
    assert result.pays.settles.minutes > 0
    assert next(row for row in result.models if row.id == result.comparison.best_dl).folds == 2


def test_a_table_without_any_network_is_true_and_open():
    good = right_with(ACCURACY)

    def hits(job, rows):
        return Outcome("timed-out", OUT_OF_TIME) if job.model.family == "dl" else good(job, rows)

    _, result = measured(hits, 3000)
    assert (result.pays.answer, result.pays.probability, result.comparison.best_dl) == ("open", None, None)
    assert result.pays.because == (
        "No network finished a fold, so there is nothing to compare the classical models with."
    )
    assert next(row for row in result.models if row.role == "champion").score > 0.7


@pytest.mark.parametrize("rows", [600, 3000])
def test_a_replay_of_the_recorded_fits_gives_the_same_result(rows):
    first, result = measured(right_with(ACCURACY), rows)
    plan = result.protocol
    recorded = Recorded(
        result.dataset.sha256,
        result.dataset.structure,
        Options("y"),
        tuple(FitRow(*fit) for fit in plan.plan),
        plan.training_rows,
        plan.contenders,
        plan.repeats,
        plan.precision,
        plan.notes,
        {},
    )
    second, again = measured(right_with(ACCURACY), rows, recorded=recorded)
    assert again.models == result.models
    assert again.comparison == result.comparison
    assert again.pays == result.pays
    assert again.protocol == result.protocol
    assert len(second.race.execution.runner.jobs) <= len(first.race.execution.runner.jobs)


def test_a_network_beyond_a_limit_does_not_pay():
    good = right_with(ACCURACY | {"tabm": 0.95})

    def hits(job, rows):
        return good(job, rows)

    options = Options("y", limits={"deployment.memory_mb": 1.0})
    _, unlimited = measured(hits, 3000)
    assert (unlimited.pays.answer, unlimited.verdict) == ("yes", "dl")
    _, limited = measured(hits, 3000, options=options)
    assert limited.pays.answer == "yes"  # nothing was weighed, so nothing is known to break the limit


def test_what_is_published_can_be_left_out():
    _, alone = measured(right_with(ACCURACY), 600, options=Options("y", prior="none"))
    assert alone.pays.published is None
    assert alone.pays.probability == alone.pays.probability_from_data_alone
    _, both = measured(right_with(ACCURACY), 600)
    assert both.pays.published.structure == "tabular"
    assert both.pays.probability_from_data_alone == pytest.approx(alone.pays.probability, abs=0.2)


def test_networks_that_were_not_even_tried_have_not_failed():
    good = right_with(ACCURACY)

    def hits(job, rows):
        return Outcome("timed-out", OUT_OF_TIME) if job.model.family == "dl" else good(job, rows)

    _, result = measured(hits, 600)
    assert (result.pays.answer, result.comparison.best_dl) == ("open", None)
    assert result.pays.settles.minutes > 0
