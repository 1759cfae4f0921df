"""The stages of a race over learners of known quality: who is chosen, on which rows, and what stands at any time."""

import numpy as np
import pytest

from advisor.baselines.running.fitting import Outcome
from advisor.baselines.running.outcomes import OUT_OF_TIME, FitKey
from tests.baselines.running.simulated import models, race_of, right_with, run

EQUAL = dict.fromkeys(models(hybrid=True), 0.8) | {"dummy": 0.5, "one-rule": 0.6}
FOREST_AND_MLP = EQUAL | {"forest": 0.9, "mlp": 0.9}


def jobs(race, stage):
    return [job for job in race.execution.runner.jobs if job.stage == stage]


def test_the_champions_are_the_best_on_rows_that_no_fold_tests():
    race = run(race_of(right_with(FOREST_AND_MLP)))
    assert race.contest.champion("ml") == "forest"
    assert race.contest.champion("dl") == "mlp"
    screening = set(race.folds.screening.tolist())
    assert len(screening) == pytest.approx(800, abs=5)
    for job in jobs(race, "outer"):
        assert screening.isdisjoint(job.test.tolist())
        assert screening <= set(job.train.tolist())
    for job in jobs(race, "screen"):
        assert set(job.test.tolist()) == screening
        assert screening.isdisjoint(job.train.tolist())


def test_candidates_are_ranked_by_rows_that_all_of_them_reached():
    """The best network has no time for the last rung, which says nothing against it."""
    good = right_with({**dict.fromkeys(models(), 0.7), "realmlp": 0.9})

    def hits(job, rows):
        late = job.stage == "screen" and len(job.train) > 1000
        return Outcome("timed-out", OUT_OF_TIME) if job.model.id == "realmlp" and late else good(job, rows)

    assert run(race_of(hits)).contest.champion("dl") == "realmlp"


def test_a_fit_that_was_cut_short_proves_nothing():
    good = right_with({**dict.fromkeys(models(), 0.8), "tabm": 0.5})
    race = race_of(good)
    size = race.contest.rungs[0]
    for name in ("mlp", "tabm"):
        job = race.jobs.screening(name, size)
        found = good(job, job.test).astype(float)
        outcome = Outcome("ok", score=float(found.mean()), fit_s=1.0, influence=found)
        race.outcomes.note(FitKey.of(job), outcome)
    assert race.contest.survivors(("mlp", "tabm"), size) == ["mlp"]
    cut = outcome._replace(stopped_by="clock", still_improving=True)
    race.outcomes.note(FitKey.of(job), cut)
    assert race.contest.survivors(("mlp", "tabm"), size) == ["mlp", "tabm"]


def test_all_candidates_of_both_families_are_screened_on_the_same_rows():
    race = run(race_of(right_with(FOREST_AND_MLP)))
    first = [job for job in jobs(race, "screen") if len(job.train) == 1000]
    assert {job.model.id for job in first} == {"linear", "forest", "xgboost", "mlp", "realmlp", "tabm"}
    assert len({tuple(job.train) for job in first}) == 1


def test_the_floor_is_fitted_on_all_rows_before_anything_is_chosen():
    race = race_of(right_with(FOREST_AND_MLP))
    race.floor()
    assert {job.model.id for job in race.execution.runner.jobs} == {"dummy", "one-rule", "linear", "xgboost"}
    assert {(job.stage, job.part) for job in race.execution.runner.jobs} == {("outer", None)}
    tested = np.concatenate([job.test for job in race.execution.runner.jobs if job.model.id == "dummy"])
    assert sorted(tested) == sorted(set(range(4000)) - set(race.folds.screening.tolist()))


def test_no_fit_is_run_twice():
    race = run(race_of(right_with(FOREST_AND_MLP)), repeats=2)
    keys = [FitKey.of(job) for job in race.execution.runner.jobs]
    assert len(keys) == len(set(keys))


def test_in_the_end_every_model_has_all_folds_of_the_duel():
    race = run(race_of(right_with(FOREST_AND_MLP)), repeats=2)
    for model in race.models:
        assert len(race.contest.scored_folds(model, None)) == 10


def test_on_a_small_table_each_fold_chooses_without_its_own_rows():
    race = run(race_of(right_with(FOREST_AND_MLP), rows=600))
    assert len(race.folds.screening) == 0
    assert race.contest.champion("ml") is None
    assert race.contest.choices("ml", 0) == ["forest"] * 5
    assert race.contest.picked("dl") == "mlp"
    inner = [job for job in jobs(race, "inner") if job.model.id == "tabm"]
    assert len(inner) == 10
    for job in inner:
        held = set(job.test.tolist()) | set(job.second_test.tolist())
        assert held.isdisjoint(job.train.tolist())
        assert len(held) + len(job.train) == 600
    for fold, (_, test) in enumerate(race.folds.split().folds):
        known = race.contest.family_influence("ml", 1)[0, test]
        assert (known == race.outcomes.get(FitKey("forest", 0, fold)).influence).all()


def test_the_choice_in_a_fold_does_not_know_its_own_scores():
    """A model that is only good in one fold is not chosen there: the others never saw it good."""
    lucky = right_with(EQUAL | {"tabm": 0.7, "mlp": 0.7, "realmlp": 0.7})

    def hits(job, rows):
        if job.model.id == "mlp" and job.stage == "outer" and job.fold == 2:
            return np.ones(len(rows), dtype=bool)
        return lucky(job, rows)

    race = run(race_of(hits, rows=600))
    plain = run(race_of(lucky, rows=600))
    assert race.contest.choices("dl", 0) == plain.contest.choices("dl", 0)


def test_a_model_that_nothing_chose_stands_in_for_the_strongest_of_its_family():
    contest = run(race_of(right_with(FOREST_AND_MLP), rows=600)).contest
    assert contest.stand_ins() == {}  # each fold chose
    contest.contenders |= {"ml": ("linear",), "dl": ("tabm",)}
    assert contest.stand_ins() == {"ml": "linear"}
    contest.contenders |= {"ml": ("xgboost",), "dl": ("mlp",)}
    assert contest.stand_ins() == {"dl": "mlp"}
    screened = run(race_of(right_with(FOREST_AND_MLP))).contest
    assert (screened.champion("ml"), screened.stand_ins()) == ("forest", {})


def test_in_the_order_of_time_earlier_folds_choose():
    times = np.arange(1200)
    race = run(race_of(right_with(FOREST_AND_MLP), rows=1200, times=times))
    assert not jobs(race, "inner")
    assert race.contest.choices("ml", 0) == ["xgboost", "forest", "forest", "forest", "forest"]


def test_screening_rows_under_a_time_order_are_before_the_first_test():
    times = np.arange(12_000)
    race = race_of(right_with(FOREST_AND_MLP), rows=12_000, times=times)
    assert race.folds.screening.max() < min(fold.test.min() for fold in race.folds.split().folds)
    assert race.folds.screened(None).max() < race.folds.screening.min()


def test_groups_are_never_on_both_sides_of_the_screening():
    groups = np.arange(6000) // 7
    race = race_of(right_with(FOREST_AND_MLP), rows=6000, groups=groups)
    screened = set(groups[race.folds.screening])
    assert screened.isdisjoint(groups[race.folds.screened(None)])
    assert screened.isdisjoint(groups[race.folds.split().folds[0].test])


def test_a_champion_that_fails_in_the_duel_is_replaced_by_the_next_of_its_family():
    good = right_with(FOREST_AND_MLP | {"realmlp": 0.85})

    def hits(job, rows):
        if job.model.id == "mlp" and job.stage == "outer":
            return Outcome("out-of-memory", "took more memory than --memory allows")
        return good(job, rows)

    race = run(race_of(hits))
    assert race.contest.champion("dl") == "realmlp"
    assert race.outcomes.left_out["mlp"].status == "out-of-memory"
    assert len(race.contest.scored_folds("realmlp", None)) == 5


def test_one_model_of_each_family_needs_no_choice_and_no_screening_rows():
    two = {name: spec for name, spec in models().items() if name in ("dummy", "xgboost", "tabm")}
    race = run(race_of(right_with(EQUAL), specs=two))
    assert len(race.folds.screening) == 0
    assert {job.stage for job in race.execution.runner.jobs} == {"outer"}
    assert (race.contest.champion("ml"), race.contest.champion("dl")) == ("xgboost", "tabm")


@pytest.mark.parametrize("rows", [300, 3000])
def test_what_the_screen_ranks_first_is_what_simulation_made_best(rows):
    found = {run(race_of(right_with(FOREST_AND_MLP, seed), rows=rows)).contest.picked("ml") for seed in range(5)}
    assert found == {"forest"}


def test_two_folds_leave_no_rows_to_choose_by_and_so_nothing_fails():
    race = run(race_of(right_with(EQUAL), rows=600, folds=2))
    assert not race.outcomes.left_out
    assert not jobs(race, "inner")
    assert race.contest.choices("ml", 0) == ["xgboost"] * 2


def test_a_champion_that_fails_late_is_replaced_in_all_repeats():
    good = right_with(FOREST_AND_MLP | {"realmlp": 0.85})

    def hits(job, rows):
        if job.model.id == "mlp" and job.stage == "outer" and job.repeat == 1:
            return Outcome("failed", "no convergence")
        return good(job, rows)

    race = run(race_of(hits), repeats=2)
    assert race.contest.champion("dl") == "realmlp"
    assert len(race.contest.scored_folds("realmlp", None)) == 10


def test_a_family_whose_models_all_failed_has_nobody():
    def hits(job, rows):
        if job.model.family == "dl":
            return Outcome("failed", "no convergence")
        return right_with(EQUAL)(job, rows)

    race = run(race_of(hits))
    assert race.contest.champion("dl") is None
    assert race.contest.choices("dl", 0) == [None] * 5
    assert not race.contest.has_contender("dl")


def test_who_interrupts_the_floor_has_the_usual_best_of_what_is_scored():
    race = race_of(right_with(EQUAL))
    race.floor()
    race.interrupt()
    assert race.contest.champion("ml") == "xgboost"
    assert len(race.contest.scored_folds("xgboost", race.contest.size)) == 5
